//! The room's catalogue: `meetings/rules.yaml`.

mod check;
mod types;

pub use kernel::share::Share;
pub use types::*;

use kernel::{
    Refusal,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};

pub const FILE: &str = "meetings/rules.yaml";

impl Catalog {
    /// The rules of a day, or the refusal that names the gap in the table.
    pub fn rules(&self, day: Date) -> Result<&Rules, Refusal> {
        on(&self.rules, day).map(|d| &d.rule).ok_or_else(|| gap("rules", day))
    }
    /// What a page not printed is counted by.
    pub fn printing(&self, day: Date) -> Result<&Printing, Refusal> {
        on(&self.printing, day).map(|d| &d.rule).ok_or_else(|| gap("printing", day))
    }
    /// Where the rules of a day stand, those of printing after those of meetings.
    pub fn sources(&self, day: Date) -> [&[LegalBasis]; 2] {
        [on(&self.rules, day).map_or(&[], |d| d.legal_basis.as_slice()), on(&self.printing, day).map_or(&[], |d| d.legal_basis.as_slice())]
    }
    pub fn kind(&self, code: &str) -> Option<&Named> {
        self.kinds.iter().find(|k| k.code == code)
    }
}

fn on<T>(table: &[Dated<T>], day: Date) -> Option<&Dated<T>> {
    table.iter().find(|d| d.effective.contains(day))
}

fn gap(table: &str, day: Date) -> Refusal {
    Refusal::conflict(
        "rule-missing",
        format!("Danh mục chưa khai quy định “{table}” cho ngày {day}. Quản trị viên cần bổ sung vào catalog/{FILE} rồi thực hiện lại."),
        format!("The catalogue has no rule “{table}” for {day}. An administrator has to add it to catalog/{FILE}; then try again."),
    )
}

/// Reads and checks the file. Everything wrong is reported, not only the first thing.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, "Thiếu tệp này trong danh mục.", "This file is missing from the catalogue.")]);
    };
    let catalog: Catalog = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let findings = check::all(FILE, text, &catalog);
    if findings.is_empty() { Ok(catalog) } else { Err(findings) }
}

#[cfg(test)]
mod tests;
