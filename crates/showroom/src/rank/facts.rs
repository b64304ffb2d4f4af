//! What the ranking knows of one solution, with the dates on which it changes by itself.

use crate::listing::{DataReturn, LabelStatus, Price, SupportLine};
use kernel::{
    id::{ProviderId, SolutionId},
    time::Date,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub solution: SolutionId,
    pub provider: ProviderId,
    pub name: String,
    pub provider_name: String,
    /// The first is the main one.
    pub types: Vec<String>,
    pub sectors: Vec<String>,
    pub sizes: Vec<String>,
    pub stages: Vec<u8>,
    pub languages: Vec<String>,
    pub hosting: Vec<String>,
    pub integrations: Vec<String>,
    pub price: Price,
    pub data_return: DataReturn,
    pub label: LabelStatus,
    pub support: SupportLine,
    pub accessible: bool,
    pub portal: bool,
    /// How many claims are made.
    pub claims: u16,
    pub proofs: Vec<Proven>,
    pub references: Vec<Referred>,
    pub outcomes: OutcomeSum,
    pub listed_on: Date,
    /// Neither the solution nor its provider is suspended or barred.
    pub standing: bool,
}

/// A proof that was checked and accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    pub kind: String,
    /// The last day.
    pub until: Option<Date>,
    /// Places of the claims it supports.
    pub claims: Vec<u16>,
}

impl Proven {
    pub fn holds(&self, on: Date) -> bool {
        self.until.is_none_or(|until| on <= until)
    }
}

/// A client who confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referred {
    pub sector: String,
    /// Months in use when confirmed.
    pub months: u16,
    pub using: bool,
}

/// Verified outcomes, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeSum {
    pub cases: u32,
    /// Sum of the changes of KPI, in 1/10,000, better counted positive.
    pub change: i64,
    /// Clients followed to month 6 or later, and how many still used it.
    pub followed: u32,
    pub kept: u32,
}
