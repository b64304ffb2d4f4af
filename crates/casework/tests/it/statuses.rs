//! The ten codes of the national portal move along the table of domain/public-services §2.3 and no other way.
#![allow(clippy::unwrap_used)]

use super::story::{Story, actor, catalogue, definition, filing, variants};
use casework::{definition::{Channel, load}, status};
use kernel::Instant;
use serde_json::{Value, json};

/// The table as the page prints it: from, and where it may go (entered from 5 and 6 as its row 7 says).
const TABLE: [(u8, &[u8]); 10] = [
    (1, &[2, 3, 5, 7]),
    (2, &[4, 7]),
    (3, &[]),
    (4, &[5, 6, 7, 8, 9]),
    (5, &[1, 2, 3, 4, 7, 8]),
    (6, &[4, 7, 8, 9]),
    (7, &[4, 8, 9]),
    (8, &[]),
    (9, &[10]),
    (10, &[]),
];

#[test]
fn the_table_is_the_table() {
    for (from, allowed) in TABLE {
        for to in 1..=10 {
            let stays = from == to && !matches!(from, 3 | 8 | 10);
            assert_eq!(status::may_follow(from, to), allowed.contains(&to) || stays, "{from} → {to}");
        }
    }
}

/// Every definition of the catalogue: each move of each act stays on the table; ends are terminal; every state has a code.
#[test]
fn every_definition_moves_along_the_table() {
    let (definitions, _) = load(&catalogue(&["flows", "procedures"]));
    let mut seen = 0;
    for d in definitions.all() {
        for (name, state) in &d.tracks["handling"].states {
            let code = state.national.unwrap_or_else(|| panic!("{}: {name} has no code", d.code));
            assert_eq!(matches!(code, 3 | 8 | 10), state.terminal, "{}: {name} {code}", d.code);
        }
        for (name, act) in &d.acts {
            let (Some(to), Some(from)) = (act.to.get("handling"), act.when.get("handling")) else { continue };
            for state in from.iter().filter(|_| to != "@back") {
                seen += 1;
                let mut here = d.state("handling", state).unwrap().national.unwrap();
                for next in status::path(d, state, to) {
                    assert!(TABLE.iter().any(|(f, all)| *f == here && (all.contains(&next) || next == here)), "{} {name}: {here} → {next}", d.code);
                    here = next;
                }
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn a_way_off_the_table_is_a_finding() {
    for (from, to) in [
        ("acts:\n", "acts:\n  refuse: {when: {handling: [submitted, processing]}}\n"),
        ("acts:\n", "acts:\n  receive: {to: {handling: finished}}\n"),
        ("acts:\n", "acts:\n  approve: {to: {handling: submitted}}\n"),
    ] {
        let (definitions, findings) = load(&variants(&[("t.off", &[(from, to)])]));
        assert!(definitions.all().next().is_none(), "{to}");
        assert!(findings.iter().any(|f| f.reason.en.contains("national status")), "{to}: {findings:?}");
    }
}

/// What a whole case passes through, event by event.
#[test]
fn a_case_passes_through_received() {
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    let d = definition("1.013225");
    let mut story = Story::file(d, filing(d, 0, Channel::Online), "citizen", now).unwrap();
    assert_eq!(status::codes(d, None, &story.events[0]), [1]);
    let supplement = d.acts["ask_supplement"].input.as_ref().unwrap()["examples"][0].clone();
    for (who, act, input, codes) in [
        ("one_stop", "receive", json!({}), &[2, 4][..]),
        ("head", "assign", json!({"assignee": actor("specialist").account}), &[]),
        ("specialist", "ask_supplement", supplement.clone(), &[5]),
        ("citizen", "supplement", json!({}), &[4]),
        ("specialist", "appraise", json!({"reason": "Đủ điều kiện"}), &[]),
        ("head", "review", Value::Null, &[]),
        ("leader", "approve", Value::Null, &[]),
        ("clerk", "issue", Value::Null, &[9]),
    ] {
        let before = story.state.clone();
        story.act(who, act, input).unwrap();
        assert_eq!(status::codes(d, Some(&before), story.events.last().unwrap()), codes, "{act}");
    }
    // A late supplement does not overwrite the newer status.
    assert_eq!(story.tell("citizen", "supplement", json!({})).unwrap_err().code, "wrong-state");
    assert_eq!(story.state.national(d), Some(9));
}

/// No code 9 without a result or a reasoned refusal, no code 10 without a delivery, whatever a definition forgets.
#[test]
fn nothing_is_finished_without_a_paper_or_returned_without_a_record() {
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    let finished = |edit: &'static str| {
        let d = super::story::variant("t.forgets", &[("acts:\n", edit)]);
        let mut story = Story::file(d, filing(d, 0, Channel::Online), "citizen", now).unwrap();
        for (who, act, input) in [
            ("one_stop", "receive", json!({})),
            ("specialist", "appraise", json!({"reason": "Đủ điều kiện"})),
            ("leader", "approve", Value::Null),
            ("clerk", "issue", Value::Null),
            ("citizen", "collect", json!({"how": "electronic", "to": "Mai"})),
        ] {
            if let Err(r) = story.act(who, act, input) {
                return r.code.to_string();
            }
        }
        story.state.track("handling").to_owned()
    };
    assert_eq!(finished("acts:\n"), "returned");
    assert_eq!(finished("acts:\n  issue: {do: [{stop: processing}]}\n"), "no-result");
    assert_eq!(finished("acts:\n  collect: {do: [{effect: notify}]}\n"), "no-delivery");
}
