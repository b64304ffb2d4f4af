//! Time: the rule of 15:00, definitions that are not in force, years nobody declared, a clock that was set back.

use crate::{
    dossier::{Dossier, example, key},
    house::{House, instant},
};
use serde_json::Value;
use store::Db;
use testkit::on_each_database;

on_each_database!(
    a_birth_received_after_three_is_due_the_next_working_day
    what_is_not_in_force_is_not_taken
    a_year_without_calendar_promises_nothing
    a_clock_set_back_keeps_the_order
);

/// public-services §10.7 (1).
pub async fn a_birth_received_after_three_is_due_the_next_working_day(db: Db) {
    let house = House::with(db, &[], "2026-11-23T14:40:00+07:00").await;
    let (mut early, mut late) = (Dossier::at_the_counter(&house, "1.001193"), Dossier::at_the_counter(&house, "1.001193"));
    house.set("2026-11-23T14:50:00+07:00");
    early.act("thu", "receive");
    assert_eq!(early.due("processing"), instant("2026-11-23T17:00:00+07:00"));
    house.set("2026-11-23T15:10:00+07:00");
    late.act("thu", "receive");
    assert_eq!(late.due("processing"), instant("2026-11-25T17:00:00+07:00"), "24 November is a holiday");
    assert_eq!(late.last["people"]["assisted_by"]["name"], "Phạm Thị Thu");
    assert_eq!(late.last["people"]["applicant"]["name"], "Trần Văn Bảy");
    assert_eq!(early.code, "H29.161-261123-0001");
    assert_eq!(late.code, "H29.161-261123-0002");
    // What is due first is first in the list.
    let list = house.actor("duc").get("/api/v1/worklist").ok();
    let codes: Vec<&str> = list["items"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert_eq!(codes, [early.code.as_str(), late.code.as_str()]);
}

async fn what_is_not_in_force_is_not_taken(db: Db) {
    let house = House::open(db).await;
    let body = example(&house, "1.013225");
    let before = house.journal().await;
    house.set("2020-02-29T09:00:00+07:00");
    let lan = house.actor("lan");
    let refused = lan.post_once("/api/v1/cases", &key(), &body).refused(422, "unknown-definition");
    assert!(refused["messages"]["vi"].as_str().unwrap().contains("1.013225"));
    house.nobody().get("/api/v1/definitions/1.013225").refused(404, "not-found");
    assert_eq!(house.nobody().get("/api/v1/definitions").ok()["definitions"], Value::Array(Vec::new()));
    assert_eq!(house.browser().get("/services/1.013225").status, 404);
    assert_eq!(house.browser().get("/").status, 200);
    // In 2020 the officials held no posts.
    assert_eq!(house.actor("thu").get("/api/v1/worklist").ok()["items"], serde_json::json!([]));
    assert_eq!(house.journal().await, before);
}

async fn a_year_without_calendar_promises_nothing(db: Db) {
    let house = House::open(db).await;
    let body = example(&house, "1.013225");
    let mut case = Dossier::file(&house, "1.013225");
    let before = house.journal().await;
    house.set("2031-03-03T09:00:00+07:00");
    let refused = house.actor("lan").post_once("/api/v1/cases", &key(), &body).refused(409, "calendar-year-missing");
    assert!(refused["messages"]["en"].as_str().unwrap().contains("2031"), "{refused}");
    case.attempt("thu", &serde_json::json!({"act": "receive", "input": {}})).refused(409, "calendar-year-missing");
    assert_eq!(case.seen_by("lan")["version"], 1);
    assert_eq!(house.journal().await, before);
    house.set("2026-11-23T09:00:00+07:00");
    case.act("thu", "receive");
    house.sound(&case.code).await;
}

async fn a_clock_set_back_keeps_the_order(db: Db) {
    let house = House::with(db, &[], "2026-11-23T10:00:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013225");
    house.set("2026-11-20T09:00:00+07:00");
    case.act("thu", "receive");
    house.set("2026-11-19T09:00:00+07:00");
    case.act("ha", "assign");
    let events = house.actor("thu").get(&case.path("/events")).ok();
    let times: Vec<_> = events["events"].as_array().unwrap().iter().map(|e| instant(e["at"].as_str().unwrap())).collect();
    assert_eq!(times, [instant("2026-11-23T10:00:00+07:00"); 3]);
    assert_eq!(case.due("processing"), instant("2026-12-03T10:00:00+07:00"));
    house.sound(&case.code).await;
}
