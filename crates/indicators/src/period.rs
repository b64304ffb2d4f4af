//! Months, quarters and years, in Vietnamese time.

use crate::count;
use kernel::{
    Instant,
    text::Lang,
    time::{Date, date, midnight},
};
use std::{fmt, str::FromStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    Month(i16, i8),
    Quarter(i16, i8),
    Year(i16),
}

impl Period {
    pub fn month_of(at: Instant) -> Self {
        let day = at.date();
        Self::Month(day.year(), day.month())
    }
    /// The first month and how many.
    const fn span(self) -> (i16, i8, i8) {
        match self {
            Self::Month(y, m) => (y, m, 1),
            Self::Quarter(y, q) => (y, q * 3 - 2, 3),
            Self::Year(y) => (y, 1, 12),
        }
    }
    pub fn first_day(self) -> Date {
        let (year, month, _) = self.span();
        date(year, month, 1)
    }
    /// The first day after it.
    pub fn day_after(self) -> Date {
        let (year, month, n) = self.span();
        match month + n {
            13 => date(year + 1, 1, 1),
            month => date(year, month, 1),
        }
    }
    pub fn begins(self) -> Instant {
        midnight(self.first_day())
    }
    /// The first instant after it.
    pub fn ends(self) -> Instant {
        midnight(self.day_after())
    }
    /// First and last month as the sums have them.
    pub fn months(self) -> (i64, i64) {
        let (year, month, n) = self.span();
        (count::month_of(date(year, month, 1)), count::month_of(date(year, month + n - 1, 1)))
    }
    /// With what unfinished dossiers are compared (trap 5): the end of the period, or now within it.
    pub fn compared_at(self, now: Instant) -> Instant {
        now.min(self.ends())
    }
    /// How many of it make a year.
    pub const fn per_year(self) -> i64 {
        match self {
            Self::Month(..) => 12,
            Self::Quarter(..) => 4,
            Self::Year(_) => 1,
        }
    }
    pub fn last_year(self) -> Self {
        Self::Year(self.span().0 - 1)
    }
    pub fn name(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Month(y, m), Lang::Vi) => format!("tháng {m}/{y}"),
            (Self::Month(..), Lang::En) => self.to_string(),
            (Self::Quarter(y, q), Lang::Vi) => format!("quý {q}/{y}"),
            (Self::Quarter(y, q), Lang::En) => format!("quarter {q} of {y}"),
            (Self::Year(y), Lang::Vi) => format!("năm {y}"),
            (Self::Year(y), Lang::En) => y.to_string(),
        }
    }
    /// The periods a page offers: this month and the five before, the quarters around, this year and the last.
    pub fn offered(now: Instant) -> Vec<Self> {
        let day = now.date();
        let (year, month) = (day.year(), day.month());
        let back = |n: i8| if month > n { Self::Month(year, month - n) } else { Self::Month(year - 1, month + 12 - n) };
        let mut all: Vec<Self> = (0..6).map(back).collect();
        let quarter = (month + 2) / 3;
        all.push(Self::Quarter(year, quarter));
        all.push(if quarter > 1 { Self::Quarter(year, quarter - 1) } else { Self::Quarter(year - 1, 4) });
        all.extend([Self::Year(year), Self::Year(year - 1)]);
        all
    }
}

/// `2026-11`, `2026-Q4`, `2026`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Self::Year(y) => write!(f, "{y:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, rest) = text.split_once('-').map_or((text, None), |(y, r)| (y, Some(r)));
        let digits = |t: &str| t.len() <= 4 && !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || !digits(year) {
            return Err(());
        }
        let year: i16 = year.parse().map_err(|_| ())?;
        if !(2000..=2200).contains(&year) {
            return Err(());
        }
        match rest {
            None => Ok(Self::Year(year)),
            Some(q) if q.starts_with('Q') => match q.get(1..).and_then(|q| q.parse().ok()) {
                Some(q @ 1..=4) => Ok(Self::Quarter(year, q)),
                _ => Err(()),
            },
            Some(m) if m.len() == 2 && digits(m) => match m.parse() {
                Ok(m @ 1..=12) => Ok(Self::Month(year, m)),
                _ => Err(()),
            },
            Some(_) => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_print_and_end() {
        for (text, from, to) in [("2026-11", "2026-11-01", "2026-12-01"), ("2026-Q4", "2026-10-01", "2027-01-01"), ("2026", "2026-01-01", "2027-01-01")] {
            let p: Period = text.parse().unwrap();
            assert_eq!((p.to_string().as_str(), p.first_day().to_string().as_str(), p.day_after().to_string().as_str()), (text, from, to));
        }
        for bad in ["", "26", "2026-13", "2026-Q5", "2026-1", "2026-Qx", "20261", "9999", "2026-11-01"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_year_turn_is_offered_right() {
        let now: Instant = "2027-02-10T10:00:00+07:00".parse().unwrap();
        let names: Vec<String> = Period::offered(now).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2027-02", "2027-01", "2026-12", "2026-11", "2026-10", "2026-09", "2027-Q1", "2026-Q4", "2027", "2026"]);
    }
}
