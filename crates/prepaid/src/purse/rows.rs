//! The rows of an account: its line, its signatures, its money.

use super::{Holder, Purse, PurseEvent, month_of};
use kernel::{Dong, Instant, id::DueId};
use store::{Batch, values};

pub fn write(batch: &mut Batch, before: Option<&Purse>, after: &Purse, event: &PurseEvent, at: Instant) {
    line(batch, before.is_none(), after, at);
    match event {
        PurseEvent::Opened { .. } => {}
        PurseEvent::Asked { payment, amount, by_name } => money(batch, after, ("asked", *payment, *amount), "", by_name, at),
        PurseEvent::ToppedUp { payment, amount, transaction } => money(batch, after, ("paid", *payment, *amount), transaction, "", at),
        PurseEvent::Withdrawn { payment, amount, transaction } => money(batch, after, ("returned", *payment, *amount), transaction, "", at),
        PurseEvent::Held { number, held } => batch.exec(
            "INSERT INTO prepaid_use (province, purse, number, state, amount, free, reference, serial, person, held_at, month, note) \
             VALUES ($1, $2, $3, 'held', $4, $5, $6, $7, $8, $9, $10, '')",
            values![after.id, number_of(*number), held.amount, held.free, &held.reference, &held.serial, held.person, held.at, month_of(held.at)],
        ),
        PurseEvent::Charged { number } => settled(batch, after, *number, "charged", "", at),
        PurseEvent::Released { number, why } => settled(batch, after, *number, "released", why, at),
        PurseEvent::Doubted { number, why } => batch.exec(
            "UPDATE prepaid_use SET state = 'doubt', note = $4 WHERE province = $1 AND purse = $2 AND number = $3",
            values![after.id, number_of(*number), why],
        ),
        PurseEvent::Settled { number, signed, reason, by_name } => {
            let state = if *signed { "charged" } else { "released" };
            settled(batch, after, *number, state, &format!("{reason} ({by_name})"), at);
        }
        PurseEvent::Corrected { number, before: was, after: is, free, reason, by_name, .. } => {
            let state = |s: super::Standing| if s.charged { "charged" } else { "released" };
            // The line keeps its month: that is the one whose statement it belongs to.
            batch.guard(
                "UPDATE prepaid_use SET state = $4, amount = $5, free = $6, note = $7 WHERE province = $1 AND purse = $2 AND number = $3 AND state = $8 AND amount = $9",
                values![after.id, number_of(*number), state(*is), is.amount, *free && was.stays_free(*is), format!("{reason} ({by_name})"), state(*was), was.amount],
                1,
                "line",
            );
        }
    }
}

fn number_of(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn line(batch: &mut Batch, new: bool, p: &Purse, at: Instant) {
    let doubts = i64::try_from(p.doubts().count()).unwrap_or(i64::MAX);
    if new {
        let (office, account) = match &p.holder {
            Holder::Office(office) => (Some(office.as_str()), None),
            Holder::Person(account) => (None, Some(account.to_string())),
        };
        batch.exec(
            "INSERT INTO prepaid_purse (province, id, provider, office, account, balance, held, doubts, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![p.id, p.provider.as_str(), office, account, p.balance, p.kept(), doubts, at],
        );
    } else {
        batch.exec(
            "UPDATE prepaid_purse SET balance = $3, held = $4, doubts = $5, changed_at = $6 WHERE province = $1 AND id = $2",
            values![p.id, p.balance, p.kept(), doubts, at],
        );
    }
}

fn settled(batch: &mut Batch, p: &Purse, number: u64, state: &'static str, note: &str, at: Instant) {
    batch.exec(
        "UPDATE prepaid_use SET state = $4, note = $5, settled_at = $6, month = $7 WHERE province = $1 AND purse = $2 AND number = $3",
        values![p.id, number_of(number), state, note, at, month_of(at)],
    );
}

fn money(batch: &mut Batch, p: &Purse, (state, payment, amount): (&'static str, DueId, Dong), transaction: &str, by_name: &str, at: Instant) {
    batch.exec(
        "INSERT INTO prepaid_money (province, purse, payment, state, amount, transaction_no, by_name, at, month) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![p.id, payment, state, amount, transaction, by_name, at, month_of(at)],
    );
}
