//! Charts that a statistician accepts: a line against its plan, and a control chart of individual values (XmR) that shows no limits before
//! there are enough points for them. Arithmetic is exact; the picture is drawn on the server and stands beside its table.

mod svg;

pub use svg::{Drawn, draw};

use std::cmp::Ordering;

/// Fewer points are a line without limits.
pub const ENOUGH: usize = 12;
/// Points on one side of the mean that are a signal, and points rising or falling.
const RUN: usize = 8;
const TREND: usize = 6;

/// A fraction; the denominator is never zero or less.
#[derive(Debug, Clone, Copy)]
pub struct Frac {
    n: i128,
    d: i128,
}

impl Frac {
    pub fn new(n: i128, d: i128) -> Self {
        if d < 0 { Self { n: -n, d: -d } } else { Self { n, d: d.max(1) } }
    }
    /// With so many decimals, half away from zero.
    pub fn decimal(self, decimals: u32, comma: char) -> String {
        let scale = 10_i128.pow(decimals);
        let rounded = (self.n.abs() * scale * 2 + self.d) / (self.d * 2);
        let sign = if self.n < 0 && rounded != 0 { "-" } else { "" };
        let (whole, part) = (rounded / scale, rounded % scale);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}{comma}{part:0width$}", width = decimals as usize) }
    }
    /// The same in a larger unit.
    pub fn over(self, unit: i128) -> Self {
        Self::new(self.n, self.d * unit.max(1))
    }
    fn rounded(self) -> i128 {
        (self.n * 2 + self.d).div_euclid(self.d * 2)
    }
}

impl PartialEq for Frac {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Frac {}
impl PartialOrd for Frac {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Frac {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.n * other.d).cmp(&(other.n * self.d))
    }
}

/// What is more than the common variation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    Outside,
    Run,
    Trend,
}

/// Natural limits of a process: the mean and 2.66 mean moving ranges on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub mean: Frac,
    pub upper: Frac,
    pub lower: Frac,
}

/// Limits of any two values or more. Values are whole numbers of the smallest unit that is kept.
pub fn limits(values: &[i64]) -> Option<Limits> {
    let n = i128::try_from(values.len()).ok().filter(|n| *n >= 2)?;
    let sum: i128 = values.iter().map(|v| i128::from(*v)).sum();
    let ranges: i128 = values.windows(2).map(|w| (i128::from(w[1]) - i128::from(w[0])).abs()).sum();
    // mean ± 2.66 · ranges / (n − 1), over one denominator.
    let (d, spread) = (n * (n - 1) * 100, 266 * ranges * n);
    let mean = sum * (n - 1) * 100;
    Some(Limits { mean: Frac::new(sum, n), upper: Frac::new(mean + spread, d), lower: Frac::new(mean - spread, d) })
}

/// A control chart; nothing while there are too few points.
pub fn control(values: &[i64]) -> Option<(Limits, Vec<Option<Special>>)> {
    let limits = Some(values).filter(|v| v.len() >= ENOUGH).and_then(limits)?;
    let at = |i: usize| Frac::new(values.get(i).copied().unwrap_or(0).into(), 1);
    let special = |i: usize| {
        if at(i) > limits.upper || at(i) < limits.lower {
            return Some(Special::Outside);
        }
        let back = |most: usize| (i + 1).checked_sub(most).and_then(|from| values.get(from..=i));
        let on = |side: Ordering| back(RUN).is_some_and(|run| run.iter().all(|v| Frac::new((*v).into(), 1).cmp(&limits.mean) == side));
        if on(Ordering::Greater) || on(Ordering::Less) {
            return Some(Special::Run);
        }
        let moves = |side: Ordering| back(TREND).is_some_and(|run| run.windows(2).all(|w| w[1].cmp(&w[0]) == side));
        (moves(Ordering::Greater) || moves(Ordering::Less)).then_some(Special::Trend)
    };
    let specials = (0..values.len()).map(special).collect();
    Some((limits, specials))
}

/// What the newest point says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    TooFew,
    Common,
    Improving,
    Worsening,
}

/// `higher`: more is better.
pub fn reading(values: &[i64], higher: bool) -> Reading {
    let Some((limits, specials)) = control(values) else { return Reading::TooFew };
    let (Some(last), Some(Some(special))) = (values.last(), specials.last()) else { return Reading::Common };
    let up = match special {
        Special::Trend => values.iter().rev().nth(1).is_some_and(|before| last > before),
        Special::Outside | Special::Run => Frac::new((*last).into(), 1) > limits.mean,
    };
    if up == higher { Reading::Improving } else { Reading::Worsening }
}

/// Whether the process as it is will meet a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Reliably,
    NowAndThen,
    Never,
}

pub fn reach(limits: &Limits, target: i64, higher: bool) -> Reach {
    let target = Frac::new(target.into(), 1);
    let (sure, impossible) = if higher { (limits.lower >= target, limits.upper < target) } else { (limits.upper <= target, limits.lower > target) };
    match (sure, impossible) {
        (true, _) => Reach::Reliably,
        (_, true) => Reach::Never,
        _ => Reach::NowAndThen,
    }
}

#[cfg(test)]
mod tests;
