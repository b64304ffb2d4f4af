//! The room of documents put together.

use crate::{assembly::Settings, catalog::Catalog};
use ::documents::{Documents, Inner};
use identity::Identity;
use std::sync::Arc;
use store::{Scope, files::Files};

pub fn assemble(scope: &Scope, catalog: &Catalog, identity: &Arc<Identity>, files: &Files, issuing: &issuing::Issuing, trust: &Arc<signatures::Trust>, settings: &Settings) -> Documents {
    Documents(Arc::new(Inner {
        scope: scope.clone(),
        files: files.clone(),
        catalog: catalog.rooms.documents.clone(),
        offices: Arc::new(catalog.offices.clone()),
        directory: identity.directory().clone(),
        issuing: issuing.clone(),
        trust: trust.clone(),
        clock: settings.clock.clone(),
        public_url: settings.public_url.clone(),
        demo: settings.demo,
        turns: ::documents::series::Turns::default(),
    }))
}
