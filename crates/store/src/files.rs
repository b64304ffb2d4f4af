//! Files: bytes by their SHA-256 in an object store, and who has them under which name in the table `file`.
//!
//! The bytes are stored before the commit that refers to them: a crash in between leaves bytes that nobody refers to,
//! which is harmless, and never a reference to nothing.

mod kind;
mod pages;
pub mod scan;

pub use kind::{MediaType, too_many_pages};
pub use pages::pages;
pub use scan::Scanned;

use crate::{Batch, Row, Scope, StoreError, values};
use bytes::Bytes;
use kernel::{Instant, Refusal, id::FileId};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as Key};
use sha2::{Digest, Sha256};
use std::{path::Path, sync::Arc};
use unicode_normalization::UnicodeNormalization;

/// A file as its sender calls it.
#[derive(Debug, Clone)]
pub struct Upload {
    pub name: String,
    /// The media type the sender claims, if any; `application/octet-stream` counts as none.
    pub claimed: Option<String>,
    pub bytes: Bytes,
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub at: Instant,
}

impl Stored {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            name: row.string("name")?,
            media_type: row.string("media_type")?,
            size: row.int("size")?,
            sha256: row.string("sha256")?,
            at: row.instant("at")?,
        })
    }
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file is not acceptable; the text says what to do.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An upload that may be stored: its name is clean and its content is what it says.
#[derive(Debug, Clone)]
pub struct Checked {
    pub name: String,
    pub media_type: MediaType,
    pub bytes: Bytes,
}

/// The bytes of all files of one installation.
#[derive(Clone)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    watch: Option<Arc<scan::Watch>>,
}

impl Files {
    pub fn new(objects: Arc<dyn ObjectStore>) -> Self {
        Self { objects, watch: None }
    }

    /// Files in a folder, each synchronised to disk before it counts as stored.
    pub fn local(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::Files(format!("{}: {e}", folder.display())))?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(|e| failed(&e))?.with_fsync(true);
        Ok(Self::new(Arc::new(objects)))
    }

    /// Checks an upload of at most `max` bytes. Pure: the same upload is judged the same everywhere.
    pub fn check(upload: Upload, max: usize) -> Result<Checked, Refusal> {
        let name = clean_name(&upload.name);
        if upload.bytes.is_empty() {
            return Err(kind::empty(&name));
        }
        if upload.bytes.len() > max {
            return Err(kind::too_large(&name, upload.bytes.len(), max));
        }
        let media_type = kind::judge(&name, upload.claimed.as_deref(), &upload.bytes)?;
        Ok(Checked { name, media_type, bytes: upload.bytes })
    }

    /// Stores the bytes now and adds the reference to the batch that needs it, with how its scan stands.
    pub async fn put(&self, batch: &mut Batch, file: Scanned, at: Instant) -> Result<Stored, StoreError> {
        let scanned = file.clone();
        let file = file.into_checked();
        let sha256 = self.put_bytes(file.bytes.clone()).await?;
        let stored = Stored {
            id: FileId::new(uuid::Uuid::now_v7()),
            name: file.name,
            media_type: file.media_type.mime().to_owned(),
            size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            sha256,
            at,
        };
        refer(batch, &stored);
        Self::mark(batch, &scanned, &stored);
        Ok(stored)
    }

    /// Checks, has it scanned, stores, and adds the reference: the usual way for what people send.
    pub async fn take(&self, batch: &mut Batch, upload: Upload, max: usize, at: Instant) -> Result<Stored, FileError> {
        Ok(self.put(batch, self.admit(upload, max).await?, at).await?)
    }

    /// Stores bytes this program made itself (an issued document), without judging them.
    pub async fn issue(
        &self,
        batch: &mut Batch,
        name: &str,
        media_type: MediaType,
        bytes: Bytes,
        at: Instant,
    ) -> Result<Stored, StoreError> {
        self.put(batch, Scanned::trusted(Checked { name: clean_name(name), media_type, bytes }), at).await
    }

    /// What the province knows of a file.
    pub async fn find(&self, scope: &Scope, id: FileId) -> Result<Option<Stored>, StoreError> {
        let sql = "SELECT id, name, media_type, size, sha256, at FROM file WHERE province = $1 AND id = $2";
        scope.one(sql, values![id]).await?.as_ref().map(Stored::of).transpose()
    }

    /// The file with its bytes, checked against their SHA-256.
    pub async fn read(&self, scope: &Scope, id: FileId) -> Result<Option<(Stored, Bytes)>, StoreError> {
        let Some(stored) = self.find(scope, id).await? else { return Ok(None) };
        let bytes = self.bytes(&stored.sha256).await?;
        Ok(Some((stored, bytes)))
    }

    pub(crate) async fn put_bytes(&self, bytes: Bytes) -> Result<String, StoreError> {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let key = key(&sha256)?;
        // The same content once, unless what is there is damaged in length.
        let there = self.objects.head(&key).await.is_ok_and(|m| m.size == bytes.len() as u64);
        if !there {
            self.objects.put(&key, PutPayload::from_bytes(bytes)).await.map_err(|e| failed(&e))?;
        }
        Ok(sha256)
    }

    pub(crate) async fn bytes(&self, sha256: &str) -> Result<Bytes, StoreError> {
        let got = self.objects.get(&key(sha256)?).await.map_err(|e| failed(&e))?;
        let bytes = got.bytes().await.map_err(|e| failed(&e))?;
        if hex::encode(Sha256::digest(&bytes)) != sha256 {
            return Err(StoreError::Damaged(format!("file {sha256} does not have its checksum any more")));
        }
        Ok(bytes)
    }
}

/// Another reference to bytes that are already stored: a copy of a draft's paper for the case made of it.
pub fn refer(batch: &mut Batch, stored: &Stored) {
    batch.exec(
        "INSERT INTO file (province, id, sha256, size, media_type, name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![stored.id, &stored.sha256, stored.size, &stored.media_type, &stored.name, stored.at],
    );
}

fn key(sha256: &str) -> Result<Key, StoreError> {
    match sha256.get(..2) {
        Some(folder) if sha256.len() == 64 => Ok(Key::from(format!("{folder}/{sha256}"))),
        _ => Err(StoreError::Damaged(format!("{sha256:?} is not a SHA-256"))),
    }
}

fn failed(e: &object_store::Error) -> StoreError {
    StoreError::Files(e.to_string())
}

/// NFC, the last part of a path only, no signs that mean something to a file system or a header, at most 120 letters
/// with the extension kept.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .nfc()
        .map(|c| if c.is_control() || "\"<>:|?*;".contains(c) || is_invisible(c) { ' ' } else { c })
        .collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean = clean.trim_start_matches(['.', ' ', '-']).trim_end_matches(['.', ' ']);
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= 8 => (stem, Some(extension)),
        _ => (clean, None),
    };
    let stem: String = stem.chars().take(110).collect();
    let stem = if stem.is_empty() { "tệp".to_owned() } else { stem };
    extension.map_or_else(|| stem.clone(), |e| format!("{stem}.{e}"))
}

/// Direction marks and zero-width signs hide what a name really ends in (`gpj.exe` shown as `exe.jpg`).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
