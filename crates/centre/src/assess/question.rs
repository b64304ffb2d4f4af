//! One question a page: kept as soon as the person goes on, in any order, on a weak signal.

use super::{control, door::Door};
use crate::{
    Centre, device,
    model::{Assessment, Trace},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Instant, refusal::Reason, text::Lang};
use scoring::{Answer, Framework, definition::NaPolicy};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Longest note, in characters.
pub const NOTE_MAX: usize = 2_000;
/// Questions that are kept on the device ahead of the one that is open.
const AHEAD: usize = 6;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct Way {
    /// `quick`: the short set; `dimension:CODE`; empty: all that is asked.
    #[serde(default)]
    pub way: String,
}

/// The questions of a way that are asked and may be answered here, in order.
pub fn course<'f>(f: &'f Framework, door: &Door, way: &str) -> Vec<&'f str> {
    let a = &door.a;
    let asked = f.asked(&a.answers);
    let all: Vec<&str> = match way.strip_prefix("dimension:") {
        Some(code) => {
            let of: Vec<&str> = f.criteria().filter(|p| p.dimension.code == code).map(|p| p.criterion.code.as_str()).collect();
            asked.into_iter().filter(|c| of.contains(c)).collect()
        }
        None if way == "quick" => f.quick.iter().map(String::as_str).filter(|c| asked.contains(c)).collect(),
        None => asked,
    };
    all.into_iter().filter(|c| door.may(f, c)).collect()
}

/// The address of a question on a way.
pub fn address(base: &str, code: &str, way: &str) -> String {
    let way = if way.is_empty() { String::new() } else { format!("?way={}", url_part(way)) };
    format!("{base}/q/{}{way}", url_part(code))
}

/// Where the person goes after a question: the next one of the way, the result, or the overview.
pub fn onward(f: &Framework, door: &Door, code: &str, way: &str) -> String {
    let course = course(f, door, way);
    let at = course.iter().position(|x| *x == code).map_or(0, |n| n + 1);
    match course.get(at) {
        Some(next) => address(&door.base, next, way),
        None if way == "quick" && door.invite.is_none() => format!("{}/result", door.base),
        None => door.base.clone(),
    }
}

/// A question as it is shown: what was typed goes before what is stored.
pub struct Shown<'a> {
    pub code: &'a str,
    pub way: &'a str,
    pub typed: Option<&'a FormData>,
    pub reasons: &'a [Reason],
    /// Somebody answered while this was typed.
    pub meanwhile: bool,
    /// What was typed beside a proof that could not be taken.
    pub proof: Option<&'a FormData>,
}

/// Who gave the stored answer, when: `Kế toán đã trả lời lúc 10:02 hôm nay`.
pub fn by_whom(v: &Visitor, trace: &Trace, now: Instant) -> String {
    let who = if trace.by.is_empty() { v.pick("Người giữ đường dẫn chính", "The holder of the main link") } else { trace.by.as_str() };
    let at = when::at(trace.at, now, v.lang);
    let waited = trace.device.map_or_else(String::new, |d| {
        let given = d.given(trace.at);
        let far = trace.at.seconds_since(given) > 120;
        let mut words = if far { format!("; {} {}", v.pick("ghi trên máy lúc", "given on the device at"), when::at(given, now, v.lang)) } else { String::new() };
        if d.skewed() {
            words.push_str(v.pick("; đồng hồ máy gửi sai giờ, đã tính lại theo máy chủ", "; the sender's clock was wrong, reckoned by ours"));
        }
        words
    });
    match v.lang {
        Lang::Vi => format!("{who} đã trả lời lúc {at}{waited}"),
        Lang::En => format!("{who} answered at {at}{waited}"),
    }
}

pub fn page(c: &Centre, v: &Visitor, door: &Door, p: &Shown<'_>) -> Result<Response, PageError> {
    let a: &Assessment = &door.a;
    let f = c.framework(a).ok_or_else(PageError::not_found)?;
    let placed = f.criterion(p.code).filter(|_| door.may(f, p.code)).ok_or_else(PageError::not_found)?;
    let lang = v.lang;
    let answer = a.answers.get(p.code);
    let trace = a.traces.get(p.code);
    let course = course(f, door, p.way);
    let at = course.iter().position(|x| *x == p.code).unwrap_or(0);
    let mut body = control(lang, &placed, answer, p.typed, p.reasons).0;
    body.push_str(&extras(v, door, p, &placed, answer));
    body.push_str(&kit::hidden("_seen", &a.seen(p.code).to_string()).0);
    body.push_str(&device::mark("answer", placed.criterion.text.get(lang), &onward(f, door, p.code, p.way)).0);
    body.push_str(
        &kit::button_group(&[
            kit::button(v.pick("Lưu và tiếp tục", "Save and go on")),
            kit::Button::new(v.pick("Bỏ qua", "Skip")).weight(Weight::Quiet).named("skip", "1").html(),
        ])
        .0,
    );
    let progress = match lang {
        Lang::Vi => format!("Câu {} trong {} · {}", at + 1, course.len(), placed.group.name.vi),
        Lang::En => format!("Question {} of {} · {}", at + 1, course.len(), placed.group.name.en),
    };
    let said = trace.filter(|t| !p.meanwhile && (!t.by.is_empty() || t.device.is_some()));
    let said = said.map_or_else(String::new, |t| format!("<p class=\"muted\">{}.</p>", esc(&by_whom(v, t, c.now()))));
    let ahead: Vec<String> = course.iter().skip(at + 1).take(AHEAD).map(|x| address(&door.base, x, p.way)).chain([door.base.clone()]).collect();
    let main = Html(format!(
        "{}{}<p class=\"muted\">{}</p><progress class=\"meter info\" max=\"{}\" value=\"{at}\" aria-label=\"{}\"></progress>{}{said}{}{}{}",
        kit::error_summary(lang, p.reasons),
        if p.meanwhile { meanwhile(c, v, &placed, answer, trace) } else { String::new() },
        esc(&progress),
        course.len().max(1),
        esc(&progress),
        kit::form(v, &address(&door.base, p.code, p.way), &Html(body)),
        unverified(v, &placed),
        super::proofs::section(v, door, p, &placed, answer),
        device::block(v, "/assess/", false, &ahead, &[]),
    ));
    let back = at.checked_sub(1).and_then(|n| course.get(n)).map_or_else(|| door.base.clone(), |before| address(&door.base, before, p.way));
    let status = match (p.reasons.is_empty(), p.meanwhile) {
        (_, true) => StatusCode::CONFLICT,
        (true, false) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let shell = Shell::new(v, placed.criterion.text.get(lang), main).width(Width::Narrow).error(status != StatusCode::OK).back(back, v.pick("Quay lại", "Back"));
    Ok((status, shell.render()).into_response())
}

/// Not applicable, note, who answers.
fn extras(v: &Visitor, door: &Door, p: &Shown<'_>, placed: &scoring::Placed<'_>, answer: Option<&Answer>) -> String {
    let was = |name: &str, stored: &str| p.typed.and_then(|t| t.get(name)).unwrap_or(stored).to_owned();
    let mut out = String::new();
    if placed.criterion.na != NaPolicy::Never {
        let ticked = p.typed.map_or(answer.is_some_and(|x| x.na), |t| t.get("na").is_some());
        let value = if ticked { "yes" } else { "" };
        let choice = [Choice::new("yes", v.pick("Câu này không áp dụng với đơn vị", "This does not apply to us"))];
        out.push_str(&Field::new(v.lang, "na", v.pick("Không áp dụng", "Not applicable")).value(value).optional(true).checkboxes(&choice).0);
    }
    let note = Field::new(v.lang, "note", v.pick("Ghi chú", "Note")).value(was("note", answer.map_or("", |x| x.note.as_str()))).optional(true).max_length(NOTE_MAX).errors(p.reasons).textarea(2);
    // One who was asked is known by the invitation. Another person's name is not offered: an answer is recorded as of
    // whoever gives it.
    let stored = door.a.traces.get(p.code).filter(|t| t.invite.is_none()).map_or("", |t| t.by.as_str());
    let who = Field::new(v.lang, "respondent", v.pick("Người trả lời", "Who answers"))
        .hint(v.pick("Khi nhiều người cùng trả lời.", "When several people answer."))
        .value(was("respondent", stored))
        .optional(true)
        .max_length(120)
        .input();
    let (summary, who) = match door.invite {
        Some(_) => (v.pick("Ghi chú", "Note"), Html::default()),
        None => (v.pick("Ghi chú, người trả lời", "Note, who answers"), who),
    };
    out.push_str(&format!("<details><summary>{summary}</summary>{note}{who}</details>"));
    out
}

/// What stands in the way of what was typed; both are on the page, and pressing the button is a decision.
fn meanwhile(c: &Centre, v: &Visitor, placed: &scoring::Placed<'_>, answer: Option<&Answer>, trace: Option<&Trace>) -> String {
    let (by, at) = changed(c, v, trace);
    let body = Html(format!(
        "<p>{}: <b>{}</b></p><p>{}</p>",
        v.pick("Câu trả lời đang lưu", "The answer stored now"),
        esc(&super::answer::in_words(v.lang, placed, answer)),
        v.pick(
            "Câu bạn vừa nhập vẫn còn ở dưới và chưa được lưu. Bấm “Lưu và tiếp tục” để thay câu đang lưu, hoặc “Bỏ qua” để giữ câu đang lưu.",
            "What you typed is still below and has not been saved. Press “Save and go on” to replace the stored answer, or “Skip” to keep it.",
        )
    ));
    let title = match v.lang {
        Lang::Vi => format!("{by} đã đổi câu này lúc {at}"),
        Lang::En => format!("{by} changed this at {at}"),
    };
    kit::banner(kit::Mood::Warn, &title, &body).0
}

/// Who changed an answer last, and when, as people say it.
pub fn changed(c: &Centre, v: &Visitor, trace: Option<&Trace>) -> (String, String) {
    let who = trace.map_or("", |t| t.by.as_str());
    let who = if who.is_empty() { v.pick("Người giữ đường dẫn chính", "The holder of the main link") } else { who };
    (who.to_owned(), trace.map_or_else(String::new, |t| when::at(t.at, c.now(), v.lang)))
}

fn unverified(v: &Visitor, placed: &scoring::Placed<'_>) -> String {
    if placed.criterion.verified && placed.scale.verified {
        return String::new();
    }
    format!("<p class=\"hint\">{}</p>", v.pick("Thang điểm của câu này chưa được đối chiếu với văn bản gốc.", "The scale of this question has not been compared with the source text."))
}

async fn ask(c: &Centre, v: &Visitor, door: Door, code: &str, way: &Way) -> Result<Response, PageError> {
    page(c, v, &door, &Shown { code, way: &way.way, typed: None, reasons: &[], meanwhile: false, proof: None })
}

pub async fn ask_own(State(c): State<Centre>, v: Visitor, Path((key, code)): Path<(String, String)>, Query(way): Query<Way>) -> Result<Response, PageError> {
    ask(&c, &v, Door::own(&c, &key).await?, &code, &way).await
}

pub async fn ask_asked(State(c): State<Centre>, v: Visitor, Path((key, code)): Path<(String, String)>, Query(way): Query<Way>) -> Result<Response, PageError> {
    ask(&c, &v, Door::asked(&c, &key).await?, &code, &way).await
}
