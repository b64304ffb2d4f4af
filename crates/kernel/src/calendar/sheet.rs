//! One calendar file, the checks before it is believed, and all calendars of a catalogue.

use super::{
    Calendar, CalendarError,
    file::{DayOff, Hours, LastHourRule, WorkingDay},
    table::{Table, day_number},
};
use crate::{
    Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::{Date, Weekday, date, midnight},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// Calendars by code.
#[derive(Debug, Clone, Default)]
pub struct Calendars(pub BTreeMap<String, Arc<Calendar>>);

impl Calendars {
    /// Reads `calendars/*.yaml`; all findings of all files at once.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let (mut sheets, mut findings) = (BTreeMap::new(), Vec::new());
        for (path, text) in files.under("calendars", "yaml") {
            match parse_yaml::<Sheet>(path, text) {
                Ok(sheet) => match sheets.get(&sheet.code) {
                    Some((other, _, _)) => findings.push(Finding::at(
                        path,
                        text,
                        &["code"],
                        format!("Mã lịch “{}” đã dùng ở {other}.", sheet.code),
                        format!("The calendar code “{}” is already used by {other}.", sheet.code),
                    )),
                    None => {
                        sheets.insert(sheet.code.clone(), (path, text, sheet));
                    }
                },
                Err(found) => findings.push(found),
            }
        }
        let mut calendars = BTreeMap::new();
        // Bases first: what is wrong with a base is said once, not again for each calendar over it.
        let (bases, others): (Vec<_>, Vec<_>) = sheets.iter().partition(|(_, (_, _, sheet))| sheet.extends.is_none());
        for (code, (path, text, sheet)) in bases.into_iter().chain(others) {
            let whole = match &sheet.extends {
                None => sheet.clone(),
                Some(base) => match sheets.get(base).filter(|(_, _, b)| b.extends.is_none()) {
                    Some((_, _, base)) if !calendars.contains_key(&base.code) => continue,
                    Some((_, _, base)) => sheet.clone().over(base),
                    None => {
                        findings.push(Finding::at(
                            path,
                            text,
                            &["extends"],
                            format!("Không có lịch gốc “{base}” (lịch gốc không được dựa trên lịch khác)."),
                            format!("There is no base calendar “{base}” (a base does not extend another)."),
                        ));
                        continue;
                    }
                },
            };
            match build(whole, path, text) {
                Ok(calendar) => {
                    calendars.insert(code.clone(), Arc::new(calendar));
                }
                Err(more) => findings.extend(more),
            }
        }
        if findings.is_empty() { Ok(Self(calendars)) } else { Err(findings) }
    }

    pub fn get(&self, code: &str) -> Result<&Arc<Calendar>, CalendarError> {
        self.0.get(code).ok_or_else(|| CalendarError::UnknownCalendar(code.to_owned()))
    }
}

/// The base week in force over some dates (seasonal hours are two of these).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Week {
    effective: Effective,
    #[serde(rename = "legal_basis")]
    _legal_basis: LegalBasis,
    week: BTreeMap<Day, Vec<Hours>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    #[serde(default)]
    off: Vec<DayOff>,
    #[serde(default)]
    working: Vec<WorkingDay>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    code: String,
    name: Text,
    /// The hours, years and closures of another calendar hold where this one says nothing.
    #[serde(default)]
    extends: Option<String>,
    #[serde(default)]
    hours: Vec<Week>,
    #[serde(default)]
    years: BTreeMap<i16, Year>,
    #[serde(default)]
    closures: Vec<DayOff>,
    #[serde(default)]
    last_hour_rule: Option<LastHourRule>,
}

impl Sheet {
    fn over(mut self, base: &Self) -> Self {
        if self.hours.is_empty() {
            self.hours.clone_from(&base.hours);
        }
        for (year, days) in &base.years {
            self.years.entry(*year).or_insert_with(|| days.clone());
        }
        self.closures.extend(base.closures.iter().cloned());
        self.last_hour_rule = self.last_hour_rule.or_else(|| base.last_hour_rule.clone());
        self
    }

    fn week_on(&self, day: Date) -> Option<&Week> {
        self.hours.iter().rev().find(|week| week.effective.contains(day))
    }

    /// The open minutes of one date.
    fn open(&self, day: Date) -> Vec<(u16, u16)> {
        let week = self.week_on(day);
        let base = |d: Day| week.and_then(|w| w.week.get(&d)).map_or(&[][..], Vec::as_slice);
        let year = self.years.get(&day.year());
        let extra = year.and_then(|y| y.working.iter().find(|w| w.on == day));
        let hours = match extra {
            Some(extra) if !extra.hours.is_empty() => &extra.hours,
            Some(_) => week.and_then(|w| w.week.values().find(|h| !h.is_empty())).map_or(&[][..], Vec::as_slice),
            None => base(day.weekday().into()),
        };
        let mut open: Vec<_> = hours.iter().map(|h| h.minutes()).collect();
        let holidays = year.into_iter().flat_map(|y| &y.off);
        for off in holidays.chain(&self.closures).filter(|off| off.on.contains(day)) {
            if off.closed.is_empty() {
                return Vec::new();
            }
            for closed in &off.closed {
                open = without(&open, closed.minutes());
            }
        }
        open
    }
}

/// The open minutes with a stretch cut out of them.
fn without(open: &[(u16, u16)], (from, to): (u16, u16)) -> Vec<(u16, u16)> {
    let parts = open.iter().flat_map(|&(a, b)| [(a, b.min(from)), (a.max(to), b)]);
    parts.filter(|(a, b)| a < b).collect()
}

/// Every date of the declared years.
fn dates(first: i16, last: i16) -> impl Iterator<Item = Date> {
    date(first, 1, 1).series(jiff::Span::new().days(1)).take_while(move |day| day.year() <= last)
}

fn build(sheet: Sheet, file: &str, text: &str) -> Result<Calendar, Vec<Finding>> {
    let findings = sheet.check(file, text);
    let (Some(&first), Some(&last), true) =
        (sheet.years.keys().next(), sheet.years.keys().next_back(), findings.is_empty())
    else {
        return Err(findings);
    };
    let start = day_number(midnight(date(first, 1, 1)).micros());
    let table = Table::new(start, dates(first, last).map(|day| sheet.open(day)));
    let mut days_off: Vec<_> = sheet.years.values().flat_map(|y| y.off.clone()).chain(sheet.closures).collect();
    days_off.sort_by_key(|off| off.on.from);
    Ok(Calendar {
        code: sheet.code.into(),
        name: sheet.name,
        years: (first, last),
        days_off,
        extra_days: sheet.years.into_values().flat_map(|y| y.working).collect(),
        last_hour_rule: sheet.last_hour_rule,
        table,
    })
}

impl Sheet {
    /// What would make a promise wrong, each at its line.
    fn check(&self, file: &str, text: &str) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut say = |path: &[&str], vi: String, en: String| found.push(Finding::at(file, text, path, vi, en));
        let (first, last) = match (self.years.keys().next(), self.years.keys().next_back()) {
            (Some(first), Some(last)) if *first >= 2000 && *last <= 2100 => (*first, *last),
            _ => {
                say(
                    &["years"],
                    "Phải khai báo ít nhất một năm, trong khoảng 2000–2100.".into(),
                    "Declare at least one year, between 2000 and 2100.".into(),
                );
                return found;
            }
        };
        if let Some(gap) = (first..=last).find(|year| !self.years.contains_key(year)) {
            say(
                &["years"],
                format!("Thiếu năm {gap}: các năm phải liền nhau."),
                format!("The year {gap} is missing: years must follow one another."),
            );
        }
        for (year, days) in &self.years {
            let key = year.to_string();
            for (i, off) in days.off.iter().enumerate() {
                if off.on.from.year() != *year || off.on.to.year() != *year {
                    say(
                        &["years", &key, "off", &i.to_string()],
                        format!("Ngày nghỉ {} không thuộc năm {year}.", off.on),
                        format!("The day off {} is not in {year}.", off.on),
                    );
                }
            }
            for (i, extra) in days.working.iter().enumerate() {
                let at = ["years", &key, "working", &i.to_string()];
                if extra.on.year() != *year {
                    say(
                        &at,
                        format!("Ngày làm bù {} không thuộc năm {year}.", extra.on),
                        format!("The working day {} is not in {year}.", extra.on),
                    );
                }
                if let Some(off) = days.off.iter().find(|off| off.on.contains(extra.on)) {
                    say(
                        &at,
                        format!("Ngày {} vừa nghỉ (“{}”) vừa làm bù.", extra.on, off.name.vi),
                        format!("{} is both off (“{}”) and worked.", extra.on, off.name.en),
                    );
                }
                if !ordered(&extra.hours) {
                    say(
                        &at,
                        "Các khoảng giờ phải theo thứ tự và không chồng nhau.".into(),
                        "Hours must be in order and must not overlap.".into(),
                    );
                }
            }
        }
        for (i, week) in self.hours.iter().enumerate() {
            for (day, hours) in week.week.iter().filter(|(_, hours)| !ordered(hours)) {
                let name = format!("{day:?}").to_lowercase();
                say(
                    &["hours", &i.to_string(), "week", &name],
                    format!("Các khoảng giờ phải theo thứ tự và không chồng nhau ({} khoảng).", hours.len()),
                    "Hours must be in order and must not overlap.".into(),
                );
            }
        }
        if let Some(day) = dates(first, last).find(|day| self.week_on(*day).is_none()) {
            say(
                &["hours"],
                format!("Chưa có giờ làm việc cho ngày {day}."),
                format!("No office hours are declared for {day}."),
            );
        }
        found
    }
}

fn ordered(hours: &[Hours]) -> bool {
    hours.windows(2).all(|pair| pair[0].to <= pair[1].from)
}
