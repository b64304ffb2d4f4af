//! Every procedure in force walked to its end by what the API says alone: the examples it gives, the acts it offers.

use crate::{
    dossier::{Dossier, example, key},
    house::{House, fourth},
};
use casework::{Act, Found};
use kernel::{Actor, Instant, id::ProvinceCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::Db;
use testkit::on_each_database;

on_each_database!(every_procedure_by_the_api_alone a_fourth_procedure_by_one_file);

/// In this order people are asked whether there is something for them to do; the applicant is last.
const ORDER: [&str; 6] = ["one_stop", "head", "specialist", "leader", "clerk", "consulted"];

/// What leads a case to its end when nothing is left to try.
const ONWARD: [&str; 23] = [
    "receive", "supplement", "confirm_draft", "assign", "draft_consult", "review_consult", "sign_consult", "give_opinion", "end_consult", "protect",
    "inspect", "survey", "appraise", "convene", "review", "submit", "both_signed", "seal", "approve", "issue", "return", "collect", "stop",
];

/// What a case may never come to: an apology where the time is one day, money where nothing is owed, a second supplement where
/// an office has nobody to allow it.
const PERHAPS: [&str; 7] = ["apologise", "draft_apology", "settle_due", "refund_due", "waive_due", "allow_second_supplement_intake", "allow_second_supplement"];

/// Who works on a case: the staff of the offices that receive, decide or may be asked, and the applicant.
pub struct Cast {
    pub front: String,
    people: Vec<String>,
}

impl Cast {
    pub fn of(found: &Found) -> Self {
        let consulted = found.definition.consults.iter().map(|c| c.office.as_str());
        let offices: BTreeSet<&str> = [found.state.offices.received.as_str(), found.state.offices.decides.as_str()].into_iter().chain(consulted).collect();
        let mut staff: Vec<(usize, String)> = identity::demo::people()
            .into_iter()
            .filter_map(|p| {
                let (office, role, _) = p.post.as_ref()?;
                let place = ORDER.iter().position(|r| r == role)?;
                offices.contains(office.as_str()).then_some((place, p.key))
            })
            .collect();
        staff.sort();
        let received = found.state.offices.received.as_str();
        let at_the_desk = |p: &identity::demo::DemoAccount| p.post.as_ref().is_some_and(|(o, r, _)| o.as_str() == received && *r == "one_stop");
        let front = identity::demo::people().into_iter().find(at_the_desk).unwrap_or_else(|| panic!("nobody receives at {received}")).key;
        Self { front, people: staff.into_iter().map(|(_, key)| key).chain(["lan".to_owned()]).collect() }
    }
}

async fn every_procedure_by_the_api_alone(db: Db) {
    let house = House::open(db).await;
    let list = house.nobody().get("/api/v1/definitions").ok();
    let codes: Vec<&str> = list["definitions"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
    assert!(codes.len() >= 33 && ["1.001193", "1.001612", "1.013225", "dx-group", "dx-one-to-one"].iter().all(|c| codes.contains(c)), "{codes:?}");
    // Dossiers of the one-stop flow. The months of an engagement are walked where its acts are (services::api::walk_tests),
    // complaints in `care_complaints`, the members of a set in `procedures`.
    // Each on one of the engines; in `make soak` on both.
    let one = testkit::many("PHUSA_WALKS", 1, 2) == 1;
    let turn = usize::from(house.it.db.engine() == store::Engine::Postgres);
    for (_, code) in codes.into_iter().enumerate().filter(|(n, _)| !one || n % 2 == turn) {
        let definition = house.it.services.desk.rules().definitions.current(code, house.now().date()).unwrap();
        if definition.kind == "dossier" && definition.set.is_empty() {
            walk_all(&house, code).await;
        }
    }
}

async fn a_fourth_procedure_by_one_file(db: Db) {
    let overlay = fourth();
    let house = House::with(db, &[overlay.clone()], crate::house::MONDAY).await;
    let page = house.browser().get("/services/2.009908");
    assert!(page.status == 200 && page.text().contains("Cấp bản sao từ sổ gốc"), "{}", page.text());
    assert!(house.browser().get("/services?q=so+goc").text().contains("2.009908"));
    let process = house.browser().get("/documents/process/2.009908");
    assert!(process.status == 200 && process.bytes.starts_with(b"%PDF"));
    walk_all(&house, "2.009908").await;
    std::fs::remove_dir_all(overlay).ok();
}

/// Walks until every act of the definition has happened in some walk.
async fn walk_all(house: &House, definition: &str) {
    let mut left = declared_acts(house, definition);
    let mut ends = BTreeSet::new();
    let mut granted = None;
    for round in 0.. {
        assert!(round < 20, "{definition}: never done: {left:?}");
        let complete = left.iter().all(|act| PERHAPS.contains(&act.as_str()));
        let (walked, cast) = walk(house, definition, &mut left).await;
        house.sound(&walked.code).await;
        ends.insert(walked.handling().to_owned());
        if walked.handling() == "returned" && walked.last["outcome"]["outcome"] == "granted" {
            granted = Some((walked, cast));
        }
        if complete {
            break;
        }
    }
    assert_eq!(ends.iter().map(String::as_str).collect::<Vec<_>>(), ["refused", "returned", "stopped"], "{definition}");
    house.effects().await;
    let (granted, cast) = granted.unwrap_or_else(|| panic!("{definition} was never granted"));
    let papers = granted.documents(&cast.front);
    assert!(papers.len() >= 2, "{definition}: {papers:?}");
    assert!(granted.documents("lan").iter().any(|d| !d.starts_with("slip")), "{definition}");
    // Rendered by the effect: the hash is in the journal, and the bytes are those.
    let seen = granted.seen_by("lan");
    assert!(seen["documents"].as_array().unwrap().iter().all(|d| d["sha256"].as_str().is_some_and(|h| h.len() == 64)), "{definition}");
    house.sound(&granted.code).await;
}

fn declared_acts(house: &House, definition: &str) -> BTreeSet<String> {
    let d = house.nobody().get(&format!("/api/v1/definitions/{definition}")).ok();
    d["acts"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap().to_owned()).collect()
}

/// What has to be done (again) for something to happen by silence.
const LEADS: [(&str, &str); 3] = [("lapse", "ask_supplement_intake"), ("confirm_by_silence", "send_draft"), ("tacit_consent", "consult")];

/// One case to its end, trying what was not tried yet first.
async fn walk<'h>(house: &'h House, definition: &str, left: &mut BTreeSet<String>) -> (Dossier<'h>, Cast) {
    house.set(crate::house::MONDAY);
    let reply = house.actor("lan").post_once("/api/v1/cases", &key(), &example(house, definition));
    assert_eq!(reply.status, 201, "{definition}: {}", reply.text());
    let last = reply.json();
    let case = Dossier { house, code: last["code"].as_str().unwrap().to_owned(), last };
    lead(case, left).await
}

pub async fn found(case: &Dossier<'_>) -> Found {
    case.house.it.services.desk.load_code(&case.code).await.unwrap().unwrap()
}

/// Leads a case that is there to its end; acts in `left` are tried first and taken out.
pub async fn lead<'h>(mut case: Dossier<'h>, left: &mut BTreeSet<String>) -> (Dossier<'h>, Cast) {
    let house = case.house;
    let cast = Cast::of(&found(&case).await);
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for _ in 0..90 {
        house.later(60);
        if pay(&case, left).await {
            continue;
        }
        let open = open_acts(&case, &cast);
        let named = |name: &str| open.iter().find(|(_, a)| a["act"] == name && !refused.contains(name));
        let new = open.iter().find(|(_, a)| fresh(a, left, &refused) && !is_ending(a));
        if new.is_none() && time_has_come(&case, left, false).await {
            continue;
        }
        let then_first = || LEADS.iter().find_map(|(then, first)| named(first).filter(|_| left.contains(*then)));
        let ending = || open.iter().find(|(_, a)| fresh(a, left, &refused));
        let onward = || ONWARD.iter().find_map(|name| named(name));
        let Some((who, act)) = new.or_else(then_first).or_else(ending).or_else(onward) else {
            case.last = case.seen_by(&cast.front);
            if !matches!(case.handling(), "returned" | "refused" | "stopped") && time_has_come(&case, left, true).await {
                continue;
            }
            let (story, step) = (case.story(&cast.front), &case.last["step"]);
            assert!(matches!(case.handling(), "returned" | "refused" | "stopped"), "{}: stuck after {story:?} at {step}", found(&case).await.definition.code);
            give_back(&case, left).await;
            return (case, cast);
        };
        let name = act["act"].as_str().unwrap().to_owned();
        let done = case.attempt(who, &act["example"]);
        if PERHAPS.contains(&name.as_str()) && done.status != 200 {
            left.remove(&name);
            continue;
        }
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
    panic!("{}: no end after {:?}", case.code, case.story(&cast.front));
}

/// What is owed comes in as the payments room would say it; waived once, where that was not seen yet.
pub async fn pay(case: &Dossier<'_>, left: &mut BTreeSet<String>) -> bool {
    let found = found(case).await;
    if matches!(found.state.track("handling"), "returned" | "refused" | "stopped") {
        return false;
    }
    let Some(due) = found.state.unpaid().next() else { return false };
    let waived = !left.contains("settle_due") && left.contains("waive_due");
    let (act, input) = match waived {
        true => ("waive_due", json!({"due": due.code, "reason": "Thuộc diện được miễn theo nghị quyết"})),
        false => ("settle_due", json!({"due": due.code, "amount": due.amount, "reference": format!("FT-{}-{}", case.code, due.code), "how": "gateway", "online": true})),
    };
    by_the_system(case, &found, act, input).await;
    left.remove(act);
    true
}

/// A refund, where the law gives something back and it was not seen yet.
async fn give_back(case: &Dossier<'_>, left: &mut BTreeSet<String>) {
    let found = found(case).await;
    let paid = found.state.dues.iter().find(|d| d.paid.is_some() && d.refund.is_none() && d.refundable);
    if let Some(due) = paid.filter(|_| left.contains("refund_due")) {
        let input = json!({"due": due.code, "amount": due.amount, "reference": format!("HT-{}", case.code), "reason": "Nộp hai lần cho cùng một khoản"});
        by_the_system(case, &found, "refund_due", input).await;
        left.remove("refund_due");
    }
}

async fn by_the_system(case: &Dossier<'_>, found: &Found, act: &str, input: Value) {
    let system = Actor::system(ProvinceCode::new(phusa::demo::PROVINCE));
    let asked = Act { act: act.to_owned(), input };
    let desk = &case.house.it.services.desk;
    desk.perform(&system, found.state.id, &asked, case.house.now(), None, None).await.unwrap_or_else(|e| panic!("{} {act}: {e:?}", case.code));
}

fn fresh(act: &Value, left: &BTreeSet<String>, refused: &BTreeSet<String>) -> bool {
    act["act"].as_str().is_some_and(|a| left.contains(a) && !refused.contains(a))
}

fn is_ending(act: &Value) -> bool {
    matches!(act["act"].as_str(), Some("refuse" | "withdraw" | "stop" | "propose_refusal" | "return" | "collect"))
}

/// Everything somebody may do now.
fn open_acts(case: &Dossier<'_>, cast: &Cast) -> Vec<(String, Value)> {
    let mut open = Vec::new();
    for who in &cast.people {
        let reply = case.house.actor(who).get(&case.path(""));
        if reply.status == 404 {
            continue; // not asked, so not theirs to see
        }
        let seen = reply.ok();
        open.extend(seen["acts"].as_array().unwrap().iter().filter(|a| a["open"] == true).map(|a| (who.clone(), a.clone())));
    }
    open
}

/// What happens by silence, when that has not been seen yet or nothing else leads on: the clock moves to the instant and the timers run.
async fn time_has_come(case: &Dossier<'_>, left: &mut BTreeSet<String>, anyway: bool) -> bool {
    let (house, found) = (case.house, found(case).await);
    let Some(due) = found.state.next_timer(&found.definition) else { return false };
    let due: Instant = due;
    let wanted = casework::desk::due_acts(&found, due);
    if wanted.is_empty() || (!anyway && !wanted.iter().any(|a| left.contains(a))) {
        return false;
    }
    house.set_to(due.max(house.now()));
    assert!(house.timers().await > 0, "{wanted:?}");
    for act in &wanted {
        left.remove(act);
    }
    true
}
