//! The catalogue: dated, cited data that a province declares. Here are the file set, the reader of one YAML file with
//! the line of what is wrong, and the citation every normative value carries.
//!
//! Reading directories is I/O and lives in the program; the kernel sees [`Files`] only.

mod file;
mod yaml;

pub use file::{Files, Finding};
pub use yaml::{MAX_FILE, line_of, parse_yaml};

use crate::time::Date;
use serde::{Deserialize, Serialize};

/// Where a normative value comes from. `verified: no` is shown on screen beside the value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// Number and name as cited: `Nghị định 118/2025/NĐ-CP`.
    pub document: String,
    /// Article, clause and point as cited: `Điều 112 khoản 1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Somebody has read the source text and found this there.
    pub verified: bool,
}

impl std::fmt::Display for LegalBasis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.article {
            Some(article) => write!(f, "{article} {}", self.document),
            None => f.write_str(&self.document),
        }
    }
}

/// The dates on which something is in force: from the first day up to and including the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    pub from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Effective {
    pub const fn since(from: Date) -> Self {
        Self { from, to: None }
    }
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests;
