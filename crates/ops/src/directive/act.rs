//! What somebody asks to do with a directive.

use super::{Due, Order};
use crate::asks::{Person, UnitRef};
use kernel::{id::FileId, time::Date};
use serde::{Deserialize, Serialize};

/// A file that was stored already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub file: FileId,
    pub name: String,
    pub sha256: String,
    pub media_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    pub text: String,
    pub percent: Option<u32>,
    pub next: String,
    pub obstacle: String,
    pub proposal: String,
    pub file: Option<Filed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Product {
    pub text: String,
    /// Number and symbol of the reply.
    pub document: String,
    pub file: Option<Filed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Writes a draft anew.
    Edit(Box<Order>),
    Give,
    Receive,
    Refuse { reason: String },
    /// Whoever gave it answers a refusal: the office keeps it.
    Insist { reason: String },
    /// …or another office leads.
    Reassign { lead: UnitRef, reason: String },
    /// The person who carries it out, and who stands in; naming another is a hand-over with its reason.
    NameFocal { focal: Person, substitute: Option<Person>, reason: String },
    Progress(Progress),
    Submit(Product),
    Accept { quality: String, note: String },
    Return { reason: String },
    AskExtension { day: Date, reason: String, file: Option<Filed> },
    Grant { note: String },
    RefuseExtension { reason: String },
    Suspend { reason: String },
    /// The suspension ends; a new deadline may be given with it.
    Resume { due: Option<Due>, reason: String },
    Withdraw { reason: String },
}
