//! One due: what is owed, every code shown for it, every đồng that arrived, and what was decided about them.
//!
//! The state is the fold of its entries in the journal. Money is never refused: what cannot settle the due is kept with it
//! and waits for a person.

pub mod decide;

use crate::catalog::MoneyKind;
use kernel::{
    Dong, Instant, Text,
    catalog::LegalBasis,
    id::{CaseCode, CaseId, DueId, FileId, OfficeCode, PartyId, PaymentId},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Owed,
    Paid,
    Waived,
    Refunded,
    /// The case ended, or the due fell away, before it was paid.
    Stopped,
    /// Not a due: a place for money that nobody could place.
    Suspense,
}

impl Status {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owed => "owed",
            Self::Paid => "paid",
            Self::Waived => "waived",
            Self::Refunded => "refunded",
            Self::Stopped => "stopped",
            Self::Suspense => "suspense",
        }
    }
}

/// What is owed, as the case says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub id: DueId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    pub case_code: CaseCode,
    /// The office that collects.
    pub office: OfficeCode,
    pub procedure: String,
    pub kind: MoneyKind,
    pub code: String,
    pub name: Text,
    pub amount: Dong,
    /// Before what it must be paid, in words of the case: `intake` or `result`.
    pub before: String,
    /// The formula in words.
    pub why: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<LegalBasis>,
    /// Number of the tax office's notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    pub payer: String,
    pub parties: Vec<PartyId>,
    pub refundable: bool,
}

/// The id of a due follows from its case and code, so that hearing of it twice makes it once.
pub fn due_id(case: CaseId, code: &str) -> DueId {
    id_of(&[b"due", case.uuid().as_bytes(), code.as_bytes()])
}

/// The place of money that belongs to nothing, by its transaction.
pub fn suspense_id(tx: &str) -> DueId {
    id_of(&[b"suspense", tx.as_bytes()])
}

fn id_of(parts: &[&[u8]]) -> DueId {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    DueId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The short reference of a payment: what stands in the code and on the bank's statement. `PS` and ten letters of an
/// alphabet without look-alikes; 50 bits, and unique by the database.
pub fn reference_of(id: PaymentId) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = Sha256::digest(id.uuid().as_bytes());
    let bits = hash.iter().take(8).fold(0_u64, |n, b| n << 8 | u64::from(*b));
    let letter = |i: u32| ALPHABET.get((bits >> (5 * i) & 31) as usize).map_or('0', |b| char::from(*b));
    std::iter::once("PS".to_owned()).chain((0..10).map(|i| letter(i).to_string())).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TryState {
    Open,
    /// Another code took its place: the amount changed, or a new one was asked for after this one had run out.
    Replaced,
    Expired,
    Paid,
    /// The due was settled in another way.
    Closed,
}

impl TryState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
            Self::Paid => "paid",
            Self::Closed => "closed",
        }
    }
}

/// One attempt to pay, with its own QR code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    pub id: PaymentId,
    pub reference: String,
    pub amount: Dong,
    pub bank: String,
    pub account: String,
    pub opened_at: Instant,
    pub expires_at: Instant,
    pub state: TryState,
}

/// By which way money came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Gateway,
    Bank,
    Cash,
    Treasury,
    /// On the national portal.
    Portal,
}

impl How {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Bank => "bank",
            Self::Cash => "cash",
            Self::Treasury => "treasury",
            Self::Portal => "portal",
        }
    }
    /// `DuocThanhToanTrucTuyen` of the national portal: 1 on the portal, 2 through our own gateway, 0 not online.
    pub const fn online(self) -> i64 {
        match self {
            Self::Portal => 1,
            Self::Gateway => 2,
            _ => 0,
        }
    }
}

/// How we learnt of it. A browser coming back is none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    Notice,
    Asked,
    Statement,
    Cashier,
    Case,
}

impl FoundBy {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Asked => "asked",
            Self::Statement => "statement",
            Self::Cashier => "cashier",
            Self::Case => "case",
        }
    }
}

/// Why money waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Odd {
    Duplicate,
    WrongAmount,
    /// Paid after the code had run out.
    Late,
    /// Paid after the case ended or the due was waived.
    AfterStop,
    Unknown,
    /// The case did not take the payment.
    CaseRefused,
}

impl Odd {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::WrongAmount => "wrong_amount",
            Self::Late => "late",
            Self::AfterStop => "after_stop",
            Self::Unknown => "unknown",
            Self::CaseRefused => "case_refused",
        }
    }
    pub fn name(self) -> Text {
        match self {
            Self::Duplicate => Text::new("Nộp trùng", "Paid twice"),
            Self::WrongAmount => Text::new("Sai số tiền", "Wrong amount"),
            Self::Late => Text::new("Nộp sau khi mã hết hạn", "Paid after the code expired"),
            Self::AfterStop => Text::new("Nộp sau khi hồ sơ dừng hoặc khoản thu được miễn", "Paid after the case stopped or the due was waived"),
            Self::Unknown => Text::new("Không rõ khoản", "Belongs to nothing known"),
            Self::CaseRefused => Text::new("Hồ sơ không nhận khoản nộp", "The case did not take it"),
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Duplicate, Self::WrongAmount, Self::Late, Self::AfterStop, Self::Unknown, Self::CaseRefused].into_iter().find(|o| o.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum CreditState {
    Settles,
    Review { why: Odd },
    /// Given to another due that it was meant for.
    Moved { to: DueId },
    Refunded { reference: String },
}

impl CreditState {
    /// As stored in the column of lists: `settles`, `review:late`, `moved`, `refunded`.
    pub fn code(&self) -> String {
        match self {
            Self::Settles => "settles".to_owned(),
            Self::Review { why } => format!("review:{}", why.code()),
            Self::Moved { .. } => "moved".to_owned(),
            Self::Refunded { .. } => "refunded".to_owned(),
        }
    }
}

/// Money that arrived: one transaction of one bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The bank's own number of the transaction, unique in the province.
    pub tx: String,
    pub amount: Dong,
    /// When the payer paid, by the bank's clock.
    pub at: Instant,
    pub seen_at: Instant,
    pub how: How,
    pub found_by: FoundBy,
    pub reference: String,
    pub state: CreditState,
    /// Who took it, when a person did; and the proof.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Number of a receipt written on paper, while that was allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
}

/// An electronic receipt; a cancelled number stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub form: String,
    pub symbol: String,
    pub year: i16,
    pub number: i64,
    pub tx: String,
    pub amount: Dong,
    pub issued_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<(Instant, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileId>,
}

impl Receipt {
    /// `00000418`: as many digits as the catalogue says.
    pub fn shown(&self, digits: u32) -> String {
        format!("{:0width$}", self.number, width = digits as usize)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    Refund,
    Waiver,
}

impl ProposalKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Waiver => "waiver",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ProposalState {
    Open,
    Approved,
    Declined { reason: String },
    /// Paid back, or waived in the case.
    Done { reference: String },
}

impl ProposalState {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Declined { .. } => "declined",
            Self::Done { .. } => "done",
        }
    }
}

/// A refund or a waiver: one person proposes it with a reason, another decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub id: uuid::Uuid,
    pub kind: ProposalKind,
    /// The money to give back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx: Option<String>,
    pub amount: Dong,
    pub reason: String,
    pub by: kernel::id::AccountId,
    pub by_name: String,
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<(String, Instant)>,
    pub state: ProposalState,
}

/// What happened to a due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Asked { asked: Box<Asked> },
    /// The answers changed, and with them what is owed.
    Changed { asked: Box<Asked> },
    Stopped { reason: String },
    Opened { attempt: Try },
    Expired { payment: PaymentId },
    Credited { credit: Credit },
    /// A person lets money that waited settle the due.
    Accepted { tx: String, note: String },
    MovedTo { tx: String, to: DueId, note: String },
    SettleRefused { tx: String, reason: String },
    ReceiptIssued { receipt: Receipt },
    ReceiptFiled { tx: String, file: FileId },
    ReceiptCancelled { tx: String, reason: String },
    Proposed { proposal: Proposal },
    Declined { proposal: uuid::Uuid, by: String, reason: String },
    Approved { proposal: uuid::Uuid, by: String },
    Refunded { proposal: uuid::Uuid, tx: String, reference: String },
    Waived { reason: String },
}

impl Event {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "payment.asked",
            Self::Changed { .. } => "payment.changed",
            Self::Stopped { .. } => "payment.stopped",
            Self::Opened { .. } => "payment.opened",
            Self::Expired { .. } => "payment.expired",
            Self::Credited { .. } => "payment.credited",
            Self::Accepted { .. } => "payment.accepted",
            Self::MovedTo { .. } => "payment.moved",
            Self::SettleRefused { .. } => "payment.settle_refused",
            Self::ReceiptIssued { .. } => "payment.receipt_issued",
            Self::ReceiptFiled { .. } => "payment.receipt_filed",
            Self::ReceiptCancelled { .. } => "payment.receipt_cancelled",
            Self::Proposed { .. } => "payment.proposed",
            Self::Declined { .. } => "payment.declined",
            Self::Approved { .. } => "payment.approved",
            Self::Refunded { .. } => "payment.refunded",
            Self::Waived { .. } => "payment.waived",
        }
    }
}

/// One entry of the journal: what one change did to a due, and by whose name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub by: String,
    pub events: Vec<Event>,
}

/// A due as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub asked: Asked,
    pub version: i64,
    pub status: Status,
    pub asked_at: Instant,
    pub changed_at: Instant,
    #[serde(default)]
    pub paid_at: Option<Instant>,
    #[serde(default)]
    pub tries: Vec<Try>,
    #[serde(default)]
    pub credits: Vec<Credit>,
    #[serde(default)]
    pub receipts: Vec<Receipt>,
    #[serde(default)]
    pub proposals: Vec<Proposal>,
    /// Why it stopped or was waived.
    #[serde(default)]
    pub reason: String,
}

impl std::ops::Deref for Due {
    type Target = Asked;
    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl Due {
    pub fn stream(id: DueId) -> String {
        id.to_string()
    }
    pub fn open_try(&self) -> Option<&Try> {
        self.tries.iter().rev().find(|t| t.state == TryState::Open)
    }
    pub fn credit(&self, tx: &str) -> Option<&Credit> {
        self.credits.iter().find(|c| c.tx == tx)
    }
    /// The money that settled it.
    pub fn settled_by(&self) -> Option<&Credit> {
        self.credits.iter().find(|c| c.state == CreditState::Settles)
    }
    pub fn receipt(&self, tx: &str) -> Option<&Receipt> {
        self.receipts.iter().find(|r| r.tx == tx)
    }
    pub fn proposal(&self, id: uuid::Uuid) -> Option<&Proposal> {
        self.proposals.iter().find(|p| p.id == id)
    }
    /// Money that waits for a person and for which nothing has been proposed.
    pub fn in_review(&self) -> impl Iterator<Item = &Credit> {
        self.credits.iter().filter(|c| matches!(c.state, CreditState::Review { .. }))
    }

    /// Folds one entry. Total: what was accepted is never refused afterwards. `None` before the first `Asked`.
    pub fn evolve(state: Option<Self>, recorded: &Recorded, at: Instant) -> Option<Self> {
        let mut due = match (state, recorded.events.first()) {
            (Some(due), _) => due,
            (None, Some(Event::Asked { asked })) => Self {
                status: if asked.kind == MoneyKind::Suspense { Status::Suspense } else { Status::Owed },
                asked: (**asked).clone(),
                version: 0,
                asked_at: at,
                changed_at: at,
                paid_at: None,
                tries: Vec::new(),
                credits: Vec::new(),
                receipts: Vec::new(),
                proposals: Vec::new(),
                reason: String::new(),
            },
            (None, _) => return None,
        };
        due.version += 1;
        due.changed_at = due.changed_at.max(at);
        for event in &recorded.events {
            due.apply(event, at);
        }
        Some(due)
    }

    fn apply(&mut self, event: &Event, at: Instant) {
        match event {
            Event::Asked { .. } => {}
            Event::Changed { asked } => {
                if asked.amount != self.asked.amount {
                    self.close(TryState::Replaced);
                }
                self.asked = (**asked).clone();
            }
            Event::Stopped { reason } => (self.status, self.reason) = (Status::Stopped, reason.clone()),
            Event::Opened { attempt } => {
                self.close(TryState::Replaced);
                self.tries.push(attempt.clone());
            }
            Event::Expired { payment } => self.set_try(|t| t.id == *payment, TryState::Expired),
            Event::Credited { credit } => {
                self.credits.push(credit.clone());
                if credit.state == CreditState::Settles {
                    self.settled(&credit.reference, credit.at);
                }
            }
            Event::Accepted { tx, .. } => {
                let Some(c) = self.credits.iter_mut().find(|c| c.tx == *tx) else { return };
                c.state = CreditState::Settles;
                let (reference, at) = (c.reference.clone(), c.at);
                self.settled(&reference, at);
            }
            Event::MovedTo { tx, to, .. } => self.set_credit(tx, CreditState::Moved { to: *to }),
            Event::SettleRefused { tx, reason } => {
                self.set_credit(tx, CreditState::Review { why: Odd::CaseRefused });
                (self.status, self.reason, self.paid_at) = (Status::Stopped, reason.clone(), None);
            }
            Event::ReceiptIssued { receipt } => self.receipts.push(receipt.clone()),
            Event::ReceiptFiled { tx, file } => {
                if let Some(r) = self.receipts.iter_mut().find(|r| r.tx == *tx) {
                    r.file = Some(*file);
                }
            }
            Event::ReceiptCancelled { tx, reason } => {
                if let Some(r) = self.receipts.iter_mut().find(|r| r.tx == *tx) {
                    r.cancelled = Some((at, reason.clone()));
                }
            }
            Event::Proposed { proposal } => self.proposals.push(proposal.clone()),
            Event::Declined { proposal, by, reason } => self.decide_proposal(*proposal, by, at, ProposalState::Declined { reason: reason.clone() }),
            Event::Approved { proposal, by } => self.decide_proposal(*proposal, by, at, ProposalState::Approved),
            Event::Refunded { proposal, tx, reference } => self.refunded(*proposal, tx, reference),
            Event::Waived { reason } => {
                (self.status, self.reason) = (Status::Waived, reason.clone());
                self.close(TryState::Closed);
                for p in self.proposals.iter_mut().filter(|p| p.kind == ProposalKind::Waiver && p.state == ProposalState::Approved) {
                    p.state = ProposalState::Done { reference: String::new() };
                }
            }
        }
        if let Event::Stopped { .. } = event {
            self.close(TryState::Closed);
        }
    }

    fn refunded(&mut self, proposal: uuid::Uuid, tx: &str, reference: &str) {
        let settled = self.credit(tx).is_some_and(|c| c.state == CreditState::Settles);
        self.set_credit(tx, CreditState::Refunded { reference: reference.to_owned() });
        if settled {
            (self.status, self.paid_at) = (Status::Refunded, None);
        }
        if let Some(p) = self.proposals.iter_mut().find(|p| p.id == proposal) {
            p.state = ProposalState::Done { reference: reference.to_owned() };
        }
    }

    fn decide_proposal(&mut self, id: uuid::Uuid, by: &str, at: Instant, to: ProposalState) {
        if let Some(p) = self.proposals.iter_mut().find(|p| p.id == id) {
            (p.state, p.decided) = (to, Some((by.to_owned(), at)));
        }
    }

    fn settled(&mut self, reference: &str, at: Instant) {
        (self.status, self.paid_at) = (Status::Paid, Some(at));
        self.set_try(|t| t.reference == reference, TryState::Paid);
        self.close(TryState::Closed);
    }

    fn close(&mut self, to: TryState) {
        self.set_try(|t| t.state == TryState::Open, to);
    }
    fn set_try(&mut self, which: impl Fn(&Try) -> bool, to: TryState) {
        for t in self.tries.iter_mut().filter(|t| which(t)) {
            t.state = to;
        }
    }
    fn set_credit(&mut self, tx: &str, to: CreditState) {
        if let Some(c) = self.credits.iter_mut().find(|c| c.tx == tx) {
            c.state = to;
        }
    }
}
