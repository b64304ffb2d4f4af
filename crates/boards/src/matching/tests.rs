#![allow(clippy::unwrap_used)]
use super::{solve::{Problem, Slot, Value, solve, value}, *};
use crate::{
    catalog::Catalog,
    expert::Grade,
    fixtures::{TODAY, catalog},
};
use kernel::{id::ExpertId, time::{Date, date}};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::LazyLock};
use uuid::Uuid;

static CATALOG: LazyLock<Catalog> = LazyLock::new(catalog);

fn id(n: u128) -> ExpertId {
    ExpertId::new(Uuid::from_u128(n))
}

fn expert(n: u128, skills: &[(&str, u8)], capacity: u32) -> Candidate {
    Candidate {
        id: id(n),
        name: format!("Chuyên gia {n}"),
        skills: skills.iter().map(|(s, l)| ((*s).to_owned(), (*l, Grade::Checked))).collect(),
        sectors: vec!["food-processing".into()],
        languages: vec!["vi".into()],
        area: String::new(),
        capacity,
        load: 0,
        joined: date(2024, 1, 1),
        facts: ExpertFacts::default(),
    }
}

fn need(name: &str, skills: &[(&str, u8, u32)]) -> Need {
    Need {
        id: name.into(),
        title: name.into(),
        path: String::new(),
        skills: skills.iter().map(|(c, level, hours)| SkillNeed { competence: (*c).into(), level: *level, hours: *hours }).collect(),
        sector: "food-processing".into(),
        language: "vi".into(),
        area: String::new(),
        firm: FirmFacts { name: format!("Công ty {name}"), tax_code: "0301234567".into(), ..FirmFacts::default() },
        tender: None,
        since: TODAY,
    }
}

fn run(needs: Vec<Need>, candidates: Vec<Candidate>, kept: Vec<Kept>) -> Plan {
    let (rules, conflicts) = (CATALOG.matching(TODAY).unwrap(), CATALOG.conflicts(TODAY).unwrap());
    plan(&Input { catalog: &CATALOG, rules, conflicts, needs, candidates, kept, today: TODAY, seed: 7 })
}

fn who(p: &Plan, need: &str) -> Vec<ExpertId> {
    p.served.iter().find(|s| s.need == need).map(|s| s.places.iter().map(|x| x.expert).collect()).unwrap_or_default()
}

#[test]
fn conflicts_are_found_where_they_hide() {
    let (grounds, rules) = (&CATALOG.network.grounds, CATALOG.conflicts(TODAY).unwrap());
    let firm = FirmFacts { name: "Công ty CP Lươn Vàng".into(), tax_code: "0301234567".into(), email: "lh@luonvang.example.vn".into(), address: "12 Nguyễn Huệ, KP 3".into(), commune: "27139".into(), competitors: ["0309999999".to_owned()].into() };
    let interest = |ground: &str, tax: &str, until: Option<Date>| Interest { ground: ground.into(), firm: String::new(), tax_code: tax.into(), tender: String::new(), until };
    let declared = |i: Interest| ExpertFacts { interests: vec![i], ..ExpertFacts::default() };
    let facts = |f: &dyn Fn(&mut ExpertFacts)| { let mut x = ExpertFacts::default(); f(&mut x); x };
    let cases: Vec<(&str, ExpertFacts, Option<&str>, usize)> = vec![
        ("nothing", ExpertFacts::default(), None, 0),
        ("owns it now", declared(interest("ownership", "0301234567", None)), None, 1),
        ("left 24 months ago to the day", declared(interest("employment", "0301234567", Some(date(2024, 11, 23)))), None, 1),
        ("left 24 months and a day ago", declared(interest("employment", "0301234567", Some(date(2024, 11, 22)))), None, 0),
        ("family never fades", declared(interest("family", "0301234567", Some(date(2001, 1, 1)))), None, 1),
        ("paid by a branch", declared(interest("payment", "0301234567001", None)), None, 1),
        ("another firm", declared(interest("payment", "0301234568", None)), None, 0),
        ("by name, without accents", declared(Interest { firm: "cong ty cp luon vang".into(), ..interest("family", "", None) }), None, 1),
        ("same tender", declared(Interest { tender: "choice_1".into(), ..interest("same_tender", "", None) }), Some("choice_1"), 1),
        ("another tender", declared(Interest { tender: "choice_1".into(), ..interest("same_tender", "", None) }), Some("choice_2"), 0),
        ("employer's tax code", facts(&|x| { x.tax_codes.insert("0301234567-002".into()); }), None, 1),
        ("works for a competitor", facts(&|x| { x.tax_codes.insert("0309999999".into()); }), None, 1),
        ("same domain", facts(&|x| x.email = "an@LUONVANG.example.vn".into()), None, 1),
        ("same address", facts(&|x| { x.address = "12 nguyen hue – kp 3".into(); x.commune = "27139".into(); }), None, 1),
        ("same street in another commune", facts(&|x| { x.address = "12 Nguyễn Huệ, KP 3".into(); x.commune = "27000".into(); }), None, 0),
        ("empty facts never match empty facts", ExpertFacts { tax_codes: [String::new()].into(), ..ExpertFacts::default() }, None, 0),
    ];
    for (name, expert, tender, n) in cases {
        let found = find_conflicts(grounds, rules, &firm, tender, &expert, TODAY);
        assert_eq!(found.len(), n, "{name}: {found:?}");
    }
    let gmail = FirmFacts { email: "a@gmail.com".into(), ..FirmFacts::default() };
    let expert = facts(&|x| x.email = "b@gmail.com".into());
    assert!(find_conflicts(grounds, rules, &gmail, None, &expert, TODAY).is_empty(), "thousands share it");
}

#[test]
fn every_skill_is_covered_or_the_need_waits_whole() {
    let p = run(vec![need("a", &[("erp", 3, 10), ("security", 3, 10)])], vec![expert(1, &[("erp", 4)], 100)], vec![]);
    assert!(p.served.is_empty());
    assert!(p.unserved[0].reasons[0].en.contains("Security"), "{:?}", p.unserved);
    let p = run(vec![need("a", &[("erp", 3, 10), ("security", 3, 10)])], vec![expert(1, &[("erp", 4)], 100), expert(2, &[("security", 3)], 100)], vec![]);
    assert_eq!(who(&p, "a"), [id(1), id(2)]);
    assert!(p.proven);
}

#[test]
fn capacity_is_shared_so_that_more_are_served() {
    // The better expert for both has hours for one; the other can do only b.
    let needs = vec![need("a", &[("erp", 3, 30)]), need("b", &[("security", 3, 30)])];
    let p = run(needs, vec![expert(1, &[("erp", 3), ("security", 5)], 30), expert(2, &[("security", 3)], 30)], vec![]);
    assert_eq!((who(&p, "a"), who(&p, "b")), (vec![id(1)], vec![id(2)]));
    let other = &p.served.iter().find(|s| s.need == "b").unwrap().places[0].others[0];
    assert!(other.2.en.contains("needed elsewhere"), "{other:?}");
}

#[test]
fn who_is_left_out_is_told_why() {
    let mut conflicted = expert(1, &[("erp", 5)], 100);
    conflicted.facts.tax_codes.insert("0301234567".into());
    let mut speaks = expert(2, &[("erp", 5)], 100);
    speaks.languages = vec!["en".into()];
    let p = run(vec![need("a", &[("erp", 3, 10)])], vec![conflicted, speaks, expert(3, &[("erp", 2)], 100), expert(4, &[("erp", 3)], 5), expert(5, &[("erp", 3)], 100), expert(6, &[], 100)], vec![]);
    assert_eq!(who(&p, "a"), [id(5)]);
    let why: BTreeMap<_, _> = p.excluded.iter().map(|x| (x.expert, x.why.en.clone())).collect();
    assert!(why[&id(1)].contains("conflict") && why[&id(2)].contains("language") && why[&id(3)].contains("level 2") && why[&id(4)].contains("5 hours free"), "{why:?}");
    assert!(!why.contains_key(&id(6)), "who has nothing to do with it is not listed");
}

#[test]
fn equals_go_to_the_least_loaded_and_newcomers_are_not_flooded() {
    let mut busy = expert(1, &[("erp", 3)], 200);
    busy.load = 60;
    let mut calm = expert(2, &[("erp", 3)], 200);
    calm.load = 20;
    let mut fresh = expert(3, &[("erp", 3)], 200);
    fresh.joined = TODAY;
    let p = run(vec![need("a", &[("erp", 3, 10)])], vec![busy.clone(), calm.clone()], vec![]);
    assert_eq!(who(&p, "a"), [id(2)]);
    // The newcomer's zero counts as the middle load of 20, and is not the least by far.
    let rules = CATALOG.matching(TODAY).unwrap();
    assert_eq!(effective_load(&fresh, 0, 20, rules, TODAY), 20);
    assert_eq!(effective_load(&calm, 20, 20, rules, TODAY), 20);
    let needs: Vec<Need> = (0..6).map(|n| need(&format!("n{n}"), &[("erp", 3, 20)])).collect();
    let p = run(needs, vec![busy, calm, fresh], vec![]);
    let to_new = p.served.iter().filter(|s| s.places[0].expert == id(3)).count();
    assert!(p.served.len() == 6 && to_new <= 3, "{to_new} of six went to the newcomer");
}

#[test]
fn what_stands_stays_and_a_new_expert_moves_nobody() {
    let needs = vec![need("a", &[("erp", 3, 10)]), need("b", &[("erp", 3, 10), ("security", 2, 5)])];
    let first = run(needs.clone(), vec![expert(1, &[("erp", 3), ("security", 3)], 100), expert(2, &[("erp", 3)], 100)], vec![]);
    let better = expert(3, &[("erp", 5), ("security", 5)], 100);
    let with = vec![expert(1, &[("erp", 3), ("security", 3)], 100), expert(2, &[("erp", 3)], 100), better.clone()];
    let second = run(needs.clone(), with.clone(), first.kept());
    assert_eq!((who(&first, "a"), who(&first, "b")), (who(&second, "a"), who(&second, "b")));
    assert!(second.served.iter().all(|s| s.places.iter().all(|p| p.kept)));
    // A new need goes to the new expert; the others stay where they are.
    let mut more = needs;
    more.push(need("c", &[("erp", 4, 10)]));
    let third = run(more, with, first.kept());
    assert_eq!((who(&third, "a"), who(&third, "c")), (who(&first, "a"), vec![id(3)]));
}

#[test]
fn a_kept_place_is_freed_by_conflict_or_removal_only_and_that_is_told() {
    let kept = vec![Kept { need: "a".into(), competence: "erp".into(), expert: id(1), hours: 10 }];
    let mut conflicted = expert(1, &[("erp", 5)], 100);
    conflicted.facts.email = "x@firm.example.vn".into();
    let mut n = need("a", &[("erp", 3, 10)]);
    n.firm.email = "y@firm.example.vn".into();
    let p = run(vec![n.clone()], vec![conflicted, expert(2, &[("erp", 3)], 100)], kept.clone());
    assert_eq!(who(&p, "a"), [id(2)]);
    assert!(p.excluded.iter().any(|x| x.was_assigned && x.expert == id(1)));
    let gone = run(vec![n], vec![expert(2, &[("erp", 3)], 100)], kept);
    assert!(gone.excluded.iter().any(|x| x.was_assigned) && who(&gone, "a") == [id(2)]);
}

#[test]
fn nothing_and_nonsense_are_borne() {
    let p = run(vec![], vec![], vec![]);
    assert!(p.served.is_empty() && p.unserved.is_empty() && p.proven);
    let p = run(vec![need("a", &[]), need("b", &[("no-such", 3, 10)]), need("b", &[("erp", 1, u32::MAX)])], vec![expert(1, &[("erp", 9)], u32::MAX)], vec![Kept { need: "zz".into(), competence: "erp".into(), expert: id(1), hours: u32::MAX }]);
    assert_eq!(p.unserved.len(), 2, "a need without skills waits; a repeated id counts once");
}

#[test]
fn sixty_experts_and_a_hundred_needs_are_planned_quickly() {
    let codes: Vec<&str> = CATALOG.competences.competences.iter().map(|c| c.code.as_str()).collect();
    let experts: Vec<Candidate> = (0..60u128).map(|n| expert(n + 1, &[(codes[n as usize % codes.len()], 3 + (n % 3) as u8), (codes[(n as usize * 5 + 3) % codes.len()], 3)], 60)).collect();
    let needs: Vec<Need> = (0..100usize).map(|n| need(&format!("n{n:03}"), &[(codes[n % codes.len()], 3, 12), (codes[(n * 7 + 1) % codes.len()], 2, 8)])).collect();
    let begun = std::time::Instant::now();
    let p = run(needs, experts, vec![]);
    assert!(p.served.len() >= 60, "{} served", p.served.len());
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
}

fn problem() -> impl Strategy<Value = Problem> {
    let slot = (1u32..4, prop::collection::btree_map(0usize..3, 1u32..6, 0..4));
    let needs = prop::collection::vec(prop::collection::vec(slot, 1..3), 0..4);
    (needs, prop::collection::vec(0u32..7, 3), prop::collection::vec(0u32..5, 3)).prop_map(|(needs, free, load)| {
        let slot = |(hours, options): (u32, BTreeMap<usize, u32>)| {
            let mut options: Vec<(usize, u32)> = options.into_iter().collect();
            options.sort_by_key(|(e, f)| (std::cmp::Reverse(*f), *e));
            Slot { hours, options }
        };
        Problem { needs: needs.into_iter().map(|n| n.into_iter().map(slot).collect()).collect(), free, load }
    })
}

/// All ways, without any bound.
fn brute(p: &Problem, at: usize, teams: &mut solve::Teams, best: &mut Value) {
    if at == p.needs.len() {
        let mut used = [0u32; 3];
        for (need, team) in p.needs.iter().zip(teams.iter()) {
            for (slot, e) in need.iter().zip(team.iter().flatten()) {
                used[*e] += slot.hours;
            }
        }
        if used.iter().zip(&p.free).all(|(u, f)| u <= f) {
            *best = (*best).max(value(p, teams));
        }
        return;
    }
    teams[at] = None;
    brute(p, at + 1, teams, best);
    let mut all: Vec<Vec<usize>> = vec![vec![]];
    for slot in &p.needs[at] {
        all = all.into_iter().flat_map(|team| slot.options.iter().map(move |(e, _)| [team.clone(), vec![*e]].concat())).collect();
    }
    for team in all {
        teams[at] = Some(team);
        brute(p, at + 1, teams, best);
    }
    teams[at] = None;
}

fn any_plan() -> impl Strategy<Value = (Vec<Need>, Vec<Candidate>)> {
    let codes = ["erp", "security", "training", "data_bi"];
    let one_need = (prop::collection::btree_map(0usize..4, (1u8..5, 1u32..30), 0..4), 0u8..3);
    let one_expert = (prop::collection::btree_map(0usize..4, 1u8..6, 0..4), 0u32..60, 0u32..40, 0u8..6, 0i32..200);
    (prop::collection::vec(one_need, 0..6), prop::collection::vec(one_expert, 0..7)).prop_map(move |(needs, experts)| {
        let needs = needs.into_iter().enumerate().map(|(n, (skills, firm))| {
            let skills: Vec<_> = skills.iter().map(|(c, (l, h))| (codes[*c], *l, *h)).collect();
            let mut need = need(&format!("n{n}"), &skills);
            need.firm.tax_code = format!("030000000{firm}");
            need
        });
        let experts = experts.into_iter().enumerate().map(|(n, (skills, capacity, load, firm, days))| {
            let skills: Vec<_> = skills.iter().map(|(c, l)| (codes[*c], *l)).collect();
            let mut c = expert(n as u128 + 1, &skills, capacity);
            c.load = load;
            c.facts.tax_codes.insert(format!("030000000{firm}"));
            c.joined = TODAY.checked_sub(jiff::Span::new().days(days)).unwrap();
            c
        });
        (needs.collect(), experts.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn small_problems_are_solved_exactly(p in problem()) {
        let (teams, proven) = solve(&p);
        let mut best = value(&p, &vec![None; p.needs.len()]);
        brute(&p, 0, &mut vec![None; p.needs.len()], &mut best);
        prop_assert!(proven);
        prop_assert_eq!(value(&p, &teams), best);
    }

    /// Levels, languages, conflicts and hours hold; needs are served whole; the order of the input does not matter; a
    /// second run with what stands changes nothing; an expert who fits nothing changes nothing.
    #[test]
    fn a_plan_keeps_its_promises((needs, experts) in any_plan()) {
        let p = run(needs.clone(), experts.clone(), vec![]);
        let mut hours: BTreeMap<ExpertId, u32> = BTreeMap::new();
        for s in &p.served {
            let need = needs.iter().find(|n| n.id == s.need).unwrap();
            prop_assert_eq!(s.places.len(), need.skills.len());
            for place in &s.places {
                let c = experts.iter().find(|c| c.id == place.expert).unwrap();
                prop_assert!(c.skills[&place.competence].0 >= place.level);
                prop_assert!(!c.facts.tax_codes.contains(&need.firm.tax_code));
                *hours.entry(place.expert).or_insert(c.load) += place.hours;
            }
        }
        for (id, h) in hours {
            prop_assert!(h <= experts.iter().find(|c| c.id == id).unwrap().capacity);
        }
        prop_assert_eq!(p.served.len() + p.unserved.len(), needs.len());

        let mut shuffled = (needs.clone(), experts.clone());
        shuffled.0.reverse();
        shuffled.1.reverse();
        prop_assert_eq!(&p, &run(shuffled.0, shuffled.1, vec![]));

        let places = |p: &Plan| p.served.iter().map(|s| (s.need.clone(), s.places.iter().map(|x| x.expert).collect::<Vec<_>>())).collect::<Vec<_>>();
        let again = run(needs.clone(), experts.clone(), p.kept());
        prop_assert!(places(&p).iter().all(|x| places(&again).contains(x)));

        let mut unrelated = experts;
        unrelated.push(expert(900, &[("legal_contract", 5)], 500));
        prop_assert_eq!(places(&p), places(&run(needs, unrelated, vec![])));
    }
}
