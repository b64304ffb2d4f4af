//! A document in the words of pages.

use super::Document;

impl Document {
    /// Who signed and in what authority: “KT. CHỦ TỊCH, Bùi Quốc Khánh, Phó Chủ tịch”.
    pub fn signed_in_words(&self) -> Option<String> {
        let (person, sign_as) = self.signed_by.as_ref()?;
        let line = sign_as.as_ref().map(|l| l.line.as_str());
        let title = Some(person.title.as_str()).filter(|t| !t.is_empty());
        Some(line.into_iter().chain([person.name.as_str()]).chain(title).collect::<Vec<_>>().join(", "))
    }
}
