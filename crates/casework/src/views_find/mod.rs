//! Finding a case by its code, by somebody's name or by a phone's last digits, within what the asker may see.
//!
//! Under each *scope* — an office that received, decides or helped, an office asked for an opinion, an account appointed to the
//! case, the whole province — a case stands with each of its words. The scopes of an actor come from the [`CaseFilter`], the
//! rule that lists and policies share, so the filter is the range that is read and not a condition after it.
//!
//! Invariants: the rows of a case are those of its state, written in the batch of the act; one request reads at most [`SCAN`]
//! rows a scope, however common the words: what lies further is behind the link to the next page.

mod ask;
mod backfill;
mod words;

pub use ask::{Found, Page, Place, find, parameters, statement};
pub use words::{Asked, Range, code_key, phone_key};

use crate::{Change, Event, state::CaseState};
use identity::CaseFilter;
use store::{Batch, Value, values};

/// Rows of one scope that one request looks at.
pub const SCAN: i64 = 3_000;
/// The scope of those who see every case of the province.
const EVERYWHERE: &str = "*";
/// One insert holds so many rows at most.
const TOGETHER: usize = 60;

/// The scopes under which somebody with this filter finds cases. A party's own cases are found by the party elsewhere.
pub fn scopes_of(filter: &CaseFilter) -> Vec<String> {
    if filter.all {
        return vec![EVERYWHERE.to_owned()];
    }
    let offices = filter.offices.iter().map(ToString::to_string);
    let requested = filter.requested.iter().map(|o| requested(o.as_str()));
    offices.chain(requested).chain(filter.member.map(|a| a.to_string())).collect()
}

fn requested(office: &str) -> String {
    format!("?{office}")
}

/// The scopes that hold a case.
pub fn scopes(s: &CaseState) -> Vec<String> {
    let mut all = vec![EVERYWHERE.to_owned(), s.offices.received.to_string(), s.offices.decides.to_string()];
    all.extend(s.offices.helped.as_ref().map(ToString::to_string));
    all.extend(s.open_requests().map(|r| requested(r.office.as_str())));
    all.extend(s.members.values().flatten().map(|m| m.account.to_string()));
    all.sort_unstable();
    all.dedup();
    all
}

/// The rows of a case after the province: scope, word, back, case, words.
pub fn rows(s: &CaseState) -> Vec<Vec<Value>> {
    let found = words::of(s);
    scopes(s).iter().flat_map(|scope| rows_in(s, scope, &found)).collect()
}

fn rows_in(s: &CaseState, scope: &str, found: &words::Words) -> Vec<Vec<Value>> {
    // The part of a code after the office is asked for in the office itself; in the province it is nobody's.
    let keys = found.keys.iter().filter(|(_, local)| scope != EVERYWHERE || !local);
    let keys = keys.map(|(key, _)| (key.as_str(), ""));
    let names = found.names.iter().map(|w| (w.as_str(), found.joined.as_str()));
    let back = -s.filed_at.micros();
    keys.chain(names).map(|(word, words)| values![scope, word, back, s.id, words]).collect()
}

/// Whose case it is, for a list: the owner, and who applied when that is somebody else.
pub fn person(s: &CaseState) -> String {
    let (owner, applicant) = (&s.people.owner.name, &s.people.applicant.name);
    if owner == applicant { owner.clone() } else { format!("{owner} / {applicant}") }
}

/// All rows of a case that was just filed, or that stood outside this table until now.
pub(crate) fn insert(batch: &mut Batch, s: &CaseState) {
    insert_rows(batch, rows(s));
}

fn insert_rows(batch: &mut Batch, rows: Vec<Vec<Value>>) {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut sql = String::from("INSERT INTO case_find (province, scope, word, back, case_id, words) VALUES ");
        let mut params = Vec::new();
        for row in rows.by_ref().take(TOGETHER) {
            let n = params.len();
            let comma = if n == 0 { "" } else { ", " };
            sql.push_str(&format!("{comma}($1, ${}, ${}, ${}, ${}, ${})", n + 2, n + 3, n + 4, n + 5, n + 6));
            params.extend(row);
        }
        sql.push_str(" ON CONFLICT DO NOTHING");
        batch.exec(sql, params);
    }
}

/// Who may see the case is not what it was: the rows of the scopes that came and went.
pub(crate) fn follow(batch: &mut Batch, after: &CaseState, event: &Event) {
    let (mut came, mut went) = (Vec::new(), Vec::new());
    for change in &event.changes {
        match change {
            Change::OpinionAsked { office, .. } => came.push(requested(office.as_str())),
            Change::Appointed { account, .. } => came.push(account.to_string()),
            Change::OpinionGiven { request, .. } | Change::OpinionTacit { request } => {
                went.extend(after.requests.iter().find(|r| r.id == *request).map(|r| requested(r.office.as_str())));
            }
            Change::Dismissed { account, .. } => went.push(account.to_string()),
            Change::OfficeSucceeded { from, to } => {
                came.extend([to.to_string(), requested(to.as_str())]);
                went.extend([from.to_string(), requested(from.as_str())]);
            }
            _ => {}
        }
    }
    if came.is_empty() && went.is_empty() {
        return;
    }
    let (now, found) = (scopes(after), words::of(after));
    for scope in went.iter().filter(|s| !now.contains(s)) {
        remove(batch, after, scope, &found);
    }
    for scope in came.iter().filter(|s| now.contains(s)) {
        insert_rows(batch, rows_in(after, scope, &found));
    }
}

/// No row of a case stays: it went to another province.
pub(crate) fn forget(batch: &mut Batch, s: &CaseState) {
    let found = words::of(s);
    for scope in scopes(s) {
        remove(batch, s, &scope, &found);
    }
}

fn remove(batch: &mut Batch, s: &CaseState, scope: &str, found: &words::Words) {
    let all: Vec<&str> = found.keys.iter().map(|(k, _)| k.as_str()).chain(found.names.iter().map(String::as_str)).collect();
    let places: Vec<String> = (5..5 + all.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "DELETE FROM case_find WHERE province = $1 AND scope = $2 AND back = $3 AND case_id = $4 AND word IN ({})",
        places.join(", ")
    );
    let mut params = values![scope, -s.filed_at.micros(), s.id];
    params.extend(all.into_iter().map(Value::from));
    batch.exec(sql, params);
}
