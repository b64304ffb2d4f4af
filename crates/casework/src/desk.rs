//! The one path of every act: read, decide, one batch, answer. There is no second way to change a case.

use crate::{
    Act, Definition, Definitions,
    decide::{self, Context},
    event::{Event, Filing},
    state::{CaseState, evolve},
    store as tables, verbs,
};
use identity::{CaseFacts, Identity, Subject};
use kernel::{
    Actor, Instant, Refusal,
    calendar::{Calendar, Calendars},
    id::{AccountId, CaseCode, CaseId, OfficeCode, RequestId},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};
use store::{Batch, CommitError, NewEffect, NewEntry, Scope, StoreError};

/// How often a decision is taken again when somebody else was first, before the user is told.
const TRIES: usize = 12;
/// Most opinions asked by one act.
const REQUESTS_MAX: usize = 8;

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
    rules: Arc<Rules>,
    identity: Arc<Identity>,
    /// Numbers of one office's registers are drawn one after the other in this process; other processes meet the guard.
    queues: Arc<Mutex<HashMap<String, Queue>>>,
}

/// The last numbers of an office's registers, by year and register, as this process drew them: the next act need not read
/// them. The guard of the batch tells when another process was first; then they are forgotten and read again.
type Drawn = HashMap<(i64, String), u64>;
type Queue = Arc<tokio::sync::Mutex<Drawn>>;
type Turn = tokio::sync::OwnedMutexGuard<Drawn>;

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
        Self { scope, rules, identity, queues: Arc::default() }
    }
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
    pub fn rules(&self) -> &Rules {
        &self.rules
    }
    pub fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The calendar of an office.
    pub fn calendar(&self, office: &OfficeCode) -> Result<&Arc<Calendar>, Refusal> {
        let code = self.identity.offices().get(office.as_str()).map_or("vn-offices", |o| o.calendar.as_str());
        Ok(self.rules.calendars.get(code)?)
    }

    /// Looks a case up *with the action*: the lookup is the permission check, and what may not be seen is not there.
    pub async fn find(&self, actor: &Actor, code: &str, action: &'static str) -> Result<Found, DeskError> {
        let found = self.load_code(code).await?.ok_or_else(|| no_such_case(code))?;
        if actor.is_system() || self.identity.permits(Some(actor), action, &Subject::from(facts(&found, &self.scope))) {
            Ok(found)
        } else {
            Err(no_such_case(code).into())
        }
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
        let definition = self.rules.definitions.pinned(state.definition.as_str(), &state.pinned).cloned();
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
        let definition = self.rules.definitions.pinned(filing.definition.as_str(), &filing.version).cloned();
        let definition = definition.ok_or_else(|| unknown_definition(filing.definition.as_str()))?;
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

    /// Performs an act on a case. A version conflict reloads and decides again; the caller is told only if the act is
    /// no longer possible, or at once when it named the version it had seen.
    pub async fn perform(
        &self,
        actor: &Actor,
        id: CaseId,
        act: &Act,
        now: Instant,
        once: Option<Once>,
        seen: Option<u64>,
    ) -> Result<Done, DeskError> {
        for _ in 0..TRIES {
            if let Some(done) = self.repeated(actor, once.as_ref()).await? {
                return Ok(done);
            }
            let found = self.load(id).await?.ok_or_else(|| no_such_case(&id.to_string()))?;
            if seen.is_some_and(|v| v != found.state.version) {
                // The version may have moved by this very request, sent twice at once.
                return match self.repeated(actor, once.as_ref()).await? {
                    Some(done) => Ok(done),
                    None => Err(self.changed_meanwhile(&found).await),
                };
            }
            let (done, batch, mut turn) = match self.prepare(actor, found, act, now, once.as_ref()).await {
                Ok(prepared) => prepared,
                // What makes the act impossible now may be this very request, done since its key was looked up.
                Err(refused) => return self.repeated(actor, once.as_ref()).await?.ok_or(refused),
            };
            let Err(failed) = self.scope.commit(batch).await else { return Ok(done) };
            if let Some(turn) = &mut turn {
                turn.clear();
            }
            if let CommitError::Store(e) = failed {
                return Err(e.into());
            }
        }
        Err(somebody_else(None).into())
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
            false => Some(self.queue(&office).lock_owned().await),
        };
        let mut numbers = BTreeMap::new();
        for register in &registers {
            let known = turn.as_ref().and_then(|t| t.get(&(year, (*register).to_owned())));
            let number = match known {
                Some(last) => last + 1,
                None => tables::next_number(&self.scope, office.as_str(), year, register).await?,
            };
            numbers.insert((*register).to_owned(), number);
        }
        let ids: Vec<RequestId> = if definition.consults.is_empty() {
            Vec::new()
        } else {
            (0..REQUESTS_MAX).map(|_| RequestId::new(uuid::Uuid::now_v7())).collect()
        };
        let colleagues = match act.input.get("assignee") {
            Some(_) => self.colleagues(&office, now).await?,
            None => Vec::new(),
        };
        let cx = Context { now, actor, calendar: &calendar, numbers: &numbers, ids: &ids, colleagues: &colleagues };
        let event = decide::decide(&definition, &before, act, &cx)?;
        let old = tables::work_items(&definition, &before);
        let after = evolve(before.id, Some(before), &event)
            .ok_or_else(|| StoreError::Damaged("an event made no case".into()))?;
        let mut batch = self.scope.batch();
        for change in &event.changes {
            if let crate::Change::DocumentIssued { document, number, .. } = change
                && let Some(decl) = definition.documents.get(document)
            {
                tables::take_number(&mut batch, office.as_str(), year, &decl.register, *number);
                if let Some(turn) = &mut turn {
                    turn.insert((year, decl.register.clone()), *number);
                }
            }
        }
        self.write(&mut batch, &definition, Some(&old), &after, &event, once, actor);
        let done = Done { found: Found { state: after, definition }, event, repeated: false };
        Ok((done, batch, turn))
    }

    fn queue(&self, office: &OfficeCode) -> Queue {
        let mut queues = self.queues.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        queues.entry(office.to_string()).or_default().clone()
    }

    /// Who may be given a case of an office: holders of a specialist post today.
    pub async fn colleagues(&self, office: &OfficeCode, now: Instant) -> Result<Vec<(AccountId, String)>, StoreError> {
        let holders = self.identity.directory().holders(office.as_str(), "specialist", now).await?;
        Ok(holders.into_iter().map(|(account, _)| (account.id, account.name)).collect())
    }

    /// Keeps a rendered document with the case; nothing happens if it is kept already.
    pub async fn keep_document(
        &self,
        id: CaseId,
        document: &str,
        number: u64,
        file: kernel::id::FileId,
        sha256: &str,
        now: Instant,
    ) -> Result<(), DeskError> {
        let actor = Actor::system(self.scope.province().clone());
        for _ in 0..TRIES {
            let Some(found) = self.load(id).await? else { return Ok(()) };
            let calendar = self.calendar(&found.state.offices.decides)?.clone();
            let numbers = BTreeMap::new();
            let now = now.max(found.state.changed_at);
            let cx = Context { now, actor: &actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
            let Some(event) = decide::keep_document(&found.state, document, number, file, sha256.to_owned(), &cx) else {
                return Ok(());
            };
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
        for change in &event.changes {
            let (kind, payload, key) = match change {
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
        let found = self.load(answer.case).await?.ok_or_else(|| no_such_case(""))?;
        let event = self.history(answer.case).await?.into_iter().nth(answer.version.saturating_sub(1) as usize);
        let event = event.ok_or_else(|| StoreError::Damaged("an answered act is not in the journal".into()))?;
        Ok(Some(Done { found, event, repeated: true }))
    }

    async fn changed_meanwhile(&self, found: &Found) -> DeskError {
        let last = self.history(found.state.id).await.ok().and_then(|mut h| h.pop());
        somebody_else(last.as_ref()).into()
    }

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
    acts.dedup();
    acts
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
        ..CaseFacts::at(scope.province().clone(), s.definition.as_str(), s.offices.received.clone())
    }
}

pub(crate) fn json_text<T: Serialize>(value: &T) -> String {
    // These types hold no map with keys that are not text and no number that JSON lacks.
    serde_json::to_string(value).unwrap_or_default()
}

fn no_such_case(code: &str) -> Refusal {
    Refusal::not_found(
        format!("Không có hồ sơ {code}, hoặc bạn không được xem hồ sơ này"),
        format!("There is no case {code}, or you may not see it"),
    )
}

fn unknown_definition(code: &str) -> Refusal {
    Refusal::invalid(
        "unknown-definition",
        format!("Không có thủ tục {code} đang có hiệu lực"),
        format!("There is no procedure {code} in force"),
    )
}

/// Somebody else was first; says who and when if it is known.
fn somebody_else(last: Option<&Event>) -> Refusal {
    let (vi, en) = match last {
        Some(e) => {
            let t = e.at.civil();
            let clock = format!("{:02}:{:02}", t.hour(), t.minute());
            (
                format!("{} vừa thay đổi hồ sơ này lúc {clock}. Xem lại rồi làm tiếp; nội dung bạn nhập vẫn còn.", e.by.name),
                format!("{} has just changed this case at {clock}. Look again and go on; what you typed is kept.", e.by.name),
            )
        }
        None => (
            "Người khác vừa thay đổi hồ sơ này. Xem lại rồi làm tiếp; nội dung bạn nhập vẫn còn.".to_owned(),
            "Somebody else has just changed this case. Look again and go on; what you typed is kept.".to_owned(),
        ),
    };
    Refusal::conflict("changed-meanwhile", vi, en)
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
