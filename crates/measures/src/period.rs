//! Spans that a value is of, half-open in Vietnamese time and named in its code: the November of a report under Decree 09 is not the
//! calendar's.

use kernel::{
    Instant, Text,
    time::{Date, date, midnight},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    Month(i16, i8),
    Quarter(i16, i8),
    Year(i16),
    /// From the 15th of the month before to the 14th (Decree 09/2019/NĐ-CP Art. 12, not verified).
    Decree09(i16, i8),
    /// From 1 September of a year.
    School(i16),
    /// One day: an observation.
    Day(Date),
}

/// What kind of periods an indicator is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodType {
    Month,
    Quarter,
    Year,
    Decree09Month,
    SchoolYear,
    Day,
}

const fn next(y: i16, m: i8) -> Date {
    if m == 12 { date(y + 1, 1, 1) } else { date(y, m + 1, 1) }
}

impl PeriodType {
    /// The one that a day lies in.
    pub fn of(self, day: Date) -> Period {
        let (y, m) = (day.year(), day.month());
        match self {
            Self::Month => Period::Month(y, m),
            Self::Quarter => Period::Quarter(y, (m + 2) / 3),
            Self::Year => Period::Year(y),
            Self::Decree09Month if day.day() <= 14 => Period::Decree09(y, m),
            Self::Decree09Month => Period::Decree09(next(y, m).year(), next(y, m).month()),
            Self::SchoolYear => Period::School(if m >= 9 { y } else { y - 1 }),
            Self::Day => Period::Day(day),
        }
    }
    pub fn text(self) -> Text {
        match self {
            Self::Month => Text::new("tháng", "month"),
            Self::Quarter => Text::new("quý", "quarter"),
            Self::Year => Text::new("năm", "year"),
            Self::Decree09Month => Text::new("tháng báo cáo (Nghị định 09)", "reporting month (Decree 09)"),
            Self::SchoolYear => Text::new("năm học", "school year"),
            Self::Day => Text::new("ngày", "day"),
        }
    }
}

impl Period {
    pub const fn of_type(self) -> PeriodType {
        match self {
            Self::Month(..) => PeriodType::Month,
            Self::Quarter(..) => PeriodType::Quarter,
            Self::Year(_) => PeriodType::Year,
            Self::Decree09(..) => PeriodType::Decree09Month,
            Self::School(_) => PeriodType::SchoolYear,
            Self::Day(_) => PeriodType::Day,
        }
    }
    pub fn first_day(self) -> Date {
        match self {
            Self::Month(y, m) => date(y, m, 1),
            Self::Quarter(y, q) => date(y, q * 3 - 2, 1),
            Self::Year(y) => date(y, 1, 1),
            Self::Decree09(y, 1) => date(y - 1, 12, 15),
            Self::Decree09(y, m) => date(y, m - 1, 15),
            Self::School(y) => date(y, 9, 1),
            Self::Day(d) => d,
        }
    }
    /// The first day after it.
    pub fn day_after(self) -> Date {
        match self {
            Self::Month(y, m) => next(y, m),
            Self::Quarter(y, q) => next(y, q * 3),
            Self::Year(y) => date(y + 1, 1, 1),
            Self::Decree09(y, m) => date(y, m, 15),
            Self::School(y) => date(y + 1, 9, 1),
            Self::Day(d) => d.tomorrow().unwrap_or(d),
        }
    }
    pub fn begins(self) -> Instant {
        midnight(self.first_day())
    }
    pub fn ends(self) -> Instant {
        midnight(self.day_after())
    }
    pub fn contains(self, at: Instant) -> bool {
        self.begins() <= at && at < self.ends()
    }
    /// The one before, of the same kind.
    #[must_use]
    pub fn before(self) -> Self {
        self.of_type().of(self.first_day().yesterday().unwrap_or_else(|_| self.first_day()))
    }
    /// The next one of the same kind.
    #[must_use]
    pub fn after(self) -> Self {
        self.of_type().of(self.day_after())
    }
    /// Of the asked kind, at the end of this one.
    #[must_use]
    pub fn as_type(self, t: PeriodType) -> Self {
        if self.of_type() == t { self } else { t.of(self.day_after().yesterday().unwrap_or_else(|_| self.first_day())) }
    }
    pub fn name(self) -> Text {
        match self {
            Self::Month(y, m) => Text::new(format!("tháng {m}/{y}"), format!("{y}-{m:02}")),
            Self::Quarter(y, q) => Text::new(format!("quý {q}/{y}"), format!("quarter {q} of {y}")),
            Self::Year(y) => Text::new(format!("năm {y}"), y.to_string()),
            Self::Decree09(y, m) => Text::new(format!("tháng báo cáo {m}/{y} (15 đến 14)"), format!("reporting month {y}-{m:02} (15th to 14th)")),
            Self::School(y) => Text::new(format!("năm học {y}–{}", y + 1), format!("school year {y}–{}", y + 1)),
            Self::Day(d) => Text::new(format!("ngày {}", d.strftime("%d/%m/%Y")), d.to_string()),
        }
    }
}

/// `2026-11`, `2026-Q4`, `2026`, `nd09-2026-11`, `hoc-2026`, `2026-11-23`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Self::Year(y) => write!(f, "{y:04}"),
            Self::Decree09(y, m) => write!(f, "nd09-{y:04}-{m:02}"),
            Self::School(y) => write!(f, "hoc-{y:04}"),
            Self::Day(d) => write!(f, "{d}"),
        }
    }
}

impl FromStr for Period {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let year = |t: &str| t.parse::<i16>().ok().filter(|y| t.len() == 4 && (1990..=2200).contains(y));
        let part = |t: &str, most: i8| t.parse::<i8>().ok().filter(|n| (1..=most).contains(n));
        let month = |t: &str| t.split_once('-').filter(|(_, m)| m.len() == 2).and_then(|(y, m)| Some((year(y)?, part(m, 12)?)));
        if let Some(rest) = text.strip_prefix("nd09-") {
            return month(rest).map(|(y, m)| Self::Decree09(y, m)).ok_or(());
        }
        if let Some(rest) = text.strip_prefix("hoc-") {
            return year(rest).map(Self::School).ok_or(());
        }
        if let Some((y, q)) = text.split_once("-Q") {
            return year(y).zip(part(q, 4).filter(|_| q.len() == 1)).map(|(y, q)| Self::Quarter(y, q)).ok_or(());
        }
        if text.len() == 10 {
            return text.parse::<Date>().ok().filter(|d| (1990..=2200).contains(&d.year())).map(Self::Day).ok_or(());
        }
        year(text).map(Self::Year).or_else(|| month(text).map(|(y, m)| Self::Month(y, m))).ok_or(())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(|()| de::Error::custom("a period"))
    }
}
