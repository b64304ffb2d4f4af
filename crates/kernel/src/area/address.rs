//! An address as people write it, read for the administrative units in it: one that names units which are no longer is mapped to
//! those of the day, with how sure that is. Pure.

use super::{Areas, Candidate, Level, Unit, find::named};
use crate::{Text, text::fold, time::Date};

/// How sure it is which unit of today an old address lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// The old commune went whole into one unit, and the address names it with its district or province.
    Sure,
    /// One unit fits, but the address names nothing above the commune: elsewhere a namesake may be meant.
    Likely,
    /// The commune was divided, or several fit: a person chooses.
    Choose,
}

impl Confidence {
    pub fn name(self) -> Text {
        match self {
            Self::Sure => Text::new("chắc chắn", "certain"),
            Self::Likely => Text::new("có thể đúng, cần kiểm tra", "likely, to be checked"),
            Self::Choose => Text::new("chưa xác định, cần chọn", "not certain, to be chosen"),
        }
    }
}

/// What an address with units of the past amounts to today.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading<'a> {
    /// House, street, hamlet: what stands before the units.
    pub place: String,
    /// The units of today it may lie in, the source's default of a divided commune first; empty where only a district is named
    /// that nothing of today follows.
    pub candidates: Vec<Candidate<'a>>,
    pub confidence: Confidence,
}

impl Reading<'_> {
    /// The address of today in a candidate, the old one kept beside it while there is room.
    pub fn written(&self, areas: &Areas, unit: &Unit, was: &str, on: Date, most: usize) -> String {
        let now = areas.full_name(unit, on).vi;
        let now = if self.place.is_empty() { now } else { format!("{}, {now}", self.place) };
        let both = format!("{now} {WAS}: {})", was.trim());
        if both.chars().count() <= most { both } else { now }
    }
}

/// Begins what is kept of the old address.
const WAS: &str = "(trước đây";
/// More units than this are no choice for a person.
const ENOUGH: usize = 30;

impl Areas {
    /// Reads an address of which the units are parted by commas. `None` where it names no unit, or only units that stand on the day.
    pub fn address(&self, text: &str, on: Date) -> Option<Reading<'_>> {
        // What was kept of an older writing is not read again.
        let text = text.split(WAS).next().unwrap_or_default();
        let parts: Vec<&str> = text.split([',', ';']).map(str::trim).filter(|p| !matches!(fold(p).as_str(), "" | "viet nam" | "vn")).collect();
        for first in 0..parts.len() {
            let units = parts.get(first..)?.join(",");
            let place = parts.get(..first)?.join(", ");
            let named_above = parts.len() > first + 1;
            let exact: Vec<Candidate<'_>> = self.find(&units, on).into_iter().filter(|c| self.is_named(c, parts.get(first).copied().unwrap_or_default())).collect();
            // A bare name at the end is the province, also where a commune elsewhere has it too.
            if first > 0 && !named_above && exact.iter().any(|c| c.unit.level() == Level::Province) {
                break;
            }
            if exact.iter().any(|c| c.old.is_none() && c.unit.level() == Level::Commune) {
                return None;
            }
            let of_communes: Vec<Candidate<'_>> = exact.into_iter().filter(|c| c.old.is_some() && c.unit.level() == Level::Commune).collect();
            if !of_communes.is_empty() {
                return Some(self.reading(place, of_communes, named_above));
            }
            if let Some(district) = self.old_district(&units, on) {
                let mut candidates = self.of_district(district, on);
                candidates.truncate(ENOUGH);
                return Some(Reading { place, candidates, confidence: Confidence::Choose });
            }
        }
        self.old_province(&parts, on)
    }

    /// A province of the past at the end: before it a commune of today, or none that is known.
    fn old_province(&self, parts: &[&str], on: Date) -> Option<Reading<'_>> {
        let (last, before) = parts.split_last()?;
        let found = self.find(last, on).into_iter().find(|c| c.unit.level() == Level::Province && self.is_named(c, last))?;
        let old = found.old?;
        for first in 0..before.len() {
            let units = [before.get(first..)?, &[&*found.unit.name][..]].concat().join(",");
            let here = self.find(&units, on).into_iter().find(|c| c.old.is_none() && c.unit.level() == Level::Commune && self.is_named(c, before.get(first).copied().unwrap_or_default()));
            if let Some(here) = here {
                let candidates = vec![Candidate { unit: here.unit, old: Some(old), partial: false }];
                return Some(Reading { place: before.get(..first)?.join(", "), candidates, confidence: Confidence::Sure });
            }
        }
        Some(Reading { place: before.join(", "), candidates: vec![found], confidence: Confidence::Likely })
    }

    fn reading<'a>(&'a self, place: String, mut candidates: Vec<Candidate<'a>>, named_above: bool) -> Reading<'a> {
        candidates.sort_by_key(|c| !self.is_main(c));
        let one = candidates.first().is_some_and(|first| candidates.iter().all(|c| c.unit == first.unit));
        let whole = candidates.iter().all(|c| !c.partial);
        if one {
            candidates.truncate(1);
        }
        let confidence = match (one && whole, named_above) {
            (true, true) => Confidence::Sure,
            (true, false) => Confidence::Likely,
            (false, _) => Confidence::Choose,
        };
        Reading { place, candidates, confidence }
    }

    /// The part of the text is the name whole, and where it says of what kind, of that kind: `Phường 1` is not `Phường 10`.
    fn is_named(&self, c: &Candidate<'_>, part: &str) -> bool {
        let unit = c.old.unwrap_or(c.unit);
        let part = fold(part);
        let (kind, name) = named(&part);
        let own = fold(&unit.name);
        own == part || (own == name && kind.is_none_or(|k| k == fold(unit.kind.text().vi.as_str())))
    }

    /// The default of the source where the old unit was divided.
    fn is_main(&self, c: &Candidate<'_>) -> bool {
        let Some((old, last)) = c.old.and_then(|old| Some((old, old.valid_to?))) else { return true };
        self.successors(&old.code, last).iter().any(|l| l.unit.code == c.unit.code && l.succession.main)
    }

    /// The district that the text begins with, as it last stood.
    fn old_district(&self, units: &str, on: Date) -> Option<&Unit> {
        let mut parts = units.split(',').map(fold);
        let first = parts.next()?;
        let above: Vec<String> = parts.map(|p| named(&p).1.to_owned()).collect();
        let (kind, name) = named(&first);
        // A bare name is more often a street or a hamlet.
        let kind = kind?;
        let places = self.names.get(name)?;
        let mut found = places.iter().filter_map(|i| self.units.get(*i as usize)).filter(|u| {
            let near = u.day_near(on);
            u.level() == Level::District && fold(u.kind.text().vi.as_str()) == kind && above.iter().all(|part| self.above(u, near).any(|a| fold(&a.name) == *part))
        });
        let district = found.next()?;
        found.next().is_none().then_some(district)
    }

    /// Where the communes of a district of the past went, each unit once.
    fn of_district<'a>(&'a self, district: &'a Unit, on: Date) -> Vec<Candidate<'a>> {
        let near = district.day_near(on);
        let mut out: Vec<Candidate<'a>> = Vec::new();
        for commune in self.children(&district.code, near) {
            for link in self.successors(&commune.code, near) {
                let Some(unit) = self.unit(&link.unit.code, on) else { continue };
                if !out.iter().any(|c| c.unit == unit) {
                    out.push(Candidate { unit, old: Some(district), partial: true });
                }
            }
        }
        out
    }
}
