//! Pages: public rates and lists, the enterprise's, the officer's, the accountant's. None needs JavaScript.

mod ask;
mod ask_read;
mod desk;
mod dossier;
mod judged;
mod ledger;
mod mine;
mod notice;
mod papers;
mod parts;
mod pay;
mod payment;
mod public;
mod report;

use crate::{Support, acts::ActError};
use identity::actions::{ENTERPRISE_OWN, SUPPORT_PAY, SUPPORT_READ, SUPPORT_WORK};
use kernel::Actor;
use std::sync::Arc;
use web::{
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

pub fn routes(r: Routes<Support>) -> Routes<Support> {
    r.get("/support", SUPPORT_READ, public::rates)
        .get("/support/published", SUPPORT_READ, public::published)
        .get("/my-enterprise/{ent}/support", ENTERPRISE_OWN, mine::home)
        .get("/my-enterprise/{ent}/support/ask", ENTERPRISE_OWN, ask::form)
        .post("/my-enterprise/{ent}/support/ask", ENTERPRISE_OWN, ask::send)
        .body_limit(papers::UPLOAD_LIMIT)
        .get("/my-enterprise/{ent}/support/ledger.csv", ENTERPRISE_OWN, ledger::own_csv)
        .get("/my-enterprise/{ent}/support/{dossier}", ENTERPRISE_OWN, mine::show)
        .get("/my-enterprise/{ent}/support/{dossier}/supplement", ENTERPRISE_OWN, ask::supplement_form)
        .post("/my-enterprise/{ent}/support/{dossier}/supplement", ENTERPRISE_OWN, ask::supplement)
        .body_limit(papers::UPLOAD_LIMIT)
        .post("/my-enterprise/{ent}/support/{dossier}/payment", ENTERPRISE_OWN, payment::send)
        .body_limit(papers::UPLOAD_LIMIT)
        .get("/my-enterprise/{ent}/support/{dossier}/notice", ENTERPRISE_OWN, notice::download)
        .get("/my-enterprise/{ent}/support/{dossier}/files/{file}", ENTERPRISE_OWN, papers::open_own)
        .post("/my-enterprise/{ent}/support/{dossier}/withdraw", ENTERPRISE_OWN, mine::withdraw)
        .post("/my-enterprise/{ent}/support/{dossier}/appeal", ENTERPRISE_OWN, mine::appeal)
        .get("/centre/support", SUPPORT_WORK, desk::list)
        .get("/centre/support/publish", SUPPORT_WORK, desk::to_publish)
        .get("/centre/support/pay", SUPPORT_WORK, desk::to_pay)
        .get("/centre/support/dossiers/{dossier}", SUPPORT_WORK, dossier::show)
        .get("/centre/support/dossiers/{dossier}/files/{file}", SUPPORT_WORK, papers::open_staff)
        .post("/centre/support/dossiers/{dossier}/guide", SUPPORT_WORK, dossier::guide)
        .post("/centre/support/dossiers/{dossier}/refuse", SUPPORT_WORK, dossier::refuse)
        .post("/centre/support/dossiers/{dossier}/approve", SUPPORT_WORK, dossier::approve)
        .post("/centre/support/dossiers/{dossier}/notice", SUPPORT_WORK, notice::make)
        .post("/centre/support/dossiers/{dossier}/answer", SUPPORT_WORK, dossier::answer)
        .post("/centre/support/dossiers/{dossier}/publish", SUPPORT_WORK, dossier::publish)
        .post("/centre/support/dossiers/{dossier}/pay", SUPPORT_PAY, pay::pay)
        .post("/centre/support/dossiers/{dossier}/return", SUPPORT_PAY, payment::send_back)
        .post("/centre/support/dossiers/{dossier}/release", SUPPORT_PAY, pay::release)
        .post("/centre/support/dossiers/{dossier}/reverse", SUPPORT_PAY, pay::reverse)
        .get("/centre/support/ledger/{ent}", SUPPORT_WORK, ledger::show)
        .get("/centre/support/ledger/{ent}/csv", SUPPORT_WORK, ledger::csv)
        .post("/centre/support/ledger/{ent}/elsewhere", SUPPORT_WORK, ledger::record)
        .post("/centre/support/ledger/{ent}/elsewhere/{entry}/withdraw", SUPPORT_WORK, ledger::unrecord)
        .get("/centre/support/report/{year}", SUPPORT_WORK, report::show)
        .get("/centre/support/report/{year}/csv", SUPPORT_WORK, report::csv)
        .post("/centre/support/report/{year}/budget", SUPPORT_PAY, report::budget)
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

impl From<ActError> for PageError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => refusal.into(),
            ActError::Store(error) => Self::internal(error),
            ActError::Other(error) => error.into(),
        }
    }
}
