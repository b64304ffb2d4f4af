//! Percentages, exact.

use kernel::Dong;
use serde::{Deserialize, Deserializer, Serialize};

/// A share in hundredths of a percent: exact, never floating point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Percent(pub u32);

impl Percent {
    pub const WHOLE: Self = Self(10_000);
    pub const fn of(percent: u32) -> Self {
        Self(percent.saturating_mul(100))
    }
    /// The share of an amount, rounded down to whole đồng: the state never pays a fraction more than its share.
    pub fn share(self, value: Dong) -> Dong {
        let exact = i128::from(value.0) * i128::from(self.0) / 10_000;
        Dong(i64::try_from(exact).unwrap_or(i64::MAX))
    }
    fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 5 || part.len() > 2 || !digits(whole) || !digits(part) {
            return None;
        }
        Some(Self(whole.parse::<u32>().ok()? * 100 + format!("{part:0<2}").parse::<u32>().ok()?))
    }
}

/// `50`, `33,33`.
impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        if part == 0 { write!(f, "{whole}") } else { write!(f, "{whole},{}", format!("{part:02}").trim_end_matches('0')) }
    }
}

impl<'de> Deserialize<'de> for Percent {
    /// A whole number or a quoted decimal with at most two places (`"33.33"`).
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Read;
        impl serde::de::Visitor<'_> for Read {
            type Value = Percent;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a percentage with at most two decimal places / số phần trăm tối đa hai chữ số thập phân")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Percent, E> {
                Percent::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
            fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<Percent, E> {
                u32::try_from(n).ok().filter(|n| *n < 100_000).map(Percent::of).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(n), &self))
            }
            fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<Percent, E> {
                u64::try_from(n).map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(n), &self)).and_then(|n| self.visit_u64(n))
            }
        }
        d.deserialize_any(Read)
    }
}
