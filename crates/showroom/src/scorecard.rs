//! Figures of providers for the director: counted from the records, each with what it is a part of.

use kernel::{Instant, id::ProviderId};
use store::{Row, Scope, StoreError, values};

/// One provider in figures. Means are sums over counts, so that whoever shows them shows both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scorecard {
    pub provider: ProviderId,
    pub name: String,
    pub listed: i64,
    pub suspended: i64,
    pub withdrawn: i64,
    /// Clients who confirmed.
    pub confirmed: i64,
    /// Verified outcomes: how many, and the sum of their changes of KPI in 1/10,000.
    pub outcome_cases: i64,
    pub outcome_change: i64,
    pub followed: i64,
    pub kept: i64,
    /// Choices in which it was shown by the ranking, put on the shortlist, chosen.
    pub shown: i64,
    pub shortlisted: i64,
    pub chosen: i64,
    /// Enterprises that asked to be called, consent withdrawn not counted.
    pub leads: i64,
    /// Accepted proofs past their last day.
    pub expired_proofs: i64,
}

/// Every provider, by name; choices and leads counted from an instant on.
pub async fn scorecards(scope: &Scope, since: Instant, now: Instant) -> Result<Vec<Scorecard>, StoreError> {
    let sql = "SELECT p.provider, p.name, COALESCE(s.listed, 0) AS listed, COALESCE(s.suspended, 0) AS suspended, COALESCE(s.withdrawn, 0) AS withdrawn, \
        COALESCE(s.confirmed, 0) AS confirmed, COALESCE(s.cases, 0) AS cases, COALESCE(s.change, 0) AS change, COALESCE(s.followed, 0) AS followed, COALESCE(s.kept, 0) AS kept, \
        COALESCE(o.shown, 0) AS shown, COALESCE(o.shortlisted, 0) AS shortlisted, COALESCE(o.chosen, 0) AS chosen, COALESCE(l.leads, 0) AS leads, COALESCE(e.expired, 0) AS expired \
        FROM provider_view p \
        LEFT JOIN (SELECT provider, CAST(SUM(CASE WHEN stage = 'listed' THEN 1 ELSE 0 END) AS BIGINT) AS listed, CAST(SUM(CASE WHEN stage = 'suspended' THEN 1 ELSE 0 END) AS BIGINT) AS suspended, \
            CAST(SUM(CASE WHEN stage = 'withdrawn' THEN 1 ELSE 0 END) AS BIGINT) AS withdrawn, CAST(SUM(confirmed) AS BIGINT) AS confirmed, CAST(SUM(outcome_cases) AS BIGINT) AS cases, \
            CAST(SUM(outcome_change) AS BIGINT) AS change, CAST(SUM(outcome_followed) AS BIGINT) AS followed, CAST(SUM(outcome_kept) AS BIGINT) AS kept \
            FROM solution_view WHERE province = $1 GROUP BY provider) s ON s.provider = p.provider \
        LEFT JOIN (SELECT c.provider, CAST(SUM(CASE WHEN c.place IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS shown, CAST(SUM(c.shortlisted) AS BIGINT) AS shortlisted, \
            CAST(SUM(c.chosen) AS BIGINT) AS chosen FROM choice_option c JOIN choice_view w ON w.province = c.province AND w.choice = c.choice \
            WHERE c.province = $1 AND w.opened_at >= $2 GROUP BY c.provider) o ON o.provider = p.provider \
        LEFT JOIN (SELECT provider, COUNT(*) AS leads FROM lead WHERE province = $1 AND at >= $2 AND withdrawn_at IS NULL GROUP BY provider) l ON l.provider = p.provider \
        LEFT JOIN (SELECT provider, COUNT(*) AS expired FROM proof_expiry WHERE province = $1 AND until < $3 GROUP BY provider) e ON e.provider = p.provider \
        WHERE p.province = $1 ORDER BY p.name, p.provider";
    scope.query(sql, values![since, now.date()]).await?.iter().map(row).collect()
}

/// A choice that ended with a provider's solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub enterprise: kernel::id::EnterpriseId,
    pub enterprise_name: String,
    pub solution: (String, String),
    pub opened_at: Instant,
    pub path: String,
}

/// The choices behind [`Scorecard::chosen`], newest first.
pub async fn chosen(scope: &Scope, provider: ProviderId, since: Instant, limit: i64) -> Result<Vec<Chosen>, StoreError> {
    let sql = "SELECT w.choice, w.enterprise, w.enterprise_name, w.opened_at, COALESCE(v.name, '') AS name, COALESCE(v.name_en, '') AS name_en FROM choice_option c \
        JOIN choice_view w ON w.province = c.province AND w.choice = c.choice LEFT JOIN solution_view v ON v.province = c.province AND v.solution = c.solution \
        WHERE c.province = $1 AND c.provider = $2 AND c.chosen = 1 AND w.opened_at >= $3 ORDER BY w.opened_at DESC, w.choice DESC LIMIT $4";
    let one = |r: &Row| {
        let enterprise: kernel::id::EnterpriseId = r.id("enterprise")?;
        Ok(Chosen {
            enterprise,
            enterprise_name: r.string("enterprise_name")?,
            solution: (r.string("name")?, r.string("name_en")?),
            opened_at: r.instant("opened_at")?,
            path: format!("/centre/enterprises/{enterprise}/choices/{}", r.text("choice")?),
        })
    };
    scope.query(sql, values![provider, since, limit]).await?.iter().map(one).collect()
}

fn row(r: &Row) -> Result<Scorecard, StoreError> {
    Ok(Scorecard {
        provider: r.id("provider")?,
        name: r.string("name")?,
        listed: r.int("listed")?,
        suspended: r.int("suspended")?,
        withdrawn: r.int("withdrawn")?,
        confirmed: r.int("confirmed")?,
        outcome_cases: r.int("cases")?,
        outcome_change: r.int("change")?,
        followed: r.int("followed")?,
        kept: r.int("kept")?,
        shown: r.int("shown")?,
        shortlisted: r.int("shortlisted")?,
        chosen: r.int("chosen")?,
        leads: r.int("leads")?,
        expired_proofs: r.int("expired")?,
    })
}

/// How often solutions were shown, shortlisted and chosen, by size and sector of the enterprise: the audit of exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    pub size: String,
    pub sector: String,
    pub choices: i64,
    pub shown: i64,
    pub shortlisted: i64,
    /// Shortlisted without having been ranked: overrides, counted.
    pub overrides: i64,
    pub chosen: i64,
}

pub async fn exposure(scope: &Scope, since: Instant) -> Result<Vec<Exposure>, StoreError> {
    let sql = "SELECT c.size, c.sector, COUNT(DISTINCT c.choice) AS choices, CAST(SUM(CASE WHEN c.place IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS shown, \
        CAST(SUM(c.shortlisted) AS BIGINT) AS shortlisted, CAST(SUM(CASE WHEN c.shortlisted = 1 AND c.place IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS overrides, CAST(SUM(c.chosen) AS BIGINT) AS chosen \
        FROM choice_option c JOIN choice_view w ON w.province = c.province AND w.choice = c.choice WHERE c.province = $1 AND w.opened_at >= $2 GROUP BY c.size, c.sector ORDER BY c.size, c.sector";
    let row = |r: &Row| {
        Ok(Exposure {
            size: r.string("size")?,
            sector: r.string("sector")?,
            choices: r.int("choices")?,
            shown: r.int("shown")?,
            shortlisted: r.int("shortlisted")?,
            overrides: r.int("overrides")?,
            chosen: r.int("chosen")?,
        })
    };
    scope.query(sql, values![since]).await?.iter().map(row).collect()
}
