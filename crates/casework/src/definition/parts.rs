//! Parts of a flow that only some definitions have: what belongs to a part is left out where the part is not declared, so that a
//! procedure without obligations shows nobody an act about them.

use super::{Definition, Verb};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Any line of money.
    Fees,
    /// A line `kind: obligation`, whose amount comes by notice.
    Obligations,
    /// `time.extension`.
    Extension,
    /// `time.verification`.
    Verification,
    /// `silence`.
    Silence,
    /// `set`.
    Set,
    /// No `set`: the case is decided by its own office.
    Single,
}

impl Definition {
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::Fees => !self.fees.is_empty(),
            Part::Obligations => self.obligations().next().is_some(),
            Part::Extension => self.time.extension.is_some(),
            Part::Verification => self.time.verification.is_some(),
            Part::Silence => self.silence.is_some(),
            Part::Set => !self.set.is_empty(),
            Part::Single => self.set.is_empty(),
        }
    }

    /// Leaves out what belongs to parts the definition does not have.
    pub(super) fn leave_out(&mut self) {
        let parts = [Part::Fees, Part::Obligations, Part::Extension, Part::Verification, Part::Silence, Part::Set, Part::Single];
        let absent: Vec<Part> = parts.into_iter().filter(|p| !self.has(*p)).collect();
        let out = |part: Option<Part>| part.is_some_and(|p| absent.contains(&p));
        self.acts.retain(|_, a| !out(a.part));
        for track in self.tracks.values_mut() {
            track.states.retain(|_, s| !out(s.part));
        }
        self.documents.retain(|_, d| !out(d.part));
        let handling: Vec<String> = self.tracks.get("handling").map(|t| t.states.keys().cloned().collect()).unwrap_or_default();
        // An act open in a state that was left out is open in those that remain; a misspelt state is told by the check.
        let gone = |state: &String| GONE.iter().any(|(name, part)| name == state && absent.contains(part)) && !handling.contains(state);
        for act in self.acts.values_mut() {
            for states in act.when.values_mut() {
                states.retain(|s| !gone(s));
            }
        }
    }

    /// The act that says a notice is accepted ends the statutory time.
    pub(super) fn silence_ends_the_time(&mut self) {
        let Some(silence) = &self.silence else { return };
        if let Some(clock) = self.clocks.get_mut("processing") {
            clock.on_due = Some(silence.act.clone());
        }
    }

    /// Whether a verb of the act issues the result.
    pub(crate) fn issues_result(verbs: &[Verb]) -> bool {
        verbs.iter().any(|v| matches!(v, Verb::Issue(document) if document == "result"))
    }
}

/// States of the flow that belong to a part, as other acts name them.
const GONE: [(&str, Part); 1] = [(crate::money::AWAITING_DUTY, Part::Obligations)];
