//! Values that systems send by themselves: CSV or JSON, mapped by the catalogue (`indicators/feeds.yaml`), row by row. A row that does
//! not read is refused with its reason, the others are taken; the same bytes sent again are the same delivery.
//!
//! # Invariants
//! 1. A value taken from a feed went the way of a value that a person enters: read, decided, one journal entry, a correction with a reason.
//! 2. No row of another province, of a time to come or of another office's indicator is taken.
//! 3. A delivery says how many rows it had: taken (new, corrected, the same) and refused add up to it.
//! 4. What came by folder or by message and does not read at all is kept as a delivery too: whoever sent it hears no answer.

pub mod catalog;
mod deliver;
pub mod folder;
pub mod message;
pub mod rows;
mod state;
#[cfg(test)]
mod tests;

pub use state::State;

use kernel::{Instant, Text, id::{AccountId, OfficeCode}};
use records::Record;
use serde::{Deserialize, Serialize};
use store::{Batch, Scope, StoreError, values};

/// Rows of one delivery.
pub const MOST_ROWS: usize = 5_000;
/// Bytes of one delivery.
pub const MOST_BYTES: usize = 4 << 20;
/// Refused rows that a delivery keeps with their reasons; the others are counted.
pub const MOST_WRONG: usize = 200;

/// Marks the id of a delivery.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryKind;
impl kernel::id::Kind for DeliveryKind {
    const PREFIX: &'static str = "delivery";
}
pub type DeliveryId = kernel::id::Id<DeliveryKind>;

/// How a delivery came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    #[default]
    Http,
    /// A file of this name.
    Folder(String),
    /// A message on this topic.
    Message(String),
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongRow {
    /// From 1; the heading of a CSV file is not counted.
    pub row: usize,
    pub reasons: Vec<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub id: DeliveryId,
    pub feed: String,
    pub sha256: String,
    pub bytes: usize,
    pub rows: usize,
    pub new: usize,
    pub corrected: usize,
    pub same: usize,
    pub refused: usize,
    /// The first of them.
    pub wrong: Vec<WrongRow>,
    /// The mapping by which it was read.
    pub mapping: catalog::Columns,
    pub by: AccountId,
    pub name: String,
    pub office: Option<OfficeCode>,
    pub at: Instant,
    #[serde(default)]
    pub way: Way,
    /// Why nothing of it was read; empty where it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<Text>,
}

impl Delivery {
    /// Rows whose values stand now.
    pub const fn taken(&self) -> usize {
        self.new + self.corrected + self.same
    }
    /// What its sender is told.
    pub fn told(&self, repeated: bool) -> serde_json::Value {
        let wrong: Vec<_> = self.wrong.iter().map(|w| serde_json::json!({"row": w.row, "reasons": w.reasons})).collect();
        let mut told = serde_json::json!({
            "delivery": self.id, "repeated": repeated, "rows": self.rows, "new": self.new, "corrected": self.corrected, "same": self.same,
            "refused": self.refused, "wrong": wrong,
        });
        if let Some(told) = told.as_object_mut().filter(|_| !self.unreadable.is_empty()) {
            told.insert("unreadable".into(), serde_json::json!(self.unreadable));
        }
        told
    }
    pub const fn has_faults(&self) -> bool {
        self.refused > 0 || !self.unreadable.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum FeedEvent {
    Delivered { delivery: Box<Delivery> },
}

impl Record for Delivery {
    type Event = FeedEvent;
    const KIND: &'static str = "feed";

    fn evolve(before: Option<Self>, event: &FeedEvent, at: Instant) -> Option<Self> {
        let FeedEvent::Delivered { delivery } = event;
        before.is_none().then(|| Self { at, ..(**delivery).clone() })
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, d: &Self, _: &FeedEvent, _: i64, at: Instant) {
        let body = serde_json::to_string(d).unwrap_or_default();
        let taken = i64::try_from(d.taken()).unwrap_or(i64::MAX);
        batch.exec("INSERT INTO measure_delivery (province, id, feed, sha256, at, body, taken) VALUES ($1, $2, $3, $4, $5, $6, $7)", values![d.id, &d.feed, &d.sha256, at, body, taken]);
    }
}

fn read(row: &store::Row) -> Result<Delivery, StoreError> {
    serde_json::from_str(row.text("body")?).map_err(|e| StoreError::Damaged(format!("a delivery does not read: {e}")))
}

/// The deliveries of a feed, the latest first.
pub async fn deliveries(scope: &Scope, feed: &str, most: i64) -> Result<Vec<Delivery>, StoreError> {
    let sql = "SELECT body FROM measure_delivery WHERE province = $1 AND feed = $2 ORDER BY at DESC, id DESC LIMIT $3";
    scope.query(sql, values![feed, most]).await?.iter().map(read).collect()
}

/// When the latest delivery came of which something was taken: a source that sends what cannot be used is silent.
pub async fn taken_at(scope: &Scope, feed: &str) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT at FROM measure_delivery WHERE province = $1 AND feed = $2 AND taken > 0 ORDER BY at DESC LIMIT 1";
    scope.one(sql, values![feed]).await?.map(|r| r.instant("at")).transpose()
}

pub async fn delivery(scope: &Scope, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
    scope.one("SELECT body FROM measure_delivery WHERE province = $1 AND id = $2", values![id]).await?.as_ref().map(read).transpose()
}

async fn same(scope: &Scope, feed: &str, sha256: &str) -> Result<Option<Delivery>, StoreError> {
    scope.one("SELECT body FROM measure_delivery WHERE province = $1 AND feed = $2 AND sha256 = $3", values![feed, sha256]).await?.as_ref().map(read).transpose()
}

/// How many came since an instant.
async fn since(scope: &Scope, feed: &str, at: Instant) -> Result<i64, StoreError> {
    let row = scope.one("SELECT COUNT(*) AS n FROM measure_delivery WHERE province = $1 AND feed = $2 AND at > $3", values![feed, at]).await?;
    row.map_or(Ok(0), |r| r.int("n"))
}
