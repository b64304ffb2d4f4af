//! Numbers of documents as they stand in texts: `31/2024/QH15`, `66.20/2026/NQ-CP`, `47-LCT/HĐNN8`, `18-NQ/TW`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number read from a text, in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Docno {
    /// Kept as text: it may hold a dot or a letter.
    pub num: String,
    pub year: Option<u16>,
    /// What follows: kind and body, `NĐ-CP`.
    pub symbol: String,
    /// An old or Party number joins number and symbol with a dash: `18-NQ/TW`.
    pub dashed: bool,
}

impl fmt::Display for Docno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.num)?;
        if let Some(year) = self.year {
            write!(f, "/{year}")?;
        }
        write!(f, "{}{}", if self.dashed { '-' } else { '/' }, self.symbol)
    }
}

impl Docno {
    /// Reads a whole text as one number.
    pub fn parse(text: &str) -> Option<Self> {
        let chars: Vec<char> = text.trim().chars().collect();
        let (number, end) = scan(&chars, 0)?;
        (end == chars.len()).then_some(number)
    }
    /// The first part of the symbol: `NĐ` of `NĐ-CP`, `TT` of `TT-BTC`.
    pub fn head(&self) -> &str {
        self.symbol.split(['-', '/']).next().unwrap_or_default()
    }
    /// The last part: the body, `UBND` of `QĐ-UBND`.
    pub fn tail(&self) -> &str {
        self.symbol.rsplit(['-', '/']).next().unwrap_or_default()
    }
    /// Every province and commune has a 01/2026/QĐ-UBND: such a number says nothing without its body.
    pub fn is_local(&self) -> bool {
        let tail = self.tail().trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(tail, "UBND" | "HĐND" | "CTUBND" | "UB")
    }
    pub fn is_party(&self) -> bool {
        self.symbol.contains("/TW") || self.symbol.contains("/TU") || self.symbol.contains("/TTr")
    }
    /// The term of the National Assembly in `QH15`, `UBTVQH14`.
    pub fn term(&self) -> Option<u16> {
        let tail = self.symbol.trim_end_matches(|c: char| c.is_ascii_digit());
        (tail.ends_with("QH")).then(|| self.symbol.get(tail.len()..)?.parse().ok()).flatten()
    }
}

/// The first number in a text, with its place in bytes.
pub fn first(text: &str) -> Option<(Docno, usize, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let mut bytes = 0;
    for i in 0..chars.len() {
        if let Some((number, end)) = (i == 0 || !(crate::text::is_word(chars[i - 1]) || chars[i - 1] == '/')).then(|| scan(&chars, i)).flatten() {
            let length: usize = chars.get(i..end)?.iter().map(|c| c.len_utf8()).sum();
            return Some((number, bytes, bytes + length));
        }
        bytes += chars[i].len_utf8();
    }
    None
}

/// A number that begins at a place, and where it ends, in characters.
pub fn scan(c: &[char], at: usize) -> Option<(Docno, usize)> {
    let digits = run(c, at, 5, |c| c.is_ascii_digit())?;
    let mut i = digits;
    // 66.20 and 66,20: decrees made one after the other under one power.
    if matches!(c.get(i), Some('.' | ',')) && c.get(i + 1).is_some_and(char::is_ascii_digit) {
        i = run(c, i + 1, 3, |c| c.is_ascii_digit())?;
    }
    if c.get(i).is_some_and(|l| l.is_ascii_lowercase() || *l == 'đ') && c.get(i + 1).is_some_and(|n| matches!(n, '/' | '-' | ' ')) {
        i += 1;
    }
    let num: String = c.get(at..i)?.iter().map(|c| if *c == ',' { '.' } else { *c }).collect();
    let separator = blanks(c, i);
    match c.get(separator)? {
        '/' => {
            let after = blanks(c, separator + 1);
            let year_end = run(c, after, 4, |c| c.is_ascii_digit()).filter(|end| end - after == 4);
            let year = year_end.and_then(|end| c.get(after..end)?.iter().collect::<String>().parse::<u16>().ok()).filter(|y| (1900..2100).contains(y));
            let slash = year_end.map(|end| blanks(c, end));
            match (year, slash) {
                (Some(year), Some(slash)) if c.get(slash) == Some(&'/') => {
                    let (symbol, end) = symbol(c, blanks(c, slash + 1))?;
                    Some((Docno { num, year: Some(year), symbol, dashed: false }, end))
                }
                _ => {
                    let (symbol, end) = symbol(c, after)?;
                    // “5/km” and “1/A” are no numbers of documents.
                    (symbol.chars().filter(|l| l.is_uppercase()).count() >= 2).then_some((Docno { num, year: None, symbol, dashed: false }, end))
                }
            }
        }
        '-' | '–' | '‑' if separator == i => {
            let (symbol, end) = symbol(c, separator + 1)?;
            let head = symbol.split(['-', '/']).next().unwrap_or_default();
            // A dash joins only what old and Party numbers are made of; “1-A” is a row of a table.
            let known = matches!(head, "NQ" | "CT" | "KL" | "QĐ" | "HD" | "TB" | "LCT" | "L" | "HĐBT" | "TTg");
            (known && (symbol.contains('/') || matches!(head, "CT" | "HĐBT" | "TTg"))).then_some((Docno { num, year: None, symbol, dashed: true }, end))
        }
        _ => None,
    }
}

fn run(c: &[char], at: usize, most: usize, is: impl Fn(&char) -> bool) -> Option<usize> {
    let n = c.get(at..)?.iter().take_while(|l| is(l)).count();
    (1..=most).contains(&n).then_some(at + n)
}

fn blanks(c: &[char], at: usize) -> usize {
    at + c.get(at..).map_or(0, |rest| rest.iter().take_while(|l| matches!(l, ' ' | '\u{a0}')).count())
}

/// One group of a symbol: a capital, then letters and `&`, then at most three digits, at a word's end.
fn group(c: &[char], at: usize) -> Option<usize> {
    if !c.get(at).is_some_and(|l| is_capital(*l)) {
        return None;
    }
    let letters = c.get(at..)?.iter().take_while(|l| is_capital(**l) || l.is_ascii_lowercase() || matches!(l, 'đ' | '&')).count();
    let mut end = at + letters;
    let digits = c.get(end..)?.iter().take_while(|l| l.is_ascii_digit()).count();
    end += digits.min(3);
    let closed = c.get(end).is_none_or(|l| !crate::text::is_word(*l));
    (closed && digits <= 3 && letters <= 20).then_some(end)
}

fn is_capital(l: char) -> bool {
    l.is_ascii_uppercase() || matches!(l, 'Đ' | 'Â' | 'Ê' | 'Ô' | 'Ơ' | 'Ư' | 'Ă')
}

fn symbol(c: &[char], at: usize) -> Option<(String, usize)> {
    let mut end = group(c, at)?;
    let mut out: String = c.get(at..end)?.iter().collect();
    let mut groups = 1;
    while groups < 12 {
        let sep = blanks(c, end);
        let sign = match c.get(sep) {
            Some('-' | '–' | '—' | '‑') => '-',
            Some('/') => '/',
            _ => break,
        };
        let next = blanks(c, sep + 1);
        // “NĐ - CP” is one symbol; “NĐ-CP - QUY ĐỊNH” is a symbol and a title.
        if sep > end && next > sep + 1 && groups > 1 {
            break;
        }
        let Some(stop) = group(c, next) else { break };
        // A space after the dash only where the group is not an ordinary word.
        out.push(sign);
        out.extend(c.get(next..stop)?.iter());
        end = stop;
        groups += 1;
    }
    Some((out, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, canonical) in [
            ("31/2024/QH15", "31/2024/QH15"),
            ("Luật số 31/2024/QH15.", "31/2024/QH15"),
            ("66.20/2026/NQ-CP", "66.20/2026/NQ-CP"),
            ("56/ 2015/ NĐ - CP", "56/2015/NĐ-CP"),
            ("15/2015/NĐ–CP quy định", "15/2015/NĐ-CP"),
            ("01/2024/TTLT-VKSNDTC-BCA-BQP- BNN&PTNT-BTC", "01/2024/TTLT-VKSNDTC-BCA-BQP-BNN&PTNT-BTC"),
            ("72/2025/NQLT/UBTVQH15-CP-ĐCTUBTWMTTQVN", "72/2025/NQLT/UBTVQH15-CP-ĐCTUBTWMTTQVN"),
            ("1656/NQ-UBTVQH15", "1656/NQ-UBTVQH15"),
            ("1410/QĐ-UBND ngày 14/6/2026", "1410/QĐ-UBND"),
            ("3954/UBND-VX", "3954/UBND-VX"),
            ("18-NQ/TW", "18-NQ/TW"),
            ("83-KL/TW", "83-KL/TW"),
            ("47-LCT/HĐNN8", "47-LCT/HĐNN8"),
            ("18-L/CTN", "18-L/CTN"),
            ("10/CP", "10/CP"),
            ("11/VBHN-VPQH", "11/VBHN-VPQH"),
            ("43/2021/AL", "43/2021/AL"),
            ("số 12/2026/QĐ-UBND của UBND", "12/2026/QĐ-UBND"),
            ("78/2025/NĐ-CP - QUY ĐỊNH CHI TIẾT", "78/2025/NĐ-CP"),
        ] {
            assert_eq!(first(text).map(|(n, ..)| n.to_string()).as_deref(), Some(canonical), "{text}");
        }
        for text in ["60 km/h", "ngày 01/7/2025", "24/7", "1/2", "điểm 1-A", "5/2", "", "QH15", "123456/QĐ-TTg", "01/2026/", "🙂/2026/QĐ"] {
            assert_eq!(first(text), None, "{text}");
        }
        assert!(Docno::parse("01/2026/QĐ-UBND").is_some_and(|n| n.is_local()));
        assert_eq!(Docno::parse("02/2020/UBTVQH14").and_then(|n| n.term()), Some(14));
    }
}
