//! Row-level security: what a statement forgets to say, the database still holds to.

use crate::support::{entry, note, scope};
use kernel::id::ProvinceCode;
use store::{CommitError, Db, Migration, StoreError, values};

/// Names no province but for the check of the text.
const FORGETFUL: &str = "SELECT province FROM journal WHERE $1 <> '' ORDER BY province";

async fn provinces(db: &Db, of: &str) -> Vec<String> {
    let rows = db.province(ProvinceCode::new(of)).query(FORGETFUL, vec![]).await.unwrap();
    rows.iter().map(|r| r.string("province").unwrap()).collect()
}

#[tokio::test]
async fn a_forgetful_statement_reads_and_writes_its_own_province_only() {
    let db = testkit::Databases::postgres().await.unwrap();
    let (here, there) = (scope(&db, "79").await, scope(&db, "48").await);
    note(&here, "case_1", 1).await;
    note(&there, "case_1", 1).await;
    note(&there, "case_1", 2).await;
    assert_eq!((provinces(&db, "79").await.len(), provinces(&db, "48").await.len(), provinces(&db, "01").await.len()), (1, 2, 0));
    // The house itself sees all: leases, backup, migrations.
    assert_eq!(db.query("SELECT seq FROM journal", &[]).await.unwrap().len(), 3);

    let mut batch = here.batch();
    batch.exec("UPDATE journal SET kind = 'touched' WHERE $1 <> ''", values![]);
    here.commit(batch).await.unwrap();
    let touched = db.query("SELECT province FROM journal WHERE kind = 'touched'", &[]).await.unwrap();
    assert_eq!(touched.iter().map(|r| r.text("province").unwrap()).collect::<Vec<_>>(), ["79"]);

    let mut batch = here.batch();
    batch.exec("INSERT INTO snapshot (province, stream, version, kind, state) SELECT '48', 'x', 1, 'k', '{}' WHERE $1 <> ''", values![]);
    let Err(CommitError::Store(StoreError::Database(why))) = here.commit(batch).await else { panic!("a row of another province was written") };
    assert!(why.contains("row-level security"), "{why}");
    // The connection serves others afterwards.
    note(&here, "case_1", 2).await;
    assert_eq!(provinces(&db, "79").await.len(), 2);
}

#[tokio::test]
async fn a_table_made_later_stands_behind_the_wall_too() {
    let db = testkit::Databases::postgres().await.unwrap();
    db.migrate(&[]).await.unwrap();
    let later = Migration::same("later", 1, "later", "CREATE TABLE later (province TEXT NOT NULL, n BIGINT NOT NULL);");
    db.migrate(&[later]).await.unwrap();
    for province in ["79", "48"] {
        let scope = db.province(ProvinceCode::new(province));
        let mut batch = scope.batch();
        batch.exec("INSERT INTO later (province, n) VALUES ($1, 1)", values![]);
        batch.append(entry("case_1", 1));
        scope.commit(batch).await.unwrap();
        assert_eq!(scope.query("SELECT n FROM later WHERE $1 <> ''", vec![]).await.unwrap().len(), 1);
    }
}
