//! The room's pages: the public showroom, the provider's own, the centre's check, the enterprise's choice.

mod advice;
mod amount;
mod booth;
mod choice;
mod choice_acts;
mod choice_forms;
mod client;
mod compare;
mod forms;
mod lead;
mod listing_form;
mod officer;
mod officer_acts;
mod own;
mod own_acts;
mod provider;
mod rules;
mod search;
mod show;
mod solution;

use crate::Showroom;
use identity::actions::{CENTRE_WORK, ENTERPRISE_OWN, PROVIDER_OWN, SHOWROOM_READ, SOLUTION_VET};
use kernel::Actor;
use std::sync::Arc;
use web::{
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

/// A request with one proof of 50 MB and the form around it.
const UPLOAD_LIMIT: usize = 64 << 20;

pub fn routes(r: Routes<Showroom>) -> Routes<Showroom> {
    r.get("/showroom", SHOWROOM_READ, search::search)
        .get("/showroom/solutions/{sol}", SHOWROOM_READ, solution::page)
        .get("/showroom/compare", SHOWROOM_READ, compare::page)
        .get("/showroom/booth/{sol}", SHOWROOM_READ, booth::page)
        .get("/showroom/ranking", SHOWROOM_READ, rules::ranking)
        .get("/showroom/rules", SHOWROOM_READ, rules::rules)
        .get("/showroom/reference/{token}", SHOWROOM_READ, client::ask)
        .post("/showroom/reference/{token}", SHOWROOM_READ, client::answer)
        .get("/showroom/solutions/{sol}/contact", ENTERPRISE_OWN, lead::ask)
        .post("/showroom/solutions/{sol}/contact", ENTERPRISE_OWN, lead::send)
        .get("/showroom/contacts", ENTERPRISE_OWN, lead::mine)
        .post("/showroom/contacts/{lead}/withdraw", ENTERPRISE_OWN, lead::withdraw)
        .get("/provider", PROVIDER_OWN, provider::home)
        .get("/provider/new", PROVIDER_OWN, provider::new)
        .post("/provider/new", PROVIDER_OWN, provider::register)
        .get("/provider/{prov}/profile", PROVIDER_OWN, provider::profile)
        .post("/provider/{prov}/profile", PROVIDER_OWN, provider::save)
        .get("/provider/{prov}/leads", PROVIDER_OWN, provider::leads)
        .get("/provider/{prov}/new", PROVIDER_OWN, own::new)
        .post("/provider/{prov}/new", PROVIDER_OWN, own::begin)
        .get("/provider/solutions/{sol}", PROVIDER_OWN, own::page)
        .get("/provider/solutions/{sol}/edit", PROVIDER_OWN, own::edit)
        .post("/provider/solutions/{sol}/edit", PROVIDER_OWN, own::save)
        .post("/provider/solutions/{sol}/proofs", PROVIDER_OWN, own_acts::add_proof)
        .body_limit(UPLOAD_LIMIT)
        .get("/provider/solutions/{sol}/proofs/{proof}", PROVIDER_OWN, own_acts::open_proof)
        .post("/provider/solutions/{sol}/acts/{act}", PROVIDER_OWN, own_acts::act)
        .get("/centre/solutions", SOLUTION_VET, officer::queue)
        .get("/centre/solutions/{sol}", SOLUTION_VET, officer::page)
        .get("/centre/solutions/{sol}/proofs/{proof}", SOLUTION_VET, officer_acts::open_proof)
        .post("/centre/solutions/{sol}/acts/{act}", SOLUTION_VET, officer_acts::act)
        .get("/my-enterprise/{ent}/choices", ENTERPRISE_OWN, choice::list)
        .post("/my-enterprise/{ent}/choices", ENTERPRISE_OWN, choice::open)
        .get("/my-enterprise/{ent}/choices/{choice}", ENTERPRISE_OWN, choice::page)
        .get("/my-enterprise/{ent}/choices/{choice}/need", ENTERPRISE_OWN, choice_forms::need)
        .post("/my-enterprise/{ent}/choices/{choice}/need", ENTERPRISE_OWN, choice_forms::save_need)
        .get("/my-enterprise/{ent}/choices/{choice}/weights", ENTERPRISE_OWN, choice_forms::weights)
        .post("/my-enterprise/{ent}/choices/{choice}/weights", ENTERPRISE_OWN, choice_forms::save_weights)
        .get("/my-enterprise/{ent}/choices/{choice}/pairs", ENTERPRISE_OWN, choice_forms::pairs)
        .post("/my-enterprise/{ent}/choices/{choice}/pairs", ENTERPRISE_OWN, choice_forms::save_pairs)
        .get("/my-enterprise/{ent}/choices/{choice}/advice/{advice}", ENTERPRISE_OWN, advice::page)
        .post("/my-enterprise/{ent}/choices/{choice}/acts/{act}", ENTERPRISE_OWN, choice_acts::act)
        .get("/centre/enterprises/{ent}/choices", CENTRE_WORK, choice::list)
        .post("/centre/enterprises/{ent}/choices", CENTRE_WORK, choice::open)
        .get("/centre/enterprises/{ent}/choices/{choice}", CENTRE_WORK, choice::page)
        .get("/centre/enterprises/{ent}/choices/{choice}/need", CENTRE_WORK, choice_forms::need)
        .post("/centre/enterprises/{ent}/choices/{choice}/need", CENTRE_WORK, choice_forms::save_need)
        .get("/centre/enterprises/{ent}/choices/{choice}/weights", CENTRE_WORK, choice_forms::weights)
        .post("/centre/enterprises/{ent}/choices/{choice}/weights", CENTRE_WORK, choice_forms::save_weights)
        .get("/centre/enterprises/{ent}/choices/{choice}/pairs", CENTRE_WORK, choice_forms::pairs)
        .post("/centre/enterprises/{ent}/choices/{choice}/pairs", CENTRE_WORK, choice_forms::save_pairs)
        .get("/centre/enterprises/{ent}/choices/{choice}/advice/{advice}", CENTRE_WORK, advice::page)
        .post("/centre/enterprises/{ent}/choices/{choice}/acts/{act}", CENTRE_WORK, choice_acts::act)
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// A part of an address as an id; anything else is a thing that does not exist.
fn id<K: kernel::id::Kind>(text: &str) -> Result<kernel::Id<K>, PageError> {
    text.parse().map_err(|_| PageError::not_found())
}
