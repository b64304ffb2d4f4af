//! The room's writing SQL: each change with its journal entry in one batch.

use crate::{consent::Word, opening::{Ground, Shown}};
use kernel::{Actor, Instant, id::{CaseId, PartyId}};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Batch, NewEntry, values};

/// Cases in one entry of the journal.
pub const LISTED: usize = 200;

/// An opening as it is kept.
#[derive(Debug, Clone)]
pub struct Opening {
    pub case: CaseId,
    pub code: String,
    pub definition: String,
    pub what: String,
    pub detail: String,
    pub ground: Ground,
    pub subjects: BTreeSet<String>,
}

pub(crate) fn by(actor: &Actor) -> Value {
    json!({"account": actor.account, "name": actor.name, "office": actor.office, "title": actor.title})
}

pub(crate) fn entry(batch: &mut Batch, stream: String, version: i64, kind: &str, actor: &Actor, at: Instant, payload: &Value) {
    let on_behalf = actor.party.map(|p| p.to_string());
    batch.append(NewEntry { stream, version, kind: kind.to_owned(), at, actor: actor.account.to_string(), on_behalf, key: None, payload: payload.to_string() });
}

/// One opening: its entry names the case, never the people of it.
pub fn opened(batch: &mut Batch, o: &Opening, actor: &Actor, at: Instant) {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let payload = json!({"by": by(actor), "case": o.case, "code": o.code, "what": o.what, "ground": o.ground.code, "why": o.ground.why});
    entry(batch, format!("opening:{id}"), 1, "privacy.opened", actor, at, &payload);
    row(batch, &id, o, actor, at);
}

/// Several of a list: one entry.
pub fn listed(batch: &mut Batch, all: &[Opening], shown: Shown<'_>, actor: &Actor, at: Instant) {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let codes: Vec<&str> = all.iter().map(|o| o.code.as_str()).collect();
    entry(batch, format!("opening:{id}"), 1, "privacy.listed", actor, at, &json!({"by": by(actor), "what": shown.what, "codes": codes}));
    for (n, o) in all.iter().enumerate() {
        row(batch, &format!("{id}{n:03}"), o, actor, at);
    }
}

fn row(batch: &mut Batch, id: &str, o: &Opening, actor: &Actor, at: Instant) {
    batch.exec(
        "INSERT INTO privacy_access (province, id, at, account, name, title, office, case_id, code, definition, what, detail, ground, why_vi, why_en) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values![
            id,
            at,
            actor.account,
            actor.name.as_str(),
            actor.title.as_deref().unwrap_or_default(),
            actor.office.as_ref().map_or("", |x| x.as_str()),
            o.case,
            o.code.as_str(),
            o.definition.as_str(),
            o.what.as_str(),
            o.detail.as_str(),
            o.ground.code,
            o.ground.why.vi.as_str(),
            o.ground.why.en.as_str()
        ],
    );
    for subject in &o.subjects {
        batch.exec(
            "INSERT INTO privacy_access_of (province, subject, at, id, code) VALUES ($1, $2, $3, $4, $5)",
            values![subject.as_str(), at, id, o.code.as_str()],
        );
    }
}

/// Under which code an explanation of an entry was asked; goes with the filing of that case.
pub fn asked(batch: &mut Batch, actor: &Actor, entry: &str, code: &str, at: Instant) {
    batch.exec(
        "INSERT INTO privacy_explanation (province, account, entry, code, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        values![actor.account, entry, code, at],
    );
}

/// A person's word about a purpose; conflict label `version`.
pub fn said(batch: &mut Batch, party: PartyId, purpose: &str, version: i64, word: Word, text_version: &str, actor: &Actor, at: Instant) {
    let payload = json!({"purpose": purpose, "word": word.code(), "text_version": text_version});
    entry(batch, format!("consent:{party}:{purpose}"), version, word.kind(), actor, at, &payload);
    batch.unique(
        "INSERT INTO privacy_consent (province, party, purpose, version, at, word, text_version, account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![party, purpose, version, at, word.code(), text_version, actor.account],
        "version",
    );
}

/// Somebody took away what is held about them.
pub fn exported(batch: &mut Batch, actor: &Actor, counts: &Value, at: Instant) {
    let id = uuid::Uuid::now_v7().simple().to_string();
    entry(batch, format!("data-export:{id}"), 1, "privacy.exported", actor, at, counts);
}
