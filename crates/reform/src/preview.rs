//! What would move, counted before anything does.

use crate::{model::Plan, store::beyond};
use ::store::{Db, StoreError, values};
use kernel::id::{OfficeCode, ProvinceCode};
use std::collections::BTreeMap;

/// What leaves one office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    pub open: i64,
    pub closed: i64,
    /// Of the open ones, engagements of the support centre.
    pub engagements: i64,
    pub posts: i64,
}

#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// By province and office.
    pub offices: BTreeMap<(ProvinceCode, OfficeCode), Leaving>,
    /// Accounts and drafts of provinces that go whole.
    pub accounts: i64,
    pub drafts: i64,
    pub conflicts: Vec<Conflict>,
}

/// Something that will be matched, or will need a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Two cases of one code: the run refuses the second.
    Code { code: String, from: ProvinceCode, to: ProvinceCode },
    /// So many people the receiving province knows by the same subject: they are matched.
    SameSubject { from: ProvinceCode, to: ProvinceCode, people: i64 },
    /// So many have the same personal number under another sign-in: both accounts stay, a person decides.
    SameNumber { from: ProvinceCode, to: ProvinceCode, people: i64 },
}

impl Preview {
    pub fn total(&self) -> Leaving {
        self.offices.values().fold(Leaving::default(), |a, b| Leaving {
            open: a.open + b.open,
            closed: a.closed + b.closed,
            engagements: a.engagements + b.engagements,
            posts: a.posts + b.posts,
        })
    }
}

/// Counts what a plan moves. Inside a province closed cases stay where they are, and stay findable.
pub async fn count(db: &Db, plan: &Plan) -> Result<Preview, StoreError> {
    let mut seen = Preview::default();
    for province in plan.touched() {
        let scope = db.province(province.clone());
        let whole = plan.provinces.iter().find(|m| m.from == province && m.whole);
        let moving: BTreeMap<&str, bool> = plan.offices.iter().filter(|m| m.province == province).map(|m| (m.office.as_str(), m.to_province != province)).collect();
        let sql = "SELECT decides, CASE WHEN finished_at IS NULL THEN 1 ELSE 0 END AS open, \
                   COUNT(*) AS n FROM case_view WHERE province = $1 GROUP BY decides, 2";
        for row in scope.query(sql, Vec::new()).await? {
            let (office, open, n) = (row.string("decides")?, row.int("open")? == 1, row.int("n")?);
            let across = moving.get(office.as_str()).copied();
            if across.is_none() && whole.is_none() {
                continue;
            }
            let entry = seen.offices.entry((province.clone(), OfficeCode::new(&office))).or_default();
            match (open, across.unwrap_or(true)) {
                (true, _) => entry.open += n,
                (false, true) => entry.closed += n,
                (false, false) => {}
            }
        }
        let sql = "SELECT v.decides, COUNT(*) AS n FROM engagement e JOIN case_view v ON v.province = e.province AND v.case_id = e.case_id \
                   WHERE e.province = $1 AND e.open = 1 GROUP BY v.decides";
        for row in scope.query(sql, Vec::new()).await? {
            let key = (province.clone(), OfficeCode::new(row.text("decides")?));
            if let Some(entry) = seen.offices.get_mut(&key) {
                entry.engagements += row.int("n")?;
            }
        }
        let sql = "SELECT office, COUNT(*) AS n FROM identity_post WHERE province = $1 AND valid_to IS NULL GROUP BY office";
        for row in scope.query(sql, Vec::new()).await? {
            let office = row.string("office")?;
            if whole.is_some() || moving.contains_key(office.as_str()) {
                seen.offices.entry((province.clone(), OfficeCode::new(&office))).or_default().posts += row.int("n")?;
            }
        }
        if let Some(m) = whole {
            seen.accounts += number(&scope, "SELECT COUNT(*) AS n FROM identity_account WHERE province = $1", Vec::new()).await?;
            seen.drafts += number(&scope, "SELECT COUNT(*) AS n FROM draft WHERE province = $1", Vec::new()).await?;
            conflicts(&scope, &province, &m.to, &mut seen.conflicts).await?;
        }
    }
    Ok(seen)
}

async fn conflicts(scope: &::store::Scope, from: &ProvinceCode, to: &ProvinceCode, all: &mut Vec<Conflict>) -> Result<(), StoreError> {
    let sql = "SELECT a.code FROM case_view a JOIN case_view b ON b.province = $2 AND b.code = a.code WHERE a.province = $1 ORDER BY a.code LIMIT 200";
    for row in beyond(scope, sql, values![to]).await? {
        all.push(Conflict::Code { code: row.string("code")?, from: from.clone(), to: to.clone() });
    }
    let sql = "SELECT COUNT(*) AS n FROM identity_account a JOIN identity_account b ON b.province = $2 AND b.issuer = a.issuer AND b.subject = a.subject WHERE a.province = $1";
    let people = number(scope, sql, values![to]).await?;
    if people > 0 {
        all.push(Conflict::SameSubject { from: from.clone(), to: to.clone(), people });
    }
    let sql = "SELECT COUNT(*) AS n FROM identity_account a JOIN identity_account b ON b.province = $2 AND b.personal_number = a.personal_number \
               WHERE a.province = $1 AND NOT (b.issuer = a.issuer AND b.subject = a.subject)";
    let people = number(scope, sql, values![to]).await?;
    if people > 0 {
        all.push(Conflict::SameNumber { from: from.clone(), to: to.clone(), people });
    }
    Ok(())
}

async fn number(scope: &::store::Scope, sql: &str, params: Vec<::store::Value>) -> Result<i64, StoreError> {
    beyond(scope, sql, params).await?.first().map_or(Ok(0), |r| r.int("n"))
}
