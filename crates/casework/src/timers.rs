//! When the program itself has to act on a case.

use crate::{
    Definition,
    definition::{ActDecl, Verb},
    state::{CaseState, ClockRun},
};
use kernel::Instant;

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
        clocks.chain(requests).min()
    }
    /// Whether the tracks stand where the act is open.
    pub fn is_when(&self, act: &ActDecl) -> bool {
        act.when.iter().all(|(track, states)| states.iter().any(|x| x == self.track(track)))
    }
}
