#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    directive::Due,
    fixtures::{account, act, drafted, given, now, order, who},
};
use kernel::time::date;

fn ask(every: Every, until: Option<Date>) -> Ask {
    Ask { every, until }
}

fn begun(every: Every, until: Option<Date>) -> Series {
    let event = begin(None, &given(), ask(every, until), &who(1, now())).unwrap().unwrap();
    Series::evolve(None, &event, now()).unwrap()
}

#[test]
fn days_are_counted_from_the_first() {
    let table: [(Every, Date, [Date; 4]); 6] = [
        (Every::Month, date(2026, 1, 31), [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]),
        (Every::Month, date(2027, 12, 30), [date(2028, 1, 30), date(2028, 2, 29), date(2028, 3, 30), date(2028, 4, 30)]),
        (Every::Week, date(2026, 11, 27), [date(2026, 12, 4), date(2026, 12, 11), date(2026, 12, 18), date(2026, 12, 25)]),
        (Every::Quarter, date(2026, 11, 30), [date(2027, 2, 28), date(2027, 5, 30), date(2027, 8, 30), date(2027, 11, 30)]),
        (Every::Year, date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]),
        (Every::Year, date(2026, 6, 15), [date(2027, 6, 15), date(2028, 6, 15), date(2029, 6, 15), date(2030, 6, 15)]),
    ];
    for (every, first, days) in table {
        for (no, day) in (1..).zip(days) {
            assert_eq!(every.day(first, no), Some(day), "{every:?} {first} {no}");
        }
        assert_eq!(every.day(first, 0), Some(first));
        assert_eq!(every.day(first, u32::MAX), None, "past the calendar there is no day");
    }
}

#[test]
fn it_begins_with_a_task_that_was_given_by_its_giver() {
    let d = given();
    let s = begun(Every::Month, None);
    // Given on Monday 23/11 for Friday 27/11.
    assert_eq!((s.from, s.ahead, s.next()), (date(2026, 11, 27), 4, Some((1, date(2026, 12, 27)))));
    assert_eq!(s.gives_at().unwrap(), midnight(date(2026, 12, 23)).plus_seconds(MORNING));
    assert_eq!(begin(Some(&s), &d, ask(Every::Month, None), &who(1, now())), Ok(None), "the same form again");
    assert_eq!(begin(Some(&s), &d, ask(Every::Week, None), &who(1, now())).unwrap_err().code, "series-there");
    for n in [2, 5] {
        assert!(begin(None, &d, ask(Every::Week, None), &who(n, now())).is_err(), "account {n} did not give it");
    }
    let draft = drafted(&order());
    assert_eq!(begin(None, &draft, ask(Every::Week, None), &who(1, now())).unwrap_err().code, "series-now");
    let undated = act(&drafted(&Order { due: Due::Undated, ..order() }), 1, &crate::directive::Act::Give).unwrap();
    assert_eq!(begin(None, &undated, ask(Every::Week, None), &who(1, now())).unwrap_err().code, "series-undated");
    for (until, fits) in [(date(2026, 12, 26), false), (date(2026, 12, 27), true), (date(2020, 1, 1), false)] {
        assert_eq!(begin(None, &d, ask(Every::Month, Some(until)), &who(1, now())).is_ok(), fits, "{until}");
    }
}

#[test]
fn each_time_follows_the_one_before_and_the_last_day_ends_it() {
    let s = begun(Every::Month, Some(date(2027, 2, 1)));
    let first = |no, day| E::Given { no, day, directive: DirectiveId::new(uuid::Uuid::from_u128(7)) };
    assert_eq!(Series::evolve(Some(s.clone()), &first(2, date(2027, 1, 27)), now()), None, "none is passed over");
    assert_eq!(Series::evolve(Some(s.clone()), &first(1, date(2026, 12, 28)), now()), None);
    let s = Series::evolve(Some(s), &first(1, date(2026, 12, 27)), now()).unwrap();
    assert_eq!(Series::evolve(Some(s.clone()), &first(1, date(2026, 12, 27)), now()), None, "nor given twice");
    let s = Series::evolve(Some(s), &E::LeftOut { no: 2, day: date(2027, 1, 27) }, now()).unwrap();
    assert_eq!((s.next(), s.gives_at(), s.times.len()), (None, None, 2));
    assert_eq!(stop(&s, "thôi", &who(1, now())).unwrap_err().code, "series-over");
}

#[test]
fn the_giver_or_the_leader_of_the_office_ends_it_with_a_reason() {
    let s = begun(Every::Week, None);
    assert_eq!(stop(&s, "  ", &who(1, now())).unwrap_err().reasons[0].field.as_deref(), Some("stop_reason"));
    assert!(stop(&s, &"x".repeat(601), &who(1, now())).is_err());
    let led = who(5, now());
    assert!(s.sees(&led) && !s.may_stop(&led), "the lead office knows of it and does not end it");
    assert!(stop(&s, "Hết đợt cao điểm", &led).is_err());
    let event = stop(&s, " Hết đợt cao điểm ", &who(1, now())).unwrap().unwrap();
    let s = Series::evolve(Some(s), &event, now()).unwrap();
    assert_eq!((s.next(), s.stopped.as_ref().map(|n| n.text.as_str())), (None, Some("Hết đợt cao điểm")));
    assert_eq!(Series::evolve(Some(s), &event, now()), None);
    let mut limited = begun(Every::Week, None);
    limited.order.limited = true;
    assert!(limited.sees(&who(1, now())) && limited.order.assigner.account == account(1));
}
