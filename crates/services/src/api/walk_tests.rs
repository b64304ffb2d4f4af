//! Engagements walked to every end by what the API says alone: the acts it offers and the examples it gives. The group's acts
//! are those of one-to-one support and a few more.
#![allow(clippy::unwrap_used)]

use super::{answers::case_json, read_act};
use crate::work::engagement_tests::House;
use casework::{DeskError, Found};
use kernel::refusal::RefusalKind;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PEOPLE: [&str; 6] = ["nhan", "vien", "chau", "quang", "luon", "phanmem"];
/// What ends a case, each in a round of its own.
const ENDINGS: [&str; 6] = ["refuse", "withdraw", "stop_early", "return", "collect", "stop"];
/// An act is repeated for what it needs several of (participants, losses of contact), and no more.
const REPEATS: u32 = 8;

struct Walk<'h> {
    house: &'h House,
    found: Found,
    done: BTreeMap<String, u32>,
    refused: BTreeSet<String>,
}

impl Walk<'_> {
    async fn open_acts(&self) -> Vec<(&'static str, Value)> {
        let mut open = Vec::new();
        for who in PEOPLE {
            let actor = self.house.actor(who).await;
            if self.house.s.desk.find(&actor, self.found.state.code.as_str(), identity::actions::CASE_ACT).await.is_err() {
                continue;
            }
            let seen = case_json(&self.house.s, &actor, &self.found).await.unwrap_or_else(|_| panic!("{who} cannot read the case"));
            open.extend(seen["acts"].as_array().unwrap().iter().filter(|a| a["open"] == true).map(|a| (who, a.clone())));
        }
        open
    }

    fn times(&self, act: &str) -> u32 {
        self.done.get(act).copied().unwrap_or(0)
    }

    /// Asks for the act with the example given with it. Only a conflict may refuse it: an exit test, a thing there already.
    async fn attempt(&mut self, who: &str, act: &Value) {
        self.house.later(60);
        let actor = self.house.actor(who).await;
        let (asked, _) = read_act(&self.house.s, &actor, act["example"].clone()).await.unwrap_or_else(|_| panic!("{act}"));
        match self.house.s.desk.perform(&actor, self.found.state.id, &asked, self.house.s.now(), None, None).await {
            Ok(done) => {
                self.found = done.found;
                *self.done.entry(asked.act).or_default() += 1;
                // What was never done may be possible now; what is repeated is tried again when nothing else is left.
                let done = &self.done;
                self.refused.retain(|act| done.contains_key(act));
            }
            Err(DeskError::Refused(r)) if r.kind == RefusalKind::Conflict => drop(self.refused.insert(asked.act)),
            Err(e) => panic!("{who} {}: {e:?}", act["example"]),
        }
    }

    /// The program's own acts: those among `wished`, or with no wish those not seen yet in this walk.
    async fn time_has_come(&mut self, wished: &BTreeSet<String>) -> bool {
        let Some(due) = self.found.state.next_timer(&self.found.definition) else { return false };
        let wanted = casework::desk::due_acts(&self.found, due);
        let wish = |a: &String| self.times(a) == 0 && (wished.is_empty() || wished.contains(a));
        if !wanted.iter().any(wish) {
            return false;
        }
        self.house.set(due.max(self.house.s.now()));
        assert!(self.house.s.desk.run_timers(self.house.s.now(), 10).await.unwrap() > 0, "{wanted:?}");
        wanted.into_iter().for_each(|a| *self.done.entry(a).or_default() += 1);
        self.found = self.house.s.desk.load(self.found.state.id).await.unwrap().unwrap();
        true
    }

    /// To the end by `ending`; before it what was never done in any round, then what was not done in this one.
    async fn to_the_end(&mut self, ending: &str, left: &BTreeSet<String>) {
        let mut cleared_at = u32::MAX;
        for _ in 0..600 {
            if self.found.definition.state("handling", self.found.state.track("handling")).unwrap().terminal {
                return;
            }
            let open = self.open_acts().await;
            let name = |a: &Value| a["act"].as_str().unwrap().to_owned();
            let mine = |a: &Value| name(a) == ending || (ending == "withdraw" && name(a) == "stop");
            let may = |a: &Value| !self.refused.contains(&name(a));
            if let Some((who, act)) = open.iter().find(|(_, a)| may(a) && mine(a)).cloned() {
                self.attempt(who, &act).await;
                continue;
            }
            let least = open.iter().filter(|(_, a)| may(a) && !ENDINGS.contains(&name(a).as_str()) && self.times(&name(a)) < REPEATS);
            let next = least.min_by_key(|(_, a)| (self.times(&name(a)), !left.contains(&name(a)))).cloned();
            let new = next.as_ref().is_some_and(|(_, a)| self.times(&name(a)) == 0);
            let wished = next.as_ref().is_some_and(|(_, a)| left.contains(&name(a)));
            match next {
                Some((who, act)) if new && wished => self.attempt(who, &act).await,
                _ if self.time_has_come(left).await => {}
                Some((who, act)) if new => self.attempt(who, &act).await,
                _ if self.time_has_come(&BTreeSet::new()).await => {}
                Some((who, act)) => self.attempt(who, &act).await,
                None if cleared_at == self.done.values().sum::<u32>() => break,
                None => {
                    self.refused.clear();
                    cleared_at = self.done.values().sum();
                }
            }
        }
        panic!("{} {ending}: stuck at {:?} after {:?}, refused {:?}", self.found.definition.code, self.found.state.step, self.done, self.refused);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn engagements_by_the_api_alone() {
    const ALL: [&str; 5] = ["collect", "return", "refuse", "withdraw", "stop_early"];
    for (code, endings) in [("dx-one-to-one", &ALL[..1]), ("dx-group", &ALL[..])] {
        let house = House::open().await;
        let d = house.s.desk.rules().definitions.pinned(code, "2026-07-01").unwrap().clone();
        let mut left: BTreeSet<String> = d.acts.keys().filter(|a| *a != "file").cloned().collect();
        let mut ends = BTreeSet::new();
        for ending in endings {
            house.set(House::start());
            let found = house.file(code).await;
            let mut walk = Walk { house: &house, found, done: BTreeMap::new(), refused: BTreeSet::new() };
            walk.to_the_end(ending, &left).await;
            left.retain(|act: &String| walk.times(act) == 0);
            ends.insert(walk.found.state.track("handling").to_owned());
            let history = house.s.desk.history(walk.found.state.id).await.unwrap();
            let replayed = history.iter().fold(None, |s, e| casework::evolve(walk.found.state.id, s, e)).unwrap();
            assert_eq!(replayed, walk.found.state, "{code} {ending}: the journal gives the snapshot");
        }
        if endings.len() == ALL.len() {
            assert_eq!(ends.iter().map(String::as_str).collect::<Vec<_>>(), ["refused", "returned", "stopped"], "{code}");
            assert_eq!(left, BTreeSet::new(), "{code}: never done by its example");
        }
    }
}
