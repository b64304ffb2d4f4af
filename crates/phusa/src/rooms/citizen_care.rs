use super::Foundations;
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};
use ::citizen_care::{Inner, Care};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Care> {
    Ok(Care(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.citizen_care.clone(),
    })))
}

pub fn handlers(_room: &Care) -> Vec<(&'static str, Arc<dyn Handler>)> {
    Vec::new()
}

pub fn consumers(_room: &Care) -> Vec<Consumer> {
    Vec::new()
}

pub fn start_work(_room: &Care) {}
