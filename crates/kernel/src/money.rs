//! Whole đồng. Amounts are never floating point.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in Vietnamese đồng.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dong(pub i64);

impl Dong {
    /// Parts that add up to the whole again: the first ones carry the remainder.
    pub fn split(self, parts: u32) -> Vec<Self> {
        let parts = i64::from(parts.max(1));
        let (each, rest) = (self.0.div_euclid(parts), self.0.rem_euclid(parts));
        (0..parts).map(|i| Self(each + i64::from(i < rest))).collect()
    }
}

/// As written in Vietnam: `1.250.000 đồng`.
impl fmt::Display for Dong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(".")?;
            }
            write!(f, "{c}")?;
        }
        f.write_str(" đồng")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_written_in_vietnam_and_splits_exactly() {
        assert_eq!(Dong(1_250_000).to_string(), "1.250.000 đồng");
        assert_eq!(Dong(999).to_string(), "999 đồng");
        assert_eq!(Dong(10).split(3), [Dong(4), Dong(3), Dong(3)]);
    }
}
