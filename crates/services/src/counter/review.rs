//! The look over before a dossier is received, asked to be completed, or refused.

use super::{Entered, Stand, checks, fill::{self, Open}};
use crate::{
    form_view::Questions,
    work::{act_form::{Fields, Offered}, defects},
};
use axum::extract::State;
use casework::event::Person;
use kernel::refusal::Reason;
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Field, Line, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
};

pub async fn show(State(c): Entered, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let o = fill::open(&stand, &id).await?;
    let reasons = fill::faults(&stand, &o, &[]);
    if !reasons.is_empty() {
        return fill::page(&stand, &o, None, &reasons).await;
    }
    page(&stand, &o, None, &[]).await
}

pub(super) async fn page(stand: &Stand<'_>, o: &Open, typed: Option<&FormData>, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let (lang, d) = (v.lang, &o.definition);
    let c = stand.counter;
    let q = Questions { definition: d, offices: c.desk.identity().offices(), lang, reasons: &[] };
    let title = v.pick("Xem lại trước khi tiếp nhận", "Look over before you receive it");
    let (offices, here) = offices(stand, o)?;
    let missing = checks::missing(d, &o.draft.answers, &o.meta, &o.draft.files);
    let mut decide = Html::default();
    if !here {
        let said = format!("{} {}. {}", v.pick("Nơi tiếp nhận là", "It is received by"), stand.room.office_name(offices.received.as_str()), v.pick("Quầy này nộp giúp; nơi đó kiểm tra và tiếp nhận.", "This counter files it for the person; that office checks and receives it."));
        decide.push(&kit::inset(&kit::para(&said)));
        decide.push(&choice(stand, o, "forward", &Html::default(), v.pick("Nộp giúp", "File it for the person"), Weight::Main, true));
    } else if missing.is_empty() {
        decide.push(&choice(stand, o, "receive", &Html::default(), v.pick("Tiếp nhận, in Mẫu 01", "Receive and print form 01"), Weight::Main, true));
    } else {
        let names: Vec<Html> = missing.iter().map(|c| Html::text(c.name.get(lang))).collect();
        decide.push(&kit::banner(Mood::Warn, v.pick("Hồ sơ còn thiếu giấy tờ", "Papers are missing"), &kit::bullets(&names)));
    }
    if here {
        let (more, less) = (supplement(stand, o, &missing, typed, reasons), refusal(v, typed, reasons));
        let more = choice(stand, o, "supplement", &more, v.pick("Giao Mẫu 02", "Give form 02"), Weight::Quiet, false);
        let less = choice(stand, o, "refuse", &less, v.pick("Từ chối, giao Mẫu 03", "Refuse, give form 03"), Weight::Risk, false);
        let tried = |what: &str| typed.and_then(|t| t.get("do")) == Some(what);
        decide.push(&kit::details(v.pick("Yêu cầu bổ sung một lần (Mẫu 02)", "Ask for everything missing at once (form 02)"), &more, !missing.is_empty() || tried("supplement")));
        decide.push(&kit::details(v.pick("Từ chối tiếp nhận (Mẫu 03)", "Refuse at intake (form 03)"), &less, tried("refuse")));
    }
    let mut body = Html(format!("{}<h1>{}</h1>", kit::error_summary(lang, reasons), esc(title)));
    body.push(&kit::card("", &people(stand, o, &offices)));
    body.push(&papers(v, o));
    body.push(&money(stand, o));
    body.push(&Html(format!("<section class=\"counter-decide\"><h2>{}</h2>{decide}</section>", v.pick("Quyết định tại quầy", "Decide at the counter"))));
    for section in &d.form.sections {
        let lines = q.summary(section, &o.draft.answers, Some(&o.base()), false);
        body.push(&Html(format!("<h2>{}</h2>{lines}", esc(section.title.get(lang)))));
    }
    body.push(&Html(format!("<p>{}</p>", kit::link(&o.base(), v.pick("Sửa tờ khai, giấy tờ", "Correct the form or the papers")))));
    stand.page(title, "", &body, !reasons.is_empty()).await
}

/// The three offices, and whether this counter receives.
pub(super) fn offices(stand: &Stand<'_>, o: &Open) -> Result<(casework::event::CaseOffices, bool), PageError> {
    let c = stand.counter;
    let target = crate::citizen::receiving_office(&c.services, &o.definition, &o.draft.answers)?;
    let own = c.desk.identity().offices().get(stand.office.as_str()).ok_or_else(PageError::not_found)?;
    Ok(checks::offices(&o.definition, own, &target))
}

/// One way to end the intake, as a form of its own; the first takes the focus.
fn choice(stand: &Stand<'_>, o: &Open, what: &str, body: &Html, label: &str, weight: Weight, focus: bool) -> Html {
    let button = kit::Button::new(label).weight(weight).html();
    let button = if focus { Html(button.0.replacen("<button ", "<button autofocus ", 1)) } else { button };
    kit::form(stand.v(), &format!("{}/file", o.base()), &Html(format!("{}{body}{button}", kit::hidden("do", what))))
}

fn person(stand: &Stand<'_>, role: &str, p: &Person) -> Line {
    let lang = stand.v().lang;
    let mut parts = vec![p.name.clone()];
    parts.extend(p.identifier.as_ref().map(|i| format!("{} {}", i.label().get(lang), i.as_str())));
    parts.extend(p.phone.clone());
    parts.extend(p.address.clone());
    Line::new(role, Html::text(&parts.join(" · ")))
}

fn people(stand: &Stand<'_>, o: &Open, offices: &casework::event::CaseOffices) -> Html {
    let v = stand.v();
    let who = o.people(stand.room.actor);
    let mut lines = vec![person(stand, v.pick("Người nộp", "Applicant"), &who.applicant)];
    lines.push(person(stand, v.pick("Chủ hồ sơ", "Owner"), &who.owner));
    if let Some(proxy) = &who.proxy {
        lines.push(person(stand, v.pick("Người được ủy quyền", "Proxy"), proxy));
        lines.push(Line::new(v.pick("Giấy ủy quyền", "Authorisation"), Html::text(&o.meta.authorisation)));
    }
    lines.push(Line::new(v.pick("Cán bộ hỗ trợ nhập", "Typed with the help of"), Html::text(&stand.room.actor.name)));
    let name = |code: &kernel::id::OfficeCode| stand.room.office_name(code.as_str());
    let helped = offices.helped.as_ref().map(&name).unwrap_or_default();
    lines.push(Line::new(v.pick("Nơi hỗ trợ · nhận · giải quyết", "Helps · receives · decides"), Html::text(&[helped, name(&offices.received), name(&offices.decides)].join(" · "))));
    kit::summary_list(&lines)
}

fn papers(v: &Visitor, o: &Open) -> Html {
    let lang = v.lang;
    let (d, m) = (&o.definition, &o.meta);
    let lines: Vec<Line> = d
        .components
        .iter()
        .map(|c| {
            let scans = o.draft.files.iter().filter(|f| f.component == c.code).count();
            let pages = m.pages.get(&c.code).copied().unwrap_or(0);
            let state = match (&c.from_database, m.ticks.get(&c.code)) {
                (Some(db), _) => Html::text(&format!("{}: {}", v.pick("từ dữ liệu", "from a database"), db.name.get(lang))),
                (None, Some(checks::Tick::Shown)) => kit::chip(Mood::Good, v.pick("đã xuất trình", "shown")),
                (None, _) if scans > 0 => kit::chip(Mood::Good, &format!("{} {pages} {}", v.pick("đã quét", "scanned"), v.pick("trang, khớp", "pages, agreed"))),
                (None, _) if d.requires(c, &o.draft.answers) => kit::chip(Mood::Bad, v.pick("còn thiếu", "missing")),
                (None, _) => Html::text("–"),
            };
            Line::new(c.name.get(lang), state)
        })
        .collect();
    if lines.is_empty() { Html::default() } else { Html(format!("<h2>{}</h2>{}", v.pick("Giấy tờ", "Papers"), kit::summary_list(&lines))) }
}

fn money(stand: &Stand<'_>, o: &Open) -> Html {
    let v = stand.v();
    let lang = v.lang;
    let day = stand.counter.now().date();
    let fees = o.definition.fees_on(day, o.channel(), &o.draft.answers);
    let total: i64 = fees.iter().map(|f| f.1.0).sum();
    let mut lines: Vec<Line> = fees.iter().map(|(fee, dong)| Line::new(fee.name.get(lang), Html::text(&dong.to_string()))).collect();
    let total = if total == 0 { v.pick("không mất phí", "free").to_owned() } else { kernel::Dong(total).to_string() };
    lines.push(Line::new(v.pick("Tổng phải nộp", "Total"), Html(format!("<b class=\"counter-total\">{}</b>", esc(&total)))));
    let span = o.definition.time_for(&o.draft.answers, o.channel());
    lines.push(Line::new(v.pick("Thời hạn giải quyết", "Time limit"), Html::text(span.text().get(lang))));
    Html(format!("<h2>{}</h2>{}", v.pick("Phí và thời hạn", "Fee and time"), kit::summary_list(&lines)))
}

/// The published papers and questions as a checklist; what is missing is ticked already.
fn supplement(stand: &Stand<'_>, o: &Open, missing: &[&casework::definition::Component], typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let v = stand.v();
    let lang = v.lang;
    let ticked = FormData(missing.iter().map(|c| ("defects.tick".to_owned(), c.code.clone())).collect());
    let offered = Offered::default();
    let fields = Fields { lang, act: "ask_supplement_intake", definition: &o.definition, offered: &offered, typed: typed.unwrap_or(&ticked), reasons };
    let field = Field::new(lang, "defects", v.pick("Những nội dung cần bổ sung", "What has to be completed")).errors(reasons);
    let mut out = defects::html(&fields, &field, "defects");
    let value = |name: &str| typed.and_then(|t| t.get(name)).unwrap_or_default().to_owned();
    out.push(&Field::new(lang, "reason", v.pick("Lý do", "Reason")).value(value("reason")).max_length(1000).errors(reasons).textarea(2));
    out
}

fn refusal(v: &Visitor, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let value = typed.and_then(|t| t.get("refusal")).unwrap_or_default();
    Field::new(v.lang, "refusal", v.pick("Lý do cụ thể", "Specific reason")).hint(v.pick("Chỉ khi không thuộc thẩm quyền hoặc không đủ điều kiện; ít nhất 10 ký tự.", "Only when it is outside the office's authority or not eligible; at least 10 characters.")).value(value).max_length(2000).errors(reasons).textarea(3)
}
