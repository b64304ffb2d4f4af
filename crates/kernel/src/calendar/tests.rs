#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalog::Files;
use crate::time::{Time, date};
use proptest::prelude::*;
use std::sync::LazyLock;

const OFFICES: &str = include_str!("../../../../catalog/calendars/vn-offices.yaml");

const STRICT: &str = "code: strict\nextends: vn-offices\nname: {vi: Có quy tắc giờ cuối, en: With a last-hour rule}\n\
last_hour_rule:\n  effective: {from: 2025-01-01}\n  legal_basis: {document: Quy chế một cửa, verified: no}\n\
closures:\n  - on: 2026-10-05\n    name: {vi: Bão, en: Storm}\n    closed: [13:00-17:00]\n    legal_basis: {document: Công điện, verified: no}\n";

fn files(more: &[(&str, &str)]) -> Files {
    let own = [("calendars/vn-offices.yaml", OFFICES), ("calendars/strict.yaml", STRICT)];
    own.iter().chain(more).map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect()
}

static ALL: LazyLock<Calendars> = LazyLock::new(|| Calendars::load(&files(&[])).unwrap());
static VN: LazyLock<Arc<Calendar>> = LazyLock::new(|| ALL.get("vn-offices").unwrap().clone());

fn at(text: &str) -> Instant {
    Instant::local(text.replace(' ', "T").parse().unwrap())
}

fn due(calendar: &str, from: &str, span: &str) -> String {
    let due = ALL.get(calendar).unwrap().due(at(from), span.parse().unwrap()).unwrap();
    due.civil().strftime("%a %Y-%m-%d %H:%M").to_string()
}

/// domain/public-services §2.7, all of them.
#[test]
fn the_vectors_of_the_law() {
    for (from, span, expected) in [
        ("2025-12-31 09:00", "1wd", "Mon 2026-01-05 09:00"),
        ("2026-01-09 09:00", "1wd", "Sat 2026-01-10 09:00"),
        ("2026-02-13 10:00", "3wd", "Wed 2026-02-25 10:00"),
        ("2026-04-23 09:00", "3wd", "Wed 2026-04-29 09:00"),
        ("2026-08-20 09:00", "2wd", "Sat 2026-08-22 09:00"),
        ("2026-08-28 09:00", "1wd", "Thu 2026-09-03 09:00"),
        ("2026-11-20 16:30", "1wd", "Mon 2026-11-23 16:30"),
        ("2026-11-20 18:05", "3wd", "Thu 2026-11-26 17:00"),
        ("2026-11-23 09:00", "1wd", "Wed 2026-11-25 09:00"),
        ("2026-11-02 08:00", "168h", "Tue 2026-12-01 17:00"),
        ("2026-12-31 14:00", "2wd", "Tue 2027-01-05 14:00"),
    ] {
        assert_eq!(due("vn-offices", from, span), expected, "{from} + {span}");
    }
    assert_eq!(due("strict", "2026-11-20 16:30", "1wd"), "Mon 2026-11-23 17:00");
    assert_eq!(due("strict", "2026-11-20 15:59", "1wd"), "Mon 2026-11-23 15:59");
}

/// §10.7(1), Law 60/2014 Article 5(3).
#[test]
fn received_before_fifteen_is_done_the_same_day() {
    for (from, expected) in [
        ("2026-11-23 14:50", "Mon 2026-11-23 17:00"),
        ("2026-11-23 15:10", "Wed 2026-11-25 17:00"),
        ("2026-11-23 15:00", "Wed 2026-11-25 17:00"),
        ("2026-11-23 14:59", "Mon 2026-11-23 17:00"),
        ("2026-11-23 06:00", "Mon 2026-11-23 17:00"),
        ("2026-11-24 09:00", "Wed 2026-11-25 17:00"),
        ("2026-11-21 09:00", "Mon 2026-11-23 17:00"),
    ] {
        assert_eq!(due("vn-offices", from, "same-day before 15:00"), expected, "{from}");
    }
    // The storm closes the office at noon: what comes after that cannot be done the same day.
    assert_eq!(due("strict", "2026-10-05 11:00", "same-day before 15:00"), "Mon 2026-10-05 12:00");
    assert_eq!(due("strict", "2026-10-05 14:00", "same-day before 15:00"), "Tue 2026-10-06 17:00");
}

#[test]
fn calendar_days_end_on_a_working_day() {
    assert_eq!(due("vn-offices", "2026-11-02 09:00", "10d"), "Thu 2026-11-12 17:00");
    assert_eq!(due("vn-offices", "2026-11-04 09:00", "10d"), "Mon 2026-11-16 17:00");
    assert_eq!(due("vn-offices", "2026-11-14 23:00", "10d"), "Wed 2026-11-25 17:00");
    assert_eq!(due("vn-offices", "2026-02-04 08:00", "10d"), "Mon 2026-02-23 17:00");
}

#[test]
fn hours_and_quarters() {
    assert_eq!(due("vn-offices", "2026-11-16 11:30", "2.5h"), "Mon 2026-11-16 15:00");
    assert_eq!(due("vn-offices", "2026-11-16 12:30", "0.5wd"), "Mon 2026-11-16 17:00");
    assert_eq!(due("vn-offices", "2026-11-16 08:00", "0.5wd"), "Mon 2026-11-16 12:00");
    assert_eq!(due("vn-offices", "2026-11-21 08:00", "0h"), "Mon 2026-11-23 08:00");
    assert_eq!(due("strict", "2026-10-05 10:30", "2h"), "Tue 2026-10-06 08:30");
    let step = ALL.get("strict").unwrap().step_due(at("2026-11-20 16:30"), Span::hours(4)).unwrap();
    assert_eq!(step, at("2026-11-23 11:30"));
    let before = VN.add_working(at("2026-11-25 09:00"), -8 * 3600).unwrap();
    assert_eq!(before, at("2026-11-23 09:00"));
    assert_eq!(VN.add_working(at("2026-11-25 09:00"), -3600).unwrap(), at("2026-11-25 08:00"));
}

#[test]
fn an_undeclared_year_refuses_the_promise_and_says_what_to_do() {
    let late = VN.due(at("2027-12-31 09:00"), Span::working_days(2)).unwrap_err();
    assert_eq!(late, CalendarError::UnknownYear { calendar: "vn-offices".into(), year: 2028 });
    assert!(matches!(
        VN.due(at("2024-12-31 09:00"), Span::hours(1)),
        Err(CalendarError::UnknownYear { year: 2024, .. })
    ));
    assert!(matches!(VN.is_working(at("2031-03-01 09:00")), Err(CalendarError::UnknownYear { year: 2031, .. })));
    let refusal = Refusal::from(late);
    assert_eq!(refusal.code, "calendar-year-missing");
    assert!(refusal.message.vi.contains("2028") && refusal.message.en.contains("2028"));
    assert!(VN.due(at("2027-12-31 09:00"), Span::calendar_days(36_525)).is_err());
    assert_eq!(due("vn-offices", "2027-12-31 08:00", "1wd"), "Fri 2027-12-31 17:00");
    assert_eq!(Refusal::from(ALL.get("none").unwrap_err()).code, "calendar-missing");
}

#[test]
fn unread_sources_are_told() {
    assert_eq!(VN.unverified(date(2027, 2, 1), date(2027, 2, 28)).count(), 1);
    assert_eq!(VN.unverified(date(2026, 1, 1), date(2026, 12, 31)).count(), 0);
    assert_eq!(VN.day_off(date(2026, 11, 24)).unwrap().name.en, "Vietnam Culture Day");
    let strict = ALL.get("strict").unwrap();
    assert_eq!(VN.changed_days(strict), [date(2026, 10, 5)]);
    assert_eq!(strict.hours_of(date(2026, 10, 5)).unwrap(), [(at("2026-10-05 08:00"), at("2026-10-05 12:00"))]);
}

#[test]
fn working_days_of_a_year() {
    let days = |y: i16| {
        date(y, 1, 1)
            .series(jiff::Span::new().days(1))
            .take_while(|d| d.year() == y)
            .filter(|d| VN.is_working_day(*d).unwrap())
            .count()
    };
    // 261 weekdays each; 12 and 14 of them off; one and two Saturdays worked.
    assert_eq!((days(2025), days(2026)), (261 - 12 + 1, 261 - 14 + 2));
}

#[test]
fn a_wrong_calendar_is_found_with_its_line() {
    for (old, new, marked, word) in [
        ("on: 2025-04-07", "on: 2026-04-07", "on: 2026-04-07", "2026-04-07"),
        ("mon: [08:00-12:00", "mon: [08:00-14:00", "mon: [", "chồng"),
        ("mon: [08:00", "mon: [08h00", "mon: [", "08h00"),
        ("  2026:\n", "  2029:\n", "years:", "2026"),
        ("on: 2025-04-26", "on: 2025-08-30", "      - on: 2025-08-30\n", "2025-08-30"),
        ("effective: {from: 2025-01-01}", "effective: {from: 2025-03-01}", "hours:", "2025-01-01"),
    ] {
        let bad = OFFICES.replacen(old, new, 1);
        let line = bad[..bad.find(marked).unwrap()].matches('\n').count() + 1;
        let found = Calendars::load(&files(&[("calendars/vn-offices.yaml", &bad)])).unwrap_err();
        let own = found.iter().find(|f| f.file.ends_with("vn-offices.yaml") && f.reason.vi.contains(word));
        assert!(own.is_some_and(|f| f.line == Some(line)), "{word} {line}: {found:#?}");
    }
    let lost = STRICT.replace("extends: vn-offices", "extends: nowhere");
    let found = Calendars::load(&files(&[("calendars/strict.yaml", &lost)])).unwrap_err();
    assert_eq!(found[0].line, Some(2));
}

#[test]
fn spans_read_and_write_compactly() {
    for (text, span, vi) in [
        ("8h", Span::hours(8), "8 giờ làm việc"),
        ("2.5h", Span::Hours(150), "2,5 giờ làm việc"),
        ("20m", Span::Hours(20), "20 phút làm việc"),
        ("7wd", Span::working_days(7), "7 ngày làm việc"),
        ("0.25wd", Span::WorkingDays(1), "0,25 ngày làm việc"),
        ("10d", Span::CalendarDays(10), "10 ngày"),
    ] {
        assert_eq!(text.parse(), Ok(span));
        assert_eq!((span.to_string().as_str(), span.text().vi.as_str()), (text, vi));
        assert_eq!(serde_json::to_string(&span).unwrap(), format!("\"{text}\""));
    }
    assert_eq!("same-day before 15:00".parse(), Ok(Span::SameDay { cutoff: Time::constant(15, 0, 0, 0) }));
    assert_eq!(Span::working_days(1).text().en, "1 working day");
    assert_eq!(Span::working_days(3).text().en, "3 working days");
    for bad in [
        "",
        "7",
        "wd",
        "-1wd",
        "0.3wd",
        "1.5d",
        "7 weeks",
        "same-day before 25:00",
        "99999999999h",
        "1.234h",
        "1.h",
        ".5h",
        "½h",
        "5000000wd",
        "2,5h",
    ] {
        assert!(bad.parse::<Span>().is_err(), "{bad}");
    }
}

fn instants() -> impl Strategy<Value = Instant> {
    let (from, to) = (at("2025-01-01 00:00").micros(), at("2027-06-01 00:00").micros());
    (from..to, prop::bool::ANY)
        .prop_map(|(t, whole)| Instant::from_micros(if whole { t - t.rem_euclid(1_800_000_000) } else { t }))
}

fn spans() -> impl Strategy<Value = Span> {
    prop_oneof![
        (0u32..6000).prop_map(Span::Hours),
        (0u32..160).prop_map(Span::WorkingDays),
        (0u32..60).prop_map(Span::CalendarDays),
        (8i8..17).prop_map(|h| Span::SameDay { cutoff: Time::constant(h, 0, 0, 0) }),
    ]
}

proptest! {
    #[test]
    fn a_later_receipt_is_never_due_earlier(a in instants(), b in instants(), span in spans(), strict: bool) {
        let calendar = ALL.get(if strict { "strict" } else { "vn-offices" }).unwrap();
        let (first, last) = (a.min(b), a.max(b));
        prop_assert!(calendar.due(first, span).unwrap() <= calendar.due(last, span).unwrap());
    }

    #[test]
    fn no_promise_falls_in_a_closed_moment(from in instants(), span in spans()) {
        let due = VN.due(from, span).unwrap();
        prop_assert!(due >= from || !VN.is_working(from).unwrap());
        let moment_before = Instant::from_micros(due.micros() - 1);
        prop_assert!(VN.is_working(due).unwrap() || VN.is_working(moment_before).unwrap(), "{from} {span} {due}");
        prop_assert!(due >= from);
    }

    #[test]
    fn spans_add_up(from in instants(), a in 1i64..600_000, b in 1i64..600_000) {
        let two = VN.add_working(VN.add_working(from, a).unwrap(), b).unwrap();
        prop_assert_eq!(two, VN.add_working(from, a + b).unwrap());
    }

    #[test]
    fn counting_back_gives_the_same_work(from in instants(), seconds in 0i64..1_000_000) {
        let end = VN.add_working(from, seconds).unwrap();
        prop_assert_eq!(VN.working_seconds(from, end).unwrap(), seconds);
        prop_assert_eq!(VN.working_seconds(end, from).unwrap(), -seconds);
        if from > at("2026-01-01 00:00") {
            let start = VN.add_working(from, -seconds).unwrap();
            prop_assert_eq!(VN.working_seconds(start, from).unwrap(), seconds);
        }
    }

    #[test]
    fn any_text_is_a_span_or_a_refusal(text in "\\PC{0,24}") {
        if let Ok(span) = text.parse::<Span>() {
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }
    }
}

#[test]
fn a_promise_costs_less_than_a_few_microseconds() {
    let from = at("2026-03-02 09:13").micros();
    let clock = std::time::Instant::now();
    for i in 0..100_000 {
        std::hint::black_box(VN.due(Instant::from_micros(from + i * 60_000_000), Span::working_days(7)).unwrap());
    }
    let each = clock.elapsed() / 100_000;
    assert!(each.as_micros() < 20, "{each:?} per promise in an unoptimised build");
    eprintln!("{each:?} per promise");
}
