//! One answer to points, in integers.

use super::{Criterion, Kind, Lean, Sheet, sheet};
use crate::{
    decimal::Decimal,
    definition::NaPolicy,
    expr::eval::{Marks, View},
    tally::{DimensionSum, Sum},
};

/// As [`crate::State`], with what is no answer in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Answered,
    NotApplicable,
    Awaiting,
    NotAsked,
    Unanswered,
}

impl State {
    pub const fn answered(self) -> bool {
        matches!(self, Self::Answered | Self::NotApplicable | Self::Awaiting)
    }
}

impl Lean {
    /// What an asked question comes to.
    pub(super) fn mark(&self, criterion: &Criterion, at: usize, sheet: &Sheet) -> (State, i64) {
        let cell = sheet.cell(at);
        match sheet::state(cell) {
            sheet::GIVEN => self.points(criterion, sheet::given(cell), sheet),
            sheet::NA if criterion.na != NaPolicy::Never => (State::NotApplicable, 0),
            sheet::AWAITING => (State::Awaiting, 0),
            _ => (State::Unanswered, 0),
        }
    }

    fn points(&self, criterion: &Criterion, given: u64, sheet: &Sheet) -> (State, i64) {
        let of = |base: usize, at: usize| self.points.get(base + at).copied().unwrap_or_default();
        let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX >> 1);
        match &criterion.kind {
            Kind::Choice { base } => (State::Answered, of(*base, index(given))),
            Kind::Ratio { slot, from, to } => {
                let (n, d) = sheet.numbers(*slot);
                // Nothing of nothing, a negative number, a part above its whole: typed, but no answer.
                if d <= 0 || n < 0 || n > d {
                    return (State::Unanswered, 0);
                }
                (State::Answered, self.ratio(n, d, *from, *to))
            }
            Kind::Count { slot, from, to } => {
                let (n, _) = sheet.numbers(*slot);
                if n < 0 {
                    return (State::Unanswered, 0);
                }
                let bucket = self.buckets.get(*from..*to).unwrap_or_default().iter().find(|(bound, _)| bound.is_none_or(|b| n <= b));
                bucket.map_or((State::Unanswered, 0), |(_, points)| (State::Answered, *points))
            }
            Kind::Multi { base, count, alone, cap } => {
                // “None of these” beside another choice is no answer.
                if given & alone != 0 && given.count_ones() > 1 {
                    return (State::Unanswered, 0);
                }
                let sum: i64 = (0..*count).filter(|at| given >> at & 1 == 1).map(|at| of(*base, at)).sum();
                (State::Answered, cap.map_or(sum, |cap| sum.min(cap)))
            }
            Kind::Matrix { base, bits, rows, scale } => {
                let row = |n: usize| of(*base, index(given >> (u32::try_from(n).unwrap_or_default() * bits) & ((1 << bits) - 1)));
                let sum: i64 = (0..*rows).map(row).sum();
                let mean = scale.mean_of(Decimal::of_units(sum), *rows);
                // At most the criterion's maximum, which preparation has bounded.
                (State::Answered, i64::try_from(mean.units()).unwrap_or_default())
            }
            Kind::Evidence { points } => (State::Answered, if given == 1 { *points } else { 0 }),
            Kind::Gate => (State::Answered, 0),
        }
    }

    /// The bucket of the percentage `n / d`, compared without dividing; in 64 bits where the products fit.
    fn ratio(&self, n: i128, d: i128, from: usize, to: usize) -> i64 {
        const PERCENT: i64 = 1_000_000;
        let buckets = self.buckets.get(from..to).unwrap_or_default();
        let found = match (i64::try_from(n), i64::try_from(d)) {
            (Ok(n), Ok(d)) if d < 1 << 42 => {
                let part = n * PERCENT;
                // A percentage below 2²⁰ units (104 %) times a whole below 2⁴² stays below 2⁶².
                buckets.iter().find(|(bound, _)| match bound.map(i64::try_from) {
                    None => true,
                    Some(Ok(bound)) if bound < 1 << 20 => part <= bound * d,
                    Some(bound) => bound.map_or(true, |b| i128::from(part) <= i128::from(b) * i128::from(d)),
                })
            }
            _ => buckets.iter().find(|(bound, _)| bound.is_none_or(|b| n * i128::from(PERCENT) <= b * d)),
        };
        found.map(|(_, points)| *points).unwrap_or_default()
    }
}

/// What rules may look at.
pub(super) struct Seen<'a> {
    pub lean: &'a Lean,
    pub sheet: &'a Sheet,
    pub members: &'a [Decimal],
    pub points: &'a [i64],
    pub states: &'a [State],
    pub groups: &'a [Sum],
    pub dimensions: &'a [DimensionSum],
    pub total: Sum,
}

impl Seen<'_> {
    pub fn view(&self) -> View<'_, Self> {
        View { marks: self, groups: self.groups, dimensions: self.dimensions, weights: &self.lean.weights, total: self.total, members: self.members }
    }
    pub fn state(&self, at: usize) -> State {
        self.states.get(at).copied().unwrap_or(State::Unanswered)
    }
    /// An answered gate that says yes.
    pub fn open(&self, at: usize) -> bool {
        self.state(at) == State::Answered && sheet::given(self.sheet.cell(at)) == 1
    }
    /// The option at this position was chosen, alone or among others.
    pub fn chose(&self, at: usize, option: usize) -> bool {
        let given = sheet::given(self.sheet.cell(at));
        self.state(at) == State::Answered
            && match self.lean.criteria.get(at).map(|c| &c.kind) {
                Some(Kind::Choice { .. }) => u64::try_from(option).is_ok_and(|option| option == given),
                Some(Kind::Multi { .. }) => given >> option & 1 == 1,
                _ => false,
            }
    }
}

impl Marks for Seen<'_> {
    fn points(&self, at: usize) -> Option<Decimal> {
        self.points.get(at).map(|p| Decimal::of_units(*p))
    }
    fn raw(&self, at: usize) -> Option<Decimal> {
        if self.state(at) != State::Answered {
            return None;
        }
        match self.lean.criteria.get(at)?.kind {
            Kind::Ratio { slot, .. } => self.sheet.typed(slot).0.percent_of(self.sheet.typed(slot).1),
            Kind::Count { slot, .. } => Some(self.sheet.typed(slot).0),
            _ => None,
        }
    }
}
