//! Once only: a form is filled with what the State holds, papers are replaced by data, results are used again.
//!
//! What answers is another room; this one asks through [`BaseData`]. Without it everything is typed and uploaded as before.

mod pages;
mod papers;
mod said;

pub use pages::{beside, fill, flag, offer_box, offered, origins, origins_of};
pub use papers::{Own, answered, file_chip, origin_word, proof, at_submission, filed, of_case, own, reused};
pub use said::work_card;

use async_trait::async_trait;
use casework::{Definition, DeskError, Found, event::GivenFile};
use kernel::{Actor, Instant, Text};
use serde_json::{Map, Value};
use store::StoreError;

/// What became of a question, as people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Good,
    /// Something is missing or wrong there: the applicant may prove it otherwise.
    Lacking,
    /// No answer yet, or a person looks it up: nothing for the applicant to do.
    Later,
}

/// What can be filled in before anything is asked.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Field, its values, the question, and the answer of everybody else.
    pub ask: Option<(String, Vec<String>, Text, Text)>,
    /// Databases with the fields taken from them.
    pub sources: Vec<(Text, Vec<Text>)>,
}

/// One database as it answered.
#[derive(Debug, Clone)]
pub struct Looked {
    pub database: Text,
    pub answered: Answered,
    pub word: Text,
    /// Who corrects what is wrong there.
    pub correct_at: Text,
}

#[derive(Debug, Clone, Default)]
pub struct Filled {
    pub values: Map<String, Value>,
    pub looked: Vec<Looked>,
}

/// Where a value of a form came from.
#[derive(Debug, Clone)]
pub struct FieldOrigin {
    pub field: String,
    pub value: Value,
    pub database: Text,
    pub at: Instant,
    pub correct_at: Text,
    pub flagged: Option<Instant>,
}

/// A component that data replace, as it was checked.
#[derive(Debug, Clone)]
pub struct Check {
    pub component: String,
    pub looked: Looked,
    pub at: Instant,
    pub sha256: String,
}

/// A result in the person's own store.
#[derive(Debug, Clone)]
pub struct OwnDocument {
    pub id: String,
    pub name: Text,
    pub printed: String,
    pub issued_at: Instant,
    pub title: String,
    /// Declared to stand for this component.
    pub fits: bool,
}

/// What is owed to the applicant when data are missing.
#[derive(Debug, Clone)]
pub struct Owed {
    pub name: Text,
    pub due: Instant,
}

/// The room that asks the databases and keeps the person's results.
#[async_trait]
pub trait BaseData: Send + Sync {
    fn offer(&self, d: &Definition) -> Option<Offer>;
    async fn fill(&self, actor: &Actor, d: &Definition, draft: &str, role: Option<&str>, typed: &Value, now: Instant) -> Result<Filled, StoreError>;
    async fn origins(&self, draft: &str) -> Result<Vec<FieldOrigin>, StoreError>;
    async fn flag(&self, actor: &Actor, draft: &str, field: &str, note: &str, now: Instant) -> Result<(), DeskError>;
    /// Asks about the components that data replace; the answers come back as files of the dossier.
    async fn check(&self, actor: &Actor, d: &Definition, dossier: &str, answers: &Value, now: Instant) -> Result<Vec<GivenFile>, StoreError>;
    /// What was said of a dossier's components, by its draft.
    async fn checks(&self, dossier: &str) -> Result<Vec<Check>, StoreError>;
    /// The same by the code it was filed under.
    async fn checks_of_case(&self, code: &str) -> Result<Vec<Check>, StoreError>;
    /// Keeps under which code a draft was filed.
    async fn filed(&self, draft: &str, found: &Found, now: Instant) -> Result<(), StoreError>;
    fn owed(&self, found: &Found) -> Option<Owed>;
    async fn documents(&self, actor: &Actor, procedure: &str, component: &str, now: Instant) -> Result<Vec<OwnDocument>, StoreError>;
    async fn reuse(&self, actor: &Actor, document: &str, component: &str, now: Instant) -> Result<GivenFile, DeskError>;
}
