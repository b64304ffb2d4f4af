//! Why a level was not reached, and the cheapest improvements that reach it.
//!
//! The search is greedy: it works towards the tests that fail, each step to where it helps most for its effort, and then takes
//! back whatever turns out not to be needed. So no step of a path can be left out, but a path is not proven to be the cheapest
//! of all. It is always verified by scoring, and equal inputs give equal paths.

mod search;
mod steps;
mod trim;

use crate::{
    answer::{Answer, Answers, Given},
    decimal::Decimal,
    definition::ScaleType,
    expr::{Test, eval},
    framework::Framework,
    mark::sheet,
    score::Context,
    sector,
    tally::Tally,
};
use kernel::Text;
use search::Search;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The level asked for.
    pub target: u32,
    /// The level now; `None`: no level can be given.
    pub level: Option<u32>,
    /// Every level whose rule does not hold, the lowest first, with the tests that stand in the way.
    pub gaps: Vec<LevelGap>,
    /// `None`: no improvement of answers reaches the target (or there is no such level). Empty: it is reached already.
    pub path: Option<Path>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelGap {
    pub level: u32,
    pub name: Text,
    pub failing: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// In the order of the framework.
    pub improvements: Vec<Improvement>,
    pub effort: Decimal,
    /// The level once all is done: the target or higher.
    pub level: u32,
    pub total: Decimal,
}

/// One criterion answered better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improvement {
    pub criterion: String,
    pub dimension: String,
    /// Steps of the ladder, each costing the criterion's effort.
    pub steps: u32,
    pub effort: Decimal,
    pub points_from: Decimal,
    pub points_to: Decimal,
    /// The answer to reach, in words.
    pub to: Text,
    /// An answer that stands for it; `None` of an evidence question (an accepted file is needed).
    pub value: Option<Given>,
    /// Level and total with this improvement alone.
    pub level: Option<u32>,
    pub total: Decimal,
}

impl Improvement {
    /// The answers with this improvement made; for evidence a stand-in file is named.
    pub fn apply(&self, answers: &mut Answers) {
        let answer = answers.entry(self.criterion.clone()).or_default();
        steps::improve(answer, self.value.clone());
    }
}

/// Why the levels are not reached and what would reach `target`.
pub fn explain(framework: &Framework, answers: &Answers, context: &Context<'_>, target: u32) -> Explanation {
    let plan = framework.plan();
    let base = sheet(plan, answers);
    let tally = Tally::of(plan, framework.zero_below.as_ref(), &base);
    let view = tally.view(plan, context.members);
    let mut gaps = Vec::new();
    for ((level, rule), written) in plan.levels.iter().zip(&framework.levels) {
        let (holds, tests) = eval::trace(rule, &view);
        if !holds {
            let failing = tests.into_iter().filter(|t| t.blocking).collect();
            gaps.push(LevelGap { level: *level, name: written.name.clone(), failing });
        }
    }
    Explanation {
        target,
        level: tally.level(plan, context.members),
        gaps,
        path: path(framework, &base, context, target),
    }
}

fn path(framework: &Framework, base: &[Option<&Answer>], context: &Context<'_>, target: u32) -> Option<Path> {
    let plan = framework.plan();
    let (_, rule) = plan.levels.iter().find(|(level, _)| *level == target)?;
    let mut search = Search::new(framework, base, context.members, target);
    let taken = search.reach(rule)?;
    let after = search.tally(&taken);
    let level = after.level(plan, context.members).filter(|level| *level >= target)?;
    let improvements: Vec<Improvement> = taken
        .iter()
        .enumerate()
        .filter(|(_, steps)| **steps > 0)
        .filter_map(|(at, steps)| improvement(framework, &search, context, at, *steps))
        .collect();
    let effort = improvements.iter().map(|i| i.effort).sum();
    Some(Path { improvements, effort, level, total: after.total.points })
}

fn improvement(
    framework: &Framework,
    search: &Search<'_>,
    context: &Context<'_>,
    at: usize,
    steps: usize,
) -> Option<Improvement> {
    let plan = framework.plan();
    let item = plan.criteria.get(at)?;
    let rung = search.rung(at, steps)?;
    let alone = search.tally(&search.only(at, steps));
    let count = u32::try_from(steps).ok()?;
    Some(Improvement {
        criterion: item.code.clone(),
        dimension: framework.dimensions.get(item.dimension)?.code.clone(),
        steps: count,
        effort: item.effort * Decimal::from(count),
        points_from: search.base().marks.get(at).map(|m| m.points).unwrap_or_default(),
        points_to: rung.points,
        to: rung.label.clone(),
        value: (item.scale.kind != ScaleType::Evidence).then(|| rung.answer.value.clone()).flatten(),
        level: alone.level(plan, context.members),
        total: alone.total.points,
    })
}

/// The best single improvements, one step each, the best first: first what raises the level at once, then what lies on the
/// path to the next level, then what raises a dimension's level, then points for effort; questions that do not concern the
/// sector come last, and of equals the weaker dimension goes first.
pub fn next_steps(framework: &Framework, answers: &Answers, context: &Context<'_>, n: usize) -> Vec<Improvement> {
    let plan = framework.plan();
    let base = sheet(plan, answers);
    let search = Search::new(framework, &base, context.members, 0);
    let level = search.base().level(plan, context.members);
    let next = plan.levels.iter().map(|(l, _)| *l).find(|l| level.is_none_or(|level| *l > level));
    let on_path: Vec<String> = next
        .and_then(|target| path(framework, &base, context, target))
        .map(|path| path.improvements.into_iter().map(|i| i.criterion).collect())
        .unwrap_or_default();
    let mut ranked: Vec<_> = (0..plan.criteria.len())
        .filter_map(|at| {
            let found = improvement(framework, &search, context, at, 1)?;
            let item = plan.criteria.get(at)?;
            let gain = found.total - search.base().total.points;
            let before = search.base().dimensions.get(item.dimension)?;
            let after = search.tally(&search.only(at, 1)).dimensions.get(item.dimension).copied()?;
            let gate = item.scale.kind == ScaleType::Gate && on_path.contains(&item.code);
            if !gain.is_positive() && !gate {
                return None;
            }
            let concerns = context
                .sector
                .is_none_or(|sector| plan.written(framework, at).is_some_and(|c| sector::concerns(c, sector)));
            let key = (
                Reverse(concerns),
                Reverse(found.level.max(level)),
                Reverse(on_path.contains(&item.code)),
                Reverse(after.level > before.level),
                Reverse(gain.checked_div(item.effort).unwrap_or_default()),
                before.sum.share(),
                at,
            );
            Some((key, found))
        })
        .collect();
    ranked.sort_by(|(a, _), (b, _)| a.cmp(b));
    ranked.into_iter().take(n).map(|(_, found)| found).collect()
}
