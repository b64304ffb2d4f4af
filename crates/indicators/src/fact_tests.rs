//! The counting traps of 2.1, each by its name, and both views of scenario 5.

use super::*;
use crate::count::{Deltas, flags, measure};
use proptest::prelude::*;
use serde_json::{Value, json};

pub fn declared() -> Declared {
    let state = |name: &str, n: u8, applicant: bool| (name.to_owned(), (n, applicant));
    Declared {
        states: BTreeMap::from([
            state("submitted", 1, false),
            state("processing", 4, false),
            state("supplementing", 5, true),
            state("supplementing_intake", 5, true),
            state("awaiting_duty", 6, false),
            state("withdrawing", 7, false),
            state("refused", 3, false),
            state("stopped", 8, false),
            state("finished", 9, false),
            state("returned", 10, false),
        ]),
        full: true,
        results: BTreeSet::from(["permit".to_owned()]),
        result_code: true,
        from_database: false,
        population: false,
        synchronised: BTreeSet::from(["synchronised".to_owned()]),
    }
}

/// A dossier told day by day: `at` is `DD HH:MM` of November 2026.
pub struct Told {
    pub fact: Option<Fact>,
    version: i64,
    longest: Option<&'static str>,
}

pub fn at(text: &str) -> Instant {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2026-11-{day}T{time}:00+07:00").parse().unwrap()
}

impl Told {
    pub fn filed(when: &str) -> Self {
        Self::filed_by(when, "online", 1)
    }
    pub fn filed_by(when: &str, channel: &str, n: u32) -> Self {
        let mut told = Self { fact: None, version: 0, longest: Some("30 17:00") };
        told.act(
            "file",
            when,
            json!([
                {"change": "filed", "code": format!("H29.161-261102-{n:04}"), "definition": "1.013225", "version": "1", "title": "x", "channel": channel,
                 "people": {"applicant": {"name": "A"}, "owner": {"name": "A"}}, "offices": {"received": "H29.161", "decides": "H29.161"}, "answers": {}, "files": []},
                {"change": "moved", "track": "handling", "to": "submitted"},
                {"change": "clock_started", "clock": "intake", "span": "8h", "due": at("30 08:00")},
                {"change": "step_entered", "step": "intake", "role": "one_stop", "office": "H29.161", "due": at("30 08:00")}
            ]),
        );
        if let Some(f) = &mut told.fact {
            f.case_id = format!("case_{n:032x}");
        }
        told
    }
    pub fn act(&mut self, act: &str, when: &str, changes: Value) {
        self.version += 1;
        let event: Happened = serde_json::from_value(json!({"act": act, "at": at(when), "by": {"account": "acct_1", "name": "Lan"}, "changes": changes})).unwrap();
        let declared = declared();
        if self.fact.is_none() {
            self.fact = Fact::first("case_1", &event, &declared);
        }
        let longest = self.longest;
        self.fact.as_mut().unwrap().fold(self.version, &event, &declared, &|_, _| longest.map(at));
    }
    pub fn move_to(&mut self, when: &str, to: &str) {
        self.act(to, when, json!([{"change": "moved", "track": "handling", "to": to}]));
    }
    pub fn receive(&mut self, when: &str, due: &str) {
        self.act(
            "receive",
            when,
            json!([{"change": "moved", "track": "handling", "to": "processing"}, {"change": "clock_stopped", "clock": "intake", "in_time": true},
                   {"change": "clock_started", "clock": "processing", "span": "7wd", "due": at(due)}]),
        );
    }
    pub fn ask(&mut self, when: &str) {
        self.act(
            "ask_supplement",
            when,
            json!([{"change": "moved", "track": "handling", "to": "supplementing"}, {"change": "supplement_asked", "number": 1, "defects": [], "reason": "", "contact": ""},
                   {"change": "clock_suspended", "clock": "processing", "left_s": 0}]),
        );
    }
    pub fn give(&mut self, when: &str, due: &str) {
        self.act(
            "supplement",
            when,
            json!([{"change": "moved", "track": "handling", "to": "processing"}, {"change": "supplement_given", "number": 1, "answers": null, "files": [], "note": ""},
                   {"change": "clock_resumed", "clock": "processing", "due": at(due)}]),
        );
    }
    pub fn issue(&mut self, when: &str) {
        self.act(
            "issue",
            when,
            json!([{"change": "moved", "track": "handling", "to": "finished"}, {"change": "document_issued", "document": "permit", "number": 1, "symbol": "GP"},
                   {"change": "clock_stopped", "clock": "processing", "in_time": true}]),
        );
    }
    pub fn fact(&self) -> &Fact {
        self.fact.as_ref().unwrap()
    }
    fn both(&self) -> (Verdict, Verdict) {
        (self.fact().verdict(), self.fact().legal_verdict())
    }
}

#[test]
fn trap_1_the_end_is_the_first_ending_status_and_finished_is_preferred() {
    let mut t = Told::filed("02 08:00");
    assert_eq!(t.both(), (Verdict::None, Verdict::None), "submitted is not received");
    t.receive("02 09:00", "10 09:00");
    assert_eq!((t.fact().counted_at, t.fact().verdict()), (Some(at("02 09:00")), Verdict::Open));
    t.issue("10 09:00");
    t.move_to("12 10:00", "returned");
    assert_eq!(t.fact().ended_at, Some(at("10 09:00")), "the first end counts, not the hand-over");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime), "at the very instant is in time");
    // Asked to withdraw, but a result came: finished, though later, is the end.
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.move_to("05 09:00", "withdrawing");
    assert_eq!(t.fact().ended_at, Some(at("05 09:00")));
    t.issue("11 09:00");
    assert_eq!((t.fact().ended_at, t.fact().verdict()), (Some(at("11 09:00")), Verdict::Late));
    // A withdrawal taken back is no end.
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.move_to("05 09:00", "withdrawing");
    t.move_to("06 09:00", "processing");
    assert_eq!((t.fact().ended_at, t.fact().verdict()), (None, Verdict::Open));
    t.move_to("07 09:00", "stopped");
    assert_eq!((t.fact().ended_at, t.fact().verdict()), (Some(at("07 09:00")), Verdict::OnTime));
}

#[test]
fn trap_2_a_pending_first_request_is_the_end_and_a_second_is_late() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.ask("09 09:00");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime), "asked in time: in time while it is pending");
    let mut late = Told::filed("02 08:00");
    late.receive("02 09:00", "10 09:00");
    late.ask("10 09:01");
    assert_eq!(late.both(), (Verdict::Late, Verdict::Late));
    // Scenario 5: a second request turns the index late; by law nothing changed.
    t.give("11 09:00", "12 09:00");
    assert_eq!(t.both(), (Verdict::Open, Verdict::Open));
    t.ask("11 10:00");
    assert_eq!(t.both(), (Verdict::Late, Verdict::OnTime));
    t.give("11 14:00", "12 11:00");
    t.issue("12 10:00");
    assert_eq!(t.both(), (Verdict::Late, Verdict::OnTime), "index late, legal view unchanged");
    assert_eq!(flags(t.fact()) & 1, 1);
}

#[test]
fn trap_3_the_time_of_a_supplement_is_taken_out() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.ask("06 16:00");
    t.give("09 09:00", "10 11:00");
    // 65 hours passed on the wall; two working hours by law.
    assert_eq!((t.fact().index_due, t.fact().legal_due), (Some(at("13 02:00")), Some(at("10 11:00"))));
    t.issue("11 09:00");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::Late));
    assert_eq!(t.fact().memo.paused_s, 65 * 3600);
    // Stopped while the supplement is pending: what passed since does not count.
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.ask("09 09:00");
    t.act("stop", "20 09:00", json!([{"change": "moved", "track": "handling", "to": "stopped"}, {"change": "clock_stopped", "clock": "processing", "in_time": true}]));
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime));
    // Withdrawn while pending, without the clock being stopped.
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.ask("09 09:00");
    t.move_to("25 09:00", "withdrawing");
    t.move_to("26 09:00", "stopped");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime));
}

#[test]
fn trap_4_without_a_promise_the_longest_time_counts() {
    let mut t = Told::filed("02 08:00");
    t.move_to("04 10:00", "refused");
    assert_eq!((t.fact().counted_at, t.fact().index_due), (Some(at("02 08:00")), Some(at("30 17:00"))), "refused at intake: from its filing");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime));
    let mut t = Told::filed("02 08:00");
    t.longest = Some("03 08:00");
    t.move_to("04 10:00", "refused");
    assert_eq!(t.both(), (Verdict::Late, Verdict::Late));
    // No calendar tells it: neither, and counted apart.
    let mut t = Told::filed("02 08:00");
    t.longest = None;
    t.move_to("04 10:00", "refused");
    assert_eq!(t.both(), (Verdict::Open, Verdict::Open));
}

#[test]
fn trap_5_what_is_not_finished_waits_to_be_compared() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    assert_eq!(t.both(), (Verdict::Open, Verdict::Open), "decided when it is read: with now, or with the end of the period");
    let mut sums = Deltas::default();
    sums.change(None, t.fact());
    let day = crate::count::day(at("10 09:00"));
    assert_eq!((crate::count::day_start(day), sums.dues.get(&("index", "o", "H29.161".to_owned(), 202_611, day))), (at("10 00:00"), Some(&1)));
    t.issue("09 09:00");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime));
}

#[test]
fn trap_6_numerators_and_denominators_are_kept_not_ratios() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.issue("09 09:00");
    let mut sums = Deltas::default();
    sums.change(None, t.fact());
    let row = sums.counts.get(&("p", String::new(), 202_611)).unwrap();
    let of = |name: &str| row[measure(name).unwrap().0];
    assert_eq!((of("received"), of("on_time"), of("late"), of("ended"), of("with_result"), of("e_result")), (1, 1, 0, 1, 1, 0), "issued, but no file of the result yet");
    t.act("file-document", "09 09:01", json!([{"change": "document_filed", "document": "permit", "number": 1, "file": "file_1", "sha256": ""}]));
    assert_eq!(crate::count::contribution(t.fact(), flags(t.fact()), crate::count::Base::Ended)[measure("e_result").unwrap().0], 1);
}

#[test]
fn a_financial_duty_shifts_both_promises_and_is_no_supplement() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.act("await_duty", "05 09:00", json!([{"change": "moved", "track": "handling", "to": "awaiting_duty"}, {"change": "clock_suspended", "clock": "processing", "left_s": 0},
        {"change": "duty_asked", "due": {"code": "land", "kind": "obligation", "amount": 1000, "status": "due"}}]));
    assert_eq!((t.fact().waiting(), t.fact().live_due()), (Waiting::Tax, None));
    t.act("settle_due", "14 09:00", json!([{"change": "due_paid", "due": "land", "paid": {"amount": 1000, "online": true}}, {"change": "moved", "track": "handling", "to": "processing"},
        {"change": "clock_resumed", "clock": "processing", "due": at("19 09:00")}]));
    assert_eq!((t.fact().index_due, t.fact().legal_due, t.fact().memo.paused_s), (Some(at("19 09:00")), Some(at("19 09:00")), 0));
    assert!(t.fact().duty() && t.fact().paid_online());
}

#[test]
fn an_apology_moves_the_laws_promise_and_not_the_indexs() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.act("apologise", "09 09:00", json!([{"change": "clock_extended", "clock": "processing", "due": at("12 09:00"), "reason": "x"}]));
    t.issue("11 09:00");
    assert_eq!(t.both(), (Verdict::Late, Verdict::OnTime));
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.act("verify", "09 09:00", json!([{"change": "clock_extended", "clock": "processing", "due": at("12 09:00"), "reason": "x"}]));
    t.issue("11 09:00");
    assert_eq!(t.both(), (Verdict::OnTime, Verdict::OnTime), "time the law allows");
}

#[test]
fn remote_is_from_application_to_result() {
    let done = |channel: &str, how: Option<&str>, paid: Option<bool>| {
        let mut t = Told::filed_by("02 08:00", channel, 1);
        t.receive("02 09:00", "10 09:00");
        if let Some(online) = paid {
            t.act("x", "02 10:00", json!([{"change": "dues_assessed", "dues": [{"code": "permit", "kind": "charge", "amount": 75000}]}]));
            t.act("y", "02 11:00", json!([{"change": "due_paid", "due": "permit", "paid": {"online": online}}]));
        }
        t.issue("09 09:00");
        t.act("f", "09 09:01", json!([{"change": "document_filed", "document": "permit", "number": 1, "file": "file_1", "sha256": ""}]));
        if let Some(how) = how {
            t.act("return", "09 10:00", json!([{"change": "moved", "track": "handling", "to": "returned"}, {"change": "delivered", "how": how, "to": "A", "document_shown": ""}]));
        }
        t.fact().remote()
    };
    assert!(done("online", Some("electronic"), None) && done("online", Some("post"), Some(true)) && done("online", None, None));
    assert!(!done("online", Some("counter"), None) && !done("counter", Some("electronic"), None) && !done("online", Some("electronic"), Some(false)));
}

#[test]
fn an_entry_folded_twice_changes_nothing() {
    let mut t = Told::filed("02 08:00");
    t.receive("02 09:00", "10 09:00");
    t.ask("06 09:00");
    let once = t.fact().clone();
    t.version -= 1;
    t.ask("06 09:00");
    assert_eq!(t.fact(), &once);
}

proptest! {
    /// Whatever happens, the sums are the sum of the facts, and a dossier counts as received at most once.
    #[test]
    fn sums_are_the_sum_of_the_facts(acts in proptest::collection::vec(0_u8..8, 0..14)) {
        let (mut t, mut sums, mut before) = (Told::filed("02 08:00"), Deltas::default(), None);
        let mut counted = None;
        for (n, act) in acts.iter().enumerate() {
            let when = format!("{:02} {:02}:00", 3 + n, 8 + n % 8);
            match act {
                0 => t.receive(&when, "12 09:00"),
                1 => t.ask(&when),
                2 => t.give(&when, "15 09:00"),
                3 => t.issue(&when),
                4 => t.move_to(&when, "withdrawing"),
                5 => t.move_to(&when, "processing"),
                6 => t.move_to(&when, "returned"),
                _ => t.act("assign", &when, json!([{"change": "assigned", "to": "acct_2", "name": "Minh"}])),
            }
            sums.change(before.as_ref(), t.fact());
            before = Some(t.fact().clone());
            prop_assert!(counted.is_none() || counted == t.fact().counted_at, "counted once and for good");
            counted = t.fact().counted_at;
        }
        let mut fresh = Deltas::default();
        if let Some(f) = &before {
            fresh.change(None, f);
        }
        sums.counts.retain(|_, row| row.iter().any(|n| *n != 0));
        fresh.counts.retain(|_, row| row.iter().any(|n| *n != 0));
        sums.dues.retain(|_, n| *n != 0);
        prop_assert_eq!(sums, fresh);
    }
}
