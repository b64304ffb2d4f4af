//! The operations centre (trung tâm điều hành): directives with their two axes, requests for an explanation, alerts, the
//! leader's phone, the wall.
//!
//! # Invariants
//! 1. Every change is one journal entry on the directive's own stream; its version is the lock. A product sent in the moment
//!    its extension is granted: one is first and the other is decided again.
//! 2. Two axes: the workflow is recorded, the time standing is derived from instants and the clock and stored nowhere.
//! 3. The original deadline is written once. An extension moves the current one; both rates can be told.
//! 4. Exactly one office leads. The same conclusion of a meeting gives one directive, however often its effect runs.
//! 5. A submission that was returned does not count: a task is done by its last valid submission.
//! 6. A figure and the list behind it are one predicate ([`directive::Group`]); the list has as many lines as the figure says.
//! 7. No number of a regulation stands here: warning days, ageing, rules of extension are catalogue data, kept by the directive
//!    as they were on the day it was given.
//! 8. Of a condition (rule, office, subject) one alert is live, whichever node looked and however often. It ends when the condition does;
//!    silence and inhibition hide it for a time and lose nothing. A source that does not answer ends nothing.
//! 9. A wall laid out here changes one step at a time, each against what its author saw; the catalogue's walls are changed as files.
//!
//! # Deliberately absent
//! The figures of dossiers themselves ([`asks::Sources`] tells them), documents, the register of officials ([`asks::People`]).

pub mod alert;
pub mod asks;
pub mod catalog;
pub mod chart;
pub mod directive;
#[cfg(test)]
mod fixtures;
pub mod layout;
pub mod pages;
pub mod question;
pub mod report;
pub mod series;
pub mod usage;
pub mod wall;

pub use ::records::{Author, Course, Failure};
pub use asks::{People, Person, Signals, Sources, Unit, UnitRef, Units};
pub use catalog::Catalog;
pub use directive::DirectiveId;

use identity::roles;
use kernel::{Actor, Instant, id::OfficeCode};
use std::sync::Arc;
use store::{Migration, Scope, effects::Handler, files::Files};

/// The effect of a conclusion that became a directive; written by whoever holds meetings.
pub const FROM_MEETING: &str = "meeting.directive";

/// What the room's pages and functions share. One province; cheap to clone.
#[derive(Clone)]
pub struct Ops(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub files: Files,
    pub catalog: Arc<Catalog>,
    /// The time, so that tests and the demo can set it.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub people: Arc<dyn People>,
    pub units: Arc<dyn Units>,
    pub sources: Arc<dyn Sources>,
    pub signals: Arc<dyn Signals>,
    /// What the wall shows, made once for everybody who looks at it.
    pub seen: wall::Seen,
}

impl std::ops::Deref for Ops {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Who acts, with what decides in this room: the office, whether they act for it, and whether they see the whole province.
#[derive(Debug, Clone)]
pub struct Who {
    pub author: Author,
    pub office: Option<OfficeCode>,
    /// Leads the office.
    pub leads: bool,
    /// Acts for the office in its directives: leader, head, clerk.
    pub manages: bool,
    /// Leads the province, or controls it: sees every directive that is not limited.
    pub oversees: bool,
}

const MANAGERS: [&str; 5] = [roles::LEADER, roles::HEAD, roles::CLERK, roles::CENTRE_DIRECTOR, roles::CENTRE_OFFICER];

impl Ops {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    pub fn who(&self, actor: &Actor) -> Who {
        let leads = actor.has_role(roles::LEADER) || actor.has_role(roles::CENTRE_DIRECTOR);
        let of_top = actor.office.as_ref().is_some_and(|o| self.units.is_top(o));
        Who {
            author: Author::new(actor, self.now()),
            office: actor.office.clone(),
            leads,
            manages: actor.is_official() && MANAGERS.iter().any(|r| actor.has_role(r)),
            oversees: (leads && of_top) || actor.has_role(roles::CONTROLLER) || actor.has_role(roles::AUDITOR),
        }
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("ops", 1, "directives", include_str!("../migrations/0001_directives.sql")),
    Migration::same("ops", 2, "alerts", include_str!("../migrations/0002_alerts.sql")),
    Migration::same("ops", 3, "walls", include_str!("../migrations/0003_walls.sql")),
    Migration::same("ops", 4, "usage", include_str!("../migrations/0004_usage.sql")),
    Migration::same("ops", 5, "series", include_str!("../migrations/0005_series.sql")),
];

/// The room as the program mounts it.
pub fn module(state: Ops) -> web::module::Module {
    web::module::Module::new("ops", pages::routes(web::routes::Routes::new()).finish(state))
}

/// What this room does when another asks, by kind of effect.
pub fn handlers(state: &Ops) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(FROM_MEETING, Arc::new(directive::FromMeeting(state.clone())))]
}
