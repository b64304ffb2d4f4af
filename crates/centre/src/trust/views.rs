//! What the checks read: which results there are in which version, and the records of those not known yet.

use super::fact::{Fact, firm};
use kernel::id::{AssessmentId, EnterpriseId};
use scoring::Decimal;
use std::collections::HashMap;
use store::{Row, Scope, StoreError, Value, values};

/// Submitted results of a framework version with their versions, by its range of the index of peers.
pub async fn heads(scope: &Scope, framework: &str, edition: &str) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = "SELECT id, version FROM assessment WHERE province = $1 AND framework = $2 AND edition = $3 \
               AND status IN ('submitted', 'verified') AND enterprise IS NOT NULL AND submitted_at IS NOT NULL";
    scope.query(sql, values![framework, edition]).await?.iter().map(|r| Ok((r.string("id")?, r.int("version")?))).collect()
}

/// How many records are asked for at once.
pub const TOGETHER: usize = 250;

/// A result as its row tells it, and its record.
pub struct Record {
    pub fact: Fact,
    pub state: String,
}

pub async fn records(scope: &Scope, ids: &[String]) -> Result<Vec<Record>, StoreError> {
    let places: Vec<String> = (0..ids.len()).map(|n| format!("${}", n + 2)).collect();
    let sql = format!(
        "SELECT a.id, s.version, a.enterprise, e.code, a.framework, a.edition, a.stage, a.tier, a.status, a.vsic, a.size, a.earlier, a.subject, a.submitted_at, \
         a.verified_at, s.state FROM assessment a JOIN snapshot s ON s.province = a.province AND s.stream = a.id \
         JOIN enterprise e ON e.province = a.province AND e.id = a.enterprise WHERE a.province = $1 AND a.id IN ({})",
        places.join(", ")
    );
    let params: Vec<Value> = ids.iter().map(|id| id.as_str().into()).collect();
    scope.query(&sql, params).await?.iter().map(record).collect()
}

fn record(r: &Row) -> Result<Record, StoreError> {
    let fact = Fact {
        id: r.id("id")?,
        version: r.int("version")?,
        enterprise: r.id("enterprise")?,
        firm: firm(r.text("code")?),
        framework: r.string("framework")?,
        edition: r.string("edition")?,
        stage: r.string("stage")?,
        tier: r.string("tier")?,
        verified: r.text("status")? == "verified",
        sector: r.text("vsic")?.get(..1).unwrap_or_default().to_owned(),
        size: r.opt_string("size")?,
        consultant: None,
        earlier: r.opt_text("earlier")?.and_then(|t| t.parse::<AssessmentId>().ok()),
        subject: r.opt_string("subject")?,
        submitted_at: r.instant("submitted_at")?,
        verified_at: r.opt_instant("verified_at")?,
        share: None,
        points: Decimal::ZERO,
        given: 0,
        answers: 0,
        texts: Vec::new(),
        contradictions: Vec::new(),
        correction: None,
    };
    Ok(Record { fact, state: r.string("state")? })
}

/// Names of enterprises, in pieces of [`TOGETHER`].
pub async fn names(scope: &Scope, ids: &[EnterpriseId]) -> Result<HashMap<EnterpriseId, String>, StoreError> {
    let mut found = HashMap::new();
    for some in ids.chunks(TOGETHER) {
        let places: Vec<String> = (0..some.len()).map(|n| format!("${}", n + 2)).collect();
        let sql = format!("SELECT id, name FROM enterprise WHERE province = $1 AND id IN ({})", places.join(", "));
        let params: Vec<Value> = some.iter().map(|id| id.to_string().into()).collect();
        for row in scope.query(&sql, params).await? {
            found.insert(row.id("id")?, row.string("name")?);
        }
    }
    Ok(found)
}
