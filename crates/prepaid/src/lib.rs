//! Prepaid signatures: what an agency or a person has with a provider, what each signature costs, and what it was for.
//!
//! # Invariants
//! 1. No balance is ever negative: a signature is held, with its price, before the holder of the key is asked.
//! 2. Each signature that was asked for is one line: held, then charged, released, or in doubt until a person has looked into it. A
//!    signature that may exist is never released by itself.
//! 3. What is owed to a provider for a month is the sum of its charged lines; every figure of a statement opens its lines.
//! 4. Money comes in only by the room of payments, each transaction once.
//! 5. Prices and free signatures are dated data of the catalogue; a line keeps the price of its day.
//! 6. A provider's statement changes no balance: a correction after it is a person's act with its reason.
//! 7. A certificate stands on a person's account only after its key has signed the bytes that the house gave.
//!
//! # Deliberately absent
//! The contract with a provider, its invoices, the issue of certificates, the keys themselves (`signing`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod acts;
pub mod catalog;
pub mod certificates;
mod meter;
pub mod pages;
pub mod purse;
pub mod statement;
pub mod statements;
pub mod views;

pub use catalog::Catalog;

use kernel::{
    Dong, Instant, Text,
    id::{DueId, OfficeCode, PartyId, TrustProviderCode},
};
use records::Failure;
use std::sync::Arc;
use store::{Migration, Scope};

/// The account book. One province; cheap to clone.
#[derive(Clone)]
pub struct Ledger(pub Arc<LedgerParts>);

pub struct LedgerParts {
    pub scope: Scope,
    pub catalog: Arc<Catalog>,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}

impl std::ops::Deref for Ledger {
    type Target = LedgerParts;
    fn deref(&self) -> &LedgerParts {
        &self.0
    }
}

impl Ledger {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
    /// What a provider is called; its code where the catalogue has lost it.
    pub fn provider_name(&self, code: &TrustProviderCode) -> Text {
        self.catalog.provider(code).map_or_else(|| Text::new(code.as_str(), code.as_str()), |p| p.name.clone())
    }
}

/// What somebody wants to pay in.
#[derive(Debug, Clone)]
pub struct TopUp {
    pub payment: DueId,
    pub amount: Dong,
    pub name: Text,
    pub provider: Text,
    /// The office that pays, for an agency's signatures.
    pub office: Option<OfficeCode>,
    /// The person who pays, for their own.
    pub party: Option<PartyId>,
    pub payer: String,
}

/// Where money is paid; the program answers with the room of payments.
#[async_trait::async_trait]
pub trait Till: Send + Sync {
    /// Asks for a payment. Asking twice with the same payment is asking once.
    async fn ask(&self, wanted: &TopUp) -> Result<(), Failure>;
    /// Where it is paid.
    fn address(&self, payment: DueId) -> String;
}

/// The room.
#[derive(Clone)]
pub struct Prepaid(pub Arc<Inner>);

pub struct Inner {
    pub ledger: Ledger,
    pub till: Arc<dyn Till>,
    /// The keys of the installation: whose are paid for by the signature, and where a person signs for themselves.
    pub keys: signing::Keys,
    pub offices: Arc<identity::Offices>,
    /// Issuers that certificates are judged by.
    pub trust: Arc<signatures::Trust>,
    /// The page that is signed to show that a certificate is one's own.
    pub challenge: Arc<typeset::Templates>,
}

impl std::ops::Deref for Prepaid {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("prepaid", 1, "purses", include_str!("../migrations/0001_purses.sql")),
    Migration::same("prepaid", 2, "statements", include_str!("../migrations/0002_statements.sql")),
    Migration::same("prepaid", 3, "certificates", include_str!("../migrations/0003_certificates.sql")),
];

/// The room as the program mounts it.
pub fn module(state: Prepaid) -> web::module::Module {
    web::module::Module::new("prepaid", pages::routes(web::routes::Routes::new()).finish(state))
}
