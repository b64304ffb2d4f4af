//! What happened to an alert, and the state after it.

use super::{Alert, AlertId, Cause, Ended, Made, Moment, Outcome, Silence, State};
use crate::{asks::UnitRef, catalog::Level};
use kernel::Instant;
use records::Record;
use serde::{Deserialize, Serialize};
use store::{Batch, values};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AlertEvent {
    Fired { id: AlertId, cause: Box<Cause>, owner: UnitRef, #[serde(default, skip_serializing_if = "Option::is_none")] place: Option<UnitRef>, name: String },
    Acknowledged { note: String, name: String },
    Silenced { until: Instant, reason: String, name: String },
    Unsilenced { name: String },
    Escalated { to: Level, name: String },
    Inhibited { by: String, name: String },
    Released { name: String },
    Asked { question: String, label: String, name: String },
    Directed { directive: String, label: String, name: String },
    /// Closed by hand.
    Closed { outcome: Outcome, note: String, name: String },
    /// Over by itself.
    Ended { why: Ended, name: String },
    /// Judged after it was over.
    Judged { outcome: Outcome, note: String, name: String },
}

use AlertEvent as E;

impl AlertEvent {
    /// What, by whom, in which words.
    fn told(&self) -> (&'static str, &str, String) {
        match self {
            E::Fired { cause, name, .. } => ("fired", name, cause.label.vi.clone()),
            E::Acknowledged { note, name } => ("acknowledged", name, note.clone()),
            E::Silenced { reason, name, .. } => ("silenced", name, reason.clone()),
            E::Unsilenced { name } => ("unsilenced", name, String::new()),
            E::Escalated { to, name } => ("escalated", name, to.text().vi),
            E::Inhibited { by, name } => ("inhibited", name, by.clone()),
            E::Released { name } => ("released", name, String::new()),
            E::Asked { label, name, .. } => ("asked", name, label.clone()),
            E::Directed { label, name, .. } => ("directed", name, label.clone()),
            E::Closed { outcome, note, name } => ("closed", name, said(*outcome, note)),
            E::Ended { why, name } => ("ended", name, why.text().vi),
            E::Judged { outcome, note, name } => ("judged", name, said(*outcome, note)),
        }
    }
}

fn said(outcome: Outcome, note: &str) -> String {
    [outcome.text().vi.as_str(), note].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(": ")
}

impl Record for Alert {
    type Event = AlertEvent;
    const KIND: &'static str = "alert";

    fn evolve(before: Option<Self>, event: &AlertEvent, at: Instant) -> Option<Self> {
        let mut a = match (before, event) {
            (None, E::Fired { id, cause, owner, place, .. }) => begun(*id, cause, owner, place.as_ref(), at),
            (None, _) | (Some(_), E::Fired { .. }) => return None,
            (Some(mut a), event) => {
                apply(&mut a, event, at)?;
                a
            }
        };
        let (what, by, text) = event.told();
        a.steps.push(Moment { what: what.to_owned(), by: by.to_owned(), at, text });
        Some(a)
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, a: &Self, _: &AlertEvent, _: i64, at: Instant) {
        let sql = if before.is_none() {
            "INSERT INTO ops_alert (province, id, rule, severity, fingerprint, subject, label_vi, label_en, href, value, since, fired, owner, owner_name, place, place_name, state, level, \
             waits, silent_until, inhibited, acknowledged, resolved, outcome, holds, live, changed_anything, changed) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)"
        } else {
            "UPDATE ops_alert SET rule = $3, severity = $4, fingerprint = $5, subject = $6, label_vi = $7, label_en = $8, href = $9, value = $10, since = $11, fired = $12, owner = $13, \
             owner_name = $14, place = $15, place_name = $16, state = $17, level = $18, waits = $19, silent_until = $20, inhibited = $21, acknowledged = $22, resolved = $23, \
             outcome = $24, holds = $25, live = $26, changed_anything = $27, changed = $28 WHERE province = $1 AND id = $2"
        };
        let c = &a.cause;
        batch.exec(
            sql,
            values![
                a.id, &c.rule, &c.severity, &c.fingerprint, &c.subject, &c.label.vi, &c.label.en, &c.path, c.value, c.since, a.fired, &a.owner.code, &a.owner.name,
                a.place.as_ref().map(|p| &p.code), a.place.as_ref().map_or("", |p| p.name.as_str()), a.state.code(), a.level.code(), a.waits, a.silence.as_ref().map(|s| s.until),
                a.inhibited.is_some(), a.acknowledged, a.resolved, a.outcome.map_or("", Outcome::code), a.holds, a.is_open() || a.holds, !a.asked.is_empty() || !a.directed.is_empty(), at
            ],
        );
    }
}

fn begun(id: AlertId, cause: &Cause, owner: &UnitRef, place: Option<&UnitRef>, at: Instant) -> Alert {
    Alert {
        id,
        cause: cause.clone(),
        owner: owner.clone(),
        place: place.cloned(),
        fired: at,
        state: State::Firing,
        level: Level::Office,
        waits: at,
        silence: None,
        inhibited: None,
        acknowledged: None,
        resolved: None,
        outcome: None,
        holds: true,
        asked: Vec::new(),
        directed: Vec::new(),
        steps: Vec::new(),
    }
}

fn apply(a: &mut Alert, event: &AlertEvent, at: Instant) -> Option<()> {
    match event {
        E::Fired { .. } => return None,
        E::Acknowledged { .. } => {
            a.state = State::Acknowledged;
            a.acknowledged = a.acknowledged.or(Some(at));
            a.waits = at;
        }
        E::Silenced { until, reason, name } => {
            a.silence = Some(Silence { until: *until, reason: reason.clone(), by: name.clone() });
            a.waits = *until;
        }
        E::Unsilenced { .. } => {
            a.silence = None;
            a.waits = at;
        }
        E::Escalated { to, .. } => a.level = *to,
        E::Inhibited { by, .. } => a.inhibited = Some(by.clone()),
        E::Released { .. } => {
            a.inhibited = None;
            a.waits = at;
        }
        E::Asked { question, label, .. } => a.asked.push(Made { id: question.clone(), label: label.clone() }),
        E::Directed { directive, label, .. } => a.directed.push(Made { id: directive.clone(), label: label.clone() }),
        E::Closed { outcome, .. } => {
            a.state = State::Resolved;
            a.resolved = Some(at);
            a.outcome = Some(*outcome);
            (a.silence, a.inhibited) = (None, None);
        }
        E::Ended { .. } => {
            a.state = State::Resolved;
            a.resolved = a.resolved.or(Some(at));
            a.holds = false;
            (a.silence, a.inhibited) = (None, None);
        }
        E::Judged { outcome, .. } => a.outcome = Some(*outcome),
    }
    Some(())
}
