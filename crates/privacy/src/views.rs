//! What may be read: openings of a person's cases, words about purposes.

use crate::{consent::{Said, Word}, looks::Seen, opening::{Shown, what_name}};
use casework::{CaseState, Desk, Found};
use kernel::{Instant, Text, id::{AccountId, CaseId, PartyId}};
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, Scope, StoreError, Value, values};

/// Whether the same was opened by the same account since an instant.
pub async fn opened_since(scope: &Scope, account: AccountId, case: CaseId, shown: Shown<'_>, since: Instant) -> Result<bool, StoreError> {
    let detail: String = shown.detail.chars().take(200).collect();
    let sql = "SELECT 1 AS one FROM privacy_access WHERE province = $1 AND account = $2 AND case_id = $3 AND what = $4 AND at > $5 AND detail = $6 LIMIT 1";
    Ok(scope.one(sql, values![account, case, shown.what, since, detail]).await?.is_some())
}

/// Codes of the cases an account was shown in lists since an instant.
pub async fn listed_since(scope: &Scope, account: AccountId, what: &str, since: Instant) -> Result<BTreeSet<String>, StoreError> {
    let sql = "SELECT code FROM privacy_access WHERE province = $1 AND account = $2 AND what = $3 AND at > $4";
    scope.query(sql, values![account, what, since]).await?.iter().map(|r| r.string("code")).collect()
}

/// Cases by their codes, in one question.
pub async fn cases(desk: &Desk, codes: &[&str]) -> Result<Vec<Found>, StoreError> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    // `$1` is the province, which the scope puts in front.
    let places: Vec<String> = (2..codes.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT s.state FROM case_view v JOIN snapshot s ON s.province = v.province AND s.stream = v.case_id WHERE v.province = $1 AND v.code IN ({})",
        places.join(", ")
    );
    let params: Vec<Value> = codes.iter().map(|c| Value::from(*c)).collect();
    let read = |r: &Row| -> Result<Option<Found>, StoreError> {
        let state: CaseState = r.json("state")?;
        let definition = desk.rules().definitions.pinned(state.definition.as_str(), &state.pinned).cloned();
        Ok(definition.map(|definition| Found { state, definition }))
    };
    let all: Result<Vec<_>, _> = desk.scope().query(&sql, params).await?.iter().map(read).collect();
    Ok(all?.into_iter().flatten().collect())
}

/// The reason of an account's emergency opening of a case that lasts.
pub async fn emergency(scope: &Scope, account: AccountId, case: CaseId, now: Instant) -> Result<Option<String>, StoreError> {
    let sql = "SELECT reason FROM identity_emergency WHERE province = $1 AND case_id = $2 AND account = $3 AND opened <= $4 AND until > $4 \
               ORDER BY opened DESC LIMIT 1";
    scope.one(sql, values![case, account, now]).await?.map(|r| r.string("reason")).transpose()
}

/// A person by whom openings are found: party and personal number, each when known.
#[derive(Debug, Clone, Default)]
pub struct Whose {
    pub party: Option<PartyId>,
    pub number: Option<String>,
}

/// Openings of somebody's cases, newest first, before a place, of one case or of all.
pub async fn openings(scope: &Scope, whose: &Whose, before: (Instant, &str), case: Option<&str>, limit: i64) -> Result<Vec<Seen>, StoreError> {
    let party = whose.party.map(|p| p.to_string()).unwrap_or_default();
    let number = whose.number.clone().unwrap_or_default();
    let mut params = values![party, number, before.0, before.1, limit];
    let narrow = match case {
        Some(code) => {
            params.push(Value::from(code));
            " AND o.code = $7"
        }
        None => "",
    };
    let sql = format!(
        "SELECT DISTINCT a.id, a.at, a.account, a.name, a.title, a.office, a.code, a.what, a.detail, a.ground, a.why_vi, a.why_en \
         FROM privacy_access_of o JOIN privacy_access a ON a.province = o.province AND a.id = o.id \
         WHERE o.province = $1 AND o.subject IN ($2, $3) AND o.subject <> '' AND (o.at < $4 OR (o.at = $4 AND o.id < $5)){narrow} \
         ORDER BY a.at DESC, a.id DESC LIMIT $6"
    );
    scope.query(&sql, params).await?.iter().map(seen).collect()
}

fn seen(r: &Row) -> Result<Seen, StoreError> {
    Ok(Seen {
        id: r.string("id")?,
        at: r.instant("at")?,
        account: r.string("account")?,
        name: r.string("name")?,
        title: r.string("title")?,
        office: r.string("office")?,
        what: what_name(r.text("what")?, r.text("detail")?),
        parts: Text::new("", ""),
        why: Text::new(r.text("why_vi")?, r.text("why_en")?),
        code: r.string("code")?,
        answer: None,
        emergency: r.text("ground")? == "emergency",
    })
}

/// Requests by which an account asked about entries of its list: the entry, and the case's code.
pub async fn explanations(scope: &Scope, account: AccountId) -> Result<BTreeMap<String, String>, StoreError> {
    let sql = "SELECT entry, code FROM privacy_explanation WHERE province = $1 AND account = $2";
    scope.query(sql, values![account]).await?.iter().map(|r| Ok((r.string("entry")?, r.string("code")?))).collect()
}

fn said(r: &Row) -> Result<Said, StoreError> {
    Ok(Said {
        purpose: r.string("purpose")?,
        version: r.int("version")?,
        at: r.instant("at")?,
        word: Word::of(r.text("word")?).ok_or_else(|| StoreError::Damaged("a word of consent".into()))?,
        text_version: r.string("text_version")?,
    })
}

const SAID: &str = "SELECT purpose, version, at, word, text_version FROM privacy_consent WHERE province = $1 AND party = $2";

/// The newest word of a person about a purpose.
pub async fn last_word(scope: &Scope, party: PartyId, purpose: &str) -> Result<Option<Said>, StoreError> {
    let sql = format!("{SAID} AND purpose = $3 ORDER BY version DESC LIMIT 1");
    scope.one(&sql, values![party, purpose]).await?.as_ref().map(said).transpose()
}

/// Everything a person said about purposes, newest first.
pub async fn words(scope: &Scope, party: PartyId, limit: i64) -> Result<Vec<Said>, StoreError> {
    let sql = format!("{SAID} ORDER BY at DESC, purpose, version DESC LIMIT $3");
    scope.query(&sql, values![party, limit]).await?.iter().map(said).collect()
}
