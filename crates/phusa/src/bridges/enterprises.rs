//! The register of enterprises as the rooms of support money and boards ask for it.

use super::sizes;
use async_trait::async_trait;
use centre::{
    model::{Enterprise, EnterpriseKind, Status},
    views::{self, AssessmentRow},
};
use kernel::{Actor, id::EnterpriseId};
use scoring::Frameworks;
use std::sync::Arc;
use store::Scope;
use support::{
    catalog::{ReadinessRule, Rules, Tier},
    facts::{EnterpriseFacts, EnterpriseKind as Kind, Head, Ownership, Readiness},
};

#[derive(Clone)]
pub struct Register {
    pub scope: Scope,
    pub frameworks: Arc<Frameworks>,
    pub support: Arc<Rules>,
    pub clock: Arc<dyn Fn() -> kernel::Instant + Send + Sync>,
    /// Who advises in engagements.
    pub engagements: Arc<super::rules::EngagementRules>,
}

impl Register {
    async fn load(&self, id: EnterpriseId) -> anyhow::Result<Option<Enterprise>> {
        Ok(centre::store::load(&self.scope, &id.to_string()).await?)
    }

    async fn facts(&self, e: Enterprise, year: i16) -> anyhow::Result<EnterpriseFacts> {
        // The register asks whether the conditions of Law 04/2017 Art. 3 are met; the share they ask for is in the catalogue.
        let day = kernel::time::Date::new(year, 12, 31).ok();
        let least = day.and_then(|d| self.support.size_edition(d)).map(|edition| edition.women_owned.capital_percent);
        let today = (self.clock)().date();
        let on = if today.year() == year { Some(today) } else { day };
        let (head, found) = self.head(&e).await?.unzip();
        // A dependent unit is no person of its own: size and ownership are its enterprise's.
        let firm = found.flatten().unwrap_or_else(|| e.clone());
        let declared = firm.sizes.iter().rev().find(|s| s.inputs.year == year);
        Ok(EnterpriseFacts {
            id: e.id,
            name: e.profile.name.clone(),
            code: e.profile.code.clone(),
            kind: match e.profile.kind {
                EnterpriseKind::Enterprise => Kind::Enterprise,
                EnterpriseKind::Household => Kind::Household,
                EnterpriseKind::Cooperative => Kind::Cooperative,
            },
            size: declared.map(|s| sizes::inputs(&firm.profile, &s.inputs)),
            size_checked_by: declared.and_then(|s| s.checked_by.clone()),
            ownership: least.filter(|_| firm.profile.women_owned).map(|women_capital| Ownership { women_capital, woman_manages: true }),
            social_enterprise: firm.profile.social_enterprise,
            innovative_startup: firm.startup.as_ref().is_some_and(centre::model::Startup::counts),
            hard_area: on.is_some_and(|d| self.support.priorities.hard_area(&firm.profile.area, d)),
            priority_sector: on.is_some_and(|d| self.support.priorities.priority_sector(&firm.profile.vsic, d)),
            readiness: self.readiness(e.id, year).await?,
            head,
        })
    }

    /// The enterprise that a dependent unit belongs to, if it is one, and its record if the register has it.
    async fn head(&self, e: &Enterprise) -> anyhow::Result<Option<(Head, Option<Enterprise>)>> {
        let Some(code) = e.head_code.clone() else { return Ok(None) };
        let found = match centre::store::enterprise_by_code(&self.scope, &code).await? {
            Some(id) => self.load(id).await?,
            None => None,
        };
        Ok(Some((Head { code, id: found.as_ref().map(|h| h.id) }, found)))
    }

    /// What a year's request may rest on: the newest result that money can rest on, or else the newest that shows readiness at all.
    async fn readiness(&self, id: EnterpriseId, year: i16) -> anyhow::Result<Option<Readiness>> {
        let today = (self.clock)().date();
        let day = if today.year() == year { today } else { kernel::time::Date::new(year, 12, 31).unwrap_or(today) };
        let Some(rule) = self.support.readiness(day) else { return Ok(None) };
        let rows = views::of_enterprise(&self.scope, id).await?;
        let Some(row) = counting(&rows, rule) else { return Ok(None) };
        let name = self.frameworks.get(&row.framework, &row.edition).map_or_else(|| row.framework.clone(), |f| f.name.vi.clone());
        let Some(on) = row.submitted_at.map(|at| at.date()) else { return Ok(None) };
        Ok(Some(Readiness { on, framework: name, level: row.level, confirmed: trusted(row, rule), tier: Some(tier(row, rule)) }))
    }
}

/// Results that show readiness, newest first.
pub(super) fn showing<'a>(rows: &'a [AssessmentRow], rule: &ReadinessRule) -> Vec<&'a AssessmentRow> {
    let mut found: Vec<&AssessmentRow> = rows.iter().filter(|r| r.submitted_at.is_some() && rule.names(&r.framework)).collect();
    found.sort_by_key(|r| std::cmp::Reverse(r.submitted_at));
    found
}

/// How far a result is trusted here: as far as its least trusted answer, and where the rule says so as far as its conclusion.
fn tier(row: &AssessmentRow, rule: &ReadinessRule) -> Tier {
    let lowest = Tier::of_code(&row.tier).unwrap_or(Tier::SelfDeclared);
    if rule.concluded_counts && row.status == Status::Verified.code() { lowest.max(Tier::Consultant) } else { lowest }
}

/// Whether money may rest on a result: a consultant concluded it, and it is trusted far enough.
fn trusted(row: &AssessmentRow, rule: &ReadinessRule) -> bool {
    row.status == Status::Verified.code() && tier(row, rule) >= rule.least_tier
}

fn counting<'a>(rows: &'a [AssessmentRow], rule: &ReadinessRule) -> Option<&'a AssessmentRow> {
    let found = showing(rows, rule);
    found.iter().find(|r| trusted(r, rule)).or(found.first()).copied()
}

#[async_trait]
impl support::facts::Enterprises for Register {
    async fn own(&self, actor: &Actor, enterprise: EnterpriseId, year: i16) -> anyhow::Result<Option<EnterpriseFacts>> {
        match self.load(enterprise).await?.filter(|e| e.members.contains(&actor.account)) {
            Some(e) => {
                let mut facts = self.facts(e, year).await?;
                // Whoever speaks for a unit reads the figures of its enterprise only as one of the enterprise's own people.
                if let Some(head) = facts.head.as_ref().and_then(|h| h.id)
                    && self.load(head).await?.is_none_or(|h| !h.members.contains(&actor.account))
                {
                    (facts.size, facts.size_checked_by, facts.ownership) = (None, None, None);
                }
                Ok(Some(facts))
            }
            None => Ok(None),
        }
    }
    async fn find(&self, enterprise: EnterpriseId, year: i16) -> anyhow::Result<Option<EnterpriseFacts>> {
        match self.load(enterprise).await? {
            Some(e) => Ok(Some(self.facts(e, year).await?)),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl boards::Firms for Register {
    async fn facts(&self, enterprise: EnterpriseId) -> anyhow::Result<Option<boards::matching::FirmFacts>> {
        Ok(self.load(enterprise).await?.map(|e| boards::matching::FirmFacts {
            name: e.profile.name,
            tax_code: e.profile.code,
            email: String::new(),
            address: e.profile.address.unwrap_or_default(),
            commune: e.profile.area,
            competitors: std::collections::BTreeSet::new(),
        }))
    }
}

#[cfg(test)]
#[path = "enterprises_tests.rs"]
mod tests;
