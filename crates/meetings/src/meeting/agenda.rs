//! The agenda: items, the papers of each with their versions, and opinions collected before the meeting.

use kernel::{
    Instant, Text,
    id::{AccountId, FileId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version of a paper. What is stored is never changed; a correction is another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub no: u32,
    pub file: FileId,
    pub name: String,
    pub sha256: String,
    pub size: i64,
    /// Counted in the file; absent where it could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    pub by: AccountId,
    pub by_name: String,
    pub at: Instant,
    /// Came after the papers had been sent: those invited are told that it is new.
    pub after_sending: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub no: u32,
    pub title: String,
    pub versions: Vec<Version>,
}

impl Paper {
    /// What those invited have not been sent with the invitation.
    pub fn changed(&self) -> bool {
        self.versions.last().is_some_and(|v| v.after_sending)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    Agree,
    WithChanges,
    Disagree,
}

impl Stance {
    pub const ALL: [Self; 3] = [Self::Agree, Self::WithChanges, Self::Disagree];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::WithChanges => "with_changes",
            Self::Disagree => "disagree",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Agree => Text::new("Thống nhất", "Agree"),
            Self::WithChanges => Text::new("Thống nhất, đề nghị chỉnh sửa", "Agree with changes"),
            Self::Disagree => Text::new("Không thống nhất", "Disagree"),
        }
    }
}

/// What somebody thinks of an item before the meeting, as it stands; earlier ones are in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    pub name: String,
    pub stance: Stance,
    pub text: String,
    pub at: Instant,
    /// How often it was given.
    pub times: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub no: u32,
    pub title: String,
    pub presenter: String,
    pub minutes: u32,
    #[serde(default)]
    pub papers: Vec<Paper>,
    #[serde(default)]
    pub opinions: BTreeMap<AccountId, Opinion>,
}

impl Item {
    pub fn paper(&self, no: u32) -> Option<&Paper> {
        self.papers.iter().find(|p| p.no == no)
    }
}
