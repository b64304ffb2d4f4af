//! Counting again after the run: nothing believed, everything looked up.

use crate::{
    model::{Checked, Plan},
    store::{beyond, tally},
};
use ::store::{Db, StoreError, values};
use kernel::id::ProvinceCode;

/// What is there now, against what was noted as moved.
pub async fn recount(db: &Db, plan: &Plan) -> Result<Checked, StoreError> {
    let touched = plan.touched();
    let mut found = Checked { moved: 0, refused: 0, accounts: 0, matched: 0, drafts: 0, lost: 0, doubled: 0, left: 0, tally: tally(db, &touched).await? };
    for province in &touched {
        let scope = db.province(province.clone());
        let sql = "SELECT kind, state, COUNT(*) AS n FROM reform_item WHERE province = $1 AND plan = $2 GROUP BY kind, state";
        for row in scope.query(sql, values![plan.id.as_str()]).await? {
            let n = row.int("n")?;
            match (row.text("kind")?, row.text("state")?) {
                ("case", "moved") => found.moved += n,
                ("case", _) => found.refused += n,
                ("account", "matched") => found.matched += n,
                ("account", _) => found.accounts += n,
                _ => found.drafts += n,
            }
        }
        let sql = "SELECT COUNT(*) AS n FROM reform_item i WHERE i.province = $1 AND i.plan = $2 AND i.kind = 'case' AND i.state = 'moved' \
                   AND NOT EXISTS (SELECT 1 FROM case_view v WHERE v.province = i.to_province AND v.case_id = i.stream) \
                   AND NOT EXISTS (SELECT 1 FROM case_gone g WHERE g.province = i.to_province AND g.case_id = i.stream)";
        found.lost += one(&scope, sql, plan).await?;
        // Without its snapshot a case is as lost as without its row.
        let sql = "SELECT COUNT(*) AS n FROM reform_item i WHERE i.province = $1 AND i.plan = $2 AND i.kind = 'case' AND i.state = 'moved' \
                   AND EXISTS (SELECT 1 FROM case_view v WHERE v.province = i.to_province AND v.case_id = i.stream) \
                   AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.province = i.to_province AND s.stream = i.stream)";
        found.lost += one(&scope, sql, plan).await?;
        let sql = "SELECT COUNT(*) AS n FROM reform_item i JOIN case_view v ON v.province = $1 AND v.case_id = i.stream \
                   JOIN case_view w ON w.province = i.to_province AND w.case_id = i.stream \
                   WHERE i.province = $1 AND i.plan = $2 AND i.kind = 'case' AND i.to_province <> $1";
        found.doubled += one(&scope, sql, plan).await?;
        if plan.provinces.iter().any(|m| m.from == *province && m.whole) {
            let row = scope.one("SELECT COUNT(*) AS n FROM case_view WHERE province = $1", Vec::new()).await?;
            found.left += row.map_or(Ok(0), |r| r.int("n"))?;
        }
    }
    Ok(found)
}

async fn one(scope: &::store::Scope, sql: &str, plan: &Plan) -> Result<i64, StoreError> {
    beyond(scope, sql, values![plan.id.as_str()]).await?.first().map_or(Ok(0), |r| r.int("n"))
}

impl Checked {
    /// Nothing lost, nothing doubled, and what is left is what was refused.
    pub fn holds(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.left <= self.refused
    }
    pub fn total(&self) -> i64 {
        self.tally.iter().map(|c| c.cases).sum()
    }
}

/// Which side of the reorganisation counts are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Old,
    New,
}

/// Cases that a plan moved, by unit: province, office, state of handling, how many.
pub async fn by_unit(db: &Db, plan: &Plan, side: Side) -> Result<Vec<(ProvinceCode, String, String, i64)>, StoreError> {
    let (province, office) = match side {
        Side::Old => ("province", "from_office"),
        Side::New => ("to_province", "to_office"),
    };
    let mut sums = std::collections::BTreeMap::new();
    for from in plan.touched() {
        let sql = format!(
            "SELECT {province} AS p, {office} AS o, handling, COUNT(*) AS n FROM reform_item WHERE province = $1 AND plan = $2 \
             AND kind = 'case' AND state = 'moved' GROUP BY {province}, {office}, handling"
        );
        for row in db.province(from).query(&sql, values![plan.id.as_str()]).await? {
            let key = (ProvinceCode::new(row.text("p")?), row.string("o")?, row.string("handling")?);
            *sums.entry(key).or_insert(0) += row.int("n")?;
        }
    }
    Ok(sums.into_iter().map(|((p, o, h), n)| (p, o, h, n)).collect())
}

/// What was refused, with the reason: code, where it is, why.
pub async fn refused(db: &Db, plan: &Plan, limit: i64) -> Result<Vec<(String, ProvinceCode, String)>, StoreError> {
    let mut all = Vec::new();
    for from in plan.touched() {
        let sql = "SELECT code, reason FROM reform_item WHERE province = $1 AND plan = $2 AND state = 'refused' ORDER BY code LIMIT $3";
        for row in db.province(from.clone()).query(sql, values![plan.id.as_str(), limit]).await? {
            all.push((row.string("code")?, from.clone(), row.string("reason")?));
        }
    }
    Ok(all)
}
