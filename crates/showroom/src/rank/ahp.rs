//! Weights from pairwise questions: Saaty's principal eigenvector, in integers, with the consistency ratio.
//!
//! Used for weights only. The questions compare criteria with one another, never products.

use crate::catalog::AhpRules;
use serde::{Deserialize, Serialize};

/// One answer: how much more `a` matters than `b` (1 the same … 9 absolutely; negative: `b` matters that much more).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub a: String,
    pub b: String,
    pub answer: i8,
}

/// What the answers say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Item and weight, adding up to 10,000.
    pub weights: Vec<(String, u32)>,
    /// Consistency ratio in 1/10,000.
    pub ratio: i64,
    /// Within the limit: the answers do not contradict one another too much.
    pub consistent: bool,
}

/// The unit of the fixed-point arithmetic.
const ONE: i128 = 1_000_000_000_000;
const ROUNDS: usize = 200;

/// The questions in their order: each pair of items once.
pub fn questions(rules: &AhpRules) -> Vec<(String, String)> {
    let items = &rules.items;
    items.iter().enumerate().flat_map(|(i, a)| items.iter().skip(i + 1).map(move |b| (a.clone(), b.clone()))).collect()
}

/// Weights of the items. An unanswered pair counts as equal. Power iteration in integers: the same digits on every machine.
pub fn weigh(rules: &AhpRules, pairs: &[Pair]) -> Outcome {
    let n = rules.items.len();
    let matrix: Vec<Vec<i128>> = rules.items.iter().map(|a| rules.items.iter().map(|b| entry(pairs, a, b)).collect()).collect();
    let mut v = vec![ONE / (n.max(1) as i128); n];
    for _ in 0..ROUNDS {
        let w = times(&matrix, &v);
        let sum: i128 = w.iter().sum();
        v = w.iter().map(|x| x * ONE / sum.max(1)).collect();
    }
    let w = times(&matrix, &v);
    // λmax as the mean of (Av)ᵢ/vᵢ, in units of ONE.
    let lambda = w.iter().zip(&v).map(|(a, b)| a * ONE / (*b).max(1)).sum::<i128>() / (n.max(1) as i128);
    let index = if n > 1 { (lambda - ONE * n as i128).max(0) / (n as i128 - 1) } else { 0 };
    let random = rules.random_index.get(n.wrapping_sub(1)).copied().unwrap_or(0);
    let ratio = if random > 0 { i64::try_from(index * 10_000 / (ONE * i128::from(random) / 10_000)).unwrap_or(i64::MAX) } else { 0 };
    let shares: Vec<u64> = v.iter().map(|x| u64::try_from(*x).unwrap_or(0)).collect();
    let parts = super::weights::split(10_000, &shares);
    Outcome { weights: rules.items.iter().cloned().zip(parts).collect(), ratio, consistent: ratio <= rules.ratio }
}

fn entry(pairs: &[Pair], a: &str, b: &str) -> i128 {
    let answer = pairs.iter().find_map(|p| match (p.a.as_str() == a && p.b.as_str() == b, p.a.as_str() == b && p.b.as_str() == a) {
        (true, _) => Some(p.answer),
        (_, true) => Some(p.answer.saturating_neg()),
        _ => None,
    });
    match answer.unwrap_or(1).clamp(-9, 9) {
        more @ 2.. => ONE * i128::from(more),
        less @ ..=-2 => ONE / i128::from(less.unsigned_abs()),
        _ => ONE,
    }
}

fn times(matrix: &[Vec<i128>], v: &[i128]) -> Vec<i128> {
    matrix.iter().map(|row| row.iter().zip(v).map(|(a, x)| a * x / ONE).sum()).collect()
}

/// The owner's weights from the answers: the items share what they had together; `gaps` hands its part to the gaps in their
/// own proportion; the other criteria stay.
pub fn spread(outcome: &Outcome, current: &super::Weights) -> super::Weights {
    let of = |item: &str| -> Vec<(&String, u32)> {
        current.iter().filter(|(code, _)| if item == "gaps" { code.starts_with("gap:") } else { code.as_str() == item }).map(|(c, w)| (c, *w)).collect()
    };
    let present: Vec<(&str, u32)> = outcome.weights.iter().filter(|(item, _)| !of(item).is_empty()).map(|(i, w)| (i.as_str(), *w)).collect();
    let together: u32 = present.iter().flat_map(|(item, _)| of(item)).map(|(_, w)| w).sum();
    let parts = super::weights::split(together, &present.iter().map(|(_, w)| u64::from(*w)).collect::<Vec<_>>());
    let mut all = current.clone();
    for ((item, _), part) in present.iter().zip(parts) {
        let members = of(item);
        let inner: Vec<u64> = members.iter().map(|(_, w)| u64::from(*w)).collect();
        let inner = if inner.iter().all(|w| *w == 0) { vec![1; inner.len()] } else { inner };
        for ((code, _), weight) in members.iter().zip(super::weights::split(part, &inner)) {
            all.insert((*code).clone(), weight);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(items: &[&str]) -> AhpRules {
        AhpRules {
            items: items.iter().map(|s| (*s).to_owned()).collect(),
            ratio: 1000,
            random_index: vec![0, 0, 5800, 9000, 11_200, 12_400],
            legal_basis: None,
        }
    }
    fn pair(a: &str, b: &str, answer: i8) -> Pair {
        Pair { a: a.into(), b: b.into(), answer }
    }
    fn weights(o: &Outcome) -> Vec<u32> {
        o.weights.iter().map(|w| w.1).collect()
    }

    #[test]
    fn consistent_answers_have_ratio_zero() {
        // a = 2b, a = 6c, b = 3c: 6 : 3 : 1.
        let o = weigh(&rules(&["a", "b", "c"]), &[pair("a", "b", 2), pair("a", "c", 6), pair("b", "c", 3)]);
        assert_eq!((weights(&o), o.ratio, o.consistent), (vec![6000, 3000, 1000], 0, true));
    }

    #[test]
    fn a_worked_matrix_gives_its_eigenvector() {
        // Rows 1, 1/3, 5 / 3, 1, 7 / 1/5, 1/7, 1: eigenvector 0.279, 0.649, 0.072; λmax 3.0649; ratio 0.0559.
        let o = weigh(&rules(&["a", "b", "c"]), &[pair("b", "a", 3), pair("a", "c", 5), pair("b", "c", 7)]);
        assert_eq!(weights(&o), [2790, 6491, 719]);
        assert_eq!(o.ratio, 559);
        assert!(o.consistent);
    }

    #[test]
    fn a_circle_is_inconsistent_and_no_answer_is_equal() {
        let o = weigh(&rules(&["a", "b", "c"]), &[pair("a", "b", 5), pair("b", "c", 5), pair("c", "a", 5)]);
        assert!(!o.consistent && o.ratio > 5000, "{o:?}");
        assert_eq!(weights(&weigh(&rules(&["a", "b", "c", "d"]), &[])), [2500; 4]);
    }

    #[test]
    fn the_items_share_what_they_had_and_the_rest_stays() {
        let current = super::super::Weights::from([("gap:pos".into(), 2000), ("gap:crm".into(), 1000), ("cost".into(), 1000), ("label".into(), 500)]);
        let o = weigh(&rules(&["gaps", "cost"]), &[pair("cost", "gaps", 3)]);
        let new = spread(&o, &current);
        assert_eq!((new["cost"], new["gap:pos"], new["gap:crm"], new["label"]), (3000, 667, 333, 500));
    }
}
