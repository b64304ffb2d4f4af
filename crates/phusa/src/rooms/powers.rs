//! The room of powers put together: cases come from the desk.

use super::Foundations;
use crate::bridges::CasesForPowers;
use ::powers::{Inner, Powers};
use std::sync::Arc;

pub fn assemble(f: &Foundations<'_>) -> Powers {
    Powers(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        identity: f.identity.clone(),
        cases: Arc::new(CasesForPowers(f.services.desk.clone())),
        rules: f.catalog.rooms.powers.clone(),
    }))
}
