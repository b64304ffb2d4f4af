//! Engagements and the register of enterprises: each step once, never backwards, with the case behind it; groups move every member;
//! what is accepted is offered to the accountant, what waits is offered to the matching of experts.

use crate::house::House;
use casework::{Act, Found, definition::Channel, event::{CaseOffices, Filing, GivenFile, People, Person}};
use centre::model::{Enterprise, EnterpriseEvent, EnterpriseKind, Profile, Stage};
use kernel::{Actor, id::EnterpriseId};
use serde_json::{Value, json};
use std::time::Duration;
use store::{Db, values};
use testkit::on_each_database;

on_each_database!(
    a_firm_goes_the_whole_way_once
    two_followers_and_a_second_case_change_nothing
    every_member_of_a_group_moves
    acceptance_and_waiting_are_offered
    the_directors_rows_are_his_figures
);

/// Valid codes of ten digits.
pub const CODES: [&str; 4] = ["0100112437", "0300588569", "0301442379", "0319876546"];
pub const ADVISED: &[(&str, &str)] = &[
    ("nhan", "appoint_consultant"),
    ("nhan", "receive"),
    ("vien", "note_visit"),
    ("vien", "list_tool"),
    ("vien", "note_gap"),
    ("vien", "note_score"),
    ("vien", "note_kpi"),
    ("vien", "file_as_is"),
    ("vien", "draft_roadmap"),
    ("vien", "submit_framework"),
    ("chau", "review"),
    ("luon", "accept_framework"),
];
pub const CONTRACTED: &[(&str, &str)] = &[
    ("vien", "declare_interest"),
    ("luon", "require"),
    ("vien", "note_quote"),
    ("luon", "decide_choice"),
    ("vien", "file_matrix"),
    ("nhan", "appoint_provider"),
    ("vien", "sign_contract"),
];
pub const ACCEPTED: &[(&str, &str)] = &[
    ("phanmem", "file_plan"),
    ("phanmem", "plan_milestone"),
    ("phanmem", "report_milestone"),
    ("luon", "accept_milestone"),
    ("vien", "hand_over"),
    ("phanmem", "return_data"),
    ("phanmem", "file_payment"),
    ("vien", "liquidate"),
];
const FILES: [(&str, &str); 9] = [
    ("file_as_is", "as_is_report"),
    ("draft_roadmap", "roadmap_file"),
    ("review", "board_minutes"),
    ("file_matrix", "scoring_matrix"),
    ("sign_contract", "contract_file"),
    ("file_plan", "deployment_plan"),
    ("return_data", "data_return"),
    ("file_payment", "payment_file"),
    ("liquidate", "liquidation"),
];

pub async fn person(house: &House, key: &str) -> Actor {
    let directory = house.it.identity.directory();
    let account = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, key).await.unwrap().unwrap();
    directory.actor(account.id, house.now()).await.unwrap().unwrap()
}

pub async fn register(house: &House, code: &str, name: &str) -> EnterpriseId {
    let profile = Profile {
        kind: EnterpriseKind::Enterprise,
        code: code.into(),
        name: name.into(),
        vsic: "C10".into(),
        area: "27139".into(),
        founded: None,
        phone: None,
        address: None,
        women_owned: false,
        social_enterprise: false,
    };
    centre::acts::register(&house.it.centre.centre, None, profile, false, house.now()).await.unwrap().id
}

pub async fn file(house: &House, definition: &str, code: &str) -> Found {
    let actor = person(house, "luon").await;
    let d = house.it.services.desk.rules().definitions.current(definition, house.now().date()).unwrap().clone();
    let mut answers = d.form.example().unwrap().clone();
    answers["enterprise_tax_code"] = json!(code);
    let own = Person { party: actor.party, name: actor.name.clone(), identifier: None, phone: None, email: None, address: None };
    let people: People = casework::people::people(&d.form, &answers, own, None);
    let office = d.received_by.clone().unwrap();
    let filing: Filing = serde_json::from_value(json!({
        "code": "-", "definition": d.code, "version": d.version, "title": answers["enterprise_name"], "channel": Channel::Online, "people": people,
        "offices": CaseOffices { helped: None, received: office.clone(), decides: office }, "answers": answers, "files": [],
    }))
    .unwrap();
    house.it.services.desk.file(&actor, filing, house.now(), None, None).await.unwrap().found
}

pub async fn act(house: &House, found: &mut Found, who: &str, act: &str, more: Value) {
    house.later(600);
    let schema = found.definition.acts[act].input.clone().unwrap_or(Value::Null);
    let mut input = schema["examples"][0].as_object().cloned().unwrap_or_default();
    let member = match act {
        "appoint_consultant" => Some(person(house, "vien").await.account),
        "appoint_provider" => Some(person(house, "phanmem").await.account),
        _ => None,
    };
    if let Some(member) = member {
        input.insert("member".into(), json!(member));
    }
    if let Some((_, kind)) = FILES.iter().find(|f| f.0 == act) {
        let file = GivenFile {
            component: (*kind).into(),
            file: kernel::id::FileId::new(uuid::Uuid::now_v7()),
            name: "giay-to.pdf".into(),
            sha256: "0".repeat(64),
            size: 10,
            media_type: "application/pdf".into(),
            origin: None,
            signatures: Vec::new(),
        };
        input.insert("files".into(), json!([file]));
    }
    if ["report_milestone", "accept_milestone"].contains(&act) {
        input.insert("entry".into(), json!(1));
    }
    if let Value::Object(more) = more {
        input.extend(more);
    }
    let asked = Act { act: act.into(), input: Value::Object(input) };
    let actor = person(house, who).await;
    let done = house.it.services.desk.perform(&actor, found.state.id, &asked, house.now(), None, None).await;
    *found = done.unwrap_or_else(|e| panic!("{who} {act}: {e:?}")).found;
}

pub async fn all(house: &House, found: &mut Found, acts: &[(&str, &str)]) {
    for (who, name) in acts {
        act(house, found, who, name, Value::Null).await;
    }
}

async fn stored(house: &House, id: EnterpriseId) -> Enterprise {
    centre::store::load(&house.it.scope, &id.to_string()).await.unwrap().unwrap()
}

/// The steps in the enterprise's own journal: stage and case.
async fn advanced(house: &House, id: EnterpriseId) -> Vec<(Stage, String)> {
    let entries = store::journal::stream(&house.it.scope, &id.to_string()).await.unwrap();
    let events = entries.iter().map(|e| e.read::<EnterpriseEvent>().unwrap());
    events
        .filter_map(|e| match e {
            EnterpriseEvent::Advanced { stage, case } => Some((stage, case.unwrap_or_default())),
            _ => None,
        })
        .collect()
}

async fn again_from_the_beginning(house: &House) {
    let mut batch = house.it.scope.batch();
    batch.exec("DELETE FROM consumer WHERE province = $1 AND name = 'centre-engagements'", values![]);
    house.it.scope.commit(batch).await.unwrap();
    house.follow().await;
}

async fn a_firm_goes_the_whole_way_once(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], "Công ty TNHH Lươn Cần Giờ").await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    let code = case.state.code.to_string();
    house.follow().await;
    assert_eq!(stored(&house, firm).await.stage, Stage::Reached, "asking is no advice yet");
    let mut wanted = Vec::new();
    for (acts, stage) in [(ADVISED, Stage::Advised), (CONTRACTED, Stage::Contracted), (ACCEPTED, Stage::Accepted)] {
        all(&house, &mut case, acts).await;
        house.follow().await;
        wanted.push((stage, code.clone()));
        assert_eq!(advanced(&house, firm).await, wanted);
    }
    act(&house, &mut case, "vien", "note_kpi", json!({"moment": "m3"})).await;
    act(&house, &mut case, "vien", "note_kpi", json!({"moment": "m6"})).await;
    house.follow().await;
    wanted.push((Stage::Measured, code.clone()));
    assert_eq!(advanced(&house, firm).await, wanted);
    let e = stored(&house, firm).await;
    assert_eq!((e.stage, e.steps.len()), (Stage::Measured, 4));
    assert!(e.steps.iter().all(|s| s.case.as_deref() == Some(code.as_str())));
    // The register's page says which case is behind each step.
    let page = { let mut b = house.browser(); b.sign_in("nhan", ""); b.get(&format!("/centre/enterprises/{firm}")).text() };
    assert!(page.contains(&format!("/work/cases/{code}")), "{page}");
    let before = house.journal().await;
    again_from_the_beginning(&house).await;
    assert_eq!(house.journal().await, before, "what was followed once is not written again");
    // The journal replays to what is stored.
    let entries = store::journal::stream(&house.it.scope, &firm.to_string()).await.unwrap();
    let replayed = entries.iter().fold(None, |s, e| centre::model::fold_enterprise(firm, s, &e.read().unwrap(), e.at));
    assert_eq!(replayed, Some(e));
}

async fn two_followers_and_a_second_case_change_nothing(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], "Công ty Hai Lần").await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut case, ADVISED).await;
    all(&house, &mut case, CONTRACTED).await;
    // Two processes follow at once.
    let follow = || async {
        for consumer in house.it.centre.consumers() {
            consumer.catch_up(house.now(), Duration::from_secs(120)).await.unwrap();
        }
    };
    tokio::join!(follow(), follow());
    let first = case.state.code.to_string();
    let wanted = vec![(Stage::Advised, first.clone()), (Stage::Contracted, first)];
    assert_eq!(advanced(&house, firm).await, wanted);
    // Another engagement begins where this one was: nothing goes back, nothing is written twice.
    let mut second = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut second, ADVISED).await;
    house.follow().await;
    assert_eq!(advanced(&house, firm).await, wanted);
    assert_eq!(stored(&house, firm).await.stage, Stage::Contracted);
}

async fn every_member_of_a_group_moves(db: Db) {
    let house = House::open(db).await;
    let mut firms = Vec::new();
    for (n, code) in CODES.iter().take(3).enumerate() {
        firms.push(register(&house, code, &format!("Cơ sở {n}")).await);
    }
    let mut case = file(&house, "dx-group", CODES[3]).await;
    act(&house, &mut case, "nhan", "appoint_consultant", Value::Null).await;
    for (n, code) in CODES.iter().enumerate() {
        let member = json!({"tax_code": code, "name": format!("Cơ sở {n}"), "contact": "Nguyễn Văn Bảy, 0903000701", "consent": true, "t0": format!("asmt-{n}")});
        act(&house, &mut case, "luon", "add_participant", member).await;
    }
    act(&house, &mut case, "nhan", "update_participant", json!({"entry": 3, "contact": "Đã nghỉ, 0903000701", "t0": "asmt-2", "t1": "asmt-9", "status": "left"})).await;
    all(&house, &mut case, &ADVISED[1..]).await;
    house.follow().await;
    let code = case.state.code.to_string();
    let advised = vec![(Stage::Advised, code)];
    assert_eq!(advanced(&house, firms[0]).await, advised);
    assert_eq!(advanced(&house, firms[1]).await, advised);
    assert_eq!(advanced(&house, firms[2]).await, [], "whoever has left the group stays where they were");
    // The fourth comes onto the register later: what its case has reached counts then.
    let late = register(&house, CODES[3], "Hợp tác xã Lươn").await;
    house.follow().await;
    assert_eq!(advanced(&house, late).await, advised);
    let rows = "SELECT COUNT(*) AS n FROM engagement_firm WHERE province = $1 AND gone = 0";
    assert_eq!(house.count(rows).await, 3);
}

async fn acceptance_and_waiting_are_offered(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], "Công ty TNHH Lươn Cần Giờ").await;
    let other = register(&house, CODES[1], "Công ty khác").await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut case, &ADVISED[..3]).await;
    house.follow().await;
    let rooms = &house.it.centre;
    let waiting = rooms.boards.cases.waiting().await.unwrap();
    assert_eq!(waiting.len(), 1);
    let need = &waiting[0];
    assert_eq!((need.firm.tax_code.as_str(), need.sector.as_str()), (CODES[0], "food-processing"));
    let asked: Vec<&str> = need.skills.iter().map(|s| s.competence.as_str()).collect();
    assert_eq!(asked, ["process", "food_safety"], "the step's and the sector's");
    // The page of the matching names it.
    let page = { let mut b = house.browser(); b.sign_in("nhan", ""); b.get("/centre/matching").text() };
    assert!(page.contains(case.state.code.as_str()), "{page}");
    // Somebody invited: it waits no longer. The account stands in no network, so nothing is kept for matching.
    let invited = person(&house, "phanmem").await.account;
    act(&house, &mut case, "nhan", "invite_expert", json!({"member": invited})).await;
    house.follow().await;
    assert!(rooms.boards.cases.waiting().await.unwrap().is_empty());
    assert!(rooms.boards.cases.assigned().await.unwrap().is_empty());
    all(&house, &mut case, &ADVISED[3..]).await;
    all(&house, &mut case, CONTRACTED).await;
    assert!(rooms.support.acceptances.of(firm).await.unwrap().is_empty());
    all(&house, &mut case, &ACCEPTED[..4]).await;
    house.follow().await;
    let offered = rooms.support.acceptances.of(firm).await.unwrap();
    assert_eq!(offered.len(), 1);
    assert_eq!((offered[0].reference.as_str(), offered[0].on.to_string().as_str()), ("1/BB-TTCĐS", "2027-03-22"));
    assert!(offered[0].about.ends_with(case.state.code.as_str()), "{offered:?}");
    assert!(rooms.support.acceptances.of(other).await.unwrap().is_empty(), "another's records are not offered");
}

async fn the_directors_rows_are_his_figures(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], "Công ty TNHH Lươn Cần Giờ").await;
    register(&house, CODES[1], "Công ty chưa làm gì").await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut case, ADVISED).await;
    house.follow().await;
    let mut director = house.browser();
    director.sign_in("quang", "");
    let page = director.get("/centre/director").text();
    for link in ["/centre/director/enterprises?stage=advised&amp;beyond=1", "/centre/director/enterprises?level=none", "/centre/director/engagements/choosing"] {
        assert!(page.contains(link), "{link}: {page}");
    }
    let rows = director.get("/centre/director/enterprises?stage=advised&beyond=1").text();
    assert!(rows.contains("Lươn Cần Giờ") && !rows.contains("chưa làm gì"), "{rows}");
    assert!(rows.contains(&format!("/centre/enterprises/{firm}")), "{rows}");
    let cases = director.get("/centre/director/engagements/choosing").text();
    assert!(cases.contains(case.state.code.as_str()) && cases.contains("Đã tư vấn"), "{cases}");
    assert!(director.get("/centre/director/engagements/choosing?kind=single").text().contains(case.state.code.as_str()));
    assert!(!director.get("/centre/director/engagements/choosing?kind=group").text().contains(case.state.code.as_str()));
    // Strangers see none of it; what does not exist is not there; no address makes it fall.
    assert_eq!(house.browser().get("/centre/director/engagements/choosing").status, 303);
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    assert_eq!(officer.get("/centre/director/enterprises").status, 403);
    for (path, status) in [
        ("/centre/director/engagements/nowhere", 404),
        ("/centre/director/engagements/choosing?kind=group", 200),
        ("/centre/director/engagements/choosing?kind=%00&after=1~%00", 200),
        ("/centre/director/budget/2026/nothing", 404),
        ("/centre/director/budget/nan/dx-solution", 404),
        ("/centre/director/budget/2026/dx-solution?after=%00", 200),
        ("/centre/director/providers/prov_1", 404),
        ("/centre/director/barriers/none/none", 404),
        ("/centre/director/moved?from=9999999999999999999&to=1", 404),
        ("/centre/director/moved?from=1&to=none&after=x~y", 200),
        ("/centre/director/enterprises?after=%F0%9F%90%9F~%27--&stage=zzz&level=-1", 200),
    ] {
        assert_eq!(director.get(path).status, status, "{path}");
    }
}
