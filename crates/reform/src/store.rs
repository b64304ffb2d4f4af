//! Plans in the journal, and the rows of what was moved.

use crate::model::{Counted, Event, Plan, Tally, evolve};
use ::store::{Batch, CommitError, NewEntry, Row, Scope, StoreError, snapshot, values};
use kernel::{Instant, Refusal, id::ProvinceCode};

/// Kind of the snapshot.
const KIND: &str = "reform";

pub async fn plan(scope: &Scope, id: &str) -> Result<Option<Plan>, StoreError> {
    let Some(kept) = snapshot::load(scope, &Plan::stream(id)).await? else { return Ok(None) };
    serde_json::from_str(&kept.state).map(Some).map_err(|e| StoreError::Damaged(format!("plan {id}: {e}")))
}

/// What can go wrong with a plan.
#[derive(Debug)]
pub enum Failed {
    Refused(Refusal),
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}
impl From<Refusal> for Failed {
    fn from(r: Refusal) -> Self {
        Self::Refused(r)
    }
}
impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(r) => {
                write!(f, "{} / {}", r.message.vi, r.message.en)?;
                r.reasons.iter().try_for_each(|x| write!(f, "\n  {} / {}", x.message.vi, x.message.en))
            }
            Self::Store(e) => e.fmt(f),
        }
    }
}
impl std::error::Error for Failed {}
impl From<Failed> for web::problem::PageError {
    fn from(e: Failed) -> Self {
        match e {
            Failed::Refused(r) => r.into(),
            Failed::Store(e) => Self::internal(e),
        }
    }
}

pub fn no_such_plan() -> Refusal {
    Refusal::not_found("Không có kế hoạch sắp xếp này.", "There is no such reorganisation.")
}

/// Writes one event of a plan with the plan after it: one batch. Somebody else first is a refusal.
pub async fn write(scope: &Scope, before: Option<Plan>, event: &Event, actor: &str, at: Instant) -> Result<Plan, Failed> {
    let seen = before.as_ref().map_or(0, |p| p.version);
    let after = evolve(before, event).ok_or_else(|| StoreError::Damaged("an event made no plan".into()))?;
    let stream = Plan::stream(&after.id);
    let damaged = |e: serde_json::Error| StoreError::Damaged(e.to_string());
    let mut batch = scope.batch();
    batch.append(NewEntry {
        stream: stream.clone(),
        version: after.version,
        kind: event.kind().to_owned(),
        at,
        actor: actor.to_owned(),
        on_behalf: None,
        key: None,
        payload: serde_json::to_string(event).map_err(damaged)?,
    });
    batch.snapshot(&stream, seen, after.version, KIND, serde_json::to_string(&after).map_err(damaged)?);
    let moves = i64::try_from(after.offices.len()).unwrap_or(i64::MAX);
    let open = i64::try_from(after.unassigned().count()).unwrap_or(i64::MAX);
    batch.exec(
        "INSERT INTO reform_plan (province, id, name, day, status, moves, open_moves, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (province, id) DO UPDATE SET status = excluded.status, moves = excluded.moves, open_moves = excluded.open_moves, \
         changed_at = excluded.changed_at",
        values![after.id.as_str(), after.name.as_str(), after.day, after.status.code(), moves, open, at],
    );
    match scope.commit(batch).await {
        Ok(()) => Ok(after),
        Err(CommitError::Conflict { .. }) => Err(Refusal::conflict(
            "changed-meanwhile",
            "Người khác vừa thay đổi kế hoạch này; xem lại rồi làm tiếp.",
            "Somebody else has just changed this plan; look again and go on.",
        )
        .into()),
        Err(CommitError::Store(e)) => Err(e.into()),
    }
}

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: String,
    pub name: String,
    pub day: String,
    pub status: String,
    pub moves: i64,
    pub open_moves: i64,
}

pub async fn list(scope: &Scope) -> Result<Vec<Listed>, StoreError> {
    let sql = "SELECT id, name, day, status, moves, open_moves FROM reform_plan WHERE province = $1 ORDER BY day DESC, id DESC LIMIT 100";
    let of = |r: &Row| {
        Ok(Listed {
            id: r.string("id")?,
            name: r.string("name")?,
            day: r.string("day")?,
            status: r.string("status")?,
            moves: r.int("moves")?,
            open_moves: r.int("open_moves")?,
        })
    };
    scope.query(sql, Vec::new()).await?.iter().map(of).collect()
}

/// One thing that was moved, or could not be.
#[derive(Debug, Clone, Default)]
pub struct Item<'a> {
    pub plan: &'a str,
    pub stream: String,
    pub kind: &'static str,
    pub state: &'static str,
    pub code: String,
    pub handling: String,
    pub from_office: String,
    pub to_province: String,
    pub to_office: String,
    pub reason: String,
}

/// Notes an item; one that was noted before is overwritten, for a run that was killed and goes on.
pub fn note(batch: &mut Batch, i: &Item<'_>, at: Instant) {
    batch.exec(
        "INSERT INTO reform_item (province, plan, stream, kind, state, code, handling, from_office, to_province, to_office, reason, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (province, plan, stream) DO UPDATE SET \
         state = excluded.state, to_province = excluded.to_province, to_office = excluded.to_office, reason = excluded.reason, at = excluded.at",
        values![
            i.plan,
            i.stream.as_str(),
            i.kind,
            i.state,
            i.code.as_str(),
            i.handling.as_str(),
            i.from_office.as_str(),
            i.to_province.as_str(),
            i.to_office.as_str(),
            i.reason.as_str(),
            at
        ],
    );
}

/// Reads of a province what only together with another says something: outside of the wall between provinces, for the run and its
/// counts. `$1` is the province, as everywhere.
pub async fn beyond(scope: &Scope, sql: &str, params: Vec<::store::Value>) -> Result<Vec<Row>, StoreError> {
    let mut all = values![scope.province()];
    all.extend(params);
    scope.db().query(sql, &all).await
}

/// Cases of provinces by state of handling, counted now.
pub async fn tally(db: &::store::Db, provinces: &[ProvinceCode]) -> Result<Tally, StoreError> {
    let mut all = Vec::new();
    for province in provinces {
        let sql = "SELECT handling, COUNT(*) AS n FROM case_view WHERE province = $1 GROUP BY handling ORDER BY handling";
        for row in db.province(province.clone()).query(sql, Vec::new()).await? {
            all.push(Counted { province: province.clone(), handling: row.string("handling")?, cases: row.int("n")? });
        }
    }
    Ok(all)
}
