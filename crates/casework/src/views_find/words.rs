//! The words of a case, and what somebody means who types something to find one. Pure.

use crate::state::CaseState;
use kernel::text::{clean, fold};
use std::collections::BTreeSet;

/// Kinds of words, by the sign they begin with in the table.
const CODE: char = 'c';
const NAME: char = 'n';
const PHONE: char = 'p';

/// A case has at most so many words of names; a longer list would be a text and not a name.
const WORDS_MAX: usize = 16;
/// Letters of a word that are kept; an index holds no longer key than a third of a page.
const LETTERS_MAX: usize = 40;
/// What is typed is read to here.
const TYPED_MAX: usize = 200;
/// Words of a question that count.
const ASKED_MAX: usize = 8;

/// What a case is found by.
pub struct Words {
    /// Codes and phones; `true` when the word means something in an office only.
    pub keys: Vec<(String, bool)>,
    /// `nnguyen`, `nvan`, …: each word once, in order.
    pub names: Vec<String>,
    /// The same words between spaces: ` an nguyen van `.
    pub joined: String,
}

/// Words of the people of a case and of what it is about (a child, a shop), its code, and their phones.
pub fn of(s: &CaseState) -> Words {
    let p = &s.people;
    let people = || [Some(&p.applicant), Some(&p.owner), p.proxy.as_ref()].into_iter().flatten();
    let mut words = BTreeSet::new();
    for text in people().map(|x| x.name.as_str()).chain([s.title.as_str()]) {
        for word in split(text) {
            if words.len() < WORDS_MAX {
                words.insert(word);
            }
        }
    }
    let mut keys: Vec<(String, bool)> = people().filter_map(|x| phone_key(x.phone.as_deref()?)).map(|k| (format!("{PHONE}{k}"), false)).collect();
    let code = s.code.as_str();
    keys.push((format!("{CODE}{}", code_key(code)), false));
    keys.extend(code.split_once('-').map(|(_, rest)| (format!("{CODE}{}", code_key(rest)), true)));
    keys.retain(|(k, _)| k.len() > 1);
    keys.sort();
    keys.dedup();
    let joined = format!(" {} ", words.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
    Words { keys, names: words.into_iter().map(|w| format!("{NAME}{w}")).collect(), joined }
}

fn split(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|w| !w.is_empty()).map(|w| w.chars().take(LETTERS_MAX).collect()).collect()
}

/// A code without its punctuation, in capitals: `h29161 261119 0042` and `H29.161-261119-0042` are one; so are the forms that
/// offices had before (`000.00.61.H29-231104-0012`).
pub fn code_key(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(60).collect()
}

/// A phone from its last digit to its first, so that last digits are a beginning; `+84 901…` is `0901…`.
pub fn phone_key(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.strip_prefix("84") {
        Some(rest) if rest.len() == 9 => format!("0{rest}"),
        _ => digits,
    };
    (!national.is_empty()).then(|| national.chars().rev().take(20).collect())
}

/// One range of words, and what the other words must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    pub word: String,
    /// The word itself, or everything that begins with it.
    pub whole: bool,
    /// Patterns that `words` of the case must match.
    pub also: Vec<String>,
}

impl Range {
    /// Behind the last word of the range, in the order of bytes; words are letters and digits.
    pub fn end(&self) -> String {
        format!("{}{}", self.word, if self.whole { '\u{1}' } else { '\u{10ffff}' })
    }
    /// A case may stand in a range more than once, with several of its words: the first of them counts.
    pub fn is_first(&self, word: &str, words: &str) -> bool {
        let Some(own) = self.word.strip_prefix(NAME).filter(|_| !self.whole) else { return true };
        let first = words.split(' ').find(|w| !w.is_empty() && w.starts_with(own));
        first.is_none_or(|first| word.strip_prefix(NAME) == Some(first))
    }
}

/// What was typed, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nothing, or too little to tell anything apart.
    TooShort,
    /// A code or the beginning of one, a phone's last digits: each range is looked into in this order.
    Keys(Vec<Range>),
    /// Names: for each word the range it would be found by; which is the shortest is for the data to say.
    Names(Vec<Range>),
}

impl Asked {
    pub fn of(text: &str) -> Self {
        let text: String = clean(text).chars().take(TYPED_MAX).collect();
        let (key, words) = (code_key(&text), split(&text));
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let letters = text.chars().any(char::is_alphabetic);
        match (letters, digits) {
            (true, 3..) => Self::Keys(vec![begins(CODE, &key)]),
            (true, _) => names(&words),
            // Digits alone: the end of a phone, or what stands behind the office in a code (day and number).
            (false, 3..) => {
                let phone = phone_key(&text).filter(|p| p.len() <= 11 && !text.contains('-')).map(|p| begins(PHONE, &p));
                let code = (digits >= 6).then(|| begins(CODE, &key));
                let ranges: Vec<Range> = phone.into_iter().chain(code).collect();
                if ranges.is_empty() { Self::TooShort } else { Self::Keys(ranges) }
            }
            (false, _) => Self::TooShort,
        }
    }
}

fn begins(kind: char, key: &str) -> Range {
    Range { word: format!("{kind}{key}"), whole: false, also: Vec::new() }
}

fn names(words: &[String]) -> Asked {
    let words: Vec<&String> = words.iter().take(ASKED_MAX).collect();
    let Some((last, whole)) = words.split_last() else { return Asked::TooShort };
    if whole.is_empty() && last.chars().count() < 2 {
        return Asked::TooShort;
    }
    let also = |without: usize| -> Vec<String> {
        let rest = whole.iter().enumerate().filter(|(n, _)| *n != without).map(|(_, w)| format!("% {w} %"));
        // The last word is still being typed.
        rest.chain((without < whole.len()).then(|| format!("% {last}%"))).collect()
    };
    let full = whole.iter().enumerate().map(|(n, w)| Range { word: format!("{NAME}{w}"), whole: true, also: also(n) });
    let last = Range { word: format!("{NAME}{last}"), whole: false, also: also(whole.len()) };
    Asked::Names(full.chain([last]).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn codes_of_every_form_are_one_without_their_signs() {
        for typed in ["H29.161-261119-0042", "h29.161-261119-0042", "H29161 261119 0042", "h29161.261119.0042", " H29.161–261119–0042 "] {
            assert_eq!(code_key(typed), "H291612611190042", "{typed}");
        }
        assert_eq!(code_key("000.00.61.H29-231104-0012"), "0000061H292311040012");
        assert_eq!(code_key("Đ-–"), "");
    }

    #[test]
    fn phones_begin_at_their_end() {
        for typed in ["0901000011", "+84 901 000 011", "84901000011", "0901.000.011"] {
            assert_eq!(phone_key(typed).unwrap(), "1100001090", "{typed}");
        }
        assert_eq!(phone_key("chưa có"), None);
    }

    fn keys(text: &str) -> Vec<String> {
        match Asked::of(text) {
            Asked::Keys(ranges) => ranges.into_iter().map(|r| r.word).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_is_typed_is_a_code_a_phone_or_a_name() {
        assert_eq!(keys("h29.161-2611"), ["cH291612611"]);
        assert_eq!(keys("261119-0042"), ["c2611190042"]);
        assert_eq!(keys("0011"), ["p1100"]);
        assert_eq!(keys("0901 000 011"), ["p1100001090", "c0901000011"]);
        for short in ["", "  ", "12", "a", "-", "🙂", "\u{0}"] {
            assert_eq!(Asked::of(short), Asked::TooShort, "{short:?}");
        }
        assert!(matches!(Asked::of(&"x ".repeat(10_000)), Asked::Names(r) if r.len() == ASKED_MAX));
    }

    #[test]
    fn any_word_may_lead_and_the_last_is_a_beginning() {
        let Asked::Names(ranges) = Asked::of("Bình Nguyễn v") else { panic!() };
        let told: Vec<_> = ranges.iter().map(|r| (r.word.as_str(), r.whole, r.also.join(" "))).collect();
        assert_eq!(
            told,
            [
                ("nbinh", true, "% nguyen % % v%".to_owned()),
                ("nnguyen", true, "% binh % % v%".to_owned()),
                ("nv", false, "% binh % % nguyen %".to_owned()),
            ]
        );
        assert!("nbinh" < ranges[0].end().as_str() && ranges[0].end().as_str() < "nbinha");
        assert!("nvzzz" < ranges[2].end().as_str() && ranges[2].end().as_str() < "nw");
    }

    #[test]
    fn a_case_counts_once_in_a_range() {
        let h = Range { word: "nh".into(), whole: false, also: Vec::new() };
        assert!(h.is_first("nha", " ha hoa nguyen ") && !h.is_first("nhoa", " ha hoa nguyen "));
        assert!(Range { whole: true, ..h }.is_first("nhoa", " ha hoa "));
    }
}
