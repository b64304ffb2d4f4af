//! The showroom: providers list solutions, the centre vets them, the public looks, enterprises choose with explained advice.
//!
//! # Invariants
//! 1. Claims are never shown as proofs: only what a person of the centre accepted, in date, counts as proven.
//! 2. Nobody pays for a place. The order follows from published criteria, the need and the owner's weights; a stored advice can
//!    be made again, years later, to the byte.
//! 3. Every decision against a provider rests on a published rule, carries its reason, and is appealed to another person.
//! 4. The enterprise decides. An adviser's notes count after a declaration of interests, and never about a provider they are tied to.
//! 5. A client confirms for itself, once, through a link that the provider never sees.
//!
//! # Deliberately absent
//! Assessments and the register of enterprises (asked through [`ask`]), contracts and payment, e-mail.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod acts;
pub mod ask;
pub mod catalog;
pub mod choice;
pub mod ids;
pub mod listing;
mod pages;
pub mod person;
pub mod provider;
pub mod rank;
pub mod scorecard;
pub mod solution;
pub mod store;
pub mod views;

use ::store::{Migration, Scope, files::Files};
use ask::{Enterprises, Needs};
use catalog::Catalog;
use kernel::Instant;
use solution::link::LinkKey;
use std::sync::{Arc, Mutex};

pub use acts::advice::{Made, Rerun};
pub use scorecard::{Exposure, Scorecard, exposure, scorecards};

pub const MIGRATIONS: &[Migration] = &[Migration::same("showroom", 1, "showroom", include_str!("../migrations/0001_showroom.sql"))];

/// What the room is made of.
#[derive(Clone)]
pub struct Parts {
    pub scope: Scope,
    pub files: Files,
    pub catalog: Arc<Catalog>,
    /// The time, so that tests and the demo can set it.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub enterprises: Arc<dyn Enterprises>,
    pub needs: Arc<dyn Needs>,
    pub before_boards: Arc<dyn ask::BeforeBoards>,
    /// Public address, for QR codes and clients' links.
    pub public_url: String,
    pub link_key: LinkKey,
}

/// The room's state: one province; cheap to clone.
#[derive(Clone)]
pub struct Showroom(Arc<Inner>);

pub struct Inner {
    parts: Parts,
    shelf: Mutex<Option<acts::advice::OnShelf>>,
}

impl std::ops::Deref for Showroom {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl Showroom {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner { parts, shelf: Mutex::new(None) }))
    }
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

/// The room as the program mounts it.
pub fn module(state: Showroom) -> web::module::Module {
    web::module::Module::new("showroom", pages::routes(web::routes::Routes::new()).finish(state))
}
