//! Exact decimals with four places: what a score, a share and a threshold are counted in.

use kernel::{Text, text::clean};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    cmp::Ordering,
    fmt,
    iter::Sum,
    ops::{Add, Mul, Neg, Sub},
    str::FromStr,
};

/// A number in units of 1/10 000, of at most 10¹⁵ either way. Sums are exact; products and quotients round half away from
/// zero to the fourth place. Operators stop at the bounds instead of overflowing; `checked_…` say so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

const SCALE: i128 = 10_000;
/// The product of two numbers within the limit still fits into an `i128`.
const LIMIT: i128 = 10_000_000_000_000_000_000;

impl Decimal {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(SCALE);
    pub const HUNDRED: Self = Self(100 * SCALE);
    pub const MAX: Self = Self(LIMIT);
    pub const MIN: Self = Self(-LIMIT);
    /// The smallest step between two decimals: 0.0001.
    pub const STEP: Self = Self(1);

    pub const fn whole(number: i64) -> Self {
        Self::clamped(number as i128 * SCALE)
    }
    /// In units of 1/10 000.
    pub(crate) const fn units(self) -> i128 {
        self.0
    }
    pub(crate) const fn of_units(units: i64) -> Self {
        Self::clamped(units as i128)
    }
    const fn clamped(units: i128) -> Self {
        if units > LIMIT {
            Self(LIMIT)
        } else if units < -LIMIT {
            Self(-LIMIT)
        } else {
            Self(units)
        }
    }
    fn within(units: Option<i128>) -> Option<Self> {
        units.filter(|u| (-LIMIT..=LIMIT).contains(u)).map(Self)
    }
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::within(self.0.checked_add(other.0))
    }
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::within(self.0.checked_sub(other.0))
    }
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Self::within(self.0.checked_mul(other.0).map(|product| round_div(product, SCALE)))
    }
    /// `None` for a divisor of zero and for a result out of bounds.
    pub fn checked_div(self, by: Self) -> Option<Self> {
        if by.0 == 0 {
            return None;
        }
        Self::within(self.0.checked_mul(SCALE).map(|units| round_div(units, by.0)))
    }
    /// How many percent this is of the whole, to four places; `None` of nothing.
    pub fn percent_of(self, whole: Self) -> Option<Self> {
        if whole.0 == 0 {
            return None;
        }
        Self::within(Some(round_div(self.0 * 100 * SCALE, whole.0)))
    }
    /// Compares `100 × self / whole` with a percentage without rounding the quotient. The whole must be positive.
    pub fn cmp_percent(self, whole: Self, percent: Self) -> Ordering {
        (self.0 * 100 * SCALE).cmp(&(percent.0 * whole.0))
    }
    /// Compares `self / of` with `other / whole` without dividing; both wholes must be positive.
    pub fn cmp_fraction(self, of: Self, other: Self, whole: Self) -> Ordering {
        (self.0 * whole.0).cmp(&(other.0 * of.0))
    }
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }
    pub const fn is_whole(self) -> bool {
        self.0 % SCALE == 0
    }
    /// Rounded half away from zero to so many places (0 to 4).
    #[must_use]
    pub fn round(self, places: u32) -> Self {
        let unit = 10_i128.pow(4 - places.min(4));
        Self::clamped(round_div(self.0, unit) * unit)
    }
    /// The next whole number not below.
    #[must_use]
    pub fn ceil(self) -> Self {
        Self::clamped(-((-self.0).div_euclid(SCALE)) * SCALE)
    }
    /// The whole part as an integer.
    pub fn to_i64(self) -> i64 {
        // Within the limit the whole part has at most 16 digits.
        i64::try_from(self.0 / SCALE).unwrap_or_default()
    }
    /// For drawing only; nothing is decided with it.
    #[allow(clippy::cast_precision_loss)]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }
    /// As people read it, rounded to so many places: `20,5` in Vietnamese, `20.5` in English.
    pub fn show(self, lang: kernel::text::Lang, places: u32) -> String {
        let number = trimmed(self.round(places).0);
        if lang == kernel::text::Lang::Vi { number.replace('.', ",") } else { number }
    }

    /// Reads what a person types: `12`, `12,5`, `12.5`, `1.234.567`, `1 234 567,5`. One sign followed by exactly three
    /// digits (`1.234`) can mean two numbers and is asked back.
    ///
    /// # Errors
    /// What is wrong and what to type instead, in both languages.
    pub fn typed(text: &str) -> Result<Self, Text> {
        let text = clean(text);
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (dots, commas) = (bare.matches('.').count(), bare.matches(',').count());
        let plain = match (dots, commas) {
            (0, 0) => bare,
            (1, 0) | (0, 1) => one_sign(&bare)?,
            (_, 0) => grouped(&bare, '.').ok_or_else(not_a_number)?,
            (0, _) => grouped(&bare, ',').ok_or_else(not_a_number)?,
            _ if commas == 1 && bare.rfind(',') > bare.rfind('.') => two_signs(&bare, '.', ',')?,
            _ if dots == 1 && bare.rfind('.') > bare.rfind(',') => two_signs(&bare, ',', '.')?,
            _ => return Err(not_a_number()),
        };
        plain.parse().map_err(|error| match error {
            ParseDecimal::Places => Text::new(
                "Chỉ ghi tối đa bốn chữ số sau dấu phẩy.",
                "Write at most four digits after the decimal sign.",
            ),
            ParseDecimal::Large => Text::new(
                "Số quá lớn; hãy ghi bằng đơn vị lớn hơn (triệu, tỷ) cho cả tử số và mẫu số.",
                "The number is too large; use a larger unit (million, billion) for both numbers.",
            ),
            ParseDecimal::Shape => not_a_number(),
        })
    }
}

fn not_a_number() -> Text {
    Text::new("Chưa phải là số; hãy ghi bằng chữ số, ví dụ 12 hoặc 12,5.", "Not a number; write digits, for example 12 or 12.5.")
}

/// `1.234` could be thousands; `0.125` and `1234.567` could not.
fn like_thousands(whole: &str, rest: &str) -> bool {
    let digits = whole.trim_start_matches('-');
    rest.len() == 3 && (1..=3).contains(&digits.len()) && !digits.starts_with('0')
}

/// `12,5` and `12.5` are decimals; `1.234` could be one thousand.
fn one_sign(text: &str) -> Result<String, Text> {
    let plain = text.replace(',', ".");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    if like_thousands(whole, rest) {
        let digits = whole.trim_start_matches('-');
        return Err(Text::new(
            format!("“{text}” có thể hiểu theo hai cách; hãy ghi {digits}{rest} (số nguyên) hoặc {digits},{rest}0 (số thập phân)."),
            format!("“{text}” can be read in two ways; write {digits}{rest} (whole) or {digits}.{rest}0 (decimal)."),
        ));
    }
    Ok(plain)
}

/// Groups of thousands with the sign dropped; `None` if the groups are not of three.
fn grouped(text: &str, sign: char) -> Option<String> {
    let mut groups = text.split(sign);
    let first = groups.next()?.trim_start_matches('-');
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| text.replace(sign, ""))
}

fn two_signs(text: &str, group: char, point: char) -> Result<String, Text> {
    let (whole, rest) = text.split_once(point).ok_or_else(not_a_number)?;
    let whole = grouped(whole, group).ok_or_else(not_a_number)?;
    Ok(format!("{whole}.{rest}"))
}

/// Division rounded half away from zero; the divisor is not zero.
fn round_div(units: i128, by: i128) -> i128 {
    let (quotient, rest) = (units / by, units % by);
    if rest.unsigned_abs() * 2 >= by.unsigned_abs() {
        quotient + if (units < 0) == (by < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::clamped(self.0 + other.0)
    }
}
impl Sub for Decimal {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::clamped(self.0 - other.0)
    }
}
impl Mul for Decimal {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::clamped(round_div(self.0 * other.0, SCALE))
    }
}
impl Neg for Decimal {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Add::add)
    }
}
impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::whole(number)
    }
}
impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self::whole(i64::from(number))
    }
}
impl From<u32> for Decimal {
    fn from(number: u32) -> Self {
        Self::whole(i64::from(number))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseDecimal {
    #[error("not a decimal number such as 12 or 12.5")]
    Shape,
    #[error("more than four decimal places")]
    Places,
    #[error("a number past 10^15")]
    Large,
}

/// The written form of files and JSON: `-12.5`, a point, at most four places, no exponent, no groups.
impl FromStr for Decimal {
    type Err = ParseDecimal;
    fn from_str(text: &str) -> Result<Self, ParseDecimal> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, rest) = digits.split_once('.').map_or((digits, None), |(w, r)| (w, Some(r)));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || rest.is_some_and(|rest| !all_digits(rest)) {
            return Err(ParseDecimal::Shape);
        }
        let rest = rest.unwrap_or("").trim_end_matches('0');
        if rest.len() > 4 {
            return Err(ParseDecimal::Places);
        }
        if whole.len() > 40 {
            return Err(ParseDecimal::Large);
        }
        let mut units: i128 = 0;
        for digit in whole.bytes().chain(rest.bytes()).chain(std::iter::repeat_n(b'0', 4 - rest.len())) {
            units = units.saturating_mul(10).saturating_add(i128::from(digit - b'0'));
        }
        Self::within(Some(if negative { -units } else { units })).ok_or(ParseDecimal::Large)
    }
}

fn trimmed(units: i128) -> String {
    let (sign, units) = (if units < 0 { "-" } else { "" }, units.unsigned_abs());
    let (whole, rest) = (units / 10_000, units % 10_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{rest:04}").trim_end_matches('0').to_owned()
}

/// Without needless zeros, but three places that could be thousands are printed as four (`1.2340`): what is printed can be typed
/// again ([`Decimal::typed`]).
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = trimmed(self.0);
        if text.split_once('.').is_some_and(|(whole, rest)| like_thousands(whole, rest)) {
            text.push('0');
        }
        f.write_str(&text)
    }
}
impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From text or from a number of at most four places.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl de::Visitor<'_> for Visit {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number such as \"12.5\" or 12")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(|error| E::custom(format!("{text}: {error}")))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

#[cfg(test)]
#[path = "tests/decimal.rs"]
mod tests;
