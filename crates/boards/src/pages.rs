//! The room's pages.

pub mod about;
mod board;
mod board_new;
mod experts;
mod matching;
mod matter;
mod matter_new;
mod own;
mod own_form;
mod public;
mod queue;
pub mod ratings;
mod record;
mod vet;

use crate::Boards;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use identity::actions::{BOARD_KEEP, BOARD_SIT, CENTRE_WORK, ENTERPRISE_OWN, EXPERT_OWN, EXPERT_VET, NETWORK_READ};
use kernel::{
    Actor, Instant, Refusal, Text,
    catalog::LegalBasis,
    id::FileId,
};
use std::sync::Arc;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    said::Said,
    visitor::Visitor,
};
use records::refusal_of;

/// A file on its way in: one request may carry several.
const UPLOAD_LIMIT: usize = 64 << 20;
/// Lines on one page of a list.
const PAGE: i64 = 50;

pub fn routes(r: Routes<Boards>) -> Routes<Boards> {
    r.get("/experts", NETWORK_READ, public::experts)
        .get("/experts/removed", NETWORK_READ, public::removed)
        .get("/experts/{exp}", NETWORK_READ, public::expert)
        .get("/boards", NETWORK_READ, public::boards)
        .get("/boards/{board}", NETWORK_READ, public::board)
        .get("/experts/ratings/{case}", ENTERPRISE_OWN, ratings::show)
        .post("/experts/ratings/{case}", ENTERPRISE_OWN, ratings::rate)
        .get("/experts/apply", EXPERT_OWN, own_form::form)
        .post("/experts/apply", EXPERT_OWN, own_form::save)
        .get("/experts/me", EXPERT_OWN, own::show)
        .post("/experts/me", EXPERT_OWN, own::act)
        .post("/experts/me/papers", EXPERT_OWN, own::upload)
        .body_limit(UPLOAD_LIMIT)
        .get("/experts/me/papers/{file}", EXPERT_OWN, own::file)
        .get("/experts/me/matters", EXPERT_OWN, queue::queue)
        .get("/experts/me/matters/{matter}", EXPERT_OWN, matter::show)
        .post("/experts/me/matters/{matter}", EXPERT_OWN, matter::act)
        .get("/experts/me/matters/{matter}/record", EXPERT_OWN, record::show)
        .get("/centre/experts", EXPERT_VET, experts::list)
        .get("/centre/experts/{exp}", EXPERT_VET, vet::show)
        .post("/centre/experts/{exp}", EXPERT_VET, vet::act)
        .get("/centre/experts/{exp}/papers/{file}", EXPERT_VET, vet::file)
        .get("/centre/matching", EXPERT_VET, matching::show)
        .post("/centre/matching/assign", EXPERT_VET, matching::assign)
        .get("/centre/boards", CENTRE_WORK, board::list)
        .get("/centre/boards/new", BOARD_KEEP, board_new::form)
        .post("/centre/boards/new", BOARD_KEEP, board_new::open)
        .get("/centre/boards/{board}", CENTRE_WORK, board::show)
        .post("/centre/boards/{board}", BOARD_KEEP, board::act)
        .get("/centre/boards/{board}/matters/new", BOARD_KEEP, matter_new::form)
        .post("/centre/boards/{board}/matters/new", BOARD_KEEP, matter_new::open)
        .get("/centre/matters/new", BOARD_KEEP, about::choose)
        .get("/centre/matters", BOARD_SIT, queue::queue)
        .get("/centre/matters/{matter}", BOARD_SIT, matter::show)
        .post("/centre/matters/{matter}", BOARD_SIT, matter::act)
        .get("/centre/matters/{matter}/record", BOARD_SIT, record::show)
        .post("/centre/matters/{matter}/record", BOARD_SIT, record::draft)
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// Reasons about fields of another page stay without a link: a summary points at what is here.
fn only_here(refusal: &mut Refusal, fields: &[&str]) {
    for reason in &mut refusal.reasons {
        reason.field = reason.field.take().filter(|f| fields.contains(&f.as_str()) || f.starts_with("reason-"));
    }
}

/// The hidden name of a form among several of one page.
fn act_field(act: &str) -> Html {
    kit::hidden("act", act)
}

fn form(v: &Visitor, action: &str, act: &str, body: &Html) -> Html {
    kit::form(v, action, &Html(format!("{}{body}", act_field(act))))
}

/// A folded form: open when it was the one that was refused.
fn folded(said: &Said, act: &str, title: &str, body: &Html) -> Html {
    kit::details(title, body, said.act == act && said.is_error())
}

/// "Recorded" after a redirect.
fn done(v: &Visitor, query: &str) -> Html {
    if query.is_empty() {
        return Html::default();
    }
    kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default())
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

/// A page of the centre's staff.
fn centre(v: &Visitor, title: &str, main: Html) -> Shell {
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

fn day(v: &Visitor, d: kernel::time::Date) -> String {
    web::when::day(d, v.lang)
}

fn at(v: &Visitor, instant: Instant, now: Instant) -> Html {
    web::when::at_time(instant, now, v.lang)
}

/// A code's name in a list of the catalogue, or the code.
fn named(list: &[crate::catalog::Named], code: &str) -> Text {
    list.iter().find(|n| n.code == code).map_or_else(|| Text::new(code, code), |n| n.name.clone())
}

fn names(v: &Visitor, list: &[crate::catalog::Named], codes: &[String]) -> String {
    codes.iter().map(|c| named(list, c).get(v.lang).to_owned()).collect::<Vec<_>>().join(", ")
}

fn choices(v: &Visitor, list: &[crate::catalog::Named]) -> Vec<kit::Choice> {
    list.iter().map(|n| kit::Choice::new(n.code.as_str(), n.name.get(v.lang))).collect()
}

fn competence_name(s: &Boards, v: &Visitor, code: &str) -> String {
    s.catalog.competence(code).map_or_else(|| code.to_owned(), |c| c.name.get(v.lang).to_owned())
}

fn level_name(s: &Boards, v: &Visitor, level: u8) -> String {
    let name = usize::from(level).checked_sub(1).and_then(|i| s.catalog.competences.levels.get(i));
    name.map_or_else(|| level.to_string(), |t| format!("{level} – {}", t.get(v.lang)))
}

/// A keyset place in an address: `number.id`.
fn place(text: &str) -> Option<(i64, String)> {
    let (n, id) = text.split_once('.')?;
    Some((n.parse().ok()?, id.to_owned()))
}

fn next_page(base: &str, place: &str) -> String {
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}after={}", url_part(place))
}

/// Sends a stored file as what it was found to be; nothing but PDF and pictures opens inside the browser.
async fn send(s: &Boards, file: FileId) -> Result<Response, PageError> {
    let found = s.files.hand_out(&s.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    let inline = stored.media_type == "application/pdf" || stored.media_type.starts_with("image/");
    let how = if inline { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", url_part(&stored.name));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&stored.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
