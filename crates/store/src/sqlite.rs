//! SQLite: one writer thread that commits many acts with one fsync, and reader threads beside it.
//!
//! A writer per process and not a pool of them: measured, eight writers starve each other in busy waits (p99 55–180 ms),
//! one thread with group commit stays below 20 ms and is durable (`synchronous = FULL`). A job that conflicts is rolled
//! back to its own savepoint; the others of its group are not touched.

mod reader;
mod writer;

use crate::{CommitError, Row, StoreError, Value, batch::Statement, row::Columns};
use rusqlite::{Connection, types::ValueRef};
use std::path::{Path, PathBuf};

pub(crate) struct Sqlite {
    writer: Option<writer::Writer>,
    readers: Option<reader::Readers>,
    path: PathBuf,
    /// A temporary database goes with its last handle.
    temporary: Option<PathBuf>,
}

impl Sqlite {
    /// `path` is what follows `sqlite:`.
    pub async fn open(path: &str) -> Result<Self, StoreError> {
        let (path, temporary) = match path {
            ":memory:" | "//:memory:" => {
                let folder = std::env::temp_dir().join(format!("phusa-{}", uuid::Uuid::new_v4().simple()));
                std::fs::create_dir_all(&folder).map_err(|e| StoreError::Unavailable(e.to_string()))?;
                (folder.join("store.db"), Some(folder))
            }
            path => (PathBuf::from(path.strip_prefix("//").unwrap_or(path)), None),
        };
        if path.as_os_str().is_empty() {
            return Err(StoreError::Address("sqlite: needs a path, sqlite:///path/file.db".to_owned()));
        }
        // Nobody but this process reads a temporary database after a crash: it need not be synchronised.
        let durable = temporary.is_none();
        let opening = path.clone();
        let (writer, readers) = tokio::task::spawn_blocking(move || {
            let writer = writer::Writer::start(connect(&opening, durable, true)?)?;
            Ok::<_, StoreError>((writer, reader::Readers::start(&opening)?))
        })
        .await
        .map_err(|e| StoreError::Unavailable(e.to_string()))??;
        Ok(Self { writer: Some(writer), readers: Some(readers), path, temporary })
    }

    fn writer(&self) -> Result<&writer::Writer, StoreError> {
        self.writer.as_ref().ok_or_else(closed)
    }

    pub async fn query(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.readers.as_ref().ok_or_else(closed)?.query(sql.to_owned(), params).await
    }
    pub async fn commit(&self, statements: Vec<Statement>) -> Result<(), CommitError> {
        self.writer()?.commit(statements).await
    }
    pub async fn returning(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.writer()?.returning(sql.to_owned(), params).await
    }
    pub async fn script(&self, script: String) -> Result<(), StoreError> {
        self.writer()?.script(script).await
    }
    /// A connection of its own for a bulk load; while its transaction is open the writer waits.
    pub fn bulk_connection(&self) -> Result<Connection, StoreError> {
        connect(&self.path, self.temporary.is_none(), true)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // The threads end when their channels close; a temporary folder is removed by the writer's end.
        self.readers = None;
        if let (Some(writer), Some(folder)) = (self.writer.take(), self.temporary.take()) {
            writer.end_then(move || {
                let _ = std::fs::remove_dir_all(folder);
            });
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database is closed".to_owned())
}

/// Opens one connection with the settings of the house.
fn connect(path: &Path, durable: bool, writes: bool) -> Result<Connection, StoreError> {
    if let (true, Some(folder)) = (writes, path.parent()) {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::Unavailable(format!("{}: {e}", folder.display())))?;
    }
    let conn = Connection::open(path).map_err(|e| StoreError::Unavailable(format!("{}: {e}", path.display())))?;
    conn.set_prepared_statement_cache_capacity(256);
    let synchronous = if durable { "FULL" } else { "OFF" };
    let (cache_kib, only) = if writes { (16_384, "OFF") } else { (8_192, "ON") };
    conn.execute_batch(&format!(
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; \
         PRAGMA foreign_keys = ON; PRAGMA cache_size = -{cache_kib}; PRAGMA mmap_size = 268435456; \
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA query_only = {only};"
    ))
    .map_err(|e| failed(&e))?;
    Ok(conn)
}

/// Binds the parameters; the statement and the caller must agree on their number, as on PostgreSQL. SQLite takes `$3` for
/// a name and numbers names as they come, so each is bound by the number in its name.
pub(crate) fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> Result<(), StoreError> {
    let mut highest = 0;
    for i in 1..=statement.parameter_count() {
        let number = statement.parameter_name(i).and_then(|name| name.get(1..)?.parse::<usize>().ok()).unwrap_or(i);
        highest = highest.max(number);
        let Some(value) = number.checked_sub(1).and_then(|n| params.get(n)) else { continue };
        match value {
            Value::Null => statement.raw_bind_parameter(i, rusqlite::types::Null),
            Value::Int(v) => statement.raw_bind_parameter(i, v),
            // PostgreSQL cannot store it, so neither engine does.
            Value::Text(v) if v.contains('\0') => return Err(nul()),
            Value::Text(v) => statement.raw_bind_parameter(i, v.as_str()),
            Value::Bytes(v) => statement.raw_bind_parameter(i, v.as_slice()),
        }
        .map_err(|e| failed(&e))?;
    }
    if highest != params.len() {
        return Err(wrong_count(highest, params.len()));
    }
    Ok(())
}

pub(crate) fn nul() -> StoreError {
    StoreError::Database("text with a NUL character".to_owned())
}

pub(crate) fn wrong_count(expected: usize, given: usize) -> StoreError {
    StoreError::Database(format!("the statement takes {expected} parameters and got {given}"))
}

/// Runs a statement that answers rows.
pub(crate) fn rows(conn: &Connection, text: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    let mut out = Vec::new();
    each_row(conn, text, params, |row| {
        out.push(row);
        Ok(())
    })?;
    Ok(out)
}

/// Gives each row away as it comes.
pub(crate) fn each_row(
    conn: &Connection,
    text: &str,
    params: &[Value],
    mut take: impl FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(text).map_err(|e| failed(&e))?;
    bind(&mut statement, params)?;
    let columns: Columns = statement.column_names().map(str::to_owned).collect();
    let mut answer = statement.raw_query();
    while let Some(row) = answer.next().map_err(|e| failed(&e))? {
        let mut values = Vec::with_capacity(columns.len());
        for (i, column) in columns.iter().enumerate() {
            values.push(value(column, row.get_ref(i).map_err(|e| failed(&e))?)?);
        }
        take(Row::new(columns.clone(), values))?;
    }
    Ok(())
}

fn value(column: &str, found: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Int(v),
        ValueRef::Text(v) => Value::Text(match std::str::from_utf8(v) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(v).into_owned(),
        }),
        ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
        ValueRef::Real(_) => {
            return Err(StoreError::WrongType { column: column.to_owned(), asked: "integer, text or bytes", found: "real" });
        }
    })
}

fn failed(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, SystemIoFailure};
    match error.sqlite_error_code() {
        Some(DatabaseBusy | DatabaseLocked | CannotOpen | DiskFull | SystemIoFailure) => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Database(error.to_string()),
    }
}

/// The table whose unique key was taken, when that is what went wrong.
fn taken_key(error: &rusqlite::Error) -> Option<String> {
    const PRIMARY_KEY: i32 = 1555;
    const UNIQUE: i32 = 2067;
    let rusqlite::Error::SqliteFailure(code, message) = error else { return None };
    if !matches!(code.extended_code, PRIMARY_KEY | UNIQUE) {
        return None;
    }
    // "UNIQUE constraint failed: journal.province, journal.stream"
    let table = message.as_deref().and_then(|m| m.rsplit(": ").next()).and_then(|m| m.split('.').next());
    Some(table.unwrap_or("unique").to_owned())
}
