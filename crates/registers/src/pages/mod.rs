//! Pages: my documents and their links, what an official sees of the answers, the table of sources.

mod documents;
mod sources;
mod work;

use crate::{Registers, model::Outcome};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use identity::actions::{ACCOUNT_USE, ADMIN_CATALOG, PORTAL_READ, WORK_OPEN};
use kernel::{Actor, Instant, id::FileId};
use std::sync::Arc;
use web::{
    html::url_part,
    kit::Mood,
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

/// Rows on a page.
const PAGE: i64 = 50;

pub fn routes(r: Routes<Registers>) -> Routes<Registers> {
    r.get("/my/documents", ACCOUNT_USE, documents::list)
        .get("/my/documents/{id}", ACCOUNT_USE, documents::show)
        .get("/my/documents/{id}/file", ACCOUNT_USE, documents::file)
        .post("/my/documents/{id}/share", ACCOUNT_USE, documents::share)
        .post("/my/documents/{id}/share/{share}/end", ACCOUNT_USE, documents::end)
        .get("/shared/{token}", PORTAL_READ, documents::shared)
        .get("/shared/{token}/file", PORTAL_READ, documents::shared_file)
        .get("/work/registers/{code}", WORK_OPEN, work::show)
        .post("/work/registers/{code}/ask", WORK_OPEN, work::ask)
        .get("/admin/sources", ADMIN_CATALOG, sources::show)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

pub(crate) fn mood(o: Outcome) -> Mood {
    match o {
        Outcome::Found => Mood::Good,
        Outcome::Waiting | Outcome::NotConnected | Outcome::NoKey => Mood::Info,
        Outcome::Partial | Outcome::NotFound => Mood::Warn,
        Outcome::Differs => Mood::Bad,
    }
}

/// `micros~id` of the last row of the page before; anything else is the first page.
fn place(text: &str) -> (Instant, String) {
    match text.split_once('~').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id))) {
        Some((at, id)) if id.len() <= 64 && !id.chars().any(char::is_control) => (Instant::from_micros(at.clamp(0, i64::MAX / 4)), id.to_owned()),
        _ => (crate::views::newest().0, String::new()),
    }
}

/// Sends a stored file; nothing but PDF and pictures opens inside the browser.
async fn send(s: &Registers, file: FileId) -> Result<Response, PageError> {
    let found = s.files.hand_out(&s.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    let inline = stored.media_type == "application/pdf" || stored.media_type.starts_with("image/");
    let disposition = format!("{}; filename*=UTF-8''{}", if inline { "inline" } else { "attachment" }, url_part(&stored.name));
    let mut response = Response::new(Body::from(bytes.to_vec()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&stored.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
