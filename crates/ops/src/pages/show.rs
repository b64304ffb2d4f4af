//! `/work/directives/{directive}`: one page for everybody, with the acts that are open to its reader.

use super::{HOME, actor, done, look, off_paper, paragraphs, path_of, said::Said, shell, steps};
use crate::{
    Ops, Person, Unit, Who,
    directive::{Answered, Basis, Directive, Extension, Filed, Outcome, Part, Standing, Submission, Workflow, from_meeting::id_of, store},
    series::Series,
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Line, Mood, Moment, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    pub done: String,
}

/// What the page needs beside the directive.
pub struct Open<'a> {
    pub s: &'a Ops,
    pub v: &'a Visitor,
    pub d: Directive,
    pub part: Part,
    pub who: Who,
    pub now: Instant,
    pub asked: Asked,
    /// People of the lead office, for its focal point.
    pub colleagues: Vec<Person>,
    pub units: Vec<Unit>,
    /// The recurring task that it began.
    pub series: Option<Series>,
}

pub async fn open<'a>(s: &'a Ops, v: &'a Visitor, id: &str, asked: Asked) -> Result<Open<'a>, PageError> {
    let who = s.who(&*actor(v)?);
    let id = id.parse().map_err(|_| PageError::not_found())?;
    let (d, part) = s.directive_for(&who, id).await?;
    let colleagues = if part.manager { s.people.of_office(&d.order.lead.code, who.author.at).await? } else { Vec::new() };
    let now = who.author.at;
    let series = records::load::<Series>(&s.scope, &crate::series::id_of(d.id).to_string()).await.map_err(PageError::internal)?.map(|f| f.state);
    Ok(Open { s, v, part, now, asked, colleagues, units: s.units.all(), d, who, series })
}

/// From a conclusion of a meeting to what became of it.
pub async fn of_meeting(Shared(s): Shared<Ops>, v: Visitor, Path((meeting, conclusion)): Path<(String, u32)>) -> Result<Response, PageError> {
    let who = s.who(&*actor(&v)?);
    let id = id_of(&meeting, conclusion);
    if !store::exists(&s.scope, id).await.map_err(PageError::internal)? {
        let refusal = Refusal::not_found("Nhiệm vụ của kết luận này chưa có ở phân hệ chỉ đạo; hãy thử lại sau ít phút", "The task of this conclusion is not in the room of directives yet; try again in some minutes");
        return Err(refusal.into());
    }
    let (d, _) = s.directive_for(&who, id).await?;
    Ok(Redirect::to(&path_of(d.id)).into_response())
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id, asked).await?;
    Ok(page(&o, &Said::default()).into_response())
}

impl Open<'_> {
    pub fn path(&self) -> String {
        path_of(self.d.id)
    }
    fn standing(&self, basis: Basis) -> Standing {
        self.d.fact().standing(basis, self.d.rules.warning_days.into(), self.now)
    }
    /// A form; on paper there is nothing to press.
    pub fn form(&self, act: &str, body: &Html) -> Html {
        kit::form_with(self.v, &self.path(), &[("class", "no-print")], &Html(format!("{}{body}", kit::hidden("act", act))))
    }
    /// A form that may carry a file.
    pub fn upload(&self, act: &str, body: &Html) -> Html {
        off_paper(&kit::upload_form(self.v, &format!("{}/files", self.path()), &Html(format!("{}{body}", kit::hidden("act", act)))))
    }
    pub fn press(&self, act: &str, (vi, en): (&str, &str), weight: Weight) -> Html {
        self.form(act, &kit::Button::new(self.v.pick(vi, en)).weight(weight).html())
    }
    pub fn button(&self, (vi, en): (&str, &str), weight: Weight) -> Html {
        kit::Button::new(self.v.pick(vi, en)).weight(weight).html()
    }
    pub fn file(&self, f: &Filed) -> Html {
        kit::link(&format!("{}/files/{}", self.path(), f.file), &f.name)
    }
}

pub fn page(o: &Open<'_>, said: &Said) -> Html {
    let (v, d) = (o.v, &o.d);
    let title = look::short(&d.order.text, 90);
    let main = Html(format!(
        "{}{}{}{}{}{}{}{}{}{}{}",
        said.summary(v.lang),
        done(v, &o.asked.done),
        kit::heading(&title, Some(&d.code)),
        standing(o),
        steps::next(o, said),
        kit::summary_list(&facts(o)),
        submissions(o),
        extensions(o),
        steps::more(o, said),
        rules(o),
        timeline(o),
    ));
    shell(v, &title, main).error(said.is_error()).back(HOME, v.pick("Nhiệm vụ giao", "Directives")).render()
}

/// The two axes side by side.
fn standing(o: &Open<'_>) -> Html {
    let current = o.standing(Basis::Current);
    let mut out = format!("<p>{} {}", look::workflow(o.v.lang, o.d.workflow), look::standing(current, o.v.lang));
    let original = o.standing(Basis::Original);
    if original != current && o.d.granted() > 0 {
        out.push_str(&format!(" <span class=\"muted\">{} {}</span>", o.v.pick("theo thời hạn ban đầu:", "by the first deadline:"), esc(&look::standing_text(original, o.v.lang))));
    }
    out.push_str("</p>");
    Html(out)
}

fn facts(o: &Open<'_>) -> Vec<Line> {
    let (v, d) = (o.v, &o.d);
    let order = &d.order;
    let mut out = vec![Line::new(v.pick("Nội dung", "What is to be done"), paragraphs(&order.text))];
    let mut add = |vi: &str, en: &str, text: &str| {
        if !text.is_empty() {
            out.push(Line::new(v.pick(vi, en), text));
        }
    };
    add("Sản phẩm, kết quả phải có", "Product expected", &order.product);
    add("Chỉ tiêu đo được", "Measurable target", &order.target);
    add("Người giao", "Given by", &format!("{} – {}", order.assigner.with_title(), order.assigner.office_name));
    add("Đơn vị chủ trì", "Lead office", &order.lead.name);
    add("Đơn vị phối hợp", "Cooperating offices", &order.partners.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join("; "));
    add("Đầu mối thực hiện", "Focal point", &d.focal.as_ref().map_or_else(String::new, Person::with_title));
    add("Người thay đầu mối", "Substitute", &d.substitute.as_ref().map_or_else(String::new, Person::with_title));
    add("Người theo dõi", "Monitoring officer", &order.monitor.as_ref().map_or_else(String::new, Person::with_title));
    add("Độ khẩn", "Urgency", o.s.catalog.urgency(&order.urgency).map_or("", |u| u.name.get(v.lang)));
    add("Mặt trận", "Front", o.s.catalog.front(&order.front).map_or("", |f| f.name.get(v.lang)));
    if let Some(s) = &order.source {
        let day = s.date.map_or_else(String::new, |d| format!(" {} {}", v.pick("ngày", "of"), when::day(d, v.lang)));
        let text = [format!("{}{day}", s.number), s.issuer.clone(), s.summary.clone(), s.item.clone()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ");
        let link = if s.path.is_empty() { esc(&text) } else { kit::link(&s.path, &text).0 };
        out.push(Line::new(v.pick("Theo văn bản", "Document"), Html(link)));
    }
    let origin = d.origin.text();
    out.push(Line::new(v.pick("Nguồn giao", "Comes from"), d.origin.path().map_or_else(|| Html::text(origin.get(v.lang)), |p| kit::link(&p, origin.get(v.lang)))));
    if let Some(series) = &o.series {
        out.push(Line::new(v.pick("Lặp lại", "It recurs"), kit::link(&super::series::path_to(series.id), series.every.text().get(v.lang))));
    }
    if d.assigned.is_some() || d.deadline.is_some() {
        out.push(Line::new(v.pick("Thời hạn", "Deadline"), deadline(o)));
    }
    if let Some(at) = d.assigned {
        out.push(Line::new(v.pick("Giao lúc", "Given"), when::at_time(at, o.now, v.lang)));
    }
    if let Some(at) = d.received {
        out.push(Line::new(v.pick("Tiếp nhận lúc", "Received"), when::at_time(at, o.now, v.lang)));
    }
    out
}

fn deadline(o: &Open<'_>) -> Html {
    let (v, d) = (o.v, &o.d);
    let Some(end) = d.deadline else { return Html::text(v.pick("Không thời hạn", "No deadline")) };
    let mut out = when::at_time(end.ends, o.now, v.lang).0;
    if let Some(asked) = end.asked {
        out.push_str(&format!(" <span class=\"muted\">({} {})</span>", esc(&when::day(asked, v.lang)), v.pick("là ngày nghỉ của đơn vị chủ trì", "is a day off of the lead office")));
    }
    if let Some(first) = d.first_deadline.filter(|f| f.ends != end.ends) {
        let moved = first.day.until(end.day).map_or(0, |s| s.get_days());
        out.push_str(&format!("<br><span class=\"muted\">{} {}; {} {}, {moved} {}</span>", v.pick("ban đầu", "first"), when::at_time(first.ends, o.now, v.lang), v.pick("gia hạn", "extended"), d.granted(), v.pick("ngày", "days")));
    }
    Html(out)
}

pub fn submission(o: &Open<'_>, s: &Submission) -> Html {
    let v = o.v;
    let file = s.file.as_ref().map_or_else(String::new, |f| format!("<p>{}</p>", o.file(f)));
    let document = if s.document.is_empty() { String::new() } else { format!("<p>{} {}</p>", v.pick("Văn bản trả lời:", "Reply:"), esc(&s.document)) };
    Html(format!("<p class=\"muted\">{} · {}</p>{}{document}{file}", esc(&s.by), when::at_time(s.at, o.now, v.lang), paragraphs(&s.text)))
}

fn submissions(o: &Open<'_>) -> Html {
    let (v, d) = (o.v, &o.d);
    if d.submissions.is_empty() || (d.workflow == Workflow::Submitted && o.part.decides() && d.submissions.len() == 1) {
        return Html::default();
    }
    let one = |s: &Submission| {
        let outcome = match &s.outcome {
            Outcome::Waiting => kit::chip(Mood::Warn, v.pick("chờ xác nhận", "to be accepted")),
            Outcome::Accepted { by, quality, note, .. } => {
                let name = o.s.catalog.quality(quality).map_or(quality.as_str(), |q| q.name.get(v.lang));
                Html(format!("{} {} {}", kit::chip(Mood::Good, &format!("{}: {name}", v.pick("đã xác nhận", "accepted"))), esc(by), esc(note)))
            }
            Outcome::Returned { by, reason, .. } => Html(format!("{} {}: {}", kit::chip(Mood::Bad, v.pick("trả lại, không tính", "returned, does not count")), esc(by), esc(reason))),
        };
        format!("<section class=\"card\"><h3>{} {} {outcome}</h3>{}</section>", v.pick("Lần trình", "Submission"), s.no, submission(o, s))
    };
    Html(format!("<h2 id=\"products\">{}</h2>{}", v.pick("Kết quả đã trình", "Products submitted"), d.submissions.iter().map(one).collect::<String>()))
}

fn extensions(o: &Open<'_>) -> Html {
    let (v, d) = (o.v, &o.d);
    if d.extensions.is_empty() {
        return Html::default();
    }
    let one = |e: &Extension| {
        let outcome = match &e.answer {
            Answered::Waiting => kit::chip(Mood::Warn, v.pick("chờ quyết định", "to be decided")).0,
            Answered::Granted { by, deadline, note, .. } => format!("{} {} · {} {}", kit::chip(Mood::Good, v.pick("đồng ý", "granted")), esc(by), esc(&when::day(deadline.day, v.lang)), esc(note)),
            Answered::Refused { by, reason, .. } => format!("{} {}: {}", kit::chip(Mood::Bad, v.pick("không đồng ý", "refused")), esc(by), esc(reason)),
        };
        let late = if e.late { v.pick(" · xin sau thời hạn", " · asked after the deadline") } else { "" };
        Html(format!("{} → {}{late}: {} <br>{outcome}", esc(&when::day(e.before.day, v.lang)), esc(&when::day(e.day, v.lang)), esc(&e.reason)))
    };
    Html(format!("<h2 id=\"extensions\">{}</h2>{}", v.pick("Gia hạn", "More time"), kit::bullets(&d.extensions.iter().map(one).collect::<Vec<_>>())))
}

/// The rules this task is handled by, with their sources.
fn rules(o: &Open<'_>) -> Html {
    let (v, r) = (o.v, &o.d.rules);
    let basis: Vec<Html> = o
        .s
        .catalog
        .sources(o.d.assigned.unwrap_or(o.d.created).date())
        .iter()
        .map(|b| {
            let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
            let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
            Html(format!("{}{note}{mark}", esc(&b.to_string())))
        })
        .collect();
    let text = format!(
        "{}: {}\n{}: {}",
        v.pick("Báo sắp đến hạn trước (ngày)", "Due soon from (days)"),
        r.warning_days,
        v.pick("Gia hạn không cần lãnh đạo quyết định (lần)", "Extensions without a leader's decision"),
        r.extension.most,
    );
    kit::details(v.pick("Quy định áp dụng cho nhiệm vụ này", "Rules of this task"), &Html(format!("{}{}", paragraphs(&text), kit::bullets(&basis))), false)
}

fn timeline(o: &Open<'_>) -> Html {
    let v = o.v;
    let moments: Vec<Moment> = o
        .d
        .steps
        .iter()
        .rev()
        .map(|s| Moment { title: word(&s.what, v).to_owned(), body: paragraphs(&s.text), when: Html(format!("{} · {}", esc(&s.by), when::at_time(s.at, o.now, v.lang))), next: false })
        .collect();
    let log: Vec<Html> = o
        .d
        .progress
        .iter()
        .rev()
        .filter(|e| e.percent.is_some() || !e.obstacle.is_empty() || !e.proposal.is_empty() || !e.next.is_empty() || e.file.is_some())
        .map(|e| {
            let part = |vi: &str, en: &str, text: &str| if text.is_empty() { String::new() } else { format!("<br><b>{}</b> {}", v.pick(vi, en), esc(text)) };
            let percent = e.percent.map_or_else(String::new, |n| format!(" · {n}%"));
            let file = e.file.as_ref().map_or_else(String::new, |f| format!("<br>{}", o.file(f)));
            Html(format!("{}{percent}: {}{}{}{}{file}", when::at_time(e.at, o.now, v.lang), esc(&e.text), part("Tiếp theo:", "Next:", &e.next), part("Vướng mắc:", "Obstacle:", &e.obstacle), part("Đề xuất:", "Proposal:", &e.proposal)))
        })
        .collect();
    let log = if log.is_empty() { Html::default() } else { Html(format!("<h2 id=\"log\">{}</h2>{}", v.pick("Nhật ký tiến độ", "Progress log"), kit::bullets(&log))) };
    Html(format!("{log}<h2 id=\"history\">{}</h2>{}", v.pick("Diễn biến", "History"), kit::timeline(&moments)))
}

/// An event in the words of the timeline.
pub fn word(what: &str, v: &Visitor) -> &'static str {
    let (vi, en) = match what {
        "drafted" => ("Soạn dự thảo", "Drafted"),
        "edited" => ("Sửa dự thảo", "Draft changed"),
        "given" => ("Giao nhiệm vụ", "Given"),
        "received" => ("Tiếp nhận", "Received"),
        "refused" => ("Từ chối", "Refused"),
        "insisted" => ("Giữ nguyên đơn vị chủ trì", "The office keeps it"),
        "reassigned" => ("Chuyển đơn vị chủ trì", "Another office leads"),
        "focal_named" => ("Cử đầu mối", "Focal point named"),
        "progressed" => ("Ghi tiến độ", "Progress recorded"),
        "submitted" => ("Trình kết quả", "Product submitted"),
        "accepted" => ("Xác nhận hoàn thành", "Accepted"),
        "returned" => ("Trả lại làm tiếp", "Returned"),
        "extension_asked" => ("Đề nghị gia hạn", "More time asked for"),
        "extension_granted" => ("Đồng ý gia hạn", "More time granted"),
        "extension_refused" => ("Không đồng ý gia hạn", "More time refused"),
        "suspended" => ("Tạm hoãn", "Suspended"),
        "resumed" => ("Tiếp tục", "Resumed"),
        "withdrawn" => ("Rút nhiệm vụ", "Withdrawn"),
        _ => ("Thay đổi", "Changed"),
    };
    match v.lang {
        kernel::text::Lang::Vi => vi,
        kernel::text::Lang::En => en,
    }
}
