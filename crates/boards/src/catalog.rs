//! The room's catalogue: board templates, rules of the network, competences. Files of `catalog/boards/`.

mod check;
mod types;

pub use kernel::share::Share;
pub use types::*;

use kernel::{
    Refusal,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use std::collections::BTreeMap;

/// Everything the room reads from the catalogue. Cheap to look up, made once.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub templates: BTreeMap<String, Template>,
    pub network: Network,
    pub competences: Competences,
}

impl Catalog {
    /// A template by its code; one that is not in force on the date is not offered but still named.
    pub fn template(&self, code: &str) -> Option<&Template> {
        self.templates.get(code)
    }
    pub fn templates_on(&self, day: Date) -> impl Iterator<Item = &Template> {
        self.templates.values().filter(move |t| t.effective.contains(day))
    }
    pub fn field(&self, code: &str) -> Option<&Named> {
        self.competences.fields.iter().find(|f| f.code == code)
    }
    pub fn sector(&self, code: &str) -> Option<&Named> {
        self.competences.sectors.iter().find(|f| f.code == code)
    }
    pub fn language(&self, code: &str) -> Option<&Named> {
        self.competences.languages.iter().find(|f| f.code == code)
    }
    pub fn competence(&self, code: &str) -> Option<&Competence> {
        self.competences.competences.iter().find(|c| c.code == code)
    }
    pub fn ground(&self, code: &str) -> Option<&Ground> {
        self.network.grounds.iter().find(|g| g.code == code)
    }
    /// The recognition rules of a date, or the refusal that names the gap in the table.
    pub fn recognition(&self, day: Date) -> Result<&Recognition, Refusal> {
        on(&self.network.recognition, day).ok_or_else(|| gap("recognition", day))
    }
    pub fn conflicts(&self, day: Date) -> Result<&ConflictRules, Refusal> {
        on(&self.network.conflicts, day).ok_or_else(|| gap("conflicts", day))
    }
    pub fn ratings(&self, day: Date) -> Result<&RatingRules, Refusal> {
        on(&self.network.ratings, day).ok_or_else(|| gap("ratings", day))
    }
    /// Where the rules of a date stand: recognition, conflicts and matching, in this order.
    pub fn sources(&self, day: Date) -> [&[LegalBasis]; 3] {
        let n = &self.network;
        [basis(&n.recognition, day), basis(&n.conflicts, day), basis(&n.matching, day)]
    }
    pub fn matching(&self, day: Date) -> Result<&MatchingRules, Refusal> {
        on(&self.network.matching, day).ok_or_else(|| gap("matching", day))
    }
}

fn on<T>(table: &[Dated<T>], day: Date) -> Option<&T> {
    table.iter().find(|d| d.effective.contains(day)).map(|d| &d.rule)
}

fn basis<T>(table: &[Dated<T>], day: Date) -> &[LegalBasis] {
    table.iter().find(|d| d.effective.contains(day)).map_or(&[], |d| &d.legal_basis)
}

fn gap(table: &str, day: Date) -> Refusal {
    Refusal::conflict(
        "rule-missing",
        format!("Danh mục chưa khai quy định “{table}” cho ngày {day}. Quản trị viên cần bổ sung vào catalog/boards/network.yaml rồi thực hiện lại."),
        format!("The catalogue has no rule “{table}” for {day}. An administrator has to add it to catalog/boards/network.yaml; then try again."),
    )
}

/// Reads and checks `boards/`. Everything wrong is reported, not only the first thing.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let mut findings = Vec::new();
    let network = one::<Network>(files, "boards/network.yaml", &mut findings);
    let competences = one::<Competences>(files, "boards/competences.yaml", &mut findings);
    let mut templates = BTreeMap::new();
    for (path, text) in files.under("boards/templates", "yaml") {
        match parse_yaml::<Template>(path, text) {
            Err(finding) => findings.push(finding),
            Ok(template) => {
                if let Some(competences) = &competences {
                    check::template(path, text, &template, competences, &mut findings);
                }
                let code = template.template.clone();
                if templates.insert(code.clone(), template).is_some() {
                    findings.push(Finding::at(
                        path,
                        text,
                        &["template"],
                        format!("Mã mẫu ban “{code}” đã có ở tệp khác."),
                        format!("The template code “{code}” is taken by another file."),
                    ));
                }
            }
        }
    }
    if let (Some(network), Some(text)) = (&network, files.get("boards/network.yaml")) {
        check::network("boards/network.yaml", text, network, &mut findings);
    }
    if let (Some(c), Some(text)) = (&competences, files.get("boards/competences.yaml")) {
        check::competences("boards/competences.yaml", text, c, &mut findings);
    }
    match (network, competences) {
        (Some(network), Some(competences)) if findings.is_empty() => Ok(Catalog { templates, network, competences }),
        _ => Err(findings),
    }
}

fn one<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "Thiếu tệp này trong danh mục.", "This file is missing from the catalogue."));
        return None;
    };
    parse_yaml(path, text).map_err(|f| findings.push(f)).ok()
}

#[cfg(test)]
mod tests;
