//! How firm the order is: the weights are shaken and the ranking is made again, with draws from a stored seed.

use super::{advise::Passed, weights::Column};
use crate::catalog::RankRules;

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere, for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// 0 to `below` − 1, by the high half of the product; the bias is below 2⁻³² for what is drawn here.
    pub fn below(&mut self, below: u64) -> u64 {
        u64::try_from((u128::from(self.next()) * u128::from(below)) >> 64).unwrap_or(0)
    }
}

/// A number from a seed and an id, for draws that must not depend on who else is there.
pub(crate) fn mix(seed: u64, id: u128) -> u64 {
    let mut dice = Dice(seed ^ (id as u64));
    let first = dice.next();
    Dice(first ^ ((id >> 64) as u64)).next()
}

/// What the draws gave, by place in the order.
#[derive(Debug, Default)]
pub(super) struct Firmness {
    /// In how many draws each of the field was first.
    pub first: Vec<u32>,
    /// In how many draws each was ahead of the one above it; 0 for the leader.
    pub ahead: Vec<u32>,
    pub draws: u32,
}

/// Draws among the best `field`. The draws of the weights depend on seed and columns only, never on who is in the list.
/// A solution that no weights in the box can put first is not drawn: it is never first, exactly.
pub(super) fn draw(passed: &[Passed], columns: &[Column], rules: &RankRules, seed: u64) -> Firmness {
    let r = &rules.robustness;
    let field: Vec<&Passed> = passed.iter().take(r.field.max(rules.shown)).collect();
    let Some(leader) = field.first() else { return Firmness::default() };
    let drawn: Vec<usize> = (0..field.len()).filter(|i| *i < rules.shown || field.get(*i).is_some_and(|p| can_lead(p, leader, columns, r.spread))).collect();
    let rows: Vec<Vec<u64>> = drawn.iter().filter_map(|i| field.get(*i)).map(|p| p.values.iter().map(|v| u64::from(*v)).collect()).collect();
    let mut result = Firmness { first: vec![0; field.len()], ahead: vec![0; field.len()], draws: r.draws };
    let mut dice = Dice::new(seed);
    let (least, width) = (u64::from(10_000 - r.spread.min(9_999)), u64::from(2 * r.spread + 1));
    let mut shaken = vec![0_u64; columns.len()];
    for _ in 0..r.draws {
        for (w, c) in shaken.iter_mut().zip(columns) {
            *w = u64::from(c.weight) * (least + dice.below(width));
        }
        let (mut best, mut best_at, mut above) = (None, 0, 0);
        for (row, place) in rows.iter().zip(&drawn) {
            let mut sum = 0;
            let mut i = 0;
            while let (Some(w), Some(v)) = (shaken.get(i), row.get(i)) {
                sum += w * v;
                i += 1;
            }
            if best.is_none_or(|b| sum > b) {
                (best, best_at) = (Some(sum), *place);
            }
            if *place > 0 && *place < rules.shown && sum > above {
                bump(&mut result.ahead, *place);
            }
            above = sum;
        }
        bump(&mut result.first, best_at);
    }
    result
}

fn bump(counts: &mut [u32], at: usize) {
    if let Some(n) = counts.get_mut(at) {
        *n += 1;
    }
}

/// Whether some weights in the box put it ahead of the leader: Σ w·d + spread·Σ w·|d| > 0.
fn can_lead(p: &Passed, leader: &Passed, columns: &[Column], spread: u32) -> bool {
    let (mut mean, mut reach) = (0_i64, 0_i64);
    for ((a, b), c) in p.values.iter().zip(&leader.values).zip(columns) {
        let d = (i64::from(*a) - i64::from(*b)) * i64::from(c.weight);
        mean += d;
        reach += d.abs();
    }
    mean * 10_000 + reach * i64::from(spread) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // Reference output of splitmix64 for the seed 1234567.
        let mut dice = Dice::new(1_234_567);
        assert_eq!([dice.next(), dice.next(), dice.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut dice = Dice::new(7);
        let all: Vec<u64> = (0..10_000).map(|_| dice.below(4001)).collect();
        assert!(all.iter().all(|n| *n < 4001) && all.iter().any(|n| *n > 3990) && all.iter().any(|n| *n < 10));
    }
}
