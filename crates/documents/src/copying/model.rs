//! What a copy is made of.

use kernel::{
    id::{ArrivalId, DocumentId, FileId},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// Where what is copied stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", content = "id", rename_all = "snake_case")]
pub enum Source {
    /// Issued by the office that copies.
    Document(DocumentId),
    /// In its register of incoming documents.
    Arrival(ArrivalId),
}

impl Source {
    /// The journal's stream of it.
    pub fn stream(&self) -> String {
        match self {
            Self::Document(id) => id.to_string(),
            Self::Arrival(id) => id.to_string(),
        }
    }
}

/// What is copied, as the register had it when the copy was asked for, and which file exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    pub source: Source,
    /// The file itself is the copy; otherwise a part of it was set anew.
    pub whole: bool,
    pub kind: String,
    /// Empty: it has none.
    pub number: String,
    pub date: Option<Date>,
    pub agency: String,
    pub subject: String,
    pub file: FileId,
    pub sha256: String,
    /// Where it was issued on this platform: the document, whose recall the copy's verification tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_as: Option<DocumentId>,
}

impl Original {
    /// `Quyết định số 05/QĐ-UBND ngày 08/01/2026 của …`
    pub fn cited(&self, kind: &str) -> String {
        let number = if self.number.is_empty() { String::new() } else { format!(" số {}", self.number) };
        let date = self.date.map_or(String::new(), |d| format!(" ngày {:02}/{:02}/{}", d.day(), d.month(), d.year()));
        format!("{kind}{number}{date} của {}", self.agency)
    }
}
