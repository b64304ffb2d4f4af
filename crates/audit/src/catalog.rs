//! What the catalogue tells this room: the words of the journal and which values may stand on a screen.

use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
};
use serde::Deserialize;
use std::collections::BTreeMap;

pub const WORDS: &str = "audit/words.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Hours for which an opened entry stays open to who opened it.
    pub open_hours: u32,
    pub legal_basis: Vec<LegalBasis>,
    pub rooms: BTreeMap<String, Text>,
    pub kinds: BTreeMap<String, Text>,
    /// By the field's own name, or by its parent's and its own: `by/name`.
    pub fields: BTreeMap<String, Field>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub vi: String,
    pub en: String,
    /// The value is no personal data.
    #[serde(default)]
    pub shown: bool,
}

/// Reads and checks this room's part of the catalogue.
pub fn load(files: &Files) -> Result<Words, Vec<Finding>> {
    let Some(text) = files.get(WORDS) else {
        return Err(vec![Finding::new(WORDS, None, "Thiếu tệp danh mục này.", "This file of the catalogue is missing.")]);
    };
    let words: Words = parse_yaml(WORDS, text).map_err(|f| vec![f])?;
    let mut findings = Vec::new();
    if words.open_hours == 0 || words.open_hours > 72 {
        findings.push(Finding::at(WORDS, text, &["open_hours"], "từ 1 đến 72 giờ", "1 to 72 hours"));
    }
    for (name, field) in &words.fields {
        if field.vi.trim().is_empty() || field.en.trim().is_empty() {
            findings.push(Finding::at(WORDS, text, &["fields", name], "thiếu chữ một trong hai ngôn ngữ", "a word is missing in one language"));
        }
    }
    // A person's own data must not become visible by an overlay's slip.
    for name in PERSONAL {
        if words.fields.get(*name).is_some_and(|f| f.shown) {
            findings.push(Finding::at(WORDS, text, &["fields", name], "mục này là dữ liệu cá nhân, không được đặt shown", "this field is personal data and cannot be shown"));
        }
    }
    if findings.is_empty() { Ok(words) } else { Err(findings) }
}

/// Fields that are personal data whatever a catalogue says.
const PERSONAL: &[&str] = &["name", "phone", "email", "address", "identifier", "personal_number", "subject", "subjects", "answers", "input"];

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "open_hours: 8\nlegal_basis: []\nrooms: {}\nkinds: {}\nfields:\n  act: {vi: Việc, en: Act, shown: true}\n  phone: {vi: Điện thoại, en: Phone}\n";

    fn read(text: &str) -> Result<Words, Vec<Finding>> {
        let mut files = Files::new();
        files.insert(WORDS, text);
        load(&files)
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(read(SMALL).unwrap().open_hours, 8);
        let wrong = SMALL.replace("en: Phone}", "en: Phone, shown: true}").replace("open_hours: 8", "open_hours: 0");
        let said: Vec<String> = read(&wrong).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|s| s.starts_with("audit/words.yaml:1: ")) && said.iter().any(|s| s.starts_with("audit/words.yaml:7: ")), "{said:?}");
        assert!(read("open_hours: many").is_err() && load(&Files::new()).is_err());
    }
}
