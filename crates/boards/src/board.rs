//! Boards: who sits where and for how long, and by which rules the board works.

mod acts;
mod decide;
mod model;
pub(crate) mod store;
pub mod views;

pub use decide::{Opening, decide_appoint, decide_close, decide_competence, decide_end, decide_extend, decide_guest, decide_guest_end, decide_open};
pub use model::*;

#[cfg(test)]
mod tests;
