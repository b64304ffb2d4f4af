//! What must not be taken, and how it is answered: a status of the 400s, a code, both languages, the journal as it was.

use crate::{
    dossier::{Dossier, example, key},
    house::House,
};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
};
use store::Db;
use testkit::on_each_database;

on_each_database!(
    a_case_that_cannot_be_filed
    files_that_are_not_taken
    acts_that_are_not_done
    requests_that_are_none
    words_are_kept_as_words
);

const JSON: (&str, &str) = ("content-type", "application/json");

/// What is changed in a good request, and the answer.
type Wrong = (&'static str, fn(&mut Value), u16, &'static str);

const FILINGS: &[Wrong] = &[
    ("unknown procedure", |b| b["definition"] = json!("9.999999"), 422, "unknown-definition"),
    ("code as a number", |b| b["definition"] = json!(1.013225), 422, "bad-body"),
    ("code with a path", |b| b["definition"] = json!("../1.013225"), 422, "unknown-definition"),
    ("no answers", |b| drop(b.as_object_mut().unwrap().shift_remove("answers")), 422, "bad-body"),
    ("answers are a text", |b| b["answers"] = json!("{}"), 422, "answers"),
    ("answers are nothing", |b| b["answers"] = json!(null), 422, "answers"),
    ("answers are a list", |b| b["answers"] = json!([1, 2]), 422, "answers"),
    ("an unknown member", |b| b["admin"] = json!(true), 422, "bad-body"),
    ("a field too many", |b| b["answers"]["discount"] = json!(1), 422, "answers"),
    ("a field missing", |b| drop(b["answers"].as_object_mut().unwrap().shift_remove("owner_name")), 422, "answers"),
    ("a number as a text", |b| b["answers"]["site_area"] = json!("82.5"), 422, "answers"),
    ("a text as a number", |b| b["answers"]["owner_personal_number"] = json!(79090004567_u64), 422, "answers"),
    ("a number with a fraction", |b| b["answers"]["works_storeys"] = json!(2.5), 422, "answers"),
    ("a number out of bounds", |b| b["answers"]["works_height"] = json!(1e300), 422, "answers"),
    ("eight digits", |b| b["answers"]["owner_personal_number"] = json!("02512345"), 422, "answers"),
    // An old number is no reason to turn anybody away: it goes to review (`old_addresses`).
    ("nine digits", |b| b["answers"]["owner_personal_number"] = json!("025123456"), 201, ""),
    ("fullwidth digits", |b| b["answers"]["phone"] = json!("０９０３１２３４５６"), 422, "answers"),
    ("two lines in a phone", |b| b["answers"]["phone"] = json!("0903123456\n"), 201, ""),
    ("200 kB in a field", |b| b["answers"]["works_name"] = json!("à".repeat(100_000)), 422, "answers"),
    ("an empty name", |b| b["answers"]["owner_name"] = json!("   "), 422, "answers"),
    ("no e-mail", |b| b["answers"]["email"] = json!("a@"), 422, "answers"),
    ("not a choice", |b| b["answers"]["works_kind"] = json!("castle"), 422, "answers"),
    ("a commune that is none", |b| b["answers"]["commune"] = json!("99999"), 422, "office"),
    ("a commune as a number", |b| b["answers"]["commune"] = json!(27139), 422, "answers"),
    ("nesting", |b| b["answers"]["owner_name"] = (0..100).fold(json!(0), |inner, _| json!([inner])), 422, "answers"),
    ("a channel that is none", |b| b["channel"] = json!("pigeon"), 422, "bad-body"),
    ("a channel not open", |b| b["channel"] = json!("counter"), 422, "channel"),
    ("papers missing", |b| b["files"] = json!([]), 422, "components"),
    ("files are a text", |b| b["files"] = json!("none"), 422, "bad-body"),
    ("a paper nobody asks for", |b| b["files"][0]["component"] = json!("passport"), 422, "unknown-component"),
    ("a paper of the database's", |b| b["files"][0]["component"] = json!(""), 422, "unknown-component"),
];

async fn a_case_that_cannot_be_filed(db: Db) {
    let house = House::open(db).await;
    let (lan, good) = (house.actor("lan"), example(&house, "1.013225"));
    let mut filed = 0;
    for (what, spoil, status, code) in FILINGS {
        let mut body = good.clone();
        spoil(&mut body);
        let reply = lan.post_once("/api/v1/cases", &key(), &body);
        if *status == 201 {
            filed += 1;
            assert_eq!(reply.status, 201, "{what}: {}", reply.text());
            continue;
        }
        let problem = reply.problem();
        assert_eq!((reply.status, problem["code"].as_str()), (*status, Some(*code)), "{what}: {problem}");
        if *code == "answers" && !what.starts_with("answers are") {
            let reasons = problem["reasons"].as_array().unwrap();
            assert!(!reasons.is_empty() && reasons.iter().all(|r| !r.to_string().contains("\"vi\":\"\"")), "{what}: {problem}");
        }
        assert!(reply.bytes.len() < 20_000, "{what}: an answer of {} bytes", reply.bytes.len());
    }
    // A date that is none, in the procedure that asks for dates.
    let mut birth = example(&house, "1.001193");
    let field = date_field(&birth["answers"]);
    for date in ["2026-02-31", "31/02/2026", "2026-13-01", "", "0000-00-00"] {
        birth["answers"][&field] = json!(date);
        let problem = lan.post_once("/api/v1/cases", &key(), &birth).refused(422, "answers");
        assert!(problem["reasons"].to_string().contains(&field), "{date}: {problem}");
    }
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, filed);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind LIKE 'dossier.%'").await, filed);
}

fn date_field(answers: &Value) -> String {
    let is_date = |v: &Value| v.as_str().is_some_and(|t| t.len() == 10 && t.as_bytes()[4] == b'-' && t.as_bytes()[7] == b'-');
    answers.as_object().unwrap().iter().find(|(_, v)| is_date(v)).unwrap().0.clone()
}

/// Standard base64, as clients send it.
pub fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let n = part.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - part.len()));
        for i in 0..4 {
            out.push(if i <= part.len() { SIGNS[(n >> (18 - 6 * i) & 63) as usize] as char } else { '=' });
        }
    }
    out
}

async fn files_that_are_not_taken(db: Db) {
    let house = House::open(db).await;
    let (lan, good) = (house.actor("lan"), example(&house, "1.013225"));
    let before = house.journal().await;
    let large = [b"%PDF-1.7\n".as_slice(), &vec![b' '; 21 << 20]].concat();
    let exe = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 200]].concat();
    let table: Vec<(&str, Value, &str)> = vec![
        ("not base64", json!({"name": "a.pdf", "content_base64": "%%%"}), "bad-base64"),
        ("half of base64", json!({"name": "a.pdf", "content_base64": "JVBERi0xLjQ"}), "bad-base64"),
        ("nothing", json!({"name": "a.pdf", "content_base64": ""}), "files"),
        ("a program called pdf", json!({"name": "a.pdf", "content_base64": base64(&exe)}), "files"),
        ("a pdf called exe", json!({"name": "a.exe", "content_base64": base64(b"%PDF-1.4\n%%EOF")}), "files"),
        ("a pdf called picture", json!({"name": "a.pdf", "media_type": "image/png", "content_base64": base64(b"%PDF-1.4\n%%EOF")}), "files"),
        ("encrypted", json!({"name": "a.pdf", "content_base64": base64(b"%PDF-1.4\n5 0 obj<</Filter/Standard>>endobj\ntrailer<</Encrypt 5 0 R/Root 1 0 R>>\n%%EOF")}), "files"),
        ("text", json!({"name": "a.txt", "content_base64": base64("không phải giấy tờ".as_bytes())}), "files"),
        ("too large", json!({"name": "a.pdf", "content_base64": base64(&large)}), "files"),
        ("no name", json!({"content_base64": base64(b"%PDF-1.4\n%%EOF")}), "bad-body"),
    ];
    for (what, file, code) in table {
        let mut body = good.clone();
        for (key, value) in file.as_object().unwrap() {
            body["files"][0][key] = value.clone();
        }
        if file.get("name").is_none() {
            body["files"][0].as_object_mut().unwrap().shift_remove("name");
        }
        let reply = lan.post_once("/api/v1/cases", &key(), &body);
        let problem = reply.problem();
        assert_eq!(problem["code"], code, "{what}: {problem}");
        if code == "files" {
            // The one that was wrong is named, and only that one.
            assert_eq!(problem["reasons"].as_array().map(Vec::len), Some(1), "{what}: {problem}");
        }
    }
    // A path in a name is cut to the name.
    let mut body = good.clone();
    body["files"][0]["name"] = json!("../../etc/Ba\u{309}n ve\u{303}.pdf");
    let case = lan.post_once("/api/v1/cases", &key(), &body).ok();
    assert_eq!(case["files"][0]["name"], "Bản vẽ.pdf");
    // More than a request may hold at all.
    let reply = lan.attempt("POST", "/api/v1/cases", &[JSON, ("idempotency-key", "huge")], Some(vec![b' '; 65 << 20]));
    if let Ok(reply) = reply {
        reply.refused(413, "too-large");
    }
    assert_eq!(house.journal().await, before + 1);
}

async fn acts_that_are_not_done(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    // Looking at a case is written down; what is counted is what happened to cases.
    let entries = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND stream LIKE 'case_%'";
    let before = house.count(entries).await;
    let table: Vec<(&str, Value, u16, &str)> = vec![
        ("thu", json!({}), 422, "act-missing"),
        ("thu", json!({"act": 7}), 422, "act-missing"),
        ("thu", json!([]), 422, "bad-body"),
        ("thu", json!("receive"), 422, "bad-body"),
        ("thu", json!({"act": "fly"}), 422, "unknown-act"),
        ("thu", json!({"act": "file"}), 422, "unknown-act"),
        ("thu", json!({"act": "file-document"}), 422, "unknown-act"),
        ("thu", json!({"act": "<script>alert(1)</script>"}), 422, "unknown-act"),
        ("thu", json!({"act": "receive", "input": {"pickup": 7}}), 422, "input"),
        ("thu", json!({"act": "receive", "input": {"x": 7}}), 422, "input"),
        ("thu", json!({"act": "receive", "input": "now"}), 422, "input"),
        ("thu", json!({"act": "receive", "input": {"pickup": "x".repeat(200_000)}}), 422, "input"),
        ("thu", json!({"act": "receive", "input": {}, "version": "1"}), 422, "bad-version"),
        ("thu", json!({"act": "receive", "input": {}, "version": -1}), 422, "bad-version"),
        ("thu", json!({"act": "receive", "input": {}, "version": 99}), 409, "changed-meanwhile"),
        ("thu", json!({"act": "refuse"}), 422, "input"),
        ("thu", json!({"act": "return", "input": {"how": "electronic", "to": "Lan"}}), 409, "wrong-state"),
        ("thu", json!({"act": "ask_supplement_intake", "input": {"defects": [], "reason": "Thiếu"}}), 422, "input"),
        ("thu", json!({"act": "ask_supplement_intake", "input": {"defects": [{"what": 1}], "reason": "Thiếu"}}), 422, "input"),
        ("lan", json!({"act": "collect", "input": {"how": "electronic", "to": "Lan"}}), 409, "wrong-state"),
        ("lan", json!({"act": "receive", "input": {}}), 403, "not-yours"),
        ("ha", json!({"act": "assign", "input": {"assignee": "nobody"}}), 403, "not-yours"),
    ];
    for (who, body, status, code) in table {
        let problem = case.attempt(who, &body).problem();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(status.into()), Some(code)), "{who} {body:.200}: {problem}");
    }
    case.act("thu", "receive");
    for assignee in [json!("nobody"), json!("acct_00000000000000000000000000000000"), json!(7), json!(null)] {
        let reply = case.attempt("ha", &json!({"act": "assign", "input": {"assignee": assignee}}));
        assert_eq!(reply.problem()["status"], 422, "{assignee}");
    }
    case.act("ha", "assign");
    for offices in [json!([]), json!(["H29.99"]), json!("H29.02"), json!(["H29.02", "H29.02"])] {
        let reply = case.attempt("duc", &json!({"act": "consult", "input": {"offices": offices, "question": "Cho ý kiến"}}));
        assert_eq!(reply.problem()["status"], 422, "{offices}");
    }
    assert_eq!(house.count(entries).await, before + 2);
    house.sound(&case.code).await;
}

async fn requests_that_are_none(db: Db) {
    let house = House::open(db).await;
    let lan = house.actor("lan");
    let before = house.journal().await;
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let keyed = [JSON, ("idempotency-key", "k")];
    let plain = [("content-type", "text/plain"), ("idempotency-key", "k")];
    let table: Vec<(&str, &str, &[(&str, &str)], Option<Vec<u8>>, u16, &str)> = vec![
        ("POST", "/api/v1/cases", &keyed, Some(b"{".to_vec()), 400, "bad-json"),
        ("POST", "/api/v1/cases", &keyed, Some(Vec::new()), 400, "bad-json"),
        ("POST", "/api/v1/cases", &keyed, Some(b"\xff\xfe{}".to_vec()), 400, "bad-json"),
        ("POST", "/api/v1/cases", &keyed, Some(b"{\"definition\":\"\xc3\x28\"}".to_vec()), 400, "bad-json"),
        ("POST", "/api/v1/cases", &keyed, Some(deep.into_bytes()), 400, "bad-json"),
        ("POST", "/api/v1/cases", &keyed, Some(b"NaN".to_vec()), 400, "bad-json"),
        ("POST", "/api/v1/cases", &keyed, Some(b"null".to_vec()), 422, "bad-body"),
        ("POST", "/api/v1/cases", &plain, Some(b"{}".to_vec()), 415, "json-expected"),
        ("PUT", "/api/v1/cases", &keyed, Some(b"{}".to_vec()), 405, "method-not-allowed"),
        ("DELETE", "/api/v1/cases/H29.161-261123-0001", &[], None, 405, "method-not-allowed"),
        ("GET", "/api/v1/nothing", &[], None, 404, "not-found"),
        ("GET", "/api/v1/cases/%ff%fe", &[], None, 404, "not-found"),
        ("GET", "/api/v1/cases/%00", &[], None, 404, "not-found"),
        ("GET", "/api/v1/cases/'%20OR%201=1--", &[], None, 404, "not-found"),
        ("GET", "/api/v1/definitions/1", &[], None, 404, "not-found"),
        ("GET", "/api/v1/definitions/%2e%2e%2f", &[], None, 404, "not-found"),
    ];
    for (method, path, headers, body, status, code) in table {
        let reply = lan.send(method, path, headers, body);
        let problem = reply.problem();
        assert_eq!((reply.status, problem["code"].as_str()), (status, Some(code)), "{method} {path}: {problem}");
    }
    let thu = house.actor("thu");
    for (query, status, code) in [
        ("list=all", 422, "unknown-list"),
        ("list=", 422, "unknown-list"),
        ("after=x", 422, "bad-cursor"),
        ("after=1~2", 422, "bad-cursor"),
        ("after=~~", 422, "bad-cursor"),
        ("after=99999999999999999999~a~b", 422, "bad-cursor"),
        ("limit=many", 400, "bad-query"),
        ("limit=99999999999999999999", 400, "bad-query"),
        ("office=H29.162", 400, "bad-query"),
    ] {
        let problem = thu.get(&format!("/api/v1/worklist?{query}")).problem();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(status), Some(code)), "{query}: {problem}");
    }
    for query in ["limit=0", "limit=-5", "limit=9999", "after=1~'~%22", "after=-9223372036854775808~~", "after=5~%00~x"] {
        let reply = thu.get(&format!("/api/v1/worklist?{query}"));
        assert!(reply.status == 200 || reply.problem()["status"] == 422, "{query}: {}", reply.text());
    }
    for bearer in ["", "x", "phusa_", "Bearer"] {
        testkit::Program::new(&house.base, Some(bearer.trim())).get("/api/v1/worklist").refused(401, "sign-in-needed");
    }
    assert!(raw(&house, &format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "a".repeat(1 << 20))).contains(" 431 "));
    assert!(raw(&house, "BREW / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").contains(" 405 "));
    assert!(raw(&house, "not http at all\r\n\r\n").contains(" 400 "));
    assert_eq!(house.journal().await, before);
}

/// What no client library sends.
fn raw(house: &House, request: &str) -> String {
    tokio::task::block_in_place(|| {
        let mut stream = TcpStream::connect(house.base.trim_start_matches("http://")).unwrap();
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    })
}

async fn words_are_kept_as_words(db: Db) {
    let house = House::open(db).await;
    let mut body = example(&house, "1.013225");
    // Decomposed as macOS sends it; composed in the journal.
    body["answers"]["owner_name"] = json!("Nguye\u{302}\u{303}n Va\u{306}n Bi\u{300}nh\u{7}");
    body["answers"]["works_name"] = json!("<script>alert('x')</script> & \"nhà\" {{7*7}} #set");
    body["answers"]["site_parcel"] = json!("156'); DROP TABLE journal;--");
    let reply = house.actor("lan").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let last = reply.json();
    let mut case = Dossier { house: &house, code: last["code"].as_str().unwrap().to_owned(), last };
    assert_eq!(case.last["answers"]["owner_name"], "Nguyễn Văn Bình");
    assert_eq!(case.last["title"], "Nguyễn Văn Bình");
    assert_eq!(case.last["answers"]["works_name"], body["answers"]["works_name"]);
    case.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    case.documents("lan");
    for (who, page) in [("lan", format!("/my/{}", case.code)), ("thu", format!("/work/cases/{}", case.code))] {
        let mut browser = house.browser();
        browser.sign_in(who, "next=%2F");
        let shown = browser.get(&page);
        assert_eq!(shown.status, 200, "{}", shown.text());
        assert!(!shown.text().contains("<script>alert"), "{page}");
        assert!(shown.text().contains("&lt;script&gt;alert"), "{page}");
    }
    house.sound(&case.code).await;
}
