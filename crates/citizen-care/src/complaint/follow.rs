//! The follower of the journal: each complaint's case into its row; a report that names a dossier told to whoever counts dossiers.

use super::{KIND, Kind, of_state, store as rows};
use crate::Care;
use casework::{CaseState, Found};
use kernel::{Instant, id::CaseId};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use store::{
    Batch, NewEntry, Scope, StoreError,
    consumer::{Consumer, Follow},
    journal::{self, Entry},
};

/// The entry by which a report about a dossier is told: `{case, office, complaint, kind}`.
pub const NAMED: &str = "complaint.named";

struct Follower(Care);

pub fn consumer(care: &Care) -> Consumer {
    Consumer::new(care.scope.clone(), "care-complaints", Arc::new(Follower(care.clone())))
}

#[async_trait::async_trait]
impl Follow for Follower {
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let acts = entries.iter().filter(|e| e.kind.starts_with("complaint.") && e.stream.starts_with("case_"));
        let cases: BTreeSet<CaseId> = acts.filter_map(|e| e.stream.parse().ok()).collect();
        for case in cases {
            let Some(found) = self.0.desk.load(case).await? else { continue };
            rows::put(&mut batch, &row(&found.state));
            self.name(&mut batch, &found, now).await?;
        }
        for entry in entries.iter().filter(|e| e.kind.starts_with("rating.")) {
            let said: Value = entry.read()?;
            if said["kind"] == KIND
                && let (Some(case), Some(satisfied)) = (said["case"].as_str(), said["satisfied"].as_bool())
            {
                rows::unhappy(&mut batch, case, !satisfied);
            }
        }
        Ok(batch)
    }
}

impl Follower {
    /// A report about one of the sender's own dossiers, told once.
    async fn name(&self, batch: &mut Batch, found: &Found, now: Instant) -> Result<(), StoreError> {
        let s = &found.state;
        let code = s.answers["dossier"].as_str().filter(|_| s.answers["kind"] == Kind::Report.code());
        let Some(code) = code else { return Ok(()) };
        let Some(dossier) = self.0.desk.load_code(code).await? else { return Ok(()) };
        let p = &dossier.state.people;
        let sender = s.people.applicant.party;
        let own = sender.is_some() && [Some(&p.applicant), Some(&p.owner), p.proxy.as_ref()].into_iter().flatten().any(|x| x.party == sender);
        let stream = format!("complaint:{}", s.id);
        if !own || !journal::stream(&self.0.scope, &stream).await?.is_empty() {
            return Ok(());
        }
        let payload = json!({"case": dossier.state.id, "code": dossier.state.code, "office": dossier.state.offices.decides, "complaint": s.code, "kind": Kind::Report.code()});
        batch.append(NewEntry {
            stream,
            version: 1,
            kind: NAMED.to_owned(),
            at: now,
            actor: kernel::Actor::system(self.0.scope.province().clone()).account.to_string(),
            on_behalf: None,
            key: None,
            payload: payload.to_string(),
        });
        Ok(())
    }
}

fn row(s: &CaseState) -> rows::Complaint {
    let standing = of_state(s);
    let answer = |name: &str| s.answers.get(name).and_then(Value::as_str).map(str::to_owned);
    let published = s.inputs.get("publish").filter(|_| s.track("handling") == "published");
    let said = |name: &str| published.and_then(|p| p.get(name)).and_then(Value::as_str).map(str::to_owned);
    rows::Complaint {
        case: s.id,
        code: s.code.to_string(),
        kind: answer("kind").unwrap_or_default(),
        subject: s.title.clone(),
        party: s.people.applicant.party,
        office: answer("office").unwrap_or_else(|| s.offices.received.to_string()),
        dossier: answer("dossier"),
        state: s.track("handling").to_owned(),
        filed_at: s.filed_at,
        due: standing.due,
        late: standing.late,
        handled: standing.handled,
        question: said("question"),
        answer: said("answer"),
        published_at: published.and_then(|_| s.clocks.get("publish")?.stopped),
    }
}
