//! A span of time as regulations write it, in one compact text: `8h`, `7wd`, `0.25wd`, `10d`, `same-day before 15:00`.

use crate::{Text, time::Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// The unit matters in law: “ngày” and “ngày làm việc” are different promises, so it is stored, never converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Span {
    /// Working hours, in minutes.
    Hours(u32),
    /// Working days of eight working hours, in quarters of a day (provinces go down to 0.25 day).
    WorkingDays(u32),
    /// Days of the calendar, Civil Code 2015 Articles 147–148.
    CalendarDays(u32),
    /// Within the day if received before the cut-off, else the next working day (Law 60/2014 Article 5(3)).
    SameDay { cutoff: Time },
}

/// Ten years of working hours: longer is a typing mistake, and arithmetic stays far from its limits.
const MAX_QUARTERS: u32 = 10 * 261 * 4;

impl Span {
    pub const fn hours(hours: u32) -> Self {
        Self::Hours(hours.saturating_mul(60))
    }
    pub const fn working_days(days: u32) -> Self {
        Self::WorkingDays(days.saturating_mul(4))
    }
    pub const fn calendar_days(days: u32) -> Self {
        Self::CalendarDays(days)
    }
    /// The working time of the span where it has a fixed one: hours and working days.
    pub const fn working_seconds(self) -> Option<i64> {
        match self {
            Self::Hours(minutes) => Some(minutes as i64 * 60),
            Self::WorkingDays(quarters) => Some(quarters as i64 * 2 * 3600),
            Self::CalendarDays(_) | Self::SameDay { .. } => None,
        }
    }
    /// As people read it: `7 ngày làm việc`.
    pub fn text(&self) -> Text {
        let plural = |n: &str| if n == "1" { "" } else { "s" };
        match self {
            Self::Hours(minutes) if decimal(u64::from(*minutes) * 100, 6000).is_none() => Text::new(
                format!("{minutes} phút làm việc"),
                format!("{minutes} working minute{}", plural(&minutes.to_string())),
            ),
            Self::Hours(minutes) => {
                let n = hundredths(u64::from(*minutes) * 100 / 60);
                Text::new(format!("{} giờ làm việc", n.replace('.', ",")), format!("{n} working hour{}", plural(&n)))
            }
            Self::WorkingDays(quarters) => {
                let n = hundredths(u64::from(*quarters) * 25);
                Text::new(format!("{} ngày làm việc", n.replace('.', ",")), format!("{n} working day{}", plural(&n)))
            }
            Self::CalendarDays(n) => Text::new(format!("{n} ngày"), format!("{n} day{}", plural(&n.to_string()))),
            Self::SameDay { cutoff } => {
                let at = clock(*cutoff);
                Text::new(
                    format!("trong ngày; nhận từ {at} trở đi thì trả trong ngày làm việc tiếp theo"),
                    format!("the same day; the next working day if received at {at} or later"),
                )
            }
        }
    }
}

/// `value / unit` in hundredths when that is exact.
const fn decimal(value: u64, unit: u64) -> Option<u64> {
    if (value * 100).is_multiple_of(unit) { Some(value * 100 / unit) } else { None }
}

fn hundredths(n: u64) -> String {
    let text = format!("{}.{:02}", n / 100, n % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn clock(at: Time) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(minutes) => match decimal(u64::from(*minutes), 60) {
                Some(n) => write!(f, "{}h", hundredths(n)),
                None => write!(f, "{minutes}m"),
            },
            Self::WorkingDays(quarters) => write!(f, "{}wd", hundredths(u64::from(*quarters) * 25)),
            Self::CalendarDays(n) => write!(f, "{n}d"),
            Self::SameDay { cutoff } => write!(f, "same-day before {}", clock(*cutoff)),
        }
    }
}

/// The text is not a span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” không phải là thời hạn; viết 8h (giờ làm việc), 7wd (ngày làm việc, bội của 0.25), 10d (ngày) hoặc \
     same-day before 15:00 / “{0}” is not a span: write 8h, 7wd (quarters allowed), 10d or same-day before 15:00"
)]
pub struct BadSpan(pub String);

impl FromStr for Span {
    type Err = BadSpan;
    fn from_str(text: &str) -> Result<Self, BadSpan> {
        read(text.trim()).ok_or_else(|| BadSpan(text.chars().take(60).collect()))
    }
}

fn read(text: &str) -> Option<Span> {
    if let Some(rest) = text.strip_prefix("same-day before ") {
        return Some(Span::SameDay { cutoff: super::file::time(rest.trim())? });
    }
    let cut = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = (text[..cut].trim(), &text[cut..]);
    let hundredths = parse_hundredths(number)?;
    let whole = |per: u32| {
        let scaled = hundredths.checked_mul(per)?;
        scaled.is_multiple_of(100).then_some(scaled / 100)
    };
    match unit {
        "h" => whole(60).filter(|m| *m <= MAX_QUARTERS * 120).map(Span::Hours),
        "m" => whole(1).filter(|m| *m <= MAX_QUARTERS * 120).map(Span::Hours),
        "wd" => whole(4).filter(|q| *q <= MAX_QUARTERS).map(Span::WorkingDays),
        "d" => whole(1).filter(|d| *d <= 36_525).map(Span::CalendarDays),
        _ => None,
    }
}

/// A plain decimal with at most two places, in hundredths.
fn parse_hundredths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 || (part.is_empty() && text.contains('.'))
    {
        return None;
    }
    let part: u32 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(D::Error::custom)
    }
}
