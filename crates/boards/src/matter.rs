//! Matters before a board: opened, declared upon, voted on, concluded, and never edited afterwards.

mod acts;
mod decide;
mod model;
mod paper;
pub(crate) mod store;
pub mod tally;
pub mod views;

pub use acts::*;
pub use decide::{Act, Standing, decide, decide_open, delegable, id_of, standing, suggest, voters};
pub use model::*;

#[cfg(test)]
mod tests;
