//! How a source stands now: when it last sent, whether it is silent, whether its last delivery had faults.

use super::{Delivery, catalog::Feed};
use crate::Measures;
use kernel::{Instant, time::midnight};
use store::StoreError;

const DAY: i64 = 86_400;

/// A source and its last deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub feed: String,
    pub last: Option<Delivery>,
    /// When something of a delivery was last taken.
    pub taken_at: Option<Instant>,
    /// By when the next delivery is due; nothing where the catalogue does not say from when it is expected and none came.
    pub due: Option<Instant>,
}

impl State {
    pub fn is_old(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due < now)
    }
}

/// By when a source has to send again.
pub fn due(feed: &Feed, taken_at: Option<Instant>) -> Option<Instant> {
    let from = taken_at.or_else(|| feed.expected_from.map(midnight))?;
    Some(from.plus_seconds(i64::from(feed.stale_after_days) * DAY))
}

impl Measures {
    /// Every source of the catalogue, in its order.
    pub async fn feeds(&self) -> Result<Vec<State>, StoreError> {
        let mut all = Vec::new();
        for f in &self.catalog.feeds {
            all.push(self.feed_state(f).await?);
        }
        Ok(all)
    }

    pub async fn feed_state(&self, f: &Feed) -> Result<State, StoreError> {
        let last = super::deliveries(&self.scope, &f.code, 1).await?.into_iter().next();
        let taken_at = match &last {
            Some(d) if d.taken() > 0 => Some(d.at),
            Some(_) => super::taken_at(&self.scope, &f.code).await?,
            None => None,
        };
        Ok(State { feed: f.code.clone(), due: due(f, taken_at), last, taken_at })
    }
}
