//! The catalogue's half of the showroom: criteria with fixed anchors, kinds of proof, the checklist, the rules of suspension
//! and the codes a listing is described with. All dated and cited; nothing of it is written in Rust.

mod check;
mod types;

pub use types::*;

use kernel::{
    Text,
    catalog::{Files, Finding, parse_yaml},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

const FOLDER: &str = "showroom";
const TYPES: &str = "codes/solution-types.yaml";

/// The name of a code in a list; a code that is not in it (any more) is shown as it is.
pub fn name<'a>(list: &'a [Term], code: &'a str, lang: kernel::text::Lang) -> &'a str {
    list.iter().find(|t| t.code == code).map_or(code, |t| t.name.get(lang))
}

impl Catalog {
    pub fn type_name<'a>(&'a self, code: &'a str, lang: kernel::text::Lang) -> &'a str {
        name(&self.types, code, lang)
    }
    /// Whether a type may be used: in the list, or well formed when no list is loaded.
    pub fn knows_type(&self, code: &str) -> bool {
        if self.types.is_empty() { is_code(code) } else { self.types.iter().any(|t| t.code == code) }
    }
    /// Proof kinds without which a solution of these types is not listed.
    pub fn required_proofs<'a>(&'a self, types: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = &'a RequiredProof> {
        self.rules.conditions.required.iter().filter(move |r| types(&r.kind))
    }
}

/// Small letters, digits, `-`, `_` and `.`, at most 60.
pub fn is_code(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}

/// Reads and checks the room's files.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let mut findings = Vec::new();
    let rules: Option<RankRules> = one(files, "criteria.yaml", &mut findings);
    let proofs: Option<ProofKinds> = one(files, "proofs.yaml", &mut findings);
    let vetting: Option<Vetting> = one(files, "vetting.yaml", &mut findings);
    let suspension: Option<Suspension> = one(files, "suspension.yaml", &mut findings);
    let terms: Option<Terms> = one(files, "terms.yaml", &mut findings);
    let types = solution_types(files, &mut findings);
    let (Some(rules), Some(proofs), Some(vetting), Some(suspension), Some(terms)) = (rules, proofs, vetting, suspension, terms) else {
        return Err(findings);
    };
    let catalog = Catalog { rules: Arc::new(rules), proofs, vetting, suspension, terms, types };
    check::check(&catalog, files, &mut findings);
    if findings.is_empty() { Ok(catalog) } else { Err(findings) }
}

fn one<T: DeserializeOwned>(files: &Files, name: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let path = format!("{FOLDER}/{name}");
    let Some(text) = files.get(&path) else {
        findings.push(Finding::new(
            path,
            None,
            "Thiếu tệp này; showroom không chạy được nếu không có.",
            "This file is missing; the showroom cannot run without it.",
        ));
        return None;
    };
    parse_yaml(&path, text).map_err(|f| findings.push(f)).ok()
}

/// The list of types belongs to another room; only its codes and names are read here, whatever else it says.
fn solution_types(files: &Files, findings: &mut Vec<Finding>) -> Vec<Term> {
    let Some(text) = files.get(TYPES) else { return Vec::new() };
    let value: serde_json::Value = match parse_yaml(TYPES, text) {
        Ok(value) => value,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    let list = value.as_array().or_else(|| ["types", "codes", "solution_types"].iter().find_map(|k| value.get(k)?.as_array()));
    let terms: Vec<Term> = list
        .into_iter()
        .flatten()
        .filter_map(|item| {
            let name = item.get("name")?;
            let part = |lang: &str| name.get(lang).and_then(serde_json::Value::as_str).map(str::to_owned);
            let vi = part("vi").or_else(|| name.as_str().map(str::to_owned))?;
            Some(Term { code: item.get("code")?.as_str()?.to_owned(), name: Text::new(vi.clone(), part("en").unwrap_or(vi)) })
        })
        .collect();
    if terms.is_empty() {
        findings.push(Finding::new(
            TYPES,
            Some(1),
            "Cần danh sách `types`, mỗi dòng có `code` và `name: {vi, en}`.",
            "Expected a list `types`, each with `code` and `name: {vi, en}`.",
        ));
    }
    terms
}

#[cfg(test)]
pub(crate) mod tests;
