//! What this room asks of the rest of the house. The program answers in its bridges.

use crate::meeting::MeetingId;
use async_trait::async_trait;
use kernel::{
    Actor, Instant, Text,
    id::{AccountId, FileId, OfficeCode},
};
use serde::{Deserialize, Serialize};

/// An official as a meeting names them: the post is the one held when the meeting was prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    pub title: String,
    pub office: OfficeCode,
    pub office_name: String,
}

impl Person {
    /// Name, post and office, as a list of those present has them.
    pub fn in_full(&self) -> String {
        [&self.name, &self.title, &self.office_name].into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Officials of the province.
#[async_trait]
pub trait People: Send + Sync {
    /// Who holds a post in the office at the instant.
    async fn of_office(&self, office: &OfficeCode, at: Instant) -> anyhow::Result<Vec<Person>>;
    /// Officials whose name or office holds the words, marks or not; a few dozen at most.
    async fn search(&self, words: &str, at: Instant) -> anyhow::Result<Vec<Person>>;
    /// Name and post of an account; nothing when it holds no post at the instant.
    async fn person(&self, account: AccountId, at: Instant) -> anyhow::Result<Option<Person>>;
}

/// An agency or unit that may lead a task or holds a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: OfficeCode,
    pub name: Text,
    /// The body above it, for the head of a document (Decree 30/2020/NĐ-CP, Annex I).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The place name of its date line.
    pub place: String,
}

/// Agencies and units of the province, as of today.
pub trait Units: Send + Sync {
    fn all(&self) -> Vec<Unit>;
    fn unit(&self, code: &str) -> Option<Unit>;
}

/// How a message outside stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    Waiting,
    Sent,
    /// It could not be delivered, for good.
    GivenUp,
}

/// One message outside, as the page of the meeting shows it.
#[derive(Debug, Clone)]
pub struct Message {
    /// Of the notice it carries.
    pub version: i64,
    /// An account, or `guest-N`.
    pub who: String,
    pub channel: Text,
    /// Enough to recognise, too little to use.
    pub address: String,
    pub state: Carried,
    pub at: Instant,
}

/// The ways out of the house: e-mail, short messages, by each person's own choice.
#[async_trait]
pub trait Messengers: Send + Sync {
    /// Adds what goes outside to the batch: one notice goes to one person once by each channel, however often this is asked.
    async fn tell(&self, batch: &mut store::Batch, notice: &crate::notice::Notice, whom: &crate::notice::Whom, now: Instant) -> anyhow::Result<()>;
    /// What was carried, or waits, of a meeting's notices.
    async fn carried(&self, meeting: MeetingId) -> anyhow::Result<Vec<Message>>;
}

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// A path of this site; empty for a file that this room shows itself.
    pub path: String,
    /// Number and symbol, or the name of the file.
    pub label: String,
    /// A file kept without a page of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileId>,
}

/// Documents: set from a template, numbered, signed and kept.
#[async_trait]
pub trait Papers: Send + Sync {
    /// Issues a document of a meeting. Asked again for the same meeting and template it answers the same document: the program
    /// may stop between the answer and its record.
    /// `deliver`: the other offices whose people are invited.
    async fn issue(&self, meeting: MeetingId, template: &str, data: serde_json::Value, office: &OfficeCode, deliver: &[OfficeCode], by: &Actor) -> Result<Link, records::Failure>;
}
