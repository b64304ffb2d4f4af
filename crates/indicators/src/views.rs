//! What may be read: figures as sums, and the dossiers behind them, keyset-paged on an index that matches the order.

use crate::{
    count::{self, Base, Find, MEASURES, STANDING, Sums},
    fact::Waiting,
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

/// One dossier behind a figure. No name of a person outside the service is read.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Dossier {
    pub case_id: String,
    pub code: String,
    pub definition: String,
    pub pinned: String,
    pub decides: String,
    pub official_name: Option<String>,
    pub channel: String,
    pub at: Instant,
    pub counted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub verdict: String,
    pub legal_verdict: String,
    pub index_due: Option<Instant>,
    pub legal_due: Option<Instant>,
    pub waiting: String,
    pub unit: String,
    pub person_name: Option<String>,
    pub live: bool,
    pub live_due: Option<Instant>,
    pub cause: Option<String>,
    pub cause_office: Option<String>,
    pub cause_s: i64,
    pub flags: i64,
}

const COLUMNS: &str = "case_id, code, definition, pinned, decides, official_name, channel, counted_at, ended_at, filed_at, verdict, legal_verdict, \
                       index_due, legal_due, waiting, unit, person_name, live, live_due, cause, cause_office, cause_s, flags";

fn dossier(row: &Row, order: &str) -> Result<Dossier, StoreError> {
    Ok(Dossier {
        case_id: row.string("case_id")?,
        code: row.string("code")?,
        definition: row.string("definition")?,
        pinned: row.string("pinned")?,
        decides: row.string("decides")?,
        official_name: row.opt_string("official_name")?,
        channel: row.string("channel")?,
        at: row.opt_instant(order)?.map_or_else(|| row.instant("filed_at"), Ok)?,
        counted_at: row.opt_instant("counted_at")?,
        ended_at: row.opt_instant("ended_at")?,
        verdict: row.string("verdict")?,
        legal_verdict: row.string("legal_verdict")?,
        index_due: row.opt_instant("index_due")?,
        legal_due: row.opt_instant("legal_due")?,
        waiting: row.string("waiting")?,
        unit: row.string("unit")?,
        person_name: row.opt_string("person_name")?,
        live: row.bool("live")?,
        live_due: row.opt_instant("live_due")?,
        cause: row.opt_string("cause")?,
        cause_office: row.opt_string("cause_office")?,
        cause_s: row.int("cause_s")?,
        flags: row.int("flags")?,
    })
}

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub at: i64,
    pub case: String,
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.at, self.case)
    }
}
impl std::str::FromStr for After {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, case) = text.split_once('~').ok_or(())?;
        if case.chars().any(char::is_control) || case.len() > 80 {
            return Err(());
        }
        Ok(Self { at: at.parse().map_err(|_| ())?, case: case.to_owned() })
    }
}

impl Dossier {
    pub fn place(&self) -> After {
        After { at: self.at.micros(), case: self.case_id.clone() }
    }
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

/// Dossiers of a measure, without those of another.
#[derive(Debug, Clone)]
pub struct Behind {
    pub whose: Whose,
    pub period: Period,
    pub measure: &'static str,
    pub minus: Option<&'static str>,
    pub now: Instant,
}

/// Conditions that together answer a measure: each is one query on an index of its own.
fn ranges(find: Find, not: bool) -> Vec<String> {
    match (find, not) {
        (Find::All | Find::Sum, false) => vec![String::new()],
        (Find::All | Find::Sum, true) => vec![],
        (Find::Flag(bit), false) => vec![format!("(flags & {}) <> 0", 1_i64 << bit)],
        (Find::Flag(bit), true) => vec![format!("(flags & {}) = 0", 1_i64 << bit)],
        (Find::OnTime, false) | (Find::Late, true) => vec!["verdict = 'on_time'".into(), "verdict = 'open' AND index_due >= $AT".into()],
        (Find::Late, false) | (Find::OnTime, true) => vec!["verdict = 'late'".into(), "verdict = 'open' AND index_due < $AT".into()],
        (Find::LegalOnTime, false) | (Find::LegalLate, true) => vec!["legal_verdict = 'on_time'".into(), "legal_verdict = 'open' AND legal_due >= $AT".into()],
        (Find::LegalLate, false) | (Find::LegalOnTime, true) => vec!["legal_verdict = 'late'".into(), "legal_verdict = 'open' AND legal_due < $AT".into()],
    }
}

/// One page of the dossiers behind a figure, oldest first.
pub async fn behind_figure(scope: &Scope, b: &Behind, after: Option<&After>, limit: i64) -> Result<Vec<Dossier>, StoreError> {
    let mut found = Vec::new();
    for (sql, params, order) in queries(scope.db().engine(), b, after, limit) {
        for row in scope.query(&sql, params).await? {
            found.push(dossier(&row, order)?);
        }
    }
    found.sort_by(|x, y| (x.at, &x.case_id).cmp(&(y.at, &y.case_id)));
    found.truncate(usize::try_from(limit.clamp(1, PAGE_MAX)).unwrap_or(1));
    Ok(found)
}

/// The index whose order is the list's. SQLite's planner is told: with a parameter it cannot know how few an official has.
fn index_of(whose: &Whose, conditions: &str, order: &str) -> &'static str {
    let legal = conditions.contains("legal_verdict");
    let small = match conditions {
        c if c.contains("verdict = 'late'") => Some(if legal { ["index_fact_legal_late", "index_fact_legal_late_office"] } else { ["index_fact_late", "index_fact_late_office"] }),
        c if c.contains("verdict = 'open'") => {
            Some(if legal { ["index_fact_legal_open_counted", "index_fact_legal_open_counted_office"] } else { ["index_fact_open_counted", "index_fact_open_counted_office"] })
        }
        _ => None,
    };
    match (small, whose, order) {
        (_, Whose::Official(_), "ended_at") => "index_fact_ended_official",
        (_, Whose::Official(_), _) => "index_fact_counted_official",
        (Some([_, office]), Whose::Office(_) | Whose::OfficeProcedure(..), _) => office,
        (Some([all, _]), ..) => all,
        (None, Whose::Office(_) | Whose::OfficeProcedure(..), "ended_at") => "index_fact_ended_office",
        (None, Whose::Office(_) | Whose::OfficeProcedure(..), _) => "index_fact_counted_office",
        (None, Whose::Procedure(_), "ended_at") => "index_fact_ended_definition",
        (None, Whose::Procedure(_), _) => "index_fact_counted_definition",
        (None, Whose::Province, "ended_at") => "index_fact_ended",
        (None, Whose::Province, _) => "index_fact_counted",
    }
}

/// The statements of [`behind_figure`]; public so that tests and benches look at their plans.
pub fn queries(engine: ::store::Engine, b: &Behind, after: Option<&After>, limit: i64) -> Vec<(String, Vec<Value>, &'static str)> {
    let Some((_, measure)) = count::measure(b.measure) else { return Vec::new() };
    let minus = b.minus.and_then(count::measure).map(|(_, m)| m);
    let order = match measure.base {
        Base::Received => "counted_at",
        Base::Ended => "ended_at",
    };
    let wanted = ranges(measure.find, false);
    let without = minus.map_or_else(|| vec![String::new()], |m| ranges(m.find, true));
    let mut all = Vec::new();
    for w in &wanted {
        for o in &without {
            let conditions: String = [w, o].into_iter().filter(|c| !c.is_empty()).map(|c| format!(" AND {c}")).collect();
            let begins = b.period.begins().micros();
            let start = After { at: begins.saturating_sub(1), case: "\u{10ffff}".to_owned() };
            let after = after.filter(|a| a.at >= begins).unwrap_or(&start);
            let mut params = values![b.period.ends(), after.at, after.case.as_str(), limit.clamp(1, PAGE_MAX)];
            let conditions = if conditions.contains("$AT") {
                params.extend(values![b.period.compared_at(b.now)]);
                conditions.replace("$AT", "$6")
            } else {
                conditions
            };
            let (on, mut own) = b.whose.on_facts(params.len() + 2);
            params.append(&mut own);
            let hint = match engine {
                ::store::Engine::Sqlite => format!(" INDEXED BY {}", index_of(&b.whose, &conditions, order)),
                ::store::Engine::Postgres => String::new(),
            };
            let sql = format!(
                "SELECT {COLUMNS} FROM index_fact{hint} WHERE province = $1{on}{conditions} AND {order} < $2 AND ({order}, case_id) > ($3, $4) \
                 ORDER BY {order}, case_id LIMIT $5"
            );
            all.push((sql, params, order));
        }
    }
    all
}

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

#[cfg(test)]
#[path = "views_tests.rs"]
mod tests;
