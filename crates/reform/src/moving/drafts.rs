//! Forms that people have begun go with them when their province goes whole.

use super::{Moved, Mover, PAGE, cases, conflict};
use crate::{
    store::{Item, note},
    tables::{By, Tables},
};
use ::store::{StoreError, values};
use casework::event::Transfer;
use kernel::id::ProvinceCode;

pub async fn across(m: &Mover<'_>, schema: &Tables, from: &ProvinceCode, moved: &mut Moved) -> Result<(), StoreError> {
    let Some(whole) = m.plan.provinces.iter().find(|p| p.from == *from && p.whole) else { return Ok(()) };
    let (scope, to) = (m.db.province(from.clone()), &whole.to);
    let transfer = Transfer {
        plan: m.plan.id.clone(),
        document: m.plan.basis.clone(),
        from: from.clone(),
        to: to.clone(),
        offices: Vec::new(),
        parties: Vec::new(),
        accounts: Vec::new(),
    };
    let mut after = String::new();
    loop {
        let sql = "SELECT id, account, files, revision FROM draft WHERE province = $1 AND id > $2 ORDER BY id LIMIT $3";
        let rows = scope.query(sql, values![after.as_str(), PAGE]).await?;
        for row in &rows {
            let (id, account, now) = (row.string("id")?, row.string("account")?, m.now());
            let sql = "SELECT reason FROM reform_item WHERE province = $1 AND plan = $2 AND stream = $3 AND state = 'matched'";
            let matched = scope.one(sql, values![m.plan.id.as_str(), account.as_str()]).await?.map(|r| r.string("reason")).transpose()?;
            let mut batch = m.db.batch();
            // Somebody who types at this moment keeps the draft here until the next pass.
            batch.guard(
                "UPDATE draft SET province = $2, account = $4 WHERE province = $1 AND id = $3 AND revision = $5",
                values![from, to, id.as_str(), matched.unwrap_or(account), row.int("revision")?],
                1,
                "draft",
            );
            for (table, column) in schema.of(By::Draft) {
                cases::take(&mut batch, table, column, &id, &transfer);
            }
            cases::copy_files(&mut batch, schema, row.text("files")?, from, to);
            let mut leaving = scope.batch();
            note(&mut leaving, &Item { plan: &m.plan.id, stream: id.clone(), kind: "draft", state: "moved", to_province: to.to_string(), ..Item::default() }, now);
            batch.absorb(leaving);
            match m.db.commit(batch).await {
                Ok(()) => moved.drafts += 1,
                Err(e) => drop(conflict(e)?),
            }
        }
        match rows.last().filter(|_| rows.len() as i64 == PAGE) {
            Some(last) => after = last.string("id")?,
            None => return Ok(()),
        }
    }
}
