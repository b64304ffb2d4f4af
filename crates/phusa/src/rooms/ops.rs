//! The operations centre put together: officials come from the directory, units and their calendars from the catalogue, figures of
//! dossiers from the live board.

use super::Foundations;
use crate::bridges::{LaterMeasures, OpsPeople, OpsSignals, OpsSources, OpsUnits};
use ::indicators::Indicators;
use ::ops::{Inner, Ops};
use std::sync::Arc;

/// `measures` is put in when that room stands: it counts directives, and a wall shows what it counts.
pub fn assemble(f: &Foundations<'_>, indicators: &Indicators, measures: &LaterMeasures) -> Ops {
    Ops(Arc::new(Inner {
        scope: f.scope.clone(),
        files: f.services.files.clone(),
        catalog: f.catalog.rooms.ops.clone(),
        clock: f.settings.clock.clone(),
        people: Arc::new(OpsPeople(f.identity.clone())),
        units: Arc::new(OpsUnits { identity: f.identity.clone(), calendars: f.catalog.calendars.clone() }),
        sources: Arc::new(OpsSources { indicators: indicators.clone(), units: OpsUnits { identity: f.identity.clone(), calendars: f.catalog.calendars.clone() }, measures: measures.clone() }),
        signals: Arc::new(OpsSignals { indicators: indicators.clone(), definitions: f.services.desk.clone(), measures: measures.clone(), below: tokio::sync::Mutex::default() }),
        seen: ::ops::wall::Seen::default(),
    }))
}

/// Alerts are looked for, and what recurs is given, by the room itself.
pub fn start_work(room: &Ops) {
    room.clone().watch_alerts();
    room.clone().watch_series();
}
