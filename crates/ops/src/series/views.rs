//! What may be read of recurring tasks in lists.

use super::{Series, SeriesId};
use crate::Who;
use kernel::Instant;
use store::{Scope, StoreError, values};

/// Most that a list shows, and that one look gives.
const MOST: i64 = 500;

/// Those of which a time has come, the longest waiting first.
pub async fn coming(scope: &Scope, now: Instant) -> Result<Vec<SeriesId>, StoreError> {
    let sql = "SELECT id FROM directive_series WHERE province = $1 AND gives_at <= $2 ORDER BY gives_at, id LIMIT $3";
    scope.query(sql, values![now, MOST]).await?.iter().map(|r| r.id("id")).collect()
}

/// Those this person may know of: given or led by the office, or of the whole province; running ones first.
pub async fn list(scope: &Scope, who: &Who) -> Result<Vec<Series>, StoreError> {
    let order = "ORDER BY CASE WHEN gives_at IS NULL THEN 1 ELSE 0 END, gives_at, id LIMIT $2";
    let rows = match &who.office {
        Some(office) if !who.oversees => scope.query(&format!("SELECT id FROM directive_series WHERE province = $1 AND (giver = $3 OR lead = $3) {order}"), values![MOST, office]).await?,
        _ if who.oversees => scope.query(&format!("SELECT id FROM directive_series WHERE province = $1 {order}"), values![MOST]).await?,
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for row in &rows {
        let id: SeriesId = row.id("id")?;
        all.extend(records::load::<Series>(scope, &id.to_string()).await?.map(|f| f.state).filter(|s| s.sees(who)));
    }
    Ok(all)
}
