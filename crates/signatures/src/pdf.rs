//! What a PDF says about its signatures: where their dictionaries stand, which bytes each covers, and what a later
//! revision did to what was signed.

pub mod later;
pub mod object;
pub mod store;
pub mod table;

use memchr::memmem;
use object::{Allowance, Dict, Parser, Value};

/// A signature's dictionary as it stands in the file.
#[derive(Debug)]
pub struct Found {
    pub dict: Dict,
    /// What it says it covers: from, length, from, length.
    pub ranges: Vec<i64>,
    /// Its place for the signature, `<` and `>` included; none when it is not written as a hex string.
    pub hole: Option<object::Span>,
    pub contents: Vec<u8>,
}

/// Which bytes a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    pub hole: object::Span,
    /// The end of the second range: the whole file, or a revision that others followed.
    pub end: usize,
}

impl Covered {
    pub fn parts<'a>(&self, bytes: &'a [u8]) -> [&'a [u8]; 2] {
        [bytes.get(..self.hole.from).unwrap_or_default(), bytes.get(self.hole.to..self.end).unwrap_or_default()]
    }
}

impl Found {
    /// The ranges leave out exactly the signature's own place and start with the file (ISO 32000-2 §12.8.1); anything else
    /// leaves room for content that nobody signed.
    pub fn covered(&self, file: usize) -> Option<Covered> {
        let ranges: Vec<usize> = self.ranges.iter().map(|n| usize::try_from(*n).ok()).collect::<Option<_>>()?;
        let [0, first, second, length] = *ranges.as_slice() else { return None };
        let hole = self.hole?;
        let end = second.checked_add(length)?;
        (first == hole.from && second == hole.to && end <= file && !self.dict.is_ambiguous()).then_some(Covered { hole, end })
    }
}

/// Signatures of one file that are looked at; no paper of an office has nearly as many.
pub const MOST_SIGNATURES: usize = 32;
/// A signature's dictionary is not longer than this (its place for the signature is some 20 to 100 kB).
const LONGEST: usize = 1 << 20;

/// All signature dictionaries, in the order of what they cover. `true`: there were more than are looked at.
pub fn signatures(bytes: &[u8], allowance: &Allowance) -> (Vec<Found>, bool) {
    let mut found: Vec<Found> = Vec::new();
    let mut more = false;
    for at in memmem::find_iter(bytes, b"/ByteRange") {
        if found.iter().any(|f| f.dict.span.from < at && at < f.dict.span.to) {
            continue;
        }
        if found.len() == MOST_SIGNATURES {
            more = true;
            break;
        }
        found.extend(around(bytes, at, allowance));
    }
    found.sort_by_key(|f| f.ranges.iter().skip(2).fold(0_i64, |sum, n| sum.saturating_add(*n)));
    (found, more)
}

/// The object around `at`, looked for backwards, and in it the dictionary that holds the entry.
fn around(bytes: &[u8], at: usize, allowance: &Allowance) -> Option<Found> {
    let low = at.saturating_sub(LONGEST);
    let mut end = at;
    for _ in 0..4 {
        let start = low + memmem::rfind(bytes.get(low..end)?, b"obj")?;
        let window = bytes.get(..bytes.len().min(start + 2 * LONGEST))?;
        let mut p = Parser { bytes: window, at: start + 3, allowance };
        if let Some(found) = p.value(0).as_ref().and_then(|v| holding(v, at)) {
            return signature(found);
        }
        end = start;
    }
    None
}

/// The innermost dictionary around the place.
fn holding(value: &Value, at: usize) -> Option<&Dict> {
    match value {
        Value::Dict(d) if d.span.from < at && at < d.span.to => d.entries.iter().find_map(|(_, v)| holding(v, at)).or(Some(d)),
        Value::List(l) => l.iter().find_map(|v| holding(v, at)),
        _ => None,
    }
}

fn signature(dict: &Dict) -> Option<Found> {
    let Value::List(list) = dict.get("ByteRange")? else { return None };
    let ranges = list.iter().map(|v| if let Value::Int(n) = v { Some(*n) } else { None }).collect::<Option<Vec<_>>>()?;
    let (contents, hole) = match dict.get("Contents") {
        Some(Value::Text { bytes, hex, span }) => (bytes.clone(), hex.then_some(*span)),
        _ => (Vec::new(), None),
    };
    Some(Found { dict: dict.clone(), ranges, hole, contents })
}

/// A PDF date (ISO 32000-2 §7.9.4): `D:20261122190000+07'00'`.
pub fn date(text: &str) -> Option<kernel::Instant> {
    let digits = text.strip_prefix("D:").unwrap_or(text);
    let part = |from: usize, to: usize| digits.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit())).and_then(|t| t.parse::<i16>().ok());
    let small = |from: usize, default: i8| part(from, from + 2).map_or(Some(default), |n| i8::try_from(n).ok());
    let civil = jiff::civil::DateTime::new(part(0, 4)?, small(4, 1)?, small(6, 1)?, small(8, 0)?, small(10, 0)?, small(12, 0)?, 0).ok()?;
    let at: kernel::Instant = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?.into();
    let sign = match digits.as_bytes().get(14) {
        Some(b'+') => -1,
        Some(b'-') => 1,
        _ => 0,
    };
    let ahead = i64::from(part(15, 17).unwrap_or(0)) * 3600 + i64::from(part(18, 20).unwrap_or(0)) * 60;
    Some(at.plus_seconds(sign * ahead))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_a_pdf() {
        let said = |t: &str| date(t).map(|d| d.to_string());
        assert_eq!(said("D:20261122190000+07'00'").as_deref(), Some("2026-11-22T19:00:00+07:00"));
        assert_eq!(said("D:20261122120000Z").as_deref(), Some("2026-11-22T19:00:00+07:00"));
        assert_eq!(said("D:2026").as_deref(), Some("2026-01-01T07:00:00+07:00"));
        assert_eq!(said("D:20261399"), None);
        assert_eq!(said("ngày"), None);
    }
}
