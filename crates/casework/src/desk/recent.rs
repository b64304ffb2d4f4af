//! States this process has just written, so that the next act on the same case need not read and parse them again.
//!
//! What is decided from memory may be old when another process changed the case: the version guard of the batch tells, and a
//! refusal is never given from memory. Either way the act is decided again from the database.

use super::Found;
use hashlink::LruCache;
use kernel::id::CaseId;
use std::sync::{Mutex, PoisonError};

/// Cases kept; some ten kilobytes each.
const CASES: usize = 256;

pub(super) struct Recent(Mutex<LruCache<CaseId, Found>>);

impl Default for Recent {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CASES)))
    }
}

impl Recent {
    pub fn keep(&self, found: &Found) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(found.state.id, found.clone());
    }
    /// Taken out: two acts at once are not both decided from it.
    pub fn take(&self, id: CaseId) -> Option<Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }
}
