//! The newest good head, kept in a file outside the database.

use ::store::{StoreError, seal::{Head, Signed}};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Beside the sealing key; `phusa journal verify` reads it as well.
pub const NAME: &str = "journal-head.json";

#[derive(Serialize, Deserialize)]
struct File {
    province: String,
    head: Signed,
}

fn path(folder: &Path, province: &str) -> PathBuf {
    folder.join(format!("{province}-{NAME}"))
}

/// The kept head; `None` when none was kept yet. A file that does not read is an error: it was there for a reason.
pub fn read(folder: &Path, province: &str) -> Result<Option<Head>, StoreError> {
    let path = path(folder, province);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(StoreError::Files(format!("{}: {e}", path.display()))),
    };
    let damaged = || StoreError::Damaged(format!("{} holds no head", path.display()));
    let file: File = serde_json::from_str(&text).map_err(|_| damaged())?;
    file.head.head(&file.province).ok_or_else(damaged).map(Some)
}

/// Keeps a head in the place of the one before, whole or not at all.
pub fn write(folder: &Path, head: &Head) -> Result<(), StoreError> {
    let (path, province) = (path(folder, head.province.as_str()), head.province.to_string());
    let fault = |e: std::io::Error| StoreError::Files(format!("{}: {e}", path.display()));
    std::fs::create_dir_all(folder).map_err(fault)?;
    let text = serde_json::to_string_pretty(&File { province, head: head.into() }).map_err(|e| StoreError::Files(e.to_string()))?;
    let new = path.with_extension("new");
    std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, &path)).map_err(fault)
}
