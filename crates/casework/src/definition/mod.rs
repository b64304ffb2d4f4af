//! What a province declares: one definition per kind of case and version, resolved from the catalogue.
//!
//! A definition is `catalog/procedures/*.yaml` laid over the flow it extends (`catalog/flows/*.yaml`).
//! From it come the public page, the form, the counter checklist, the workflow, the deadlines, the
//! diagram and the printable internal process. Nothing normative is written in Rust.

mod act;
mod check;
mod component;
mod derive;
mod document;
mod form;
mod load;
mod money;
mod parts;
mod register;
mod set;
mod step;
mod time;

pub use act::{ActDecl, AssignTo, Emphasis, GuardDecl, Outcome, Verb, Who};
pub use component::{Component, DataSource, Required};
pub use document::{DocumentDecl, FieldSource, Link};
pub use form::{Field, FieldKind, Form, Section};
pub use load::{Definitions, load};
pub use money::{Before, BracketRow, Brackets, ChannelRate, ChannelRates, Each, Exemption, Fee, FeeClass, FeeKind, Formula, Holds, Tier};
pub use parts::Part;
pub use register::{ArtefactDecl, ENTRY_NAMES, Entering, Evidence, MemberDecl, RecordDecl};
pub use set::SetMember;
pub use step::{ClockDecl, OfficeRelation, StateDecl, Step, Tone, Track, WaitingOn};
pub use time::{Allowance, Extension, Silence, TimeCase, TimeLimit};

use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, LegalBasis},
    id::DefinitionCode,
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
    /// Registers of records kept with a case: milestones, risks, visits.
    #[serde(default)]
    pub records: Ordered<RecordDecl>,
    /// Kinds of files kept as evidence, in versions.
    #[serde(default)]
    pub artefacts: Ordered<ArtefactDecl>,
    /// Roles that people are appointed to in one case.
    #[serde(default)]
    pub members: Ordered<MemberDecl>,
    /// A notice procedure: silence past its time is acceptance.
    #[serde(default)]
    pub silence: Option<Silence>,
    /// Linked procedures: one submission, a case for each member.
    #[serde(default)]
    pub set: Vec<SetMember>,
    /// The one office that receives and decides, whatever the answers say.
    #[serde(default)]
    pub received_by: Option<kernel::id::OfficeCode>,
    /// The one office that decides what another received: a department for the service centre, the land registration office
    /// for a commune. Absent: the office that received.
    #[serde(default)]
    pub decided_by: Option<kernel::id::OfficeCode>,
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
    pub records: BTreeMap<String, jsonschema::Validator>,
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
pub struct ResultDecl {
    pub name: Text,
    /// The document issued when granted, and when refused with reasons.
    pub granted: String,
    pub refused: String,
    #[serde(default)]
    pub note: Option<Text>,
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
    /// The span as declared, whatever the answers are; [`Definition::clock_span_for`] knows the cases.
    pub fn clock_span(&self, clock: &str) -> Option<Span> {
        let decl = self.clocks.get(clock)?;
        Some(decl.span.unwrap_or(self.time.span))
    }
    /// The offices of a new case that one office received.
    pub fn offices(&self, helped: Option<kernel::id::OfficeCode>, received: kernel::id::OfficeCode) -> crate::event::CaseOffices {
        let decides = self.decided_by.clone().unwrap_or_else(|| received.clone());
        crate::event::CaseOffices { helped, received, decides }
    }
    pub fn component(&self, code: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.code == code)
    }
}

const fn yes() -> bool {
    true
}
