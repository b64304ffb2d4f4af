//! The rows of matters.

use super::{Matter, MatterEvent};
use kernel::{Instant, id::MatterId};
use store::{Batch, values};

/// A due time that is not known sorts last and keeps the order total.
pub const NEVER: i64 = i64::MAX;

pub fn rows(batch: &mut Batch, before: Option<&Matter>, after: &Matter, event: &MatterEvent, at: Instant) {
    let p = &after.proposal;
    if before.is_none() {
        batch.exec(
            "INSERT INTO board_matter (province, id, board, kind, title, subject_kind, subject_id, state, opened_at, due, rapporteur, reopens) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11)",
            values![
                p.id, p.board, p.kind.code(), &p.subject.title, &p.subject.kind, &p.subject.id, after.opened_at,
                after.due.map_or(NEVER, Instant::micros), after.rapporteur, after.reopens.as_ref().map(|(id, _)| *id)
            ],
        );
        return;
    }
    match event {
        MatterEvent::Voted { account, choice, .. } => batch.exec(
            "INSERT INTO board_vote (province, matter, account, board, choice, at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (province, matter, account) DO UPDATE SET choice = excluded.choice, at = excluded.at",
            values![p.id, *account, p.board, choice.code(), at],
        ),
        MatterEvent::Assigned { rapporteur } => {
            batch.exec("UPDATE board_matter SET rapporteur = $3 WHERE province = $1 AND id = $2", values![p.id, *rapporteur]);
        }
        MatterEvent::Decided { .. } | MatterEvent::Withdrawn { .. } => concluded(batch, p.id, after.state.code(), at),
        _ => {}
    }
}

fn concluded(batch: &mut Batch, id: MatterId, state: &'static str, at: Instant) {
    batch.exec("UPDATE board_matter SET state = $3, decided_at = $4 WHERE province = $1 AND id = $2", values![id, state, at]);
}
