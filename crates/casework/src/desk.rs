//! The one path of every act: read, decide, one batch, answer. There is no second way to change a case.

mod acting;
mod calendars;
mod filing;
mod members;
mod recent;
mod refusals;
mod sets;
mod succession;
mod timers;
mod transfer;

pub use calendars::AffectedCase;
pub use timers::due_acts;
pub use transfer::{Gone, own_tables};

use crate::{Definition, Definitions, event::Event, state::CaseState, store as tables};
use identity::{CaseFacts, Identity, Subject};
use kernel::{
    Actor, Refusal,
    calendar::{Calendar, Calendars},
    id::{CaseId, OfficeCode},
    newest::Newest,
};
use numbering::Turns;
use refusals::{no_such_case, somebody_else};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use store::{Batch, NewEffect, NewEntry, Scope, StoreError};

/// The dated rules an act is decided under.
pub struct Rules {
    pub definitions: Definitions,
    pub calendars: Calendars,
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens, journals and commits; bound to one province.
#[derive(Clone)]
pub struct Desk {
    scope: Scope,
    /// Read without a lock; what is released while the program runs is put after what was there.
    rules: Arc<Newest<Arc<Rules>>>,
    identity: Arc<Identity>,
    /// Numbers of one office's registers are drawn one after the other in this process; other processes meet the guard.
    turns: Turns,
    recent: Arc<recent::Recent>,
}

/// A case with the definition it is pinned to.
#[derive(Clone)]
pub struct Found {
    pub state: CaseState,
    pub definition: Arc<Definition>,
}

/// What an act did.
#[derive(Clone)]
pub struct Done {
    pub found: Found,
    pub event: Event,
    /// The act had been done before under the same idempotency key.
    pub repeated: bool,
}

/// Makes a repeated request happen once.
#[derive(Debug, Clone)]
pub struct Once {
    pub key: String,
    /// Hash of the request: another one under the same key is refused.
    pub request: String,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    case: CaseId,
    version: u64,
}

impl Desk {
    pub fn new(scope: Scope, rules: Arc<Rules>, identity: Arc<Identity>) -> Self {
        Self { scope, rules: Arc::new(Newest::new(rules)), identity, turns: Turns::default(), recent: Arc::default() }
    }
    /// Where others of this process who number for the same offices stand in line.
    pub fn turns(&self) -> &Turns {
        &self.turns
    }
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
    /// The rules that hold now. What was borrowed before a release stays what it was until it is let go.
    pub fn rules(&self) -> &Rules {
        self.rules.get()
    }
    /// Other rules from now on: acts that have begun are decided under those they began with.
    pub fn replace_rules(&self, rules: Arc<Rules>) {
        self.rules.put(rules);
    }
    pub fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The calendar of an office.
    pub fn calendar(&self, office: &OfficeCode) -> Result<&Arc<Calendar>, Refusal> {
        let code = self.identity.offices().get(office.as_str()).map_or("vn-offices", |o| o.calendar.as_str());
        Ok(self.rules().calendars.get(code)?)
    }

    /// Looks a case up *with the action*: the lookup is the permission check, and what may not be seen is not there.
    pub async fn find(&self, actor: &Actor, code: &str, action: &'static str) -> Result<Found, DeskError> {
        let Some(found) = self.load_code(code).await? else { return Err(self.not_here(actor, code, action).await?.into()) };
        let facts = facts(&found, &self.scope);
        if actor.is_system() || self.identity.permits(Some(actor), action, &Subject::from(facts.clone())) {
            return Ok(found);
        }
        let facts = CaseFacts { emergency: self.identity.emergencies(found.state.id).await?, ..facts };
        if !facts.emergency.is_empty() && self.identity.permits(Some(actor), action, &Subject::from(facts)) {
            return Ok(found);
        }
        Err(no_such_case(code).into())
    }

    /// For those who prove by something else that they may look (code and phone), and for the program itself.
    pub async fn load_code(&self, code: &str) -> Result<Option<Found>, StoreError> {
        // What stands in an address may hold anything; a database refuses some of it (NUL) with an error of its own.
        let code = kernel::text::clean(code).to_uppercase();
        let sql = "SELECT s.state FROM case_view v JOIN snapshot s ON s.province = v.province AND s.stream = v.case_id \
                   WHERE v.province = $1 AND v.code = $2";
        let row = self.scope.one(sql, store::values![code]).await?;
        row.map(|r| self.read(r.text("state")?)).transpose()
    }

    pub async fn load(&self, id: CaseId) -> Result<Option<Found>, StoreError> {
        let snapshot = store::snapshot::load(&self.scope, &tables::stream(id)).await?;
        snapshot.map(|s| self.read(&s.state)).transpose()
    }

    fn read(&self, state: &str) -> Result<Found, StoreError> {
        let state: CaseState =
            serde_json::from_str(state).map_err(|e| StoreError::Damaged(format!("snapshot does not read: {e}")))?;
        let definition = self.rules().definitions.pinned(state.definition.as_str(), &state.pinned).cloned();
        let definition = definition.ok_or_else(|| {
            StoreError::Damaged(format!("definition {} version {} is not in the catalogue", state.definition, state.pinned))
        })?;
        Ok(Found { state, definition })
    }

    /// The journal of a case, oldest first.
    pub async fn history(&self, id: CaseId) -> Result<Vec<Event>, StoreError> {
        let entries = store::journal::stream(&self.scope, &tables::stream(id)).await?;
        entries.iter().map(|e| e.read()).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one call site a kind of act; the parts are what a batch is made of")]
    fn write(
        &self,
        batch: &mut Batch,
        d: &Definition,
        old: Option<&[tables::WorkItem]>,
        after: &CaseState,
        event: &Event,
        once: Option<&Once>,
        actor: &Actor,
    ) {
        let stream = tables::stream(after.id);
        let version = after.version as i64;
        batch.append(NewEntry {
            stream: stream.clone(),
            version,
            kind: format!("{}.{}", d.kind, event.act),
            at: event.at,
            actor: actor.account.to_string(),
            on_behalf: after.people.applicant.party.map(|p| p.to_string()),
            key: once.map(|o| o.key.clone()),
            payload: json_text(event),
        });
        batch.snapshot(&stream, version - 1, version, &d.kind, json_text(after));
        tables::write_views(batch, d, old, after);
        tables::write_members(batch, after, event);
        tables::write_documents(batch, after, event);
        crate::views_find::follow(batch, after, event);
        // How a member of a set ended is told by the set, once.
        let told_by_set = after.set.as_ref().filter(|_| ends(d, after, event));
        if let Some(set) = told_by_set {
            batch.effect(NewEffect {
                kind: "case.set".to_owned(),
                stream: tables::stream(set.case),
                payload: json!({"case": set.case, "act": event.act, "version": after.version}).to_string(),
                due: event.at,
                dedup_key: Some(format!("{stream}/{version}/set")),
            });
        }
        for change in &event.changes {
            let (kind, payload, key) = match change {
                crate::Change::EffectQueued { effect } if told_by_set.is_some() && effect == "notify" => continue,
                crate::Change::EffectQueued { effect } => (
                    format!("case.{effect}"),
                    json!({"case": after.id, "act": event.act, "version": after.version}),
                    format!("{stream}/{version}/{effect}"),
                ),
                crate::Change::DocumentIssued { document, number, .. } => (
                    "case.document".to_owned(),
                    json!({"case": after.id, "document": document, "number": number}),
                    format!("{stream}/{version}/{document}"),
                ),
                _ => continue,
            };
            batch.effect(NewEffect {
                kind,
                stream: stream.clone(),
                payload: payload.to_string(),
                due: event.at,
                dedup_key: Some(key),
            });
        }
        if let Some(once) = once {
            let answer = json_text(&Answer { case: after.id, version: after.version });
            batch.idempotent(&actor.account.to_string(), &once.key, &once.request, answer, event.at);
        }
    }

    /// What was done before under a key, for those who can answer without preparing the request again.
    pub async fn done_before(&self, actor: &Actor, once: &Once) -> Result<Option<Done>, DeskError> {
        self.repeated(actor, Some(once)).await
    }

    async fn repeated(&self, actor: &Actor, once: Option<&Once>) -> Result<Option<Done>, DeskError> {
        let Some(once) = once else { return Ok(None) };
        let answered = store::idempotency::answered(&self.scope, &actor.account.to_string(), &once.key).await?;
        let Some(answered) = answered else { return Ok(None) };
        if answered.request != once.request {
            return Err(Refusal::conflict(
                "key-reused",
                "Khóa chống trùng này đã dùng cho một yêu cầu khác; hãy tạo khóa mới",
                "This idempotency key was used for another request; make a new key",
            )
            .into());
        }
        let answer: Answer =
            serde_json::from_str(&answered.answer).map_err(|e| StoreError::Damaged(format!("idempotency: {e}")))?;
        let Some(found) = self.load(answer.case).await? else { return Err(self.gone_or_unknown(answer.case).await?.into()) };
        let event = self.history(answer.case).await?.into_iter().nth(answer.version.saturating_sub(1) as usize);
        let event = event.ok_or_else(|| StoreError::Damaged("an answered act is not in the journal".into()))?;
        Ok(Some(Done { found, event, repeated: true }))
    }

    async fn changed_meanwhile(&self, found: &Found) -> DeskError {
        let last = self.history(found.state.id).await.ok().and_then(|mut h| h.pop());
        somebody_else(last.as_ref()).into()
    }

}

/// The event that brought the case to its end, as far as a set is concerned: the result is ready or there will be none.
fn ends(d: &Definition, after: &CaseState, event: &Event) -> bool {
    let moved = event.changes.iter().any(|c| matches!(c, crate::Change::Moved { track, .. } if track == "handling"));
    let state = d.state("handling", after.track("handling"));
    moved && state.is_some_and(|s| s.national == Some(9) || (s.terminal && s.national != Some(10)))
}

/// The facts of a case that decide who may know of it.
pub fn facts(found: &Found, scope: &Scope) -> CaseFacts {
    let s = &found.state;
    CaseFacts {
        office_decides: Some(s.offices.decides.clone()),
        office_helped: s.offices.helped.clone(),
        applicant: s.people.applicant.party,
        owner: s.people.owner.party,
        proxy: s.people.proxy.as_ref().and_then(|p| p.party),
        assignee: s.assignee.as_ref().map(|a| a.account),
        requested_offices: s.open_requests().map(|r| r.office.clone()).collect(),
        members: s.members.values().flatten().map(|m| m.account).collect(),
        ..CaseFacts::at(scope.province().clone(), s.definition.as_str(), s.offices.received.clone())
    }
}

pub(crate) fn json_text<T: Serialize>(value: &T) -> String {
    // These types hold no map with keys that are not text and no number that JSON lacks.
    serde_json::to_string(value).unwrap_or_default()
}

impl From<DeskError> for web::problem::Fault {
    fn from(e: DeskError) -> Self {
        match e {
            DeskError::Refused(r) => r.into(),
            DeskError::Store(e) => Self::Internal(e.into()),
        }
    }
}
impl From<DeskError> for web::problem::PageError {
    fn from(e: DeskError) -> Self {
        Self(e.into())
    }
}
impl From<DeskError> for web::problem::ApiError {
    fn from(e: DeskError) -> Self {
        Self(e.into())
    }
}
