//! The follower of the journal: results that were given, as later offers need them.

use super::{Trigger, store::{Given, put_result}};
use crate::Care;
use casework::{Change, Event, Found};
use kernel::{Instant, id::CaseId};
use std::{collections::BTreeSet, sync::Arc};
use store::{
    Batch, Scope, StoreError,
    consumer::{Consumer, Follow},
    journal::Entry,
};

struct Follower(Care);

pub fn consumer(care: &Care) -> Consumer {
    Consumer::new(care.scope.clone(), "care-results", Arc::new(Follower(care.clone())))
}

#[async_trait::async_trait]
impl Follow for Follower {
    async fn follow(&self, scope: &Scope, entries: &[Entry], _now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let issued = |e: &&Entry| {
            e.kind.starts_with("dossier.") && e.read::<Event>().is_ok_and(|event| event.changes.iter().any(|c| matches!(c, Change::DocumentIssued { .. })))
        };
        let cases: BTreeSet<CaseId> = entries.iter().filter(issued).filter_map(|e| e.stream.parse().ok()).collect();
        for case in cases {
            if let Some(found) = self.0.desk.load(case).await?
                && let Some(result) = self.result(&found)
            {
                put_result(&mut batch, &result);
            }
        }
        Ok(batch)
    }
}

impl Follower {
    /// Only what some rule asks for is kept, and only of people who have an account.
    fn result(&self, found: &Found) -> Option<Given> {
        let (s, d) = (&found.state, &found.definition);
        let rules = || self.0.catalog.offers.offers.iter().filter(|r| r.trigger.definition() == Some(d.code.as_str()));
        rules().next()?;
        let issued = s.documents.iter().find(|x| x.document == d.result.granted)?;
        let born = rules().find_map(|r| match &r.trigger {
            Trigger::Child { field, .. } => s.answers.pointer(field)?.as_str()?.parse().ok(),
            _ => None,
        });
        Some(Given { case: s.id, code: s.code.to_string(), definition: d.code.to_string(), party: s.people.applicant.party?, granted_on: issued.at.date(), born })
    }
}
