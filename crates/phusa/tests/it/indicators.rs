//! Index 766 over HTTP: both views of a second supplement, the portal's figures beside ours, the public page, and the whole
//! index of the demonstration recomputed from the exported journal by a program that shares no code with it.

use crate::{
    dossier::Dossier,
    house::{House, folder},
};
use indicators::{period::Period, views::Whose};
use kernel::{Actor, id::ProvinceCode};
use phusa::{commands::journal, demo};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, process::Command};
use store::Db;
use testkit::on_each_database;

on_each_database!(the_demo_equals_an_independent_recomputation a_city_equals_an_independent_recomputation a_second_supplement_is_late_in_one_view_only the_portals_figures_stand_beside_ours figures_are_current_and_open_their_dossiers);

/// Python, or the command that installs it: a comparison that is left out would look like one that agrees.
fn python() -> Command {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|o| o.status.success());
    assert!(found, "python3 is missing: apt-get install -y python3 (tools/need.sh python3 python3)");
    Command::new("python3")
}

async fn export(house: &House, to: &Path) -> u64 {
    let desk = &house.it.services.desk;
    let source = journal::Source {
        scope: &house.it.scope,
        definitions: &desk.rules().definitions,
        calendars: &desk.rules().calendars,
        offices: desk.identity().offices(),
        indicators: &house.it.rooms.indicators.catalog,
    };
    let mut file = std::io::BufWriter::new(std::fs::File::create(to).unwrap());
    let n = journal::export(&source, &mut file).await.unwrap();
    std::io::Write::flush(&mut file).unwrap();
    n
}

fn whose(of: &str) -> Whose {
    let (kind, rest) = of.split_once(':').unwrap_or((of, ""));
    match kind {
        "province" => Whose::Province,
        "office" => Whose::Office(rest.into()),
        "procedure" => Whose::Procedure(rest.into()),
        "both" => rest.split_once('/').map(|(o, d)| Whose::OfficeProcedure(o.into(), d.into())).unwrap(),
        _ => Whose::Official(rest.into()),
    }
}

/// Every part of the province in every period: each numerator, denominator, ratio, point and measure of both, compared as text.
async fn compare(house: &House, at_least: usize) {
    let place = folder("index766");
    let file = place.join("journal.jsonl");
    assert!(export(house, &file).await > 0);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/index766/recompute.py");
    let periods = ["2026-11", "2026-10", "2026-Q4", "2026"];
    let mut ask = python();
    ask.arg(script).arg(&file).args(["--at", &house.now().to_string()]).args(periods.iter().flat_map(|p| ["--period", p]));
    let out = ask.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let told: Vec<Value> = String::from_utf8(out.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(told.len() >= at_least, "only {} parts and periods", told.len());
    let mut figures = 0;
    for theirs in &told {
        let (of, period) = (theirs["of"].as_str().unwrap(), theirs["period"].as_str().unwrap());
        let period: Period = period.parse().unwrap();
        let ours = house.it.rooms.indicators.index(whose(of), period, house.now()).await.unwrap().unwrap().told();
        for field in ["measures", "points", "reachable", "band"] {
            assert_eq!(ours[field], theirs[field], "{field} of {of} in {period}");
        }
        for (o, t) in ours["indicators"].as_array().unwrap().iter().zip(theirs["indicators"].as_array().unwrap()) {
            assert_eq!(o, t, "{of} in {period}");
            figures += 1;
        }
    }
    println!("{} parts and periods, {figures} indicators equal", told.len());
    let _ = std::fs::remove_dir_all(place);
}

async fn the_demo_equals_an_independent_recomputation(db: Db) {
    let house = House::open(db).await;
    let accounts = demo::staff::accounts(house.it.identity.offices(), false);
    demo::staff::install(house.it.identity.directory(), &accounts, &ProvinceCode::new(demo::PROVINCE)).await.unwrap();
    demo::fill(&house.it, &accounts, None, &house.data).await.unwrap();
    house.effects().await;
    house.follow().await;
    compare(&house, 20).await;
    // Days later, with acts since, and figures that the portal published.
    house.set("2026-12-02T10:17:23+07:00");
    house.timers().await;
    let lines = indicators::published::read("1.4;;40;60\n", |_| true).unwrap();
    let actor = Actor::system(ProvinceCode::new(demo::PROVINCE));
    house.it.rooms.indicators.enter("", "2026-11".parse().unwrap(), &lines, &actor, house.now()).await.unwrap();
    house.effects().await;
    house.follow().await;
    compare(&house, 20).await;
}

/// Dossiers of a city with all its communes: `PHUSA_CITY=100000` for a long run, a few for every run.
async fn a_city_equals_an_independent_recomputation(db: Db) {
    let cases = testkit::many("PHUSA_CITY", 300, 3_000) as u64;
    let place = folder("city766");
    let options = demo::Options {
        data: place.clone(),
        database: None,
        listen: String::new(),
        scale: demo::Scale::City,
        catalog: Vec::new(),
        unlimited: true,
        clock_file: None,
        held_keys: false,
        live: None,
    };
    let (_, accounts) = demo::catalogue(&options, true).unwrap();
    let house = House::with(db, &[demo::city::catalogue::folder(&place)], crate::house::MONDAY).await;
    demo::staff::install(house.it.identity.directory(), &accounts, &ProvinceCode::new(demo::PROVINCE)).await.unwrap();
    let plan = demo::city::Plan { cases, seed: 766, progress: false };
    demo::fill(&house.it, &accounts, Some(plan), &house.data).await.unwrap();
    house.follow_within(3_600).await;
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM index_fact WHERE province = $1").await, i64::try_from(cases).unwrap());
    compare(&house, 100).await;
    let _ = std::fs::remove_dir_all(place);
}

/// Scenario 5: the second request turns the index late; by law the dossier stays in time.
pub async fn a_second_supplement_is_late_in_one_view_only(db: Db) {
    let house = House::open(db).await;
    // A procedure whose law does not forbid a second request (Decree 217/2026 allows none for permits).
    let mut case = Dossier::file(&house, "1.001612");
    house.set("2026-11-23T09:00:00+07:00");
    case.act("thu", "receive");
    house.later(600);
    case.act("ha", "assign");
    house.later(600);
    let input = case.example("duc", "ask_supplement")["input"].clone();
    case.act_with("duc", "ask_supplement", input.clone());
    house.follow().await;
    let measures = async |of: &str| {
        let index = house.it.rooms.indicators.index(whose(of), "2026-11".parse().unwrap(), house.now()).await.unwrap().unwrap();
        index.values
    };
    let first = measures("office:H29.161").await;
    assert_eq!((first["received"], first["on_time"], first["late"], first["again"]), (1, 1, 0, 0), "a pending first request is in time");
    house.later(3600);
    case.act("lan", "supplement");
    house.later(600);
    case.attempt("duc", &json!({"act": "ask_supplement", "input": input})).refused(409, "guard");
    case.act_with("khanh", "allow_second_supplement", json!({"reason": "Nội dung bổ sung lại thiếu trang"}));
    case.act_with("duc", "ask_supplement", input);
    house.later(3600);
    case.act("lan", "supplement");
    house.follow().await;
    for of in ["province", "office:H29.161", "procedure:1.001612", "both:H29.161/1.001612"] {
        let m = measures(of).await;
        assert_eq!((m["received"], m["on_time"], m["late"], m["again"]), (1, 0, 1, 1), "{of}");
        assert_eq!((m["legal_on_time"], m["legal_late"]), (1, 0), "{of}: the law's view is unchanged");
    }
    compare(&house, 4).await;
    let mut leader = house.browser();
    leader.sign_in("thanh", "next=%2F");
    let page = leader.get("/work/index?of=office:H29.161&period=2026-11").text();
    assert!(page.contains("measure=late") && page.contains("Theo luật"), "both views with links");
    let list = leader.get("/work/index/dossiers?of=office:H29.161&period=2026-11&measure=late").text();
    assert!(list.contains(&case.code) && list.contains("Trễ theo 766, đúng hạn theo luật"), "{list}");
}

/// Entered as a sheet, wrong lines told and kept; the difference of each procedure leads to its dossiers.
async fn the_portals_figures_stand_beside_ours(db: Db) {
    let house = House::open(db).await;
    for _ in 0..3 {
        let mut case = Dossier::file(&house, "1.001612");
        house.later(60);
        case.act("thu", "receive");
    }
    house.follow().await;
    let mut leader = house.browser();
    leader.sign_in("thanh", "next=%2F");
    let at = "/work/index/portal";
    let pairs = |sheet: &'static str| [("of", "province"), ("period", "2026-11"), ("sheet", sheet)];
    let before = house.journal().await;
    let wrong = leader.post(at, at, pairs("2.1;1.001612;hai;3\n7.7;;1;1\n"));
    assert_eq!(wrong.status, 422);
    let text = wrong.text();
    assert!(text.contains("Dòng 1") && text.contains("Dòng 2") && text.contains("2.1;1.001612;hai;3"), "mistakes by line, nothing typed is lost");
    assert_eq!(house.journal().await, before);
    leader.post(at, at, pairs("2.1;1.001612;2;5\n2.1;;2;5\n")).goes_to();
    assert_eq!(house.journal().await, before + 1);
    let page = leader.get("/work/index/portal?of=province&period=2026-11").text();
    assert!(page.contains("+1") && page.contains("−2"), "ours 3 of 3, theirs 2 of 5: {page}");
    let list = "/work/index/dossiers?of=procedure%3A1.001612&period=2026-11&measure=received&minus=synchronised";
    assert!(page.contains(&list.replace('&', "&amp;")), "the list of what the portal does not know: {page}");
    assert_eq!(leader.get(list).status, 200);
    // The head of another office sees neither the form nor the dossiers of others.
    let mut other = house.browser();
    other.sign_in("binh", "next=%2F");
    assert_eq!(other.get(list).status, 404);
    assert_eq!(other.get("/work/index?of=province&period=2026-11").status, 200, "figures are for all leaders");
    assert_eq!(other.get("/work/index/dossiers?of=office:H29.161&period=2026-11&measure=received").status, 404);
    let mut citizen = house.browser();
    citizen.sign_in("lan", "next=%2F");
    assert!([403, 404].contains(&citizen.get("/work/index").status));
}

/// An act is in the figures as soon as the journal has been followed; in public there is no name and nothing over a few.
async fn figures_are_current_and_open_their_dossiers(db: Db) {
    let house = House::open(db).await;
    let json = |path: &str| house.actor("thanh").get(path).ok();
    let mut expected = BTreeMap::from([("received", 0)]);
    for n in 0..12 {
        let mut case = Dossier::file(&house, "1.001612");
        house.later(60);
        case.act("thu", "receive");
        house.follow().await;
        expected.insert("received", n + 1);
        let told = json("/work/index/export.json?of=province&period=2026-11");
        assert_eq!(told["measures"]["received"], n + 1);
        if n == 3 {
            let public = house.nobody().get("/performance.json?period=2026-11").ok();
            assert_eq!((&public["province"], &public["offices"][0]["figures"]), (&Value::Null, &Value::Null), "four dossiers are too few");
        }
    }
    let public = house.nobody().get("/performance.json?period=2026-11").ok();
    assert_eq!(public["province"]["received"], 12);
    let page = house.nobody().get("/performance?period=2026-11").text();
    for name in ["Nguyễn Thị Lan", "Phạm Thị Thu", "H29.161-26"] {
        assert!(!page.contains(name), "{name} on the public page");
    }
    let board = house.actor("thanh").get("/work/board?of=province").text();
    assert!(board.contains("UBND phường") && board.contains("/work/board/dossiers?unit=H29.161"), "{board}");
    for list in ["unit=H29.161", "due=received", "due=late", "waiting=applicant", "unit=H29.161&due=3", "unit=H29.161&person=-"] {
        let page = house.actor("thanh").get(&format!("/work/board/dossiers?{list}"));
        assert_eq!(page.status, 200, "{list}: {}", page.text());
    }
    for bad in ["/work/index?of=office:H99", "/work/index/dossiers?measure=nothing", "/work/board/dossiers?due=x", "/work/board/dossiers?waiting=x", "/work/index?of=official:H29.161|x"] {
        assert_eq!(house.actor("thanh").get(bad).status, 404, "{bad}");
    }
    let csv = house.nobody().get("/performance.csv?period=2026-11");
    assert!(csv.header("content-type").starts_with("text/csv") && csv.text().contains("office,H29.161"), "{}", csv.text());
}
