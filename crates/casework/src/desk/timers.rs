//! What becomes due by itself.

use super::{Desk, DeskError, Found};
use crate::Act;
use kernel::{Actor, Instant, id::CaseId};

impl Desk {
    /// Takes what is due by itself: silence that is consent, time to supplement that is over. Answers how many acts.
    pub async fn run_timers(&self, now: Instant, limit: i64) -> Result<usize, DeskError> {
        let sql = "SELECT case_id FROM case_view WHERE province = $1 AND timer_at IS NOT NULL AND timer_at <= $2 \
                   ORDER BY timer_at LIMIT $3";
        let rows = self.scope.query(sql, store::values![now, limit]).await?;
        let actor = Actor::system(self.scope.province().clone());
        let mut done = 0;
        for row in rows {
            let id: CaseId = row.id("case_id")?;
            let Some(found) = self.load(id).await? else { continue };
            for act in due_acts(&found, now) {
                let act = Act { act, input: serde_json::Value::Null };
                match self.perform(&actor, id, &act, now, None, None).await {
                    Ok(_) => done += 1,
                    Err(DeskError::Refused(r)) => tracing::warn!(case = %id, act = act.act, refusal = %r, "timer refused"),
                    Err(e) => return Err(e),
                }
            }
        }
        Ok(done)
    }
}

/// The system acts whose time has come.
pub fn due_acts(found: &Found, now: Instant) -> Vec<String> {
    let (s, d) = (&found.state, &found.definition);
    let mut acts: Vec<String> = Vec::new();
    for (name, clock) in &s.clocks {
        let running = clock.run == crate::state::ClockRun::Running && clock.due <= now;
        if let Some(act) = d.clocks.get(name).and_then(|c| c.on_due.clone()).filter(|_| running) {
            acts.push(act);
        }
    }
    if s.open_requests().any(|r| r.due <= now)
        && let Some(act) = d.clocks.get("consultation").and_then(|c| c.on_due.clone())
    {
        acts.push(act);
    }
    if s.draft_at(d).is_some_and(|at| at <= now) {
        acts.push(crate::timers::DRAFT_APOLOGY.to_owned());
    }
    acts.dedup();
    acts
}
