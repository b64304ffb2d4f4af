//! Points of groups and dimensions, levels of dimensions: what rules look at.

use crate::{
    answer::Answer,
    decimal::Decimal,
    definition::{Boundary, ZeroBelow},
    expr::eval::{View, holds},
    mark::{Mark, marks},
    plan::{DimensionItem, Plan},
};

/// Points of a maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub points: Decimal,
    pub max: Decimal,
}

impl Sum {
    /// Percent, to four places; `None` where nothing counts.
    pub fn share(self) -> Option<Decimal> {
        self.points.percent_of(self.max)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DimensionSum {
    pub sum: Sum,
    /// `None`: the dimension has no levels, or nothing of it counts.
    pub level: Option<u32>,
    /// The share is exactly the one at which the source text leaves a hole.
    pub on_boundary: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Tally<'a> {
    pub marks: Vec<Mark<'a>>,
    /// Before caps.
    pub raw: Vec<Sum>,
    pub groups: Vec<Sum>,
    pub dimensions: Vec<DimensionSum>,
    pub total: Sum,
}

impl<'a> Tally<'a> {
    pub fn of(plan: &Plan, zero_below: Option<&ZeroBelow>, sheet: &[Option<&'a Answer>]) -> Self {
        let marks = marks(plan, sheet);
        let (raw, groups) = sums(plan, marks.iter().map(|m| (m.points, m.max)));
        let mut dimensions = vec![DimensionSum::default(); plan.dimensions.len()];
        for (group, sum) in plan.groups.iter().zip(&groups) {
            if let Some(dimension) = dimensions.get_mut(group.dimension) {
                dimension.sum.points = dimension.sum.points + sum.points;
                dimension.sum.max = dimension.sum.max + sum.max;
            }
        }
        Self { marks, raw, groups, ..Self::levelled(plan, zero_below, dimensions) }
    }

    /// With points forced on the dimensions, for golden vectors.
    pub fn forced(plan: &Plan, zero_below: Option<&ZeroBelow>, points: &[Decimal]) -> Self {
        let sheet: Vec<Option<&'a Answer>> = vec![None; plan.criteria.len()];
        let mut tally = Self::of(plan, None, &sheet);
        for (dimension, points) in tally.dimensions.iter_mut().zip(points) {
            dimension.sum.points = *points;
        }
        let dimensions = std::mem::take(&mut tally.dimensions);
        Self { marks: tally.marks, raw: tally.raw, groups: tally.groups, ..Self::levelled(plan, zero_below, dimensions) }
    }

    fn levelled(plan: &Plan, zero_below: Option<&ZeroBelow>, mut dimensions: Vec<DimensionSum>) -> Self {
        let mut total = Sum::default();
        for (dimension, item) in dimensions.iter_mut().zip(&plan.dimensions) {
            level(dimension, item, zero_below);
            total.points = total.points + dimension.sum.points;
            total.max = total.max + dimension.sum.max;
        }
        Self { marks: Vec::new(), raw: Vec::new(), groups: Vec::new(), dimensions, total }
    }

    pub fn view<'b>(&'b self, plan: &'b Plan, members: &'b [Decimal]) -> View<'b> {
        View {
            marks: &self.marks,
            groups: &self.groups,
            dimensions: &self.dimensions,
            weights: &plan.weights,
            total: self.total,
            members,
        }
    }

    /// The highest level whose rule holds.
    pub fn level(&self, plan: &Plan, members: &[Decimal]) -> Option<u32> {
        let view = self.view(plan, members);
        plan.levels.iter().rev().find(|(_, rule)| holds(rule, &view)).map(|(level, _)| *level)
    }
}

/// Sums per group before and after caps, of points and maxima in the order of the criteria.
pub(crate) fn sums(plan: &Plan, counted: impl Iterator<Item = (Decimal, Decimal)>) -> (Vec<Sum>, Vec<Sum>) {
    let mut raw = vec![Sum::default(); plan.groups.len()];
    for (item, (points, max)) in plan.criteria.iter().zip(counted) {
        if let Some(sum) = raw.get_mut(item.group) {
            sum.points = sum.points + points;
            sum.max = sum.max + max;
        }
    }
    let groups = raw
        .iter()
        .zip(&plan.groups)
        .map(|(sum, group)| match group.cap {
            Some(cap) => Sum { points: sum.points.min(cap), max: sum.max.min(cap) },
            None => *sum,
        })
        .collect();
    (raw, groups)
}

/// Bounds are in points of the full maximum; where “not applicable” has shrunk it they shrink in proportion, compared without
/// division.
pub(crate) fn level(dimension: &mut DimensionSum, item: &DimensionItem, zero_below: Option<&ZeroBelow>) {
    let Sum { points, max } = dimension.sum;
    if item.bounds.is_empty() || max.is_zero() {
        return;
    }
    if let Some(zero) = zero_below {
        let order = points.cmp_percent(max, zero.share);
        dimension.on_boundary = order.is_eq();
        if order.is_lt() || (order.is_eq() && zero.at == Boundary::Down) {
            dimension.level = Some(0);
            return;
        }
    }
    let last = item.bounds.len() - 1;
    let fits = item.bounds.iter().take(last).position(|bound| points.cmp_fraction(max, *bound, item.max).is_le());
    dimension.level = u32::try_from(fits.unwrap_or(last) + 1).ok();
}
