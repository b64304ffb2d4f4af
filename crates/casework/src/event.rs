//! What happened: one entry per act, holding every change the act made.

use crate::{
    definition::{Channel, Outcome},
    money::{Due, Paid},
};
use kernel::{
    Actor, Dong, Instant,
    actor::{Capacity, Lent},
    calendar::Span,
    id::{AccountId, CaseCode, CaseId, DefinitionCode, FileId, OfficeCode, PartyId, ProvinceCode, RequestId, RoleCode},
    party::Identifier,
    text::Lang,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One accepted act. Never edited: a correction is another event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub act: String,
    pub at: Instant,
    pub by: By,
    /// What was given with the act.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub input: Value,
    pub changes: Vec<Change>,
}

impl Event {
    /// Rendered documents were put into the file, and nothing else: what was decided stands as it stood.
    pub fn only_files_documents(&self) -> bool {
        !self.changes.is_empty() && self.changes.iter().all(|c| matches!(c, Change::DocumentFiled(_) | Change::DocumentSigned(_)))
    }
}

/// Who acted, as a reader of the file years later must see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct By {
    pub account: AccountId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whose power was used, when it was not their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
}

/// The power of another under which somebody acted, as it stood then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    pub delegation: String,
    pub capacity: Capacity,
    pub giver: String,
    pub giver_title: String,
    /// The paper it rests on.
    pub document: String,
}

impl From<&Lent> for Authority {
    fn from(l: &Lent) -> Self {
        Self {
            delegation: l.delegation.clone(),
            capacity: l.capacity,
            giver: l.giver.clone(),
            giver_title: l.giver_title.clone(),
            document: l.document.clone(),
        }
    }
}

impl From<&Actor> for By {
    fn from(a: &Actor) -> Self {
        Self { account: a.account, name: a.name.clone(), office: a.office.clone(), title: a.title.clone(), authority: None }
    }
}

/// A person or organisation as it stood in the case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<kernel::id::PartyId>,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Applicant, owner, proxy and assistant are four different fields: all may differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    pub applicant: Person,
    pub owner: Person,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Person>,
    /// The official who helped to type; the citizen remains the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assisted_by: Option<By>,
}

/// Three organisations stand in every case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseOffices {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helped: Option<OfficeCode>,
    pub received: OfficeCode,
    pub decides: OfficeCode,
}

/// A file given for a component, by hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenFile {
    pub component: String,
    pub file: FileId,
    pub name: String,
    pub sha256: String,
    pub size: u64,
    pub media_type: String,
    /// Where it comes from when nobody uploaded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The signatures inside it, as they were judged when it arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignedBy>,
}

/// The file of an issued document, kept as it went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub document: String,
    pub number: u64,
    pub file: FileId,
    pub sha256: String,
    /// The digital signature of the agency; none where the installation has no key for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
}

/// A document as whoever signs it has signed it, before the agency seals it. It is nobody's document yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedDocument {
    pub document: String,
    pub number: u64,
    pub file: FileId,
    /// The personal signature.
    pub by: Seal,
}

/// A digital signature on a document: the agency's, or the one of whoever signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Whose it is, as they are called at that time.
    pub name: String,
    /// The certificate's number, in hexadecimal.
    pub serial: String,
    pub at: Instant,
    /// With a key for trials, without legal effect.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

/// What was found of one signature of a file. The file is kept whatever was found; a later judgement is another finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBy {
    /// Code of the verdict: `valid`, `unknown-issuer`, `broken-content` and so on.
    pub verdict: String,
    /// As the certificate says; worth as much as the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Whose certificate it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// The time is confirmed by a time-stamping authority; otherwise the signer states it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stamped: bool,
    /// Believed by a root for trials only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

/// Data or a result that the State holds already, given again instead of a paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    pub kind: OriginKind,
    /// Code of the database that answered, or of the case whose result it is.
    pub source: String,
    pub at: Instant,
    /// SHA-256 of the answer or of the result, as it stood then.
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginKind {
    /// The answer of a database.
    Database,
    /// A result from the person's own store.
    Store,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filing {
    pub code: CaseCode,
    pub definition: DefinitionCode,
    pub version: String,
    pub title: String,
    pub channel: Channel,
    pub people: People,
    pub offices: CaseOffices,
    pub answers: Value,
    pub files: Vec<GivenFile>,
    /// Components replaced by data of the State, or shown at the counter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<String>,
    /// The language its form was filled in, where that was not Vietnamese: papers that the law allows in two languages have both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// The set the case is a member of; only the program files such a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<MemberOf>,
}

/// A member case knows its set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberOf {
    pub case: CaseId,
    pub code: CaseCode,
    #[serde(rename = "as")]
    pub name_in_set: String,
}

/// One defect of an application; all of them go into one notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Defect {
    /// Component or form field, empty for the dossier as a whole.
    pub about: String,
    pub what: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Filed(Box<Filing>),
    Moved { track: String, to: String },
    StepEntered { step: String, role: RoleCode, office: OfficeCode, due: Instant },
    StepLeft { step: String, due: Instant },
    Assigned { to: Option<AccountId>, name: String },
    ClockStarted {
        clock: String,
        span: Span,
        due: Instant,
        /// When an apology is drafted unless the result is signed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn: Option<Instant>,
    },
    /// Working seconds that were left; negative when it was late already.
    ClockSuspended { clock: String, left_s: i64 },
    ClockResumed {
        clock: String,
        due: Instant,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn: Option<Instant>,
    },
    /// A later due instant, with the reason: an apology with a new date, or the verification the law allows.
    ClockExtended {
        clock: String,
        due: Instant,
        reason: String,
        #[serde(default)]
        ground: Ground,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn: Option<Instant>,
    },
    ClockStopped { clock: String, in_time: bool },
    SupplementAsked { number: u32, defects: Vec<Defect>, reason: String, contact: String },
    SupplementGiven { number: u32, answers: Option<Value>, files: Vec<GivenFile>, note: String },
    /// Came after the time to supplement was over.
    SupplementLate { number: u32, files: Vec<GivenFile>, note: String },
    OpinionAsked { request: RequestId, office: OfficeCode, question: String, due: Instant },
    OpinionGiven { request: RequestId, agrees: bool, text: String },
    /// Silence past the time the law gives is consent.
    OpinionTacit { request: RequestId },
    OutcomeSet { outcome: Outcome, reason: String },
    DocumentIssued { document: String, number: u64, symbol: String },
    DocumentFiled(Filed),
    DocumentSigned(SignedDocument),
    Delivered { how: String, to: String, document_shown: String },
    EffectQueued { effect: String },
    /// A new entry of a register.
    Recorded { record: String, number: u32, values: Value },
    /// The whole entry as it is after the amendment.
    Amended { record: String, number: u32, version: u32, values: Value },
    ArtefactFiled { artefact: String, version: u32, files: Vec<GivenFile> },
    Appointed { role: String, account: AccountId, name: String },
    Dismissed { role: String, account: AccountId, name: String },
    /// What the case owes by the fee rules; replaces the unpaid sums assessed before.
    DuesAssessed { dues: Vec<Due> },
    /// A financial obligation by notice of the tax office.
    DutyAsked { due: Due },
    DuePaid { due: String, paid: Paid },
    DueWaived { due: String, reason: String },
    DueRefunded { due: String, amount: Dong, reference: String, reason: String },
    /// An apology is to be signed: the due date is near and the result is not.
    ApologyDrafted,
    /// The office `from` is no more and `to` has taken over its open cases. The code of the case stays.
    OfficeSucceeded { from: OfficeCode, to: OfficeCode },
    /// The case came from another province with a reorganisation; its history until then was copied with it.
    CameFrom(Box<Transfer>),
    /// The last entry in the province it left: what happens to the case from now on stands in the journal of the other.
    WentTo { to: ProvinceCode, plan: String, document: String },
    MemberOpened {
        #[serde(rename = "as")]
        name_in_set: String,
        case: CaseId,
        code: CaseCode,
    },
    /// `granted`, `refused`, `stopped` (withdrawn, or never opened because of another's refusal).
    MemberEnded {
        #[serde(rename = "as")]
        name_in_set: String,
        outcome: String,
    },
}

/// A case that goes from one province to another with a reorganisation, and under which names it goes on there. Only what the
/// case has something to do with is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub plan: String,
    /// The resolution it rests on.
    pub document: String,
    pub from: ProvinceCode,
    pub to: ProvinceCode,
    pub offices: Vec<(OfficeCode, OfficeCode)>,
    /// People whom the receiving province knew already under another party.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<(PartyId, PartyId)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<(AccountId, AccountId)>,
}

/// Why a clock was extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    #[default]
    Apology,
    Verification,
}
