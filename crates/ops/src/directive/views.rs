//! What may be read of directives in lists and figures.

use super::{Bars, Basis, DirectiveId, Fact, Group, Standing, Workflow, standing::phase};
use crate::Who;
use kernel::{
    Instant,
    id::{AccountId, OfficeCode},
};
use store::{Row, Scope, StoreError, Value, values};

/// A directive in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: DirectiveId,
    pub code: String,
    pub text: String,
    pub product: String,
    pub front: String,
    pub urgency: String,
    pub limited: bool,
    pub workflow: Workflow,
    pub lead: OfficeCode,
    pub lead_name: String,
    /// The office that gave it.
    pub giver: OfficeCode,
    pub assigner: AccountId,
    pub assigner_name: String,
    pub monitor: Option<AccountId>,
    pub focal: Option<AccountId>,
    pub focal_name: String,
    pub substitute: Option<AccountId>,
    pub assigned: Instant,
    pub deadline: Option<Instant>,
    pub first_deadline: Option<Instant>,
    pub submitted: Option<Instant>,
    pub accepted: Option<Instant>,
    pub asked: bool,
    pub extensions: i64,
    pub returned: i64,
    pub proposed: bool,
    pub quality: String,
    pub warning_days: i64,
    pub changed: Instant,
}

impl Line {
    pub fn fact(&self) -> Fact {
        Fact {
            phase: phase(self.workflow, self.submitted),
            assigned: self.assigned,
            deadline: self.deadline,
            first_deadline: self.first_deadline,
            proposed: self.proposed,
            returned: self.workflow == Workflow::Returned,
            refused: self.workflow == Workflow::Refused,
            asked: self.asked,
        }
    }
    pub fn standing(&self, now: Instant) -> Standing {
        self.fact().standing(Basis::Current, self.warning_days, now)
    }
    pub fn is_in(&self, group: Group, bars: Bars, basis: Basis, now: Instant) -> bool {
        group.holds(&self.fact(), bars, basis, now)
    }
    /// Whether this person may know of it: as [`super::Part::sees`] says of the record.
    pub fn seen_by(&self, who: &Who) -> bool {
        if !self.limited {
            return true;
        }
        let me = Some(who.author.account);
        let named = me == Some(self.assigner) || [self.monitor, self.focal, self.substitute].contains(&me);
        let ours = who.office.as_ref() == Some(&self.giver);
        named || if ours { who.leads } else { who.manages && !who.oversees }
    }
}

fn line(row: &Row) -> Result<Line, StoreError> {
    let account = |c: &str| row.opt_text(c)?.map(|t| t.parse().map_err(|_| StoreError::Damaged(format!("{c} is no account")))).transpose();
    Ok(Line {
        id: row.id("id")?,
        code: row.string("code")?,
        text: row.string("text")?,
        product: row.string("product")?,
        front: row.string("front")?,
        urgency: row.string("urgency")?,
        limited: row.bool("limited")?,
        workflow: Workflow::of(row.text("workflow")?).ok_or_else(|| StoreError::Damaged("workflow of a directive".into()))?,
        lead: OfficeCode::new(row.text("lead")?),
        lead_name: row.string("lead_name")?,
        giver: OfficeCode::new(row.text("giver")?),
        assigner: row.id("assigner")?,
        assigner_name: row.string("assigner_name")?,
        monitor: account("monitor")?,
        focal: account("focal")?,
        focal_name: row.string("focal_name")?,
        substitute: account("substitute")?,
        assigned: row.opt_instant("assigned")?.unwrap_or(row.instant("created")?),
        deadline: row.opt_instant("deadline")?,
        first_deadline: row.opt_instant("first_deadline")?,
        submitted: row.opt_instant("submitted")?,
        accepted: row.opt_instant("accepted")?,
        asked: row.bool("asked")?,
        extensions: row.int("extensions")?,
        returned: row.int("returned")?,
        proposed: row.bool("proposed")?,
        quality: row.string("quality")?,
        warning_days: row.int("warning_days")?,
        changed: row.instant("changed")?,
    })
}

/// On which side of a directive an office stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Given to the office.
    #[default]
    Lead,
    /// Given by it.
    Given,
    /// It cooperates.
    Partner,
    /// All of the province: for who oversees it.
    Province,
}

impl Side {
    pub const ALL: [Self; 4] = [Self::Lead, Self::Given, Self::Partner, Self::Province];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Given => "given",
            Self::Partner => "partner",
            Self::Province => "province",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// Most directives that one list or report is made of.
pub const MOST: i64 = 50_000;

const COLUMNS: &str = "d.id, d.code, d.text, d.product, d.front, d.urgency, d.limited, d.workflow, d.lead, d.lead_name, d.giver, d.assigner, d.assigner_name, d.monitor, \
    d.focal, d.focal_name, d.substitute, d.created, d.assigned, d.deadline, d.first_deadline, d.submitted, d.accepted, d.asked, d.extensions, d.returned, d.proposed, \
    d.quality, d.warning_days, d.changed";

/// What a list or a report is made of.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub side: Side,
    pub office: Option<OfficeCode>,
    /// Given in this span: the first instant, and the first one after.
    pub from: Option<Instant>,
    pub to: Option<Instant>,
    /// Only those that are not over.
    pub open_only: bool,
}

/// The directives of an office or the province that were given, soonest deadline first, the undated after them.
pub async fn lines(scope: &Scope, ask: &Ask) -> Result<Vec<Line>, StoreError> {
    // The province's are everybody's, those of the reader's own office too.
    let office = ask.office.as_ref().filter(|_| ask.side != Side::Province).map_or("", |o| o.as_str());
    let (from, place) = match ask.side {
        Side::Lead => ("directive d", "d.lead = $2"),
        Side::Given => ("directive d", "d.giver = $2"),
        Side::Partner => ("directive_partner p JOIN directive d ON d.province = $1 AND d.id = p.directive", "p.province = $1 AND p.office = $2"),
        Side::Province => ("directive d", "d.lead <> $2"),
    };
    let over = if ask.open_only { "('draft', 'withdrawn', 'accepted')" } else { "('draft', 'withdrawn')" };
    let (low, high) = (ask.from.map_or(i64::MIN, Instant::micros), ask.to.map_or(i64::MAX, Instant::micros));
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} WHERE d.province = $1 AND {place} AND d.workflow NOT IN {over} AND d.assigned >= $3 AND d.assigned < $4 \
         ORDER BY CASE WHEN d.deadline IS NULL THEN 1 ELSE 0 END, d.deadline, d.assigned, d.id LIMIT $5"
    );
    scope.query(&sql, vec![Value::from(office), Value::from(low), Value::from(high), Value::from(MOST)]).await?.iter().map(line).collect()
}

/// Drafts that an account wrote or is to give.
pub async fn drafts(scope: &Scope, account: AccountId) -> Result<Vec<Line>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM directive d WHERE d.province = $1 AND d.workflow = 'draft' AND (d.drafter = $2 OR d.assigner = $2) ORDER BY d.created DESC, d.id LIMIT 200");
    scope.query(&sql, values![account]).await?.iter().map(line).collect()
}

/// The directives in which something happened last.
pub async fn newest(scope: &Scope, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM directive d WHERE d.province = $1 AND d.workflow <> 'draft' AND d.limited = 0 ORDER BY d.changed DESC, d.id DESC LIMIT $2");
    scope.query(&sql, values![limit]).await?.iter().map(line).collect()
}
