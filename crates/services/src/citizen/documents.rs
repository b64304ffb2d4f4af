//! Files and documents of a case: opened through the case, so the lookup is the permission check.

use super::actor;
use crate::{Services, openings::What, paper, uploads};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use identity::actions::{CASE_VIEW, FILE_READ};
use kernel::id::FileId;
use web::{extract::Path, html::url_part, problem::PageError, visitor::Visitor};

/// Sends a stored file as what it was found to be; nothing but PDF and pictures opens inside the browser.
pub async fn send(s: &Services, file: FileId) -> Result<Response, PageError> {
    let found = s.files.read(s.desk.scope(), file).await.map_err(PageError::internal)?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    let check = uploads::of_file(s.desk.scope(), file).await.map_err(PageError::internal)?;
    if check.is_some_and(|c| c.state == uploads::State::Infected) {
        return Err(uploads::not_handed_out(&stored.name).into());
    }
    let inline = stored.media_type == "application/pdf" || stored.media_type.starts_with("image/");
    Ok(answer(&stored.name, &stored.media_type, inline, bytes.to_vec()))
}

pub(crate) fn answer(name: &str, media_type: &str, inline: bool, bytes: impl Into<Body>) -> Response {
    let how = if inline { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", url_part(name));
    let mut response = Response::new(bytes.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

pub async fn file(State(s): State<Services>, v: Visitor, Path((code, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, FILE_READ).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    let (artefact, given) = found.state.file(file).ok_or_else(PageError::not_found)?;
    let public = artefact.is_none_or(|kind| found.definition.artefacts.get(kind).is_some_and(|a| a.public));
    if !public && !actor.is_official() {
        return Err(PageError::not_found());
    }
    s.opened(&actor, &found, What::File(&given.name)).await.map_err(PageError::internal)?;
    send(&s, file).await
}

/// An issued document; made now if the effect that makes it has not run yet.
pub async fn document(State(s): State<Services>, v: Visitor, Path((code, document, number)): Path<(String, String, u64)>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, FILE_READ).await?;
    let public = found.definition.documents.get(&document).is_some_and(|d| d.public);
    if !public && !actor.is_official() {
        return Err(PageError::not_found());
    }
    let called = found.definition.documents.get(&document).map_or("", |d| d.name.vi.as_str());
    s.opened(&actor, &found, What::File(called)).await.map_err(PageError::internal)?;
    let (name, bytes) = paper::issued(&s, &found, &document, number).await?;
    Ok(answer(&name, "application/pdf", true, bytes))
}

/// Form 06: not issued but drawn from the journal each time it is asked for.
pub async fn control_slip(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    if !actor.is_official() {
        return Err(PageError::not_found());
    }
    let found = s.desk.find(&actor, &code, CASE_VIEW).await?;
    s.opened(&actor, &found, What::File("Mẫu số 06")).await.map_err(PageError::internal)?;
    let bytes = paper::control_slip(&s, &found).await?;
    Ok(answer(&format!("Mau-06-{code}.pdf"), "application/pdf", true, bytes))
}

/// The printable decision of the internal process, from the same data that drives the workflow.
pub async fn process(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let d = crate::instead::current(&s.desk.rules().definitions, &code, s.now().date())?;
    let bytes = paper::process(&s, &d, v.actor.as_deref()).await?;
    Ok(answer(&format!("Quy-trinh-noi-bo-{code}.pdf"), "application/pdf", true, bytes))
}
