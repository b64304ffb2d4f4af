//! The counter's tables. Private SQL of this part of the room.

use super::checks::Meta;
use casework::DeskError;
use kernel::{
    Actor, Instant, Refusal,
    id::{CaseId, DraftId, OfficeCode, TicketId},
};
use serde_json::Value;
use ::store::{Batch, CommitError, NewEntry, Row, Scope, StoreError, values};

/// One entry of the counter's own streams.
pub fn entry(batch: &mut Batch, stream: &str, version: i64, kind: &str, at: Instant, by: &Actor, payload: &Value) {
    batch.append(NewEntry {
        stream: stream.to_owned(),
        version,
        kind: kind.to_owned(),
        at,
        actor: by.account.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
}

pub async fn commit(scope: &Scope, batch: Batch, otherwise: impl FnOnce() -> Refusal) -> Result<(), DeskError> {
    scope.commit(batch).await.map_err(|e| match e {
        CommitError::Conflict { .. } => otherwise().into(),
        CommitError::Store(e) => e.into(),
    })
}

fn meta_text(meta: &Meta) -> String {
    serde_json::to_string(meta).unwrap_or_default()
}

pub fn begin(batch: &mut Batch, draft: DraftId, office: &OfficeCode, meta: &Meta) {
    batch.unique("INSERT INTO counter_intake (province, draft, office, meta) VALUES ($1, $2, $3, $4)", values![draft, office, meta_text(meta)], "intake");
}

pub async fn meta(scope: &Scope, draft: DraftId) -> Result<Option<Meta>, StoreError> {
    let row = scope.one("SELECT meta FROM counter_intake WHERE province = $1 AND draft = $2", values![draft]).await?;
    row.map(|r| r.json("meta")).transpose()
}

pub async fn keep_meta(scope: &Scope, draft: DraftId, meta: &Meta) -> Result<(), StoreError> {
    let mut batch = scope.batch();
    batch.exec("UPDATE counter_intake SET meta = $3 WHERE province = $1 AND draft = $2", values![draft, meta_text(meta)]);
    scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
}

pub fn forget(batch: &mut Batch, draft: DraftId) {
    batch.exec("DELETE FROM counter_intake WHERE province = $1 AND draft = $2", values![draft]);
}

/// In the batch that files: what was shown and counted is kept, the envelope and the local number are used up.
pub fn filed(batch: &mut Batch, draft: DraftId, office: &OfficeCode, meta: &Meta, at: Instant, keyed_at: Instant) {
    forget(batch, draft);
    let number = meta.came.identifier.as_ref().map(|i| i.as_str().to_owned());
    batch.unique(
        "INSERT INTO counter_case (province, draft, office, number, filed_at, keyed_at, meta) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![draft, office, number, at, keyed_at, meta_text(meta)],
        "draft",
    );
    if let Some(arrival) = meta.arrival {
        batch.guard(
            "UPDATE counter_arrival SET opened_at = $4 WHERE province = $1 AND id = $2 AND office = $3 AND opened_at IS NULL",
            values![arrival, office, keyed_at],
            1,
            "arrival",
        );
    }
    if let Some(p) = &meta.on_paper {
        batch.guard(
            "UPDATE counter_local SET draft = $4, received_at = $5, keyed_at = $6, reason = $7 \
             WHERE province = $1 AND number = $2 AND office = $3 AND draft IS NULL",
            values![p.number.as_str(), office, draft, p.received_at, keyed_at, p.reason.as_str()],
            1,
            "local",
        );
    }
}

/// The code a filed dossier was given, where it is looked for. Doing it again changes nothing.
pub async fn link(scope: &Scope, draft: DraftId, case: CaseId, code: &str, bundle: Option<&Bundle>) -> Result<(), StoreError> {
    let mut batch = scope.batch();
    batch.exec("UPDATE counter_case SET case_id = $3, code = $4 WHERE province = $1 AND draft = $2", values![draft, case, code]);
    batch.exec("UPDATE counter_local SET code = $3 WHERE province = $1 AND draft = $2", values![draft, code]);
    if let Some(b) = bundle {
        batch.exec(
            "INSERT INTO counter_bundle (province, id, code, title, giving, taking, sheets, made_at, due) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (province, id) DO NOTHING",
            values![b.id, b.code.as_str(), b.title.as_str(), b.giving.as_str(), b.taking.as_str(), b.sheets, b.made_at, b.due],
        );
    }
    scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
}

pub async fn link_arrival(scope: &Scope, arrival: TicketId, code: &str) -> Result<(), StoreError> {
    let mut batch = scope.batch();
    batch.exec("UPDATE counter_arrival SET code = $3 WHERE province = $1 AND id = $2", values![arrival, code]);
    scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
}

/// Cases typed in for a number, newest first.
pub async fn cases_of_number(scope: &Scope, number: &str, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let sql = "SELECT case_id FROM counter_case WHERE province = $1 AND number = $2 AND case_id IS NOT NULL ORDER BY filed_at DESC LIMIT $3";
    scope.query(sql, values![number, limit]).await?.iter().map(|r| r.id("case_id")).collect()
}

/// What the counter noted of a case: when it came, when it was typed, and beside what.
pub async fn of_case(scope: &Scope, case: CaseId) -> Result<Option<(Instant, Instant, Meta)>, StoreError> {
    let sql = "SELECT filed_at, keyed_at, meta FROM counter_case WHERE province = $1 AND case_id = $2";
    let row = scope.one(sql, values![case]).await?;
    row.map(|r| Ok((r.instant("filed_at")?, r.instant("keyed_at")?, r.json("meta")?))).transpose()
}

/// The same by the draft it was typed as, before the case has its link.
pub async fn of_draft(scope: &Scope, draft: DraftId) -> Result<Option<(Instant, Meta)>, StoreError> {
    let row = scope.one("SELECT filed_at, meta FROM counter_case WHERE province = $1 AND draft = $2", values![draft]).await?;
    row.map(|r| Ok((r.instant("filed_at")?, r.json("meta")?))).transpose()
}

/// Paper on its way from the office that took it to the one that decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub id: TicketId,
    pub code: String,
    pub title: String,
    pub giving: String,
    pub taking: String,
    pub sheets: i64,
    pub made_at: Instant,
    pub due: Instant,
    pub handed: Option<Handed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    pub giver: String,
    pub receiver: String,
    pub at: Instant,
}

const BUNDLE: &str = "id, code, title, giving, taking, sheets, made_at, due, giver, receiver, handed_at";

fn bundle(r: &Row) -> Result<Bundle, StoreError> {
    let handed = match r.opt_instant("handed_at")? {
        Some(at) => Some(Handed { giver: r.opt_string("giver")?.unwrap_or_default(), receiver: r.opt_string("receiver")?.unwrap_or_default(), at }),
        None => None,
    };
    Ok(Bundle {
        id: r.id("id")?,
        code: r.string("code")?,
        title: r.string("title")?,
        giving: r.string("giving")?,
        taking: r.string("taking")?,
        sheets: r.int("sheets")?,
        made_at: r.instant("made_at")?,
        due: r.instant("due")?,
        handed,
    })
}

/// Bundles under way from or to an office, the earliest due first.
pub async fn bundles(scope: &Scope, office: &OfficeCode, giving: bool, limit: i64) -> Result<Vec<Bundle>, StoreError> {
    let side = if giving { "giving" } else { "taking" };
    let sql = format!("SELECT {BUNDLE} FROM counter_bundle WHERE province = $1 AND {side} = $2 AND handed_at IS NULL ORDER BY due, id LIMIT $3");
    scope.query(&sql, values![office, limit]).await?.iter().map(bundle).collect()
}

pub async fn find_bundle(scope: &Scope, id: TicketId) -> Result<Option<Bundle>, StoreError> {
    let sql = format!("SELECT {BUNDLE} FROM counter_bundle WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(bundle).transpose()
}

/// The bundle of a case, if paper was kept.
pub async fn bundle_of(scope: &Scope, code: &str) -> Result<Option<Bundle>, StoreError> {
    let sql = format!("SELECT {BUNDLE} FROM counter_bundle WHERE province = $1 AND code = $2");
    scope.one(&sql, values![code]).await?.as_ref().map(bundle).transpose()
}

pub fn hand(batch: &mut Batch, id: TicketId, handed: &Handed, noted_by: &str) {
    batch.guard(
        "UPDATE counter_bundle SET giver = $3, receiver = $4, handed_at = $5, noted_by = $6 WHERE province = $1 AND id = $2 AND handed_at IS NULL",
        values![id, handed.giver.as_str(), handed.receiver.as_str(), handed.at, noted_by],
        1,
        "bundle",
    );
}

/// An envelope that came by post.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub id: TicketId,
    pub sender: String,
    pub tracking: String,
    pub arrived_at: Instant,
    pub due: Instant,
    pub opened_at: Option<Instant>,
    pub code: Option<String>,
}

const ARRIVAL: &str = "id, sender, tracking, arrived_at, due, opened_at, code";

fn arrival(r: &Row) -> Result<Arrival, StoreError> {
    Ok(Arrival {
        id: r.id("id")?,
        sender: r.string("sender")?,
        tracking: r.string("tracking")?,
        arrived_at: r.instant("arrived_at")?,
        due: r.instant("due")?,
        opened_at: r.opt_instant("opened_at")?,
        code: r.opt_string("code")?,
    })
}

pub async fn arrivals(scope: &Scope, office: &OfficeCode, opened: bool, limit: i64) -> Result<Vec<Arrival>, StoreError> {
    let (which, order) = if opened { ("IS NOT NULL", "opened_at DESC") } else { ("IS NULL", "due") };
    let sql = format!("SELECT {ARRIVAL} FROM counter_arrival WHERE province = $1 AND office = $2 AND opened_at {which} ORDER BY {order}, id LIMIT $3");
    scope.query(&sql, values![office, limit]).await?.iter().map(arrival).collect()
}

pub async fn find_arrival(scope: &Scope, office: &OfficeCode, id: TicketId) -> Result<Option<Arrival>, StoreError> {
    let sql = format!("SELECT {ARRIVAL} FROM counter_arrival WHERE province = $1 AND office = $2 AND id = $3");
    scope.one(&sql, values![office, id]).await?.as_ref().map(arrival).transpose()
}

pub fn arrived(batch: &mut Batch, office: &OfficeCode, a: &Arrival) {
    batch.unique(
        "INSERT INTO counter_arrival (province, id, office, sender, tracking, arrived_at, due) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![a.id, office, a.sender.as_str(), a.tracking.as_str(), a.arrived_at, a.due],
        "tracking",
    );
}

/// A number printed on a paper form.
#[derive(Debug, Clone)]
pub struct Local {
    pub number: String,
    pub printed_at: Instant,
    pub code: Option<String>,
    pub received_at: Option<Instant>,
    pub keyed_at: Option<Instant>,
    pub reason: Option<String>,
}

const LOCAL: &str = "number, printed_at, code, received_at, keyed_at, reason";

fn local(r: &Row) -> Result<Local, StoreError> {
    Ok(Local {
        number: r.string("number")?,
        printed_at: r.instant("printed_at")?,
        code: r.opt_string("code")?,
        received_at: r.opt_instant("received_at")?,
        keyed_at: r.opt_instant("keyed_at")?,
        reason: r.opt_string("reason")?,
    })
}

pub async fn locals(scope: &Scope, office: &OfficeCode, limit: i64) -> Result<Vec<Local>, StoreError> {
    let sql = format!("SELECT {LOCAL} FROM counter_local WHERE province = $1 AND office = $2 ORDER BY day DESC, serial DESC LIMIT $3");
    scope.query(&sql, values![office, limit]).await?.iter().map(local).collect()
}

pub async fn find_local(scope: &Scope, office: &OfficeCode, number: &str) -> Result<Option<Local>, StoreError> {
    let sql = format!("SELECT {LOCAL} FROM counter_local WHERE province = $1 AND office = $2 AND number = $3");
    scope.one(&sql, values![office, number]).await?.as_ref().map(local).transpose()
}

pub async fn last_local(scope: &Scope, office: &OfficeCode, day: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(serial), 0) AS n FROM counter_local WHERE province = $1 AND office = $2 AND day = $3";
    scope.one(sql, values![office, day]).await?.map_or(Ok(0), |r| r.int("n"))
}

pub fn print_local(batch: &mut Batch, office: &OfficeCode, day: &str, serial: i64, number: &str, at: Instant) {
    batch.unique(
        "INSERT INTO counter_local (province, number, office, day, serial, printed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![number, office, day, serial, at],
        "local",
    );
}

/// A result that lies at the counter.
#[derive(Debug, Clone)]
pub struct Ready {
    pub code: String,
    pub title: String,
    pub definition: String,
    pub pinned: String,
    pub phone: Option<String>,
    pub since: Instant,
    pub reminded: i64,
    pub reminded_at: Option<Instant>,
}

/// Results an office may hand out, those that lie longest first.
pub async fn ready(scope: &Scope, office: &OfficeCode, limit: i64) -> Result<Vec<Ready>, StoreError> {
    let sql = "SELECT v.case_id, v.code, v.title, v.definition, v.pinned, v.phone, COALESCE(v.finished_at, v.changed_at) AS since, \
               (SELECT COUNT(*) FROM counter_reminder r WHERE r.province = v.province AND r.case_id = v.case_id) AS reminded, \
               (SELECT MAX(r.at) FROM counter_reminder r WHERE r.province = v.province AND r.case_id = v.case_id) AS reminded_at \
               FROM work_item w JOIN case_view v ON v.province = w.province AND v.case_id = w.case_id \
               WHERE w.province = $1 AND w.office = $2 AND w.role = 'one_stop' AND w.list = 'todo' AND v.handling = 'finished' \
               ORDER BY w.sort_due, w.case_id LIMIT $3";
    let read = |r: &Row| {
        Ok(Ready {
            code: r.string("code")?,
            title: r.string("title")?,
            definition: r.string("definition")?,
            pinned: r.string("pinned")?,
            phone: r.opt_string("phone")?,
            since: r.instant("since")?,
            reminded: r.int("reminded")?,
            reminded_at: r.opt_instant("reminded_at")?,
        })
    };
    scope.query(sql, values![office, limit]).await?.iter().map(read).collect()
}

pub async fn reminders(scope: &Scope, case: CaseId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM counter_reminder WHERE province = $1 AND case_id = $2";
    scope.one(sql, values![case]).await?.map_or(Ok(0), |r| r.int("n"))
}

pub fn remind(batch: &mut Batch, case: CaseId, n: i64, at: Instant, how: &str, by: &str) {
    batch.unique(
        "INSERT INTO counter_reminder (province, case_id, n, at, how, by_name) VALUES ($1, $2, $3, $4, $5, $6)",
        values![case, n, at, how, by],
        "reminder",
    );
}

/// What was checked when a result was handed out.
pub struct Given<'a> {
    pub case: CaseId,
    pub at: Instant,
    pub to: &'a str,
    pub shown: &'a str,
    pub authorisation: Option<&'a str>,
    pub surrendered: &'a str,
    pub by: &'a str,
}

pub fn given(batch: &mut Batch, g: &Given<'_>) {
    batch.unique(
        "INSERT INTO counter_return (province, case_id, at, given_to, shown, authorisation, surrendered, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![g.case, g.at, g.to, g.shown, g.authorisation.map(str::to_owned), g.surrendered, g.by],
        "return",
    );
}

/// To whom a result was given, what was shown and surrendered.
pub async fn returned(scope: &Scope, case: CaseId) -> Result<Option<(String, String, Option<String>, String)>, StoreError> {
    let sql = "SELECT given_to, shown, authorisation, surrendered FROM counter_return WHERE province = $1 AND case_id = $2";
    let row = scope.one(sql, values![case]).await?;
    row.map(|r| Ok((r.string("given_to")?, r.string("shown")?, r.opt_string("authorisation")?, r.string("surrendered")?))).transpose()
}
