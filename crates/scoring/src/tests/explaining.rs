//! Explanations: failing tests of every level, paths that are verified, minimal and stable.

use super::fixture::{d, dbi, plain, small, with_points};
use crate::{Answer, Answers, Context, Decimal, Framework, Given, Path, Tier, explain, next_steps};

const NONE: Context<'static> = Context { sector: None, members: &[] };

fn path(framework: &Framework, answers: &Answers, target: u32) -> Path {
    explain(framework, answers, &NONE, target).path.expect("reachable")
}

/// The path's answers scored: the level it promises; and no improvement can be left out.
fn verify(framework: &Framework, answers: &Answers, path: &Path) {
    let with = |skip: Option<usize>| {
        let mut answers = answers.clone();
        path.improvements.iter().enumerate().filter(|(n, _)| Some(*n) != skip).for_each(|(_, i)| i.apply(&mut answers));
        plain(framework, &answers)
    };
    let all = with(None);
    assert_eq!((all.level, all.total), (Some(path.level), path.total));
    for n in 0..path.improvements.len() {
        assert!(with(Some(n)).level < Some(path.level), "{:?} is not needed", path.improvements[n]);
    }
}

#[test]
fn three_full_pillars_need_one_more_at_level_one() {
    let framework = dbi();
    let answers = with_points(&framework, [65, 0, 80, 65, 0, 0]);
    let explanation = explain(&framework, &answers, &NONE, 4);
    assert_eq!(explanation.level, None);
    let failing: Vec<_> = explanation.gaps.iter().map(|g| (g.level, g.failing.len())).collect();
    assert_eq!(failing, [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 2)]);
    // Levels 1 to 3 need a fourth pillar; the strategy's single question is the cheapest way (5 points a step).
    for (target, steps) in [(1, 1), (2, 2), (3, 3)] {
        let path = path(&framework, &answers, target);
        verify(&framework, &answers, &path);
        assert_eq!(path.improvements.len(), 1);
        assert_eq!((path.improvements[0].criterion.as_str(), path.improvements[0].steps), ("p2.c1", steps));
        assert_eq!(path.effort, steps.into());
    }
    // Level 4 needs five pillars: the strategy at 20 (4 steps) and the smallest other one, above 60 % of 35: 22 points.
    let path = path(&framework, &answers, 4);
    verify(&framework, &answers, &path);
    assert_eq!(path.effort, d("26"));
    assert!(path.improvements.iter().all(|i| ["p2", "p6"].contains(&i.dimension.as_str())));
}

#[test]
fn totals_and_counts_together() {
    let framework = dbi();
    let answers = with_points(&framework, [39, 15, 48, 39, 30, 21]);
    let path = path(&framework, &answers, 4);
    verify(&framework, &answers, &path);
    // One point in each of four pillars and one step of the strategy: 192 + 9 = 201, five pillars above 60 %.
    assert_eq!((path.effort, path.total), (d("5"), d("201")));
    let again = explain(&framework, &answers, &NONE, 4);
    assert_eq!(again.path.as_ref(), Some(&path), "deterministic");
}

#[test]
fn reached_levels_need_nothing_and_unknown_ones_have_no_path() {
    let framework = dbi();
    let answers = with_points(&framework, [65, 25, 80, 65, 50, 35]);
    let explanation = explain(&framework, &answers, &NONE, 5);
    let done = explanation.path.unwrap();
    assert!(done.improvements.is_empty() && done.effort.is_zero());
    assert!(explain(&framework, &answers, &NONE, 6).path.is_none());
    assert!(next_steps(&framework, &answers, &NONE, 3).is_empty());
}

#[test]
fn what_does_not_apply_is_no_way_up() {
    let framework = dbi();
    let mut answers = with_points(&framework, [65, 25, 80, 65, 50, 29]);
    answers.insert("p3.c16".into(), Answer::not_applicable());
    let steps = next_steps(&framework, &answers, &NONE, 100);
    assert!(steps.iter().all(|s| s.criterion != "p3.c16") && !steps.is_empty());
}

fn gated() -> Framework {
    let ladder = |name: &str, points: &[u32]| {
        let options: Vec<String> = points
            .iter()
            .enumerate()
            .map(|(n, p)| format!("{{code: o{n}, points: {p}, text: {{vi: Bậc {n}, en: Step {n}}}}}"))
            .collect();
        format!("  {name}: {{type: ladder, options: [{}]}}\n", options.join(", "))
    };
    small(
        &format!("{}{}  must: {{type: gate}}\n  proof: {{type: evidence, points: 10}}\n", ladder("ten", &[0, 5, 10]), ladder("lump", &[0, 0, 20])),
        "  - code: a
    name: {vi: A, en: A}
    max: 30
    groups:
      - code: a1
        name: {vi: A, en: A}
        cap: 30
        criteria:
          - {code: a.1, text: {vi: q, en: q}, scale: ten}
          - {code: a.2, text: {vi: q, en: q}, scale: ten, effort: 3}
          - {code: a.3, text: {vi: q, en: q}, scale: lump, effort: 2}
  - code: b
    name: {vi: B, en: B}
    max: 20
    groups:
      - code: b1
        name: {vi: B, en: B}
        criteria:
          - {code: b.gate, text: {vi: q, en: q}, scale: must}
          - {code: b.1, text: {vi: q, en: q}, scale: ten, when: \"gate('b.gate')\", hidden: zero}
          - {code: b.2, text: {vi: q, en: q}, scale: proof}
",
        "levels:
  - {level: 1, name: {vi: Một, en: One}, rule: \"min_share < 50\"}
  - {level: 2, name: {vi: Hai, en: Two}, rule: \"min_share >= 50 and min_share <= 75\"}
  - {level: 3, name: {vi: Ba, en: Three}, rule: \"min_share > 75 and gate('b.gate') and not share('a') < 90\"}
  - {level: 4, name: {vi: Bốn, en: Four}, rule: \"total > 1000\"}
",
    )
}

#[test]
fn the_weakest_part_is_lifted_and_gates_are_opened() {
    let framework = gated();
    let answers = Answers::new();
    let two = path(&framework, &answers, 2);
    verify(&framework, &answers, &two);
    assert_eq!(two.effort, d("3"), "20 of 30 in one step of effort 2 and the proof: {two:#?}");
    let three = path(&framework, &answers, 3);
    verify(&framework, &answers, &three);
    assert!(three.improvements.iter().any(|i| i.criterion == "b.gate"));
    assert!(explain(&framework, &answers, &NONE, 4).path.is_none(), "unreachable");
    let gaps: Vec<_> = explain(&framework, &answers, &NONE, 4).gaps.iter().map(|g| (g.level, g.failing.len())).collect();
    assert_eq!(gaps, [(2, 1), (3, 3), (4, 1)]);
}

/// Against every other set of better answers, from every state: never worse than half as much again, mostly the best.
#[test]
fn paths_are_close_to_the_cheapest_there_is() {
    let framework = gated();
    let codes = ["a.1", "a.2", "a.3", "b.gate", "b.1", "b.2"];
    let (rungs, efforts) = ([3_u32, 3, 2, 2, 3, 2], [1_u32, 3, 2, 1, 1, 1]);
    let states: Vec<[u32; 6]> = (0..rungs.iter().product())
        .map(|mut n: u32| {
            rungs.map(|count| {
                let digit = n % count;
                n /= count;
                digit
            })
        })
        .collect();
    let of = |state: &[u32; 6]| -> Answers {
        let answer = |at: usize, step: u32| match at {
            2 => Answer::option(format!("o{}", step * 2)),
            3 => Answer::of(Given::Truth(step == 1)),
            5 => Answer { evidence: vec!["f".into(); step as usize], tier: Tier::Evidence, ..Answer::default() },
            _ => Answer::option(format!("o{step}")),
        };
        state.iter().enumerate().map(|(at, step)| (codes[at].to_owned(), answer(at, *step))).collect()
    };
    let levels: Vec<_> = states.iter().map(|s| plain(&framework, &of(s)).level).collect();
    let (mut found, mut best) = (Decimal::ZERO, Decimal::ZERO);
    for (state, level) in states.iter().zip(&levels) {
        for target in [2, 3] {
            let cheapest = states
                .iter()
                .zip(&levels)
                .filter(|(other, reached)| **reached >= Some(target) && other.iter().zip(state).all(|(o, s)| o >= s))
                .map(|(other, _)| (0..6).map(|at| (other[at] - state[at]) * efforts[at]).sum::<u32>())
                .min();
            let path = explain(&framework, &of(state), &NONE, target).path;
            assert_eq!(path.is_some(), cheapest.is_some(), "{state:?} {level:?} {target}");
            if let (Some(path), Some(cheapest)) = (path, cheapest) {
                assert!(path.effort + path.effort <= Decimal::from(cheapest * 3), "{state:?} {target}: {path:#?}");
                (found, best) = (found + path.effort, best + Decimal::from(cheapest));
            }
        }
    }
    println!("efforts found {found}, cheapest {best}");
    assert!(found <= best + best.checked_div(d("10")).unwrap(), "{found} against {best}");
}

#[test]
fn alternatives_take_the_cheaper_way() {
    let yaml = |effort: u32| {
        small(
            "  ten: {type: ladder, options: [{code: o0, points: 0, text: {vi: a, en: a}}, {code: o1, points: 10, text: {vi: b, en: b}}]}\n",
            &format!(
                "  - code: a\n    name: {{vi: A, en: A}}\n    max: 20\n    groups:\n      - code: a1\n        name: {{vi: A, en: A}}\n        criteria:\n          - {{code: x, text: {{vi: q, en: q}}, scale: ten, effort: {effort}}}\n          - {{code: y, text: {{vi: q, en: q}}, scale: ten, effort: 2}}\n"
            ),
            "levels:\n  - {level: 1, name: {vi: a, en: a}, rule: \"value('x') >= 10 or value('y') >= 10\"}\n",
        )
    };
    for (effort, wanted) in [(1, "x"), (3, "y")] {
        let framework = yaml(effort);
        let path = path(&framework, &Answers::new(), 1);
        assert_eq!(path.improvements[0].criterion, wanted);
        assert_eq!(path.improvements.len(), 1);
    }
}

#[test]
fn next_steps_help_at_once_or_lie_on_the_way() {
    let framework = dbi();
    // One step of the strategy opens the fourth pillar: level 3 at once.
    let answers = with_points(&framework, [39, 10, 48, 39, 0, 0]);
    let steps = next_steps(&framework, &answers, &NONE, 3);
    assert_eq!(steps.len(), 3);
    assert_eq!((steps[0].criterion.as_str(), steps[0].level), ("p2.c1", Some(3)));
    assert!(plain(&framework, &answers).level < Some(3));
    // A question outside the sector comes last.
    let mut answers = with_points(&framework, [65, 25, 79, 65, 50, 35]);
    answers.insert("p3.c15".into(), Answer::option("s4"));
    let context = Context { sector: Some("I5610"), members: &[] };
    let codes: Vec<_> = next_steps(&framework, &answers, &context, 9).into_iter().map(|s| s.criterion).collect();
    assert_eq!(codes, ["p3.c15", "p3.c16"]);
}

#[test]
fn ratios_are_raised_with_the_whole_as_typed() {
    let framework = dbi();
    let mut answers = Answers::from([("p1.c2".to_owned(), Answer::ratio(3, 12))]);
    let step = next_steps(&framework, &answers, &NONE, 100).into_iter().find(|s| s.criterion == "p1.c2").unwrap();
    assert_eq!(step.to.vi, "trên 40 % đến 60 %");
    assert_eq!((step.points_from, step.points_to), (d("2"), d("3")));
    assert_eq!(step.value, Answer::ratio(5, 12).value, "4.8 people is 40 %; five are above");
    step.apply(&mut answers);
    assert_eq!(plain(&framework, &answers).total, d("3"));
}
