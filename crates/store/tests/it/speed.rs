//! Loading in bulk, and a measurement to be run by hand: `cargo test -p store --release -- --ignored --nocapture speed`.

use crate::support::{at, entry, scope};
use std::time::Instant as Clock;
use store::{
    Db, Engine, Value,
    bulk::{Loader, Visible},
    journal, values,
};
use testkit::on_each_database;

on_each_database! { loaded_rows_are_like_others a_load_given_up_leaves_nothing }

const COLUMNS: [&str; 7] = ["province", "stream", "version", "kind", "at", "actor", "payload"];

fn row(i: i64, payload: &str) -> Vec<Value> {
    values!["79", format!("case_{i}"), 1, "noted", at(i), "acct_1", payload]
}

async fn loaded_rows_are_like_others(db: Db) {
    let scope = scope(&db, "79").await;
    let mut loader = Loader::begin(&db, Visible::InPortions).await.unwrap();
    let table = loader.table("journal", &COLUMNS).unwrap();
    for i in 0..5_000 {
        loader.push(table, row(i, "{\"a\":\"\\n\"}")).await.unwrap();
    }
    assert_eq!(loader.finish().await.unwrap(), 5_000);
    let one = journal::stream(&scope, "case_4999").await.unwrap();
    assert_eq!(one[0].payload, "{\"a\":\"\\n\"}");
    let mut batch = scope.batch();
    batch.append(entry("case_4999", 2));
    scope.commit(batch).await.unwrap();
    let mut loader = Loader::begin(&db, Visible::AtEnd).await.unwrap();
    assert!(loader.table("journal; DROP TABLE journal", &COLUMNS).is_err());
    let table = loader.table("journal", &COLUMNS).unwrap();
    assert!(loader.push(table, values!["79"]).await.is_err());
}

async fn a_load_given_up_leaves_nothing(db: Db) {
    let scope = scope(&db, "79").await;
    let mut loader = Loader::begin(&db, Visible::AtEnd).await.unwrap();
    let table = loader.table("journal", &COLUMNS).unwrap();
    for i in 0..5_000 {
        loader.push(table, row(i, "{}")).await.unwrap();
    }
    drop(loader);
    // The writer is free again, and a taken key is told.
    let mut batch = scope.batch();
    batch.append(entry("case_1", 1));
    scope.commit(batch).await.unwrap();
    assert_eq!(db.query("SELECT count(*) AS n FROM journal", &[]).await.unwrap()[0].int("n").unwrap(), 1);
    let mut loader = Loader::begin(&db, Visible::InPortions).await.unwrap();
    let table = loader.table("journal", &COLUMNS).unwrap();
    loader.push(table, row(1, "{}")).await.unwrap();
    assert!(loader.finish().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn speed() {
    let folder = std::env::temp_dir().join(format!("phusa-speed-{}", uuid::Uuid::new_v4().simple()));
    let lite = Db::open(&format!("sqlite://{}/s.db", folder.display())).await.unwrap();
    let cluster = testkit::pg::Cluster::start(true).unwrap();
    let pg = Db::open(&cluster.database().await.unwrap()).await.unwrap();
    for db in [lite, pg] {
        measure(&db).await;
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// Processor time of this process in seconds: comparable also when others keep the machine busy.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).map(|t| t.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

async fn measure(db: &Db) {
    let scope = scope(db, "79").await;
    let name = if db.engine() == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    let payload = format!(r#"{{"text":"{}"}}"#, "x".repeat(600));
    let (start, used) = (Clock::now(), processor());
    let mut loader = Loader::begin(db, Visible::InPortions).await.unwrap();
    let table = loader.table("journal", &COLUMNS).unwrap();
    for i in 0..100_000 {
        loader.push(table, row(i, &payload)).await.unwrap();
    }
    loader.finish().await.unwrap();
    println!("{name}: bulk {:.0} journal rows/s", 100_000.0 / start.elapsed().as_secs_f64());
    println!("{name}: bulk {:.0} journal rows per second of this process's processor time", 100_000.0 / (processor() - used));
    for clients in [1usize, 8, 64, 256] {
        let each = if clients == 1 { 1_000 } else { 4_000 / clients };
        let (start, used) = (Clock::now(), processor());
        let acts = (0..clients).map(|c| {
            let (scope, payload) = (scope.clone(), payload.clone());
            tokio::spawn(async move {
                let stream = format!("act_{clients}_{c}");
                let mut times = Vec::new();
                for v in 1..=each as i64 {
                    let begin = Clock::now();
                    let _ = store::snapshot::load(&scope, &stream).await.unwrap();
                    let mut batch = scope.batch();
                    batch.append(store::NewEntry { payload: payload.clone(), ..entry(&stream, v) });
                    batch.snapshot(&stream, v - 1, v, "case", payload.clone());
                    batch.effect(crate::support::effect("send", "{}", v));
                    scope.commit(batch).await.unwrap();
                    times.push(begin.elapsed());
                }
                times
            })
        });
        let mut times: Vec<_> =
            futures::future::join_all(acts).await.into_iter().flat_map(Result::unwrap).collect();
        times.sort_unstable();
        let per_second = (clients * each) as f64 / start.elapsed().as_secs_f64();
        let at = |p: usize| times[times.len() * p / 100].as_secs_f64() * 1e3;
        let cost = (processor() - used) * 1e6 / (clients * each) as f64;
        println!(
            "{name}: {clients} clients {per_second:.0} acts/s, p50 {:.2} ms, p99 {:.2} ms, {cost:.0} µs processor each",
            at(50),
            at(99)
        );
    }
    for readers in [1usize, 8] {
        let start = Clock::now();
        let reads = (0..readers).map(|r| {
            let scope = scope.clone();
            tokio::spawn(async move {
                for i in 0..2_000 {
                    let id = format!("case_{}", (i * 71 + r * 13) % 100_000);
                    journal::stream(&scope, &id).await.unwrap();
                }
            })
        });
        futures::future::join_all(reads).await;
        println!("{name}: {readers} readers {:.0} streams/s", (readers * 2_000) as f64 / start.elapsed().as_secs_f64());
    }
}
