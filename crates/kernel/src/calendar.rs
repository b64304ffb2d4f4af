//! The working-time engine: when an office is open, and when a promise made at an instant falls due.
//!
//! # Rules
//! - *n* working days are 8*n* working hours counted from receipt, or from the next opening when received in a closed
//!   moment (domain/public-services §2.6). A quarter of a day is two hours.
//! - An amount of work that ends exactly when the office opens is shown as the end of the working time before it:
//!   three days received on Friday 18:05 end on a Thursday 17:00, not on the Friday 08:00 after it.
//! - Calendar days follow Civil Code 2015 Articles 147–148: the day of the event is not counted, and a last day that
//!   is off moves to the next working day. The Code ends that day at 24:00; the promise is shown at closing time,
//!   because nobody hands over a result after it and an earlier promise harms no applicant.
//! - “Same day before 15:00” is Law 60/2014 Article 5(3).
//! - A year that nobody has declared refuses the promise: a guessed holiday would be a broken one.

mod file;
mod sheet;
mod span;
mod table;

pub use file::{DayOff, Days, Hours, LastHourRule, WorkingDay};
pub use sheet::Calendars;
pub use span::{BadSpan, Span};

use crate::{
    Instant, Refusal, Text,
    time::{Date, midnight},
};
use std::sync::Arc;
use table::{Outside, Table, day_number};

/// The hours of one office, or of all offices that share them, over the declared years.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    pub code: Arc<str>,
    pub name: Text,
    /// The first and last declared year; all years between are declared.
    pub years: (i16, i16),
    pub days_off: Vec<DayOff>,
    pub extra_days: Vec<WorkingDay>,
    pub last_hour_rule: Option<LastHourRule>,
    table: Table,
}

/// Why no due instant can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("calendar {calendar} does not declare the year {year}")]
    UnknownYear { calendar: Arc<str>, year: i16 },
    #[error("there is no calendar {0}")]
    UnknownCalendar(String),
}

impl From<CalendarError> for Refusal {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::UnknownYear { calendar, year } => Self::conflict(
                "calendar-year-missing",
                format!(
                    "Chưa hẹn được ngày trả: lịch làm việc “{calendar}” chưa khai báo năm {year}. Quản trị viên cần bổ sung \
                     ngày nghỉ của năm {year} vào danh mục lịch (catalog/calendars) rồi thực hiện lại."
                ),
                format!(
                    "No due time can be promised: the working calendar “{calendar}” does not declare the year {year}. An \
                     administrator has to add the days off of {year} to the calendar catalogue (catalog/calendars); then try again."
                ),
            ),
            CalendarError::UnknownCalendar(code) => Self::conflict(
                "calendar-missing",
                format!(
                    "Chưa có lịch làm việc “{code}” trong danh mục. Quản trị viên cần khai báo lịch này rồi thực hiện lại."
                ),
                format!(
                    "There is no working calendar “{code}” in the catalogue. An administrator has to declare it; then try again."
                ),
            ),
        }
    }
}

impl Calendar {
    /// The instant at which a span that begins with receipt ends, with the last-hour rule where the office has one.
    pub fn due(&self, from: Instant, span: Span) -> Result<Instant, CalendarError> {
        match span {
            Span::Hours(_) | Span::WorkingDays(_) => self.step_due(self.received(from)?, span),
            Span::CalendarDays(_) | Span::SameDay { .. } => self.step_due(from, span),
        }
    }

    /// The same for a span inside the office (a step, a resumed clock): the last-hour rule is about receipt only.
    pub fn step_due(&self, from: Instant, span: Span) -> Result<Instant, CalendarError> {
        match span {
            Span::Hours(_) | Span::WorkingDays(_) => self.add_working(from, span.working_seconds().unwrap_or(0)),
            Span::CalendarDays(days) => {
                let today = day_number(from.micros());
                self.told(from, |t| {
                    t.day(today)?;
                    match t.closing_from(today + i64::from(days))? {
                        closed if closed < from.micros() => t.closing_from(today + 1),
                        closing => Ok(closing),
                    }
                })
            }
            Span::SameDay { cutoff } => {
                let now = from.civil().time();
                let today = day_number(from.micros());
                self.told(from, |t| {
                    let open_later = t.day(today)?.last().is_some_and(|last| from.micros() < last.to);
                    t.closing_from(if open_later && now < cutoff { today } else { today + 1 })
                })
            }
        }
    }

    /// When counting begins for something received at the instant: the instant itself if the office is open, else the
    /// next opening; under a last-hour rule, what comes in the last hour of the day counts from the next day's opening.
    pub fn received(&self, at: Instant) -> Result<Instant, CalendarError> {
        let Some(rule) = self.last_hour_rule.as_ref().filter(|rule| rule.applies(at.date())) else {
            return self.opening(at);
        };
        let limit = i64::from(rule.minutes()) * 60_000_000;
        self.told(at, |t| match t.day(day_number(at.micros()))?.last() {
            Some(last) if (last.to - limit..last.to).contains(&at.micros()) => t.opening(last.to),
            _ => t.opening(at.micros()),
        })
    }

    /// The instant itself if the office is open, else the next opening.
    pub fn opening(&self, at: Instant) -> Result<Instant, CalendarError> {
        self.told(at, |t| t.opening(at.micros()))
    }

    /// Open at this instant; the closing instant itself is closed.
    pub fn is_working(&self, at: Instant) -> Result<bool, CalendarError> {
        self.table.is_open(at.micros()).map_err(|side| self.unknown(at, side))
    }

    /// Some hours of this date are worked.
    pub fn is_working_day(&self, day: Date) -> Result<bool, CalendarError> {
        let at = midnight(day);
        self.table.day(day_number(at.micros())).map(|open| !open.is_empty()).map_err(|side| self.unknown(at, side))
    }

    /// Worked seconds between two instants; negative if the second is the earlier.
    pub fn working_seconds(&self, from: Instant, to: Instant) -> Result<i64, CalendarError> {
        let worked = |at: Instant| self.table.worked(at.micros()).map_err(|side| self.unknown(at, side));
        Ok((worked(to)? - worked(from)?) / 1_000_000)
    }

    /// The instant after (or, negative, before) so much working time.
    pub fn add_working(&self, from: Instant, seconds: i64) -> Result<Instant, CalendarError> {
        self.told(from, |t| t.add(from.micros(), seconds.saturating_mul(1_000_000)))
    }

    /// The opening and closing instants of one date, in order; empty on a day off.
    pub fn hours_of(&self, day: Date) -> Result<Vec<(Instant, Instant)>, CalendarError> {
        let at = midnight(day);
        let open = self.table.day(day_number(at.micros())).map_err(|side| self.unknown(at, side))?;
        Ok(open.iter().map(|o| (Instant::from_micros(o.from), Instant::from_micros(o.to))).collect())
    }

    /// The days off that touch the dates and rest on a source nobody has read: shown beside a promise across them.
    pub fn unverified(&self, from: Date, to: Date) -> impl Iterator<Item = &DayOff> {
        self.days_off.iter().filter(move |off| !off.legal_basis.verified && off.on.from <= to && from <= off.on.to)
    }

    /// Why the office is closed (fully or partly) on the date, if a declared day off says so.
    pub fn day_off(&self, day: Date) -> Option<&DayOff> {
        self.days_off.iter().find(|off| off.on.contains(day))
    }

    /// Dates whose hours a newer version of this calendar changes: open dossiers due on or after the first of them must
    /// be listed for a decision; a printed promise never moves by itself.
    pub fn changed_days(&self, newer: &Self) -> Vec<Date> {
        self.table.changed(&newer.table).map(|day| Instant::from_micros(day * 86_400_000_000).date()).collect()
    }

    fn told(&self, from: Instant, ask: impl FnOnce(&Table) -> Result<i64, Outside>) -> Result<Instant, CalendarError> {
        ask(&self.table).map(Instant::from_micros).map_err(|side| self.unknown(from, side))
    }

    /// The year to declare: that of the instant if it is itself outside, else the one next to the declared years.
    fn unknown(&self, at: Instant, side: Outside) -> CalendarError {
        let year = at.date().year();
        let (first, last) = self.years;
        let year = match side {
            Outside::Before if year < first => year,
            Outside::Before => first - 1,
            Outside::After if year > last => year,
            Outside::After => last + 1,
        };
        CalendarError::UnknownYear { calendar: self.code.clone(), year }
    }
}

#[cfg(test)]
mod tests;
