//! The room's writing SQL: one change of one due as journal entry, snapshot, list rows and effects.

use crate::{
    ledger::{Credit, CreditState, Due, Event, FoundBy, How, Proposal, ProposalKind, Receipt, Recorded, Try, TryState},
};
use kernel::{Instant, id::DueId};
use serde_json::json;
use store::{Batch, NewEffect, NewEntry, StoreError, values};

/// Conflict labels.
pub const TX: &str = "payment-transaction";
pub const BOOK: &str = "payment-book";
pub const REFERENCE: &str = "payment-reference";
pub const VERSION: &str = "version";

/// Kinds of effects.
pub const REGISTER: &str = "payments.register";
pub const SETTLE: &str = "payments.settle";
pub const RECEIPT: &str = "payments.receipt";
pub const PRINT: &str = "payments.print";
pub const REFUND: &str = "payments.refund";
pub const REFUNDED: &str = "payments.refunded";
pub const WAIVE: &str = "payments.waive";

/// Who acts, for the journal.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub actor: &'a kernel::Actor,
    pub at: Instant,
}

fn damaged(e: serde_json::Error) -> StoreError {
    StoreError::Damaged(e.to_string())
}

/// Puts one change into the batch. `ask_after_s`: when the gateway is first asked about a new code. `moved`: a transaction
/// whose row is there already, under another due.
pub fn write(batch: &mut Batch, before: Option<&Due>, after: &Due, recorded: &Recorded, by: By<'_>, ask_after_s: i64, moved: Option<&str>) -> Result<(), StoreError> {
    let stream = Due::stream(after.id);
    let first = recorded.events.first().map_or("payment.nothing", Event::kind);
    batch.append(NewEntry {
        stream: stream.clone(),
        version: after.version,
        kind: first.to_owned(),
        at: by.at,
        actor: by.actor.account.to_string(),
        on_behalf: after.parties.first().map(ToString::to_string),
        key: None,
        payload: serde_json::to_string(recorded).map_err(damaged)?,
    });
    batch.snapshot(&stream, before.map_or(0, |b| b.version), after.version, "payment", serde_json::to_string(after).map_err(damaged)?);
    due_row(batch, before, after);
    let none: &[_] = &[];
    let old = before.map_or(none, |b| b.tries.as_slice());
    for t in after.tries.iter().filter(|t| !old.contains(t)) {
        try_row(batch, after.id, t, old.iter().any(|o| o.id == t.id), ask_after_s);
    }
    let old = before.map_or(&[][..], |b| b.credits.as_slice());
    for c in after.credits.iter().filter(|c| !old.contains(c)) {
        credit_row(batch, after, c, old.iter().any(|o| o.tx == c.tx) || moved == Some(c.tx.as_str()));
    }
    let old = before.map_or(&[][..], |b| b.receipts.as_slice());
    for r in after.receipts.iter().filter(|r| !old.contains(r)) {
        receipt_row(batch, after, r, old.iter().any(|o| o.tx == r.tx));
    }
    let old = before.map_or(&[][..], |b| b.proposals.as_slice());
    for p in after.proposals.iter().filter(|p| !old.contains(p)) {
        proposal_row(batch, after, p, old.iter().any(|o| o.id == p.id));
    }
    for event in &recorded.events {
        follows(batch, after, event, by.at);
    }
    Ok(())
}

fn due_row(batch: &mut Batch, before: Option<&Due>, d: &Due) {
    let online = d.settled_by().map_or(0, |c| c.how.online());
    let params = values![
        d.id,
        d.case,
        d.case_code.as_str(),
        d.office.as_str(),
        d.kind.code(),
        d.code.as_str(),
        d.name.vi.as_str(),
        d.name.en.as_str(),
        d.payer.as_str(),
        d.amount,
        d.status.code(),
        d.asked_at,
        d.changed_at,
        d.paid_at,
        online
    ];
    match before {
        None => {
            batch.unique(
                "INSERT INTO payment_due (province, id, case_id, case_code, office, kind, code, name_vi, name_en, payer, amount, status, \
                 asked_at, changed_at, paid_at, online) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                params,
                VERSION,
            );
            for party in &d.parties {
                batch.exec(
                    "INSERT INTO payment_party (province, party, asked_at, due) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    values![*party, d.asked_at, d.id],
                );
            }
        }
        Some(_) => batch.guard(
            "UPDATE payment_due SET case_id = $3, case_code = $4, office = $5, kind = $6, code = $7, name_vi = $8, name_en = $9, payer = $10, \
             amount = $11, status = $12, asked_at = $13, changed_at = $14, paid_at = $15, online = $16 WHERE province = $1 AND id = $2",
            params,
            1,
            VERSION,
        ),
    }
}

fn try_row(batch: &mut Batch, due: DueId, t: &Try, there: bool, ask_after_s: i64) {
    if there {
        // A code that ran out is still asked about: what was paid in time may have been told to nobody.
        batch.guard(
            "UPDATE payment_try SET state = $3, next_ask = CASE WHEN $4 = 1 THEN NULL ELSE next_ask END WHERE province = $1 AND id = $2",
            values![t.id, t.state.code(), t.state == TryState::Paid],
            1,
            VERSION,
        );
    } else {
        batch.unique(
            "INSERT INTO payment_try (province, id, due, reference, amount, state, expires_at, next_ask, asks) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
            values![t.id, due, t.reference.as_str(), t.amount, t.state.code(), t.expires_at, t.opened_at.plus_seconds(ask_after_s)],
            REFERENCE,
        );
    }
}

fn credit_row(batch: &mut Batch, d: &Due, c: &Credit, there: bool) {
    let state = c.state.code();
    if there {
        batch.guard(
            "UPDATE payment_credit SET due = $3, office = $4, state = $5 WHERE province = $1 AND tx = $2",
            values![c.tx.as_str(), d.id, d.office.as_str(), state],
            1,
            VERSION,
        );
    } else {
        batch.unique(
            "INSERT INTO payment_credit (province, tx, due, office, amount, at, seen_at, how, found_by, reference, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![c.tx.as_str(), d.id, d.office.as_str(), c.amount, c.at, c.seen_at, c.how.code(), c.found_by.code(), c.reference.as_str(), state],
            TX,
        );
    }
}

fn receipt_row(batch: &mut Batch, d: &Due, r: &Receipt, there: bool) {
    let (at, reason) = r.cancelled.as_ref().map_or((None, ""), |(at, why)| (Some(*at), why.as_str()));
    if there {
        batch.guard(
            "UPDATE payment_receipt SET cancelled_at = $3, reason = $4 WHERE province = $1 AND tx = $2",
            values![r.tx.as_str(), at, reason],
            1,
            VERSION,
        );
        return;
    }
    batch.unique(
        "INSERT INTO payment_receipt (province, symbol, year, number, tx, due, office, kind, amount, payer, issued_at, cancelled_at, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, '')",
        values![r.symbol.as_str(), i64::from(r.year), r.number, r.tx.as_str(), d.id, d.office.as_str(), d.kind.code(), r.amount, d.payer.as_str(), r.issued_at],
        BOOK,
    );
    batch.exec("DELETE FROM payment_receipt_wanted WHERE province = $1 AND tx = $2", values![r.tx.as_str()]);
}

fn proposal_row(batch: &mut Batch, d: &Due, p: &Proposal, there: bool) {
    let reference = match &p.state {
        crate::ledger::ProposalState::Done { reference } => Some(reference.as_str()),
        _ => None,
    };
    let (name, at) = p.decided.as_ref().map_or((None, None), |(n, at)| (Some(n.as_str()), Some(*at)));
    if there {
        batch.guard(
            "UPDATE payment_proposal SET state = $3, decided_name = $4, decided_at = $5, reference = $6 WHERE province = $1 AND id = $2",
            values![p.id.to_string(), p.state.code(), name, at, reference],
            1,
            VERSION,
        );
    } else {
        batch.unique(
            "INSERT INTO payment_proposal (province, id, due, office, kind, tx, amount, reason, state, proposed_by, proposed_name, proposed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![p.id.to_string(), d.id, d.office.as_str(), p.kind.code(), p.tx.as_deref(), p.amount, p.reason.as_str(), p.state.code(), p.by, p.by_name.as_str(), p.at],
            VERSION,
        );
    }
}

/// What has to be done outside after an event.
fn follows(batch: &mut Batch, d: &Due, event: &Event, at: Instant) {
    match event {
        Event::Opened { attempt } => effect(batch, d, REGISTER, &attempt.id.to_string(), json!({"due": d.id, "payment": attempt.id}), at),
        Event::Credited { credit } if credit.state == CreditState::Settles => settles(batch, d, credit, at),
        Event::Accepted { tx, .. } => {
            if let Some(credit) = d.credit(tx) {
                settles(batch, d, credit, at);
            }
        }
        Event::ReceiptIssued { receipt } => effect(batch, d, PRINT, &receipt.tx, json!({"due": d.id, "tx": receipt.tx}), at),
        Event::Approved { proposal, .. } if d.proposal(*proposal).is_some_and(|p| p.kind == ProposalKind::Refund) => {
            effect(batch, d, REFUND, &proposal.to_string(), json!({"due": d.id, "proposal": proposal}), at);
        }
        Event::Refunded { proposal, tx, .. } if d.status == crate::ledger::Status::Refunded => {
            effect(batch, d, REFUNDED, &proposal.to_string(), json!({"due": d.id, "proposal": proposal, "tx": tx}), at);
        }
        // Waived here by two people; what the case waived itself it need not be told.
        Event::Waived { .. } if d.proposals.iter().any(|p| p.kind == ProposalKind::Waiver) => effect(batch, d, WAIVE, "waive", json!({"due": d.id}), at),
        _ => {}
    }
}

fn settles(batch: &mut Batch, d: &Due, credit: &Credit, at: Instant) {
    let payload = || json!({"due": d.id, "tx": credit.tx});
    if credit.found_by != FoundBy::Case {
        effect(batch, d, SETTLE, &credit.tx, payload(), at);
    }
    // The portal and the treasury give their own papers.
    if credit.how != How::Portal && d.kind.has_receipt() && credit.paper.is_none() {
        batch.exec(
            "INSERT INTO payment_receipt_wanted (province, tx, due, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            values![credit.tx.as_str(), d.id, at],
        );
        effect(batch, d, RECEIPT, &credit.tx, payload(), at);
    }
}

fn effect(batch: &mut Batch, d: &Due, kind: &str, of: &str, payload: serde_json::Value, at: Instant) {
    batch.effect(NewEffect {
        kind: kind.to_owned(),
        stream: Due::stream(d.id),
        payload: payload.to_string(),
        due: at,
        dedup_key: Some(format!("{kind}/{}/{of}", d.id)),
    });
}

/// Takes the numbers after `last` up to `to` of a book: the row is the lock under which numbers are given without a gap.
pub fn take_numbers(batch: &mut Batch, symbol: &str, year: i16, last: i64, to: i64) {
    if last == 0 {
        batch.unique(
            "INSERT INTO payment_book (province, symbol, year, last) VALUES ($1, $2, $3, $4)",
            values![symbol, i64::from(year), to],
            BOOK,
        );
    } else {
        batch.guard(
            "UPDATE payment_book SET last = $4 WHERE province = $1 AND symbol = $2 AND year = $3 AND last = $5",
            values![symbol, i64::from(year), to, last],
            1,
            BOOK,
        );
    }
}

/// Drops the wish for a receipt that will not be given.
pub fn no_receipt(batch: &mut Batch, tx: &str) {
    batch.exec("DELETE FROM payment_receipt_wanted WHERE province = $1 AND tx = $2", values![tx]);
}

/// Counts a signal; a flood of one kind about one subject stays one row.
pub fn alarm(batch: &mut Batch, kind: &str, subject: &str, detail: &str, at: Instant) {
    let cut = |t: &str, n: usize| kernel::text::clean(t).chars().take(n).collect::<String>();
    batch.exec(
        "INSERT INTO payment_alarm (province, kind, subject, detail, first_at, last_at, times) VALUES ($1, $2, $3, $4, $5, $5, 1) \
         ON CONFLICT (province, kind, subject) DO UPDATE SET detail = excluded.detail, last_at = excluded.last_at, times = payment_alarm.times + 1",
        values![kind, cut(subject, 80), cut(detail, 300), at],
    );
}

/// When the gateway is asked next about a code; `None`: not any more.
pub fn asked(batch: &mut Batch, payment: kernel::id::PaymentId, next: Option<Instant>) {
    batch.exec(
        "UPDATE payment_try SET asks = asks + 1, next_ask = $3 WHERE province = $1 AND id = $2 AND next_ask IS NOT NULL",
        values![payment, next],
    );
}

/// The gateway gave no answer: the same question later.
pub fn ask_again(batch: &mut Batch, payment: kernel::id::PaymentId, at: Instant) {
    batch.exec(
        "UPDATE payment_try SET next_ask = $3 WHERE province = $1 AND id = $2 AND next_ask IS NOT NULL",
        values![payment, at],
    );
}
