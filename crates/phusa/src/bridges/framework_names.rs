//! Frameworks that the centre's and the support's files name are there, and of the kind they are named for.

use centre::{CentreCatalog, catalog::LEVELS};
use kernel::catalog::{Files, Finding};
use scoring::{
    Frameworks,
    definition::{Kind, Subject},
};

const PROCEDURE: &str = "support/procedure.yaml";

pub fn framework_findings(files: &Files, centre: Option<&CentreCatalog>, support: Option<&support::catalog::Rules>, frameworks: &Frameworks) -> Vec<Finding> {
    let mut found = Vec::new();
    let text = files.get(LEVELS).unwrap_or_default();
    for code in centre.into_iter().flat_map(|c| &c.levels).flat_map(|r| &r.frameworks) {
        let fits = frameworks.latest(code).is_some_and(|f| f.kind == Kind::Index && f.subject != Subject::Product);
        if !fits {
            found.push(Finding::at(LEVELS, text, &["level_of_enterprise"], format!("“{code}” không phải bộ chỉ số của đơn vị"), format!("“{code}” is no index of enterprises")));
        }
    }
    let text = files.get(PROCEDURE).unwrap_or_default();
    for code in support.into_iter().flat_map(|s| &s.procedure.readiness).flat_map(|r| &r.frameworks) {
        if frameworks.latest(code).is_none() {
            found.push(Finding::at(PROCEDURE, text, &["readiness"], format!("không có bộ tiêu chí “{code}”"), format!("there is no framework “{code}”")));
        }
    }
    found
}
