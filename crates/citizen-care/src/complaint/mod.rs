//! Complaints, petitions and suggestions: what their times say of them, and what may be sent. They are cases of the engine
//! (`catalog/complaints`); here is only what the engine does not know. Pure; rows, follower and filing are beside it.

pub mod follow;
mod send;
pub mod store;

pub use send::{Sending, read};

use casework::{
    CaseState,
    definition::Outcome,
    state::{Clock, ClockRun},
};
use kernel::{Instant, Text};
use std::collections::BTreeMap;

/// The definition in `catalog/complaints`.
pub const DEFINITION: &str = "phan-anh-kien-nghi";
/// The kind of its cases, and the beginning of their journal entries.
pub const KIND: &str = "complaint";

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Phản ánh: how a procedure was handled.
    Report,
    /// Kiến nghị: a rule that should be changed.
    Petition,
    /// Góp ý; the one that needs no name.
    Suggestion,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Report, Self::Petition, Self::Suggestion];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Petition => "petition",
            Self::Suggestion => "suggestion",
        }
    }
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
    pub fn name(self) -> Text {
        match self {
            Self::Report => Text::new("Phản ánh", "Complaint"),
            Self::Petition => Text::new("Kiến nghị", "Petition"),
            Self::Suggestion => Text::new("Góp ý", "Suggestion"),
        }
    }
    /// Whether index 766 (5.2, 5.3) counts it. A suggestion waits for no decision.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Suggestion)
    }
}

/// How a complaint stands by the times of Decision 766, group 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// A time that bound it has passed and was not kept: for good.
    pub late: bool,
    /// The time that binds it now; it is late when this passes.
    pub due: Option<Instant>,
    /// It was answered or turned away with a reason.
    pub handled: bool,
}

/// Of the four times each binds one thing: a rejection comes in 2 working days, a question in 5, the answer in 15, its
/// publication in 2 more. Taking it up is bound by none of them, so it is not judged by the first.
pub fn standing(outcome: Option<Outcome>, asked: bool, clocks: &BTreeMap<String, Clock>) -> Standing {
    let kept = |name: &str| clocks.get(name).is_none_or(|c| c.stopped.is_none_or(|at| at <= c.due));
    let running = |name: &str| clocks.get(name).filter(|c| c.run == ClockRun::Running).map(|c| c.due);
    let late = (asked && !kept("inquiry"))
        || match outcome {
            Some(Outcome::Refused) => !kept("triage"),
            Some(Outcome::Granted) => !kept("processing") || !kept("publish"),
            None => false,
        };
    Standing { late, due: running("processing").or_else(|| running("publish")), handled: outcome.is_some() }
}

pub fn of_state(s: &CaseState) -> Standing {
    standing(s.outcome.as_ref().map(|o| o.outcome), !s.supplements.is_empty(), &s.clocks)
}

/// What is counted of the complaints of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub received: i64,
    pub in_time: i64,
    pub handled: i64,
    /// Handled, and the sender did not say otherwise.
    pub satisfied: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Instant {
        "2026-11-23T08:00:00+07:00".parse::<Instant>().unwrap().plus_seconds(hour * 3600)
    }

    fn clock(due: i64, stopped: Option<i64>) -> Clock {
        serde_json::from_value(serde_json::json!({
            "run": if stopped.is_some() { "stopped" } else { "running" }, "span": "2wd", "started": at(0), "due": at(due), "stopped": stopped.map(at),
        }))
        .unwrap()
    }

    fn clocks(list: &[(&str, i64, Option<i64>)]) -> BTreeMap<String, Clock> {
        list.iter().map(|(n, due, stopped)| ((*n).to_owned(), clock(*due, *stopped))).collect()
    }

    /// Decision 766, 5.2: reject ≤ 2, ask for more ≤ 5, process ≤ 15, publish ≤ 2.
    #[test]
    fn each_time_binds_one_thing() {
        let refused = Some(Outcome::Refused);
        let granted = Some(Outcome::Granted);
        let rows: [(&str, Option<Outcome>, bool, BTreeMap<String, Clock>, bool); 9] = [
            ("rejected in time", refused, false, clocks(&[("triage", 16, Some(16)), ("inquiry", 40, Some(16))]), false),
            ("rejected late", refused, false, clocks(&[("triage", 16, Some(17)), ("inquiry", 40, Some(17))]), true),
            ("taken up after two days is not late by that", None, false, clocks(&[("triage", 16, Some(30)), ("processing", 120, None)]), false),
            ("asked in five days", None, true, clocks(&[("triage", 16, Some(39)), ("inquiry", 40, Some(39))]), false),
            ("asked late", None, true, clocks(&[("triage", 16, Some(41)), ("inquiry", 40, Some(41))]), true),
            ("answered in time", granted, false, clocks(&[("triage", 16, Some(3)), ("processing", 120, Some(120)), ("publish", 136, Some(130))]), false),
            ("answered late", granted, false, clocks(&[("processing", 120, Some(121)), ("publish", 136, None)]), true),
            ("published late", granted, false, clocks(&[("processing", 120, Some(100)), ("publish", 116, Some(117))]), true),
            ("asked late and answered in time stays late", granted, true, clocks(&[("inquiry", 40, Some(50)), ("processing", 120, Some(100))]), true),
        ];
        for (what, outcome, asked, clocks, late) in rows {
            assert_eq!(standing(outcome, asked, &clocks).late, late, "{what}");
        }
    }

    #[test]
    fn what_binds_now_is_the_answer_and_then_its_publication() {
        let open = standing(None, false, &clocks(&[("triage", 16, None), ("inquiry", 40, None), ("processing", 120, None)]));
        assert_eq!((open.due, open.handled), (Some(at(120)), false));
        let answered = standing(Some(Outcome::Granted), false, &clocks(&[("processing", 120, Some(90)), ("publish", 106, None)]));
        assert_eq!((answered.due, answered.handled, answered.late), (Some(at(106)), true, false));
        let published = standing(Some(Outcome::Granted), false, &clocks(&[("processing", 120, Some(90)), ("publish", 106, Some(100))]));
        assert_eq!(published.due, None);
    }

    #[test]
    fn a_suggestion_is_not_counted() {
        assert_eq!(Kind::ALL.map(Kind::counts), [true, true, false]);
        assert!(Kind::ALL.iter().all(|k| Kind::of_code(k.code()) == Some(*k)));
    }
}
