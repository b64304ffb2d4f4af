//! What may be read.

use crate::{
    check::Checked,
    documents::{Document, Share},
    model::{Asked, Outcome},
};
use kernel::{Instant, Text, id::PartyId};
use serde_json::Value as Json;
use store::{Row, Scope, StoreError, values};

/// A value that was put into a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    pub field: String,
    pub source: String,
    pub value: Json,
    pub at: Instant,
    pub flagged: Option<(Instant, String)>,
}

pub async fn values_of(scope: &Scope, dossier: &str) -> Result<Vec<Value>, StoreError> {
    let sql = "SELECT field, source, value, at, flagged_at, flag_note FROM register_value WHERE province = $1 AND dossier = $2 ORDER BY field";
    let read = |r: &Row| {
        Ok(Value {
            field: r.string("field")?,
            source: r.string("source")?,
            value: r.json("value")?,
            at: r.instant("at")?,
            flagged: r.opt_instant("flagged_at")?.map(|at| Ok::<_, StoreError>((at, r.opt_string("flag_note")?.unwrap_or_default()))).transpose()?,
        })
    };
    scope.query(sql, values![dossier]).await?.iter().map(read).collect()
}

fn outcome(r: &Row) -> Result<Outcome, StoreError> {
    Outcome::parse(r.text("outcome")?).ok_or_else(|| StoreError::Damaged("outcome".into()))
}

pub async fn checks_of(scope: &Scope, dossier: &str) -> Result<Vec<Checked>, StoreError> {
    let sql = "SELECT component, source, outcome, at, query, sha256, file, size, differs FROM register_check \
               WHERE province = $1 AND dossier = $2 ORDER BY component";
    let read = |r: &Row| {
        Ok(Checked {
            component: r.string("component")?,
            source: r.string("source")?,
            outcome: outcome(r)?,
            at: r.instant("at")?,
            query: r.string("query")?,
            sha256: r.string("sha256")?,
            file: r.opt_text("file")?.and_then(|f| f.parse().ok()),
            size: u64::try_from(r.int("size")?).unwrap_or(0),
            differs: r.json("differs")?,
        })
    };
    scope.query(sql, values![dossier]).await?.iter().map(read).collect()
}

/// The draft a dossier was filed from, by the dossier's code.
pub async fn draft_of(scope: &Scope, code: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT draft FROM register_dossier WHERE province = $1 AND code = $2";
    scope.one(sql, values![code]).await?.map(|r| r.string("draft")).transpose()
}

/// A question about somebody, with the code of the dossier where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub asked: Asked,
    pub code: Option<String>,
}

/// Questions about a person, newest first, after a place in the list, for one dossier or for all.
pub async fn looks_at(scope: &Scope, subject: &str, before: (Instant, &str), case: Option<&str>, limit: i64) -> Result<Vec<Look>, StoreError> {
    let narrow = if case.is_some() { " AND (d.code = $6 OR q.dossier = $6)" } else { "" };
    let sql = format!("SELECT q.id, q.at, q.subject, q.source, q.record, q.actor, q.actor_name, q.office, q.purpose_vi, q.purpose_en, q.procedure_code, \
               q.dossier, q.fields, q.outcome, q.sha256, q.took_ms, d.code FROM register_query q \
               LEFT JOIN register_dossier d ON d.province = q.province AND d.draft = q.dossier \
               WHERE q.province = $1 AND q.subject = $2 AND (q.at < $3 OR (q.at = $3 AND q.id < $4)){narrow} \
               ORDER BY q.at DESC, q.id DESC LIMIT $5");
    let mut params = values![subject, before.0, before.1, limit];
    params.extend(case.map(store::Value::from));
    scope.query(&sql, params).await?.iter().map(look).collect()
}

/// Questions for one dossier, in order.
pub async fn looks_for(scope: &Scope, dossier: &str, limit: i64) -> Result<Vec<Look>, StoreError> {
    let sql = "SELECT id, at, subject, source, record, actor, actor_name, office, purpose_vi, purpose_en, procedure_code, \
               dossier, fields, outcome, sha256, took_ms, dossier AS code FROM register_query WHERE province = $1 AND dossier = $2 ORDER BY at, id LIMIT $3";
    scope.query(sql, values![dossier, limit]).await?.iter().map(look).collect()
}

fn look(r: &Row) -> Result<Look, StoreError> {
    let list = |t: &str| t.split(',').filter(|x| !x.is_empty()).map(str::to_owned).collect();
    Ok(Look {
        asked: Asked {
            id: r.string("id")?,
            at: r.instant("at")?,
            subject: r.string("subject")?,
            source: r.string("source")?,
            record: r.string("record")?,
            actor: r.string("actor")?,
            actor_name: r.string("actor_name")?,
            office: r.string("office")?,
            purpose: Text::new(r.text("purpose_vi")?, r.text("purpose_en")?),
            procedure: r.string("procedure_code")?,
            dossier: r.string("dossier")?,
            fields: list(r.text("fields")?),
            outcome: outcome(r)?,
            sha256: r.string("sha256")?,
            took_ms: r.int("took_ms")?,
        },
        code: r.opt_string("code")?,
    })
}

const DOCUMENT: &str = "id, party, case_id, case_code, procedure_code, document, number, symbol, name_vi, name_en, result_code, office, title, \
                        issued_at, file, sha256";

fn read_document(r: &Row) -> Result<Document, StoreError> {
    Ok(Document {
        id: r.string("id")?,
        party: r.id("party")?,
        case: r.id("case_id")?,
        case_code: r.string("case_code")?,
        procedure: r.string("procedure_code")?,
        document: r.string("document")?,
        number: r.int("number")?,
        symbol: r.string("symbol")?,
        name: Text::new(r.text("name_vi")?, r.text("name_en")?),
        result_code: r.string("result_code")?,
        office: r.string("office")?,
        title: r.string("title")?,
        issued_at: r.instant("issued_at")?,
        file: r.opt_text("file")?.and_then(|f| f.parse().ok()),
        sha256: r.string("sha256")?,
    })
}

/// Results of a person, newest first; `words` are folded and must all be there.
pub async fn documents(scope: &Scope, party: PartyId, words: &str, before: (Instant, &str), limit: i64) -> Result<Vec<Document>, StoreError> {
    // A person has few results: the words are looked for among all of theirs.
    let pattern = |w: &str| format!("%{}%", w.replace(['%', '_', '\\'], ""));
    let mut words = words.split(' ').filter(|w| !w.is_empty());
    let (one, two) = (pattern(words.next().unwrap_or("")), pattern(words.next().unwrap_or("")));
    let sql = format!(
        "SELECT {DOCUMENT} FROM personal_document WHERE province = $1 AND party = $2 AND folded LIKE $3 AND folded LIKE $4 \
         AND (issued_at < $5 OR (issued_at = $5 AND id < $6)) ORDER BY issued_at DESC, id DESC LIMIT $7"
    );
    scope.query(&sql, values![party, one, two, before.0, before.1, limit]).await?.iter().map(read_document).collect()
}

pub async fn document(scope: &Scope, id: &str) -> Result<Option<Document>, StoreError> {
    let sql = format!("SELECT {DOCUMENT} FROM personal_document WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(read_document).transpose()
}

fn share(r: &Row) -> Result<Share, StoreError> {
    Ok(Share {
        id: r.string("id")?,
        document: r.string("document")?,
        party: r.id("party")?,
        made_at: r.instant("made_at")?,
        expires_at: r.instant("expires_at")?,
        revoked_at: r.opt_instant("revoked_at")?,
        opened: r.int("opened")?,
        last_opened_at: r.opt_instant("last_opened_at")?,
    })
}

pub async fn shares(scope: &Scope, document: &str) -> Result<Vec<Share>, StoreError> {
    let sql = "SELECT id, document, party, made_at, expires_at, revoked_at, opened, last_opened_at FROM document_share \
               WHERE province = $1 AND document = $2 ORDER BY made_at DESC, id DESC LIMIT 200";
    scope.query(sql, values![document]).await?.iter().map(share).collect()
}

pub async fn share_by_token(scope: &Scope, hash: &str) -> Result<Option<Share>, StoreError> {
    let sql = "SELECT id, document, party, made_at, expires_at, revoked_at, opened, last_opened_at FROM document_share WHERE province = $1 AND token_hash = $2";
    scope.one(sql, values![hash]).await?.as_ref().map(share).transpose()
}

/// Before the newest: the first page of a list.
pub fn newest() -> (Instant, &'static str) {
    (Instant::from_micros(i64::MAX / 4), "")
}
