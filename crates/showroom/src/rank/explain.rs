//! Why a solution stands where it stands, and what would change it.

use super::{
    Shelf,
    advise::Passed,
    robust::{Firmness, mix},
    weights::Column,
};
use crate::catalog::RankRules;
use kernel::id::{ProviderId, SolutionId};
use serde::{Deserialize, Serialize};

/// What one criterion brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Code of the criterion; `gap:TYPE` for a gap.
    pub code: String,
    /// 0–10,000.
    pub value: u32,
    pub weight: u32,
    /// Its part of the total, in 1/10,000.
    pub points: u32,
}

/// One solution, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// From 1; 0 for the exploration slot, which has no place in the order.
    pub rank: usize,
    pub solution: SolutionId,
    pub provider: ProviderId,
    pub name: String,
    pub provider_name: String,
    /// Of 10,000.
    pub score: u32,
    /// Too close to the one above to be called worse.
    pub tie_with_above: bool,
    /// In how many of the draws it was first, and of how many.
    pub first: u32,
    pub draws: u32,
    pub newcomer: bool,
    pub parts: Vec<Part>,
    /// The two that brought most, the two that cost most: places in `parts`.
    pub strongest: Vec<usize>,
    pub weakest: Vec<usize>,
    /// What would bring it level with the one above.
    pub lifts: Vec<Lift>,
}

/// A single better fact that would pass the one above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lift {
    pub code: String,
    pub value: u32,
    pub needed: u32,
}

/// A single change of weight that would put the second first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    pub code: String,
    pub weight: u32,
    pub needed: u32,
}

/// A sum in 1/10,000 of the greatest possible, rounded half up.
pub(super) fn score(sum: u64, total: u64) -> u32 {
    if total == 0 { 0 } else { u32::try_from((2 * sum + total) / (2 * total)).unwrap_or(0) }
}

pub(super) struct Explainer<'a> {
    pub shelf: &'a Shelf,
    pub columns: &'a [Column],
    pub rules: &'a RankRules,
    pub total: u64,
}

impl Explainer<'_> {
    pub fn shown(&self, passed: &[Passed], firm: &Firmness) -> Vec<Explained> {
        let mut shown = Vec::with_capacity(self.rules.shown);
        for (place, p) in passed.iter().take(self.rules.shown).enumerate() {
            let Some(mut e) = self.one(p) else { continue };
            let above = place.checked_sub(1).and_then(|i| passed.get(i));
            e.rank = place + 1;
            e.first = firm.first.get(place).copied().unwrap_or(0);
            e.draws = firm.draws;
            let ahead = firm.ahead.get(place).copied().unwrap_or(0);
            let close = u64::from(ahead) * 1000 >= u64::from(self.rules.robustness.tie) * u64::from(firm.draws.max(1));
            e.tie_with_above = above.is_some_and(|a| a.sum == p.sum || close);
            e.lifts = above.map_or_else(Vec::new, |a| self.lifts(p, a.sum - p.sum));
            shown.push(e);
        }
        shown
    }

    fn one(&self, p: &Passed) -> Option<Explained> {
        let slot = self.shelf.slots.get(p.slot)?;
        let parts: Vec<Part> = self
            .columns
            .iter()
            .zip(&p.values)
            .map(|(c, v)| Part { code: c.code.clone(), value: *v, weight: c.weight, points: score(u64::from(c.weight) * u64::from(*v), self.total) })
            .collect();
        let top = |worth: &dyn Fn(&Part) -> u64| {
            let mut order: Vec<usize> = (0..parts.len()).filter(|i| parts.get(*i).is_some_and(|x| worth(x) > 0)).collect();
            order.sort_by_key(|i| std::cmp::Reverse(parts.get(*i).map_or(0, worth)));
            order.truncate(2);
            order
        };
        let strongest = top(&|x| u64::from(x.weight) * u64::from(x.value));
        let weakest = top(&|x| u64::from(x.weight) * u64::from(10_000 - x.value.min(10_000)));
        Some(Explained {
            rank: 0,
            solution: slot.id,
            provider: slot.provider,
            name: slot.name.clone(),
            provider_name: slot.provider_name.clone(),
            score: score(p.sum, self.total),
            tie_with_above: false,
            first: 0,
            draws: 0,
            newcomer: slot.newcomer,
            strongest,
            weakest,
            parts,
            lifts: Vec::new(),
        })
    }

    /// Criteria that alone could make good what is missing (`short`), the smallest step first.
    fn lifts(&self, p: &Passed, short: u64) -> Vec<Lift> {
        let mut lifts: Vec<(u64, Lift)> = Vec::new();
        for (c, v) in self.columns.iter().zip(&p.values).filter(|(c, _)| c.weight > 0) {
            let step = short / u64::from(c.weight) + 1;
            let needed = u64::from(*v) + step;
            if needed <= 10_000 {
                lifts.push((step, Lift { code: c.code.clone(), value: *v, needed: u32::try_from(needed).unwrap_or(10_000) }));
            }
        }
        lifts.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
        lifts.into_iter().map(|l| l.1).take(2).collect()
    }

    /// Weights that alone would put the second first, the smallest change first.
    pub fn flips(&self, passed: &[Passed]) -> Vec<Flip> {
        let (Some(first), Some(second)) = (passed.first(), passed.get(1)) else { return Vec::new() };
        let ahead = first.sum - second.sum;
        let mut flips: Vec<(u64, Flip)> = Vec::new();
        for ((c, a), b) in self.columns.iter().zip(&first.values).zip(&second.values) {
            if a == b {
                continue;
            }
            let step = ahead / u64::from(a.abs_diff(*b)) + 1;
            let needed = if b > a { u64::from(c.weight).checked_add(step) } else { u64::from(c.weight).checked_sub(step) };
            if let Some(needed) = needed.filter(|n| *n <= u64::from(super::weights::MOST)) {
                flips.push((step, Flip { code: c.code.clone(), weight: c.weight, needed: u32::try_from(needed).unwrap_or(0) }));
            }
        }
        flips.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
        flips.into_iter().map(|f| f.1).take(3).collect()
    }

    /// One newcomer below the shown ones, drawn by the seed among those good enough; it moves nobody.
    pub fn newcomer(&self, passed: &[Passed], shown: usize, seed: u64) -> Option<Explained> {
        let best = passed.first()?.sum;
        let good = |p: &&Passed| u128::from(p.sum) * 10_000 >= u128::from(best) * u128::from(self.rules.exploration.floor);
        let new = |p: &&Passed| self.shelf.slots.get(p.slot).is_some_and(|s| s.newcomer);
        let drawn = passed
            .iter()
            .skip(shown)
            .filter(new)
            .filter(good)
            .min_by_key(|p| self.shelf.slots.get(p.slot).map_or(u64::MAX, |s| mix(!seed, s.id.uuid().as_u128())))?;
        self.one(drawn)
    }
}
