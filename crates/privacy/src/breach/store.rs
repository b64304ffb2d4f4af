//! Breaches as rows: private SQL of this room, each change with its journal entry.

use super::{Breach, Step};
use crate::store::{by, entry};
use kernel::{Actor, Instant};
use serde_json::json;
use store::{Batch, Row, Scope, StoreError, values};

const COLUMNS: &str = "id, version, noticed, due, recorded, recorded_by, title, what, categories, people, serious, measures, notified, reference, \
                       told, closed, conclusion";

/// One step as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub at: Instant,
    pub name: String,
    pub step: Step,
    pub note: String,
}

pub fn recorded(batch: &mut Batch, b: &Breach, actor: &Actor) {
    let payload = json!({"by": by(actor), "noticed": b.noticed, "due": b.due, "title": b.title, "what": b.what, "categories": b.categories, "people": b.people, "serious": b.serious, "measures": b.measures});
    entry(batch, format!("breach:{}", b.id), 1, "privacy.breach-recorded", actor, b.recorded, &payload);
    batch.exec(
        "INSERT INTO privacy_breach (province, id, version, noticed, due, recorded, recorded_by, title, what, categories, people, serious, measures, \
         notified, reference, told, closed, conclusion) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, '', NULL, NULL, '')",
        values![
            b.id.as_str(),
            b.noticed,
            b.due,
            b.recorded,
            b.recorded_by.as_str(),
            b.title.as_str(),
            b.what.as_str(),
            b.categories.join(","),
            b.people,
            b.serious,
            b.measures.as_str()
        ],
    );
    step_row(batch, &b.id, 1, b.recorded, actor, Step::Recorded, &b.measures);
}

/// A further step at the version that was read; conflict label `version`.
pub fn stepped(batch: &mut Batch, b: &Breach, step: Step, note: &str, actor: &Actor, at: Instant) {
    let version = b.version + 1;
    let payload = json!({"by": by(actor), "step": step.code(), "note": note});
    entry(batch, format!("breach:{}", b.id), version, "privacy.breach-followed", actor, at, &payload);
    let of = |wanted: Step, kept: Option<Instant>| if step == wanted { Some(at) } else { kept };
    let text = |wanted: Step, kept: &str| if step == wanted { note.to_owned() } else { kept.to_owned() };
    batch.guard(
        "UPDATE privacy_breach SET version = $4, notified = $5, reference = $6, told = $7, closed = $8, conclusion = $9 \
         WHERE province = $1 AND id = $2 AND version = $3",
        values![
            b.id.as_str(),
            b.version,
            version,
            of(Step::Notified, b.notified),
            text(Step::Notified, &b.reference),
            of(Step::PeopleTold, b.told),
            of(Step::Closed, b.closed),
            text(Step::Closed, &b.conclusion)
        ],
        1,
        "version",
    );
    step_row(batch, &b.id, version, at, actor, step, note);
}

fn step_row(batch: &mut Batch, id: &str, version: i64, at: Instant, actor: &Actor, step: Step, note: &str) {
    batch.exec(
        "INSERT INTO privacy_breach_step (province, breach, version, at, name, kind, note) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![id, version, at, actor.name.as_str(), step.code(), note],
    );
}

fn read(r: &Row) -> Result<Breach, StoreError> {
    Ok(Breach {
        id: r.string("id")?,
        version: r.int("version")?,
        noticed: r.instant("noticed")?,
        due: r.instant("due")?,
        recorded: r.instant("recorded")?,
        recorded_by: r.string("recorded_by")?,
        title: r.string("title")?,
        what: r.string("what")?,
        categories: r.text("categories")?.split(',').filter(|c| !c.is_empty()).map(str::to_owned).collect(),
        people: r.int("people")?,
        serious: r.bool("serious")?,
        measures: r.string("measures")?,
        notified: r.opt_instant("notified")?,
        reference: r.string("reference")?,
        told: r.opt_instant("told")?,
        closed: r.opt_instant("closed")?,
        conclusion: r.string("conclusion")?,
    })
}

pub async fn one(scope: &Scope, id: &str) -> Result<Option<Breach>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM privacy_breach WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(read).transpose()
}

/// Newest first, before a place.
pub async fn page(scope: &Scope, before: (Instant, &str), limit: i64) -> Result<Vec<Breach>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM privacy_breach WHERE province = $1 AND (noticed < $2 OR (noticed = $2 AND id < $3)) ORDER BY noticed DESC, id DESC LIMIT $4"
    );
    scope.query(&sql, values![before.0, before.1, limit]).await?.iter().map(read).collect()
}

/// What was done, oldest first.
pub async fn steps(scope: &Scope, id: &str) -> Result<Vec<Done>, StoreError> {
    let sql = "SELECT at, name, kind, note FROM privacy_breach_step WHERE province = $1 AND breach = $2 ORDER BY version";
    let read = |r: &Row| {
        let step = Step::of(r.text("kind")?).ok_or_else(|| StoreError::Damaged("a step of a breach".into()))?;
        Ok(Done { at: r.instant("at")?, name: r.string("name")?, step, note: r.string("note")? })
    };
    scope.query(sql, values![id]).await?.iter().map(read).collect()
}
