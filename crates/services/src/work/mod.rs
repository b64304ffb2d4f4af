//! The working room of public services: what there is to do, one case with its acts, what the office works by.

pub(crate) mod act_box;
pub(crate) mod act_form;
pub(crate) mod acts;
mod archive;
mod case;
mod clocks;
pub(crate) mod defects;
#[cfg(test)]
pub(crate) mod engagement_tests;
mod find;
mod lists;
pub(crate) mod money;
pub(crate) mod panel;
mod procedures;
mod query;
pub(crate) mod registers;
pub(crate) mod room;
pub(crate) mod sending;
mod standing;
mod timeline;

use crate::{Services, openings::What};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use identity::actions::{CASE_VIEW, FILE_READ, WORK_LIST, WORK_OPEN};
use room::Room;
use sending::Sending;
use web::{
    extract::{Path, Query},
    html::Html,
    problem::PageError,
    routes::Routes,
    visitor::Visitor,
};

pub fn routes(routes: Routes<Services>) -> Routes<Services> {
    routes
        .get("/work", WORK_LIST, list)
        .get("/work/find", WORK_LIST, find)
        .get("/work/received", WORK_LIST, received)
        .get("/work/received/register", WORK_LIST, register)
        .get("/work/cases/{code}", WORK_OPEN, show)
        .get("/work/cases/{code}/archive.zip", WORK_OPEN, archive)
        .post("/work/cases/{code}/acts/{act}", WORK_OPEN, act)
        .body_limit(crate::citizen::UPLOAD_LIMIT)
        .get("/work/procedures", WORK_LIST, procedures_list)
        .get("/work/procedures/{code}", WORK_LIST, procedure)
}

async fn list(State(s): State<Services>, v: Visitor, Query(asked): Query<lists::Asked>) -> Result<Response, PageError> {
    let room = Room::enter(&s, &v)?;
    if !asked.q.is_empty()
        && let Some(address) = lists::search(&room, &asked.q).await?
    {
        return Ok(Redirect::to(&address).into_response());
    }
    if !asked.q.is_empty() {
        return Ok(Redirect::to(&find::address(&asked.q, None)).into_response());
    }
    Ok(lists::page(&room, &asked).await?.into_response())
}

/// A whole code leads to its case; anything else to the list of what it may mean.
async fn find(State(s): State<Services>, v: Visitor, Query(asked): Query<find::Asked>) -> Result<Response, PageError> {
    let room = Room::enter(&s, &v)?;
    let code = !asked.q.is_empty() && asked.after.is_empty();
    if code && let Some(address) = lists::search(&room, &asked.q).await? {
        return Ok(Redirect::to(&address).into_response());
    }
    Ok(find::page(&room, &asked).await?.into_response())
}

async fn received(State(s): State<Services>, v: Visitor, Query(asked): Query<lists::Asked>) -> Result<Html, PageError> {
    lists::received_page(&Room::enter(&s, &v)?, &asked.after).await
}

/// Form 07 of the actor's office for some days, this month unless asked otherwise.
async fn register(State(s): State<Services>, v: Visitor, Query(asked): Query<lists::Period>) -> Result<Response, PageError> {
    let room = Room::enter(&s, &v)?;
    lists::register(&room, &asked).await
}

async fn show(
    State(s): State<Services>,
    v: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<case::Asked>,
) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    let found = room.find(&code, CASE_VIEW).await?;
    s.opened(room.actor, &found, What::Page).await.map_err(PageError::internal)?;
    case::page(&room, &found, &asked, None).await
}

/// The dossier as a package that is read without this program.
async fn archive(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let room = Room::enter(&s, &v)?;
    let found = room.find(&code, FILE_READ).await?;
    s.opened(room.actor, &found, What::Export).await.map_err(PageError::internal)?;
    let package = archive::package(&s, room.actor, &found, room.now).await.map_err(PageError::internal)?;
    Ok(crate::citizen::documents::answer(&format!("ho-so-{}.zip", found.state.code), "application/zip", false, package))
}

async fn act(
    State(s): State<Services>,
    v: Visitor,
    Path((code, act)): Path<(String, String)>,
    Sending(sent): Sending,
) -> Result<Response, PageError> {
    acts::post(&Room::enter(&s, &v)?, &code, &act, &sent).await
}

async fn procedures_list(
    State(s): State<Services>,
    v: Visitor,
    Query(asked): Query<procedures::Asked>,
) -> Result<Html, PageError> {
    procedures::list(&Room::enter(&s, &v)?, &asked).await
}

async fn procedure(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    procedures::one(&Room::enter(&s, &v)?, &code).await
}
