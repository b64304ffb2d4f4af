//! The room of reorganisations put together.

use super::Foundations;
use ::reform::{Inner, Reforms};
use std::sync::Arc;

pub fn assemble(f: &Foundations<'_>) -> Reforms {
    Reforms(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        identity: f.identity.clone(),
        areas: f.catalog.areas.clone(),
        offices: Arc::new(f.catalog.offices.clone()),
    }))
}
