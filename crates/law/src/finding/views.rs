//! Findings in lists, and how far the run over all documents is.

use super::{Finding, FindingId, State};
use kernel::Instant;
use store::{Scope, StoreError, snapshot, values};

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    pub corpus: i64,
    pub day: String,
    /// The key of the last document that was looked at.
    pub next: String,
    pub documents: i64,
    pub total: i64,
    pub fresh: i64,
    pub changed: i64,
    pub closed: i64,
    pub touched: i64,
    pub ended: bool,
}

/// The surest first, from below a place: confidence and id of the last one seen.
pub async fn list(scope: &Scope, state: State, family: &str, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<FindingId>, StoreError> {
    let (confidence, id) = after.unwrap_or((1001, ""));
    let sql = "SELECT id FROM law_finding WHERE province = $1 AND state = $2 AND ($3 = '' OR family = $3) AND (confidence < $4 OR (confidence = $4 AND id > $5)) ORDER BY confidence DESC, id LIMIT $6";
    scope.query(sql, values![state.code(), family, confidence, id, limit]).await?.iter().map(|r| r.id("id")).collect()
}

/// Findings that still stand, of one document.
pub async fn of_document(scope: &Scope, document: &str, source: &str) -> Result<Vec<FindingId>, StoreError> {
    let sql = "SELECT id FROM law_finding WHERE province = $1 AND document = $2 AND source = $3 AND state <> 'closed' ORDER BY confidence DESC, id";
    scope.query(sql, values![document, source]).await?.iter().map(|r| r.id("id")).collect()
}

/// What findings of a source stand on.
pub async fn sources(scope: &Scope, source: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT document FROM law_finding WHERE province = $1 AND source = $2 AND state <> 'closed' ORDER BY document";
    scope.query(sql, values![source]).await?.iter().map(|r| r.string("document")).collect()
}

/// How many stand in each state.
pub async fn counts(scope: &Scope) -> Result<Vec<(State, i64)>, StoreError> {
    let rows = scope.query("SELECT state, COUNT(*) AS n FROM law_finding WHERE province = $1 GROUP BY state", values![]).await?;
    let mut out: Vec<(State, i64)> = State::ALL.into_iter().map(|s| (s, 0)).collect();
    for r in &rows {
        let (code, n) = (r.text("state")?, r.int("n")?);
        if let Some(place) = out.iter_mut().find(|(s, _)| s.code() == code) {
            place.1 = n;
        }
    }
    Ok(out)
}

pub async fn read(scope: &Scope, ids: &[FindingId]) -> Result<Vec<Finding>, StoreError> {
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(kept) = snapshot::load(scope, &id.to_string()).await? {
            out.push(serde_json::from_str(&kept.state).map_err(|e| StoreError::Damaged(format!("{id} does not read: {e}")))?);
        }
    }
    Ok(out)
}

pub async fn progress(scope: &Scope) -> Result<Option<Progress>, StoreError> {
    let row = scope.one("SELECT corpus, day, next, documents, total, fresh, changed, closed, touched, ended FROM law_review WHERE province = $1 AND id = 'all'", values![]).await?;
    row.map(|r| {
        Ok(Progress {
            corpus: r.int("corpus")?,
            day: r.string("day")?,
            next: r.string("next")?,
            documents: r.int("documents")?,
            total: r.int("total")?,
            fresh: r.int("fresh")?,
            changed: r.int("changed")?,
            closed: r.int("closed")?,
            touched: r.int("touched")?,
            ended: r.int("ended")? != 0,
        })
    })
    .transpose()
}

/// Keeps how far a run is.
pub async fn keep(scope: &Scope, p: &Progress, now: Instant) -> Result<(), StoreError> {
    let mut batch = scope.batch();
    batch.exec(
        "INSERT INTO law_review (province, id, corpus, day, next, documents, total, fresh, changed, closed, touched, ended) VALUES ($1, 'all', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (province, id) DO UPDATE SET corpus = $2, day = $3, next = $4, documents = $5, total = $6, fresh = $7, changed = $8, closed = $9, touched = $10, ended = $11",
        values![p.corpus, &p.day, &p.next, p.documents, p.total, p.fresh, p.changed, p.closed, now, i64::from(p.ended)],
    );
    scope.commit(batch).await.map_err(|e| match e {
        store::CommitError::Store(e) => e,
        store::CommitError::Conflict { label } => StoreError::Damaged(label),
    })
}
