//! The tables of uploads: how the scan of a file stands, and what was turned away as infected.

use super::Checks;
use ::store::{Batch, NewEntry, Row, Scope, StoreError, Value, values};
use kernel::{Instant, id::FileId};

/// How the scan of a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Clean,
    /// The scanner did not answer yet.
    Waiting,
    /// There is no scanner, or the file is more than it takes.
    Unscanned,
    /// Found after it was taken.
    Infected,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Waiting => "waiting",
            Self::Unscanned => "unscanned",
            Self::Infected => "infected",
        }
    }
    fn of_code(code: &str) -> Self {
        [Self::Clean, Self::Waiting, Self::Infected].into_iter().find(|s| s.code() == code).unwrap_or(Self::Unscanned)
    }
}

/// What is known of the scan of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub state: State,
    pub sha256: String,
    pub name: String,
    pub finding: Option<String>,
    /// Pages as counted; `None` where they cannot be.
    pub pages: Option<i64>,
    /// How often the scanner was asked in vain.
    pub attempts: i64,
}

const COLUMNS: &str = "file, state, sha256, name, finding, pages, attempts";

fn read(row: &Row) -> Result<Check, StoreError> {
    Ok(Check {
        state: State::of_code(row.text("state")?),
        sha256: row.string("sha256")?,
        name: row.string("name")?,
        finding: row.opt_string("finding")?,
        pages: row.opt_int("pages")?,
        attempts: row.int("attempts")?,
    })
}

pub fn put(batch: &mut Batch, file: FileId, check: &Check, now: Instant) {
    let checked = (check.state == State::Clean).then_some(now);
    batch.exec(
        "INSERT INTO file_check (province, file, state, sha256, name, finding, pages, attempts, asked_at, checked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![file, check.state.code(), check.sha256.as_str(), check.name.as_str(), check.finding.clone(), check.pages, check.attempts, now, checked],
    );
}

pub fn settle(batch: &mut Batch, file: FileId, state: State, finding: Option<&str>, now: Instant) {
    batch.exec(
        "UPDATE file_check SET state = $3, finding = $4, checked_at = $5 WHERE province = $1 AND file = $2 AND state = 'waiting'",
        values![file, state.code(), finding.map(str::to_owned), now],
    );
}

pub fn tried(batch: &mut Batch, file: FileId, attempts: i64) {
    batch.exec("UPDATE file_check SET attempts = $3 WHERE province = $1 AND file = $2 AND state = 'waiting'", values![file, attempts]);
}

pub async fn of_file(scope: &Scope, file: FileId) -> Result<Option<Check>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM file_check WHERE province = $1 AND file = $2");
    scope.one(&sql, values![file]).await?.as_ref().map(read).transpose()
}

/// Of several files, by their id; a file that is not listed was taken before files were scanned.
pub async fn of_files(scope: &Scope, files: &[FileId]) -> Result<Checks, StoreError> {
    let mut all = Checks::new();
    for part in files.chunks(100) {
        let places: Vec<String> = (0..part.len()).map(|i| format!("${}", i + 2)).collect();
        let sql = format!("SELECT {COLUMNS} FROM file_check WHERE province = $1 AND file IN ({})", places.join(", "));
        let params: Vec<Value> = part.iter().map(|f| Value::from(*f)).collect();
        for row in scope.query(&sql, params).await? {
            all.insert(row.string("file")?, read(&row)?);
        }
    }
    Ok(all)
}

/// A file that was turned away as infected: what it was, and nothing of its bytes.
pub struct Refused<'a> {
    pub id: FileId,
    pub sha256: &'a str,
    pub name: &'a str,
    pub size: i64,
    pub finding: &'a str,
    pub component: &'a str,
    pub account: &'a str,
}

pub fn refuse(batch: &mut Batch, r: &Refused<'_>, now: Instant) {
    batch.exec(
        "INSERT INTO file_refused (province, id, sha256, name, size, finding, component, account, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![r.id, r.sha256, r.name, r.size, r.finding, r.component, r.account, now],
    );
}

/// The first entry of a file's own stream.
pub fn entry(batch: &mut Batch, file: &str, kind: &str, at: Instant, account: &str, payload: &serde_json::Value) {
    batch.append(NewEntry {
        stream: file.to_owned(),
        version: 1,
        kind: kind.to_owned(),
        at,
        actor: account.to_owned(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
}
