//! Notices by the channel a person chose, complaints and ratings with their clocks, services offered before anybody asks.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;

use kernel::Instant;
use std::sync::Arc;
use store::{Migration, Scope};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Care(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<catalog::Catalog>,
}

impl std::ops::Deref for Care {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Care {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[];

/// The room as the program mounts it.
pub fn module(state: Care) -> web::module::Module {
    web::module::Module::new("citizen-care", web::routes::Routes::new().finish(state))
}
