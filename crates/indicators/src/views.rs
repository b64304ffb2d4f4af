//! What may be read: figures as sums here, the dossiers behind them and what lies on the desks in the files beside.

mod desk;
mod dossiers;

pub use desk::{Days, Desk, Due, OnDesk, board, due_between, on_desk, received_dossiers, received_on};
pub use dossiers::{After, Behind, Dossier, behind_figure, queries};

use crate::{
    count::{self, MEASURES, Sums},
    period::Period,
};
use kernel::Instant;
use std::collections::BTreeMap;
use store::{Row, Scope, StoreError, Value, values};

pub const PAGE_MAX: i64 = 100;

/// Whose figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    Province,
    Office(String),
    Procedure(String),
    OfficeProcedure(String, String),
    /// `office|account`
    Official(String),
}

impl Whose {
    pub const fn scope(&self) -> &'static str {
        match self {
            Self::Province => "p",
            Self::Office(_) => "o",
            Self::Procedure(_) => "d",
            Self::OfficeProcedure(..) => "c",
            Self::Official(_) => "u",
        }
    }
    pub fn key(&self) -> String {
        match self {
            Self::Province => String::new(),
            Self::Office(k) | Self::Procedure(k) | Self::Official(k) => k.clone(),
            Self::OfficeProcedure(o, d) => format!("{o}|{d}"),
        }
    }
    /// Conditions on facts, with their parameters from the given number on.
    fn on_facts(&self, first: usize) -> (String, Vec<Value>) {
        match self {
            Self::Province => (String::new(), Vec::new()),
            Self::Office(o) => (format!(" AND decides = ${first}"), values![o.as_str()]),
            Self::Procedure(d) => (format!(" AND definition = ${first}"), values![d.as_str()]),
            Self::OfficeProcedure(o, d) => (format!(" AND decides = ${first} AND definition = ${}", first + 1), values![o.as_str(), d.as_str()]),
            Self::Official(u) => (format!(" AND official = ${first}"), values![u.as_str()]),
        }
    }
}

/// One row of sums: whose, and the measures with open dossiers decided as of an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub key: String,
    pub sums: Sums,
    /// Open dossiers that are in time and that are not, index view and law's; already in `sums`.
    pub open: [i64; 2],
}

impl Counted {
    pub fn get(&self, name: &str) -> i64 {
        count::measure(name).and_then(|(i, _)| self.sums.get(i)).copied().unwrap_or(0)
    }
}

fn sums_of(row: &Row) -> Result<Sums, StoreError> {
    let mut sums = [0; MEASURES.len()];
    for (sum, m) in sums.iter_mut().zip(MEASURES) {
        *sum = row.opt_int(m.name)?.unwrap_or(0);
    }
    Ok(sums)
}

fn summed() -> String {
    MEASURES.map(|m| format!("CAST(SUM({0}) AS BIGINT) AS {0}", m.name)).join(", ")
}

/// One figure's measures in a period.
pub async fn counted(scope: &Scope, whose: &Whose, period: Period, now: Instant) -> Result<Counted, StoreError> {
    let (from, to) = period.months();
    let sql = format!("SELECT {} FROM index_count WHERE province = $1 AND scope = $2 AND key = $3 AND month BETWEEN $4 AND $5", summed());
    let row = scope.one(&sql, values![whose.scope(), whose.key(), from, to]).await?;
    let mut counted = Counted { key: whose.key(), sums: row.map_or(Ok([0; MEASURES.len()]), |r| sums_of(&r))?, open: [0; 2] };
    let at = period.compared_at(now);
    let sql = "SELECT kind, CAST(SUM(CASE WHEN day < $6 THEN n ELSE 0 END) AS BIGINT) AS past, CAST(SUM(n) AS BIGINT) AS n FROM index_due \
               WHERE province = $1 AND kind IN ('index', 'legal') AND scope = $2 AND key = $3 AND month BETWEEN $4 AND $5 GROUP BY kind";
    for row in scope.query(sql, values![whose.scope(), whose.key(), from, to, count::day(at)]).await? {
        let legal = row.text("kind")? == "legal";
        let within = within_day(scope, whose, period, at, legal).await?.values().sum::<i64>();
        settle(&mut counted, legal, row.int("n")?, row.int("past")? + within);
    }
    Ok(counted)
}

/// Adds the open dossiers of a view, of which so many are past their due.
fn settle(c: &mut Counted, legal: bool, open: i64, past: i64) {
    let (on_time, late) = if legal { (count::LEGAL_ON_TIME, count::LEGAL_LATE) } else { (count::ON_TIME, count::LATE) };
    if let Some(n) = c.sums.get_mut(on_time) {
        *n += open - past;
    }
    if let Some(n) = c.sums.get_mut(late) {
        *n += past;
    }
    if let Some(n) = c.open.get_mut(usize::from(legal)) {
        *n = open;
    }
}

/// Open dossiers whose due lies in the day of the instant, but before it: the part of a bucket that a sum does not tell. By
/// deciding office (for the lists of offices).
async fn within_day(scope: &Scope, whose: &Whose, period: Period, at: Instant, legal: bool) -> Result<BTreeMap<String, i64>, StoreError> {
    let start = count::day_start(count::day(at));
    if start == at {
        return Ok(BTreeMap::new());
    }
    let (on, mut own) = whose.on_facts(6);
    let (verdict, due) = if legal { ("legal_verdict", "legal_due") } else { ("verdict", "index_due") };
    let facts = facts_by(scope, open_by_due(legal));
    let by = match whose {
        Whose::Official(_) => "official",
        Whose::Procedure(_) | Whose::OfficeProcedure(..) => "definition",
        _ => "decides",
    };
    let sql = format!(
        "SELECT {by} AS name, COUNT(*) AS n FROM {facts} WHERE province = $1 AND {verdict} = 'open' AND {due} >= $2 AND {due} < $3 \
         AND counted_at >= $4 AND counted_at < $5{on} GROUP BY {by}"
    );
    let mut params = values![start, at, period.begins(), period.ends()];
    params.append(&mut own);
    scope.query(&sql, params).await?.iter().map(|r| Ok((r.opt_text("name")?.unwrap_or("").to_owned(), r.int("n")?))).collect()
}

/// The sums of the parts of a whole as they are stored: verdicts of open dossiers are not in them.
pub async fn stored(scope: &Scope, kind: &'static str, prefix: &str, period: Period) -> Result<Vec<Counted>, StoreError> {
    let (from, to) = period.months();
    let sql = format!(
        "SELECT key, {} FROM index_count WHERE province = $1 AND scope = $2 AND key >= $3 AND key < $4 AND month BETWEEN $5 AND $6 GROUP BY key ORDER BY key",
        summed()
    );
    let rows = scope.query(&sql, values![kind, prefix, format!("{prefix}\u{10ffff}"), from, to]).await?;
    rows.iter().map(|r| Ok(Counted { key: r.string("key")?, sums: sums_of(r)?, open: [0; 2] })).collect()
}

/// The parts of a whole: `o` offices or `d` procedures of the province, `c` procedures and `u` officials of an office (the prefix).
pub async fn parts(scope: &Scope, kind: &'static str, prefix: &str, period: Period, now: Instant) -> Result<Vec<Counted>, StoreError> {
    let (from, to) = period.months();
    let (low, high) = (prefix.to_owned(), format!("{prefix}\u{10ffff}"));
    let mut all: BTreeMap<String, Counted> = stored(scope, kind, prefix, period).await?.into_iter().map(|c| (c.key.clone(), c)).collect();
    let at = period.compared_at(now);
    let sql = "SELECT key, kind, CAST(SUM(CASE WHEN day < $7 THEN n ELSE 0 END) AS BIGINT) AS past, CAST(SUM(n) AS BIGINT) AS n FROM index_due \
               WHERE province = $1 AND kind IN ('index', 'legal') AND scope = $2 AND key >= $3 AND key < $4 AND month BETWEEN $5 AND $6 GROUP BY key, kind";
    let dues = scope.query(sql, values![kind, low.as_str(), high.as_str(), from, to, count::day(at)]).await?;
    let tails = [tails(scope, kind, prefix, period, at, false).await?, tails(scope, kind, prefix, period, at, true).await?];
    for row in &dues {
        let legal = row.text("kind")? == "legal";
        let key = row.string("key")?;
        let Some(c) = all.get_mut(&key) else { continue };
        let name = match kind {
            "c" => key.split_once('|').map_or("", |(_, d)| d),
            _ => key.as_str(),
        };
        let tail = tails.get(usize::from(legal)).and_then(|t| t.get(name)).copied().unwrap_or(0);
        settle(c, legal, row.int("n")?, row.int("past")? + tail);
    }
    Ok(all.into_values().collect())
}

async fn tails(scope: &Scope, kind: &str, prefix: &str, period: Period, at: Instant, legal: bool) -> Result<BTreeMap<String, i64>, StoreError> {
    let office = prefix.trim_end_matches('|');
    match kind {
        "o" => within_day(scope, &Whose::Province, period, at, legal).await,
        "d" => by_column(scope, "definition", None, period, at, legal).await,
        "c" => by_column(scope, "definition", Some(office), period, at, legal).await,
        _ => by_column(scope, "official", Some(office), period, at, legal).await,
    }
}

async fn by_column(scope: &Scope, by: &str, office: Option<&str>, period: Period, at: Instant, legal: bool) -> Result<BTreeMap<String, i64>, StoreError> {
    let start = count::day_start(count::day(at));
    if start == at {
        return Ok(BTreeMap::new());
    }
    let (verdict, due) = if legal { ("legal_verdict", "legal_due") } else { ("verdict", "index_due") };
    let facts = facts_by(scope, open_by_due(legal));
    let own = if office.is_some() { " AND decides = $6" } else { "" };
    let sql = format!(
        "SELECT {by} AS name, COUNT(*) AS n FROM {facts} WHERE province = $1 AND {verdict} = 'open' AND {due} >= $2 AND {due} < $3 \
         AND counted_at >= $4 AND counted_at < $5{own} AND {by} IS NOT NULL GROUP BY {by}"
    );
    let mut params = values![start, at, period.begins(), period.ends()];
    params.extend(office.map(Value::from));
    scope.query(&sql, params).await?.iter().map(|r| Ok((r.string("name")?, r.int("n")?))).collect()
}

/// Which measures any dossier of the province ever carried: what was never seen is not connected.
pub async fn ever(scope: &Scope) -> Result<Sums, StoreError> {
    let sql = format!("SELECT {} FROM index_count WHERE province = $1 AND scope = 'p' AND key = ''", summed());
    scope.one(&sql, Vec::new()).await?.map_or(Ok([0; MEASURES.len()]), |r| sums_of(&r))
}

/// How far the journal has been followed, for "as of" on a page.
pub async fn behind(scope: &Scope, cursor: store::journal::Cursor) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT at FROM journal WHERE province = $1 AND (tx, seq) > ($2, $3) ORDER BY tx, seq LIMIT 1";
    scope.one(sql, values![cursor.tx, cursor.seq]).await?.map(|r| r.instant("at")).transpose()
}

/// When the first entry about a dossier happened that has not been followed yet: what these figures are as old as.
pub async fn unread(scope: &Scope, cursor: store::journal::Cursor) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT at FROM journal WHERE province = $1 AND (tx, seq) > ($2, $3) AND stream LIKE 'case_%' ORDER BY tx, seq LIMIT 1";
    scope.one(sql, values![cursor.tx, cursor.seq]).await?.map(|r| r.instant("at")).transpose()
}

/// `FROM index_fact`, for SQLite with the index to use: without it, grouping or a filter draws its planner to an index that walks
/// a whole year.
fn facts_by(scope: &Scope, index: &str) -> String {
    match scope.db().engine() {
        ::store::Engine::Sqlite => format!("index_fact INDEXED BY {index}"),
        ::store::Engine::Postgres => "index_fact".to_owned(),
    }
}

/// The partial index of open dossiers by due.
const fn open_by_due(legal: bool) -> &'static str {
    if legal { "index_fact_legal_open" } else { "index_fact_open" }
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod tests;
