//! The current state of a stream, written with the entries that lead to it.

use crate::{Scope, StoreError, values};

/// The stored state of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub stream: String,
    /// The version of the last entry that is in it.
    pub version: i64,
    pub kind: String,
    /// JSON.
    pub state: String,
}

pub async fn load(scope: &Scope, stream: &str) -> Result<Option<Snapshot>, StoreError> {
    let sql = "SELECT stream, version, kind, state FROM snapshot WHERE province = $1 AND stream = $2";
    let Some(row) = scope.one(sql, values![stream]).await? else { return Ok(None) };
    Ok(Some(Snapshot {
        stream: row.string("stream")?,
        version: row.int("version")?,
        kind: row.string("kind")?,
        state: row.string("state")?,
    }))
}
