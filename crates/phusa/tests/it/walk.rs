//! Every procedure in force walked to its end by what the API says alone: the examples it gives, the acts it offers.

use crate::{
    dossier::{Dossier, example, key},
    house::{House, fourth},
};
use kernel::Instant;
use serde_json::Value;
use std::collections::BTreeSet;
use store::Db;
use testkit::on_each_database;

on_each_database!(every_procedure_by_the_api_alone a_fourth_procedure_by_one_file);

/// Whom a walk asks, in this order, whether there is something for them to do.
const PEOPLE: [&str; 9] = ["thu", "ha", "duc", "khanh", "mai", "tuan", "lam", "son", "lan"];

/// What leads a case to its end when nothing is left to try.
const ONWARD: [&str; 11] =
    ["receive", "supplement", "confirm_draft", "assign", "give_opinion", "appraise", "review", "approve", "issue", "return", "stop"];

async fn every_procedure_by_the_api_alone(db: Db) {
    let house = House::open(db).await;
    let list = house.nobody().get("/api/v1/definitions").ok();
    let codes: Vec<&str> = list["definitions"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["1.001193", "1.001612", "1.013225", "dx-group", "dx-one-to-one"]);
    // Dossiers of the one-stop flow; the months of an engagement are walked where its acts are (services::api::walk_tests).
    for code in codes.into_iter().filter(|c| !c.starts_with("dx-")) {
        walk_all(&house, code).await;
    }
}

async fn a_fourth_procedure_by_one_file(db: Db) {
    let overlay = fourth();
    let house = House::with(db, &[overlay.clone()], crate::house::MONDAY).await;
    let page = house.browser().get("/services/2.000908");
    assert!(page.status == 200 && page.text().contains("Cấp bản sao từ sổ gốc"), "{}", page.text());
    assert!(house.browser().get("/services?q=so+goc").text().contains("2.000908"));
    let process = house.browser().get("/documents/process/2.000908");
    assert!(process.status == 200 && process.bytes.starts_with(b"%PDF"));
    walk_all(&house, "2.000908").await;
    std::fs::remove_dir_all(overlay).ok();
}

/// Walks until every act of the definition has happened in some walk.
async fn walk_all(house: &House, definition: &str) {
    let mut left = declared_acts(house, definition);
    let mut ends = BTreeSet::new();
    let mut granted = None;
    for round in 0.. {
        assert!(round < 16, "{definition}: never done: {left:?}");
        let complete = left.is_empty();
        let walked = walk(house, definition, &mut left).await;
        house.sound(&walked.code).await;
        ends.insert(walked.handling().to_owned());
        if walked.handling() == "returned" && walked.last["outcome"]["outcome"] == "granted" {
            granted = Some(walked);
        }
        if complete {
            break;
        }
    }
    assert_eq!(ends.iter().map(String::as_str).collect::<Vec<_>>(), ["refused", "returned", "stopped"]);
    house.effects().await;
    let granted = granted.unwrap();
    let papers = granted.documents("thu");
    assert!(papers.len() >= 2, "{papers:?}");
    assert!(granted.documents("lan").iter().any(|d| !d.starts_with("slip")));
    // Rendered by the effect: the hash is in the journal, and the bytes are those.
    let seen = granted.seen_by("lan");
    assert!(seen["documents"].as_array().unwrap().iter().all(|d| d["sha256"].as_str().is_some_and(|h| h.len() == 64)));
    house.sound(&granted.code).await;
}

fn declared_acts(house: &House, definition: &str) -> BTreeSet<String> {
    let d = house.nobody().get(&format!("/api/v1/definitions/{definition}")).ok();
    d["acts"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap().to_owned()).collect()
}

/// What has to be done (again) for something to happen by silence.
const LEADS: [(&str, &str); 3] = [("lapse", "ask_supplement_intake"), ("confirm_by_silence", "send_draft"), ("tacit_consent", "consult")];

/// One case to its end, trying what was not tried yet first.
async fn walk<'h>(house: &'h House, definition: &str, left: &mut BTreeSet<String>) -> Dossier<'h> {
    house.set(crate::house::MONDAY);
    let reply = house.actor("lan").post_once("/api/v1/cases", &key(), &example(house, definition));
    assert_eq!(reply.status, 201, "{}", reply.text());
    let last = reply.json();
    let mut case = Dossier { house, code: last["code"].as_str().unwrap().to_owned(), last };
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for _ in 0..60 {
        house.later(60);
        let open = open_acts(&case);
        let named = |name: &str| open.iter().find(|(_, a)| a["act"] == name && !refused.contains(name));
        let new = open.iter().find(|(_, a)| fresh(a, left, &refused) && !is_ending(a));
        if new.is_none() && time_has_come(house, &case, left).await {
            continue;
        }
        let lead = || LEADS.iter().find_map(|(then, first)| named(first).filter(|_| left.contains(*then)));
        let ending = || open.iter().find(|(_, a)| fresh(a, left, &refused));
        let onward = || ONWARD.iter().find_map(|name| named(name));
        let Some((who, act)) = new.or_else(lead).or_else(ending).or_else(onward) else {
            case.last = case.seen_by("thu");
            assert!(matches!(case.handling(), "returned" | "refused" | "stopped"), "{definition}: stuck after {:?} at {}", case.story("thu"), case.last["step"]);
            return case;
        };
        let name = act["act"].as_str().unwrap().to_owned();
        let done = case.attempt(who, &act["example"]);
        if done.status == 409 {
            // A guard that only the input decides: one supplement and no more, say.
            done.refused(409, "guard");
            refused.insert(name);
            continue;
        }
        case.last = done.ok();
        left.remove(&name);
        refused.clear();
    }
    panic!("{definition} {}: no end after {:?}", case.code, case.story("thu"));
}

fn fresh(act: &Value, left: &BTreeSet<String>, refused: &BTreeSet<String>) -> bool {
    act["act"].as_str().is_some_and(|a| left.contains(a) && !refused.contains(a))
}

fn is_ending(act: &Value) -> bool {
    matches!(act["act"].as_str(), Some("refuse" | "withdraw" | "stop" | "propose_refusal" | "return" | "collect"))
}

/// Everything somebody may do now.
fn open_acts(case: &Dossier<'_>) -> Vec<(&'static str, Value)> {
    let mut open = Vec::new();
    for who in PEOPLE {
        let reply = case.house.actor(who).get(&case.path(""));
        if reply.status == 404 {
            continue; // not asked, so not theirs to see
        }
        let seen = reply.ok();
        open.extend(seen["acts"].as_array().unwrap().iter().filter(|a| a["open"] == true).map(|a| (who, a.clone())));
    }
    open
}

/// What happens by silence, when that has not been seen yet: the clock moves to the instant and the timers run.
async fn time_has_come(house: &House, case: &Dossier<'_>, left: &mut BTreeSet<String>) -> bool {
    let found = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
    let Some(due) = found.state.next_timer(&found.definition) else { return false };
    let due: Instant = due;
    let wanted = casework::desk::due_acts(&found, due);
    if !wanted.iter().any(|a| left.contains(a)) {
        return false;
    }
    house.set_to(due.max(house.now()));
    assert!(house.timers().await > 0, "{wanted:?}");
    for act in &wanted {
        left.remove(act);
    }
    true
}
