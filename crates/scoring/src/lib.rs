//! Scoring: versioned assessment frameworks, what people answer to them, and what follows from it.
//!
//! # Invariants
//! 1. No I/O, no clock, no randomness. The same framework version, answers and context give the same result, always.
//! 2. Everything that decides is exact decimal arithmetic; shares are compared with thresholds without rounding.
//! 3. A framework is checked whole before use, its golden vectors included; a version never changes after that.
//! 4. Scoring is total: whatever is stored gives a result, and what cannot be read counts as not answered and is noted.
//! 5. The official score and the sector-relevant score are never mixed.
//! 6. An explanation is verified by scoring: the improvements it names do reach the level.
//!
//! # Deliberately absent
//! Storage, pages, who may answer or accept evidence, benchmarks over many enterprises.

mod answer;
mod check;
mod compare;
pub mod decimal;
pub mod definition;
mod explain;
pub mod expr;
mod framework;
pub mod lean;
mod load;
mod mark;
mod outcome;
mod plan;
mod scale;
mod score;
mod sector;
mod survey;
mod tally;
mod validate;
mod vectors;

pub use answer::{Answer, Answers, Given, Ratio, Tier};
pub use compare::{Change, Comparison, CriterionChange, DimensionChange, compare};
pub use decimal::Decimal;
pub use definition::Definition;
pub use explain::{Explanation, Improvement, LevelGap, Path, explain, next_steps};
pub use framework::{Fault, Framework, Frameworks, Placed};
pub use load::{FOLDER, load, read};
pub use mark::State;
pub use outcome::{
    Completeness, Contradiction, CriterionResult, DimensionResult, GroupResult, LevelResult, Note, Outcome, Placement,
    SectorScore, Trust,
};
pub use score::{Context, score};
pub use sector::concerns;
pub use survey::{Count, tally};
pub use validate::{Checked, MAX_FILES, MAX_NOTE, check_answer, check_value};

#[cfg(test)]
mod tests;
