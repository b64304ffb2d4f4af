//! Asking for an act from the page: what was typed becomes the input, the desk decides, and a refusal loses nothing.

use super::{
    act_form,
    case::{self, Asked},
    lists::case_address,
    panel::Tried,
    room::{Room, fault},
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Act, DeskError, Found, Once};
use identity::actions::{CASE_ACT, CASE_VIEW};
use kernel::{Refusal, refusal::RefusalKind};
use sha2::{Digest, Sha256};
use web::{extract::FormData, html::url_part, problem::PageError};

/// Longest idempotency key taken from a form.
const KEY_MAX: usize = 100;

pub async fn post(room: &Room<'_>, code: &str, act: &str, form: &FormData) -> Result<Response, PageError> {
    let found = room.find(code, CASE_ACT).await?;
    let asked = Act { act: act.to_owned(), input: act_form::input(&found.definition, act, form) };
    let seen = form.filled("seen").and_then(|v| v.parse().ok());
    let done = room.services.desk.perform(room.actor, found.state.id, &asked, room.now, once(&found, &asked, form), seen).await;
    match done {
        Ok(_) => done_answer(room, code, act).await,
        Err(DeskError::Refused(refusal)) => refused(room, code, act, form, refusal).await,
        Err(error) => Err(fault(error)),
    }
}

/// The form's own key: the same form sent twice is one act. What was asked is part of it, so that the key of one form
/// cannot answer for another.
fn once(found: &Found, act: &Act, form: &FormData) -> Option<Once> {
    let key = form.filled("once").filter(|k| k.len() <= KEY_MAX)?;
    let request = serde_json::json!([found.state.id, act]).to_string();
    Some(Once { key: key.to_owned(), request: hex::encode(Sha256::digest(request)) })
}

/// Back to the case; to the list when the act ended the reason to see it (an office that has given its opinion).
async fn done_answer(room: &Room<'_>, code: &str, act: &str) -> Result<Response, PageError> {
    let act = url_part(act);
    let to = match room.find(code, CASE_VIEW).await {
        Ok(_) => format!("{}?done={act}", case_address(code)),
        Err(_) => format!("/work?list=opinion&done={act}&code={}", url_part(code)),
    };
    Ok(Redirect::to(&to).into_response())
}

/// The case as it is now, with what was refused, why, and everything typed. The form carries the version that is now
/// shown, so that sending it again is an answer to what the person has seen.
async fn refused(room: &Room<'_>, code: &str, act: &str, form: &FormData, refusal: Refusal) -> Result<Response, PageError> {
    let status = status(refusal.kind);
    let found = room.find(code, CASE_VIEW).await?;
    let tried = Tried { act, form, refusal };
    let page = case::page(room, &found, &Asked::default(), Some(&tried)).await?;
    Ok((status, page).into_response())
}

fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
    }
}
