//! Care for the citizen: notices by the channel a person chose, complaints and ratings, services offered before anybody asks.
//!
//! # Invariants
//! 1. A person is told of an event at most once per channel that answered yes; the message is kept before it is carried.
//! 2. A channel that a person turned off is not used; an address is used only when the case gave it or its owner proved it.
//! 3. Addresses are shown masked, in pages and in logs.
//!
//! # Deliberately absent
//! What is said of a case: its words come from the room of public services.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod channel;
pub mod choice;
pub mod complaint;
pub mod inbox;
pub mod notice;
pub mod offer;
pub mod pages;
pub mod rating;

use channel::Carriers;
use kernel::Instant;
use std::sync::Arc;
use store::{CommitError, Migration, Scope, StoreError};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Care(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<catalog::Catalog>,
    pub carriers: Carriers,
    /// The list of notices on the portal.
    pub inbox: Arc<dyn inbox::Inbox>,
    /// Everybody who may be offered something, and where a prepared dossier is begun.
    pub people: Arc<dyn offer::People>,
    pub drafts: Arc<dyn offer::Drafts>,
    /// Whether somebody lets services be offered at all.
    pub allowed: Arc<dyn offer::Allowed>,
    /// Public address of this installation, for links.
    pub public_url: String,
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

    /// Offers what is due, from time to time: nobody is offered anything twice.
    pub fn start_offering(&self) {
        let care = self.clone();
        tokio::spawn(async move {
            loop {
                match care.offer_due(care.now()).await {
                    Ok(0) => {}
                    Ok(made) => tracing::info!(made, "services offered"),
                    Err(error) => tracing::error!("offers: {error:#}"),
                }
                tokio::time::sleep(std::time::Duration::from_secs(900)).await;
            }
        });
    }

    /// Carries what is due, again and again.
    pub fn start_carrying(&self) {
        let care = self.clone();
        tokio::spawn(async move {
            loop {
                match care.carry_due(care.now()).await {
                    Ok(left) if left > 0 => continue,
                    Ok(_) => {}
                    Err(error) => tracing::error!("notices outside: {error}"),
                }
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        });
    }
}

pub(crate) fn stored(e: CommitError) -> StoreError {
    match e {
        CommitError::Store(e) => e,
        CommitError::Conflict { label } => StoreError::Database(format!("conflict {label}")),
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("care", 1, "notices", include_str!("../migrations/0001_notices.sql")),
    Migration::same("care", 2, "ratings", include_str!("../migrations/0002_ratings.sql")),
    Migration::same("care", 3, "complaints", include_str!("../migrations/0003_complaints.sql")),
    Migration::same("care", 4, "channels", include_str!("../migrations/0004_channels.sql")),
    Migration::same("care", 5, "offers", include_str!("../migrations/0005_offers.sql")),
];

/// The room as the program mounts it.
pub fn module(state: Care) -> web::module::Module {
    web::module::Module::new("citizen-care", pages::routes(web::routes::Routes::new()).finish(state))
}
