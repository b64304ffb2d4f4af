//! Words of papers that came as pictures, so that a scan can be searched and kept with its text.
//!
//! A room that keeps somebody's paper asks for its words in the batch that keeps it; they are read in the background by programs outside
//! this one (poppler, tesseract), each with little memory, little time and nothing of this program's surroundings.
//!
//! # Invariants
//! 1. The words are read once for what is in a file (SHA-256), whoever gave it; a file that a scanner holds back is not asked about.
//! 2. Words never stand for the file: whoever shows them says that a program read them.
//! 3. A machine without the programs loses nothing: the files wait, and the log names the packages.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod outside;
mod reader;
mod rules;

pub use outside::{Reading, Unread, read};
pub use reader::Reader;
pub use rules::{PATH, Rules};

use kernel::{Instant, text::fold};
use serde::{Deserialize, Serialize};
use store::{Batch, Migration, NewEffect, Row, Scope, StoreError, files::Stored, values};

pub const MIGRATIONS: &[Migration] = &[Migration::same("scans", 1, "words of files", include_str!("../migrations/0001_file_text.sql"))];

/// The effect by which the words of a file are read.
pub const READ: &str = "file.read";
/// Kinds of files whose words are read.
const KINDS: [&str; 3] = ["application/pdf", "image/jpeg", "image/png"];
/// The pause before a machine without the programs is asked again.
const LATER_S: i64 = 3600;

/// What is to be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub file: kernel::id::FileId,
    pub sha256: String,
    pub media_type: String,
    /// How often it was put off.
    pub asked: i64,
}

/// Asks for the words of a file, with the batch that keeps it.
pub fn ask(batch: &mut Batch, file: &Stored, at: Instant) {
    if KINDS.contains(&file.media_type.as_str()) {
        again(batch, &Wanted { file: file.id, sha256: file.sha256.clone(), media_type: file.media_type.clone(), asked: 0 }, at);
    }
}

pub(crate) fn again(batch: &mut Batch, wanted: &Wanted, due: Instant) {
    batch.effect(NewEffect {
        kind: READ.to_owned(),
        stream: wanted.file.to_string(),
        payload: serde_json::to_string(wanted).unwrap_or_default(),
        due,
        dedup_key: Some(format!("{}/words/{}", wanted.file, wanted.asked)),
    });
}

/// What was made of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Read,
    /// No words are in it.
    Empty,
    /// The programs could not open it, or needed too long.
    Unreadable,
}

impl State {
    const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
        }
    }
    fn of(code: &str) -> Self {
        match code {
            "read" => Self::Read,
            "empty" => Self::Empty,
            _ => Self::Unreadable,
        }
    }
}

/// The words of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub state: State,
    /// Pages that were read.
    pub pages: i64,
    /// Of them, how many a program read from a picture.
    pub pictures: i64,
    /// Pages are parted by a form feed.
    pub text: String,
    pub at: Instant,
}

/// The words of a file by its SHA-256; `None` while they wait to be read, or were not asked for.
pub async fn words(scope: &Scope, sha256: &str) -> Result<Option<Words>, StoreError> {
    let sql = "SELECT state, pages, pictures, words, read_at FROM file_text WHERE province = $1 AND sha256 = $2";
    scope.one(sql, values![sha256]).await?.as_ref().map(of).transpose()
}

fn of(row: &Row) -> Result<Words, StoreError> {
    Ok(Words {
        state: State::of(row.text("state")?),
        pages: row.int("pages")?,
        pictures: row.int("pictures")?,
        text: row.string("words")?,
        at: row.instant("read_at")?,
    })
}

/// Keeps what was read. Two who read the same at once keep the same.
pub(crate) fn keep(batch: &mut Batch, sha256: &str, words: &Words) {
    batch.exec(
        "INSERT INTO file_text (province, sha256, state, pages, pictures, words, folded, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (province, sha256) DO NOTHING",
        values![sha256, words.state.code(), words.pages, words.pictures, words.text.as_str(), fold(&words.text), words.at],
    );
}
