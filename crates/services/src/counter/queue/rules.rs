//! Who is called next, and how long the others wait. Pure.

use kernel::{Instant, Refusal, id::TicketId};

/// A ticket that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub id: TicketId,
    pub group: String,
    pub priority: bool,
    /// When it was drawn: somebody sent on to another group keeps the place.
    pub taken_at: Instant,
    pub serial: i64,
}

/// The next of the groups a window serves (none named: all). Those with priority come first, but after `in_a_row` of them one of
/// the others is called. `recent`: whether the tickets called last had priority, newest first.
pub fn next<'a>(waiting: &'a [Waiting], groups: &[String], recent: &[bool], in_a_row: usize) -> Option<&'a Waiting> {
    let served = || waiting.iter().filter(|w| groups.is_empty() || groups.contains(&w.group));
    let first = |priority: bool| served().filter(|w| w.priority == priority).min_by_key(|w| (w.taken_at, w.serial));
    let run = recent.iter().take_while(|p| **p).count();
    match (first(true), first(false)) {
        (Some(_), Some(other)) if run >= in_a_row => Some(other),
        (Some(first), _) => Some(first),
        (None, other) => other,
    }
}

/// How many of the same group are called before a ticket, if nobody else comes.
pub fn ahead_of(waiting: &[Waiting], me: TicketId, recent: &[bool], in_a_row: usize) -> Option<usize> {
    let group = waiting.iter().find(|w| w.id == me)?.group.clone();
    let mut left: Vec<Waiting> = waiting.iter().filter(|w| w.group == group).cloned().collect();
    let mut recent = recent.to_vec();
    let mut ahead = 0;
    while let Some(called) = next(&left, &[], &recent, in_a_row).map(|w| (w.id, w.priority)) {
        if called.0 == me {
            return Some(ahead);
        }
        ahead += 1;
        recent.insert(0, called.1);
        left.retain(|w| w.id != called.0);
    }
    None
}

/// Minutes until the turn comes, rounded up; never a promise.
pub fn minutes(ahead: usize, serving_s: i64, windows: i64) -> i64 {
    let ahead = i64::try_from(ahead).unwrap_or(i64::MAX / 100_000);
    let seconds = ahead.saturating_mul(serving_s.max(1));
    let each = windows.max(1).saturating_mul(60);
    (seconds + each - 1) / each
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Called,
    Done,
    NoShow,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Done => "done",
            Self::NoShow => "no_show",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Called, Self::Done, Self::NoShow].into_iter().find(|s| s.code() == code)
    }
}

/// What a window does with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Call,
    Recall,
    Finish,
    NoShow,
    Transfer,
    /// Somebody who was not there has come after all.
    Back,
}

impl Step {
    pub fn of(code: &str) -> Option<Self> {
        Some(match code {
            "recall" => Self::Recall,
            "finish" => Self::Finish,
            "no-show" => Self::NoShow,
            "transfer" => Self::Transfer,
            "back" => Self::Back,
            _ => return None,
        })
    }
    /// The kind of journal entry.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Call => "ticket.called",
            Self::Recall => "ticket.recalled",
            Self::Finish => "ticket.finished",
            Self::NoShow => "ticket.no-show",
            Self::Transfer => "ticket.transferred",
            Self::Back => "ticket.back",
        }
    }
}

/// The state after a step, or why it cannot be.
pub fn after(state: State, step: Step) -> Result<State, Refusal> {
    match (state, step) {
        (State::Waiting, Step::Call) | (State::Called, Step::Recall) => Ok(State::Called),
        (State::Called, Step::Finish) => Ok(State::Done),
        (State::Called, Step::NoShow) => Ok(State::NoShow),
        (State::Called, Step::Transfer) | (State::NoShow, Step::Back) => Ok(State::Waiting),
        _ => Err(Refusal::conflict(
            "ticket-state",
            "Số này đã được quầy khác xử lý. Tải lại trang để xem hàng chờ hiện tại.",
            "Another window has dealt with this number. Reload to see the queue as it is now.",
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_micros(1_764_000_000_000_000 + minute * 60_000_000)
    }
    fn ticket(n: i64, group: &str, priority: bool) -> Waiting {
        let id = TicketId::new(uuid::Uuid::from_u128(n as u128));
        Waiting { id, group: group.into(), priority, taken_at: at(n), serial: n }
    }
    /// Calls everybody; the serial numbers in the order of the calls.
    fn order(mut waiting: Vec<Waiting>, in_a_row: usize) -> Vec<i64> {
        let (mut recent, mut out) = (Vec::new(), Vec::new());
        while let Some(w) = next(&waiting, &[], &recent, in_a_row).cloned() {
            recent.insert(0, w.priority);
            out.push(w.serial);
            waiting.retain(|x| x.id != w.id);
        }
        out
    }

    #[test]
    fn priority_comes_first_and_nobody_starves() {
        let all = vec![ticket(1, "A", false), ticket(2, "A", false), ticket(3, "A", true), ticket(4, "A", true), ticket(5, "A", true), ticket(6, "A", false)];
        assert_eq!(order(all.clone(), 2), [3, 4, 1, 5, 2, 6]);
        assert_eq!(order(all.clone(), 1), [3, 1, 4, 2, 5, 6]);
        assert_eq!(order(all.into_iter().filter(|t| !t.priority).collect(), 2), [1, 2, 6], "first come, first served");
    }

    #[test]
    fn a_window_calls_only_its_groups_and_a_transferred_one_keeps_the_place() {
        let mut all = vec![ticket(1, "A", false), ticket(2, "B", false), ticket(3, "B", false)];
        assert_eq!(next(&all, &["B".into()], &[], 2).unwrap().serial, 2);
        assert_eq!(next(&all, &["C".into()], &[], 2), None);
        all[0].group = "B".into(); // sent on
        assert_eq!(next(&all, &["B".into()], &[], 2).unwrap().serial, 1);
    }

    #[test]
    fn waiting_is_told_by_the_same_rule() {
        let all = vec![ticket(1, "A", false), ticket(2, "A", true), ticket(3, "A", true), ticket(4, "A", true), ticket(5, "B", false)];
        let ahead = |n: i64| ahead_of(&all, TicketId::new(uuid::Uuid::from_u128(n as u128)), &[], 2);
        assert_eq!((ahead(2), ahead(3), ahead(1), ahead(4), ahead(5)), (Some(0), Some(1), Some(2), Some(3), Some(0)));
        assert_eq!(ahead(9), None);
        assert_eq!((minutes(0, 480, 1), minutes(3, 480, 1), minutes(3, 480, 2), minutes(1, 61, 0)), (0, 24, 12, 2));
    }

    #[test]
    fn a_step_has_its_state() {
        assert_eq!(after(State::Waiting, Step::Call).unwrap(), State::Called);
        assert_eq!(after(State::Called, Step::Transfer).unwrap(), State::Waiting);
        assert_eq!(after(State::NoShow, Step::Back).unwrap(), State::Waiting);
        for (state, step) in [(State::Called, Step::Call), (State::Done, Step::Call), (State::Done, Step::Recall), (State::Waiting, Step::Finish), (State::NoShow, Step::Finish)] {
            assert_eq!(after(state, step).unwrap_err().code, "ticket-state");
        }
    }
}
