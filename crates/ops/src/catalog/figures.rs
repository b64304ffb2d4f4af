//! `ops/figures.yaml`: figures that leaders follow over time.

use kernel::{Text, catalog::LegalBasis, time::Date};
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub figures: Vec<FollowedFigure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowedFigure {
    pub code: String,
    pub name: Text,
    /// What is counted, of what.
    pub about: Text,
    #[serde(rename = "as")]
    pub told_as: ToldAs,
    pub better: Better,
    /// Dated points, the earliest first; from each on, so much.
    #[serde(default)]
    pub plan: Vec<PlanPoint>,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToldAs {
    Share,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Higher,
    Lower,
}

/// Whole per cents of a share, or a whole number of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPoint {
    pub from: Date,
    #[serde(default)]
    pub percent: Option<i64>,
    #[serde(default)]
    pub number: Option<i64>,
}

impl FollowedFigure {
    /// The plan on a day, in the smallest unit that is kept: hundredths of a per cent of a share.
    pub fn plan_on(&self, day: Date) -> Option<i64> {
        let point = self.plan.iter().rev().find(|p| p.from <= day)?;
        match self.told_as {
            ToldAs::Share => point.percent.map(|p| p * 100),
            ToldAs::Count => point.number,
        }
    }
}
