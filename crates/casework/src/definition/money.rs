//! What a procedure costs, line by line, each dated and cited.

use super::{Channel, Definition};
use crate::guard::Guard;
use kernel::{
    Dong, Text,
    catalog::{Effective, LegalBasis},
    time::Date,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One line of money. Three kinds are never mixed: fee (phí), charge (lệ phí), obligation (nghĩa vụ tài chính).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub code: String,
    pub kind: FeeKind,
    pub name: Text,
    pub amount: Dong,
    /// By channel where it differs.
    #[serde(default)]
    pub online: Option<Dong>,
    #[serde(default)]
    pub when: Option<Guard>,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    #[serde(default)]
    pub note: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    Fee,
    Charge,
    Obligation,
}

impl Fee {
    /// Whether the line is due for these answers on a date. A condition may look at `today`, written `2026-11-21`:
    /// dates of the form are written alike, so they compare as texts.
    pub fn applies(&self, date: Date, answers: &Value) -> bool {
        self.effective.contains(date)
            && self.when.as_ref().is_none_or(|g| Self::holds(g, date, answers).unwrap_or(false))
    }

    /// The condition as the check at publish sees it: an error is a fault of the catalogue.
    pub(super) fn holds(guard: &Guard, date: Date, answers: &Value) -> Result<bool, String> {
        guard.evaluate(&[("answers", answers), ("today", &Value::String(date.to_string()))])
    }
}

impl Definition {
    /// The fees that hold on a date by a channel for these answers.
    pub fn fees_on(&self, date: Date, channel: Channel, answers: &Value) -> Vec<(&Fee, Dong)> {
        self.fees
            .iter()
            .filter(|f| f.applies(date, answers))
            .map(|f| (f, if channel == Channel::Online { f.online.unwrap_or(f.amount) } else { f.amount }))
            .collect()
    }
}
