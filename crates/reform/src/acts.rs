//! What administrators do to a plan.

use crate::{
    derive,
    model::{Event, Plan, Who},
    store::{self as tables, Failed, no_such_plan},
};
use ::store::{Db, Scope, StoreError};
use identity::Offices;
use kernel::{
    Instant, Refusal,
    area::Areas,
    id::{OfficeCode, ProvinceCode},
    text::clean,
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// The provinces of an installation: those that have accounts, cases or declared offices.
pub async fn provinces(db: &Db, offices: &Offices) -> Result<Vec<ProvinceCode>, StoreError> {
    let rows = db.query("SELECT DISTINCT province FROM identity_account UNION SELECT DISTINCT province FROM case_view", &[]).await?;
    let mut all: BTreeSet<ProvinceCode> = offices.provinces().map(|p| p.province.clone()).collect();
    for row in rows {
        all.insert(ProvinceCode::new(row.text("province")?));
    }
    Ok(all.into_iter().collect())
}

/// What somebody who prepares a plan says.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub name: String,
    pub basis: String,
    pub day: Option<Date>,
}

/// Prepares a plan from the catalogue.
pub async fn prepare(scope: &Scope, areas: &Areas, offices: &Offices, here: &[ProvinceCode], said: &Said, by: Who, now: Instant) -> Result<Plan, Failed> {
    let (name, basis) = (clean(&said.name), clean(&said.basis));
    let mut refusal = Refusal::invalid("reform", "Chưa lập được kế hoạch", "The plan cannot be prepared yet");
    if !(3..=200).contains(&name.chars().count()) {
        refusal = refusal.because(Some("name"), "Ghi tên kế hoạch (3 đến 200 chữ).", "Name the plan (3 to 200 characters).");
    }
    if !(3..=300).contains(&basis.chars().count()) {
        refusal = refusal.because(Some("basis"), "Ghi số, ký hiệu văn bản làm căn cứ.", "Give the number of the document it rests on.");
    }
    let Some(day) = said.day else {
        return Err(refusal.because(Some("day"), "Ghi ngày có hiệu lực.", "Give the day it takes effect.").into());
    };
    if !refusal.reasons.is_empty() {
        return Err(refusal.into());
    }
    let id = uuid::Uuid::now_v7().simple().to_string();
    let actor = by.account.to_string();
    let asked = derive::Asked { id, home: scope.province(), name, basis, day, provinces: here, by };
    let plan = derive::plan(asked, areas, offices);
    if plan.offices.is_empty() && plan.units.is_empty() && plan.provinces.is_empty() {
        let refusal = Refusal::invalid("nothing", "Chưa lập được kế hoạch", "The plan cannot be prepared yet");
        let vi = format!("Danh mục không có thay đổi nào vào ngày {day}. Bổ sung đơn vị, cơ quan vào danh mục trước.");
        let en = format!("The catalogue has no change on {day}. Add units and offices to the catalogue first.");
        return Err(refusal.because(Some("day"), vi, en).into());
    }
    tables::write(scope, None, &Event::Prepared(Box::new(plan)), &actor, now).await
}

async fn known(scope: &Scope, id: &str) -> Result<Plan, Failed> {
    Ok(tables::plan(scope, id).await?.ok_or_else(no_such_plan)?)
}

/// Names the receiver of an office; of a divided one by commune.
#[expect(clippy::too_many_arguments, reason = "one call site a door; each is another thing")]
pub async fn assign(
    scope: &Scope,
    offices: &Offices,
    id: &str,
    province: &ProvinceCode,
    office: &OfficeCode,
    to: &OfficeCode,
    by_commune: BTreeMap<String, OfficeCode>,
    by: Who,
    now: Instant,
) -> Result<Plan, Failed> {
    let plan = known(scope, id).await?;
    plan.may_assign()?;
    let Some(moved) = plan.offices.iter().find(|m| m.province == *province && m.office == *office) else {
        return Err(Refusal::not_found("Cơ quan này không có trong kế hoạch.", "This office is not in the plan.").into());
    };
    let standing = offices.as_of(plan.day);
    for receiver in std::iter::once(to).chain(by_commune.values()) {
        let stands = standing.get(receiver.as_str()).is_some_and(|o| o.successors.is_empty());
        if !stands || standing.province_of(receiver.as_str()) != Some(&moved.to_province) {
            let vi = format!("{receiver} không phải cơ quan đang hoạt động của tỉnh {} vào ngày {}.", moved.to_province, plan.day);
            let en = format!("{receiver} is no office of the province {} on {}.", moved.to_province, plan.day);
            return Err(Refusal::invalid("receiver", "Nơi tiếp nhận chưa đúng", "The receiver is not right").because(Some("to"), vi, en).into());
        }
    }
    let actor = by.account.to_string();
    let event = Event::Assigned { province: province.clone(), office: office.clone(), to: Some(to.clone()), by_commune, by };
    tables::write(scope, Some(plan), &event, &actor, now).await
}

pub async fn approve(scope: &Scope, id: &str, by: Who, now: Instant) -> Result<Plan, Failed> {
    let plan = known(scope, id).await?;
    plan.may_approve(by.account)?;
    let actor = by.account.to_string();
    tables::write(scope, Some(plan), &Event::Approved { by }, &actor, now).await
}

pub async fn withdraw(scope: &Scope, id: &str, by: Who, reason: &str, now: Instant) -> Result<Plan, Failed> {
    let plan = known(scope, id).await?;
    plan.may_withdraw()?;
    let reason = clean(reason);
    if reason.chars().count() < 3 {
        let refusal = Refusal::invalid("reason", "Chưa rút được kế hoạch", "The plan cannot be withdrawn yet");
        return Err(refusal.because(Some("reason"), "Ghi lý do rút.", "Give the reason.").into());
    }
    let actor = by.account.to_string();
    tables::write(scope, Some(plan), &Event::Withdrawn { by, reason }, &actor, now).await
}
