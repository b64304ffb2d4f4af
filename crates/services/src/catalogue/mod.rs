//! The work of whoever keeps the catalogue: what is in force, what comes and lapses; two versions compared; a new one drafted,
//! checked, previewed, and released on a day by a second person.
//!
//! # Invariants
//! 1. What was released is laid over the files of the catalogue and never changes; a case keeps the version it was filed under.
//! 2. A release takes hold without a restart, in every process within seconds, and again at each start.
//! 3. Nothing here moves a due date: what another calendar would change is listed.
//!
//! # Deliberately absent
//! Editing of flows, templates, policies and offices while the program runs: those are files.

pub mod calendars;
pub mod compare;
mod compare_page;
mod draft_page;
mod drafting;
pub mod facts;
pub mod lapses;
mod list;
mod overlay;
mod parts;
mod preview;
pub mod releases;
mod versions;

use crate::Services;
use identity::actions::ADMIN_CATALOG;
use kernel::catalog::{Files, Finding};
use lapses::Lapses;
use std::sync::{Arc, Mutex};
use store::Migration;
use web::{module::Module, routes::Routes};

/// Longest text of one catalogue file taken here, in bytes.
pub const TEXT_MAX: usize = 400_000;
/// A form holds the text twice at worst (percent-encoded it grows up to threefold).
const FORM_MAX: usize = 3 * TEXT_MAX + 20_000;

pub const MIGRATIONS: &[Migration] = &[Migration::same("catalogue", 1, "releases", include_str!("../../migrations/catalogue_0001.sql"))];

/// Everything that `catalog check` says of a whole set of files.
pub type Check = Arc<dyn Fn(&Files) -> Vec<Finding> + Send + Sync>;

/// The state of the room; cheap to clone.
#[derive(Clone)]
pub struct Catalogue(pub Arc<Inner>);

pub struct Inner {
    pub services: Services,
    /// The files the program started with.
    pub files: Arc<Files>,
    pub lapses: Lapses,
    pub check: Check,
    /// What was laid over the files last.
    pub(crate) laid: Mutex<overlay::Laid>,
}

impl std::ops::Deref for Catalogue {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Catalogue {
    pub fn new(services: Services, files: Arc<Files>, lapses: Lapses, check: Check) -> Self {
        Self(Arc::new(Inner { services, files, lapses, check, laid: Mutex::default() }))
    }
}

/// The room as the program mounts it.
pub fn module(state: Catalogue) -> Module {
    let routes = Routes::new()
        .get("/admin", ADMIN_CATALOG, async || axum::response::Redirect::to("/admin/procedures"))
        .get("/admin/procedures", ADMIN_CATALOG, list::procedures)
        .get("/admin/procedures/{code}", ADMIN_CATALOG, versions::procedure)
        .get("/admin/procedures/{code}/compare", ADMIN_CATALOG, compare_page::page)
        .get("/admin/procedures/{code}/versions/{version}", ADMIN_CATALOG, versions::version)
        .get("/admin/calendars", ADMIN_CATALOG, calendars::list)
        .get("/admin/calendars/{code}", ADMIN_CATALOG, calendars::one)
        .get("/admin/catalogue/drafts", ADMIN_CATALOG, list::drafts)
        .get("/admin/catalogue/new", ADMIN_CATALOG, drafting::begin)
        .post("/admin/catalogue/new", ADMIN_CATALOG, drafting::create)
        .body_limit(FORM_MAX)
        .get("/admin/catalogue/drafts/{id}", ADMIN_CATALOG, draft_page::page)
        .post("/admin/catalogue/drafts/{id}", ADMIN_CATALOG, drafting::save)
        .body_limit(FORM_MAX)
        .post("/admin/catalogue/drafts/{id}/release", ADMIN_CATALOG, drafting::release)
        .post("/admin/catalogue/drafts/{id}/withdraw", ADMIN_CATALOG, drafting::withdraw)
        .get("/admin/catalogue/drafts/{id}/page", ADMIN_CATALOG, preview::public_page)
        .get("/admin/catalogue/drafts/{id}/form", ADMIN_CATALOG, preview::form)
        .get("/admin/catalogue/drafts/{id}/diagram", ADMIN_CATALOG, preview::diagram)
        .get("/admin/catalogue/drafts/{id}/decision", ADMIN_CATALOG, preview::decision);
    Module::new("catalogue", routes.finish(state))
}
