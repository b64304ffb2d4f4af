//! The state of a meeting.

use super::{Conclusion, Item, Poll};
use crate::{
    asks::{Link, Person},
    catalog::Rules,
};
use kernel::{
    Instant, Text,
    id::{AccountId, Id, Kind, OfficeCode},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A meeting's id: `meeting_…`.
#[derive(Debug, Clone, Copy)]
pub struct MeetingKind;
impl Kind for MeetingKind {
    const PREFIX: &'static str = "meeting";
}
pub type MeetingId = Id<MeetingKind>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Drafting,
    Sent,
    Open,
    Closed,
    Concluded,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 6] = [Self::Drafting, Self::Sent, Self::Open, Self::Closed, Self::Concluded, Self::Cancelled];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drafting => "drafting",
            Self::Sent => "sent",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Concluded => "concluded",
            Self::Cancelled => "cancelled",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Drafting => Text::new("Đang chuẩn bị", "Being prepared"),
            Self::Sent => Text::new("Đã gửi giấy mời", "Invitations sent"),
            Self::Open => Text::new("Đang họp", "In session"),
            Self::Closed => Text::new("Đã bế mạc, chờ kết luận", "Closed, to be concluded"),
            Self::Concluded => Text::new("Đã kết luận", "Concluded"),
            Self::Cancelled => Text::new("Đã hủy", "Cancelled"),
        }
    }
    /// The meeting took place, or takes place now.
    pub const fn held(self) -> bool {
        matches!(self, Self::Open | Self::Closed | Self::Concluded)
    }
}

/// When and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    pub starts: Instant,
    /// The planned end.
    pub ends: Instant,
    pub place: String,
    /// An address of a conference, https only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// An item of the agenda as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedItem {
    /// The number of an item that is there already; a new one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no: Option<u32>,
    pub title: String,
    pub presenter: String,
    pub minutes: u32,
}

/// What the form of a meeting says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Made with the form, so that a form sent twice makes one meeting.
    pub id: MeetingId,
    pub office: OfficeCode,
    pub office_name: String,
    pub title: String,
    /// A kind of the catalogue.
    pub kind: String,
    pub chair: Person,
    pub secretary: Person,
    pub time: Time,
    pub agenda: Vec<PlannedItem>,
}

/// What somebody invited answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Reply {
    Coming,
    Absent { reason: String },
    Substitute { person: Person },
}

/// An official who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    pub person: Person,
    /// A member, who has a vote; otherwise invited to attend.
    pub votes: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied_at: Option<Instant>,
}

impl Invitee {
    pub fn substitute(&self) -> Option<&Person> {
        match &self.reply {
            Some(Reply::Substitute { person }) => Some(person),
            _ => None,
        }
    }
}

/// Somebody invited by name, without an account: attends, has no vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub no: u32,
    pub name: String,
    /// Post and agency.
    pub title: String,
    /// Where they are told, if an address was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default)]
    pub present: bool,
}

/// How somebody is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    InRoom,
    Online,
}

impl Way {
    pub const ALL: [Self; 2] = [Self::InRoom, Self::Online];
    pub const fn code(self) -> &'static str {
        match self {
            Self::InRoom => "in_room",
            Self::Online => "online",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::InRoom => Text::new("Tại phòng họp", "In the room"),
            Self::Online => Text::new("Trực tuyến", "Online"),
        }
    }
}

/// A mark in the list of those present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub way: Way,
    pub at: Instant,
    /// Who marked it: the person, or the secretary.
    pub by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Turn {
    Waiting,
    Speaking { since: Instant },
    Done { since: Instant, until: Instant },
    Withdrawn,
}

/// A line of the speaking list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    pub no: u32,
    pub item: u32,
    /// Absent for a guest, whom the secretary puts on the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<u32>,
    pub name: String,
    pub asked_at: Instant,
    pub turn: Turn,
}

/// A meeting that was moved to another time or place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub before: Time,
    pub reason: String,
    pub by: String,
    pub at: Instant,
}

/// What was said, by whom and when: cancelled, issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub text: String,
    pub by: String,
    pub at: Instant,
}

/// A document of the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    pub template: String,
    pub link: Link,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    pub id: MeetingId,
    pub office: OfficeCode,
    pub office_name: String,
    pub title: String,
    pub kind: String,
    pub chair: Person,
    pub secretary: Person,
    pub time: Time,
    /// The rules of the day it was prepared: a later change of the catalogue changes nothing here.
    pub rules: Rules,
    pub state: State,
    pub created_at: Instant,
    pub created_by: AccountId,
    pub items: Vec<Item>,
    #[serde(default)]
    pub invited: Vec<Invitee>,
    #[serde(default)]
    pub guests: Vec<Guest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
    /// Working days between sending and meeting; absent when the calendar does not know the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_ahead: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concluded_at: Option<Instant>,
    #[serde(default)]
    pub moves: Vec<Moved>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Noted>,
    /// Why somebody else took the chair.
    #[serde(default)]
    pub handed_over: Vec<Noted>,
    #[serde(default)]
    pub present: BTreeMap<AccountId, Mark>,
    #[serde(default)]
    pub speakers: Vec<Speaker>,
    #[serde(default)]
    pub polls: Vec<Poll>,
    #[serde(default)]
    pub conclusions: Vec<Conclusion>,
    #[serde(default)]
    pub issued: Vec<Issued>,
}

/// The next number of a list whose numbers are never used again.
pub(super) fn after(last: Option<u32>) -> u32 {
    last.unwrap_or(0).saturating_add(1)
}

impl Meeting {
    pub fn item(&self, no: u32) -> Option<&Item> {
        self.items.iter().find(|i| i.no == no)
    }
    pub fn poll(&self, no: u32) -> Option<&Poll> {
        self.polls.iter().find(|p| p.no == no)
    }
    pub fn open_poll(&self) -> Option<&Poll> {
        self.polls.iter().find(|p| p.result.is_none())
    }
    pub fn conclusion(&self, no: u32) -> Option<&Conclusion> {
        self.conclusions.iter().find(|c| c.no == no)
    }
    pub fn speaker(&self, no: u32) -> Option<&Speaker> {
        self.speakers.iter().find(|s| s.no == no)
    }
    pub fn invitee(&self, account: AccountId) -> Option<&Invitee> {
        self.invited.iter().find(|i| i.person.account == account)
    }
    pub fn document(&self, template: &str) -> Option<&Issued> {
        self.issued.iter().find(|d| d.template == template)
    }
    /// Pages of the papers as they stand, and how many papers could not be counted.
    pub fn pages(&self) -> (u32, u32) {
        let last = || self.items.iter().flat_map(|i| &i.papers).filter_map(|p| p.versions.last());
        let pages = last().filter_map(|v| v.pages).fold(0, u32::saturating_add);
        (pages, u32::try_from(last().filter(|v| v.pages.is_none()).count()).unwrap_or(u32::MAX))
    }
}
