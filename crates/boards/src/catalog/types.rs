//! The shapes of the catalogue's files. What is read here is plain data; the checks across keys are in `check`.

use crate::matter::MatterKind;
use kernel::{
    Dong, Text,
    calendar::Span,
    catalog::{Effective, LegalBasis},
};
use kernel::share::Share;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub code: String,
    pub name: Text,
}

/// Of what a share is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// All voting seats of the board, recused ones too.
    Seats,
    /// Voting seats without those recused from the matter.
    Eligible,
    /// Who takes part in the matter: has voted or is recorded present.
    Present,
    /// Votes for and against; abstentions are left out.
    Cast,
}

impl Base {
    pub fn text(self) -> Text {
        match self {
            Self::Seats => Text::new("tổng số thành viên có quyền biểu quyết", "all voting members"),
            Self::Eligible => Text::new("số thành viên có quyền biểu quyết không phải từ chối tham gia", "voting members who are not recused"),
            Self::Present => Text::new("số thành viên tham gia", "members taking part"),
            Self::Cast => Text::new("số phiếu tán thành và không tán thành", "votes for and against"),
        }
    }
}

/// A bar to reach: more than a share, or at least a share, of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    pub of: Base,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_than: Option<Share>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Share>,
    /// Never fewer than so many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minimum: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Bar {
    /// The smallest count that reaches the bar: whole numbers, and never nobody, whatever the base has shrunk to.
    pub fn needed(&self, base: u32) -> u32 {
        let base = u64::from(base);
        let n = match (self.more_than, self.at_least) {
            (Some(s), _) => base * u64::from(s.part) / u64::from(s.whole) + 1,
            (None, Some(s)) => (base * u64::from(s.part)).div_ceil(u64::from(s.whole)),
            (None, None) => 1,
        };
        u32::try_from(n).unwrap_or(u32::MAX).max(self.minimum).max(1)
    }
    pub fn text(&self) -> Text {
        let (vi, en, share) = match (self.more_than, self.at_least) {
            (Some(s), _) => ("trên", "more than", s),
            (None, Some(s)) => ("ít nhất", "at least", s),
            (None, None) => ("ít nhất", "at least", Share { part: 1, whole: 1 }),
        };
        let base = self.of.text();
        let (min_vi, min_en) = if self.minimum == 0 { (String::new(), String::new()) } else { (format!(", không dưới {} người", self.minimum), format!(", never fewer than {}", self.minimum)) };
        Text::new(format!("{vi} {share} {}{min_vi}", base.vi), format!("{en} {share} of {}{min_en}", base.en))
    }
}

/// What a tie means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// The side of whoever presides wins; without such a vote nothing is approved.
    PresiderDecides,
    Rejected,
    /// Nothing is decided: the matter goes back and may be reopened.
    Postponed,
}

impl Tie {
    pub fn text(self) -> Text {
        match self {
            Self::PresiderDecides => Text::new("theo ý kiến của người chủ trì", "the side of whoever presides"),
            Self::Rejected => Text::new("không thông qua", "not approved"),
            Self::Postponed => Text::new("hoãn, đưa ra lại", "postponed, to be reopened"),
        }
    }
}

/// What the chair may sign without a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    pub kind: MatterKind,
    /// The largest amount, in đồng. Absent: any matter of the kind, whatever its amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Dong>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    pub min: u32,
    pub max: u32,
}

/// A line of the competence matrix: how many members should hold a competence at a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub competence: String,
    pub level: u8,
    #[serde(default = "one_member")]
    pub members: u32,
}

fn one_member() -> u32 {
    1
}

/// How a board works: taken from its template when it opens and kept by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub size: Size,
    pub secretary_votes: bool,
    pub guests: bool,
    pub quorum: Bar,
    /// Whoever presides must take part.
    pub presider_needed: bool,
    pub majority: Bar,
    pub tie: Tie,
    pub kinds: Vec<MatterKind>,
    #[serde(default)]
    pub due: BTreeMap<MatterKind, Span>,
    #[serde(default)]
    pub delegated: Vec<Delegation>,
    #[serde(default)]
    pub matrix: Vec<Wanted>,
}

/// One file of `boards/templates/`: everything a new board needs but its people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub template: String,
    pub name: Text,
    pub about: Text,
    pub field: String,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    /// The default term.
    pub term_months: u32,
    pub rules: Rules,
}

impl Template {
    /// Every source of it has been read.
    pub fn verified(&self) -> bool {
        self.legal_basis.iter().all(|b| b.verified)
    }
}

/// A rule with the dates on which it is in force and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated<T> {
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub rule: T,
}

/// Recognition of consultants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// From a complete dossier to recognition or reasons.
    pub clock: Span,
    /// Months after a refusal in which no new application is taken.
    pub cool_down_months: u32,
    /// How often further documents may be asked for.
    pub document_rounds: u32,
    /// Whether officials are barred from individual recognition.
    pub officials_barred: bool,
    /// Marks of the internal appraisal run from 0 to this.
    pub marks_to: u32,
    /// Client ratings run from 1 to this.
    pub stars_to: u32,
}

/// Ratings by clients after a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingRules {
    /// Days after the first word in which a client may change it.
    pub change_days: u32,
    /// Ratings there must be before the mean is shown.
    pub shown_from: u32,
}

/// What makes a conflict of interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictRules {
    /// Months in which a past ownership, employment or payment still counts.
    pub window_months: u32,
    /// Mail domains that thousands share and that therefore say nothing.
    pub public_mail: Vec<String>,
}

/// Weights of the fit of an expert to a need, all whole points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchingRules {
    /// Days over which load is counted.
    pub window_days: u32,
    /// Days in which somebody new to the network counts as new.
    pub newcomer_days: u32,
    /// Percent of the declared capacity that a newcomer is given.
    pub newcomer_percent: u32,
    pub points: FitPoints,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitPoints {
    /// The competence at the level asked.
    pub skill: u32,
    /// Each level above, up to two.
    pub level_above: u32,
    /// Proof attached, and proof checked by the centre.
    pub attached: u32,
    pub checked: u32,
    pub sector: u32,
    /// Same commune.
    pub area: u32,
}

/// A ground of a declared conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    pub code: String,
    pub name: Text,
    /// Ends with the window after it has ceased; the others do not fade.
    #[serde(default)]
    pub fades: bool,
}

/// `boards/network.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    pub recognition: Vec<Dated<Recognition>>,
    pub conflicts: Vec<Dated<ConflictRules>>,
    pub matching: Vec<Dated<MatchingRules>>,
    pub ratings: Vec<Dated<RatingRules>>,
    pub grounds: Vec<Ground>,
}

/// A competence of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competence {
    pub code: String,
    pub name: Text,
    pub fields: Vec<String>,
}

/// `boards/competences.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competences {
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub fields: Vec<Named>,
    pub sectors: Vec<Named>,
    pub languages: Vec<Named>,
    /// Names of level 1, 2, 3…
    pub levels: Vec<Text>,
    pub competences: Vec<Competence>,
}
