use super::Foundations;
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};
use ::payments::{Inner, Payments};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Payments> {
    Ok(Payments(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.payments.clone(),
    })))
}

pub fn handlers(_room: &Payments) -> Vec<(&'static str, Arc<dyn Handler>)> {
    Vec::new()
}

pub fn consumers(_room: &Payments) -> Vec<Consumer> {
    Vec::new()
}

pub fn start_work(_room: &Payments) {}
