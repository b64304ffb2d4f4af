//! Identity: who signs in, what they are at this moment, and what they may do.
//!
//! # Invariants
//! 1. Secrets (session ids, bearer tokens, sign-in states) exist in the clear only with their holder; the database has
//!    SHA-256.
//! 2. What somebody is comes from the post valid at the instant of the request, never from the session.
//! 3. Every permission is decided by a policy of the catalogue that was checked against its schema; what cannot be
//!    asked is refused.
//! 4. The list filter and the single decision are one rule (a test compares them case by case).
//! 5. The development provider is reached over HTTP like any other and cannot be built outside of the demonstration.
//!
//! # Deliberately absent
//! Passwords and passkeys: other ways of signing in are rooms of their own that end in [`Identity::admit`].

pub mod account;
pub mod actions;
mod claims;
pub mod demo;
pub mod dev_provider;
mod directory;
mod http_client;
mod identify;
mod lent;
mod migrations;
pub mod offices;
mod oidc;
pub mod pages;
pub mod people;
mod parking;
pub mod policies;
mod posts;
mod secret;
mod sessions;
pub mod subject;
pub mod succession;
mod tokens;

pub use account::{Account, AccountKind, NewAccount, Post, roles};
pub use dev_provider::{DemoMode, DemoPerson, DevProvider};
pub use directory::{Asserted, Directory};
pub use identify::{Clock, Identity, IdentityParts, Way, system_clock};
pub use migrations::MIGRATIONS;
pub use offices::{Level, Office, Offices};
pub use oidc::{ProviderConfig, RelyingParty};
pub use parking::ParkedForm;
pub use policies::Policies;
pub use posts::new_post;
pub use sessions::{Session, SessionRules};
pub use subject::{APPOINTED_ROLES, CaseFacts, CaseFilter, OFFICE_ROLES, Subject};
pub use tokens::{KnownToken, TOKEN_PREFIX};
