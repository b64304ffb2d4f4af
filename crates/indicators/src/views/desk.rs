//! What lies on the desks now: counted by whom and by when it is due, and its dossiers.

use super::{PAGE_MAX, dossiers::{After, COLUMNS, Dossier, dossier}, facts_by};
use crate::{count::{self, STANDING}, fact::Waiting};
use kernel::Instant;
use std::collections::BTreeMap;
use store::{Row, Scope, StoreError, Value, values};

/// What is on the desks now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desk {
    pub running: i64,
    pub late: i64,
    /// Still due today, and on the next three working days.
    pub today: i64,
    pub next: [i64; 3],
    pub waiting: BTreeMap<&'static str, i64>,
}

/// The ends of today and of the next three working days.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    pub now: Instant,
    pub ends: [Instant; 4],
}

impl Days {
    /// Between which instants the dues of a column lie.
    pub fn range(&self, column: &str) -> Option<(Instant, Instant)> {
        let [today, one, two, three] = self.ends;
        Some(match column {
            "late" => (Instant::from_micros(0), self.now),
            "today" => (self.now, today),
            "1" => (today, one),
            "2" => (one, two),
            "3" => (two, three),
            _ => return None,
        })
    }
}

/// The board of the province (`p`), of each unit (`o`) or of each person of a unit (`u`, prefix `unit|`), by name.
pub async fn board(scope: &Scope, kind: &'static str, prefix: &str, days: Days) -> Result<BTreeMap<String, Desk>, StoreError> {
    let sql = "SELECT key, day, n FROM index_due WHERE province = $1 AND kind = 'board' AND scope = $2 AND key >= $3 AND key < $4";
    let high = format!("{prefix}\u{10ffff}");
    let mut desks: BTreeMap<String, Desk> = BTreeMap::new();
    for row in scope.query(sql, values![kind, prefix, high]).await? {
        let key = row.text("key")?;
        let (name, waiting) = key.rsplit_once('|').unwrap_or(("", key));
        let (day, n) = (row.int("day")?, row.int("n")?);
        let desk = desks.entry(name.to_owned()).or_default();
        desk.running += n;
        if let Some(w) = Waiting::of(waiting) {
            *desk.waiting.entry(w.code()).or_insert(0) += n;
        }
        if day != STANDING {
            desk.put(day, n, &days);
        }
    }
    // The day that is passing: what of it is late already.
    let start = count::day_start(count::day(days.now));
    let by = if kind == "u" { "person" } else { "unit" };
    let facts = facts_by(scope, "index_fact_live");
    let sql = format!("SELECT unit, {by} AS name, COUNT(*) AS n FROM {facts} WHERE province = $1 AND live = 1 AND live_due >= $2 AND live_due < $3 GROUP BY unit, {by}");
    for row in scope.query(&sql, values![start, days.now]).await? {
        let (unit, n) = (row.text("unit")?, row.int("n")?);
        let name = match kind {
            "p" => String::new(),
            "o" => unit.to_owned(),
            _ => format!("{unit}|{}", row.opt_text("name")?.unwrap_or("")),
        };
        if let Some(desk) = desks.get_mut(&name) {
            desk.late += n;
            desk.today -= n;
        }
    }
    Ok(desks)
}

impl Desk {
    fn put(&mut self, day: i64, n: i64, days: &Days) {
        let at = count::day_start(day);
        let [today, one, two, three] = days.ends;
        if day < count::day(days.now) {
            self.late += n;
        } else if at < today {
            self.today += n;
        } else if at < one {
            self.next[0] += n;
        } else if at < two {
            self.next[1] += n;
        } else if at < three {
            self.next[2] += n;
        }
    }
}

/// How many were received on a day: of the province, or at an office.
pub async fn received_on(scope: &Scope, office: Option<&str>, at: Instant) -> Result<i64, StoreError> {
    let sql = "SELECT n FROM index_due WHERE province = $1 AND kind = 'day' AND scope = $2 AND key = $3 AND month = 0 AND day = $4";
    let row = scope.one(sql, values![if office.is_some() { "o" } else { "p" }, office.unwrap_or(""), count::day(at)]).await?;
    row.map_or(Ok(0), |r| r.int("n"))
}

/// Dossiers on a desk: of a unit, a person, waiting for something, due between two instants.
#[derive(Debug, Clone, Default)]
pub struct OnDesk {
    pub unit: Option<String>,
    pub person: Option<String>,
    pub waiting: Option<&'static str>,
    pub due: Option<(Instant, Instant)>,
}

/// Where what stands still has its place in a list: behind everything that is due (the year 2255).
const STANDS: i64 = 9_000_000_000_000_000;

/// One page of what lies on a desk, by due instant; what stands still (no due) comes behind it, by case.
pub async fn on_desk(scope: &Scope, q: &OnDesk, after: Option<&After>, limit: i64) -> Result<Vec<Dossier>, StoreError> {
    let limit = limit.clamp(1, PAGE_MAX);
    let only_standing = matches!(q.waiting, Some("applicant" | "tax"));
    let all = q.waiting.is_none() && q.due.is_none();
    let among_standing = after.filter(|a| only_standing || a.at >= STANDS);
    let mut found = if only_standing || among_standing.is_some() { Vec::new() } else { with_due(scope, q, after, limit).await? };
    let left = limit - i64::try_from(found.len()).unwrap_or(limit);
    if (only_standing || all) && left > 0 {
        found.extend(standing(scope, q, among_standing, left).await?);
    }
    Ok(found)
}

async fn with_due(scope: &Scope, q: &OnDesk, after: Option<&After>, limit: i64) -> Result<Vec<Dossier>, StoreError> {
    let (mut sql, mut params) = desk(scope, q, limit);
    let (low, high) = q.due.map_or((0, i64::MAX), |(a, b)| (a.micros(), b.micros()));
    let start = After { at: low.saturating_sub(1), case: "\u{10ffff}".to_owned() };
    let after = after.filter(|a| a.at >= low).unwrap_or(&start);
    let n = params.len() + 2;
    params.extend(values![after.at, after.case.as_str(), high]);
    sql.push_str(&format!(" AND (live_due, case_id) > (${n}, ${}) AND live_due < ${} ORDER BY live_due, case_id LIMIT $2", n + 1, n + 2));
    scope.query(&sql, params).await?.iter().map(|r| dossier(r, "live_due")).collect()
}

async fn standing(scope: &Scope, q: &OnDesk, after: Option<&After>, limit: i64) -> Result<Vec<Dossier>, StoreError> {
    let (mut sql, mut params) = desk(scope, q, limit);
    let n = params.len() + 2;
    params.extend(values![after.map_or("", |a| a.case.as_str())]);
    sql.push_str(&format!(" AND live_due IS NULL AND case_id > ${n} ORDER BY case_id LIMIT $2"));
    let place = |d: Dossier| Dossier { at: Instant::from_micros(STANDS), ..d };
    scope.query(&sql, params).await?.iter().map(|r| dossier(r, "live_due").map(place)).collect()
}

/// What lies on a desk, without its order; `$2` is how many.
fn desk(scope: &Scope, q: &OnDesk, limit: i64) -> (String, Vec<Value>) {
    let mut params = values![limit];
    let facts = facts_by(scope, if q.unit.is_some() { "index_fact_live_unit" } else { "index_fact_live" });
    let mut sql = format!("SELECT {COLUMNS} FROM {facts} WHERE province = $1 AND live = 1");
    for (column, value) in [("unit", &q.unit), ("person", &q.person), ("waiting", &q.waiting.map(str::to_owned))] {
        match value.as_deref() {
            Some("") if column == "person" => sql.push_str(" AND person IS NULL"),
            Some(value) => {
                params.push(Value::from(value));
                sql.push_str(&format!(" AND {column} = ${}", params.len() + 1));
            }
            None => {}
        }
    }
    (sql, params)
}

/// A dossier as alerts name it: no person is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub code: String,
    pub definition: String,
    pub unit: String,
    pub due: Instant,
}

/// Dossiers on the desks whose time ends from one instant until before another, soonest first.
pub async fn due_between(scope: &Scope, from: Instant, to: Instant, limit: i64) -> Result<Vec<Due>, StoreError> {
    let facts = facts_by(scope, "index_fact_live");
    let sql = format!("SELECT code, definition, unit, live_due FROM {facts} WHERE province = $1 AND live = 1 AND live_due >= $2 AND live_due < $3 ORDER BY live_due, case_id LIMIT $4");
    let due = |r: &Row| Ok(Due { code: r.string("code")?, definition: r.string("definition")?, unit: r.string("unit")?, due: r.instant("live_due")? });
    scope.query(&sql, values![from, to, limit]).await?.iter().map(due).collect()
}

/// Received on a day, oldest first.
pub async fn received_dossiers(scope: &Scope, unit: Option<&str>, from: Instant, to: Instant, after: Option<&After>, limit: i64) -> Result<Vec<Dossier>, StoreError> {
    let start = After { at: from.micros().saturating_sub(1), case: "\u{10ffff}".to_owned() };
    let after = after.unwrap_or(&start);
    let mut params = values![to, after.at, after.case.as_str(), limit.clamp(1, PAGE_MAX)];
    let own = if unit.is_some() { " AND received = $6" } else { "" };
    params.extend(unit.map(Value::from));
    let sql = format!(
        "SELECT {COLUMNS} FROM index_fact WHERE province = $1{own} AND counted_at < $2 AND (counted_at, case_id) > ($3, $4) ORDER BY counted_at, case_id LIMIT $5"
    );
    scope.query(&sql, params).await?.iter().map(|r| dossier(r, "counted_at")).collect()
}
