//! Row-level security: on PostgreSQL, what is asked for one province reads and writes rows of that province only, even where
//! a statement forgets to say so. SQLite has no such wall; there the named province in every statement is the only one.

use crate::{
    Db, Engine, Row, StoreError,
    postgres::connection::{ROLE, SETTING},
    sql::plain_name,
};

/// Tables of a province on which the wall does not stand yet.
const OPEN: &str = "SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND (NOT c.relrowsecurity OR NOT has_table_privilege($1, c.oid, 'SELECT')) \
    AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'province' AND NOT a.attisdropped) ORDER BY 1";

/// The role cannot sign in and owns nothing. Two nodes that start together make it once.
fn role() -> String {
    format!(
        "DO $$ BEGIN \
           IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN CREATE ROLE {ROLE} NOLOGIN; END IF; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;\n\
         DO $$ BEGIN IF NOT pg_has_role(current_user, '{ROLE}', 'MEMBER') THEN GRANT {ROLE} TO CURRENT_USER; END IF; END $$"
    )
}

/// The owner stays outside of the wall: migrations, backups and bulk loads speak for the whole installation.
fn stands_on(tables: &[String]) -> String {
    let own = format!("province = current_setting('{SETTING}', true)");
    let mut script = format!(
        "SELECT pg_advisory_xact_lock(7269110579);\n\
         DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {ROLE}', current_schema()); END $$;\n\
         DO $$ BEGIN EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO {ROLE}', current_schema()); END $$;\n"
    );
    for table in tables {
        script.push_str(&format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE};\n\
             DROP POLICY IF EXISTS province_wall ON {table};\n\
             CREATE POLICY province_wall ON {table} TO {ROLE} USING ({own}) WITH CHECK ({own});\n\
             ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
        ));
    }
    script
}

impl Db {
    /// Puts the wall around every table that has a province. Done again it finds nothing to do. A database user who may not
    /// create roles goes on without it, and is told what the administrator of the database has to run.
    pub(crate) async fn raise_wall(&self) -> Result<(), StoreError> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        if let Err(fault) = self.script(role()).await {
            tracing::warn!(
                "no row-level security between provinces: {fault}. Let a superuser run: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO <user of phusa>; then start again"
            );
            return Ok(());
        }
        let open = self.query(OPEN, &[ROLE.into()]).await?;
        let open = open.iter().map(table).collect::<Result<Vec<_>, _>>()?;
        if !open.is_empty() {
            self.script(stands_on(&open)).await?;
            tracing::info!(tables = open.len(), "row-level security between provinces");
        }
        self.wall_stands();
        Ok(())
    }
}

fn table(row: &Row) -> Result<String, StoreError> {
    plain_name(row.text("name")?).map(str::to_owned)
}
