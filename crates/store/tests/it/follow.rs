//! Consumers and effects: what follows a commit.

use crate::support::{at, effect, entry, note, scope};
use kernel::Instant;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::{
    Batch, Db, Migration, NewEffect, Scope, StoreError,
    consumer::{Consumer, Follow},
    effects::{self, Effect, Failed, Handler, Patience, Runner},
    journal::Entry,
    values,
};
use testkit::on_each_database;

on_each_database! {
    a_failing_effect_is_tried_later_and_then_kept
    an_effect_is_claimed_once_by_two_runners
    an_effect_waits_for_its_own_province
    a_consumer_counts_every_entry_once
    whoever_has_caught_up_lets_go
    an_effect_and_its_batch_are_one
}

const TALLY: Migration = Migration::same(
    "tally",
    1,
    "tally",
    "CREATE TABLE tally (province TEXT NOT NULL, stream TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (province, stream))",
);

/// Counts entries per stream.
struct Tally;

#[async_trait::async_trait]
impl Follow for Tally {
    async fn follow(&self, scope: &Scope, entries: &[Entry], _: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        for e in entries {
            batch.exec(
                "INSERT INTO tally (province, stream, n) VALUES ($1, $2, 1) \
                 ON CONFLICT (province, stream) DO UPDATE SET n = tally.n + 1",
                values![&e.stream],
            );
        }
        Ok(batch)
    }
}

async fn tally(scope: &Scope) -> i64 {
    let row = scope.one("SELECT coalesce(sum(n), 0) AS n FROM tally WHERE province = $1", vec![]).await;
    row.unwrap().unwrap().int("n").unwrap()
}

async fn a_consumer_counts_every_entry_once(db: Db) {
    db.migrate(&[TALLY]).await.unwrap();
    let scope = db.province("79".into());
    let other = db.province("01".into());
    let first = Consumer::new(scope.clone(), "tally", Arc::new(Tally)).limit(7);
    let second = Consumer::new(scope.clone(), "tally", Arc::new(Tally)).limit(7);
    assert_eq!(first.run_once(at(0)).await.unwrap(), 0);
    for v in 1..=20 {
        note(&scope, "case_1", v).await;
        note(&other, "case_1", v).await;
    }
    let writing = async {
        for v in 21..=60 {
            note(&scope, "case_1", v).await;
        }
    };
    let following = async {
        for second_passed in 0..30 {
            // The clock jumps over the lease, so both really work at the same time.
            let (a, b) = tokio::join!(first.run_once(at(second_passed * 60)), second.run_once(at(second_passed * 60 + 31)));
            a.unwrap();
            b.unwrap();
        }
    };
    tokio::join!(writing, following);
    first.catch_up(at(100_000), Duration::from_secs(120)).await.unwrap();
    assert_eq!(tally(&scope).await, 60);
    assert_eq!(tally(&other).await, 0);
}

/// Whoever has caught up lets go: another who asks at the same instant, for what came later, does not wait for a lease to run out.
async fn whoever_has_caught_up_lets_go(db: Db) {
    db.migrate(&[TALLY]).await.unwrap();
    let scope = db.province("79".into());
    let first = Consumer::new(scope.clone(), "tally", Arc::new(Tally));
    let second = Consumer::new(scope.clone(), "tally", Arc::new(Tally));
    note(&scope, "case_1", 1).await;
    first.catch_up(at(0), Duration::from_secs(120)).await.unwrap();
    note(&scope, "case_1", 2).await;
    second.catch_up(at(0), Duration::from_secs(120)).await.unwrap();
    assert_eq!(tally(&scope).await, 2);
}

/// A transaction that took its number first and commits last must still be followed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_commits_late_is_not_skipped() {
    let url = testkit::pg::database().await.unwrap();
    let db = Db::open(&url).await.unwrap();
    db.migrate(&[TALLY]).await.unwrap();
    let scope = db.province("79".into());
    let (mut slow, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let consumer = Consumer::new(scope.clone(), "tally", Arc::new(Tally));
    // One that writes nothing before the quick one, so that its transaction is older but its entry's number is higher,
    // and one whose number is lower: both orders of lateness.
    for (version, number_first) in [(1, true), (3, false)] {
        let late = slow.transaction().await.unwrap();
        let insert = format!(
            "INSERT INTO journal (province, stream, version, kind, at, actor, payload) VALUES ('79', 'late', {version}, 'k', 1, 'a', '{{}}')"
        );
        late.execute("SELECT pg_current_xact_id()", &[]).await.unwrap();
        if number_first {
            late.execute(&insert, &[]).await.unwrap();
        }
        note(&scope, "quick", version).await;
        let before = tally(&scope).await;
        consumer.run_all(at(version)).await.unwrap();
        assert_eq!(tally(&scope).await, before, "what is above a running transaction waits");
        if !number_first {
            late.execute(&insert, &[]).await.unwrap();
        }
        late.commit().await.unwrap();
        consumer.catch_up(at(version), Duration::from_secs(120)).await.unwrap();
        assert_eq!(tally(&scope).await, before + 2);
    }
}

/// Fails as often as it is told to.
struct Stubborn {
    failures: usize,
    calls: AtomicUsize,
}

#[async_trait::async_trait]
impl Handler for Stubborn {
    async fn run(&self, effect: &Effect, _: &Scope) -> Result<Option<Batch>, Failed> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        match effect.payload.as_str() {
            "broken" => Err(Failed::ForGood("does not read".into())),
            "panics" if call == 0 => panic!("on purpose"),
            _ if call < self.failures => Err(Failed::ForNow(format!("attempt {call}"))),
            _ => Ok(None),
        }
    }
}

fn stubborn(failures: usize) -> Arc<Stubborn> {
    Arc::new(Stubborn { failures, calls: AtomicUsize::new(0) })
}

async fn queue(scope: &Scope, effects: impl IntoIterator<Item = NewEffect>) {
    let mut batch = scope.batch();
    effects.into_iter().for_each(|e| batch.effect(e));
    scope.commit(batch).await.unwrap();
}

async fn a_failing_effect_is_tried_later_and_then_kept(db: Db) {
    let scope = scope(&db, "79").await;
    let patience = Patience { attempts: 3, first_pause: Duration::from_secs(10), ..Patience::default() };
    let handler = stubborn(2);
    let runner = Runner::new(scope.clone()).patience(patience).on("send", handler.clone());
    queue(&scope, [effect("send", "ok", 5), effect("unknown kind", "", 0)]).await;
    assert_eq!(runner.run_once(at(4)).await.unwrap(), 0, "not due yet");
    assert_eq!(runner.run_once(at(5)).await.unwrap(), 1);
    assert_eq!(runner.run_once(at(14)).await.unwrap(), 0, "waits 10 s");
    assert_eq!(runner.run_once(at(15)).await.unwrap(), 1);
    assert_eq!(runner.run_once(at(34)).await.unwrap(), 0, "then 20 s");
    assert_eq!(runner.run_once(at(35)).await.unwrap(), 1);
    assert_eq!(runner.run_all(at(99_999)).await.unwrap(), 0, "done");
    assert_eq!(handler.calls.load(Ordering::SeqCst), 3);
    assert!(effects::dead(&scope, i64::MAX, 10).await.unwrap().is_empty());

    // The third failure is the last; one that cannot succeed is not tried again at all; a panic is a failure.
    let runner = Runner::new(scope.clone()).patience(patience).on("call", stubborn(99)).on("once", stubborn(0)).on("p", stubborn(0));
    queue(&scope, [effect("call", "x", 0), effect("once", "broken", 0), effect("p", "panics", 0)]).await;
    for second in [0, 100, 200, 300] {
        runner.run_all(at(second)).await.unwrap();
    }
    let dead = effects::dead(&scope, i64::MAX, 10).await.unwrap();
    let told: Vec<_> = dead.iter().map(|e| (e.kind.as_str(), e.attempts, e.last_error.as_deref().unwrap())).collect();
    assert_eq!(told, [("once", 1, "does not read"), ("call", 3, "attempt 2")]);
    let mut batch = scope.batch();
    effects::requeue(&mut batch, dead[1].id, at(400));
    scope.commit(batch).await.unwrap();
    assert_eq!(Runner::new(scope.clone()).on("call", stubborn(0)).run_once(at(400)).await.unwrap(), 1);
    assert_eq!(effects::dead(&scope, i64::MAX, 10).await.unwrap().len(), 1);
}

async fn an_effect_is_claimed_once_by_two_runners(db: Db) {
    let scope = scope(&db, "79").await;
    let handler = stubborn(0);
    let runner = Runner::new(scope.clone()).on("send", handler.clone());
    queue(&scope, (0..100).map(|i| NewEffect { dedup_key: Some(format!("k{}", i % 50)), ..effect("send", "x", 0) })).await;
    let runs = (0..8).map(|_| runner.run_all(at(1)));
    let total: usize = futures::future::join_all(runs).await.into_iter().map(Result::unwrap).sum();
    assert_eq!((total, handler.calls.load(Ordering::SeqCst)), (50, 50));
}

/// Each province is connected to systems of its own: an effect is done by its own province's runner or waits for it.
async fn an_effect_waits_for_its_own_province(db: Db) {
    let (here, there) = (scope(&db, "79").await, scope(&db, "48").await);
    queue(&there, [effect("send", "x", 0)]).await;
    let (ours, theirs) = (stubborn(0), stubborn(0));
    assert_eq!(Runner::new(here).on("send", ours.clone()).run_all(at(1)).await.unwrap(), 0);
    assert_eq!(Runner::new(there).on("send", theirs.clone()).run_all(at(1)).await.unwrap(), 1);
    assert_eq!((ours.calls.load(Ordering::SeqCst), theirs.calls.load(Ordering::SeqCst)), (0, 1));
}

/// Notes in the journal that it was done, in the same commit as the mark.
struct Noting;

#[async_trait::async_trait]
impl Handler for Noting {
    async fn run(&self, _: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let mut batch = scope.batch();
        batch.append(entry("noted", 1));
        Ok(Some(batch))
    }
}

async fn an_effect_and_its_batch_are_one(db: Db) {
    let scope = scope(&db, "79").await;
    queue(&scope, [effect("note", "a", 0), effect("note", "b", 0)]).await;
    Runner::new(scope.clone()).on("note", Arc::new(Noting)).run_once(at(0)).await.unwrap();
    let states = scope.query("SELECT state FROM effect WHERE province = $1 ORDER BY state", vec![]).await.unwrap();
    let states: Vec<_> = states.iter().map(|r| r.text("state").unwrap()).collect();
    assert_eq!(states, ["done", "queued"], "the second one's batch conflicts, so it is not done");
    assert_eq!(store::journal::stream(&scope, "noted").await.unwrap().len(), 1);
}
