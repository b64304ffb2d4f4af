//! Asking whether something malicious is in a file, now or again later.

use super::store::{self as rows, State};
use crate::Services;
use ::store::{
    Batch, NewEffect, Scope,
    effects::{Effect, Failed, Handler},
};
use kernel::{Actor, Instant, id::FileId};
use serde::Deserialize;
use serde_json::json;

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

/// Asks again `attempts` asks after the first.
pub fn ask_again(batch: &mut Batch, file: FileId, attempts: i64, now: Instant) {
    let doublings = attempts.clamp(0, 10);
    batch.effect(NewEffect {
        kind: SCAN.to_owned(),
        stream: file.to_string(),
        payload: json!({"file": file}).to_string(),
        due: now.plus_seconds((FIRST_PAUSE_S << doublings).min(LONGEST_PAUSE_S)),
        dedup_key: Some(format!("{file}/scan/{attempts}")),
    });
}

/// Scans what waits; what cannot be scanned now is asked about again, for as long as it takes.
pub struct Rescan(pub Services);

#[derive(Deserialize)]
struct Wanted {
    file: FileId,
}

#[async_trait::async_trait]
impl Handler for Rescan {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let Wanted { file } = effect.read()?;
        let Some(check) = rows::of_file(scope, file).await?.filter(|c| c.state == State::Waiting) else { return Ok(None) };
        let Some((stored, bytes)) = self.0.files.read(scope, file).await? else { return Ok(None) };
        let now = self.0.now();
        let mut batch = scope.batch();
        let said = match &self.0.uploads.scanner {
            Some(scanner) => scanner.scan(&bytes).await,
            // The scanner was taken away meanwhile: the file is what all files are without one.
            None => Ok(Verdict::TooLarge),
        };
        match said {
            Ok(Verdict::Clean) => {
                rows::settle(&mut batch, file, State::Clean, None, now);
                scans::ask(&mut batch, &stored, now);
            }
            Ok(Verdict::TooLarge) => {
                rows::settle(&mut batch, file, State::Unscanned, None, now);
                scans::ask(&mut batch, &stored, now);
            }
            Ok(Verdict::Infected(finding)) => {
                tracing::warn!(%file, finding, "an upload that waited is infected");
                rows::settle(&mut batch, file, State::Infected, Some(&finding), now);
                let by = Actor::system(scope.province().clone()).account;
                rows::entry(&mut batch, &file.to_string(), "file.infected", now, &by.to_string(), &json!({"sha256": check.sha256, "name": check.name, "finding": finding}));
            }
            Err(down) => {
                tracing::warn!(%file, attempts = check.attempts + 1, %down, "the virus scanner does not answer");
                rows::tried(&mut batch, file, check.attempts + 1);
                ask_again(&mut batch, file, check.attempts + 1, now);
            }
        }
        Ok(Some(batch))
    }
}
