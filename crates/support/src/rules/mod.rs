//! The pure rules: size class, rates and amounts, eligibility, money as people type it. No clock, no database.

pub mod amount;
mod checks;
pub mod eligibility;
pub mod money;
pub mod size;

pub use amount::{Offer, amount, best, offers};
pub use eligibility::{Check, Outcome, eligibility};
pub use size::{SizeInputs, SizeResult, size_class};

/// `01/07/2026`, as written in Vietnamese reasons.
pub(crate) fn day(d: kernel::time::Date) -> String {
    format!("{:02}/{:02}/{}", d.day(), d.month(), d.year())
}
