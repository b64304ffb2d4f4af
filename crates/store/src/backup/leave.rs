//! A province leaves an installation it shared with others.

use super::{Summary, catalog};
use crate::{Db, StoreError, Value};
use kernel::id::ProvinceCode;

/// How many rows a province has in all tables.
pub async fn count(db: &Db, province: &ProvinceCode) -> Result<u64, StoreError> {
    let mut rows = 0;
    for table in catalog::tables(db).await?.iter().filter(|t| t.has_province()) {
        let sql = format!("SELECT count(*) AS n FROM {} WHERE province = $1", table.name);
        rows += db.query(&sql, &[Value::from(province)]).await?.first().map_or(Ok(0), |r| r.int("n"))?;
    }
    Ok(rows.unsigned_abs())
}

/// Takes every row of a province out of the database, in one transaction. What it takes along must have been written with
/// [`super::dump`] before, and read back; bytes of files stay until no province refers to them. Answers how many rows went.
pub async fn remove(db: &Db, province: &ProvinceCode) -> Result<Summary, StoreError> {
    let rows = count(db, province).await?;
    let mut batch = db.batch();
    for table in catalog::tables(db).await?.iter().rev().filter(|t| t.has_province()) {
        batch.exec(format!("DELETE FROM {} WHERE province = $1", table.name), vec![Value::from(province)]);
    }
    db.commit(batch).await.map_err(|e| StoreError::Backup(e.to_string()))?;
    Ok(Summary { rows, files: 0 })
}
