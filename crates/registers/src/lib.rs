//! Base data of the State and the person's own store: data are given once and used again.
//!
//! # Invariants
//! 1. No question is put to a database without a purpose and a dossier, and every question is recorded: who, about whom, why,
//!    which fields, what came back. The person it is about can read it.
//! 2. A form is filled only with the record of whoever signed in; typing somebody's number discloses nothing of them.
//! 3. A database that is down, slow or wrong never stops an application: it is asked again, or a person proves it otherwise.
//! 4. What was answered is kept by its hash: a later look can tell whether the database said the same then.
//! 5. The person's store is derived from the journal; sharing a document is by a link that ends and can be ended.
//!
//! # Deliberately absent
//! Which component data replace and which field they fill: `catalog/sources`. Clocks of cases: they run on in the engine.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod ask;
pub mod base;
pub mod catalog;
pub mod check;
pub mod documents;
pub mod fill;
pub mod follow;
pub mod looks;
pub mod model;
mod pages;
pub mod store;
pub mod views;

use ::store::{Migration, Scope, files::Files};
use kernel::Instant;
use std::sync::Arc;

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Registers(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub files: Files,
    pub catalog: Arc<catalog::Catalog>,
    /// Without one, officials look data up themselves and the pages say so.
    pub register: Option<Arc<dyn base::Register>>,
    /// The simulated databases of a demonstration.
    pub simulator: Option<base::simulator::Simulator>,
    pub public_url: String,
}

impl std::ops::Deref for Registers {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Registers {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("registers", 1, "registers", include_str!("../migrations/0001_registers.sql"))];

/// The room as the program mounts it.
pub fn module(state: Registers) -> web::module::Module {
    web::module::Module::new("registers", pages::routes(web::routes::Routes::new()).finish(state))
}
