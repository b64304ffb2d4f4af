//! The ten status codes of the national portal (domain/public-services §2.3), derived from the track `handling`.
//!
//! 1 submitted, 2 received, 3 refused at intake, 4 processing, 5 supplement asked, 6 financial duty, 7 withdrawal asked,
//! 8 stopped, 9 finished, 10 returned. The transitions are derived from the rules and not printed in a standard.

use crate::{CaseState, Definition, Event};
use crate::event::Change;

/// Whether a code may follow another. Nothing leaves 3, 8 and 10: a new dossier is filed instead.
pub const fn may_follow(from: u8, to: u8) -> bool {
    if from == to {
        return !matches!(from, 3 | 8 | 10);
    }
    match from {
        1 => matches!(to, 2 | 3 | 5 | 7),
        2 => matches!(to, 4 | 7),
        4 => matches!(to, 5..=9),
        // 7 may be entered from 5 and 6 as well (the column “enter from”).
        5 => matches!(to, 1 | 2 | 3 | 4 | 7 | 8),
        6 => matches!(to, 4 | 7 | 8 | 9),
        // Back, if a result exists already.
        7 => matches!(to, 4 | 8 | 9),
        9 => to == 10,
        _ => false,
    }
}

/// The codes passed on the way from one state to another: received (2) lies between submitted and processing.
pub fn path(d: &Definition, from: &str, to: &str) -> Vec<u8> {
    let state = |name: &str| d.state("handling", name);
    let Some(code) = state(to).and_then(|s| s.national) else { return Vec::new() };
    let through = state(to).and_then(|s| s.through).filter(|_| state(from).and_then(|s| s.national) == Some(1));
    through.into_iter().chain([code]).collect()
}

/// The codes an event brought the case through, in order; none where the status stayed.
pub fn codes(d: &Definition, before: Option<&CaseState>, event: &Event) -> Vec<u8> {
    let mut here = before.map_or("", |s| s.track("handling")).to_owned();
    let mut out: Vec<u8> = Vec::new();
    for change in &event.changes {
        let Change::Moved { track, to } = change else { continue };
        if track == "handling" {
            out.extend(path(d, &here, to));
            here.clone_from(to);
        }
    }
    out
}

impl CaseState {
    /// The code as it stands.
    pub fn national(&self, d: &Definition) -> Option<u8> {
        d.state("handling", self.track("handling")).and_then(|s| s.national)
    }
}
