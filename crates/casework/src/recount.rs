//! A changed calendar: which open promises would fall on another instant. They are listed for a decision; nothing here moves
//! one (domain/public-services §2.6: changing the calendar never silently moves a promise already printed).

use crate::{
    Definition,
    event::Ground,
    state::{CaseState, Clock, ClockRun},
};
use kernel::{
    Instant,
    calendar::{Calendar, CalendarError},
};
use serde::Serialize;

/// Clocks whose due instant people were told.
const PROMISED: [&str; 3] = ["processing", "intake", "applicant"];

/// One promise that the newer calendar counts otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Affected {
    pub clock: String,
    /// As promised, and as it stays until somebody decides.
    pub promised: Instant,
    /// As the newer calendar counts it; absent where it lacks a year.
    pub would_be: Option<Instant>,
}

/// The running clocks of a case that a newer calendar would let fall due at another instant. A date that an apology named
/// stays what it is.
pub fn affected(d: &Definition, s: &CaseState, newer: &Calendar) -> Vec<Affected> {
    let running = PROMISED.iter().filter_map(|name| Some((*name, s.clocks.get(*name).filter(|c| c.run == ClockRun::Running)?)));
    running
        .filter(|(_, c)| !c.extensions.iter().any(|e| e.ground == Ground::Apology))
        .filter_map(|(name, clock)| {
            let would_be = counted(d, name, clock, newer).ok();
            let moves = would_be.is_none_or(|at| at != clock.due);
            moves.then(|| Affected { clock: name.to_owned(), promised: clock.due, would_be })
        })
        .collect()
}

/// The due instant counted anew from the start of the clock: suspensions and verification as they were recorded.
fn counted(d: &Definition, name: &str, clock: &Clock, calendar: &Calendar) -> Result<Instant, CalendarError> {
    let in_full = d.clocks.get(name).is_some_and(|c| c.restarts_in_full);
    let mut due = calendar.due(clock.started, clock.span)?;
    let mut extensions = clock.extensions.iter().filter(|e| e.ground == Ground::Verification).peekable();
    let longer = |due: Instant| match &d.time.verification {
        Some(allowed) => calendar.step_due(due, allowed.span),
        None => Ok(due),
    };
    for (from, to) in &clock.suspensions {
        while extensions.next_if(|e| e.at <= *from).is_some() {
            due = longer(due)?;
        }
        let Some(to) = to else { continue };
        let left = calendar.working_seconds(*from, due)?;
        let left = if *from > due { left.min(-1) } else { left };
        due = match left {
            _ if in_full => calendar.due(*to, clock.span)?,
            0 => *to,
            left => calendar.add_working(*to, left)?,
        };
    }
    for _ in extensions {
        due = longer(due)?;
    }
    Ok(due)
}
