//! The room's pages, under `/work/meetings`. No script is needed for anything.

mod after;
mod agenda;
mod form;
mod list;
mod people;
mod post;
mod session;
mod show;
mod told;
mod upload;

use crate::{Failure, Meetings, meeting::MeetingId};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::actions::{MEETING_HOLD, MEETING_TAKE_PART, MEETING_VIEW};
use kernel::{
    Actor, Instant, Refusal,
    catalog::LegalBasis,
    refusal::{Reason, RefusalKind},
    text::Lang,
    time::Date,
};
use std::sync::Arc;
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
};

/// Where the room begins.
pub const HOME: &str = "/work/meetings";
/// A request with a paper: the paper and what travels with it.
const UPLOAD_LIMIT: usize = 48 << 20;
/// Lines on one page of a list.
const PAGE: i64 = 50;

pub fn routes(r: Routes<Meetings>) -> Routes<Meetings> {
    r.get("/work/meetings", MEETING_VIEW, list::show)
        .get("/work/meetings/new", MEETING_HOLD, form::blank)
        .post("/work/meetings/new", MEETING_HOLD, form::create)
        .get("/work/meetings/{meeting}", MEETING_VIEW, show::show)
        .post("/work/meetings/{meeting}", MEETING_TAKE_PART, post::act)
        .get("/work/meetings/{meeting}/edit", MEETING_TAKE_PART, form::edit)
        .post("/work/meetings/{meeting}/edit", MEETING_TAKE_PART, form::save)
        .post("/work/meetings/{meeting}/papers", MEETING_TAKE_PART, upload::take)
        .body_limit(UPLOAD_LIMIT)
        .get("/work/meetings/{meeting}/papers/{file}", MEETING_VIEW, upload::send)
        .get("/work/meetings/{meeting}/documents/{file}", MEETING_VIEW, upload::send)
}

pub fn path_of(id: MeetingId) -> String {
    format!("{HOME}/{id}")
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// What was typed into one of the page's forms and why it was not taken; nothing typed is lost.
#[derive(Default, Clone)]
struct Said {
    act: String,
    form: FormData,
    reasons: Vec<Reason>,
    status: Option<StatusCode>,
}

impl Said {
    fn refused(form: FormData, refusal: Refusal) -> Self {
        let status = Fault::from(refusal.clone()).status();
        let mut reasons = refusal.reasons;
        // "Something needs correcting" is said by the summary itself; why the rules say no must be read.
        if reasons.is_empty() || refusal.kind != RefusalKind::Invalid {
            reasons.insert(0, Reason { field: None, message: refusal.message });
        }
        Self { act: form.get("act").unwrap_or_default().to_owned(), form, reasons, status: Some(status) }
    }
    /// What was typed into a field of this form, if this is the form that was sent.
    fn value(&self, act: &str, name: &str) -> &str {
        if self.act == act { self.form.get(name).unwrap_or_default() } else { "" }
    }
    fn field(&self, lang: Lang, act: &str, name: &str, label: &str) -> kit::Field {
        let reasons: &[Reason] = if self.act == act { &self.reasons } else { &[] };
        kit::Field::new(lang, name, label).value(self.value(act, name)).errors(reasons)
    }
    /// A date of this form: as typed, or `start` when it was not sent.
    fn date(&self, lang: Lang, act: &str, name: &str, label: &str, start: Option<Date>) -> kit::Field {
        let values = if self.act == act {
            match kit::date_answer(&self.form, name) {
                Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
                Err(parts) => parts.to_vec(),
            }
        } else {
            start.map(|d| vec![d.to_string()]).unwrap_or_default()
        };
        self.field(lang, act, name, label).values(values)
    }
    /// The page as the answer. A reason that speaks of a field which is not on it stands without a link.
    fn answer(mut self, page: impl Fn(&Self) -> Html) -> Response {
        let first = page(&self);
        let stray = |r: &Reason| r.field.as_ref().is_some_and(|f| !first.0.contains(&format!(" id=\"{}\"", kit::field_id(f))));
        if !self.reasons.iter().any(stray) {
            return (self.status.unwrap_or(StatusCode::OK), first).into_response();
        }
        for reason in &mut self.reasons {
            if stray(reason) {
                reason.field = None;
            }
        }
        (self.status.unwrap_or(StatusCode::OK), page(&self)).into_response()
    }
    fn is_error(&self) -> bool {
        !self.reasons.is_empty()
    }
}

/// A refusal comes back to the page; anything else is the program's failure.
fn refusal_of(f: Failure) -> Result<Refusal, PageError> {
    match f {
        Failure::Refused(r) if r.kind != RefusalKind::NotFound => Ok(r),
        other => Err(other.into()),
    }
}

/// A fault of one field.
fn wrong(field: &str, vi: &str, en: &str) -> Refusal {
    Refusal::invalid("meeting-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(field), vi, en)
}

/// A form of the page. On paper there is nothing to press.
fn form(v: &Visitor, action: &str, act: &str, body: &Html) -> Html {
    kit::form_with(v, action, &[("class", "no-print")], &Html(format!("{}{body}", kit::hidden("act", act))))
}

/// What is of use on a screen only.
fn off_paper(body: &Html) -> Html {
    Html(format!("<div class=\"no-print\">{body}</div>"))
}

/// A form of one button.
fn press(v: &Visitor, action: &str, act: &str, hidden: &[(&str, String)], label: &str, weight: kit::Weight) -> Html {
    let carried: String = hidden.iter().map(|(name, value)| kit::hidden(name, value).0).collect();
    form(v, action, act, &Html(format!("{carried}{}", kit::Button::new(label).weight(weight).html())))
}

/// A form of one quiet button in a row of many: who hears the page is told of whom it speaks.
fn press_of(v: &Visitor, action: &str, act: &str, hidden: &[(&str, String)], label: &str, of: &str) -> Html {
    let carried: String = hidden.iter().map(|(name, value)| kit::hidden(name, value).0).collect();
    let button = format!("<button type=\"submit\" class=\"btn quiet\" data-once>{}<span class=\"vh\"> {}</span></button>", esc(label), esc(of));
    form(v, action, act, &Html(format!("{carried}{button}")))
}

/// A folded form: open when it was the one that was refused.
fn folded(said: &Said, act: &str, title: &str, body: &Html) -> Html {
    off_paper(&kit::details(title, body, said.act == act && said.is_error()))
}

/// "Recorded" after a redirect.
fn done(v: &Visitor, query: &str) -> Html {
    if query.is_empty() {
        return Html::default();
    }
    kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default())
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// Sources of a rule, each with its mark when nobody has read it there.
fn sources(v: &Visitor, basis: &[LegalBasis]) -> Html {
    let items: Vec<Html> = basis
        .iter()
        .map(|b| {
            let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
            let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
            Html(format!("{}{note}{mark}", esc(&b.to_string())))
        })
        .collect();
    kit::bullets(&items)
}

fn paragraphs(text: &str) -> Html {
    Html(text.split('\n').filter(|l| !l.trim().is_empty()).map(|l| format!("<p>{}</p>", esc(l))).collect())
}

fn day(v: &Visitor, d: Date) -> String {
    web::when::day(d, v.lang)
}

/// `8:30`, `08.30`, `8h30`, `14 giờ`, `14`: the time of day as people write it.
fn clock(text: &str) -> Option<(i8, i8)> {
    let text = text.trim().to_lowercase().replace("giờ", "h").replace(' ', "");
    let (hour, minute) = text.split_once([':', 'h', '.']).unwrap_or((&text, ""));
    let digits = |t: &str| !t.is_empty() && t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !(minute.is_empty() || digits(minute)) {
        return None;
    }
    let (hour, minute) = (hour.parse().ok()?, if minute.is_empty() { 0 } else { minute.parse().ok()? });
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

fn instant(day: Date, (hour, minute): (i8, i8)) -> Instant {
    Instant::local(day.at(hour, minute, 0, 0))
}

/// Day and two times of a form: `NAME` a date, then the beginning and the end.
fn span(f: &FormData, [on, from, until]: [&str; 3], reasons: &mut Vec<Reason>) -> Option<(Instant, Instant)> {
    let date = kit::date_answer(f, on).ok().flatten();
    let (start, end) = (f.get(from).and_then(clock), f.get(until).and_then(clock));
    if date.is_none() {
        reasons.extend(wrong(on, "Nhập ngày có thật, ví dụ 24 11 2026.", "Enter a date that exists, such as 24 11 2026.").reasons);
    }
    for (name, time) in [(from, start), (until, end)] {
        if time.is_none() {
            reasons.extend(wrong(name, "Nhập giờ, ví dụ 8:30.", "Enter a time, such as 8:30.").reasons);
        }
    }
    let (date, start, end) = (date?, start?, end?);
    Some((instant(date, start), instant(date, end)))
}

/// A keyset place in an address: `number.id`.
fn place(text: &str) -> Option<(i64, String)> {
    let (n, id) = text.split_once('.')?;
    Some((n.parse().ok()?, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, time) in [("8:30", Some((8, 30))), ("08.05", Some((8, 5))), ("8h30", Some((8, 30))), ("14 giờ", Some((14, 0))), ("7", Some((7, 0))), ("24:00", None), ("8:60", None), ("", None), ("tám", None), ("8:3:1", None), ("+8", None)] {
            assert_eq!(clock(text), time, "{text}");
        }
    }
}
