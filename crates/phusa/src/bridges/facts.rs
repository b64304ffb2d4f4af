//! What support money asks of the showroom and the network of experts.

use async_trait::async_trait;
use boards::Boards;
use kernel::{
    id::{ExpertId, SolutionId},
    time::Date,
};
use support::facts::{ConsultantFacts, Consultants, SolutionFacts, Solutions};

/// The network of the room `boards`.
pub struct Network(pub Boards);

#[async_trait]
impl Consultants for Network {
    async fn consultant(&self, id: ExpertId, on: Date) -> anyhow::Result<Option<ConsultantFacts>> {
        let expert = match self.0.expert(id).await {
            Ok(x) => x,
            Err(boards::Failure::Refused(_)) => return Ok(None),
            Err(e) => return Err(anyhow::anyhow!(e.to_string())),
        };
        let recognised = boards::expert::recognised(&expert, on);
        let official = !expert.is_organisation() && expert.application.official;
        let network = expert.decision.clone().unwrap_or_default();
        Ok(Some(ConsultantFacts { id, name: expert.application.name.clone(), recognised, network, official }))
    }
    async fn recognised(&self, on: Date, limit: u32) -> anyhow::Result<Vec<(ExpertId, String)>> {
        let all = boards::expert::views::all_active(&self.0.scope).await?;
        let known = all.into_iter().filter(|x| boards::expert::recognised(x, on));
        Ok(known.take(usize::try_from(limit).unwrap_or(usize::MAX)).map(|x| (x.id, x.application.name)).collect())
    }
}

/// The showroom's catalogue.
pub struct Shown(pub showroom::Showroom);

#[async_trait]
impl Solutions for Shown {
    async fn solution(&self, id: SolutionId) -> anyhow::Result<Option<SolutionFacts>> {
        let found = showroom::acts::solutions::find(&self.0, id).await.map_err(|e| anyhow::anyhow!(e.to_string()))?;
        Ok(found.map(|f| {
            let (s, public) = (&f.solution, f.solution.is_public());
            SolutionFacts {
                id,
                name: s.listing.name.vi.clone(),
                supplier: s.provider_name.clone(),
                listed_at: public.then(|| format!("{}/showroom/solutions/{id}", self.0.public_url)),
                open_standard: matches!(s.listing.data_return, showroom::listing::DataReturn::AtEndOpen | showroom::listing::DataReturn::AnyTimeOpen),
                returns_data: s.listing.data_return != showroom::listing::DataReturn::None,
            }
        }))
    }
    async fn listed(&self, limit: u32) -> anyhow::Result<Vec<(SolutionId, String)>> {
        let all = showroom::views::search(&self.0.scope, &showroom::views::Asked::default(), i64::from(limit)).await?;
        Ok(all.into_iter().map(|s| (s.id, s.name.0)).collect())
    }
}
