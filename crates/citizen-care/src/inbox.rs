//! The list on the portal: what another room has told a person. This room only counts what is new and shows it.

use kernel::{Instant, Text, id::PartyId};
use store::StoreError;

/// One notice as the portal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub at: Instant,
    pub code: String,
    pub said: Text,
}

/// Asked of the room that tells.
#[async_trait::async_trait]
pub trait Inbox: Send + Sync {
    /// Newest first, before an instant.
    async fn page(&self, party: PartyId, before: Instant, limit: i64) -> Result<Vec<Told>, StoreError>;
    /// How many came after an instant, counted up to a bound.
    async fn since(&self, party: PartyId, after: Instant, bound: i64) -> Result<i64, StoreError>;
}
