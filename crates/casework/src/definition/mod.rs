//! What a province declares: one definition per kind of case and version, resolved from the catalogue.
//!
//! A definition is `catalog/procedures/*.yaml` laid over the flow it extends (`catalog/flows/*.yaml`).
//! From it come the public page, the form, the counter checklist, the workflow, the deadlines, the
//! diagram and the printable internal process. Nothing normative is written in Rust.

mod check;
mod document;
mod form;
mod load;

pub use document::{DocumentDecl, FieldSource};
pub use form::{Field, FieldKind, Form, Section};
pub use load::{Definitions, load};

use crate::guard::Guard;
use kernel::{
    Dong, Text,
    calendar::Span,
    catalog::{Effective, LegalBasis},
    id::{DefinitionCode, RoleCode},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keyed, in the order of the file.
pub type Ordered<T> = indexmap::IndexMap<String, T>;

/// One declared kind of case at one version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub code: DefinitionCode,
    /// A case pins the version for life.
    pub version: String,
    /// The flow it was laid over.
    #[serde(default)]
    pub extends: Option<String>,
    /// dossier, engagement, directive, report, application…
    pub kind: String,
    pub name: Text,
    /// What it is for, in plain words.
    pub about: Text,
    /// Who qualifies and when, in plain words.
    #[serde(default)]
    pub eligibility: Option<Text>,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub audience: Vec<Audience>,
    pub level: Level,
    pub service_level: ServiceLevel,
    /// Decree 224/2026 Art. 14: a partial service states in public why.
    #[serde(default)]
    pub partial_reason: Option<Text>,
    pub channels: Vec<Channel>,
    pub sector: Sector,
    /// Everyday words by which people look for it; folded when indexed.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Life events under which the portal lists it.
    #[serde(default)]
    pub life_events: Vec<String>,
    /// The statutory time as printed; the `processing` clock counts it.
    pub time: TimeLimit,
    pub form: Form,
    #[serde(default)]
    pub components: Vec<Component>,
    #[serde(default)]
    pub fees: Vec<Fee>,
    pub result: ResultDecl,
    pub tracks: Ordered<Track>,
    pub clocks: Ordered<ClockDecl>,
    pub steps: Vec<Step>,
    pub acts: Ordered<ActDecl>,
    #[serde(default)]
    pub documents: Ordered<DocumentDecl>,
    /// Offices that may be consulted, by code, with the question as usual.
    #[serde(default)]
    pub consults: Vec<ConsultDecl>,
    /// Answers shown to anyone who looks the case up (JSON pointers into the form); none by default.
    #[serde(default)]
    pub public: Vec<String>,
    #[serde(skip)]
    pub compiled: Compiled,
}

/// What is compiled once at load.
#[derive(Default)]
pub struct Compiled {
    pub form: Option<jsonschema::Validator>,
    pub inputs: BTreeMap<String, jsonschema::Validator>,
    /// Folded words of name, about and keywords for finding.
    pub search: String,
    /// Where it was read from.
    pub file: String,
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Compiled({})", self.file)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Citizen,
    Enterprise,
}

/// The level of the office that receives and, unless stated otherwise, decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    Department,
    Commune,
}

/// Decree 224/2026 Art. 14: full (toàn trình) unless a reason is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevel {
    Full,
    Partial,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Online,
    Counter,
    Post,
}

impl Channel {
    pub fn name(self) -> Text {
        match self {
            Self::Online => Text::new("Trực tuyến", "Online"),
            Self::Counter => Text::new("Trực tiếp tại bộ phận một cửa", "At the one-stop counter"),
            Self::Post => Text::new("Bưu chính công ích", "By public post"),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    pub code: String,
    pub name: Text,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    pub span: Span,
    pub legal_basis: LegalBasis,
    #[serde(default)]
    pub note: Option<Text>,
}

/// A paper, or the data that replaces it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub code: String,
    pub name: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    #[serde(default = "one")]
    pub copies: u32,
    /// Original (bản chính) rather than copy (bản sao).
    #[serde(default)]
    pub original: bool,
    #[serde(default)]
    pub required: Required,
    /// Resolution 66.7/2025: the database that replaces the paper; nothing is asked for then.
    #[serde(default)]
    pub from_database: Option<DataSource>,
    #[serde(default)]
    pub verified: Option<bool>,
}

const fn one() -> u32 {
    1
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSource {
    pub name: Text,
    pub owner: Text,
    pub legal_basis: LegalBasis,
}

/// Whether a component must be there.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(untagged)]
pub enum Required {
    /// Always, or never.
    Fixed(bool),
    /// When the answers say so.
    When(Guard),
    #[default]
    Default,
}

/// Not derived: an untagged reader would hide what is wrong with the condition.
impl<'de> Deserialize<'de> for Required {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(d)? {
            serde_json::Value::Null => Ok(Self::Default),
            serde_json::Value::Bool(fixed) => Ok(Self::Fixed(fixed)),
            condition => serde_json::from_value(condition).map(Self::When).map_err(serde::de::Error::custom),
        }
    }
}

/// One line of money. Three kinds are never mixed: fee (phí), charge (lệ phí), obligation (nghĩa vụ tài chính).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub code: String,
    pub kind: FeeKind,
    pub name: Text,
    pub amount: Dong,
    /// By channel where it differs.
    #[serde(default)]
    pub online: Option<Dong>,
    #[serde(default)]
    pub when: Option<Guard>,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    #[serde(default)]
    pub note: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    Fee,
    Charge,
    Obligation,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultDecl {
    pub name: Text,
    /// The document issued when granted, and when refused with reasons.
    pub granted: String,
    pub refused: String,
    #[serde(default)]
    pub note: Option<Text>,
}

/// An independent state machine inside a case; never one mixed list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    pub name: Text,
    pub initial: String,
    pub states: Ordered<StateDecl>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateDecl {
    pub name: Text,
    /// What it means for the applicant, in plain words.
    #[serde(default)]
    pub plain: Option<Text>,
    /// Status code exchanged with the national portal.
    #[serde(default)]
    pub national: Option<u8>,
    #[serde(default)]
    pub waiting_on: WaitingOn,
    #[serde(default)]
    pub terminal: bool,
    #[serde(default)]
    pub tone: Tone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    #[default]
    Office,
    Applicant,
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    #[default]
    Info,
    Good,
    Warn,
    Bad,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockDecl {
    pub name: Text,
    /// Absent: the statutory time of the definition.
    #[serde(default)]
    pub span: Option<Span>,
    #[serde(default)]
    pub legal_basis: Option<LegalBasis>,
    /// Some laws restart the whole period after a complete supplement (Decree 297/2025).
    #[serde(default)]
    pub restarts_in_full: bool,
    /// The act the system takes when the clock runs out.
    #[serde(default)]
    pub on_due: Option<String>,
}

/// A step of the internal process (quy trình nội bộ).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub code: String,
    pub name: Text,
    pub role: RoleCode,
    pub office: OfficeRelation,
    pub budget: Span,
    /// What leaves the step: a slip, a report, a signed result.
    pub product: Text,
    #[serde(default)]
    pub verified: Option<bool>,
}

/// Three organisations stand in a case (helped, received, decides), besides those consulted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeRelation {
    Received,
    Decides,
    Consulted,
}

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
    #[serde(default = "yes")]
    pub public: bool,
}

const fn yes() -> bool {
    true
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
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardDecl {
    pub require: Guard,
    pub otherwise: Text,
}

/// What an accepted act does, from a fixed vocabulary.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// Queue an effect by name.
    Effect(String),
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

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsultDecl {
    pub office: kernel::id::OfficeCode,
    pub question: Text,
}

impl Definition {
    pub fn step(&self, code: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.code == code)
    }
    pub fn step_after(&self, code: Option<&str>) -> Option<&Step> {
        match code {
            None => self.steps.first(),
            Some(code) => {
                let at = self.steps.iter().position(|s| s.code == code)?;
                self.steps.get(at + 1)
            }
        }
    }
    pub fn state(&self, track: &str, state: &str) -> Option<&StateDecl> {
        self.tracks.get(track)?.states.get(state)
    }
    pub fn clock_span(&self, clock: &str) -> Option<Span> {
        let decl = self.clocks.get(clock)?;
        Some(decl.span.clone().unwrap_or_else(|| self.time.span.clone()))
    }
    pub fn component(&self, code: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.code == code)
    }
    /// The fees that hold on a date by a channel for these answers.
    pub fn fees_on(&self, date: kernel::time::Date, channel: Channel, answers: &serde_json::Value) -> Vec<(&Fee, Dong)> {
        self.fees
            .iter()
            .filter(|f| f.effective.contains(date))
            .filter(|f| f.when.as_ref().is_none_or(|g| g.holds_for_answers(answers)))
            .map(|f| (f, if channel == Channel::Online { f.online.unwrap_or(f.amount) } else { f.amount }))
            .collect()
    }
    /// Whether a component must be given with these answers.
    pub fn requires(&self, component: &Component, answers: &serde_json::Value) -> bool {
        component.from_database.is_none()
            && match &component.required {
                Required::Fixed(b) => *b,
                Required::Default => true,
                Required::When(g) => g.holds_for_answers(answers),
            }
    }
}
