use super::Foundations;
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};
use ::indicators::{Inner, Indicators};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Indicators> {
    Ok(Indicators(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.indicators.clone(),
    })))
}

pub fn handlers(_room: &Indicators) -> Vec<(&'static str, Arc<dyn Handler>)> {
    Vec::new()
}

pub fn consumers(_room: &Indicators) -> Vec<Consumer> {
    Vec::new()
}

pub fn start_work(_room: &Indicators) {}
