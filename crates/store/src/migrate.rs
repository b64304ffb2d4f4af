//! Migrations: numbered per room, applied once, and never changed afterwards.

use crate::{Db, Engine, Row, StoreError, Value, sql};
use sha2::{Digest, Sha256};

/// One step of a room's schema. Both texts are usually the same constant. Steps create and alter; they do not insert
/// rows (a restored backup brings its own).
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub room: &'static str,
    pub number: u32,
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl Migration {
    /// One text for both engines.
    pub const fn same(room: &'static str, number: u32, name: &'static str, sql: &'static str) -> Self {
        Self { room, number, name, sqlite: sql, postgres: sql }
    }
    fn text(&self, engine: Engine) -> &'static str {
        engine.pick(self.sqlite, self.postgres)
    }
    fn checksum(&self, engine: Engine) -> String {
        hex::encode(Sha256::digest(self.text(engine)))
    }
}

/// The store's own tables.
const CORE: &[Migration] = &[Migration {
    room: "store",
    number: 1,
    name: "core",
    sqlite: include_str!("../migrations/core-1.sqlite.sql"),
    postgres: include_str!("../migrations/core-1.postgres.sql"),
}];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (room TEXT NOT NULL, number BIGINT NOT NULL, \
                     name TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (room, number))";

impl Db {
    /// Applies what is missing: the store's own first, then the given ones in their order. Refuses when an applied
    /// migration has been changed or is unknown to this program (an older program on a newer database).
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<(), StoreError> {
        let engine = self.engine();
        self.script(locked(engine, TABLE)).await?;
        let applied = self.query("SELECT room, number, checksum FROM migration", &[]).await?;
        for row in &applied {
            let known = CORE.iter().chain(migrations).any(|m| is(row, m));
            if !known {
                let (room, number) = (row.text("room")?, row.int("number")?);
                return Err(StoreError::Migration(format!(
                    "{room} {number} is applied but unknown to this program: it is older than the database"
                )));
            }
        }
        for migration in CORE.iter().chain(migrations) {
            match applied.iter().find(|row| is(row, migration)) {
                Some(row) => unchanged(row, migration, engine)?,
                None => self.apply(migration).await?,
            }
        }
        self.raise_wall().await
    }

    async fn apply(&self, m: &Migration) -> Result<(), StoreError> {
        let engine = self.engine();
        sql::plain_name(m.room)?;
        let record = format!(
            "INSERT INTO migration (room, number, name, checksum) VALUES ('{}', {}, '{}', '{}')",
            m.room,
            m.number,
            m.name.replace('\'', "''"),
            m.checksum(engine)
        );
        let fault = match self.script(locked(engine, &format!("{record};\n{}", m.text(engine)))).await {
            Ok(()) => {
                tracing::info!(room = m.room, number = m.number, name = m.name, "migration applied");
                return Ok(());
            }
            Err(fault) => fault,
        };
        // Another node may have applied it while this one waited for the lock.
        let found = self
            .query(
                "SELECT room, number, checksum FROM migration WHERE room = $1 AND number = $2",
                &[Value::from(m.room), Value::from(m.number)],
            )
            .await?;
        match found.first() {
            Some(row) => unchanged(row, m, engine),
            None => Err(StoreError::Migration(format!("{} {} ({}): {fault}", m.room, m.number, m.name))),
        }
    }
}

fn is(row: &Row, m: &Migration) -> bool {
    row.text("room").is_ok_and(|r| r == m.room) && row.int("number").is_ok_and(|n| n == i64::from(m.number))
}

fn unchanged(row: &Row, m: &Migration, engine: Engine) -> Result<(), StoreError> {
    if row.text("checksum")? == m.checksum(engine) {
        return Ok(());
    }
    Err(StoreError::Migration(format!(
        "{} {} ({}) has been changed after it was applied; add a new migration instead",
        m.room, m.number, m.name
    )))
}

/// Two nodes that start together apply a migration once.
fn locked(engine: Engine, script: &str) -> String {
    match engine {
        Engine::Sqlite => script.to_owned(),
        Engine::Postgres => format!("SELECT pg_advisory_xact_lock(7269110579);\n{script}"),
    }
}
