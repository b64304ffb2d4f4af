//! Administrative units as of a date, and what became of the old ones.
//!
//! A code keeps its digits and changes its meaning: 26740 was phường Bến Nghé and is phường Sài Gòn, province 52 was
//! Bình Định and is Gia Lai. The key is therefore (level, code, first day), and every question carries a date.

mod address;
mod find;
mod load;
mod unit;

pub use address::{Confidence, Reading};
pub use find::Candidate;
pub use unit::{Kind, Level, Unit};

use crate::{Text, time::Date};
use std::collections::BTreeMap;

/// One unit went, wholly or in part, into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    pub old: Box<str>,
    pub new: Box<str>,
    /// The first day of the new unit.
    pub date: Date,
    /// The old unit was divided among several: an old address then needs a person's choice.
    pub partial: bool,
    /// The part the source proposes when nobody chooses.
    pub main: bool,
    /// Share of the old unit's population, in hundredths of a percent, where a source declares it.
    pub share: Option<u16>,
}

/// A unit reached over one succession.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    pub unit: &'a Unit,
    pub succession: &'a Succession,
}

/// All units of the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Areas {
    /// By level, code and first day.
    units: Vec<Unit>,
    /// By old code and date.
    successions: Vec<Succession>,
    /// Places in `successions`, by new code and date.
    by_new: Vec<u32>,
    /// Places in `units` by parent's code.
    children: BTreeMap<Box<str>, Vec<u32>>,
    /// Places in `units` by folded name, for finding.
    names: BTreeMap<Box<str>, Vec<u32>>,
}

impl Areas {
    pub fn province(&self, code: &str, on: Date) -> Option<&Unit> {
        self.unit(code, on).filter(|unit| unit.level() == Level::Province)
    }
    pub fn commune(&self, code: &str, on: Date) -> Option<&Unit> {
        self.unit(code, on).filter(|unit| unit.level() == Level::Commune)
    }
    /// The unit that carries the code on the date; the number of digits tells the level.
    pub fn unit(&self, code: &str, on: Date) -> Option<&Unit> {
        self.versions(code).iter().find(|unit| unit.valid_on(on))
    }
    /// All units that ever carried the code, the oldest first.
    pub fn versions(&self, code: &str) -> &[Unit] {
        let Some(level) = Level::of(code) else { return &[] };
        let key = (level, code);
        let from = self.units.partition_point(|unit| (unit.level(), &*unit.code) < key);
        let to = self.units.partition_point(|unit| (unit.level(), &*unit.code) <= key);
        &self.units[from..to]
    }
    pub fn provinces(&self, on: Date) -> impl Iterator<Item = &Unit> {
        let level = |unit: &&Unit| unit.level() == Level::Province;
        self.units.iter().take_while(level).filter(move |unit| unit.valid_on(on))
    }
    /// The communes of a province on a date, by code; before 1 July 2025 those of its districts.
    pub fn communes(&self, province: &str, on: Date) -> Vec<&Unit> {
        let mut found = Vec::new();
        for unit in self.children(province, on) {
            match unit.level() {
                Level::Commune => found.push(unit),
                _ => found.extend(self.children(&unit.code, on)),
            }
        }
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }
    /// The units directly below another on a date.
    pub fn children(&self, parent: &str, on: Date) -> impl Iterator<Item = &Unit> {
        let places = self.children.get(parent).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|i| self.units.get(*i as usize)).filter(move |unit| unit.valid_on(on))
    }
    /// The province of a unit, as both stood on the date.
    pub fn province_of(&self, unit: &Unit, on: Date) -> Option<&Unit> {
        self.above(unit, on).last()
    }
    /// The units above, the nearest first. A unit that is no longer is read as on its last day.
    fn above<'a>(&'a self, unit: &Unit, on: Date) -> impl Iterator<Item = &'a Unit> + use<'a> {
        let on = unit.day_near(on);
        let first = self.unit(&unit.parent, on);
        std::iter::successors(first, move |above| self.unit(&above.parent, on))
    }

    /// What the unit that carried the code on the date became next; empty while it still stands.
    pub fn successors(&self, code: &str, on: Date) -> Vec<Link<'_>> {
        let Some(end) = self.unit(code, on).and_then(|unit| unit.valid_to) else { return Vec::new() };
        let from = self.successions.partition_point(|s| &*s.old < code);
        let rows = self.successions[from..].iter().take_while(|s| &*s.old == code);
        rows.filter(|s| s.date.yesterday().is_ok_and(|last| last == end))
            .filter_map(|s| Some(Link { unit: self.unit(&s.new, s.date)?, succession: s }))
            .collect()
    }

    /// What the unit that carries the code on the date was made of; empty for a unit with no recorded past.
    pub fn predecessors(&self, code: &str, on: Date) -> Vec<Link<'_>> {
        let Some(unit) = self.unit(code, on) else { return Vec::new() };
        // A change of kind opens another row of the same unit: its making is the first date at or before this row.
        let row = |i: &u32| self.successions.get(*i as usize);
        let from = self.by_new.partition_point(|i| row(i).is_some_and(|s| &*s.new < code));
        let rows = || self.by_new[from..].iter().filter_map(row).take_while(|s| &*s.new == code);
        let made = rows().map(|s| s.date).filter(|date| unit.valid_from.is_some_and(|from| *date <= from)).max();
        rows()
            .filter(|s| Some(s.date) == made)
            .filter_map(|s| Some(Link { unit: self.unit(&s.old, s.date.yesterday().ok()?)?, succession: s }))
            .collect()
    }

    /// `Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh`.
    pub fn full_name(&self, unit: &Unit, on: Date) -> Text {
        self.above(unit, on).fold(unit.text(), |name, above| {
            let above = above.text();
            Text::new(format!("{}, {}", name.vi, above.vi), format!("{}, {}", name.en, above.en))
        })
    }

    /// The number of units on record, of all dates.
    pub fn len(&self) -> usize {
        self.units.len()
    }
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }
}

#[cfg(test)]
mod tests;
