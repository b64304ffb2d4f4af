//! What the showroom asks: who somebody is to an enterprise, and what the enterprise needs.

use super::Register;
use async_trait::async_trait;
use centre::{
    CentreCatalog,
    model::{Assessment, Enterprise},
    views::{self, AssessmentRow},
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
        } else if self.advises(actor, &e).await? {
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
    /// Who advises an enterprise: whoever verifies one of its assessments, and the advisers of its engagements while they are open.
    async fn advises(&self, actor: &Actor, e: &Enterprise) -> anyhow::Result<bool> {
        if actor.has_role(roles::CONSULTANT) {
            let rows = views::of_enterprise(&self.scope, e.id).await?;
            if rows.iter().any(|r| r.consultant == Some(actor.account)) {
                return Ok(true);
            }
        }
        let sql = "SELECT DISTINCT m.role FROM case_member m JOIN engagement g ON g.province = m.province AND g.case_id = m.case_id \
            JOIN engagement_firm f ON f.province = m.province AND f.case_id = m.case_id \
            WHERE m.province = $1 AND m.account = $2 AND f.tax_code = $3 AND f.gone = 0 AND g.open = 1";
        let roles = self.scope.query(sql, store::values![actor.account, e.profile.code.as_str()]).await?;
        let mut held = roles.iter().filter_map(|r| r.text("role").ok());
        Ok(held.any(|role| self.engagements.advisers().any(|a| a == role)))
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
        let today = (self.clock)().date();
        let Some(rule) = self.register.support.readiness(today) else { return Ok(None) };
        // An index that the table of stages does not name asks for nothing; where none is, the owner types the gaps.
        let asks = |r: &AssessmentRow| self.catalog.stage_asked(&r.framework, r.level?, today);
        let Some((newest, stage)) = super::enterprises::showing(&rows, rule).into_iter().find_map(|r| Some((r, asks(r)?))) else { return Ok(None) };
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
