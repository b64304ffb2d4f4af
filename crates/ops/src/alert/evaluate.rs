//! From rules and signals to what has to happen to alerts: pure. Looked at twice at the same instant, nothing happens twice.

use super::{AlertId, Cause, Ended, Line, Outcome, State};
use crate::catalog::{AlertRule, By, Level, Waiting};
use kernel::{Instant, Text, calendar::Span, id::OfficeCode};
use std::collections::{BTreeMap, BTreeSet};

/// What a record says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// The record: its code or id.
    pub subject: String,
    pub office: Option<OfficeCode>,
    pub value: i64,
    pub since: Instant,
    pub label: Text,
    /// The record's page.
    pub path: String,
}

/// All that a source says of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    pub signals: Vec<Signal>,
    /// There were more than were told: what is not among these may still be so.
    pub cut: bool,
    /// The list of all of them, and the parameter by which it is one office's.
    pub list: &'static str,
    pub office_parameter: &'static str,
}

/// What has to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Fire { cause: Box<Cause>, place: Option<OfficeCode>, owner: String },
    End { alert: AlertId, why: Ended },
    Escalate { alert: AlertId, to: Level },
    Inhibit { alert: AlertId, by: String },
    Release { alert: AlertId },
}

/// A condition that holds now.
struct Condition<'a> {
    rule: &'a AlertRule,
    office: Option<OfficeCode>,
    cause: Cause,
}

fn fingerprint(rule: &AlertRule, office: Option<&OfficeCode>, subject: &str) -> String {
    format!("{}|{}|{subject}", rule.code, office.map_or("", OfficeCode::as_str))
}

/// The conditions of a rule among what was heard.
fn conditions<'a>(rule: &'a AlertRule, heard: &Heard, now: Instant) -> Vec<Condition<'a>> {
    let long_enough = |since: Instant| now.seconds_since(since) >= rule.for_minutes * 60;
    let cause = |office: Option<&OfficeCode>, subject: &str, label: Text, path: String, value: i64, since: Instant| Cause {
        rule: rule.code.clone(),
        severity: rule.severity.clone(),
        fingerprint: fingerprint(rule, office, subject),
        subject: subject.to_owned(),
        label,
        path,
        value,
        since,
    };
    if rule.by == By::Subject {
        let loud = heard.signals.iter().filter(|s| s.value >= rule.at_least && long_enough(s.since));
        return loud.map(|s| Condition { rule, office: s.office.clone(), cause: cause(s.office.as_ref(), &s.subject, s.label.clone(), s.path.clone(), s.value, s.since) }).collect();
    }
    let mut groups: BTreeMap<Option<&OfficeCode>, Vec<Instant>> = BTreeMap::new();
    for s in &heard.signals {
        let office = s.office.as_ref().filter(|_| rule.by == By::Office);
        groups.entry(office).or_default().push(s.since);
    }
    let mut found = Vec::new();
    for (office, mut since) in groups {
        let n = i64::try_from(since.len()).unwrap_or(i64::MAX);
        // It has been so since as many as are needed were there.
        since.sort_unstable();
        let needed = usize::try_from(rule.at_least.max(1)).unwrap_or(usize::MAX);
        let Some(began) = since.get(needed - 1).copied().filter(|at| long_enough(*at)) else { continue };
        let path = match office {
            Some(o) => format!("{}{}{}={}", heard.list, if heard.list.contains('?') { "&" } else { "?" }, heard.office_parameter, o),
            None => heard.list.to_owned(),
        };
        let label = Text::new(format!("{}: {n}", rule.name.vi), format!("{}: {n}", rule.name.en));
        found.push(Condition { rule, office: office.cloned(), cause: cause(office, "", label, path, n, began) });
    }
    found
}

/// Every rule that names another, with the office for which it holds.
struct Parents<'a>(Vec<(&'a AlertRule, Option<OfficeCode>, String)>);

impl Parents<'_> {
    /// The condition for which an alert of this rule and office stands back.
    fn of(&self, rule: &str, office: Option<&OfficeCode>) -> Option<&str> {
        let over = |(parent, place, _): &&(&AlertRule, Option<OfficeCode>, String)| {
            parent.inhibits.iter().any(|c| c == rule) && (place.is_none() || place.as_ref() == office)
        };
        self.0.iter().find(over).map(|(_, _, fingerprint)| fingerprint.as_str())
    }
}

/// `heard`: by kind of signal; a kind that is not there was not told, and nothing of it ends. `live`: alerts that are open or whose
/// condition still holds. `due`: the instant after so much working time of an office.
pub fn evaluate(rules: &[&AlertRule], heard: &BTreeMap<&str, Heard>, live: &[Line], now: Instant, due: &dyn Fn(&OfficeCode, Instant, Span) -> Instant) -> Vec<Step> {
    let holding: Vec<Condition<'_>> = rules.iter().filter_map(|r| Some(conditions(r, heard.get(r.signal.as_str())?, now))).flatten().collect();
    let true_now: BTreeSet<&str> = holding.iter().map(|c| c.cause.fingerprint.as_str()).collect();
    let rule_of = |code: &str| rules.iter().find(|r| r.code == code).copied();
    // What was not told of is taken to be as it was.
    let untold = |l: &Line| rule_of(&l.rule).is_some_and(|r| heard.get(r.signal.as_str()).is_none_or(|h| h.cut));
    let still = |l: &Line| true_now.contains(l.fingerprint.as_str()) || untold(l);
    let known: BTreeMap<&str, &Line> = live.iter().map(|l| (l.fingerprint.as_str(), l)).collect();
    let parents = Parents(
        holding
            .iter()
            .map(|c| (c.rule, c.office.clone(), c.cause.fingerprint.clone()))
            .chain(live.iter().filter(|l| !true_now.contains(l.fingerprint.as_str()) && untold(l)).filter_map(|l| Some((rule_of(&l.rule)?, l.place.clone(), l.fingerprint.clone()))))
            // What somebody found to be false holds nothing back.
            .filter(|(_, _, f)| known.get(f.as_str()).is_none_or(|l| l.outcome != Some(Outcome::False)))
            .collect(),
    );
    let mut steps = Vec::new();
    for line in live {
        match rule_of(&line.rule) {
            None => steps.push(Step::End { alert: line.id, why: Ended::RuleGone }),
            Some(_) if !still(line) => steps.push(Step::End { alert: line.id, why: Ended::Over }),
            Some(rule) if line.is_open() => steps.extend(waiting(rule, line, &parents, now, due)),
            Some(rule) => {
                let again = rule.repeat.zip(line.resolved).is_some_and(|(span, at)| due(&line.owner, at, span) <= now);
                steps.extend(again.then_some(Step::End { alert: line.id, why: Ended::Again }));
            }
        }
    }
    let fires = holding.into_iter().filter(|c| !known.contains_key(c.cause.fingerprint.as_str()) && parents.of(&c.rule.code, c.office.as_ref()).is_none());
    steps.extend(fires.map(|c| Step::Fire { owner: c.rule.owner.clone(), place: c.office, cause: Box::new(c.cause) }));
    steps
}

/// What becomes of an open alert while its condition holds.
fn waiting(rule: &AlertRule, line: &Line, parents: &Parents<'_>, now: Instant, due: &dyn Fn(&OfficeCode, Instant, Span) -> Instant) -> Option<Step> {
    match (parents.of(&line.rule, line.place.as_ref()), line.inhibited) {
        (Some(by), false) => return Some(Step::Inhibit { alert: line.id, by: by.to_owned() }),
        (None, true) => return Some(Step::Release { alert: line.id }),
        (Some(_), true) => return None,
        (None, false) => {}
    }
    if line.is_silent(now) {
        return None;
    }
    let here = if line.state == State::Firing { Waiting::Firing } else { Waiting::Acknowledged };
    let reached = |e: &&crate::catalog::Escalation| e.while_in == here && e.to > line.level && due(&line.owner, line.waits, e.after) <= now;
    let to = rule.escalate.iter().filter(reached).map(|e| e.to).max()?;
    Some(Step::Escalate { alert: line.id, to })
}
