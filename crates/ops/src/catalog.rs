//! The room's catalogue: `ops/directives.yaml`, `ops/fronts.yaml`, `ops/walls.yaml`, `ops/alerts.yaml`,
//! `ops/figures.yaml`.

mod alerts;
mod check;
mod figures;
mod types;

pub use alerts::*;
pub use figures::*;
pub use types::*;

use kernel::{
    Refusal,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};

pub const DIRECTIVES: &str = "ops/directives.yaml";
pub const FRONTS: &str = "ops/fronts.yaml";
pub const WALLS: &str = "ops/walls.yaml";
pub const ALERTS: &str = "ops/alerts.yaml";
pub const FIGURES: &str = "ops/figures.yaml";

/// Everything this room is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    pub directives: Directives,
    pub fronts: Vec<Front>,
    pub walls: Vec<Wall>,
    pub alerts: Alerts,
    pub figures: Vec<FollowedFigure>,
}

impl Catalog {
    /// The rules of a day, or the refusal that names the gap in the table.
    pub fn rules(&self, day: Date) -> Result<&Rules, Refusal> {
        self.dated(day).map(|d| &d.rule).ok_or_else(|| {
            Refusal::conflict(
                "rule-missing",
                format!("Danh mục chưa khai quy định giao nhiệm vụ cho ngày {day}. Quản trị viên cần bổ sung vào catalog/{DIRECTIVES} rồi thực hiện lại."),
                format!("The catalogue has no rules of directives for {day}. An administrator has to add them to catalog/{DIRECTIVES}; then try again."),
            )
        })
    }
    /// Where the rules of a day stand.
    pub fn sources(&self, day: Date) -> &[LegalBasis] {
        self.dated(day).map_or(&[], |d| d.legal_basis.as_slice())
    }
    fn dated(&self, day: Date) -> Option<&Dated> {
        self.directives.rules.iter().find(|d| d.effective.contains(day))
    }
    pub fn urgency(&self, code: &str) -> Option<&Named> {
        self.directives.urgencies.iter().find(|n| n.code == code)
    }
    pub fn quality(&self, code: &str) -> Option<&Named> {
        self.directives.qualities.iter().find(|n| n.code == code)
    }
    pub fn front(&self, code: &str) -> Option<&Front> {
        self.fronts.iter().find(|f| f.code == code)
    }
}

/// Reads and checks the files. Everything wrong is reported, not only the first thing.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let mut findings = Vec::new();
    let directives: Option<Directives> = read(files, DIRECTIVES, &mut findings);
    let fronts: Option<Fronts> = read(files, FRONTS, &mut findings);
    let walls: Option<Walls> = read(files, WALLS, &mut findings);
    let alerts: Option<Alerts> = read(files, ALERTS, &mut findings);
    let figures: Option<Figures> = read(files, FIGURES, &mut findings);
    let (Some(directives), Some(fronts), Some(walls), Some(alerts), Some(figures)) = (directives, fronts, walls, alerts, figures) else { return Err(findings) };
    let catalog = Catalog { directives, fronts: fronts.fronts, walls: walls.walls, alerts, figures: figures.figures };
    findings.extend(check::all(files, &catalog));
    if findings.is_empty() { Ok(catalog) } else { Err(findings) }
}

fn read<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "Thiếu tệp này trong danh mục.", "This file is missing from the catalogue."));
        return None;
    };
    parse_yaml(path, text).map_err(|f| findings.push(f)).ok()
}

#[cfg(test)]
mod tests;
