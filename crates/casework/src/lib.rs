//! The case engine: one engine for a citizen's dossier, an engagement, a directive, a report, an application.
//!
//! # Invariants
//! 1. [`decide::decide`] and [`state::evolve`] are pure: no I/O, no clock, no randomness.
//! 2. One act is one journal entry; replaying the entries of a stream gives the stored snapshot.
//! 3. A terminal state accepts nothing that moves its track.
//! 4. No case is finished without an issued result or a reasoned refusal.
//! 5. The suspensions of a clock never overlap; a due instant moves only by a recorded suspension or extension.
//! 6. The same act sent twice under one idempotency key happens once.
//!
//! # Deliberately absent
//! Pages and paths: rooms show cases. Any procedure's own words or numbers: they are in the catalogue.

pub mod decide;
pub mod definition;
pub mod desk;
pub mod diagram;
pub mod event;
mod form_check;
mod form_sense;
pub mod guard;
pub mod money;
pub mod people;
pub mod recount;
pub mod registers;
pub mod state;
pub mod status;
pub mod store;
pub mod timers;
pub mod verification;
pub mod verbs;
pub mod views;
pub mod views_find;

pub use decide::{Act, Context, decide, file};
pub use definition::{Definition, Definitions};
pub use desk::{Desk, DeskError, Done, Found, Once, Rules};
pub use form_check::{check_answers, check_input};
pub use form_sense::old_numbers;
pub use event::{Change, Event};
pub use money::{Due, DueStatus, Paid};
pub use state::{CaseState, evolve};
pub use store::MIGRATIONS;
