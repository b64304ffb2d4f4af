//! The CSV files of the catalogue (`areas/*.csv`) read and checked. Cells hold no commas and no quotes.

use super::{Areas, Kind, Level, Succession, Unit};
use crate::{
    catalog::{Files, Finding},
    text::{clean, fold},
    time::Date,
};
use std::collections::BTreeMap;

const UNITS: &str = "code,kind,name,parent,from,to,decision";
const SUCCESSIONS: &str = "old,new,date,partial,main";

/// Where a row came from, until everything is checked.
type Origin<'a> = (&'a str, usize);

impl Areas {
    /// Reads `areas/*.csv`; the beginning of the file name says what it holds. All findings at once.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let (mut units, mut links, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        for (path, text) in files.under("areas", "csv") {
            let name = path.rsplit('/').next().unwrap_or(path);
            let level = match name.split('-').next() {
                Some("provinces") => Some(Level::Province),
                Some("districts") => Some(Level::District),
                Some("communes") => Some(Level::Commune),
                _ => None,
            };
            match level {
                Some(level) => rows(path, text, UNITS, |cells| unit(level, cells), &mut units, &mut findings),
                None => rows(path, text, SUCCESSIONS, succession, &mut links, &mut findings),
            }
        }
        units.sort_by(|(a, _), (b, _)| key(a).cmp(&key(b)));
        overlaps(&units, &mut findings);
        links.sort_by(|(a, _), (b, _)| (&a.old, a.date, &a.new).cmp(&(&b.old, b.date, &b.new)));
        let (units, unit_rows): (Vec<_>, Vec<_>) = units.into_iter().unzip();
        let (successions, link_rows): (Vec<_>, Vec<_>) = links.into_iter().unzip();
        let mut areas = Self { units, successions, ..Self::default() };
        areas.index();
        areas.check(&unit_rows, &link_rows, &mut findings);
        if findings.is_empty() { Ok(areas) } else { Err(findings) }
    }

    fn index(&mut self) {
        let mut names: BTreeMap<Box<str>, Vec<u32>> = BTreeMap::new();
        for (place, unit) in (0u32..).zip(&self.units) {
            names.entry(fold(&unit.name).into()).or_default().push(place);
            if !unit.parent.is_empty() {
                self.children.entry(unit.parent.clone()).or_default().push(place);
            }
        }
        self.names = names;
        self.by_new = (0u32..).take(self.successions.len()).collect();
        let rows = &self.successions;
        self.by_new.sort_by_key(|i| rows.get(*i as usize).map(|s| (&s.new, s.date)));
    }

    fn check(&self, units: &[Origin<'_>], links: &[Origin<'_>], findings: &mut Vec<Finding>) {
        for (unit, (file, line)) in self.units.iter().zip(units) {
            let day = unit.valid_from.or(unit.valid_to).unwrap_or(Date::MAX);
            if unit.level() != Level::Province && self.unit(&unit.parent, day).is_none() {
                findings.push(Finding::new(
                    *file,
                    Some(*line),
                    format!("Không có đơn vị cấp trên “{}” vào ngày {day}.", unit.parent),
                    format!("There is no unit “{}” above on {day}.", unit.parent),
                ));
            }
        }
        for (link, (file, line)) in self.successions.iter().zip(links) {
            let before = link.date.yesterday().ok().and_then(|day| self.unit(&link.old, day));
            if before.is_none() || self.unit(&link.new, link.date).is_none() {
                findings.push(Finding::new(
                    *file,
                    Some(*line),
                    format!(
                        "Chuyển tiếp {} → {} ngày {}: một trong hai mã không tồn tại vào ngày đó.",
                        link.old, link.new, link.date
                    ),
                    format!(
                        "Succession {} → {} on {}: one of the codes does not exist then.",
                        link.old, link.new, link.date
                    ),
                ));
            }
        }
    }
}

fn key(unit: &Unit) -> (Level, &str, Option<Date>) {
    (unit.level(), &unit.code, unit.valid_from)
}

/// Two units may carry one code, but not on one day.
fn overlaps(units: &[(Unit, Origin<'_>)], findings: &mut Vec<Finding>) {
    for pair in units.windows(2) {
        let [(a, _), (b, (file, line))] = pair else { continue };
        let same = (a.level(), &a.code) == (b.level(), &b.code);
        let apart = a.valid_to.zip(b.valid_from).is_some_and(|(to, from)| to < from);
        if same && !apart {
            findings.push(Finding::new(
                *file,
                Some(*line),
                format!("Mã {} đã có đơn vị khác trong cùng thời gian (“{}”).", b.code, a.name),
                format!("The code {} already belongs to another unit at that time (“{}”).", b.code, a.name),
            ));
        }
    }
}

fn rows<'a, T>(
    file: &'a str,
    text: &str,
    header: &str,
    read: impl Fn(&[&str]) -> Result<T, (String, String)>,
    into: &mut Vec<(T, Origin<'a>)>,
    findings: &mut Vec<Finding>,
) {
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1usize..);
    if lines.next().is_none_or(|(line, _)| line.trim() != header) {
        findings.push(Finding::new(
            file,
            Some(1),
            format!("Dòng đầu phải là: {header}"),
            format!("The first line must be: {header}"),
        ));
        return;
    }
    let wanted = header.split(',').count();
    for (line, number) in lines.filter(|(line, _)| !line.trim().is_empty()) {
        let cells: Vec<_> = line.split(',').map(str::trim).collect();
        let row = match cells.len() {
            n if n == wanted => read(&cells),
            n => Err((format!("Dòng có {n} ô, cần {wanted}."), format!("The row has {n} cells instead of {wanted}."))),
        };
        match row {
            Ok(row) => into.push((row, (file, number))),
            Err((vi, en)) => findings.push(Finding::new(file, Some(number), vi, en)),
        }
    }
}

fn unit(level: Level, cells: &[&str]) -> Result<Unit, (String, String)> {
    let [code, kind, name, parent, from, to, decision] = cells else {
        return Err(("Dòng thiếu ô.".into(), "Cells are missing.".into()));
    };
    if Level::of(code) != Some(level) {
        return Err((
            format!("Mã “{code}” không đúng số chữ số của cấp này (tỉnh 2, huyện 3, xã 5)."),
            format!("The code “{code}” has not the digits of its level (2, 3 or 5)."),
        ));
    }
    let Some(kind) = Kind::of(level, &clean(kind)) else {
        return Err((
            format!("Không có loại “{kind}” ở cấp này."),
            format!("There is no kind “{kind}” at this level."),
        ));
    };
    let name = clean(name);
    if name.is_empty() {
        return Err(("Thiếu tên.".into(), "The name is missing.".into()));
    }
    Ok(Unit {
        code: (*code).into(),
        kind,
        name: name.into(),
        parent: (*parent).into(),
        valid_from: day(from)?,
        valid_to: day(to)?,
        decision: (*decision).into(),
    })
}

fn succession(cells: &[&str]) -> Result<Succession, (String, String)> {
    let [old, new, date, partial, main] = cells else {
        return Err(("Dòng thiếu ô.".into(), "Cells are missing.".into()));
    };
    let Some(date) = day(date)? else { return Err(("Thiếu ngày.".into(), "The date is missing.".into())) };
    Ok(Succession {
        old: (*old).into(),
        new: (*new).into(),
        date,
        partial: mark(partial)?,
        main: mark(main)?,
        share: None,
    })
}

fn day(cell: &str) -> Result<Option<Date>, (String, String)> {
    if cell.is_empty() {
        return Ok(None);
    }
    cell.parse().map(Some).map_err(|_| {
        (
            format!("“{cell}” không phải là ngày; viết như 2025-07-01."),
            format!("“{cell}” is not a date; write it as 2025-07-01."),
        )
    })
}

fn mark(cell: &str) -> Result<bool, (String, String)> {
    match cell {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err((format!("Viết yes hoặc no, không phải “{cell}”."), format!("Write yes or no, not “{cell}”."))),
    }
}
