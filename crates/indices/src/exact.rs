//! Exact fractions: nothing is rounded until a rule says so.

use kernel::text::Lang;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{cmp::Ordering, fmt};

/// A fraction in lowest terms, the denominator positive. Operations give `None` when the numbers outgrow 127 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exact {
    n: i128,
    d: i128,
}

/// Digits before and after the point that a written decimal may have.
const WHOLE: usize = 18;
const PLACES: usize = 9;

const fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    if a < 0 { -a } else { a }
}

impl Exact {
    pub const ZERO: Self = Self::whole(0);
    pub const ONE: Self = Self::whole(1);
    pub const HUNDRED: Self = Self::whole(100);

    pub const fn whole(n: i64) -> Self {
        Self { n: n as i128, d: 1 }
    }
    pub fn fraction(n: i64, d: i64) -> Option<Self> {
        Self::make(i128::from(n), i128::from(d))
    }
    fn make(n: i128, d: i128) -> Option<Self> {
        if d == 0 || n == i128::MIN || d == i128::MIN {
            return None;
        }
        let g = gcd(n, d);
        let sign = if d < 0 { -1 } else { 1 };
        Some(Self { n: n / g * sign, d: d / g * sign })
    }
    /// Reads `12`, `-0.5`, `12,5`; nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, bare) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = bare.split_once(['.', ',']).map_or((bare, None), |(w, p)| (w, Some(p)));
        let digits = |t: &str, most: usize| (!t.is_empty() && t.len() <= most && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<i128>().ok()).flatten();
        let whole = digits(whole, WHOLE)?;
        let Some(part) = part else { return Self::make(sign * whole, 1) };
        let scale = 10_i128.pow(u32::try_from(part.len()).ok().filter(|n| *n as usize <= PLACES)?);
        Self::make(sign * (whole * scale + digits(part, PLACES)?), scale)
    }
    pub fn add(self, o: Self) -> Option<Self> {
        Self::make(self.n.checked_mul(o.d)?.checked_add(o.n.checked_mul(self.d)?)?, self.d.checked_mul(o.d)?)
    }
    pub fn sub(self, o: Self) -> Option<Self> {
        self.add(Self { n: -o.n, d: o.d })
    }
    pub fn mul(self, o: Self) -> Option<Self> {
        Self::make(self.n.checked_mul(o.n)?, self.d.checked_mul(o.d)?)
    }
    /// Nothing by zero.
    pub fn div(self, o: Self) -> Option<Self> {
        Self::make(self.n.checked_mul(o.d)?, self.d.checked_mul(o.n)?)
    }
    pub const fn is_zero(self) -> bool {
        self.n == 0
    }
    pub const fn is_negative(self) -> bool {
        self.n < 0
    }
    pub const fn is_whole(self) -> bool {
        self.d == 1
    }
    /// A whole number that fits.
    pub fn to_i64(self) -> Option<i64> {
        i64::try_from(self.n).ok().filter(|_| self.d == 1)
    }
    /// Rounded half away from zero to so many places.
    #[must_use]
    pub fn round(self, places: u32) -> Self {
        let Some(scale) = 10_i128.checked_pow(places.min(9)) else { return self };
        let Some(scaled) = self.n.checked_mul(scale) else { return self };
        let (q, r) = (scaled / self.d, scaled % self.d);
        let up = r.unsigned_abs() >= self.d.unsigned_abs() - r.unsigned_abs();
        let q = if up && r != 0 { q + if scaled < 0 { -1 } else { 1 } } else { q };
        Self::make(q, scale).unwrap_or(self)
    }
    /// As people read it, rounded to so many places, without zeros at the end.
    pub fn show(self, lang: Lang, places: u32) -> String {
        let text = self.round(places).decimal(places);
        if lang == Lang::Vi { text.replace('.', ",") } else { text }
    }
    /// Always with so many places: `7.06`.
    pub fn fixed(self, places: u32) -> String {
        let scale = 10_i128.checked_pow(places.min(9)).unwrap_or(1);
        let rounded = self.round(places);
        let units = rounded.n.saturating_mul(scale) / rounded.d;
        let (sign, units) = (if units < 0 { "-" } else { "" }, units.unsigned_abs());
        let scale = scale.unsigned_abs();
        if places == 0 { format!("{sign}{units}") } else { format!("{sign}{}.{:0width$}", units / scale, units % scale, width = places.min(9) as usize) }
    }
    fn decimal(self, places: u32) -> String {
        let text = self.fixed(places);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

impl Ord for Exact {
    fn cmp(&self, o: &Self) -> Ordering {
        match (self.n.checked_mul(o.d), o.n.checked_mul(self.d)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // Too large to cross-multiply: whole parts tell numbers of this size apart, then what is left of them.
            _ => (self.n.div_euclid(self.d)).cmp(&o.n.div_euclid(o.d)).then_with(|| {
                let rest = |x: &Self| Self { n: x.n.rem_euclid(x.d), d: x.d };
                let (a, b) = (rest(self), rest(o));
                // Both between 0 and 1: the larger reciprocal is the smaller number.
                match (a.is_zero(), b.is_zero()) {
                    (true, true) => Ordering::Equal,
                    (true, false) => Ordering::Less,
                    (false, true) => Ordering::Greater,
                    (false, false) => Self { n: b.d, d: b.n }.cmp(&Self { n: a.d, d: a.n }),
                }
            }),
        }
    }
}
impl PartialOrd for Exact {
    fn partial_cmp(&self, o: &Self) -> Option<Ordering> {
        Some(self.cmp(o))
    }
}

/// `3/7` or `12.5`: a decimal where it is one within nine places, otherwise the fraction.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.round(9) == *self { f.write_str(&self.decimal(9)) } else { write!(f, "{}/{}", self.n, self.d) }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let whole = |t: &str| t.parse::<i128>().ok();
        let read = text.split_once('/').map_or_else(|| Self::parse(&text), |(n, w)| Self::make(whole(n)?, whole(w)?));
        read.ok_or_else(|| de::Error::custom(format!("“{text}” không phải là số thập phân; viết \"12\" hoặc \"12.5\" / “{text}” is not a decimal: write \"12\" or \"12.5\"")))
    }
}

/// Shares a whole number by weights so that the parts add up to it: the largest remainders get what is left over, the
/// earlier of two equal ones first. Nothing without a weight.
pub fn apportion(total: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 || total < 0 || weights.iter().any(|w| *w < 0) {
        return None;
    }
    let parts: Vec<(i128, i128)> = weights.iter().map(|w| (i128::from(total) * i128::from(*w) / sum, i128::from(total) * i128::from(*w) % sum)).collect();
    let left = i128::from(total) - parts.iter().map(|p| p.0).sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(parts.get(*i).map_or(0, |p| p.1)), *i));
    let lucky: std::collections::BTreeSet<usize> = order.into_iter().take(usize::try_from(left).ok()?).collect();
    parts.iter().enumerate().map(|(i, p)| i64::try_from(p.0 + i128::from(lucky.contains(&i))).ok()).collect()
}
