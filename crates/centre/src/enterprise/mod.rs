//! The enterprise's own pages: register, size of a year, consents, assessments.

mod form;
mod register;
mod show;
mod size;
mod startup;

pub use form::{answers, check, fields};
pub(crate) use register::{after_its_founding, known, typed};
pub use show::{level_word, sizes, summary};
pub use size::{explained, in_words, money, read as read_size};
pub use startup::state as startup_state;

use crate::Centre;
use identity::actions::ENTERPRISE_OWN;
use kernel::Actor;
use std::sync::Arc;
use web::{
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/my-enterprises", ENTERPRISE_OWN, show::mine)
        .get("/my-enterprises/new", ENTERPRISE_OWN, register::ask)
        .post("/my-enterprises/new", ENTERPRISE_OWN, register::save)
        .get("/my-enterprise/{id}", ENTERPRISE_OWN, show::show)
        .get("/my-enterprise/{id}/profile", ENTERPRISE_OWN, register::edit)
        .post("/my-enterprise/{id}/profile", ENTERPRISE_OWN, register::correct)
        .get("/my-enterprise/{id}/size", ENTERPRISE_OWN, size::ask)
        .post("/my-enterprise/{id}/size", ENTERPRISE_OWN, size::save)
        .post("/my-enterprise/{id}/startup", ENTERPRISE_OWN, startup::declare)
        .post("/my-enterprise/{id}/consents", ENTERPRISE_OWN, show::consent)
        .get("/my-enterprise/{id}/data.json", ENTERPRISE_OWN, show::export)
}

/// The signed-in actor; the gate has seen to it that there is one.
pub fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}
