//! Writing a backup.

use super::{CHUNK, FORMAT, FileHead, Head, Summary, TableHead, Trailer, broken, catalog};
use crate::{Db, Row, StoreError, Value, db::Driver, files::Files, postgres};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kernel::id::ProvinceCode;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, io::Write};
use tokio::sync::mpsc;

/// Rows read in one go.
const PAGE: usize = 2_000;

/// Writes everything: all tables, and with `files` the bytes they refer to. With a province, what is that province's and
/// nothing else: what it takes along when it leaves an installation it shared.
pub async fn dump(db: &Db, of: Option<&ProvinceCode>, files: Option<&Files>, out: impl Write) -> Result<Summary, StoreError> {
    let mut tables = catalog::tables(db).await?;
    tables.retain(|t| of.is_none() || t.has_province());
    let mut out = Lines { out, hash: Sha256::new() };
    out.line(&Head { phusa_backup: FORMAT, migrations: catalog::migrations(db).await? })?;
    let mut pages = snapshot(db, of, tables.clone()).await?;
    let mut summary = Summary::default();
    let mut contents = BTreeSet::new();
    // Transaction numbers end at -1 (see the module's documentation).
    let mut shift = 0;
    while let Some(page) = pages.recv().await {
        match page? {
            Page::Base(base) => shift = base,
            Page::Table(index) => {
                let Some(table) = tables.get(index) else { continue };
                out.line(&TableHead { table: table.name.clone(), columns: table.columns.clone() })?;
            }
            Page::Rows(index, rows) => {
                let name = tables.get(index).map_or("", |t| t.name.as_str());
                for row in rows {
                    if name == "file" {
                        contents.insert(row.string("sha256")?);
                    }
                    let shifted = matches!(name, "journal" | "consumer");
                    let columns = row.columns().iter().zip(row.values());
                    let values: Vec<_> = columns.map(|(c, v)| json(v, if shifted && c == "tx" { shift } else { 0 })).collect();
                    out.line(&values)?;
                    summary.rows += 1;
                }
            }
        }
    }
    if let Some(files) = files {
        for sha256 in contents {
            let bytes = files.bytes(&sha256).await?;
            out.line(&FileHead { file: sha256, size: bytes.len() as u64 })?;
            for chunk in bytes.chunks(CHUNK) {
                out.line(&BASE64_STANDARD.encode(chunk))?;
            }
            summary.files += 1;
        }
    }
    out.end(summary)?;
    Ok(summary)
}

fn json(value: &Value, shift: i64) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Int(v) => json!(v.saturating_sub(shift)),
        Value::Text(v) => json!(v),
        Value::Bytes(v) => json!({ "b64": BASE64_STANDARD.encode(v) }),
    }
}

struct Lines<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Lines<W> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        let mut bytes = serde_json::to_vec(line).map_err(broken)?;
        bytes.push(b'\n');
        self.hash.update(&bytes);
        self.out.write_all(&bytes).map_err(broken)
    }
    fn end(mut self, summary: Summary) -> Result<(), StoreError> {
        let sha256 = hex::encode(self.hash.clone().finalize());
        self.line(&Trailer { rows: summary.rows, files: summary.files, sha256 })?;
        self.out.flush().map_err(broken)
    }
}

enum Page {
    /// One above the highest transaction number.
    Base(i64),
    Table(usize),
    Rows(usize, Vec<Row>),
}

type Pages = mpsc::Receiver<Result<Page, StoreError>>;
const BASE: &str = "SELECT coalesce(max(tx) + 1, 0) AS base FROM journal";

/// Reads all tables in one read transaction, page by page, no faster than they are written.
async fn snapshot(db: &Db, of: Option<&ProvinceCode>, tables: Vec<catalog::Table>) -> Result<Pages, StoreError> {
    let (to, pages) = mpsc::channel(4);
    let only = of.map_or_else(String::new, |p| format!(" WHERE province = '{}'", p.as_str().replace('\'', "''")));
    let selects: Vec<String> =
        tables.iter().map(|t| format!("SELECT {} FROM {}{only}", t.columns.join(", "), t.name)).collect();
    match &*db.driver {
        Driver::Sqlite(d) => {
            let conn = d.bulk_connection()?;
            tokio::task::spawn_blocking(move || {
                if let Err(fault) = sqlite_pages(&conn, &selects, &to) {
                    let _ = to.blocking_send(Err(fault));
                }
            });
        }
        Driver::Postgres(d) => {
            let client = d.taken().await?;
            tokio::spawn(async move {
                if let Err(fault) = postgres_pages(&client, &selects, &to).await {
                    let _ = to.send(Err(fault)).await;
                }
            });
        }
    }
    Ok(pages)
}

type To = mpsc::Sender<Result<Page, StoreError>>;

fn gone<T>(_: T) -> StoreError {
    broken("given up")
}

fn sqlite_pages(conn: &rusqlite::Connection, selects: &[String], to: &To) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN").map_err(broken)?;
    let base = crate::sqlite::rows(conn, BASE, &[])?;
    let base = base.first().map_or(Ok(0), |r| r.int("base"))?;
    to.blocking_send(Ok(Page::Base(base))).map_err(gone)?;
    for (index, select) in selects.iter().enumerate() {
        to.blocking_send(Ok(Page::Table(index))).map_err(gone)?;
        let mut page = Vec::new();
        crate::sqlite::each_row(conn, select, &[], |row| {
            page.push(row);
            if page.len() >= PAGE {
                to.blocking_send(Ok(Page::Rows(index, std::mem::take(&mut page)))).map_err(gone)?;
            }
            Ok(())
        })?;
        to.blocking_send(Ok(Page::Rows(index, page))).map_err(gone)?;
    }
    conn.execute_batch("COMMIT").map_err(broken)
}

async fn postgres_pages(
    client: &deadpool_postgres::ClientWrapper,
    selects: &[String],
    to: &To,
) -> Result<(), StoreError> {
    let fault = |e: tokio_postgres::Error| postgres::failed(&e);
    let begin = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                 BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    client.batch_execute(begin).await.map_err(fault)?;
    let base: i64 = client.query_one(BASE, &[]).await.map_err(fault)?.try_get(0).map_err(fault)?;
    to.send(Ok(Page::Base(base))).await.map_err(gone)?;
    for (index, select) in selects.iter().enumerate() {
        to.send(Ok(Page::Table(index))).await.map_err(gone)?;
        client.batch_execute(&format!("DECLARE page NO SCROLL CURSOR FOR {select}")).await.map_err(fault)?;
        let fetch = client.prepare(&format!("FETCH {PAGE} FROM page")).await.map_err(fault)?;
        loop {
            let rows = postgres::read_rows(&fetch, client.query(&fetch, &[]).await.map_err(fault)?)?;
            if rows.is_empty() {
                break;
            }
            to.send(Ok(Page::Rows(index, rows))).await.map_err(gone)?;
        }
        client.batch_execute("CLOSE page").await.map_err(fault)?;
    }
    client.batch_execute("COMMIT").await.map_err(fault)
}
