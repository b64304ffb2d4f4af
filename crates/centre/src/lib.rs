//! The support centre: the register of enterprises, their assessments, and what its director sees.
//!
//! # Invariants
//! 1. An assessment is bound to one edition of its framework for ever; scoring it again under another makes a new, linked one.
//! 2. The official score and the sector-relevant score are never mixed; what nobody checked is labelled so.
//! 3. Nobody needs an account to try: the address is the key, and the database has only its hash.
//! 4. Figures of peers are shown for five or more other enterprises that agree (k-anonymity), of the same framework, edition and trust tier.
//! 5. The level of an enterprise is written with the result it rests on; figures never put frameworks or trust tiers together.
//!
//! # Deliberately absent
//! Scoring (crate `scoring`), money (room `support`), solutions (room `showroom`), boards and experts (room `boards`),
//! the engagement itself (a definition on `casework`).

pub mod acts;
pub mod assess;
pub mod catalog;
pub mod claims;
pub mod device;
pub mod director;
pub mod enterprise;
pub mod level;
pub mod model;
pub mod peers;
mod secret;
pub mod store;
pub mod trust;
pub mod views;
pub mod work;

pub use catalog::CentreCatalog;
pub use store::MIGRATIONS;

use ::store::{Scope, files::Files};
use kernel::{Instant, Text, area::Areas};
use scoring::{Context, Framework, Frameworks, Outcome};
use std::sync::Arc;
use issuing::Issuing;

/// What boards have before them about an assessment: kept by another room, shown on the assessment's page.
#[async_trait::async_trait]
pub trait BeforeBoards: Send + Sync {
    /// A card, or nothing.
    async fn card(&self, v: &web::visitor::Visitor, assessment: kernel::id::AssessmentId) -> anyhow::Result<web::html::Html>;
}

/// The size class the law gives to inputs of a year; the rules live in the room of support money.
pub trait Sizes: Send + Sync {
    /// `None` when no rule is in force for that year or the inputs do not suffice.
    fn classify(&self, profile: &model::Profile, inputs: &model::SizeInputs) -> Option<SizeAnswer>;
    /// Grounds on which an enterprise may call itself an innovative start-up on a day: code, words, and their source.
    fn startup_grounds(&self, on: kernel::time::Date) -> Vec<(String, Text, Text)>;
}

/// A size class and how it came about.
#[derive(Debug, Clone)]
pub struct SizeAnswer {
    pub code: String,
    pub name: Text,
    pub why: Vec<Text>,
}

/// What the room's pages share. One province; cheap to clone.
#[derive(Clone)]
pub struct Centre(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub files: Files,
    pub issuing: Issuing,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub catalog: CentreCatalog,
    pub frameworks: Frameworks,
    pub areas: Arc<Areas>,
    pub sizes: Arc<dyn Sizes>,
    pub elsewhere: Arc<dyn director::Elsewhere>,
    pub before_boards: Arc<dyn BeforeBoards>,
    pub public_url: String,
    /// The office whose seal stands on what the centre verified; none where the catalogue names no centre.
    pub office: Option<kernel::id::OfficeCode>,
    /// The centre as documents name it: `{parent, name, place}`.
    pub agency: serde_json::Value,
    pub demo: bool,
}

impl std::ops::Deref for Centre {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Centre {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
    /// The framework an assessment is bound to.
    pub fn framework(&self, a: &model::Assessment) -> Option<&Framework> {
        self.frameworks.get(&a.framework, &a.edition)
    }
    pub fn outcome(&self, a: &model::Assessment) -> Option<Outcome> {
        let framework = self.framework(a)?;
        Some(scoring::score(framework, &a.answers, &Context { sector: Some(a.vsic.as_str()).filter(|v| !v.is_empty()), members: &[] }))
    }
    /// What lists and peers read of a result.
    pub fn figures(&self, a: &model::Assessment, size: Option<String>) -> store::Figures {
        let Some(outcome) = self.outcome(a) else { return store::Figures { size, ..store::Figures::default() } };
        let surveyed = self.framework(a).filter(|f| f.kind == scoring::definition::Kind::Survey);
        store::Figures { choices: surveyed.map_or_else(Vec::new, |_| assess::choices(a)), ..assess::figures(&outcome, size) }
    }
    /// The name of a commune as of a day; old records keep their places.
    pub fn place(&self, code: &str, on: kernel::time::Date) -> Text {
        match self.areas.unit(code, on).or_else(|| self.areas.versions(code).last()) {
            Some(unit) => self.areas.full_name(unit, on),
            None => Text::new(code, code),
        }
    }
}

/// The room as the program mounts it.
pub fn module(state: Centre) -> web::module::Module {
    let routes = web::routes::Routes::new();
    let routes = assess::routes(routes);
    let routes = enterprise::routes(routes);
    let routes = claims::routes(routes);
    let routes = work::routes(routes);
    let routes = director::routes(routes);
    let routes = trust::routes(routes);
    web::module::Module::new("centre", routes.finish(state))
}
