//! Reading the journal.

use crate::{Row, Scope, StoreError, values};
use kernel::{Instant, id::ProvinceCode};
use serde::{Deserialize, Serialize};

/// Something that happened and cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: i64,
    /// The writing transaction on PostgreSQL; with `seq` the place in reading order.
    #[serde(skip)]
    pub tx: i64,
    pub province: ProvinceCode,
    pub stream: String,
    pub version: i64,
    pub kind: String,
    pub at: Instant,
    pub actor: String,
    pub on_behalf: Option<String>,
    pub key: Option<String>,
    /// JSON.
    pub payload: String,
}

impl Entry {
    /// The payload as the type its reader knows.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.payload)
            .map_err(|e| StoreError::Damaged(format!("entry {} ({}) does not read: {e}", self.seq, self.kind)))
    }
    pub fn cursor(&self) -> Cursor {
        Cursor { tx: self.tx, seq: self.seq }
    }

    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.int("seq")?,
            tx: row.int("tx")?,
            province: ProvinceCode::new(row.text("province")?),
            stream: row.string("stream")?,
            version: row.int("version")?,
            kind: row.string("kind")?,
            at: row.instant("at")?,
            actor: row.string("actor")?,
            on_behalf: row.opt_string("on_behalf")?,
            key: row.opt_string("key")?,
            payload: row.string("payload")?,
        })
    }
}

/// A place in the reading order of the journal.
///
/// Numbers from a sequence become visible in the order of commits, not of numbers, so `seq > n` would skip what
/// commits late. Entries are therefore ordered by their transaction and then `seq`, and only transactions below the
/// oldest running one are read: nothing can be added before a cursor any more. On SQLite there is one writer and the
/// transaction number is constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub tx: i64,
    pub seq: i64,
}

impl Cursor {
    /// Before the first entry (a restored journal has negative transaction numbers).
    pub const START: Self = Self { tx: -(1 << 62), seq: 0 };
}

/// The whole history of one stream, oldest first.
pub async fn stream(scope: &Scope, stream: &str) -> Result<Vec<Entry>, StoreError> {
    stream_after(scope, stream, 0).await
}

/// What happened in a stream after a version.
pub async fn stream_after(scope: &Scope, stream: &str, version: i64) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT * FROM journal WHERE province = $1 AND stream = $2 AND version > $3 ORDER BY version";
    scope.query(sql, values![stream, version]).await?.iter().map(Entry::of).collect()
}

/// One entry by its number.
pub async fn entry(scope: &Scope, seq: i64) -> Result<Option<Entry>, StoreError> {
    let row = scope.one("SELECT * FROM journal WHERE province = $1 AND seq = $2", values![seq]).await?;
    row.as_ref().map(Entry::of).transpose()
}

/// What follows a cursor in the province, at most `limit` entries, in an order to which nothing is ever added behind.
pub async fn since(scope: &Scope, after: Cursor, limit: u32) -> Result<Vec<Entry>, StoreError> {
    let sql = scope.db().engine().pick(
        "SELECT * FROM journal WHERE province = $1 AND (tx, seq) > ($2, $3) ORDER BY tx, seq LIMIT $4",
        "SELECT * FROM journal WHERE province = $1 AND (tx, seq) > ($2, $3) \
         AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY tx, seq LIMIT $4",
    );
    scope.query(sql, values![after.tx, after.seq, limit]).await?.iter().map(Entry::of).collect()
}
