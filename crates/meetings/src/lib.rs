//! Meetings without gathering paper (họp không giấy): agenda, papers sent ahead, opinions before, attendance, speaking list,
//! recorded votes, conclusions item by item, each turned into a directive in one act.
//!
//! # Invariants
//! 1. Every change is one journal entry on the meeting's own stream; the entry's version is the lock, so two who vote in the
//!    same instant both count and one who votes twice counts once.
//! 2. What may happen is decided by pure functions over the meeting, who acts and the clock; the store only keeps it.
//! 3. A paper is never overwritten: a later version stands beside the earlier one, with its hash, who sent it and when.
//! 4. A vote is cast by somebody present who has one; a closed vote never changes; its tally is the sum of its ballots.
//! 5. A conclusion becomes a directive at most once; the event, its row and the effect for the operations room are one batch.
//! 6. No number of a working regulation stands here: quorum, majority, days ahead, minutes to speak are catalogue data, kept by
//!    the meeting as they were when it was prepared.
//! 7. Who is invited is told once of each event that concerns them, in the house and by the channel they chose.
//!
//! # Deliberately absent
//! Numbering, signing and issuing of documents ([`Papers`]), the register of officials ([`People`]), the follow-up of directives
//! (whoever handles the effect [`DIRECTIVE`]), the conference itself: a meeting holds a link to any.

pub mod asks;
pub mod catalog;
pub mod meeting;
pub mod notice;
pub mod pages;
#[cfg(test)]
mod fixtures;

pub use asks::{Messengers, Papers, People, Person, Unit, Units};
pub use catalog::Catalog;
pub use meeting::MeetingId;
pub use ::records::{Author, Course, Failure};
use ::records;

use identity::roles;
use kernel::{Actor, Instant, calendar::Calendar};
use std::sync::Arc;
use store::{Migration, Scope, files::Files};

/// The effect by which the operations room takes a directive up; its payload is [`meeting::DirectiveNotice`].
pub const DIRECTIVE: &str = "meeting.directive";

/// What the room's pages and functions share. One province; cheap to clone.
#[derive(Clone)]
pub struct Meetings(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub files: Files,
    pub catalog: Arc<Catalog>,
    /// Working days between sending and meeting are counted in it.
    pub calendar: Arc<Calendar>,
    /// The time, so that tests and the demo can set it.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub people: Arc<dyn People>,
    pub units: Arc<dyn Units>,
    pub papers: Arc<dyn Papers>,
    pub messengers: Arc<dyn Messengers>,
    /// Documents say that they are of a demonstration.
    pub demo: bool,
}

impl std::ops::Deref for Meetings {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Roles to whom the form of a new meeting is offered; that they may send it is the policies' to say (`meeting:hold`).
pub const HOLDERS: [&str; 5] = [roles::LEADER, roles::HEAD, roles::CLERK, roles::CENTRE_DIRECTOR, roles::CENTRE_OFFICER];

impl Meetings {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }
    pub fn may_hold(&self, actor: &Actor) -> bool {
        actor.is_official() && HOLDERS.iter().any(|r| actor.has_role(r))
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("meetings", 1, "meetings", include_str!("../migrations/0001_meetings.sql")),
    Migration::same("meetings", 2, "notices", include_str!("../migrations/0002_notices.sql")),
];

/// The room as the program mounts it.
pub fn module(state: Meetings) -> web::module::Module {
    web::module::Module::new("meetings", pages::routes(web::routes::Routes::new()).finish(state))
}
