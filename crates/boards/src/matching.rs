//! Who should work on what: experts to engagements, pure and in whole numbers.
//!
//! The problem is that of assigning reviewers to papers (Kobren, Saha, McCallum 2019; Lian et al. 2017): every required
//! skill covered, nobody above capacity, no conflict, the greatest total fit and then the best-off worst case. Small
//! problems are solved exactly; large ones by construction and improvement, and the answer says which. Ties go to whoever
//! carries least in the rolling window; somebody new counts as carrying what the others carry, so that newcomers are not
//! flooded. Assignments that stand are never moved: only their own conflict, removal or lost capacity frees a place.
//!
//! # Invariants (property-tested)
//! 1. No assignment in conflict, above capacity, below the level asked or without the language.
//! 2. A need is served whole or not at all.
//! 3. The same input gives the same plan, whatever the order in which it is given.
//! 4. What is kept stays; an expert who fits nothing changes nothing.

mod conflicts;
mod fit;
mod plan;
mod solve;
mod types;

pub use conflicts::{Conflict, ExpertFacts, FirmFacts, Interest, Source, find as find_conflicts};
pub use fit::{Candidate, Hurdle, Point, Why, effective_load, fit};
pub use plan::plan;
pub use types::{Excluded, Input, Kept, Need, Placed, Plan, Served, SkillNeed, Unserved};

#[cfg(test)]
mod tests;
