//! The room's SQL that changes something. Every change: one journal entry, the snapshot and the view rows in one batch.

use crate::{
    catalog::Catalog,
    choice::{self, Choice},
    person::{Person, Side},
    provider::{Provider, ProviderFact},
    rank::Advice,
    solution::{self, Entry, Solution, Stage},
};
use kernel::{Actor, Instant, Refusal};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use store::{Batch, NewEntry, Scope, StoreError, values};

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another room could not answer.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<ActError> for web::PageError {
    fn from(e: ActError) -> Self {
        match e {
            ActError::Refused(r) => r.into(),
            ActError::Store(e) => Self::internal(e),
            ActError::Other(e) => e.into(),
        }
    }
}

/// A record with its place in its stream.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    pub version: i64,
    pub state: T,
}

pub(crate) async fn load<T: DeserializeOwned>(scope: &Scope, stream: &str) -> Result<Option<Loaded<T>>, StoreError> {
    let Some(found) = store::snapshot::load(scope, stream).await? else { return Ok(None) };
    let state = serde_json::from_str(&found.state).map_err(|e| StoreError::Damaged(format!("snapshot {stream} does not read: {e}")))?;
    Ok(Some(Loaded { version: found.version, state }))
}

/// The facts of a record, oldest first.
pub(crate) async fn history<F: DeserializeOwned>(scope: &Scope, stream: &str) -> Result<Vec<F>, StoreError> {
    store::journal::stream(scope, stream).await?.iter().map(store::journal::Entry::read).collect()
}

pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn write<T: Serialize, E: Serialize>(
    batch: &mut Batch,
    stream: &str,
    version: i64,
    kind: &str,
    record: &'static str,
    by: &Person,
    at: Instant,
    (entry, state): (&E, &T),
) {
    batch.append(NewEntry {
        stream: stream.to_owned(),
        version,
        kind: kind.to_owned(),
        at,
        actor: by.account.to_string(),
        on_behalf: None,
        key: None,
        payload: json(entry),
    });
    batch.snapshot(stream, version - 1, version, record, json(state));
}

/// A provider's fact as the journal keeps it.
pub type ProviderEntry = Entry<ProviderFact>;

/// Adds a fact of a provider to a batch.
pub(crate) fn put_provider(batch: &mut Batch, version: i64, entry: &ProviderEntry, after: &Provider) {
    let stream = after.id.to_string();
    write(batch, &stream, version, entry.fact.kind(), "provider", &entry.by, entry.at, (entry, after));
    batch.unique(
        "INSERT INTO provider_view (province, provider, tax_code, name, barred_until, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (province, provider) DO UPDATE SET tax_code = excluded.tax_code, name = excluded.name, barred_until = excluded.barred_until, changed_at = excluded.changed_at",
        values![after.id, after.profile.tax_code.as_str(), after.profile.name.as_str(), after.barred_until, after.changed_at],
        "tax_code",
    );
    stamp(batch);
    for member in &after.members {
        batch.exec(
            "INSERT INTO provider_member (province, account, provider) VALUES ($1, $2, $3) ON CONFLICT (province, account, provider) DO NOTHING",
            values![member.account, after.id],
        );
    }
}

/// Adds a fact of a solution to a batch, with its views.
pub(crate) fn put_solution(batch: &mut Batch, catalog: &Catalog, version: i64, entry: &Entry<solution::Fact>, (before, after): (Option<&Solution>, &Solution)) {
    let stream = after.id.to_string();
    write(batch, &stream, version, entry.fact.kind(), "solution", &entry.by, entry.at, (entry, after));
    view(batch, catalog, after);
    if before.is_none_or(|b| b.listing != after.listing) {
        tags(batch, after);
    }
    let shown = |s: &Solution| s.is_public().then(|| s.facts());
    if before.is_none_or(|b| shown(b) != shown(after)) {
        shelve(batch, after);
    }
    if before.is_none_or(|b| b.proofs != after.proofs || b.is_public() != after.is_public()) {
        expiries(batch, after);
    }
}

fn view(batch: &mut Batch, catalog: &Catalog, s: &Solution) {
    let waiting = waiting(s);
    let (l, o) = (&s.listing, s.outcome_sum());
    batch.exec(
        "INSERT INTO solution_view (province, solution, provider, stage, name, name_en, summary, summary_en, sort_name, search, price, label, portal, \
         main_type, waiting_since, waiting_for, submitted_at, listed_at, changed_at, confirmed, outcome_cases, outcome_change, outcome_followed, outcome_kept) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) \
         ON CONFLICT (province, solution) DO UPDATE SET stage = excluded.stage, name = excluded.name, name_en = excluded.name_en, summary = excluded.summary, summary_en = excluded.summary_en, \
         sort_name = excluded.sort_name, search = excluded.search, price = excluded.price, label = excluded.label, portal = excluded.portal, \
         main_type = excluded.main_type, waiting_since = excluded.waiting_since, waiting_for = excluded.waiting_for, submitted_at = excluded.submitted_at, listed_at = excluded.listed_at, \
         changed_at = excluded.changed_at, confirmed = excluded.confirmed, outcome_cases = excluded.outcome_cases, outcome_change = excluded.outcome_change, outcome_followed = excluded.outcome_followed, \
         outcome_kept = excluded.outcome_kept",
        values![
            s.id, s.provider, s.stage.code(), l.name.vi.as_str(), l.name.en.as_str(), l.summary.vi.as_str(), l.summary.en.as_str(),
            kernel::text::fold(&l.name.vi), l.search_text(&s.provider_name, catalog), l.price.model.code(), l.label.code(), l.portal,
            l.types.first().map(String::as_str).unwrap_or_default(), waiting.map(|w| w.0), waiting.map(|w| w.1), s.submitted_at, s.listed_at, s.changed_at,
            i64::try_from(s.confirmed().count()).unwrap_or(0), o.cases, o.change, o.followed, o.kept
        ],
    );
}

/// Since when and for what somebody of the centre is awaited.
fn waiting(s: &Solution) -> Option<(Instant, &'static str)> {
    let appeal = s.appeal.as_ref().filter(|a| a.answer.is_none()).map(|a| (a.at, "appeal"));
    let unchecked = s.is_public().then(|| s.proofs.iter().filter(|p| p.verdict.is_none()).map(|p| p.added_at).min()).flatten();
    match s.stage {
        _ if appeal.is_some() => appeal,
        Stage::Submitted => s.submitted_at.map(|at| (at, "check")),
        Stage::Checking => s.submitted_at.map(|at| (at, "checking")),
        _ if s.pending.is_some() => Some((s.changed_at, "change")),
        _ => unchecked.map(|at| (at, "proof")),
    }
}

fn tags(batch: &mut Batch, s: &Solution) {
    batch.exec("DELETE FROM solution_tag WHERE province = $1 AND solution = $2", values![s.id]);
    let l = &s.listing;
    let stages: Vec<String> = l.stages.iter().map(u8::to_string).collect();
    let all = l
        .types
        .iter()
        .map(|c| ("type", c))
        .chain(l.sectors.iter().map(|c| ("sector", c)))
        .chain(l.sizes.iter().map(|c| ("size", c)))
        .chain(stages.iter().map(|c| ("stage", c)))
        .chain(l.languages.iter().map(|c| ("language", c)))
        .chain(l.hosting.iter().map(|c| ("hosting", c)))
        .chain(l.integrations.iter().map(|c| ("integration", c)));
    for (list, code) in all {
        batch.exec("INSERT INTO solution_tag (province, solution, list, code) VALUES ($1, $2, $3, $4)", values![s.id, list, code]);
    }
}

fn shelve(batch: &mut Batch, s: &Solution) {
    if s.is_public() {
        batch.exec(
            "INSERT INTO shelf_item (province, solution, facts) VALUES ($1, $2, $3) ON CONFLICT (province, solution) DO UPDATE SET facts = excluded.facts",
            values![s.id, json(&s.facts())],
        );
    } else {
        batch.exec("DELETE FROM shelf_item WHERE province = $1 AND solution = $2", values![s.id]);
    }
    stamp(batch);
}

/// Tells every node that the shelf has changed.
fn stamp(batch: &mut Batch) {
    batch.exec(
        "INSERT INTO shelf_stamp (province, shelf, stamp) VALUES ($1, 'all', 1) ON CONFLICT (province, shelf) DO UPDATE SET stamp = shelf_stamp.stamp + 1",
        values![],
    );
}

fn expiries(batch: &mut Batch, s: &Solution) {
    batch.exec("DELETE FROM proof_expiry WHERE province = $1 AND solution = $2", values![s.id]);
    for p in s.proofs.iter().filter(|p| p.accepted() && s.is_public()) {
        if let Some(until) = p.new.until {
            batch.exec(
                "INSERT INTO proof_expiry (province, solution, proof, provider, kind, title, until) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                values![s.id, p.new.id, s.provider, p.new.kind.as_str(), p.new.title.as_str(), until],
            );
        }
    }
}

/// Adds a fact of a choice to a batch, with its views.
pub(crate) fn put_choice(batch: &mut Batch, version: i64, entry: &choice::ChoiceEntry, after: &Choice) {
    let stream = after.id.to_string();
    write(batch, &stream, version, entry.fact.kind(), "choice", &entry.by, entry.at, (entry, after));
    let decided = after.decision.as_ref();
    batch.exec(
        "INSERT INTO choice_view (province, choice, enterprise, enterprise_name, title, stage, opened_at, changed_at, decided_at, chosen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (province, choice) DO UPDATE SET stage = excluded.stage, changed_at = excluded.changed_at, decided_at = excluded.decided_at, chosen = excluded.chosen",
        values![after.id, after.enterprise, after.enterprise_name.as_str(), after.title.as_str(), after.stage.code(), after.opened_at, after.changed_at, decided.map(|d| d.at), decided.and_then(|d| d.solution)],
    );
    if matches!(entry.fact, choice::Fact::Shortlisted { .. } | choice::Fact::TakenOff { .. } | choice::Fact::Decided { .. } | choice::Fact::Reopened { .. }) {
        options(batch, after);
    }
}

fn options(batch: &mut Batch, c: &Choice) {
    batch.exec("UPDATE choice_option SET shortlisted = 0, chosen = 0 WHERE province = $1 AND choice = $2", values![c.id]);
    for s in &c.shortlist {
        let chosen = c.decision.as_ref().is_some_and(|d| d.solution == Some(s.candidate.solution));
        batch.exec(
            "INSERT INTO choice_option (province, choice, solution, provider, size, sector, place, shortlisted, chosen) VALUES ($1, $2, $3, $4, $5, $6, NULL, 1, $7) \
             ON CONFLICT (province, choice, solution) DO UPDATE SET shortlisted = 1, chosen = excluded.chosen",
            values![c.id, s.candidate.solution, s.candidate.provider, c.need.size.as_str(), c.need.sector.as_str(), chosen],
        );
    }
}

pub(crate) fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// An input an advice was made of, once under its SHA-256.
pub(crate) fn put_input(batch: &mut Batch, sha256: &str, content: &str) {
    batch.exec("INSERT INTO advice_input (province, sha256, content) VALUES ($1, $2, $3) ON CONFLICT (province, sha256) DO NOTHING", values![sha256, content]);
}

/// Stores an advice with everything needed to make it again, and who was shown.
pub(crate) fn put_advice(batch: &mut Batch, id: crate::ids::AdviceId, c: &Choice, at: Instant, (shelf, rules): (&str, &str), advice: &Advice) {
    batch.exec(
        "INSERT INTO advice (province, advice, choice, at, on_day, seed, shelf, rules, rules_version, need, weights, digest, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        values![id, c.id, at, advice.on, advice.seed.to_string(), shelf, rules, advice.rules_version.as_str(), json(&c.need), json(&c.weights), advice.digest(), json(&advice.clone().short())],
    );
    for e in advice.shown.iter().chain(&advice.exploration) {
        let place = (e.rank > 0).then(|| i64::try_from(e.rank).unwrap_or(0));
        batch.exec(
            "INSERT INTO choice_option (province, choice, solution, provider, size, sector, place, shortlisted, chosen) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) \
             ON CONFLICT (province, choice, solution) DO UPDATE SET place = excluded.place",
            values![c.id, e.solution, e.provider, c.need.size.as_str(), c.need.sector.as_str(), place],
        );
    }
}

pub(crate) fn entry<F>(actor: &Actor, side: Side, at: Instant, fact: F) -> Entry<F> {
    Entry { at, by: Person::from(actor), side, fact }
}
