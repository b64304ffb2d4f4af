//! A result, complete enough to be kept and read without the framework: every number with its maximum, every rule with the two
//! values it compared.

use crate::{answer::Tier, decimal::Decimal, expr::Test, mark::State};
use kernel::Text;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub framework: String,
    pub version: String,
    /// The headline number; `None` if its expression is not defined (no members given, nothing counts).
    pub score: Option<Decimal>,
    /// The sum of the dimensions.
    pub total: Decimal,
    pub max: Decimal,
    /// Percent; `None` where nothing counts.
    pub share: Option<Decimal>,
    pub placement: Placement,
    /// The highest level whose rule holds.
    pub level: Option<u32>,
    /// Its name, or the name for “no level can be given”; `None` for a framework without levels.
    pub level_name: Option<Text>,
    /// Every level from the lowest, with all tests of its rule.
    pub levels: Vec<LevelResult>,
    pub dimensions: Vec<DimensionResult>,
    pub criteria: Vec<CriterionResult>,
    pub completeness: Completeness,
    pub trust: Trust,
    /// `None` if no sector was given. Never part of `total` or `level`.
    pub sector: Option<SectorScore>,
    pub contradictions: Vec<Contradiction>,
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    Placed,
    /// No rule holds: both failed tests are shown and a consultant looks at it.
    Unplaced,
    /// The framework gives no levels.
    NoLevels,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelResult {
    pub level: u32,
    pub holds: bool,
    pub tests: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DimensionResult {
    pub code: String,
    pub points: Decimal,
    pub max: Decimal,
    pub share: Option<Decimal>,
    pub level: Option<u32>,
    pub groups: Vec<GroupResult>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupResult {
    pub code: String,
    /// After the cap.
    pub points: Decimal,
    pub max: Decimal,
    pub share: Option<Decimal>,
    /// Before the cap.
    pub uncapped: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionResult {
    pub code: String,
    pub points: Decimal,
    /// What one answer can give, whatever counts.
    pub max: Decimal,
    pub state: State,
    /// Part of the official maximum.
    pub counted: bool,
    pub tier: Tier,
}

impl CriterionResult {
    pub fn answered(&self) -> bool {
        matches!(self.state, State::Answered | State::NotApplicable | State::Awaiting)
    }
    pub fn na(&self) -> bool {
        self.state == State::NotApplicable
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Completeness {
    /// Questions whose conditions hold.
    pub asked: u32,
    pub answered: u32,
    pub quick_asked: u32,
    pub quick_answered: u32,
}

impl Completeness {
    pub const fn done(self) -> bool {
        self.answered >= self.asked
    }
    pub const fn quick_done(self) -> bool {
        self.quick_answered >= self.quick_asked
    }
}

/// Trust in the result: the lowest tier over the answers given. “Not applicable” is an answer too: it can shrink the maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trust {
    /// Self-declared if nothing was answered.
    pub tier: Tier,
    pub self_declared: u32,
    pub consultant: u32,
    pub evidence: u32,
}

/// The score over the criteria that concern the sector, “not applicable” left out whatever the official policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectorScore {
    /// VSIC code as given.
    pub sector: String,
    pub points: Decimal,
    pub max: Decimal,
    pub share: Option<Decimal>,
    /// Criteria in it.
    pub counted: u32,
    /// Left out as “not applicable”.
    pub not_applicable: u32,
    /// Left out because they do not concern the sector.
    pub outside: u32,
}

/// Answers that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub text: Text,
    pub tests: Vec<Test>,
}

/// Something the reader should know: a hole of the source text, a ratio that is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Code of a dimension or criterion.
    pub about: String,
    pub text: Text,
}

impl Outcome {
    pub fn dimension(&self, code: &str) -> Option<&DimensionResult> {
        self.dimensions.iter().find(|d| d.code == code)
    }
    pub fn group(&self, code: &str) -> Option<&GroupResult> {
        self.dimensions.iter().flat_map(|d| &d.groups).find(|g| g.code == code)
    }
    pub fn criterion(&self, code: &str) -> Option<&CriterionResult> {
        self.criteria.iter().find(|c| c.code == code)
    }
}
