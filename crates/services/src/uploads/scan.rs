//! Asking whether something malicious is in a file, now or again later.

use super::store::{self as rows, State};
use crate::Services;
use ::store::{
    Batch, Scope,
    effects::{Effect, Failed, Handler},
};
use kernel::{Actor, id::FileId};
use serde::Deserialize;
use serde_json::json;

pub use ::store::files::scan::{Down, SCAN, Scanner, Verdict, ask_again};

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
