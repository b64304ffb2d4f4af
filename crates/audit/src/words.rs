//! An entry's payload field by field, with what may not be shown masked. Pure.

use crate::catalog::Words;
use kernel::{Instant, Text};
use serde_json::Value;
use std::collections::BTreeSet;

/// One value of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, in words: the names of the fields on the way to it.
    pub place: Vec<Text>,
    /// `None`: masked.
    pub value: Option<String>,
}

/// Lines shown of one payload; a longer one is cut and says so.
pub const MOST: usize = 400;

/// All values of a payload in their order. With `open` nothing is masked.
pub fn lines(words: &Words, payload: &Value, open: bool) -> Vec<Line> {
    let mut out = Vec::new();
    walk(words, payload, &mut Vec::new(), open, &mut out);
    out
}

fn walk(words: &Words, value: &Value, path: &mut Vec<String>, open: bool, out: &mut Vec<Line>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                path.push(key.clone());
                walk(words, inner, path, open, out);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (i, inner) in list.iter().enumerate() {
                path.push(format!("#{}", i + 1));
                walk(words, inner, path, open, out);
                path.pop();
            }
        }
        Value::Null => {}
        leaf => {
            let told = match leaf {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            out.push(Line { place: place(words, path), value: (open || shown(words, path)).then_some(told) });
        }
    }
}

/// Names on the way, numbers of lists left out.
fn named(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).filter(|p| !p.starts_with('#')).collect()
}

fn pair(names: &[&str]) -> Option<String> {
    match names {
        [.., parent, own] => Some(format!("{parent}/{own}")),
        _ => None,
    }
}

/// Whether a value may be shown: its field, or its field below its parent, is listed so. What a person typed (`input`, `answers`)
/// is masked whatever its name: a form may call anything by any name.
fn shown(words: &Words, path: &[String]) -> bool {
    let names = named(path);
    if names.iter().any(|n| matches!(*n, "input" | "answers" | "values")) {
        return false;
    }
    let field = pair(&names).and_then(|p| words.fields.get(&p)).or_else(|| names.last().and_then(|own| words.fields.get(*own)));
    field.is_some_and(|f| f.shown)
}

fn place(words: &Words, path: &[String]) -> Vec<Text> {
    (0..path.len())
        .filter_map(|i| {
            let own = path.get(i)?;
            if own.starts_with('#') {
                return Some(Text::new(own.as_str(), own.as_str()));
            }
            let names = named(path.get(..=i)?);
            let field = pair(&names).and_then(|p| words.fields.get(&p)).or_else(|| words.fields.get(own));
            Some(field.map_or_else(|| Text::new(own.as_str(), own.as_str()), |f| Text::new(f.vi.as_str(), f.en.as_str())))
        })
        .collect()
}

/// Personal numbers (12 digits, Law on Identity) anywhere in a payload: whom an opened entry concerns.
pub fn personal_numbers(payload: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each_text(payload, &mut |text| {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            found.insert(text.to_owned());
        }
    });
    found
}

/// Calls `seen` with every text of a payload.
pub fn each_text(value: &Value, seen: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => seen(text),
        Value::Array(list) => list.iter().for_each(|v| each_text(v, seen)),
        Value::Object(map) => map.values().for_each(|v| each_text(v, seen)),
        _ => {}
    }
}

/// A case's code: `H29.161-261119-0042`.
pub fn is_case_code(text: &str) -> bool {
    let digits = |t: &str, least: usize| t.len() >= least && t.len() <= 8 && t.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split('-');
    let (Some(office), Some(day), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return false };
    let letters = office.strip_prefix(|c: char| c.is_ascii_uppercase());
    letters.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.')) && digits(day, 6) && day.len() == 6 && digits(number, 4)
}

/// A text that is an instant is told as people say it.
pub fn instant(text: &str) -> Option<Instant> {
    (text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T')).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Field, Words};
    use serde_json::json;

    fn words() -> Words {
        let field = |shown| Field { vi: "v".into(), en: "e".into(), shown };
        let fields = [("act", true), ("name", false), ("by/name", true), ("code", true), ("to", false)];
        Words {
            open_hours: 8,
            legal_basis: Vec::new(),
            rooms: Default::default(),
            kinds: Default::default(),
            fields: fields.into_iter().map(|(n, s)| (n.to_owned(), field(s))).collect(),
        }
    }

    #[test]
    fn only_listed_values_are_shown() {
        let payload = json!({
            "act": "file", "by": {"name": "Thu", "phone": "0900"}, "input": {"code": "typed", "act": "typed"},
            "changes": [{"change": "filed", "name": "Lan", "code": "H1-261119-0001", "n": 7, "nothing": null}],
        });
        let seen: Vec<String> = lines(&words(), &payload, false).into_iter().filter_map(|l| l.value).collect();
        assert_eq!(seen, ["file", "Thu", "H1-261119-0001"], "a field that nobody listed is masked, and whatever was typed");
        let all = lines(&words(), &payload, true);
        assert_eq!(all.len(), 9);
        assert!(all.iter().all(|l| l.value.is_some()));
        assert_eq!(all[6].place.iter().map(|t| t.vi.as_str()).collect::<Vec<_>>(), ["changes", "#1", "v"]);
    }

    #[test]
    fn numbers_and_codes_are_told_from_other_texts() {
        let payload = json!({"a": ["079190000011", "07919000001", "0791900000111", "07919000001x"], "b": {"c": "079085000022"}, "d": 79190000011_i64});
        assert_eq!(personal_numbers(&payload).into_iter().collect::<Vec<_>>(), ["079085000022", "079190000011"]);
        for good in ["H29.161-261119-0042", "H29-261119-12345", "G01.1.2-010126-0001"] {
            assert!(is_case_code(good), "{good}");
        }
        for bad in ["", "H29.161-261119", "H29.161-26111-0042", "h29-261119-0042", "H29.161-261119-0042-1", "2026-11-23", "H-261119-0042", "H29 -261119-0042"] {
            assert!(!is_case_code(bad), "{bad}");
        }
        assert!(instant("2026-11-23T08:30:00+07:00").is_some() && instant("2026-11-23").is_none() && instant("một câu dài hơn hai mươi chữ").is_none());
    }
}
