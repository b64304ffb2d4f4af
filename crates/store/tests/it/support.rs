//! What the tests of the store share.

use kernel::{Instant, id::ProvinceCode};
use std::time::Duration;
use store::{
    Db, NewEffect, NewEntry, Scope,
    journal::{self, Cursor},
};

pub fn at(second: i64) -> Instant {
    Instant::from_micros(1_790_000_000_000_000).plus_seconds(second)
}

pub async fn scope(db: &Db, province: &str) -> Scope {
    db.migrate(&[]).await.unwrap();
    db.province(ProvinceCode::new(province))
}

pub fn entry(stream: &str, version: i64) -> NewEntry {
    NewEntry {
        stream: stream.to_owned(),
        version,
        kind: "noted".to_owned(),
        at: at(version),
        actor: "acct_1".to_owned(),
        on_behalf: None,
        key: None,
        payload: format!(r#"{{"n":{version}}}"#),
    }
}

pub fn effect(kind: &str, payload: &str, due: i64) -> NewEffect {
    NewEffect {
        kind: kind.to_owned(),
        stream: "case_1".to_owned(),
        payload: payload.to_owned(),
        due: at(due),
        dedup_key: None,
    }
}

/// Appends one entry in a batch of its own.
pub async fn note(scope: &Scope, stream: &str, version: i64) {
    let mut batch = scope.batch();
    batch.append(entry(stream, version));
    scope.commit(batch).await.unwrap();
}

/// Waits until so many entries after a cursor may be followed: on PostgreSQL other tests' transactions in the same server hide the
/// newest ones for a moment, and a seal over fewer of them would be one head more.
pub async fn shown(scope: &Scope, after: Cursor, entries: usize) {
    let waiting = async {
        while journal::since(scope, after, 100).await.unwrap().len() < entries {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("the entries show within a minute");
}
