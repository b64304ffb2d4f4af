//! From needs and experts to a plan that explains itself.

use super::{
    conflicts::{self, Conflict},
    fit::{Candidate, Hurdle, Point, effective_load, fit},
    solve::{self, Problem, Slot},
    types::{Excluded, Input, Need, Placed, Plan, Served, Unserved},
};
use kernel::{Text, id::ExpertId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// An open place before the search.
struct Open {
    need: usize,
    skill: usize,
    options: Vec<(usize, u32, Vec<Point>)>,
}

struct Work<'a> {
    i: &'a Input<'a>,
    needs: Vec<Need>,
    experts: Vec<Candidate>,
    carried: Vec<u32>,
    /// Conflicts of (need, expert), asked for once.
    conflicts: BTreeMap<(usize, usize), Vec<Conflict>>,
    standing: BTreeMap<(usize, usize), usize>,
    excluded: Vec<Excluded>,
}

pub fn plan(input: &Input<'_>) -> Plan {
    let mut w = Work::of(input);
    let print = w.print();
    w.keep();
    let open = w.open();
    let middle = w.middle(&open);
    let load: Vec<u32> = w.experts.iter().zip(&w.carried).map(|(c, carried)| effective_load(c, *carried, middle, input.rules, input.today)).collect();
    let (filled, proven) = w.search(&open, &load);
    w.tell(&open, &filled, &load, proven, print)
}

impl<'a> Work<'a> {
    /// In an order of its own: what order things are given in does not matter, and what is given twice counts once.
    fn of(i: &'a Input<'a>) -> Self {
        let mut needs = i.needs.clone();
        needs.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| a.id.cmp(&b.id)));
        let mut seen = BTreeSet::new();
        needs.retain(|n| seen.insert(n.id.clone()));
        for need in &mut needs {
            need.skills.sort_by(|a, b| a.competence.cmp(&b.competence).then(b.level.cmp(&a.level)).then(b.hours.cmp(&a.hours)));
            need.skills.dedup_by(|a, b| a.competence == b.competence);
        }
        let mut experts = i.candidates.clone();
        experts.sort_by_key(|c| c.id);
        experts.dedup_by_key(|c| c.id);
        let carried = experts.iter().map(|c| c.load).collect();
        Self { i, needs, experts, carried, conflicts: BTreeMap::new(), standing: BTreeMap::new(), excluded: Vec::new() }
    }

    fn print(&self) -> String {
        let mut kept = self.i.kept.clone();
        kept.sort();
        let all = serde_json::json!([&self.needs, &self.experts, kept, self.i.today.to_string(), self.i.seed, self.i.rules, self.i.conflicts]);
        hex::encode(Sha256::digest(all.to_string()))
    }

    fn conflicts_of(&mut self, need: usize, expert: usize) -> Vec<Conflict> {
        if let Some(known) = self.conflicts.get(&(need, expert)) {
            return known.clone();
        }
        let (Some(n), Some(c)) = (self.needs.get(need), self.experts.get(expert)) else { return Vec::new() };
        let grounds = &self.i.catalog.network.grounds;
        let found = conflicts::find(grounds, self.i.conflicts, &n.firm, n.tender.as_deref(), &c.facts, self.i.today);
        self.conflicts.insert((need, expert), found.clone());
        found
    }

    /// Takes over what stands: hours of other engagements count, places of these needs stay filled unless a conflict, the
    /// removal of the expert or hours that are no longer there free them.
    fn keep(&mut self) {
        let mut kept = self.i.kept.clone();
        kept.sort();
        kept.dedup_by(|a, b| a.need == b.need && a.competence == b.competence);
        let (here, elsewhere): (Vec<_>, Vec<_>) = kept.into_iter().partition(|k| self.needs.iter().any(|n| n.id == k.need));
        for k in elsewhere {
            if let Some(at) = self.experts.iter().position(|c| c.id == k.expert)
                && let Some(carried) = self.carried.get_mut(at)
            {
                *carried = carried.saturating_add(k.hours);
            }
        }
        for k in here {
            let Some(need) = self.needs.iter().position(|n| n.id == k.need) else { continue };
            let Some(skill) = self.needs.get(need).and_then(|n| n.skills.iter().position(|s| s.competence == k.competence)) else { continue };
            let Some(expert) = self.experts.iter().position(|c| c.id == k.expert) else {
                let why = Text::new("không còn trong mạng lưới hoặc đang tạm dừng", "is no longer in the network, or suspended");
                self.exclude(need, skill, None, k.expert, true, why);
                continue;
            };
            match self.hurdle(need, skill, expert) {
                None => {
                    let hours = self.needs.get(need).and_then(|n| n.skills.get(skill)).map_or(0, |s| s.hours);
                    if let Some(carried) = self.carried.get_mut(expert) {
                        *carried = carried.saturating_add(hours);
                    }
                    self.standing.insert((need, skill), expert);
                }
                Some(h) => self.exclude(need, skill, Some(expert), k.expert, true, h.text()),
            }
        }
    }

    fn exclude(&mut self, need: usize, skill: usize, expert: Option<usize>, id: ExpertId, was_assigned: bool, why: Text) {
        let Some(n) = self.needs.get(need) else { return };
        let competence = n.skills.get(skill).map(|s| s.competence.clone()).unwrap_or_default();
        let name = expert.and_then(|e| self.experts.get(e)).map_or_else(|| id.to_string(), |c| c.name.clone());
        self.excluded.push(Excluded { need: n.id.clone(), competence, expert: id, name, was_assigned, why });
    }

    /// The first thing in the way of an expert and a place, capacity included.
    fn hurdle(&mut self, need: usize, skill: usize, expert: usize) -> Option<Hurdle> {
        let hours = {
            let (n, c) = (self.needs.get(need)?, self.experts.get(expert)?);
            let s = n.skills.get(skill)?;
            if let Err(h) = fit(self.i.catalog, self.i.rules, n, s, c) {
                return Some(h);
            }
            s.hours
        };
        let found = self.conflicts_of(need, expert);
        if !found.is_empty() {
            return Some(Hurdle::Conflict(found));
        }
        let free = self.free(expert);
        (free < hours).then_some(Hurdle::Capacity { free, asked: hours })
    }

    fn free(&self, expert: usize) -> u32 {
        let capacity = self.experts.get(expert).map_or(0, |c| c.capacity);
        capacity.saturating_sub(self.carried.get(expert).copied().unwrap_or(0))
    }

    /// The places to fill, with everybody who can take them and, for those who have the competence, why not.
    fn open(&mut self) -> Vec<Open> {
        let mut out = Vec::new();
        for need in 0..self.needs.len() {
            let skills = self.needs.get(need).map_or(0, |n| n.skills.len());
            for skill in (0..skills).filter(|s| !self.standing.contains_key(&(need, *s))).collect::<Vec<_>>() {
                let mut options = Vec::new();
                for expert in 0..self.experts.len() {
                    match self.hurdle(need, skill, expert) {
                        None => options.extend(self.fit_of(need, skill, expert).map(|(f, points)| (expert, f, points))),
                        Some(Hurdle::NoSkill) => {}
                        Some(h) => {
                            let id = self.experts.get(expert).map(|c| c.id);
                            if let Some(id) = id {
                                self.exclude(need, skill, Some(expert), id, false, h.text());
                            }
                        }
                    }
                }
                out.push(Open { need, skill, options });
            }
        }
        out
    }

    fn fit_of(&self, need: usize, skill: usize, expert: usize) -> Option<(u32, Vec<Point>)> {
        let (n, c) = (self.needs.get(need)?, self.experts.get(expert)?);
        fit(self.i.catalog, self.i.rules, n, n.skills.get(skill)?, c).ok()
    }

    /// The middle load of those who can take something: an expert who fits nothing has no say in it.
    fn middle(&self, open: &[Open]) -> u32 {
        let able: BTreeSet<usize> = open.iter().flat_map(|o| o.options.iter().map(|x| x.0)).collect();
        let mut loads: Vec<u32> = able.iter().filter_map(|e| self.carried.get(*e).copied()).collect();
        loads.sort_unstable();
        loads.get(loads.len() / 2).copied().unwrap_or(0)
    }

    /// What decides between equals, the same for everybody who knows the seed.
    fn tie(&self, expert: usize) -> Vec<u8> {
        let id = self.experts.get(expert).map(|c| c.id.to_string()).unwrap_or_default();
        Sha256::digest(format!("{}:{id}", self.i.seed)).to_vec()
    }

    /// Solves each group of needs that share experts by itself. Which expert fills which open place.
    fn search(&self, open: &[Open], load: &[u32]) -> (BTreeMap<(usize, usize), usize>, bool) {
        let mut filled = BTreeMap::new();
        let mut proven = true;
        let ties: BTreeMap<usize, Vec<u8>> = open.iter().flat_map(|o| o.options.iter().map(|x| x.0)).map(|e| (e, self.tie(e))).collect();
        for group in groups(open) {
            let experts: BTreeSet<usize> = open.iter().filter(|o| group.contains(&o.need)).flat_map(|o| o.options.iter().map(|x| x.0)).collect();
            // Inside the group experts are numbered by the tie key: numbers of others do not reach in here.
            let mut local: Vec<usize> = experts.into_iter().collect();
            local.sort_by(|a, b| ties.get(a).cmp(&ties.get(b)));
            let number: BTreeMap<usize, usize> = local.iter().enumerate().map(|(n, e)| (*e, n)).collect();
            let of = |e: usize| load.get(e).copied().unwrap_or(0);
            let mut problem = Problem { needs: Vec::new(), free: local.iter().map(|e| self.free(*e)).collect(), load: local.iter().map(|e| of(*e)).collect() };
            let mut places = Vec::new();
            for need in &group {
                let mine: Vec<&Open> = open.iter().filter(|o| o.need == *need).collect();
                let slots = mine.iter().map(|o| {
                    let hours = self.needs.get(o.need).and_then(|n| n.skills.get(o.skill)).map_or(0, |s| s.hours);
                    let mut options: Vec<(usize, u32)> = o.options.iter().filter_map(|(e, f, _)| Some((*number.get(e)?, *f))).collect();
                    options.sort_by_key(|(e, f)| (std::cmp::Reverse(*f), problem.load.get(*e).copied().unwrap_or(0), *e));
                    Slot { hours, options }
                });
                let slots = slots.collect();
                problem.needs.push(slots);
                places.push(mine);
            }
            let (teams, exact) = solve::solve(&problem);
            proven &= exact;
            for (mine, team) in places.iter().zip(teams) {
                for (o, e) in mine.iter().zip(team.into_iter().flatten()) {
                    if let Some(expert) = local.get(e) {
                        filled.insert((o.need, o.skill), *expert);
                    }
                }
            }
        }
        (filled, proven)
    }

    fn tell(self, open: &[Open], filled: &BTreeMap<(usize, usize), usize>, load: &[u32], proven: bool, print: String) -> Plan {
        let (mut served, mut unserved) = (Vec::new(), Vec::new());
        for (at, need) in self.needs.iter().enumerate() {
            let mut places = Vec::new();
            let mut whole = true;
            for (skill, s) in need.skills.iter().enumerate() {
                let (expert, kept) = match (self.standing.get(&(at, skill)), filled.get(&(at, skill))) {
                    (Some(e), _) => (*e, true),
                    (None, Some(e)) => (*e, false),
                    (None, None) => {
                        whole = false;
                        continue;
                    }
                };
                let Some(c) = self.experts.get(expert) else { continue };
                let (fit, points) = self.fit_of(at, skill, expert).unwrap_or_default();
                let own = open.iter().find(|o| o.need == at && o.skill == skill);
                places.push(Placed {
                    competence: s.competence.clone(),
                    level: s.level,
                    hours: s.hours,
                    expert: c.id,
                    name: c.name.clone(),
                    kept,
                    fit,
                    points,
                    load: load.get(expert).copied().unwrap_or(0),
                    others: own.map_or_else(Vec::new, |o| self.others(o, expert, fit, load)),
                });
            }
            let (id, title, path) = (need.id.clone(), need.title.clone(), need.path.clone());
            if whole && !need.skills.is_empty() {
                served.push(Served { need: id, title, path, places });
            } else {
                let reasons = self.why_not(at, open);
                unserved.push(Unserved { need: id, title, path, kept: places.into_iter().filter(|p| p.kept).collect(), reasons });
            }
        }
        Plan { served, unserved, excluded: self.excluded, proven, print }
    }

    /// The three next best for a place.
    fn others(&self, o: &Open, chosen: usize, fit: u32, load: &[u32]) -> Vec<(String, u32, Text)> {
        let of = |e: usize| load.get(e).copied().unwrap_or(0);
        let mut rest: Vec<&(usize, u32, Vec<Point>)> = o.options.iter().filter(|x| x.0 != chosen).collect();
        rest.sort_by_key(|x| (std::cmp::Reverse(x.1), of(x.0), self.tie(x.0)));
        let why = |x: &(usize, u32, Vec<Point>)| match x.1.cmp(&fit) {
            std::cmp::Ordering::Less => Text::new(format!("kém {} điểm", fit - x.1), format!("{} points less", fit - x.1)),
            std::cmp::Ordering::Equal if of(x.0) > of(chosen) => Text::new(format!("bằng điểm, đang mang {} giờ so với {}", of(x.0), of(chosen)), format!("equal, carries {} hours against {}", of(x.0), of(chosen))),
            std::cmp::Ordering::Equal => Text::new("bằng điểm, phân theo tải và thứ tự bốc", "equal; by load and the drawn order"),
            std::cmp::Ordering::Greater => Text::new("hợp hơn ở đây nhưng cần cho việc khác; tính chung thì kém hơn", "better here but needed elsewhere; worse in all"),
        };
        rest.into_iter().take(3).filter_map(|x| Some((self.experts.get(x.0)?.name.clone(), x.1, why(x)))).collect()
    }

    fn why_not(&self, need: usize, open: &[Open]) -> Vec<Text> {
        let Some(n) = self.needs.get(need) else { return Vec::new() };
        if n.skills.is_empty() {
            return vec![Text::new("chưa ghi năng lực cần", "no competence is asked for")];
        }
        let name = |skill: usize| {
            let code = n.skills.get(skill).map_or("", |s| s.competence.as_str());
            self.i.catalog.competence(code).map_or_else(|| Text::new(code, code), |c| c.name.clone())
        };
        let mut out: Vec<Text> = open
            .iter()
            .filter(|o| o.need == need && o.options.is_empty())
            .map(|o| {
                let s = name(o.skill);
                Text::new(format!("không ai nhận được: {}", s.vi), format!("nobody can take: {}", s.en))
            })
            .collect();
        if out.is_empty() {
            out.push(Text::new("có người phù hợp nhưng không đủ giờ cho tất cả các việc đang chờ", "there are people, but not hours enough for everything that waits"));
        }
        out
    }
}

/// Needs that share somebody who could work on them.
fn groups(open: &[Open]) -> Vec<Vec<usize>> {
    let mut out: Vec<(BTreeSet<usize>, BTreeSet<usize>)> = Vec::new();
    for o in open {
        let mut joined = (BTreeSet::from([o.need]), o.options.iter().map(|x| x.0).collect::<BTreeSet<usize>>());
        let (touching, rest): (Vec<_>, Vec<_>) = out.into_iter().partition(|(needs, experts)| needs.contains(&o.need) || !experts.is_disjoint(&joined.1));
        for (needs, experts) in touching {
            joined.0.extend(needs);
            joined.1.extend(experts);
        }
        out = rest;
        out.push(joined);
    }
    let mut groups: Vec<Vec<usize>> = out.into_iter().map(|(needs, _)| needs.into_iter().collect()).collect();
    groups.sort();
    groups
}
