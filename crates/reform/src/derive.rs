//! The moves of a day, from the catalogue: units from their successions, offices by the area they serve. Pure.

use crate::model::{OfficeMove, Plan, ProvinceMove, Status, UnitChange, UnitFate, Who};
use identity::{Level, Office, Offices};
use kernel::{
    area::{self, Areas, Unit},
    id::{OfficeCode, ProvinceCode},
    text::fold,
    time::Date,
};
use std::collections::{BTreeMap, HashMap};

/// What a plan is prepared from.
pub struct Asked<'a> {
    pub id: String,
    pub home: &'a ProvinceCode,
    pub name: String,
    pub basis: String,
    pub day: Date,
    /// The provinces of the installation: what happens elsewhere is not its affair.
    pub provinces: &'a [ProvinceCode],
    pub by: Who,
}

/// The plan of a day as the catalogue has it; what it does not say is left open for a person.
pub fn plan(asked: Asked<'_>, areas: &Areas, offices: &Offices) -> Plan {
    let eve = asked.day.yesterday().unwrap_or(asked.day);
    let here = |p: &ProvinceCode| asked.provinces.contains(p);
    let mut targets: BTreeMap<ProvinceCode, ProvinceCode> = BTreeMap::new();
    let mut provinces = Vec::new();
    for from in asked.provinces {
        let links = areas.successors(from.as_str(), eve);
        let main = links.iter().find(|l| l.succession.main).or(links.first());
        let to = main.map_or_else(|| from.clone(), |l| ProvinceCode::new(&*l.unit.code));
        if to != *from {
            provinces.push(ProvinceMove { from: from.clone(), to: to.clone(), whole: !links.iter().any(|l| l.succession.partial) });
        }
        targets.insert(from.clone(), to);
    }
    let standing = offices.as_of(asked.day);
    let before = offices.as_of(eve);
    let pairing = Pairing::new(areas, &standing, &targets, asked.day, eve);
    let mut moves: Vec<OfficeMove> = Vec::new();
    for office in before.iter().filter(|o| o.successors.is_empty()) {
        let Some(province) = before.province_of(office.code.as_str()).filter(|p| here(p)) else { continue };
        moves.extend(pairing.of(province, office));
    }
    let units = units(areas, asked.provinces, asked.day, eve);
    Plan {
        id: asked.id,
        home: asked.home.clone(),
        version: 0,
        name: asked.name,
        basis: asked.basis,
        day: asked.day,
        provinces,
        offices: moves,
        units,
        status: Status::Draft,
        prepared_by: asked.by,
        approved_by: None,
        before: None,
        after: None,
    }
}

struct Pairing<'a> {
    areas: &'a Areas,
    standing: &'a Offices,
    targets: &'a BTreeMap<ProvinceCode, ProvinceCode>,
    /// Offices of communes on the day, by province and area.
    communes: HashMap<(&'a str, &'a str), Vec<&'a Office>>,
    day: Date,
    eve: Date,
}

impl<'a> Pairing<'a> {
    fn new(areas: &'a Areas, standing: &'a Offices, targets: &'a BTreeMap<ProvinceCode, ProvinceCode>, day: Date, eve: Date) -> Self {
        let mut communes: HashMap<(&str, &str), Vec<&Office>> = HashMap::new();
        for office in standing.iter().filter(|o| o.level == Level::Commune && o.successors.is_empty()) {
            if let Some(province) = standing.province_of(office.code.as_str()) {
                communes.entry((province.as_str(), office.area.as_str())).or_default().push(office);
            }
        }
        Self { areas, standing, targets, communes, day, eve }
    }

    /// The move of one office; nothing when it goes on as it is.
    fn of(&self, province: &ProvinceCode, office: &Office) -> Option<OfficeMove> {
        let target = self.targets.get(province).unwrap_or(province);
        let to = |to_province: &ProvinceCode, to: Option<OfficeCode>| OfficeMove {
            province: province.clone(),
            office: office.code.clone(),
            to_province: to_province.clone(),
            to,
            by_commune: BTreeMap::new(),
            divided: false,
        };
        // What the catalogue of offices itself declares counts before everything.
        let heir = self.standing.heir(&office.code);
        if heir != office.code {
            let province = self.standing.province_of(heir.as_str()).unwrap_or(target);
            return Some(to(province, Some(heir)));
        }
        let found = match office.level {
            Level::Commune => return self.commune(province, target, office),
            Level::Province => self.of_target(target, office, |o| o.level == Level::Province),
            Level::Department => self.of_target(target, office, |o| same_department(o, office)),
        };
        match found {
            Some(receiver) => (receiver.code != office.code).then(|| to(target, Some(receiver.code.clone()))),
            None => (target != province).then(|| to(target, None)),
        }
    }

    /// The office of the receiving province that does the same; one that was made on the day before one that stood already.
    fn of_target(&self, target: &ProvinceCode, office: &Office, same: impl Fn(&Office) -> bool) -> Option<&'a Office> {
        let all = self.standing.iter().filter(|o| o.successors.is_empty() && self.standing.province_of(o.code.as_str()) == Some(target) && same(o));
        all.min_by_key(|o| (o.established != Some(self.day), o.code != office.code, o.code.clone()))
    }

    fn commune(&self, province: &ProvinceCode, target: &ProvinceCode, office: &Office) -> Option<OfficeMove> {
        // An office made on the day serves the unit of the day and moves nowhere.
        let links = self.areas.successors(&office.area, self.eve);
        let main = links.iter().find(|l| l.succession.main).or(links.first());
        let home = |unit: &Unit| self.areas.province_of(unit, self.day).map_or_else(|| target.clone(), |p| ProvinceCode::new(&*p.code));
        let (to_province, area) = match main {
            Some(link) => (home(link.unit), link.unit.code.to_string()),
            None => (target.clone(), office.area.clone()),
        };
        let receiver = self.serving(&to_province, &area, office);
        if receiver.is_some_and(|r| r.code == office.code) && to_province == *province {
            return None;
        }
        if receiver.is_none() && main.is_none() && to_province == *province {
            return None;
        }
        let divided = links.len() > 1;
        let parts = links.iter().filter(|_| divided);
        let by_commune = parts.filter_map(|l| Some((l.unit.code.to_string(), self.serving(&home(l.unit), &l.unit.code, office)?.code.clone())));
        Some(OfficeMove {
            province: province.clone(),
            office: office.code.clone(),
            to_province,
            to: receiver.map(|r| r.code.clone()),
            by_commune: by_commune.collect(),
            divided,
        })
    }

    /// Who serves a commune of the day: the office made for it, or the one whose own commune became it.
    fn serving(&self, province: &ProvinceCode, area: &str, leaving: &Office) -> Option<&'a Office> {
        let all = self.communes.get(&(province.as_str(), area))?;
        let fresh = all.iter().find(|o| o.established == Some(self.day));
        let goes_on = |o: &&&Office| {
            let links = self.areas.successors(&o.area, self.eve);
            let main = links.iter().find(|l| l.succession.main).or(links.first());
            main.is_none_or(|l| *l.unit.code == *area) && (o.code == leaving.code || o.established.is_none_or(|d| d < self.day))
        };
        fresh.or_else(|| all.iter().find(goes_on)).copied()
    }
}

fn same_department(a: &Office, b: &Office) -> bool {
    a.level == Level::Department && (a.functions.iter().any(|f| b.functions.contains(f)) || plain(a) == plain(b))
}

/// The name of a department without the name of its province: `Sở Xây dựng tỉnh Bình Dương` and `Sở Xây dựng` are one.
fn plain(o: &Office) -> String {
    let name = fold(&o.name.vi);
    let cut = [" tinh ", " thanh pho "].iter().filter_map(|w| name.find(w)).min().unwrap_or(name.len());
    name.get(..cut).unwrap_or_default().to_owned()
}

/// Provinces and communes that are not on the day what they were on the eve.
fn units(areas: &Areas, provinces: &[ProvinceCode], day: Date, eve: Date) -> Vec<UnitChange> {
    let mut all = Vec::new();
    for province in provinces {
        let own = areas.province(province.as_str(), eve);
        for unit in own.into_iter().chain(areas.communes(province.as_str(), eve)) {
            if unit.valid_to != Some(eve) {
                continue;
            }
            let links = areas.successors(&unit.code, eve);
            let same = areas.unit(&unit.code, day);
            let (fate, after) = match (links.as_slice(), same) {
                ([], Some(now)) => (UnitFate::Renamed, names(areas, std::iter::once(now), day)),
                ([], None) => continue,
                (links, same) => {
                    let into_itself = links.iter().any(|l| same.is_some_and(|s| s.code == l.unit.code));
                    let alone = links.iter().all(|l| areas.predecessors(&l.unit.code, day).len() == 1);
                    let fate = match () {
                        () if links.len() > 1 => UnitFate::Divided,
                        () if same.is_some() && !into_itself => UnitFate::CodeReused,
                        () if same.is_some_and(|s| s.name != unit.name) => UnitFate::CodeReused,
                        () if alone && into_itself => UnitFate::Renamed,
                        () => UnitFate::Merged,
                    };
                    (fate, names(areas, links.iter().map(|l| l.unit), day))
                }
            };
            all.push(UnitChange { code: unit.code.to_string(), before: name(areas, unit, eve), after, fate });
        }
    }
    all
}

fn name(areas: &Areas, unit: &Unit, on: Date) -> String {
    if unit.level() == area::Level::Province { unit.text().vi } else { areas.full_name(unit, on).vi }
}

fn names<'a>(areas: &Areas, units: impl Iterator<Item = &'a Unit>, on: Date) -> String {
    let all: Vec<String> = units.map(|u| name(areas, u, on)).collect();
    all.join("; ")
}
