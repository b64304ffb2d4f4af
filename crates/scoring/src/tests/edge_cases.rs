//! The table of edge cases of DBI 2021, line by line.

use super::fixture::{d, dbi, dbi_yaml, plain, with_points};
use crate::{Answer, Context, Placement, State, read, score};

/// Points per pillar → (level, levels of the pillars, total).
type Line = (&'static str, [u32; 6], Option<u32>, [u32; 6], u32);

const TABLE: &[Line] = &[
    ("pillar 1 = 39/65 is level 3: upper bounds are inclusive", [39, 0, 0, 0, 0, 0], None, [3, 0, 0, 0, 0, 0], 39),
    ("40/65 is level 4", [40, 0, 0, 0, 0, 0], None, [4, 0, 0, 0, 0, 0], 40),
    ("exactly 10 %: 8/80 and 5/50 are level 1", [0, 0, 8, 0, 5, 0], Some(0), [0, 0, 1, 0, 1, 0], 13),
    ("just below 10 %", [6, 0, 7, 6, 4, 3], None, [0, 0, 0, 0, 0, 0], 26),
    ("all pillars at 60 % = 192: level 3, for 192 is not above 192", [39, 15, 48, 39, 30, 21], Some(3), [3; 6], 192),
    ("one point more with five pillars at 4 would not do with one", [40, 15, 48, 39, 30, 21], Some(3), [4, 3, 3, 3, 3, 3], 193),
    ("five pillars at level 4 and above 192", [40, 20, 49, 40, 31, 21], Some(4), [4, 4, 4, 4, 4, 3], 201),
    ("three pillars full: 210 points and no level", [65, 0, 80, 65, 0, 0], None, [5, 0, 5, 5, 0, 0], 210),
    ("six pillars at level 5: the least total is 266", [53, 25, 65, 53, 41, 29], Some(5), [5; 6], 266),
    ("nothing", [0; 6], Some(0), [0; 6], 0),
    ("20 points are level 0", [20, 0, 0, 0, 0, 0], Some(0), [2, 0, 0, 0, 0, 0], 20),
    ("21 points on one pillar: no level", [21, 0, 0, 0, 0, 0], None, [2, 0, 0, 0, 0, 0], 21),
    ("everything", [65, 25, 80, 65, 50, 35], Some(5), [5; 6], 320),
];

#[test]
fn the_table_holds() {
    let framework = dbi();
    for (name, points, level, pillars, total) in TABLE {
        let outcome = plain(&framework, &with_points(&framework, *points));
        assert_eq!(outcome.level, *level, "{name}");
        assert_eq!(outcome.total, (*total).into(), "{name}");
        let found: Vec<u32> = outcome.dimensions.iter().map(|d| d.level.unwrap()).collect();
        assert_eq!(found, pillars, "{name}");
        let placement = if level.is_some() { Placement::Placed } else { Placement::Unplaced };
        assert_eq!(outcome.placement, placement, "{name}");
    }
}

#[test]
fn the_maxima_are_those_of_the_decision() {
    let outcome = plain(&dbi(), &crate::Answers::new());
    let maxima: Vec<String> = outcome.dimensions.iter().map(|d| d.max.to_string()).collect();
    assert_eq!(maxima, ["65", "25", "80", "65", "50", "35"]);
    assert_eq!(outcome.max, d("320"));
}

#[test]
fn no_level_shows_both_failed_tests() {
    let framework = dbi();
    let outcome = plain(&framework, &with_points(&framework, [65, 0, 80, 65, 0, 0]));
    assert_eq!(outcome.level_name.as_ref().unwrap().vi, "Chưa đủ điều kiện xếp mức");
    let of = |level: u32| &outcome.levels.iter().find(|l| l.level == level).unwrap().tests;
    let zero = &of(0)[0];
    assert!(!zero.passed && zero.left == Some(d("210")) && zero.right == Some(d("20")), "{zero:?}");
    let [total, pillars] = of(4).as_slice() else { panic!("two tests") };
    assert!(total.passed && total.left == Some(d("210")) && total.right == Some(d("192")));
    assert!(!pillars.passed && pillars.blocking && pillars.left == Some(d("3")) && pillars.right == Some(d("5")));
    assert!(pillars.left_label.vi.contains("từ mức 4"), "{:?}", pillars.left_label);
    // Level 5 fails on both.
    assert!(of(5).iter().all(|test| test.blocking));
    assert_eq!(outcome.levels.len(), 6, "every level is shown");
}

#[test]
fn the_hole_at_ten_percent_is_configurable_and_noted() {
    let up = dbi();
    let points = [0, 0, 8, 0, 5, 0];
    let outcome = plain(&up, &with_points(&up, points));
    let noted: Vec<&str> = outcome.notes.iter().map(|n| n.about.as_str()).collect();
    assert_eq!(noted, ["p3", "p5"]);
    let down = read("x", &dbi_yaml().replace("at: up", "at: down")).unwrap();
    let outcome = plain(&down, &with_points(&down, points));
    assert_eq!(outcome.dimension("p3").unwrap().level, Some(0));
    assert_eq!(outcome.dimension("p5").unwrap().level, Some(0));
    assert_eq!(outcome.notes.len(), 2);
}

#[test]
fn a_ratio_of_nothing_is_no_answer() {
    let framework = dbi();
    let mut answers = with_points(&framework, [65, 25, 80, 65, 50, 35]);
    for (answer, state) in [
        (r#"{"value": {"n": "0", "d": "0"}}"#, State::Undefined),
        (r#"{"value": {"n": "3", "d": "0"}}"#, State::Undefined),
        (r#"{"value": {"n": "3"}}"#, State::Incomplete),
        (r#"{"value": {"d": "3"}}"#, State::Incomplete),
        (r#"{"value": {}}"#, State::Unanswered),
        (r#"{"value": null}"#, State::Unanswered),
        (r#"{"value": {"n": "4", "d": "3"}}"#, State::Invalid),
        (r#"{"value": {"n": "-1", "d": "3"}}"#, State::Invalid),
        (r#"{"value": "many"}"#, State::Invalid),
    ] {
        answers.insert("p1.c2".into(), serde_json::from_str(answer).unwrap());
        let outcome = plain(&framework, &answers);
        let result = outcome.criterion("p1.c2").unwrap();
        assert_eq!(result.state, state, "{answer}");
        assert!(!result.answered() && result.points.is_zero(), "{answer}");
        assert_eq!((outcome.completeness.asked, outcome.completeness.answered), (60, 59), "{answer}");
        assert_eq!(outcome.max, d("320"), "the question stays in the maximum");
    }
    answers.insert("p1.c2".into(), Answer::ratio(0, 7));
    assert!(plain(&framework, &answers).criterion("p1.c2").unwrap().answered(), "0 of 7 is an answer of 0 points");
}

/// Robots in a noodle shop: 0 of 5 officially, left out of the sector-relevant score.
#[test]
fn not_applicable_scores_zero_officially_and_leaves_the_sector_score() {
    let framework = dbi();
    let mut answers = with_points(&framework, [65, 25, 80, 65, 50, 35]);
    answers.insert("p3.c16".into(), Answer::not_applicable());
    let context = Context { sector: Some("C1030"), members: &[] };
    let outcome = score(&framework, &answers, &context);
    assert_eq!((outcome.total, outcome.max), (d("315"), d("320")));
    let sector = outcome.sector.as_ref().unwrap();
    assert_eq!((sector.points, sector.max, sector.share), (d("315"), d("315"), Some(d("100"))));
    assert_eq!((sector.counted, sector.not_applicable, sector.outside), (59, 1, 0));

    // A restaurant: the criterion does not concern the sector at all, answered or not.
    let context = Context { sector: Some("I5610"), members: &[] };
    answers.insert("p3.c16".into(), Answer::option("s0"));
    let outcome = score(&framework, &answers, &context);
    assert_eq!((outcome.total, outcome.max), (d("315"), d("320")));
    let sector = outcome.sector.as_ref().unwrap();
    assert_eq!((sector.max, sector.outside), (d("315"), 1));
    assert!(score(&framework, &answers, &Context::default()).sector.is_none());
}

/// `excluded` takes the criterion out of the official maximum; bounds of levels shrink with it.
#[test]
fn excluded_shrinks_the_maximum_and_the_bounds() {
    let framework = dbi();
    let mut answers = with_points(&framework, [0, 0, 45, 0, 0, 0]);
    assert_eq!(plain(&framework, &answers).dimension("p3").unwrap().level, Some(3));
    answers.insert("p3.c15".into(), Answer::not_applicable());
    let outcome = plain(&framework, &answers);
    let p3 = outcome.dimension("p3").unwrap();
    assert_eq!((p3.points, p3.max, p3.share, p3.level), (d("45"), d("75"), Some(d("60")), Some(3)));
    answers.insert("p3.c14".into(), Answer::option("s1"));
    assert_eq!(plain(&framework, &answers).dimension("p3").unwrap().level, Some(4), "46/75 is above 60 %");
    // Never permitted: counts as not answered.
    answers.insert("p1.c1".into(), Answer::not_applicable());
    assert_eq!(plain(&framework, &answers).criterion("p1.c1").unwrap().state, State::Unanswered);
}
