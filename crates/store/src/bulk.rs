//! The bulk path: millions of rows for demo data and for restoring a backup.
//!
//! SQLite: a connection and a thread of its own, prepared inserts, large transactions. PostgreSQL: COPY. What is loaded
//! must satisfy the same keys and checks; the journal's readers see it like any other rows. Not for acts: nothing here
//! is guarded.

use crate::{
    Db, StoreError, Value,
    db::Driver,
    postgres,
    sql::plain_name,
};
use bytes::Bytes;
use deadpool_postgres::ClientWrapper;
use futures::SinkExt;
use tokio::sync::mpsc;

/// When loaded rows become durable and visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visible {
    /// In large portions as they come: an interrupted load leaves a part.
    InPortions,
    /// All together at [`Loader::finish`], or not at all.
    AtEnd,
}

/// A table opened for loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table(usize);

struct Open {
    insert: String,
    copy: String,
    columns: usize,
    /// Rows waiting to be handed over: values for SQLite, COPY text for PostgreSQL.
    rows: Vec<Value>,
    text: Vec<u8>,
}

enum Sink {
    Sqlite { portions: mpsc::Sender<Portion>, thread: Option<tokio::task::JoinHandle<Result<(), StoreError>>> },
    /// Taken out of the pool: dropped half-way, the server rolls back.
    Postgres { client: Box<ClientWrapper>, at_end: bool },
}

struct Portion {
    insert: String,
    columns: usize,
    rows: Vec<Value>,
}

const ROWS: usize = 2_000;
const TEXT: usize = 1 << 20;
/// Rows in one SQLite transaction: the write-ahead log stays below some tens of megabytes.
const TRANSACTION: usize = 50_000;

/// Loads rows into any tables, in the order given.
pub struct Loader {
    tables: Vec<Open>,
    sink: Sink,
    rows: u64,
}

impl Loader {
    pub async fn begin(db: &Db, visible: Visible) -> Result<Self, StoreError> {
        let at_end = visible == Visible::AtEnd;
        let sink = match &*db.driver {
            Driver::Sqlite(d) => {
                let conn = d.bulk_connection()?;
                let (portions, queue) = mpsc::channel(8);
                Sink::Sqlite { portions, thread: Some(tokio::task::spawn_blocking(move || insert_all(&conn, queue, at_end))) }
            }
            Driver::Postgres(d) => {
                let client = d.taken().await?;
                client.batch_execute("SET statement_timeout = 0").await.map_err(|e| postgres::failed(&e))?;
                if at_end {
                    client.batch_execute("BEGIN").await.map_err(|e| postgres::failed(&e))?;
                }
                Sink::Postgres { client: Box::new(client), at_end }
            }
        };
        Ok(Self { tables: Vec::new(), sink, rows: 0 })
    }

    /// Opens a table. Columns that are not named take their defaults.
    pub fn table(&mut self, name: &str, columns: &[&str]) -> Result<Table, StoreError> {
        let name = plain_name(name)?;
        let names = columns.iter().map(|c| plain_name(c)).collect::<Result<Vec<_>, _>>()?.join(", ");
        let places = (1..=columns.len()).map(|i| format!("?{i}")).collect::<Vec<_>>().join(", ");
        self.tables.push(Open {
            insert: format!("INSERT INTO {name} ({names}) VALUES ({places})"),
            copy: format!("COPY {name} ({names}) FROM STDIN"),
            columns: columns.len(),
            rows: Vec::new(),
            text: Vec::new(),
        });
        Ok(Table(self.tables.len() - 1))
    }

    /// Adds one row; waits when the database does not keep up.
    pub async fn push(&mut self, table: Table, row: impl IntoIterator<Item = Value>) -> Result<(), StoreError> {
        let Some(open) = self.tables.get_mut(table.0) else {
            return Err(StoreError::Database("a table of another loader".to_owned()));
        };
        let full = match &self.sink {
            Sink::Sqlite { .. } => {
                open.rows.extend(row);
                if !open.rows.len().is_multiple_of(open.columns.max(1)) {
                    return Err(StoreError::Database(format!("a row needs {} values", open.columns)));
                }
                open.rows.len() >= ROWS * open.columns
            }
            Sink::Postgres { .. } => {
                copy_row(&mut open.text, row, open.columns)?;
                open.text.len() >= TEXT
            }
        };
        self.rows += 1;
        if full { self.hand_over(table.0).await } else { Ok(()) }
    }

    async fn hand_over(&mut self, index: usize) -> Result<(), StoreError> {
        let Some(open) = self.tables.get_mut(index) else { return Ok(()) };
        match &mut self.sink {
            Sink::Sqlite { portions, thread } => {
                let rows = std::mem::replace(&mut open.rows, Vec::with_capacity(ROWS * open.columns));
                if !rows.is_empty() {
                    let portion = Portion { insert: open.insert.clone(), columns: open.columns, rows };
                    if portions.send(portion).await.is_err() {
                        return Err(ended(thread.take()).await);
                    }
                }
                Ok(())
            }
            Sink::Postgres { client, .. } => {
                let text = std::mem::replace(&mut open.text, Vec::with_capacity(TEXT));
                if text.is_empty() {
                    return Ok(());
                }
                let copy = async {
                    let sink = client.copy_in(open.copy.as_str()).await?;
                    futures::pin_mut!(sink);
                    sink.send(Bytes::from(text)).await?;
                    sink.finish().await
                };
                copy.await.map(drop).map_err(|e| postgres::failed(&e))
            }
        }
    }

    /// Hands over the rest, makes it durable, and answers how many rows were loaded. Numbering continues above what
    /// was loaded.
    pub async fn finish(mut self) -> Result<u64, StoreError> {
        for index in 0..self.tables.len() {
            self.hand_over(index).await?;
        }
        match self.sink {
            Sink::Sqlite { portions, thread } => {
                // The end of the channel alone would also be a loader given up: the empty portion says finished.
                let _ = portions.send(Portion { insert: String::new(), columns: 0, rows: Vec::new() }).await;
                drop(portions);
                if let Some(thread) = thread {
                    thread.await.map_err(|e| StoreError::Unavailable(e.to_string()))??;
                }
            }
            Sink::Postgres { client, at_end } => {
                client.batch_execute(NUMBERING).await.map_err(|e| postgres::failed(&e))?;
                if at_end {
                    client.batch_execute("COMMIT").await.map_err(|e| postgres::failed(&e))?;
                }
            }
        }
        Ok(self.rows)
    }
}

/// Identity columns continue above what was loaded with explicit numbers.
const NUMBERING: &str = "DO $$ DECLARE r record; BEGIN \
    FOR r IN SELECT table_name AS t, column_name AS c FROM information_schema.columns \
             WHERE table_schema = current_schema() AND is_identity = 'YES' LOOP \
      EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), greatest((SELECT max(%I) FROM %I), 1))', \
                     r.t, r.c, r.c, r.t); \
    END LOOP; END $$";

/// Why the loader's thread is not there any more.
async fn ended(thread: Option<tokio::task::JoinHandle<Result<(), StoreError>>>) -> StoreError {
    let ended = || StoreError::Unavailable("the load has ended".to_owned());
    match thread {
        Some(thread) => thread.await.map_or_else(|e| StoreError::Unavailable(e.to_string()), |r| r.err().unwrap_or_else(ended)),
        None => ended(),
    }
}

/// The loader's thread: inserts what comes, commits now and then, and at the end only if the end was announced.
fn insert_all(conn: &rusqlite::Connection, mut queue: mpsc::Receiver<Portion>, at_end: bool) -> Result<(), StoreError> {
    let fault = |e: rusqlite::Error| StoreError::Database(e.to_string());
    conn.execute_batch("PRAGMA cache_size = -131072; PRAGMA defer_foreign_keys = ON; BEGIN IMMEDIATE").map_err(fault)?;
    let mut uncommitted = 0;
    while let Some(portion) = queue.blocking_recv() {
        if portion.columns == 0 {
            return conn.execute_batch("COMMIT").map_err(fault);
        }
        let mut insert = conn.prepare_cached(&portion.insert).map_err(fault)?;
        for row in portion.rows.chunks_exact(portion.columns) {
            crate::sqlite::bind(&mut insert, row)?;
            insert.raw_execute().map_err(fault)?;
            uncommitted += 1;
        }
        if !at_end && uncommitted >= TRANSACTION {
            uncommitted = 0;
            conn.execute_batch("COMMIT; BEGIN IMMEDIATE").map_err(fault)?;
        }
    }
    // Given up: what is not committed is rolled back.
    conn.execute_batch("ROLLBACK").map_err(fault)
}

/// One line of COPY's text format.
fn copy_row(out: &mut Vec<u8>, row: impl IntoIterator<Item = Value>, columns: usize) -> Result<(), StoreError> {
    use std::io::Write;
    let mut n = 0;
    for value in row {
        if n > 0 {
            out.push(b'\t');
        }
        n += 1;
        match value {
            Value::Null => out.extend_from_slice(b"\\N"),
            Value::Int(v) => write!(out, "{v}").map_err(|e| StoreError::Database(e.to_string()))?,
            Value::Bytes(v) => {
                out.extend_from_slice(b"\\\\x");
                out.extend_from_slice(hex::encode(v).as_bytes());
            }
            Value::Text(v) => {
                for b in v.bytes() {
                    match b {
                        b'\\' => out.extend_from_slice(b"\\\\"),
                        b'\t' => out.extend_from_slice(b"\\t"),
                        b'\n' => out.extend_from_slice(b"\\n"),
                        b'\r' => out.extend_from_slice(b"\\r"),
                        0 => return Err(crate::sqlite::nul()),
                        b => out.push(b),
                    }
                }
            }
        }
    }
    out.push(b'\n');
    if n == columns { Ok(()) } else { Err(StoreError::Database(format!("a row needs {columns} values and got {n}"))) }
}
