//! Requests for an explanation: asked in two taps, answered in place with a clock.

use super::{QUESTIONS, alerts, HOME, PHONE, actor, done, paragraphs, said::{Said, unknown_act}, shell, show};
use crate::{
    Ops, Who,
    alert::{Alert, AlertId},
    question::{self, About, Line, Question, QuestionId, State},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, id::OfficeCode};
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What is asked about, as an address tells it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    office: String,
    path: String,
    label: String,
    /// An alert: its office and words are taken.
    alert: String,
}

const LABEL_MAX: usize = 300;

/// Only pages of this site are asked about.
pub fn own_path(path: &str) -> String {
    let fine = path.starts_with('/') && !path.starts_with("//") && path.len() <= 500 && !path.contains(['\\', '\n', '\r']);
    if fine { path.to_owned() } else { PHONE.to_owned() }
}

pub async fn blank(Shared(s): Shared<Ops>, v: Visitor, Query(mut q): Query<Asked>) -> Result<Response, PageError> {
    if let Some(a) = alert(&s, &s.who(&*actor(&v)?), &q.alert).await? {
        q = Asked { kind: "alert".into(), office: a.owner.code.to_string(), path: alerts::path_of(a.id), label: a.cause.label.get(v.lang).to_owned(), alert: String::new() };
    }
    let text = v.pick("Đề nghị giải trình nguyên nhân, việc đã làm và thời điểm hoàn thành.", "Please explain the cause, what was done and when it will be finished.");
    let pairs = [
        ("id", QuestionId::new(uuid::Uuid::now_v7()).to_string()), ("kind", q.kind), ("office", q.office), ("path", own_path(&q.path)),
        ("label", q.label.chars().take(LABEL_MAX).collect()), ("question", text.to_owned()),
    ];
    Ok(form(&s, &v, &Said::typed("ask", pairs.map(|(n, t)| (n.to_owned(), t)).to_vec())).into_response())
}

/// The alert of an address or an id, if this reader may know of it.
pub async fn alert(s: &Ops, who: &Who, id: &str) -> Result<Option<Alert>, PageError> {
    let Ok(id) = id.strip_prefix("/work/alerts/").unwrap_or(id).parse::<AlertId>() else { return Ok(None) };
    match s.alert_for(who, id).await {
        Ok(a) => Ok(Some(a)),
        Err(crate::Failure::Refused(_)) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

fn form(s: &Ops, v: &Visitor, said: &Said) -> Html {
    const ACT: &str = "ask";
    let value = |name: &str| said.value(ACT, name).to_owned();
    let units: Vec<Choice> = s.units.all().iter().map(|u| Choice::new(u.code.to_string(), u.name.get(v.lang))).collect();
    let hours = s.catalog.rules(s.now().date()).map(|r| r.explanation.text().get(v.lang).to_owned()).unwrap_or_default();
    let known = !value("path").is_empty() && value("path") != PHONE;
    let label = if known {
        Html(format!("{}<p><b>{}</b></p>", kit::hidden("label", &value("label")), esc(&value("label"))))
    } else {
        said.field(v, ACT, "label", ("Về việc gì", "About what")).max_length(LABEL_MAX).input()
    };
    let body = Html(format!(
        "{}{}{}{}{label}{}{}<p class=\"muted\">{} {}</p>{}",
        kit::hidden("act", ACT),
        kit::hidden("id", &value("id")),
        kit::hidden("kind", &value("kind")),
        kit::hidden("path", &value("path")),
        said.field(v, ACT, "office", ("Cơ quan trả lời", "Office to answer")).attr("data-combobox", "").select(&units),
        said.field(v, ACT, "question", ("Câu hỏi", "Question")).max_length(2000).textarea(3),
        v.pick("Cơ quan phải trả lời trong", "The office answers within"),
        esc(&hours),
        kit::Button::new(v.pick("Gửi yêu cầu giải trình", "Ask for the explanation")).html(),
    ));
    let title = v.pick("Yêu cầu giải trình", "Ask for an explanation");
    let main = Html(format!("{}{}{}", said.summary(v.lang), kit::heading(title, None), kit::form(v, "/ioc/ask", &body)));
    shell(v, title, main).error(said.is_error()).back(PHONE, v.pick("Việc cần lãnh đạo xem", "For the leader")).render()
}

pub async fn create(Shared(s): Shared<Ops>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let id: QuestionId = f.get("id").and_then(|i| i.parse().ok()).unwrap_or_else(|| QuestionId::new(uuid::Uuid::now_v7()));
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let kind = Some(text("kind")).filter(|k| matches!(k.as_str(), "directive" | "figure" | "dossier" | "alert")).unwrap_or_else(|| "figure".into());
    let label: String = text("label").chars().take(LABEL_MAX).collect();
    let asked = if label.trim().is_empty() {
        Err(kernel::Refusal::invalid("question-form", "Chưa gửi được: có chỗ cần sửa", "Not sent: something needs correcting").because(Some("label"), "Ghi câu hỏi về việc gì.", "Say what the question is about.").into())
    } else {
        let about = About { kind, label: label.trim().to_owned(), path: own_path(&text("path")) };
        s.ask(&me, id, &about, &text("question"), &OfficeCode::new(text("office"))).await
    };
    match asked {
        Ok(q) => {
            // The alert says so too; the same form sent again says it again if this was not reached.
            if let Some(a) = alert(&s, &s.who(&me), if q.about.kind == "alert" { &q.about.path } else { "" }).await? {
                s.alert_asked(&me, a.id, &q.id.to_string(), &q.office.name).await?;
            }
            Ok(Redirect::to(&format!("{QUESTIONS}/{}?done=1", q.id)).into_response())
        }
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(|said| form(&s, &v, said)))
        }
    }
}

/// How a question stands: a word and a shape.
fn chip(v: &Visitor, q: &Line, now: Instant) -> Html {
    match (q.state, q.is_late(now)) {
        (State::Open, true) => kit::chip(Mood::Bad, v.pick("chưa trả lời, quá giờ", "not answered in time")),
        (State::Open, false) => kit::chip(Mood::Warn, v.pick("chưa trả lời", "not answered")),
        (_, true) => kit::chip(Mood::Warn, v.pick("đã trả lời, trễ", "answered late")),
        (State::Answered, false) => kit::chip(Mood::Good, v.pick("đã trả lời", "answered")),
        (State::Closed, false) => kit::chip(Mood::Good, v.pick("đã xem", "seen")),
    }
}

/// A question in a list.
pub fn line(v: &Visitor, q: &Line, now: Instant) -> Html {
    Html(format!(
        "<a href=\"{QUESTIONS}/{}\">{}</a><br>{} <span class=\"muted\">{} · {} {}</span>",
        q.id,
        esc(&q.label),
        chip(v, q, now),
        esc(&q.office_name),
        v.pick("trả lời trước", "to be answered by"),
        when::at_time(q.answer_by, now, v.lang),
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    which: String,
}

pub async fn list(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Which>) -> Result<Html, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    let now = who.author.at;
    let title = v.pick("Giải trình", "Explanations");
    let section = |head: &str, lines: Vec<Line>, none: &str| {
        let items: Vec<Html> = lines.iter().map(|q| line(&v, q, now)).collect();
        let body = if items.is_empty() { Html(format!("<p class=\"none\">{}</p>", esc(none))) } else { kit::bullets(&items) };
        format!("<h2>{}</h2>{body}", esc(head))
    };
    let mut body = String::new();
    if who.oversees && !q.which.is_empty() {
        let late = q.which == "late";
        let lines: Vec<Line> = question::open(&s.scope).await.map_err(PageError::internal)?.into_iter().filter(|q| !late || q.is_late(now)).collect();
        let all = section(if late { v.pick("Toàn tỉnh, thành phố: chưa trả lời, quá giờ", "Province: not answered in time") } else { v.pick("Toàn tỉnh, thành phố: chưa trả lời", "Province: not answered") }, lines, v.pick("Không có.", "None."));
        // The list behind a figure of the wall.
        body.push_str(&format!("<div data-records>{all}</div>"));
    }
    if let Some(office) = who.office.as_ref().filter(|_| who.manages) {
        let lines = question::of_office(&s.scope, office).await.map_err(PageError::internal)?;
        body.push_str(&section(v.pick("Cơ quan phải trả lời", "To be answered by the office"), lines, v.pick("Chưa có yêu cầu nào.", "Nothing was asked.")));
    }
    if who.leads {
        let lines = question::asked_by(&s.scope, me.account).await.map_err(PageError::internal)?;
        body.push_str(&section(v.pick("Tôi đã hỏi", "Asked by me"), lines, v.pick("Chưa hỏi việc nào.", "You have asked nothing.")));
    }
    let main = Html(format!("{}{body}", kit::heading(title, None)));
    Ok(shell(&v, title, main).render())
}

async fn found(s: &Ops, who: &Who, id: &str) -> Result<Question, PageError> {
    let id = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.question_for(who, id).await?)
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, Query(asked): Query<show::Asked>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    let q = found(&s, &who, &id).await?;
    Ok(page(&v, &who, &q, &Said::default(), &asked.done).into_response())
}

fn page(v: &Visitor, who: &Who, q: &Question, said: &Said, said_done: &str) -> Html {
    let now = who.author.at;
    let path = format!("{QUESTIONS}/{}", q.id);
    let asked = who.manages && who.office.as_ref() == Some(&q.office.code);
    let facts = [
        kit::Line::new(v.pick("Trạng thái", "State"), kit::chip(if q.state == State::Open { Mood::Warn } else { Mood::Good }, q.state.text().get(v.lang))),
        kit::Line::new(v.pick("Về việc", "About"), kit::link(&q.about.path, &q.about.label)),
        kit::Line::new(v.pick("Câu hỏi", "Question"), paragraphs(&q.text)),
        kit::Line::new(v.pick("Người hỏi", "Asked by"), Html(format!("{} · {}", esc(&q.asker_name), when::at_time(q.asked, now, v.lang)))),
        kit::Line::new(v.pick("Cơ quan trả lời", "Office to answer"), q.office.name.as_str()),
        kit::Line::new(v.pick("Trả lời trước", "To be answered by"), when::due_time(q.answer_by, now, v.lang)),
    ];
    let answers: String = q
        .answers
        .iter()
        .map(|a| {
            let late = if a.at > q.answer_by { format!(" {}", kit::chip(Mood::Warn, v.pick("trễ", "late"))) } else { String::new() };
            format!("<section class=\"card\"><p class=\"muted\">{} · {}{late}</p>{}</section>", esc(&a.by), when::at_time(a.at, now, v.lang), paragraphs(&a.text))
        })
        .collect();
    let mut forms = Html::default();
    if asked && q.state != State::Closed {
        let body = Html(format!(
            "{}{}{}",
            kit::hidden("act", "answer"),
            said.field(v, "answer", "answer", ("Nội dung giải trình", "Explanation")).max_length(2000).textarea(4),
            kit::Button::new(if q.state == State::Open { v.pick("Gửi giải trình", "Send the explanation") } else { v.pick("Bổ sung giải trình", "Add to the explanation") }).html(),
        ));
        forms.push(&kit::form_with(v, &path, &[("class", "no-print")], &body));
    }
    if q.asker == who.author.account && q.state == State::Answered {
        let close = kit::form(v, &path, &Html(format!("{}{}", kit::hidden("act", "close"), kit::Button::new(v.pick("Đã xem, kết thúc", "Seen, close it")).weight(Weight::Quiet).html())));
        let direct = kit::link_button(&format!("{HOME}/new?question={}", url_part(&q.id.to_string())), v.pick("Giao nhiệm vụ từ giải trình này", "Give a task from this"), Weight::Main);
        forms.push(&super::off_paper(&kit::button_group(&[direct, close])));
    }
    let title = v.pick("Yêu cầu giải trình", "Request for an explanation");
    let answers = if answers.is_empty() { String::new() } else { format!("<h2>{}</h2>{answers}", v.pick("Trả lời", "Answer")) };
    let main = Html(format!("{}{}{}{}{answers}{forms}", said.summary(v.lang), done(v, said_done), kit::heading(title, Some(&q.about.label)), kit::summary_list(&facts)));
    shell(v, title, main).error(said.is_error()).back(QUESTIONS, v.pick("Giải trình", "Explanations")).render()
}

pub async fn post(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    let q = found(&s, &who, &id).await?;
    let result = match f.get("act").unwrap_or_default() {
        "answer" => s.answer(&me, q.id, f.get("answer").unwrap_or_default()).await,
        "close" => s.close_question(&me, q.id).await,
        _ => Err(unknown_act().into()),
    };
    match result {
        Ok(q) => Ok(Redirect::to(&format!("{QUESTIONS}/{}?done=1", q.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(|said| page(&v, &who, &q, said, "")))
        }
    }
}
