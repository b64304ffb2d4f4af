//! Asking for an act from the page: what was typed becomes the input, the desk decides, and a refusal loses nothing.

use super::{
    case::{self, Asked},
    lists::case_address,
    panel::Tried,
    room::{Room, fault},
    sending,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::DeskError;
use identity::actions::{CASE_ACT, CASE_VIEW};
use kernel::{Refusal, refusal::RefusalKind};
use web::{
    extract::{FormData, Sent},
    html::url_part,
    problem::PageError,
};

pub async fn post(room: &Room<'_>, code: &str, act: &str, sent: &Sent) -> Result<Response, PageError> {
    let found = room.find(code, CASE_ACT).await?;
    match sending::perform(room.services, room.actor, &found, act, sent).await {
        Ok(()) => done_answer(room, code, act).await,
        Err(DeskError::Refused(refusal)) => refused(room, code, act, &sent.fields, refusal).await,
        Err(error) => Err(fault(error)),
    }
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

pub fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
    }
}
