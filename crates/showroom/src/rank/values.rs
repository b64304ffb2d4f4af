//! A measured fact read against its fixed anchors.

use crate::catalog::{Anchor, Criterion, Shrinkage};

/// The value of a measure, 0–10,000: on the line between two anchors, flat outside of them; rounded half up.
pub(crate) fn at_anchor(anchors: &[Anchor], at: i64) -> u32 {
    let Some(first) = anchors.first() else { return 0 };
    if at <= first.at {
        return first.value;
    }
    let mut low = *first;
    for high in anchors {
        if at <= high.at {
            let span = (high.at - low.at).max(1);
            let rise = i64::from(high.value) - i64::from(low.value);
            // Rounded half up on the positive whole, so that both directions of a line round alike.
            let value = (2 * (i64::from(low.value) * span + rise * (at - low.at)) + span) / (2 * span);
            return u32::try_from(value).unwrap_or(0);
        }
        low = *high;
    }
    low.value
}

/// The value of a number, or of not knowing it.
pub(crate) fn of_number(c: &Criterion, measured: Option<i64>) -> u32 {
    measured.map_or(c.unknown, |at| at_anchor(&c.anchors, at))
}

/// The value of a code, or of not knowing it.
pub(crate) fn of_code(c: &Criterion, code: &str) -> u32 {
    c.table.get(code).copied().unwrap_or(c.unknown)
}

/// Parts of a whole in 1/10,000; `None` of nothing.
pub(crate) fn share(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part.saturating_mul(10_000) / whole)
}

/// The mean drawn towards the group's: `(n·x̄ + k·μ)/(n + k)` = `(Σx + k·μ)/(n + k)`, rounded down.
pub(crate) fn shrunk(sum: i64, n: u32, mean: i64, s: &Shrinkage) -> Option<i64> {
    let weight = i64::from(n) + i64::from(s.k);
    (weight > 0).then(|| sum.saturating_add(i64::from(s.k).saturating_mul(mean)).div_euclid(weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_on_the_line_between_fixed_points() {
        let cost = [(3000, 10_000), (7000, 6000), (10_000, 2000), (10_001, 0)].map(|(at, value)| Anchor { at, value });
        for (at, value) in [(0, 10_000), (3000, 10_000), (5000, 8000), (7000, 6000), (8500, 4000), (10_000, 2000), (10_001, 0), (90_000, 0)] {
            assert_eq!(at_anchor(&cost, at), value, "{at}");
        }
    }

    #[test]
    fn few_cases_are_drawn_to_the_mean() {
        let s = Shrinkage { k: 5, change: 500, kept: 7500, by_type: Default::default(), legal_basis: None };
        assert_eq!(shrunk(0, 0, 500, &s), Some(500), "no case: the mean");
        // One splendid case of 30 %: (3000 + 5·500) / 6 = 916.
        assert_eq!(shrunk(3000, 1, 500, &s), Some(916));
        // Twenty cases of 15 %: (30000 + 2500) / 25 = 1300.
        assert_eq!(shrunk(30_000, 20, 500, &s), Some(1300));
        assert_eq!(shrunk(-1, 0, 0, &Shrinkage { k: 0, ..s }), None);
    }
}
