//! Bound expressions computed over a tally. Nothing here fails: an undefined value makes its comparison not pass.

use super::{Arithmetic, Ask, Condition, Leaf, Number, Op, Place, Test};
use crate::{
    decimal::Decimal,
    mark::Mark,
    tally::{DimensionSum, Sum},
};

/// What became of the questions, by position: the marks of the full path, or the bare numbers of the lean one.
pub(crate) trait Marks {
    /// Points of an answer; `None` for a position that is not there (yet).
    fn points(&self, at: usize) -> Option<Decimal>;
    /// The percentage of a ratio, the number of a count.
    fn raw(&self, at: usize) -> Option<Decimal>;
}

impl Marks for [Mark<'_>] {
    fn points(&self, at: usize) -> Option<Decimal> {
        self.get(at).map(|m| m.points)
    }
    fn raw(&self, at: usize) -> Option<Decimal> {
        self.get(at).and_then(|m| m.raw)
    }
}

/// What an expression may look at. While questions are being asked only the marks before are there.
pub(crate) struct View<'a, M: Marks + ?Sized = [Mark<'a>]> {
    pub marks: &'a M,
    pub groups: &'a [Sum],
    pub dimensions: &'a [DimensionSum],
    pub weights: &'a [Option<Decimal>],
    pub total: Sum,
    pub members: &'a [Decimal],
}

/// Undefined (a division by zero, a number nobody gave) is `None`.
pub(crate) fn number<M: Marks + ?Sized>(number: &Number, view: &View<'_, M>) -> Option<Decimal> {
    match number {
        Number::Constant(value) => Some(*value),
        Number::Total => Some(view.total.points),
        Number::MaxTotal => Some(view.total.max),
        Number::Share => view.total.share(),
        Number::Points(place) => sum(*place, view).map(|s| s.points),
        Number::ShareOf(place) => sum(*place, view).and_then(Sum::share),
        Number::Level(at) => view.dimensions.get(*at).and_then(|d| d.level).map(Decimal::from),
        Number::DimensionsAt(level) => {
            let reached = view.dimensions.iter().filter(|d| d.level.is_some_and(|l| l >= *level)).count();
            u32::try_from(reached).ok().map(Decimal::from)
        }
        Number::MinShare => view.dimensions.iter().filter_map(|d| d.sum.share()).min(),
        Number::MinPoints => view.dimensions.iter().filter(|d| !d.sum.max.is_zero()).map(|d| d.sum.points).min(),
        Number::MeanDimensions => mean(view.dimensions.iter().filter_map(|d| d.sum.share())),
        Number::WeightedShare => weighted(view),
        Number::Value(at) => view.marks.points(*at),
        Number::Raw(at) => view.marks.raw(*at),
        Number::MembersMean => mean(view.members.iter().copied()),
        Number::MembersMin => view.members.iter().copied().min(),
        Number::Negative(inner) => self::number(inner, view).map(|v| -v),
        Number::Binary(op, left, right) => {
            let (left, right) = (self::number(left, view)?, self::number(right, view)?);
            match op {
                Arithmetic::Add => left.checked_add(right),
                Arithmetic::Sub => left.checked_sub(right),
                Arithmetic::Mul => left.checked_mul(right),
                Arithmetic::Div => left.checked_div(right),
            }
        }
    }
}

fn sum<M: Marks + ?Sized>(place: Place, view: &View<'_, M>) -> Option<Sum> {
    match place {
        Place::Dimension(at) => view.dimensions.get(at).map(|d| d.sum),
        Place::Group(at) => view.groups.get(at).copied(),
    }
}

fn mean(values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (mut sum, mut count) = (Decimal::ZERO, 0_u32);
    for value in values {
        sum = sum + value;
        count += 1;
    }
    sum.checked_div(Decimal::from(count))
}

fn weighted<M: Marks + ?Sized>(view: &View<'_, M>) -> Option<Decimal> {
    let (mut sum, mut weights) = (Decimal::ZERO, Decimal::ZERO);
    for (dimension, weight) in view.dimensions.iter().zip(view.weights) {
        if let (Some(share), Some(weight)) = (dimension.sum.share(), *weight) {
            sum = sum + share * weight;
            weights = weights + weight;
        }
    }
    sum.checked_div(weights)
}

/// Whether the condition holds.
pub(crate) fn holds(condition: &Condition, view: &View<'_>) -> bool {
    evaluate(condition, view, false, &mut None)
}

/// Whether it holds, or with `negated` whether its opposite does; with an undefined value neither may.
pub(crate) fn holds_as(condition: &Condition, view: &View<'_>, negated: bool) -> bool {
    evaluate(condition, view, negated, &mut None)
}

/// Whether it holds, and every comparison on the way; nothing is skipped, so that each can be shown.
pub(crate) fn trace(condition: &Condition, view: &View<'_>) -> (bool, Vec<Test>) {
    let mut tests = Some(Vec::new());
    let held = evaluate(condition, view, false, &mut tests);
    (held, tests.unwrap_or_default())
}

/// Negation is carried down to the comparisons, so that an undefined value passes neither way.
fn evaluate(condition: &Condition, view: &View<'_>, negated: bool, tests: &mut Option<Vec<Test>>) -> bool {
    match (condition, negated) {
        (Condition::Not(inner), _) => evaluate(inner, view, !negated, tests),
        (Condition::All(parts), false) | (Condition::Any(parts), true) => {
            let mut all = true;
            for part in parts {
                all &= evaluate(part, view, negated, tests);
                if !all && tests.is_none() {
                    return false;
                }
            }
            all
        }
        (Condition::Any(parts), false) | (Condition::All(parts), true) => {
            let first = tests.as_ref().map_or(0, Vec::len);
            let mut any = false;
            for part in parts {
                any |= evaluate(part, view, negated, tests);
                if any && tests.is_none() {
                    return true;
                }
            }
            if any {
                for test in tests.iter_mut().flatten().skip(first) {
                    test.blocking = false;
                }
            }
            any
        }
        (Condition::Leaf(leaf), _) => {
            let (left, op, right) = sides(leaf, view, negated);
            let passed = left.zip(right).is_some_and(|(l, r)| op.holds(l.cmp(&r)));
            if let Some(tests) = tests {
                tests.push(Test {
                    text: leaf.text.clone(),
                    left,
                    op,
                    right,
                    left_label: leaf.left_label.clone(),
                    right_label: leaf.right_label.clone(),
                    passed,
                    blocking: !passed,
                });
            }
            passed
        }
    }
}

/// Whether one comparison passes.
pub(crate) fn leaf(leaf: &Leaf, view: &View<'_>, negated: bool) -> bool {
    let (left, op, right) = sides(leaf, view, negated);
    left.zip(right).is_some_and(|(l, r)| op.holds(l.cmp(&r)))
}

/// The two values and the sign that has to hold; a yes/no question compares 1 or 0 with 1.
pub(crate) fn sides(leaf: &Leaf, view: &View<'_>, negated: bool) -> (Option<Decimal>, Op, Option<Decimal>) {
    let flag = |value: bool| Some(if value { Decimal::ONE } else { Decimal::ZERO });
    let mark = |at: usize| view.marks.get(at);
    let (left, op, right) = match &leaf.ask {
        Ask::Compare(left, op, right) => (number(left, view), *op, number(right, view)),
        Ask::Gate(at) => (flag(mark(*at).is_some_and(|m| m.open)), Op::Equal, Some(Decimal::ONE)),
        Ask::Answered(at) => (flag(mark(*at).is_some_and(|m| m.answered())), Op::Equal, Some(Decimal::ONE)),
        Ask::Chosen(at, option) => {
            (flag(mark(*at).is_some_and(|m| m.chose(option))), Op::Equal, Some(Decimal::ONE))
        }
        Ask::Constant(value) => (flag(*value), Op::Equal, Some(Decimal::ONE)),
    };
    (left, if negated { op.opposite() } else { op }, right)
}
