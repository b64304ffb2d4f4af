//! The outbox worked off: what a commit promised to the outside world, done at least once.
//!
//! A runner claims due effects under a lease, runs the handler of their kind and marks them done; what fails is tried
//! again later and later, and after the last attempt kept as a dead letter for a person to look at. A handler must bear
//! being run twice: the process may stop between doing and marking.

use crate::{Batch, CommitError, Row, Scope, StoreError, Value, values};
use kernel::{Instant, id::ProvinceCode};
use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// A claimed effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub id: i64,
    pub province: ProvinceCode,
    pub kind: String,
    pub stream: String,
    /// JSON.
    pub payload: String,
    pub due: Instant,
    /// This attempt included.
    pub attempts: i64,
    pub last_error: Option<String>,
}

impl Effect {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.int("id")?,
            province: ProvinceCode::new(row.text("province")?),
            kind: row.string("kind")?,
            stream: row.string("stream")?,
            payload: row.string("payload")?,
            due: row.instant("due")?,
            attempts: row.int("attempts")?,
            last_error: row.opt_string("last_error")?,
        })
    }
    /// The payload as the type its handler knows; one that does not read will not read later either.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failed> {
        serde_json::from_str(&self.payload).map_err(|e| Failed::ForGood(format!("payload: {e}")))
    }
}

/// Why an effect was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// Try again later.
    ForNow(String),
    /// Trying again cannot help.
    ForGood(String),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::ForNow(why) | Self::ForGood(why)) = self;
        f.write_str(why)
    }
}
impl From<StoreError> for Failed {
    fn from(e: StoreError) -> Self {
        Self::ForNow(e.to_string())
    }
}
impl From<CommitError> for Failed {
    fn from(e: CommitError) -> Self {
        Self::ForNow(e.to_string())
    }
}

/// Does one kind of effect.
#[async_trait::async_trait]
pub trait Handler: Send + Sync + 'static {
    /// `scope` is bound to the province of the effect. A returned batch is committed together with the mark that the
    /// effect is done.
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed>;
}

/// How patient a runner is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub attempts: i64,
    /// The pause after the first failure; doubled after each further one.
    pub first_pause: Duration,
    pub longest_pause: Duration,
    /// After this long without a mark another runner may take the effect; also the handler's deadline.
    pub lease: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 10,
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(3600),
            lease: Duration::from_secs(120),
        }
    }
}

impl Patience {
    fn pause(&self, attempts: i64) -> Duration {
        let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
        self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause)
    }
}

/// Effects claimed and run side by side in one go.
const TOGETHER: i64 = 16;

/// Runs the effects of one province whose kinds have a handler here. Handlers hold what their province is connected to, so
/// those of one never do another's work, whichever process of an installation looks first.
#[derive(Clone)]
pub struct Runner {
    scope: Scope,
    handlers: BTreeMap<String, Arc<dyn Handler>>,
    patience: Patience,
}

impl Runner {
    pub fn new(scope: Scope) -> Self {
        Self { scope, handlers: BTreeMap::new(), patience: Patience::default() }
    }
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }
    #[must_use]
    pub fn on(mut self, kind: impl Into<String>, handler: Arc<dyn Handler>) -> Self {
        self.handlers.insert(kind.into(), handler);
        self
    }

    /// Runs what is due at `now`, at most one group; answers how many were claimed.
    pub async fn run_once(&self, now: Instant) -> Result<usize, StoreError> {
        let claimed = self.claim(now).await?;
        let n = claimed.len();
        let results = futures::future::join_all(claimed.into_iter().map(|e| self.run(e, now))).await;
        results.into_iter().collect::<Result<(), StoreError>>()?;
        Ok(n)
    }

    /// Runs everything that is due at `now`, including what that makes due.
    pub async fn run_all(&self, now: Instant) -> Result<usize, StoreError> {
        let mut total = 0;
        loop {
            match self.run_once(now).await? {
                0 => return Ok(total),
                n => total += n,
            }
        }
    }

    async fn claim(&self, now: Instant) -> Result<Vec<Effect>, StoreError> {
        if self.handlers.is_empty() {
            return Ok(Vec::new());
        }
        let mut params = values![now, self.scope.province()];
        let mut kinds = Vec::new();
        for kind in self.handlers.keys() {
            params.push(Value::from(kind));
            kinds.push(format!("${}", params.len()));
        }
        let due = format!(
            "FROM effect WHERE state = 'queued' AND due <= $1 AND lease <= $1 AND province = $2 AND kind IN ({})",
            kinds.join(", ")
        );
        // Nothing due is the usual answer: it costs a read and no write lock.
        if self.scope.db().query(&format!("SELECT 1 AS one {due} LIMIT 1"), &params).await?.is_empty() {
            return Ok(Vec::new());
        }
        let until = now.micros().saturating_add(micros(self.patience.lease));
        params.extend(values![until, TOGETHER]);
        let (lease, limit) = (params.len() - 1, params.len());
        let skip = self.scope.db().engine().pick("", "FOR UPDATE SKIP LOCKED");
        let sql = format!(
            "UPDATE effect SET lease = ${lease}, attempts = attempts + 1 \
             WHERE id IN (SELECT id {due} ORDER BY due, id LIMIT ${limit} {skip}) \
             RETURNING id, province, kind, stream, payload, due, attempts, last_error"
        );
        let mut claimed: Vec<Effect> =
            self.scope.db().returning(&sql, &params).await?.iter().map(Effect::of).collect::<Result<_, _>>()?;
        claimed.sort_by_key(|e| (e.due, e.id));
        Ok(claimed)
    }

    async fn run(&self, effect: Effect, now: Instant) -> Result<(), StoreError> {
        let scope = self.scope.clone();
        let Some(handler) = self.handlers.get(&effect.kind).cloned() else { return Ok(()) };
        let (given, to) = (effect.clone(), scope.clone());
        // A task of its own: a handler that panics fails its effect and nothing else.
        let mut task = tokio::spawn(async move { handler.run(&given, &to).await });
        let result = match tokio::time::timeout(self.patience.lease, &mut task).await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(Failed::ForNow(panic.to_string())),
            Err(_) => {
                task.abort();
                Err(Failed::ForNow(format!("not done within {} s", self.patience.lease.as_secs())))
            }
        };
        let failed = match result {
            Ok(with) => match self.mark_done(&scope, &effect, with).await {
                Ok(()) => return Ok(()),
                // Another runner finished it after this one's lease ran out.
                Err(e) if e.is_conflict("lease") => return Ok(()),
                Err(e) => Failed::ForNow(e.to_string()),
            },
            Err(failed) => failed,
        };
        self.mark_failed(&scope, &effect, &failed, now).await
    }

    async fn mark_done(&self, scope: &Scope, effect: &Effect, with: Option<Batch>) -> Result<(), CommitError> {
        let mut batch = with.unwrap_or_else(|| scope.batch());
        batch.guard(
            "UPDATE effect SET state = 'done', last_error = NULL, lease = 0 \
             WHERE province = $1 AND id = $2 AND attempts = $3 AND state = 'queued'",
            values![effect.id, effect.attempts],
            1,
            "lease",
        );
        scope.commit(batch).await
    }

    async fn mark_failed(&self, scope: &Scope, e: &Effect, why: &Failed, now: Instant) -> Result<(), StoreError> {
        let dead = matches!(why, Failed::ForGood(_)) || e.attempts >= self.patience.attempts;
        let state = if dead { "dead" } else { "queued" };
        let due = Instant::from_micros(now.micros().saturating_add(micros(self.patience.pause(e.attempts))));
        tracing::warn!(effect = e.id, kind = e.kind, attempts = e.attempts, dead, %why, "effect failed");
        let mut batch = scope.batch();
        batch.exec(
            "UPDATE effect SET state = $3, last_error = $4, due = $5, lease = 0 \
             WHERE province = $1 AND id = $2 AND attempts = $6 AND state = 'queued'",
            values![e.id, state, short(&why.to_string()), due, e.attempts],
        );
        match scope.commit(batch).await {
            Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    /// Runs until the task is aborted: after every local commit, and every `poll` for what other nodes queued or time
    /// made due. `clock` is given because the store reads none itself.
    pub fn spawn(self, poll: Duration, clock: impl Fn() -> Instant + Send + 'static) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut changes = self.scope.db().changes();
            loop {
                changes.mark_unchanged();
                match self.run_once(clock()).await {
                    Ok(n) if n > 0 => continue,
                    Ok(_) => {}
                    Err(e) => tracing::error!(%e, "effects"),
                }
                let _ = tokio::time::timeout(poll, changes.changed()).await;
            }
        })
    }
}

fn micros(d: Duration) -> i64 {
    i64::try_from(d.as_micros()).unwrap_or(i64::MAX)
}

/// An error as kept with the effect: a remote page of HTML does not belong there.
fn short(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(500).collect()
}

/// Dead letters of the province, newest first, below an id (keyset paging; `i64::MAX` for the first page).
pub async fn dead(scope: &Scope, below: i64, limit: u32) -> Result<Vec<Effect>, StoreError> {
    let sql = "SELECT id, province, kind, stream, payload, due, attempts, last_error FROM effect \
               WHERE province = $1 AND state = 'dead' AND id < $2 ORDER BY id DESC LIMIT $3";
    scope.query(sql, values![below, limit]).await?.iter().map(Effect::of).collect()
}

/// Gives a dead letter its attempts again. Conflict label: `effect` when it is not dead.
pub fn requeue(batch: &mut Batch, id: i64, now: Instant) {
    batch.guard(
        "UPDATE effect SET state = 'queued', attempts = 0, due = $3, lease = 0 \
         WHERE province = $1 AND id = $2 AND state = 'dead'",
        values![id, now],
        1,
        "effect",
    );
}

/// Gives a dead letter up: it stays, with its last error, and is not tried again. Conflict label: `effect` when it is not dead.
pub fn give_up(batch: &mut Batch, id: i64) {
    batch.guard("UPDATE effect SET state = 'done', lease = 0 WHERE province = $1 AND id = $2 AND state = 'dead'", values![id], 1, "effect");
}
