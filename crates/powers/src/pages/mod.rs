//! Pages: lending one's role, everybody's delegations, opening in an emergency, reviewing that.

mod delegations;
mod emergencies;

use crate::Powers;
use axum::response::{IntoResponse, Response};
use identity::actions::{DELEGATION_GIVE, DELEGATION_KEEP, EMERGENCY_OPEN, EMERGENCY_REVIEW};
use kernel::{Actor, Refusal, refusal::RefusalKind, text::Lang};
use std::sync::Arc;
use web::{
    html::Html,
    kit,
    page::{Area, Shell},
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

type Answer = Result<Response, PageError>;

pub fn routes(r: Routes<Powers>) -> Routes<Powers> {
    r.get("/work/delegations", DELEGATION_GIVE, delegations::show)
        .post("/work/delegations", DELEGATION_GIVE, delegations::give)
        .post("/work/delegations/{id}/end", DELEGATION_GIVE, delegations::end_own)
        .get("/admin/delegations", DELEGATION_KEEP, delegations::all)
        .post("/admin/delegations/{id}/end", DELEGATION_KEEP, delegations::end_any)
        .get("/work/emergency", EMERGENCY_OPEN, emergencies::show)
        .post("/work/emergency", EMERGENCY_OPEN, emergencies::open)
        .get("/admin/emergencies", EMERGENCY_REVIEW, emergencies::list)
        .get("/admin/emergencies/{id}", EMERGENCY_REVIEW, emergencies::one)
        .post("/admin/emergencies/{id}/review", EMERGENCY_REVIEW, emergencies::review)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    let area = if v.path.starts_with("/admin") { Area::Admin } else { Area::Work };
    Shell::new(v, title, main).area(area)
}

/// The faults of a form, or of the whole, above its page.
fn told(v: &Visitor, refusal: &Refusal) -> Html {
    let whole = [kernel::refusal::Reason { field: None, message: refusal.message.clone() }];
    kit::error_summary(v.lang, if refusal.reasons.is_empty() { &whole } else { &refusal.reasons })
}

/// A refused form is its page again, with the status that says so; what is not there stays not there.
fn refused(page: Html, refusal: Refusal) -> Answer {
    if refusal.kind == RefusalKind::NotFound {
        return Err(refusal.into());
    }
    let mut response = page.into_response();
    *response.status_mut() = Fault::from(refusal).status();
    Ok(response)
}

impl Powers {
    fn office_name(&self, code: &str, lang: Lang) -> String {
        self.identity.office_ever(code).map_or_else(|| code.to_owned(), |o| o.name.get(lang).to_owned())
    }
}
