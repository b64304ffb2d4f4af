//! Alerts (cảnh báo): what the records say too loudly to be left to a list. Rules are catalogue data, the evaluation is pure.
//!
//! A signal is what a record says now; a rule makes a condition of signals; an alert is one run of a condition from its beginning to its
//! end, told apart by rule, office and subject. While the condition holds there is one alert, however often it is looked at: closed by
//! hand, it stays closed until the condition has ended once, or the rule's `repeat` has passed.

pub mod acts;
mod decide;
pub mod evaluate;
mod event;
mod model;
pub mod runner;
pub mod views;

pub use decide::Act;
pub use evaluate::{Heard, Signal, Step};
pub use event::AlertEvent;
pub use model::*;
pub use views::{Line, Which};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
