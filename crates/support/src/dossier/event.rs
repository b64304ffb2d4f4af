//! What happens to a dossier, and what it makes of the state.

use super::{Appeal, AppealAnswer, By, Dossier, DossierId, Guidance, Notice, Request, Status};
use crate::{
    catalog::{Beneficiary, CapType},
    facts::EnterpriseFacts,
    papers::PaperFile,
};
use kernel::{
    Dong, Instant,
    catalog::LegalBasis,
    id::{AccountId, EnterpriseId, FileId, GrantId},
};
use serde::{Deserialize, Serialize};

/// What was decided for one line: the rate and the two amounts the notice states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub line: usize,
    pub scheme: String,
    pub who: Beneficiary,
    /// Hundredths of a percent.
    pub percent: u32,
    pub cap: Option<Dong>,
    pub cap_type: CapType,
    pub basis: LegalBasis,
    pub state: Dong,
    /// The enterprise's and others' money: value less the state's.
    pub other: Dong,
}

/// Money promised against one cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    pub entry: GrantId,
    pub line: usize,
    pub content: String,
    pub year: i16,
    /// Under which the cap counts besides the year; empty for a yearly cap.
    pub period: String,
    pub amount: Dong,
    pub cap: Option<Dong>,
    pub courses_per_year: Option<u32>,
    pub who: Beneficiary,
    pub priority: bool,
    pub open: Dong,
    pub paid: Dong,
    /// Whose totals it stands in; absent in old ones: those of the enterprise that asked.
    #[serde(default)]
    pub holder: Option<EnterpriseId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Commit,
    Pay,
    Release,
    Reversal,
}

impl EntryKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Pay => "pay",
            Self::Release => "release",
            Self::Reversal => "reversal",
        }
    }
}

/// Why a payment is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReversalWhy {
    /// A slip in the ledger.
    Error,
    /// Money taken back: false declaration, double support (Decree 80/2021 Art. 31).
    Clawback,
}

/// One line of the ledger. Never edited: a wrong one is answered by a reversal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: GrantId,
    pub kind: EntryKind,
    /// The commitment it belongs to (itself for a commitment).
    pub commitment: GrantId,
    /// The payment a reversal undoes.
    pub reverses: Option<GrantId>,
    pub amount: Dong,
    pub contract: String,
    pub acceptance: String,
    pub invoices: String,
    pub reason: String,
    pub at: Instant,
    pub by: String,
    /// A payment: the files it was paid against.
    #[serde(default)]
    pub files: Vec<FileId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Requested {
        id: DossierId,
        code: String,
        facts: Box<EnterpriseFacts>,
        request: Request,
        priority: bool,
        due: Instant,
        #[serde(default)]
        papers: Vec<PaperFile>,
    },
    Guided { missing: Vec<String>, note: String },
    Supplemented {
        facts: Box<EnterpriseFacts>,
        request: Request,
        priority: bool,
        due: Instant,
        #[serde(default)]
        papers: Vec<PaperFile>,
    },
    Refused { number: String, text: String },
    Approved { number: String, text: String, approvals: Vec<Approval>, commitments: Vec<Commitment>, publish_due: Instant },
    Withdrawn { reason: String },
    Appealed { text: String },
    AppealAnswered { text: String, upheld: bool, due: Option<Instant> },
    Published {},
    PaymentSent { papers: Vec<PaperFile> },
    PaymentReturned { note: String },
    Paid { entry: Entry },
    Released { entry: Entry },
    Reversed { entry: Entry, why: ReversalWhy },
}

impl Event {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Requested { .. } => "support.requested",
            Self::Guided { .. } => "support.guided",
            Self::Supplemented { .. } => "support.supplemented",
            Self::Refused { .. } => "support.refused",
            Self::Approved { .. } => "support.approved",
            Self::Withdrawn { .. } => "support.withdrawn",
            Self::Appealed { .. } => "support.appealed",
            Self::AppealAnswered { .. } => "support.appeal_answered",
            Self::Published {} => "support.published",
            Self::PaymentSent { .. } => "support.payment_sent",
            Self::PaymentReturned { .. } => "support.payment_returned",
            Self::Paid { .. } => "support.paid",
            Self::Released { .. } => "support.released",
            Self::Reversed { .. } => "support.reversed",
        }
    }
}

/// Who did it, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doer {
    pub account: AccountId,
    pub name: String,
}

/// What the journal stores: the event with its time and doer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub at: Instant,
    pub by: Doer,
    #[serde(flatten)]
    pub event: Event,
}

impl Recorded {
    pub fn new(event: Event, by: By<'_>) -> Self {
        Self { at: by.at, by: Doer { account: by.actor.account, name: by.actor.name.clone() }, event }
    }
}

impl Dossier {
    /// The state after an event; the first must be `Requested`. An event that does not fit leaves the state as it is.
    pub fn after(state: Option<Self>, r: &Recorded) -> Option<Self> {
        match (state, &r.event) {
            (None, Event::Requested { id, code, facts, request, priority, due, papers }) => {
                let begun = Self::begin(r, (*id, code), facts, request, *priority, *due);
                Some(Self { papers: papers.clone(), ..begun })
            }
            (Some(mut d), event) => {
                d.version += 1;
                d.take(r, event);
                Some(d)
            }
            (None, _) => None,
        }
    }

    fn begin(r: &Recorded, (id, code): (DossierId, &str), facts: &EnterpriseFacts, request: &Request, priority: bool, due: Instant) -> Self {
        Self {
            id,
            code: code.to_owned(),
            version: 1,
            enterprise: facts.id,
            facts: facts.clone(),
            request: request.clone(),
            priority,
            status: Status::Received,
            created_by: r.by.account,
            received_at: r.at,
            filed_at: Some(r.at),
            year: r.at.date().year(),
            due,
            guidance: None,
            notice: None,
            approvals: Vec::new(),
            commitments: Vec::new(),
            entries: Vec::new(),
            publish_due: None,
            published_at: None,
            appeals: Vec::new(),
            withdrawn: None,
            papers: Vec::new(),
            former_papers: Vec::new(),
            payment: super::PaymentFile::default(),
        }
    }

    fn take(&mut self, r: &Recorded, event: &Event) {
        let (at, by, version) = (r.at, r.by.name.clone(), self.version);
        let notice = |number: &str, text: &str| {
            Some(Notice { number: number.to_owned(), version, text: text.to_owned(), at, by: by.clone(), by_account: r.by.account })
        };
        match event {
            Event::Requested { .. } => {}
            Event::Guided { missing, note } => {
                self.status = Status::Incomplete;
                self.guidance = Some(Guidance { missing: missing.clone(), note: note.clone(), at, by });
            }
            Event::Supplemented { facts, request, priority, due, papers } => {
                let before = std::mem::replace(&mut self.papers, papers.clone());
                self.put_away(before);
                (self.status, self.facts, self.request) = (Status::Received, (**facts).clone(), request.clone());
                (self.priority, self.received_at, self.due) = (*priority, at, *due);
            }
            Event::Refused { number, text } => (self.status, self.notice) = (Status::Refused, notice(number, text)),
            Event::Approved { number, text, approvals, commitments, publish_due } => {
                (self.status, self.notice, self.publish_due) = (Status::Approved, notice(number, text), Some(*publish_due));
                self.approvals.clone_from(approvals);
                self.commitments.clone_from(commitments);
                self.entries.extend(commitments.iter().map(|c| Entry::commit(c, self.request.lines.get(c.line).map_or("", |l| &l.contract), at, &by)));
            }
            Event::Withdrawn { reason } => (self.status, self.withdrawn) = (Status::Withdrawn, Some((at, reason.clone()))),
            Event::Appealed { text } => self.appeals.push(Appeal { text: text.clone(), at, answer: None }),
            Event::AppealAnswered { text, upheld, due } => {
                if let Some(appeal) = self.appeals.last_mut() {
                    appeal.answer = Some(AppealAnswer { text: text.clone(), upheld: *upheld, at, by });
                }
                if let Some(due) = due.filter(|_| *upheld) {
                    (self.status, self.due, self.received_at) = (Status::Received, due, at);
                }
            }
            Event::Published {} => self.published_at = Some(at),
            Event::PaymentSent { papers } => {
                let before = std::mem::replace(&mut self.payment, super::PaymentFile { papers: papers.clone(), sent_at: Some(at), waits: true, returned: None });
                self.put_away(before.papers);
            }
            Event::PaymentReturned { note } => (self.payment.waits, self.payment.returned) = (false, Some((at, note.clone()))),
            Event::Paid { entry } => {
                self.payment.waits = false;
                self.post(entry, |c| (c.open, c.paid) = (Dong(c.open.0 - entry.amount.0), Dong(c.paid.0 + entry.amount.0)));
            }
            Event::Released { entry } => self.post(entry, |c| c.open = Dong(c.open.0 - entry.amount.0)),
            Event::Reversed { entry, .. } => self.post(entry, |c| c.paid = Dong(c.paid.0 - entry.amount.0)),
        }
    }

    /// Keeps what was sent before and is not sent any more.
    fn put_away(&mut self, before: Vec<PaperFile>) {
        let gone: Vec<PaperFile> = before.into_iter().filter(|f| self.file(f.file).is_none()).collect();
        self.former_papers.extend(gone);
    }

    fn post(&mut self, entry: &Entry, change: impl FnOnce(&mut Commitment)) {
        if let Some(commitment) = self.commitments.iter_mut().find(|c| c.entry == entry.commitment) {
            change(commitment);
        }
        self.entries.push(entry.clone());
    }
}

impl Entry {
    fn commit(c: &Commitment, contract: &str, at: Instant, by: &str) -> Self {
        Self {
            id: c.entry,
            kind: EntryKind::Commit,
            commitment: c.entry,
            reverses: None,
            amount: c.amount,
            contract: contract.to_owned(),
            acceptance: String::new(),
            invoices: String::new(),
            reason: String::new(),
            at,
            by: by.to_owned(),
            files: Vec::new(),
        }
    }
}
