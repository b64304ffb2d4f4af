//! Putting a backup back.

use super::{FORMAT, FileHead, Head, Summary, TableHead, Trailer, broken, catalog};
use crate::{
    Db, StoreError, Value,
    bulk::{Loader, Table, Visible},
    files::Files,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::io::BufRead;

/// Fills an empty, migrated database from a backup; all of it or, when the backup is damaged or incomplete, nothing.
/// With `files` the bytes are put back too (they may come before a failure; unreferred bytes are harmless).
pub async fn restore(db: &Db, files: Option<&Files>, input: impl BufRead) -> Result<Summary, StoreError> {
    let tables = catalog::tables(db).await?;
    for table in &tables {
        if !db.query(&format!("SELECT 1 AS one FROM {} LIMIT 1", table.name), &[]).await?.is_empty() {
            return Err(broken(format!("the database is not empty: table {} has rows", table.name)));
        }
    }
    let mut lines = Lines { input, hash: Sha256::new(), line: String::new() };
    let head: Head = lines.next().and_then(parsed).map_err(|_| broken("this is not a backup"))?;
    if head.phusa_backup != FORMAT {
        return Err(broken(format!("format {} is not known to this program", head.phusa_backup)));
    }
    if head.migrations != catalog::migrations(db).await? {
        return Err(broken("the backup comes from other migrations; restore it with the program's version that wrote it"));
    }
    let mut loader = Loader::begin(db, Visible::AtEnd).await?;
    let summary = fill(&mut loader, &tables, files, &mut lines).await?;
    loader.finish().await?;
    Ok(summary)
}

async fn fill(
    loader: &mut Loader,
    tables: &[catalog::Table],
    files: Option<&Files>,
    lines: &mut Lines<impl BufRead>,
) -> Result<Summary, StoreError> {
    let mut summary = Summary::default();
    let mut open: Option<Table> = None;
    loop {
        let before = lines.hash.clone();
        let line = lines.next()?;
        if line.is_array() {
            let (Some(table), Json::Array(values)) = (open, line) else {
                return Err(broken("a row outside a table"));
            };
            let row = values.into_iter().map(value).collect::<Result<Vec<_>, _>>()?;
            loader.push(table, row).await?;
            summary.rows += 1;
        } else if line.get("table").is_some() {
            let head: TableHead = parsed(line)?;
            let columns: Vec<&str> = head.columns.iter().map(String::as_str).collect();
            if !tables.iter().any(|t| t.name == head.table) {
                return Err(broken(format!("table {} is not known here", head.table)));
            }
            open = Some(loader.table(&head.table, &columns)?);
        } else if line.get("file").is_some() {
            let bytes = file(parsed(line)?, lines)?;
            if let Some(files) = files {
                files.put_bytes(bytes).await?;
            }
            summary.files += 1;
        } else {
            let end: Trailer = parsed(line)?;
            let whole = end.sha256 == hex::encode(before.finalize()) && end.rows == summary.rows && end.files == summary.files;
            return if whole { Ok(summary) } else { Err(broken("the backup does not have its checksum")) };
        }
    }
}

/// The bytes of one file, which must be what their name says.
fn file(head: FileHead, lines: &mut Lines<impl BufRead>) -> Result<bytes::Bytes, StoreError> {
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < head.size {
        let Json::String(chunk) = lines.next()? else {
            return Err(broken(format!("file {} is cut off", head.file)));
        };
        bytes.extend(BASE64_STANDARD.decode(chunk).map_err(broken)?);
    }
    if hex::encode(Sha256::digest(&bytes)) != head.file {
        return Err(broken(format!("file {} does not have its checksum", head.file)));
    }
    Ok(bytes.into())
}

fn value(json: Json) -> Result<Value, StoreError> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Number(n) => Value::Int(n.as_i64().ok_or_else(|| broken("a number beyond 64 bits"))?),
        Json::String(s) => Value::Text(s),
        Json::Object(o) => match o.get("b64").and_then(Json::as_str) {
            Some(text) => Value::Bytes(BASE64_STANDARD.decode(text).map_err(broken)?),
            None => return Err(broken("an object that is no value")),
        },
        Json::Bool(_) | Json::Array(_) => return Err(broken("no value of a column")),
    })
}

fn parsed<T: serde::de::DeserializeOwned>(line: Json) -> Result<T, StoreError> {
    serde_json::from_value(line).map_err(broken)
}

struct Lines<R> {
    input: R,
    hash: Sha256,
    line: String,
}

impl<R: BufRead> Lines<R> {
    /// The next line; the end is an error, since a backup says itself where it ends.
    #[allow(clippy::should_implement_trait, reason = "not an iterator: its end is an error")]
    fn next(&mut self) -> Result<Json, StoreError> {
        self.line.clear();
        if self.input.read_line(&mut self.line).map_err(broken)? == 0 {
            return Err(broken("the backup is cut off"));
        }
        self.hash.update(self.line.as_bytes());
        serde_json::from_str(&self.line).map_err(broken)
    }
}
