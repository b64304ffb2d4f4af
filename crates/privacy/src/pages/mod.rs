//! Pages: who saw my data, what I allow and ask, what I take away; and the register of breaches for who looks after it.

mod access;
mod breach;
mod breaches;
mod export;
mod home;

use crate::Privacy;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use identity::actions::{PRIVACY_OWN, PRIVACY_WORK};
use kernel::{Actor, Instant};
use std::sync::Arc;
use web::{
    html::url_part,
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

/// Rows on a page.
const PAGE: i64 = 50;

pub fn routes(r: Routes<Privacy>) -> Routes<Privacy> {
    r.get("/my/data", PRIVACY_OWN, home::show)
        .post("/my/data/purposes/{code}", PRIVACY_OWN, home::say)
        .get("/my/data/export", PRIVACY_OWN, export::show)
        .post("/my/data/export", PRIVACY_OWN, export::take)
        .get("/my/data-access", PRIVACY_OWN, access::show)
        .get("/my/data-access/ask", PRIVACY_OWN, access::asking)
        .post("/my/data-access/ask", PRIVACY_OWN, access::ask)
        .get("/admin/breaches", PRIVACY_WORK, breaches::list)
        .post("/admin/breaches", PRIVACY_WORK, breaches::record)
        .get("/admin/breaches/new", PRIVACY_WORK, breaches::new)
        .get("/admin/breaches/register", PRIVACY_WORK, breaches::csv)
        .get("/admin/breaches/{id}", PRIVACY_WORK, breach::show)
        .post("/admin/breaches/{id}", PRIVACY_WORK, breach::step)
        .get("/admin/breaches/{id}/notice", PRIVACY_WORK, breach::notice)
        .post("/admin/breaches/{id}/notice", PRIVACY_WORK, breach::draft_notice)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn newest() -> Instant {
    Instant::from_micros(i64::MAX / 4)
}

/// `micros~id` of the last row of the page before; anything else is the first page.
fn place(text: &str) -> (Instant, String) {
    match text.split_once('~').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id))) {
        Some((at, id)) if id.len() <= 80 && !id.chars().any(char::is_control) => (Instant::from_micros(at.clamp(0, i64::MAX / 4)), id.to_owned()),
        _ => (newest(), String::new()),
    }
}

/// Bytes to keep, never to open in the browser.
fn attachment(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let disposition = format!("attachment; filename*=UTF-8''{}", url_part(name));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// Whether a text of an address may be an id of ours: letters, digits and a few marks.
fn plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 80 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
}
