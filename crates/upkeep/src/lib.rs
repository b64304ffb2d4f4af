//! The room of upkeep: what the house does by itself after an act, when it failed for good, looked at by a person who has it done again or
//! gives it up with a reason.
//!
//! # Invariants
//! 1. Each of both is one journal entry, in one batch with what it changes; of two people only the first is heard.
//! 2. What was promised to the outside is not shown: its content may be somebody's. An error is shown without what looks like an address
//!    or a number of a person.
//! 3. What is given up stays in the table and in the journal.
//!
//! # Deliberately absent
//! The outbox and its attempts (`store::effects`); what an effect does (its room).

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod failed;
pub mod pages;

use kernel::Instant;
use std::sync::Arc;
use store::Scope;

/// What the room's pages share. One province; cheap to clone.
#[derive(Clone)]
pub struct Upkeep(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub words: Arc<catalog::Words>,
}

impl std::ops::Deref for Upkeep {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Upkeep {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

/// The room as the program mounts it.
pub fn module(state: Upkeep) -> web::module::Module {
    web::module::Module::new("upkeep", pages::routes(web::routes::Routes::new()).finish(state))
}
