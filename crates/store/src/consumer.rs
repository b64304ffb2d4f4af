//! Consumers: views, statistics and seals that follow the journal after commit.
//!
//! What a consumer writes is committed together with its cursor, so every entry counts exactly once in its view, even
//! when two nodes run it or one stops half-way. The lease only saves the second node the work.

use crate::{Batch, CommitError, Db, Scope, StoreError, journal, journal::Cursor, journal::Entry, values};
use kernel::Instant;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// Turns entries into changes of a view.
#[async_trait::async_trait]
pub trait Follow: Send + Sync + 'static {
    /// The entries come in the order of the journal, all of the scope's province. Start from `scope.batch()`.
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError>;
}

const LEASE: Duration = Duration::from_secs(30);

/// One named follower of one province's journal.
#[derive(Clone)]
pub struct Consumer {
    scope: Scope,
    name: &'static str,
    follow: Arc<dyn Follow>,
    holder: Arc<str>,
    limit: u32,
}

impl Consumer {
    pub fn new(scope: Scope, name: &'static str, follow: Arc<dyn Follow>) -> Self {
        Self { scope, name, follow, holder: uuid::Uuid::new_v4().simple().to_string().into(), limit: 500 }
    }
    /// Entries in one go.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.max(1);
        self
    }
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where the consumer is.
    pub async fn cursor(&self) -> Result<Cursor, StoreError> {
        Ok(self.place().await?.map_or(Cursor::START, |(cursor, _)| cursor))
    }

    async fn place(&self) -> Result<Option<(Cursor, bool)>, StoreError> {
        let sql = "SELECT tx, seq, holder FROM consumer WHERE province = $1 AND name = $2";
        let Some(row) = self.scope.one(sql, values![self.name]).await? else { return Ok(None) };
        let mine = row.opt_text("holder")? == Some(&*self.holder);
        Ok(Some((Cursor { tx: row.int("tx")?, seq: row.int("seq")? }, mine)))
    }

    /// Follows at most one group of entries; answers how many. Nothing new costs two reads and no write.
    pub async fn run_once(&self, now: Instant) -> Result<usize, StoreError> {
        let place = self.place().await?;
        let cursor = place.map_or(Cursor::START, |(cursor, _)| cursor);
        let entries = journal::since(&self.scope, cursor, self.limit).await?;
        let Some(last) = entries.last() else { return Ok(0) };
        if !self.lease(cursor, now).await? {
            return Ok(0);
        }
        let mut batch = self.follow.follow(&self.scope, &entries, now).await?;
        let to = last.cursor();
        batch.guard(
            "UPDATE consumer SET tx = $5, seq = $6 WHERE province = $1 AND name = $2 AND tx = $3 AND seq = $4",
            values![self.name, cursor.tx, cursor.seq, to.tx, to.seq],
            1,
            "cursor",
        );
        match self.scope.commit(batch).await {
            Ok(()) => Ok(entries.len()),
            // Another node was faster; its work counts.
            Err(CommitError::Conflict { label }) if label == "cursor" => Ok(0),
            Err(CommitError::Conflict { label }) => {
                Err(StoreError::Database(format!("consumer {}: conflict {label}", self.name)))
            }
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    /// Takes or keeps the lease; false when another node holds it.
    async fn lease(&self, cursor: Cursor, now: Instant) -> Result<bool, StoreError> {
        let until = now.plus_seconds(LEASE.as_secs() as i64);
        let sql = "INSERT INTO consumer (province, name, tx, seq, holder, lease) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (province, name) DO UPDATE SET holder = excluded.holder, lease = excluded.lease \
                   WHERE consumer.lease <= $7 OR consumer.holder = excluded.holder OR consumer.holder IS NULL \
                   RETURNING seq";
        let mut params = values![self.scope.province()];
        params.extend(values![self.name, cursor.tx, cursor.seq, &*self.holder, until, now]);
        Ok(!self.scope.db().returning(sql, &params).await?.is_empty())
    }

    /// Follows until nothing is left; answers how many entries. On PostgreSQL entries of transactions that began
    /// before a still running one are left for later.
    pub async fn run_all(&self, now: Instant) -> Result<usize, StoreError> {
        let mut total = 0;
        loop {
            match self.run_once(now).await? {
                0 => return Ok(total),
                n => total += n,
            }
        }
    }

    /// Follows until everything that is in the journal now has been followed, or the deadline has passed. For tests
    /// and for pages that must show a figure as of now.
    pub async fn catch_up(&self, now: Instant, deadline: Duration) -> Result<(), StoreError> {
        let sql = "SELECT tx, seq FROM journal WHERE province = $1 ORDER BY tx DESC, seq DESC LIMIT 1";
        let Some(row) = self.scope.one(sql, Vec::new()).await? else { return Ok(()) };
        let goal = Cursor { tx: row.int("tx")?, seq: row.int("seq")? };
        let catching_up = async {
            loop {
                self.run_all(now).await?;
                if self.cursor().await? >= goal {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let caught_up: Result<(), StoreError> = tokio::time::timeout(deadline, catching_up)
            .await
            .map_err(|_| StoreError::Timeout(deadline.as_millis() as u64))?;
        caught_up?;
        self.let_go().await
    }

    /// Gives the lease back: another node need not wait for it to run out.
    async fn let_go(&self) -> Result<(), StoreError> {
        let mut batch = self.scope.batch();
        batch.exec("UPDATE consumer SET holder = NULL WHERE province = $1 AND name = $2 AND holder = $3", values![self.name, &*self.holder]);
        self.scope.commit(batch).await.map_err(|e| match e {
            CommitError::Store(e) => e,
            CommitError::Conflict { label } => StoreError::Database(format!("consumer {}: conflict {label}", self.name)),
        })
    }

    /// Follows at fixed intervals only, whole portions at a time, until the task is aborted: for what need not be
    /// fresh, such as sealing.
    pub fn spawn_every(self, period: Duration, clock: impl Fn() -> Instant + Send + 'static) -> JoinHandle<()> {
        tokio::spawn(async move {
            loop {
                if let Err(e) = self.run_all(clock()).await {
                    tracing::error!(consumer = self.name, %e, "consumer");
                }
                tokio::time::sleep(period).await;
            }
        })
    }

    /// Follows until the task is aborted: after every local commit, and every `poll` for other nodes' commits.
    pub fn spawn(self, poll: Duration, clock: impl Fn() -> Instant + Send + 'static) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut changes = self.scope.db().changes();
            loop {
                changes.mark_unchanged();
                match self.run_once(clock()).await {
                    // Its own commit ticks too: go round again only when there was something.
                    Ok(n) if n > 0 => continue,
                    Ok(_) => {}
                    Err(e) => tracing::error!(consumer = self.name, %e, "consumer"),
                }
                let _ = tokio::time::timeout(poll, changes.changed()).await;
            }
        })
    }
}

/// Where every consumer stands, for the operators' page: province, name, cursor.
pub async fn cursors(db: &Db) -> Result<Vec<(String, String, Cursor)>, StoreError> {
    let rows = db.query("SELECT province, name, tx, seq FROM consumer ORDER BY province, name", &[]).await?;
    rows.iter()
        .map(|r| Ok((r.string("province")?, r.string("name")?, Cursor { tx: r.int("tx")?, seq: r.int("seq")? })))
        .collect()
}
