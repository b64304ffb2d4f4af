//! What was told to a party on the portal, for whoever shows it.

use kernel::{Instant, Text, id::PartyId};
use store::{Scope, StoreError, values};

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub at: Instant,
    pub code: String,
    pub said: Text,
}

/// Newest first, before an instant.
pub async fn page(scope: &Scope, party: PartyId, before: Instant, limit: i64) -> Result<Vec<Notice>, StoreError> {
    let sql = "SELECT at, code, vi, en FROM notice WHERE province = $1 AND party = $2 AND at < $3 ORDER BY at DESC LIMIT $4";
    let rows = scope.query(sql, values![party, before, limit]).await?;
    rows.iter().map(|r| Ok(Notice { at: r.instant("at")?, code: r.string("code")?, said: Text::new(r.text("vi")?, r.text("en")?) })).collect()
}

/// How many came after an instant, counted up to a bound.
pub async fn since(scope: &Scope, party: PartyId, after: Instant, bound: i64) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM notice WHERE province = $1 AND party = $2 AND at > $3 LIMIT $4) AS counted";
    scope.one(sql, values![party, after, bound]).await?.map_or(Ok(0), |r| r.int("n"))
}
