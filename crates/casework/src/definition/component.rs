//! The papers of a dossier, and the data of the State that replace them.

use super::Definition;
use crate::guard::Guard;
use kernel::{Text, catalog::LegalBasis};
use serde::{Deserialize, Serialize};

/// A paper, or the data that replaces it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub code: String,
    pub name: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    #[serde(default = "one")]
    pub copies: u32,
    /// Original (bản chính) rather than copy (bản sao).
    #[serde(default)]
    pub original: bool,
    #[serde(default)]
    pub required: Required,
    /// Resolution 66.7/2025: the database that replaces the paper; nothing is asked for then.
    #[serde(default)]
    pub from_database: Option<DataSource>,
    #[serde(default)]
    pub verified: Option<bool>,
}

const fn one() -> u32 {
    1
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSource {
    pub name: Text,
    pub owner: Text,
    pub legal_basis: LegalBasis,
}

/// Whether a component must be there.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(untagged)]
pub enum Required {
    /// Always, or never.
    Fixed(bool),
    /// When the answers say so.
    When(Guard),
    #[default]
    Default,
}

/// Not derived: an untagged reader would hide what is wrong with the condition.
impl<'de> Deserialize<'de> for Required {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(d)? {
            serde_json::Value::Null => Ok(Self::Default),
            serde_json::Value::Bool(fixed) => Ok(Self::Fixed(fixed)),
            condition => serde_json::from_value(condition).map(Self::When).map_err(serde::de::Error::custom),
        }
    }
}

impl Definition {
    /// Whether a component must be given with these answers.
    pub fn requires(&self, component: &Component, answers: &serde_json::Value) -> bool {
        component.from_database.is_none()
            && match &component.required {
                Required::Fixed(b) => *b,
                Required::Default => true,
                Required::When(g) => g.holds_for_answers(answers),
            }
    }
}
