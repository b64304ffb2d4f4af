//! Citations of any text: found at places that are in it, and resolved or named unresolved.
#![no_main]

use law::{catalog, cite::{Registry, Seen, find}};
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

fuzz_target!(|text: &str| {
    let registry = Registry::default();
    let seen = Seen { key: None, article: None, clause: None, body: None, on: kernel::time::date(2026, 11, 23) };
    for citation in find(text, &CATALOG, &registry) {
        assert!(text.get(citation.start..citation.end).is_some_and(|t| !t.is_empty()));
        let _ = registry.resolve(&citation, &seen, &CATALOG);
    }
});
