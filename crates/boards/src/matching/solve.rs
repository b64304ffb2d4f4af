//! The search: construct, improve, and where the problem is small enough, prove.

use std::collections::BTreeMap;

/// A place to fill: its hours and who could take it, with the fit.
#[derive(Debug, Clone)]
pub struct Slot {
    pub hours: u32,
    /// (expert, fit); sorted by the caller: fit down, effective load up, tie key.
    pub options: Vec<(usize, u32)>,
}

/// Needs with their places; experts with the hours free and the load that balances.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    pub needs: Vec<Vec<Slot>>,
    pub free: Vec<u32>,
    pub load: Vec<u32>,
}

/// One team for each need, or nobody.
pub type Teams = Vec<Option<Vec<usize>>>;

/// What is compared, in this order: needs served, total fit, the worst place, and how unevenly the work lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    pub served: usize,
    pub fit: u64,
    pub worst: u32,
    /// The sum of squares of the loads, negative: less is more.
    pub even: i128,
}

/// Nodes looked at before the proof is given up.
const PROOF: u32 = 200_000;
/// Nodes for the best team of one need.
const TEAM: u32 = 4_000;
/// Pairs of needs tried in the improvement.
const PAIRS: u32 = 4_000;

fn fit_of(slot: &Slot, expert: usize) -> u32 {
    slot.options.iter().find(|(e, _)| *e == expert).map_or(0, |(_, f)| *f)
}

pub fn value(p: &Problem, teams: &Teams) -> Value {
    let (mut served, mut fit, mut worst) = (0, 0, u32::MAX);
    let mut hours: BTreeMap<usize, u64> = BTreeMap::new();
    for (need, team) in p.needs.iter().zip(teams) {
        let Some(team) = team else { continue };
        served += 1;
        for (slot, &expert) in need.iter().zip(team) {
            let f = fit_of(slot, expert);
            fit += u64::from(f);
            worst = worst.min(f);
            *hours.entry(expert).or_default() += u64::from(slot.hours);
        }
    }
    let load = |e: usize| u64::from(p.load.get(e).copied().unwrap_or(0)) + hours.get(&e).copied().unwrap_or(0);
    let even = (0..p.load.len()).map(|e| i128::from(load(e)) * i128::from(load(e))).sum::<i128>();
    Value { served, fit, worst, even: -even }
}

fn free_after(p: &Problem, teams: &Teams) -> Vec<u32> {
    let mut free = p.free.clone();
    for (need, team) in p.needs.iter().zip(teams) {
        for (slot, &expert) in need.iter().zip(team.iter().flatten()) {
            if let Some(f) = free.get_mut(expert) {
                *f = f.saturating_sub(slot.hours);
            }
        }
    }
    free
}

/// The best team for one need with the hours that are free: fit, then worst place, then evenness.
struct TeamSearch<'a> {
    slots: &'a [Slot],
    load: &'a [u32],
    nodes: u32,
    best: Option<((u64, u32, i128), Vec<usize>)>,
}

impl TeamSearch<'_> {
    fn go(&mut self, at: usize, free: &mut Vec<u32>, chosen: &mut Vec<usize>, fit: u64, worst: u32) {
        if self.nodes == 0 {
            return;
        }
        self.nodes -= 1;
        let Some(slot) = self.slots.get(at) else {
            let mut hours: BTreeMap<usize, i128> = BTreeMap::new();
            for (slot, &e) in self.slots.iter().zip(chosen.iter()) {
                *hours.entry(e).or_default() += i128::from(slot.hours);
            }
            // What the choice adds to the sum of squares.
            let added: i128 = hours.iter().map(|(e, h)| h * (2 * i128::from(self.load.get(*e).copied().unwrap_or(0)) + h)).sum();
            let key = (fit, worst, -added);
            if self.best.as_ref().is_none_or(|(b, _)| key > *b) {
                self.best = Some((key, chosen.clone()));
            }
            return;
        };
        let rest: u64 = self.slots.iter().skip(at + 1).map(|s| u64::from(s.options.first().map_or(0, |o| o.1))).sum();
        for &(expert, f) in &slot.options {
            if self.best.as_ref().is_some_and(|((b, ..), _)| fit + u64::from(f) + rest < *b) {
                break;
            }
            let Some(left) = free.get(expert).copied().filter(|left| *left >= slot.hours) else { continue };
            if let Some(x) = free.get_mut(expert) {
                *x = left - slot.hours;
            }
            chosen.push(expert);
            self.go(at + 1, free, chosen, fit + u64::from(f), worst.min(f));
            chosen.pop();
            if let Some(x) = free.get_mut(expert) {
                *x = left;
            }
        }
    }
}

fn best_team(p: &Problem, need: usize, free: &mut Vec<u32>, load: &[u32]) -> Option<Vec<usize>> {
    let mut search = TeamSearch { slots: p.needs.get(need)?, load, nodes: TEAM, best: None };
    search.go(0, free, &mut Vec::new(), 0, u32::MAX);
    search.best.map(|(_, team)| team)
}

/// Places needs one after the other on top of what stands.
fn place(p: &Problem, teams: &mut Teams, order: &[usize]) {
    for &need in order {
        let mut free = free_after(p, teams);
        let mut load = p.load.clone();
        for (e, (before, after)) in p.free.iter().zip(&free).enumerate() {
            if let Some(l) = load.get_mut(e) {
                *l = l.saturating_add(before - after);
            }
        }
        let team = best_team(p, need, &mut free, &load);
        if let Some(place) = teams.get_mut(need) {
            *place = team;
        }
    }
}

fn shares(p: &Problem, a: usize, b: usize) -> bool {
    let experts = |n: usize| p.needs.get(n).into_iter().flatten().flat_map(|s| s.options.iter().map(|o| o.0));
    experts(a).any(|e| experts(b).any(|f| e == f))
}

/// Takes one or two needs out and puts them back better, until nothing is better.
fn improve(p: &Problem, teams: &mut Teams) {
    let n = p.needs.len();
    let mut best = value(p, teams);
    let mut tries = PAIRS;
    loop {
        let before = best;
        for a in 0..n {
            for b in 0..n {
                if tries == 0 {
                    return;
                }
                if a != b && !shares(p, a, b) {
                    continue;
                }
                tries -= 1;
                let mut next = teams.clone();
                for need in [a, b] {
                    if let Some(team) = next.get_mut(need) {
                        *team = None;
                    }
                }
                let order = [a, b];
                place(p, &mut next, if a == b { std::slice::from_ref(&a) } else { &order });
                let found = value(p, &next);
                if found > best {
                    (best, *teams) = (found, next);
                }
            }
        }
        if best == before {
            return;
        }
    }
}

/// Every way to serve the needs, cut off where the bound says that nothing better can follow.
struct Proof<'a> {
    p: &'a Problem,
    /// From each need on: how many could still be served and the most fit they could bring.
    bound: Vec<(usize, u64)>,
    nodes: u32,
    best: (Value, Teams),
}

impl Proof<'_> {
    fn need(&mut self, at: usize, free: &mut Vec<u32>, teams: &mut Teams, served: usize, fit: u64) {
        let Some((more, most)) = self.bound.get(at).copied() else {
            let found = value(self.p, teams);
            if found > self.best.0 {
                self.best = (found, teams.clone());
            }
            return;
        };
        if self.nodes == 0 || (served + more, fit + most) < (self.best.0.served, self.best.0.fit) {
            return;
        }
        self.nodes -= 1;
        self.slot(at, 0, free, &mut Vec::new(), teams, served, fit);
        if let Some(team) = teams.get_mut(at) {
            *team = None;
        }
        self.need(at + 1, free, teams, served, fit);
    }

    #[allow(clippy::too_many_arguments)]
    fn slot(&mut self, need: usize, at: usize, free: &mut Vec<u32>, chosen: &mut Vec<usize>, teams: &mut Teams, served: usize, fit: u64) {
        let p = self.p;
        let Some(slots) = p.needs.get(need) else { return };
        let Some(slot) = slots.get(at) else {
            if let Some(team) = teams.get_mut(need) {
                *team = Some(chosen.clone());
            }
            self.need(need + 1, free, teams, served + 1, fit);
            return;
        };
        let (more, most) = self.bound.get(need + 1).copied().unwrap_or((0, 0));
        let rest: u64 = slots.iter().skip(at + 1).map(|s| u64::from(s.options.first().map_or(0, |o| o.1))).sum();
        for &(expert, f) in &slot.options {
            if self.nodes == 0 {
                return;
            }
            if (served + 1 + more, fit + u64::from(f) + rest + most) < (self.best.0.served, self.best.0.fit) {
                break;
            }
            self.nodes -= 1;
            let Some(left) = free.get(expert).copied().filter(|left| *left >= slot.hours) else { continue };
            if let Some(x) = free.get_mut(expert) {
                *x = left - slot.hours;
            }
            chosen.push(expert);
            self.slot(need, at + 1, free, chosen, teams, served, fit + u64::from(f));
            chosen.pop();
            if let Some(x) = free.get_mut(expert) {
                *x = left;
            }
        }
    }
}

/// The best teams found, and whether it is proven that there are none better. Needs come in the order in which they are
/// first placed.
pub fn solve(p: &Problem) -> (Teams, bool) {
    let order: Vec<usize> = (0..p.needs.len()).collect();
    let mut teams: Teams = vec![None; p.needs.len()];
    place(p, &mut teams, &order);
    improve(p, &mut teams);
    let mut bound = vec![(0, 0); p.needs.len()];
    let (mut more, mut most) = (0, 0);
    for (at, need) in p.needs.iter().enumerate().rev() {
        if need.iter().all(|s| !s.options.is_empty()) {
            more += 1;
            most += need.iter().map(|s| u64::from(s.options.first().map_or(0, |o| o.1))).sum::<u64>();
        }
        if let Some(b) = bound.get_mut(at) {
            *b = (more, most);
        }
    }
    let best = (value(p, &teams), teams);
    let mut proof = Proof { p, bound, nodes: PROOF, best };
    let mut empty: Teams = vec![None; p.needs.len()];
    proof.need(0, &mut p.free.clone(), &mut empty, 0, 0);
    (proof.best.1, proof.nodes > 0)
}
