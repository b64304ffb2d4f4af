//! Whether something malicious is in what people send, for every room that stores files.
//!
//! # Invariants
//! 1. What the scanner found to be infected is never stored; its hash, name and finding are.
//! 2. A scanner that does not answer turns no file away and lets none through unmarked: the file waits, and is asked about again by the
//!    effect [`SCAN`].
//! 3. What is found later is not handed out any more.

use super::{Checked, FileError, Files, Stored, Upload};
use crate::{Batch, NewEffect, NewEntry, Scope, StoreError, values};
use bytes::Bytes;
use kernel::{Actor, Instant, Refusal, id::FileId};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The effect by which a file that waits is asked about again: `{file}`.
pub const SCAN: &str = "file.scan";
/// The first pause, doubled each time up to the longest: a scanner that is away for a night is not asked every second.
const FIRST_PAUSE_S: i64 = 60;
const LONGEST_PAUSE_S: i64 = 3600;

/// What a scanner says of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// What was found, as the scanner calls it.
    Infected(String),
    /// More than the scanner takes: it has not looked.
    TooLarge,
}

/// The scanner gave no verdict; why, for the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Down(pub String);

/// Something that knows malicious bytes. An answer comes within the scanner's own time limit.
#[async_trait::async_trait]
pub trait Scanner: Send + Sync {
    async fn scan(&self, bytes: &[u8]) -> Result<Verdict, Down>;
}

/// Who looks at what is sent to one province, and where it is written down.
#[derive(Clone)]
pub struct Watch {
    /// Without one, files are taken and not marked.
    pub scanner: Option<Arc<dyn Scanner>>,
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}

/// How the scan of a file stands when it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Clean,
    Waiting,
    /// More than the scanner takes.
    Unscanned,
    /// Nothing is written of it: no scanner, this program's own bytes, or a caller that marks it itself.
    None,
}

impl Mark {
    const fn code(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Waiting => "waiting",
            Self::Unscanned | Self::None => "unscanned",
        }
    }
}

/// An upload that may be stored: judged by its content, and looked at by the scanner.
#[derive(Debug, Clone)]
pub struct Scanned {
    checked: Checked,
    mark: Mark,
}

impl Scanned {
    /// Bytes that this program made itself, or that the caller has scanned and marks.
    pub const fn trusted(checked: Checked) -> Self {
        Self { checked, mark: Mark::None }
    }
    pub(super) fn into_checked(self) -> Checked {
        self.checked
    }
}

impl std::ops::Deref for Scanned {
    type Target = Checked;
    fn deref(&self) -> &Checked {
        &self.checked
    }
}

/// What is said of an infected file to whoever sent it.
pub fn infected(name: &str) -> Refusal {
    Refusal::invalid(
        "file-infected",
        format!("Tệp “{name}” có mã độc nên không được nhận. Hãy quét vi-rút trên máy của bạn, tạo lại tệp (ví dụ chụp hoặc quét lại giấy tờ) rồi gửi tệp mới."),
        format!("The file “{name}” is infected and was not taken. Scan your device for viruses, make the file anew (photograph or scan the paper again) and send the new one."),
    )
}

/// Why a file that is there is not handed out.
fn not_handed_out(name: &str) -> Refusal {
    Refusal::conflict(
        "file-infected",
        format!("Tệp “{name}” có mã độc, phát hiện sau khi nhận, nên không mở được. Hãy đề nghị người gửi gửi lại tệp khác."),
        format!("The file “{name}” was found to be infected after it was taken and cannot be opened. Ask whoever sent it for another."),
    )
}

/// Asks again `attempts` asks after the first.
pub fn ask_again(batch: &mut Batch, file: FileId, attempts: i64, now: Instant) {
    let doublings = attempts.clamp(0, 10);
    batch.effect(NewEffect {
        kind: SCAN.to_owned(),
        stream: file.to_string(),
        payload: serde_json::json!({"file": file}).to_string(),
        due: now.plus_seconds((FIRST_PAUSE_S << doublings).min(LONGEST_PAUSE_S)),
        dedup_key: Some(format!("{file}/scan/{attempts}")),
    });
}

impl Files {
    /// Everything that is sent is looked at from now on.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Self {
        Self { watch: Some(Arc::new(watch)), ..self }
    }

    /// Checks an upload of at most `max` bytes and has it scanned: the way of what people send.
    pub async fn admit(&self, upload: Upload, max: usize) -> Result<Scanned, Refusal> {
        let checked = Self::check(upload, max)?;
        let Some((watch, scanner)) = self.watch.as_deref().and_then(|w| Some((w, w.scanner.as_deref()?))) else {
            return Ok(Scanned::trusted(checked));
        };
        let mark = match scanner.scan(&checked.bytes).await {
            Ok(Verdict::Clean) => Mark::Clean,
            Ok(Verdict::TooLarge) => Mark::Unscanned,
            Ok(Verdict::Infected(finding)) => {
                // The refusal stands even where it cannot be written down.
                if let Err(error) = watch.refused(&checked, &finding).await {
                    tracing::error!(%error, "an infected upload was refused and not written down");
                }
                return Err(infected(&checked.name));
            }
            Err(down) => {
                tracing::warn!(%down, "the virus scanner does not answer");
                Mark::Waiting
            }
        };
        Ok(Scanned { checked, mark })
    }

    /// The file with its bytes for somebody to open; refused when it was found to be infected meanwhile.
    pub async fn hand_out(&self, scope: &Scope, id: FileId) -> Result<Option<(Stored, Bytes)>, FileError> {
        let Some(found) = self.read(scope, id).await? else { return Ok(None) };
        if self.watch.is_some() {
            let sql = "SELECT state FROM file_check WHERE province = $1 AND file = $2 AND state = 'infected'";
            if scope.one(sql, values![id]).await?.is_some() {
                return Err(not_handed_out(&found.0.name).into());
            }
        }
        Ok(Some(found))
    }

    pub(super) fn mark(batch: &mut Batch, file: &Scanned, stored: &Stored) {
        if file.mark == Mark::None {
            return;
        }
        let waits = file.mark == Mark::Waiting;
        let checked = (file.mark == Mark::Clean).then_some(stored.at);
        batch.exec(
            "INSERT INTO file_check (province, file, state, sha256, name, finding, pages, attempts, asked_at, checked_at) \
             VALUES ($1, $2, $3, $4, $5, NULL, NULL, $6, $7, $8)",
            values![stored.id, file.mark.code(), &stored.sha256, &stored.name, i64::from(waits), stored.at, checked],
        );
        if waits {
            ask_again(batch, stored.id, 0, stored.at);
        }
    }
}

impl Watch {
    async fn refused(&self, file: &Checked, finding: &str) -> Result<(), StoreError> {
        let (sha256, now) = (hex::encode(Sha256::digest(&file.bytes)), (self.clock)());
        let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        tracing::warn!(sha256, finding, "an infected upload was refused");
        let id = FileId::new(uuid::Uuid::now_v7());
        let by = Actor::system(self.scope.province().clone()).account;
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO file_refused (province, id, sha256, name, size, finding, component, account, at) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8)",
            values![id, &sha256, &file.name, size, finding, by, now],
        );
        batch.append(NewEntry {
            stream: id.to_string(),
            version: 1,
            kind: "file.refused".to_owned(),
            at: now,
            actor: by.to_string(),
            on_behalf: None,
            key: None,
            payload: serde_json::json!({"sha256": sha256, "name": file.name, "size": size, "finding": finding}).to_string(),
        });
        self.scope.commit(batch).await.map_err(|e| StoreError::Files(e.to_string()))
    }
}
