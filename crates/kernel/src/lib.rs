//! The kernel: the words every other crate speaks, and the arithmetic of the law's time.
//!
//! # Invariants
//! 1. No I/O, no clock, no randomness: the time, ids and calendars are always arguments.
//! 2. Ids of different kinds do not fit into one another's place.
//! 3. Money is whole đồng; instants are UTC microseconds; civil dates are read in UTC+7.
//!
//! # Deliberately absent
//! HTTP, SQL and anything a single capability needs.

pub mod actor;
pub mod area;
pub mod calendar;
pub mod catalog;
pub mod csv;
pub mod id;
pub mod money;
pub mod newest;
pub mod party;
pub mod refusal;
pub mod share;
pub mod text;
pub mod time;

pub use actor::Actor;
pub use id::Id;
pub use money::Dong;
pub use refusal::Refusal;
pub use text::Text;
pub use time::Instant;
