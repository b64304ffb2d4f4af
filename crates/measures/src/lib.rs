//! Indicators and indices of the operations centre: values with their fraction and whoever answers for them, scores that explain
//! themselves, closed periods that can be computed again.
//!
//! # Invariants
//! 1. No value is a bare percentage where a fraction exists; a part larger than its whole is kept and flagged.
//! 2. A value is never edited: a correction is another vintage with a reason. Every vintage is one journal entry.
//! 3. What records tell is not typed: computed indicators take no declared values.
//! 4. A figure opens the records behind it, and the offices and communes that a figure is made of add up to it.
//! 5. What-if stores nothing.
//! 6. A closed period is computed from the journal as it stood before the entry that asked for it; computing it again from there gives
//!    the same bytes, on either engine. A later closing of the same period is another vintage.
//!
//! # Deliberately absent
//! The records that are counted ([`asks::Sources`] tells them); formulas and scores ([`indices`]).

mod age;
pub mod asks;
pub mod catalog;
pub mod closing;
pub mod feed;
pub mod figures;
pub mod pages;
pub mod period;
pub mod reading;
pub mod sheet;
pub mod standing;
#[cfg(test)]
mod tests;

pub use age::Age;
pub use asks::{Places, Sources, Told};
pub use catalog::Catalog;
pub use period::{Period, PeriodType};

use ::records::Author;
use identity::roles;
use kernel::{Actor, Instant, id::OfficeCode};
use std::sync::Arc;
use store::{Migration, Scope, effects::Handler, seal};

#[derive(Clone)]
pub struct Measures(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub catalog: Arc<Catalog>,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub sources: Arc<dyn Sources>,
    pub places: Arc<dyn Places>,
    /// Tables of a closed period while it is computed, on SQLite and gone afterwards.
    pub scratch: closing::Scratch,
    /// The key of the journal's heads.
    pub key: seal::Key,
    /// Where messages of feeds come from.
    pub broker: Option<feed::message::Broker>,
}

impl std::ops::Deref for Measures {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

#[derive(Debug, Clone)]
pub struct Who {
    pub author: Author,
    pub office: Option<OfficeCode>,
    /// Of the province's own people's committee.
    pub top: bool,
    /// Verifies scores, enters published ones and closes periods.
    pub judges: bool,
    /// Sees the records of the whole province; others see those of their office.
    pub oversees: bool,
}

impl Measures {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
    pub fn who(&self, actor: &Actor) -> Who {
        let top = actor.office.as_ref().is_some_and(|o| self.places.is_top(o));
        let leads = top && actor.has_role(roles::LEADER);
        let judges = actor.has_role(roles::CONTROLLER) || leads;
        Who { author: Author::new(actor, self.now()), office: actor.office.clone(), top, judges, oversees: judges || actor.has_role(roles::AUDITOR) }
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("measures", 1, "measures", include_str!("../migrations/0001_measures.sql")),
    Migration::same("measures", 2, "feeds", include_str!("../migrations/0002_feeds.sql")),
    Migration::same("measures", 3, "feed taken", include_str!("../migrations/0003_feed_taken.sql")),
];

/// The room as the program mounts it.
pub fn module(state: Measures) -> web::module::Module {
    web::module::Module::new("measures", pages::routes(web::routes::Routes::new()).finish(state))
}

pub fn handlers(state: &Measures) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(closing::CLOSE, Arc::new(closing::Closer(state.clone())))]
}
