//! Indicators and indices put together: counts come from the index of dossiers and from directives, the signature of a closed period from the
//! key of the journal's heads.

use super::Foundations;
use crate::bridges::{MeasurePlaces, MeasureSources};
use ::indicators::Indicators;
use ::measures::{Inner, Measures, closing::Scratch};
use ::ops::Ops;
use std::sync::Arc;
use store::seal;

pub fn assemble(f: &Foundations<'_>, indicators: &Indicators, ops: &Ops) -> anyhow::Result<Measures> {
    Ok(Measures(Arc::new(Inner {
        scope: f.scope.clone(),
        catalog: f.catalog.rooms.measures.clone(),
        clock: f.settings.clock.clone(),
        sources: Arc::new(MeasureSources { indicators: indicators.clone(), ops: ops.clone() }),
        places: Arc::new(MeasurePlaces { identity: f.identity.clone(), areas: f.catalog.areas.clone() }),
        scratch: Scratch { folder: std::path::absolute(f.data.join("scratch"))?, migrations: [::indicators::MIGRATIONS, ::ops::MIGRATIONS, ::measures::MIGRATIONS].concat() },
        key: seal::Key::open(&f.data.join("keys"))?,
        broker: f.settings.outside.broker.clone(),
    })))
}

/// Files that systems lay into folders and messages of a broker are looked for by the room itself.
pub fn start_work(room: &Measures, data: &std::path::Path) {
    room.clone().watch_folders(data.join("feeds"));
    if let Some(broker) = room.broker.clone() {
        let _ = room.clone().watch_messages(broker);
    }
}
