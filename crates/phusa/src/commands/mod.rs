//! The commands of the program besides serving.

pub mod administrator;
pub mod catalog_check;
pub mod document;
pub mod journal;
pub mod keep;
pub mod law;
pub mod reform;
pub mod token;

use kernel::catalog::Finding;
use std::{fs::File, path::Path};

/// Findings as a compiler prints them.
pub fn findings(list: &[Finding]) -> String {
    let mut out: Vec<String> = list.iter().map(ToString::to_string).collect();
    out.sort();
    out.join("\n")
}

/// A new file that only its owner may read, for what holds personal data: backups, exports. One that is there already is emptied and
/// keeps its rights.
pub fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
