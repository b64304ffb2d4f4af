//! Instants, and civil time in Vietnam.

use jiff::{Timestamp, civil, tz::{Offset, TimeZone}};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use jiff::civil::{Date, DateTime, Time, Weekday, date};

/// An instant, to the microsecond; stored as an integer so that both databases order it alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

/// Asia/Ho_Chi_Minh: UTC+7 without daylight saving since 13 June 1975.
pub const VIETNAM: Offset = jiff::tz::offset(7);

impl Instant {
    pub fn from_micros(micros: i64) -> Self {
        Self(Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX }))
    }
    pub fn micros(self) -> i64 {
        self.0.as_microsecond()
    }
    pub fn timestamp(self) -> Timestamp {
        self.0
    }
    /// The instant of a wall-clock time in Vietnam.
    pub fn local(at: DateTime) -> Self {
        TimeZone::fixed(VIETNAM)
            .to_timestamp(at)
            .map_or(Self(Timestamp::MAX), Self)
    }
    /// The wall clock in Vietnam at this instant.
    pub fn civil(self) -> DateTime {
        VIETNAM.to_datetime(self.0)
    }
    /// The date in Vietnam at this instant; UTC+7 decides the date part of codes.
    pub fn date(self) -> Date {
        self.civil().date()
    }
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.micros().saturating_add(seconds.saturating_mul(1_000_000)))
    }
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.micros() - earlier.micros()) / 1_000_000
    }
}

impl From<Timestamp> for Instant {
    fn from(t: Timestamp) -> Self {
        Self::from_micros(t.as_microsecond())
    }
}

/// RFC 3339 with the Vietnamese offset.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.display_with_offset(VIETNAM))
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl std::str::FromStr for Instant {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<Timestamp>().map(Self::from)
    }
}
impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Midnight at the start of a date in Vietnam.
pub fn midnight(day: Date) -> Instant {
    Instant::local(day.to_datetime(civil::Time::midnight()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_part_is_vietnamese() {
        let late: Instant = "2026-11-20T17:30:00Z".parse().unwrap();
        assert_eq!(late.date(), date(2026, 11, 21));
        assert_eq!(late.to_string(), "2026-11-21T00:30:00+07:00");
        assert_eq!(Instant::local(late.civil()), late);
    }
}
