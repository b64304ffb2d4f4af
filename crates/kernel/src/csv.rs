//! Tables that other people's programs write: comma or semicolon separated text (RFC 4180), its encodings, times and amounts. Read strictly:
//! what cannot be read is named with its line.

use crate::{Dong, Instant, Text, time::DateTime};

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    pub line: usize,
    pub reason: Text,
}

pub fn fault(line: usize, vi: impl Into<String>, en: impl Into<String>) -> RowFault {
    RowFault { line, reason: Text::new(vi, en) }
}

/// `2026-11-23T15:04:05+07:00`, `23/11/2026 15:04:05` or `2026-11-23 15:04:05`, the last two in Vietnam's time.
pub fn instant(text: &str) -> Option<Instant> {
    if let Ok(at) = text.parse::<Instant>() {
        return Some(at);
    }
    let (day, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let numbers = |t: &str, by: char| t.split(by).map(|p| (p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())).then(|| p.parse::<i16>().ok()).flatten()).collect::<Option<Vec<_>>>();
    let (y, m, d) = match (numbers(day, '/'), numbers(day, '-')) {
        (Some(p), _) if p.len() == 3 => (*p.get(2)?, *p.get(1)?, *p.first()?),
        (_, Some(p)) if p.len() == 3 => (*p.first()?, *p.get(1)?, *p.get(2)?),
        _ => return None,
    };
    let clock = numbers(clock, ':').filter(|c| (2..=3).contains(&c.len()))?;
    let part = |i: usize| i8::try_from(clock.get(i).copied().unwrap_or(0)).ok();
    if !(2000..=2200).contains(&y) {
        return None;
    }
    let at = DateTime::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?, part(0)?, part(1)?, part(2)?, 0).ok()?;
    Some(Instant::local(at))
}

/// Whole đồng from 0: digits, or digits grouped by threes with one kind of sign; a trailing `.00` is no fraction of a đồng.
pub fn dong(text: &str) -> Option<Dong> {
    let text = text.trim_end_matches(" VND").trim_end_matches(" đ").trim();
    let text = text.strip_suffix(".00").or_else(|| text.strip_suffix(",00")).unwrap_or(text);
    let sign = if text.contains(',') { ',' } else { '.' };
    let groups: Vec<&str> = text.split(sign).collect();
    let digits = |t: &&str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let grouped = groups.len() == 1 || groups.iter().enumerate().all(|(i, g)| if i == 0 { g.len() <= 3 } else { g.len() == 3 });
    if !groups.iter().all(digits) || !grouped || text.len() > 17 {
        return None;
    }
    groups.concat().parse().ok().map(Dong)
}

/// UTF-8 with or without a byte order mark, else Windows-1258 as older programs write it; nothing for what is no text.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| windows_1258(*b)).collect::<Option<String>>()?,
    };
    (!text.contains('\0')).then_some(text)
}

/// Windows-1258: Windows-1252 but for Vietnamese letters and combining tones (composed afterwards by `text::clean`).
fn windows_1258(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', '\0', '‹', 'Œ', '\0', '\0', '\0', '\0', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', '\0',
        '›', 'œ', '\0', '\0', 'Ÿ',
    ];
    let c = match byte {
        0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied()?,
        0xC3 => 'Ă',
        0xCC => '\u{300}',
        0xD0 => 'Đ',
        0xD2 => '\u{309}',
        0xD5 => 'Ơ',
        0xDD => 'Ư',
        0xDE => '\u{303}',
        0xE3 => 'ă',
        0xEC => '\u{301}',
        0xF0 => 'đ',
        0xF2 => '\u{323}',
        0xF5 => 'ơ',
        0xFD => 'ư',
        0xFE => '₫',
        b => char::from(b),
    };
    (c != '\0').then_some(c)
}

/// Rows of cells with the line they begin on (RFC 4180); empty rows are left out. The separator is the one its first line uses most: comma,
/// semicolon or tab.
pub fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, RowFault> {
    let head = text.lines().next().unwrap_or_default();
    let uses = |by: char| head.matches(by).count();
    rows_by(text, [',', ';', '\t'].into_iter().rev().max_by_key(|by| uses(*by)).unwrap_or(','))
}

/// [`rows`] of a file whose separator is known.
pub fn rows_by(text: &str, by: char) -> Result<Vec<(usize, Vec<String>)>, RowFault> {
    let text = text.trim_start_matches('\u{feff}');
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut was_quoted, mut line, mut begins) = (false, false, 1, 1);
    let mut letters = text.chars().peekable();
    let mut end_row = |row: &mut Vec<String>, begins: usize| {
        if row.iter().any(|c: &String| !c.trim().is_empty()) {
            rows.push((begins, std::mem::take(row)));
        } else {
            row.clear();
        }
    };
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => (quoted, was_quoted) = (false, true),
            '"' if cell.trim().is_empty() && !was_quoted => {
                cell.clear();
                quoted = true;
            }
            '\n' if quoted => {
                line += 1;
                cell.push(c);
            }
            '\n' => {
                row.push(std::mem::take(&mut cell));
                end_row(&mut row, begins);
                line += 1;
                (begins, was_quoted) = (line, false);
            }
            '\r' if !quoted => {}
            c if c == by && !quoted => {
                row.push(std::mem::take(&mut cell));
                was_quoted = false;
            }
            c if was_quoted && !c.is_whitespace() => {
                return Err(fault(line, "Có chữ sau dấu ngoặc kép đóng.", "There is text after a closing quotation mark."));
            }
            c => cell.push(c),
        }
    }
    if quoted {
        return Err(fault(begins, "Dấu ngoặc kép mở mà không đóng.", "A quotation mark is opened and not closed."));
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        end_row(&mut row, begins);
    }
    Ok(rows)
}
