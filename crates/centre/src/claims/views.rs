//! What lists of claims and hints of duplicates read; every query has its index and its limit.

use crate::{
    model::MemberRole,
    views::{ENTERPRISE, EnterpriseRow, enterprise},
};
use kernel::{
    Instant,
    id::{AccountId, EnterpriseId},
};
use store::{Row, Scope, StoreError, Value, values};

#[derive(Debug, Clone)]
pub struct ClaimRow {
    pub enterprise: EnterpriseId,
    pub claim: String,
    pub name: String,
    /// As the claimant found it; the enterprise's own row is not read for a claimant.
    pub code: String,
    pub role: Option<MemberRole>,
    pub state: String,
    pub reason: String,
    pub at: Instant,
}

const CLAIM: &str = "enterprise, claim, name, code, role, state, reason, at";

fn claim(r: &Row) -> Result<ClaimRow, StoreError> {
    Ok(ClaimRow {
        enterprise: r.id("enterprise")?,
        claim: r.string("claim")?,
        name: r.string("name")?,
        code: r.string("code")?,
        role: MemberRole::of(r.text("role")?),
        state: r.string("state")?,
        reason: r.string("reason")?,
        at: r.instant("at")?,
    })
}

/// What somebody asked for, newest first.
pub async fn of_account(scope: &Scope, account: AccountId) -> Result<Vec<ClaimRow>, StoreError> {
    let sql = format!("SELECT {CLAIM} FROM enterprise_claim WHERE province = $1 AND account = $2 ORDER BY at DESC, enterprise, claim LIMIT 50");
    scope.query(&sql, values![account]).await?.iter().map(claim).collect()
}

/// Claims of one person that wait for an answer, over all enterprises.
pub async fn open_of(scope: &Scope, account: AccountId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM enterprise_claim WHERE province = $1 AND account = $2 AND state = 'asked'";
    scope.one(sql, values![account]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// What waits for an answer, oldest first, after a place.
pub async fn waiting(scope: &Scope, after: Option<(Instant, &str, &str)>, limit: i64) -> Result<Vec<ClaimRow>, StoreError> {
    let mut params: Vec<Value> = values!["asked"];
    let mut sql = format!("SELECT {CLAIM} FROM enterprise_claim WHERE province = $1 AND state = $2");
    if let Some((at, enterprise, claim)) = after {
        params.extend(values![at, enterprise, claim]);
        sql.push_str(" AND (at, enterprise, claim) > ($3, $4, $5)");
    }
    params.push(limit.into());
    sql.push_str(&format!(" ORDER BY at, enterprise, claim LIMIT ${}", params.len() + 1));
    scope.query(&sql, params).await?.iter().map(claim).collect()
}

/// Entries shown for one kind of likeness.
const LIKE: i64 = 20;

/// Enterprises that meet `rule`, without those an officer told apart from `own`. `$2` is `own`.
async fn others(scope: &Scope, from: &str, rule: &str, own: EnterpriseId, more: Vec<Value>) -> Result<Vec<EnterpriseRow>, StoreError> {
    let sql = format!(
        "SELECT {ENTERPRISE} FROM {from} WHERE e.province = $1 AND e.id <> $2 AND {rule} AND NOT EXISTS (SELECT 1 FROM enterprise_distinct d \
         WHERE d.province = e.province AND d.enterprise = $2 AND d.other = e.id) ORDER BY e.code LIMIT {LIKE}"
    );
    let params = std::iter::once(Value::from(own)).chain(more).collect();
    scope.query(&sql, params).await?.iter().map(enterprise).collect()
}

pub async fn same_name(scope: &Scope, own: EnterpriseId, folded: &str, area: &str) -> Result<Vec<EnterpriseRow>, StoreError> {
    others(scope, "enterprise e", "e.folded = $3 AND e.area = $4", own, values![folded, area]).await
}

/// The head and every branch of ten digits.
pub async fn same_head(scope: &Scope, own: EnterpriseId, head: &str) -> Result<Vec<EnterpriseRow>, StoreError> {
    others(scope, "enterprise e", "(e.code = $3 OR e.head_code = $3)", own, values![head]).await
}

/// Enterprises whose legal representative has this personal number.
pub async fn headed_by(scope: &Scope, own: EnterpriseId, number: &str) -> Result<Vec<EnterpriseRow>, StoreError> {
    let from = "enterprise_member m JOIN enterprise e ON e.province = m.province AND e.id = m.enterprise";
    others(scope, from, "m.province = $1 AND m.number = $3", own, values![number]).await
}

/// Household businesses known by the personal number of a legal representative of `own`.
pub async fn household_of(scope: &Scope, own: EnterpriseId) -> Result<Vec<EnterpriseRow>, StoreError> {
    let from = "enterprise_member m JOIN enterprise e ON e.province = m.province AND e.code = m.number";
    others(scope, from, "m.province = $1 AND m.enterprise = $2", own, Vec::new()).await
}
