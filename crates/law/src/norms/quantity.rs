//! Numbers with their unit and bound: “không quá 12 tháng”, “từ đủ 16 tuổi đến dưới 18 tuổi”, “1.800.000 đồng”, “ba mươi ngày”.

use super::{
    Span, Tok,
    lexicon::{Bounding, Lexicon},
};
use crate::catalog::Bound;

/// What values a text allows, in thousandths of the smallest unit of the dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    pub low: Option<i64>,
    pub high: Option<i64>,
    /// The bound itself is not allowed.
    pub low_open: bool,
    pub high_open: bool,
    /// Code of the unit as written, and its dimension: days and working days are two.
    pub unit: String,
    pub dimension: String,
    /// Time within which somebody has to act.
    pub deadline: bool,
    pub span: Span,
}

impl Quantity {
    pub fn exact(&self) -> Option<i64> {
        self.low.filter(|l| Some(*l) == self.high)
    }
    pub fn most(&self) -> Option<i64> {
        self.high
    }
    pub fn least(&self) -> Option<i64> {
        self.low
    }
}

/// Finds all of them; the words they are made of are marked.
pub fn read(toks: &[Tok], x: &Lexicon, silent: &mut [bool]) -> Vec<Quantity> {
    let (mut i, mut out) = (0, Vec::new());
    while i < toks.len() {
        match quantity(toks, i, x) {
            Some((q, from, next)) => {
                silent[from..next].fill(true);
                out.push(q);
                i = next;
            }
            None => i += 1,
        }
    }
    out
}

/// A number, its unit if one follows, and where both end.
struct Value {
    value: i64,
    unit: Option<(String, String, i64)>,
    next: usize,
}

fn quantity(toks: &[Tok], at: usize, x: &Lexicon) -> Option<(Quantity, usize, usize)> {
    if !begins(toks, at) {
        return None;
    }
    let first = value(toks, at, x)?;
    let (mut from, bound) = before(toks, at, x);
    let ranged = from > 0 && toks[from - 1].key == "từ" || toks[from].key == "từ";
    if ranged && toks.get(first.next).is_some_and(|t| t.key == "đến" && !t.cut) {
        let mut j = first.next + 1;
        let high_bound = x.before.at(toks, j).map(|(b, n)| (*b, n));
        j += high_bound.map_or(0, |(_, n)| n);
        if let Some(second) = value(toks, j, x)
            && let Some((code, dimension, size)) = second.unit.clone()
        {
            let own = first.unit.clone().unwrap_or((code.clone(), dimension.clone(), size));
            if own.1 == dimension {
                from = if toks[from].key == "từ" { from } else { from - 1 };
                return Some((
                    Quantity {
                        low: Some(first.value.checked_mul(own.2)?),
                        high: Some(second.value.checked_mul(size)?),
                        low_open: matches!(bound, Some(Bounding { bound: Bound::Above, .. })),
                        high_open: matches!(high_bound, Some((Bounding { bound: Bound::Below, .. }, _))),
                        unit: code,
                        dimension,
                        deadline: false,
                        span: (toks[from].start, toks[second.next - 1].end),
                    },
                    from,
                    second.next,
                ));
            }
        }
    }
    let (code, dimension, size) = first.unit?;
    let v = first.value.checked_mul(size)?;
    let mut next = first.next;
    let behind = x.after.at(toks, next).map(|(b, n)| (*b, n));
    next += behind.map_or(0, |(_, n)| n);
    let b = behind.map(|(b, _)| b).or(bound);
    let (low, high, low_open, high_open) = match b.map(|b| b.bound) {
        Some(Bound::AtMost) => (None, Some(v), false, false),
        Some(Bound::Below) => (None, Some(v), false, true),
        Some(Bound::AtLeast) => (Some(v), None, false, false),
        Some(Bound::Above) => (Some(v), None, true, false),
        None => (Some(v), Some(v), false, false),
    };
    let q = Quantity { low, high, low_open, high_open, unit: code, dimension, deadline: bound.is_some_and(|b| b.deadline), span: (toks[from].start, toks[next - 1].end) };
    Some((q, from, next))
}

/// No number of an article, a date, a document or a fraction.
fn begins(toks: &[Tok], at: usize) -> bool {
    const NUMBERED: [&str; 13] = ["điều", "khoản", "điểm", "mục", "chương", "phần", "số", "thứ", "khóa", "quý", "lục", "mẫu", "bảng"];
    let key = |i: usize| toks.get(i).map(|t| t.key.as_str()).unwrap_or_default();
    let digit = |i: usize| key(i).starts_with(|c: char| c.is_ascii_digit());
    if at > 0 {
        let b = key(at - 1);
        if NUMBERED.contains(&b) || matches!(toks[at].dot, Some('/' | '-' | '.' | ',')) && digit(at - 1) {
            return false;
        }
        if b == "ngày" && (key(at + 1) == "tháng" || toks.get(at + 1).is_some_and(|t| matches!(t.dot, Some('/' | '-')))) {
            return false;
        }
        if b == "tháng" && key(at + 1) == "năm" && digit(at + 2) || b == "năm" && key(at).len() == 4 && digit(at) {
            return false;
        }
    }
    !toks.get(at + 1).is_some_and(|t| t.dot == Some('/'))
}

/// The words of a bound that end where the number begins; “là” may stand between.
fn before(toks: &[Tok], at: usize, x: &Lexicon) -> (usize, Option<Bounding>) {
    for back in (1..=6).rev() {
        let Some(start) = at.checked_sub(back) else { continue };
        if toks[start + 1..=at].iter().any(|t| t.cut) {
            continue;
        }
        if let Some((b, n)) = x.before.at(toks, start) {
            let end = start + n;
            let filler = toks.get(end..at).is_some_and(|w| w.iter().all(|t| matches!(t.key.as_str(), "là" | "khoảng" | "đến" | "của" | "sau")));
            if end == at || (end < at && filler) {
                return (start, Some(*b));
            }
        }
    }
    (at, None)
}

fn value(toks: &[Tok], at: usize, x: &Lexicon) -> Option<Value> {
    let (mut value, mut next) = digits(toks, at).or_else(|| worded(toks, at, x))?;
    // “03 (ba) tháng” counts once.
    if toks.get(next).is_some_and(|t| t.cut)
        && let Some((again, after)) = worded(toks, next, x)
        && again == value
    {
        next = after;
    }
    while let Some((by, n)) = x.multiples.at(toks, next).map(|(b, n)| (*b, n)) {
        value = value.checked_mul(by)?;
        next += n;
    }
    let follows = toks.get(next).is_some_and(|t| !t.cut || closes(toks, next));
    let unit = if follows { x.units.at(toks, next).map(|(u, n)| (u.clone(), n)) } else { None };
    Some(match unit {
        Some((u, n)) => Value { value, unit: Some(u), next: next + n },
        None => Value { value, unit: None, next },
    })
}

/// A closing bracket stands between “(ba)” and its unit.
fn closes(toks: &[Tok], at: usize) -> bool {
    at >= 2 && toks.get(at).is_some_and(|t| t.cut) && toks[at - 1].key.chars().all(char::is_alphabetic)
}

/// `1.800.000`, `0,03`, `05`: thousandths.
fn digits(toks: &[Tok], at: usize) -> Option<(i64, usize)> {
    let first = toks.get(at)?;
    let plain = |k: &str| !k.is_empty() && k.len() <= 12 && k.bytes().all(|b| b.is_ascii_digit());
    if !plain(&first.key) {
        return None;
    }
    let (mut whole, mut next) = (first.key.clone(), at + 1);
    while let Some(t) = toks.get(next).filter(|t| t.dot == Some('.') && t.key.len() == 3 && plain(&t.key)) {
        whole.push_str(&t.key);
        next += 1;
    }
    let mut value: i64 = whole.parse::<i64>().ok()?.checked_mul(1000)?;
    if let Some(t) = toks.get(next).filter(|t| t.dot == Some(',') && t.key.len() <= 3 && plain(&t.key) && toks[next - 1].end + 1 == t.start) {
        let padded = format!("{:0<3}", t.key);
        value = value.checked_add(padded.parse::<i64>().ok()?)?;
        next += 1;
    }
    Some((value, next))
}

/// `ba mươi`, `mười lăm`, `một trăm hai mươi`: thousandths. “không” and “năm” alone are other words before anything but a unit.
fn worded(toks: &[Tok], at: usize, x: &Lexicon) -> Option<(i64, usize)> {
    let digit = |i: usize| toks.get(i).filter(|t| i == at || !t.cut).and_then(|t| x.digits.get(&t.key)).copied();
    let is = |i: usize, set: &std::collections::HashSet<String>| toks.get(i).is_some_and(|t| set.contains(&t.key) && (i == at || !t.cut));
    let (mut i, mut sum, mut any) = (at, 0i64, false);
    if let Some(d) = digit(i).filter(|d| *d > 0)
        && is(i + 1, &x.hundred)
    {
        (sum, i, any) = (d * 100, i + 2, true);
        if is(i, &x.zero) && let Some(d) = digit(i + 1) {
            return Some(((sum + d) * 1000, i + 2));
        }
    }
    if is(i, &x.ten) {
        (sum, i, any) = (sum + 10, i + 1, true);
        if let Some(d) = digit(i).filter(|d| *d > 0 && !is_unit_year(toks, i, x)) {
            (sum, i) = (sum + d, i + 1);
        }
    } else if let Some(d) = digit(i).filter(|d| *d > 0) {
        if is(i + 1, &x.tens) {
            (sum, i, any) = (sum + d * 10, i + 2, true);
            if let Some(d) = digit(i).filter(|d| *d > 0 && !is_unit_year(toks, i, x)) {
                (sum, i) = (sum + d, i + 1);
            }
        } else if !any && (x.units.at(toks, i + 1).is_some() || x.multiples.at(toks, i + 1).is_some() || toks.get(i + 1).is_some_and(|t| t.cut)) {
            (sum, i, any) = (d, i + 1, true);
        }
    }
    any.then_some((sum * 1000, i))
}

/// “mười năm”: ten years, not fifteen, unless a unit follows.
fn is_unit_year(toks: &[Tok], i: usize, x: &Lexicon) -> bool {
    x.units.at(toks, i).is_some() && x.units.at(toks, i + 1).is_none() && x.multiples.at(toks, i + 1).is_none()
}
