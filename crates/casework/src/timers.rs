//! When the program itself has to act on a case.

use crate::{
    Definition,
    definition::{ActDecl, Verb},
    state::{CaseState, ClockRun},
};
use kernel::Instant;

/// The act of the system that marks a case for an apology.
pub const DRAFT_APOLOGY: &str = "draft_apology";

impl CaseState {
    /// The next instant at which the program itself may have to act. A clock whose act is closed where the case stands
    /// now (a withdrawn case, an issued result) waits for nothing: else the timer would come back for ever.
    pub fn next_timer(&self, definition: &Definition) -> Option<Instant> {
        let open = |act: &str| definition.acts.get(act).is_some_and(|a| self.is_when(a));
        let clocks = self.clocks.iter().filter_map(|(name, clock)| {
            let act = definition.clocks.get(name)?.on_due.as_deref()?;
            (clock.run == ClockRun::Running && open(act)).then_some(clock.due)
        });
        let silence = definition.acts.iter().any(|(name, a)| a.verbs.contains(&Verb::TacitConsent) && open(name));
        let requests = self.open_requests().filter(|_| silence).map(|r| r.due);
        clocks.chain(requests).chain(self.draft_at(definition)).min()
    }
    /// When an apology is to be drafted: the due date is near, nothing is signed and none was drafted.
    pub fn draft_at(&self, definition: &Definition) -> Option<Instant> {
        let clock = self.clocks.get("processing").filter(|c| c.run == ClockRun::Running)?;
        let rule = definition.time.extension.as_ref()?;
        let step = self.step.as_ref().map(|s| s.code.as_str());
        let open = definition.acts.get(DRAFT_APOLOGY).is_some_and(|a| self.is_when(a));
        clock.warn.filter(|_| open && self.apology.is_none() && !definition.is_signed(step, &rule.signer))
    }
    /// Whether the tracks stand where the act is open.
    pub fn is_when(&self, act: &ActDecl) -> bool {
        act.when.iter().all(|(track, states)| states.iter().any(|x| x == self.track(track)))
    }
}
