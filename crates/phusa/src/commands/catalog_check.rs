//! `phusa catalog check [DIR|FILE]…`: file, line and a human reason for everything that is wrong.

use crate::{catalog, catalog::Catalog, commands::findings};
use kernel::catalog::Files;
use std::path::{Path, PathBuf};

/// Checks the built-in catalogue with the given directories and files laid over it. `Ok(false)`: findings were printed.
pub fn run(paths: &[PathBuf]) -> anyhow::Result<bool> {
    let mut files = catalog::built_in();
    for path in paths {
        files = files.overlay(read(path)?);
    }
    let list = Catalog::check(&files);
    if list.is_empty() {
        println!("catalogue: {} files, nothing to report", files.len());
        return Ok(true);
    }
    println!("{}", findings(&list));
    Ok(false)
}

/// A directory as it is; a single file in the folder its content belongs to.
fn read(path: &Path) -> anyhow::Result<Files> {
    if path.is_dir() {
        return catalog::directory(path);
    }
    let text = std::fs::read(path).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let parent = path.parent().and_then(Path::file_name).map(|p| p.to_string_lossy().into_owned());
    let known = ["calendars", "areas", "offices", "flows", "procedures", "policies", "codes"];
    let folder = parent.filter(|p| known.contains(&p.as_str())).unwrap_or_else(|| if text.contains("\nflow:") || text.starts_with("flow:") { "flows".into() } else { "procedures".into() });
    let mut files = Files::new();
    files.insert(format!("{folder}/{name}"), text);
    Ok(files)
}
