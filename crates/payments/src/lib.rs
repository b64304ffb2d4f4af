//! Fees, charges and obligations of cases: what is owed, how it is paid, receipts, reconciliation, refunds.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;

use kernel::Instant;
use std::sync::Arc;
use store::{Migration, Scope};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Payments(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<catalog::Catalog>,
}

impl std::ops::Deref for Payments {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Payments {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[];

/// The room as the program mounts it.
pub fn module(state: Payments) -> web::module::Module {
    web::module::Module::new("payments", web::routes::Routes::new().finish(state))
}
