//! Synchronisation with the National Public Service Portal: the outbox, the mirror, reconciliation.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;

use kernel::Instant;
use std::sync::Arc;
use store::{Migration, Scope};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct NationalPortal(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<catalog::Catalog>,
}

impl std::ops::Deref for NationalPortal {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl NationalPortal {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[];

/// The room as the program mounts it.
pub fn module(state: NationalPortal) -> web::module::Module {
    web::module::Module::new("national-portal", web::routes::Routes::new().finish(state))
}
