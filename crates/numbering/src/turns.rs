//! Within one process those who number for the same office wait for each other instead of running into the guard of the batch.

use crate::{Series, last};
use kernel::id::OfficeCode;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Scope, StoreError};
use tokio::sync::OwnedMutexGuard;

/// The last numbers of one office as this process took them, by year and series: the next act need not read them.
type Known = HashMap<(i64, String), u64>;

/// Cheap to clone; the clones are one. Whoever numbers in one database shares them.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<OfficeCode, Arc<tokio::sync::Mutex<Known>>>>>);

impl Turns {
    pub async fn wait(&self, office: &OfficeCode) -> Turn {
        let queue = {
            let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            queues.entry(office.clone()).or_default().clone()
        };
        Turn(queue.lock_owned().await)
    }
}

/// The right to take the next number of an office, until it is let go.
#[derive(Debug)]
pub struct Turn(OwnedMutexGuard<Known>);

impl Turn {
    /// The number after the last one.
    pub async fn next(&self, scope: &Scope, s: Series<'_>) -> Result<u64, StoreError> {
        match self.0.get(&(s.year, s.series.to_owned())) {
            Some(last) => Ok(last + 1),
            None => Ok(last(scope, s).await? + 1),
        }
    }
    /// The number was taken.
    pub fn took(&mut self, s: Series<'_>, number: u64) {
        self.0.insert((s.year, s.series.to_owned()), number);
    }
    /// Another process was first, or nobody knows what became of the commit: the next number is read again.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}
