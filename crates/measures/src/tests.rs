#![allow(clippy::unwrap_used)]

use crate::{Period, PeriodType, catalog};
use kernel::{Instant, catalog::Files};

fn at(text: &str) -> Instant {
    format!("{text}+07:00").parse().unwrap()
}

/// The same record lies in different months of the two calendars on some days only.
#[test]
fn a_decree_09_month_is_not_the_calendar_month() {
    let (calendar, report) = (Period::Month(2026, 11), Period::Decree09(2026, 11));
    let records = ["2026-10-14T23:59:59", "2026-10-15T00:00:00", "2026-10-31T12:00:00", "2026-11-14T23:59:59", "2026-11-15T00:00:00", "2026-11-30T23:59:59"].map(at);
    let count = |p: Period| records.iter().filter(|r| p.contains(**r)).count();
    assert_eq!((count(calendar), count(report)), (3, 3));
    let inside = |p: Period| records.map(|r| p.contains(r));
    assert_eq!(inside(calendar), [false, false, false, true, true, true]);
    assert_eq!(inside(report), [false, true, true, true, false, false]);
    assert_eq!(Period::Decree09(2026, 1).first_day().to_string(), "2025-12-15");
    // Each day lies in exactly one of each kind, and the one before ends where it begins.
    for day in ["2026-01-01", "2026-01-14", "2026-01-15", "2026-08-31", "2026-09-01", "2026-12-31", "2028-02-29"] {
        for kind in [PeriodType::Month, PeriodType::Quarter, PeriodType::Year, PeriodType::Decree09Month, PeriodType::SchoolYear, PeriodType::Day] {
            let p = kind.of(day.parse().unwrap());
            assert!(p.first_day() <= day.parse().unwrap() && p.day_after() > day.parse().unwrap(), "{day} {p}");
            assert_eq!((p.before().day_after(), p.before().of_type()), (p.first_day(), kind), "{p}");
            assert_eq!((p.after().before(), p.after().first_day()), (p, p.day_after()), "{p}");
            assert_eq!(p.to_string().parse::<Period>(), Ok(p));
        }
    }
    for bad in ["", "2026-13", "2026-Q5", "26", "2026-1", "nd09-2026", "hoc-26", "2026-02-30", "0001", "2026-11-1", "𝟚𝟘𝟚𝟞"] {
        assert!(bad.parse::<Period>().is_err(), "{bad}");
    }
}

fn shipped() -> Files {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    [catalog::FOLDER, indices::FOLDER]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap().map(move |e| (folder, e.unwrap().path())))
        .filter(|(_, p)| p.extension().is_some_and(|e| e == "yaml"))
        .map(|(folder, p)| (format!("{folder}/{}", p.file_name().unwrap().to_string_lossy()), std::fs::read_to_string(&p).unwrap()))
        .collect()
}

#[test]
fn the_catalogue_is_sound_and_its_mistakes_are_found() {
    let files = shipped();
    let c = catalog::load(&files).unwrap_or_else(|f| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    assert!(c.indicators.len() > 40 && c.files.len() > 10);
    // An index that asks for an indicator that is not there, and one that is not a fraction.
    for (from, to, said) in [("indicator: households.fibre, part: numerator", "indicator: nobody, part: numerator", "no indicator “nobody”"), ("indicator: ai.applications", "indicator: ai.applications, part: denominator", "has no denominator")] {
        let path = "indices/dti-405.yaml";
        let mut changed = files.clone();
        changed.insert(path, files.get(path).unwrap().replacen(from, to, 1));
        let found = catalog::load(&changed).unwrap_err();
        assert!(found.iter().any(|f| f.reason.en.contains(said) && f.line.is_some()), "{found:?}");
    }
}
