//! Complaints as rows: private SQL of this room.

use super::Counts;
use kernel::{
    Instant,
    id::{CaseId, PartyId},
    text::Lang,
};
use store::{Batch, Row, Scope, StoreError, values};

/// A page of a list.
pub const PAGE: i64 = 50;

/// One complaint as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub case: CaseId,
    pub code: String,
    pub kind: String,
    pub subject: String,
    pub party: Option<PartyId>,
    pub office: String,
    pub dossier: Option<String>,
    pub state: String,
    pub filed_at: Instant,
    pub due: Option<Instant>,
    pub late: bool,
    pub handled: bool,
    pub question: Option<String>,
    pub answer: Option<String>,
    pub published_at: Option<Instant>,
}

const COLUMNS: &str = "case_id, code, kind, subject, party, office, dossier, state, filed_at, due, late, handled, question, answer, published_at";

fn read(row: &Row) -> Result<Complaint, StoreError> {
    Ok(Complaint {
        case: row.id("case_id")?,
        code: row.string("code")?,
        kind: row.string("kind")?,
        subject: row.string("subject")?,
        party: row.opt_text("party")?.and_then(|p| p.parse().ok()),
        office: row.string("office")?,
        dossier: row.opt_string("dossier")?,
        state: row.string("state")?,
        filed_at: row.instant("filed_at")?,
        due: row.opt_instant("due")?,
        late: row.bool("late")?,
        handled: row.bool("handled")?,
        question: row.opt_string("question")?,
        answer: row.opt_string("answer")?,
        published_at: row.opt_instant("published_at")?,
    })
}

/// The row as it is now; what its sender said of the handling stays.
pub fn put(batch: &mut Batch, c: &Complaint) {
    batch.exec(
        "INSERT INTO care_complaint (province, case_id, code, kind, subject, party, office, dossier, state, filed_at, due, late, handled, \
         unhappy, question, answer, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, $16) \
         ON CONFLICT (province, case_id) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, office = excluded.office, \
         dossier = excluded.dossier, state = excluded.state, due = excluded.due, late = excluded.late, handled = excluded.handled, \
         question = excluded.question, answer = excluded.answer, published_at = excluded.published_at",
        values![
            c.case, c.code.as_str(), c.kind.as_str(), c.subject.as_str(), c.party, c.office.as_str(), c.dossier.clone(), c.state.as_str(),
            c.filed_at, c.due, c.late, c.handled, c.question.clone(), c.answer.clone(), c.published_at
        ],
    );
}

/// What the sender said of how it was handled; the last word counts.
pub fn unhappy(batch: &mut Batch, case: &str, unhappy: bool) {
    batch.exec("UPDATE care_complaint SET unhappy = $3 WHERE province = $1 AND case_id = $2", values![case, unhappy]);
}

pub async fn by_code(scope: &Scope, code: &str) -> Result<Option<Complaint>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM care_complaint WHERE province = $1 AND code = $2");
    scope.one(&sql, values![code]).await?.as_ref().map(read).transpose()
}

/// A party's own, newest first.
pub async fn own(scope: &Scope, party: PartyId) -> Result<Vec<Complaint>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM care_complaint WHERE province = $1 AND party = $2 ORDER BY filed_at DESC, case_id DESC LIMIT $3");
    scope.query(&sql, values![party, PAGE]).await?.iter().map(read).collect()
}

/// What a time binds, first due first, after an instant and case; of one office or of all.
pub async fn open(scope: &Scope, office: Option<&str>, after: (Instant, &str)) -> Result<Vec<Complaint>, StoreError> {
    let mut params = values![after.0, after.1, PAGE];
    let place = office.map_or("", |_| " AND office = $5");
    params.extend(office.map(store::Value::from));
    let sql = format!(
        "SELECT {COLUMNS} FROM care_complaint WHERE province = $1 AND due IS NOT NULL AND (due, case_id) > ($2, $3){place} ORDER BY due, case_id LIMIT $4"
    );
    scope.query(&sql, params).await?.iter().map(read).collect()
}

/// What no time binds now: it waits for its sender, or has ended. Newest first.
pub async fn rest(scope: &Scope, office: Option<&str>, before: (Instant, &str)) -> Result<Vec<Complaint>, StoreError> {
    let mut params = values![before.0, before.1, PAGE];
    let place = office.map_or("", |_| " AND office = $5");
    params.extend(office.map(store::Value::from));
    let sql = format!(
        "SELECT {COLUMNS} FROM care_complaint WHERE province = $1 AND due IS NULL AND (filed_at, case_id) < ($2, $3){place} \
         ORDER BY filed_at DESC, case_id DESC LIMIT $4"
    );
    scope.query(&sql, params).await?.iter().map(read).collect()
}

/// Published answers, newest first.
pub async fn published(scope: &Scope, before: (Instant, &str)) -> Result<Vec<Complaint>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM care_complaint WHERE province = $1 AND published_at IS NOT NULL AND (published_at, case_id) < ($2, $3) \
         ORDER BY published_at DESC, case_id DESC LIMIT $4"
    );
    scope.query(&sql, values![before.0, before.1, PAGE]).await?.iter().map(read).collect()
}

/// A figure of index 766, group 5, and which rows make it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Received,
    InTime,
    Handled,
    Satisfied,
}

impl Figure {
    /// By the index's name of the measure.
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "petitions" => Some(Self::Received),
            "petitions_in_time" => Some(Self::InTime),
            "petitions_handled" => Some(Self::Handled),
            "petitions_satisfied" => Some(Self::Satisfied),
            _ => None,
        }
    }
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Received => lang.pick("Phản ánh, kiến nghị đã nhận", "Complaints and petitions received"),
            Self::InTime => lang.pick("Phản ánh, kiến nghị đúng hạn", "Complaints and petitions in time"),
            Self::Handled => lang.pick("Phản ánh, kiến nghị đã trả lời", "Complaints and petitions handled"),
            Self::Satisfied => lang.pick("Phản ánh, kiến nghị xử lý không bị chê", "Complaints and petitions handled to satisfaction"),
        }
    }
    /// Over a row; `$4` is the instant at which it is looked at.
    const fn condition(self) -> &'static str {
        match self {
            Self::Received => "CAST($4 AS BIGINT) IS NOT NULL",
            Self::InTime => "late = 0 AND (due IS NULL OR due >= $4)",
            Self::Handled => "handled = 1 AND CAST($4 AS BIGINT) IS NOT NULL",
            Self::Satisfied => "handled = 1 AND unhappy = 0 AND CAST($4 AS BIGINT) IS NOT NULL",
        }
    }
}

/// The rows behind a figure, newest first, 500 at most.
pub async fn counted(scope: &Scope, figure: Figure, office: Option<&str>, (from, to): (Instant, Instant), at: Instant) -> Result<Vec<Complaint>, StoreError> {
    let mut params = values![from, to, at];
    let place = office.map_or("", |_| " AND office = $5");
    params.extend(office.map(store::Value::from));
    let sql = format!(
        "SELECT {COLUMNS} FROM care_complaint WHERE province = $1 AND filed_at >= $2 AND filed_at < $3 AND kind <> 'suggestion' AND {}{place} \
         ORDER BY filed_at DESC, case_id DESC LIMIT 500",
        figure.condition()
    );
    scope.query(&sql, params).await?.iter().map(read).collect()
}

/// Those received in `[from, to)`, as they stand at an instant: what is open and past its time then is late.
pub async fn counts(scope: &Scope, office: Option<&str>, from: Instant, to: Instant, at: Instant) -> Result<Counts, StoreError> {
    let mut params = values![from, to, at];
    let place = office.map_or("", |_| " AND office = $5");
    params.extend(office.map(store::Value::from));
    let sql = format!(
        "SELECT COUNT(*) AS received, \
         COALESCE(SUM(CASE WHEN late = 0 AND (due IS NULL OR due >= $4) THEN 1 ELSE 0 END), 0) AS in_time, \
         COALESCE(SUM(handled), 0) AS handled, COALESCE(SUM(CASE WHEN handled = 1 AND unhappy = 0 THEN 1 ELSE 0 END), 0) AS satisfied \
         FROM care_complaint WHERE province = $1 AND filed_at >= $2 AND filed_at < $3 AND kind <> 'suggestion'{place}"
    );
    let Some(row) = scope.one(&sql, params).await? else { return Ok(Counts::default()) };
    Ok(Counts { received: row.int("received")?, in_time: row.int("in_time")?, handled: row.int("handled")?, satisfied: row.int("satisfied")? })
}
