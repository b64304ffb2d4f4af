//! What the showroom asks: who somebody is to an enterprise, and what the enterprise needs.

use super::Register;
use async_trait::async_trait;
use centre::{
    CentreCatalog,
    model::{Assessment, Enterprise},
    views,
};
use identity::roles;
use kernel::{Actor, id::EnterpriseId};
use showroom::{
    ask::{Enterprises, Known, Needs, Standing},
    choice::Role,
    rank::{Gap, Need},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

#[async_trait]
impl Enterprises for Register {
    async fn standing(&self, actor: &Actor, enterprise: EnterpriseId) -> anyhow::Result<Option<Standing>> {
        let Some(e) = centre::store::load::<Enterprise>(&self.scope, &enterprise.to_string()).await? else { return Ok(None) };
        let role = if e.members.contains(&actor.account) {
            Some(Role::Member)
        } else if actor.has_role(roles::CENTRE_OFFICER) || actor.has_role(roles::CENTRE_DIRECTOR) {
            Some(Role::Officer)
        } else if self.advises(actor, enterprise).await? {
            Some(Role::Consultant)
        } else {
            None
        };
        Ok(role.map(|role| Standing { name: e.profile.name, role }))
    }

    async fn own(&self, actor: &Actor) -> anyhow::Result<Vec<Known>> {
        let rows = views::of_member(&self.scope, actor.account).await?;
        Ok(rows.into_iter().map(|r| Known { id: r.id, name: r.name }).collect())
    }
}

impl Register {
    /// A consultant is assigned to an enterprise by having one of its assessments to verify.
    async fn advises(&self, actor: &Actor, enterprise: EnterpriseId) -> anyhow::Result<bool> {
        if !actor.has_role(roles::CONSULTANT) {
            return Ok(false);
        }
        let rows = views::of_enterprise(&self.scope, enterprise).await?;
        Ok(rows.iter().any(|r| r.consultant == Some(actor.account)))
    }
}

/// Needs by the sector's profile: the types of solution that the next stage asks for.
pub struct SectorNeeds {
    pub register: Register,
    pub catalog: Arc<CentreCatalog>,
    pub clock: Arc<dyn Fn() -> kernel::Instant + Send + Sync>,
}

#[async_trait]
impl Needs for SectorNeeds {
    async fn need(&self, enterprise: EnterpriseId) -> anyhow::Result<Option<Need>> {
        let Some(e) = centre::store::load::<Enterprise>(&self.register.scope, &enterprise.to_string()).await? else { return Ok(None) };
        let rows = views::of_enterprise(&self.register.scope, enterprise).await?;
        let newest = rows.iter().rev().find(|r| r.submitted_at.is_some() && r.level.is_some());
        let Some(newest) = newest else { return Ok(None) };
        let today = (self.clock)().date();
        // An index that the table does not name asks for nothing: the owner types the gaps.
        let Some(stage) = newest.level.and_then(|l| self.catalog.stage_asked(&newest.framework, l, today)) else { return Ok(None) };
        let assessed: Option<Assessment> = centre::store::load(&self.register.scope, &newest.id.to_string()).await?;
        let vsic = assessed.map_or_else(|| e.profile.vsic.clone(), |a| a.vsic);
        let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
        for sector in self.catalog.sectors_of(&vsic, today) {
            let stages = sector.processes.iter().flat_map(|p| &p.stages).filter(|s| s.stage == stage);
            for kind in stages.flat_map(|s| &s.solution_types) {
                // A hundred for each process that waits for it: the same measure for all gaps of one enterprise, on the scale of
                // 1 to 1000 that the owner's own gaps are typed in.
                *kinds.entry(kind.clone()).or_default() += 100;
            }
        }
        let gaps: Vec<Gap> = kinds.into_iter().map(|(kind, size)| Gap { kind, size, goal: 1, stage }).collect();
        if gaps.is_empty() {
            return Ok(None);
        }
        let people = e.sizes.last().map_or(1, |s| s.inputs.headcount.max(1));
        Ok(Some(Need {
            enterprise,
            sector: vsic,
            size: e.size().unwrap_or("").to_owned(),
            gaps,
            budget: None,
            users: people,
            transactions: None,
            required_integrations: BTreeSet::new(),
            wished_integrations: BTreeSet::new(),
            languages: BTreeSet::from(["vi".to_owned()]),
            hosting: BTreeSet::new(),
            accessible: false,
            traceability: false,
        }))
    }
}
