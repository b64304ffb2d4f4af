#![allow(clippy::unwrap_used)]
use super::*;
use crate::subject::CaseFilter;
use kernel::id::{AccountId, OfficeCode, PartyId, RoleCode};
use std::{collections::BTreeSet, path::Path};
use uuid::Uuid;

fn files() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut files = Files::new();
    for folder in ["policies", "offices"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn party(n: u128) -> PartyId {
    PartyId::new(Uuid::from_u128(n))
}

fn person(roles: &[&str], office: Option<&str>, of: Option<u128>) -> Actor {
    Actor {
        account: AccountId::new(Uuid::from_u128(1)),
        province: "79".into(),
        name: "Thử".into(),
        party: of.map(party),
        personal_number: None,
        roles: roles.iter().map(RoleCode::new).collect(),
        office: office.map(OfficeCode::new),
        title: None,
        lent: Vec::new(),
    }
}

fn typical() -> CaseFacts {
    CaseFacts {
        office_decides: Some("H29.02".into()),
        applicant: Some(party(10)),
        owner: Some(party(11)),
        requested_offices: BTreeSet::from(["H29.05".into()]),
        ..CaseFacts::at("79".into(), "1.013225", "H29.161".into())
    }
}

struct House(Policies, Offices);
impl House {
    fn new() -> Self {
        let files = files();
        let told = |f: Vec<Finding>| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        Self(Policies::load(&files).unwrap_or_else(told), Offices::load(&files).unwrap())
    }
    fn may(&self, actor: Option<&Actor>, action: &str, subject: &Subject) -> bool {
        self.0.permits(&"79".into(), &self.1, actor, action, subject)
    }
}

#[test]
fn every_action_is_declared_has_a_policy_and_nothing_else_is() {
    let house = House::new();
    for action in actions::ALL {
        assert!(house.0.bearing_on(action.name) > 0, "{} has no policy", action.name);
        let named = house.0.index().iter().any(|p| p.permits && p.actions.iter().any(|a| a == action.name));
        assert!(named, "no permit names {}", action.name);
        assert!(!action.text().vi.is_empty() && !action.text().en.is_empty());
    }
    let declared: BTreeSet<String> = house.0.schema.actions().map(|a| a.id().unescaped().to_owned()).collect();
    let known: BTreeSet<String> = actions::ALL.iter().map(|a| a.name.to_owned()).collect();
    assert_eq!(declared, known);
}

/// Who may do what, as one table: a change of policy shows here as a changed letter.
#[test]
fn roles_by_actions() {
    let house = House::new();
    let people: Vec<(&str, Option<Actor>)> = vec![
        ("nobody", None),
        ("applicant", Some(person(&["citizen"], None, Some(10)))),
        ("owner", Some(person(&["citizen"], None, Some(11)))),
        ("stranger", Some(person(&["citizen"], None, Some(99)))),
        ("one_stop H29.161", Some(person(&["one_stop"], Some("H29.161"), None))),
        ("one_stop H29.162", Some(person(&["one_stop"], Some("H29.162"), None))),
        ("specialist H29.02", Some(person(&["specialist"], Some("H29.02"), None))),
        ("head H29.02", Some(person(&["head"], Some("H29.02"), None))),
        ("leader H29.02", Some(person(&["leader"], Some("H29.02"), None))),
        ("leader H29.03", Some(person(&["leader"], Some("H29.03"), None))),
        ("leader H29", Some(person(&["leader"], Some("H29"), None))),
        ("clerk H29.02", Some(person(&["clerk"], Some("H29.02"), None))),
        ("consulted H29.05", Some(person(&["consulted"], Some("H29.05"), None))),
        ("consulted H29.02", Some(person(&["consulted"], Some("H29.02"), None))),
        ("controller H29.01", Some(person(&["controller"], Some("H29.01"), None))),
        ("administrator H29", Some(person(&["administrator"], Some("H29"), None))),
        ("auditor H29", Some(person(&["auditor"], Some("H29"), None))),
    ];
    let mut table = String::new();
    for (name, actor) in &people {
        let row: Vec<String> = actions::ALL
            .iter()
            .filter_map(|a| {
                let portal = house.may(actor.as_ref(), a.name, &Subject::Portal);
                let case = a.on == actions::On::Case && house.may(actor.as_ref(), a.name, &typical().into());
                match (portal, case) {
                    _ if a.open && portal => None,
                    (true, true) => Some(format!("{}+case", a.name)),
                    (true, false) if a.on == actions::On::Case => Some(format!("{}(door)", a.name)),
                    (true, false) => Some(a.name.to_owned()),
                    (false, true) => Some(format!("!{}", a.name)),
                    (false, false) => None,
                }
            })
            .collect();
        table.push_str(&format!("{name}: {}\n", row.join(" ")));
    }
    let expected = include_str!("../tests/roles_by_actions.txt");
    if std::env::var_os("PHUSA_UPDATE").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/roles_by_actions.txt"), &table).unwrap();
    } else {
        assert_eq!(table, expected, "policies changed; if meant, run with PHUSA_UPDATE=1 and read the difference");
    }
    for (_, actor) in &people {
        for action in actions::ALL.iter().filter(|a| a.open) {
            assert!(house.may(actor.as_ref(), action.name, &Subject::Portal), "{} is open", action.name);
        }
    }
}

#[test]
fn another_province_sees_nothing() {
    let house = House::new();
    let mut case = typical();
    case.province = "01".into();
    for roles in [vec!["citizen"], vec!["leader"], vec!["controller"], vec!["system"]] {
        let actor = person(&roles, Some("H29"), Some(10));
        assert!(!house.may(Some(&actor), actions::CASE_VIEW, &case.clone().into()), "{roles:?}");
    }
    let mut guest = person(&["citizen", "administrator", "one_stop"], Some("H29"), Some(10));
    guest.province = "01".into();
    for action in actions::ALL.iter().filter(|a| !a.open) {
        assert!(!house.may(Some(&guest), action.name, &Subject::Portal), "{}", action.name);
    }
}

#[test]
fn what_is_not_known_is_refused() {
    let house = House::new();
    let citizen = person(&["citizen"], None, Some(10));
    assert!(!house.may(Some(&citizen), "case:eat", &Subject::Portal));
    assert!(!house.may(Some(&citizen), "", &typical().into()));
    assert!(!house.may(Some(&citizen), actions::PORTAL_READ, &typical().into()));
    assert!(!house.may(Some(&person(&[], Some("H00.99"), None)), actions::WORK_LIST, &Subject::Portal));
}

/// The filter of a list and the single decision are the same rule.
#[test]
fn the_filter_of_a_list_agrees_with_every_single_decision() {
    let house = House::new();
    let offices = ["H29", "H29.02", "H29.05", "H29.161"];
    let roles = ["citizen", "one_stop", "specialist", "head", "leader", "clerk", "consulted", "controller", "administrator", "auditor"];
    let mut cases = Vec::new();
    for received in offices {
        for decides in [None, Some("H29.02")] {
            for asked in [None, Some("H29.05"), Some("H29")] {
                for (applicant, proxy) in [(Some(party(10)), None), (None, Some(party(10))), (Some(party(12)), None)] {
                    cases.push(CaseFacts {
                        office_decides: decides.map(OfficeCode::new),
                        requested_offices: asked.map(OfficeCode::new).into_iter().collect(),
                        applicant,
                        proxy,
                        ..CaseFacts::at("79".into(), "1.013225", received.into())
                    });
                }
            }
        }
    }
    let mut compared = 0;
    for role in roles {
        for office in offices.iter().map(|o| Some(*o)).chain([None]) {
            for of in [Some(10), None] {
                let actor = person(&[role], office, of);
                let filter = CaseFilter::of(&actor, &house.1);
                for case in &cases {
                    let single = house.may(Some(&actor), actions::CASE_VIEW, &case.clone().into());
                    assert_eq!(filter.contains(case), single, "{actor:?} {case:?}");
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 10 * 5 * 2 * 72);
}

/// Whoever is appointed to a case sees it and acts on it, with a post or without; nobody else of the role does.
#[test]
fn members_of_a_case_see_it_and_their_colleagues_do_not() {
    let house = House::new();
    let appointed = CaseFacts { members: BTreeSet::from([AccountId::new(Uuid::from_u128(1))]), ..CaseFacts::at("79".into(), "dx-one-to-one", "H29.10".into()) };
    let others = CaseFacts { members: BTreeSet::from([AccountId::new(Uuid::from_u128(2))]), ..appointed.clone() };
    for (roles, office, of) in [(vec!["consultant"], Some("H29.10"), None), (vec!["citizen"], None, Some(99)), (vec!["board_member"], Some("H29.10"), None)] {
        let actor = person(&roles, office, of);
        let filter = CaseFilter::of(&actor, &house.1);
        for action in [actions::CASE_VIEW, actions::CASE_ACT, actions::FILE_READ] {
            assert!(house.may(Some(&actor), action, &appointed.clone().into()), "{roles:?} {action}");
            assert!(!house.may(Some(&actor), action, &others.clone().into()), "{roles:?} {action}");
        }
        assert!(filter.contains(&appointed) && !filter.contains(&others), "{roles:?}");
    }
    for role in ["centre_officer", "board_chair", "centre_director"] {
        let (here, elsewhere) = (person(&[role], Some("H29.10"), None), person(&[role], Some("H29.02"), None));
        assert!(house.may(Some(&here), actions::CASE_VIEW, &others.clone().into()), "{role}");
        assert!(!house.may(Some(&elsewhere), actions::CASE_VIEW, &others.clone().into()), "{role}");
        assert!(CaseFilter::of(&here, &house.1).contains(&others) && !CaseFilter::of(&elsewhere, &house.1).contains(&others), "{role}");
    }
    let mut far = appointed;
    far.province = "01".into();
    assert!(!house.may(Some(&person(&["consultant"], Some("H29.10"), None)), actions::CASE_VIEW, &far.into()), "never across provinces");
}

#[test]
fn what_is_wrong_in_a_policy_is_told_with_file_and_line() {
    let mut files = files();
    files.insert("policies/a.cedar", "\n@id(\"x\")\npermit (principal, action == Action::\"case:eat\", resource);\n");
    files.insert("policies/b.cedar", "@id(\"y\")\npermit (\n  principal,\n  acton, resource);\n");
    files.insert("policies/c.cedar", "@id(\"z\")\npermit (principal is Account, action == Action::\"account:use\", resource)\nwhen { principal.colour == 3 };\n");
    files.insert("policies/d.cedar", "@id(\"public-pages\")\nforbid (principal, action, resource);\npermit (principal, action, resource);\n");
    let said: Vec<String> = Policies::check(&files).iter().map(ToString::to_string).collect();
    for start in ["policies/a.cedar:3: ", "policies/b.cedar:4: ", "policies/c.cedar:3: ", "policies/d.cedar: "] {
        assert!(said.iter().any(|s| s.starts_with(start)), "{start} in {said:#?}");
    }
    assert!(said.iter().any(|s| s.contains("“public-pages”")), "{said:#?}");
    assert!(!Policies::check(&Files::new()).is_empty());
}

/// `cargo test -p identity --release -- --ignored --nocapture decisions`
#[test]
#[ignore = "a measurement"]
fn decisions_per_second() {
    let house = House::new();
    let actor = person(&["specialist"], Some("H29.02"), None);
    let subject = typical().into();
    let start = std::time::Instant::now();
    for _ in 0..10_000 {
        assert!(house.may(Some(&actor), actions::CASE_VIEW, &subject));
    }
    println!("{:?} a decision", start.elapsed() / 10_000);
}
