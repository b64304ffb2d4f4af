//! What rooms keep as records: a stream of the journal each, the state its events make, and the rows that lists read, written in
//! one batch. Cases have an engine of their own; everything else that has a history is one of these.

mod fault;
mod record;

pub use fault::{Failure, busy, refusal_of};
pub use record::{Author, Course, Found, Record, again, change, gone, load, replay, tries, write};
