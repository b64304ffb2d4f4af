//! What the catalogue tells this room: purposes with their grounds and texts, how openings are kept, the time to tell of a breach.

use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
};
use serde::Deserialize;
use std::collections::BTreeSet;

pub const PURPOSES: &str = "privacy/purposes.yaml";
pub const RULES: &str = "privacy/rules.yaml";

/// On which ground data are processed for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A statutory task: no consent is asked and none can be withdrawn.
    Law,
    /// A statutory task that the person may object to.
    LawWithObjection,
    Contract,
    /// Only with the person's consent, given for this purpose alone.
    Consent,
}

impl Ground {
    /// Whether a person's word decides.
    pub const fn asks(self) -> bool {
        matches!(self, Self::Consent | Self::LawWithObjection)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub code: String,
    pub name: Text,
    /// What is done and why, in plain words; what a person consents to.
    pub text: Text,
    /// Of the text: a consent to another version is none.
    pub version: String,
    pub ground: Ground,
    pub legal_basis: LegalBasis,
    pub categories: Text,
    pub retention: Text,
    pub receives: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purposes {
    purposes: Vec<Purpose>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub openings: Openings,
    pub explanation: Explanation,
    pub requests: Vec<String>,
    pub export: Export,
    pub breach: Breach,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Openings {
    /// Looking again within so many minutes is the same opening.
    pub again_minutes: u16,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The definition by which an explanation of one entry is asked.
    pub definition: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// A larger file is listed with its hash only.
    pub file_bytes: u64,
    /// All files together.
    pub total_bytes: u64,
    /// Cases, openings and notices of each kind.
    pub rows: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// Hours of the calendar from noticing.
    pub notice_hours: u32,
    pub legal_basis: LegalBasis,
    pub authority: Text,
    pub categories: Vec<Category>,
}

/// A category of personal data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub code: String,
    pub name: Text,
    #[serde(default)]
    pub sensitive: bool,
}

#[derive(Debug, Clone)]
pub struct Catalog {
    pub purposes: Vec<Purpose>,
    pub rules: Rules,
}

impl Catalog {
    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|p| p.code == code)
    }
}

fn read<T: for<'d> Deserialize<'d>>(files: &Files, path: &str) -> Result<T, Vec<Finding>> {
    let missing = || vec![Finding::new(path, None, "Thiếu tệp danh mục này.", "This file of the catalogue is missing.")];
    parse_yaml(path, files.get(path).ok_or_else(missing)?).map_err(|f| vec![f])
}

/// Reads and checks this room's part of the catalogue.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let Purposes { purposes } = read(files, PURPOSES)?;
    let rules: Rules = read(files, RULES)?;
    let mut findings = Vec::new();
    let (text, rules_text) = (files.get(PURPOSES).unwrap_or_default(), files.get(RULES).unwrap_or_default());
    let mut seen = BTreeSet::new();
    for (n, purpose) in purposes.iter().enumerate() {
        if !seen.insert(&purpose.code) {
            let n = n.to_string();
            findings.push(Finding::at(PURPOSES, text, &["purposes", &n], format!("mục đích {} khai báo hai lần", purpose.code), format!("purpose {} is declared twice", purpose.code)));
        }
    }
    if !(1..=24 * 60).contains(&rules.openings.again_minutes) {
        findings.push(Finding::at(RULES, rules_text, &["openings", "again_minutes"], "từ 1 đến 1440 phút", "1 to 1440 minutes"));
    }
    if !(1..=24 * 30).contains(&rules.breach.notice_hours) {
        findings.push(Finding::at(RULES, rules_text, &["breach", "notice_hours"], "từ 1 đến 720 giờ", "1 to 720 hours"));
    }
    if findings.is_empty() { Ok(Catalog { purposes, rules }) } else { Err(findings) }
}
