//! Conclusions, and the directive each may become.

use super::MeetingId;
use kernel::{
    Instant,
    id::{AccountId, OfficeCode},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// An agency or unit as it is named in a conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    pub code: OfficeCode,
    pub name: String,
}

/// What a conclusion gives somebody to do: exactly one unit leads (Decision 42/2014/QĐ-TTg as amended by 23/2018/QĐ-TTg).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub lead: UnitRef,
    #[serde(default)]
    pub co: Vec<UnitRef>,
    pub due: Date,
    /// The product expected; may be empty.
    #[serde(default)]
    pub result: String,
}

/// A directive as it was given. Never changed here: what becomes of it is the operations room's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    pub at: Instant,
    pub by: AccountId,
    pub by_name: String,
    pub task: Task,
}

/// A conclusion on an item: written by the secretary, approved by the chair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    pub no: u32,
    pub item: u32,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
    pub by: String,
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<Directive>,
}

/// The payload of the effect [`crate::DIRECTIVE`]. Its fields are read by another room for years: add, never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectiveNotice {
    pub meeting: MeetingId,
    pub title: String,
    /// The office that gives it.
    pub office: OfficeCode,
    pub item: u32,
    pub conclusion: u32,
    /// The unit that leads, and those that take part.
    pub lead: OfficeCode,
    pub co: Vec<OfficeCode>,
    pub due: Date,
    pub text: String,
    pub result: String,
    pub by: AccountId,
    pub by_name: String,
    pub at: Instant,
}

impl DirectiveNotice {
    /// The key by which the same directive asked for twice is one.
    pub fn key(&self) -> String {
        format!("{}/{}/directive", self.meeting, self.conclusion)
    }
}
