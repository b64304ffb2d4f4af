//! Personal data as Law 91/2025/QH15 and Decree 356/2025/NĐ-CP want them kept: who saw them, for which purpose, with whose consent,
//! what a person may ask, and what is done when something leaks.
//!
//! # Invariants
//! 1. Nobody but its own people is shown a dossier before the opening is a journal entry and a row that those people read.
//! 2. A consent is a word of the person about one purpose and one version of its text; silence and an older text are none.
//! 3. Words about purposes, openings and steps of a breach are appended; nothing here alters or removes one.
//! 4. A request of a data subject is a case of the engine with the clocks its definition declares; this room only files it.
//! 5. What a person takes away is theirs alone: it is made for the account that is signed in, and that it was made is recorded.
//!
//! # Deliberately absent
//! Permission: who may open what is decided where it is looked up. Questions put to databases of the State: another room keeps them
//! and is asked through [`looks::Looks`]. Spans, purposes and texts: `catalog/privacy` and the definitions.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod breach;
pub mod catalog;
pub mod consent;
pub mod export;
pub mod looks;
pub mod opening;
pub mod pages;
pub mod request;
pub mod store;
pub mod views;

use ::store::{CommitError, Migration, Scope, StoreError, files::Files};
use kernel::Instant;
use std::sync::Arc;

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Privacy(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub files: Files,
    pub issuing: issuing::Issuing,
    pub catalog: Arc<catalog::Catalog>,
    /// Questions about a person that other rooms keep.
    pub looks: Arc<dyn looks::Looks>,
    /// What a person was told.
    pub told: Arc<dyn looks::Told>,
    /// Where the notice of a breach becomes a document.
    pub notices: Arc<dyn breach::Notices>,
    /// Printed on every document of a demonstration installation.
    pub demo: bool,
}

impl std::ops::Deref for Privacy {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Privacy {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub(crate) fn stored(e: CommitError) -> StoreError {
    match e {
        CommitError::Store(e) => e,
        CommitError::Conflict { label } => StoreError::Database(format!("conflict {label}")),
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("privacy", 1, "privacy", include_str!("../migrations/0001_privacy.sql"))];

/// The room as the program mounts it.
pub fn module(state: Privacy) -> web::module::Module {
    web::module::Module::new("privacy", pages::routes(web::routes::Routes::new()).finish(state))
}
