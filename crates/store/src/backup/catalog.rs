//! Which tables there are, in an order in which they can be filled.

use super::broken;
use crate::{Db, StoreError, sql::plain_name};
use std::collections::BTreeSet;

impl Db {
    /// Every table with its stored columns, as the database itself has them: for what must not forget a table that comes later.
    pub async fn tables(&self) -> Result<Vec<Table>, StoreError> {
        tables(self).await
    }
}

/// A table with its stored columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
}

impl Table {
    pub(super) fn has_province(&self) -> bool {
        self.columns.iter().any(|c| c == "province")
    }
}

const TABLES: (&str, &str) = (
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' \
     AND name <> 'migration' ORDER BY name",
    "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema() \
     AND table_type = 'BASE TABLE' AND table_name <> 'migration' ORDER BY 1",
);
const COLUMNS: (&str, &str) = (
    "SELECT name FROM pragma_table_info($1) ORDER BY cid",
    "SELECT column_name::text AS name FROM information_schema.columns WHERE table_schema = current_schema() \
     AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position",
);
const REFERENCES: (&str, &str) = (
    "SELECT DISTINCT t.name AS child, f.\"table\" AS parent FROM pragma_table_list t, pragma_foreign_key_list(t.name) f \
     WHERE t.schema = 'main' AND t.type = 'table'",
    "SELECT DISTINCT c.relname::text AS child, p.relname::text AS parent FROM pg_constraint k \
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid \
     WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace",
);

/// All tables but the list of migrations; a table comes after those it refers to.
pub(super) async fn tables(db: &Db) -> Result<Vec<Table>, StoreError> {
    let engine = db.engine();
    let mut waiting = Vec::new();
    for row in db.query(engine.pick(TABLES.0, TABLES.1), &[]).await? {
        let name = plain_name(row.text("name")?)?.to_owned();
        let columns = db.query(engine.pick(COLUMNS.0, COLUMNS.1), &crate::values![&name]).await?;
        let columns = columns.iter().map(|c| Ok(plain_name(c.text("name")?)?.to_owned()));
        let columns = columns.collect::<Result<_, StoreError>>()?;
        waiting.push(Table { name, columns });
    }
    let mut references = Vec::new();
    for row in db.query(engine.pick(REFERENCES.0, REFERENCES.1), &[]).await? {
        references.push((row.string("child")?, row.string("parent")?));
    }
    let mut placed = BTreeSet::new();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let ready = |t: &Table| {
            references.iter().all(|(child, parent)| *child != t.name || child == parent || placed.contains(parent))
        };
        let (now, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(ready);
        if now.is_empty() {
            return Err(broken("tables refer to each other in a circle"));
        }
        placed.extend(now.iter().map(|t| t.name.clone()));
        ordered.extend(now);
        waiting = later;
    }
    Ok(ordered)
}

/// The applied migrations, in order.
pub(super) async fn migrations(db: &Db) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = db.query("SELECT room, number FROM migration ORDER BY room, number", &[]).await?;
    rows.iter().map(|r| Ok((r.string("room")?, r.int("number")?))).collect()
}
