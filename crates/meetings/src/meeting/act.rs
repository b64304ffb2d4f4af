//! What somebody asks to do with a meeting.

use super::{Choice, Issued, Plan, Stance, Task, Time, Version, Way};
use crate::asks::Person;
use kernel::id::AccountId;

/// Somebody to invite, as looked up in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub person: Person,
    pub votes: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Coming,
    Absent { reason: String },
    Substitute { person: Person },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    Present(Way),
    /// Marked by mistake.
    NotPresent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Replan(Box<Plan>),
    Invite(Vec<Invitation>),
    InviteGuest { name: String, title: String, email: String },
    Uninvite { account: Option<AccountId>, guest: Option<u32> },
    /// A paper of an item, or a later version of one that is there.
    File { item: u32, paper: Option<u32>, title: String, version: Box<Version> },
    Send { days_ahead: Option<u32> },
    Move { time: Time, reason: String },
    Cancel { reason: String },
    /// Somebody invited takes the chair.
    HandOver { chair: AccountId, reason: String },
    Answer(Answer),
    Opine { item: u32, stance: Stance, text: String },
    Open,
    Mark { account: AccountId, presence: Presence },
    MarkGuest { guest: u32, present: bool },
    AskToSpeak { item: u32, guest: Option<u32> },
    Call { no: u32 },
    EndSpeech { no: u32 },
    WithdrawSpeech { no: u32 },
    OpenPoll { item: u32, text: String },
    Vote { poll: u32, choice: Choice },
    ClosePoll { poll: u32 },
    /// Writes a conclusion, or writes one anew that is not approved yet.
    Write { no: Option<u32>, item: u32, text: String, task: Option<Box<Task>> },
    Approve { no: u32 },
    Direct { no: u32 },
    Close,
    Conclude,
    /// A document was issued outside; it is noted here.
    Note(Box<Issued>),
}
