//! Pages: what a citizen owes and how to pay it, the cashier's desk, the simulated bank. None needs JavaScript.

mod bank;
mod desk;
mod due;
mod lists;
mod mine;
mod parts;
mod receipt;
mod statements;

use crate::{Payments, gateway::notices};
use axum::middleware;
use identity::actions::{PAYMENT_APPROVE, PAYMENT_NOTIFY, PAYMENT_OWN, PAYMENT_WORK, PORTAL_READ};
use web::{
    module::Module,
    openapi::Doc,
    routes::{PUBLIC, Routes},
};

pub fn module(state: Payments) -> Module {
    let people = Routes::new()
        .get("/payments", PAYMENT_OWN, mine::home)
        .get("/payments/cases/{code}", PAYMENT_OWN, mine::of_case)
        .get("/payments/return/{reference}", PAYMENT_OWN, mine::come_back)
        .get("/payments/receipts/{symbol}/{number}", PORTAL_READ, receipt::check)
        .get("/payments/{due}", PAYMENT_OWN, mine::show)
        .post("/payments/{due}/qr", PAYMENT_OWN, mine::open)
        .post("/payments/{due}/check", PAYMENT_OWN, mine::check)
        .get("/payments/{due}/receipt", PAYMENT_OWN, receipt::own)
        .get("/work/payments", PAYMENT_WORK, desk::overview)
        .get("/work/payments/list", PAYMENT_WORK, desk::list)
        .get("/work/payments/review", PAYMENT_WORK, lists::review)
        .get("/work/payments/proposals", PAYMENT_WORK, lists::proposals)
        .get("/work/payments/approvals", PAYMENT_APPROVE, lists::approvals)
        .post("/work/payments/approvals/{due}/{proposal}", PAYMENT_APPROVE, lists::decide)
        .get("/work/payments/receipts", PAYMENT_WORK, lists::receipts)
        .get("/work/payments/alarms", PAYMENT_WORK, lists::alarms)
        .get("/work/payments/statements", PAYMENT_WORK, statements::list)
        .post("/work/payments/statements", PAYMENT_WORK, statements::upload)
        .body_limit(crate::reconcile::bank_file::MAX_BYTES + (64 << 10))
        .get("/work/payments/differences", PAYMENT_WORK, statements::open)
        .get("/work/payments/statements/{id}", PAYMENT_WORK, statements::show)
        .post("/work/payments/statements/{id}/{number}", PAYMENT_WORK, statements::resolve)
        .get("/work/payments/dues/{due}", PAYMENT_WORK, due::show)
        .post("/work/payments/dues/{due}/take", PAYMENT_WORK, due::take)
        .post("/work/payments/dues/{due}/waive", PAYMENT_WORK, due::waive)
        .post("/work/payments/dues/{due}/money", PAYMENT_WORK, due::deal)
        .post("/work/payments/dues/{due}/paid-back", PAYMENT_WORK, due::paid_back)
        .post("/work/payments/dues/{due}/cancel-receipt", PAYMENT_WORK, receipt::cancel)
        .get("/work/payments/dues/{due}/receipt", PAYMENT_WORK, receipt::office);
    let bank = if state.bank.is_some() {
        Routes::new()
            .get("/simulated-bank/{reference}", PUBLIC, bank::show)
            .post("/simulated-bank/{reference}/pay", PUBLIC, bank::pay)
    } else {
        Routes::new()
    };
    let (router, mut declared) = people.merge(bank).finish(state.clone());
    // Messages of machines: signed, without a session, so without a form token.
    let machines = Routes::new().post("/api/v1/payments/notices", PAYMENT_NOTIFY, notices::receive).body_limit(notices::LIMIT).doc(Doc::new(
        "Cổng thanh toán báo có (ký HMAC-SHA256 trong X-Signature)",
        "The payment gateway tells of a payment (HMAC-SHA256 in X-Signature)",
    ));
    let (machine_router, machine_declared) = machines.finish(state.clone());
    declared.extend(machine_declared);
    let mut router = router.merge(machine_router.layer(middleware::from_fn(notices::machine)));
    if let Some(bank) = &state.bank {
        // The simulated bank's own protocol stands where its client looks for it; it is not part of this program's API.
        router = router.nest("/simulated-bank/api", bank.router());
    }
    Module::new("payments", (router, declared))
}
