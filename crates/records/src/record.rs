//! A record and its history: load, decide, append one event, keep the state and the rows that must be read at once.

use crate::{Failure, busy};
use kernel::{Actor, Instant, Refusal};
use serde::{Serialize, de::DeserializeOwned};
use store::{Batch, CommitError, NewEntry, Scope, StoreError, snapshot};

/// How often a decision is taken again because somebody else was first.
const TRIES: usize = 12;

/// A thing with a stream of its own. The state is what its events make of it, nothing else.
pub trait Record: Clone + Serialize + DeserializeOwned + Send + Sync {
    type Event: Serialize + DeserializeOwned + Clone + Send + Sync;
    /// The kind of the snapshot and the first part of every event's kind.
    const KIND: &'static str;
    /// Conflicts, beside the record's own version, after which it is decided again: somebody else's step, not a mistake.
    const AGAIN: &'static [&'static str] = &[];
    /// Only a first event makes a record of nothing; an event that does not fit changes nothing.
    fn evolve(before: Option<Self>, event: &Self::Event, at: Instant) -> Option<Self>;
    /// The rows that lists read, written in the same batch.
    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, event: &Self::Event, version: i64, at: Instant);
}

/// A record as stored, with the version its next event builds on.
#[derive(Debug, Clone)]
pub struct Found<R> {
    pub state: R,
    pub version: i64,
}

/// Who acts and when, as the journal keeps it.
#[derive(Debug, Clone)]
pub struct Author {
    pub account: kernel::id::AccountId,
    pub name: String,
    pub at: Instant,
}

impl Author {
    pub fn new(actor: &Actor, at: Instant) -> Self {
        Self { account: actor.account, name: actor.name.clone(), at }
    }
}

pub async fn load<R: Record>(scope: &Scope, id: &str) -> Result<Option<Found<R>>, StoreError> {
    let Some(kept) = snapshot::load(scope, id).await?.filter(|s| s.kind == R::KIND) else { return Ok(None) };
    let state = serde_json::from_str(&kept.state).map_err(|e| StoreError::Damaged(format!("{id} does not read: {e}")))?;
    Ok(Some(Found { state, version: kept.version }))
}

/// `board.opened`: the record's kind and the event's own word.
fn kind_of<R: Record>(event: &serde_json::Value) -> String {
    format!("{}.{}", R::KIND, event.get("event").and_then(serde_json::Value::as_str).unwrap_or("changed"))
}

/// Adds one event to a batch: journal entry, state and rows. The state after it.
pub fn write<R: Record>(batch: &mut Batch, id: &str, found: Option<&Found<R>>, event: &R::Event, by: &Author) -> Result<Found<R>, StoreError> {
    let version = found.map_or(0, |f| f.version);
    let before = found.map(|f| &f.state);
    let misfit = || StoreError::Damaged(format!("an event does not fit {id} at version {version}"));
    let after = R::evolve(before.cloned(), event, by.at).ok_or_else(misfit)?;
    let json = |e: serde_json::Error| StoreError::Damaged(format!("{id} cannot be written: {e}"));
    let payload = serde_json::to_value(event).map_err(json)?;
    batch.append(NewEntry {
        stream: id.to_owned(),
        version: version + 1,
        kind: kind_of::<R>(&payload),
        at: by.at,
        actor: by.account.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
    batch.snapshot(id, version, version + 1, R::KIND, serde_json::to_string(&after).map_err(json)?);
    R::rows(batch, before, &after, event, version + 1, by.at);
    Ok(Found { state: after, version: version + 1 })
}

/// Loads, decides and writes; decides again when somebody else was first. `None` from `decide` means that it is so
/// already: a form sent twice changes nothing and is not an error.
pub async fn change<R: Record>(
    scope: &Scope,
    id: &str,
    by: &Author,
    decide: impl Fn(Option<&R>) -> Result<Option<R::Event>, Refusal>,
) -> Result<R, Failure> {
    for _ in 0..TRIES {
        let found = load::<R>(scope, id).await?;
        let Some(event) = decide(found.as_ref().map(|f| &f.state))? else {
            return found.map(|f| f.state).ok_or_else(|| gone().into());
        };
        let mut batch = scope.batch();
        let after = write(&mut batch, id, found.as_ref(), &event, by)?;
        match scope.commit(batch).await {
            Ok(()) => return Ok(after.state),
            Err(CommitError::Conflict { label }) if again::<R>(&label) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(busy().into())
}

/// Whether a conflict is only somebody else's step on the same record.
pub fn again<R: Record>(label: &str) -> bool {
    label == "version" || R::AGAIN.contains(&label)
}

pub fn tries() -> std::ops::Range<usize> {
    0..TRIES
}

pub fn gone() -> Refusal {
    Refusal::not_found(
        "Không tìm thấy nội dung này, hoặc bạn không có quyền xem.",
        "We cannot find this, or you may not see it.",
    )
}

/// A history written in one go: demonstration data and imports take the same decisions as people do, one after the
/// other, and put the whole course into a batch.
pub struct Course<R> {
    id: String,
    found: Option<Found<R>>,
}

impl<R> Course<R> {
    pub fn begin(id: impl ToString) -> Self {
        Self { id: id.to_string(), found: None }
    }
    /// The record as it stands after the steps so far.
    pub fn state(&self) -> Option<&R> {
        self.found.as_ref().map(|f| &f.state)
    }
}

impl<R: Record> Course<R> {
    pub fn step(&mut self, batch: &mut Batch, by: &Author, decide: impl FnOnce(Option<&R>) -> Result<Option<R::Event>, Refusal>) -> Result<(), Failure> {
        let Some(event) = decide(self.state())? else { return Ok(()) };
        self.found = Some(write(batch, &self.id, self.found.as_ref(), &event, by)?);
        Ok(())
    }
}

/// What entries make of records, on tables that hold nothing else: states and rows, no journal. Entries of other kinds pass by.
pub async fn replay<R: Record>(scope: &Scope, entries: &[store::journal::Entry]) -> Result<Batch, StoreError> {
    let mut batch = scope.batch();
    let mut states: std::collections::BTreeMap<&str, (i64, Found<R>)> = std::collections::BTreeMap::new();
    for entry in entries.iter().filter(|e| e.kind.split_once('.').is_some_and(|(kind, _)| kind == R::KIND)) {
        let known = match states.remove(entry.stream.as_str()) {
            Some(known) => Some(known),
            None => load::<R>(scope, &entry.stream).await?.map(|f| (f.version, f)),
        };
        let (stored, before) = known.map_or((0, None), |(stored, f)| (stored, Some(f.state)));
        let event: R::Event = entry.read()?;
        let misfit = || StoreError::Damaged(format!("entry {} does not fit {}", entry.seq, entry.stream));
        let after = R::evolve(before.clone(), &event, entry.at).ok_or_else(misfit)?;
        R::rows(&mut batch, before.as_ref(), &after, &event, entry.version, entry.at);
        states.insert(&entry.stream, (stored, Found { state: after, version: entry.version }));
    }
    for (stream, (stored, found)) in states {
        let state = serde_json::to_string(&found.state).map_err(|e| StoreError::Damaged(format!("{stream} cannot be written: {e}")))?;
        batch.snapshot(stream, stored, found.version, R::KIND, state);
    }
    Ok(batch)
}
