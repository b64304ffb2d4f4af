//! The room of the national portal put together.

use super::Foundations;
use ::national_portal::{Inner, NationalPortal};
use std::sync::Arc;
use store::{consumer::Consumer, effects::Handler};

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<NationalPortal> {
    Ok(NationalPortal(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.national_portal.clone(),
        connection: f.settings.outside.national.clone(),
        public_url: f.settings.public_url.clone(),
        result_codes: f.catalog.rooms.indicators.result_codes.iter().map(|(procedure, c)| (procedure.clone(), c.code.clone())).collect(),
    })))
}

pub fn handlers(_room: &NationalPortal) -> Vec<(&'static str, Arc<dyn Handler>)> {
    Vec::new()
}

pub fn consumers(room: &NationalPortal) -> Vec<Consumer> {
    vec![room.consumer()]
}

pub fn start_work(room: &NationalPortal) {
    room.start_sending();
}
