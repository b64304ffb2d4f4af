//! Complaints, petitions and suggestions: sending, one's own, those to handle, and the public list of answers. A single one is
//! followed and handled on the pages that every case has.

use super::parts::{actor, before, office_name, own_page, part_of, plain, reasons, status, work_page};
use crate::{
    Care,
    complaint::{self, Kind, store as rows},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{
    DeskError,
    definition::{StateDecl, Tone},
};
use kernel::{Refusal, text::Lang, time::midnight};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
    about: String,
    list: String,
    sent: Option<String>,
    /// A figure of the index, and of what: its rows are listed.
    counted: String,
    office: String,
    from: Option<kernel::time::Date>,
    to: Option<kernel::time::Date>,
}

fn kind_name(v: &Visitor, code: &str) -> String {
    Kind::of_code(code).map_or_else(|| code.to_owned(), |k| k.name().get(v.lang).to_owned())
}

fn state<'s>(s: &'s Care, code: &str) -> Option<&'s StateDecl> {
    s.desk.rules().definitions.current(complaint::DEFINITION, s.now().date())?.state("handling", code)
}

fn state_chip(s: &Care, v: &Visitor, code: &str) -> Html {
    let Some(decl) = state(s, code) else { return Html::text(code) };
    let mood = match decl.tone {
        Tone::Good => Mood::Good,
        Tone::Warn => Mood::Warn,
        Tone::Bad => Mood::Bad,
        Tone::Info => Mood::Info,
    };
    kit::chip(mood, decl.name.get(v.lang))
}

/// The public list: questions and answers without names.
pub async fn public(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let (at, id) = before(&asked.after);
    let list = rows::published(&s.scope, (at, &id)).await.map_err(PageError::internal)?;
    let title = v.pick("Phản ánh, kiến nghị đã trả lời", "Complaints and petitions answered");
    let mut main = kit::heading(title, None);
    main.push(&Html(format!("<p class=\"lead\">{}</p>", v.pick("Câu hỏi và câu trả lời được công khai, không nêu tên người gửi.", "Questions and answers are published without the names of those who sent them."))));
    main.push(&kit::button_group(&[
        kit::link_button("/complaints/new", v.pick("Gửi phản ánh, kiến nghị, góp ý", "Send a complaint, petition or suggestion"), Weight::Main),
        kit::link("/my/complaints", v.pick("Những gì tôi đã gửi", "What I have sent")),
    ]));
    if list.is_empty() {
        main.push(&Html(format!("<p class=\"none\">{}</p>", v.pick("Chưa có câu trả lời nào được công khai.", "No answer has been published yet."))));
    }
    for c in &list {
        main.push(&published(&s, &v, c, "h2"));
    }
    let full = i64::try_from(list.len()).is_ok_and(|n| n == rows::PAGE);
    let next = list.last().filter(|_| full).and_then(|c| Some(format!("/complaints?after={}~{}", c.published_at?.micros(), c.case)));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back("/", v.pick("Trang chủ", "Home")).render())
}

fn published(s: &Care, v: &Visitor, c: &rows::Complaint, level: &str) -> Html {
    let at = c.published_at.map_or_else(Html::default, |at| when::at_time(at, s.now(), v.lang));
    Html(format!(
        "<article class=\"card answer\"><{level}><a href=\"/complaints/{code}\">{}</a></{level}><p class=\"prose\">{}</p><p class=\"muted\">{} · {} · {} {at}</p></article>",
        esc(c.question.as_deref().unwrap_or_default()),
        esc(c.answer.as_deref().unwrap_or_default()),
        esc(&kind_name(v, &c.kind)),
        esc(&office_name(s, v, &c.office)),
        v.pick("công khai", "published"),
        code = esc(&c.code),
    ))
}

/// One answer; of a suggestion without a name, before there is one, only how it stands.
pub async fn one(State(s): State<Care>, v: Visitor, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    plain(&code)?;
    if let Some(c) = rows::by_code(&s.scope, &code).await.map_err(PageError::internal)?.filter(|c| c.published_at.is_some()) {
        let title = v.pick("Câu trả lời", "Answer");
        let main = Html(format!("{}{}", kit::heading(title, Some(&c.code)), published(&s, &v, &c, "h2")));
        return Ok(public_page(&v, title, main).into_response());
    }
    let found = s.desk.load_code(&code).await.map_err(PageError::internal)?;
    let nameless = found.filter(|f| f.definition.code.as_str() == complaint::DEFINITION && f.state.people.applicant.party.is_none());
    let found = nameless.ok_or_else(PageError::not_found)?;
    let title = v.pick("Góp ý không nêu tên", "Suggestion without a name");
    let handling = found.state.track("handling");
    let plain = state(&s, handling).and_then(|d| d.plain.as_ref()).map_or("", |p| p.get(v.lang));
    let head = if asked.sent.is_some() {
        let body = Html(format!("{}<br><strong>{}</strong>", v.pick("Mã để theo dõi", "The code to follow it by"), esc(&code)));
        kit::panel(v.pick("Đã gửi góp ý", "Suggestion sent"), &body)
    } else {
        kit::heading(title, Some(&code))
    };
    let main = Html(format!(
        "{head}<p class=\"status\">{} {}</p><p>{}</p>",
        state_chip(&s, &v, handling),
        esc(plain),
        v.pick("Giữ địa chỉ trang này: câu trả lời, nếu được công khai, sẽ hiện ở đây.", "Keep this address: the answer, if it is published, will be shown here."),
    ));
    Ok(public_page(&v, title, main).into_response())
}

fn public_page(v: &Visitor, title: &str, main: Html) -> Html {
    Shell::new(v, title, main).width(Width::Narrow).back("/complaints", v.pick("Phản ánh, kiến nghị đã trả lời", "Complaints and petitions answered")).render()
}

pub async fn new(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Html {
    let mut form = FormData::default();
    let about: String = asked.about.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(40).collect();
    if !about.is_empty() {
        form.0.extend([("dossier".to_owned(), about), ("kind".to_owned(), Kind::Report.code().to_owned())]);
    }
    new_page(&s, &v, &form, None)
}

fn new_page(s: &Care, v: &Visitor, form: &FormData, refusal: Option<&Refusal>) -> Html {
    let lang = v.lang;
    let why = refusal.map(reasons).unwrap_or_default();
    let signed_in = v.actor.as_ref().is_some_and(|a| a.party.is_some());
    let title = v.pick("Gửi phản ánh, kiến nghị, góp ý", "Send a complaint, petition or suggestion");
    let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let kinds = [
        Choice::new("report", v.pick("Phản ánh", "A complaint")).hint(v.pick("Việc giải quyết thủ tục chậm, phiền hà hoặc sai quy định", "A procedure was slow, burdensome or against the rules")),
        Choice::new("petition", v.pick("Kiến nghị", "A petition")).hint(v.pick("Một quy định, một thủ tục cần được sửa", "A rule or a procedure should be changed")),
        Choice::new("suggestion", v.pick("Góp ý", "A suggestion")).hint(v.pick("Làm thế nào cho tốt hơn; có thể không nêu tên", "How to do better; may be sent without a name")),
    ];
    let mut body = Field::new(lang, "kind", v.pick("Bạn muốn gửi gì?", "What do you want to send?")).value(typed("kind")).errors(&why).radios(&kinds);
    body.push(&Field::new(lang, "subject", v.pick("Tóm tắt trong một câu", "In one sentence")).value(typed("subject")).errors(&why).max_length(150).input());
    body.push(
        &Field::new(lang, "content", v.pick("Chuyện gì đã xảy ra, hoặc cần thay đổi gì?", "What happened, or what should change?"))
            .hint(v.pick("Nêu ngày, nơi và việc cụ thể thì cơ quan trả lời nhanh hơn.", "Days, places and facts make for a quicker answer."))
            .value(typed("content"))
            .errors(&why)
            .textarea(7),
    );
    let offices: Vec<Choice> = std::iter::once(Choice::new("", v.pick("– Không rõ –", "– Not known –")))
        .chain(s.desk.identity().offices().iter().filter(|o| o.successors.is_empty()).map(|o| Choice::new(o.code.as_str(), o.short_name().get(lang))))
        .collect();
    body.push(&Field::new(lang, "office", v.pick("Cơ quan liên quan", "Office concerned")).optional(true).value(typed("office")).errors(&why).select(&offices));
    if signed_in {
        body.push(
            &Field::new(lang, "dossier", v.pick("Mã hồ sơ liên quan", "Code of the case concerned"))
                .hint(v.pick("Hồ sơ của bạn, ví dụ H29.161-261119-0042", "A case of yours, such as H29.161-261119-0042"))
                .optional(true)
                .value(typed("dossier"))
                .errors(&why)
                .max_length(40)
                .input(),
        );
        let nameless = [Choice::new("yes", v.pick("Gửi góp ý này không nêu tên", "Send this suggestion without my name"))];
        body.push(&Field::new(lang, "anonymous", v.pick("Không nêu tên", "Without a name")).optional(true).value(typed("anonymous")).errors(&why).checkboxes(&nameless));
    }
    let key = form.get("key").map_or_else(|| uuid::Uuid::new_v4().simple().to_string(), str::to_owned);
    body.push(&kit::hidden("key", &key));
    body.push(&kit::button(v.pick("Gửi", "Send")));
    let open = if signed_in {
        Html::default()
    } else {
        let said = v.pick("Bạn chưa đăng nhập nên chỉ gửi được góp ý không nêu tên.", "You are not signed in, so you can only send a suggestion without a name.");
        kit::inset(&Html(format!("{said} <a href=\"{}\">{}</a>", esc(&v.sign_in_path()), v.pick("Đăng nhập để gửi phản ánh, kiến nghị và nhận trả lời", "Sign in to send a complaint or petition and be answered"))))
    };
    let main = Html(format!("{}{}{open}{}{}", kit::error_summary(lang, &why), kit::heading(title, None), kit::form(v, "/complaints", &body), times(s, v)));
    Shell::new(v, title, main).width(Width::Narrow).error(refusal.is_some()).back("/complaints", v.pick("Phản ánh, kiến nghị đã trả lời", "Complaints and petitions answered")).render()
}

/// When an answer comes, and on which rule.
fn times(s: &Care, v: &Visitor) -> Html {
    let Some(d) = s.desk.rules().definitions.current(complaint::DEFINITION, s.now().date()) else { return Html::default() };
    let mark = |verified: bool| if verified { Html::default() } else { Html(format!(" {}", kit::chip(Mood::Warn, v.pick("chưa đối chiếu", "not verified")))) };
    let lines = ["triage", "inquiry", "processing", "publish"].into_iter().filter_map(|name| {
        let clock = d.clocks.get(name)?;
        let basis = clock.legal_basis.as_ref().unwrap_or(&d.time.legal_basis);
        let span = d.clock_span(name)?.text();
        Some(Html(format!("{}: <b>{}</b> <span class=\"muted\">{}</span>{}", esc(clock.name.get(v.lang)), esc(span.get(v.lang)), esc(&basis.to_string()), mark(basis.verified))))
    });
    kit::details(v.pick("Bao lâu thì được trả lời", "How long until you are answered"), &kit::bullets(&lines.collect::<Vec<_>>()), false)
}

pub async fn create(State(s): State<Care>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let known = v.actor.clone().filter(|a| a.party.is_some());
    let sent = match complaint::read(&form, known.is_some()) {
        Ok(sending) => s.send_complaint(known.as_deref(), &sending, s.now()).await,
        Err(refusal) => Err(refusal.into()),
    };
    match sent {
        Ok(done) if done.found.state.people.applicant.party.is_none() => Ok(Redirect::to(&format!("/complaints/{}?sent=1", done.found.state.code)).into_response()),
        Ok(done) => Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response()),
        Err(DeskError::Refused(r)) => {
            let status = if r.reasons.is_empty() { status(&r) } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok((status, new_page(&s, &v, &form, Some(&r))).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn mine(State(s): State<Care>, v: Visitor) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let list = match actor.party {
        Some(party) => rows::own(&s.scope, party).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let title = v.pick("Phản ánh, kiến nghị của tôi", "My complaints and petitions");
    let row = |c: &rows::Complaint| {
        let due = c.due.map_or_else(Html::default, |due| when::due_time(due, s.now(), v.lang));
        vec![
            Html(format!("<a href=\"/my/{c}\">{}</a><br><span class=\"muted\">{c} · {}</span>", esc(&c.subject), esc(&kind_name(&v, &c.kind)), c = esc(&c.code))),
            state_chip(&s, &v, &c.state),
            due,
        ]
    };
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Nội dung", "About")), Column::text(v.pick("Đang ở đâu", "Where it stands")), Column::text(v.pick("Hạn của cơ quan", "The office's time"))],
        rows: list.iter().map(row).collect(),
        empty: v.pick("Bạn chưa gửi phản ánh, kiến nghị nào.", "You have not sent anything yet.").into(),
    });
    let send = kit::link_button("/complaints/new", v.pick("Gửi phản ánh, kiến nghị, góp ý", "Send a complaint, petition or suggestion"), Weight::Main);
    Ok(own_page(&v, title, "complaints", Html(format!("{}<p>{send}</p>{table}", kit::heading(title, None)))).render())
}

/// Those to handle, first due first; or the rest, newest first.
pub async fn office(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let part = part_of(&s, &actor)?;
    if let (Some(figure), Some(from), Some(to)) = (rows::Figure::of_code(&asked.counted), asked.from, asked.to) {
        return counted(&s, &v, figure, part.as_deref(), &asked, (from, to)).await;
    }
    let all = asked.list == "rest";
    let list = if all {
        let (at, id) = before(&asked.after);
        rows::rest(&s.scope, part.as_deref(), (at, &id)).await
    } else {
        let start = if asked.after.is_empty() { (kernel::Instant::from_micros(0), String::new()) } else { before(&asked.after) };
        rows::open(&s.scope, part.as_deref(), (start.0, &start.1)).await
    };
    let list = list.map_err(PageError::internal)?;
    let handles = actor.has_role("controller");
    let title = if all { v.pick("Phản ánh, kiến nghị không còn hạn", "Complaints no time binds now") } else { v.pick("Phản ánh, kiến nghị đang xử lý", "Complaints to handle") };
    let whose = part.as_deref().map_or_else(|| v.pick("Toàn tỉnh, thành phố", "The whole province").to_owned(), |o| format!("{} {}", v.pick("Về", "About"), office_name(&s, &v, o)));
    let mut main = kit::heading(title, Some(&whose));
    let other = if all { ("/work/complaints", v.pick("Đang xử lý", "To handle")) } else { ("/work/complaints?list=rest", v.pick("Chờ người gửi, đã xong", "Waiting for the sender, done")) };
    main.push(&Html(format!("<p>{}</p>", kit::link(other.0, other.1))));
    main.push(&work_table(&s, &v, &list, title, handles));
    let full = i64::try_from(list.len()).is_ok_and(|n| n == rows::PAGE);
    let place = |c: &rows::Complaint| if all { Some(c.filed_at) } else { c.due };
    let next = list.last().filter(|_| full).and_then(|c| Some(format!("/work/complaints?list={}&after={}~{}", if all { "rest" } else { "" }, place(c)?.micros(), c.case)));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(work_page(&v, title, "complaints", main).render())
}

/// The complaints behind a figure of the index.
async fn counted(s: &Care, v: &Visitor, figure: rows::Figure, part: Option<&str>, asked: &Asked, (from, to): (kernel::time::Date, kernel::time::Date)) -> Result<Html, PageError> {
    let asked_office = Some(asked.office.as_str()).filter(|o| !o.is_empty());
    asked_office.map(plain).transpose()?;
    let office = match (part, asked_office) {
        (Some(own), Some(other)) if own != other => return Err(PageError::not_found()),
        (own, other) => own.or(other),
    };
    let (from, to) = (midnight(from), midnight(to));
    let list = rows::counted(&s.scope, figure, office, (from, to), s.now().min(to)).await.map_err(PageError::internal)?;
    let title = figure.name(v.lang);
    let whose = office.map_or_else(|| v.pick("Toàn tỉnh, thành phố", "The whole province").to_owned(), |o| office_name(s, v, o));
    let handles = v.actor.as_ref().is_some_and(|a| a.has_role("controller"));
    let mut main = kit::heading(title, Some(&whose));
    main.push(&Html(format!("<p class=\"muted\">{} {}</p>", when::number(i64::try_from(list.len()).unwrap_or(0), v.lang), v.pick("phản ánh, kiến nghị (hiện tối đa 500)", "complaints and petitions (500 at most are shown)"))));
    main.push(&work_table(s, v, &list, title, handles));
    Ok(work_page(v, title, "complaints", main).back("/work/index", v.pick("Chỉ số 766", "Index 766")).render())
}

fn work_table(s: &Care, v: &Visitor, list: &[rows::Complaint], title: &str, handles: bool) -> Html {
    let now = s.now();
    let late = v.lang == Lang::Vi;
    let row = |c: &rows::Complaint| {
        // Who only reads figures of the own office does not open the case itself.
        let name = if handles { Html(format!("<a href=\"/work/cases/{c}\">{}</a>", esc(&c.subject), c = esc(&c.code))) } else { Html::text(&c.subject) };
        let overdue = c.late || c.due.is_some_and(|d| d < now);
        let mark = if overdue { Html(format!(" {}", kit::chip(Mood::Bad, if late { "quá hạn" } else { "late" }))) } else { Html::default() };
        vec![
            Html(format!("{name}<br><span class=\"muted\">{}</span>", esc(&c.code))),
            Html::text(&kind_name(v, &c.kind)),
            Html::text(&office_name(s, v, &c.office)),
            state_chip(s, v, &c.state),
            Html(format!("{}{mark}", c.due.map_or_else(Html::default, |d| when::due_time(d, now, v.lang)))),
        ]
    };
    kit::records(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: [("Nội dung", "About"), ("Loại", "Kind"), ("Cơ quan liên quan", "Office concerned"), ("Tình trạng", "State"), ("Hạn", "Due")].map(|(vi, en)| Column::text(v.lang.pick(vi, en))).into(),
        rows: list.iter().map(row).collect(),
        empty: v.pick("Không có phản ánh, kiến nghị nào.", "There is nothing.").into(),
    })
}
