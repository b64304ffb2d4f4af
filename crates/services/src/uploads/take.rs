//! Files from a person: checked by content, counted, scanned, and stored before anything refers to them; each with its own message.

use super::{
    infected_text, scan,
    scan::{Scanner, Verdict},
    store::{self as rows, Check, Refused, State},
};
use crate::Services;
use casework::{DeskError, event::GivenFile};
use kernel::{Actor, Instant, Refusal, id::FileId, refusal::Reason};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use ::store::{
    StoreError,
    files::{self, Checked, Files, Upload},
};
use web::extract::SentFile;

/// Takes what can be taken; what cannot is named with its reason, and the others are kept.
pub async fn give_files(s: &Services, by: &Actor, sent: Vec<SentFile>, now: Instant) -> Result<(Vec<GivenFile>, Vec<Reason>), DeskError> {
    let mut given = Vec::new();
    let mut reasons = Vec::new();
    let mut scanning = Scanning { scanner: s.uploads.scanner.as_deref(), down: false };
    for file in sent {
        let component = file.field.trim_start_matches("file-").to_owned();
        let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
        let field = Some(format!("file-{component}"));
        let (checked, pages) = match judged(s, upload).await {
            Ok(good) => good,
            Err(r) => {
                reasons.push(Reason { field, message: r.message });
                continue;
            }
        };
        match scanning.ask(&checked.bytes).await {
            Ok(state) => given.push(keep(s, checked, component, pages, state, now).await?),
            Err(finding) => {
                refuse(s, by, &checked, &component, &finding, now).await?;
                reasons.push(Reason { field, message: infected_text(&checked.name) });
            }
        }
    }
    Ok((given, reasons))
}

/// Kind, size, name and pages. The counting reads the whole file, beside what serves people.
async fn judged(s: &Services, upload: Upload) -> Result<(Checked, Option<u32>), Refusal> {
    let rules = &s.uploads.rules;
    let checked = Files::check(upload, rules.largest())?;
    let (mime, bytes) = (checked.media_type.mime(), checked.bytes.clone());
    let pages = tokio::task::spawn_blocking(move || files::pages(mime, &bytes)).await.unwrap_or(None);
    match pages.filter(|n| *n > rules.most_pages) {
        Some(n) => Err(files::too_many_pages(&checked.name, n, rules.most_pages)),
        None => Ok((checked, pages)),
    }
}

/// The scans of one request: a scanner that does not answer is not waited for again for each further file.
struct Scanning<'a> {
    scanner: Option<&'a dyn Scanner>,
    down: bool,
}

impl Scanning<'_> {
    /// How the file is to be marked, or what was found in it.
    async fn ask(&mut self, bytes: &[u8]) -> Result<State, String> {
        let Some(scanner) = self.scanner else { return Ok(State::Unscanned) };
        if self.down {
            return Ok(State::Waiting);
        }
        match scanner.scan(bytes).await {
            Ok(Verdict::Clean) => Ok(State::Clean),
            Ok(Verdict::TooLarge) => Ok(State::Unscanned),
            Ok(Verdict::Infected(finding)) => Err(finding),
            Err(down) => {
                tracing::warn!(%down, "the virus scanner does not answer");
                self.down = true;
                Ok(State::Waiting)
            }
        }
    }
}

async fn keep(s: &Services, checked: Checked, component: String, pages: Option<u32>, state: State, now: Instant) -> Result<GivenFile, DeskError> {
    let scope = s.desk.scope();
    let mut batch = scope.batch();
    let bytes = checked.bytes.clone();
    let stored = s.files.put(&mut batch, files::Scanned::trusted(checked), now).await?;
    let check = Check { state, sha256: stored.sha256.clone(), name: stored.name.clone(), finding: None, pages: pages.map(i64::from), attempts: i64::from(state == State::Waiting) };
    rows::put(&mut batch, stored.id, &check, now);
    match state {
        State::Waiting => scan::ask_again(&mut batch, stored.id, 0, now),
        _ => scans::ask(&mut batch, &stored, now),
    }
    scope.commit(batch).await.map_err(|e| StoreError::Files(e.to_string()))?;
    let signatures = crate::signed::find(s, &stored.media_type, bytes, now).await;
    Ok(GivenFile {
        component,
        file: stored.id,
        name: stored.name,
        sha256: stored.sha256,
        size: u64::try_from(stored.size).unwrap_or(0),
        media_type: stored.media_type,
        origin: None,
        signatures,
    })
}

async fn refuse(s: &Services, by: &Actor, checked: &Checked, component: &str, finding: &str, now: Instant) -> Result<(), DeskError> {
    let sha256 = hex::encode(Sha256::digest(&checked.bytes));
    let id = FileId::new(uuid::Uuid::now_v7());
    let account = by.account.to_string();
    let size = i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX);
    tracing::warn!(sha256, finding, account, "an infected upload was refused");
    let scope = s.desk.scope();
    let mut batch = scope.batch();
    rows::refuse(&mut batch, &Refused { id, sha256: &sha256, name: &checked.name, size, finding, component, account: &account }, now);
    rows::entry(&mut batch, &id.to_string(), "file.refused", now, &account, &json!({"sha256": sha256, "name": checked.name, "size": size, "finding": finding, "component": component}));
    scope.commit(batch).await.map_err(|e| StoreError::Files(e.to_string()))?;
    Ok(())
}
