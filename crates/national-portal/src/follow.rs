//! Follows the journal: which dossiers have news for the portal.

use crate::{NationalPortal, status::Status};
use casework::{Change, Definition, Event};
use kernel::Instant;
use std::{collections::BTreeMap, sync::Arc};
use store::{Batch, Scope, StoreError, consumer::Follow, journal::Entry, values};

/// Entries of this kind are dossiers' acts; engagements and others are none of the portal's business.
const DOSSIER: &str = "dossier.";

pub struct News(pub NationalPortal);

/// What a group of entries says of one dossier.
struct Seen {
    version: i64,
    status: Option<u8>,
    received: Option<Instant>,
    filed: Option<Filed>,
}

struct Filed {
    code: String,
    definition: String,
    received: String,
    at: Instant,
}

#[async_trait::async_trait]
impl Follow for News {
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
        let known = self.known(scope, entries).await?;
        for entry in entries.iter().filter(|e| e.kind.starts_with(DOSSIER)) {
            let event: Event = entry.read()?;
            let one = seen.entry(&entry.stream).or_insert(Seen { version: 0, status: None, received: None, filed: None });
            one.version = entry.version;
            let mut definition = known.get(&entry.stream).cloned();
            if let Some(Change::Filed(f)) = event.changes.first() {
                definition = self.0.desk.rules().definitions.pinned(f.definition.as_str(), &f.version).cloned();
                one.filed = Some(Filed { code: f.code.to_string(), definition: f.definition.to_string(), received: f.offices.received.to_string(), at: event.at });
                one.status = definition.as_deref().map(|d| first_status(d));
            } else if let Some(f) = &one.filed {
                definition = self.0.desk.rules().definitions.current(&f.definition, f.at.date()).cloned();
            }
            if let Some(n) = definition.as_deref().and_then(|d| moved_to(d, &event)) {
                one.status = Some(n);
            }
            if event.changes.iter().any(|c| matches!(c, Change::ClockStarted { clock, .. } if clock == "processing")) {
                one.received = Some(event.at);
            }
        }
        for (case, one) in seen {
            write(&mut batch, case, &one, now);
        }
        Ok(batch)
    }
}

impl News {
    /// The definitions of the dossiers that are known already.
    async fn known(&self, scope: &Scope, entries: &[Entry]) -> Result<BTreeMap<String, Arc<Definition>>, StoreError> {
        let mut known = BTreeMap::new();
        for entry in entries.iter().filter(|e| e.kind.starts_with(DOSSIER) && e.version > 1) {
            if known.contains_key(&entry.stream) {
                continue;
            }
            let sql = "SELECT definition, filed_at FROM national_case WHERE province = $1 AND case_id = $2";
            if let Some(row) = scope.one(sql, values![entry.stream.as_str()]).await? {
                let on = row.instant("filed_at")?.date();
                if let Some(d) = self.0.desk.rules().definitions.current(row.text("definition")?, on) {
                    known.insert(entry.stream.clone(), d.clone());
                }
            }
        }
        Ok(known)
    }
}

fn first_status(d: &Definition) -> u8 {
    let initial = d.tracks.get("handling").map(|t| t.initial.as_str()).unwrap_or_default();
    d.state("handling", initial).and_then(|s| s.national).unwrap_or(1)
}

fn moved_to(d: &Definition, event: &Event) -> Option<u8> {
    event.changes.iter().rev().find_map(|c| match c {
        Change::Moved { track, to } if track == "handling" => d.state("handling", to)?.national,
        _ => None,
    })
}

fn write(batch: &mut Batch, case: &str, one: &Seen, now: Instant) {
    if let Some(f) = &one.filed {
        let status = i64::from(one.status.unwrap_or(Status::ALL[0].number()));
        batch.exec(
            "INSERT INTO national_case (province, case_id, code, definition, received, filed_at, received_at, version, sent, status, sends, round, due, attempts, rejected) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 0, 0, $10, 0, 0) ON CONFLICT (province, case_id) DO NOTHING",
            values![case, f.code.as_str(), f.definition.as_str(), f.received.as_str(), f.at, one.received, one.version, status, now],
        );
        return;
    }
    // A refused message waits for a person; what comes after it waits behind it.
    batch.exec(
        "UPDATE national_case SET version = $3, status = COALESCE($4, status), received_at = COALESCE(received_at, $5), \
         due = CASE WHEN rejected = 1 THEN due ELSE COALESCE(due, $6) END \
         WHERE province = $1 AND case_id = $2 AND version < $3",
        values![case, one.version, one.status.map(i64::from), one.received, now],
    );
}
