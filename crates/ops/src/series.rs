//! A recurring task (nhiệm vụ định kỳ): a directive that is given again every week, month, quarter or year, as far ahead of its day as it was
//! given the first time. Each time is a directive of its own.
//!
//! # Invariants
//! 1. The days are counted from the first one, so the 31st comes back after a shorter month.
//! 2. A time is given once: its directive's id is made of the series and the number, and both records are one batch.
//! 3. Nobody gives in the name of somebody who left the post, and to no office that is gone: the series ends by itself and says why.
//! 4. A time whose day has passed unseen (the program stood still) is recorded as left out, never given late.

mod runner;
#[cfg(test)]
mod tests;
pub mod views;

use crate::{
    Who,
    directive::{Directive, DirectiveId, Noted, Order, Part, Workflow, decide::wrong},
};
use kernel::{
    Instant, Refusal, Text,
    id::{AccountId, Id, Kind},
    text::clean,
    time::{Date, midnight},
};
use records::Record;
use serde::{Deserialize, Serialize};
use store::{Batch, values};

/// `series_…`; of the same number as the directive it begins with, so that one directive begins one series.
#[derive(Debug, Clone, Copy)]
pub struct SeriesKind;
impl Kind for SeriesKind {
    const PREFIX: &'static str = "series";
}
pub type SeriesId = Id<SeriesKind>;

pub fn id_of(first: DirectiveId) -> SeriesId {
    SeriesId::new(first.uuid())
}

/// The hour at which a task is given on its day.
const MORNING: i64 = 7 * 3_600;
const REASON_MAX: usize = 600;
/// Longest time ahead, in days.
const AHEAD_MAX: i32 = 366;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Week,
    Month,
    Quarter,
    Year,
}

impl Every {
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Week => Text::new("Hằng tuần", "Every week"),
            Self::Month => Text::new("Hằng tháng", "Every month"),
            Self::Quarter => Text::new("Hằng quý", "Every quarter"),
            Self::Year => Text::new("Hằng năm", "Every year"),
        }
    }
    /// The day of a time, the first being number 0; a month without that day has its last one. Nothing beyond the calendar.
    pub fn day(self, first: Date, no: u32) -> Option<Date> {
        let n = i64::from(no);
        let span = jiff::Span::new();
        let span = match self {
            Self::Week => span.try_days(n * 7),
            Self::Month => span.try_months(n),
            Self::Quarter => span.try_months(n * 3),
            Self::Year => span.try_years(n),
        };
        first.checked_add(span.ok()?).ok()
    }
}

/// One time of the series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    pub no: u32,
    pub day: Date,
    /// Nothing where its day had passed before anybody could give it.
    pub directive: Option<DirectiveId>,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    pub id: SeriesId,
    pub first: DirectiveId,
    /// `NV-2026-000123` of the first.
    pub code: String,
    /// As the first was given; the deadline is each time's own.
    pub order: Order,
    pub every: Every,
    /// The day of the first.
    pub from: Date,
    /// Days before its day that a task is given.
    pub ahead: i32,
    /// The last day that may be asked for; without end when nothing is said.
    #[serde(default)]
    pub until: Option<Date>,
    pub by: AccountId,
    pub name: String,
    pub began: Instant,
    #[serde(default)]
    pub times: Vec<Time>,
    #[serde(default)]
    pub stopped: Option<Noted>,
}

impl Series {
    /// The number and the day of the time that comes next; nothing when the series is over.
    pub fn next(&self) -> Option<(u32, Date)> {
        let no = self.times.last().map_or(1, |t| t.no.saturating_add(1));
        let day = self.every.day(self.from, no)?;
        (self.stopped.is_none() && self.until.is_none_or(|until| day <= until)).then_some((no, day))
    }
    /// When the next one is given.
    pub fn gives_at(&self) -> Option<Instant> {
        let (_, day) = self.next()?;
        let on = day.checked_sub(jiff::Span::new().try_days(self.ahead).ok()?).ok()?;
        Some(midnight(on).plus_seconds(MORNING))
    }
    /// Whether somebody may know of it: the giving and the leading office, who is named, who oversees the province.
    pub fn sees(&self, who: &Who) -> bool {
        let o = &self.order;
        let me = who.author.account;
        let named = o.assigner.account == me || o.monitor.as_ref().is_some_and(|m| m.account == me);
        let near = who.office.as_ref().is_some_and(|x| *x == o.assigner.office || *x == o.lead.code);
        named || (near && (!o.limited || who.manages)) || (who.oversees && !o.limited)
    }
    /// Whether somebody may end it: the giver, or who leads the giving office.
    pub fn may_stop(&self, who: &Who) -> bool {
        self.order.assigner.account == who.author.account || (who.leads && who.office.as_ref() == Some(&self.order.assigner.office))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SeriesEvent {
    Begun { id: SeriesId, first: DirectiveId, code: String, order: Box<Order>, every: Every, from: Date, ahead: i32, until: Option<Date>, by: AccountId, name: String },
    /// The directive of a time was given.
    Given { no: u32, day: Date, directive: DirectiveId },
    LeftOut { no: u32, day: Date },
    Stopped { reason: String, name: String },
}

use SeriesEvent as E;

impl Record for Series {
    type Event = SeriesEvent;
    const KIND: &'static str = "series";

    fn evolve(before: Option<Self>, event: &SeriesEvent, at: Instant) -> Option<Self> {
        let next = |s: &Self, no: u32, day: Date| s.next() == Some((no, day));
        match (before, event.clone()) {
            (None, E::Begun { id, first, code, order, every, from, ahead, until, by, name }) => {
                Some(Self { id, first, code, order: *order, every, from, ahead, until, by, name, began: at, times: Vec::new(), stopped: None })
            }
            (Some(mut s), E::Given { no, day, directive }) if next(&s, no, day) => {
                s.times.push(Time { no, day, directive: Some(directive), at });
                Some(s)
            }
            (Some(mut s), E::LeftOut { no, day }) if next(&s, no, day) => {
                s.times.push(Time { no, day, directive: None, at });
                Some(s)
            }
            (Some(s), E::Stopped { reason, name }) if s.stopped.is_none() => Some(Self { stopped: Some(Noted { by: name, at, text: reason }), ..s }),
            _ => None,
        }
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, s: &Self, _: &SeriesEvent, _: i64, at: Instant) {
        let gives = s.gives_at();
        let o = &s.order;
        if before.is_some() {
            batch.exec("UPDATE directive_series SET gives_at = $3, changed = $4 WHERE province = $1 AND id = $2", values![s.id, gives, at]);
            return;
        }
        batch.exec(
            "INSERT INTO directive_series (province, id, giver, lead, limited, gives_at, changed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![s.id, &o.assigner.office, &o.lead.code, o.limited, gives, at],
        );
    }
}

/// What is asked when a directive is to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    pub every: Every,
    pub until: Option<Date>,
}

/// Begins the series of a directive that was given: only in the giver's own name.
pub fn begin(found: Option<&Series>, d: &Directive, ask: Ask, who: &Who) -> Result<Option<SeriesEvent>, Refusal> {
    let part = Part::of(d, who);
    if !part.sees(d.workflow) {
        return Err(records::gone());
    }
    if !part.assigner {
        return Err(Refusal::forbidden("not-yours", "Chỉ người giao đặt lặp lại: các lần sau cũng giao với tên người đó.", "Only the giver makes it recur: the later ones are given in the same name."));
    }
    if let Some(s) = found {
        let same = s.stopped.is_none() && s.every == ask.every && s.until == ask.until;
        return if same { Ok(None) } else { Err(Refusal::conflict("series-there", "Nhiệm vụ này đã được đặt lặp lại. Mở nhiệm vụ định kỳ để xem.", "This task recurs already. Open the recurring task.")) };
    }
    if matches!(d.workflow, Workflow::Draft | Workflow::Withdrawn) {
        return Err(Refusal::conflict("series-now", "Giao nhiệm vụ rồi mới đặt lặp lại được.", "Give the task first; then it can recur."));
    }
    let (Some(first), Some(assigned)) = (d.first_deadline, d.assigned) else {
        return Err(Refusal::conflict("series-undated", "Nhiệm vụ không thời hạn không lặp lại được.", "A task without a deadline cannot recur."));
    };
    let from = first.asked.unwrap_or(first.day);
    if let Some(until) = ask.until
        && ask.every.day(from, 1).is_none_or(|next| until < next)
    {
        return Err(wrong("series_until", "Ngày cuối phải từ lần lặp lại đầu tiên trở đi.", "The last day is on or after the first time it recurs."));
    }
    let ahead = assigned.date().until(from).map_or(1, |s| s.get_days()).clamp(1, AHEAD_MAX);
    Ok(Some(E::Begun {
        id: id_of(d.id),
        first: d.id,
        code: d.code.clone(),
        order: Box::new(d.order.clone()),
        every: ask.every,
        from,
        ahead,
        until: ask.until,
        by: who.author.account,
        name: who.author.name.clone(),
    }))
}

/// Ends it by hand; what was given stays.
pub fn stop(s: &Series, reason: &str, who: &Who) -> Result<Option<SeriesEvent>, Refusal> {
    if !s.sees(who) {
        return Err(records::gone());
    }
    if !s.may_stop(who) {
        return Err(Refusal::forbidden("not-yours", "Người giao hoặc lãnh đạo cơ quan giao dừng được nhiệm vụ định kỳ này.", "The giver or the leader of the giving office ends this recurring task."));
    }
    if s.next().is_none() {
        return Err(Refusal::conflict("series-over", "Nhiệm vụ định kỳ này đã kết thúc.", "This recurring task is over."));
    }
    let reason = clean(reason);
    let letters = reason.chars().count();
    if letters == 0 || letters > REASON_MAX {
        return Err(wrong("stop_reason", format!("Ghi lý do, tối đa {REASON_MAX} ký tự."), format!("Say why, in at most {REASON_MAX} characters.")));
    }
    Ok(Some(E::Stopped { reason, name: who.author.name.clone() }))
}
