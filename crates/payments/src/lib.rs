//! Fees, charges and obligations of cases: what is owed, how it is paid, receipts, reconciliation, refunds.
//!
//! # Invariants
//! 1. Money is never refused and never lost: what cannot settle a due is kept with its transaction and waits for a person.
//! 2. A transaction of a bank counts once, by whatever way and however often it is told; a due is settled once.
//! 3. Only a signed notice, an answer to our own question, a bank's statement or a cashier's record moves money. A browser
//!    that comes back moves nothing.
//! 4. Numbers of receipts have no gap, start at 1 each year, and stay when cancelled.
//! 5. Fees, charges and obligations have accounts and receipts of their own.
//! 6. A refund and a waiver need a reason and two people.
//!
//! # Deliberately absent
//! The tariff (it is in the definition of the case), bank transfers of our own other than refunds through the gateway.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod acts;
pub mod cases;
pub mod catalog;
pub mod effects;
pub mod follow;
pub mod gateway;
pub mod ledger;
mod pages;
pub mod receipts;
pub mod reconcile;
pub mod store;
pub mod vietqr;
pub mod views;
pub mod words;

use ::store::{Migration, Scope, files::Files};
use gateway::{Gateway, Key, simulator::Bank};
use kernel::Instant;
use std::sync::Arc;

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct Payments(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub cases: Arc<dyn cases::Cases>,
    pub catalog: Arc<catalog::Catalog>,
    pub files: Files,
    /// How receipts are set and sealed.
    pub issuing: issuing::Issuing,
    /// Without one, codes are still good: what arrives is found in the bank's statement.
    pub gateway: Option<Arc<dyn Gateway>>,
    /// The key of the gateway's notices.
    pub key: Option<Key>,
    /// The simulated bank of a demonstration.
    pub bank: Option<Bank>,
    pub demo: bool,
    pub public_url: String,
    /// Receipts are numbered one batch after the other in this process; other processes meet the guard.
    pub book: tokio::sync::Mutex<()>,
}

impl std::ops::Deref for Payments {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Payments {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("payments", 1, "tables", include_str!("../migrations/0001_tables.sql"))];

/// The room as the program mounts it.
pub fn module(state: Payments) -> web::module::Module {
    pages::module(state)
}
