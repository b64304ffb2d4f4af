//! What the seal notices.

use crate::support::{at, note, scope, shown};
use kernel::Text;
use std::time::Duration;
use store::{
    Db, Scope,
    bulk::{Loader, Visible},
    seal::{self, Bundle, Fault, Key, head},
    values,
};
use testkit::on_each_database;

on_each_database! {
    an_untouched_journal_holds
    the_altered_entry_is_named
    the_missing_entry_is_named
    the_inserted_entry_is_named
    a_rewritten_seal_needs_the_key
    one_byte_of_any_column_is_found
    two_exchanged_entries_are_both_named
    an_entry_moved_in_the_order_is_named
    what_is_cut_off_with_its_heads_needs_an_outside_head
    every_sealed_entry_has_a_proof
    proofs_read_little_of_long_journals
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
            shown(&scope, consumer.cursor().await.unwrap(), 3).await;
            consumer.catch_up(at(v), Duration::from_secs(120)).await.unwrap();
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
    consumer.catch_up(at(99), Duration::from_secs(120)).await.unwrap();
    assert_eq!(consumer.run_all(at(100)).await.unwrap(), 0);
    assert_eq!(report(&scope, &key).await.sealed, 11);
}

async fn the_altered_entry_is_named(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    tamper(&db, "UPDATE journal SET payload = '{}' WHERE province = '79' AND stream = 'case_1' AND version = 5").await;
    let found = report(&scope, &key).await;
    let Some(Fault::Altered { stream, version, .. }) = &found.fault else { panic!("{found:?}") };
    assert_eq!((stream.as_str(), *version, found.sealed, found.heads), ("case_1", 5, 8, 3), "all the others are as they were");
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

async fn one_byte_of_any_column_is_found(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    let this = "WHERE province = '79' AND stream = 'case_1' AND version = 5";
    let columns = [
        ("payload", "'{\"n\":6}'", "'{\"n\":5}'"),
        ("actor", "'acct_2'", "'acct_1'"),
        ("at", "at + 1", "at - 1"),
        ("key", "'k'", "NULL"),
        ("on_behalf", "''", "NULL"),
        ("kind", "'notes'", "'noted'"),
    ];
    for (column, wrong, right) in columns {
        tamper(&db, &format!("UPDATE journal SET {column} = {wrong} {this}")).await;
        let found = report(&scope, &key).await;
        assert!(matches!(&found.fault, Some(Fault::Altered { stream, version: 5, .. }) if stream == "case_1"), "{column}: {found:?}");
        assert_eq!((found.faults().count(), found.sealed), (1, 8), "{column}");
        tamper(&db, &format!("UPDATE journal SET {column} = {right} {this}")).await;
        assert_eq!(report(&scope, &key).await.fault, None, "{column} put back");
    }
    tamper(&db, &format!("UPDATE journal SET stream = 'case_7' {this}")).await;
    assert!(matches!(report(&scope, &key).await.fault, Some(Fault::Altered { stream, .. }) if stream == "case_7"));
}

async fn two_exchanged_entries_are_both_named(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    for (from, to) in [(2, 99), (8, 2), (99, 8)] {
        tamper(&db, &format!("UPDATE journal SET version = {to} WHERE province = '79' AND stream = 'case_1' AND version = {from}")).await;
    }
    let found = report(&scope, &key).await;
    let named: Vec<i64> = found.faults().filter_map(|f| if let Fault::Altered { version, .. } = f { Some(*version) } else { None }).collect();
    assert_eq!((named, found.faults().count(), found.sealed), (vec![8, 2], 2, 7));
}

async fn an_entry_moved_in_the_order_is_named(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    tamper(&db, "UPDATE journal SET tx = tx - 1000000 WHERE province = '79' AND stream = 'case_1' AND version = 7").await;
    let found = report(&scope, &key).await;
    assert!(matches!(found.fault, Some(Fault::Moved { index: 6, .. })), "{found:?}");
    assert_eq!((found.faults().count(), found.sealed), (1, 8));
}

async fn what_is_cut_off_with_its_heads_needs_an_outside_head(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    let kept = head::newest(&scope).await.unwrap().unwrap();
    assert!(kept.size == 9 && kept.signed_by(&[key.public()]));
    let against = async |kept: &seal::Head| seal::verify_against(&scope, &[key.public()], std::slice::from_ref(kept)).await.unwrap();
    assert_eq!(against(&kept).await.fault, None);
    let mut batch = db.batch();
    batch.exec("DELETE FROM journal WHERE province = '79' AND (version > 6 OR stream = 'case_2')", vec![]);
    batch.exec("DELETE FROM seal WHERE province = '79' AND size > 6", vec![]);
    db.commit(batch).await.unwrap();
    // The journal alone agrees with its seals, and honestly says so.
    let alone = report(&scope, &key).await;
    assert_eq!((alone.fault, alone.sealed), (None, 6));
    let found = against(&kept).await;
    assert_eq!(found.fault, Some(Fault::Cut { size: 6, kept: 9 }));
    assert!(found.fault.unwrap().text().vi.contains("từ vị trí 6 đến 8"));
    // Going on writing and sealing, with the very key, does not hide it.
    for v in 7..=9 {
        note(&scope, "case_8", v).await;
    }
    let mut batch = db.batch();
    batch.exec("UPDATE consumer SET seq = (SELECT MAX(seq) FROM journal WHERE province = '79' AND version = 6), holder = NULL, lease = 0 WHERE name = 'seal' AND province = '79'", vec![]);
    batch.exec("UPDATE consumer SET tx = (SELECT MAX(tx) FROM journal WHERE province = '79' AND version = 6) WHERE name = 'seal' AND province = '79'", vec![]);
    db.commit(batch).await.unwrap();
    seal::consumer(scope.clone(), key.clone()).catch_up(at(99), Duration::from_secs(120)).await.unwrap();
    assert_eq!(report(&scope, &key).await.fault, None);
    assert_eq!(against(&kept).await.fault, Some(Fault::Rewritten { kept: 9 }));
    // A head of another key or province says nothing, and that is said.
    let stranger = seal::Head { province: "01".into(), ..kept };
    assert_eq!(against(&stranger).await.fault, Some(Fault::Kept { kept: 9 }));
}

async fn every_sealed_entry_has_a_proof(db: Db) {
    let key = Key::generate();
    let scope = sealed(&db, &key).await;
    let trusted = [key.public()];
    let rows = scope.query("SELECT seq, version FROM journal WHERE province = $1 AND stream = 'case_1' ORDER BY version", vec![]).await.unwrap();
    assert_eq!(rows.len(), 9);
    for row in &rows {
        let (seq, version) = (row.int("seq").unwrap(), row.int("version").unwrap());
        let bundle = seal::prove(&scope, seq, true).await.unwrap().unwrap();
        let sealed = bundle.entry.clone().unwrap();
        assert_eq!((sealed.index, bundle.newest.size), (version as u64 - 1, 9));
        let proven = bundle.check(&trusted).unwrap();
        let entry = proven.entry.unwrap();
        assert_eq!((entry.seq, entry.version, entry.payload.as_str()), (seq, version, format!(r#"{{"n":{version}}}"#).as_str()));
        // As a file, and back.
        let file = serde_json::to_string(&bundle).unwrap();
        assert_eq!(serde_json::from_str::<Bundle>(&file).unwrap(), bundle);
        // Without the contents it proves the place only.
        let bare = seal::prove(&scope, seq, false).await.unwrap().unwrap();
        assert!(bare.check(&trusted).unwrap().entry.is_none() && !serde_json::to_string(&bare).unwrap().contains("bytes"));
        for (what, bad) in spoiled(&bundle) {
            let said: Text = bad.check(&trusted).expect_err(&what);
            assert!(!said.vi.is_empty() && !said.en.is_empty());
        }
        assert!(bundle.check(&[Key::generate().public()]).unwrap_err().en.contains("signature"));
    }
    let unsealed = scope.one("SELECT seq FROM journal WHERE province = $1 AND stream = 'case_2' AND version = 2", vec![]).await.unwrap().unwrap();
    assert_eq!(seal::prove(&scope, unsealed.int("seq").unwrap(), true).await.unwrap(), None);
    assert_eq!(seal::prove(&scope, i64::MAX, true).await.unwrap(), None);
    // Heads among themselves.
    for size in [3, 6, 9] {
        seal::prove_head(&scope, size).await.unwrap().unwrap().check(&trusted).unwrap();
    }
    assert_eq!(seal::prove_head(&scope, 5).await.unwrap(), None);
    assert_eq!(head::before(&scope, 9, 10).await.unwrap().iter().map(|h| h.size).collect::<Vec<_>>(), [6, 3]);
    // An entry whose neighbours are gone is still found.
    tamper(&db, "DELETE FROM journal WHERE province = '79' AND stream = 'case_1' AND version = 4").await;
    let seq = rows[4].int("seq").unwrap();
    seal::prove(&scope, seq, true).await.unwrap().unwrap().check(&trusted).unwrap();
    // What is altered is proved by no file: the bytes do not give the sealed hash.
    tamper(&db, "UPDATE journal SET payload = '{}' WHERE province = '79' AND stream = 'case_1' AND version = 5").await;
    assert!(seal::prove(&scope, seq, true).await.unwrap().unwrap().check(&trusted).unwrap_err().en.contains("altered"));
}

/// The bundle with one value changed, each in its turn.
fn spoiled(b: &Bundle) -> Vec<(String, Bundle)> {
    fn flip(text: &mut String) {
        let last = if text.ends_with('0') { '1' } else { '0' };
        text.pop();
        text.push(last);
    }
    let mut all = Vec::new();
    let mut with = |what: &str, change: &dyn Fn(&mut Bundle)| {
        let mut bad = b.clone();
        change(&mut bad);
        if bad != *b {
            all.push((what.to_owned(), bad));
        }
    };
    with("format", &|b| flip(&mut b.format));
    with("province", &|b| b.province = "01".into());
    with("seq", &|b| b.entry.as_mut().unwrap().seq += 1);
    with("index", &|b| b.entry.as_mut().unwrap().index += 1);
    with("leaf hash", &|b| flip(&mut b.entry.as_mut().unwrap().leaf_hash));
    with("bytes", &|b| flip(b.entry.as_mut().unwrap().bytes.as_mut().unwrap()));
    with("bytes cut", &|b| b.entry.as_mut().unwrap().bytes.as_mut().unwrap().truncate(60));
    with("path", &|b| b.entry.as_mut().unwrap().path.iter_mut().for_each(flip));
    with("path shorter", &|b| drop(b.entry.as_mut().unwrap().path.pop()));
    with("root", &|b| flip(&mut b.head.root));
    with("size", &|b| b.head.size += 1);
    with("at", &|b| b.head.at += 1);
    with("signature", &|b| flip(&mut b.head.signature));
    with("key", &|b| flip(&mut b.head.public_key));
    with("newest root", &|b| flip(&mut b.newest.root));
    with("newest size", &|b| b.newest.size += 1);
    with("newest signature", &|b| flip(&mut b.newest.signature));
    with("consistency", &|b| b.consistency.iter_mut().for_each(flip));
    with("consistency longer", &|b| b.consistency.push("00".repeat(32)));
    with("not hexadecimal", &|b| b.consistency.push("đ".into()));
    all
}

/// Runs of uneven lengths: every place has a proof, and a proof reads two rows for each of its nodes.
async fn proofs_read_little_of_long_journals(db: Db) {
    let key = Key::generate();
    let scope = scope(&db, "79").await;
    long(&db, 700).await;
    for (run, limit) in (1..).zip([1_u32, 64, 100, 3, 128, 500]) {
        // Each run a maker of its own, long after the lease of the one before; others' transactions may hide entries a while.
        let consumer = seal::consumer(scope.clone(), key.clone()).limit(limit);
        while consumer.run_once(at(run * 1000)).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let newest = head::newest(&scope).await.unwrap().unwrap();
    let rows = scope.query("SELECT seq FROM journal WHERE province = $1 ORDER BY tx, seq", values![]).await.unwrap();
    assert_eq!(newest.size, 700);
    for (index, row) in rows.iter().enumerate().take(usize::try_from(newest.size).unwrap()) {
        let bundle = seal::prove(&scope, row.int("seq").unwrap(), false).await.unwrap().unwrap();
        assert_eq!(bundle.entry.as_ref().unwrap().index, index as u64);
        bundle.check(&[key.public()]).unwrap();
    }
}

async fn long(db: &Db, entries: i64) {
    let mut loader = Loader::begin(db, Visible::AtEnd).await.unwrap();
    let table = loader.table("journal", &["province", "stream", "version", "kind", "at", "actor", "payload"]).unwrap();
    for i in 0..entries {
        loader.push(table, values!["79", format!("case_{i}"), 1, "noted", at(i), "acct_1", format!(r#"{{"n":{i},"text":"một dòng như trong hồ sơ thật, dài hơn vài chữ"}}"#)]).await.unwrap();
    }
    loader.finish().await.unwrap();
}

/// `cargo test -p store --test it -- --ignored --nocapture hundred_thousand`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn proofs_at_a_hundred_thousand_entries() {
    measure(testkit::Databases::sqlite().await.unwrap()).await;
    measure(testkit::Databases::postgres().await.unwrap()).await;
}

async fn measure(db: Db) {
    let key = Key::generate();
    let scope = scope(&db, "79").await;
    long(&db, 100_000).await;
    let clock = std::time::Instant::now();
    seal::consumer(scope.clone(), key.clone()).catch_up(at(1), Duration::from_secs(300)).await.unwrap();
    println!("{:?}: sealed in {:?}", db.engine(), clock.elapsed());
    let clock = std::time::Instant::now();
    let found = report(&scope, &key).await;
    println!("{:?}: {} entries verified in {:?}", db.engine(), found.sealed, clock.elapsed());
    let rows = scope.query("SELECT seq FROM journal WHERE province = $1 AND seq % 997 = 0 ORDER BY seq", values![]).await.unwrap();
    let mut times = Vec::new();
    for row in &rows {
        let clock = std::time::Instant::now();
        let bundle = seal::prove(&scope, row.int("seq").unwrap(), true).await.unwrap().unwrap();
        times.push(clock.elapsed());
        bundle.check(&[key.public()]).unwrap();
    }
    times.sort();
    println!("{:?}: {} proofs, median {:?}, worst {:?}", db.engine(), times.len(), times[times.len() / 2], times.last().unwrap());
}

#[test]
fn the_key_of_a_folder_stays() {
    let folder = std::env::temp_dir().join(format!("phusa-key-{}", uuid::Uuid::new_v4().simple()));
    let first = Key::open(&folder).unwrap();
    assert_eq!(Key::open(&folder).unwrap().public(), first.public());
    std::fs::remove_dir_all(folder).unwrap();
}
