//! Where a case may stand: tracks and their states, clocks, and the steps of the internal process.

use super::Ordered;
use kernel::{Text, calendar::Span, catalog::LegalBasis, id::RoleCode};
use serde::{Deserialize, Serialize};

/// An independent state machine inside a case; never one mixed list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    pub name: Text,
    pub initial: String,
    pub states: Ordered<StateDecl>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateDecl {
    pub name: Text,
    /// What it means for the applicant, in plain words.
    #[serde(default)]
    pub plain: Option<Text>,
    /// Status code exchanged with the national portal.
    #[serde(default)]
    pub national: Option<u8>,
    #[serde(default)]
    pub waiting_on: WaitingOn,
    #[serde(default)]
    pub terminal: bool,
    /// The code passed through when it is entered from the first one: received (2) before processing (4).
    #[serde(default)]
    pub through: Option<u8>,
    #[serde(default)]
    pub tone: Tone,
    /// There only with a definition that has this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<super::Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    #[default]
    Office,
    Applicant,
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    #[default]
    Info,
    Good,
    Warn,
    Bad,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockDecl {
    pub name: Text,
    /// Absent: the statutory time of the definition.
    #[serde(default)]
    pub span: Option<Span>,
    #[serde(default)]
    pub legal_basis: Option<LegalBasis>,
    /// Some laws restart the whole period after a complete supplement (Decree 297/2025).
    #[serde(default)]
    pub restarts_in_full: bool,
    /// The act the system takes when the clock runs out.
    #[serde(default)]
    pub on_due: Option<String>,
}

/// A step of the internal process (quy trình nội bộ).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub code: String,
    pub name: Text,
    pub role: RoleCode,
    pub office: OfficeRelation,
    pub budget: Span,
    /// What leaves the step: a slip, a report, a signed result.
    pub product: Text,
    #[serde(default)]
    pub verified: Option<bool>,
}

/// Three organisations stand in a case (helped, received, decides), besides those consulted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeRelation {
    Received,
    Decides,
    Consulted,
}
