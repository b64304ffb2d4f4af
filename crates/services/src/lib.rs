//! Public services online, from application to result.
//!
//! # Invariants
//! 1. Every change of a dossier goes through [`casework::Desk`]; this room only asks and shows.
//! 2. What a citizen has typed is kept before anything is answered; a submit is atomic and happens once.
//! 3. No page knows a procedure: forms, papers, steps and words come from the definition.
//!
//! # Deliberately absent
//! Rules of any procedure; signatures and seals; payment.

pub mod address;
pub mod api;
pub mod beside;
pub mod catalogue;
pub mod citizen;
pub mod counter;
pub mod drafts;
pub mod effects;
pub mod form_view;
pub mod life_events;
pub mod citations;
pub mod instead;
pub mod notices;
pub mod issued;
pub mod openings;
pub mod paper;
pub mod prefill;
pub mod signed;
pub mod uploads;
pub mod work;

use casework::Desk;
use kernel::Instant;
use std::sync::{Arc, OnceLock};
use store::{Migration, files::Files};

/// What the room's pages and paths share. One province; cheap to clone.
#[derive(Clone)]
pub struct Services(pub Arc<Inner>);

pub struct Inner {
    pub desk: Desk,
    pub files: Files,
    /// Issuers that are believed when the signatures of a file are looked at.
    pub trust: Arc<signatures::Trust>,
    /// How documents are set, signed and sealed.
    pub issuing: issuing::Issuing,
    /// By what people find a procedure.
    pub life_events: Arc<life_events::LifeEvents>,
    /// The time, so that tests and the demo can set it.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// Printed on every document of a demonstration installation.
    pub demo: bool,
    /// Public address, for the look-up code on documents (`https://dichvucong.example.gov.vn`).
    pub public_url: String,
    /// How files are taken: limits, and whether something scans them.
    pub uploads: uploads::Uploads,
    /// Administrative units as of a date: old addresses are read with them.
    pub areas: Arc<kernel::area::Areas>,
    /// Base data of the State and people's own stores; without it everything is typed and uploaded.
    pub base_data: Option<Arc<dyn prefill::BaseData>>,
    /// Who keeps what was opened, for the people concerned; without it nobody is told.
    pub openings: Option<Arc<dyn openings::Openings>>,
    /// Files that other rooms issued.
    pub issued: Option<Arc<dyn issued::IssuedFiles>>,
    /// Who keeps the law: legal bases are opened there.
    pub citations: Option<Arc<dyn citations::Citations>>,
    /// What other rooms add to a case's page; they are put together after this one.
    pub beside: OnceLock<Arc<dyn beside::Beside>>,
}

impl std::ops::Deref for Services {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Services {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] =
    &[
        Migration::same("services", 1, "services", include_str!("../migrations/0001_services.sql")),
        Migration::same("services", 2, "uploads", include_str!("../migrations/uploads_0001.sql")),
    ];

/// The room as the program mounts it.
pub fn module(state: Services) -> web::module::Module {
    let routes = web::routes::Routes::new();
    let routes = citizen::routes(routes);
    let routes = work::routes(routes);
    let routes = api::routes(routes);
    web::module::Module::new("services", routes.finish(state))
}
