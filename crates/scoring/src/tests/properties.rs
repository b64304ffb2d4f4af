//! Properties over arbitrary answers.

use super::fixture::{dbi, plain};
use crate::{Answer, Answers, Context, Decimal, Framework, Given, explain, next_steps, score};
use proptest::prelude::*;
use std::sync::LazyLock;

static DBI: LazyLock<Framework> = LazyLock::new(dbi);

/// One answer of [`dbi`]: nothing, not applicable, a step, a ratio, or rubbish.
fn answer(code: &str) -> BoxedStrategy<Option<Answer>> {
    let rubbish = prop_oneof![
        Just(Answer::option("???")),
        Just(Answer::of(Given::Truth(true))),
        Just(Answer::of(Given::Many(vec!["s1".into()]))),
        Just(Answer::ratio(7, 0)),
        Just(Answer::ratio(-7, -9)),
    ];
    let good = if code == "p1.c2" {
        (0_i64..=50, 50_i64..=60).prop_map(|(n, d)| Answer::ratio(n, d)).boxed()
    } else {
        (0_u32..=5).prop_map(|n| Answer::option(format!("s{n}"))).boxed()
    };
    prop_oneof![
        2 => Just(None),
        8 => good.prop_map(Some),
        1 => Just(Some(Answer::not_applicable())),
        1 => rubbish.prop_map(Some),
    ]
    .boxed()
}

fn any_answers() -> impl Strategy<Value = Answers> {
    let codes: Vec<String> = DBI.criteria().map(|c| c.criterion.code.clone()).collect();
    let all: Vec<_> = codes.iter().map(|c| answer(c)).collect();
    all.prop_map(move |answers| codes.iter().cloned().zip(answers).filter_map(|(c, a)| Some((c, a?))).collect())
}

/// The answer one step better, if there is one.
fn better(answers: &Answers, code: &str) -> Option<Answers> {
    let mut answers = answers.clone();
    let given = answers.get_mut(code)?;
    match given.value.as_mut()? {
        Given::Text(step) => {
            let n: u32 = step.strip_prefix('s')?.parse().ok().filter(|n| *n < 5)?;
            *step = format!("s{}", n + 1);
        }
        Given::Ratio(ratio) => ratio.n = ratio.n.zip(ratio.d).map(|(n, d)| (n + Decimal::ONE).min(d)),
        _ => return None,
    }
    Some(answers)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn sums_are_sums_and_nothing_exceeds_its_maximum(answers in any_answers()) {
        let outcome = plain(&DBI, &answers);
        prop_assert_eq!(outcome.total, outcome.dimensions.iter().map(|d| d.points).sum::<Decimal>());
        prop_assert_eq!(outcome.max, outcome.dimensions.iter().map(|d| d.max).sum::<Decimal>());
        for dimension in &outcome.dimensions {
            prop_assert_eq!(dimension.points, dimension.groups.iter().map(|g| g.points).sum::<Decimal>());
            prop_assert!(dimension.points <= dimension.max);
            prop_assert!(dimension.groups.iter().all(|g| g.points <= g.max && g.points <= g.uncapped));
        }
        for criterion in &outcome.criteria {
            prop_assert!(criterion.points <= criterion.max && !criterion.points.is_negative());
            prop_assert!(criterion.answered() || criterion.points.is_zero());
        }
        prop_assert!(outcome.completeness.answered <= outcome.completeness.asked);
        let trust = outcome.trust;
        prop_assert_eq!(trust.self_declared + trust.consultant + trust.evidence, outcome.completeness.answered);
        // The highest level that holds is the level; every level shows its tests.
        prop_assert_eq!(outcome.level, outcome.levels.iter().filter(|l| l.holds).map(|l| l.level).max());
        prop_assert!(outcome.levels.iter().all(|l| !l.tests.is_empty() && l.holds == l.tests.iter().all(|t| t.passed)));
        let text = serde_json::to_string(&outcome).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::Outcome>(&text).unwrap(), outcome);
    }

    /// A better answer never lowers the total, nor a level from 1 up (level 0 is “total ≤ 20”: more points can leave it for
    /// “no level”, which the source text says and the result shows).
    #[test]
    fn a_better_answer_never_lowers(answers in any_answers(), at in 0_usize..60) {
        let code = DBI.criteria().nth(at).unwrap().criterion.code.clone();
        if let Some(better) = better(&answers, &code) {
            let (before, after) = (plain(&DBI, &answers), plain(&DBI, &better));
            prop_assert!(after.total >= before.total);
            for (a, b) in before.dimensions.iter().zip(&after.dimensions) {
                prop_assert!(b.level >= a.level);
            }
            if before.level.is_some_and(|level| level >= 1) {
                prop_assert!(after.level >= before.level, "{:?} to {:?}", before.level, after.level);
            }
        }
    }

    #[test]
    fn the_sector_never_touches_the_official_score(answers in any_answers(), sector in "[A-Z]?[0-9]{0,5}") {
        let official = plain(&DBI, &answers);
        let mut with = score(&DBI, &answers, &Context { sector: Some(&sector), members: &[] });
        let relevant = with.sector.take().unwrap();
        prop_assert_eq!(with, official);
        prop_assert!(relevant.points <= relevant.max);
        prop_assert_eq!(relevant.counted + relevant.not_applicable + relevant.outside, 60);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_explanation_reaches_its_level_and_nothing_of_it_is_idle(answers in any_answers(), target in 0_u32..=5) {
        let context = Context::default();
        let explanation = explain(&DBI, &answers, &context, target);
        let level = plain(&DBI, &answers).level;
        prop_assert_eq!(explanation.level, level);
        if let Some(path) = &explanation.path {
            let mut improved = answers.clone();
            path.improvements.iter().for_each(|i| i.apply(&mut improved));
            let after = plain(&DBI, &improved);
            prop_assert_eq!(after.level, Some(path.level));
            prop_assert_eq!(after.total, path.total);
            prop_assert!(path.level >= target);
            prop_assert_eq!(path.improvements.is_empty(), level.is_some_and(|l| l >= target));
            for improvement in &path.improvements {
                let mut fewer = improved.clone();
                match answers.get(&improvement.criterion) {
                    Some(old) => fewer.insert(improvement.criterion.clone(), old.clone()),
                    None => fewer.remove(&improvement.criterion),
                };
                prop_assert!(plain(&DBI, &fewer).level.is_none_or(|l| l < target), "{:?}", improvement);
            }
        } else {
            prop_assert!(target > 0, "DBI's own levels are reachable unless much is not applicable");
        }
        for step in next_steps(&DBI, &answers, &context, 3) {
            let mut improved = answers.clone();
            step.apply(&mut improved);
            let after = plain(&DBI, &improved);
            prop_assert_eq!((after.level, after.total), (step.level, step.total));
        }
    }
}

/// 10 000 assessments in under 10 s, in the profile tests are built with.
#[test]
fn ten_thousand_results_take_seconds() {
    let answers: Vec<Answers> = (0..100)
        .map(|n| {
            let step = |at: usize| Answer::option(format!("s{}", (at * 7 + n) % 6));
            DBI.criteria().enumerate().map(|(at, c)| (c.criterion.code.clone(), step(at))).collect()
        })
        .collect();
    let start = std::time::Instant::now();
    let mut total = Decimal::ZERO;
    for n in 0..10_000 {
        total = total + score(&DBI, &answers[n % 100], &Context { sector: Some("C1030"), members: &[] }).total;
    }
    let took = start.elapsed();
    println!("10 000 results: {took:?}");
    assert!(total.is_positive() && took.as_secs() < 10, "{took:?}");
}
