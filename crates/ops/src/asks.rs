//! What this room asks of the rest of the house. The program answers in its bridges.

use async_trait::async_trait;
use kernel::{
    Instant, Refusal, Text,
    calendar::Calendar,
    id::{AccountId, OfficeCode},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An official as a directive names them: the post is the one held at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    pub title: String,
    pub office: OfficeCode,
    pub office_name: String,
    /// The role of the post.
    #[serde(default)]
    pub role: String,
}

impl Person {
    /// Name and post.
    pub fn with_title(&self) -> String {
        [&self.name, &self.title].into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Officials of the province.
#[async_trait]
pub trait People: Send + Sync {
    /// Who holds a post in the office at the instant.
    async fn of_office(&self, office: &OfficeCode, at: Instant) -> anyhow::Result<Vec<Person>>;
    /// Nothing when the account holds no post at the instant.
    async fn person(&self, account: AccountId, at: Instant) -> anyhow::Result<Option<Person>>;
}

/// An office as it is named in a directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    pub code: OfficeCode,
    pub name: String,
}

/// An agency or unit that may be given something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub code: OfficeCode,
    pub name: Text,
}

impl Unit {
    pub fn named(&self) -> UnitRef {
        UnitRef { code: self.code.clone(), name: self.name.vi.clone() }
    }
}

/// Offices of the province, as of today.
pub trait Units: Send + Sync {
    fn all(&self) -> Vec<Unit>;
    fn unit(&self, code: &str) -> Option<Unit>;
    /// The province's own people's committee.
    fn is_top(&self, code: &OfficeCode) -> bool;
    /// The working calendar of an office.
    fn calendar(&self, code: &OfficeCode) -> Result<Arc<Calendar>, Refusal>;
}

/// A figure another room tells: never typed, always with the records behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub n: i64,
    /// Of how many, where it is a part.
    pub of: Option<Whole>,
    /// Where its records are listed.
    pub href: String,
    /// When the source was last brought up to date.
    pub as_of: Instant,
    /// Until when it stands by the rhythm of its own source; without one, the minutes of its panel say.
    pub good_until: Option<Instant>,
    /// How it is written where it is no plain count.
    pub written: Option<Written>,
}

/// What a figure is a part of, and where that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    pub n: i64,
    pub href: String,
}

/// A share or a score as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub value: Text,
    /// The fraction, the period, whether it was counted or declared.
    pub note: Text,
    /// What its own thresholds say of it.
    pub feel: crate::catalog::Feel,
}

/// A figure that a wall may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub code: String,
    pub name: Text,
    /// What it is listed under.
    pub kind: Text,
}

/// A figure in one period, with the records behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// `2026-11`
    pub code: String,
    pub name: Text,
    pub from: kernel::time::Date,
    pub n: i64,
    pub of: Option<i64>,
    /// Where the records of the number are listed, and those of the whole.
    pub href: String,
    pub whole_href: String,
    /// The period is not over.
    pub running: bool,
}

/// Figures of other rooms for the wall.
#[async_trait]
pub trait Sources: Send + Sync {
    /// What it can tell.
    fn offered(&self) -> Vec<Offered>;
    /// Nothing for a code it does not know or has no data for.
    async fn told(&self, code: &str, at: Instant) -> anyhow::Result<Option<Told>>;
    /// A figure over time, oldest first, of the province or an office; nothing for a code that is not followed.
    async fn course(&self, code: &str, office: Option<&OfficeCode>, at: Instant) -> anyhow::Result<Option<Vec<Point>>>;
    /// The offices that the newest point of the province is made of.
    async fn parts(&self, code: &str, at: Instant) -> anyhow::Result<Vec<(OfficeCode, Point)>>;
}

/// Signals of other rooms' records for alerts.
#[async_trait]
pub trait Signals: Send + Sync {
    /// Nothing for a kind it does not know or whose source has no data.
    async fn heard(&self, kind: &str, at: Instant) -> anyhow::Result<Option<crate::alert::Heard>>;
}
