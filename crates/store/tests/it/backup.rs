//! Backups between the engines.

use crate::support::{at, effect, note, shown};
use bytes::Bytes;
use std::time::Duration;
use store::{
    Db, Engine, Migration, StoreError, backup,
    files::{Files, Upload},
    journal,
    journal::Cursor,
    seal::{self, Key},
    values,
};
use testkit::{Databases, on_each_database};

on_each_database! { a_backup_comes_back_on_either_engine a_damaged_backup_restores_nothing a_province_leaves_with_what_is_its_own }

const SHELF: Migration = Migration {
    room: "shelf",
    number: 1,
    name: "a table that refers to one which sorts after it",
    sqlite: "CREATE TABLE z_parent (province TEXT, id TEXT PRIMARY KEY, b BLOB); \
             CREATE TABLE a_child (province TEXT, id BIGINT PRIMARY KEY, parent TEXT REFERENCES z_parent (id))",
    postgres: "CREATE TABLE z_parent (province TEXT, id TEXT PRIMARY KEY, b BYTEA); \
               CREATE TABLE a_child (province TEXT, id BIGINT PRIMARY KEY, parent TEXT REFERENCES z_parent (id))",
};

fn folder() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("phusa-files-{}", uuid::Uuid::new_v4().simple()))
}

const NASTY: &str = "tab\t, line\n, back\\slash, \\N, “Thủy” 😀";

async fn filled(db: &Db, files: &Files, key: &Key) {
    db.migrate(&[SHELF]).await.unwrap();
    let scope = db.province("79".into());
    note(&scope, "case_1", 1).await;
    note(&scope, "case_1", 2).await;
    note(&scope, "case_2", 1).await;
    shown(&scope, Cursor::START, 3).await;
    seal::consumer(scope.clone(), key.clone()).catch_up(at(0), Duration::from_secs(120)).await.unwrap();
    let mut batch = scope.batch();
    batch.snapshot("case_1", 0, 2, "case", NASTY);
    batch.effect(effect("send", "x", 5));
    batch.exec("INSERT INTO z_parent (province, id, b) VALUES ($1, $2, $3)", values![NASTY, vec![0u8, 9, 10, 92, 255]]);
    batch.exec("INSERT INTO a_child (province, id, parent) VALUES ($1, $2, $3)", values![i64::MIN, NASTY]);
    let bytes = Bytes::from([b"%PDF-1.7\n".to_vec(), vec![7; 200_000]].concat());
    let upload = Upload { name: "a.pdf".into(), claimed: None, bytes };
    files.take(&mut batch, upload, 1 << 20, at(1)).await.unwrap();
    scope.commit(batch).await.unwrap();
}

async fn a_backup_comes_back_on_either_engine(db: Db) {
    let (here, there) = (folder(), folder());
    let (files, key) = (Files::local(&here).unwrap(), Key::generate());
    filled(&db, &files, &key).await;
    let mut dump = Vec::new();
    let written = backup::dump(&db, None, Some(&files), &mut dump).await.unwrap();
    assert_eq!(written.files, 1);
    assert!(matches!(backup::restore(&db, None, &dump[..]).await, Err(StoreError::Backup(why)) if why.contains("not empty")));
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let other = match engine {
            Engine::Sqlite => Databases::sqlite().await.unwrap(),
            Engine::Postgres => Databases::postgres().await.unwrap(),
        };
        other.migrate(&[]).await.unwrap();
        assert!(backup::restore(&other, None, &dump[..]).await.is_err(), "other migrations");
        other.migrate(&[SHELF]).await.unwrap();
        let files = Files::local(&there).unwrap();
        assert_eq!(backup::restore(&other, Some(&files), &dump[..]).await.unwrap(), written);
        // The same again, but for transaction numbers already below zero.
        let mut again = Vec::new();
        backup::dump(&other, None, Some(&files), &mut again).await.unwrap();
        assert_eq!(lines(&again), lines(&dump));
        let scope = other.province("79".into());
        let (row, sent) = (scope.one("SELECT id FROM file WHERE province = $1", vec![]).await.unwrap().unwrap(), 200_009);
        let (stored, bytes) = files.read(&scope, row.id("id").unwrap()).await.unwrap().unwrap();
        assert_eq!((stored.size, bytes.len()), (sent, 200_009));
        // Life goes on: numbers continue, and the seal's consumer is where it was.
        note(&scope, "case_1", 3).await;
        let consumer = seal::consumer(scope.clone(), key.clone());
        assert!(consumer.cursor().await.unwrap() > Cursor::START);
        consumer.catch_up(at(100_000), Duration::from_secs(120)).await.unwrap();
        let report = seal::verify(&scope, &[key.public()]).await.unwrap();
        assert_eq!((report.heads, report.sealed, report.fault), (2, 4, None));
        assert_eq!(journal::stream(&scope, "case_1").await.unwrap().len(), 3);
    }
    std::fs::remove_dir_all(here).unwrap();
    std::fs::remove_dir_all(there).unwrap();
}

/// The rows, whatever order the engine reads them in; without the checksum.
fn lines(dump: &[u8]) -> Vec<&str> {
    let mut lines: Vec<_> = std::str::from_utf8(dump).unwrap().lines().filter(|l| !l.contains("\"sha256\":")).collect();
    lines.sort_unstable();
    lines
}

async fn a_damaged_backup_restores_nothing(db: Db) {
    let here = folder();
    let files = Files::local(&here).unwrap();
    let source = Databases::sqlite().await.unwrap();
    filled(&source, &files, &Key::generate()).await;
    let mut dump = Vec::new();
    backup::dump(&source, None, Some(&files), &mut dump).await.unwrap();
    db.migrate(&[SHELF]).await.unwrap();
    let text = String::from_utf8(dump).unwrap();
    let altered = text.replace("acct_1", "acct_2");
    let cut = &text[..text.len() - 120];
    let extra = text.replacen("[\"79\"", "[\"79\",1", 1);
    for damaged in [altered.as_str(), cut, extra.as_str(), "", "{}", "not a backup"] {
        assert!(backup::restore(&db, None, damaged.as_bytes()).await.is_err());
        let rows = db.query("SELECT 1 AS one FROM journal", &[]).await.unwrap();
        assert!(rows.is_empty(), "nothing is left behind");
    }
    backup::restore(&db, None, text.as_bytes()).await.unwrap();
    std::fs::remove_dir_all(here).unwrap();
}

async fn a_province_leaves_with_what_is_its_own(db: Db) {
    let here = folder();
    let files = Files::local(&here).unwrap();
    filled(&db, &files, &Key::generate()).await;
    let other = db.province("48".into());
    note(&other, "case_1", 1).await;
    let mut taken = Vec::new();
    let written = backup::dump(&db, Some(&"79".into()), Some(&files), &mut taken).await.unwrap();
    assert_eq!((written.rows, written.files), (backup::count(&db, &"79".into()).await.unwrap(), 1));
    assert!(!String::from_utf8(taken.clone()).unwrap().contains("\"48\""));

    let gone = backup::remove(&db, &"79".into()).await.unwrap();
    assert_eq!((gone.rows, backup::count(&db, &"79".into()).await.unwrap()), (written.rows, 0));
    assert_eq!(journal::stream(&other, "case_1").await.unwrap().len(), 1, "the other province is as it was");
    note(&other, "case_1", 2).await;

    let alone = Databases::sqlite().await.unwrap();
    alone.migrate(&[SHELF]).await.unwrap();
    assert_eq!(backup::restore(&alone, None, &taken[..]).await.unwrap().rows, written.rows);
    assert_eq!(journal::stream(&alone.province("79".into()), "case_1").await.unwrap().len(), 2);
    std::fs::remove_dir_all(here).unwrap();
}
