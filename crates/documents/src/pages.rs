//! The room's pages.

mod arrival;
mod copy;
mod desk;
mod direct;
mod form;
mod incoming;
mod outgoing;
mod party;
mod show;
mod together;
pub mod verify;

use crate::{Documents, document::{Person, Stage}};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use identity::{actions::{DOCUMENT_CLERK, DOCUMENT_COPY, DOCUMENT_WORK, PORTAL_READ}, roles};
use kernel::{
    Actor,
    id::{AccountId, FileId, OfficeCode},
};
use std::sync::Arc;
use web::{
    html::{Html, url_part},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
};

/// A scan on its way in, in bytes.
const UPLOAD_MAX: usize = 20 << 20;
/// Lines on one page of a register.
const PAGE: i64 = 50;
/// Where the room begins.
const ROOT: &str = "/work/documents";

pub fn routes(r: Routes<Documents>) -> Routes<Documents> {
    r.get("/work/documents", DOCUMENT_WORK, desk::show)
        .get("/work/documents/new", DOCUMENT_WORK, form::new)
        .post("/work/documents/new", DOCUMENT_WORK, form::create)
        .get("/work/documents/outgoing", DOCUMENT_WORK, outgoing::register)
        .get("/work/documents/reserve", DOCUMENT_CLERK, outgoing::reserve_form)
        .post("/work/documents/reserve", DOCUMENT_CLERK, outgoing::reserve)
        .get("/work/documents/incoming", DOCUMENT_WORK, incoming::register)
        .get("/work/documents/incoming/new", DOCUMENT_CLERK, incoming::form)
        .post("/work/documents/incoming/new", DOCUMENT_CLERK, incoming::enter)
        .body_limit(UPLOAD_MAX + (1 << 20))
        .get("/work/documents/incoming/{arr}", DOCUMENT_WORK, arrival::show)
        .post("/work/documents/incoming/{arr}", DOCUMENT_WORK, arrival::act)
        .get("/work/documents/incoming/{arr}/file", DOCUMENT_WORK, arrival::file)
        .get("/work/documents/incoming/{arr}/copy", DOCUMENT_COPY, copy::form_of_arrival)
        .post("/work/documents/incoming/{arr}/copy", DOCUMENT_COPY, copy::of_arrival)
        .get("/work/documents/{doc}/copy", DOCUMENT_COPY, copy::form_of_document)
        .post("/work/documents/{doc}/copy", DOCUMENT_COPY, copy::of_document)
        .get("/work/documents/{doc}", DOCUMENT_WORK, show::show)
        .post("/work/documents/{doc}", DOCUMENT_WORK, show::act)
        .get("/work/documents/{doc}/edit", DOCUMENT_WORK, form::edit)
        .post("/work/documents/{doc}/edit", DOCUMENT_WORK, form::rewrite)
        .get("/work/documents/{doc}/paper", DOCUMENT_CLERK, show::paper_form)
        .post("/work/documents/{doc}/paper", DOCUMENT_CLERK, show::paper)
        .body_limit(UPLOAD_MAX + (1 << 20))
        .get("/work/documents/{doc}/file", DOCUMENT_WORK, show::file)
        .get("/work/documents/{doc}/party", DOCUMENT_WORK, party::show)
        .post("/work/documents/{doc}/party", DOCUMENT_WORK, party::act)
        .get("/work/documents/{doc}/party/file", DOCUMENT_WORK, party::file)
        .get("/together/{token}", PORTAL_READ, together::show)
        .post("/together/{token}", PORTAL_READ, together::act)
        .body_limit(UPLOAD_MAX + (1 << 20))
        .get("/together/{token}/file", PORTAL_READ, together::file)
        .get("/verify/{code}", PORTAL_READ, verify::show)
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// The office of the post somebody acts in.
fn office(actor: &Actor) -> Result<OfficeCode, PageError> {
    actor.office.clone().ok_or_else(PageError::not_found)
}

/// A page of the room, in the frame of the working rooms.
fn room(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

fn stage_chip(v: &Visitor, stage: Stage) -> Html {
    let mood = match stage {
        Stage::Issued => Mood::Good,
        Stage::Recalled | Stage::Dropped => Mood::Bad,
        Stage::Review | Stage::Signing | Stage::Joining | Stage::Signed | Stage::Reserved => Mood::Warn,
        Stage::Draft | Stage::Numbered | Stage::Sealing => Mood::Info,
    };
    kit::chip(mood, stage.text().get(v.lang))
}

/// The name of a kind, or its code where the catalogue has lost it.
fn kind_name(s: &Documents, v: &Visitor, code: &str) -> String {
    s.catalog.kind(code).map_or_else(|| code.to_owned(), |k| k.name.get(v.lang).to_owned())
}

/// Who holds one of these roles in an office, each once, in the order of the roles.
async fn holders(s: &Documents, office: &OfficeCode, wanted: &[&str]) -> Result<Vec<Person>, PageError> {
    let mut out: Vec<Person> = Vec::new();
    for role in wanted {
        for (account, post) in s.directory.holders(office.as_str(), role, s.now()).await.map_err(PageError::internal)? {
            if !out.iter().any(|p| p.account == account.id) {
                out.push(Person { account: account.id, name: account.name, title: post.title });
            }
        }
    }
    Ok(out)
}

/// Who may sign for an office.
async fn signers(s: &Documents, office: &OfficeCode) -> Result<Vec<Person>, PageError> {
    let roles: Vec<&str> = s.catalog.signing().signers.iter().map(String::as_str).collect();
    holders(s, office, &roles).await
}

/// Whom an incoming document may be given to.
async fn staff(s: &Documents, office: &OfficeCode) -> Result<Vec<Person>, PageError> {
    const STAFF: [&str; 9] =
        [roles::LEADER, roles::HEAD, roles::SPECIALIST, roles::CLERK, roles::ONE_STOP, roles::CONSULTED, roles::CONTROLLER, roles::CENTRE_DIRECTOR, roles::CENTRE_OFFICER];
    holders(s, office, &STAFF).await
}

fn choices(people: &[Person]) -> Vec<kit::Choice> {
    people.iter().map(|p| kit::Choice::new(p.account.to_string(), format!("{} – {}", p.name, p.title))).collect()
}

/// The person of a list somebody chose.
fn chosen<'a>(people: &'a [Person], account: &str) -> Option<&'a Person> {
    let account: AccountId = account.parse().ok()?;
    people.iter().find(|p| p.account == account)
}

/// A stored PDF, opened in the browser.
async fn send(s: &Documents, file: FileId) -> Result<Response, PageError> {
    let found = s.files.hand_out(&s.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    Ok(sent(&stored.name, &stored.media_type, bytes))
}

fn sent(name: &str, media_type: &str, bytes: bytes::Bytes) -> Response {
    let how = if media_type == "application/pdf" { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", url_part(name));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// "Recorded" after a redirect.
fn done(v: &Visitor, query: &str) -> Html {
    if query.is_empty() { Html::default() } else { kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default()) }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

/// How a register is looked through.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    year: String,
    series: String,
    q: String,
    below: String,
}

impl Asked {
    fn year(&self, s: &Documents) -> i64 {
        let now = i64::from(s.now().date().year());
        self.year.parse().ok().filter(|y| (2000..=now).contains(y)).unwrap_or(now)
    }
    /// The address of the next page.
    fn next(&self, base: &str, year: i64, below: impl std::fmt::Display) -> String {
        format!("{base}?year={year}&series={}&q={}&below={below}", url_part(&self.series), url_part(&self.q))
    }
}

/// The years a register can be asked for: this one and nine before.
fn years(s: &Documents) -> Vec<kit::Choice> {
    let now = s.now().date().year();
    (now - 9..=now).rev().map(|y| kit::Choice::new(y.to_string(), y.to_string())).collect()
}
