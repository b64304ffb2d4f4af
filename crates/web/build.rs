//! The screens' styles and scripts are built by `ui/` and embedded by this crate; without them there is nothing to embed.

use std::path::Path;

fn main() {
    // Read when the script runs: a build folder shared by two clones keeps the script that the first one compiled.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = Path::new(&here).join("../../ui/dist");
    let manifest = dist.join("manifest.json");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed={}", manifest.display());
    let valid = std::fs::read(&manifest)
        .ok()
        .and_then(|text| serde_json::from_slice::<std::collections::BTreeMap<String, String>>(&text).ok());
    match valid {
        Some(names) => {
            if let Some(missing) = names.values().find(|name| !dist.join(name.as_str()).is_file()) {
                println!("cargo::error=ui/dist/manifest.json names {missing}, which is not there: run `make ui` first (npm ci && npm run build in ui/)");
            }
        }
        None => println!("cargo::error=ui/dist/manifest.json is missing or unreadable: run `make ui` first (npm ci && npm run build in ui/)"),
    }
}
