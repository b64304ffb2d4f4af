//! The pages of this room.

mod complaints;
mod notices;
mod offers;
mod parts;
mod ratings;

use crate::Care;
use identity::actions::{ACCOUNT_USE, COMPLAINT_OWN, COMPLAINT_WORK, COUNTER_WORK, OFFER_OWN, OFFER_WORK, PORTAL_READ};
use web::routes::Routes;

pub fn routes(r: Routes<Care>) -> Routes<Care> {
    r.get("/my/ratings", COMPLAINT_OWN, ratings::mine)
        .get("/my/ratings/{code}", COMPLAINT_OWN, ratings::show)
        .post("/my/ratings/{code}", COMPLAINT_OWN, ratings::rate)
        .get("/work/ratings", COMPLAINT_WORK, ratings::office)
        .post("/work/ratings/{case}/answer", COMPLAINT_WORK, ratings::answer)
        .get("/complaints", PORTAL_READ, complaints::public)
        .get("/complaints/new", PORTAL_READ, complaints::new)
        .post("/complaints", PORTAL_READ, complaints::create)
        .get("/complaints/{code}", PORTAL_READ, complaints::one)
        .get("/my/complaints", COMPLAINT_OWN, complaints::mine)
        .get("/work/complaints", COMPLAINT_WORK, complaints::office)
        .get("/my/notices", ACCOUNT_USE, notices::mine)
        .post("/my/notices", ACCOUNT_USE, notices::choose)
        .post("/my/notices/read", ACCOUNT_USE, notices::read)
        .post("/my/notices/{channel}/code", ACCOUNT_USE, notices::ask_code)
        .post("/my/notices/{channel}/prove", ACCOUNT_USE, notices::prove)
        .post("/my/notices/{channel}/forget", ACCOUNT_USE, notices::forget)
        .get("/my/offers", OFFER_OWN, offers::mine)
        .post("/my/offers/again", OFFER_OWN, offers::again)
        .post("/my/offers/{id}/take", OFFER_OWN, offers::take)
        .post("/my/offers/{id}/refuse", OFFER_OWN, offers::refuse)
        .get("/work/offers", OFFER_WORK, offers::office)
        .get("/work/notices/unsent", COUNTER_WORK, notices::unsent)
        .post("/work/notices/{id}/again", COUNTER_WORK, notices::again)
}
