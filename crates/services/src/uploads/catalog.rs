//! Limits of one file, as declared (`uploads/files.yaml`).

use super::FILE_MAX;
use kernel::catalog::{Effective, Files, Finding, LegalBasis, parse_yaml};
use serde::Deserialize;

const FILE: &str = "uploads/files.yaml";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Of one file, in units of 1,048,576 bytes.
    pub largest_mb: usize,
    /// Of one PDF.
    pub most_pages: u32,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

impl Rules {
    /// Bytes of the largest file.
    pub fn largest(&self) -> usize {
        (self.largest_mb << 20).min(FILE_MAX)
    }
}

/// Reads the file and checks it.
pub fn load(files: &Files) -> Result<Rules, Vec<Finding>> {
    let found = files.iter().find(|(path, _)| *path == FILE);
    let Some((path, text)) = found else {
        return Err(vec![Finding::new(FILE, None, format!("Thiếu tệp {FILE}."), format!("{FILE} is missing."))]);
    };
    let rules: Rules = parse_yaml(path, text).map_err(|f| vec![f])?;
    let mut findings = Vec::new();
    let most = FILE_MAX >> 20;
    if !(1..=most).contains(&rules.largest_mb) {
        findings.push(Finding::new(path, None, format!("largest_mb phải từ 1 đến {most}: chương trình không đọc tệp lớn hơn {most} MB."), format!("largest_mb is from 1 to {most}: the program reads no file larger than {most} MB.")));
    }
    if rules.most_pages == 0 {
        findings.push(Finding::new(path, None, "most_pages phải lớn hơn 0.", "most_pages is above 0."));
    }
    if findings.is_empty() { Ok(rules) } else { Err(findings) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn limits_are_read_and_checked() {
        let text = include_str!("../../../../catalog/uploads/files.yaml");
        let with = |from: &str, to: &str| load(&[(FILE.to_owned(), text.replace(from, to))].into_iter().collect());
        let rules = with("", "").unwrap();
        assert_eq!((rules.largest(), rules.most_pages), (20 << 20, 500));
        for (from, to, word) in [("largest_mb: 20", "largest_mb: 21", "20 MB"), ("largest_mb: 20", "largest_mb: 0", "largest_mb"), ("most_pages: 500", "most_pages: 0", "most_pages"), ("most_pages: 500", "most_pages: many", "files.yaml")] {
            let findings = with(from, to).unwrap_err();
            assert!(findings.iter().any(|f| f.to_string().contains(word)), "{to}: {findings:?}");
        }
        assert!(load(&Files::new()).is_err());
    }
}
