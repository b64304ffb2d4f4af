//! The network of experts: application, appraisal, recognition, suspension, removal, ratings.

mod acts;
mod decide;
mod form;
mod model;
pub(crate) mod store;
pub mod views;

pub use acts::*;
pub use decide::{Act, Context, change_until, checks, decide, recognised, reopen_day};
pub use form::{Application, ExpertKind, HOURS_MAX, SUMMARY_MAX, Skill};
pub use model::*;

#[cfg(test)]
mod tests;
