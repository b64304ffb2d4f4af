//! The lean path: points, levels and the headline number of very many results, without reasons.
//!
//! [`Lean::prepare`] turns a framework into dense tables once, [`Lean::fill`] or [`Lean::read`] turn answers into positions, and
//! [`Lean::score`] computes exactly what [`crate::score`] would: points and maximum of every group and dimension, their levels,
//! the total, the headline number and the level. Points are integers of 1/10 000, shares and thresholds are compared by cross
//! multiplication. Nothing is allocated for a result: [`Sheet`] and [`Room`] are used again and again.
//!
//! # Invariants
//! 1. What it computes equals the full path in every number, for every framework that can be prepared (property tests over the
//!    whole catalogue).
//! 2. What it cannot express it refuses at preparation, and the caller takes the full path; it never approximates.
//!
//! # Deliberately absent
//! Tests of rules with their two values, trust, completeness, notes and the sector-relevant score: for those there is the full path.

mod code;
mod marks;
mod prepare;
mod program;
mod read;
mod sheet;

pub use sheet::Sheet;

use crate::{
    decimal::Decimal,
    definition::{Hidden, NaPolicy, Scale, ZeroBelow},
    expr::{Number, eval},
    framework::Framework,
    outcome::Placement,
    plan::DimensionItem,
    tally::{self, DimensionSum, Sum},
};
use code::Codes;
use kernel::Text;
use marks::{Seen, State};
use program::Program;

/// Why a framework has no lean path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct Unfit(pub Text);

/// A framework prepared for scoring many results.
#[derive(Debug)]
pub struct Lean {
    framework: String,
    version: String,
    criteria: Vec<Criterion>,
    /// Positions of the criteria in the order of their codes, as answers are kept.
    order: Vec<usize>,
    groups: Vec<Group>,
    dimensions: Vec<DimensionItem>,
    weights: Vec<Option<Decimal>>,
    zero_below: Option<ZeroBelow>,
    levels: Vec<(u32, Program)>,
    contradictions: Vec<Program>,
    score: Number,
    /// Points of all options of all criteria.
    points: Vec<i64>,
    /// Upper bounds (units; of ratios in percent) and points of all buckets.
    buckets: Vec<(Option<i128>, i64)>,
    /// How many pairs of typed numbers a sheet holds.
    numbers: usize,
}

#[derive(Debug)]
struct Group {
    dimension: usize,
    /// Positions of its criteria.
    from: usize,
    to: usize,
    cap: Option<i64>,
}

#[derive(Debug)]
struct Criterion {
    code: Box<str>,
    kind: Kind,
    max: i64,
    na: NaPolicy,
    hidden: Hidden,
    when: Option<Program>,
    options: Codes,
    rows: Codes,
}

#[derive(Debug)]
enum Kind {
    /// One option; points from `base`.
    Choice { base: usize },
    Multi { base: usize, count: usize, alone: u64, cap: Option<i64> },
    /// So many bits a row.
    Matrix { base: usize, bits: u32, rows: usize, scale: Box<Scale> },
    Ratio { slot: usize, from: usize, to: usize },
    Count { slot: usize, from: usize, to: usize },
    Evidence { points: i64 },
    Gate,
}

/// Where a result is computed; one for a thread, used again for every result.
#[derive(Debug, Clone)]
pub struct Room {
    points: Vec<i64>,
    states: Vec<State>,
    groups: Vec<Sum>,
    dimensions: Vec<DimensionSum>,
    total: Sum,
}

/// A result in numbers; those of groups and dimensions stay in the [`Room`] until the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    pub total: Decimal,
    pub max: Decimal,
    /// The headline number; `None` if it is not defined.
    pub score: Option<Decimal>,
    pub level: Option<u32>,
    pub placement: Placement,
}

impl Room {
    /// Points and maximum of the groups, after caps, in the order of the file.
    pub fn groups(&self) -> impl Iterator<Item = (Decimal, Decimal)> {
        self.groups.iter().map(|g| (g.points, g.max))
    }
    /// Points, maximum and level of the dimensions in the order of the file.
    pub fn dimensions(&self) -> impl Iterator<Item = (Decimal, Decimal, Option<u32>)> {
        self.dimensions.iter().map(|d| (d.sum.points, d.sum.max, d.level))
    }
    /// Points of the criteria in the order of the file.
    pub fn criteria(&self) -> impl Iterator<Item = Decimal> {
        self.points.iter().map(|p| Decimal::of_units(*p))
    }
    /// How many questions have an answer that counts.
    pub fn answered(&self) -> usize {
        self.states.iter().filter(|s| s.answered()).count()
    }
}

impl Lean {
    /// Prepares a framework.
    ///
    /// # Errors
    /// What of it the lean path cannot express: take the full path.
    pub fn prepare(framework: &Framework) -> Result<Self, Unfit> {
        prepare::prepare(framework)
    }
    pub fn is_of(&self, framework: &str, version: &str) -> bool {
        self.framework == framework && self.version == version
    }
    /// An empty sheet of the right size.
    pub fn sheet(&self) -> Sheet {
        Sheet::new(self.criteria.len(), self.numbers)
    }
    pub fn room(&self) -> Room {
        Room {
            points: vec![0; self.criteria.len()],
            states: vec![State::Unanswered; self.criteria.len()],
            groups: vec![Sum::default(); self.groups.len()],
            dimensions: vec![DimensionSum::default(); self.dimensions.len()],
            total: Sum::default(),
        }
    }

    /// Points and levels of a sheet of this framework. `members`: as in [`crate::Context`].
    pub fn score(&self, sheet: &Sheet, members: &[Decimal], room: &mut Room) -> Short {
        self.add_up(sheet, room);
        self.levelled(room);
        let seen = self.seen(sheet, members, room);
        let level = self.levels.iter().rev().find(|(_, rule)| rule.holds(&seen)).map(|(level, _)| *level);
        let placement = match (level, self.levels.is_empty()) {
            (_, true) => Placement::NoLevels,
            (Some(_), _) => Placement::Placed,
            (None, _) => Placement::Unplaced,
        };
        let score = match &self.score {
            Number::Total => Some(room.total.points),
            other => eval::number(other, &seen.view()),
        };
        Short { total: room.total.points, max: room.total.max, score, level, placement }
    }

    /// Positions (in the file) of the contradictions that hold in what was scored last into this room.
    pub fn contradictions<'a>(&'a self, sheet: &'a Sheet, room: &'a Room) -> impl Iterator<Item = usize> + 'a {
        let seen = self.seen(sheet, &[], room);
        self.contradictions.iter().enumerate().filter(move |(_, rule)| rule.holds(&seen)).map(|(at, _)| at)
    }

    fn seen<'a>(&'a self, sheet: &'a Sheet, members: &'a [Decimal], room: &'a Room) -> Seen<'a> {
        Seen { lean: self, sheet, members, points: &room.points, states: &room.states, groups: &room.groups, dimensions: &room.dimensions, total: room.total }
    }

    /// Answers to points, points to groups, groups to dimensions.
    fn add_up(&self, sheet: &Sheet, room: &mut Room) {
        for dimension in &mut room.dimensions {
            *dimension = DimensionSum::default();
        }
        for (at, group) in self.groups.iter().enumerate() {
            let (mut points, mut max) = (0_i64, 0_i64);
            for at in group.from..group.to {
                let Some(criterion) = self.criteria.get(at) else { continue };
                let asked = criterion.when.as_ref().is_none_or(|when| when.holds(&self.before(sheet, room)));
                let (state, of) = if asked { self.mark(criterion, at, sheet) } else { (State::NotAsked, 0) };
                let counts = match state {
                    State::NotAsked => criterion.hidden == Hidden::Zero,
                    State::NotApplicable => criterion.na != NaPolicy::Excluded,
                    _ => true,
                };
                points += of;
                max += if counts { criterion.max } else { 0 };
                if let (Some(p), Some(s)) = (room.points.get_mut(at), room.states.get_mut(at)) {
                    (*p, *s) = (of, state);
                }
            }
            if let Some(cap) = group.cap {
                (points, max) = (points.min(cap), max.min(cap));
            }
            let sum = Sum { points: Decimal::of_units(points), max: Decimal::of_units(max) };
            if let Some(place) = room.groups.get_mut(at) {
                *place = sum;
            }
            if let Some(d) = room.dimensions.get_mut(group.dimension) {
                d.sum = Sum { points: d.sum.points + sum.points, max: d.sum.max + sum.max };
            }
        }
    }

    /// A condition on earlier questions sees marks only.
    fn before<'a>(&'a self, sheet: &'a Sheet, room: &'a Room) -> Seen<'a> {
        Seen { lean: self, sheet, members: &[], points: &room.points, states: &room.states, groups: &[], dimensions: &[], total: Sum::default() }
    }

    fn levelled(&self, room: &mut Room) {
        let mut total = Sum::default();
        for (dimension, item) in room.dimensions.iter_mut().zip(&self.dimensions) {
            tally::level(dimension, item, self.zero_below.as_ref());
            total = Sum { points: total.points + dimension.sum.points, max: total.max + dimension.sum.max };
        }
        room.total = total;
    }
}
