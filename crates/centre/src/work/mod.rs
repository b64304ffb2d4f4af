//! The centre's own rooms: the register, importing, verifying.

mod assessments;
mod declared;
mod import;
mod proven;
mod register;
mod verify;
mod visit;

pub use import::{Imported, LineFault, List, read as read_list};
pub use register::STUCK;

use crate::Centre;
use identity::actions::{CENTRE_IMPORT, CENTRE_VERIFY, CENTRE_WORK, SUPPORT_WORK};
use web::routes::Routes;

/// A list of enterprises as a file.
const IMPORT_LIMIT: usize = 8 << 20;
/// What is read before a list that is too large is answered on the page.
const IMPORT_BODY: usize = 64 << 20;

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/centre", CENTRE_WORK, register::home)
        .get("/centre/enterprises", CENTRE_WORK, register::list)
        .get("/centre/enterprises/{id}", CENTRE_WORK, register::show)
        .post("/centre/enterprises/{id}/size", SUPPORT_WORK, declared::check_size)
        .post("/centre/enterprises/{id}/startup", SUPPORT_WORK, declared::check_startup)
        .get("/centre/import", CENTRE_IMPORT, import::ask)
        .post("/centre/import", CENTRE_IMPORT, import::take)
        .body_limit(IMPORT_BODY)
        .get("/centre/assessments", CENTRE_WORK, assessments::list)
        .post("/centre/assessments/{id}/assign", CENTRE_VERIFY, assessments::assign)
        .get("/centre/assessments/{id}", CENTRE_VERIFY, verify::show)
        .get("/centre/assessments/{id}/visit", CENTRE_VERIFY, visit::show)
        .post("/centre/assessments/{id}/notes", CENTRE_VERIFY, visit::note)
        .body_limit(crate::assess::UPLOAD_LIMIT)
        .get("/centre/assessments/{id}/file/{file}", CENTRE_VERIFY, visit::file)
        .post("/centre/assessments/{id}/check/{criterion}", CENTRE_VERIFY, verify::check)
        .post("/centre/assessments/{id}/verified", CENTRE_VERIFY, verify::finish)
}
