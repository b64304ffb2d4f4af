//! Which results of assessments show readiness (rule 6), and how far they must be trusted.

use kernel::{
    Text,
    catalog::{Effective, LegalBasis},
};
use serde::{Deserialize, Serialize};

/// How far a result can be trusted: as far as its least trusted answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    #[serde(rename = "self")]
    SelfDeclared,
    Consultant,
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
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.code() == code)
    }
    pub fn name(self) -> Text {
        match self {
            Self::SelfDeclared => Text::new("tự khai", "self-declared"),
            Self::Consultant => Text::new("tư vấn xác nhận", "consultant-verified"),
            Self::Evidence => Text::new("có minh chứng", "evidence-backed"),
        }
    }
}

/// Which results show readiness, and from which trust tier money may rest on one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessRule {
    pub effective: Effective,
    /// Codes of frameworks.
    pub frameworks: Vec<String>,
    pub least_tier: Tier,
    /// A result that a consultant concluded counts as consultant-verified, whatever part of its answers was looked at.
    pub concluded_counts: bool,
    pub legal_basis: LegalBasis,
}

impl ReadinessRule {
    pub fn names(&self, framework: &str) -> bool {
        self.frameworks.iter().any(|f| f == framework)
    }
}
