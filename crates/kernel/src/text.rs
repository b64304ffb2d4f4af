//! Text in the two languages of every screen, and Vietnamese text made comparable.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The language a person reads. Vietnamese is the first language of every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Vi,
    En,
}

impl Lang {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
    /// The text of the language, both given.
    pub const fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub vi: String,
    pub en: String,
}

impl Text {
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.vi, &self.en)
    }
}

/// Canonical form for storage: NFC, control characters dropped (line breaks and tabs kept), ends trimmed. Signs that show
/// nothing but change the order or the comparison of what is read (zero width, direction overrides) are dropped too: a
/// stored name must read as it is.
pub fn clean(text: &str) -> String {
    text.nfc()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .filter(|c| !matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// What a person types without a Vietnamese keyboard: tones and diacritics dropped, đ→d, lower case,
/// every run of other signs one space. For finding, never for showing.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'đ' | 'Đ' => out.push('d'),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ if out.ends_with(' ') || out.is_empty() => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_meets_what_people_type() {
        assert_eq!(fold("Đăng ký  khai-sinh"), "dang ky khai sinh");
        assert_eq!(fold("Thu\u{309}y"), fold("Thủy"));
    }

    #[test]
    fn cleaning_composes_and_drops_controls() {
        assert_eq!(clean(" Tha\u{300}nh\u{0} "), "Thành");
        assert_eq!(clean("An\u{202e}\u{200b}h"), "Anh");
    }
}
