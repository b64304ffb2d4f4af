//! Any file as a legal document: refused with a reason, or read to units whose clauses are in their text.
#![no_main]

use law::{catalog, import::{from_piece, pieces}};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CATALOG: LazyLock<catalog::Catalog> = LazyLock::new(|| {
    let mut files = kernel::catalog::Files::new();
    files.insert(catalog::KINDS, include_str!("../../catalog/law/kinds.yaml"));
    files.insert(catalog::WORDS, include_str!("../../catalog/law/words.yaml"));
    files.insert(catalog::NORMS, include_str!("../../catalog/law/norms.yaml"));
    files.insert(catalog::MODEL, include_str!("../../catalog/law/model.yaml"));
    catalog::load(&files).expect("the built-in catalogue loads")
});

fuzz_target!(|bytes: &[u8]| {
    for piece in pieces("a.txt", bytes).unwrap_or_default() {
        let Ok(read) = from_piece(&piece, &CATALOG) else { continue };
        for article in &read.document.articles {
            assert!(article.clauses().iter().all(|c| article.text.get(c.start..c.end).is_some()));
        }
    }
});
