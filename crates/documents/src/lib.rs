//! The room of documents: administrative documents of Decree 30/2020/NĐ-CP from the draft to the signed and sealed file, the
//! registers of outgoing and incoming documents, and what anybody may ask of a document that went out.
//!
//! # Invariants
//! 1. Every change is one journal entry on the document's own stream.
//! 2. A number is taken in the batch of the signer's act: without gaps in its series, never twice; one that was lost stays in the
//!    register with its reason.
//! 3. The file is set once, under its number, then signed by the signer's key, then sealed with the agency's: each signature covers
//!    everything before it. Where there is no key the act is recorded and pages say that the file bears no signature.
//! 4. What went out never changes; it can only be recalled, and the page of verification says so.
//! 5. A copy never changes what it copies: its file begins with exactly the bytes of the copied one, or is set anew and names them
//!    by their hash.
//! 6. No kind, letter or form stands here: they are catalogue data.
//!
//! # Deliberately absent
//! State secrets: they are not drafted on a network. Documents of cases: `services` issues them with their case.

pub mod arrival;
pub mod catalog;
pub mod content;
pub mod copying;
pub mod document;
pub mod effects;
pub mod pages;
mod paper;
pub mod parties;
pub mod signing;
pub mod views;

pub use catalog::Catalog;

use bytes::Bytes;
use identity::{Directory, Offices};
use kernel::{Actor, Instant, id::OfficeCode};
use std::sync::Arc;
use store::{Migration, Scope, files::Files};

/// What the room's pages and functions share. One province; cheap to clone.
#[derive(Clone)]
pub struct Documents(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub files: Files,
    pub catalog: Arc<Catalog>,
    pub offices: Arc<Offices>,
    pub directory: Directory,
    /// How documents are set, signed and sealed.
    pub issuing: issuing::Issuing,
    /// Issuers by which signatures in files that come are judged.
    pub trust: Arc<signatures::Trust>,
    /// Documents that cases issued, by their codes.
    pub of_cases: Arc<std::sync::OnceLock<Arc<dyn pages::verify::OfCases>>>,
    /// The time, so that tests and the demonstration can set it.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub public_url: String,
    pub demo: bool,
    pub turns: numbering::Turns,
    /// Whether somebody may give tasks: then a document leads to the form.
    pub may_direct: Arc<dyn Fn(&Actor) -> bool + Send + Sync>,
}

impl std::ops::Deref for Documents {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Documents {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// The name of an office as documents print it.
    pub fn office_name(&self, code: &OfficeCode) -> String {
        self.offices.get(code.as_str()).map_or_else(|| code.to_string(), |o| o.name.vi.clone())
    }

    /// The address printed as a QR code on a document.
    pub fn verify_url(&self, code: &str) -> String {
        format!("{}/verify/{code}", self.public_url.trim_end_matches('/'))
    }
}

/// A new code of verification: fifty random bits in letters and digits that are not mistaken for each other.
pub(crate) fn new_code() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = uuid::Uuid::new_v4().into_bytes();
    // Bytes 6 and 8 of a random UUID hold its version and variant.
    [0, 1, 2, 3, 4, 5, 9, 10, 11, 12].iter().filter_map(|i| random.get(*i)).filter_map(|b| LETTERS.get(usize::from(b & 31))).map(|b| char::from(*b)).collect()
}

pub(crate) fn sha256(bytes: &Bytes) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("documents", 1, "documents", include_str!("../migrations/0001_documents.sql")),
    Migration::same("documents", 2, "numbers shared with other rooms", include_str!("../migrations/0002_shared_numbers.sql")),
    Migration::same("documents", 3, "files of incoming documents", include_str!("../migrations/0003_arrival_files.sql")),
    Migration::same("documents", 4, "copies", include_str!("../migrations/0004_copies.sql")),
    Migration::same("documents", 5, "parties", include_str!("../migrations/0005_parties.sql")),
];

/// The register of incoming documents counts in this series.
pub(crate) const INCOMING: &str = "incoming";

/// The room as the program mounts it.
pub fn module(state: Documents) -> web::module::Module {
    web::module::Module::new("documents", pages::routes(web::routes::Routes::new()).finish(state))
}
