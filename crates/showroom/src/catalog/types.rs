//! What the catalogue's files hold, as read.

use kernel::{
    Text,
    catalog::{Effective, LegalBasis},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

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
