//! Filing a new case.

use super::{
    Desk, DeskError, Done, Found, Once,
    refusals::{somebody_else, unknown_definition},
};
use crate::{
    decide::{self, Context},
    event::Filing,
    state::evolve,
    store as tables,
};
use kernel::{
    Actor, Instant, Refusal,
    id::{CaseCode, CaseId, OfficeCode},
};
use std::collections::BTreeMap;
use store::{Batch, CommitError, StoreError};

impl Desk {
    /// Files a new case. `filing.code` is given here; what the caller put there is ignored.
    pub async fn file(
        &self,
        actor: &Actor,
        mut filing: Filing,
        now: Instant,
        once: Option<Once>,
        also: Option<Batch>,
    ) -> Result<Done, DeskError> {
        if let Some(done) = self.repeated(actor, once.as_ref()).await? {
            return Ok(done);
        }
        let definition = self.rules().definitions.pinned(filing.definition.as_str(), &filing.version).cloned();
        let definition = definition.ok_or_else(|| unknown_definition(filing.definition.as_str()))?;
        self.of_today(&mut filing.offices);
        let calendar = self.calendar(&filing.offices.decides)?.clone();
        let numbers = BTreeMap::new();
        let cx = Context { now, actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
        // Decided once before a code is drawn: a refused application leaves no gap.
        filing.code = CaseCode::new("-");
        decide::file(&definition, filing.clone(), &cx)?;
        filing.code = self.draw_code(&filing.offices.received, now).await?;
        let event = decide::file(&definition, filing, &cx)?;
        let id = CaseId::new(uuid::Uuid::now_v7());
        let state = evolve(id, None, &event).ok_or_else(|| StoreError::Damaged("a filing made no case".into()))?;
        let mut batch = self.scope.batch();
        self.write(&mut batch, &definition, None, &state, &event, once.as_ref(), actor);
        if let Some(also) = also {
            batch.extend(also);
        }
        match self.scope.commit(batch).await {
            Ok(()) => Ok(Done { found: Found { state, definition }, event, repeated: false }),
            Err(CommitError::Conflict { label }) if label == "idempotency" => {
                self.repeated(actor, once.as_ref()).await?.ok_or_else(|| somebody_else(None).into())
            }
            Err(CommitError::Conflict { label }) if label == "draft" => Err(Refusal::conflict(
                "already-filed",
                "Hồ sơ này đã được nộp rồi",
                "This application has already been submitted",
            )
            .into()),
            Err(CommitError::Conflict { .. }) => Err(somebody_else(None).into()),
            Err(CommitError::Store(e)) => Err(e.into()),
        }
    }

    async fn draw_code(&self, office: &OfficeCode, now: Instant) -> Result<CaseCode, StoreError> {
        let d = now.date();
        let day = format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day());
        let n = tables::next_code(&self.scope, office.as_str(), &day).await?;
        Ok(CaseCode::new(format!("{office}-{day}-{n:04}")))
    }
}
