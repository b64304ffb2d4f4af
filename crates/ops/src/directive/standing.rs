//! How a task stands in time: derived from instants and a clock, stored nowhere. The second axis beside the workflow.

use super::{Directive, Workflow};
use kernel::{Instant, Text, time::Date};

/// What of the workflow matters to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not given yet, or withdrawn: counts nowhere.
    Out,
    Open,
    /// Waits for acceptance since this instant: the clock compares the submission.
    Waiting(Instant),
    Paused,
    /// Accepted; done by the submission of this instant.
    Done(Instant),
}

/// A task as time and reports see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    pub phase: Phase,
    pub assigned: Instant,
    pub deadline: Option<Instant>,
    pub first_deadline: Option<Instant>,
    /// Something was put before the leader.
    pub proposed: bool,
    /// A product was returned and none has been submitted since.
    pub returned: bool,
    pub refused: bool,
    /// More time is asked for and not decided on.
    pub asked: bool,
}

/// The bars by which standings and groups are told apart, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bars {
    pub warning: i64,
    pub long_overdue: i64,
    pub undated: i64,
}

impl Bars {
    pub fn of(rules: &crate::catalog::Rules) -> Self {
        Self { warning: rules.warning_days.into(), long_overdue: rules.long_overdue_days.into(), undated: rules.undated_days.into() }
    }
}

/// Against which deadline: a report states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    #[default]
    Current,
    Original,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Out,
    Paused,
    /// Open without a deadline, for so many days.
    Undated { age: i64 },
    Within { left: i64 },
    Soon { left: i64 },
    /// Past its deadline for so many days; 0 on the day itself.
    Overdue { days: i64 },
    OnTime,
    Late { days: i64 },
    DoneUndated,
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |s| i64::from(s.get_days()))
}

impl Fact {
    pub fn deadline_on(&self, basis: Basis) -> Option<Instant> {
        match basis {
            Basis::Current => self.deadline,
            Basis::Original => self.first_deadline,
        }
    }

    pub fn standing(&self, basis: Basis, warning: i64, now: Instant) -> Standing {
        let at = match self.phase {
            Phase::Out => return Standing::Out,
            Phase::Paused => return Standing::Paused,
            Phase::Done(at) => {
                return match self.deadline_on(basis) {
                    None => Standing::DoneUndated,
                    Some(end) if at <= end => Standing::OnTime,
                    Some(end) => Standing::Late { days: days(end.date(), at.date()) },
                };
            }
            Phase::Open => now,
            // Waiting for somebody else does not make the office late.
            Phase::Waiting(at) => at,
        };
        let Some(end) = self.deadline_on(basis) else {
            return Standing::Undated { age: days(self.assigned.date(), now.date()) };
        };
        if at > end {
            return Standing::Overdue { days: days(end.date(), at.date()) };
        }
        let left = days(at.date(), end.date());
        if left <= warning { Standing::Soon { left } } else { Standing::Within { left } }
    }
}

impl Directive {
    pub fn fact(&self) -> Fact {
        Fact {
            phase: phase(self.workflow, self.valid_submission().map(|s| s.at)),
            assigned: self.assigned.unwrap_or(self.created),
            deadline: self.deadline.map(|d| d.ends),
            first_deadline: self.first_deadline.map(|d| d.ends),
            proposed: self.proposed(),
            returned: self.workflow == Workflow::Returned,
            refused: self.workflow == Workflow::Refused,
            asked: self.waiting_extension().is_some(),
        }
    }
}

/// `submitted`: the last submission that was not returned.
pub fn phase(workflow: Workflow, submitted: Option<Instant>) -> Phase {
    match (workflow, submitted) {
        (Workflow::Draft | Workflow::Withdrawn, _) => Phase::Out,
        (Workflow::Suspended, _) => Phase::Paused,
        (Workflow::Accepted, Some(at)) => Phase::Done(at),
        (Workflow::Submitted, Some(at)) => Phase::Waiting(at),
        _ => Phase::Open,
    }
}

/// What directives are counted and listed by: a figure and the list behind it are the same predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    All,
    Dated,
    Undated,
    Done,
    DoneOnTime,
    DoneLate,
    DoneUndated,
    Open,
    Within,
    WithinUndated,
    Soon,
    Overdue,
    LongOverdue,
    UndatedOld,
    Submitted,
    Returned,
    Refused,
    Asked,
    Paused,
}

impl Group {
    pub const ALL: [Self; 19] = [
        Self::All, Self::Dated, Self::Undated, Self::Done, Self::DoneOnTime, Self::DoneLate, Self::DoneUndated, Self::Open, Self::Within, Self::WithinUndated, Self::Soon,
        Self::Overdue, Self::LongOverdue, Self::UndatedOld, Self::Submitted, Self::Returned, Self::Refused, Self::Asked, Self::Paused,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Dated => "dated",
            Self::Undated => "undated",
            Self::Done => "done",
            Self::DoneOnTime => "done_on_time",
            Self::DoneLate => "done_late",
            Self::DoneUndated => "done_undated",
            Self::Open => "open",
            Self::Within => "within",
            Self::WithinUndated => "within_undated",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::LongOverdue => "long_overdue",
            Self::UndatedOld => "undated_old",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Asked => "asked",
            Self::Paused => "paused",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::All => Text::new("Tổng số nhiệm vụ", "All tasks"),
            Self::Dated => Text::new("Có thời hạn", "With a deadline"),
            Self::Undated => Text::new("Không thời hạn", "Without a deadline"),
            Self::Done => Text::new("Đã hoàn thành", "Done"),
            Self::DoneOnTime => Text::new("Hoàn thành đúng, trước hạn", "Done on time"),
            Self::DoneLate => Text::new("Hoàn thành trễ hạn", "Done late"),
            Self::DoneUndated => Text::new("Hoàn thành (không hạn)", "Done (undated)"),
            Self::Open => Text::new("Đang thực hiện", "Open"),
            Self::Within => Text::new("Đang thực hiện trong hạn", "Open, within the deadline"),
            Self::WithinUndated => Text::new("Đang thực hiện, không hạn", "Open, undated"),
            Self::Soon => Text::new("Sắp đến hạn", "Due soon"),
            Self::Overdue => Text::new("Quá hạn", "Overdue"),
            Self::LongOverdue => Text::new("Quá hạn lâu", "Long overdue"),
            Self::UndatedOld => Text::new("Không hạn, để lâu chưa có đề xuất", "Undated, ageing without a proposal"),
            Self::Submitted => Text::new("Chờ xác nhận kết quả", "Waiting for acceptance"),
            Self::Returned => Text::new("Bị trả lại làm tiếp", "Returned"),
            Self::Refused => Text::new("Bị từ chối, chờ xử lý", "Refused, to be decided"),
            Self::Asked => Text::new("Xin gia hạn, chờ quyết định", "Extension to be decided"),
            Self::Paused => Text::new("Tạm hoãn", "Suspended"),
        }
    }

    /// Whether a task belongs to the group. `Within` holds the undated ones too, as provinces count them; so does
    /// `DoneOnTime`: a task without a deadline is never late, and its share is printed beside it.
    pub fn holds(self, f: &Fact, bars: Bars, basis: Basis, now: Instant) -> bool {
        let standing = f.standing(basis, bars.warning, now);
        let counted = !matches!(standing, Standing::Out);
        let open = matches!(f.phase, Phase::Open | Phase::Waiting(_));
        let dated = f.deadline_on(basis).is_some();
        match self {
            Self::All => counted,
            Self::Dated => counted && dated,
            Self::Undated => counted && !dated,
            Self::Done => matches!(f.phase, Phase::Done(_)),
            Self::DoneOnTime => matches!(standing, Standing::OnTime | Standing::DoneUndated),
            Self::DoneLate => matches!(standing, Standing::Late { .. }),
            Self::DoneUndated => standing == Standing::DoneUndated,
            Self::Open => open,
            Self::Within => matches!(standing, Standing::Within { .. } | Standing::Soon { .. } | Standing::Undated { .. }),
            Self::WithinUndated => matches!(standing, Standing::Undated { .. }),
            // What waits for its giver is nobody's to hurry.
            Self::Soon => f.phase == Phase::Open && matches!(standing, Standing::Soon { .. }),
            Self::Overdue => matches!(standing, Standing::Overdue { .. }),
            Self::LongOverdue => matches!(standing, Standing::Overdue { days } if days > bars.long_overdue),
            Self::UndatedOld => !f.proposed && matches!(standing, Standing::Undated { age } if age > bars.undated),
            Self::Submitted => matches!(f.phase, Phase::Waiting(_)),
            Self::Returned => f.returned,
            Self::Refused => f.refused,
            Self::Asked => f.asked && open,
            Self::Paused => f.phase == Phase::Paused,
        }
    }
}
