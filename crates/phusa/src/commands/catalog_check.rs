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
    let mut files = Files::new();
    files.insert(place(path, &text), text);
    Ok(files)
}

/// Where a single file stands in a catalogue: in the folder of that name it lies in, wherever that is; otherwise by what it says.
fn place(path: &Path, text: &str) -> String {
    let parts: Vec<String> = path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    let built_in = catalog::built_in();
    let folder = |name: &str| built_in.iter().any(|(file, _)| file.split_once('/').is_some_and(|(top, _)| top == name));
    match parts.as_slice() {
        [.., templates, own, name] if templates == "templates" => return format!("templates/{own}/{name}"),
        [.., parent, name] if folder(parent) => return format!("{parent}/{name}"),
        _ => {}
    }
    let name = parts.last().map_or("", String::as_str);
    let kind = if text.contains("\nflow:") || text.starts_with("flow:") { "flows" } else { "procedures" };
    format!("{kind}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_file_is_laid_where_it_belongs() {
        for (path, text, expected) in [
            ("/srv/own/templates/local-bulletin/template.yaml", "name: {}", "templates/local-bulletin/template.yaml"),
            ("documents/kinds.yaml", "kinds: []", "documents/kinds.yaml"),
            ("/tmp/new.yaml", "code: x\nextends: one-stop", "procedures/new.yaml"),
            ("new.yaml", "flow: one-stop", "flows/new.yaml"),
        ] {
            assert_eq!(place(Path::new(path), text), expected);
        }
    }
}
