//! The room of documents put together.

use crate::{assembly::Settings, catalog::Catalog};
use ::documents::{Documents, Inner, effects};
use identity::Identity;
use std::{sync::Arc, time::Duration};
use store::{Scope, effects::Runner, files::Files};

pub fn assemble(scope: &Scope, catalog: &Catalog, identity: &Arc<Identity>, files: &Files, issuing: &issuing::Issuing, turns: &numbering::Turns, trust: &Arc<signatures::Trust>, settings: &Settings) -> Documents {
    let doors = identity.clone();
    Documents(Arc::new(Inner {
        scope: scope.clone(),
        files: files.clone(),
        catalog: catalog.rooms.documents.clone(),
        offices: Arc::new(catalog.offices.clone()),
        directory: identity.directory().clone(),
        issuing: issuing.clone(),
        trust: trust.clone(),
        of_cases: Arc::default(),
        clock: settings.clock.clone(),
        public_url: settings.public_url.clone(),
        demo: settings.demo,
        turns: turns.clone(),
        may_direct: Arc::new(move |actor| doors.permits(Some(actor), identity::actions::DIRECTIVE_GIVE, &identity::Subject::Portal)),
    }))
}

/// Somebody waits for the signature of a document that was just signed: it has a runner of its own and does not stand behind a queue of
/// slips to be set. Both runners know the work; the lease of an effect sees to it that one does it.
pub fn start_work(room: &Documents) {
    let runner = effects::handlers(room).into_iter().fold(Runner::new(room.scope.clone()), |r, (kind, handler)| r.on(kind, handler));
    let clock = room.clock.clone();
    runner.spawn(Duration::from_millis(500), move || clock());
}
