//! Makes a person's text printable without changing what it says.
//!
//! PDF/A demands a glyph for every character and a line must be breakable somewhere, so each text is brought to NFC,
//! freed of invisible and direction-changing signs, and given break opportunities inside very long words. A character
//! the typeface cannot show is printed as □, never dropped silently and never a failure at the counter.

use crate::fonts::shows;
use jiff::Timestamp;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

const REPLACEMENT: char = '□';
/// A word longer than this may be broken anywhere; the longest dossier code is shorter.
const LONG_WORD: usize = 40;
const BREAK_EVERY: usize = 8;
const MAY_BREAK: char = '\u{200b}';

/// The data as the templates read it: printable texts, instants as wall-clock time in Vietnam.
pub fn printable(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(civil(text).unwrap_or_else(|| text_of(text))),
        Value::Array(items) => Value::Array(items.iter().map(printable).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), printable(value))).collect())
        }
        other => other.clone(),
    }
}

/// The places where a character will be printed as □, so that a caller can say so before a document is issued.
pub fn unprintable(value: &Value) -> Vec<(String, char)> {
    let mut found = Vec::new();
    walk(value, &mut String::new(), &mut found);
    found
}

fn walk(value: &Value, path: &mut String, found: &mut Vec<(String, char)>) {
    let length = path.len();
    match value {
        Value::String(text) => {
            found.extend(text.nfc().filter(|c| !is_silent(*c) && !is_space(*c) && !is_shown(*c)).map(|c| (path.clone(), c)));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("/{index}"));
                walk(item, path, found);
                path.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                walk(item, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// `2026-11-21T08:30:00+07:00` (any offset) → `2026-11-21T08:30`, the wall clock in Vietnam.
fn civil(text: &str) -> Option<String> {
    let looks_like = text.len() >= 20 && text.len() <= 40 && text.as_bytes().get(10) == Some(&b'T');
    let at: Timestamp = looks_like.then(|| text.parse().ok())??;
    Some(kernel::Instant::from(at).civil().strftime("%Y-%m-%dT%H:%M").to_string())
}

fn text_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\n' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if is_space(c) => out.push(' '),
            c if is_silent(c) => {}
            c if is_shown(c) => out.push(c),
            _ => out.push(REPLACEMENT),
        }
    }
    breakable(out.trim())
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{85}' | '\u{a0}' | '\u{202f}')
}

/// Signs without a shape: controls, direction marks and overrides, joiners, soft hyphen, byte-order mark, variation
/// selectors, tags.
fn is_silent(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Private-use code points have no agreed meaning: archives cannot read them (ISO 19005-2, 6.2.11.7.3).
fn is_shown(c: char) -> bool {
    !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..) && shows(c)
}

fn breakable(text: &str) -> String {
    if text.split([' ', '\n']).all(|word| word.chars().count() <= LONG_WORD) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    for piece in text.split_inclusive([' ', '\n']) {
        let long = piece.chars().count() > LONG_WORD;
        for (index, c) in piece.chars().enumerate() {
            if long && index > 0 && index % BREAK_EVERY == 0 {
                out.push(MAY_BREAK);
            }
            out.push(c);
        }
    }
    out
}
