//! What people answer.

use crate::decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Answers by criterion code.
pub type Answers = BTreeMap<String, Answer>;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Given>,
    /// “Not applicable”; goes before the value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub na: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Ids of files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    #[serde(default)]
    pub tier: Tier,
}

/// A value as stored. Which form belongs to which type of question: [`crate::check_answer`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// Gate; of an evidence question “we have it” or not.
    Truth(bool),
    /// Code of an option; a typed number.
    Text(String),
    /// A number written as a JSON number.
    Number(Decimal),
    /// Codes of options.
    Many(Vec<String>),
    Ratio(Ratio),
    /// Option by row.
    Rows(BTreeMap<String, String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub d: Option<Decimal>,
}

/// How far an answer can be trusted; statistics never mix tiers silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Tier {
    /// Tự khai.
    #[default]
    #[serde(rename = "self")]
    SelfDeclared,
    /// Tư vấn xác nhận.
    #[serde(rename = "consultant")]
    Consultant,
    /// Có minh chứng.
    #[serde(rename = "evidence")]
    Evidence,
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::SelfDeclared, Self::Consultant, Self::Evidence];
    pub const fn code(self) -> &'static str {
        match self {
            Self::SelfDeclared => "self",
            Self::Consultant => "consultant",
            Self::Evidence => "evidence",
        }
    }
    pub const fn label(self, lang: kernel::text::Lang) -> &'static str {
        match self {
            Self::SelfDeclared => lang.pick("tự khai", "self-declared"),
            Self::Consultant => lang.pick("tư vấn xác nhận", "consultant-verified"),
            Self::Evidence => lang.pick("có minh chứng", "evidence-backed"),
        }
    }
}

impl Answer {
    pub fn of(value: Given) -> Self {
        Self { value: Some(value), ..Self::default() }
    }
    /// An option of a single choice or ladder.
    pub fn option(code: impl Into<String>) -> Self {
        Self::of(Given::Text(code.into()))
    }
    pub fn ratio(n: impl Into<Decimal>, d: impl Into<Decimal>) -> Self {
        Self::of(Given::Ratio(Ratio { n: Some(n.into()), d: Some(d.into()) }))
    }
    pub fn not_applicable() -> Self {
        Self { na: true, ..Self::default() }
    }
    #[must_use]
    pub fn at(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }
    /// Evidence without a file is no evidence: such a claim counts as self-declared.
    pub fn effective_tier(&self) -> Tier {
        if self.tier == Tier::Evidence && self.evidence.is_empty() { Tier::SelfDeclared } else { self.tier }
    }
    /// Nothing that says anything; a note alone is no answer.
    pub fn is_empty(&self) -> bool {
        self.value.is_none() && !self.na && self.evidence.is_empty()
    }
}
