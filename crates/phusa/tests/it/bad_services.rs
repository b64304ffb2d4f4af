//! The bad input of public services (domain page §10.5), line by line. What stands in another file is called from here.
//!
//! | line | where |
//! |---|---|
//! | unknown procedure, expired version | `bad::FILINGS`, `times::what_is_not_in_force_is_not_taken`; the successor suggested: `release` |
//! | code as a number, lower case | `bad::FILINGS`; `codes_are_read_as_people_write_them` |
//! | same submission twice | `again`, `browser::pressed_twice_filed_once` |
//! | files | `bad::files_that_are_not_taken`; `one_bad_file_does_not_lose_the_others`; every kind of wrong file, viruses: `uploads` |
//! | dates, numbers, names | `bad::FILINGS`; `what_cannot_be_is_told_at_its_field`; old numbers: `old_addresses` |
//! | old district or province | `old_addresses` |
//! | two officers | `again::who_was_first_is_named` |
//! | act not allowed, official outside the unit | `bad::acts_that_are_not_done`; `an_official_of_another_unit` |
//! | supplement after its time | `a_late_supplement_is_recorded_and_looked_at` |
//! | payment after a stop | `money_after_a_stop_waits_for_a_person` |
//! | calendar missing | `times::a_year_without_calendar_promises_nothing` |
//! | callbacks | `payments::a_browser_that_comes_back_moves_nothing`, `national::what_the_portal_tells_never_replaces_something_newer` |
//! | portal down | `national::every_fault`; `the_portal_is_down_and_work_goes_on` |

use crate::{
    bad::base64,
    dossier::{Dossier, example, key},
    house::{House, instant},
    payments::{due_of, follow, page, post, reference},
};
use serde_json::{Value, json};
use store::Db;
use testkit::on_each_database;

on_each_database!(
    codes_are_read_as_people_write_them
    one_bad_file_does_not_lose_the_others
    what_cannot_be_is_told_at_its_field
    an_official_of_another_unit
    a_late_supplement_is_recorded_and_looked_at
    money_after_a_stop_waits_for_a_person
    the_portal_is_down_and_work_goes_on
);

async fn codes_are_read_as_people_write_them(db: Db) {
    let house = House::open(db).await;
    let case = Dossier::file(&house, "1.001193");
    let (lan, thu) = (house.actor("lan"), house.actor("thu"));
    // A code of an office in small letters, with spaces around: the same dossier.
    for code in [case.code.to_lowercase(), format!("%20{}%20", case.code), format!("{}%0A", case.code.to_lowercase())] {
        assert_eq!(thu.get(&format!("/api/v1/cases/{code}")).ok()["code"], case.code.as_str(), "{code}");
    }
    // A procedure's code that lost its zeros, a province's variant, a service's suffix: refused by name, never our error.
    let before = house.journal().await;
    let good = example(&house, "1.001193");
    for (code, status) in [(json!(1.001193), 422), (json!(1), 422), (json!("1.1193"), 422), (json!("1.001193.h42"), 422), (json!("1.001193.000.00.00.H55.02"), 422), (json!("１.００１１９３"), 422), (json!(""), 422), (json!("x".repeat(5_000)), 422)] {
        let mut body = good.clone();
        body["definition"] = code.clone();
        let reply = lan.post_once("/api/v1/cases", &key(), &body);
        assert_eq!(reply.status, status, "{code}: {}", reply.text());
        assert!(!reply.problem()["messages"]["vi"].as_str().unwrap().is_empty());
    }
    for path in ["1193", "1.1193", "1.001193.h42", "%20", "1.001193%00", "99999999999999999999"] {
        let page = house.browser().get(&format!("/services/{path}"));
        assert_eq!(page.status, 404, "{path}");
    }
    assert_eq!(house.journal().await, before);
}

/// On the citizen's page: each wrong file has its own message in Vietnamese, and the right ones are kept.
async fn one_bad_file_does_not_lose_the_others(db: Db) {
    let house = House::open(db).await;
    let mut lan = house.browser();
    let draft = crate::browser::begin(&mut lan, "1.013225");
    let asked = example(&house, "1.013225");
    let papers: Vec<String> = asked["files"].as_array().unwrap().iter().map(|f| format!("file-{}", f["component"].as_str().unwrap())).collect();
    let pdf: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    let locked: &[u8] = b"%PDF-1.4\n5 0 obj<</Filter/Standard>>endobj\ntrailer<</Encrypt 5 0 R/Root 1 0 R>>\n%%EOF";
    let exe = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 200]].concat();
    let page = format!("{draft}/files");
    let first = papers.first().unwrap().as_str();
    let sent = lan.upload(&page, &page, &[
        (first, "Ba\u{309}n ve\u{303}.pdf", pdf),
        (first, "khoa.pdf", locked),
        (first, "chuong-trinh.pdf", &exe),
        (first, "rong.pdf", b""),
        (first, "../../etc/passwd.pdf", b"%PDF-1.4\n% another\n%%EOF"),
    ]);
    assert_eq!(sent.status, 422, "{}", sent.text());
    let told = sent.text();
    for word in ["khoa.pdf", "chuong-trinh.pdf", "rong.pdf"] {
        assert!(told.contains(word), "{word} is named: {told}");
    }
    let shown = lan.get(&page).text();
    assert!(shown.contains("Bản vẽ.pdf"), "kept, its name composed: {shown}");
    assert!(shown.contains("passwd.pdf") && !shown.contains("etc/passwd"), "the name and not the path: {shown}");
    for word in ["khoa.pdf", "chuong-trinh.pdf"] {
        assert!(!shown.contains(word), "{word} was not taken");
    }
}

async fn what_cannot_be_is_told_at_its_field(db: Db) {
    let house = House::open(db).await;
    let lan = house.actor("lan");
    let before = house.journal().await;
    let (birth, permit) = (example(&house, "1.001193"), example(&house, "1.013225"));
    let table: Vec<(&Value, &str, Value, &str)> = vec![
        (&birth, "child_birth_date", json!("2026-11-24"), "tương lai"),
        (&birth, "child_birth_date", json!("2027-01-01"), "05/02/2026"),
        (&birth, "child_birth_date", json!("2026-02-31"), "ngày không có thật"),
        (&birth, "mother_birth_year", json!(2027), "1990"),
        (&birth, "mother_personal_number", json!("079990004567"), "Chữ số thứ tư"),
        (&permit, "owner_personal_number", json!("000090004567"), "001–096"),
        (&permit, "owner_personal_number", json!("097090004567"), "mã tỉnh"),
        (&permit, "owner_name", json!("Bình 🙂"), "🙂"),
        (&permit, "owner_name", json!("Bình\u{e001}"), "Nguyễn Thị Ánh"),
        (&permit, "owner_name", json!("𝔅ình ∞"), "∞"),
    ];
    for (good, field, wrong, word) in table {
        let mut body = good.clone();
        body["answers"][field] = wrong.clone();
        let problem = lan.post_once("/api/v1/cases", &key(), &body).refused(422, "answers");
        let reasons = problem["reasons"].as_array().unwrap();
        let reason = reasons.iter().find(|r| r["field"] == field).unwrap_or_else(|| panic!("{field} {wrong}: {problem}"));
        assert!(reason.to_string().contains(word), "{field} {wrong}: {reason}");
        assert_eq!(reasons.len(), 1, "only that field: {problem}");
    }
    // Today is no future, and addresses may name what is no more: districts and provinces before July 2025.
    let mut body = birth.clone();
    body["answers"]["child_birth_date"] = json!("2026-11-23");
    body["answers"]["mother_residence"] = json!("Số 12 đường Lê Lợi, Phường 5, Quận 3, Thành phố Hồ Chí Minh");
    body["answers"]["child_name"] = json!("Y Bhăm Niê Kđăm");
    let reply = lan.post_once("/api/v1/cases", &key(), &body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(house.journal().await, before + 1);
    // On the page: at the field, at once, and what was typed stays.
    let mut browser = house.browser();
    let draft = crate::browser::begin(&mut browser, "1.013225");
    let section = format!("{draft}/form/owner");
    let pairs: Vec<(&str, &str)> = ["owner_name", "owner_address", "phone"].into_iter().filter_map(|f| Some((f, permit["answers"][f].as_str()?))).collect();
    let sent = browser.post(&section, &section, pairs.into_iter().chain([("owner_personal_number", "000090004567")]));
    assert_eq!(sent.status, 422);
    assert!(sent.text().contains("001–096") && sent.text().contains("value=\"000090004567\""), "{}", sent.text());
}

/// An official of another unit neither sees nor does anything, and is told nothing about the dossier.
async fn an_official_of_another_unit(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let before = house.journal().await;
    for who in ["quyen", "giap", "sang", "man", "giang"] {
        case.attempt(who, &json!({"act": "appraise", "input": {"reason": "Đủ"}})).refused(404, "not-found");
        assert_eq!(house.actor(who).get(&format!("/work/cases/{}", case.code)).status, 404, "{who}");
        assert_eq!(house.actor(who).get(&format!("/documents/{}/slip_01/1", case.code)).status, 404, "{who}");
    }
    // Inside the unit: not yet, and not this one.
    case.attempt("duc", &json!({"act": "appraise", "input": {"reason": "Đủ điều kiện"}})).problem();
    let early = case.attempt("mai", &json!({"act": "issue"}));
    assert!(early.status == 409 || early.status == 403, "{}", early.text());
    assert_eq!(house.journal().await, before);
}

/// After the time is over it is no supplement any more; what comes is kept with its time, and who handles the dossier sees it.
async fn a_late_supplement_is_recorded_and_looked_at(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "ask_supplement");
    let file = |n: u32| json!({"component": example(&house, "1.013225")["files"][0]["component"], "name": format!("ban-ve-{n}.pdf"), "content_base64": base64(format!("%PDF-1.4\n% {n}\n%%EOF").as_bytes())});
    let late = |n: u32| json!({"act": "supplement_late", "input": {"files": [file(n)], "note": "Đơn vị thiết kế trả bản vẽ muộn"}});
    case.attempt("lan", &late(0)).refused(409, "wrong-state");
    house.set_to(case.due("applicant"));
    assert_eq!(house.timers().await, 1);
    house.later(3_600);
    let before = case.seen_by("duc");
    case.attempt("lan", &json!({"act": "supplement", "input": {"note": "muộn"}})).refused(409, "wrong-state");
    case.attempt("minh", &late(1)).refused(404, "not-found");
    case.attempt("lan", &json!({"act": "supplement_late", "input": {}})).refused(422, "nothing-sent");
    let done = case.attempt("lan", &late(1)).ok();
    // Recorded: the paper, the note, the time. Nothing that runs has moved.
    assert_eq!(done["files"].as_array().unwrap().len(), before["files"].as_array().unwrap().len() + 1);
    let asked = &done["supplements"][0];
    assert_eq!((asked["answered"].is_null(), asked["late"][0]["files"].as_u64(), asked["late"][0]["note"].as_str()), (true, Some(1), Some("Đơn vị thiết kế trả bản vẽ muộn")));
    assert_eq!(instant(asked["late"][0]["at"].as_str().unwrap()), house.now());
    for same in ["clocks", "tracks", "answers", "assignee"] {
        assert_eq!(case.seen_by("duc")[same], before[same], "{same}");
    }
    // Routed to a person: it is in the list of who handles the dossier, and the page says what came and when.
    assert_eq!(house.actor("duc").get("/api/v1/worklist").ok()["items"][0]["code"], case.code.as_str());
    let shown = page(&house.actor("duc").get(&format!("/work/cases/{}", case.code)));
    assert!(shown.contains("nộp muộn, cần xem") && shown.contains("Đơn vị thiết kế trả bản vẽ muộn"), "{shown}");
    // The citizen does it on the same page as any supplement, and is told that it is late.
    let mut lan = house.browser();
    lan.sign_in("lan", "next=%2F");
    let own = lan.get(&format!("/my/{}", case.code)).text();
    assert!(own.contains("Đã quá hạn bổ sung") && own.contains("Bạn vẫn gửi được"), "{own}");
    let form = format!("/my/{}/supplement", case.code);
    let sent = lan.upload_with(&form, &form, &[("note", "Thêm bản vẽ cấp nước")], &[]);
    assert_eq!(sent.goes_to(), format!("/my/{}", case.code));
    assert_eq!(case.seen_by("duc")["supplements"][0]["late"].as_array().unwrap().len(), 2);
    house.effects().await;
    let told = house.count("SELECT COUNT(*) AS n FROM notice WHERE province = $1 AND act = 'supplement_late'").await;
    assert!(told >= 2, "the people of the case are told that it came");
    // The official decides with it or without it.
    case.act("duc", "propose_refusal").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    case.attempt("lan", &late(3)).refused(409, "wrong-state");
    house.sound(&case.code).await;
}

/// The dossier was stopped; the transfer was on its way. The money is recorded, nothing is issued for it, a person decides.
async fn money_after_a_stop_waits_for_a_person(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.001612");
    follow(&house).await;
    let due = due_of(&house, &case.code);
    post(&house, "lan", &format!("{due}/qr"), &[]);
    house.effects().await;
    let reference = reference(&page(&house.actor("lan").get(&due)));
    case.act("lan", "withdraw").act("thu", "stop");
    assert_eq!(case.handling(), "stopped");
    follow(&house).await;
    post(&house, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "")]);
    follow(&house).await;
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_credit WHERE province = $1").await, 1, "the money is in the ledger");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 0);
    let review = page(&house.actor("thu").get("/work/payments/review"));
    assert!(review.contains("Nộp sau khi hồ sơ dừng") && review.contains(due.rsplit('/').next().unwrap()), "a person finds it: {review}");
    let own = page(&house.actor("lan").get(&due));
    assert!(own.contains("không mất") || own.contains("hoàn"), "the payer is told: {own}");
    let seen = case.seen_by("lan");
    assert_eq!((seen["tracks"]["handling"]["state"].as_str(), seen["tracks"]["money"]["state"].as_str()), (Some("stopped"), Some("waived")));
    assert!(!case.story("thu").iter().any(|a| a == "settle_due"), "an end stays the end");
    house.sound(&case.code).await;
}

/// Nobody answers at the portal's address: dossiers are taken, worked and given back; what it must be told waits, and a page says so.
async fn the_portal_is_down_and_work_goes_on(db: Db) {
    use national_portal::wire::{Connection, HttpPortal};
    let nowhere = Connection { url: "http://127.0.0.1:9".into(), secret: b"a secret of the test, thirty-two bytes".as_slice().into() };
    let house = House::connected(db, phusa::rooms::Outside { national: Some(nowhere.clone()), ..Default::default() }).await;
    let mut case = Dossier::file(&house, "1.001193");
    let portal = HttpPortal::with_timeout(nowhere, std::time::Duration::from_millis(200));
    let room = house.it.rooms.national_portal.clone();
    follow(&house).await;
    let told = room.send_due(&portal, house.now()).await.unwrap();
    assert_eq!((told.messages, told.failed > 0), (0, true));
    case.act("thu", "receive");
    let promised = case.due("processing");
    case.act("duc", "appraise").act("khanh", "approve").act("mai", "issue").act("lan", "collect");
    follow(&house).await;
    assert_eq!(case.seen_by("thu")["clocks"]["processing"]["due"], json!(promised), "our time has counted on");
    let waiting = house.count("SELECT COUNT(*) AS n FROM national_case WHERE province = $1 AND due IS NOT NULL").await;
    assert_eq!(waiting, 1, "it waits and is not lost");
    let shown = page(&house.actor("ngoc").get("/work/national/waiting"));
    assert!(shown.contains(&case.code), "{shown}");
    house.sound(&case.code).await;
}
