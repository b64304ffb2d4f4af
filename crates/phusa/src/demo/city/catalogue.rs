//! What the city adds to the catalogue: an office in every commune, and the procedures as they would have stood before
//! 1 July 2026, so that a year of dossiers can be pinned to a version in force when they were filed.

use super::super::PROVINCE;
use anyhow::Context as _;
use identity::{Office, Offices};
use kernel::{
    area::Areas,
    catalog::Files,
    id::{OfficeCode, ProvinceCode},
    time::date,
};
use std::path::{Path, PathBuf};

/// Where it is written: an overlay like any province's own, so that `phusa serve --catalog` reads the same city.
pub fn folder(data: &Path) -> PathBuf {
    data.join("city-catalog")
}

/// Writes the overlay into the data folder.
pub fn write(files: &Files, offices: &Offices, areas: &Areas, data: &Path) -> anyhow::Result<()> {
    let folder = folder(data);
    std::fs::create_dir_all(folder.join("offices"))?;
    std::fs::create_dir_all(folder.join("procedures"))?;
    std::fs::write(folder.join("offices/city-communes.yaml"), communes(offices, areas)?)?;
    for (path, text) in files.under("procedures", "yaml") {
        let Some(earlier) = before_july(text) else { continue };
        let name = path.trim_start_matches("procedures/").trim_end_matches(".yaml");
        std::fs::write(folder.join(format!("procedures/{name}-2025.yaml")), earlier)?;
    }
    Ok(())
}

/// The same procedure as a version of 1 July 2025 that ends when the present one begins.
fn before_july(text: &str) -> Option<String> {
    let (version, from) = ("version: \"2026-07-01\"", "effective: {from: 2026-07-01}");
    (text.contains(version) && text.contains(from)).then(|| {
        let text = text.replacen(version, "version: \"2025-07-01\"", 1).replacen(from, "effective: {from: 2025-07-01, to: 2026-06-30}", 1);
        // What else is dated (fees) holds from the same day: an open procedure has no gap in its rates.
        text.replace(from, "effective: {from: 2025-07-01}")
    })
}

/// JSON is YAML: the file is written without a YAML printer.
fn communes(offices: &Offices, areas: &Areas) -> anyhow::Result<String> {
    let known = offices.province(PROVINCE).context("the demonstration's province is not in the catalogue")?;
    let mut next = 165;
    let mut made: Vec<Office> = Vec::new();
    for unit in areas.communes(PROVINCE, date(2026, 11, 1)) {
        if offices.by_area(&unit.code).is_some() {
            continue;
        }
        made.push(Office::commune(OfficeCode::new(format!("{}.{next}", known.prefix)), &unit.text().vi, &unit.code));
        next += 1;
    }
    let file = serde_json::json!({
        "province": ProvinceCode::new(PROVINCE), "demo": true, "prefix": known.prefix, "name": known.name, "offices": made,
    });
    Ok(serde_json::to_string_pretty(&file)?)
}
