//! Files signed by another program (OpenSSL, tests/data/make.py), judged; and the same files altered in every way.

#![allow(clippy::unwrap_used)]

mod altered;
mod vectors;

use kernel::{Instant, catalog::Files};
use signatures::{Revocations, Trust, trust};

pub fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}.pdf", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub fn text(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The list of the catalogue, trial root and all.
pub fn trusted() -> Trust {
    let mut files = Files::new();
    for name in ["trust.yaml", "trial-root.pem"] {
        files.insert(format!("signatures/{name}"), text(&format!("../../catalog/signatures/{name}")));
    }
    trust::load(&files).unwrap()
}

pub fn with_revocations() -> Trust {
    let lists = trust::pem(&text("tests/data/sub.crl.pem"), "X509 CRL").unwrap();
    Trust { revocations: lists.iter().map(|der| Revocations::of(der).unwrap()).collect(), ..trusted() }
}

pub fn day(text: &str) -> Instant {
    format!("{text}T08:00:00+07:00").parse().unwrap()
}

/// Some days after the files were made.
pub fn now() -> Instant {
    day("2026-12-01")
}
