//! What this room asks of the rest of the house; the program answers in its bridges.

use crate::{catalog::Computed, period::Period};
use async_trait::async_trait;
use indices::Exact;
use kernel::{Instant, Text, id::OfficeCode};
use serde::{Deserialize, Serialize};
use store::{Scope, journal::Entry};

/// A number that records are behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub n: Exact,
    /// Of how many, where it is a part.
    pub d: Option<Exact>,
    /// Where the records of the number are listed, and those of the whole.
    pub n_href: String,
    pub d_href: String,
}

/// Figures of other rooms' records, on the tables of a scope: the house's own, or those made again from the journal.
#[async_trait]
pub trait Sources: Send + Sync {
    /// Nothing where the source has no data for the period.
    async fn told(&self, scope: &Scope, c: &Computed, office: Option<&OfficeCode>, period: Period, at: Instant) -> anyhow::Result<Option<Told>>;
    /// The offices that the province's number is made of.
    async fn parts(&self, scope: &Scope, c: &Computed, period: Period, at: Instant) -> anyhow::Result<Vec<(OfficeCode, Told)>>;
    /// Writes into the tables of a scope what entries of the journal make of them. Nothing else is read.
    async fn replay(&self, scope: &Scope, entries: &[Entry], at: Instant) -> anyhow::Result<()>;
}

/// Offices and areas of the province, as of today.
pub trait Places: Send + Sync {
    fn office(&self, code: &str) -> Option<Text>;
    fn is_top(&self, code: &OfficeCode) -> bool;
    /// A commune of this province on a day.
    fn area(&self, code: &str, day: kernel::time::Date) -> Option<Text>;
}
