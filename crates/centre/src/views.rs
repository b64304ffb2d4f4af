//! What lists, peers and figures read. Keyset pages; every range has its index.

use kernel::{
    Instant,
    id::{AccountId, AssessmentId, EnterpriseId},
};
use store::{Row, Scope, StoreError, Value, values};

pub const PAGE: i64 = 50;

#[derive(Debug, Clone)]
pub struct EnterpriseRow {
    pub id: EnterpriseId,
    pub kind: String,
    pub code: String,
    pub name: String,
    pub folded: String,
    pub vsic: String,
    pub area: String,
    pub size: Option<String>,
    pub level: Option<i64>,
    pub stage: String,
    pub stage_since: Instant,
    pub assessed_at: Option<Instant>,
}

/// Columns of `enterprise e`, read by [`enterprise`].
pub(crate) const ENTERPRISE: &str = "e.id, e.kind, e.code, e.name, e.folded, e.vsic, e.area, e.size, e.level, e.stage, e.stage_since, e.assessed_at";

pub(crate) fn enterprise(r: &Row) -> Result<EnterpriseRow, StoreError> {
    Ok(EnterpriseRow {
        id: r.id("id")?,
        kind: r.string("kind")?,
        code: r.string("code")?,
        name: r.string("name")?,
        folded: r.string("folded")?,
        vsic: r.string("vsic")?,
        area: r.string("area")?,
        size: r.opt_string("size")?,
        level: r.opt_int("level")?,
        stage: r.string("stage")?,
        stage_since: r.instant("stage_since")?,
        assessed_at: r.opt_instant("assessed_at")?,
    })
}

pub async fn of_member(scope: &Scope, account: AccountId) -> Result<Vec<EnterpriseRow>, StoreError> {
    let sql = format!(
        "SELECT {ENTERPRISE} FROM enterprise_member m JOIN enterprise e ON e.province = m.province AND e.id = m.enterprise \
         WHERE m.province = $1 AND m.account = $2 ORDER BY e.folded, e.id LIMIT 200"
    );
    scope.query(&sql, values![account]).await?.iter().map(enterprise).collect()
}

/// What a list of the register is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Folded beginning of the name, or a code.
    pub text: String,
    pub sector: String,
    pub area: String,
    pub size: String,
    pub stage: String,
    /// `0` … `5`, or `none`.
    pub level: String,
    /// In the same stage since before this instant.
    pub stuck_before: Option<Instant>,
}

/// The register in the order of names, after a place.
pub async fn register(scope: &Scope, f: &Filter, after: Option<(&str, &str)>, limit: i64) -> Result<Vec<EnterpriseRow>, StoreError> {
    let mut params: Vec<Value> = Vec::new();
    let mut sql = format!("SELECT {ENTERPRISE} FROM enterprise e WHERE e.province = $1");
    let mut add = |text: &str, value: Value| {
        params.push(value);
        // `$1` is the province, which the scope puts in front.
        sql.push_str(&format!(" AND {}", text.replace('?', &format!("${}", params.len() + 1))));
    };
    if !f.text.is_empty() {
        if f.text.chars().all(|c| c.is_ascii_digit() || c == '-') {
            add("e.code >= ?", f.text.as_str().into());
            add("e.code < ?", format!("{}~", f.text).into());
        } else {
            add("e.folded LIKE ?", format!("%{}%", f.text.replace(['%', '_'], " ")).into());
        }
    }
    for (column, value) in [("e.sector", &f.sector), ("e.area", &f.area), ("e.size", &f.size), ("e.stage", &f.stage)] {
        if !value.is_empty() {
            add(&format!("{column} = ?"), value.as_str().into());
        }
    }
    if let Ok(level) = f.level.parse::<i64>() {
        add("e.level = ?", level.into());
    }
    if let Some(before) = f.stuck_before {
        add("e.stage_since < ?", before.into());
    }
    if let Some((folded, id)) = after {
        params.push(folded.into());
        params.push(id.into());
        sql.push_str(&format!(" AND (e.folded, e.id) > (${}, ${})", params.len(), params.len() + 1));
    }
    if f.level == "none" {
        sql.push_str(" AND e.level IS NULL");
    }
    params.push(limit.into());
    sql.push_str(&format!(" ORDER BY e.folded, e.id LIMIT ${}", params.len() + 1));
    scope.query(&sql, params).await?.iter().map(enterprise).collect()
}

#[derive(Debug, Clone)]
pub struct AssessmentRow {
    pub id: AssessmentId,
    pub enterprise: Option<EnterpriseId>,
    pub enterprise_name: Option<String>,
    pub framework: String,
    pub edition: String,
    pub stage: String,
    pub status: String,
    pub tier: String,
    pub answered: i64,
    pub total: Option<i64>,
    pub level: Option<i64>,
    pub dimensions: Option<String>,
    /// Which product, where the framework assesses products.
    pub subject: Option<String>,
    pub consultant: Option<AccountId>,
    pub started_at: Instant,
    pub submitted_at: Option<Instant>,
}

const ASSESSMENT: &str = "a.id, a.enterprise, a.framework, a.edition, a.stage, a.status, a.tier, a.answered, a.total, a.level, a.dimensions, a.subject, a.consultant, a.started_at, a.submitted_at";

fn assessment(r: &Row) -> Result<AssessmentRow, StoreError> {
    Ok(AssessmentRow {
        id: r.id("id")?,
        enterprise: r.opt_text("enterprise")?.and_then(|t| t.parse().ok()),
        enterprise_name: r.opt_string("enterprise_name").unwrap_or_default(),
        framework: r.string("framework")?,
        edition: r.string("edition")?,
        stage: r.string("stage")?,
        status: r.string("status")?,
        tier: r.string("tier")?,
        answered: r.int("answered")?,
        total: r.opt_int("total")?,
        level: r.opt_int("level")?,
        dimensions: r.opt_string("dimensions")?,
        subject: r.opt_string("subject")?,
        consultant: r.opt_text("consultant")?.and_then(|t| t.parse().ok()),
        started_at: r.instant("started_at")?,
        submitted_at: r.opt_instant("submitted_at")?,
    })
}

/// The assessments of an enterprise, oldest first: T0, T1, T2.
pub async fn of_enterprise(scope: &Scope, id: EnterpriseId) -> Result<Vec<AssessmentRow>, StoreError> {
    let sql = format!("SELECT {ASSESSMENT} FROM assessment a WHERE a.province = $1 AND a.enterprise = $2 ORDER BY a.started_at LIMIT 200");
    scope.query(&sql, values![id]).await?.iter().map(assessment).collect()
}

/// What waits for a consultant: oldest first, after a place.
pub async fn queue(scope: &Scope, status: &str, consultant: Option<AccountId>, after: Option<(Instant, &str)>, limit: i64) -> Result<Vec<AssessmentRow>, StoreError> {
    let mut params = values![status];
    let mut sql = format!(
        "SELECT {ASSESSMENT}, e.name AS enterprise_name FROM assessment a JOIN enterprise e ON e.province = a.province AND e.id = a.enterprise \
         WHERE a.province = $1 AND a.status = $2"
    );
    if let Some(c) = consultant {
        params.push(c.into());
        sql.push_str(&format!(" AND a.consultant = ${}", params.len() + 1));
    }
    if let Some((at, id)) = after {
        params.push(at.into());
        params.push(id.into());
        sql.push_str(&format!(" AND (a.submitted_at, a.id) > (${}, ${})", params.len(), params.len() + 1));
    }
    params.push(limit.into());
    sql.push_str(&format!(" ORDER BY a.submitted_at, a.id LIMIT ${}", params.len() + 1));
    scope.query(&sql, params).await?.iter().map(assessment).collect()
}

/// Fewest enterprises that are shown together.
pub const K: usize = 5;

/// The newest result of a framework that an enterprise handed in, of the same product where it assesses products.
pub fn newest<'a>(rows: &'a [AssessmentRow], framework: &str, subject: Option<&str>) -> Option<&'a AssessmentRow> {
    let same = |r: &&AssessmentRow| r.framework == framework && r.submitted_at.is_some() && crate::level::same_subject(r.subject.as_deref(), subject);
    rows.iter().filter(same).max_by_key(|r| r.submitted_at)
}

/// How many enterprises stand at each stage and level.
pub async fn funnel(scope: &Scope) -> Result<Vec<(String, Option<i64>, i64)>, StoreError> {
    let sql = "SELECT stage, level, COUNT(*) AS n FROM enterprise WHERE province = $1 GROUP BY stage, level";
    scope.query(sql, values![]).await?.iter().map(|r| Ok((r.string("stage")?, r.opt_int("level")?, r.int("n")?))).collect()
}

/// How many enterprises have stood at a stage since before an instant; the last stage is no place to be stuck in.
pub async fn stuck(scope: &Scope, before: Instant) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = "SELECT stage, COUNT(*) AS n FROM enterprise WHERE province = $1 AND stage_since < $2 AND stage <> 'measured' GROUP BY stage";
    scope.query(sql, values![before]).await?.iter().map(|r| Ok((r.string("stage")?, r.int("n")?))).collect()
}

/// Enterprises whose level rests on results of one framework and trust tier; neither where there is no result, or none was kept.
pub struct Placed {
    pub framework: Option<String>,
    pub tier: Option<String>,
    pub level: Option<i64>,
    pub n: i64,
}

/// How many enterprises stand at each level, by framework and trust tier.
pub async fn levels(scope: &Scope) -> Result<Vec<Placed>, StoreError> {
    let sql = "SELECT level_framework, level_tier, level, COUNT(*) AS n FROM enterprise WHERE province = $1 GROUP BY level_framework, level_tier, level";
    let rows = scope.query(sql, values![]).await?;
    rows.iter()
        .map(|r| Ok(Placed { framework: r.opt_string("level_framework")?, tier: r.opt_string("level_tier")?, level: r.opt_int("level")?, n: r.int("n")? }))
        .collect()
}

/// Pairs of results that went from one level to another, under one framework and at the same two trust tiers.
pub struct Transition {
    pub framework: String,
    pub tier_from: String,
    pub tier_to: String,
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub n: i64,
}

/// From which level to which, for every finished result that follows another of the same framework and edition.
pub async fn transitions(scope: &Scope) -> Result<Vec<Transition>, StoreError> {
    let sql = "SELECT b.framework, a.tier AS tier_from, b.tier AS tier_to, a.level AS level_from, b.level AS level_to, COUNT(*) AS n FROM assessment b \
               JOIN assessment a ON a.province = b.province AND a.id = b.earlier AND a.framework = b.framework AND a.edition = b.edition \
               WHERE b.province = $1 AND b.earlier IS NOT NULL AND b.submitted_at IS NOT NULL GROUP BY b.framework, a.tier, b.tier, a.level, b.level";
    let rows = scope.query(sql, values![]).await?;
    rows.iter()
        .map(|r| {
            Ok(Transition {
                framework: r.string("framework")?,
                tier_from: r.string("tier_from")?,
                tier_to: r.string("tier_to")?,
                from: r.opt_int("level_from")?,
                to: r.opt_int("level_to")?,
                n: r.int("n")?,
            })
        })
        .collect()
}

/// Choices of a survey with their numbers, and how many took part.
pub async fn survey(scope: &Scope, framework: &str, edition: &str) -> Result<(Vec<(String, i64)>, i64), StoreError> {
    let sql = "SELECT choice, COUNT(*) AS n FROM survey_choice WHERE province = $1 AND framework = $2 AND edition = $3 GROUP BY choice";
    let rows = scope.query(sql, values![framework, edition]).await?;
    let choices = rows.iter().map(|r| Ok((r.string("choice")?, r.int("n")?))).collect::<Result<_, StoreError>>()?;
    let sql = "SELECT COUNT(*) AS n FROM assessment WHERE province = $1 AND framework = $2 AND edition = $3 AND status <> 'open'";
    let all = scope.one(sql, values![framework, edition]).await?.map_or(Ok(0), |r| r.int("n"))?;
    Ok((choices, all))
}
