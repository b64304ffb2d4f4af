//! Offices that were dissolved or merged: their open cases go to the office that took over, one journal entry each.
//!
//! The code of a case never changes (domain/public-services §10.6). What is closed stays where it was; who may look at it is
//! decided by [`identity::Offices::heir`].

use super::{Desk, DeskError, Found};
use crate::{
    decide::{self, Context},
    event::CaseOffices,
    state::evolve,
    store as tables,
};
use kernel::{
    Actor, Instant,
    id::{AccountId, CaseId, OfficeCode},
};
use std::collections::BTreeMap;
use store::{CommitError, StoreError, values};

/// Cases read at once.
const PAGE: i64 = 200;
/// How often a case is tried again when somebody acts on it at the same moment.
const TRIES: usize = 12;

impl Desk {
    /// The offices of a new case are those that stand today.
    pub(super) fn of_today(&self, offices: &mut CaseOffices) {
        let known = self.identity.offices();
        for place in [&mut offices.received, &mut offices.decides].into_iter().chain(offices.helped.as_mut()) {
            *place = known.heir(place);
        }
    }

    /// Who holds a post in an office, or held it in one that this office took over.
    pub(super) async fn in_post(&self, office: &OfficeCode, role: &str, now: Instant) -> Result<Vec<(AccountId, String)>, StoreError> {
        let mut all: Vec<(AccountId, String)> = Vec::new();
        for code in std::iter::once(office.clone()).chain(self.identity.offices().taken_over_by(office)) {
            let holders = self.identity.directory().holders(code.as_str(), role, now).await?;
            all.extend(holders.into_iter().map(|(account, _)| (account.id, account.name)));
        }
        all.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        all.dedup();
        Ok(all)
    }

    /// Gives the open cases of every office that is no more to the one that took over. Done again it finds nothing. Answers
    /// how many cases went over.
    pub async fn succeed_offices(&self, now: Instant) -> Result<usize, DeskError> {
        let offices = self.identity.offices().clone();
        let mut moved = 0;
        for office in offices.iter() {
            let to = offices.heir(&office.code);
            if to == office.code {
                continue;
            }
            let mut after = String::new();
            loop {
                let ids = self.open_of(&office.code, &after).await?;
                for id in &ids {
                    moved += usize::from(self.succeed(*id, &office.code, &to, now).await?);
                }
                match ids.last().filter(|_| ids.len() as i64 == PAGE) {
                    Some(last) => after = last.to_string(),
                    None => break,
                }
            }
        }
        Ok(moved)
    }

    /// Cases an office still has something to do with: those not finished, and those that wait in one of its lists.
    async fn open_of(&self, office: &OfficeCode, after: &str) -> Result<Vec<CaseId>, StoreError> {
        let sql = "SELECT case_id FROM case_view WHERE province = $1 AND (received = $2 OR decides = $2) AND finished_at IS NULL AND case_id > $3 \
                   UNION SELECT case_id FROM work_item WHERE province = $1 AND office = $2 AND case_id > $3 ORDER BY case_id LIMIT $4";
        let rows = self.scope.query(sql, values![office.as_str(), after, PAGE]).await?;
        rows.iter().map(|r| r.id("case_id")).collect()
    }

    /// Gives one case of an office to another by name; false when it has nothing to do with the office (any more).
    pub async fn succeed(&self, id: CaseId, from: &OfficeCode, to: &OfficeCode, now: Instant) -> Result<bool, DeskError> {
        let actor = Actor::system(self.scope.province().clone());
        for _ in 0..TRIES {
            let Some(Found { state, definition }) = self.load(id).await? else { return Ok(false) };
            let calendar = self.calendar(to)?.clone();
            let numbers = BTreeMap::new();
            let cx = Context { now, actor: &actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
            let Some(event) = decide::succeed(&state, from, to, &cx) else { return Ok(false) };
            let old = tables::work_items(&definition, &state);
            let after = evolve(id, Some(state), &event).ok_or_else(|| StoreError::Damaged("an event made no case".into()))?;
            let mut batch = self.scope.batch();
            self.write(&mut batch, &definition, Some(&old), &after, &event, None, &actor);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(true),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(super::refusals::somebody_else(None).into())
    }
}
