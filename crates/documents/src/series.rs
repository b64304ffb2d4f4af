//! Numbers of documents: for each office, year and series one after the other, without gaps, never twice. A number is taken in the
//! batch of the act that needs it, so it is there exactly when the act is; what becomes of it stays readable for ever.

use kernel::{
    Instant,
    id::{DocumentId, OfficeCode},
};
use std::{collections::HashMap, sync::Arc};
use store::{Batch, Scope, StoreError, values};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The conflict when another process took the number first.
pub const TAKEN: &str = "document_series";

/// The register of incoming documents counts in this series.
pub const INCOMING: &str = "incoming";

/// Which series of which office in which year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series<'a> {
    pub office: &'a OfficeCode,
    pub year: i64,
    pub series: &'a str,
}

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Given to a document that is not out yet.
    Held,
    Used,
    Cancelled,
}

impl Fate {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
        }
    }
    pub fn of(code: &str) -> Self {
        match code {
            "used" => Self::Used,
            "cancelled" => Self::Cancelled,
            _ => Self::Held,
        }
    }
}

/// The last number of a series; 0 before the first.
pub async fn last(scope: &Scope, s: Series<'_>) -> Result<u64, StoreError> {
    let sql = "SELECT last FROM document_series WHERE province = $1 AND office = $2 AND year = $3 AND series = $4";
    let row = scope.one(sql, values![s.office.as_str(), s.year, s.series]).await?;
    Ok(u64::try_from(row.map_or(Ok(0), |r| r.int("last"))?).unwrap_or_default())
}

/// Takes the number after `last` for a document. Conflict label: [`TAKEN`].
pub fn take(batch: &mut Batch, s: Series<'_>, number: u64, document: DocumentId, at: Instant) {
    step(batch, s, number);
    batch.unique(
        "INSERT INTO document_number (province, office, year, series, number, fate, document, at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
        values![s.office.as_str(), s.year, s.series, signed(number), Fate::Held.code(), document, at],
        TAKEN,
    );
}

/// Moves the counter only: for registers whose lines are their own records.
pub fn step(batch: &mut Batch, s: Series<'_>, number: u64) {
    if number == 1 {
        batch.unique(
            "INSERT INTO document_series (province, office, year, series, last) VALUES ($1, $2, $3, $4, $5)",
            values![s.office.as_str(), s.year, s.series, 1],
            TAKEN,
        );
    } else {
        batch.guard(
            "UPDATE document_series SET last = $5 WHERE province = $1 AND office = $2 AND year = $3 AND series = $4 AND last = $6",
            values![s.office.as_str(), s.year, s.series, signed(number), signed(number) - 1],
            1,
            TAKEN,
        );
    }
}

/// Says what became of a number.
pub fn settle(batch: &mut Batch, s: Series<'_>, number: u64, fate: Fate, reason: &str) {
    batch.exec(
        "UPDATE document_number SET fate = $6, reason = $7 WHERE province = $1 AND office = $2 AND year = $3 AND series = $4 AND number = $5",
        values![s.office.as_str(), s.year, s.series, signed(number), fate.code(), reason],
    );
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The last numbers of one office as this process took them, by year and series: the next act need not read them.
type Known = HashMap<(i64, String), u64>;

/// Within this process those who number for the same office wait for each other instead of running into the guard.
#[derive(Default)]
pub struct Turns(std::sync::Mutex<HashMap<OfficeCode, Arc<Mutex<Known>>>>);

impl Turns {
    pub async fn wait(&self, office: &OfficeCode) -> Turn {
        let queue = {
            let mut queues = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            queues.entry(office.clone()).or_default().clone()
        };
        Turn(queue.lock_owned().await)
    }
}

/// The right to take the next number of an office, until it is let go.
pub struct Turn(OwnedMutexGuard<Known>);

impl Turn {
    /// The number after the last one.
    pub async fn next(&self, scope: &Scope, s: Series<'_>) -> Result<u64, StoreError> {
        match self.0.get(&(s.year, s.series.to_owned())) {
            Some(last) => Ok(last + 1),
            None => Ok(last(scope, s).await? + 1),
        }
    }
    /// The number was taken, and committed.
    pub fn took(&mut self, s: Series<'_>, number: u64) {
        self.0.insert((s.year, s.series.to_owned()), number);
    }
    /// Another process was first, or nobody knows what became of the commit: the next number is read again.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}
