//! What a fact adds to the sums. Pure; the one place that says what is counted, for sums and for the lists behind them alike.
//!
//! # Invariants
//! 1. The sums are the facts': adding up [`contribution`] over all facts gives `index_count` and `index_due` (a test does).
//! 2. A measure and the dossiers behind it come from one line of [`MEASURES`].

use crate::fact::{Fact, Verdict};
use kernel::{Instant, time::Date};
use std::collections::HashMap;

/// Which instant decides the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    Received,
    Ended,
}

/// How the dossiers behind a measure are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Find {
    /// All of the base.
    All,
    /// A bit of `flags`.
    Flag(u32),
    /// By verdict; open ones by their due instant.
    OnTime,
    Late,
    LegalOnTime,
    LegalLate,
    /// A sum that no dossier is behind.
    Sum,
}

#[derive(Debug, Clone, Copy)]
pub struct Measure {
    pub name: &'static str,
    pub base: Base,
    pub find: Find,
}

const fn m(name: &'static str, base: Base, find: Find) -> Measure {
    Measure { name, base, find }
}

/// Columns of `index_count`, in order.
pub const MEASURES: [Measure; 24] = [
    m("received", Base::Received, Find::All),
    m("on_time", Base::Received, Find::OnTime),
    m("late", Base::Received, Find::Late),
    m("legal_on_time", Base::Received, Find::LegalOnTime),
    m("legal_late", Base::Received, Find::LegalLate),
    m("again", Base::Received, Find::Flag(0)),
    m("online", Base::Received, Find::Flag(1)),
    m("online_counted", Base::Received, Find::Flag(2)),
    m("assisted", Base::Received, Find::Flag(3)),
    m("synchronised", Base::Received, Find::Flag(4)),
    m("duty", Base::Received, Find::Flag(5)),
    m("duty_online", Base::Received, Find::Flag(6)),
    m("reused", Base::Received, Find::Flag(7)),
    m("population", Base::Received, Find::Flag(8)),
    m("displeased", Base::Received, Find::Flag(9)),
    m("ended", Base::Ended, Find::All),
    m("with_result", Base::Ended, Find::Flag(10)),
    m("e_result", Base::Ended, Find::Flag(11)),
    m("digitised", Base::Ended, Find::Flag(12)),
    m("stored", Base::Ended, Find::Flag(13)),
    m("certified", Base::Ended, Find::Flag(14)),
    m("remote", Base::Ended, Find::Flag(15)),
    m("remote_assisted", Base::Ended, Find::Flag(16)),
    m("handled_s", Base::Ended, Find::Sum),
];

pub const RECEIVED: usize = 0;
pub const ON_TIME: usize = 1;
pub const LATE: usize = 2;
pub const LEGAL_ON_TIME: usize = 3;
pub const LEGAL_LATE: usize = 4;

pub fn measure(name: &str) -> Option<(usize, Measure)> {
    MEASURES.iter().enumerate().find(|(_, m)| m.name == name).map(|(i, m)| (i, *m))
}

pub type Sums = [i64; MEASURES.len()];

/// The yes/no measures of a fact, one bit each.
pub fn flags(f: &Fact) -> i64 {
    let online = f.channel == "online";
    let m = &f.memo;
    let e_result = f.e_result();
    let bits = [
        m.supplements > 1,
        online,
        online && e_result,
        m.assisted,
        m.synchronised,
        f.duty(),
        // Paid online counts only when the portal knows of it.
        f.paid_online() && m.synchronised,
        m.reused,
        m.population,
        m.displeased,
        f.with_result(),
        e_result,
        f.with_result() && (m.files > 0 || m.reused) && m.result_filed,
        e_result && m.synchronised,
        m.certified,
        f.remote(),
        f.remote() && m.assisted,
    ];
    bits.iter().enumerate().fold(0, |sum, (bit, yes)| sum | (i64::from(*yes) << bit))
}

/// `202611` of November 2026, in Vietnam.
pub fn month(at: Instant) -> i64 {
    month_of(at.date())
}
pub fn month_of(day: Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

const HOUR: i64 = 3_600_000_000;
/// The day since 1970 in Vietnam (UTC+7) in which an instant lies. A period begins and ends with a day.
pub fn day(at: Instant) -> i64 {
    (at.micros().div_euclid(HOUR) + 7).div_euclid(24)
}
/// Its midnight.
pub fn day_start(day: i64) -> Instant {
    Instant::from_micros((day.saturating_mul(24) - 7).saturating_mul(HOUR))
}
/// Nothing runs: the applicant or the tax office is waited for.
pub const STANDING: i64 = 9_999_999;

/// What changes in the sums.
#[derive(Debug, Default, PartialEq)]
pub struct Deltas {
    pub counts: HashMap<(&'static str, String, i64), Sums>,
    pub dues: HashMap<(&'static str, &'static str, String, i64, i64), i64>,
}

impl Deltas {
    /// Replaces one version of a fact by another.
    pub fn change(&mut self, before: Option<&Fact>, after: &Fact) {
        if let Some(before) = before {
            self.add(before, -1);
        }
        self.add(after, 1);
    }

    fn add(&mut self, f: &Fact, sign: i64) {
        let bits = flags(f);
        for base in [Base::Received, Base::Ended] {
            let Some(at) = (match base {
                Base::Received => f.counted_at,
                Base::Ended => f.ended_at,
            }) else {
                continue;
            };
            let sums = contribution(f, bits, base);
            for (scope, key) in scopes(f) {
                let row = self.counts.entry((scope, key, month(at))).or_insert([0; MEASURES.len()]);
                for (sum, n) in row.iter_mut().zip(sums) {
                    *sum += sign * n;
                }
            }
        }
        self.add_dues(f, sign);
    }

    fn add_dues(&mut self, f: &Fact, sign: i64) {
        let mut put = |kind, scope, key: String, month, day| *self.dues.entry((kind, scope, key, month, day)).or_insert(0) += sign;
        for (kind, verdict, due) in [("index", f.verdict(), f.index_due), ("legal", f.legal_verdict(), f.legal_due)] {
            if let (Verdict::Open, Some(due), Some(counted)) = (verdict, due, f.counted_at) {
                for (scope, key) in scopes(f) {
                    put(kind, scope, key, month(counted), day(due));
                }
            }
        }
        if f.live() {
            let at = f.live_due().map_or(STANDING, day);
            let (unit, waiting, person) = (f.unit(), f.waiting().code(), f.person.as_deref().unwrap_or(""));
            put("board", "p", waiting.to_owned(), 0, at);
            put("board", "o", format!("{unit}|{waiting}"), 0, at);
            put("board", "u", format!("{unit}|{person}|{waiting}"), 0, at);
        }
        if let Some(received) = f.memo.received_at {
            put("day", "p", String::new(), 0, day(received));
            put("day", "o", f.received.clone(), 0, day(received));
        }
    }
}

/// The sums a fact belongs to.
pub fn scopes(f: &Fact) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("p", String::new()),
        ("o", f.decides.clone()),
        ("d", f.definition.clone()),
        ("c", format!("{}|{}", f.decides, f.definition)),
    ];
    all.extend(f.official.clone().map(|u| ("u", u)));
    all
}

/// What one fact adds under one base.
pub fn contribution(f: &Fact, flags: i64, base: Base) -> Sums {
    let mut sums = [0; MEASURES.len()];
    for (sum, m) in sums.iter_mut().zip(MEASURES).filter(|(_, m)| m.base == base) {
        *sum = match m.find {
            Find::All => 1,
            Find::Flag(bit) => (flags >> bit) & 1,
            Find::OnTime => i64::from(f.verdict() == Verdict::OnTime),
            Find::Late => i64::from(f.verdict() == Verdict::Late),
            Find::LegalOnTime => i64::from(f.legal_verdict() == Verdict::OnTime),
            Find::LegalLate => i64::from(f.legal_verdict() == Verdict::Late),
            Find::Sum => f.handled_s(),
        };
    }
    sums
}
