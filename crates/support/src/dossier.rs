//! One request for support, from receipt to the last đồng: its state, and the events that lead to it.
//!
//! # Invariants
//! 1. The state is what its events make of it, one event per change; nothing is edited.
//! 2. Guidance on what is missing is given once.
//! 3. What is open and paid under a commitment never exceeds what was committed.

mod decide;
mod event;

pub use decide::{Decision, PayPapers};
pub use decide::{after_founding, checked_request, with_head};
pub use event::{Approval, Commitment, Doer, Entry, EntryKind, Event, Recorded, ReversalWhy};

use crate::{facts::EnterpriseFacts, papers::PaperFile};
use kernel::{
    Actor, Dong, Id, Instant,
    id::{AccountId, EnterpriseId, ExpertId, FileId, GrantId, Kind, SolutionId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A request for support.
#[derive(Debug)]
pub enum DossierKind {}
impl Kind for DossierKind {
    const PREFIX: &'static str = "supp";
}
pub type DossierId = Id<DossierKind>;

/// Most contents in one dossier.
pub const LINES_MAX: usize = 20;

/// One content asked for. A contract that mixes contents is one line per content (Circular 52/2023 Art. 6–7).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    pub content: String,
    /// What exactly, in the enterprise's words.
    pub about: String,
    pub supplier: String,
    pub solution: Option<SolutionId>,
    pub consultant: Option<ExpertId>,
    /// Number of the contract or draft; empty until there is one.
    pub contract: String,
    /// The whole contract, when it holds other contents too.
    pub contract_total: Option<Dong>,
    /// Value of this content.
    pub value: Dong,
    pub requested: Dong,
    /// What a consulting value is made of, by the catalogue's codes.
    pub parts: Vec<(String, Dong)>,
    /// For rent: the first month (`2026-11`) and how many.
    pub month: Option<String>,
    pub months: u32,
    /// The paper that shows the enterprise's own share.
    pub own_share_proof: String,
}

/// What the enterprise signs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Declaration {
    /// The same content has not been paid for from any state budget this year (rule 3).
    NotPaidElsewhere,
    /// The same content waits at no other agency (rule 4).
    NotPendingElsewhere,
    /// The enterprise pays its share (rule 10).
    OwnShare,
    /// The figures for the size class are true (Decree 80/2021 Art. 10).
    Truthful,
}

impl Declaration {
    pub const ALL: [Self; 4] = [Self::NotPaidElsewhere, Self::NotPendingElsewhere, Self::OwnShare, Self::Truthful];
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPaidElsewhere => "not_paid_elsewhere",
            Self::NotPendingElsewhere => "not_pending_elsewhere",
            Self::OwnShare => "own_share",
            Self::Truthful => "truthful",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Request {
    pub lines: Vec<Line>,
    pub declarations: BTreeSet<Declaration>,
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The office's clock runs.
    Received,
    /// Eligible but incomplete: the enterprise has been told what is missing.
    Incomplete,
    Refused,
    Approved,
    Withdrawn,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Received, Self::Incomplete, Self::Refused, Self::Approved, Self::Withdrawn];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Incomplete => "incomplete",
            Self::Refused => "refused",
            Self::Approved => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    /// Waits for somebody: the same content may wait nowhere else meanwhile.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Received | Self::Incomplete)
    }
}

/// What was missing, told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// Codes of papers of the catalogue, and free words.
    pub missing: Vec<String>,
    pub note: String,
    pub at: Instant,
    pub by: String,
}

/// The written answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Of a notice that was issued outside; empty where it is a document of the house, which takes its number when it is signed.
    pub number: String,
    /// The version of the dossier that decided; 0 of notices older than this field.
    #[serde(default)]
    pub version: i64,
    /// Reasons of a refusal, remarks of an approval.
    pub text: String,
    pub at: Instant,
    pub by: String,
    pub by_account: AccountId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    pub text: String,
    pub at: Instant,
    pub answer: Option<AppealAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealAnswer {
    pub text: String,
    /// The dossier is examined again.
    pub upheld: bool,
    pub at: Instant,
    pub by: String,
}

/// The state of one dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    pub id: DossierId,
    pub code: String,
    pub version: i64,
    pub enterprise: EnterpriseId,
    /// The register's word when the request (or its supplement) came in.
    pub facts: EnterpriseFacts,
    pub request: Request,
    /// One of the groups that the law puts first (rule 1), or one of Decree 224/2026's (rule 9).
    pub priority: bool,
    pub status: Status,
    pub created_by: AccountId,
    /// From when the clock runs: the first receipt, or that of the supplement or of the re-examination.
    pub received_at: Instant,
    /// The first receipt; not kept by dossiers older than this field.
    #[serde(default)]
    pub filed_at: Option<Instant>,
    /// The year whose caps and pending marks it uses: that of the first receipt.
    pub year: i16,
    pub due: Instant,
    pub guidance: Option<Guidance>,
    pub notice: Option<Notice>,
    pub approvals: Vec<Approval>,
    pub commitments: Vec<Commitment>,
    pub entries: Vec<Entry>,
    pub publish_due: Option<Instant>,
    pub published_at: Option<Instant>,
    pub appeals: Vec<Appeal>,
    pub withdrawn: Option<(Instant, String)>,
    /// The files sent with the request, or with its supplement, in their latest versions.
    #[serde(default)]
    pub papers: Vec<PaperFile>,
    /// Files that were sent once and replaced by a supplement or by a later file for payment.
    #[serde(default)]
    pub former_papers: Vec<PaperFile>,
    #[serde(default)]
    pub payment: PaymentFile,
}

/// What the enterprise sent to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaymentFile {
    pub papers: Vec<PaperFile>,
    pub sent_at: Option<Instant>,
    /// Sent, and neither paid nor sent back yet.
    pub waits: bool,
    /// Why the accountant sent it back last.
    pub returned: Option<(Instant, String)>,
}

impl Dossier {
    pub fn stream(id: DossierId) -> String {
        id.to_string()
    }
    pub fn commitment(&self, entry: GrantId) -> Option<&Commitment> {
        self.commitments.iter().find(|c| c.entry == entry)
    }
    pub fn entry(&self, id: GrantId) -> Option<&Entry> {
        self.entries.iter().find(|e| e.id == id)
    }
    /// Whose totals a commitment stands in.
    pub fn holder(&self, c: &Commitment) -> EnterpriseId {
        c.holder.unwrap_or(self.enterprise)
    }
    /// The state's money promised, still open, and paid.
    pub fn money(&self) -> (Dong, Dong, Dong) {
        self.commitments.iter().fold((Dong(0), Dong(0), Dong(0)), |(a, o, p), c| (Dong(a.0 + c.amount.0), Dong(o.0 + c.open.0), Dong(p.0 + c.paid.0)))
    }
    /// Whether a file for payment is taken now: money is open, and nothing sent waits for the accountant.
    pub fn payment_open(&self) -> bool {
        self.status == Status::Approved && !self.payment.waits && self.money().1.0 > 0
    }
    /// A file that was sent with this dossier at any time.
    pub fn file(&self, id: FileId) -> Option<&PaperFile> {
        self.papers.iter().chain(&self.payment.papers).chain(&self.former_papers).find(|f| f.file == id)
    }
    /// Contents asked for, each once, in order.
    pub fn contents(&self) -> BTreeSet<&str> {
        self.request.lines.iter().map(|l| l.content.as_str()).collect()
    }
}

/// Who does it and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub actor: &'a Actor,
    pub at: Instant,
}
