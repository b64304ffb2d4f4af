//! A plan and what happens to it. Pure.

use kernel::{
    Refusal,
    id::{AccountId, OfficeCode, ProvinceCode},
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who did something to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub account: AccountId,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Approved,
    Running,
    Done,
    Withdrawn,
}

impl Status {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Running => "running",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A province of the installation that goes into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvinceMove {
    pub from: ProvinceCode,
    pub to: ProvinceCode,
    /// Everything goes; otherwise only the cases and people of the offices that go.
    pub whole: bool,
}

/// An office whose work goes to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeMove {
    pub province: ProvinceCode,
    pub office: OfficeCode,
    pub to_province: ProvinceCode,
    /// Who receives; nobody yet when a person has to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<OfficeCode>,
    /// A divided office: who receives by the commune that the case names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_commune: BTreeMap<String, OfficeCode>,
    /// The area was divided: `to` is what the source proposes when the case names no commune of today.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub divided: bool,
}

/// How a unit differs on the day from the eve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitFate {
    /// Name or kind changes, nothing moves.
    Renamed,
    Merged,
    Divided,
    /// Its code means another unit from the day on.
    CodeReused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitChange {
    pub code: String,
    pub before: String,
    pub after: String,
    pub fate: UnitFate,
}

/// What a plan says; the page, the preview and the run read this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: String,
    /// Province in whose journal the plan is.
    pub home: ProvinceCode,
    pub version: i64,
    pub name: String,
    /// The resolution it rests on.
    pub basis: String,
    pub day: Date,
    pub provinces: Vec<ProvinceMove>,
    pub offices: Vec<OfficeMove>,
    pub units: Vec<UnitChange>,
    pub status: Status,
    pub prepared_by: Who,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Who>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Tally>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Checked>,
}

/// Cases by province and state of the handling track.
pub type Tally = Vec<Counted>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counted {
    pub province: ProvinceCode,
    pub handling: String,
    pub cases: i64,
}

/// What the recount after the run found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub moved: i64,
    pub refused: i64,
    pub accounts: i64,
    pub matched: i64,
    pub drafts: i64,
    /// Items without the case in the receiving province.
    pub lost: i64,
    /// Cases in two provinces.
    pub doubled: i64,
    /// Cases that should have gone and are still there, refused ones among them.
    pub left: i64,
    pub tally: Tally,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Prepared(Box<Plan>),
    Assigned { province: ProvinceCode, office: OfficeCode, to: Option<OfficeCode>, by_commune: BTreeMap<String, OfficeCode>, by: Who },
    Approved { by: Who },
    Withdrawn { by: Who, reason: String },
    Started { before: Tally },
    Ended { after: Checked },
}

impl Event {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Prepared(_) => "reform.prepared",
            Self::Assigned { .. } => "reform.assigned",
            Self::Approved { .. } => "reform.approved",
            Self::Withdrawn { .. } => "reform.withdrawn",
            Self::Started { .. } => "reform.started",
            Self::Ended { .. } => "reform.ended",
        }
    }
}

/// Folds one event; the first one is the preparation.
pub fn evolve(plan: Option<Plan>, event: &Event) -> Option<Plan> {
    let mut plan = match (plan, event) {
        (None, Event::Prepared(plan)) => return Some(Plan { version: 1, ..(**plan).clone() }),
        (plan, _) => plan?,
    };
    plan.version += 1;
    match event {
        Event::Prepared(_) => {}
        Event::Assigned { province, office, to, by_commune, .. } => {
            for m in plan.offices.iter_mut().filter(|m| m.province == *province && m.office == *office) {
                (m.to, m.by_commune) = (to.clone(), by_commune.clone());
            }
        }
        Event::Approved { by } => (plan.status, plan.approved_by) = (Status::Approved, Some(by.clone())),
        Event::Withdrawn { .. } => plan.status = Status::Withdrawn,
        Event::Started { before } => (plan.status, plan.before) = (Status::Running, Some(before.clone())),
        Event::Ended { after } => (plan.status, plan.after) = (Status::Done, Some(after.clone())),
    }
    Some(plan)
}

impl Plan {
    pub fn stream(id: &str) -> String {
        format!("reform:{id}")
    }
    /// What moves and has nobody to receive it.
    pub fn unassigned(&self) -> impl Iterator<Item = &OfficeMove> {
        self.offices.iter().filter(|m| m.to.is_none())
    }
    /// Whether cases go from one province to another: the operator of the installation runs that, no administrator of one of them.
    pub fn across(&self) -> bool {
        !self.provinces.is_empty()
    }
    /// Every province that something leaves or reaches.
    pub fn touched(&self) -> Vec<ProvinceCode> {
        let offices = self.offices.iter().flat_map(|m| [&m.province, &m.to_province]);
        let mut all: Vec<ProvinceCode> = self.provinces.iter().flat_map(|m| [&m.from, &m.to]).chain(offices).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    pub fn may_assign(&self) -> Result<(), Refusal> {
        self.is(Status::Draft, "Chỉ sửa được kế hoạch chưa phê duyệt.", "Only a plan that is not approved can be changed.")
    }

    /// Four eyes: whoever prepared does not approve, and everything that moves has a receiver.
    pub fn may_approve(&self, by: AccountId) -> Result<(), Refusal> {
        self.is(Status::Draft, "Kế hoạch này đã được phê duyệt hoặc đã rút.", "This plan is approved or withdrawn already.")?;
        if self.prepared_by.account == by {
            return Err(Refusal::forbidden(
                "four-eyes",
                "Người chuẩn bị không tự phê duyệt. Nhờ một quản trị viên khác xem và phê duyệt.",
                "Who prepared a plan does not approve it. Ask another administrator to look and approve.",
            ));
        }
        let missing: Vec<&OfficeMove> = self.unassigned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut refusal = Refusal::conflict(
            "no-receiver",
            format!("{} cơ quan chưa có nơi tiếp nhận; chỉ định rồi phê duyệt.", missing.len()),
            format!("{} offices have no receiver; name one for each and approve then.", missing.len()),
        );
        for m in missing.iter().take(50) {
            refusal = refusal.because(None, format!("{} (tỉnh {})", m.office, m.province), format!("{} (province {})", m.office, m.province));
        }
        Err(refusal)
    }

    /// Until it runs, and before its day is over.
    pub fn may_withdraw(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Draft | Status::Approved => Ok(()),
            _ => Err(Refusal::conflict(
                "begun",
                "Việc sắp xếp đã bắt đầu nên không rút được nữa; lập một kế hoạch mới để chuyển ngược lại.",
                "The reorganisation has begun and cannot be withdrawn; prepare another plan to move things back.",
            )),
        }
    }

    pub fn may_run(&self, today: Date) -> Result<(), Refusal> {
        if !matches!(self.status, Status::Approved | Status::Running | Status::Done) {
            return Err(Refusal::conflict("not-approved", "Kế hoạch chưa được phê duyệt.", "The plan is not approved."));
        }
        if today < self.day {
            return Err(Refusal::conflict(
                "too-early",
                format!("Việc sắp xếp có hiệu lực từ ngày {}; chưa đến ngày đó.", self.day),
                format!("The reorganisation takes effect on {}, which has not come.", self.day),
            ));
        }
        Ok(())
    }

    fn is(&self, status: Status, vi: &str, en: &str) -> Result<(), Refusal> {
        if self.status == status { Ok(()) } else { Err(Refusal::conflict("reform-status", vi, en)) }
    }
}
