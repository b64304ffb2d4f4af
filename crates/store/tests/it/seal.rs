//! What the seal notices.

use crate::support::{at, note, scope};
use std::time::Duration;
use store::{
    Db, Scope,
    seal::{self, Fault, Key},
};
use testkit::on_each_database;

on_each_database! {
    an_untouched_journal_holds
    the_altered_entry_is_named
    the_missing_entry_is_named
    the_inserted_entry_is_named
    a_rewritten_seal_needs_the_key
}

/// Nine entries sealed in three runs, with another province's in between, and two after the last seal.
async fn sealed(db: &Db, key: &Key) -> Scope {
    let scope = scope(db, "79").await;
    let other = db.province("01".into());
    let consumer = seal::consumer(scope.clone(), key.clone());
    for v in 1..=9 {
        note(&scope, "case_1", v).await;
        note(&other, "case_1", v).await;
        if v % 3 == 0 {
            consumer.catch_up(at(v), Duration::from_secs(20)).await.unwrap();
        }
    }
    note(&scope, "case_2", 1).await;
    note(&scope, "case_2", 2).await;
    scope
}

/// What somebody with the database in hand does.
async fn tamper(db: &Db, sql: &str) {
    let mut batch = db.batch();
    batch.guard(sql.to_owned(), vec![], 1, "tamper");
    db.commit(batch).await.unwrap();
}

/// Waits until other tests' transactions in the same server do not hide the newest entries.
async fn report(scope: &Scope, key: &Key) -> seal::Report {
    seal::verify(scope, &[key.public()]).await.unwrap()
}

async fn an_untouched_journal_holds(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    let found = report(&scope, &key).await;
    assert_eq!((found.heads, found.sealed, found.fault), (3, 9, None));
    assert!(found.unsealed <= 2);
    let stranger = report(&scope, &Key::generate()).await;
    assert_eq!(stranger.fault, Some(Fault::Seal { size: 3, why: "signature" }));
    // A seal that has nothing to do writes nothing.
    let consumer = seal::consumer(scope.clone(), key.clone());
    consumer.catch_up(at(99), Duration::from_secs(20)).await.unwrap();
    assert_eq!(consumer.run_all(at(100)).await.unwrap(), 0);
    assert_eq!(report(&scope, &key).await.sealed, 11);
}

async fn the_altered_entry_is_named(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    tamper(&db, "UPDATE journal SET payload = '{}' WHERE province = '79' AND stream = 'case_1' AND version = 5").await;
    let found = report(&scope, &key).await;
    let Some(Fault::Altered { stream, version, .. }) = &found.fault else { panic!("{found:?}") };
    assert_eq!((stream.as_str(), *version, found.sealed), ("case_1", 5, 4));
    assert!(found.fault.unwrap().text().vi.contains("phiên bản 5"));
}

async fn the_missing_entry_is_named(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    tamper(&db, "DELETE FROM journal WHERE province = '79' AND stream = 'case_1' AND version = 2").await;
    let found = report(&scope, &key).await;
    assert!(matches!(found.fault, Some(Fault::Missing { index: 1, .. })), "{found:?}");
}

async fn the_inserted_entry_is_named(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    // In the place of an entry of the other province, so that it looks old.
    tamper(&db, "DELETE FROM journal WHERE province = '01' AND version = 4").await;
    tamper(
        &db,
        "INSERT INTO journal (seq, tx, province, stream, version, kind, at, actor, payload) \
         SELECT seq + 1, tx, province, 'case_9', 1, kind, at, actor, payload FROM journal \
         WHERE province = '79' AND stream = 'case_1' AND version = 4",
    )
    .await;
    let found = report(&scope, &key).await;
    assert!(matches!(&found.fault, Some(Fault::Inserted { stream, .. }) if stream == "case_9"), "{found:?}");
}

async fn a_rewritten_seal_needs_the_key(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    // The leaves of the second run are made to fit by taking those of the third.
    tamper(&db, "UPDATE seal SET leaves = (SELECT s.leaves FROM seal s WHERE s.province = '79' AND s.size = 9) WHERE province = '79' AND size = 6").await;
    assert!(report(&scope, &key).await.fault.is_some());
    tamper(&db, "UPDATE seal SET root = leaves WHERE province = '79' AND size = 3").await;
    assert_eq!(report(&scope, &key).await.fault, Some(Fault::Seal { size: 3, why: "signature" }));
}

#[test]
fn the_key_of_a_folder_stays() {
    let folder = std::env::temp_dir().join(format!("phusa-key-{}", uuid::Uuid::new_v4().simple()));
    let first = Key::open(&folder).unwrap();
    assert_eq!(Key::open(&folder).unwrap().public(), first.public());
    std::fs::remove_dir_all(folder).unwrap();
}
