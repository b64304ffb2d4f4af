//! A named refusal: why an act is not accepted and what to do next, in both languages.

use crate::Text;
use serde::{Deserialize, Serialize};

/// What kind of answer the outside gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// What was given is not acceptable as it is (422).
    Invalid,
    /// The state of the thing does not allow it now (409).
    Conflict,
    /// The caller may see the thing but may not do this (403).
    Forbidden,
    /// It does not exist, or the caller may not know that it does (404).
    NotFound,
    /// Too much in too short a time (429).
    TooMany,
}

/// One reason, pointing at a field (JSON pointer or form name) where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub message: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {}", message.en)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// Stable and documented: `wrong-state`, `unknown-act`…
    pub code: String,
    pub message: Text,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

impl Refusal {
    pub fn new(kind: RefusalKind, code: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind, code: code.to_owned(), message: Text::new(vi, en), reasons: Vec::new() }
    }
    pub fn invalid(code: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, code, vi, en)
    }
    pub fn conflict(code: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, code, vi, en)
    }
    pub fn forbidden(code: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Forbidden, code, vi, en)
    }
    pub fn not_found(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::NotFound, "not-found", vi, en)
    }
    #[must_use]
    pub fn because(mut self, field: Option<&str>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        self.reasons.push(Reason { field: field.map(str::to_owned), message: Text::new(vi, en) });
        self
    }
}
