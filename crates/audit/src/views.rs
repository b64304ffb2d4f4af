//! What may be read. Lists are by keyset, newest first, each by an index of its own order.

use crate::model::{Criteria, Found, Run, Search};
use kernel::{Instant, Text, id::AccountId, text::fold};
use store::{Row, Scope, StoreError, Value, values};

/// A place in a list: the entry's instant and number; the next page begins after it.
pub type Place = (Instant, i64);

/// Before the newest.
pub fn newest() -> Place {
    (Instant::from_micros(i64::MAX / 4), i64::MAX)
}

const COLUMNS: &str = "seq, at, kind, stream, version, account, name, office, case_code";

fn found(r: &Row) -> Result<Found, StoreError> {
    Ok(Found {
        seq: r.int("seq")?,
        at: r.instant("at")?,
        kind: r.string("kind")?,
        stream: r.string("stream")?,
        version: r.int("version")?,
        account: r.string("account")?,
        name: r.string("name")?,
        office: r.string("office")?,
        case_code: r.opt_string("case_code")?,
    })
}

/// The statement of a search and its parameters: only what was asked for stands in it, so that each combination has its index.
pub fn statement(c: &Criteria, before: Place, limit: i64) -> (String, Vec<Value>) {
    let (begin, end) = c.span();
    let mut sql = format!("SELECT {COLUMNS} FROM audit_entry WHERE province = $1");
    let mut params: Vec<Value> = Vec::new();
    let account = c.account.map(|a| a.to_string()).unwrap_or_default();
    for (column, wanted) in [("case_code", &c.case), ("account", &account), ("kind", &c.kind), ("office", &c.office)] {
        if !wanted.is_empty() {
            params.push(wanted.into());
            sql.push_str(&format!(" AND {column} = ${}", params.len() + 1));
        }
    }
    let n = params.len() + 1;
    params.extend(values![begin, before.0.min(end), before.0, before.1, end, limit]);
    sql.push_str(&format!(
        " AND at >= ${} AND at <= ${} AND (at < ${} OR (at = ${} AND seq < ${})) AND at < ${} ORDER BY at DESC, seq DESC LIMIT ${}",
        n + 1,
        n + 2,
        n + 3,
        n + 3,
        n + 4,
        n + 5,
        n + 6
    ));
    (sql, params)
}

pub async fn search(scope: &Scope, c: &Criteria, before: Place, limit: i64) -> Result<Vec<Found>, StoreError> {
    let (sql, params) = statement(c, before, limit);
    scope.query(&sql, params).await?.iter().map(found).collect()
}

pub async fn entry(scope: &Scope, seq: i64) -> Result<Option<Found>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit_entry WHERE province = $1 AND seq = $2");
    scope.one(&sql, values![seq]).await?.as_ref().map(found).transpose()
}

/// Name and office under which an account acted last.
pub async fn person(scope: &Scope, account: &str) -> Result<Option<(String, String)>, StoreError> {
    let sql = "SELECT name, office FROM audit_person WHERE province = $1 AND account = $2";
    scope.one(sql, values![account]).await?.map(|r| Ok((r.string("name")?, r.string("office")?))).transpose()
}

/// Account, name and office of people whose name has all these words (each may be a beginning).
pub async fn people(scope: &Scope, words: &str, limit: i64) -> Result<Vec<(String, String, String)>, StoreError> {
    let words: Vec<String> = fold(words).split_whitespace().map(str::to_owned).take(6).collect();
    let Some(longest) = words.iter().max_by_key(|w| w.len()) else { return Ok(Vec::new()) };
    // The longest word finds a few hundred; the others are looked for among those.
    let sql = "SELECT DISTINCT p.account, p.name, p.office FROM audit_name n \
               JOIN audit_person p ON p.province = n.province AND p.account = n.account \
               WHERE n.province = $1 AND n.word >= $2 AND n.word < $3 ORDER BY p.name, p.account LIMIT 500";
    let rows = scope.query(sql, values![longest.as_str(), format!("{longest}\u{10FFFF}")]).await?;
    let mut all = Vec::new();
    for r in &rows {
        let (account, name, office) = (r.string("account")?, r.string("name")?, r.string("office")?);
        let folded = fold(&name);
        if words.iter().all(|w| folded.split_whitespace().any(|part| part.starts_with(w.as_str()))) {
            all.push((account, name, office));
        }
    }
    all.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(all)
}

pub async fn codes(scope: &Scope, streams: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
    let mut all = Vec::new();
    for stream in streams {
        if let Some(row) = scope.one("SELECT code FROM audit_stream WHERE province = $1 AND stream = $2", values![*stream]).await? {
            all.push(((*stream).to_owned(), row.string("code")?));
        }
    }
    Ok(all)
}

pub async fn kinds(scope: &Scope) -> Result<Vec<String>, StoreError> {
    scope.query("SELECT kind FROM audit_kind WHERE province = $1 ORDER BY kind", Vec::new()).await?.iter().map(|r| r.string("kind")).collect()
}

fn read_search(r: &Row) -> Result<Search, StoreError> {
    Ok(Search { id: r.string("id")?, at: r.instant("at")?, reason: r.string("reason")?, criteria: r.json("criteria")? })
}

/// A search of one's own; somebody else's is not there.
pub async fn own_search(scope: &Scope, account: AccountId, id: &str) -> Result<Option<Search>, StoreError> {
    let sql = "SELECT id, at, reason, criteria FROM audit_search WHERE province = $1 AND id = $2 AND account = $3";
    scope.one(sql, values![id, account]).await?.as_ref().map(read_search).transpose()
}

pub async fn own_searches(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Search>, StoreError> {
    let sql = "SELECT id, at, reason, criteria FROM audit_search WHERE province = $1 AND account = $2 ORDER BY at DESC, id DESC LIMIT $3";
    scope.query(sql, values![account, limit]).await?.iter().map(read_search).collect()
}

/// When this account opened the entry, if that was after an instant.
pub async fn opened(scope: &Scope, account: AccountId, seq: i64, after: Instant) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT at FROM audit_opening WHERE province = $1 AND account = $2 AND seq = $3 AND at > $4 ORDER BY at DESC LIMIT 1";
    scope.one(sql, values![account, seq, after]).await?.map(|r| r.instant("at")).transpose()
}

fn run(r: &Row) -> Result<Run, StoreError> {
    let faults: Vec<Text> = r.json("faults")?;
    Ok(Run {
        id: r.string("id")?,
        asked_at: r.instant("asked_at")?,
        asked_by: r.string("asked_by")?,
        ended_at: r.opt_instant("ended_at")?,
        took_ms: r.int("took_ms")?,
        heads: r.int("heads")?,
        sealed: r.int("sealed")?,
        unsealed: r.int("unsealed")?,
        root: r.string("root")?,
        faults,
    })
}

const RUN: &str = "id, asked_at, asked_by, ended_at, took_ms, heads, sealed, unsealed, root, faults";

/// Verifications, newest first.
pub async fn runs(scope: &Scope, limit: i64) -> Result<Vec<Run>, StoreError> {
    let sql = format!("SELECT {RUN} FROM audit_run WHERE province = $1 ORDER BY asked_at DESC, id DESC LIMIT $2");
    scope.query(&sql, values![limit]).await?.iter().map(run).collect()
}

pub async fn a_run(scope: &Scope, id: &str) -> Result<Option<Run>, StoreError> {
    let sql = format!("SELECT {RUN} FROM audit_run WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(run).transpose()
}

/// What the first entry of a stream says: of a case, its filing.
pub async fn first_payload(scope: &Scope, stream: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT payload FROM journal WHERE province = $1 AND stream = $2 AND version = 1";
    scope.one(sql, values![stream]).await?.map(|r| r.string("payload")).transpose()
}
