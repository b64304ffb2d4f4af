//! What may be read of statements: each comparison, its differences, and the lines of ours that stand beside a month.

use super::compare::{Difference, Line, Ours};
use kernel::{
    Dong, Instant,
    id::{OfficeCode, PurseId, StatementId, TrustProviderCode},
};
use store::{Row, Scope, StoreError, values};

/// One time a statement was taken.
#[derive(Debug, Clone)]
pub struct TakenLine {
    pub id: StatementId,
    pub no: u32,
    pub provider: TrustProviderCode,
    pub month: String,
    pub office: Option<OfficeCode>,
    pub name: String,
    pub sha256: String,
    pub rows: i64,
    pub equal: i64,
    pub differences: i64,
    pub open: i64,
    pub latest: bool,
    pub by_name: String,
    pub at: Instant,
}

/// One difference, and how it was settled.
#[derive(Debug, Clone)]
pub struct DifferenceLine {
    pub line: u32,
    pub what: Difference,
    pub outcome: String,
    pub reason: String,
    pub by_name: String,
    pub settled_at: Option<Instant>,
}

fn small(row: &Row, column: &str) -> Result<u32, StoreError> {
    Ok(u32::try_from(row.int(column)?).unwrap_or(u32::MAX))
}

/// Statements of an office, or of all with none named; the latest first.
pub async fn taken(scope: &Scope, office: Option<&OfficeCode>, limit: i64) -> Result<Vec<TakenLine>, StoreError> {
    let sql = "SELECT s.id, s.no, s.provider, s.month, s.office, s.name, s.sha256, s.rows_read, s.equal, s.differences, s.by_name, s.at, \
               (SELECT COUNT(*) FROM prepaid_difference d WHERE d.province = s.province AND d.statement = s.id AND d.no = s.no AND d.outcome = '') AS open_ones, \
               (SELECT MAX(t.no) FROM prepaid_statement t WHERE t.province = s.province AND t.id = s.id) AS last_no \
               FROM prepaid_statement s WHERE s.province = $1 AND ($2 = '' OR s.office = $2) ORDER BY s.at DESC, s.no DESC LIMIT $3";
    let line = |row: &Row| {
        let no = small(row, "no")?;
        Ok(TakenLine {
            id: row.id("id")?,
            no,
            provider: TrustProviderCode::new(row.text("provider")?),
            month: row.string("month")?,
            office: row.opt_string("office")?.map(OfficeCode::new),
            name: row.string("name")?,
            sha256: row.string("sha256")?,
            rows: row.int("rows_read")?,
            equal: row.int("equal")?,
            differences: row.int("differences")?,
            open: row.int("open_ones")?,
            latest: small(row, "last_no")? == no,
            by_name: row.string("by_name")?,
            at: row.instant("at")?,
        })
    };
    scope.query(sql, values![office.map_or("", OfficeCode::as_str), limit]).await?.iter().map(line).collect()
}

fn difference_line(row: &Row) -> Result<DifferenceLine, StoreError> {
    Ok(DifferenceLine {
        line: small(row, "line")?,
        what: row.json("body")?,
        outcome: row.string("outcome")?,
        reason: row.string("reason")?,
        by_name: row.string("by_name")?,
        settled_at: row.opt_instant("settled_at")?,
    })
}

const DIFFERENCE: &str = "line, body, outcome, reason, by_name, settled_at";

/// Differences of one comparison behind a line, of one kind where one is named.
pub async fn differences(scope: &Scope, id: StatementId, no: u32, kind: &str, after: i64, limit: i64) -> Result<Vec<DifferenceLine>, StoreError> {
    let sql = format!(
        "SELECT {DIFFERENCE} FROM prepaid_difference WHERE province = $1 AND statement = $2 AND no = $3 AND line > $4 AND ($5 = '' OR kind = $5) ORDER BY line LIMIT $6"
    );
    scope.query(&sql, values![id, i64::from(no), after, kind, limit]).await?.iter().map(difference_line).collect()
}

pub async fn difference(scope: &Scope, id: StatementId, no: u32, line: u32) -> Result<Option<DifferenceLine>, StoreError> {
    let sql = format!("SELECT {DIFFERENCE} FROM prepaid_difference WHERE province = $1 AND statement = $2 AND no = $3 AND line = $4");
    scope.one(&sql, values![id, i64::from(no), i64::from(line)]).await?.as_ref().map(difference_line).transpose()
}

/// How many differences of each kind, and how many of them are open.
pub async fn kinds(scope: &Scope, id: StatementId, no: u32) -> Result<Vec<(String, i64, i64)>, StoreError> {
    let sql = "SELECT kind, COUNT(*) AS n, CAST(SUM(CASE WHEN outcome = '' THEN 1 ELSE 0 END) AS BIGINT) AS open_ones FROM prepaid_difference \
               WHERE province = $1 AND statement = $2 AND no = $3 GROUP BY kind ORDER BY kind";
    scope.query(sql, values![id, i64::from(no)]).await?.iter().map(|r| Ok((r.string("kind")?, r.int("n")?, r.int("open_ones")?))).collect()
}

/// Our lines that a statement of a month may speak of: those of the month, and those asked for within a day around it.
pub async fn ours(scope: &Scope, provider: &TrustProviderCode, month: &str, office: Option<&OfficeCode>, (from, to): (Instant, Instant)) -> Result<Vec<Line>, StoreError> {
    let sql = "SELECT u.purse, u.number, u.state, u.amount, u.reference, u.serial, u.held_at, u.month, p.account FROM prepaid_use u \
               JOIN prepaid_purse p ON p.province = u.province AND p.id = u.purse \
               WHERE u.province = $1 AND p.provider = $2 AND ($3 = '' OR p.office = $3) AND (u.month = $4 OR (u.held_at >= $5 AND u.held_at < $6)) \
               ORDER BY u.held_at, u.purse, u.number";
    let line = |row: &Row| {
        let (state, purse): (String, PurseId) = (row.string("state")?, row.id("purse")?);
        Ok(Line {
            at: row.instant("held_at")?,
            serial: row.string("serial")?,
            reference: row.string("reference")?,
            owed: state == "charged" && row.text("month")? == month,
            ours: Ours { purse, number: u64::try_from(row.int("number")?).unwrap_or_default(), state, amount: Dong(row.int("amount")?), personal: row.opt_text("account")?.is_some() },
        })
    };
    scope.query(sql, values![provider.as_str(), office.map_or("", OfficeCode::as_str), month, from, to]).await?.iter().map(line).collect()
}
