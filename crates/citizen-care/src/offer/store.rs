//! Offers, refusals and results as rows: private SQL of this room.

use super::OfferId;
use kernel::{
    Instant,
    id::{CaseId, PartyId},
    time::Date,
};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Batch, Row, Scope, StoreError, values};

pub const PAGE: i64 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Taken,
    Refused,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::Refused => "refused",
        }
    }
    fn of_code(code: &str) -> Self {
        [Self::Taken, Self::Refused].into_iter().find(|s| s.code() == code).unwrap_or(Self::Open)
    }
}

/// One service offered to one person for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub id: OfferId,
    pub rule: String,
    pub service: String,
    pub level: u8,
    pub procedure: Option<String>,
    pub party: PartyId,
    pub name: String,
    pub subject: String,
    pub due: Date,
    pub until: Date,
    pub answers: Value,
    pub draft: Option<String>,
    pub state: State,
    pub version: i64,
    pub offered_at: Instant,
    pub changed_at: Instant,
}

const COLUMNS: &str = "id, rule, service, level, procedure, party, name, subject, due_on, until_on, answers, draft, state, version, offered_at, changed_at";

fn read(row: &Row) -> Result<Offer, StoreError> {
    Ok(Offer {
        id: row.id("id")?,
        rule: row.string("rule")?,
        service: row.string("service")?,
        level: u8::try_from(row.int("level")?).unwrap_or(1),
        procedure: row.opt_string("procedure")?,
        party: row.id("party")?,
        name: row.string("name")?,
        subject: row.string("subject")?,
        due: row.parsed("due_on")?,
        until: row.parsed("until_on")?,
        answers: row.json("answers")?,
        draft: row.opt_string("draft")?,
        state: State::of_code(row.text("state")?),
        version: row.int("version")?,
        offered_at: row.instant("offered_at")?,
        changed_at: row.instant("changed_at")?,
    })
}

/// Writes an offer at its version; conflict label `version`.
pub fn put(batch: &mut Batch, o: &Offer) {
    if o.version == 1 {
        batch.unique(
            "INSERT INTO care_offer (province, id, rule, service, level, procedure, party, name, subject, due_on, until_on, answers, draft, \
             state, version, offered_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            values![
                o.id, o.rule.as_str(), o.service.as_str(), o.level, o.procedure.clone(), o.party, o.name.as_str(), o.subject.as_str(),
                o.due.to_string(), o.until.to_string(), o.answers.to_string(), o.draft.clone(), o.state.code(), o.version, o.offered_at, o.changed_at
            ],
            "version",
        );
    } else {
        batch.guard(
            "UPDATE care_offer SET draft = $3, state = $4, version = $5, changed_at = $6 WHERE province = $1 AND id = $2 AND version = $7",
            values![o.id, o.draft.clone(), o.state.code(), o.version, o.changed_at, o.version - 1],
            1,
            "version",
        );
    }
}

pub async fn find(scope: &Scope, id: OfferId) -> Result<Option<Offer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM care_offer WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(read).transpose()
}

pub async fn exists(scope: &Scope, rule: &str, party: PartyId, subject: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS one FROM care_offer WHERE province = $1 AND rule = $2 AND party = $3 AND subject = $4";
    Ok(scope.one(sql, values![rule, party, subject]).await?.is_some())
}

/// A person's offers, newest first.
pub async fn own(scope: &Scope, party: PartyId) -> Result<Vec<Offer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM care_offer WHERE province = $1 AND party = $2 ORDER BY offered_at DESC, id DESC LIMIT $3");
    scope.query(&sql, values![party, PAGE]).await?.iter().map(read).collect()
}

/// What was offered by a rule, newest first, before an instant and offer.
pub async fn by_rule(scope: &Scope, rule: &str, before: (Instant, &str)) -> Result<Vec<Offer>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM care_offer WHERE province = $1 AND rule = $2 AND (offered_at, id) < ($3, $4) ORDER BY offered_at DESC, id DESC LIMIT $5"
    );
    scope.query(&sql, values![rule, before.0, before.1, PAGE]).await?.iter().map(read).collect()
}

/// How many offers each rule made, by what became of them: open, taken, refused.
pub async fn results(scope: &Scope) -> Result<BTreeMap<String, [i64; 3]>, StoreError> {
    let sql = "SELECT rule, state, COUNT(*) AS n FROM care_offer WHERE province = $1 GROUP BY rule, state";
    let mut out: BTreeMap<String, [i64; 3]> = BTreeMap::new();
    for row in scope.query(sql, values![]).await? {
        let sums = out.entry(row.string("rule")?).or_default();
        let at = match State::of_code(row.text("state")?) {
            State::Open => 0,
            State::Taken => 1,
            State::Refused => 2,
        };
        if let Some(slot) = sums.get_mut(at) {
            *slot = row.int("n")?;
        }
    }
    Ok(out)
}

/// Whether a service was refused, with the version of that row (0: never).
pub async fn refusal(scope: &Scope, party: PartyId, service: &str) -> Result<(bool, i64), StoreError> {
    let sql = "SELECT active, version FROM care_refusal WHERE province = $1 AND party = $2 AND service = $3";
    let row = scope.one(sql, values![party, service]).await?;
    row.map_or(Ok((false, 0)), |r| Ok((r.bool("active")?, r.int("version")?)))
}

/// Services a person has refused.
pub async fn refused(scope: &Scope, party: PartyId) -> Result<Vec<(String, Instant)>, StoreError> {
    let sql = "SELECT service, changed_at FROM care_refusal WHERE province = $1 AND party = $2 AND active = 1 ORDER BY service";
    scope.query(sql, values![party]).await?.iter().map(|r| Ok((r.string("service")?, r.instant("changed_at")?))).collect()
}

/// Writes a refusal at its version; conflict label `version`.
pub fn put_refusal(batch: &mut Batch, party: PartyId, service: &str, active: bool, version: i64, now: Instant) {
    if version == 1 {
        batch.unique(
            "INSERT INTO care_refusal (province, party, service, active, version, changed_at) VALUES ($1, $2, $3, $4, $5, $6)",
            values![party, service, active, version, now],
            "version",
        );
    } else {
        batch.guard(
            "UPDATE care_refusal SET active = $4, version = $5, changed_at = $6 WHERE province = $1 AND party = $2 AND service = $3 AND version = $7",
            values![party, service, active, version, now, version - 1],
            1,
            "version",
        );
    }
}

/// A result that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub case: CaseId,
    pub code: String,
    pub definition: String,
    pub party: PartyId,
    pub granted_on: Date,
    pub born: Option<Date>,
}

pub fn put_result(batch: &mut Batch, r: &Given) {
    batch.exec(
        "INSERT INTO care_result (province, case_id, code, definition, party, granted_on, born) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (province, case_id) DO UPDATE SET granted_on = excluded.granted_on, born = excluded.born, party = excluded.party",
        values![r.case, r.code.as_str(), r.definition.as_str(), r.party, r.granted_on.to_string(), r.born.map(|d| d.to_string())],
    );
}

/// Results of a definition whose day (`granted_on`, or the child's birth) lies in a window, after a place; by that day.
pub async fn results_in(scope: &Scope, definition: &str, born: bool, window: (Date, Date), after: (&str, &str)) -> Result<Vec<Given>, StoreError> {
    let day = if born { "born" } else { "granted_on" };
    let sql = format!(
        "SELECT case_id, code, definition, party, granted_on, born FROM care_result WHERE province = $1 AND definition = $2 \
         AND {day} >= $3 AND {day} <= $4 AND ({day}, case_id) > ($5, $6) ORDER BY {day}, case_id LIMIT $7"
    );
    let read = |r: &Row| {
        Ok(Given {
            case: r.id("case_id")?,
            code: r.string("code")?,
            definition: r.string("definition")?,
            party: r.id("party")?,
            granted_on: r.parsed("granted_on")?,
            born: r.opt_text("born")?.and_then(|t| t.parse().ok()),
        })
    };
    let params = values![definition, window.0.to_string(), window.1.to_string(), after.0, after.1, PAGE];
    scope.query(&sql, params).await?.iter().map(read).collect()
}
