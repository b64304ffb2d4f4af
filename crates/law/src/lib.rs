//! The law as the province keeps it: documents with their versions in time, citations that resolve or say why not, search, answers in the
//! law's own words, drafts checked, questions handed to an official.
//!
//! # Invariants
//! 1. An answer is text of the store: passages with their citation, in force on the asked day. Nothing is worded by the program.
//! 2. What is not in force on the asked day, or not of the asked territory, is left out before anything is ranked.
//! 3. A citation resolves to a unit of a document, or is named as what it is: ambiguous, unknown, near, impossible, no rule.
//! 4. What documents do to each other is derived from their texts each time the corpus is read; an import changes one document.
//! 5. Below a measured confidence nothing is answered; the question can be handed to a named office and is answered by a named official,
//!    whose every citation resolves on the asked day.
//! 6. A finding is said by the program and decided by a person; its identity is where it stands, so a run changes only what changed.
//! 7. Kinds, ranks, terms, names of bodies and words of questions are catalogue data.
//! 8. A language model, where an installation has one, orders sentences of the law; no sentence of it is shown that the law does not say.
//!
//! # Deliberately absent
//! Whether a rule applies to somebody's case; the signing of drafts (`documents`).

pub mod akn;
pub mod amend;
pub mod answer;
pub mod catalog;
pub mod check;
pub mod cite;
pub mod conflict;
pub mod decode;
pub mod diff;
pub mod document;
pub mod elsewhere;
pub mod finding;
pub mod import;
pub mod library;
pub mod measure;
pub mod model;
pub mod norms;
pub mod number;
pub mod pages;
pub mod parse;
pub mod question;
pub mod search;
pub mod store;
pub mod text;
pub mod unit;

pub use ::records::{Author, Failure};
pub use catalog::Catalog;
pub use library::{Filter, Library};

use ::store::{Migration, Scope};
use import::{from_piece, pieces};
use kernel::{Actor, Instant, Refusal, Text, id::OfficeCode};
use std::sync::{Arc, OnceLock, RwLock};

/// What the room's pages and functions share. One province; cheap to clone.
#[derive(Clone)]
pub struct Law(pub Arc<Inner>);

/// The office that questions are handed to.
#[derive(Debug, Clone)]
pub struct Office {
    pub code: OfficeCode,
    pub name: Text,
}

pub struct Inner {
    pub scope: Scope,
    pub catalog: Arc<Catalog>,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub office: Office,
    pub demo: bool,
    /// The corpus in memory and the count of imports it was read at.
    pub held: RwLock<Option<(i64, Arc<Library>)>>,
    /// What cites the law outside the corpus; told once, when the program is put together.
    pub procedures: OnceLock<Arc<dyn elsewhere::Procedures>>,
    /// The language model, where the installation has one.
    pub model: OnceLock<Arc<model::Endpoint>>,
}

impl std::ops::Deref for Law {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What became of one text of an import.
#[derive(Debug)]
pub struct Report {
    pub file: String,
    /// Key and title, with what happened; or why it was refused.
    pub result: Result<(String, String, store::Kept), Refusal>,
    pub notes: Vec<parse::Note>,
    pub counts: import::Counts,
}

impl Law {
    pub fn new(scope: Scope, catalog: Arc<Catalog>, clock: Arc<dyn Fn() -> Instant + Send + Sync>, office: Office, demo: bool) -> Self {
        Self(Arc::new(Inner { scope, catalog, clock, office, demo, held: RwLock::new(None), procedures: OnceLock::new(), model: OnceLock::new() }))
    }
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// The corpus as it stands; read again when somebody imported.
    pub async fn library(&self) -> Result<Arc<Library>, Failure> {
        let n = store::changes(&self.scope).await?;
        if let Some((held, library)) = self.held.read().unwrap_or_else(std::sync::PoisonError::into_inner).as_ref()
            && *held == n
        {
            return Ok(library.clone());
        }
        let documents = store::documents(&self.scope).await?;
        let catalog = self.catalog.clone();
        let library = tokio::task::spawn_blocking(move || Arc::new(Library::build(documents, &catalog))).await.map_err(anyhow::Error::from)?;
        *self.held.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((n, library.clone()));
        Ok(library)
    }

    /// Imports every text of a file; each is kept or refused on its own.
    pub async fn import(&self, by: &Author, name: &str, bytes: Vec<u8>, given: import::Given) -> Result<Vec<Report>, Failure> {
        let (catalog, file) = (self.catalog.clone(), name.to_owned());
        let read = move || -> Result<Vec<(String, Result<import::Imported, Refusal>)>, Refusal> {
            Ok(pieces(&file, &bytes)?
                .into_iter()
                .map(|mut p| {
                    p.given.laid_over(&given);
                    (p.given.file.clone(), from_piece(&p, &catalog))
                })
                .collect())
        };
        let texts = tokio::task::spawn_blocking(read).await.map_err(anyhow::Error::from)??;
        let mut out = Vec::new();
        for (file, text) in texts {
            out.push(match text {
                Ok(i) => match store::keep(&self.scope, &i, by).await {
                    Ok(kept) => Report { file, result: Ok((i.document.key, i.document.title, kept)), notes: i.notes, counts: i.counts },
                    Err(Failure::Refused(r)) => Report { file, result: Err(r), notes: i.notes, counts: i.counts },
                    Err(e) => return Err(e),
                },
                Err(r) => Report { file, result: Err(r), notes: Vec::new(), counts: import::Counts::default() },
            });
        }
        Ok(out)
    }

    /// Whether an official keeps the corpus: imports and takes back.
    pub fn may_keep(actor: &Actor) -> bool {
        actor.is_official() && ["clerk", "leader", "head"].iter().any(|r| actor.has_role(r))
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("law", 1, "law", include_str!("../migrations/0001_law.sql")),
    Migration::same("law", 2, "findings", include_str!("../migrations/0002_findings.sql")),
];

/// The room as the program mounts it.
pub fn module(state: Law) -> web::module::Module {
    web::module::Module::new("law", pages::routes(web::routes::Routes::new()).finish(state))
}
