//! One directive (nhiệm vụ giao): given, received, worked on, submitted, accepted; never edited afterwards.

mod act;
pub mod acts;
pub mod decide;
mod event;
pub mod from_meeting;
mod model;
mod part;
mod standing;
pub(crate) mod store;
pub mod views;

pub use act::{Act, Filed, Progress, Product};
pub use event::DirectiveEvent;
pub use from_meeting::{FromMeeting, Notice};
pub use model::*;
pub use part::Part;
pub use standing::{Bars, Basis, Fact, Group, Phase, Standing};

/// A directive made again from its history alone: what is stored must be this. Nothing when an entry does not fit.
pub fn replay(history: impl IntoIterator<Item = (DirectiveEvent, kernel::Instant)>) -> Option<Directive> {
    use records::Record as _;
    let mut d = None;
    for (event, at) in history {
        d = Some(Directive::evolve(d, &event, at)?);
    }
    d
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
