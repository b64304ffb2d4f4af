//! The enterprises behind the year's totals, for whoever reads the figures of `views::year_totals`.

use kernel::{Dong, id::EnterpriseId};
use store::{Row, Scope, StoreError, values};

/// What one enterprise has of one content in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmTotal {
    pub enterprise: EnterpriseId,
    /// Promised and not paid yet.
    pub committed: Dong,
    pub paid: Dong,
    pub grants: i64,
}

/// In the order of the enterprises' ids, after one of them (empty: from the first).
pub async fn of_content(scope: &Scope, year: i16, content: &str, after: &str, limit: i64) -> Result<Vec<FirmTotal>, StoreError> {
    let sql = "SELECT enterprise, committed, paid, grants FROM support_total WHERE province = $1 AND year = $2 AND period = '' AND content = $3 \
               AND committed + paid > 0 AND enterprise > $4 ORDER BY enterprise LIMIT $5";
    scope.query(sql, values![i64::from(year), content, after, limit]).await?.iter().map(row).collect()
}

/// Whether anything of a year is promised or paid to an enterprise.
pub async fn any(scope: &Scope, enterprise: EnterpriseId, year: i16) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM support_total WHERE province = $1 AND enterprise = $2 AND year = $3 AND committed + paid > 0";
    Ok(scope.one(sql, values![enterprise, i64::from(year)]).await?.map_or(Ok(0), |r| r.int("n"))? > 0)
}

fn row(r: &Row) -> Result<FirmTotal, StoreError> {
    Ok(FirmTotal { enterprise: r.id("enterprise")?, committed: Dong(r.int("committed")?), paid: Dong(r.int("paid")?), grants: r.int("grants")? })
}
