//! The room of the index put together.

use super::Foundations;
use ::indicators::{Indicators, Inner};
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Indicators> {
    Ok(Indicators(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.indicators.clone(),
        petitions: None,
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
