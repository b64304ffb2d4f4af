//! Backups that either engine writes and either engine reads.
//!
//! # Format
//! Lines of JSON, UTF-8:
//! 1. `{"phusa_backup":1,"migrations":[["store",1],…]}`
//! 2. per table `{"table":"journal","columns":["seq",…]}`, then one array per row; bytes are `{"b64":"…"}`
//! 3. per file `{"file":"<sha-256>","size":n}`, then its bytes in base64 strings of at most 48 KiB each
//! 4. `{"rows":n,"files":n,"sha256":"…"}`, the checksum of every byte before this line
//!
//! The rows are one consistent snapshot. Transaction numbers are shifted below zero, so that on any server the restored
//! entries come before everything written later and consumers go on where they were. Nothing is held in memory but a
//! page of rows or one file.

mod catalog;
mod leave;
mod read;
mod write;

pub use catalog::Table;
pub use leave::{count, remove};
pub use read::restore;
pub use write::dump;

use crate::StoreError;
use serde::{Deserialize, Serialize};

/// What a backup or a restore contained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub rows: u64,
    pub files: u64,
}

const FORMAT: u32 = 1;
/// Bytes of a file in one line.
const CHUNK: usize = 48 * 1024;

#[derive(Serialize, Deserialize)]
struct Head {
    phusa_backup: u32,
    migrations: Vec<(String, i64)>,
}

#[derive(Serialize, Deserialize)]
struct TableHead {
    table: String,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct FileHead {
    file: String,
    size: u64,
}

#[derive(Serialize, Deserialize)]
struct Trailer {
    rows: u64,
    files: u64,
    sha256: String,
}

fn broken(why: impl std::fmt::Display) -> StoreError {
    StoreError::Backup(why.to_string())
}
