//! What this room asks of others: questions about a person that they keep, and what a person was told.

use async_trait::async_trait;
use kernel::{Instant, Text, id::PartyId};
use serde::Serialize;
use store::StoreError;

/// One look at a person's data, as the list tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub id: String,
    pub at: Instant,
    /// Who looked: the account, the name as it was, the office's code; none of an office for somebody who is no official.
    pub account: String,
    pub name: String,
    pub title: String,
    pub office: String,
    /// What was seen or asked, and of which parts.
    pub what: Text,
    pub parts: Text,
    pub why: Text,
    /// The case it was about, or the draft.
    pub code: String,
    /// What a database answered; nothing where nobody was asked.
    pub answer: Option<Text>,
    /// In an emergency, beyond the ordinary reach.
    pub emergency: bool,
}

/// Questions about somebody that another room keeps.
#[async_trait]
pub trait Looks: Send + Sync {
    /// Newest first, before a place, of one case or of all.
    async fn page(&self, personal_number: &str, before: (Instant, &str), case: Option<&str>, limit: i64) -> Result<Vec<Seen>, StoreError>;
}

/// Notices to a person.
#[async_trait]
pub trait Told: Send + Sync {
    async fn page(&self, party: PartyId, before: Instant, limit: i64) -> Result<Vec<(Instant, String, Text)>, StoreError>;
}
