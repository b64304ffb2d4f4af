//! Offices that succeed one another inside a province: their open cases change hands, one entry each.

use super::{Moved, Mover, PAGE};
use crate::store::{Item, note};
use ::store::{CommitError, Scope, StoreError, values};
use casework::{CaseState, DeskError};
use kernel::id::{CaseId, OfficeCode, ProvinceCode};

pub async fn cases(m: &Mover<'_>, province: &ProvinceCode, moved: &mut Moved) -> Result<(), StoreError> {
    let (scope, desk, routes) = (m.db.province(province.clone()), (m.desk)(province), m.routes());
    for office in m.plan.offices.iter().filter(|o| o.province == *province && o.to_province == *province) {
        let mut after = String::new();
        loop {
            let ids = open_of(&scope, &office.office, &after).await?;
            // Noted before it is done: a run that is killed in between finds them by their notes.
            let mut found = Vec::new();
            for id in &ids {
                found.extend(desk.load(*id).await?.map(|f| f.state));
            }
            notes(m, &scope, &found, &office.office, "moving").await?;
            for s in &found {
                for (from, to) in routes.inside(province, s) {
                    match desk.succeed(s.id, &from, &to, m.now()).await {
                        Ok(_) => {}
                        Err(DeskError::Store(e)) => return Err(e),
                        Err(DeskError::Refused(r)) => tracing::warn!(case = %s.code, "{}", r.message.en),
                    }
                }
            }
            moved.cases += found.len() as u64;
            (m.tell)(moved);
            match ids.last().filter(|_| ids.len() as i64 >= PAGE) {
                Some(last) => after = last.to_string(),
                None => break,
            }
            m.rest().await;
        }
    }
    settle(m, &scope, &desk, province).await
}

/// Everything noted is looked at again: what no longer lies with the old office has moved.
async fn settle(m: &Mover<'_>, scope: &Scope, desk: &casework::Desk, province: &ProvinceCode) -> Result<(), StoreError> {
    loop {
        let sql = "SELECT stream, from_office FROM reform_item WHERE province = $1 AND plan = $2 AND kind = 'case' AND state = 'moving' ORDER BY stream LIMIT $3";
        let rows = scope.query(sql, values![m.plan.id.as_str(), PAGE]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut batch = scope.batch();
        for row in &rows {
            let (id, from): (CaseId, _) = (row.id("stream")?, OfficeCode::new(row.text("from_office")?));
            let state = desk.load(id).await?.map(|f| f.state);
            let refused = state.as_ref().is_some_and(|s| s.concerns(&from));
            let to = state.map_or_else(String::new, |s| s.offices.decides.to_string());
            batch.exec(
                "UPDATE reform_item SET state = $4, to_office = $5, at = $6 WHERE province = $1 AND plan = $2 AND stream = $3",
                values![m.plan.id.as_str(), id, if refused { "refused" } else { "moved" }, to, m.now()],
            );
        }
        commit(scope, batch).await?;
        tracing::debug!(%province, "{} cases settled", rows.len());
    }
}

async fn notes(m: &Mover<'_>, scope: &Scope, found: &[CaseState], office: &OfficeCode, state: &'static str) -> Result<(), StoreError> {
    let mut batch = scope.batch();
    for s in found {
        let item = Item {
            plan: &m.plan.id,
            stream: s.id.to_string(),
            kind: "case",
            state,
            code: s.code.to_string(),
            handling: s.track("handling").to_owned(),
            from_office: office.to_string(),
            to_province: scope.province().to_string(),
            ..Item::default()
        };
        note(&mut batch, &item, m.now());
    }
    commit(scope, batch).await
}

async fn commit(scope: &Scope, batch: ::store::Batch) -> Result<(), StoreError> {
    scope.commit(batch).await.map_err(|e| match e {
        CommitError::Store(e) => e,
        CommitError::Conflict { label } => StoreError::Database(format!("conflict {label}")),
    })
}

/// Cases an office still has something to do with.
async fn open_of(scope: &Scope, office: &OfficeCode, after: &str) -> Result<Vec<CaseId>, StoreError> {
    let sql = "SELECT case_id FROM case_view WHERE province = $1 AND (received = $2 OR decides = $2) AND finished_at IS NULL AND case_id > $3 \
               UNION SELECT case_id FROM work_item WHERE province = $1 AND office = $2 AND case_id > $3 ORDER BY case_id LIMIT $4";
    let rows = scope.query(sql, values![office.as_str(), after, PAGE]).await?;
    rows.iter().map(|r| r.id("case_id")).collect()
}
