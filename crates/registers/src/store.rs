//! The room's writing SQL: each change with its journal entry.

use crate::{
    check::Checked,
    documents::{Document, Share},
    model::Asked,
};
use kernel::{Instant, id::PartyId};
use serde_json::{Value, json};
use store::{Batch, NewEffect, NewEntry, StoreError, values};

/// Kind of effect: ask again.
pub const ASK_AGAIN: &str = "registers.ask-again";

fn damaged(e: serde_json::Error) -> StoreError {
    StoreError::Damaged(e.to_string())
}

fn entry(stream: String, version: i64, kind: &str, at: Instant, actor: &str, on_behalf: Option<String>, payload: String) -> NewEntry {
    NewEntry { stream, version, kind: kind.to_owned(), at, actor: actor.to_owned(), on_behalf, key: None, payload }
}

/// A question as it was put.
pub fn asked(batch: &mut Batch, a: &Asked) -> Result<(), StoreError> {
    let payload = serde_json::to_string(a).map_err(damaged)?;
    batch.append(entry(format!("register-query:{}", a.id), 1, "registers.asked", a.at, &a.actor, None, payload));
    looked(batch, a);
    Ok(())
}

/// A look at somebody's data that stands in the journal already; followed twice it stands once.
pub fn looked(batch: &mut Batch, a: &Asked) {
    batch.exec(
        "INSERT INTO register_query (province, id, at, subject, source, record, actor, actor_name, office, purpose_vi, purpose_en, \
         procedure_code, dossier, fields, outcome, sha256, took_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (province, id) DO NOTHING",
        values![
            a.id.as_str(),
            a.at,
            a.subject.as_str(),
            a.source.as_str(),
            a.record.as_str(),
            a.actor.as_str(),
            a.actor_name.as_str(),
            a.office.as_str(),
            a.purpose.vi.as_str(),
            a.purpose.en.as_str(),
            a.procedure.as_str(),
            a.dossier.as_str(),
            a.fields.join(","),
            a.outcome.code(),
            a.sha256.as_str(),
            a.took_ms
        ],
    );
}

/// A value put into a form.
pub fn filled(batch: &mut Batch, dossier: &str, field: &str, value: &Value, by: &Asked) {
    batch.exec(
        "INSERT INTO register_value (province, dossier, field, source, query, value, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (province, dossier, field) DO UPDATE SET source = excluded.source, query = excluded.query, value = excluded.value, \
         at = excluded.at, flagged_at = NULL, flag_note = NULL",
        values![dossier, field, by.source.as_str(), by.id.as_str(), value.to_string(), by.at],
    );
}

/// The person says that a value is wrong in the database.
pub fn flagged(batch: &mut Batch, dossier: &str, field: &str, note: &str, actor: &str, at: Instant) {
    let id = uuid::Uuid::now_v7();
    let payload = json!({"dossier": dossier, "field": field, "note": note}).to_string();
    batch.append(entry(format!("register-flag:{id}"), 1, "registers.flagged", at, actor, None, payload));
    batch.guard(
        "UPDATE register_value SET flagged_at = $4, flag_note = $5 WHERE province = $1 AND dossier = $2 AND field = $3",
        values![dossier, field, at, note],
        1,
        "value",
    );
}

/// What a database said of a component; the newest word stands.
pub fn checked(batch: &mut Batch, dossier: &str, c: &Checked) {
    let differs = serde_json::to_string(&c.differs).unwrap_or_default();
    batch.exec(
        "INSERT INTO register_check (province, dossier, component, source, outcome, at, query, sha256, file, size, differs) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (province, dossier, component) DO UPDATE SET source = excluded.source, outcome = excluded.outcome, at = excluded.at, \
         query = excluded.query, sha256 = excluded.sha256, file = excluded.file, size = excluded.size, differs = excluded.differs",
        values![
            dossier,
            c.component.as_str(),
            c.source.as_str(),
            c.outcome.code(),
            c.at,
            c.query.as_str(),
            c.sha256.as_str(),
            c.file,
            i64::try_from(c.size).unwrap_or(i64::MAX),
            differs
        ],
    );
}

/// Ask again later about a component that had no answer.
pub fn ask_again(batch: &mut Batch, payload: &crate::check::Again, at: Instant) {
    batch.effect(NewEffect {
        kind: ASK_AGAIN.to_owned(),
        stream: format!("register-check:{}", payload.dossier),
        payload: serde_json::to_string(payload).unwrap_or_default(),
        due: at.plus_seconds(60),
        dedup_key: Some(format!("{}/{}/{}", payload.dossier, payload.component, at.micros())),
    });
}

/// The code under which a draft was filed.
pub fn dossier(batch: &mut Batch, draft: &str, code: &str, procedure: &str, at: Instant) {
    batch.exec(
        "INSERT INTO register_dossier (province, draft, code, procedure_code, filed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        values![draft, code, procedure, at],
    );
}

/// A result in a person's store. The file comes a little later than the number.
pub fn document(batch: &mut Batch, d: &Document) {
    batch.exec(
        "INSERT INTO personal_document (province, id, party, case_id, case_code, procedure_code, document, number, symbol, name_vi, name_en, \
         result_code, office, title, issued_at, file, sha256, folded) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
         ON CONFLICT (province, party, case_id, document, number) DO UPDATE SET file = excluded.file, sha256 = excluded.sha256",
        values![
            d.id.as_str(),
            d.party,
            d.case,
            d.case_code.as_str(),
            d.procedure.as_str(),
            d.document.as_str(),
            d.number,
            d.symbol.as_str(),
            d.name.vi.as_str(),
            d.name.en.as_str(),
            d.result_code.as_str(),
            d.office.as_str(),
            d.title.as_str(),
            d.issued_at,
            d.file,
            d.sha256.as_str(),
            d.folded()
        ],
    );
}

pub fn shared(batch: &mut Batch, s: &Share, token_hash: &str, actor: &str) {
    let payload = json!({"document": s.document, "expires": s.expires_at}).to_string();
    batch.append(entry(format!("document-share:{}", s.id), 1, "registers.shared", s.made_at, actor, Some(s.party.to_string()), payload));
    batch.exec(
        "INSERT INTO document_share (province, id, document, party, token_hash, made_at, expires_at, revoked_at, opened, last_opened_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, NULL)",
        values![s.id.as_str(), s.document.as_str(), s.party, token_hash, s.made_at, s.expires_at],
    );
}

pub fn revoked(batch: &mut Batch, share: &str, party: PartyId, actor: &str, at: Instant) {
    batch.append(entry(format!("document-share:{share}"), 2, "registers.share-ended", at, actor, Some(party.to_string()), "{}".into()));
    batch.guard(
        "UPDATE document_share SET revoked_at = $4 WHERE province = $1 AND id = $2 AND party = $3 AND revoked_at IS NULL",
        values![share, party, at],
        1,
        "share",
    );
}

/// Somebody opened a shared link.
pub fn opened(batch: &mut Batch, s: &Share, actor: &str, at: Instant) {
    let id = uuid::Uuid::now_v7();
    let payload = json!({"share": s.id, "document": s.document}).to_string();
    batch.append(entry(format!("document-opening:{id}"), 1, "registers.share-opened", at, actor, Some(s.party.to_string()), payload));
    batch.exec(
        "UPDATE document_share SET opened = opened + 1, last_opened_at = $3 WHERE province = $1 AND id = $2",
        values![s.id.as_str(), at],
    );
}
