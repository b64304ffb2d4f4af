//! The state of a directive.

use super::Filed;
use crate::{
    asks::{Person, UnitRef},
    catalog::Rules,
};
use kernel::{
    Instant, Text,
    calendar::Span,
    id::{AccountId, Id, Kind, OfficeCode},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// A directive's id: `directive_…`.
#[derive(Debug, Clone, Copy)]
pub struct DirectiveKind;
impl Kind for DirectiveKind {
    const PREFIX: &'static str = "directive";
}
pub type DirectiveId = Id<DirectiveKind>;

/// Where a task stands in its own workflow. How it stands in time is the other axis ([`super::Standing`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workflow {
    Draft,
    Assigned,
    Received,
    /// The lead office says that it is not its competence: whoever gave it decides.
    Refused,
    InProgress,
    /// Waits for whoever gave it to accept the product.
    Submitted,
    Returned,
    Suspended,
    Accepted,
    Withdrawn,
}

impl Workflow {
    pub const ALL: [Self; 10] =
        [Self::Draft, Self::Assigned, Self::Received, Self::Refused, Self::InProgress, Self::Submitted, Self::Returned, Self::Suspended, Self::Accepted, Self::Withdrawn];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Assigned => "assigned",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::InProgress => "in_progress",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Suspended => "suspended",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Draft => Text::new("Dự thảo", "Draft"),
            Self::Assigned => Text::new("Đã giao, chưa tiếp nhận", "Given, not received yet"),
            Self::Received => Text::new("Đã tiếp nhận", "Received"),
            Self::Refused => Text::new("Từ chối, chờ xử lý", "Refused, to be decided"),
            Self::InProgress => Text::new("Đang thực hiện", "Under way"),
            Self::Submitted => Text::new("Đã trình, chờ xác nhận", "Submitted, to be accepted"),
            Self::Returned => Text::new("Trả lại làm tiếp", "Returned"),
            Self::Suspended => Text::new("Tạm hoãn", "Suspended"),
            Self::Accepted => Text::new("Đã xác nhận hoàn thành", "Accepted"),
            Self::Withdrawn => Text::new("Đã rút", "Withdrawn"),
        }
    }
    /// The lead office has it in hand.
    pub const fn in_hand(self) -> bool {
        matches!(self, Self::Received | Self::InProgress | Self::Returned)
    }
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Accepted | Self::Withdrawn)
    }
}

/// The document a task comes from, as it is cited (Decree 30/2020/NĐ-CP): number and symbol, date, issuer, abstract.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub summary: String,
    /// Page, section or point.
    #[serde(default)]
    pub item: String,
    /// A page of this site.
    #[serde(default)]
    pub path: String,
}

/// Until when, as it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Due {
    /// Explicitly without a deadline: such tasks age.
    Undated,
    On { day: Date },
    /// So long after it is given.
    After { span: Span },
}

/// Until when, as it was promised: the closing of the lead office on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub day: Date,
    pub ends: Instant,
    /// The day that was asked for, when the office does not work on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Date>,
}

/// Where a directive comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    Hand,
    Meeting { meeting: String, conclusion: u32, title: String },
    /// A request for an explanation whose answer asks for more.
    Question { question: String, label: String },
    /// An alert.
    Alert { alert: String, label: String },
    /// A recurring task, and which time it is.
    Series { series: String, label: String },
}

impl Origin {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Meeting { .. } => "meeting",
            Self::Question { .. } => "question",
            Self::Alert { .. } => "alert",
            Self::Series { .. } => "series",
        }
    }
    pub fn text(&self) -> Text {
        match self {
            Self::Hand => Text::new("Giao trực tiếp", "Given directly"),
            Self::Meeting { title, .. } => Text::new(format!("Kết luận cuộc họp: {title}"), format!("Conclusion of a meeting: {title}")),
            Self::Question { label, .. } => Text::new(format!("Yêu cầu giải trình: {label}"), format!("Request for an explanation: {label}")),
            Self::Alert { label, .. } => Text::new(format!("Cảnh báo: {label}"), format!("Alert: {label}")),
            Self::Series { label, .. } => Text::new(format!("Nhiệm vụ định kỳ: {label}"), format!("Recurring task: {label}")),
        }
    }
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Hand => None,
            Self::Meeting { meeting, .. } => Some(format!("/work/meetings/{meeting}")),
            Self::Question { question, .. } => Some(format!("/work/explanations/{question}")),
            Self::Alert { alert, .. } => Some(format!("/work/alerts/{alert}")),
            Self::Series { series, .. } => Some(format!("/work/directives/series/{series}")),
        }
    }
}

/// What is to be done, by whom and until when: the form of a directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub text: String,
    /// The product expected.
    #[serde(default)]
    pub product: String,
    /// What is measured, where there is something.
    #[serde(default)]
    pub target: String,
    pub urgency: String,
    /// Only those named and the managers of their offices see it.
    #[serde(default)]
    pub limited: bool,
    /// A front of the catalogue; empty for none.
    #[serde(default)]
    pub front: String,
    pub assigner: Person,
    pub lead: UnitRef,
    #[serde(default)]
    pub partners: Vec<UnitRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor: Option<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    pub due: Due,
}

/// What was said when something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub by: String,
    pub at: Instant,
    pub text: String,
}

/// A line of the progress log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub by: String,
    pub at: Instant,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    #[serde(default)]
    pub next: String,
    #[serde(default)]
    pub obstacle: String,
    /// What the leader is asked to decide.
    #[serde(default)]
    pub proposal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Filed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Waiting,
    Accepted { by: String, at: Instant, quality: String, note: String },
    Returned { by: String, at: Instant, reason: String },
}

/// A product that was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    pub no: u32,
    pub by: String,
    pub at: Instant,
    pub text: String,
    /// Number and symbol of the reply.
    #[serde(default)]
    pub document: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Filed>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Answered {
    Waiting,
    Granted { by: String, at: Instant, deadline: Deadline, note: String },
    Refused { by: String, at: Instant, reason: String },
}

/// A request for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub no: u32,
    pub by: String,
    pub at: Instant,
    /// The day proposed.
    pub day: Date,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Filed>,
    /// Asked for after the deadline.
    pub late: bool,
    pub before: Deadline,
    pub answer: Answered,
}

/// A point of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The event's own word.
    pub what: String,
    pub by: String,
    pub at: Instant,
    #[serde(default)]
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    pub id: DirectiveId,
    /// `NV-2026-000123`.
    pub code: String,
    pub origin: Origin,
    pub order: Order,
    pub drafter: AccountId,
    pub drafter_name: String,
    /// The rules of the day it was given: a later change of the catalogue changes nothing here.
    pub rules: Rules,
    pub workflow: Workflow,
    /// What it goes back to when a suspension ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_pause: Option<Workflow>,
    pub created: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Instant>,
    /// As first promised; never written again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_deadline: Option<Deadline>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focal: Option<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<Person>,
    #[serde(default)]
    pub progress: Vec<Entry>,
    #[serde(default)]
    pub submissions: Vec<Submission>,
    #[serde(default)]
    pub extensions: Vec<Extension>,
    #[serde(default)]
    pub steps: Vec<Step>,
}

impl Directive {
    pub fn office(&self) -> &OfficeCode {
        &self.order.assigner.office
    }
    pub fn waiting_extension(&self) -> Option<&Extension> {
        self.extensions.last().filter(|e| e.answer == Answered::Waiting)
    }
    pub fn granted(&self) -> u32 {
        u32::try_from(self.extensions.iter().filter(|e| matches!(e.answer, Answered::Granted { .. })).count()).unwrap_or(u32::MAX)
    }
    pub fn returned(&self) -> u32 {
        u32::try_from(self.submissions.iter().filter(|s| matches!(s.outcome, Outcome::Returned { .. })).count()).unwrap_or(u32::MAX)
    }
    /// The last submission that was not returned.
    pub fn valid_submission(&self) -> Option<&Submission> {
        self.submissions.last().filter(|s| !matches!(s.outcome, Outcome::Returned { .. }))
    }
    pub fn accepted(&self) -> Option<(Instant, &str)> {
        match &self.valid_submission()?.outcome {
            Outcome::Accepted { at, quality, .. } => Some((*at, quality)),
            _ => None,
        }
    }
    /// Whether anything was put before the leader: a proposal, or a request for more time.
    pub fn proposed(&self) -> bool {
        !self.extensions.is_empty() || self.progress.iter().any(|e| !e.proposal.is_empty())
    }
    /// Every file of it.
    pub fn files(&self) -> impl Iterator<Item = &Filed> {
        let of = self.progress.iter().filter_map(|e| e.file.as_ref());
        of.chain(self.submissions.iter().filter_map(|s| s.file.as_ref())).chain(self.extensions.iter().filter_map(|e| e.file.as_ref()))
    }
}
