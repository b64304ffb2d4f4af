//! The room of powers: roles lent for a time, and cases opened in an emergency.
//!
//! # Invariants
//! 1. Whoever lends a role holds it: a delegation ends with its own time, when it is ended, and with the giver's post or account.
//! 2. What was lent is not lent on; nobody lends in another's place; administration, audit and data protection are never lent.
//! 3. What is done under a delegation says so in the journal, in the timeline and on paper (KT., TL., TUQ.); what was signed stays
//!    signed when the delegation ends.
//! 4. An emergency opens one case, to see and not to act, for the hours of the catalogue, with a reason; each one waits for an
//!    auditor's review, and nobody reviews their own.
//! 5. Every change is one journal entry.
//!
//! # Deliberately absent
//! What a lent role permits (policies, definitions) and whether a case may be seen: `identity` and `casework` read the tables.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod pages;
pub mod rules;
pub mod store;

use ::store::{Scope, StoreError};
use futures::future::BoxFuture;
use identity::Identity;
use kernel::{Instant, Text, id::CaseId};
use std::sync::Arc;

/// What the room asks of those who keep cases.
pub trait Cases: Send + Sync {
    /// A case by its code, whoever asks, and whether an actor may see it already.
    fn find<'a>(&'a self, actor: &'a kernel::Actor, code: &'a str) -> BoxFuture<'a, Result<Option<KnownCase>, StoreError>>;
    /// Kinds of cases in force: code and name.
    fn definitions(&self) -> Vec<(String, Text)>;
}

/// As much of a case as the room needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    pub id: CaseId,
    pub code: String,
    /// The actor may see it without any emergency.
    pub seen: bool,
}

/// What the room's pages share. One province; cheap to clone.
#[derive(Clone)]
pub struct Powers(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub identity: Arc<Identity>,
    pub cases: Arc<dyn Cases>,
    pub rules: Arc<catalog::Rules>,
}

impl std::ops::Deref for Powers {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Powers {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

/// The room as the program mounts it.
pub fn module(state: Powers) -> web::module::Module {
    web::module::Module::new("powers", pages::routes(web::routes::Routes::new()).finish(state))
}
