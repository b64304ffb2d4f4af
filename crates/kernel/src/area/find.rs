//! Finding an area from what a person types: without diacritics, with the old name, with the levels above.

use super::{Areas, Kind, Level, Unit};
use crate::{Text, text::fold, time::Date};

/// A unit of today that the text may mean, and the old unit through which it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    pub unit: &'a Unit,
    /// The unit that carried the name in the text, if that is no longer.
    pub old: Option<&'a Unit>,
    /// The old unit was divided: this is one of several, and a person chooses.
    pub partial: bool,
}

/// More than this is no help to somebody who chooses.
const ENOUGH: usize = 30;

impl Areas {
    /// Units whose name begins with what is typed, exact names first; parts after a comma narrow by the levels above
    /// (`ben nghe, quan 1`). Names of units that are no longer lead to their successors on the date.
    pub fn find(&self, text: &str, on: Date) -> Vec<Candidate<'_>> {
        let mut parts = text.split(',').map(fold).filter(|part| !part.is_empty());
        let Some(wanted) = parts.next() else { return Vec::new() };
        let above: Vec<_> = parts.map(|part| named(&part).1.to_owned()).collect();
        let (word, name) = named(&wanted);
        let mut units: Vec<_> = self.beginning(name).collect();
        if name != wanted {
            units.extend(self.beginning(&wanted));
        }
        units.retain(|(_, unit)| self.lies_in(unit, on, &above));
        // Exact names first; whoever types a bare name of a province means the province; then names of today.
        units.sort_by_cached_key(|&(exact, unit)| {
            let other_kind = word.as_ref().is_some_and(|word| fold(unit.kind.words().0) != *word);
            (!exact, other_kind, unit.level() != Level::Province, !unit.valid_on(on), unit.level(), &unit.code)
        });
        let mut found: Vec<Candidate<'_>> = Vec::new();
        for (_, unit) in units {
            for candidate in self.today(unit, on) {
                if !found.iter().any(|f| f.unit == candidate.unit && (f.old.is_none() || f.old == candidate.old)) {
                    found.push(candidate);
                }
            }
            if found.len() >= ENOUGH {
                found.truncate(ENOUGH);
                break;
            }
        }
        found
    }

    fn beginning<'a>(&'a self, name: &str) -> impl Iterator<Item = (bool, &'a Unit)> + use<'a> {
        let name: Box<str> = name.into();
        let from = self.names.range::<str, _>((std::ops::Bound::Included(&*name), std::ops::Bound::Unbounded));
        let wanted = name.clone();
        from.take_while(move |(key, _)| key.starts_with(&*name))
            .flat_map(move |(key, places)| {
                places.iter().map({
                    let exact = **key == *wanted;
                    move |place| (exact, *place)
                })
            })
            .filter_map(|(exact, place)| Some((exact, self.units.get(place as usize)?)))
    }

    /// All parts of the text name a unit above, as it stood or as it is on the date.
    fn lies_in(&self, unit: &Unit, on: Date, above: &[String]) -> bool {
        above.iter().all(|part| {
            let is = |unit: &Unit| fold(&unit.name) == *part;
            self.above(unit, on).any(is)
                || (!unit.valid_on(on) && self.today(unit, on).iter().any(|c| self.above(c.unit, on).any(is)))
        })
    }

    /// The unit itself while it stands, else its successors on the date.
    fn today<'a>(&'a self, unit: &'a Unit, on: Date) -> Vec<Candidate<'a>> {
        if unit.valid_on(on) {
            return vec![Candidate { unit, old: None, partial: false }];
        }
        let Some(last) = unit.valid_to.filter(|to| *to < on) else { return Vec::new() };
        let mut found = Vec::new();
        for link in self.successors(&unit.code, last) {
            // A successor may itself have changed since: the code stays with it, its later row is the one of today.
            match self.unit(&link.unit.code, on) {
                Some(now) => found.push(Candidate { unit: now, old: Some(unit), partial: link.succession.partial }),
                None => found.extend(self.today(link.unit, on).into_iter().map(|c| Candidate {
                    old: Some(unit),
                    partial: c.partial || link.succession.partial,
                    ..c
                })),
            }
        }
        found
    }
}

impl Candidate<'_> {
    /// The name of today with the old one beside it:
    /// `Phường Sài Gòn, Thành phố Hồ Chí Minh (trước đây: Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh)`.
    pub fn text(&self, areas: &Areas, on: Date) -> Text {
        let now = areas.full_name(self.unit, on);
        let Some(old) = self.old else { return now };
        let old = areas.full_name(old, on);
        let (vi, en) = if self.partial { ("một phần của ", "part of ") } else { ("", "") };
        Text::new(format!("{} (trước đây: {vi}{})", now.vi, old.vi), format!("{} (formerly: {en}{})", now.en, old.en))
    }
}

/// The kind a person put before the name, folded, and the name: `quan 1` is a district named 1.
pub(super) fn named(text: &str) -> (Option<String>, &str) {
    const SHORT: &[(&str, &str)] = &[
        ("p", "phuong"),
        ("x", "xa"),
        ("tt", "thi tran"),
        ("q", "quan"),
        ("h", "huyen"),
        ("tp", "thanh pho"),
        ("tx", "thi xa"),
        ("t", "tinh"),
    ];
    let long = Kind::ALL.iter().map(|kind| fold(kind.words().0));
    let short = SHORT.iter().map(|(short, _)| (*short).to_owned());
    for word in long.chain(short) {
        let rest = text.strip_prefix(&word).and_then(|rest| rest.strip_prefix(' '));
        if let Some(name) = rest.filter(|name| !name.is_empty()) {
            let whole = SHORT.iter().find(|(s, _)| *s == word).map_or(word.clone(), |(_, l)| (*l).to_owned());
            return (Some(whole), if name == "hcm" { "ho chi minh" } else { name });
        }
    }
    match text {
        "hcm" | "tphcm" => (None, "ho chi minh"),
        other => (None, other),
    }
}
