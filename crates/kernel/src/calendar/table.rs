//! The arithmetic: all open hours of the declared years on one axis of worked time.
//!
//! A million dossiers ask the same question, so the years are laid out once: every open stretch with the time worked
//! before it. A due instant is then one look at a day and one binary search.

/// Microseconds of a day; the axis is microseconds since the epoch, days are cut at midnight in Vietnam.
const DAY: i64 = 86_400_000_000;
const OFFSET: i64 = 7 * 3_600_000_000;

/// One open stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    pub from: i64,
    pub to: i64,
    /// Worked in all stretches before this one.
    before: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// Number of the first day (days since the epoch, Vietnamese dates).
    first: i64,
    /// For each day, where its stretches begin in `open`; one more at the end.
    days: Vec<u32>,
    open: Vec<Open>,
}

/// The instant lies before or after the declared years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outside {
    Before,
    After,
}

/// Which end of a closed time is meant when an amount of work ends exactly at it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Closing,
    Opening,
}

pub(super) fn day_number(at: i64) -> i64 {
    (at + OFFSET).div_euclid(DAY)
}

impl Table {
    /// From the first day's number and, day by day, the open minutes of the day, ordered and apart.
    pub fn new(first: i64, days: impl Iterator<Item = Vec<(u16, u16)>>) -> Self {
        let mut table = Self { first, days: vec![0], open: Vec::new() };
        let mut before = 0;
        for (day, hours) in (first..).zip(days) {
            let midnight = day * DAY - OFFSET;
            for (from, to) in hours {
                let (from, to) = (midnight + i64::from(from) * 60_000_000, midnight + i64::from(to) * 60_000_000);
                table.open.push(Open { from, to, before });
                before += to - from;
            }
            table.days.push(u32::try_from(table.open.len()).unwrap_or(u32::MAX));
        }
        table
    }

    pub fn day(&self, number: i64) -> Result<&[Open], Outside> {
        let index = usize::try_from(number - self.first).map_err(|_| Outside::Before)?;
        match (self.days.get(index), self.days.get(index + 1)) {
            (Some(from), Some(to)) => Ok(&self.open[*from as usize..*to as usize]),
            _ => Err(Outside::After),
        }
    }

    /// The first stretch that ends after the instant.
    fn next(&self, at: i64) -> Result<&Open, Outside> {
        let number = day_number(at);
        if let Some(open) = self.day(number)?.iter().find(|open| at < open.to) {
            return Ok(open);
        }
        let index = usize::try_from(number + 1 - self.first).map_err(|_| Outside::Before)?;
        let start = self.days.get(index).ok_or(Outside::After)?;
        self.open.get(*start as usize).ok_or(Outside::After)
    }

    pub fn is_open(&self, at: i64) -> Result<bool, Outside> {
        Ok(self.day(day_number(at))?.iter().any(|open| open.from <= at && at < open.to))
    }

    pub fn opening(&self, at: i64) -> Result<i64, Outside> {
        self.next(at).map(|open| open.from.max(at))
    }

    /// Worked from the start of the table up to the instant.
    pub fn worked(&self, at: i64) -> Result<i64, Outside> {
        self.day(day_number(at))?;
        Ok(match self.next(at) {
            Ok(open) => open.before + (at - open.from).max(0),
            Err(_) => self.open.last().map_or(0, |last| last.before + last.to - last.from),
        })
    }

    /// The instant at which the amount is worked, counted from the instant; nothing to work ends at the opening.
    pub fn add(&self, at: i64, amount: i64) -> Result<i64, Outside> {
        match amount {
            0 => self.opening(at),
            1.. => self.reached(self.worked(at)?.saturating_add(amount), Side::Closing),
            _ => self.reached(self.worked(at)?.saturating_add(amount), Side::Opening),
        }
    }

    fn reached(&self, worked: i64, side: Side) -> Result<i64, Outside> {
        if worked < 0 {
            return Err(Outside::Before);
        }
        let after = self.open.partition_point(|open| match side {
            Side::Closing => open.before < worked,
            Side::Opening => open.before <= worked,
        });
        let open = after.checked_sub(1).and_then(|i| self.open.get(i)).ok_or(Outside::Before)?;
        let at = open.from + worked - open.before;
        if at > open.to { Err(Outside::After) } else { Ok(at) }
    }

    /// Closing time of the day, or of the next day on which the office opens.
    pub fn closing_from(&self, mut number: i64) -> Result<i64, Outside> {
        loop {
            if let Some(last) = self.day(number)?.last() {
                return Ok(last.to);
            }
            number += 1;
        }
    }

    /// Days (by number) whose open hours are not the same in the two tables, where both know the day.
    pub fn changed<'a>(&'a self, newer: &'a Self) -> impl Iterator<Item = i64> + 'a {
        let hours = |open: &Open| (open.from, open.to);
        (self.first..).take(self.days.len() - 1).filter(move |day| match (self.day(*day), newer.day(*day)) {
            (Ok(old), Ok(new)) => !old.iter().map(hours).eq(new.iter().map(hours)),
            _ => false,
        })
    }
}
