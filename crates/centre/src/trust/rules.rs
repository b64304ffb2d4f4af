//! The numbers of the checks, from `catalog/centre/checks.yaml`.

use kernel::catalog::{Effective, Files, Finding, LegalBasis, parse_yaml};
use scoring::Decimal;
use serde::Deserialize;

pub const FILE: &str = "centre/checks.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub version: String,
    pub effective: Effective,
    pub outliers: Outliers,
    pub alike: Alike,
    pub drift: Drift,
    pub recheck: Recheck,
    pub rounds: Rounds,
    #[serde(default)]
    pub evidence: Evidence,
    #[serde(default)]
    pub conclude: Conclude,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outliers {
    /// Fewest other results.
    pub peers: usize,
    pub robust_z: Decimal,
    /// Percentage points of the maximum.
    pub least_gap: Decimal,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alike {
    /// Characters.
    pub text_length: usize,
    pub answers: usize,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    pub checks: u32,
    /// Percentage points.
    pub deviation: Decimal,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recheck {
    /// Percent.
    pub least: Decimal,
    pub most: Decimal,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounds {
    pub legal_basis: Vec<LegalBasis>,
}

/// What proves an answer, where the criterion does not say so itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Pictures without any other paper.
    pub images_alone: bool,
    pub legal_basis: Vec<LegalBasis>,
}

/// How much a consultant has looked at before a result may be called verified.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclude {
    /// Percent of the answered questions.
    pub share: Decimal,
    /// However few were answered.
    pub least: usize,
    /// Whether every answered gate has to be among them.
    pub gates: bool,
    pub legal_basis: Vec<LegalBasis>,
}

impl Default for Conclude {
    fn default() -> Self {
        Self { share: Decimal::ZERO, least: 1, gates: false, legal_basis: Vec::new() }
    }
}

/// Reads and checks the rules.
///
/// # Errors
/// What is wrong with the file, or that it is missing.
pub fn load(files: &Files) -> Result<Rules, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, "thiếu tệp quy tắc kiểm tra kết quả", "the rules for checking results are missing")]);
    };
    let rules: Rules = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let faults = faults(&rules);
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

fn faults(r: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut need = |holds: bool, vi: &str, en: &str| {
        if !holds {
            found.push(Finding::new(FILE, None, vi, en));
        }
    };
    need(r.outliers.peers >= crate::views::K, "outliers.peers phải từ 5 trở lên (không để lộ từng đơn vị)", "outliers.peers has to be 5 or more (k-anonymity)");
    need(r.outliers.robust_z.is_positive(), "outliers.robust_z phải lớn hơn 0", "outliers.robust_z has to be above 0");
    need(!r.outliers.least_gap.is_negative(), "outliers.least_gap không được âm", "outliers.least_gap may not be negative");
    need(r.alike.text_length >= 10, "alike.text_length phải từ 10 ký tự", "alike.text_length has to be 10 or more");
    need(r.alike.answers >= 1, "alike.answers phải từ 1", "alike.answers has to be 1 or more");
    need(r.drift.deviation.is_positive(), "drift.deviation phải lớn hơn 0", "drift.deviation has to be above 0");
    let share = r.recheck.least.is_positive() && r.recheck.least <= r.recheck.most && r.recheck.most <= Decimal::HUNDRED;
    let all = Decimal::HUNDRED;
    need(!r.conclude.share.is_negative() && r.conclude.share <= all, "conclude.share phải từ 0 đến 100", "conclude.share has to be from 0 to 100");
    need(r.conclude.least >= 1, "conclude.least phải từ 1 (không kết luận khi chưa xem câu nào)", "conclude.least has to be 1 or more (nothing is concluded unseen)");
    need(share, "recheck: 0 < least ≤ most ≤ 100", "recheck: 0 < least ≤ most ≤ 100");
    found
}

/// The rules of this repository's catalogue.
#[cfg(test)]
pub(crate) fn of_the_repository() -> Rules {
    let mut files = Files::new();
    files.insert(FILE, include_str!("../../../../catalog/centre/checks.yaml"));
    load(&files).unwrap_or_else(|found| panic!("{found:?}"))
}
