//! Who may pass: every route has an action, and what may not be seen is not there.

use crate::{dossier::Dossier, house::House};
use serde_json::json;
use std::{fmt::Write as _, path::Path};
use store::Db;
use testkit::on_each_database;

on_each_database!(what_is_not_yours_is_not_there every_route_has_an_action no_address_breaks_the_house);

async fn what_is_not_yours_is_not_there(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let file = case.last["files"][0]["file"].as_str().unwrap().to_owned();
    let paths = [case.path(""), case.path("/events")];
    let unknown = house.actor("minh").get("/api/v1/cases/H29.161-261123-9999").refused(404, "not-found");
    // A stranger, an official of another office, one who was not asked, an administrator, an auditor.
    for who in ["minh", "quyen", "tuan", "lam", "admin", "kiem"] {
        let actor = house.actor(who);
        for path in &paths {
            let reply = actor.get(path);
            let problem = reply.problem();
            assert!(matches!(reply.status, 403 | 404), "{who} {path}: {problem}");
            if who == "minh" || who == "quyen" || who == "tuan" {
                assert_eq!(reply.status, 404, "{who}: {problem}");
            }
        }
        let reply = actor.post(&case.path("/acts"), &json!({"act": "receive", "input": {}}));
        assert!(matches!(reply.problem()["status"].as_u64(), Some(403 | 404)), "{who}");
        for page in [format!("/my/{}", case.code), format!("/work/cases/{}", case.code), format!("/files/{}/{file}", case.code), format!("/documents/{}/slip_01/1", case.code), format!("/documents/{}/slip-06", case.code)] {
            let reply = actor.get(&page);
            assert!(matches!(reply.status, 403 | 404), "{who} {page}: {}", reply.status);
        }
    }
    // The answer is the one for a code that was never given, but for the code.
    let refused = house.actor("minh").get(&case.path("")).refused(404, "not-found");
    let same = |p: &serde_json::Value, code: &str| p["messages"].to_string().replace(code, "?");
    assert_eq!(same(&refused, &case.code), same(&unknown, "H29.161-261123-9999"));
    house.nobody().get(&case.path("")).refused(401, "sign-in-needed");
    assert_eq!(house.nobody().get(&format!("/my/{}", case.code)).status, 303);
    // Acts of others are neither offered nor done.
    let acts = case.seen_by("lan")["acts"].clone();
    assert!(!acts.as_array().unwrap().iter().any(|a| a["act"] == "receive" || a["act"] == "assign"), "{acts}");
    for (who, act) in [("lan", "assign"), ("duc", "assign"), ("mai", "issue"), ("lan", "tacit_consent"), ("thu", "lapse")] {
        let status = case.attempt(who, &json!({"act": act, "input": {}})).problem()["status"].clone();
        assert!(status == 403 || status == 409, "{who} {act}: {status}");
    }
    // Those who may.
    assert_eq!(house.actor("lan").get(&format!("/files/{}/{file}", case.code)).status, 200);
    assert_eq!(house.actor("thu").get(&format!("/documents/{}/slip-06", case.code)).status, 200);
    assert_eq!(house.actor("ngoc").get(&case.path("")).status, 200, "a controller may look");
    house.actor("ngoc").post(&case.path("/acts"), &json!({"act": "receive", "input": {}})).refused(404, "not-found");
    house.sound(&case.code).await;
}

/// The list is reviewed as text: `PHUSA_BLESS=1` writes it anew.
async fn every_route_has_an_action(db: Db) {
    let house = House::open(db).await;
    let mut list = String::new();
    let mut without = Vec::new();
    let mut declared = house.it.declared.clone();
    declared.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
    for route in &declared {
        let action = route.action;
        if action != web::routes::PUBLIC && identity::actions::find(action).is_none() {
            without.push(format!("{} {}", route.method, route.path));
        }
        writeln!(list, "{:<4} {:<44} {action}", route.method, route.path).unwrap();
    }
    assert!(without.is_empty(), "routes whose action nobody declared: {without:?}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/routes.txt");
    if std::env::var_os("PHUSA_BLESS").is_some() {
        std::fs::write(&file, &list).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), list, "a route was added or its action changed: look, then PHUSA_BLESS=1");
}

/// Every declared route with parts, queries and bodies that nobody in their right mind sends: answered, never a 500.
async fn no_address_breaks_the_house(db: Db) {
    let house = House::open(db).await;
    let case = Dossier::file(&house, "1.013225");
    // What was asked of a database, looked at or tried at a door is recorded whatever it was asked with; no case may be touched.
    let entries = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND stream LIKE 'case_%'";
    let before = house.count(entries).await;
    let long = "a".repeat(3000);
    let parts = ["%00", "%ff%fe", "%F0%9F%98%80", "..%2f..%2fetc", "%27%20OR%201%3D1--", "-1", "99999999999999999999", "%E2%80%AE", &long, &case.code];
    let mut asked = 0;
    for route in house.it.declared.iter().filter(|r| !r.path.starts_with("/dev-provider") && !r.path.starts_with("/sign-")) {
        for part in parts {
            let path = filled(&route.path, part);
            let query = ["q", "after", "code", "parked", "list", "view", "status", "lang", "limit", "tab", "page"].map(|k| format!("{k}={part}")).join("&");
            for who in ["lan", "thu"] {
                let form = [("content-type", "application/x-www-form-urlencoded")];
                let sent = match route.method {
                    "GET" => house.actor(who).send("GET", &format!("{path}?{query}"), &[], None),
                    method => house.actor(who).send(method, &path, &form, Some(format!("x={part}&{query}").into_bytes())),
                };
                assert!(sent.status < 500, "{who} {} {path}?{query:.200}: {} {}", route.method, sent.status, sent.text());
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
    // Drafts may have been begun; no dossier was made or changed.
    assert_eq!(house.count(entries).await, before);
    house.sound(&case.code).await;
}

/// A route's pattern with one value in all its places.
fn filled(pattern: &str, part: &str) -> String {
    let places = |p: &str| if p.starts_with('{') { part.to_owned() } else { p.to_owned() };
    pattern.split('/').map(places).collect::<Vec<_>>().join("/")
}
