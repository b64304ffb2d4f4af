//! What can be wrong with a template or with the data given to it, said in both languages.

use kernel::{Refusal, Text};
use serde::Serialize;
use std::fmt;

/// A fault in a template, at a place its author can open. Line 0 means the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub file: String,
    pub line: usize,
    pub reason: Text,
}

impl Problem {
    pub fn new(file: &str, line: usize, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, reason: Text::new(vi, en) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason.en)
    }
}

/// A field the form cannot do without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingField {
    /// Dotted path in the data: `applicant.name`, `components[].name`.
    pub path: String,
    pub name: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderError {
    /// No template of that code is in the catalogue.
    UnknownTemplate(String),
    /// Required fields are absent, null or empty.
    Missing { template: String, fields: Vec<MissingField> },
    /// A value cannot be used: a time that is no time, an address too long for a QR code, data over the limit.
    Data { field: String, reason: Text },
    /// The template itself is at fault.
    Template { template: String, problems: Vec<Problem> },
}

impl RenderError {
    pub fn text(&self) -> Text {
        match self {
            Self::UnknownTemplate(code) => Text::new(
                format!("Không có mẫu văn bản “{code}” trong danh mục."),
                format!("The catalogue has no document template “{code}”."),
            ),
            Self::Missing { template, fields } => Text::new(
                format!("Mẫu “{template}” còn thiếu: {}.", names(fields, |t| &t.vi)),
                format!("Template “{template}” lacks: {}.", names(fields, |t| &t.en)),
            ),
            Self::Data { field, reason } => {
                Text::new(format!("{field}: {}", reason.vi), format!("{field}: {}", reason.en))
            }
            Self::Template { template, problems } => {
                let first = problems.first();
                let place = first.map(|p| format!("{}:{}: ", p.file, p.line)).unwrap_or_default();
                Text::new(
                    format!("Mẫu “{template}” có lỗi: {place}{}", first.map_or("", |p| p.reason.vi.as_str())),
                    format!("Template “{template}” is faulty: {place}{}", first.map_or("", |p| p.reason.en.as_str())),
                )
            }
        }
    }
}

fn names(fields: &[MissingField], of: impl Fn(&Text) -> &String) -> String {
    fields.iter().map(|f| format!("{} ({})", of(&f.name), f.path)).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for RenderError {}

impl From<RenderError> for Refusal {
    fn from(error: RenderError) -> Self {
        let Text { vi, en } = error.text();
        match error {
            RenderError::UnknownTemplate(_) => Self::not_found(vi, en),
            RenderError::Missing { fields, .. } => fields
                .into_iter()
                .fold(Self::invalid("document-field-missing", vi, en), |refusal, field| {
                    refusal.because(Some(&field.path), field.name.vi, field.name.en)
                }),
            RenderError::Data { .. } => Self::invalid("document-data", vi, en),
            RenderError::Template { .. } => Self::invalid("document-template", vi, en),
        }
    }
}
