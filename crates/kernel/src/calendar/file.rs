//! The values of a calendar as the catalogue writes them: hours, dates, days off and days worked.

use crate::{
    Text,
    catalog::{Effective, LegalBasis},
    time::{Date, Time},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// Open from one time of the day to another: `08:00-12:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    pub from: Time,
    pub to: Time,
}

impl Hours {
    pub(super) fn minutes(self) -> (u16, u16) {
        let minute = |t: Time| u16::from(t.hour().unsigned_abs()) * 60 + u16::from(t.minute().unsigned_abs());
        (minute(self.from), minute(self.to))
    }
}

/// A time of the day as people write it: `15:00`.
pub(super) fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let part = |t: &str| t.parse::<i8>().ok().filter(|_| t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit()));
    Time::new(part(hour)?, part(minute)?, 0, 0).ok()
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (self.from, self.to);
        write!(f, "{:02}:{:02}-{:02}:{:02}", a.hour(), a.minute(), b.hour(), b.minute())
    }
}

/// One date or an inclusive range: `2026-02-14..2026-02-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: Date,
    pub to: Date,
}

impl Days {
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}..{}", self.from, self.to) }
    }
}

macro_rules! written {
    ($type:ident, $read:expr, $how:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                $read(&text).ok_or_else(|| D::Error::custom(format!(concat!("“{}”: ", $how), text)))
            }
        }
    };
}
written!(Hours, read_hours, "viết giờ mở cửa như 08:00-12:00 / write open hours as 08:00-12:00");
written!(Days, read_days, "viết ngày như 2026-01-01 hoặc 2026-02-14..2026-02-22 / write 2026-01-01 or a range a..b");

fn read_hours(text: &str) -> Option<Hours> {
    let (from, to) = text.split_once('-')?;
    let hours = Hours { from: time(from.trim())?, to: time(to.trim())? };
    (hours.from < hours.to).then_some(hours)
}

fn read_days(text: &str) -> Option<Days> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let days = Days { from: from.trim().parse().ok()?, to: to.trim().parse().ok()? };
    (days.from <= days.to).then_some(days)
}

/// A holiday, a swapped day or a closure of one office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayOff {
    pub on: Days,
    pub name: Text,
    pub legal_basis: LegalBasis,
    /// Only these hours are closed; without it the whole day is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Hours>,
}

/// A day of the weekend on which offices work, usually for a swapped day off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingDay {
    pub on: Date,
    pub name: Text,
    pub legal_basis: LegalBasis,
    /// Hours of that day; without them those of the first working day of the base week.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Hours>,
}

/// What is received in the last hour counts from the next working day: a local rule, not a general one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastHourRule {
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    /// The length of the “last hour”; 60 unless said otherwise.
    #[serde(default = "sixty")]
    minutes: u16,
}

const fn sixty() -> u16 {
    60
}

impl LastHourRule {
    pub fn applies(&self, day: Date) -> bool {
        self.effective.contains(day)
    }
    pub const fn minutes(&self) -> u16 {
        self.minutes
    }
}
