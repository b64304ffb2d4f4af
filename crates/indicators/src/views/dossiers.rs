//! The dossiers behind a figure, keyset-paged on an index that matches the order.

use super::{PAGE_MAX, Whose};
use crate::{count::{self, Base, Find}, period::Period};
use kernel::Instant;
use store::{Row, Scope, StoreError, Value, values};

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

pub(super) const COLUMNS: &str = "case_id, code, definition, pinned, decides, official_name, channel, counted_at, ended_at, filed_at, verdict, legal_verdict, \
                       index_due, legal_due, waiting, unit, person_name, live, live_due, cause, cause_office, cause_s, flags";

pub(super) fn dossier(row: &Row, order: &str) -> Result<Dossier, StoreError> {
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
