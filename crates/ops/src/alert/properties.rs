//! Thousands of courses: records become loud and quiet, people do what they may, the evaluation is run again and again, by two at once
//! and after a restart.
#![allow(clippy::unwrap_used)]

use super::{decide::decide, *};
use crate::{
    catalog::{AlertRule, Alerts},
    fixtures::{calendar, catalog, now, unit, who},
};
use kernel::{Instant, Text, id::OfficeCode};
use proptest::prelude::*;
use records::Record;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Three of one office make the larger alert, so that few records are enough.
fn rules() -> Alerts {
    let mut a = catalog().alerts;
    a.rules.retain(|r| r.signal == "dossier.late");
    a.rules.iter_mut().filter(|r| r.code == "office-late-many").for_each(|r| r.at_least = 3);
    a.rules.iter_mut().filter(|r| r.code == "dossier-late").for_each(|r| r.for_minutes = 30);
    a
}

#[derive(Debug, Clone)]
enum Move {
    /// A record is late, or is not any more.
    Turn(usize),
    /// The source says nothing for once.
    Deaf,
    Wait(i64),
    Do(usize, u128, Act),
}

fn moves() -> impl Strategy<Value = Move> {
    let act = prop_oneof![
        Just(Act::Acknowledge { note: String::new() }),
        (1i64..10).prop_map(|days| Act::Silence { until: now().plus_seconds(days * 86_400), reason: "Một lý do đủ dài".into() }),
        Just(Act::Unsilence),
        prop::sample::select(Outcome::ALL.to_vec()).prop_map(|outcome| Act::Close { outcome, note: "Một lý do đủ dài".into() }),
    ];
    prop_oneof![
        5 => (0usize..8).prop_map(Move::Turn),
        1 => Just(Move::Deaf),
        5 => (60i64..200_000).prop_map(Move::Wait),
        4 => (0usize..12, prop::sample::select(vec![3u128, 6, 8]), act).prop_map(|(i, n, a)| Move::Do(i, n, a)),
    ]
}

/// All alerts there ever were, with their histories.
#[derive(Default)]
struct Room {
    alerts: Vec<Alert>,
    events: Vec<Vec<(AlertEvent, Instant)>>,
    made: u128,
}

impl Room {
    fn live(&self) -> Vec<Line> {
        self.alerts.iter().filter(|a| a.is_open() || a.holds).map(Line::of).collect()
    }
    fn write(&mut self, id: AlertId, event: AlertEvent, at: Instant) {
        let i = self.alerts.iter().position(|a| a.id == id).unwrap();
        self.alerts[i] = Alert::evolve(Some(self.alerts[i].clone()), &event, at).unwrap();
        self.events[i].push((event, at));
    }
    fn take(&mut self, step: Step, at: Instant) {
        let name = String::new();
        match step {
            Step::Fire { cause, place, .. } => {
                self.made += 1;
                let place = place.map(|p| unit(p.as_str()));
                let event = AlertEvent::Fired { id: AlertId::new(Uuid::from_u128(self.made)), cause, owner: place.clone().unwrap(), place, name };
                self.alerts.push(Alert::evolve(None, &event, at).unwrap());
                self.events.push(vec![(event, at)]);
            }
            Step::End { alert, why } => self.write(alert, AlertEvent::Ended { why, name }, at),
            Step::Escalate { alert, to } => self.write(alert, AlertEvent::Escalated { to, name }, at),
            Step::Inhibit { alert, by } => self.write(alert, AlertEvent::Inhibited { by, name }, at),
            Step::Release { alert } => self.write(alert, AlertEvent::Released { name }, at),
        }
    }
    /// Looks until nothing is left to do.
    fn look(&mut self, rules: &[&AlertRule], heard: &BTreeMap<&str, Heard>, at: Instant) {
        let calendar = calendar();
        for round in 0.. {
            // Order of what is remembered must not matter: a restart reads it anew.
            let mut live = self.live();
            let steps = evaluate::evaluate(rules, heard, &live, at, &|_, from, span| calendar.step_due(from, span).unwrap());
            live.reverse();
            let again = evaluate::evaluate(rules, heard, &live, at, &|_, from, span| calendar.step_due(from, span).unwrap());
            let set = |s: &[Step]| s.iter().map(|x| format!("{x:?}")).collect::<BTreeSet<_>>();
            assert_eq!(set(&steps), set(&again));
            if steps.is_empty() {
                break;
            }
            assert!(round < 4, "it settles: {steps:?}");
            steps.into_iter().for_each(|s| self.take(s, at));
        }
    }
}

fn check(room: &Room, rules: &[&AlertRule], heard: Option<&Heard>, at: Instant) {
    let live = room.live();
    let prints: BTreeSet<&str> = live.iter().map(|l| l.fingerprint.as_str()).collect();
    assert_eq!(prints.len(), live.len(), "one live alert of a fingerprint");
    for (a, events) in room.alerts.iter().zip(&room.events) {
        let again = events.iter().fold(None, |s, (e, at)| Alert::evolve(s, e, *at));
        assert_eq!(again.as_ref(), Some(a), "the history gives the record");
        let stored: Alert = serde_json::from_str(&serde_json::to_string(a).unwrap()).unwrap();
        assert_eq!(&stored, a, "what is stored is what was");
        assert!(!a.is_open() || a.holds, "open alerts are about something that is so");
        assert!(a.is_open() || (a.silence.is_none() && a.inhibited.is_none()), "what is over is not hidden");
    }
    let Some(heard) = heard else { return };
    let many: BTreeSet<&OfficeCode> = heard.signals.iter().filter_map(|s| s.office.as_ref()).filter(|o| heard.signals.iter().filter(|s| s.office.as_ref() == Some(*o)).count() >= 3).collect();
    let child = rules.iter().find(|r| r.code == "dossier-late").unwrap();
    for s in &heard.signals {
        let office = s.office.as_ref().unwrap();
        let print = format!("dossier-late|{office}|{}", s.subject);
        let due = at.seconds_since(s.since) >= child.for_minutes * 60;
        let parent = format!("office-late-many|{office}|");
        let held = many.contains(office) && live.iter().find(|l| l.fingerprint == parent).is_none_or(|l| l.outcome != Some(Outcome::False));
        if due && !held {
            assert!(prints.contains(print.as_str()), "{print} is lost");
        }
        if let Some(l) = live.iter().find(|l| l.fingerprint == print && l.is_open()) {
            assert_eq!(l.inhibited, held, "{print}");
        }
    }
    for l in live.iter().filter(|l| l.rule == "dossier-late") {
        assert!(heard.signals.iter().any(|s| l.fingerprint.ends_with(&format!("|{}", s.subject))), "{} is over", l.fingerprint);
    }
    assert_eq!(live.iter().filter(|l| l.rule == "office-late-many").count(), many.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn one_alert_while_it_is_so_and_none_lost(course in prop::collection::vec(moves(), 1..40)) {
        let a = rules();
        let rules: Vec<&AlertRule> = a.rules.iter().collect();
        let mut room = Room::default();
        let mut late: BTreeMap<usize, Instant> = BTreeMap::new();
        let mut at = now();
        for step in course {
            let mut deaf = false;
            match step {
                Move::Turn(n) => if late.remove(&n).is_none() { late.insert(n, at); },
                Move::Deaf => deaf = true,
                Move::Wait(seconds) => at = at.plus_seconds(seconds),
                Move::Do(i, n, act) => {
                    if let Some(alert) = room.alerts.get(i).cloned() {
                        if let Ok(Some(event)) = decide(&a, &alert, &act, &who(n, at)) {
                            room.write(alert.id, event, at);
                        }
                    }
                }
            }
            let signals = late.iter().map(|(n, since)| Signal {
                subject: format!("A-{n}"),
                office: Some(OfficeCode::new(if n % 2 == 0 { "H29.02" } else { "H29.06" })),
                value: at.seconds_since(*since) / 3_600,
                since: *since,
                label: Text::new("a", "a"),
                path: "/".into(),
            }).collect();
            let heard: BTreeMap<&str, Heard> = if deaf { BTreeMap::new() } else { [("dossier.late", Heard { signals, list: "/l", office_parameter: "o", cut: false })].into() };
            let open: Vec<AlertId> = room.alerts.iter().filter(|a| a.is_open()).map(|a| a.id).collect();
            room.look(&rules, &heard, at);
            if deaf {
                prop_assert!(open.iter().all(|id| room.alerts.iter().any(|a| a.id == *id && a.is_open())), "nothing ends unheard");
            }
            check(&room, &rules, heard.get("dossier.late"), at);
        }
    }
}
