//! What may be done with a case: acts, who may ask for them, and the fixed vocabulary of what they do.

use super::{Entering, Evidence};
use crate::guard::Guard;
use kernel::{Text, id::RoleCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An act somebody may ask for: from where, by whom, under which guards, to where, doing what.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActDecl {
    pub name: Text,
    /// How the timeline says that it happened.
    pub done: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    #[serde(default)]
    pub key: Option<char>,
    #[serde(default)]
    pub emphasis: Emphasis,
    pub who: Vec<Who>,
    /// Track states in which the act is open; a track not named may be in any.
    pub when: BTreeMap<String, Vec<String>>,
    /// Steps at which the act is open; empty: any.
    #[serde(default)]
    pub at: Vec<String>,
    /// Only the one to whom the case is assigned, once it is.
    #[serde(default)]
    pub assignee_only: bool,
    #[serde(default)]
    pub guards: Vec<GuardDecl>,
    /// JSON Schema of what is asked with the act, with `examples`.
    #[serde(default)]
    pub input: Option<serde_json::Value>,
    #[serde(default)]
    pub to: BTreeMap<String, String>,
    #[serde(default, rename = "do")]
    pub verbs: Vec<Verb>,
    /// Shown to the applicant in the public timeline.
    #[serde(default = "super::yes")]
    pub public: bool,
    /// There only with a definition that has this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<super::Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emphasis {
    Primary,
    #[default]
    Quiet,
    Risk,
}

/// Who may ask for an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Applicant, owner or proxy of the case.
    Applicant,
    /// The program: timers and effects.
    System,
    /// Holder of the role of the step the case is in, in that step's office.
    Step,
    /// Somebody of an office that has an open request for an opinion.
    Consulted,
    /// Holder of a role in the office that received the case.
    Received(RoleCode),
    /// Holder of a role in the office that decides the case.
    Decides(RoleCode),
    /// Somebody appointed to this role in the case.
    Member(String),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardDecl {
    pub require: Guard,
    pub otherwise: Text,
}

impl ActDecl {
    /// The register whose entry the act amends.
    pub fn amends(&self) -> Option<&Entering> {
        self.verbs.iter().find_map(|v| if let Verb::Amend(into) = v { Some(into) } else { None })
    }
}

impl GuardDecl {
    /// Asks of what is given nothing but which entry is meant.
    pub(crate) fn about_entry(&self) -> bool {
        let text = self.require.text();
        let asked = text.matches("input").count();
        asked > 0 && asked == text.matches("input.entry").count()
    }
}

/// What an accepted act does, from a fixed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Start(String),
    Stop(String),
    Suspend(String),
    Resume(String),
    /// Enter a step: its code, `next` or `none`.
    Step(String),
    /// Give the case to the account in `input.assignee`, or to the actor when `self`.
    Assign(AssignTo),
    /// All defects at once, from `input.defects`.
    AskSupplement,
    /// New answers and files from `input`.
    TakeSupplement,
    /// Papers and a word that come after the time for them: kept with the notice, for a person to look at.
    TakeLateSupplement,
    /// Ask the offices in `input.offices` for their opinion, in the span of the named clock.
    Consult(String),
    /// Record the opinion in `input` for the actor's office.
    GiveOpinion,
    /// Record consent by silence for every request that is past its time.
    TacitConsent,
    /// Record a proposed or final outcome.
    Outcome(Outcome),
    /// Issue a document of this definition; `result` stands for the one the outcome asks for.
    Issue(String),
    Deliver,
    /// Append an entry to a register, from the input.
    Record(Entering),
    /// A new version of the entry `input.entry` of a register.
    Amend(Entering),
    /// Keep the files in `input.files` as the next version of an artefact.
    File(Evidence),
    /// Appoint the account in `input.member` to a role in the case, and dismiss it.
    Appoint(String),
    Dismiss(String),
    /// Queue an effect by name.
    Effect(String),
    /// A financial obligation by notice of the tax office, from `input`: `duty`, `amount`, `notice`.
    AskDuty,
    /// A payment of one due, from `input`; the last duty paid ends the wait for it.
    Settle,
    Refund,
    Waive,
    /// Mẫu 04: a new due instant for the clock on the date `input.until`, once and in time.
    Extend(String),
    /// The verification the law allows, added to the clock, once.
    Prolong(String),
    /// Marks the case: an apology is to be signed.
    DraftApology,
    /// Records a member case of a set that was opened, or how it ended.
    OpenMember,
    EndMember,
    /// The outcome of a set from those of its members.
    Conclude,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignTo {
    Input,
    Actor,
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Granted,
    Refused,
}
