//! What the index needs of a case's event, read leniently: changes that it does not know pass by, so that a new kind of change
//! in the engine never stops the index, and an old journal reads like a new one.

use kernel::Instant;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Deserialize)]
pub struct Happened {
    pub act: String,
    pub at: Instant,
    pub by: Hand,
    #[serde(default)]
    pub changes: Vec<Change>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Hand {
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Filed(Box<Filed>),
    Moved { track: String, to: String },
    StepEntered { step: String, role: String, office: String, due: Instant },
    StepLeft { step: String, due: Instant },
    Assigned { to: Option<String>, name: String },
    ClockStarted { clock: String, due: Instant },
    ClockSuspended { clock: String },
    ClockResumed { clock: String, due: Instant },
    ClockStopped { clock: String },
    ClockExtended { clock: String, due: Instant },
    SupplementAsked {},
    SupplementGiven {
        #[serde(default)]
        files: Vec<Given>,
    },
    OpinionAsked { office: String, due: Instant },
    OpinionGiven {},
    OpinionTacit {},
    OutcomeSet { outcome: String },
    DocumentIssued { document: String },
    DocumentFiled { document: String },
    Delivered { how: String },
    DuesAssessed {
        #[serde(default)]
        dues: Vec<Due>,
    },
    DutyAsked { due: Due },
    DuePaid { due: DueName, paid: Paid },
    DueWaived { due: DueName },
    WentTo {},
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Filed {
    pub code: String,
    pub definition: String,
    pub version: String,
    pub channel: String,
    #[serde(default)]
    pub people: People,
    pub offices: Offices,
    #[serde(default)]
    pub files: Vec<Given>,
    #[serde(default)]
    pub waived: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct People {
    #[serde(default)]
    pub assisted_by: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Offices {
    pub received: String,
    pub decides: String,
}

/// A file given for a component. Where it comes from is said by whoever fills components from stores and databases.
#[derive(Debug, Clone, Deserialize)]
pub struct Given {
    #[serde(default)]
    pub component: String,
    /// `DuocTaiSuDung`: taken from something digitised before.
    #[serde(default)]
    pub reused: bool,
    /// The database that gave it: `population`, `civil-status`…
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Due {
    pub code: String,
    #[serde(default)]
    pub amount: serde_json::Value,
    #[serde(default)]
    pub status: Option<String>,
}

impl Due {
    /// Whether there is something to pay. An amount is written as a number, or as a text by an older engine.
    pub fn owes(&self) -> bool {
        let amount = self.amount.as_i64().or_else(|| self.amount.as_str().and_then(|t| t.parse().ok()));
        amount.unwrap_or(0) > 0
    }
}

/// A due as an act names it: by its code, or whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum DueName {
    Code(String),
    Whole { code: String },
}

impl DueName {
    pub fn code(&self) -> &str {
        match self {
            Self::Code(code) | Self::Whole { code } => code,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Paid {
    #[serde(default)]
    pub online: bool,
}

/// What is owed of each due, for the fold.
pub type Dues = BTreeMap<String, Owed>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    Open,
    Online,
    Offline,
    Waived,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_change_passes_by() {
        let text = r#"{"act":"x","at":"2026-11-23T08:30:00+07:00","by":{"account":"acct_0","name":"A"},"input":{"a":1},
            "changes":[{"change":"member_opened","as":"b"},{"change":"moved","track":"handling","to":"processing"},
            {"change":"supplement_asked","number":1,"defects":[],"reason":"","contact":""},
            {"change":"due_paid","due":"permit","paid":{"amount":5,"reference":"x","how":"bank","online":true}}]}"#;
        let e: Happened = serde_json::from_str(text).unwrap();
        assert!(matches!(e.changes[0], Change::Other));
        assert!(matches!(&e.changes[1], Change::Moved { to, .. } if to == "processing"));
        assert!(matches!(e.changes[2], Change::SupplementAsked {}));
        assert!(matches!(&e.changes[3], Change::DuePaid { due, paid } if due.code() == "permit" && paid.online));
    }
}
