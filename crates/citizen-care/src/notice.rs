//! Words for people outside: an e-mail says everything, a short message says what happened and where to look.

pub mod heard;
pub mod outbox;

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// Longest short message in characters: two parts of GSM 03.38 (3GPP TS 23.038), 153 each when joined.
pub const SMS_MAX: usize = 306;

/// Vietnamese without marks and without signs outside the basic GSM alphabet, so that a short message costs one part, not three.
pub fn plain(text: &str) -> String {
    text.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            '“' | '”' | '«' | '»' => '"',
            '‘' | '’' => '\'',
            '–' | '—' => '-',
            '…' => '.',
            '\u{a0}' | '\n' | '\t' => ' ',
            c if c.is_ascii() && !matches!(c, '`' | '{' | '}' | '[' | ']' | '~' | '\\' | '^' | '|') => c,
            _ => '?',
        })
        .collect()
}

/// A short message: the words, cut between words when they are too many, and the address where the rest is.
pub fn short_message(text: &str, look_up: &str) -> String {
    let words = plain(text);
    let tail = plain(look_up);
    let room = SMS_MAX.saturating_sub(tail.len() + 1);
    let said: Cow<'_, str> = if words.len() <= room { words.as_str().into() } else { cut(&words, room.saturating_sub(3)).into() };
    format!("{said} {tail}")
}

fn cut(words: &str, room: usize) -> String {
    let head = words.get(..room.min(words.len())).unwrap_or_default();
    let end = head.rfind(' ').unwrap_or(head.len());
    format!("{}...", head.get(..end).unwrap_or_default().trim_end_matches([',', ';', ':', '.']))
}

/// An address as logs and pages show it: enough to recognise one's own, too little to use.
pub fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}•••@{domain}", name.chars().next().map(String::from).unwrap_or_default()),
        None => {
            let digits: Vec<char> = address.chars().collect();
            let tail: String = digits.iter().skip(digits.len().saturating_sub(3)).collect();
            format!("•••{tail}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_message_fits_and_is_cut_between_words() {
        let said = short_message("Hồ sơ H29.161-261123-0001: Yêu cầu bổ sung – “bản vẽ móng”.", "https://vd.vn/tra-cuu");
        assert_eq!(said, "Ho so H29.161-261123-0001: Yeu cau bo sung - \"ban ve mong\". https://vd.vn/tra-cuu");
        let long = short_message(&"đường ".repeat(100), "https://vd.vn/x");
        assert!(long.len() <= SMS_MAX && long.contains("duong... https://vd.vn/x"), "{long}");
        assert!(plain("Ư Đ ₫ {x} 😀\u{a0}y").chars().all(|c| c.is_ascii()));
    }

    #[test]
    fn an_address_is_masked() {
        assert_eq!(masked("lan.nguyen@example.vn"), "l•••@example.vn");
        assert_eq!(masked("0903123456"), "•••456");
        assert_eq!(masked(""), "•••");
    }
}
