//! Scoring beyond the table of DBI: types of questions, caps, conditions, tiers, contradictions, comparisons, tallies.

use super::fixture::{d, dbi, plain, small, wrap, with_points};
use crate::{Answer, Answers, Context, Framework, Given, State, Tier, check_value, compare, read, score, tally};
use serde_json::json;

fn shop() -> Framework {
    small(
        "  one: {type: single, options: [{code: a, points: 3, text: {vi: Một, en: One}}, {code: b, points: 1, text: {vi: Hai, en: Two}}]}
  many:
    type: multi
    cap: 3
    options:
      - {code: fb, points: 2, text: {vi: Facebook, en: Facebook}}
      - {code: zalo, points: 2, text: {vi: Zalo, en: Zalo}}
      - {code: none, points: 0, text: {vi: Không có, en: None}, excludes_others: true}
  part: {type: ratio, buckets: [{up_to: \"33.3333\", points: 1}, {points: 5}]}
  number: {type: count, unit: {vi: bằng, en: patents}, buckets: [{up_to: \"0\", points: 0}, {up_to: \"2\", points: 1}, {points: 2}]}
  grid:
    type: matrix
    factor: 2
    rows: [{code: r1, text: {vi: H1, en: R1}}, {code: r2, text: {vi: H2, en: R2}}, {code: r3, text: {vi: H3, en: R3}}]
    options: [{code: lo, points: 0, text: {vi: Thấp, en: Low}}, {code: hi, points: 5, text: {vi: Cao, en: High}}]
  file: {type: evidence, points: 5}
",
        "  - code: x
    name: {vi: X, en: X}
    max: 16
    groups:
      - code: x1
        name: {vi: X, en: X}
        cap: 4
        criteria:
          - {code: one, text: {vi: q, en: q}, scale: one}
          - {code: many, text: {vi: q, en: q}, scale: many, when: \"chosen('one', 'a')\"}
      - code: x2
        name: {vi: X, en: X}
        criteria:
          - {code: part, text: {vi: q, en: q}, scale: part}
          - {code: number, text: {vi: q, en: q}, scale: number}
          - {code: file, text: {vi: q, en: q}, scale: file, when: \"value('part') >= 5\", hidden: zero}
  - code: y
    name: {vi: Y, en: Y}
    max: 10
    groups:
      - code: y1
        name: {vi: Y, en: Y}
        criteria:
          - {code: grid, text: {vi: q, en: q}, scale: grid}
",
        "score: mean_dimensions
contradictions:
  - {code: all-and-none, rule: \"raw('part') == 100 and chosen('one', 'b')\", text: {vi: Mâu thuẫn, en: Contradiction}}
",
    )
}

fn answers(framework: &Framework, given: &[(&str, serde_json::Value)]) -> Answers {
    let read = |code: &str, value| check_value(framework, code, value).unwrap();
    given.iter().map(|(code, value)| ((*code).to_owned(), Answer { value: read(code, value), ..Answer::default() })).collect()
}

#[test]
fn points_of_every_type() {
    let framework = shop();
    for (code, value, points) in [
        ("one", json!("a"), "3"),
        ("one", json!("b"), "1"),
        ("part", json!({"n": 0, "d": 3}), "1"),
        // 33.33333… % is above 33.3333 %: no rounding at the bound.
        ("part", json!({"n": 1, "d": 3}), "5"),
        ("part", json!({"n": 333_333, "d": 1_000_000}), "1"),
        ("number", json!(0), "0"),
        ("number", json!("2"), "1"),
        ("number", json!("2,0001"), "2"),
        ("grid", json!({"r1": "hi", "r2": "lo", "r3": "lo"}), "3.33"),
        ("grid", json!({"r1": "hi", "r2": "hi", "r3": "lo"}), "6.67"),
        ("grid", json!({"r1": "hi", "r2": "hi", "r3": "hi"}), "10"),
        ("grid", json!({"r1": "hi", "r2": "hi"}), "0"),
    ] {
        let outcome = plain(&framework, &answers(&framework, &[(code, value.clone())]));
        assert_eq!(outcome.criterion(code).unwrap().points, d(points), "{code} {value}");
    }
}

#[test]
fn the_maximum_of_a_choice_is_the_best_option_and_caps_hold() {
    let framework = shop();
    let max = |code: &str| framework.criterion(code).unwrap().max;
    assert_eq!((max("one"), max("many"), max("grid")), (d("3"), d("3"), d("10")));
    let given = answers(&framework, &[("one", json!("a")), ("many", json!(["fb", "zalo"]))]);
    let outcome = plain(&framework, &given);
    let group = outcome.group("x1").unwrap();
    assert_eq!((group.points, group.max, group.uncapped), (d("4"), d("4"), d("6")));
}

/// The condition is decided by the answers as they are now: a stale answer to a question no longer asked counts nowhere, and
/// a question never asked does not lower the share.
#[test]
fn conditions_are_decided_again_at_scoring() {
    let framework = shop();
    let mut given = answers(&framework, &[("one", json!("a")), ("many", json!(["fb"]))]);
    let outcome = plain(&framework, &given);
    assert_eq!(outcome.criterion("many").unwrap().state, State::Answered);
    assert_eq!((outcome.group("x1").unwrap().points, outcome.group("x1").unwrap().max), (d("4"), d("4")));
    given.insert("one".into(), Answer::option("b"));
    let outcome = plain(&framework, &given);
    let many = outcome.criterion("many").unwrap();
    assert_eq!((many.state, many.points, many.counted), (State::NotAsked, d("0"), false));
    assert_eq!((outcome.group("x1").unwrap().points, outcome.group("x1").unwrap().max), (d("1"), d("3")));
    assert_eq!(framework.asked(&given), ["one", "part", "number", "grid"]);
    assert!(!framework.is_asked("many", &given) && framework.is_asked("one", &given));
    // `hidden: zero` keeps its place in the maximum.
    assert_eq!(outcome.group("x2").unwrap().max, d("12"));
    assert_eq!((outcome.completeness.asked, outcome.completeness.answered), (4, 1));
}

#[test]
fn evidence_gives_points_once_accepted() {
    let framework = shop();
    let mut given = answers(&framework, &[("part", json!({"n": 1, "d": 1}))]);
    let mut file = Answer { evidence: vec!["f1".into()], ..Answer::default() };
    let mut at = |file: &Answer| {
        given.insert("file".into(), file.clone());
        let outcome = plain(&framework, &given);
        let result = outcome.criterion("file").unwrap();
        (result.state, result.points, result.tier)
    };
    assert_eq!(at(&file), (State::Awaiting, d("0"), Tier::SelfDeclared));
    file.tier = Tier::Consultant;
    assert_eq!(at(&file), (State::Awaiting, d("0"), Tier::Consultant));
    file.tier = Tier::Evidence;
    assert_eq!(at(&file), (State::Answered, d("5"), Tier::Evidence));
    file.evidence.clear();
    assert_eq!(at(&file), (State::Unanswered, d("0"), Tier::SelfDeclared));
}

#[test]
fn the_headline_is_the_expression_and_no_levels_is_no_failure() {
    let framework = shop();
    let given = answers(&framework, &[("one", json!("a")), ("grid", json!({"r1": "hi", "r2": "hi", "r3": "hi"}))]);
    let outcome = plain(&framework, &given);
    assert_eq!(outcome.score, Some(d("59.375")), "the mean of 3/16 (100 %, a cap of 4, is not reached) and 10/10");
    assert_eq!((outcome.placement, outcome.level, &outcome.level_name), (crate::Placement::NoLevels, None, &None));
}

#[test]
fn contradictions_are_reported_and_change_nothing() {
    let framework = shop();
    let given = answers(&framework, &[("one", json!("b")), ("part", json!({"n": 7, "d": 7}))]);
    let outcome = plain(&framework, &given);
    assert_eq!(outcome.contradictions.len(), 1);
    assert_eq!(outcome.contradictions[0].code.as_deref(), Some("all-and-none"));
    assert_eq!(outcome.contradictions[0].tests[0].left, Some(d("100")));
    assert_eq!(outcome.total, d("6"));
    assert!(plain(&framework, &Answers::new()).contradictions.is_empty());
}

#[test]
fn a_result_is_as_trusted_as_its_weakest_answer() {
    let framework = dbi();
    let mut given = with_points(&framework, [5, 0, 0, 0, 0, 0]);
    given.retain(|code, _| ["p1.c1", "p1.c2", "p3.c16"].contains(&code.as_str()));
    given.insert("p3.c16".into(), Answer::not_applicable());
    let tiers = |given: &Answers| plain(&framework, given).trust;
    assert_eq!(tiers(&Answers::new()).tier, Tier::SelfDeclared);
    for answer in given.values_mut() {
        answer.tier = Tier::Evidence;
        answer.evidence = vec!["f".into()];
    }
    assert_eq!((tiers(&given).tier, tiers(&given).evidence), (Tier::Evidence, 3));
    given.get_mut("p1.c1").unwrap().tier = Tier::Consultant;
    assert_eq!((tiers(&given).tier, tiers(&given).consultant), (Tier::Consultant, 1));
    // “Not applicable” is a claim as well; and evidence without a file is self-declared.
    given.get_mut("p3.c16").unwrap().evidence.clear();
    assert_eq!((tiers(&given).tier, tiers(&given).self_declared), (Tier::SelfDeclared, 1));
    let outcome = plain(&framework, &given);
    assert_eq!((outcome.completeness.quick_asked, outcome.completeness.quick_answered), (3, 1));
    assert!(!outcome.completeness.quick_done() && !outcome.completeness.done());
}

#[test]
fn members_roll_up() {
    let framework = small(
        "  p: {type: ladder, options: [{code: a, points: 1, text: {vi: a, en: a}}]}\n",
        "  - code: x\n    name: {vi: X, en: X}\n    max: 1\n    groups:\n      - code: x1\n        name: {vi: X, en: X}\n        criteria:\n          - {code: c, text: {vi: c, en: c}, scale: p}\n",
        "score: members_mean\nlevels:\n  - {level: 1, name: {vi: a, en: a}, rule: \"members_min() >= 50\"}\n",
    );
    let at = |members: &[_]| {
        let outcome = score(&framework, &Answers::new(), &Context { sector: None, members });
        (outcome.score, outcome.level)
    };
    assert_eq!(at(&[d("50"), d("70")]), (Some(d("60")), Some(1)));
    assert_eq!(at(&[d("49"), d("70")]), (Some(d("59.5")), None));
    assert_eq!(at(&[]), (None, None));
}

#[test]
fn only_the_same_version_is_compared() {
    let framework = dbi();
    let t0 = plain(&framework, &with_points(&framework, [10, 5, 16, 13, 10, 7]));
    let mut later = with_points(&framework, [14, 10, 16, 13, 10, 7]);
    later.get_mut("p1.c1").unwrap().tier = Tier::Consultant;
    later.remove("p6.c7");
    let t1 = plain(&framework, &later);
    let change = compare(&t0, &t1).unwrap();
    assert_eq!(change.total.by(), d("9"));
    assert_eq!(change.dimensions[1].points.by(), d("5"));
    assert_eq!((change.dimensions[0].level_before, change.dimensions[0].level_after), (Some(1), Some(2)));
    assert!(change.criteria.iter().any(|c| c.code == "p1.c1" && c.tier_after == Tier::Consultant));
    assert!(change.caveats.iter().any(|c| c.vi.contains("Chưa trả lời hết")), "{:?}", change.caveats);
    let other = read("x", &super::fixture::dbi_yaml().replace("version: \"2021\"", "version: \"2022\"")).unwrap();
    let refusal = compare(&t0, &plain(&other, &Answers::new())).unwrap_err();
    assert!(refusal.message.vi.contains("chấm lại"));
    assert_eq!(compare(&t0, &plain(&shop(), &Answers::new())).unwrap_err().code, "other-framework");
}

#[test]
fn a_survey_counts_options() {
    let text = wrap(
        "  barrier: {type: multi, options: [{code: cost, text: {vi: Chi phí, en: Cost}}, {code: staff, text: {vi: Nhân lực, en: Staff}}]}\n",
        "  - code: b\n    name: {vi: Rào cản, en: Barriers}\n    groups:\n      - code: b1\n        name: {vi: R, en: B}\n        criteria:\n          - {code: q, text: {vi: Gì, en: What}, scale: barrier}\n",
        "",
    );
    let framework = read("s", &text.replace("kind: index", "kind: survey")).unwrap();
    let of = |codes: &[&str]| {
        Answers::from([("q".to_owned(), Answer::of(Given::Many(codes.iter().map(|&c| c.into()).collect())))])
    };
    let all = [of(&["cost"]), of(&["cost", "staff"]), of(&["cost", "unknown"]), Answers::new()];
    let counts = tally(&framework, &all);
    assert_eq!((counts["q"].answered, counts["q"].options["cost"], counts["q"].options["staff"]), (2, 2, 1));
    let outcome = plain(&framework, &all[0]);
    assert_eq!((outcome.max, outcome.share, outcome.level), (d("0"), None, None));
    assert_eq!(outcome.completeness.answered, 1);
}
