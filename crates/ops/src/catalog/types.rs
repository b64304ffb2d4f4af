//! The shapes of the catalogue's files. What is read here is plain data; the checks across keys are in `check`.

use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, LegalBasis},
    id::OfficeCode,
};
use serde::{Deserialize, Serialize};

/// `ops/directives.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directives {
    /// The first is the ordinary one.
    pub urgencies: Vec<Named>,
    /// How a product is judged when it is accepted.
    pub qualities: Vec<Named>,
    pub rules: Vec<Dated>,
}

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub code: String,
    pub name: Text,
}

/// Rules with the dates on which they are in force and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub rule: Rules,
}

/// How directives are handled: taken when one is given and kept by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Days before the deadline from which a task is "due soon".
    pub warning_days: u32,
    /// Overdue for longer than this is told apart.
    pub long_overdue_days: u32,
    /// A task without a deadline on which nothing was proposed for longer than this is told apart.
    pub undated_days: u32,
    pub day_off: DayOff,
    pub extension: ExtensionRules,
    pub evidence: Evidence,
    /// How long an office has to explain, in its own working time.
    pub explanation: Span,
}

/// What is done with a deadline on a day on which the lead office does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOff {
    NextWorkingDay,
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRules {
    /// Grants after which only a leader of the giving office decides.
    pub most: u32,
    /// Whether one may be asked for after the deadline, as a late request: the task stays overdue until it is decided.
    pub late_requests: bool,
    /// Fewer letters are no reason.
    pub reason_letters: u32,
}

/// Whether a product needs a file to be submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    Required,
    Optional,
}

/// `ops/fronts.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fronts {
    pub fronts: Vec<Front>,
}

/// A front (mặt trận) with its working group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    pub code: String,
    pub name: Text,
    /// The office that heads the group, and the one that keeps its papers.
    pub head: OfficeCode,
    pub secretary: OfficeCode,
    #[serde(default)]
    pub members: Vec<OfficeCode>,
    pub legal_basis: Vec<LegalBasis>,
}

/// What fits on a wall that is read across a room.
pub const MOST_PANELS: usize = 6;
pub const MOST_FIGURES: usize = 8;
pub const MOST_NEWEST: usize = 20;
pub const MOST_EXCEPTIONS: usize = 12;
pub const MOST_ALERTS: usize = 12;
pub const MOST_OFFICES: usize = 12;

/// `ops/walls.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walls {
    pub walls: Vec<Wall>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wall {
    pub code: String,
    pub name: Text,
    pub panels: Vec<Panel>,
    /// How many of the newest acts are shown.
    pub newest: usize,
    /// How many directives a leader has to look at are shown.
    pub exceptions: usize,
    /// How many alerts are shown, the worst first.
    #[serde(default)]
    pub alerts: usize,
    /// How many offices are shown, those with most overdue first.
    pub offices: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    pub name: Text,
    pub stale_minutes: i64,
    pub figures: Vec<PanelFigure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelFigure {
    pub code: String,
    pub name: Text,
    /// How the figure is felt when it is not zero.
    #[serde(default)]
    pub mood: Feel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feel {
    #[default]
    Plain,
    Good,
    Warn,
    Bad,
}

impl Feel {
    pub const ALL: [Self; 4] = [Self::Plain, Self::Good, Self::Warn, Self::Bad];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Plain => Text::new("Bình thường", "Plain"),
            Self::Good => Text::new("Tốt khi có", "Good when there is any"),
            Self::Warn => Text::new("Cần chú ý khi có", "To be watched when there is any"),
            Self::Bad => Text::new("Xấu khi có", "Bad when there is any"),
        }
    }
}
