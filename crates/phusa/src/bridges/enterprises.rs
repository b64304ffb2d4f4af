//! The register of enterprises as the rooms of support money and boards ask for it.

use super::sizes;
use async_trait::async_trait;
use centre::{
    model::{Assessment, Enterprise, EnterpriseKind, Status},
    views,
};
use kernel::{Actor, id::EnterpriseId};
use scoring::Frameworks;
use std::sync::Arc;
use store::Scope;
use support::{
    catalog::Rules,
    facts::{EnterpriseFacts, EnterpriseKind as Kind, Ownership, Readiness},
};

#[derive(Clone)]
pub struct Register {
    pub scope: Scope,
    pub frameworks: Arc<Frameworks>,
    pub support: Arc<Rules>,
}

impl Register {
    async fn load(&self, id: EnterpriseId) -> anyhow::Result<Option<Enterprise>> {
        Ok(centre::store::load(&self.scope, &id.to_string()).await?)
    }

    async fn facts(&self, e: Enterprise, year: i16) -> anyhow::Result<EnterpriseFacts> {
        // The register asks whether the conditions of Law 04/2017 Art. 3 are met; the share they ask for is in the catalogue.
        let day = kernel::time::Date::new(year, 12, 31).ok();
        let least = day.and_then(|d| self.support.size_edition(d)).map(|edition| edition.women_owned.capital_percent);
        let declared = e.sizes.iter().rev().find(|s| s.inputs.year == year);
        Ok(EnterpriseFacts {
            id: e.id,
            name: e.profile.name.clone(),
            code: e.profile.code.clone(),
            kind: match e.profile.kind {
                EnterpriseKind::Enterprise => Kind::Enterprise,
                EnterpriseKind::Household => Kind::Household,
                EnterpriseKind::Cooperative => Kind::Cooperative,
            },
            size: declared.map(|s| sizes::inputs(&e.profile, &s.inputs)),
            size_checked_by: declared.and_then(|s| s.checked_by.clone()),
            ownership: least.filter(|_| e.profile.women_owned).map(|women_capital| Ownership { women_capital, woman_manages: true }),
            social_enterprise: e.profile.social_enterprise,
            innovative_startup: false,
            hard_area: false,
            priority_sector: false,
            readiness: self.readiness(e.id).await?,
        })
    }

    /// The newest result that was handed in.
    async fn readiness(&self, id: EnterpriseId) -> anyhow::Result<Option<Readiness>> {
        let rows = views::of_enterprise(&self.scope, id).await?;
        let Some(row) = rows.iter().rev().find(|r| r.submitted_at.is_some()) else { return Ok(None) };
        let a: Option<Assessment> = centre::store::load(&self.scope, &row.id.to_string()).await?;
        let name = self.frameworks.get(&row.framework, &row.edition).map_or_else(|| row.framework.clone(), |f| f.name.vi.clone());
        Ok(a.and_then(|a| {
            Some(Readiness { on: a.submitted_at?.date(), framework: name, level: row.level, confirmed: a.status == Status::Verified })
        }))
    }
}

#[async_trait]
impl support::facts::Enterprises for Register {
    async fn own(&self, actor: &Actor, enterprise: EnterpriseId, year: i16) -> anyhow::Result<Option<EnterpriseFacts>> {
        match self.load(enterprise).await?.filter(|e| e.members.contains(&actor.account)) {
            Some(e) => Ok(Some(self.facts(e, year).await?)),
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
