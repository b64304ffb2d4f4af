//! The database handle, and the handle bound to a province.

use crate::{Batch, CommitError, Row, StoreError, Value, postgres::Postgres, sql, sqlite::Sqlite};
use kernel::id::ProvinceCode;
use std::sync::Arc;
use tokio::sync::watch;

/// Which engine runs below. Only the few places where the dialects differ ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The text of the engine, both given.
    pub const fn pick<'a>(self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

pub(crate) enum Driver {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// One database, whichever engine. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(crate) driver: Arc<Driver>,
    changes: Arc<watch::Sender<u64>>,
}

impl Db {
    /// Opens `sqlite:///path/file.db`, `sqlite::memory:` (a temporary file, removed with the last handle) or
    /// `postgres://user@host:port/database` and makes sure that the database answers.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let driver = if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Driver::Postgres(Postgres::open(url).await?)
        } else if let Some(path) = url.strip_prefix("sqlite:") {
            Driver::Sqlite(Sqlite::open(path).await?)
        } else {
            return Err(StoreError::Address("expected sqlite:///path/file.db or postgres://…".to_owned()));
        };
        Ok(Self { driver: Arc::new(driver), changes: Arc::new(watch::Sender::new(0)) })
    }

    pub fn engine(&self) -> Engine {
        match &*self.driver {
            Driver::Sqlite(_) => Engine::Sqlite,
            Driver::Postgres(_) => Engine::Postgres,
        }
    }

    /// The handle through which everything of a province is read and written.
    pub fn province(&self, province: ProvinceCode) -> Scope {
        Scope { db: self.clone(), province }
    }

    /// A read across provinces: plumbing only (leases, backup, metrics). Parameters start at `$1`.
    pub async fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &*self.driver {
            Driver::Sqlite(d) => d.query(sql, params.to_vec()).await,
            Driver::Postgres(d) => d.query(sql, params, None).await,
        }
    }

    pub(crate) fn wall_stands(&self) {
        if let Driver::Postgres(d) = &*self.driver {
            d.wall_stands();
        }
    }

    /// A batch across provinces: plumbing only. Parameters start at `$1`.
    pub fn batch(&self) -> Batch {
        Batch::new(None)
    }

    /// Commits a batch durably, or nothing of it.
    pub async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        if let Some(fault) = batch.fault {
            return Err(fault.into());
        }
        if batch.statements.is_empty() {
            return Ok(());
        }
        match &*self.driver {
            Driver::Sqlite(d) => d.commit(batch.statements).await,
            Driver::Postgres(d) => d.commit(batch.statements, batch.province.as_ref().map(ProvinceCode::as_str)).await,
        }?;
        self.changes.send_modify(|n| *n = n.wrapping_add(1));
        Ok(())
    }

    /// One writing statement with `RETURNING`, durable before it answers. Plumbing only: claims and leases.
    pub async fn returning(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &*self.driver {
            Driver::Sqlite(d) => d.returning(sql, params.to_vec()).await,
            Driver::Postgres(d) => d.query(sql, params, None).await,
        }
    }

    /// Runs a script of statements in one transaction. Migrations and tests.
    pub(crate) async fn script(&self, script: String) -> Result<(), StoreError> {
        match &*self.driver {
            Driver::Sqlite(d) => d.script(script).await,
            Driver::Postgres(d) => d.script(&script).await,
        }
    }

    /// Ticks after every commit made through this handle and its clones: wakes runners before their next poll.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

/// A handle bound to one province. `$1` of every statement is the province, put there by the handle; a statement that
/// does not use it is refused, so that forgetting it is an error in the first test and not a leak.
#[derive(Clone, Debug)]
pub struct Scope {
    db: Db,
    province: ProvinceCode,
}

impl Scope {
    pub fn province(&self) -> &ProvinceCode {
        &self.province
    }
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Reads. `params` are `$2`, `$3`…
    pub async fn query(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        sql::scoped(sql)?;
        let mut all = Vec::with_capacity(params.len() + 1);
        all.push(Value::from(&self.province));
        all.extend(params);
        match &*self.db.driver {
            Driver::Sqlite(d) => d.query(sql, all).await,
            Driver::Postgres(d) => d.query(sql, &all, Some(self.province.as_str())).await,
        }
    }

    /// Reads at most one row: the first of the answer.
    pub async fn one(&self, sql: &str, params: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// An empty batch of this province.
    pub fn batch(&self) -> Batch {
        Batch::new(Some(self.province.clone()))
    }

    /// Commits a batch of this province durably, or nothing of it.
    pub async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        if batch.province.as_ref() != Some(&self.province) {
            return Err(StoreError::Unscoped("the batch belongs to another province".to_owned()).into());
        }
        self.db.commit(batch).await
    }
}
