//! What the catalogue tells the counter: its clocks, how long things may lie, and the queue (`counter/counter.yaml`).

use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
};
use serde::Deserialize;

const FILE: &str = "counter/counter.yaml";

/// A span with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    pub span: Span,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

/// Something with a code and a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub code: String,
    pub name: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueRules {
    pub groups: Vec<Named>,
    pub priorities: Vec<Named>,
    /// Most tickets with priority called one after the other while others wait.
    pub in_a_row: usize,
    pub serving_minutes: i64,
    pub most_a_day: i64,
    pub windows: i64,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

impl QueueRules {
    pub fn group(&self, code: &str) -> Option<&Named> {
        self.groups.iter().find(|g| g.code == code)
    }
    pub fn priority(&self, code: &str) -> Option<&Named> {
        self.priorities.iter().find(|p| p.code == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub post: Within,
    pub papers: Within,
    pub outage: Within,
    pub collect: Within,
    pub queue: QueueRules,
}

/// Reads the counter's file and checks it.
pub fn load(files: &Files) -> Result<Rules, Vec<Finding>> {
    let found = files.iter().find(|(path, _)| *path == FILE);
    let Some((path, text)) = found else {
        return Err(vec![Finding::new(FILE, None, format!("Thiếu tệp {FILE}."), format!("{FILE} is missing."))]);
    };
    let rules: Rules = parse_yaml(path, text).map_err(|f| vec![f])?;
    let mut findings = Vec::new();
    let mut fault = |vi: &str, en: &str| findings.push(Finding::new(path, None, vi, en));
    let mut codes: Vec<&str> = rules.queue.groups.iter().map(|g| g.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() || codes.len() != rules.queue.groups.len() {
        fault("Nhóm dịch vụ của hàng chờ phải có ít nhất một và mã không trùng.", "The queue needs groups, each with a code of its own.");
    }
    if codes.iter().any(|c| c.len() != 1 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
        fault("Mã nhóm của hàng chờ là một chữ in hoa.", "The code of a queue group is one capital letter.");
    }
    if rules.queue.in_a_row == 0 || rules.queue.serving_minutes < 1 || rules.queue.most_a_day < 1 || rules.queue.windows < 1 {
        fault("Các số của hàng chờ phải lớn hơn 0.", "The figures of the queue must be above 0.");
    }
    if findings.is_empty() { Ok(rules) } else { Err(findings) }
}
