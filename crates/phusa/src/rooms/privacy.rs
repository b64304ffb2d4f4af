//! The room of personal data put together: it asks the room of base data what was asked about a person, and the portal what they
//! were told.

use crate::{assembly::Settings, bridges::openings, catalog::Catalog};
use ::privacy::{Inner, Privacy};
use casework::Desk;
use std::sync::Arc;
use store::{Scope, files::Files};

pub fn assemble(scope: &Scope, catalog: &Catalog, desk: &Desk, files: &Files, registers: &::registers::Registers, issuing: &issuing::Issuing, documents: &::documents::Documents, settings: &Settings) -> Privacy {
    Privacy(Arc::new(Inner {
        scope: scope.clone(),
        clock: settings.clock.clone(),
        desk: desk.clone(),
        files: files.clone(),
        issuing: issuing.clone(),
        catalog: catalog.rooms.privacy.clone(),
        looks: Arc::new(openings::Asked(registers.clone())),
        told: Arc::new(openings::Portal(scope.clone())),
        notices: Arc::new(crate::bridges::BreachNotices(documents.clone())),
        demo: settings.demo,
    }))
}
