//! Notices as rows: who was told in the house, and what somebody has not read.

use super::{Kind, Notice};
use crate::meeting::MeetingId;
use kernel::{Instant, Text, id::AccountId};
use store::{Batch, Row, Scope, StoreError, values};

/// One notice to one person.
#[derive(Debug, Clone)]
pub struct Told {
    pub meeting: MeetingId,
    pub version: i64,
    pub who: String,
    pub name: String,
    pub kind: Option<Kind>,
    pub said: Text,
    pub at: Instant,
    pub read_at: Option<Instant>,
}

const COLUMNS: &str = "meeting, version, who, name, kind, vi, en, at, read_at";

fn told(row: &Row) -> Result<Told, StoreError> {
    Ok(Told {
        meeting: row.id("meeting")?,
        version: row.int("version")?,
        who: row.string("who")?,
        name: row.string("name")?,
        kind: Kind::of(row.text("kind")?),
        said: Text::new(row.string("vi")?, row.string("en")?),
        at: row.instant("at")?,
        read_at: row.opt_instant("read_at")?,
    })
}

/// Each once for an event, however often the effect runs.
pub fn put(batch: &mut Batch, notice: &Notice, now: Instant) {
    for whom in &notice.to {
        batch.exec(
            "INSERT INTO meeting_notice (province, meeting, version, who, name, kind, vi, en, at, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL) \
             ON CONFLICT (province, meeting, version, who) DO NOTHING",
            values![notice.meeting, notice.version, whom.key(), whom.name(), notice.kind.code(), &notice.said.vi, &notice.said.en, now],
        );
    }
}

/// Everybody who was told of a meeting, the latest first.
pub async fn of_meeting(scope: &Scope, meeting: MeetingId, limit: i64) -> Result<Vec<Told>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_notice WHERE province = $1 AND meeting = $2 ORDER BY version DESC, name, who LIMIT $3");
    scope.query(&sql, values![meeting, limit]).await?.iter().map(told).collect()
}

/// What somebody was told and has not read, the latest first.
pub async fn unread(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Told>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM meeting_notice WHERE province = $1 AND who = $2 AND read_at IS NULL ORDER BY at DESC, meeting, version DESC LIMIT $3");
    scope.query(&sql, values![account, limit]).await?.iter().map(told).collect()
}

/// Whoever opens the meeting has read what they were told of it.
pub async fn read(scope: &Scope, meeting: MeetingId, account: AccountId, now: Instant) -> Result<(), StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM meeting_notice WHERE province = $1 AND meeting = $2 AND who = $3 AND read_at IS NULL";
    if scope.one(sql, values![meeting, account]).await?.map_or(Ok(0), |r| r.int("n"))? == 0 {
        return Ok(());
    }
    let mut batch = scope.batch();
    batch.exec("UPDATE meeting_notice SET read_at = $4 WHERE province = $1 AND meeting = $2 AND who = $3 AND read_at IS NULL", values![meeting, account, now]);
    scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
}
