//! What the portal tells us: dossiers of centralised systems, mirrored read-only.
//!
//! A message that cannot be applied is parked with its reason and shown to a person; nothing is dropped, nothing newer is
//! overwritten by something older, and a dossier of our own is never touched from outside.

use crate::{NationalPortal, status::Status};
use kernel::{Instant, Refusal, id::MessageId, text::clean};
use serde::{Deserialize, Serialize};
use store::{CommitError, StoreError, values};

/// A dossier kept in a ministry's system (Decree 224/2026 Art. 15(1)(i)).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mirrored {
    #[serde(rename = "MaHoSo")]
    pub code: String,
    #[serde(rename = "MaTTHC")]
    pub definition: String,
    #[serde(rename = "TenTTHC", default)]
    pub definition_name: String,
    /// Whose system it is.
    #[serde(rename = "HeThong")]
    pub system: String,
    #[serde(rename = "TrangThaiHoSo")]
    pub status: i64,
    /// RFC 3339.
    #[serde(rename = "ThoiDiem")]
    pub at: Instant,
    #[serde(rename = "NgayHenTra", default)]
    pub due: Option<Instant>,
}

/// What was done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Applied,
    /// The same word again.
    Known,
    Parked(&'static str),
}

const LONGEST_CODE: usize = 60;

impl NationalPortal {
    /// Takes one message whose signature was right.
    pub async fn take(&self, body: &[u8], now: Instant) -> Result<Taken, StoreError> {
        let Ok(m) = serde_json::from_slice::<Mirrored>(body) else {
            return self.park("", "unreadable", body, now).await;
        };
        let code = clean(&m.code).to_uppercase();
        if code.is_empty() || code.len() > LONGEST_CODE || Status::of(m.status).is_none() {
            return self.park(&code, "unreadable", body, now).await;
        }
        let own = "SELECT 1 AS one FROM case_view WHERE province = $1 AND code = $2";
        if self.scope.one(own, values![code.as_str()]).await?.is_some() {
            return self.park(&code, "own-dossier", body, now).await;
        }
        let sql = "SELECT at, status FROM national_mirror WHERE province = $1 AND code = $2";
        if let Some(row) = self.scope.one(sql, values![code.as_str()]).await? {
            let (at, status) = (row.instant("at")?, row.int("status")?);
            if at == m.at && status == m.status {
                return Ok(Taken::Known);
            }
            if m.at <= at {
                return self.park(&code, "older", body, now).await;
            }
        }
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO national_mirror (province, code, definition, definition_name, system, status, at, due, taken_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (province, code) DO UPDATE SET definition = excluded.definition, \
             definition_name = excluded.definition_name, system = excluded.system, status = excluded.status, at = excluded.at, \
             due = excluded.due, taken_at = excluded.taken_at WHERE national_mirror.at < excluded.at",
            values![
                code.as_str(),
                clean(&m.definition),
                clean(&m.definition_name),
                clean(&m.system),
                m.status,
                m.at,
                m.due,
                now
            ],
        );
        self.scope.commit(batch).await.map_err(stored)?;
        Ok(Taken::Applied)
    }

    /// Keeps a message that was not applied.
    pub async fn park(&self, code: &str, reason: &'static str, body: &[u8], now: Instant) -> Result<Taken, StoreError> {
        let id = MessageId::new(uuid::Uuid::now_v7());
        // Text columns refuse NUL on PostgreSQL; what is shown of an unreadable message is its readable part.
        let text: String = String::from_utf8_lossy(body).chars().filter(|c| *c != '\0').take(4_000).collect();
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO national_parked (province, id, at, reason, code, body) VALUES ($1, $2, $3, $4, $5, $6)",
            values![id, now, reason, code, text],
        );
        self.scope.commit(batch).await.map_err(stored)?;
        tracing::warn!(reason, "a message of the national portal was parked");
        Ok(Taken::Parked(reason))
    }
}

pub(crate) fn stored(e: CommitError) -> StoreError {
    match e {
        CommitError::Store(e) => e,
        CommitError::Conflict { label } => StoreError::Database(format!("conflict {label}")),
    }
}

/// Nobody but the portal may come in this way.
pub fn bad_signature() -> Refusal {
    Refusal::forbidden("bad-signature", "Tin không có mã xác thực đúng nên không được nhận.", "The message has no valid signature and was not taken.")
}
