//! The service quality index of Decision 766/QĐ-TTg, live, with the dossiers behind each figure.
//!
//! # Invariants
//! 1. No figure is typed in: each is a sum over facts, and each fact a fold over the journal. (What the portal published is
//!    typed in, stands apart and is only compared.)
//! 2. A figure and the list behind it are one definition ([`count::MEASURES`]); the list has as many dossiers as the figure says.
//! 3. Nothing that is not connected is shown as zero: it is "chưa có số liệu".
//! 4. In public there are aggregates only, none over fewer dossiers than the catalogue allows, and no name.
//!
//! # Deliberately absent
//! Any change of a dossier; the exact list of differences with the portal (room `national-portal`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod count;
pub mod fact;
pub mod figures;
pub mod follow;
pub mod happened;
pub mod page766;
pub mod pages;
pub mod period;
pub mod published;
pub mod store;
pub mod views;

pub use catalog::Catalog;

use async_trait::async_trait;
use kernel::Instant;
use period::Period;
use ::store::{Migration, Scope, consumer::Consumer};
use std::sync::Arc;
use views::Whose;

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Indicators(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<Catalog>,
    /// Petitions about how dossiers were handled (5.2, 5.3): nothing until a room tells them.
    pub petitions: Option<Arc<dyn Petitions>>,
    /// Whether a procedure's fees can be paid online here (3.5 C): nothing until the payments room tells it.
    pub payable_online: Option<Arc<dyn Fn(&casework::Definition) -> bool + Send + Sync>>,
}

/// Petitions of a period, told by the room that handles them.
#[async_trait]
pub trait Petitions: Send + Sync {
    /// Nothing when it cannot be told for this part of the province.
    async fn petitions(&self, whose: &Whose, period: Period) -> anyhow::Result<Option<PetitionCounts>>;
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PetitionCounts {
    pub received: i64,
    pub in_time: i64,
    pub handled: i64,
    pub satisfied: i64,
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

    /// The follower that keeps facts and sums.
    pub fn consumer(&self) -> Consumer {
        let facts = follow::Facts::new(self.desk.clone(), self.catalog.clone());
        Consumer::new(self.scope.clone(), follow::CONSUMER, Arc::new(facts)).limit(follow::PORTION)
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration {
    room: "indicators",
    number: 1,
    name: "index",
    sqlite: include_str!("../migrations/0001_index.sqlite.sql"),
    postgres: include_str!("../migrations/0001_index.postgres.sql"),
}];

/// The room as the program mounts it.
pub fn module(state: Indicators) -> web::module::Module {
    web::module::Module::new("indicators", pages::routes(web::routes::Routes::new()).finish(state))
}
