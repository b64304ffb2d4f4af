//! The rows of experts.

use super::{Clock, Expert, ExpertEvent, ExpertState};
use kernel::{Instant, text::fold};
use store::{Batch, values};

const NEVER: i64 = i64::MAX;

pub fn rows(batch: &mut Batch, before: Option<&Expert>, after: &Expert, event: &ExpertEvent, at: Instant) {
    let a = &after.application;
    let due = match after.clock {
        Some(Clock::Until(due)) => due.micros(),
        _ => NEVER,
    };
    let removed = after.stopped.as_ref().filter(|_| after.state == ExpertState::Disabled).map(|(on, _)| *on);
    let fields = format!(",{},", a.fields.join(","));
    if before.is_none() {
        batch.unique(
            "INSERT INTO expert (province, id, party, account, kind, name, sort, state, fields, area, due, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                after.id, after.party, after.account, a.kind.code(), &a.name, fold(&a.name), after.state.code(), fields, &a.area,
                due, at
            ],
            "expert",
        );
    } else {
        batch.exec(
            "UPDATE expert SET kind = $3, name = $4, sort = $5, state = $6, fields = $7, area = $8, submitted_at = $9, due = $10, \
             changed_at = $11, removed_on = $12 WHERE province = $1 AND id = $2",
            values![
                after.id, a.kind.code(), &a.name, fold(&a.name), after.state.code(), fields, &a.area, after.submitted_at, due, at,
                removed
            ],
        );
    }
    if matches!(event, ExpertEvent::Begun { .. } | ExpertEvent::Saved { .. } | ExpertEvent::CompetenceChecked { .. }) {
        batch.exec("DELETE FROM expert_skill WHERE province = $1 AND expert = $2", values![after.id]);
        for (competence, level, _) in after.skills() {
            batch.exec(
                "INSERT INTO expert_skill (province, expert, competence, level) VALUES ($1, $2, $3, $4)",
                values![after.id, competence, level],
            );
        }
    }
}
