//! The room of the auditor: what the journal says, that it says what it said, and who looked.
//!
//! # Invariants
//! 1. No search without a reason; every search and every opened entry is itself an entry of the journal.
//! 2. A value of an entry is shown only when the catalogue says that the field holds no personal data; every other one is masked
//!    until the entry is opened with a reason, and the person concerned can read who opened it.
//! 3. The tables are derived from the journal by a consumer; nothing here changes anything but its own searches, openings and
//!    verifications.
//! 4. A verification runs behind the requests; what it finds stays on the page until a later one finds nothing.
//! 5. The head of the last good verification is kept outside the database: newest entries cut off with their heads are found
//!    against it.
//!
//! # Deliberately absent
//! The tree, its proofs and the check itself: `store::seal`. Cases: an auditor sees entries, not the file of a case.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod check;
pub mod follow;
pub mod keep;
pub mod model;
pub mod pages;
pub mod store;
pub mod views;
pub mod words;

use ::store::{Migration, Scope, seal::VerifyingKey};
use identity::Identity;
use kernel::{Instant, Text};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// What the room's pages and work share. One province; cheap to clone.
#[derive(Clone)]
pub struct Audit(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub identity: Arc<Identity>,
    pub words: Arc<catalog::Words>,
    /// Names of acts of cases by kind (`dossier.receive`), from their definitions.
    pub acts: BTreeMap<String, Text>,
    /// The key whose word counts.
    pub trusted: VerifyingKey,
    /// The folder outside the database in which the last good head is kept.
    pub outside: PathBuf,
}

impl std::ops::Deref for Audit {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Audit {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// What an entry's kind is called.
    pub fn kind(&self, kind: &str) -> Text {
        if let Some(name) = self.words.kinds.get(kind) {
            return name.clone();
        }
        let room = self.words.rooms.get(kind.split('.').next().unwrap_or_default());
        match (self.acts.get(kind), room) {
            (Some(act), Some(room)) => Text::new(format!("{}: {}", room.vi, act.vi), format!("{}: {}", room.en, act.en)),
            (Some(act), None) => act.clone(),
            (None, Some(room)) => Text::new(format!("{} ({kind})", room.vi), format!("{} ({kind})", room.en)),
            (None, None) => Text::new(kind, kind),
        }
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration {
    room: "audit",
    number: 1,
    name: "audit",
    sqlite: include_str!("../migrations/0001_audit.sqlite.sql"),
    postgres: include_str!("../migrations/0001_audit.postgres.sql"),
}];

/// The room as the program mounts it.
pub fn module(state: Audit) -> web::module::Module {
    web::module::Module::new("audit", pages::routes(web::routes::Routes::new()).finish(state))
}
