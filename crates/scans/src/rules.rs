//! How papers are read, as the catalogue says it.

use kernel::catalog::{Effective, Files, Finding, LegalBasis, parse_yaml};
use serde::Deserialize;

pub const PATH: &str = "uploads/reading.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    #[expect(dead_code, reason = "read by people")]
    effective: Effective,
    #[expect(dead_code, reason = "read by people")]
    legal_basis: LegalBasis,
    /// Languages of tesseract, the most frequent first.
    pub languages: Vec<String>,
    pub dots_per_inch: u32,
    /// A page of a PDF with at least so many letters brings its text itself.
    pub letters_of_a_text_page: usize,
    pub most_pages: usize,
    pub seconds_a_page: u64,
    /// Pages that are not reached by then stay without words.
    pub seconds_a_file: u64,
}

impl Rules {
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let text = files.get(PATH).ok_or_else(|| vec![Finding::new(PATH, None, "thiếu tệp này trong danh mục", "this file is missing in the catalogue")])?;
        let rules: Self = parse_yaml(PATH, text).map_err(|f| vec![f])?;
        let named = |l: &String| (3..=20).contains(&l.len()) && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if rules.languages.is_empty() || !rules.languages.iter().all(named) {
            return Err(vec![Finding::new(PATH, None, "languages: ghi mã ngôn ngữ của tesseract, ví dụ vie", "languages: give tesseract's codes, such as vie")]);
        }
        if !(72..=600).contains(&rules.dots_per_inch) || !(1..=2_000).contains(&rules.most_pages) || !(1..=600).contains(&rules.seconds_a_page) || !(rules.seconds_a_page..=7_200).contains(&rules.seconds_a_file) {
            return Err(vec![Finding::new(PATH, None, "dots_per_inch 72–600, most_pages 1–2000, seconds_a_page 1–600, seconds_a_file đến 7200", "dots_per_inch 72–600, most_pages 1–2000, seconds_a_page 1–600, seconds_a_file up to 7200")]);
        }
        Ok(rules)
    }
}
