//! The written form of a framework version: one YAML file of `catalog/frameworks/`. Field by field as in this crate's README.

use crate::decimal::Decimal;
use kernel::{
    Text,
    catalog::{Effective, LegalBasis},
};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Code, stable over versions.
    pub framework: String,
    pub version: String,
    pub kind: Kind,
    pub subject: Subject,
    pub name: Text,
    pub about: Text,
    pub effective: Effective,
    /// May be started today whatever `effective` says: a centre's own choice (Circular 06/2022/TT-BKHĐT Art. 7.2).
    #[serde(default)]
    pub offered: bool,
    /// The formula is the province's own and no ministry's; said wherever the result is shown.
    #[serde(default)]
    pub local_formula: bool,
    #[serde(default)]
    pub legal_basis: Vec<LegalBasis>,
    /// Minutes the quick set takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Criteria asked first.
    #[serde(default)]
    pub quick: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    #[serde(default)]
    pub stages: Vec<String>,
    #[serde(default)]
    pub scales: BTreeMap<String, Scale>,
    pub dimensions: Vec<Dimension>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_below: Option<ZeroBelow>,
    #[serde(default)]
    pub levels: Vec<Level>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unplaced: Option<Unplaced>,
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub legal_items: serde_json::Value,
    /// The headline number, an expression; absent: `total`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    #[serde(default)]
    pub contradictions: Vec<ContradictionRule>,
    #[serde(default)]
    pub vectors: Vec<Vector>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Index,
    /// Tallies only; no levels.
    Survey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Enterprise,
    School,
    Product,
    Organisation,
}

/// Yearly dates as `MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_assessment_due: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside_due: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleType {
    /// One option, in no order.
    Single,
    /// One option; each gives no fewer points than the one before.
    Ladder,
    /// Any options, points added up to `cap`.
    Multi,
    /// Two typed numbers; the percentage falls into a bucket.
    Ratio,
    /// One typed number; it falls into a bucket.
    Count,
    /// Rows graded by the same options; points are the mean of the rows × `factor`.
    Matrix,
    /// Points for an accepted file.
    Evidence,
    /// A condition without points.
    Gate,
}

/// How a question is answered. Which keys belong to which type is checked on load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    #[serde(rename = "type")]
    pub kind: ScaleType,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<Bucket>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Decimal>,
    /// Of a matrix; absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<Decimal>,
    /// Of an evidence question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Decimal>,
    #[serde(default)]
    pub verified: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub code: String,
    #[serde(default)]
    pub points: Decimal,
    pub text: Text,
    /// Chosen alone: “none of these”.
    #[serde(default)]
    pub excludes_others: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub code: String,
    pub text: Text,
}

/// The first bucket whose bound is not exceeded counts; the last has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Decimal>,
    #[serde(default)]
    pub points: Decimal,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub code: String,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Decimal>,
    /// Required of an index; equals what the criteria can give after caps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Decimal>,
    /// Inclusive upper bounds in points of level 1, 2, …; what is above the last but one is the last level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Decimal>,
    pub groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub code: String,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Decimal>,
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Respondent {
    #[default]
    Owner,
    Accountant,
    It,
    Hr,
    Sales,
    Production,
}

/// What “not applicable” does to the official score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NaPolicy {
    /// May not be chosen.
    #[default]
    Never,
    /// Gives 0 points of the full maximum.
    Zero,
    /// Leaves the maximum too.
    Excluded,
}

/// What a question that its condition does not ask does to the official score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hidden {
    /// Leaves the maximum: otherwise a question never asked would lower the share (Odoo #71255).
    #[default]
    Excluded,
    /// Gives 0 points of the full maximum.
    Zero,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub code: String,
    /// The question.
    pub text: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Text>,
    /// Name of one of the framework's scales; or `answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Scale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    #[serde(default)]
    pub respondent: Respondent,
    /// VSIC prefixes for which the criterion is sector-relevant; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applies: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applies: Vec<String>,
    /// Asked only if this condition on earlier criteria holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    #[serde(default)]
    pub hidden: Hidden,
    #[serde(default)]
    pub na: NaPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Text>,
    /// How old a paper may be on the day the answers are handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_age_days: Option<u32>,
    /// Whether pictures alone prove it; absent: as the centre has it for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_images: Option<bool>,
    /// Relative cost of one step up; absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Decimal>,
    #[serde(default)]
    pub verified: bool,
}

/// A dimension's share below this is level 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroBelow {
    /// Percent.
    pub share: Decimal,
    /// What exactly this share is: `up` level 1, `down` level 0.
    pub at: Boundary,
    #[serde(default)]
    pub verified: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    Up,
    Down,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub level: u32,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Text>,
    pub rule: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unplaced {
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
}

/// Answers that do not go together; reported, never scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContradictionRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub rule: String,
    pub text: Text,
}

/// A result known beforehand; the loader computes it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    pub name: String,
    /// Points forced on dimensions; the others get 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, Decimal>,
    /// Answers by criterion: whole answers (`{value: …}`) or bare values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Decimal>,
    pub expect: Expect,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimension_levels: BTreeMap<String, Option<u32>>,
    /// Points of dimensions or groups.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<String, Decimal>,
    /// `null`: no level can be given.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub level: Option<Option<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Decimal>,
}

/// Tells a key that is there with `null` from one that is not there.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
