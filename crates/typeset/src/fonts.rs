//! The one type family of official documents, embedded: what a machine has installed never changes a document.

use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

static FILES: [&[u8]; 4] = include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

pub static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FILES.iter().flat_map(|file| Font::iter(Bytes::new(*file))).collect());

pub static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// Whether every style can show the character. PDF/A forbids text without a glyph, so text is checked before setting.
pub fn shows(c: char) -> bool {
    FONTS.iter().all(|font| font.info().coverage.contains(c as u32))
}
