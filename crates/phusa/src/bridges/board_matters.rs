//! What boards ask of other rooms about the subject of a matter, and what those rooms show of matters about their own things.

use super::{Register, engagements, rules::EngagementRules};
use async_trait::async_trait;
use boards::{Boards, Firms, asks::About, matching::FirmFacts, matter::SubjectKind, pages::{about, ratings}};
use casework::{Desk, DeskError, Found};
use centre::model::{Assessment, Enterprise, Status};
use identity::actions::CASE_VIEW;
use kernel::{
    Actor, Instant,
    id::{AssessmentId, ChoiceId, EnterpriseId},
};
use serde::de::DeserializeOwned;
use showroom::{choice::Choice, provider::Provider};
use std::sync::Arc;
use web::{html::Html, visitor::Visitor};

/// Subjects by the rooms that keep them.
pub struct Subjects {
    pub register: Register,
    pub desk: Desk,
    pub rules: Arc<EngagementRules>,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}

#[async_trait]
impl boards::Subjects for Subjects {
    async fn find(&self, actor: Option<&Actor>, kind: SubjectKind, id: &str) -> anyhow::Result<Option<About>> {
        match kind {
            SubjectKind::Assessment => self.assessment(id).await,
            SubjectKind::Engagement => self.engagement(actor, id).await,
            SubjectKind::Choice => self.choice(id).await,
            SubjectKind::Grant => self.grant(id).await,
            SubjectKind::Enterprise => self.enterprise(id).await,
        }
    }
}

impl Subjects {
    async fn load<T: DeserializeOwned>(&self, id: &str) -> anyhow::Result<Option<T>> {
        Ok(centre::store::load(&self.register.scope, id).await?)
    }

    async fn registered(&self, id: EnterpriseId) -> anyhow::Result<Vec<FirmFacts>> {
        Ok(self.register.facts(id).await?.into_iter().collect())
    }

    /// An assessment that was handed in; one under way is its owner's alone.
    async fn assessment(&self, id: &str) -> anyhow::Result<Option<About>> {
        let Ok(id) = id.parse::<AssessmentId>() else { return Ok(None) };
        let Some(a) = self.load::<Assessment>(&id.to_string()).await?.filter(|a| a.status != Status::Open) else { return Ok(None) };
        let firms = match a.enterprise {
            Some(enterprise) => self.registered(enterprise).await?,
            None => Vec::new(),
        };
        let name = firms.first().map_or("", |f| f.name.as_str());
        let title = format!("Kết quả đánh giá {} – {name}", a.stage.to_uppercase());
        Ok(Some(About { path: format!("/centre/assessments/{id}"), id: id.to_string(), title, enterprise: a.enterprise, firms }))
    }

    async fn case(&self, actor: Option<&Actor>, code: &str) -> anyhow::Result<Option<Found>> {
        let Some(actor) = actor else { return Ok(self.desk.load_code(code).await?) };
        match self.desk.find(actor, code, CASE_VIEW).await {
            Ok(found) => Ok(Some(found)),
            Err(DeskError::Refused(_)) => Ok(None),
            Err(DeskError::Store(e)) => Err(e.into()),
        }
    }

    /// An engagement, by its code. Whoever is in it counts, on the register or not: the form tells of them.
    async fn engagement(&self, actor: Option<&Actor>, code: &str) -> anyhow::Result<Option<About>> {
        let Some(rule) = self.rules.advance((self.clock)().date()) else { return Ok(None) };
        let Some(found) = self.case(actor, code).await?.filter(|f| f.definition.kind == rule.kind) else { return Ok(None) };
        let s = &found.state;
        let own = engagements::own_code(rule, s);
        let told = |field: &str| s.answers.get(field).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let (mut enterprise, mut firms) = (None, Vec::new());
        for firm in engagements::firms(rule, &found.definition, s).into_iter().filter(|f| !f.gone) {
            let known = centre::store::enterprise_by_code(&self.register.scope, &firm.code).await?;
            enterprise = enterprise.or(known);
            let kept = match known {
                Some(id) => self.register.facts(id).await?,
                None => None,
            };
            let mut facts = kept.unwrap_or_else(|| FirmFacts { name: firm.name.clone(), tax_code: firm.code.clone(), ..FirmFacts::default() });
            if firm.code == own {
                facts.email = told("email");
                if facts.address.is_empty() {
                    (facts.address, facts.commune) = (told("enterprise_address"), told("commune"));
                }
            }
            firms.push(facts);
        }
        let title = format!("{} – {}", s.code, s.title);
        Ok(Some(About { id: s.code.to_string(), title, path: engagements::path(s.code.as_str()), enterprise, firms }))
    }

    /// A choice: its enterprise, and the providers whose solutions are compared.
    async fn choice(&self, id: &str) -> anyhow::Result<Option<About>> {
        let Ok(id) = id.parse::<ChoiceId>() else { return Ok(None) };
        let Some(c) = self.load::<Choice>(&id.to_string()).await? else { return Ok(None) };
        let mut firms = self.registered(c.enterprise).await?;
        for candidate in c.shortlist.iter().map(|x| &x.candidate) {
            let Some(p) = self.load::<Provider>(&candidate.provider.to_string()).await? else { continue };
            let facts = FirmFacts {
                name: p.profile.name.clone(),
                tax_code: p.profile.tax_code.as_str().to_owned(),
                email: p.profile.email.as_str().to_owned(),
                ..FirmFacts::default()
            };
            if !firms.contains(&facts) {
                firms.push(facts);
            }
        }
        let path = format!("/centre/enterprises/{}/choices/{id}", c.enterprise);
        Ok(Some(About { id: id.to_string(), title: format!("{} – {}", c.title, c.enterprise_name), path, enterprise: Some(c.enterprise), firms }))
    }

    async fn grant(&self, id: &str) -> anyhow::Result<Option<About>> {
        let Ok(id) = id.parse::<support::dossier::DossierId>() else { return Ok(None) };
        let Some(d) = support::views::dossier(&self.register.scope, id).await? else { return Ok(None) };
        let firms = self.registered(d.enterprise).await?;
        let title = format!("{} – {}", d.code, d.facts.name);
        Ok(Some(About { id: id.to_string(), title, path: format!("/centre/support/dossiers/{id}"), enterprise: Some(d.enterprise), firms }))
    }

    async fn enterprise(&self, id: &str) -> anyhow::Result<Option<About>> {
        let Ok(id) = id.parse::<EnterpriseId>() else { return Ok(None) };
        let Some(e) = self.load::<Enterprise>(&id.to_string()).await? else { return Ok(None) };
        let firms = self.registered(id).await?;
        Ok(Some(About { id: id.to_string(), title: e.profile.name, path: format!("/centre/enterprises/{id}"), enterprise: Some(id), firms }))
    }
}

/// What boards say on the pages of other rooms.
#[derive(Clone)]
pub struct BoardCards {
    pub boards: Boards,
    pub rules: Arc<EngagementRules>,
}

impl BoardCards {
    async fn card(&self, v: &Visitor, kind: SubjectKind, id: &str) -> anyhow::Result<Html> {
        about::card(&self.boards, v, kind, id).await.map_err(plain)
    }
    fn is_engagement(&self, found: &Found) -> bool {
        self.rules.advance(self.boards.now().date()).is_some_and(|r| r.kind == found.definition.kind)
    }
}

/// A refusal stays a refusal on its way.
fn plain(f: boards::Failure) -> anyhow::Error {
    match f {
        boards::Failure::Refused(r) => r.into(),
        boards::Failure::Internal(e) => e,
    }
}

#[async_trait]
impl centre::BeforeBoards for BoardCards {
    async fn card(&self, v: &Visitor, assessment: AssessmentId) -> anyhow::Result<Html> {
        self.card(v, SubjectKind::Assessment, &assessment.to_string()).await
    }
}

#[async_trait]
impl showroom::ask::BeforeBoards for BoardCards {
    async fn card(&self, v: &Visitor, choice: ChoiceId) -> anyhow::Result<Html> {
        self.card(v, SubjectKind::Choice, &choice.to_string()).await
    }
}

#[async_trait]
impl services::beside::Beside for BoardCards {
    async fn at_work(&self, v: &Visitor, found: &Found) -> anyhow::Result<Html> {
        if !self.is_engagement(found) {
            return Ok(Html::default());
        }
        self.card(v, SubjectKind::Engagement, found.state.code.as_str()).await
    }
    async fn at_home(&self, v: &Visitor, found: &Found) -> anyhow::Result<Html> {
        if !self.is_engagement(found) {
            return Ok(Html::default());
        }
        ratings::card(&self.boards, v, found.state.code.as_str()).await.map_err(plain)
    }
}
