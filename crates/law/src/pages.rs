//! The room's pages: `/law` for everybody, `/work/law` for officials. No script is needed for anything.

mod ask;
mod documents;
mod draft;
mod findings;
mod keep;
mod questions;
mod versions;

use crate::{
    Law,
    document::{Article, Document, Status},
};
use identity::actions::{LAW_ASK, LAW_KEEP, LAW_READ, LAW_REVIEW, LAW_WORK};
use kernel::{Actor, time::Date};
use std::sync::Arc;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
    when,
};

pub const HOME: &str = "/law";
pub const WORK: &str = "/work/law";
const UPLOAD_LIMIT: usize = 70 << 20;

pub fn routes(r: Routes<Law>) -> Routes<Law> {
    r.get("/law", LAW_READ, ask::show)
        .post("/law/questions", LAW_ASK, ask::hand_over)
        .get("/law/questions/{code}", LAW_READ, ask::follow)
        .get("/law/documents", LAW_READ, documents::list)
        .get("/law/documents/{document}", LAW_READ, documents::show)
        .get("/law/documents/{document}/akn", LAW_READ, documents::akn)
        .get("/law/documents/{document}/units/{unit}", LAW_READ, documents::unit)
        .get("/work/law", LAW_WORK, questions::list)
        .get("/work/law/questions/{question}", LAW_WORK, questions::show)
        .post("/work/law/questions/{question}", LAW_WORK, questions::answer)
        .get("/work/law/check", LAW_WORK, draft::blank)
        .post("/work/law/check", LAW_WORK, draft::check)
        .get("/work/law/findings", LAW_REVIEW, findings::list)
        .post("/work/law/findings", LAW_REVIEW, findings::run)
        .get("/work/law/findings/csv", LAW_REVIEW, findings::csv)
        .get("/work/law/findings/{finding}", LAW_REVIEW, findings::show)
        .post("/work/law/findings/{finding}", LAW_REVIEW, findings::decide)
        .get("/work/law/import", LAW_KEEP, keep::blank)
        .post("/work/law/import", LAW_KEEP, keep::take)
        .body_limit(UPLOAD_LIMIT)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// `2026-11-23`, `23/11/2026`, `23-11-2026`; nothing for anything else.
fn day_of(text: &str) -> Option<Date> {
    let text = text.trim();
    text.parse::<Date>().ok().filter(|d| (1945..=2200).contains(&d.year())).or_else(|| crate::parse::date_in(text))
}

fn status_chip(v: &Visitor, status: Status) -> Html {
    let mood = match status {
        Status::InForce => Mood::Good,
        Status::Partly | Status::NotYet | Status::Unknown => Mood::Warn,
        Status::Lapsed => Mood::Bad,
    };
    kit::chip(mood, status.text().get(v.lang))
}

fn document_path(d: &Document) -> String {
    format!("{HOME}/documents/{}", url_part(&d.slug()))
}

fn unit_path(d: &Document, a: &Article, on: Date) -> String {
    format!("{}/units/{}?on={on}", document_path(d), url_part(&a.eid))
}

fn paragraphs(text: &str) -> Html {
    Html(text.split('\n').filter(|l| !l.trim().is_empty()).map(|l| format!("<p lang=\"vi\">{}</p>", esc(l))).collect())
}

fn day(v: &Visitor, d: Date) -> String {
    when::day(d, v.lang)
}

/// “từ 01/7/2014 đến hết 31/7/2024”.
fn span(v: &Visitor, (from, until): (Option<Date>, Option<Date>)) -> String {
    let last = until.and_then(|u| u.yesterday().ok());
    match (from, last) {
        (Some(f), Some(l)) => format!("{} {} {} {}", v.pick("từ", "from"), day(v, f), v.pick("đến hết", "to"), day(v, l)),
        (Some(f), None) => format!("{} {}", v.pick("từ", "from"), day(v, f)),
        (None, Some(l)) => format!("{} {}", v.pick("đến hết", "until"), day(v, l)),
        (None, None) => v.pick("không rõ ngày", "dates not known").to_owned(),
    }
}
