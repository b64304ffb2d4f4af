//! How long a procedure takes: the statutory time, what it is in other cases, and what the law allows to be added.

use super::{Definition, Ordered, Step};
use crate::guard::Guard;
use kernel::{Text, calendar::Span, catalog::LegalBasis, id::RoleCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    pub span: Span,
    pub legal_basis: LegalBasis,
    #[serde(default)]
    pub note: Option<Text>,
    /// Other times by what is asked for; the first that holds counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<TimeCase>,
    /// Added once when something has to be verified elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Allowance>,
    /// Apology and new date (Mẫu 04).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// The time of one kind of application under the procedure.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeCase {
    /// Over `answers` and `channel`.
    pub when: Guard,
    pub name: Text,
    pub span: Span,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
    /// Budgets of steps that differ.
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub steps: Ordered<Span>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    pub span: Span,
    pub legal_basis: LegalBasis,
}

/// The rule of Mẫu 04: one new date, told before the old one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Signed at the latest so many days (of the calendar) before the due date.
    pub before_days: u32,
    /// Drafted at the opening of the working day so many working days before the due date.
    pub draft_days: u32,
    /// How often.
    pub times: u32,
    /// Whose signature the result waits for: past the last step of this role no apology is drafted.
    pub signer: RoleCode,
    pub legal_basis: LegalBasis,
}

/// A notice: no licence is given, and silence past the time means that it is accepted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The time of the procedure; said again here because the law says it of silence.
    pub span: Span,
    /// The act of the system at its end.
    pub act: String,
    /// The reason printed on the notice of acceptance.
    pub text: Text,
    pub legal_basis: LegalBasis,
}

impl Definition {
    /// The case of time that these answers fall under.
    pub fn time_case(&self, answers: &Value, channel: super::Channel) -> Option<&TimeCase> {
        let channel = Value::String(channel.code().to_owned());
        let holds = |c: &&TimeCase| c.when.evaluate(&[("answers", answers), ("channel", &channel)]) == Ok(true);
        self.time.cases.iter().find(holds)
    }

    /// The statutory time for these answers.
    pub fn time_for(&self, answers: &Value, channel: super::Channel) -> Span {
        self.time_case(answers, channel).map_or(self.time.span, |c| c.span)
    }

    /// The span of a clock for these answers.
    pub fn clock_span_for(&self, clock: &str, answers: &Value, channel: super::Channel) -> Option<Span> {
        let decl = self.clocks.get(clock)?;
        Some(decl.span.unwrap_or_else(|| self.time_for(answers, channel)))
    }

    /// The budget of a step for these answers.
    pub fn budget_for(&self, step: &Step, answers: &Value, channel: super::Channel) -> Span {
        self.time_case(answers, channel).and_then(|c| c.steps.get(&step.code).copied()).unwrap_or(step.budget)
    }

    /// Whether the case has passed the last step of the role that signs.
    pub fn is_signed(&self, step: Option<&str>, signer: &RoleCode) -> bool {
        let at = |code: &str| self.steps.iter().position(|s| s.code == code);
        let last = self.steps.iter().rposition(|s| s.role == *signer);
        match (step.and_then(at), last) {
            (Some(here), Some(last)) => here > last,
            (None, _) => true,
            (Some(_), None) => false,
        }
    }
}
