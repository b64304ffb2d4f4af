//! One meeting: prepared, sent, held, concluded, and never edited afterwards.

mod act;
pub mod acts;
mod agenda;
pub mod decide;
mod directive;
pub mod documents;
mod event;
mod model;
mod part;
pub(crate) mod store;
pub mod tally;
pub mod views;

pub use act::{Act, Answer, Invitation, Presence};
pub use agenda::{Item, Opinion, Paper, Stance, Version};
pub use directive::{Conclusion, Directive, DirectiveNotice, Task, UnitRef};
pub use event::MeetingEvent;
pub use model::*;
pub use part::{Part, Seat};
pub use tally::{Ballot, Choice, Count, Outcome, Poll};

/// A meeting made again from its history alone: what is stored must be this. Nothing when an entry does not fit.
pub fn replay(history: impl IntoIterator<Item = (MeetingEvent, kernel::Instant)>) -> Option<Meeting> {
    use crate::records::Record as _;
    let mut m = None;
    for (event, at) in history {
        m = Some(Meeting::evolve(m, &event, at)?);
    }
    m
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
