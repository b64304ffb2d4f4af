//! The sandbox in which one document is set: the template set, the data of the document, its QR code, the embedded
//! fonts, and nothing else. No disk, no network, no packages, no clock.

use crate::fonts::{BOOK, FONTS};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

pub type Sources = HashMap<FileId, Source>;

/// Where a template finds its data: `json("/data.json")`.
pub const DATA: &str = "data.json";
/// Where a template finds the QR code of `lookup_url`: `image("/qr.svg")`.
pub const QR: &str = "qr.svg";

/// The id of a path inside the set; none when the path leaves the root.
pub fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

pub struct Desk {
    pub sources: Arc<Sources>,
    pub main: FileId,
    pub files: Vec<(FileId, Bytes)>,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }
    fn main(&self) -> FileId {
        self.main
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or(FileError::AccessDenied)
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.iter().find(|(file, _)| *file == id).map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }
    /// The date of a document is data, never the machine's clock.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
