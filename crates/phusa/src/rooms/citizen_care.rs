//! The room of care for the citizen put together.

use super::Foundations;
use ::citizen_care::{
    Care, Inner,
    notice::heard::{EFFECT, Hear},
};
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Care> {
    Ok(Care(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.citizen_care.clone(),
        carriers: f.settings.outside.carriers.clone(),
        public_url: f.settings.public_url.clone(),
    })))
}

pub fn handlers(room: &Care) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(EFFECT, Arc::new(Hear(room.clone())))]
}

pub fn consumers(_room: &Care) -> Vec<Consumer> {
    Vec::new()
}

pub fn start_work(room: &Care) {
    room.start_carrying();
}
