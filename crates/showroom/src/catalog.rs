//! The catalogue's half of the showroom: criteria with fixed anchors, kinds of proof, the checklist, the rules of suspension
//! and the codes a listing is described with. All dated and cited; nothing of it is written in Rust.

mod check;

use kernel::{
    Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, sync::Arc};

const FOLDER: &str = "showroom";
const TYPES: &str = "codes/solution-types.yaml";

/// Everything the room reads from the catalogue.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub rules: Arc<RankRules>,
    pub proofs: ProofKinds,
    pub vetting: Vetting,
    pub suspension: Suspension,
    pub terms: Terms,
    /// Types of solution; empty when no list is loaded: then any well-formed code is taken.
    pub types: Vec<Term>,
}

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub code: String,
    pub name: Text,
}

/// How solutions are ranked. Stored with each recommendation, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankRules {
    pub version: String,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub about: Text,
    pub gaps: GapRules,
    pub criteria: Vec<Criterion>,
    pub conditions: Conditions,
    /// Of 10,000; below it the answer is "no match".
    pub least_score: u32,
    pub shown: usize,
    pub reference_months: u16,
    pub robustness: Robustness,
    pub shrinkage: Shrinkage,
    pub exploration: Exploration,
    pub ahp: AhpRules,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapRules {
    pub name: Text,
    pub about: Text,
    /// Share of the total weight, in the unit of the criteria's weights.
    pub weight: u32,
    /// Value of a solution that closes the gap at the stage that is next for the enterprise.
    pub at_stage: u32,
    pub other_stage: u32,
    /// Gaps counted, the greatest first.
    pub most: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub code: String,
    pub name: Text,
    pub about: Text,
    pub measure: Measure,
    pub weight: u32,
    /// The value when the fact is not known, 0–10,000.
    pub unknown: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<Anchor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub table: BTreeMap<String, u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

/// What is measured. The first group are numbers read against anchors, the second codes looked up in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// First-year cost ÷ budget, in 1/10,000.
    CostShare,
    /// Mean verified change of KPI, in 1/10,000, shrunk.
    OutcomeChange,
    /// Clients of the sector who confirmed, a count.
    ReferencesInSector,
    /// Claims with a valid proof ÷ claims, in 1/10,000.
    EvidenceShare,
    /// Wished integrations that are there ÷ wished, in 1/10,000.
    IntegrationsWished,
    /// Followed clients who still use it ÷ followed, in 1/10,000, shrunk.
    Retention,
    DataReturn,
    Support,
    Label,
}

impl Measure {
    pub const fn is_table(self) -> bool {
        matches!(self, Self::DataReturn | Self::Support | Self::Label)
    }
}

/// One fixed point: a measured `at` is worth `value` of 10,000. Between two points the value is on the straight line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    pub at: i64,
    pub value: u32,
}

/// Hard conditions that rest on a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Types that need a proof to be listed and recommended at all.
    pub required: Vec<RequiredProof>,
    /// The kind of proof of a connection to the national traceability portal.
    pub portal_proof: String,
    /// The kind of proof of a platform label.
    pub label_proof: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Robustness {
    pub draws: u32,
    /// Each weight is drawn between −spread and +spread, in 1/10,000.
    pub spread: u32,
    pub field: usize,
    /// Per mille of the draws.
    pub tie: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shrinkage {
    pub k: u32,
    /// μ of the change of KPI and of retention, in 1/10,000.
    pub change: i64,
    pub kept: i64,
    #[serde(default)]
    pub by_type: BTreeMap<String, Prior>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    pub change: i64,
    pub kept: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exploration {
    pub name: Text,
    pub about: Text,
    pub days: i32,
    pub cases: u32,
    /// Least share of the leader's total, in 1/10,000.
    pub floor: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AhpRules {
    /// `gaps` or codes of criteria.
    pub items: Vec<String>,
    /// Greatest consistency ratio, in 1/10,000.
    pub ratio: i64,
    pub random_index: Vec<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofKinds {
    pub version: String,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    /// Days before expiry on which the provider is reminded, the longest first.
    pub remind_days: Vec<i32>,
    pub kinds: Vec<ProofRule>,
}

impl ProofKinds {
    pub fn get(&self, code: &str) -> Option<&ProofRule> {
        self.kinds.iter().find(|k| k.code == code)
    }
    pub fn longest_reminder(&self) -> i32 {
        self.remind_days.iter().copied().max().unwrap_or(30)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofRule {
    pub code: String,
    pub name: Text,
    pub about: Text,
    pub expiry: Expiry,
    /// Days from issue when no expiry is given on the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_days: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// The paper names its last day.
    Required,
    /// The paper may name it; otherwise `valid_days` from issue.
    Optional,
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vetting {
    pub version: String,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub spans: Spans,
    /// Confirmed references needed before listing.
    pub least_references: u32,
    pub checklist: Vec<CheckItem>,
}

/// Calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spans {
    /// From submission to the end of the check: the centre's own target.
    pub check: i32,
    /// In which an appeal may be made.
    pub appeal: i32,
    pub appeal_answer: i32,
    /// How long a client's link is good.
    pub reference_link: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    pub code: String,
    pub name: Text,
    pub must: bool,
    #[serde(default)]
    pub proofs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredProof {
    #[serde(rename = "type")]
    pub kind: String,
    pub proof: String,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    pub version: String,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub rules: Vec<SuspensionRule>,
}

impl Suspension {
    pub fn get(&self, code: &str) -> Option<&SuspensionRule> {
        self.rules.iter().find(|r| r.code == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspensionRule {
    pub code: String,
    pub name: Text,
    pub effect: Sanction,
    #[serde(default)]
    pub bar_days: i32,
    /// What ends it.
    pub lifted: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sanction {
    Suspend,
    Withdraw,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub version: String,
    /// VSIC letters and divisions; `*` is every sector.
    pub sectors: Vec<Term>,
    pub sizes: Vec<Term>,
    pub stages: Vec<Term>,
    pub languages: Vec<Term>,
    pub hosting: Vec<Term>,
    pub integrations: Vec<Term>,
}

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
