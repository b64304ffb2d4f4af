//! A reorganisation of offices, communes and provinces as an operation: planned, previewed, approved by a second person, run case
//! by case, reported.
//!
//! # Invariants
//! 1. A plan is a stream of the journal; what is approved is the plan as it then stands, and who prepared it does not approve it.
//! 2. Nothing is approved while something that moves has no receiver; nothing runs before the day.
//! 3. A case moves whole or not at all: history, state, views, rows of other rooms and waiting effects in one batch, guarded by
//!    its version. Killed at any instant, the run goes on with what is still there.
//! 4. What was sealed stays where it was sealed. The receiving province has the history again under the same stream and versions,
//!    followed by one entry of the reorganisation; replaying it gives the state.
//! 5. Every table is classified ([`tables`]): which rows move with a case is derived from the columns the database has.
//! 6. The report counts again instead of adding up what the run believed: nothing lost, nothing doubled.
//!
//! # Deliberately absent
//! Deciding on cases (`casework`), which units there were when (`kernel::area`), which offices there are (`identity`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod acts;
pub mod derive;
pub mod model;
pub mod moving;
pub mod pages;
pub mod preview;
pub mod report;
pub mod route;
pub mod store;
pub mod tables;

use ::store::{Migration, Scope};
use identity::{Identity, Offices};
use kernel::{Instant, area::Areas};
use std::sync::Arc;

/// What the room's pages share. One province; cheap to clone.
#[derive(Clone)]
pub struct Reforms(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub identity: Arc<Identity>,
    pub areas: Arc<Areas>,
    /// All offices ever declared, of all provinces of the installation.
    pub offices: Arc<Offices>,
}

impl std::ops::Deref for Reforms {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Reforms {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("reform", 1, "reform", include_str!("../migrations/0001_reform.sql"))];

/// The room as the program mounts it.
pub fn module(state: Reforms) -> web::module::Module {
    web::module::Module::new("reform", pages::routes(web::routes::Routes::new()).finish(state))
}
