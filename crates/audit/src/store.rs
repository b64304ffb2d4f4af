//! The room's writing SQL. What a person does is a journal entry in the same batch; what the consumer derives is none.

use crate::model::{Criteria, Found, Run};
use kernel::{Actor, Instant, Text, text::fold};
use serde_json::{Value, json};
use store::{Batch, NewEffect, NewEntry, values};

/// Kind of effect: compare the journal with its seals.
pub const VERIFY: &str = "audit.verify";

fn entry(batch: &mut Batch, stream: String, version: i64, kind: &str, at: Instant, actor: &str, payload: &Value) {
    batch.append(NewEntry {
        stream,
        version,
        kind: kind.to_owned(),
        at,
        actor: actor.to_owned(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
}

/// Who looked, as the journal keeps it.
fn by(actor: &Actor) -> Value {
    json!({"account": actor.account, "name": actor.name, "office": actor.office, "title": actor.title})
}

/// One derived row.
pub fn derived(batch: &mut Batch, f: &Found) {
    batch.exec(
        "INSERT INTO audit_entry (province, seq, at, kind, stream, version, account, name, office, case_code) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (province, seq) DO NOTHING",
        values![
            f.seq,
            f.at,
            f.kind.as_str(),
            f.stream.as_str(),
            f.version,
            f.account.as_str(),
            f.name.as_str(),
            f.office.as_str(),
            f.case_code.as_deref()
        ],
    );
}

pub fn stream(batch: &mut Batch, stream: &str, code: &str) {
    batch.exec(
        "INSERT INTO audit_stream (province, stream, code) VALUES ($1, $2, $3) ON CONFLICT (province, stream) DO NOTHING",
        values![stream, code],
    );
}

pub fn kind(batch: &mut Batch, kind: &str) {
    batch.exec("INSERT INTO audit_kind (province, kind) VALUES ($1, $2) ON CONFLICT (province, kind) DO NOTHING", values![kind]);
}

/// Somebody who acted; the newest name and office stand.
pub fn person(batch: &mut Batch, f: &Found) {
    batch.exec(
        "INSERT INTO audit_person (province, account, name, office) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (province, account) DO UPDATE SET name = excluded.name, office = excluded.office",
        values![f.account.as_str(), f.name.as_str(), f.office.as_str()],
    );
    for word in fold(&f.name).split_whitespace() {
        batch.exec(
            "INSERT INTO audit_name (province, word, account) VALUES ($1, $2, $3) ON CONFLICT (province, word, account) DO NOTHING",
            values![word, f.account.as_str()],
        );
    }
}

/// A search is recorded before anything is shown.
pub fn searched(batch: &mut Batch, id: &str, criteria: &Criteria, reason: &str, actor: &Actor, at: Instant) {
    let told = json!(criteria);
    entry(batch, format!("audit-search:{id}"), 1, "audit.searched", at, &actor.account.to_string(), &json!({"by": by(actor), "reason": reason, "criteria": told}));
    batch.unique(
        "INSERT INTO audit_search (province, id, account, at, reason, criteria) VALUES ($1, $2, $3, $4, $5, $6)",
        values![id, actor.account, at, reason, told.to_string()],
        "search",
    );
}

/// An opened entry: whom it concerns is named, so that they can read who looked.
pub struct Opening<'a> {
    pub seq: i64,
    pub kind: &'a str,
    pub purpose: Text,
    pub case: Option<&'a str>,
    pub subjects: Vec<String>,
    pub reason: &'a str,
}

pub fn opened(batch: &mut Batch, o: &Opening<'_>, actor: &Actor, at: Instant) {
    let id = uuid::Uuid::now_v7();
    let payload = json!({
        "by": by(actor), "seq": o.seq, "kind": o.kind, "purpose": {"vi": o.purpose.vi, "en": o.purpose.en}, "code": o.case,
        "subjects": o.subjects, "reason": o.reason,
    });
    entry(batch, format!("audit-opening:{id}"), 1, "audit.opened", at, &actor.account.to_string(), &payload);
    batch.unique(
        "INSERT INTO audit_opening (province, account, seq, at, reason) VALUES ($1, $2, $3, $4, $5)",
        values![actor.account, o.seq, at, o.reason],
        "opening",
    );
}

/// A verification is asked for: by a person, or by the day.
pub fn asked(batch: &mut Batch, id: &str, actor: &Actor, daily: bool, at: Instant, dedup: String) {
    let account = if daily { String::new() } else { actor.account.to_string() };
    entry(batch, format!("audit-run:{id}"), 1, "audit.verify-asked", at, &actor.account.to_string(), &json!({"by": by(actor)}));
    batch.unique(
        "INSERT INTO audit_run (province, id, asked_at, asked_by, ended_at, took_ms, heads, sealed, unsealed, root, faults) \
         VALUES ($1, $2, $3, $4, NULL, 0, 0, 0, 0, '', '[]')",
        values![id, at, account],
        "run",
    );
    batch.effect(NewEffect { kind: VERIFY.to_owned(), stream: format!("audit-run:{id}"), payload: json!({"run": id}).to_string(), due: at, dedup_key: Some(dedup) });
}

/// What a verification found.
pub fn verified(batch: &mut Batch, r: &Run, system: &Actor, at: Instant) {
    let faults: Vec<Value> = r.faults.iter().map(|t| json!({"vi": t.vi, "en": t.en})).collect();
    let payload = json!({"heads": r.heads, "sealed": r.sealed, "unsealed": r.unsealed, "root": r.root, "took_ms": r.took_ms, "faults": faults});
    entry(batch, format!("audit-run:{}", r.id), 2, "audit.verified", at, &system.account.to_string(), &payload);
    batch.guard(
        "UPDATE audit_run SET ended_at = $3, took_ms = $4, heads = $5, sealed = $6, unsealed = $7, root = $8, faults = $9 \
         WHERE province = $1 AND id = $2 AND ended_at IS NULL",
        values![r.id.as_str(), at, r.took_ms, r.heads, r.sealed, r.unsealed, r.root.as_str(), Value::Array(faults).to_string()],
        1,
        "run",
    );
}
