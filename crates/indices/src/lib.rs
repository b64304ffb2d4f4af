//! Indices as data: formulas, scores that explain themselves, golden vectors. No I/O, no clock, no binary fractions.
//!
//! # Invariants
//! 1. Numbers are exact until a rule rounds them; what does not fit is said, never wrapped.
//! 2. Nothing known is not zero and not everything: a missing whole does not apply, a missing part has no points and keeps its maximum.
//! 3. What does not apply reduces the maximum, and the total is normalised; if nothing applies there is no total.
//! 4. A part larger than its whole is flagged, and counted as the whole.
//! 5. Every file is checked as a whole: names, kinds, rows in order, no cycle, sums as declared, golden vectors.

mod check;
mod definition;
mod eval;
mod exact;
mod formula;
mod index;
mod load;
mod score;
mod types;

pub use definition::*;
pub use eval::{Step, Value, percent};
pub use exact::{Exact, apportion};
pub use formula::{Expr, parse};
pub use index::{Index, Inputs, typed};
pub use load::{FOLDER, Indices, load};
pub use score::{Outcome, Scored, State, score};

#[cfg(test)]
mod tests;
