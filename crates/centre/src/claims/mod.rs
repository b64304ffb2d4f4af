//! How people come to belong to an enterprise that stands on the register already, and how the register stays right: claims,
//! members, the centre's corrections, entries that may be the same. What may be done is decided in [`crate::model::members`].

mod ask;
mod desk;
mod likeness;
mod own;
mod profile;
pub mod rows;
mod views;

pub use ask::mine;
pub use desk::{keeps_register, section, waiting};
pub use likeness::{Like, Why, like, why_text};

use crate::Centre;
use identity::actions::{CENTRE_IMPORT, ENTERPRISE_OWN};
use web::routes::Routes;

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/my-enterprises/claim", ENTERPRISE_OWN, ask::form)
        .post("/my-enterprises/claim", ENTERPRISE_OWN, ask::send)
        .body_limit(crate::assess::UPLOAD_LIMIT)
        .post("/my-enterprises/claims/{id}/{claim}/withdraw", ENTERPRISE_OWN, ask::withdraw)
        .get("/my-enterprise/{id}/people", ENTERPRISE_OWN, own::people)
        .post("/my-enterprise/{id}/people", ENTERPRISE_OWN, own::remove)
        .post("/my-enterprise/{id}/people/link", ENTERPRISE_OWN, own::link)
        .post("/my-enterprise/{id}/claims/{claim}", ENTERPRISE_OWN, own::answer)
        .get("/my-enterprise/{id}/join/{key}", ENTERPRISE_OWN, own::door)
        .post("/my-enterprise/{id}/join/{key}", ENTERPRISE_OWN, own::join)
        .get("/centre/enterprises/claims", CENTRE_IMPORT, desk::list)
        .post("/centre/enterprises/{id}/claims/{claim}", CENTRE_IMPORT, desk::answer)
        .get("/centre/enterprises/{id}/claims/{claim}/file", CENTRE_IMPORT, desk::file)
        .post("/centre/enterprises/{id}/members", CENTRE_IMPORT, desk::remove)
        .get("/centre/enterprises/{id}/profile", CENTRE_IMPORT, profile::edit)
        .post("/centre/enterprises/{id}/profile", CENTRE_IMPORT, profile::correct)
        .post("/centre/enterprises/{id}/distinct", CENTRE_IMPORT, likeness::settle)
}

/// Controls of one of several forms on a page: their ids carry a key of their own.
fn keyed(controls: &str, key: &str) -> String {
    controls.replace("\"f-", &format!("\"f-{key}-"))
}
