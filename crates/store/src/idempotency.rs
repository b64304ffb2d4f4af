//! The same request sent twice happens once: the answer is stored in the batch that did it.

use crate::{CommitError, Scope, StoreError, values};
use kernel::Instant;

/// What was answered to a key before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The hash of the request that was answered; another one under the same key is the caller's mistake.
    pub request: String,
    pub answer: String,
    pub at: Instant,
}

pub async fn answered(scope: &Scope, actor: &str, key: &str) -> Result<Option<Answered>, StoreError> {
    let sql = "SELECT request, answer, at FROM idempotency WHERE province = $1 AND actor = $2 AND key = $3";
    let Some(row) = scope.one(sql, values![actor, key]).await? else { return Ok(None) };
    Ok(Some(Answered { request: row.string("request")?, answer: row.string("answer")?, at: row.instant("at")? }))
}

/// Forgets answers older than `before`: a key is good for a day or so, not for ever.
pub async fn forget(scope: &Scope, before: Instant) -> Result<(), CommitError> {
    let mut batch = scope.batch();
    batch.exec("DELETE FROM idempotency WHERE province = $1 AND at < $2", values![before]);
    scope.commit(batch).await
}
