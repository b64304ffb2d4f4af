//! The service quality index of Decision 766/QĐ-TTg, live, with the dossiers behind each figure.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;

use kernel::Instant;
use std::sync::Arc;
use store::{Migration, Scope};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Indicators(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<catalog::Catalog>,
}

impl std::ops::Deref for Indicators {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Indicators {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[];

/// The room as the program mounts it.
pub fn module(state: Indicators) -> web::module::Module {
    web::module::Module::new("indicators", web::routes::Routes::new().finish(state))
}
