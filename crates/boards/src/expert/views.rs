//! What may be read of experts.

use super::{Expert, ExpertKind, ExpertState};
use records::Record;
use kernel::{
    Instant,
    id::{AccountId, ExpertId, PartyId},
    text::fold,
    time::Date,
};
use store::{Row, Scope, StoreError, values};

/// A line of the list of experts, with nothing of it that is not public.
#[derive(Debug, Clone)]
pub struct ExpertLine {
    pub id: ExpertId,
    pub kind: ExpertKind,
    pub name: String,
    pub state: ExpertState,
    pub fields: Vec<String>,
    pub sort: String,
    pub submitted_at: Option<Instant>,
    /// The recognition is due; absent while the clock stands or cannot be told.
    pub due: Option<Instant>,
    pub due_sort: i64,
}

const COLUMNS: &str = "e.id, e.kind, e.name, e.state, e.fields, e.sort, e.submitted_at, e.due";

fn line(row: &Row) -> Result<ExpertLine, StoreError> {
    let due = row.int("due")?;
    Ok(ExpertLine {
        id: row.id("id")?,
        kind: ExpertKind::of(row.text("kind")?).unwrap_or_default(),
        name: row.string("name")?,
        state: ExpertState::of(row.text("state")?).unwrap_or(ExpertState::New),
        fields: row.text("fields")?.split(',').filter(|f| !f.is_empty()).map(str::to_owned).collect(),
        sort: row.string("sort")?,
        submitted_at: row.opt_instant("submitted_at")?,
        due: (due != i64::MAX).then(|| Instant::from_micros(due)),
        due_sort: due,
    })
}

/// What the public list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Find {
    pub field: Option<String>,
    pub competence: Option<String>,
    pub text: String,
    pub after: Option<(String, String)>,
    pub limit: i64,
}

/// Recognised experts in order of their names.
pub async fn active(scope: &Scope, f: &Find) -> Result<Vec<ExpertLine>, StoreError> {
    let (sort, id) = f.after.clone().unwrap_or_default();
    let mut sql = format!("SELECT {COLUMNS} FROM expert e WHERE e.province = $1 AND e.state = 'active' AND (e.sort > $2 OR (e.sort = $2 AND e.id > $3))");
    let mut params = values![sort, id, f.limit];
    if let Some(field) = &f.field {
        params.push(format!("%,{},%", field.replace('%', "")).into());
        sql.push_str(&format!(" AND e.fields LIKE ${}", params.len() + 1));
    }
    if let Some(competence) = &f.competence {
        params.push(competence.into());
        sql.push_str(&format!(" AND EXISTS (SELECT 1 FROM expert_skill s WHERE s.province = $1 AND s.competence = ${} AND s.expert = e.id)", params.len() + 1));
    }
    let text = fold(&f.text);
    if !text.is_empty() {
        params.push(format!("%{text}%").into());
        sql.push_str(&format!(" AND e.sort LIKE ${}", params.len() + 1));
    }
    sql.push_str(" ORDER BY e.sort, e.id LIMIT $4");
    scope.query(&sql, params).await?.iter().map(line).collect()
}

/// Records in one state by due time: the officer's list.
pub async fn in_state(scope: &Scope, state: ExpertState, after: Option<(i64, String)>, limit: i64) -> Result<Vec<ExpertLine>, StoreError> {
    let (due, id) = after.unwrap_or((i64::MIN, String::new()));
    let sql = format!("SELECT {COLUMNS} FROM expert e WHERE e.province = $1 AND e.state = $2 AND (e.due > $3 OR (e.due = $3 AND e.id > $4)) ORDER BY e.due, e.id LIMIT $5");
    scope.query(&sql, values![state.code(), due, id, limit]).await?.iter().map(line).collect()
}

/// How many records are in each state; a state without any is left out.
pub async fn counts(scope: &Scope) -> Result<Vec<(ExpertState, i64)>, StoreError> {
    let rows = scope.query("SELECT state, count(*) AS n FROM expert WHERE province = $1 GROUP BY state", vec![]).await?;
    let mut out = Vec::new();
    for row in &rows {
        if let Some(state) = ExpertState::of(row.text("state")?) {
            out.push((state, row.int("n")?));
        }
    }
    Ok(out)
}

/// Who was removed, newest first; public.
pub async fn removed(scope: &Scope, before: Option<(Date, String)>, limit: i64) -> Result<Vec<Expert>, StoreError> {
    let (day, id) = before.map_or(("9999".to_owned(), String::new()), |(d, id)| (d.to_string(), id));
    let sql = "SELECT s.state FROM expert e JOIN snapshot s ON s.province = $1 AND s.stream = e.id \
               WHERE e.province = $1 AND e.removed_on IS NOT NULL AND (e.removed_on < $2 OR (e.removed_on = $2 AND e.id > $3)) \
               ORDER BY e.removed_on DESC, e.id LIMIT $4";
    scope.query(sql, values![day, id, limit]).await?.iter().map(|r| r.json("state")).collect()
}

/// Whole records of everybody recognised: what matching works on. A network has hundreds, not millions.
pub async fn all_active(scope: &Scope) -> Result<Vec<Expert>, StoreError> {
    let sql = "SELECT s.state FROM expert e JOIN snapshot s ON s.province = $1 AND s.stream = e.id AND s.kind = $2 \
               WHERE e.province = $1 AND e.state = 'active' ORDER BY e.id LIMIT 5000";
    scope.query(sql, values![Expert::KIND]).await?.iter().map(|r| r.json("state")).collect()
}

/// The record of a party, if it has one.
pub async fn of_party(scope: &Scope, party: PartyId) -> Result<Option<ExpertId>, StoreError> {
    scope.one("SELECT id FROM expert WHERE province = $1 AND party = $2", values![party]).await?.map(|r| r.id("id")).transpose()
}

/// The record that an account keeps, if it keeps one.
pub async fn of_account(scope: &Scope, account: AccountId) -> Result<Option<ExpertId>, StoreError> {
    scope.one("SELECT id FROM expert WHERE province = $1 AND account = $2 ORDER BY id LIMIT 1", values![account]).await?.map(|r| r.id("id")).transpose()
}

/// Recognised experts as somebody to appoint to a board: account, name, fields, record.
pub async fn appointable(scope: &Scope) -> Result<Vec<(AccountId, String, Vec<String>, ExpertId)>, StoreError> {
    let sql = "SELECT account, name, fields, id FROM expert WHERE province = $1 AND state = 'active' AND kind = 'individual' ORDER BY sort, id LIMIT 1000";
    scope
        .query(sql, vec![])
        .await?
        .iter()
        .map(|r| {
            let fields = r.text("fields")?.split(',').filter(|f| !f.is_empty()).map(str::to_owned).collect();
            Ok((r.id("account")?, r.string("name")?, fields, r.id("id")?))
        })
        .collect()
}
