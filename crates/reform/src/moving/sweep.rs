//! Rows that somebody wrote for a case in the province it had just left: taken behind it.

use super::{Mover, PAGE, cases::take, conflict};
use crate::tables::Tables;
use ::store::{StoreError, values};
use casework::event::Transfer;
use kernel::id::ProvinceCode;

pub async fn rows(m: &Mover<'_>, schema: &Tables, from: &ProvinceCode) -> Result<(), StoreError> {
    let scope = m.db.province(from.clone());
    for table in &schema.by_case {
        loop {
            let sql = format!(
                "SELECT DISTINCT t.case_id AS k, i.to_province FROM {} t JOIN reform_item i ON i.province = t.province AND i.plan = $2 AND i.stream = t.case_id \
                 WHERE t.province = $1 AND i.kind = 'case' AND i.state = 'moved' AND i.to_province <> $1 \
                 AND NOT EXISTS (SELECT 1 FROM case_view v WHERE v.province = t.province AND v.case_id = t.case_id) LIMIT $3",
                table.name
            );
            let rows = scope.query(&sql, values![m.plan.id.as_str(), PAGE]).await?;
            for row in &rows {
                let case = row.string("k")?;
                let to = ProvinceCode::new(row.text("to_province")?);
                let plain = Transfer { plan: String::new(), document: String::new(), from: from.clone(), to, offices: Vec::new(), parties: Vec::new(), accounts: Vec::new() };
                let mut batch = m.db.batch();
                take(&mut batch, table, "case_id", &case, &plain);
                if let Err(e) = m.db.commit(batch).await {
                    // The same row was made there too: the one here is the older.
                    drop(conflict(e)?);
                    let mut batch = scope.batch();
                    batch.exec(format!("DELETE FROM {} WHERE province = $1 AND case_id = $2", table.name), values![case]);
                    scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))?;
                }
            }
            if rows.is_empty() {
                break;
            }
        }
    }
    Ok(())
}
