//! Performing an act: read, decide, one batch.

use super::{
    Desk, DeskError, Done, Found, Once,
    refusals::somebody_else,
};
use crate::{
    Act,
    decide::{self, Context},
    state::evolve,
    store as tables, verbs,
};
use kernel::{
    Actor, Instant,
    id::{AccountId, CaseId, OfficeCode, RequestId},
};
use numbering::{Series, Turn};
use std::{collections::BTreeMap, pin::Pin};
use store::{Batch, CommitError, StoreError};

/// How often a decision is taken again when somebody else was first, before the user is told.
const TRIES: usize = 12;
/// Most opinions asked by one act.
const REQUESTS_MAX: usize = 8;

impl Desk {
    /// Performs an act on a case. A version conflict reloads and decides again; the caller is told only if the act is
    /// no longer possible, or at once when it named the version it had seen and more than rendered documents came since.
    pub async fn perform(
        &self,
        actor: &Actor,
        id: CaseId,
        act: &Act,
        now: Instant,
        once: Option<Once>,
        seen: Option<u64>,
    ) -> Result<Done, DeskError> {
        // Boxed, so that the whole path is compiled here with this crate's optimisation and not wherever it is awaited.
        let path: Pin<Box<dyn Future<Output = Result<Done, DeskError>> + Send + '_>> =
            Box::pin(self.perform_or_retry(actor, id, act, now, once, seen));
        path.await
    }

    async fn perform_or_retry(
        &self,
        actor: &Actor,
        id: CaseId,
        act: &Act,
        now: Instant,
        once: Option<Once>,
        seen: Option<u64>,
    ) -> Result<Done, DeskError> {
        if let Some(done) = self.repeated(actor, once.as_ref()).await? {
            return Ok(done);
        }
        if let Some(found) = self.recent.take(id).filter(|f| seen.is_none_or(|v| f.state.is_known_from(v)))
            && let Ok((done, batch, turn)) = self.prepare(actor, found, act, now, once.as_ref()).await
        {
            match self.committed(done, batch, turn).await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(e) => return Err(e),
            }
        }
        for _ in 0..TRIES {
            if let Some(done) = self.repeated(actor, once.as_ref()).await? {
                return Ok(done);
            }
            let Some(found) = self.load(id).await? else { return Err(self.gone_or_unknown(id).await?.into()) };
            if seen.is_some_and(|v| !found.state.is_known_from(v)) {
                // The version may have moved by this very request, sent twice at once.
                return match self.repeated(actor, once.as_ref()).await? {
                    Some(done) => Ok(done),
                    None => Err(self.changed_meanwhile(&found).await),
                };
            }
            let (done, batch, turn) = match self.prepare(actor, found, act, now, once.as_ref()).await {
                Ok(prepared) => prepared,
                // What makes the act impossible now may be this very request, done since its key was looked up.
                Err(refused) => return self.repeated(actor, once.as_ref()).await?.ok_or(refused),
            };
            if let Some(done) = self.committed(done, batch, turn).await? {
                return Ok(done);
            }
        }
        Err(somebody_else(None).into())
    }

    /// Commits what was prepared; nothing when somebody else was first.
    async fn committed(&self, done: Done, batch: Batch, mut turn: Option<Turn>) -> Result<Option<Done>, DeskError> {
        let Err(failed) = self.scope.commit(batch).await else {
            self.recent.keep(&done.found);
            return Ok(Some(done));
        };
        if let Some(turn) = &mut turn {
            turn.forget();
        }
        match failed {
            CommitError::Store(e) => Err(e.into()),
            CommitError::Conflict { .. } => Ok(None),
        }
    }

    async fn prepare(
        &self,
        actor: &Actor,
        found: Found,
        act: &Act,
        now: Instant,
        once: Option<&Once>,
    ) -> Result<(Done, Batch, Option<Turn>), DeskError> {
        let Found { state: before, definition } = found;
        let calendar = self.calendar(&before.offices.decides)?.clone();
        // A clock that was set back must not put an event before the one it follows.
        let now = now.max(before.changed_at);
        let registers = verbs::registers(&definition, Some(&before), &act.act);
        let office = before.offices.decides.clone();
        let year = i64::from(now.date().year());
        let mut turn = match registers.is_empty() {
            true => None,
            false => Some(self.turns.wait(&office).await),
        };
        let mut numbers = BTreeMap::new();
        for register in &registers {
            if let Some(turn) = &turn {
                let number = turn.next(&self.scope, Series { office: &office, year, series: register }).await?;
                numbers.insert((*register).to_owned(), number);
            }
        }
        let ids: Vec<RequestId> = if definition.consults.is_empty() {
            Vec::new()
        } else {
            (0..REQUESTS_MAX).map(|_| RequestId::new(uuid::Uuid::now_v7())).collect()
        };
        // Whom a case is given to sits where its step is done.
        let desk_of = before.desk_office().clone();
        let (act, colleagues) = self.offered(&definition, act, &desk_of, now).await?;
        let cx = Context { now, actor, calendar: &calendar, numbers: &numbers, ids: &ids, colleagues: &colleagues };
        let event = decide::decide(&definition, &before, &act, &cx)?;
        let old = tables::work_items(&definition, &before);
        let after = evolve(before.id, Some(before), &event)
            .ok_or_else(|| StoreError::Damaged("an event made no case".into()))?;
        let mut batch = self.scope.batch();
        let taker = tables::stream(after.id);
        for (register, number, line) in tables::numbered(&definition, &after, &event, &taker) {
            let series = Series { office: &office, year, series: register };
            numbering::take(&mut batch, series, number, &line);
            if let Some(turn) = &mut turn {
                turn.took(series, number);
            }
        }
        self.write(&mut batch, &definition, Some(&old), &after, &event, once, actor);
        let done = Done { found: Found { state: after, definition }, event, repeated: false };
        Ok((done, batch, turn))
    }

    /// Who may be given a case of an office: holders of a specialist post today.
    pub async fn colleagues(&self, office: &OfficeCode, now: Instant) -> Result<Vec<(AccountId, String)>, StoreError> {
        self.in_post(office, "specialist", now).await
    }

    /// Keeps a rendered document with the case; nothing happens if it is kept already.
    pub async fn keep_document(&self, id: CaseId, filed: &crate::event::Filed, now: Instant) -> Result<(), DeskError> {
        self.keep(id, now, |state, cx| decide::keep_document(state, filed.clone(), cx)).await
    }

    /// Keeps a document with the signature of whoever signs it, before it is sealed.
    pub async fn keep_signed(&self, id: CaseId, signed: &crate::event::SignedDocument, now: Instant) -> Result<(), DeskError> {
        self.keep(id, now, |state, cx| decide::keep_signed(state, signed.clone(), cx)).await
    }

    async fn keep(&self, id: CaseId, now: Instant, decide: impl Fn(&crate::CaseState, &Context<'_>) -> Option<crate::Event>) -> Result<(), DeskError> {
        let actor = Actor::system(self.scope.province().clone());
        for _ in 0..TRIES {
            let Some(found) = self.load(id).await? else { return Ok(()) };
            let calendar = self.calendar(&found.state.offices.decides)?.clone();
            let numbers = BTreeMap::new();
            let now = now.max(found.state.changed_at);
            let cx = Context { now, actor: &actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
            let Some(event) = decide(&found.state, &cx) else { return Ok(()) };
            let old = tables::work_items(&found.definition, &found.state);
            let after = evolve(id, Some(found.state), &event)
                .ok_or_else(|| StoreError::Damaged("an event made no case".into()))?;
            let mut batch = self.scope.batch();
            self.write(&mut batch, &found.definition, Some(&old), &after, &event, None, &actor);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(somebody_else(None).into())
    }
}
