//! The shapes of the catalogue's file. What is read here is plain data; the checks across keys are in `check`.

use kernel::{
    Text,
    catalog::{Effective, LegalBasis},
};
use kernel::share::Share;
use serde::{Deserialize, Serialize};

/// `meetings/rules.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    pub kinds: Vec<Named>,
    pub rules: Vec<Dated<Rules>>,
    pub printing: Vec<Dated<Printing>>,
}

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub code: String,
    pub name: Text,
}

/// A rule with the dates on which it is in force and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated<T> {
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub rule: T,
}

/// How meetings are held: taken when a meeting is prepared and kept by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Working days before the meeting by which invitation and papers are to be sent.
    pub papers_days_ahead: u32,
    /// Of everybody who has a vote, how many must be present before anything is voted on.
    pub quorum: Bar,
    pub majority: Bar,
    pub tie: Tie,
    /// Whether somebody sent in a member's place votes for that member.
    pub substitutes_vote: bool,
    /// Longest time one speaks on an item.
    pub speaking_minutes: u32,
}

/// What the figure of pages not printed rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printing {
    /// Pages of a paper that would have gone on one sheet.
    pub pages_per_sheet: u32,
}

/// Of what a share is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Everybody who has a vote, present or not.
    Members,
    /// Those of them who are present.
    Present,
    /// Votes for and against; abstentions are left out.
    Cast,
}

impl Base {
    pub fn text(self) -> Text {
        match self {
            Self::Members => Text::new("tổng số thành viên có quyền biểu quyết", "all voting members"),
            Self::Present => Text::new("số thành viên có mặt", "members present"),
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
}

impl Bar {
    /// The smallest count that reaches the bar: whole numbers, and never nobody.
    pub fn needed(&self, base: u32) -> u32 {
        let base = u64::from(base);
        let n = match (self.more_than, self.at_least) {
            (Some(s), _) => base * u64::from(s.part) / u64::from(s.whole) + 1,
            (None, Some(s)) => (base * u64::from(s.part)).div_ceil(u64::from(s.whole)),
            (None, None) => 1,
        };
        u32::try_from(n).unwrap_or(u32::MAX).max(1)
    }
    pub fn text(&self) -> Text {
        let (vi, en, share) = match (self.more_than, self.at_least) {
            (Some(s), _) => ("trên", "more than", s),
            (None, Some(s)) => ("ít nhất", "at least", s),
            (None, None) => ("ít nhất", "at least", Share { part: 1, whole: 1 }),
        };
        let base = self.of.text();
        Text::new(format!("{vi} {share} {}", base.vi), format!("{en} {share} of {}", base.en))
    }
}

/// What equal votes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// The side the chair voted for.
    ChairDecides,
    Rejected,
}
