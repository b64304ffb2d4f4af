//! Support money: who may have how much for what, asked for, examined, promised, paid, published and reported.
//!
//! # Invariants
//! 1. Committed and paid of one enterprise, content and year (contract, month) never exceed the cap: the statement that
//!    adds money names the cap and fails with it.
//! 2. The ledger is append-only; a payment is undone by one reversal, never edited. The database refuses updates.
//! 3. Rates, caps, thresholds and spans are read from the catalogue, dated and cited; a day without a rate is refused.
//! 4. Every change is one journal entry, and a dossier's state is what its entries make of it.
//! 5. A file that was sent does not change and stays readable ([`papers`]).
//!
//! # Deliberately absent
//! The register of enterprises, the showroom, the network, engagements: traits in [`facts`]. Bank transfers.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod acts;
pub mod catalog;
pub mod dossier;
pub mod facts;
pub mod notice;
mod pages;
pub mod papers;
pub mod queue;
pub mod rules;
pub mod store;
pub mod totals;
pub mod views;

use catalog::Rules;
use facts::{Acceptances, Consultants, Enterprises, Solutions};
use kernel::{Instant, calendar::Calendar};
use std::sync::Arc;

use ::store::{Migration, Scope};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Support(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// The bytes of uploaded papers.
    pub files: ::store::files::Files,
    pub rules: Arc<Rules>,
    /// The working calendar of the office that decides.
    pub calendar: Arc<Calendar>,
    /// Its name, for the public pages and beside other agencies.
    pub agency: kernel::Text,
    pub enterprises: Arc<dyn Enterprises>,
    pub solutions: Arc<dyn Solutions>,
    pub consultants: Arc<dyn Consultants>,
    pub acceptances: Arc<dyn Acceptances>,
    /// Where the notice of a decision becomes a document.
    pub notices: Arc<dyn notice::Notices>,
}

impl std::ops::Deref for Support {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Support {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
    pub fn province(&self) -> &str {
        self.scope.province().as_str()
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("support", 1, "tables", include_str!("../migrations/0001_tables.sql")),
    Migration {
        room: "support",
        number: 2,
        name: "the ledger is append-only",
        sqlite: include_str!("../migrations/0002_append_only.sqlite.sql"),
        postgres: include_str!("../migrations/0002_append_only.postgres.sql"),
    },
];

/// The room as the program mounts it.
pub fn module(state: Support) -> web::module::Module {
    web::module::Module::new("support", pages::routes(web::routes::Routes::new()).finish(state))
}
