//! What may be read: worklists and lists of cases, keyset-paged on an index that matches their order.

use crate::desk::Desk;
use kernel::{Actor, Instant, id::CaseId};
use serde::Serialize;
use store::{Row, StoreError, values};

/// A page never holds more.
pub const PAGE_MAX: i64 = 100;

#[derive(Debug, Clone, Serialize)]
pub struct Item {
    pub case_id: CaseId,
    pub item: String,
    pub code: String,
    pub title: String,
    pub definition: String,
    pub pinned: String,
    pub office: String,
    pub role: String,
    pub list: String,
    pub sort_due: Instant,
    /// The legal due instant.
    pub due: Option<Instant>,
    pub step: String,
    pub step_due: Option<Instant>,
    pub assignee: Option<String>,
    pub assignee_name: Option<String>,
}

/// Where the next page begins: after this due instant, case and item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub due: i64,
    pub case: String,
    pub item: String,
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}~{}", self.due, self.case, self.item)
    }
}
impl std::str::FromStr for After {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '~');
        let (due, case, item) = (parts.next().ok_or(())?, parts.next().ok_or(())?, parts.next().ok_or(())?);
        if text.chars().any(char::is_control) {
            return Err(());
        }
        Ok(Self { due: due.parse().map_err(|_| ())?, case: case.to_owned(), item: item.to_owned() })
    }
}

impl Item {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            case_id: row.id("case_id")?,
            item: row.string("item")?,
            code: row.string("code")?,
            title: row.string("title")?,
            definition: row.string("definition")?,
            pinned: row.string("pinned")?,
            office: row.string("office")?,
            role: row.string("role")?,
            list: row.string("list")?,
            sort_due: row.instant("sort_due")?,
            due: row.opt_instant("due")?,
            step: row.string("step")?,
            step_due: row.opt_instant("step_due")?,
            assignee: row.opt_string("assignee")?,
            assignee_name: row.opt_string("assignee_name")?,
        })
    }
    pub fn place(&self) -> After {
        After { due: self.sort_due.micros(), case: self.case_id.to_string(), item: self.item.clone() }
    }
}

const ITEM: &str = "case_id, item, code, title, definition, pinned, office, role, list, sort_due, due, step, step_due, \
                    assignee, assignee_name";

/// Of a role that people are appointed to case by case, an actor finds the items of their own cases.
fn own_items(role: &str, actor: &Actor, params: &mut Vec<store::Value>) -> String {
    if !identity::APPOINTED_ROLES.contains(&role) {
        return String::new();
    }
    params.extend(values![actor.account]);
    // `$1` is the province, which the scope puts in front.
    format!(" AND assignee = ${}", params.len() + 1)
}

/// The roles under which an actor finds work in the lists of the office.
pub fn work_roles(actor: &Actor) -> Vec<&str> {
    let known = identity::OFFICE_ROLES.into_iter().chain(identity::APPOINTED_ROLES);
    let mut roles: Vec<&str> = known.filter(|r| actor.has_role(r)).collect();
    if actor.is_official() {
        roles.push("consulted");
    }
    roles
}

/// One page of what an official has to do, by due instant. One index range a role, merged here.
pub async fn worklist(
    desk: &Desk,
    actor: &Actor,
    list: &str,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Item>, StoreError> {
    let Some(office) = &actor.office else { return Ok(Vec::new()) };
    let limit = limit.clamp(1, PAGE_MAX);
    let start = After { due: i64::MIN, case: String::new(), item: String::new() };
    let after = after.unwrap_or(&start);
    let mut items = Vec::new();
    for role in work_roles(actor) {
        let mut params =
            values![office.as_str(), role, list, after.due, after.case.as_str(), after.item.as_str(), limit];
        let own = own_items(role, actor, &mut params);
        let sql = format!(
            "SELECT {ITEM} FROM work_item WHERE province = $1 AND office = $2 AND role = $3 AND list = $4 \
             AND (sort_due, case_id, item) > ($5, $6, $7){own} ORDER BY sort_due, case_id, item LIMIT $8"
        );
        for row in desk.scope().query(&sql, params).await? {
            items.push(Item::of(&row)?);
        }
    }
    items.sort_by(|a, b| (a.sort_due, a.case_id, &a.item).cmp(&(b.sort_due, b.case_id, &b.item)));
    items.truncate(limit as usize);
    Ok(items)
}

/// How many items an official has in a list, counted up to a bound so that it never costs more than a page.
pub async fn count(desk: &Desk, actor: &Actor, list: &str, bound: i64) -> Result<i64, StoreError> {
    let Some(office) = &actor.office else { return Ok(0) };
    let mut total = 0;
    for role in work_roles(actor) {
        let mut params = values![office.as_str(), role, list, bound];
        let own = own_items(role, actor, &mut params);
        let sql = format!(
            "SELECT COUNT(*) AS n FROM (SELECT 1 FROM work_item WHERE province = $1 AND office = $2 AND role = $3 \
             AND list = $4{own} LIMIT $5) AS counted"
        );
        let row = desk.scope().one(&sql, params).await?;
        total += row.map_or(Ok(0), |r| r.int("n"))?;
    }
    Ok(total.min(bound))
}

/// A case as its own people see it in a list.
#[derive(Debug, Clone, Serialize)]
pub struct CaseRow {
    pub case_id: CaseId,
    pub code: String,
    pub definition: String,
    pub pinned: String,
    pub title: String,
    pub handling: String,
    pub filed_at: Instant,
    pub due: Option<Instant>,
}

fn case_row(row: &Row) -> Result<CaseRow, StoreError> {
    Ok(CaseRow {
        case_id: row.id("case_id")?,
        code: row.string("code")?,
        definition: row.string("definition")?,
        pinned: row.string("pinned")?,
        title: row.string("title")?,
        handling: row.string("handling")?,
        filed_at: row.instant("filed_at")?,
        due: row.opt_instant("due")?,
    })
}

/// The cases of a party, newest first.
pub async fn own_cases(
    desk: &Desk,
    party: kernel::id::PartyId,
    before: Option<Instant>,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    let sql = "SELECT v.case_id, v.code, v.definition, v.pinned, v.title, v.handling, v.filed_at, v.due \
               FROM case_person p JOIN case_view v ON v.province = p.province AND v.case_id = p.case_id \
               WHERE p.province = $1 AND p.party = $2 AND p.filed_at < $3 ORDER BY p.filed_at DESC, p.case_id DESC LIMIT $4";
    let before = before.map_or(i64::MAX, Instant::micros);
    let rows = desk.scope().query(sql, values![party, before, limit.clamp(1, PAGE_MAX)]).await?;
    rows.iter().map(case_row).collect()
}

/// The cases an office received from one day to another, by their codes, which carry office and day.
pub async fn received_between(
    desk: &Desk,
    office: &kernel::id::OfficeCode,
    from: kernel::time::Date,
    to: kernel::time::Date,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let day = |d: kernel::time::Date| format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day());
    let sql = "SELECT case_id FROM case_view WHERE province = $1 AND code >= $2 AND code <= $3 AND received = $4 ORDER BY code LIMIT $5";
    let params = values![format!("{office}-{}-0000", day(from)), format!("{office}-{}-9999", day(to)), office.as_str(), limit];
    let rows = desk.scope().query(sql, params).await?;
    rows.iter().map(|r| r.id("case_id")).collect()
}

/// The cases an account is appointed to, last appointed first.
pub async fn member_cases(
    desk: &Desk,
    account: kernel::id::AccountId,
    before: Option<Instant>,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    let sql = "SELECT v.case_id, v.code, v.definition, v.pinned, v.title, v.handling, v.filed_at, v.due \
               FROM case_member m JOIN case_view v ON v.province = m.province AND v.case_id = m.case_id \
               WHERE m.province = $1 AND m.account = $2 AND m.since < $3 ORDER BY m.since DESC, m.case_id DESC LIMIT $4";
    let before = before.map_or(i64::MAX, Instant::micros);
    let rows = desk.scope().query(sql, values![account, before, limit.clamp(1, PAGE_MAX)]).await?;
    rows.iter().map(case_row).collect()
}
