//! Fees by rule, paid once, before what waits for them; obligations that suspend the time.
#![allow(clippy::unwrap_used)]

use super::story::{Story, actor, definition, filing, rules, variant, variants};
use casework::{
    Change, Definition, DueStatus,
    definition::{Channel, FeeKind, load},
    money::{self, fees},
};
use kernel::{Instant, time::date};
use proptest::prelude::*;
use serde_json::{Value, json};

const AMOUNT: &str = "    amount: 0\n";
const EFFECTIVE: &str = "    effective: {from: 2026-07-01}\n    legal_basis: {document: Quyết định của Hà Nội, verified: \"no\"}\n";
/// A form that asks for a sum of money instead of a year.
const COST: [(&str, &str); 3] = [
    ("document_year: {type: integer, minimum: 1945, maximum: 2100", "cost: {type: integer, minimum: 0, maximum: 9000000000000000000"),
    ("document_year: 2009", "cost: 5000000000"),
    ("document_name, document_year, copies", "document_name, cost, copies"),
];

fn certified() -> &'static Definition {
    static ONE: std::sync::OnceLock<&'static Definition> = std::sync::OnceLock::new();
    ONE.get_or_init(read_certified)
}

fn read_certified() -> &'static Definition {
    let formula = "    formula: {each: {of: /pages, tiers: [{upto: 2, amount: 2000}, {amount: 1000}], cap: 200000, times: /copies, unit: {vi: trang, en: page}}}\n";
    variant("t.certified", &[
        ("document_year: {type: integer, minimum: 1945, maximum: 2100", "pages: {type: integer, minimum: 1, maximum: 9000"),
        ("document_year: 2009", "pages: 4"),
        ("document_name, document_year, copies", "document_name, pages, copies"),
        (AMOUNT, formula),
    ])
}

fn mineral() -> &'static Definition {
    static ONE: std::sync::OnceLock<&'static Definition> = std::sync::OnceLock::new();
    ONE.get_or_init(read_mineral)
}

fn read_mineral() -> &'static Definition {
    let formula = "    formula: {brackets: {of: /cost, rows: [{upto: 1000000000, base: 10000000}, {upto: 10000000000, base: 10000000, over: 1000000000, per_mille: 5}, \
                   {upto: 20000000000, base: 55000000, over: 10000000000, per_mille: 3}, {base: 85000000, over: 20000000000, per_mille: 2}]}}\n";
    variant("t.mineral", &[COST[0], COST[1], COST[2], (AMOUNT, formula)])
}

/// The fee of a first example with some answers replaced.
fn due(d: &Definition, change: Value, channel: Channel, on: kernel::time::Date) -> Result<i64, String> {
    let mut answers = d.form.example().unwrap().clone();
    for (name, value) in change.as_object().unwrap() {
        answers[name] = value.clone();
    }
    let dues = fees(d, &answers, channel, &money::nobody(), on).map_err(|r| r.code.to_string())?;
    Ok(dues.iter().map(|x| x.amount.0).sum())
}

const DAY: (i16, i8, i8) = (2026, 11, 20);

fn day() -> kernel::time::Date {
    date(DAY.0, DAY.1, DAY.2)
}

/// 2,000 a page, 1,000 from the third page, at most 200,000 for each copy (domain/public-services §6 row 5).
#[test]
fn certified_copies_by_page_and_copy() {
    for (pages, copies, expected) in [
        (1, 1, 2_000), (2, 1, 4_000), (3, 1, 5_000), (4, 2, 12_000), (10, 3, 36_000), (198, 1, 200_000), (199, 1, 200_000),
        (9000, 1, 200_000), (9000, 50, 10_000_000),
    ] {
        assert_eq!(due(certified(), json!({"pages": pages, "copies": copies}), Channel::Online, day()), Ok(expected), "{pages} × {copies}");
    }
    let answers = json!({"pages": 4, "copies": 2});
    let why = &fees(certified(), &answers, Channel::Online, &money::nobody(), day()).unwrap()[0].why;
    assert_eq!(why.vi, "2 × (2 × 2.000 đồng + 2 × 1.000 đồng)");
    assert_eq!(certified().fees[0].said(Channel::Online).vi, "2.000 đồng/trang, 1.000 đồng/trang từ trang thứ 3, tối đa 200.000 đồng");
}

/// Up to 1 bn: 10 m; to 10 bn: and 0.5 % of the excess; to 20 bn: 55 m and 0.3 %; above: 85 m and 0.2 % (§6 row 26).
#[test]
fn the_mineral_formula_by_brackets() {
    for (cost, expected) in [
        (0_i64, 10_000_000_i64), (1_000_000_000, 10_000_000), (1_000_000_001, 10_000_000), (1_000_000_200, 10_000_001), (2_000_000_000, 15_000_000),
        (10_000_000_000, 55_000_000), (10_000_001_000, 55_000_003), (20_000_000_000, 85_000_000), (21_000_000_000, 87_000_000),
        (1_000_000_000_000, 2_045_000_000),
    ] {
        assert_eq!(due(mineral(), json!({"cost": cost}), Channel::Online, day()), Ok(expected), "{cost}");
    }
    let why = &fees(mineral(), &json!({"cost": 2_000_000_000_i64}), Channel::Online, &money::nobody(), day()).unwrap()[0].why;
    assert_eq!(why.vi, "10.000.000 đồng + 0,5% × 1.000.000.000 đồng");
    assert_eq!(due(mineral(), json!({"cost": 1.5}), Channel::Online, day()), Err("fee".into()), "no guess about half a đồng");
    assert_eq!(due(mineral(), json!({"cost": -1}), Channel::Online, day()), Err("fee".into()));
}

proptest! {
    /// The piecewise line never falls and never jumps down at a threshold; counting never overflows silently.
    #[test]
    fn brackets_never_fall(a in 0_u64..40_000_000_000, b in 0_u64..40_000_000_000) {
        let (low, high) = (a.min(b), a.max(b));
        let of = |n: u64| due(mineral(), json!({"cost": n}), Channel::Online, day()).unwrap();
        prop_assert!(of(low) <= of(high));
    }

    /// The tiers counted page by page give the same, and nothing exceeds the cap.
    #[test]
    fn tiers_are_what_counting_each_page_gives(pages in 0_u64..9000, copies in 0_u64..60) {
        let each: i64 = (1..=pages).map(|p| if p <= 2 { 2000 } else { 1000 }).sum();
        let expected = each.min(200_000) * i64::try_from(copies).unwrap();
        prop_assert_eq!(due(certified(), json!({"pages": pages, "copies": copies}), Channel::Counter, day()), Ok(expected));
    }
}

fn record() -> &'static Definition {
    static ONE: std::sync::OnceLock<&'static Definition> = std::sync::OnceLock::new();
    ONE.get_or_init(read_record)
}

fn read_record() -> &'static Definition {
    let lines = "    amount: 200000\n    channels: {online: {percent: 85}}\n    classes:\n      - {when: \"answers.copies > 10\", amount: 100000, name: {vi: Học sinh, en: Pupil}, channels: {online: {amount: 80000}}}\n      \
                 - {when: \"answers.copies > 5\", percent: 50, name: {vi: Giảm nửa, en: Half}}\n    exempt: {when: \"answers.copies == 3\", name: {vi: Người có công, en: People of merit}}\n";
    let dated = format!(
        "    effective: {{from: 2026-07-01, to: 2026-12-31}}\n    legal_basis: {{document: A, verified: \"no\"}}\n  - code: copy\n    kind: fee\n    name: {{vi: Phí, en: Fee}}\n    amount: 300000\n    effective: {{from: 2027-01-01}}\n    legal_basis: {{document: B, verified: \"no\"}}\n"
    );
    let dated: &'static str = Box::leak(dated.into_boxed_str());
    variant("t.record", &[(AMOUNT, lines), (EFFECTIVE, dated)])
}

#[test]
fn classes_channels_exemptions_and_dates() {
    let d = record();
    for (copies, channel, on, expected) in [
        (1, Channel::Counter, day(), 200_000),
        (1, Channel::Online, day(), 170_000),
        (6, Channel::Counter, day(), 100_000),
        (6, Channel::Online, day(), 85_000),
        (11, Channel::Counter, day(), 100_000),
        (11, Channel::Online, day(), 80_000),
        (3, Channel::Online, day(), 0),
        (1, Channel::Online, date(2026, 12, 31), 170_000), // the last day of the old rate
        (1, Channel::Online, date(2027, 1, 1), 300_000),   // and the first of the new one
    ] {
        assert_eq!(due(d, json!({"copies": copies}), channel, on), Ok(expected), "{copies} {channel:?} {on}");
    }
    let exempt = fees(d, &json!({"copies": 3}), Channel::Online, &money::nobody(), day()).unwrap();
    assert_eq!((exempt[0].status, exempt[0].why.vi.as_str()), (DueStatus::Waived, "Miễn: Người có công"));
    assert_eq!(due(d, json!({}), Channel::Online, date(2026, 6, 30)), Err("fee-gap".into()), "before the first rate nothing is guessed");
}

/// What is wrong with a fee is told when the catalogue is loaded.
#[test]
fn faults_of_fees_are_findings() {
    let table: &[(&str, &str, &str, &str)] = &[
        ("ends before the procedure", EFFECTIVE, "    effective: {from: 2026-07-01, to: 2026-12-31}\n    legal_basis: {document: A, verified: \"no\"}\n", "no rate holds from 2027-01-01"),
        ("begins after the procedure", EFFECTIVE, "    effective: {from: 2026-08-01}\n    legal_basis: {document: A, verified: \"no\"}\n", "no rate holds from 2026-07-01"),
        ("neither", AMOUNT, "", "neither amount nor formula"),
        ("both", AMOUNT, "    amount: 1\n    formula: {each: {of: /copies, tiers: [{amount: 1}]}}\n", "exclude each other"),
        ("a stray pointer", AMOUNT, "    formula: {each: {of: /sheets, tiers: [{amount: 1}]}}\n", "/sheets"),
        ("tiers that fall", AMOUNT, "    formula: {each: {of: /copies, tiers: [{upto: 5, amount: 1}, {upto: 3, amount: 1}, {amount: 2}]}}\n", "upto rises"),
        ("rows without an end", AMOUNT, "    formula: {brackets: {of: /copies, rows: [{upto: 5, base: 1}]}}\n", "the last row has none"),
        ("over a hundred", AMOUNT, "    amount: 5\n    channels: {online: {percent: 120}}\n", "up to 100"),
        ("unknown channel", AMOUNT, "    amount: 5\n    channels: {fax: {percent: 20}}\n", "channels"),
        ("unknown answer", AMOUNT, "    amount: 5\n    classes: [{when: \"answers.clas == 1\", amount: 1, name: {vi: a, en: b}}]\n", "condition of copy"),
        ("text for a number", AMOUNT, "    formula: {each: {of: /document_name, tiers: [{amount: 1}]}}\n", "cannot be counted"),
        ("two at once", EFFECTIVE, "    effective: {from: 2026-07-01}\n    legal_basis: {document: A, verified: \"no\"}\n  - {code: copy, kind: fee, name: {vi: a, en: b}, amount: 3, effective: {from: 2026-09-01}, legal_basis: {document: A, verified: \"no\"}}\n", "two rates hold at once"),
        ("an obligation with an amount", "kind: charge\n", "kind: obligation\n", "by notice"),
    ];
    for (what, from, to, word) in table {
        let (definitions, findings) = load(&variants(&[("t.bad", &[(from, to)])]));
        assert!(definitions.all().next().is_none(), "{what}: taken though broken");
        let told = findings.iter().any(|f| f.reason.en.contains(word) && f.line.is_some());
        assert!(told, "{what}: no finding says “{word}”: {findings:?}");
    }
}

fn settle(due: &str, amount: i64, reference: &str) -> Value {
    json!({"due": due, "amount": amount, "reference": reference, "how": "gateway", "online": true, "at": "2026-11-20T09:00:00+07:00"})
}

fn at(d: &'static Definition, path: &[(&str, &str)]) -> Story {
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    let mut story = Story::file(d, filing(d, 0, Channel::Online), "citizen", now).unwrap();
    for (who, act) in path {
        story.now = story.now.plus_seconds(600);
        let input = example(&story, act);
        story.act(who, act, input).unwrap_or_else(|r| panic!("on the way: {act}: {r}"));
    }
    story
}

fn example(story: &Story, act: &str) -> Value {
    let mut input = story.d.acts[act].input.as_ref().map_or(Value::Null, |i| i["examples"][0].clone());
    if input.get("assignee").is_some() {
        input["assignee"] = json!(actor("specialist").account);
    }
    input
}

const FINISH: [(&str, &str); 6] = [
    ("one_stop", "receive"), ("head", "assign"), ("specialist", "appraise"), ("head", "review"), ("leader", "approve"), ("clerk", "issue"),
];

#[test]
fn a_payment_reaches_its_due_once() {
    let mut story = at(definition("1.013225"), &[]);
    assert_eq!((story.state.track("money"), story.state.unpaid().count()), ("due", 1));
    let refused = |story: &Story, input: Value| story.tell("system", "settle_due", input).unwrap_err().code.to_string();
    assert_eq!(refused(&story, settle("other", 75_000, "A")), "unknown-due");
    assert_eq!(refused(&story, settle("permit", 74_000, "A")), "wrong-amount");
    assert_eq!(story.tell("citizen", "settle_due", settle("permit", 75_000, "A")).unwrap_err().code, "not-yours");
    story.act("system", "settle_due", settle("permit", 75_000, "A")).unwrap();
    assert_eq!(story.state.track("money"), "paid");
    let paid = story.state.due("permit").unwrap().paid.clone().unwrap();
    assert_eq!((paid.amount.0, paid.reference.as_str(), paid.online), (75_000, "A", true));
    assert_eq!(refused(&story, settle("permit", 75_000, "A")), "already-settled", "the same payment, told twice");
    assert_eq!(refused(&story, settle("permit", 75_000, "B")), "already-paid", "another payment is for a person");
    assert_eq!(story.state.due("permit").unwrap().paid.as_ref(), Some(&paid));

    let refund = |amount: i64, reference: &str| json!({"due": "permit", "amount": amount, "reference": reference, "reason": "Nộp thừa"});
    assert!(story.tell("system", "refund_due", refund(75_001, "R")).is_err(), "never more than was paid");
    story.act("system", "refund_due", refund(75_000, "R")).unwrap();
    assert_eq!(story.state.track("money"), "refunded");
    assert_eq!(story.tell("system", "refund_due", refund(75_000, "R")).unwrap_err().code, "already-refunded");
    assert_eq!(story.tell("system", "refund_due", refund(75_000, "S")).unwrap_err().code, "not-paid");
}

#[test]
fn nothing_is_given_unpaid_where_payment_comes_first() {
    let mut story = at(definition("1.013225"), &FINISH);
    let collect = json!({"how": "electronic", "to": "Bình"});
    let refused = story.tell("citizen", "collect", collect.clone()).unwrap_err();
    assert_eq!(refused.code, "unpaid");
    assert!(refused.reasons[0].message.vi.contains("75.000 đồng"), "{refused}");
    assert_eq!(story.tell("one_stop", "return", collect.clone()).unwrap_err().code, "unpaid");
    story.act("system", "settle_due", settle("permit", 75_000, "A")).unwrap();
    story.act("citizen", "collect", collect).unwrap();
    assert_eq!(story.state.track("handling"), "returned");
    // Payment after the end is recorded, never swallowed.
    let mut waived = at(definition("1.013225"), &[("citizen", "withdraw"), ("one_stop", "stop")]);
    assert_eq!((waived.state.track("money"), waived.state.due("permit").unwrap().status), ("waived", DueStatus::Waived));
    assert_eq!(waived.tell("system", "settle_due", settle("permit", 75_000, "A")).unwrap_err().code, "not-due");
    waived.now = waived.now.plus_seconds(1);
}

fn held(before: &'static str) -> &'static Definition {
    variant(&format!("t.{}", before.len()), &[(AMOUNT, Box::leak(format!("    amount: 50000\n    {before}\n    refundable: false\n").into_boxed_str()))])
}

#[test]
fn intake_and_issue_wait_where_the_definition_says_so() {
    let mut story = at(held("before: intake"), &[]);
    assert_eq!(story.tell("one_stop", "receive", json!({})).unwrap_err().code, "unpaid");
    story.tell("one_stop", "refuse", json!({"reason": "Không thuộc thẩm quyền giải quyết"})).unwrap();
    story.tell("one_stop", "ask_supplement_intake", example(&story, "ask_supplement_intake")).unwrap();
    story.act("system", "settle_due", settle("copy", 50_000, "A")).unwrap();
    story.act("one_stop", "receive", json!({})).unwrap();
    let refund = json!({"due": "copy", "amount": 50_000, "reference": "R", "reason": "Rút hồ sơ"});
    assert_eq!(story.tell("system", "refund_due", refund).unwrap_err().code, "not-refundable");

    let before = [("one_stop", "receive"), ("specialist", "appraise"), ("leader", "approve")];
    let mut story = at(held("holds: issue"), &before);
    assert_eq!(story.tell("clerk", "issue", Value::Null).unwrap_err().code, "unpaid");
    story.act("system", "waive_due", json!({"due": "copy", "reason": "Được miễn theo nghị quyết"})).unwrap();
    story.act("clerk", "issue", Value::Null).unwrap();

    // Of a refusal nothing is asked; what was unpaid is let go when the case ends.
    let refused = [("one_stop", "receive"), ("specialist", "propose_refusal"), ("leader", "approve"), ("clerk", "issue")];
    let mut story = at(held("holds: issue"), &refused);
    story.act("citizen", "collect", json!({"how": "electronic", "to": "Mai"})).unwrap();
    assert_eq!((story.state.track("handling"), story.state.track("money")), ("returned", "waived"));
}

#[test]
fn a_supplement_is_assessed_anew_and_what_was_paid_stays() {
    let asked = [("one_stop", "ask_supplement_intake")];
    let supplied = |paid: bool, copies: i64| {
        let mut story = at(certified(), &asked);
        if paid {
            story.act("system", "settle_due", settle("copy", 12_000, "A")).unwrap();
        }
        let mut answers = story.state.answers.clone();
        answers["copies"] = json!(copies);
        story.act("citizen", "supplement", json!({"answers": answers})).unwrap();
        story
    };
    assert_eq!(supplied(false, 5).state.due("copy").unwrap().amount.0, 30_000);
    assert_eq!(supplied(true, 5).state.due("copy").unwrap().amount.0, 12_000, "paid is paid");
    let same = supplied(false, 2);
    assert!(!same.events.last().unwrap().changes.iter().any(|c| matches!(c, Change::DuesAssessed { .. })), "nothing changed, nothing said");
}

fn land() -> &'static Definition {
    static ONE: std::sync::OnceLock<&'static Definition> = std::sync::OnceLock::new();
    ONE.get_or_init(read_land)
}

fn read_land() -> &'static Definition {
    let two = format!(
        "{EFFECTIVE}  - {{code: land_use, kind: obligation, name: {{vi: Tiền sử dụng đất, en: Land use levy}}, effective: {{from: 2026-07-01}}, legal_basis: {{document: Luật Đất đai, verified: \"no\"}}}}\n  - {{code: registration, kind: obligation, name: {{vi: Lệ phí trước bạ, en: Registration tax}}, effective: {{from: 2026-07-01}}, legal_basis: {{document: NĐ 10/2022, verified: \"no\"}}}}\n"
    );
    variant("t.land", &[(EFFECTIVE, Box::leak(two.into_boxed_str())), ("span: same-day before 15:00", "span: 8wd")])
}

/// §10.7 scenario 3: status 6 for nine days, confirmation, resume; the promise shifts exactly by the suspension.
#[test]
fn an_obligation_suspends_the_time_until_the_last_is_paid() {
    let mut story = at(land(), &[("one_stop", "receive")]);
    let duty = |code: &str, amount: i64, notice: &str| json!({"duty": code, "amount": amount, "notice": notice});
    let promised = story.state.clocks["processing"].due;
    let left = rules().calendar.working_seconds(story.now, promised).unwrap();
    assert!(story.tell("specialist", "await_duty", duty("land_use", 0, "1/TB")).is_err());
    assert!(story.tell("specialist", "await_duty", duty("income", 5, "1/TB")).is_err(), "no such obligation");
    story.act("specialist", "await_duty", duty("land_use", 120_000_000, "1/TB")).unwrap();
    assert_eq!((story.state.track("handling"), story.state.national(story.d)), ("awaiting_duty", Some(6)));
    assert_eq!(story.tell("specialist", "await_duty", duty("land_use", 1, "1/TB")).unwrap_err().code, "duty-known");
    story.act("specialist", "await_duty", duty("registration", 600_000, "2/TB")).unwrap();
    assert_eq!(story.state.clocks["processing"].suspensions.len(), 1, "suspended once");
    assert!(story.tell("specialist", "appraise", json!({"reason": "Đủ"})).is_err(), "it is the applicant's turn");
    story.now = story.now.plus_seconds(9 * 86_400);
    story.act("system", "settle_due", settle("registration", 600_000, "K1")).unwrap();
    assert_eq!(story.state.track("handling"), "awaiting_duty", "one is still awaited");
    story.act("system", "settle_due", settle("land_use", 120_000_000, "K2")).unwrap();
    assert_eq!((story.state.track("handling"), story.state.track("money")), ("processing", "paid"));
    let due = story.state.clocks["processing"].due;
    assert_eq!(rules().calendar.working_seconds(story.now, due).unwrap(), left, "no working time lost or won");
    // A second notice of the same obligation is another sum.
    story.act("specialist", "await_duty", duty("land_use", 5_000, "3/TB")).unwrap();
    assert_eq!(story.state.due("land_use-2").map(|d| (d.amount.0, d.kind)), Some((5_000, FeeKind::Obligation)));
    story.act("citizen", "withdraw", json!({})).unwrap();
    story.act("system", "settle_due", settle("land_use-2", 5_000, "K3")).unwrap();
    assert_eq!(story.state.track("handling"), "withdrawing", "a late payment does not overwrite a newer state");
    story.act("one_stop", "stop", Value::Null).unwrap();
    assert!(!story.state.clocks.values().any(|c| c.run == casework::state::ClockRun::Running));
}

#[test]
fn a_procedure_without_obligations_shows_no_act_about_them() {
    let d = definition("1.013225");
    assert!(!d.acts.contains_key("await_duty") && d.state("handling", "awaiting_duty").is_none());
    assert!(!d.acts.contains_key("verify") && !d.acts.contains_key("acknowledge") && !d.acts.contains_key("conclude"));
    assert!(land().acts.contains_key("await_duty"));
}

/// A journal from before there was money still reads and lives on.
#[test]
fn old_journals_still_read() {
    let mut story = at(definition("1.013225"), &[("one_stop", "receive")]);
    let mut state = serde_json::to_value(&story.state).unwrap();
    for new in ["dues", "apology", "set", "linked"] {
        state.as_object_mut().unwrap().shift_remove(new);
    }
    state["tracks"].as_object_mut().unwrap().shift_remove("money");
    for clock in state["clocks"].as_object_mut().unwrap().values_mut() {
        clock.as_object_mut().unwrap().retain(|k, _| !["warn", "extensions"].contains(&k.as_str()));
    }
    story.state = serde_json::from_value(state).unwrap();
    let event = story.tell("head", "assign", json!({"assignee": actor("specialist").account})).unwrap();
    assert!(!event.changes.iter().any(|c| matches!(c, Change::Moved { track, .. } if track == "money")));
    let old: Change = serde_json::from_value(json!({"change": "clock_started", "clock": "processing", "span": "7wd", "due": "2026-11-30T10:00:00+07:00"})).unwrap();
    assert!(matches!(old, Change::ClockStarted { warn: None, .. }));
}
