//! The written form of an index: one file of `catalog/indices/` is one version of one index.

use crate::Exact;
use kernel::{
    Text,
    catalog::{Effective, LegalBasis},
};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub code: String,
    pub version: String,
    pub name: Text,
    pub about: Text,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    #[serde(default)]
    pub supersedes: Option<String>,
    pub shown_as: ShownAs,
    /// Places to which a component's points are rounded, unless it says otherwise.
    pub rounding: u32,
    /// The total's full points; the parts have to add up to it.
    #[serde(default)]
    pub scale: Option<Exact>,
    /// How its parts become the total.
    #[serde(default)]
    pub combine: Combine,
    /// What the legal text says of the whole: checked against the parts.
    #[serde(default)]
    pub counts: Option<Counts>,
    #[serde(default)]
    pub inputs: Vec<Input>,
    #[serde(default)]
    pub derived: Vec<Derived>,
    pub parts: Vec<Node>,
    #[serde(default)]
    pub levels: Vec<Level>,
    #[serde(default)]
    pub gates: Vec<Gate>,
    #[serde(default)]
    pub vectors: Vec<Vector>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownAs {
    Points,
    /// The share of the full points in per cent.
    Percent,
    /// The share as a number from 0 to 1, as DTI prints it.
    Share,
    /// The values of its parts; there is no total.
    Values,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Points are added.
    #[default]
    Sum,
    /// Shares times weights.
    Weighted,
    /// The simple mean of shares.
    Mean,
    /// The lowest share.
    Lowest,
    /// Side by side; never added.
    Apart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub main: usize,
    pub components: usize,
    /// Of them, so many whose place is not known.
    #[serde(default)]
    pub unlisted: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub code: String,
    pub name: Text,
    #[serde(rename = "type")]
    pub of: InputType,
    pub kind: Kind,
    #[serde(default)]
    pub unit: Option<Text>,
    /// Of a choice.
    #[serde(default)]
    pub choices: BTreeMap<String, Text>,
    /// The indicator that tells it, and which part of its value.
    #[serde(default)]
    pub indicator: Option<String>,
    #[serde(default)]
    pub part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputType {
    Number,
    /// Yes or no.
    Yes,
    Choice,
    Day,
    /// A document with number, date, issuer and abstract.
    Document,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Computed,
    Declared,
    External,
    Survey,
}

impl Kind {
    pub fn text(self) -> Text {
        match self {
            Self::Computed => Text::new("tự tính từ hồ sơ, sổ sách", "computed from records"),
            Self::Declared => Text::new("khai báo", "declared"),
            Self::External => Text::new("nguồn ngoài", "outside source"),
            Self::Survey => Text::new("khảo sát", "survey"),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    #[default]
    Value,
    Numerator,
    Denominator,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    pub code: String,
    pub name: Text,
    pub formula: String,
}

/// A main index, a group or a component.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub code: String,
    pub name: Text,
    /// Full points; of a group the sum of its parts unless it says so.
    #[serde(default)]
    pub max: Option<Exact>,
    #[serde(default)]
    pub weight: Option<Exact>,
    #[serde(default)]
    pub combine: Combine,
    #[serde(default)]
    pub parts: Vec<Self>,
    /// So many components of the legal text that are not listed here.
    #[serde(default)]
    pub components: Option<usize>,
    /// Points of a component.
    #[serde(default)]
    pub formula: Option<String>,
    /// What is measured, where that is not the points.
    #[serde(default)]
    pub value: Option<String>,
    /// Bonus or penalty: adds to the points and not to the maximum.
    #[serde(default)]
    pub extra: bool,
    /// No more than so many points of a group.
    #[serde(default)]
    pub cap: Option<Exact>,
    #[serde(default)]
    pub applies: Option<Applies>,
    #[serde(default)]
    pub rounding: Option<u32>,
    #[serde(default)]
    pub method: Option<Text>,
    #[serde(default)]
    pub evidence: Option<Text>,
    /// Who verifies.
    #[serde(default)]
    pub verifies: Option<Text>,
    #[serde(default)]
    pub period: Option<String>,
    /// On which the figures are frozen: `15/12`.
    #[serde(default)]
    pub cut_off: Option<String>,
    #[serde(default)]
    pub direction: Direction,
    #[serde(default)]
    pub supersedes: Option<String>,
    #[serde(default)]
    pub legal_basis: Vec<LegalBasis>,
    /// Can be raised by operational work within a month.
    #[serde(default)]
    pub quick: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Higher,
    Lower,
}

/// Where the condition does not hold, the component does not count and its maximum goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applies {
    pub when: String,
    pub reason: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Inclusive, in what is shown.
    pub from: Exact,
    pub name: Text,
    /// `r,g,b` where a legal text fixes it.
    #[serde(default)]
    pub colour: Option<String>,
    pub verified: bool,
}

/// A condition of the whole: where it does not hold, the total is no more than the limit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub rule: String,
    pub limit: Exact,
    pub text: Text,
}

/// A golden vector: inputs, and what has to come out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    pub name: String,
    /// As people type them: `12,5`, `yes`, `2026-01-31`, `na`, a choice.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    pub expect: Expect,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `na`, `none` (nothing known) or points.
    #[serde(default)]
    pub points: BTreeMap<String, String>,
    /// Measured values of components.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    #[serde(default)]
    pub total: Option<String>,
    #[serde(default)]
    pub max: Option<Exact>,
    /// As shown: normalised where parts do not apply.
    #[serde(default)]
    pub shown: Option<String>,
    #[serde(default)]
    pub level: Option<String>,
    /// Components whose part is larger than their whole.
    #[serde(default)]
    pub mismatched: Vec<String>,
}
