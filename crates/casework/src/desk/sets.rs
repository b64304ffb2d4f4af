//! Linked procedures: opening the members of a set, hearing how they end, concluding.
//!
//! Called by the effect `case.set` as often as one likes: each member is filed under a key of its own, and what the set knows
//! already is refused by the set itself.

use super::{Desk, DeskError, Found, Once, refusals::unknown_definition};
use crate::{
    Act,
    definition::{Outcome, SetMember},
    event::{Filing, MemberOf, People},
    state::{CaseState, Linked},
};
use kernel::{
    Actor, Instant,
    id::{CaseCode, CaseId},
};
use serde_json::json;

/// Members open at once are few; more rounds than members means that nothing moves any more.
const ROUNDS: usize = 64;

impl Desk {
    /// Brings a set as far as its members are. Answers how many acts that took.
    pub async fn advance_set(&self, id: CaseId, now: Instant) -> Result<usize, DeskError> {
        let system = Actor::system(self.scope.province().clone());
        let mut done = 0;
        for _ in 0..ROUNDS {
            let Some(found) = self.load(id).await? else { return Ok(done) };
            let Some(act) = self.next_of_set(&system, &found, now).await? else { return Ok(done) };
            match self.perform(&system, id, &act, now, None, None).await {
                Ok(_) => done += 1,
                // Another runner was quicker, or the set was stopped meanwhile.
                Err(DeskError::Refused(r)) => {
                    tracing::info!(case = %id, act = act.act, refusal = %r, "set");
                    return Ok(done);
                }
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    async fn next_of_set(&self, system: &Actor, found: &Found, now: Instant) -> Result<Option<Act>, DeskError> {
        let (s, d) = (&found.state, &found.definition);
        if d.set.is_empty() || !d.acts.get("member_ended").is_some_and(|a| s.is_when(a)) {
            return Ok(None);
        }
        for member in &d.set {
            let name = &member.name_in_set;
            match s.linked(name) {
                Some(Linked { outcome: Some(_), .. }) => {}
                Some(Linked { case: Some(case), .. }) => {
                    let ended = self.load(*case).await?.and_then(|f| ended(&f));
                    if let Some(outcome) = ended {
                        return Ok(Some(Act { act: "member_ended".into(), input: json!({"as": name, "outcome": outcome}) }));
                    }
                }
                _ if ready(s, member) => {
                    let (case, code) = self.open_member(system, found, member, now).await?;
                    return Ok(Some(Act { act: "member_opened".into(), input: json!({"as": name, "case": case, "code": code}) }));
                }
                _ => {}
            }
        }
        let all = d.set.iter().all(|m| s.linked(&m.name_in_set).is_some_and(|l| l.outcome.is_some()));
        Ok(all.then(|| Act { act: "conclude".into(), input: serde_json::Value::Null }))
    }

    /// Files a member for the applicant of the set, once.
    async fn open_member(&self, system: &Actor, found: &Found, member: &SetMember, now: Instant) -> Result<(CaseId, CaseCode), DeskError> {
        let s = &found.state;
        let definition = self.rules().definitions.current(member.definition.as_str(), now.date()).cloned();
        let definition = definition.ok_or_else(|| unknown_definition(member.definition.as_str()))?;
        let answers = member.answers_from(&found.definition.form, &definition.form, &s.answers);
        let received = member.office.clone().or_else(|| definition.received_by.clone()).unwrap_or_else(|| s.offices.received.clone());
        let title = answers.pointer(&definition.form.title_from).and_then(serde_json::Value::as_str).unwrap_or(&s.title).to_owned();
        let known = |component: &str| definition.component(component).is_some();
        let filing = Filing {
            code: CaseCode::new("-"),
            definition: definition.code.clone(),
            version: definition.version.clone(),
            title,
            channel: s.channel,
            people: People { assisted_by: None, ..s.people.clone() },
            offices: definition.offices(s.offices.helped.clone(), received),
            answers,
            files: s.files.iter().filter(|f| known(&f.component)).cloned().collect(),
            // What the set collected is not collected again; a result of an earlier member is in the house already.
            waived: definition.components.iter().map(|c| c.code.clone()).collect(),
            lang: s.lang,
            set: Some(MemberOf { case: s.id, code: s.code.clone(), name_in_set: member.name_in_set.clone() }),
        };
        let key = format!("set/{}/{}", s.id, member.name_in_set);
        let once = Once { key: key.clone(), request: key };
        let done = self.file(system, filing, now, Some(once), None).await?;
        Ok((done.found.state.id, done.found.state.code))
    }
}

/// Everything a member waits for was granted.
fn ready(s: &CaseState, member: &SetMember) -> bool {
    member.after.iter().all(|other| s.linked(other).is_some_and(|l| l.outcome.as_deref() == Some("granted")))
}

/// How a member case ended, once it has: with its result ready it has, whether or not it was handed over.
pub(super) fn ended(member: &Found) -> Option<&'static str> {
    let s = &member.state;
    let state = member.definition.state("handling", s.track("handling"))?;
    let over = state.terminal || matches!(state.national, Some(9 | 10));
    // Stopped while a result was only proposed: the proposal decides nothing.
    over.then(|| match s.outcome.as_ref().map(|o| o.outcome) {
        _ if state.national == Some(8) => "stopped",
        Some(Outcome::Granted) => "granted",
        Some(Outcome::Refused) => "refused",
        _ => "stopped",
    })
}
