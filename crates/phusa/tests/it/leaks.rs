//! Nobody sees what is not theirs: every role over every route, with every id that another province or another office has.
//! Routes are taken from the router itself, so a new one cannot be forgotten.

use crate::{
    dossier::{Dossier, example, key},
    house::House,
};
use std::collections::BTreeSet;
use store::{Db, values};
use testkit::{Program, on_each_database};

on_each_database!(no_role_of_one_province_reaches_another no_role_reaches_past_its_own_office);

/// Stands in every value that must not be seen.
const MARK: &str = "Dấu Riêng Zwq";

/// A filing whose applicant, and therefore paper, list and figure, carries the mark.
fn marked<'h>(house: &'h House, definition: &str) -> Dossier<'h> {
    let text = example(house, definition).to_string();
    let mut body: serde_json::Value = serde_json::from_str(&text).unwrap();
    mark_names(&mut body["answers"]);
    let reply = house.actor("hoa").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let last = reply.json();
    Dossier { house, code: last["code"].as_str().unwrap().to_owned(), last }
}

fn mark_names(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    serde_json::Value::String(text) if name.contains("name") => *text = format!("{MARK} {text}"),
                    other => mark_names(other),
                }
            }
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(mark_names),
        _ => {}
    }
}

/// Every id a province has: of accounts, posts, cases, files, notices and whatever else a table has an id of.
async fn ids(house: &House) -> BTreeSet<String> {
    let province = house.it.scope.province().clone();
    let mut found = BTreeSet::new();
    let engine = house.it.db.engine();
    let tables = engine.pick(
        "SELECT m.name AS name, p.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name IN ('id', 'case_id', 'code')",
        "SELECT table_name::text AS name, column_name::text AS col FROM information_schema.columns WHERE table_schema = current_schema() AND column_name IN ('id', 'case_id', 'code') AND data_type = 'text'",
    );
    for row in house.it.db.query(tables, &[]).await.unwrap() {
        let (table, column) = (row.string("name").unwrap(), row.string("col").unwrap());
        let sql = format!("SELECT CAST({column} AS TEXT) AS v FROM {table} WHERE province = $1 ORDER BY 1 LIMIT 4");
        for row in house.it.db.query(&sql, &values![&province]).await.unwrap() {
            found.extend(row.opt_string("v").unwrap().filter(|v| !v.is_empty()));
        }
    }
    found
}

/// Each route with an id in all its places: of those that matter most two (all in `make soak`), of the rest one, others for
/// everybody who asks, so that together they try them all.
fn addresses(house: &House, always: &BTreeSet<String>, others: &[String], turn: usize) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let some = testkit::many("PHUSA_LEAKS", 2, always.len());
    for (n, route) in house.it.declared.iter().enumerate().filter(|(_, r)| !r.path.starts_with("/dev-provider") && !r.path.starts_with("/sign-out")) {
        if !route.path.contains('{') {
            all.push((route.method, route.path.clone()));
            continue;
        }
        let one = others.get((n + turn * 7) % others.len().max(1));
        let most = always.iter().cycle().skip((n + turn) % always.len().max(1)).take(some.min(always.len()));
        for id in most.chain(one) {
            let place = |p: &str| if p.starts_with('{') { web::html::url_part(id) } else { p.to_owned() };
            all.push((route.method, route.path.split('/').map(place).collect::<Vec<_>>().join("/")));
        }
    }
    all
}

/// One person of each role and level, and one of each kind of citizen.
fn one_of_each(house: &House) -> Vec<String> {
    let people = identity::demo::people();
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    for person in people {
        let level = person.post.as_ref().map(|(office, ..)| office.as_str().matches('.').count());
        if seen.insert((person.role(), level)) {
            chosen.push(person.key);
        }
    }
    assert!(chosen.iter().all(|k| house.everybody().contains(k)) && chosen.len() > 18, "{chosen:?}");
    chosen
}

fn ask(program: &Program, method: &str, path: &str, form: &str) -> (u16, String) {
    // A connection each: one on which a body was left unread is closed by the server.
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let reply = match method {
        "GET" => program.send("GET", path, &[], None),
        method => program.send(method, path, &kind, Some(form.as_bytes().to_vec())),
    };
    (reply.status, reply.text())
}

async fn entries(house: &House) -> i64 {
    house.journal().await
}

async fn no_role_of_one_province_reaches_another(db: Db) {
    let here = House::open(db.clone()).await;
    let there = House::elsewhere(db, "48").await;
    Dossier::file(&here, "1.013225");
    // The other province has more of everything, so that some of its codes exist nowhere else.
    let mut case = marked(&there, "1.013225");
    marked(&there, "2.000635");
    case.act("thu", "receive").act("ha", "assign");
    there.effects().await;
    there.follow().await;
    here.follow().await;
    let theirs = ids(&there).await;
    let ours = ids(&here).await;
    let only: BTreeSet<String> = theirs.difference(&ours).cloned().collect();
    assert!(only.len() > 15 && only.contains(&case.last["files"][0]["file"].as_str().unwrap().to_owned()), "{only:?}");
    let before = entries(&there).await;
    let (mut asked, mut seen) = (0_u32, BTreeSet::new());
    let found = there.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
    let always = own(&found.state);
    let others: Vec<String> = only.iter().cloned().collect();
    for (turn, who) in one_of_each(&here).into_iter().enumerate() {
        for (method, path) in addresses(&here, &always, &others, turn) {
            let (status, text) = ask(&here.actor(&who), method, &path, "reason=th%E1%BB%AD&note=th%E1%BB%AD");
            assert!(status < 500, "{who} {method} {path}: {status} {text}");
            if text.contains(MARK) {
                seen.insert(format!("{who} {method} {path}"));
            }
            asked += 1;
        }
        // A key of one province opens no door of the other.
        let stranger = Program::new(&there.base, Some(here.token(&who)));
        for path in [format!("/api/v1/cases/{}", case.code), "/api/v1/worklist".to_owned(), "/account".to_owned(), format!("/work/cases/{}", case.code)] {
            let reply = stranger.get(&path);
            assert!(matches!(reply.status, 303 | 401 | 403) && !reply.text().contains(MARK), "{who} {path}: {}", reply.status);
        }
    }
    assert!(seen.is_empty(), "leaks: {seen:#?}");
    assert_eq!(entries(&there).await, before, "nothing was written in the other province");
    assert!(asked > 3_000, "{asked}");
    println!("{asked} requests, {} ids of the other province", only.len());
    there.sound(&case.code).await;
}

/// The ids by which a case and its people are asked for: a file, and what is not of this case alone.
fn own(state: &casework::CaseState) -> BTreeSet<String> {
    let mut own = BTreeSet::from([state.code.to_string(), state.id.to_string()]);
    own.extend(state.files.iter().take(1).map(|f| f.file.to_string()));
    own.extend(state.people.applicant.party.map(|p| p.to_string()));
    own
}

/// Who may see a case of commune H29.161 at all: its applicant, its office, those who watch over the whole province.
const MAY: [&str; 9] = ["hoa", "thu", "duc", "ha", "khanh", "mai", "nga", "ngoc", "thanh"];

async fn no_role_reaches_past_its_own_office(db: Db) {
    let house = House::open(db).await;
    let mut case = marked(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign");
    house.effects().await;
    house.follow().await;
    // What belongs to this case and its people, not what belongs to everybody.
    let found = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
    let own = own(&found.state);
    let mut seen = BTreeSet::new();
    let before = house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND stream LIKE 'case_%'").await;
    let mut people = one_of_each(&house);
    people.extend(["minh", "quyen", "tuan", "binh"].map(str::to_owned));
    for (turn, who) in people.iter().filter(|w| !MAY.contains(&w.as_str())).enumerate() {
        for (method, path) in addresses(&house, &own, &[], turn) {
            let (status, text) = ask(&house.actor(who), method, &path, "act=receive&reason=thu");
            assert!(status < 500, "{who} {method} {path}: {status} {text}");
            if text.contains(MARK) {
                seen.insert(format!("{who} {method} {path}"));
            }
        }
    }
    assert!(seen.is_empty(), "leaks: {seen:#?}");
    let after = house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND stream LIKE 'case_%'").await;
    assert_eq!(after, before, "no case was touched");
    // The mark is where it should be: the test can fail.
    assert!(house.actor("thu").get(&format!("/work/cases/{}", case.code)).text().contains(MARK));
    house.sound(&case.code).await;
}
