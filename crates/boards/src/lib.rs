//! Consulting boards, the matters before them, and the network of experts.
//!
//! # Invariants
//! 1. Every change is one journal entry on the record's own stream; the entry's version is the lock, so two members who
//!    vote in the same instant both count and one member never counts twice.
//! 2. What is decided is decided by pure functions over the record, the board and the clock; the store only keeps it.
//! 3. A recused member neither counts to the quorum nor votes, whatever was cast before; a decision keeps every vote,
//!    every reason and the dissent.
//! 4. No number of the law stands here: quorum, majority, limits, clocks, cool-down and conflict window are catalogue data.
//! 5. A rating is what clients said after a case, or a dash. Internal appraisal marks never reach it.
//!
//! # Deliberately absent
//! Engagements and support money: they ask this room through [`asks`] and the public functions of [`Boards`].

pub mod asks;
pub mod board;
pub mod catalog;
pub mod expert;
pub mod matching;
pub mod matter;
pub mod pages;
#[cfg(test)]
mod fixtures;

pub use asks::{Cases, DirectoryPeople, Firms, People, Subjects};
pub use catalog::Catalog;
pub use records::{Author, Course, Failure};

use kernel::{Instant, calendar::Calendar};
use std::sync::Arc;
use store::{Migration, Scope, files::Files};

/// What the room's pages and functions share. One province; cheap to clone.
#[derive(Clone)]
pub struct Boards(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub files: Files,
    pub catalog: Arc<Catalog>,
    /// The centre's working calendar: the ten working days of a recognition are counted in it.
    pub calendar: Arc<Calendar>,
    /// The time, so that tests and the demo can set it.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub people: Arc<dyn People>,
    pub cases: Arc<dyn Cases>,
    pub firms: Arc<dyn Firms>,
    pub subjects: Arc<dyn Subjects>,
    /// Where a decision record becomes a document.
    pub records: Arc<dyn asks::RecordPapers>,
}

impl std::ops::Deref for Boards {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Boards {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("boards", 1, "boards", include_str!("../migrations/0001_boards.sql"))];

/// The room as the program mounts it.
pub fn module(state: Boards) -> web::module::Module {
    web::module::Module::new("boards", pages::routes(web::routes::Routes::new()).finish(state))
}
