#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::{bind, bind::Stand, eval, parse};
use crate::{
    Answer, Answers, Decimal,
    mark::sheet,
    plan::Names,
    tally::Tally,
    tests::fixture::{d, dbi, small, with_points},
};
use proptest::prelude::*;

/// A rule's result and its tests over an answered DBI.
fn rule(text: &str, points: [u32; 6]) -> Result<(bool, Vec<super::Test>), super::ExprError> {
    let framework = dbi();
    let answers = with_points(&framework, points);
    let tally = Tally::of(framework.plan(), framework.zero_below.as_ref(), &sheet(framework.plan(), &answers));
    let names = Names { definition: &framework, plan: framework.plan() };
    let condition = bind::condition(text, &names, Stand::Whole)?;
    Ok(eval::trace(&condition, &tally.view(framework.plan(), &[])))
}

fn value(text: &str, points: [u32; 6], members: &[Decimal]) -> Option<Decimal> {
    let framework = dbi();
    let answers = with_points(&framework, points);
    let tally = Tally::of(framework.plan(), framework.zero_below.as_ref(), &sheet(framework.plan(), &answers));
    let names = Names { definition: &framework, plan: framework.plan() };
    let number = bind::number(text, &names).unwrap();
    eval::number(&number, &tally.view(framework.plan(), members))
}

const POINTS: [u32; 6] = [39, 10, 8, 0, 50, 7];

#[test]
fn numbers() {
    for (text, wanted) in [
        ("1 + 2 * 3", Some("7")),
        ("(1 + 2) * 3", Some("9")),
        ("10 - 4 - 3", Some("3")),
        ("24 / 4 / 2", Some("3")),
        ("-2 * -3", Some("6")),
        ("- -2", Some("2")),
        ("1 / 3", Some("0.3333")),
        ("1 / 0", None),
        ("1 + 1 / 0", None),
        ("total", Some("114")),
        ("total()", Some("114")),
        ("max_total", Some("320")),
        ("share", Some("35.625")),
        ("share('p1')", Some("60")),
        ("share('p1.1')", Some("60")),
        ("points('p5')", Some("50")),
        ("points(\"p5.1\")", Some("50")),
        ("level('p1')", Some("3")),
        ("dimensions_at(1)", Some("5")),
        ("dimensions_at(5)", Some("1")),
        ("min_share()", Some("0")),
        ("min_points", Some("0")),
        ("mean_dimensions", Some("38.3333")),
        ("value('p1.c1')", Some("5")),
        ("raw('p1.c2')", Some("100")),
        ("raw('p1.c1')", None),
        ("members_mean()", Some("3")),
        ("members_min", Some("2")),
    ] {
        assert_eq!(value(text, POINTS, &[d("2"), d("4")]), wanted.map(d), "{text}");
    }
    assert_eq!(value("members_mean", POINTS, &[]), None);
    // 0.203·60 + 0.078·40 + 0.25·10 + 0.203·0 + 0.156·100 + 0.109·20 = 35.58; weights sum to 0.999.
    assert_eq!(value("weighted_share", POINTS, &[]), d("35.58").checked_div(d("0.999")));
}

#[test]
fn conditions() {
    for (text, wanted) in [
        ("total > 113 and total < 115", true),
        ("total == 114", true),
        ("total != 114", false),
        ("total <= 114 and total >= 114", true),
        ("total > 200 or level('p1') == 3", true),
        ("not total > 200", true),
        ("not (total > 200 or total < 10)", true),
        ("not (total > 200 or total == 114)", false),
        ("total > 200 and total > 300 or true", true),
        ("answered('p1.c1')", true),
        ("chosen('p1.c1', 's5')", true),
        ("not chosen('p1.c1', 's5')", false),
        ("1 / 0 > 1", false),
        ("not 1 / 0 > 1", false),
        ("1 / 0 > 1 or total > 1", true),
        ("false", false),
    ] {
        assert_eq!(rule(text, POINTS).unwrap().0, wanted, "{text}");
    }
}

#[test]
fn every_comparison_is_traced_with_its_values() {
    let (held, tests) = rule("total > 200 and (level('p1') >= 3 or level('p2') >= 5) and not total > 100", POINTS).unwrap();
    assert!(!held);
    let shown: Vec<_> =
        tests.iter().map(|t| (&*t.text, t.left.unwrap(), t.op.sign(), t.right.unwrap(), t.passed, t.blocking)).collect();
    assert_eq!(
        shown,
        [
            ("total > 200", d("114"), ">", d("200"), false, true),
            ("level('p1') >= 3", d("3"), "≥", d("3"), true, false),
            ("level('p2') >= 5", d("2"), "≥", d("5"), false, false),
            ("total > 100", d("114"), "≤", d("100"), false, true),
        ]
    );
    assert_eq!(tests[0].left_label.vi, "tổng điểm");
    assert!(tests[1].left_label.en.contains("Pillar p1"));
}

#[test]
fn mistakes_are_shown_at_their_place_in_both_languages() {
    for (text, at, vi) in [
        ("", 1, "giữa chừng"),
        ("total >", 8, "giữa chừng"),
        ("total > 20 and", 15, "giữa chừng"),
        ("total >> 20", 8, "cần một số"),
        ("0 < total < 20", 11, "không nối"),
        ("total > 20 total", 12, "thừa"),
        ("(total > 20", 12, "thiếu dấu"),
        ("points('p1' > 2", 13, "thiếu dấu"),
        ("total > 1.2.3", 9, "số viết không đúng"),
        ("total > 1.23456", 9, "số viết không đúng"),
        ("points('p1) > 2", 8, "nháy"),
        ("total & 2 > 1", 7, "không hiểu dấu"),
        ("total = 2", 7, "không hiểu dấu"),
        ("tổng > 2", 2, "không hiểu dấu"),
        ("total", 1, "là một số"),
        ("total + 1", 1, "cần một điều kiện"),
        ("(total > 2) + 1 > 3", 1, "cần một số"),
        ("points('p9') > 2", 8, "p9"),
        ("points(p1) > 2", 8, "dấu nháy"),
        ("points() > 2", 1, "tham số"),
        ("total(3) > 2", 1, "tham số"),
        ("level('p1.1') > 2", 1, "level()"),
        ("dimensions_at('p1') > 2", 15, "số nguyên"),
        ("dimensions_at(1.5) > 2", 15, "số nguyên"),
        ("dimensions_at(0 - 1) > 2", 15, "số nguyên"),
        ("mystery > 2", 1, "mystery"),
        ("gate('p1.c1')", 1, "gate"),
        ("answered('p1.c1') > 2", 1, "có/không"),
        ("answered('p1.c99')", 10, "p1.c99"),
        ("chosen('p1.c1', 'x')", 1, "x"),
        ("chosen('p1.c1')", 1, "tham số"),
        ("'p1' > 2", 1, "nháy"),
        ("and total > 2", 1, "thiếu một vế"),
    ] {
        let error = rule(text, POINTS).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.text().vi.contains(vi), "{text}: {}", error.reason.vi);
        assert!(!error.reason.en.is_empty() && error.reason.en != error.reason.vi);
    }
}

#[test]
fn long_and_deep_expressions_are_refused() {
    assert!(parse(&"1+".repeat(600)).unwrap_err().reason.en.contains("longer"));
    assert!(parse(&"(".repeat(400)).unwrap_err().reason.en.contains("deeply"));
    assert!(parse(&format!("{}total > 1", "not ".repeat(200))).unwrap_err().reason.en.contains("deeply"));
    assert!(parse(&format!("{}1 > 1", "-".repeat(500))).unwrap_err().reason.en.contains("deeply"));
    assert!(parse(&format!("{}1{} > 0", "(".repeat(20), ")".repeat(20))).is_ok());
    assert!(parse(&format!("{}1 > 0", "1+".repeat(490))).is_ok());
}

#[test]
fn a_condition_of_a_question_sees_earlier_questions_only() {
    let framework = dbi();
    let names = Names { definition: &framework, plan: framework.plan() };
    let at = |text: &str| bind::condition(text, &names, Stand::Before(2));
    assert!(at("answered('p1.c2') and value('p1.c1') > 0").is_ok());
    for bad in ["answered('p1.c3')", "value('p1.c4') > 0", "total > 3", "points('p1') > 0"] {
        assert!(at(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_gate_is_a_condition() {
    let framework = small(
        "  yes: {type: gate}\n  p: {type: ladder, options: [{code: a, points: 0, text: {vi: a, en: a}}, {code: b, points: 10, text: {vi: b, en: b}}]}\n",
        "  - code: x\n    name: {vi: X, en: X}\n    max: 10\n    groups:\n      - code: x1\n        name: {vi: X, en: X}\n        criteria:\n          - {code: must, text: {vi: m, en: m}, scale: yes}\n          - {code: c, text: {vi: c, en: c}, scale: p}\n",
        "levels:\n  - {level: 1, name: {vi: a, en: a}, rule: \"total >= 0\"}\n  - {level: 2, name: {vi: b, en: b}, rule: \"total >= 10 and gate('must')\"}\n",
    );
    let mut answers = Answers::from([("c".to_owned(), Answer::option("b"))]);
    let level = |answers: &Answers| crate::score(&framework, answers, &crate::Context::default()).level;
    assert_eq!(level(&answers), Some(1));
    answers.insert("must".into(), Answer::of(crate::Given::Truth(false)));
    assert_eq!(level(&answers), Some(1));
    answers.insert("must".into(), Answer::of(crate::Given::Truth(true)));
    assert_eq!(level(&answers), Some(2));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9'()<>=!+*/., -]{0,60}|.{0,60}") {
        if let Err(error) = parse(&text) {
            prop_assert!(error.at >= 1 && error.at <= text.chars().count() + 1);
        }
        let _ = rule_of_nothing(&text);
    }
}

/// Binding arbitrary text over a framework does not panic either.
fn rule_of_nothing(text: &str) -> bool {
    let framework = small(
        "  p: {type: ladder, options: [{code: a, points: 1, text: {vi: a, en: a}}]}\n",
        "  - code: x\n    name: {vi: X, en: X}\n    max: 1\n    groups:\n      - code: x1\n        name: {vi: X, en: X}\n        criteria:\n          - {code: c, text: {vi: c, en: c}, scale: p}\n",
        "",
    );
    bind::condition(text, &Names { definition: &framework, plan: framework.plan() }, Stand::Whole).is_ok()
}
