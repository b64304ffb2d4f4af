//! The search for a path: how many steps to take at which criterion.

use super::steps::{Rung, rungs};
use crate::{
    answer::Answer,
    decimal::Decimal,
    expr::{Ask, Condition, Leaf, Number, Op, eval},
    framework::Framework,
    tally::Tally,
};

/// Steps taken by position of the criterion.
pub(super) type Taken = Vec<usize>;

pub(super) struct Search<'a> {
    pub(super) framework: &'a Framework,
    base: &'a [Option<&'a Answer>],
    members: &'a [Decimal],
    target: u32,
    pub(super) rungs: Vec<Vec<Rung>>,
    before: Tally<'a>,
}

/// A conjunction is worked through again as long as fixing one part spoils another, but not forever.
const ROUNDS: usize = 6;

impl<'a> Search<'a> {
    pub fn new(framework: &'a Framework, base: &'a [Option<&'a Answer>], members: &'a [Decimal], target: u32) -> Self {
        let plan = framework.plan();
        let before = Tally::of(plan, framework.zero_below.as_ref(), base);
        let rungs = plan
            .criteria
            .iter()
            .zip(base)
            .zip(&before.marks)
            .map(|((item, answer), mark)| rungs(item, *answer, mark))
            .collect();
        Self { framework, base, members, target, rungs, before }
    }
    /// Before any step.
    pub fn base(&self) -> &Tally<'a> {
        &self.before
    }
    pub fn rung(&self, at: usize, steps: usize) -> Option<&Rung> {
        self.rungs.get(at)?.get(steps.checked_sub(1)?)
    }
    /// Only so many steps at one criterion.
    pub fn only(&self, at: usize, steps: usize) -> Taken {
        let mut taken = vec![0; self.rungs.len()];
        if let Some(slot) = taken.get_mut(at) {
            *slot = steps;
        }
        taken
    }
    /// Scores the answers with the steps taken.
    pub fn tally(&self, taken: &[usize]) -> Tally<'_> {
        let sheet: Vec<Option<&Answer>> = self
            .base
            .iter()
            .zip(taken)
            .enumerate()
            .map(|(at, (base, steps))| if *steps == 0 { *base } else { self.rung(at, *steps).map(|r| &r.answer) })
            .collect();
        Tally::of(self.framework.plan(), self.framework.zero_below.as_ref(), &sheet)
    }
    fn effort(&self, taken: &[usize]) -> Decimal {
        let items = self.framework.plan().criteria.iter().zip(taken);
        items.map(|(item, steps)| item.effort * Decimal::from(u32::try_from(*steps).unwrap_or(u32::MAX))).sum()
    }
    /// The target or a higher level.
    pub(super) fn goal(&self, taken: &[usize]) -> bool {
        let reached = self.tally(taken).level(self.framework.plan(), self.members);
        reached.is_some_and(|level| level >= self.target)
    }

    /// Steps that reach the target, none of which can be left out; `None` if even all steps together do not.
    pub fn reach(&mut self, rule: &Condition) -> Option<Taken> {
        let none = vec![0; self.rungs.len()];
        if self.goal(&none) {
            return Some(none);
        }
        let mut taken = none;
        if self.satisfy(rule, false, &mut taken) && self.goal(&taken) {
            self.prune(&mut taken);
            self.exchange(&mut taken);
            return Some(taken);
        }
        let mut all: Taken = self.rungs.iter().map(Vec::len).collect();
        if !self.goal(&all) {
            return None;
        }
        self.prune(&mut all);
        self.exchange(&mut all);
        Some(all)
    }

    fn holds(&self, condition: &Condition, negated: bool, taken: &[usize]) -> bool {
        let tally = self.tally(taken);
        eval::holds_as(condition, &tally.view(self.framework.plan(), self.members), negated)
    }

    /// Takes steps until the condition holds; says whether it does.
    fn satisfy(&self, condition: &Condition, negated: bool, taken: &mut Taken) -> bool {
        match (condition, negated) {
            (Condition::Not(inner), _) => self.satisfy(inner, !negated, taken),
            (Condition::All(parts), false) | (Condition::Any(parts), true) => {
                // Totals last: whatever is done for the other tests raises them too.
                let mut parts: Vec<&Condition> = parts.iter().collect();
                parts.sort_by_key(|part| rank(part));
                for _ in 0..ROUNDS {
                    let mut all = true;
                    for part in &parts {
                        if !self.holds(part, negated, taken) {
                            all = false;
                            if !self.satisfy(part, negated, taken) {
                                return false;
                            }
                        }
                    }
                    if all {
                        return true;
                    }
                }
                false
            }
            (Condition::Any(parts), false) | (Condition::All(parts), true) => {
                let mut best: Option<(Decimal, Taken)> = None;
                for part in parts {
                    let mut tried = taken.clone();
                    if self.satisfy(part, negated, &mut tried) {
                        let effort = self.effort(&tried);
                        if best.as_ref().is_none_or(|(least, _)| effort < *least) {
                            best = Some((effort, tried));
                        }
                    }
                }
                best.is_some_and(|(_, tried)| {
                    *taken = tried;
                    true
                })
            }
            (Condition::Leaf(leaf), _) => self.leaf(leaf, negated, taken),
        }
    }

    fn passes(&self, leaf: &Leaf, negated: bool, tally: &Tally<'_>) -> bool {
        eval::leaf(leaf, &tally.view(self.framework.plan(), self.members), negated)
    }

    fn leaf(&self, leaf: &Leaf, negated: bool, taken: &mut Taken) -> bool {
        let tally = self.tally(taken);
        if self.passes(leaf, negated, &tally) {
            return true;
        }
        let done = |search: &Self, tally: &Tally<'_>| search.passes(leaf, negated, tally);
        match &leaf.ask {
            Ask::Gate(at) | Ask::Answered(at) | Ask::Chosen(at, _) => {
                self.climb(taken, &|item| item == *at, &done, &|tally: &Tally<'_>| tally.total.points)
            }
            Ask::Constant(_) => false,
            Ask::Compare(left, _, right) => {
                let view = tally.view(self.framework.plan(), self.members);
                let (_, op, _) = eval::sides(leaf, &view, negated);
                // What has to grow, and past what.
                let (high, low) = if matches!(op, Op::Less | Op::AtMost) { (right, left) } else { (left, right) };
                drop(tally);
                self.raise((high, op, low), taken, &done)
            }
        }
    }

    /// Raises `high` above `low`, by the structure of `high` where single steps show no effect.
    fn raise(
        &self,
        (high, op, low): (&Number, Op, &Number),
        taken: &mut Taken,
        done: &dyn Fn(&Self, &Tally<'_>) -> bool,
    ) -> bool {
        match high {
            Number::DimensionsAt(level) => self.raise_dimensions(*level, taken, done),
            Number::Level(dimension) => self.climb_dimension(*dimension, taken, done),
            Number::MinShare | Number::MinPoints => {
                let strict = matches!(op, Op::More | Op::Less | Op::Differs);
                let bound = eval::number(low, &self.before.view(self.framework.plan(), self.members));
                self.raise_weakest(high, bound, strict, taken)
            }
            _ => {
                let plan = self.framework.plan();
                let lead = |tally: &Tally<'_>| {
                    let view = tally.view(plan, self.members);
                    eval::number(high, &view).unwrap_or_default() - eval::number(low, &view).unwrap_or_default()
                };
                self.climb(taken, &|_| true, done, &lead)
            }
        }
    }

    /// Lifts the dimension that is cheapest to lift to the level, until enough are there.
    fn raise_dimensions(&self, level: u32, taken: &mut Taken, done: &dyn Fn(&Self, &Tally<'_>) -> bool) -> bool {
        let count = self.framework.plan().dimensions.len();
        let at_level = |tally: &Tally<'_>, d: usize| {
            tally.dimensions.get(d).and_then(|d| d.level).is_some_and(|reached| reached >= level)
        };
        loop {
            let tally = self.tally(taken);
            if done(self, &tally) {
                return true;
            }
            let below: Vec<usize> = (0..count).filter(|d| !at_level(&tally, *d)).collect();
            drop(tally);
            let mut best: Option<(Decimal, Taken)> = None;
            for dimension in below {
                let mut tried = taken.clone();
                if self.climb_dimension(dimension, &mut tried, &|_, tally| at_level(tally, dimension)) {
                    let effort = self.effort(&tried);
                    if best.as_ref().is_none_or(|(least, _)| effort < *least) {
                        best = Some((effort, tried));
                    }
                }
            }
            match best {
                Some((_, tried)) => *taken = tried,
                None => return false,
            }
        }
    }

    /// Lifts every dimension that is too weak until it is not: none makes up for another.
    fn raise_weakest(&self, high: &Number, bound: Option<Decimal>, strict: bool, taken: &mut Taken) -> bool {
        let Some(bound) = bound else { return false };
        (0..self.framework.plan().dimensions.len()).all(|at| {
            let strong = |_: &Self, tally: &Tally<'_>| {
                let sum = tally.dimensions.get(at).map(|d| d.sum).unwrap_or_default();
                let value = if *high == Number::MinShare { sum.share() } else { Some(sum.points) };
                // A dimension of which nothing counts is no obstacle.
                sum.max.is_zero() || value.is_some_and(|v| if strict { v > bound } else { v >= bound })
            };
            self.climb_dimension(at, taken, &strong)
        })
    }

    fn climb_dimension(&self, at: usize, taken: &mut Taken, done: &dyn Fn(&Self, &Tally<'_>) -> bool) -> bool {
        let plan = self.framework.plan();
        let inside = |item: usize| plan.criteria.get(item).is_some_and(|i| i.dimension == at);
        let points = |tally: &Tally<'_>| tally.dimensions.get(at).map(|d| d.sum.points).unwrap_or_default();
        self.climb(taken, &inside, done, &points)
    }

    /// One step after the other, each where the measure grows most for its effort (then the first in the file), until done; a
    /// single step that is enough and costs no more is taken instead.
    fn climb(
        &self,
        taken: &mut Taken,
        allowed: &dyn Fn(usize) -> bool,
        done: &dyn Fn(&Self, &Tally<'_>) -> bool,
        measure: &dyn Fn(&Tally<'_>) -> Decimal,
    ) -> bool {
        loop {
            let tally = self.tally(taken);
            if done(self, &tally) {
                return true;
            }
            let mut now = measure(&tally);
            drop(tally);
            let tried: Vec<Tried> = (0..taken.len())
                .filter(|at| allowed(*at))
                .filter_map(|at| self.try_step(taken, at, now, done, measure))
                .collect();
            let most = tried.iter().filter(|t| t.gain.is_positive()).max_by_key(|t| (t.gain, std::cmp::Reverse(t.at)));
            let enough = tried.iter().filter(|t| t.enough).min_by_key(|t| (t.effort, t.at));
            if let Some(last) = enough.filter(|e| most.is_none_or(|m| e.effort <= m.effort)) {
                add(taken, last.at);
                return true;
            }
            let Some(most) = most.map(|m| m.gain) else { return false };
            // The same gain again and again, without asking every other question between: the result is the same.
            for at in tried.iter().filter(|t| t.gain == most).map(|t| t.at) {
                while let Some(step) = self.try_step(taken, at, now, done, measure).filter(|t| t.gain == most) {
                    add(taken, at);
                    now = step.measured;
                    if step.enough {
                        return true;
                    }
                }
            }
        }
    }

    fn try_step(
        &self,
        taken: &mut Taken,
        at: usize,
        now: Decimal,
        done: &dyn Fn(&Self, &Tally<'_>) -> bool,
        measure: &dyn Fn(&Tally<'_>) -> Decimal,
    ) -> Option<Tried> {
        let steps = taken.get(at).copied()?;
        self.rung(at, steps + 1)?;
        let effort = self.framework.plan().criteria.get(at)?.effort;
        set(taken, at, steps + 1);
        let tally = self.tally(taken);
        let (enough, measured) = (done(self, &tally), measure(&tally));
        drop(tally);
        set(taken, at, steps);
        let gain = (measured - now).checked_div(effort).unwrap_or_default();
        Some(Tried { at, gain, effort, enough, measured })
    }

}

/// What one more step at a criterion would do.
struct Tried {
    at: usize,
    /// Growth of the measure for the effort.
    gain: Decimal,
    effort: Decimal,
    enough: bool,
    measured: Decimal,
}

fn add(taken: &mut Taken, at: usize) {
    if let Some(slot) = taken.get_mut(at) {
        *slot += 1;
    }
}

pub(super) fn set(taken: &mut Taken, at: usize, steps: usize) {
    if let Some(slot) = taken.get_mut(at) {
        *slot = steps;
    }
}

/// Narrow conditions before wide ones.
fn rank(condition: &Condition) -> u8 {
    match condition {
        Condition::Leaf(leaf) => match &leaf.ask {
            Ask::Gate(_) | Ask::Answered(_) | Ask::Chosen(..) | Ask::Constant(_) => 0,
            Ask::Compare(left, _, right) => number_rank(left).max(number_rank(right)),
        },
        Condition::Not(inner) => rank(inner),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().map(rank).max().unwrap_or_default(),
    }
}

fn number_rank(number: &Number) -> u8 {
    match number {
        Number::Constant(_) => 0,
        Number::Value(_) | Number::Raw(_) => 1,
        Number::Points(_) | Number::ShareOf(_) | Number::Level(_) => 2,
        Number::MinShare | Number::MinPoints => 3,
        Number::DimensionsAt(_) => 4,
        _ => 5,
    }
}
