//! The tables that were really printed, over the same function as the pages.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{directive::Phase, fixtures::at};

const BARS: Bars = Bars { warning: 3, long_overdue: 30, undated: 90 };
const DAY: i64 = 86_400;

fn fact(phase: Phase, deadline: Option<Instant>) -> Fact {
    Fact { phase, assigned: at("2022-04-01T08:00:00"), deadline, first_deadline: deadline, proposed: true, returned: false, refused: false, asked: false }
}

/// So many of each kind.
struct Table {
    done_dated_on_time: usize,
    done_late: usize,
    done_undated: usize,
    within: usize,
    within_undated: usize,
    overdue: usize,
    of_them_long: usize,
    of_undated_old: usize,
}

impl Table {
    fn facts(&self, now: Instant) -> Vec<Fact> {
        let days = |n: i64| now.plus_seconds(n * DAY);
        let many = |n: usize, f: Fact| std::iter::repeat_n(f, n);
        let done = Phase::Done(days(-20));
        let old = Fact { assigned: days(-91), proposed: false, ..fact(Phase::Open, None) };
        let young = Fact { assigned: days(-90), proposed: false, ..fact(Phase::Open, None) };
        many(self.done_dated_on_time, fact(done, Some(days(-20))))
            .chain(many(self.done_late, fact(done, Some(days(-21)))))
            .chain(many(self.done_undated, fact(done, None)))
            .chain(many(self.within, fact(Phase::Open, Some(days(10)))))
            .chain(many(self.of_undated_old, old))
            .chain(many(self.within_undated - self.of_undated_old, young))
            .chain(many(self.of_them_long, fact(Phase::Open, Some(days(-31)))))
            .chain(many(self.overdue - self.of_them_long, fact(Phase::Open, Some(days(-30)))))
            .collect()
    }
    fn counts(&self) -> Counts {
        let now = at("2022-05-30T17:30:00");
        Counts::of(&self.facts(now), BARS, Basis::Current, now)
    }
}

fn rate(n: i64, d: i64, decimals: u32) -> String {
    format!("{} ({n}/{d})", web::figure::percent(n, d, decimals, kernel::text::Lang::Vi).replace('\u{a0}', " "))
}

/// To 30/5/2022: 1,387 tasks of 41 agencies.
#[test]
fn binh_dinh_2022() {
    let c = Table { done_dated_on_time: 506, done_late: 146, done_undated: 508, within: 88, within_undated: 123, overdue: 16, of_them_long: 7, of_undated_old: 21 }.counts();
    let n = |g| c.n(g);
    assert_eq!((n(Group::All), n(Group::Dated), n(Group::Undated)), (1387, 756, 631));
    assert_eq!((n(Group::Done), n(Group::DoneOnTime), n(Group::DoneLate)), (1160, 1014, 146));
    assert_eq!((n(Group::Open), n(Group::Within), n(Group::WithinUndated), n(Group::Overdue), n(Group::LongOverdue)), (227, 211, 123, 16, 7));
    assert_eq!(n(Group::UndatedOld), 21);
    assert_eq!(rate(n(Group::DoneOnTime), n(Group::Done), 1), "87,4 % (1014/1160)");
    assert_eq!(rate(n(Group::DoneLate), n(Group::Done), 1), "12,6 % (146/1160)");
}

/// 1/1–6/7/2020: 833 tasks.
#[test]
fn quang_nam_2020() {
    let c = Table { done_dated_on_time: 585, done_late: 0, done_undated: 0, within: 67, within_undated: 0, overdue: 181, of_them_long: 100, of_undated_old: 0 }.counts();
    assert_eq!([Group::All, Group::Done, Group::Within, Group::Overdue].map(|g| c.n(g)), [833, 585, 67, 181]);
    assert_eq!(rate(c.n(Group::Overdue), c.n(Group::All), 1), "21,7 % (181/833)");
}

/// 2017: which whole a rate is of changes it fourfold, so the fraction is printed.
#[test]
fn prime_minister_2017() {
    let c = Table { done_dated_on_time: 14_068, done_late: 1_983, done_undated: 0, within: 5_640, within_undated: 0, overdue: 223, of_them_long: 0, of_undated_old: 0 }.counts();
    assert_eq!([Group::All, Group::Done, Group::DoneOnTime, Group::DoneLate, Group::Open, Group::Within, Group::Overdue].map(|g| c.n(g)), [21_914, 16_051, 14_068, 1_983, 5_863, 5_640, 223]);
    assert_eq!(rate(223, c.n(Group::Done), 3), "1,389 % (223/16051)");
    assert_eq!(rate(223, c.n(Group::Open), 1), "3,8 % (223/5863)");
    assert_eq!(rate(223, c.n(Group::All), 2), "1,02 % (223/21914)");
}

#[test]
fn a_cell_is_text_and_never_a_formula() {
    assert_eq!(cell("=1+1"), "'=1+1");
    assert_eq!(cell("-5"), "-5");
    assert_eq!(cell("Sở, ban \"ngành\""), "\"Sở, ban \"\"ngành\"\"\"");
}
