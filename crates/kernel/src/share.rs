//! Shares of a whole: quorum, majority.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A part of a whole as people write it: `1/2`, `2/3`. Exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub part: u32,
    pub whole: u32,
}

impl Share {
    pub fn parse(text: &str) -> Option<Self> {
        let (part, whole) = text.split_once('/')?;
        let (part, whole) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
        (whole > 0 && whole <= 100 && part > 0 && part <= whole).then_some(Self { part, whole })
    }
}
impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.part, self.whole)
    }
}
impl Serialize for Share {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("“{text}” không phải là tỷ lệ; viết 1/2 hoặc 2/3 / “{text}” is not a share: write 1/2 or 2/3")))
    }
}
