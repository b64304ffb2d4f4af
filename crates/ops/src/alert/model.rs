//! The state of an alert.

use crate::{asks::UnitRef, catalog::Level};
use kernel::{
    Instant, Text,
    id::{Id, Kind},
};
use serde::{Deserialize, Serialize};

/// An alert's id: `alert_…`.
#[derive(Debug, Clone, Copy)]
pub struct AlertKind;
impl Kind for AlertKind {
    const PREFIX: &'static str = "alert";
}
pub type AlertId = Id<AlertKind>;

/// Where an alert stands. Silence and inhibition are beside it: they hide it for a time and change nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Firing,
    /// Somebody has taken it up.
    Acknowledged,
    Resolved,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
    pub fn of(code: &str) -> Self {
        match code {
            "acknowledged" => Self::Acknowledged,
            "resolved" => Self::Resolved,
            _ => Self::Firing,
        }
    }
    pub fn text(self) -> Text {
        match self {
            Self::Firing => Text::new("Đang báo", "Firing"),
            Self::Acknowledged => Text::new("Đã tiếp nhận", "Acknowledged"),
            Self::Resolved => Text::new("Đã kết thúc", "Resolved"),
        }
    }
}

/// What an alert turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Real,
    False,
    /// True, and known already.
    Known,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Real, Self::False, Self::Known];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::False => "false",
            Self::Known => "known",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Real => Text::new("Đúng, đã xử lý", "Real, dealt with"),
            Self::False => Text::new("Báo sai", "False"),
            Self::Known => Text::new("Đúng, đã biết từ trước", "Real, known before"),
        }
    }
}

/// Why an alert ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The condition does not hold any more.
    Over,
    /// The rule is in force no more.
    RuleGone,
    /// Closed by hand, and still so after the rule's time: it comes again.
    Again,
}

impl Ended {
    pub fn text(self) -> Text {
        match self {
            Self::Over => Text::new("Tình trạng không còn", "The condition is over"),
            Self::RuleGone => Text::new("Quy tắc hết hiệu lực", "The rule is in force no more"),
            Self::Again => Text::new("Vẫn còn sau thời gian nhắc lại", "Still so after the time of repeating"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    pub until: Instant,
    pub reason: String,
    pub by: String,
}

/// Something that was made of an alert: a request for an explanation, a directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub id: String,
    pub label: String,
}

/// A moment of an alert's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub what: String,
    pub by: String,
    pub at: Instant,
    #[serde(default)]
    pub text: String,
}

/// What a condition is about, as it was when the alert began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub rule: String,
    pub severity: String,
    /// Rule, office and subject: one alert at a time.
    pub fingerprint: String,
    pub subject: String,
    pub label: Text,
    /// The record, a page of this site.
    pub path: String,
    pub value: i64,
    /// Since when it has been so.
    pub since: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub cause: Cause,
    /// Who answers for it.
    pub owner: UnitRef,
    /// The office it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<UnitRef>,
    pub fired: Instant,
    pub state: State,
    pub level: Level,
    /// Since when it waits in its state: what escalation counts from.
    pub waits: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// The condition for which it stands back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inhibited: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The condition still holds, or nobody has heard that it ended.
    pub holds: bool,
    #[serde(default)]
    pub asked: Vec<Made>,
    #[serde(default)]
    pub directed: Vec<Made>,
    pub steps: Vec<Moment>,
}

impl Alert {
    pub fn is_open(&self) -> bool {
        self.state != State::Resolved
    }
    pub fn is_silent(&self, now: Instant) -> bool {
        self.silence.as_ref().is_some_and(|s| s.until > now)
    }
}
