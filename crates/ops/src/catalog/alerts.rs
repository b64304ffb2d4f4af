//! `ops/alerts.yaml`: severities, and the dated rules by which signals become alerts.

use super::Feel;
use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, LegalBasis},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// Kinds of signals, with the unit of their value in both languages.
pub const SIGNALS: [(&str, &str, &str); 11] = [
    ("dossier.late", "giờ quá hạn", "hours overdue"),
    ("dossier.due_today", "giờ còn lại", "hours left"),
    ("source.old", "phút chưa cập nhật", "minutes old"),
    ("directive.overdue", "ngày quá hạn", "days overdue"),
    ("directive.undated", "ngày không hạn", "days undated"),
    ("directive.unreceived", "ngày chưa tiếp nhận", "days not received"),
    ("indicator.below_plan", "kỳ liền dưới lộ trình", "periods running below the roadmap"),
    ("feed.old", "ngày quá kỳ gửi", "days past its delivery"),
    ("feed.refused", "dòng bị từ chối", "rows refused"),
    ("emergency.unreviewed", "giờ chờ xem xét", "hours without a review"),
    ("question.late", "giờ quá thời hạn trả lời", "hours past its time"),
];

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// The worst first.
    pub severities: Vec<Severity>,
    /// The longest silence, in days.
    pub silence_days: u32,
    /// Fewer letters are no reason.
    pub reason_letters: usize,
    /// Over how many days the share of false alerts is told.
    pub share_days: u32,
    pub rules: Vec<AlertRule>,
}

impl Alerts {
    /// The rules in force on a day.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &AlertRule> {
        self.rules.iter().filter(move |r| r.effective.contains(day))
    }
    /// A rule by its code: the one in force on the day, or the last one there was.
    pub fn rule(&self, code: &str, day: Date) -> Option<&AlertRule> {
        let mut found = self.rules.iter().filter(|r| r.code == code);
        found.clone().find(|r| r.effective.contains(day)).or_else(|| found.next_back())
    }
    pub fn severity(&self, code: &str) -> Option<&Severity> {
        self.severities.iter().find(|s| s.code == code)
    }
    /// 0 for the worst.
    pub fn rank(&self, severity: &str) -> usize {
        self.severities.iter().position(|s| s.code == severity).unwrap_or(self.severities.len())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    pub code: String,
    pub name: Text,
    pub mood: Feel,
}

/// A rule: which signal, how much of it, for how long; how bad; who answers for it and who is told next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    pub code: String,
    pub name: Text,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub signal: String,
    pub by: By,
    pub at_least: i64,
    #[serde(default)]
    pub for_minutes: i64,
    pub severity: String,
    pub owner: String,
    #[serde(default)]
    pub escalate: Vec<Escalation>,
    /// Closed by hand and still so: comes again after this time.
    #[serde(default)]
    pub repeat: Option<Span>,
    #[serde(default)]
    pub inhibits: Vec<String>,
    /// What to do next.
    pub advice: Text,
}

/// What one alert is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Subject,
    Office,
    Province,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    #[serde(rename = "in")]
    pub while_in: Waiting,
    pub after: Span,
    pub to: Level,
}

/// A state in which an alert waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    Firing,
    Acknowledged,
}

/// Who an alert has come before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    Office,
    Leader,
    Province,
}

impl Level {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Leader => "leader",
            Self::Province => "province",
        }
    }
    pub fn of(code: &str) -> Self {
        match code {
            "province" => Self::Province,
            "leader" => Self::Leader,
            _ => Self::Office,
        }
    }
    pub fn text(self) -> Text {
        match self {
            Self::Office => Text::new("Đơn vị", "The office"),
            Self::Leader => Text::new("Lãnh đạo đơn vị", "The office's leader"),
            Self::Province => Text::new("Lãnh đạo tỉnh, thành phố", "Leaders of the province"),
        }
    }
}
