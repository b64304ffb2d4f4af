use super::Foundations;
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};
use ::national_portal::{Inner, NationalPortal};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<NationalPortal> {
    Ok(NationalPortal(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.national_portal.clone(),
    })))
}

pub fn handlers(_room: &NationalPortal) -> Vec<(&'static str, Arc<dyn Handler>)> {
    Vec::new()
}

pub fn consumers(_room: &NationalPortal) -> Vec<Consumer> {
    Vec::new()
}

pub fn start_work(_room: &NationalPortal) {}
