//! The consumer: journal entries of dossiers into facts and sums, in one batch with the cursor.

use crate::{
    Catalog,
    count::Deltas,
    fact::{Declared, Fact},
    happened::{Change, Happened},
    store as tables,
};
use async_trait::async_trait;
use casework::{Definition, Desk, definition::{ServiceLevel, WaitingOn}};
use kernel::{Instant, id::OfficeCode};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};
use store::{Batch, Scope, StoreError, consumer::Follow, journal::Entry};

/// The name under which the cursor is kept.
pub const CONSUMER: &str = "index";
/// Entries in one go: large enough that filling from a city's journal is bound by the database and not by rounds.
pub const PORTION: u32 = 1_000;

/// Kinds of entries that are acts on dossiers begin with this.
const DOSSIER: &str = "dossier.";

#[derive(Clone)]
pub struct Facts {
    desk: Desk,
    catalog: Arc<Catalog>,
    declared: Arc<Mutex<HashMap<(String, String), Arc<Declared>>>>,
}

impl Facts {
    pub fn new(desk: Desk, catalog: Arc<Catalog>) -> Self {
        Self { desk, catalog, declared: Arc::default() }
    }

    /// What is declared of a pinned version; nothing known of one that has left the catalogue.
    fn declared(&self, code: &str, pinned: &str) -> Arc<Declared> {
        let key = (code.to_owned(), pinned.to_owned());
        let mut known = self.declared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let make = || {
            let found = self.desk.rules().definitions.pinned(code, pinned);
            Arc::new(found.map_or_else(Declared::default, |d| declared(d, &self.catalog)))
        };
        known.entry(key).or_insert_with(make).clone()
    }

    /// The longest time of the procedure from an instant, in the calendar of the office that received it.
    pub fn longest(&self, fact: &Fact, from: Instant) -> Option<Instant> {
        let definition = self.desk.rules().definitions.pinned(&fact.definition, &fact.pinned)?;
        let calendar = self.desk.calendar(&OfficeCode::new(fact.received.as_str())).ok()?;
        calendar.due(from, definition.time.span).ok()
    }

    /// Folds entries of one stream into its fact.
    pub fn fold<'e>(&self, mut fact: Option<Fact>, entries: impl IntoIterator<Item = &'e Entry>) -> Option<Fact> {
        for entry in entries {
            let event: Happened = match serde_json::from_str(&entry.payload) {
                Ok(event) => event,
                Err(e) => {
                    // An entry that does not read must not stop every figure after it; verify and the log name it.
                    tracing::error!(seq = entry.seq, kind = entry.kind, %e, "an entry that the index cannot read");
                    continue;
                }
            };
            let declared = match (&fact, event.changes.first()) {
                (Some(f), _) => self.declared(&f.definition, &f.pinned),
                (None, Some(Change::Filed(filed))) => self.declared(&filed.definition, &filed.version),
                (None, _) => continue,
            };
            if fact.is_none() {
                fact = Fact::first(&entry.stream, &event, &declared);
            }
            if let Some(f) = &mut fact {
                f.fold(entry.version, &event, &declared, &|f, from| self.longest(f, from));
            }
        }
        fact
    }
}

#[async_trait]
impl Follow for Facts {
    async fn follow(&self, scope: &Scope, entries: &[Entry], _now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let mut streams: Vec<String> = Vec::new();
        let mut by_stream: HashMap<&str, Vec<&Entry>> = HashMap::new();
        let notes: Vec<Note> = entries.iter().filter_map(Note::of).collect();
        for note in &notes {
            if by_stream.insert(note.case.as_str(), Vec::new()).is_none() {
                streams.push(note.case.clone());
            }
        }
        for entry in entries.iter().filter(|e| e.kind.starts_with(DOSSIER)) {
            if !by_stream.contains_key(entry.stream.as_str()) {
                streams.push(entry.stream.clone());
            }
            let list = by_stream.entry(entry.stream.as_str()).or_default();
            list.push(entry);
        }
        let mut before = tables::facts(scope, &streams).await?;
        let mut deltas = Deltas::default();
        for stream in &streams {
            let old = before.remove(stream);
            let entries = by_stream.remove(stream.as_str()).unwrap_or_default();
            let Some(mut new) = self.fold(old.clone(), entries) else { continue };
            notes.iter().filter(|n| n.case == *stream).for_each(|n| n.mark(&mut new));
            if old.as_ref() == Some(&new) {
                continue;
            }
            deltas.change(old.as_ref(), &new);
            tables::put(&mut batch, &new);
        }
        tables::add(&mut batch, &deltas);
        Ok(batch)
    }
}

/// What other rooms' entries say of a dossier. A mark is only ever set, so reading one twice changes nothing.
struct Note {
    case: String,
    mark: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Synchronised,
    Displeased,
}

impl Note {
    fn of(entry: &Entry) -> Option<Self> {
        let (room, _) = entry.kind.split_once('.')?;
        if !matches!(room, "national" | "rating" | "complaint") {
            return None;
        }
        let payload: serde_json::Value = serde_json::from_str(&entry.payload).ok()?;
        let case = payload.get("case")?.as_str()?.to_owned();
        let number = |field: &str| payload.get(field).and_then(serde_json::Value::as_i64);
        let mark = match room {
            // The portal knows it with its instant of receipt: more than "submitted" was told.
            "national" if entry.kind == "national.acknowledged" && number("status").is_none_or(|s| s != 1) => Mark::Synchronised,
            "rating" if payload.get("satisfied").and_then(serde_json::Value::as_bool) == Some(false) => Mark::Displeased,
            "rating" if number("score").is_some_and(|s| s <= 2) => Mark::Displeased,
            "complaint" => Mark::Displeased,
            _ => return None,
        };
        Some(Self { case, mark })
    }
    fn mark(&self, fact: &mut Fact) {
        match self.mark {
            Mark::Synchronised => fact.memo.synchronised = true,
            Mark::Displeased => fact.memo.displeased = true,
        }
    }
}

/// What counting needs of a definition.
pub fn declared(d: &Definition, catalog: &Catalog) -> Declared {
    let states = d.tracks.get("handling").map(|t| {
        let state = |(name, s): (&String, &casework::definition::StateDecl)| (name.clone(), (s.national.unwrap_or(4), s.waiting_on == WaitingOn::Applicant));
        t.states.iter().map(state).collect()
    });
    let sources: BTreeSet<&str> = d.components.iter().filter_map(|c| c.from_database.as_ref()).map(|s| s.name.vi.as_str()).collect();
    Declared {
        states: states.unwrap_or_default(),
        full: d.service_level == ServiceLevel::Full,
        results: [d.result.granted.clone(), d.result.refused.clone()].into(),
        result_code: catalog.result_codes.contains_key(d.code.as_str()),
        from_database: !sources.is_empty(),
        population: sources.iter().any(|s| catalog.performance.population.contains(*s)),
        synchronised: catalog.performance.synchronised.clone(),
    }
}
