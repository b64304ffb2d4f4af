//! What happened to a directive, and what the directive is after it.

use super::{Answered, Deadline, Directive, DirectiveId, Entry, Extension, Filed, Order, Origin, Outcome, Step, Submission, Workflow};
use crate::{
    asks::{Person, UnitRef},
    catalog::Rules,
};
use kernel::{Instant, id::AccountId, time::Date};
use records::Record;
use serde::{Deserialize, Serialize};
use store::Batch;

/// `name` is who did it, as the timeline says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DirectiveEvent {
    Drafted { id: DirectiveId, code: String, origin: Origin, order: Box<Order>, rules: Box<Rules>, by: AccountId, name: String },
    Edited { order: Box<Order>, name: String },
    Given { deadline: Option<Deadline>, rules: Box<Rules>, name: String },
    Received { name: String },
    Refused { reason: String, name: String },
    Insisted { reason: String, name: String },
    Reassigned { lead: UnitRef, reason: String, name: String },
    FocalNamed { focal: Box<Person>, substitute: Option<Box<Person>>, before: Option<String>, reason: String, name: String },
    Progressed { text: String, percent: Option<u32>, next: String, obstacle: String, proposal: String, file: Option<Filed>, name: String },
    Submitted { no: u32, text: String, document: String, file: Option<Filed>, name: String },
    Accepted { quality: String, note: String, name: String },
    Returned { reason: String, name: String },
    ExtensionAsked { no: u32, day: Date, reason: String, file: Option<Filed>, late: bool, name: String },
    ExtensionGranted { deadline: Deadline, note: String, name: String },
    ExtensionRefused { reason: String, name: String },
    Suspended { reason: String, name: String },
    Resumed { deadline: Option<Deadline>, reason: String, name: String },
    Withdrawn { reason: String, name: String },
}

use DirectiveEvent as E;

impl DirectiveEvent {
    /// Its own word, who did it and what was said.
    fn told(&self) -> (&'static str, &str, &str) {
        match self {
            E::Drafted { name, .. } => ("drafted", name, ""),
            E::Edited { name, .. } => ("edited", name, ""),
            E::Given { name, .. } => ("given", name, ""),
            E::Received { name } => ("received", name, ""),
            E::Refused { reason, name } => ("refused", name, reason),
            E::Insisted { reason, name } => ("insisted", name, reason),
            E::Reassigned { reason, name, .. } => ("reassigned", name, reason),
            E::FocalNamed { focal, name, .. } => ("focal_named", name, &focal.name),
            E::Progressed { text, name, .. } => ("progressed", name, text),
            E::Submitted { text, name, .. } => ("submitted", name, text),
            E::Accepted { note, name, .. } => ("accepted", name, note),
            E::Returned { reason, name } => ("returned", name, reason),
            E::ExtensionAsked { reason, name, .. } => ("extension_asked", name, reason),
            E::ExtensionGranted { note, name, .. } => ("extension_granted", name, note),
            E::ExtensionRefused { reason, name } => ("extension_refused", name, reason),
            E::Suspended { reason, name } => ("suspended", name, reason),
            E::Resumed { reason, name, .. } => ("resumed", name, reason),
            E::Withdrawn { reason, name } => ("withdrawn", name, reason),
        }
    }
}

impl Record for Directive {
    type Event = DirectiveEvent;
    const KIND: &'static str = "directive";

    fn evolve(before: Option<Self>, event: &DirectiveEvent, at: Instant) -> Option<Self> {
        let mut d = match (before, event) {
            (None, E::Drafted { id, code, origin, order, rules, by, name }) => begun(*id, code, origin, order, rules, (*by, name), at),
            (None, _) | (Some(_), E::Drafted { .. }) => return None,
            (Some(mut d), event) => {
                apply(&mut d, event, at)?;
                d
            }
        };
        let (what, by, text) = event.told();
        d.steps.push(Step { what: what.to_owned(), by: by.to_owned(), at, text: text.to_owned() });
        Some(d)
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, _: &DirectiveEvent, _: i64, at: Instant) {
        super::store::rows(batch, before, after, at);
    }
}

fn begun(id: DirectiveId, code: &str, origin: &Origin, order: &Order, rules: &Rules, (by, name): (AccountId, &str), at: Instant) -> Directive {
    Directive {
        id,
        code: code.to_owned(),
        origin: origin.clone(),
        order: order.clone(),
        drafter: by,
        drafter_name: name.to_owned(),
        rules: rules.clone(),
        workflow: Workflow::Draft,
        before_pause: None,
        created: at,
        assigned: None,
        received: None,
        first_deadline: None,
        deadline: None,
        focal: None,
        substitute: None,
        progress: Vec::new(),
        submissions: Vec::new(),
        extensions: Vec::new(),
        steps: Vec::new(),
    }
}

fn apply(d: &mut Directive, event: &DirectiveEvent, at: Instant) -> Option<()> {
    match event {
        E::Drafted { .. } => return None,
        E::Edited { order, .. } => d.order = (**order).clone(),
        E::Given { deadline, rules, .. } => {
            d.workflow = Workflow::Assigned;
            d.assigned = Some(at);
            d.rules = (**rules).clone();
            d.first_deadline = *deadline;
            d.deadline = *deadline;
        }
        E::Received { .. } => {
            d.workflow = Workflow::Received;
            d.received = Some(at);
        }
        E::Refused { .. } => d.workflow = Workflow::Refused,
        E::Insisted { .. } => d.workflow = Workflow::Assigned,
        E::Reassigned { lead, .. } => {
            d.workflow = Workflow::Assigned;
            d.order.partners.retain(|p| p.code != lead.code);
            d.order.lead = lead.clone();
            (d.focal, d.substitute, d.received) = (None, None, None);
        }
        E::FocalNamed { focal, substitute, .. } => {
            d.focal = Some((**focal).clone());
            d.substitute = substitute.as_deref().cloned();
        }
        E::Progressed { text, percent, next, obstacle, proposal, file, name } => {
            d.workflow = Workflow::InProgress;
            d.progress.push(Entry {
                by: name.clone(),
                at,
                text: text.clone(),
                percent: *percent,
                next: next.clone(),
                obstacle: obstacle.clone(),
                proposal: proposal.clone(),
                file: file.clone(),
            });
        }
        E::Submitted { no, text, document, file, name } => {
            d.workflow = Workflow::Submitted;
            d.submissions.push(Submission { no: *no, by: name.clone(), at, text: text.clone(), document: document.clone(), file: file.clone(), outcome: Outcome::Waiting });
        }
        E::Accepted { quality, note, name } => {
            d.workflow = Workflow::Accepted;
            d.submissions.last_mut()?.outcome = Outcome::Accepted { by: name.clone(), at, quality: quality.clone(), note: note.clone() };
        }
        E::Returned { reason, name } => {
            d.workflow = Workflow::Returned;
            d.submissions.last_mut()?.outcome = Outcome::Returned { by: name.clone(), at, reason: reason.clone() };
        }
        E::ExtensionAsked { no, day, reason, file, late, name } => {
            let before = d.deadline?;
            d.extensions.push(Extension { no: *no, by: name.clone(), at, day: *day, reason: reason.clone(), file: file.clone(), late: *late, before, answer: Answered::Waiting });
        }
        E::ExtensionGranted { deadline, note, name } => {
            d.extensions.last_mut()?.answer = Answered::Granted { by: name.clone(), at, deadline: *deadline, note: note.clone() };
            d.deadline = Some(*deadline);
        }
        E::ExtensionRefused { reason, name } => d.extensions.last_mut()?.answer = Answered::Refused { by: name.clone(), at, reason: reason.clone() },
        E::Suspended { .. } => {
            d.before_pause = Some(d.workflow);
            d.workflow = Workflow::Suspended;
        }
        E::Resumed { deadline, .. } => {
            d.workflow = d.before_pause.take()?;
            // Without one it was undated, or the old one still holds.
            if deadline.is_some() {
                d.deadline = *deadline;
                d.first_deadline = d.first_deadline.or(*deadline);
            }
        }
        E::Withdrawn { .. } => d.workflow = Workflow::Withdrawn,
    }
    Some(())
}
