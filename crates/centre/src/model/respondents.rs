//! Who answered, from which device, and what a consultant noted on the spot.
//!
//! # Invariant
//! Order is the order of receipt (the version of the stream). A device's clock is recorded beside it and never decides.

use kernel::{Instant, id::FileId};
use serde::{Deserialize, Serialize};

/// A clock this far from ours is told on the page, in seconds.
const SKEW: i64 = 120;

/// What the clock of a device said: milliseconds since 1970 as the device counts them, whatever it believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// When the person pressed the button.
    pub at_ms: i64,
    /// When the device sent it.
    pub sent_ms: i64,
    /// Our clock minus the device's at receipt, in seconds.
    pub skew: i64,
}

impl Device {
    /// Reads both stamps; what does not read is as if it had not been sent.
    pub fn read(at: Option<&str>, sent: Option<&str>, received: Instant) -> Option<Self> {
        let at_ms: i64 = at?.parse().ok()?;
        let sent_ms: i64 = sent.and_then(|s| s.parse().ok()).unwrap_or(at_ms);
        let skew = (received.micros() / 1_000).saturating_sub(sent_ms) / 1_000;
        Some(Self { at_ms, sent_ms, skew })
    }
    pub const fn skewed(&self) -> bool {
        self.skew.saturating_abs() > SKEW
    }
    /// When it was given by our clock: the wait on the device before receipt; never after receipt.
    pub fn given(&self, received: Instant) -> Instant {
        let waited = self.sent_ms.saturating_sub(self.at_ms).max(0) / 1_000;
        received.plus_seconds(waited.saturating_neg()).min(received)
    }
}

/// The last hand on an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Version of the assessment that this answer made: what a page has seen.
    pub version: i64,
    /// As the person is called on the pages; empty for the holder of the main link.
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
    /// Received.
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
}

/// Somebody asked to answer some sections, known by the secret in the link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Short, unique within the assessment.
    pub id: String,
    /// SHA-256 of the secret in the address.
    pub hash: String,
    pub name: String,
    /// Codes of dimensions.
    pub sections: Vec<String>,
    pub at: Instant,
    pub until: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Instant>,
}

impl Invite {
    pub fn open(&self, now: Instant) -> bool {
        self.ended.is_none() && now < self.until
    }
}

/// A picture taken on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    pub file: FileId,
    pub name: String,
    pub sha256: String,
}

/// What the consultant saw on a visit. A note proves nothing by itself: the trust tier is set by a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitNote {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    pub text: String,
    #[serde(default)]
    pub photos: Vec<Photo>,
    pub by: String,
    /// Received.
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_measured_and_decides_nothing() {
        let now = Instant::from_micros(1_795_000_000_000_000);
        let ms = 1_795_000_000_000_i64;
        // (at, sent, skewed, seconds before receipt)
        let year = 31_536_000_000_i64;
        for (at, sent, skewed, before) in [
            (ms, ms, false, 0),
            (ms - 3_600_000, ms, false, 3_600),
            (ms - 3_600_000 - 3 * year, ms - 3 * year, true, 3_600),
            (ms + 9 * year, ms + 9 * year + 60_000, true, 60),
            (ms, ms - 50_000, false, 0), // set back while it waited
            (i64::MIN, i64::MAX, true, i64::MAX / 1_000),
            (i64::MAX, i64::MIN, true, 0),
            (0, 0, true, 0),
        ] {
            let d = Device::read(Some(&at.to_string()), Some(&sent.to_string()), now).expect("both read");
            assert_eq!(d.skewed(), skewed, "{at} {sent} {d:?}");
            assert_eq!(d.given(now), now.plus_seconds(-before), "{at} {sent}");
            assert!(d.given(now) <= now);
        }
        for (at, sent) in [(None, None), (Some(""), None), (Some("hôm qua"), Some("1")), (Some("1e9"), None), (Some("99999999999999999999"), None)] {
            assert_eq!(Device::read(at, sent, now), None, "{at:?}");
        }
        assert_eq!(Device::read(Some("5"), Some("x"), now).map(|d| d.sent_ms), Some(5));
    }
}
