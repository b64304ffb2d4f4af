//! What the director's figures are counted from, and their rows: keyset pages on the indexes of the register.

use kernel::{
    Instant,
    id::{AssessmentId, EnterpriseId},
};
use store::{Row, Scope, StoreError, Value, values};

/// Which enterprises a figure counts.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Any of these stages; empty for all.
    pub stages: Vec<&'static str>,
    /// `Some(None)`: without a level.
    pub level: Option<Option<i64>>,
    /// The framework the level rests on; `Some(None)`: on no result.
    pub framework: Option<Option<String>>,
    /// The trust tier of the result it rests on.
    pub tier: Option<Option<String>>,
    /// In the same stage since before this instant.
    pub stuck_before: Option<Instant>,
}

pub struct Found {
    pub id: EnterpriseId,
    pub code: String,
    pub name: String,
    pub folded: String,
    pub stage: String,
    pub since: Instant,
    pub level: Option<i64>,
}

fn found(r: &Row) -> Result<Found, StoreError> {
    Ok(Found {
        id: r.id("id")?,
        code: r.string("code")?,
        name: r.string("name")?,
        folded: r.string("folded")?,
        stage: r.string("stage")?,
        since: r.instant("stage_since")?,
        level: r.opt_int("level")?,
    })
}

const COLUMNS: &str = "e.id, e.code, e.name, e.folded, e.stage, e.stage_since, e.level";

/// In the order of names, after a place.
pub async fn enterprises(scope: &Scope, which: &Which, after: Option<(&str, &str)>, limit: i64) -> Result<Vec<Found>, StoreError> {
    let mut params: Vec<Value> = Vec::new();
    let mut sql = format!("SELECT {COLUMNS} FROM enterprise e WHERE e.province = $1");
    let mut param = |value: Value| {
        params.push(value);
        // `$1` is the province, which the scope puts in front.
        format!("${}", params.len() + 1)
    };
    if !which.stages.is_empty() {
        let places: Vec<String> = which.stages.iter().map(|s| param((*s).into())).collect();
        sql.push_str(&format!(" AND e.stage IN ({})", places.join(", ")));
    }
    match which.level {
        Some(Some(level)) => sql.push_str(&format!(" AND e.level = {}", param(level.into()))),
        Some(None) => sql.push_str(" AND e.level IS NULL"),
        None => {}
    }
    for (column, value) in [("e.level_framework", &which.framework), ("e.level_tier", &which.tier)] {
        match value {
            Some(Some(value)) => sql.push_str(&format!(" AND {column} = {}", param(value.as_str().into()))),
            Some(None) => sql.push_str(&format!(" AND {column} IS NULL")),
            None => {}
        }
    }
    if let Some(before) = which.stuck_before {
        sql.push_str(&format!(" AND e.stage_since < {}", param(before.into())));
    }
    if let Some((folded, id)) = after {
        sql.push_str(&format!(" AND (e.folded, e.id) > ({}, {})", param(folded.into()), param(id.into())));
    }
    sql.push_str(&format!(" ORDER BY e.folded, e.id LIMIT {}", param(limit.into())));
    scope.query(&sql, params).await?.iter().map(found).collect()
}

/// A change of level: the enterprise, both rounds.
pub struct Moved {
    pub enterprise: Option<EnterpriseId>,
    pub name: String,
    pub framework: String,
    /// Trust tiers of both.
    pub tiers: (String, String),
    pub earlier: AssessmentId,
    pub later: AssessmentId,
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub at: Instant,
}

/// Which changes of level: from one to another, and of which framework and trust tiers where that is asked.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub framework: Option<String>,
    pub tier_from: Option<String>,
    pub tier_to: Option<String>,
}

/// The rounds behind a cell of the matrix, newest first, before a place.
pub async fn moved(scope: &Scope, cell: &Cell, before: Option<(i64, &str)>, limit: i64) -> Result<Vec<Moved>, StoreError> {
    let mut params: Vec<Value> = Vec::new();
    let mut sql = "SELECT e.id AS enterprise, e.name, b.framework, a.id AS earlier, b.id AS later, a.tier AS tier_from, b.tier AS tier_to, a.level AS level_from, b.level AS level_to, b.submitted_at \
                   FROM assessment b JOIN assessment a ON a.province = b.province AND a.id = b.earlier AND a.framework = b.framework AND a.edition = b.edition \
                   LEFT JOIN enterprise e ON e.province = b.province AND e.id = b.enterprise \
                   WHERE b.province = $1 AND b.earlier IS NOT NULL AND b.submitted_at IS NOT NULL"
        .to_owned();
    for (column, value) in [("b.framework", &cell.framework), ("a.tier", &cell.tier_from), ("b.tier", &cell.tier_to)] {
        if let Some(value) = value {
            params.push(value.as_str().into());
            sql.push_str(&format!(" AND {column} = ${}", params.len() + 1));
        }
    }
    for (column, level) in [("a.level", cell.from), ("b.level", cell.to)] {
        match level {
            Some(level) => {
                params.push(level.into());
                sql.push_str(&format!(" AND {column} = ${}", params.len() + 1));
            }
            None => sql.push_str(&format!(" AND {column} IS NULL")),
        }
    }
    if let Some((at, id)) = before {
        params.push(at.into());
        params.push(id.into());
        sql.push_str(&format!(" AND (b.submitted_at, b.id) < (${}, ${})", params.len(), params.len() + 1));
    }
    params.push(limit.into());
    sql.push_str(&format!(" ORDER BY b.submitted_at DESC, b.id DESC LIMIT ${}", params.len() + 1));
    let rows = scope.query(&sql, params).await?;
    rows.iter()
        .map(|r| {
            Ok(Moved {
                enterprise: r.opt_text("enterprise")?.and_then(|t| t.parse().ok()),
                name: r.opt_string("name")?.unwrap_or_default(),
                framework: r.string("framework")?,
                tiers: (r.string("tier_from")?, r.string("tier_to")?),
                earlier: r.id("earlier")?,
                later: r.id("later")?,
                from: r.opt_int("level_from")?,
                to: r.opt_int("level_to")?,
                at: r.instant("submitted_at")?,
            })
        })
        .collect()
}

/// Who named a barrier, in the order of the answers, after one of them.
pub async fn named(scope: &Scope, framework: &str, edition: &str, choice: &str, after: &str, limit: i64) -> Result<Vec<(AssessmentId, Option<Found>)>, StoreError> {
    let sql = format!(
        "SELECT s.assessment, {COLUMNS} FROM survey_choice s JOIN assessment a ON a.province = s.province AND a.id = s.assessment \
         LEFT JOIN enterprise e ON e.province = a.province AND e.id = a.enterprise \
         WHERE s.province = $1 AND s.framework = $2 AND s.edition = $3 AND s.choice = $4 AND s.assessment > $5 ORDER BY s.assessment LIMIT $6"
    );
    let rows = scope.query(&sql, values![framework, edition, choice, after, limit]).await?;
    rows.iter().map(|r| Ok((r.id("assessment")?, r.opt_text("id")?.is_some().then(|| found(r)).transpose()?))).collect()
}
