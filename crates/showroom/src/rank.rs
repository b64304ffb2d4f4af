//! Advice on choice: hard conditions first, then a weighted sum over criteria read against fixed anchors.
//!
//! # Invariants
//! 1. Pure: the same shelf, rules, need, weights and seed give the same advice, on every machine and in every year. All figures
//!    that decide are integers.
//! 2. The score of a solution depends on nothing but itself, the rules and the need: adding or removing a product never turns
//!    the order of others (no rank reversal), ties included.
//! 3. A better fact never lowers a score: anchors are monotone and weights are never negative.
//!
//! AHP and TOPSIS normalise across the alternatives and can reverse ranks (Belton & Gear 1983); that is why they are not used to
//! score. AHP is offered to find weights only.

mod advise;
pub mod ahp;
mod bits;
mod explain;
pub mod facts;
pub mod need;
mod robust;
pub mod shelf;
#[cfg(test)]
pub(crate) mod tests;
mod values;
pub mod weights;

pub use advise::{Advice, Barrier, NoMatch, Ranked, recommend};
pub use explain::{Explained, Flip, Lift, Part};
pub use facts::{Facts, OutcomeSum, Proven, Referred};
pub use need::{Gap, Need};
pub use shelf::Shelf;
pub use weights::{Column, Weights};
