//! The citizen's pages: find, apply, follow, supplement, withdraw, collect, look up.

mod apply;
pub(crate) mod case;
pub(crate) mod documents;
mod dues;
pub(crate) mod home;
mod lookup;
mod verify;

pub use apply::receiving_office;

use crate::{Services, prefill};
use identity::actions::{ACCOUNT_USE, CASE_FILE, CASE_LOOKUP, DRAFT_EDIT, PORTAL_READ};
use kernel::Actor;
use std::sync::Arc;
use web::{
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

/// A file on its way in: one request may carry several.
pub(crate) const UPLOAD_LIMIT: usize = 64 << 20;

pub fn routes(r: Routes<Services>) -> Routes<Services> {
    r.get("/", PORTAL_READ, home::home)
        .get("/services", PORTAL_READ, home::search)
        .get("/services/{code}", PORTAL_READ, home::service)
        .post("/services/{code}/start", CASE_FILE, apply::start)
        .get("/drafts/{id}", DRAFT_EDIT, apply::tasks)
        .get("/drafts/{id}/form/{section}", DRAFT_EDIT, apply::section)
        .post("/drafts/{id}/form/{section}", DRAFT_EDIT, apply::save)
        .post("/drafts/{id}/autosave/{section}", DRAFT_EDIT, apply::autosave)
        .get("/drafts/{id}/files", DRAFT_EDIT, apply::papers)
        .post("/drafts/{id}/files", DRAFT_EDIT, apply::upload)
        .body_limit(UPLOAD_LIMIT)
        .get("/drafts/{id}/files/{file}", DRAFT_EDIT, apply::open_file)
        .post("/drafts/{id}/files/{file}/remove", DRAFT_EDIT, apply::remove_file)
        .get("/drafts/{id}/prefill", DRAFT_EDIT, prefill::offered)
        .post("/drafts/{id}/prefill", DRAFT_EDIT, prefill::fill)
        .post("/drafts/{id}/prefill/{field}/wrong", DRAFT_EDIT, prefill::flag)
        .post("/drafts/{id}/reuse/{component}/{document}", DRAFT_EDIT, prefill::reused)
        .get("/drafts/{id}/review", DRAFT_EDIT, apply::review)
        .post("/drafts/{id}/address/{field}", DRAFT_EDIT, crate::address::write)
        .post("/drafts/{id}/submit", CASE_FILE, apply::submit)
        .post("/drafts/{id}/discard", DRAFT_EDIT, apply::discard)
        .get("/my", ACCOUNT_USE, case::mine)
        .get("/my/{code}", ACCOUNT_USE, case::show)
        .get("/my/{code}/supplement", ACCOUNT_USE, case::supplement)
        .post("/my/{code}/supplement", ACCOUNT_USE, case::send_supplement)
        .body_limit(UPLOAD_LIMIT)
        .post("/my/{code}/acts/{act}", ACCOUNT_USE, case::act)
        .body_limit(UPLOAD_LIMIT)
        .get("/lookup", CASE_LOOKUP, lookup::ask)
        .post("/lookup", CASE_LOOKUP, lookup::answer)
        .get("/verify", PORTAL_READ, verify::ask)
        .post("/verify", PORTAL_READ, verify::answer)
        .body_limit(verify::LARGEST + (1 << 20))
        .get("/files/{code}/{file}", ACCOUNT_USE, documents::file)
        .get("/documents/process/{code}", PORTAL_READ, documents::process)
        .get("/documents/{code}/slip-06", ACCOUNT_USE, documents::control_slip)
        .get("/documents/{code}/{document}/{number}", ACCOUNT_USE, documents::document)
}

/// The signed-in actor; the gate has seen to it that there is one.
pub fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}
