//! What must last: the sealed journal, and a backup that either database reads.

use crate::{
    dossier::Dossier,
    house::{self, House, MONDAY},
};
use phusa::assembly;
use serde_json::Value;
use store::{Db, backup, files::Files, seal, values};
use testkit::{Databases, on_each_database};

on_each_database!(an_altered_entry_is_named a_backup_goes_to_the_other_database_and_back);

fn finished(house: &House) -> Dossier<'_> {
    let mut case = Dossier::file(house, "1.001193");
    case.act("thu", "receive").act("duc", "appraise").act("khanh", "approve").act("mai", "issue").act("lan", "collect");
    case
}

async fn an_altered_entry_is_named(db: Db) {
    let house = House::open(db).await;
    let case = finished(&house);
    house.effects().await;
    let key = seal::Key::open(&house.data.join("keys")).unwrap();
    let consumer = seal::consumer(house.it.scope.clone(), key.clone());
    // The other tests' transactions on the same server hold the horizon back for a moment.
    consumer.catch_up(house.now(), std::time::Duration::from_secs(120)).await.unwrap();
    let report = seal::verify(&house.it.scope, &[key.public()]).await.unwrap();
    assert!(report.fault.is_none() && report.unsealed == 0 && report.sealed as i64 == house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1").await, "{report:?}");
    // Later entries are covered by later heads.
    Dossier::file(&house, "1.013225");
    consumer.catch_up(house.now(), std::time::Duration::from_secs(120)).await.unwrap();
    let report = seal::verify(&house.it.scope, &[key.public()]).await.unwrap();
    assert!(report.fault.is_none() && report.heads >= 2, "{report:?}");
    let other = seal::Key::generate();
    assert!(seal::verify(&house.it.scope, &[other.public()]).await.unwrap().fault.is_some(), "another key's word is none");
    // Somebody with the database's password changes who approved.
    let stream = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap().state.id.to_string();
    let mut batch = house.it.scope.batch();
    batch.guard(
        "UPDATE journal SET payload = REPLACE(payload, 'Bùi Quốc Khánh', 'Võ Minh Đức') WHERE province = $1 AND stream = $2 AND version = 4",
        values![stream.as_str()],
        1,
        "tamper",
    );
    house.it.scope.commit(batch).await.unwrap();
    let report = seal::verify(&house.it.scope, &[key.public()]).await.unwrap();
    match report.fault {
        Some(seal::Fault::Altered { stream: named, version, .. }) => assert_eq!((named, version), (stream, 4)),
        other => panic!("{other:?}"),
    }
}

async fn a_backup_goes_to_the_other_database_and_back(db: Db) {
    let first = House::open(db).await;
    let cases = [finished(&first).code, Dossier::file(&first, "1.013225").code];
    first.effects().await;
    let said = answers(&first, &cases);
    let other = match first.it.db.engine() {
        store::Engine::Sqlite => Databases::postgres().await.unwrap(),
        store::Engine::Postgres => Databases::sqlite().await.unwrap(),
    };
    let second = moved(&first, other).await;
    assert_eq!(answers(&second, &cases), said);
    let back = match first.it.db.engine() {
        store::Engine::Sqlite => Databases::sqlite().await.unwrap(),
        store::Engine::Postgres => Databases::postgres().await.unwrap(),
    };
    let third = moved(&second, back).await;
    assert_eq!(answers(&third, &cases), said);
    for code in &cases {
        third.sound(code).await;
    }
    // Life goes on where it was restored: numbers continue, what was done stays done.
    let next = Dossier::file(&third, "1.013225");
    assert_eq!(next.code, "H29.161-261123-0003");
    let mut case = Dossier { house: &third, code: cases[1].clone(), last: Value::Null };
    case.act("thu", "receive");
    assert_eq!(case.last["documents"][0]["number"], 2);
    third.sound(&cases[1]).await;
}

/// A backup of one house restored into an empty database of the other kind.
async fn moved(from: &House, into: Db) -> House {
    let mut kept = Vec::new();
    let written = backup::dump(&from.it.db, None, Some(&from.it.services.files), &mut kept).await.unwrap();
    into.migrate(&assembly::migrations()).await.unwrap();
    let data = house::folder("restored");
    let files = Files::local(&data.join("files")).unwrap();
    let read = backup::restore(&into, Some(&files), std::io::Cursor::new(kept)).await.unwrap();
    assert_eq!((read.rows, read.files), (written.rows, written.files));
    House::over(into, &[], MONDAY, data).await
}

/// Everything the API says of some cases to their people.
fn answers(house: &House, cases: &[String]) -> Vec<Value> {
    let mut out = Vec::new();
    for code in cases {
        for who in ["lan", "thu"] {
            for rest in ["", "/events"] {
                out.push(house.actor(who).get(&format!("/api/v1/cases/{code}{rest}")).ok());
            }
        }
        let seen = house.actor("thu").get(&format!("/api/v1/cases/{code}")).ok();
        for document in seen["documents"].as_array().unwrap() {
            let reply = house.actor("thu").get(document["href"].as_str().unwrap());
            assert!(reply.status == 200 && reply.bytes.starts_with(b"%PDF"));
            out.push(Value::from(reply.bytes));
        }
    }
    out.push(house.actor("thu").get("/api/v1/worklist").ok());
    out
}
