//! Proofs of an answer on its own page: handed in, opened again, taken back before the answers are handed in. Who may see the
//! question may see its files.

use super::{
    door::Door,
    question::{Shown, Way, address},
};
use crate::{Centre, acts, device, model::{AssessmentEvent, Status}};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::FileId, text::Lang};
use scoring::Answer;
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Field, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The part of the question page below the answer.
pub fn section(v: &Visitor, door: &Door, p: &Shown<'_>, placed: &scoring::Placed<'_>, answer: Option<&Answer>) -> String {
    let files = answer.map_or(&[][..], |a| a.evidence.as_slice());
    let wanted = placed.criterion.evidence.as_ref().map_or_else(
        || v.pick("Hóa đơn, hợp đồng, trích sổ tài sản. Chỉ ảnh chụp màn hình thì chưa đủ.", "Invoices, contracts, an extract of the asset register. A screenshot alone is not enough.").to_owned(),
        |e| e.get(v.lang).to_owned(),
    );
    let file = Field::new(v.lang, "file", v.pick("Tệp minh chứng", "Proof")).hint(wanted).errors(p.reasons).optional(true).file(".pdf,image/jpeg,image/png,.xlsx,.docx", false);
    let here = address(&door.base, p.code, p.way);
    let action = here.split_once('?').map_or_else(|| format!("{here}/evidence"), |(path, query)| format!("{path}/evidence?{query}"));
    let label = format!("{}: {}", v.pick("Minh chứng", "Proof"), placed.criterion.text.get(v.lang));
    let form = kit::upload_form(
        v,
        &action,
        &Html(format!("{file}{}{}{}", dated(v, p, placed), device::mark("file", &label, &here), kit::Button::new(v.pick("Nộp minh chứng", "Hand in")).weight(Weight::Quiet).html())),
    );
    let count = if files.is_empty() { String::new() } else { format!(" ({})", files.len()) };
    let open = if p.reasons.iter().any(|r| matches!(r.field.as_deref(), Some("file" | "dated"))) { " open" } else { "" };
    format!("<details{open}><summary>{}{count}</summary>{}{form}</details>", v.pick("Minh chứng", "Proofs"), list(v, door, p, files))
}

fn dated(v: &Visitor, p: &Shown<'_>, placed: &scoring::Placed<'_>) -> Html {
    let hint = match (placed.criterion.evidence_age_days, v.lang) {
        (Some(days), Lang::Vi) => format!("Ngày ghi trên hóa đơn, hợp đồng. Câu này nhận giấy tờ trong {days} ngày trước ngày gửi."),
        (Some(days), Lang::En) => format!("As written on the invoice or contract. Papers of the {days} days before handing in count here."),
        (None, _) => v.pick("Ngày ghi trên hóa đơn, hợp đồng.", "As written on the invoice or contract.").to_owned(),
    };
    let typed = |part: &str| p.proof.and_then(|t| t.get(&format!("dated-{part}"))).unwrap_or_default().to_owned();
    let field = Field::new(v.lang, "dated", v.pick("Ngày của giấy tờ", "Date of the paper")).hint(hint).optional(true).errors(p.reasons);
    Field { values: ["day", "month", "year"].map(typed).to_vec(), ..field }.date()
}

/// What was handed in, each to be opened and, until the answers are handed in, taken back.
fn list(v: &Visitor, door: &Door, p: &Shown<'_>, files: &[String]) -> String {
    let one = |(n, id): (usize, &String)| {
        let at = format!("{}/q/{}/evidence/{}", door.base, url_part(p.code), url_part(id));
        let proof = door.a.proofs.get(id);
        let name = proof.map_or_else(|| format!("{} {}", v.pick("Tệp", "File"), n + 1), |x| x.name.clone());
        let day = proof.and_then(|x| x.dated).map_or_else(|| v.pick("chưa ghi ngày", "no date given").to_owned(), |d| format!("{} {}", v.pick("giấy ngày", "of"), when::day(d, v.lang)));
        let back = if door.a.status == Status::Open {
            let label = format!("{} {name}", v.pick("Bỏ tệp", "Take back"));
            kit::form(v, &format!("{at}/remove{}", way(p.way)), &kit::Button::new(&label).weight(Weight::Quiet).html()).0
        } else {
            String::new()
        };
        Html(format!("{} <span class=\"muted\">{}</span>{back}", kit::link(&at, &name), esc(&day)))
    };
    if files.is_empty() { String::new() } else { kit::bullets(&files.iter().enumerate().map(one).collect::<Vec<_>>()).0 }
}

fn way(way: &str) -> String {
    if way.is_empty() { String::new() } else { format!("?way={}", url_part(way)) }
}

/// A stored file as the answer to a request: what a browser shows safely opens in it, the rest is kept as a file.
pub async fn hand_out(c: &Centre, file: FileId) -> Result<Response, PageError> {
    let found = c.files.hand_out(&c.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    let how = if stored.media_type == "application/pdf" || stored.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let value = |text: &str, otherwise: &'static str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(otherwise));
    headers.insert(header::CONTENT_TYPE, value(&stored.media_type, "application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, value(&format!("{how}; filename*=UTF-8''{}", url_part(&stored.name)), "attachment"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Whether the file is a proof of a question that stands open here.
fn theirs(c: &Centre, door: &Door, code: &str, file: FileId) -> Result<(), PageError> {
    let f = c.framework(&door.a).ok_or_else(PageError::not_found)?;
    let there = door.a.answers.get(code).is_some_and(|a| a.evidence.contains(&file.to_string()));
    if door.may(f, code) && there { Ok(()) } else { Err(PageError::not_found()) }
}

async fn open(c: &Centre, door: Door, code: &str, file: FileId) -> Result<Response, PageError> {
    theirs(c, &door, code, file)?;
    hand_out(c, file).await
}

async fn remove(c: &Centre, v: &Visitor, door: Door, code: &str, file: FileId, way: &Way) -> Result<Response, PageError> {
    theirs(c, &door, code, file)?;
    acts::change_assessment(c, v.actor.as_deref(), door.a.id, c.now(), |now| {
        super::save::closed(now)?;
        let there = now.answers.get(code).is_some_and(|a| a.evidence.contains(&file.to_string()));
        Ok(there.then(|| AssessmentEvent::EvidenceRemoved { criterion: code.to_owned(), file }))
    })
    .await?;
    Ok(Redirect::to(&address(&door.base, code, &way.way)).into_response())
}

pub async fn open_own(State(c): State<Centre>, Path((key, code, file)): Path<(String, String, FileId)>) -> Result<Response, PageError> {
    open(&c, Door::own(&c, &key).await?, &code, file).await
}

pub async fn open_asked(State(c): State<Centre>, Path((key, code, file)): Path<(String, String, FileId)>) -> Result<Response, PageError> {
    open(&c, Door::asked(&c, &key).await?, &code, file).await
}

pub async fn remove_own(State(c): State<Centre>, v: Visitor, Path((key, code, file)): Path<(String, String, FileId)>, Query(way): Query<Way>) -> Result<Response, PageError> {
    remove(&c, &v, Door::own(&c, &key).await?, &code, file, &way).await
}

pub async fn remove_asked(State(c): State<Centre>, v: Visitor, Path((key, code, file)): Path<(String, String, FileId)>, Query(way): Query<Way>) -> Result<Response, PageError> {
    remove(&c, &v, Door::asked(&c, &key).await?, &code, file, &way).await
}
