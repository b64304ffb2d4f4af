//! A house building permit from application to permit: supplement, an opinion, silence that is consent, approval.

use crate::{
    dossier::Dossier,
    house::{House, instant},
};
use serde_json::json;
use store::Db;
use testkit::on_each_database;

on_each_database!(a_permit_with_a_supplement_and_a_silent_office);

async fn a_permit_with_a_supplement_and_a_silent_office(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    assert_eq!(case.due("intake"), instant("2026-11-25T08:30:00+07:00"), "8 working hours; Tuesday is a holiday");
    house.set("2026-11-23T09:00:00+07:00");
    case.act("thu", "receive");
    // Seven working days from Monday 09:00, across the holiday of 24 November.
    let promised = instant("2026-12-03T09:00:00+07:00");
    assert_eq!(case.due("processing"), promised);
    house.set("2026-11-23T10:00:00+07:00");
    case.act("ha", "assign");
    assert_eq!(case.last["assignee"]["name"], "Võ Minh Đức");

    house.set("2026-11-23T11:00:00+07:00");
    case.act("duc", "ask_supplement");
    assert_eq!((case.handling(), case.last["clocks"]["processing"]["run"].as_str()), ("supplementing", Some("suspended")));
    assert_eq!(case.due("applicant"), instant("2026-11-26T11:00:00+07:00"), "two working days");
    let defects = &case.seen_by("lan")["supplements"][0]["defects"];
    assert_eq!(defects.as_array().map(Vec::len), Some(1), "{defects}");
    // Eleven working hours later: what was promised moves by exactly those, and the printed promise is still known.
    house.set("2026-11-25T15:00:00+07:00");
    case.act("lan", "supplement");
    let calendar = house.it.services.desk.calendar(&"H29.161".into()).unwrap().clone();
    let waited = calendar.working_seconds(instant("2026-11-23T11:00:00+07:00"), house.now()).unwrap();
    assert_eq!(waited, 11 * 3600);
    assert_eq!(case.due("processing"), calendar.add_working(promised, waited).unwrap());
    assert_eq!(case.due("processing"), instant("2026-12-04T12:00:00+07:00"));
    assert_eq!(case.handling(), "processing");

    house.set("2026-11-25T16:00:00+07:00");
    for who in ["lam", "son"] {
        assert_eq!(house.actor(who).get(&case.path("")).status, 404, "{who} has not been asked");
    }
    case.act("duc", "consult");
    assert_eq!(case.last["requests"].as_array().unwrap().len(), 2);
    for who in ["lam", "son"] {
        let work = house.actor(who).get("/api/v1/worklist?list=opinion").ok();
        assert_eq!(work["items"][0]["code"], case.code.as_str(), "{work}");
    }
    house.set("2026-11-26T09:00:00+07:00");
    case.act("lam", "give_opinion");
    let early = case.attempt("duc", &json!({"act": "appraise", "input": {"reason": "Hồ sơ đạt"}}));
    early.refused(409, "guard");

    // The fire office says nothing for two working days.
    house.set("2026-11-27T15:59:59+07:00");
    assert_eq!(house.timers().await, 0);
    house.set("2026-11-27T16:00:00+07:00");
    assert_eq!(house.timers().await, 1);
    assert_eq!(house.timers().await, 0, "once");
    let seen = case.seen_by("duc");
    let tacit: Vec<_> = seen["requests"].as_array().unwrap().iter().map(|r| (r["office"].clone(), r["answer"]["tacit"].clone())).collect();
    assert_eq!(tacit, [(json!("H29.02"), json!(false)), (json!("H29.05"), json!(true))]);
    case.attempt("son", &json!({"act": "give_opinion", "input": {"agrees": false, "text": "Muộn rồi"}})).refused(404, "not-found");

    house.set("2026-11-30T09:00:00+07:00");
    case.act("duc", "appraise");
    case.act("ha", "review").act("khanh", "approve").act("mai", "issue");
    assert_eq!(case.handling(), "finished");
    assert_eq!(case.last["clocks"]["processing"]["run"], "stopped");
    let story = case.story("thu");
    assert_eq!(
        story,
        [
            "file", "receive", "assign", "ask_supplement", "supplement", "consult", "give_opinion", "tacit_consent", "appraise",
            "review", "approve", "issue"
        ]
    );
    // Nobody waited for the effects: the applicant opens the permit at once, and finds it in the account.
    assert_eq!(case.documents("lan"), ["slip_01", "slip_02", "building_permit"]);
    house.effects().await;
    crate::walk::pay(&case, &mut Default::default()).await;
    case.act("lan", "collect");
    assert_eq!((case.handling(), case.last["tracks"]["delivery"]["state"].as_str()), ("returned", Some("delivered")));
    house.sound(&case.code).await;
    for who in ["thu", "duc", "khanh", "mai"] {
        assert_eq!(house.actor(who).get("/api/v1/worklist").ok()["items"], json!([]), "{who}");
    }
    // The public timeline leaves out what happens inside the office.
    assert!(!case.story("lan").iter().any(|a| a == "assign" || a == "review"));
}
