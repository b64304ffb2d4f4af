//! Whether results can be trusted: signs of polished, copied or unevenly judged answers, and the random re-check.
//!
//! # Invariants
//! 1. A flag is a reason to look, never a finding: it changes no result, no level and no money.
//! 2. Results are compared within one framework version, trust tier, sector and size class, and only with five or more others.
//! 3. Who is checked again follows from a stored seed and a fingerprinted population, and comes out the same when drawn again;
//!    what a hand changes in the list is kept with its reason and counted.
//! 4. Nobody checks again what they verified.
//!
//! # Deliberately absent
//! Answers of single firms (the centre's pages of assessments show them), punishing anybody.

mod acts;
mod alike;
mod draw;
mod drift;
mod fact;
mod known;
mod outlier;
mod pages;
mod rounds;
pub mod rules;
mod store;
mod views;

pub use pages::routes;
pub use rules::{Rules, load};

#[cfg(test)]
mod tests;
