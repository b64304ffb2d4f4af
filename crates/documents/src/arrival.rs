//! The register of incoming documents (Decree 30/2020/NĐ-CP, Articles 20–24): received, entered under a number, given to whoever
//! deals with it, done.

pub mod acts;
mod decide;
mod model;

pub use decide::{Act, Entry, NOTE_MAX, assign, done, enter, refuse, register};
pub use model::{Arrival, ArrivalEvent, Origin, State};
