//! The room of the index put together: petitions come from the room of care, online payment from the payments room.

use super::Foundations;
use ::indicators::{Indicators, Inner, PetitionCounts, Petitions, period::Period, views::Whose};
use kernel::Instant;
use std::sync::Arc;
use store::{Scope, consumer::Consumer, effects::Handler};

/// Complaints and petitions of a period, counted by the office they are about. Of a procedure or an official nothing is told: a
/// petition need not name either.
struct Told {
    scope: Scope,
    clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}

#[async_trait::async_trait]
impl Petitions for Told {
    async fn petitions(&self, whose: &Whose, period: Period) -> anyhow::Result<Option<PetitionCounts>> {
        let office = match whose {
            Whose::Province => None,
            Whose::Office(office) => Some(office.as_str()),
            _ => return Ok(None),
        };
        let at = period.compared_at((self.clock)());
        let c = ::citizen_care::complaint::store::counts(&self.scope, office, period.begins(), period.ends(), at).await?;
        Ok(Some(PetitionCounts { received: c.received, in_time: c.in_time, handled: c.handled, satisfied: c.satisfied }))
    }
}

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Indicators> {
    Ok(Indicators(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.indicators.clone(),
        petitions: Some(Arc::new(Told { scope: f.scope.clone(), clock: f.settings.clock.clone() })),
        payable_online: None,
    })))
}

pub fn handlers(_room: &Indicators) -> Vec<(&'static str, Arc<dyn Handler>)> {
    Vec::new()
}

pub fn consumers(room: &Indicators) -> Vec<Consumer> {
    vec![room.consumer()]
}

pub fn start_work(_room: &Indicators) {}
