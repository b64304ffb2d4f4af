//! Puts the four styles of Tinos into the crate. Tinos is the metric twin of Times New Roman, the typeface that
//! Decree 30/2020/NĐ-CP (Annex I, part I) asks for, has all Vietnamese letters and is free (SIL Open Font License 1.1). It comes from
//! the Debian package `fonts-croscore`; the files are not kept in this repository.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

const STYLES: [&str; 4] = ["Regular", "Bold", "Italic", "BoldItalic"];
const PLACE: &str = "/usr/share/fonts/truetype/croscore";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PHUSA_FONTS");
    let folder = env::var_os("PHUSA_FONTS").map_or_else(|| PathBuf::from(PLACE), PathBuf::from);
    let Some(out) = env::var_os("OUT_DIR").map(PathBuf::from) else {
        stop("OUT_DIR is not set: build with cargo");
    };
    let mut list = String::from("[\n");
    for style in STYLES {
        let name = format!("Tinos-{style}.ttf");
        take(&folder.join(&name), &out.join(&name));
        list.push_str(&format!("    include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\")),\n"));
    }
    list.push_str("]\n");
    if let Err(error) = fs::write(out.join("fonts.rs"), list) {
        stop(&format!("{}: {error}", out.display()));
    }
}

fn take(from: &Path, to: &Path) {
    println!("cargo:rerun-if-changed={}", from.display());
    if let Err(error) = fs::copy(from, to) {
        stop(&format!(
            "font not found: {} ({error}). Install it with: apt-get install -y fonts-croscore \
             (or point PHUSA_FONTS at a folder with Tinos-Regular.ttf, Tinos-Bold.ttf, Tinos-Italic.ttf, Tinos-BoldItalic.ttf)",
            from.display()
        ));
    }
}

fn stop(message: &str) -> ! {
    eprintln!("{message}");
    process::exit(1)
}
