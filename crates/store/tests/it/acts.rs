//! What one act commits, and what it must not.

use crate::support::{at, entry, note, scope};
use kernel::id::ProvinceCode;
use store::{CommitError, Db, Migration, StoreError, idempotency, journal, snapshot, values};
use testkit::on_each_database;

on_each_database! {
    two_acts_on_one_version_conflict
    a_guard_refuses_the_whole_batch
    an_answered_key_answers_again
    one_failing_act_leaves_its_group_alone
    a_province_does_not_see_another
    values_come_back_as_they_went
    migrations_are_checked
    a_snapshot_follows_its_version
    a_long_batch_is_one_act
}

async fn two_acts_on_one_version_conflict(db: Db) {
    let scope = scope(&db, "79").await;
    note(&scope, "case_1", 1).await;
    let mut late = scope.batch();
    late.exec(
        "INSERT INTO snapshot (province, stream, version, kind, state) VALUES ($1, $2, $3, $4, $5)",
        values!["case_1", 1, "case", "{}"],
    );
    late.append(entry("case_1", 1));
    let answer = scope.commit(late).await.unwrap_err();
    assert!(answer.is_conflict("version"), "{answer}");
    assert_eq!(snapshot::load(&scope, "case_1").await.unwrap(), None, "nothing of the batch is stored");
    assert_eq!(journal::stream(&scope, "case_1").await.unwrap().len(), 1);
}

async fn a_guard_refuses_the_whole_batch(db: Db) {
    let scope = scope(&db, "79").await;
    let mut batch = scope.batch();
    batch.append(entry("case_1", 1));
    batch.guard("UPDATE snapshot SET kind = $2 WHERE province = $1", values!["x"], 1, "taken");
    assert_eq!(scope.commit(batch).await, Err(CommitError::Conflict { label: "taken".into() }));
    assert!(journal::stream(&scope, "case_1").await.unwrap().is_empty());
    // A guard may look without changing.
    note(&scope, "case_1", 1).await;
    let mut batch = scope.batch();
    batch.guard("SELECT 1 FROM journal WHERE province = $1 AND stream = $2", values!["case_1"], 1, "there");
    batch.append(entry("case_1", 2));
    scope.commit(batch).await.unwrap();
}

async fn an_answered_key_answers_again(db: Db) {
    let scope = scope(&db, "79").await;
    for attempt in 0..2 {
        let mut batch = scope.batch();
        batch.append(entry("case_1", attempt + 1));
        batch.idempotent("acct_1", "key", "hash", r#"{"code":"x"}"#, at(0));
        let answer = scope.commit(batch).await;
        assert_eq!(answer.is_ok(), attempt == 0);
        assert!(attempt == 0 || answer.unwrap_err().is_conflict("idempotency"));
    }
    let answered = idempotency::answered(&scope, "acct_1", "key").await.unwrap().unwrap();
    assert_eq!((answered.request.as_str(), answered.answer.as_str()), ("hash", r#"{"code":"x"}"#));
    assert_eq!(journal::stream(&scope, "case_1").await.unwrap().len(), 1);
    idempotency::forget(&scope, at(1)).await.unwrap();
    assert_eq!(idempotency::answered(&scope, "acct_1", "key").await.unwrap(), None);
}

async fn one_failing_act_leaves_its_group_alone(db: Db) {
    let scope = scope(&db, "79").await;
    note(&scope, "taken", 1).await;
    let acts = (0..60).map(|i| {
        let scope = scope.clone();
        async move {
            let mut batch = scope.batch();
            batch.append(entry(&format!("case_{i}"), 1));
            match i % 3 {
                0 => batch.append(entry("taken", 1)),
                1 if i % 2 == 0 => batch.exec("INSERT INTO nowhere (province) VALUES ($1)", vec![]),
                _ => {}
            }
            scope.commit(batch).await
        }
    });
    let answers = futures::future::join_all(acts).await;
    for (i, answer) in answers.into_iter().enumerate() {
        let stored = !journal::stream(&scope, &format!("case_{i}")).await.unwrap().is_empty();
        assert_eq!(stored, answer.is_ok(), "act {i}: {answer:?}");
        match i % 3 {
            0 => assert!(answer.unwrap_err().is_conflict("version")),
            1 if i % 2 == 0 => assert!(matches!(answer, Err(CommitError::Store(StoreError::Database(_))))),
            _ => assert!(answer.is_ok()),
        }
    }
}

async fn a_province_does_not_see_another(db: Db) {
    let (a, b) = (scope(&db, "79").await, db.province(ProvinceCode::new("01")));
    note(&a, "case_1", 1).await;
    note(&b, "case_1", 1).await;
    assert_eq!(journal::stream(&b, "case_1").await.unwrap().len(), 1);
    assert_eq!(journal::stream(&b, "case_1").await.unwrap()[0].province.as_str(), "01");
    // SQL that forgets its province is refused before it runs, also in a batch.
    let unscoped = a.query("SELECT * FROM journal", vec![]).await;
    assert!(matches!(unscoped, Err(StoreError::Unscoped(_))));
    let mut batch = a.batch();
    batch.exec("DELETE FROM journal WHERE stream = '$1'", vec![]);
    assert!(matches!(a.commit(batch).await, Err(CommitError::Store(StoreError::Unscoped(_)))));
    // A batch made for one province is not committed by another's handle, nor mixed into its batch.
    let mut foreign = b.batch();
    foreign.append(entry("case_2", 1));
    assert!(matches!(a.commit(foreign.clone()).await, Err(CommitError::Store(StoreError::Unscoped(_)))));
    let mut mixed = a.batch();
    mixed.extend(foreign);
    assert!(matches!(a.commit(mixed).await, Err(CommitError::Store(StoreError::Unscoped(_)))));
}

async fn values_come_back_as_they_went(db: Db) {
    const SHELF: Migration = Migration {
        room: "shelf",
        number: 1,
        name: "shelf",
        sqlite: "CREATE TABLE shelf (province TEXT, n INTEGER, t TEXT, b BLOB, z TEXT)",
        postgres: "CREATE TABLE shelf (province TEXT, n BIGINT, t TEXT, b BYTEA, z TEXT)",
    };
    db.migrate(&[SHELF]).await.unwrap();
    let scope = db.province(ProvinceCode::new("79"));
    for n in [i64::MIN, -1, 0, 42, i64::MAX] {
        let mut batch = scope.batch();
        batch.exec(
            "INSERT INTO shelf (province, n, t, b, z) VALUES ($1, $2, $3, $4, $5)",
            values![n, "Thủy 'x' $1", vec![0u8, 255, 7], None::<&str>],
        );
        scope.commit(batch).await.unwrap();
    }
    let sql = "SELECT n, t, b, z, length(t) AS l FROM shelf WHERE province = $1 ORDER BY n";
    let rows = scope.query(sql, vec![]).await.unwrap();
    assert_eq!(rows[0].int("n").unwrap(), i64::MIN);
    assert_eq!(rows[4].int("n").unwrap(), i64::MAX);
    assert_eq!(rows[2].text("t").unwrap(), "Thủy 'x' $1");
    assert_eq!(rows[2].bytes("b").unwrap(), [0, 255, 7]);
    assert_eq!(rows[2].opt_text("z").unwrap(), None);
    assert!(matches!(rows[2].int("t"), Err(StoreError::WrongType { .. })));
    assert!(matches!(rows[2].int("nothing"), Err(StoreError::NoColumn(_))));
    let sql = "SELECT count(*) AS c, sum(n) AS s FROM shelf WHERE province = $1 AND n BETWEEN $2 AND $3";
    let sum = scope.one(sql, values![-1, 42]).await.unwrap().unwrap();
    assert_eq!((sum.int("c").unwrap(), sum.int("s").unwrap()), (3, 41));
    let sum = scope.one(sql, values![i64::MAX - 1, i64::MAX]).await.unwrap().unwrap();
    assert_eq!(sum.int("s").unwrap(), i64::MAX);
    // A wrong number of parameters is an error on both, never a panic.
    assert!(scope.query(sql, values![1]).await.is_err());
    assert!(scope.query(sql, values![1, 2, 3]).await.is_err());
    // What neither can store is refused by both, as a fault of the statement and not of the connection.
    let mut nul = scope.batch();
    nul.exec("INSERT INTO shelf (province, t) VALUES ($1, $2)", values!["a\0b"]);
    assert!(matches!(scope.commit(nul).await, Err(CommitError::Store(StoreError::Database(_)))));
    assert_eq!(scope.query("SELECT n FROM shelf WHERE province = $1", vec![]).await.unwrap().len(), 5);
}

async fn migrations_are_checked(db: Db) {
    const ONE: Migration = Migration::same("room", 1, "one", "CREATE TABLE one (n BIGINT); CREATE TABLE uno (n BIGINT)");
    let changed = Migration::same("room", 1, "one", "CREATE TABLE two (n BIGINT)");
    let broken = Migration::same("room", 2, "broken", "CREATE TABLE half (n BIGINT); CREATE TABEL x");
    let (a, b) = (db.clone(), db.clone());
    let (x, y) = tokio::join!(a.migrate(&[ONE]), b.migrate(&[ONE]));
    x.unwrap();
    y.unwrap();
    db.migrate(&[ONE]).await.unwrap();
    assert!(matches!(db.migrate(&[changed]).await, Err(StoreError::Migration(_))));
    assert!(matches!(db.migrate(&[]).await, Err(StoreError::Migration(_))), "an older program");
    assert!(matches!(db.migrate(&[ONE, broken]).await, Err(StoreError::Migration(_))));
    assert!(db.query("SELECT n FROM half", &[]).await.is_err(), "a failed migration leaves nothing");
    db.query("SELECT n FROM uno", &[]).await.unwrap();
}

async fn a_snapshot_follows_its_version(db: Db) {
    let scope = scope(&db, "79").await;
    for (expected, version, fits) in [(0, 1, true), (0, 1, false), (1, 2, true), (1, 2, false), (2, 5, true)] {
        let mut batch = scope.batch();
        batch.snapshot("case_1", expected, version, "case", format!(r#"{{"v":{version}}}"#));
        let answer = scope.commit(batch).await;
        assert_eq!(answer.is_ok(), fits, "{expected} -> {version}");
        assert!(fits || answer.unwrap_err().is_conflict("version"));
    }
    let stored = snapshot::load(&scope, "case_1").await.unwrap().unwrap();
    assert_eq!((stored.version, stored.state.as_str()), (5, r#"{"v":5}"#));
}

async fn a_long_batch_is_one_act(db: Db) {
    let scope = scope(&db, "79").await;
    let mut batch = scope.batch();
    (1..=300).for_each(|v| batch.append(entry("long", v)));
    scope.commit(batch.clone()).await.unwrap();
    let mut again = scope.batch();
    (1..=200).for_each(|v| again.append(entry("other", v)));
    again.append(entry("long", 300));
    (201..=300).for_each(|v| again.append(entry("other", v)));
    assert!(scope.commit(again).await.unwrap_err().is_conflict("version"));
    assert_eq!(journal::stream(&scope, "long").await.unwrap().len(), 300);
    assert!(journal::stream(&scope, "other").await.unwrap().is_empty());
}

/// A server that accepts and says nothing (a stopped machine behind a load balancer) is an error soon, not a hang.
#[tokio::test]
async fn a_silent_server_is_an_error() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let begin = std::time::Instant::now();
    let answer = Db::open(&format!("postgres://nobody@127.0.0.1:{port}/x")).await;
    assert!(matches!(answer, Err(StoreError::Timeout(_) | StoreError::Unavailable(_))));
    assert!(begin.elapsed().as_secs() < 15);
    drop(silent);
    let refused = Db::open(&format!("postgres://nobody@127.0.0.1:{port}/x")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    assert!(matches!(Db::open("mysql://x").await, Err(StoreError::Address(_))));
}
