//! `catalog/powers/rules.yaml`: how long power of others lasts.

use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
};
use serde::Deserialize;

pub const FILE: &str = "powers/rules.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub delegation: Delegation,
    pub emergency: Emergency,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// From the first day to the last, both counted.
    pub most_days: u16,
    pub legal_basis: LegalBasis,
    pub note: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// So long a case stays open to whoever opened it.
    pub hours: u8,
    /// Least letters of a reason.
    pub reason_letters: u16,
    pub legal_basis: LegalBasis,
    pub note: Text,
}

impl Rules {
    /// Reads; what is wrong is named with its line.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let Some(text) = files.get(FILE) else {
            return Err(vec![Finding::new(FILE, None, "Thiếu tệp quy định về ủy quyền.", "The file of rules on delegation is missing.")]);
        };
        let rules: Self = parse_yaml(FILE, text).map_err(|f| vec![f])?;
        if rules.delegation.most_days == 0 || rules.emergency.hours == 0 || rules.emergency.hours > 72 {
            return Err(vec![Finding::new(
                FILE,
                None,
                "Số ngày ủy quyền phải từ 1; số giờ mở khẩn cấp từ 1 đến 72.",
                "Days of a delegation are at least 1; hours of an emergency 1 to 72.",
            )]);
        }
        Ok(rules)
    }
}
