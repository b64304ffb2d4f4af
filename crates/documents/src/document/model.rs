//! The document as its events make it.

use crate::{content::Typed, copying::Original, parties::{Back, Party, Standing}};
pub use issuing::Mark;
use kernel::{
    Actor, Instant, Text,
    actor::Capacity,
    id::{AccountId, DocumentId, FileId, OfficeCode},
};
use records::Record;
use serde::{Deserialize, Serialize};

/// Somebody in a post, as they were when they did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    pub title: String,
}

impl Person {
    pub fn of(actor: &Actor) -> Self {
        Self { account: actor.account, name: actor.name.clone(), title: actor.title.clone().unwrap_or_default() }
    }
}

/// How the signer stands to the head of the body (Decree 30/2020/NĐ-CP, Annex I, II.7). `None`: signs as the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignAs {
    /// `KT.`, `TL.`, `TUQ.`, `Q.` and whose title stands behind it.
    pub line: String,
}

/// Where a document stands on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Being written, or returned to be mended.
    Draft,
    /// Before whoever checks content and form.
    Review,
    /// Before the signer.
    Signing,
    /// Signed by the signer's act and numbered; the file is being made.
    Numbered,
    /// Signed by the office; others who sign it too are awaited.
    Joining,
    /// The file bears number and signature; the clerk has it.
    Signed,
    /// The agency's seal is being put on.
    Sealing,
    Issued,
    /// Issued once and taken back.
    Recalled,
    /// Given up before it was issued.
    Dropped,
    /// A number kept for a paper that is not made here.
    Reserved,
}

impl Stage {
    pub const ALL: [Self; 11] =
        [Self::Draft, Self::Review, Self::Signing, Self::Numbered, Self::Joining, Self::Signed, Self::Sealing, Self::Issued, Self::Recalled, Self::Dropped, Self::Reserved];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Signing => "signing",
            Self::Numbered => "numbered",
            Self::Joining => "joining",
            Self::Signed => "signed",
            Self::Sealing => "sealing",
            Self::Issued => "issued",
            Self::Recalled => "recalled",
            Self::Dropped => "dropped",
            Self::Reserved => "reserved",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Draft => Text::new("Dự thảo", "Draft"),
            Self::Review => Text::new("Chờ kiểm tra", "Waits for review"),
            Self::Signing => Text::new("Chờ ký", "Waits for signature"),
            Self::Numbered => Text::new("Đang ký số", "Being signed"),
            Self::Joining => Text::new("Chờ các bên ký", "Waits for other parties"),
            Self::Signed => Text::new("Chờ phát hành", "Waits to be issued"),
            Self::Sealing => Text::new("Đang đóng dấu", "Being sealed"),
            Self::Issued => Text::new("Đã phát hành", "Issued"),
            Self::Recalled => Text::new("Đã thu hồi", "Recalled"),
            Self::Dropped => Text::new("Đã bỏ", "Given up"),
            Self::Reserved => Text::new("Giữ số", "Number reserved"),
        }
    }
}

/// The place of a document in the register of outgoing documents, which it takes when it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Empty where no number is taken.
    pub series: String,
    pub year: i64,
    /// `None`: a kind that is signed without one.
    pub number: Option<u64>,
    /// What stands behind the number: `QĐ-UBND`.
    pub symbol: String,
    /// The date the document bears.
    pub at: Instant,
    /// By which anybody finds it at `/verify`.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub file: FileId,
    pub sha256: String,
    /// `None`: nobody's key was there to sign with.
    pub mark: Option<Mark>,
    /// Of whoever drafted and checked, before the signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub initials: Vec<Mark>,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    pub by: String,
    pub reason: String,
    pub at: Instant,
}

/// One document of one office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub id: DocumentId,
    pub office: OfficeCode,
    pub kind: String,
    pub template: Option<String>,
    pub typed: Typed,
    /// The template's data, where another room wrote the document: it is signed or returned, not rewritten here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<serde_json::Value>,
    /// What it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Original>,
    /// Who signs it beside the office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    pub subject: String,
    /// Offices of the province that get it in their register of incoming documents.
    pub deliver: Vec<OfficeCode>,
    pub drafter: Person,
    pub reviewer: Option<Person>,
    pub initialled: Option<(Person, Instant)>,
    pub signer: Option<Person>,
    pub sign_as: Option<SignAs>,
    pub stage: Stage,
    pub numbered: Option<Numbered>,
    /// Who signed, which may be a substitute of the signer, and the line above the title.
    pub signed_by: Option<(Person, Option<SignAs>)>,
    pub signed: Option<File>,
    pub issued: Option<File>,
    pub issued_by: Option<Person>,
    /// Why it came back the last time, or why a key did not sign.
    pub returned: Option<Returned>,
    /// Numbers it bore and lost, in the order of their loss.
    pub cancelled: Vec<(Numbered, String)>,
    pub recalled: Option<Returned>,
    pub begun: Instant,
    pub changed: Instant,
}

/// What happens to a document. A number is in the event that took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DocumentEvent {
    Drafted {
        id: DocumentId,
        office: OfficeCode,
        kind: String,
        template: Option<String>,
        typed: Typed,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<serde_json::Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy: Option<Original>,
        subject: String,
        deliver: Vec<OfficeCode>,
        drafter: Person,
    },
    Rewritten { typed: Typed, subject: String, deliver: Vec<OfficeCode> },
    Submitted { reviewer: Option<Person>, signer: Person, sign_as: Option<SignAs> },
    Initialled { by: Person },
    Numbered { by: Person, sign_as: Option<SignAs>, numbered: Numbered },
    Signed { file: File },
    /// The key did not sign; the number stays with the document.
    Unsigned { why: Text },
    Sealing { by: Person },
    /// The seal was not put on; the clerk tries again or returns it.
    Unsealed { why: Text },
    Issued { file: File },
    Returned { by: String, reason: String },
    Recalled { by: String, reason: String },
    /// Who shall sign beside the office; the list as it is from now on.
    PartiesNamed { parties: Vec<Party> },
    /// A leader of another office decided to sign; its key is being asked.
    PartySigning { party: usize, by: Person },
    PartySigned { party: usize, file: File },
    PartyUnsigned { party: usize, why: Text },
    /// A file came back from somebody outside, taken or not.
    PartyGave { party: usize, back: Back },
    PartyRefused { party: usize, by: String, reason: String },
    Dropped { reason: String },
    Reserved { id: DocumentId, office: OfficeCode, kind: String, subject: String, by: Person, numbered: Numbered },
    /// A paper with a reserved number went out; its scan, if there is one.
    PaperIssued { by: Person, signer: String, file: Option<File> },
}

impl Record for Document {
    type Event = DocumentEvent;
    const KIND: &'static str = "document";
    const AGAIN: &'static [&'static str] = &[numbering::TAKEN];

    fn evolve(before: Option<Self>, event: &DocumentEvent, at: Instant) -> Option<Self> {
        match (before, event) {
            (None, DocumentEvent::Drafted { id, office, kind, template, typed, given, copy, subject, deliver, drafter }) => {
                let new = Self::new(*id, office, kind, subject, drafter, Stage::Draft, at);
                Some(Self { template: template.clone(), typed: typed.clone(), given: given.clone(), copy: copy.clone(), deliver: deliver.clone(), ..new })
            }
            (None, DocumentEvent::Reserved { id, office, kind, subject, by, numbered }) => {
                Some(Self { numbered: Some(numbered.clone()), ..Self::new(*id, office, kind, subject, by, Stage::Reserved, at) })
            }
            (Some(mut d), event) => {
                d.changed = at;
                d.apply(event, at).then_some(d)
            }
            (None, _) => None,
        }
    }

    fn rows(batch: &mut ::store::Batch, before: Option<&Self>, after: &Self, event: &DocumentEvent, version: i64, at: Instant) {
        super::store::rows(batch, before, after, event, version, at);
    }
}

impl Document {
    /// A copy whose file is that of what it copies: it is signed by the seal alone.
    pub fn is_whole_copy(&self) -> bool {
        self.copy.as_ref().is_some_and(|o| o.whole)
    }

    fn new(id: DocumentId, office: &OfficeCode, kind: &str, subject: &str, drafter: &Person, stage: Stage, at: Instant) -> Self {
        Self {
            id,
            office: office.clone(),
            kind: kind.to_owned(),
            template: None,
            typed: Typed::new(),
            given: None,
            copy: None,
            parties: Vec::new(),
            subject: subject.to_owned(),
            deliver: Vec::new(),
            drafter: drafter.clone(),
            reviewer: None,
            initialled: None,
            signer: None,
            sign_as: None,
            stage,
            numbered: None,
            signed_by: None,
            signed: None,
            issued: None,
            issued_by: None,
            returned: None,
            cancelled: Vec::new(),
            recalled: None,
            begun: at,
            changed: at,
        }
    }

    /// Whether the event fits where the document stands.
    fn apply(&mut self, event: &DocumentEvent, at: Instant) -> bool {
        use DocumentEvent as E;
        use Stage as S;
        match (self.stage, event) {
            (S::Draft, E::Rewritten { typed, subject, deliver }) => {
                (self.typed, self.subject, self.deliver) = (typed.clone(), subject.clone(), deliver.clone());
            }
            (S::Draft, E::Submitted { reviewer, signer, sign_as }) => {
                self.stage = if reviewer.is_some() { S::Review } else { S::Signing };
                (self.reviewer, self.signer, self.sign_as) = (reviewer.clone(), Some(signer.clone()), sign_as.clone());
                (self.initialled, self.returned) = (None, None);
            }
            (S::Review, E::Initialled { by }) => {
                (self.stage, self.initialled) = (S::Signing, Some((by.clone(), at)));
            }
            (S::Signing, E::Numbered { by, sign_as, numbered }) => {
                // A number of last year does not go on a document of this one.
                if self.numbered.as_ref().is_some_and(|n| (n.year, &n.series) != (numbered.year, &numbered.series)) {
                    self.lose_number("Sang năm khác");
                }
                (self.stage, self.numbered) = (S::Numbered, Some(numbered.clone()));
                (self.signed_by, self.returned) = (Some((by.clone(), sign_as.clone())), None);
            }
            (S::Numbered, E::Signed { file }) => {
                self.signed = Some(file.clone());
                self.stage = if self.parties.is_empty() { S::Signed } else { S::Joining };
            }
            (S::Draft | S::Joining, event) if event.is_of_a_party() => return self.join(event, at),
            (S::Numbered, E::Unsigned { why }) => {
                self.stage = S::Signing;
                self.returned = Some(Returned { by: String::new(), reason: why.vi.clone(), at });
            }
            (S::Signed, E::Sealing { by }) => {
                (self.stage, self.issued_by, self.returned) = (S::Sealing, Some(by.clone()), None);
            }
            (S::Sealing, E::Unsealed { why }) => {
                self.stage = S::Signed;
                self.returned = Some(Returned { by: String::new(), reason: why.vi.clone(), at });
            }
            (S::Sealing, E::Issued { file }) => (self.stage, self.issued) = (S::Issued, Some(file.clone())),
            (S::Review | S::Signing | S::Joining | S::Signed, E::Returned { by, reason }) => self.go_back(by, reason, at),
            (S::Issued, E::Recalled { by, reason }) => {
                self.stage = S::Recalled;
                self.recalled = Some(Returned { by: by.clone(), reason: reason.clone(), at });
            }
            (S::Draft | S::Review | S::Signing | S::Reserved, E::Dropped { reason }) => {
                self.lose_number(reason);
                self.stage = S::Dropped;
            }
            (S::Reserved, E::PaperIssued { by, signer, file }) => {
                let signer = Person { account: by.account, name: signer.clone(), title: String::new() };
                (self.stage, self.issued_by, self.signed_by, self.issued) = (S::Issued, Some(by.clone()), Some((signer, None)), file.clone());
            }
            _ => return false,
        }
        true
    }

    /// To the drafter again; whoever signed has to sign what is written then.
    fn go_back(&mut self, by: &str, reason: &str, at: Instant) {
        self.lose_number(reason);
        (self.stage, self.signed, self.signed_by) = (Stage::Draft, None, None);
        self.returned = Some(Returned { by: by.to_owned(), reason: reason.to_owned(), at });
        for party in &mut self.parties {
            party.standing = Standing::Awaited;
        }
    }

    /// What a party did, or what was done about one.
    fn join(&mut self, event: &DocumentEvent, at: Instant) -> bool {
        use DocumentEvent as E;
        match (self.stage, event) {
            (Stage::Draft, E::PartiesNamed { parties }) => self.parties.clone_from(parties),
            (Stage::Joining, E::PartySigning { party, by }) => {
                let Some(p) = self.parties.get_mut(*party) else { return false };
                (p.standing, self.returned) = (Standing::Signing { by: by.clone() }, None);
            }
            (Stage::Joining, E::PartySigned { party, file }) => {
                let Some(p) = self.parties.get_mut(*party) else { return false };
                let Standing::Signing { by } = &p.standing else { return false };
                p.standing = Standing::Signed { by: by.name.clone(), at, mark: file.mark.clone() };
                self.take(file.file, &file.sha256);
            }
            (Stage::Joining, E::PartyUnsigned { party, why }) => {
                let Some(p) = self.parties.get_mut(*party) else { return false };
                p.standing = Standing::Awaited;
                self.returned = Some(Returned { by: String::new(), reason: why.vi.clone(), at });
            }
            (Stage::Joining, E::PartyGave { party, back }) => {
                let Some(p) = self.parties.get_mut(*party) else { return false };
                p.back.push(back.clone());
                if back.outcome.is_taken() {
                    p.standing = Standing::Signed { by: back.signer.clone().unwrap_or_else(|| p.name.clone()), at, mark: None };
                    self.take(back.file, &back.sha256);
                }
            }
            (Stage::Joining, E::PartyRefused { by, reason, .. }) => self.go_back(by, reason, at),
            _ => return false,
        }
        true
    }

    /// The file with one more signature; the clerk's turn once everybody has signed.
    fn take(&mut self, file: FileId, sha256: &str) {
        if let Some(signed) = &mut self.signed {
            (signed.file, signed.sha256) = (file, sha256.to_owned());
        }
        if self.parties.iter().all(Party::is_signed) {
            self.stage = Stage::Signed;
        }
    }

    /// A number that was given is never given again: it stays in the register as cancelled.
    fn lose_number(&mut self, reason: &str) {
        if let Some(n) = self.numbered.take() {
            self.cancelled.push((n, reason.to_owned()));
        }
    }
}

impl DocumentEvent {
    const fn is_of_a_party(&self) -> bool {
        matches!(
            self,
            Self::PartiesNamed { .. } | Self::PartySigning { .. } | Self::PartySigned { .. } | Self::PartyUnsigned { .. } | Self::PartyGave { .. } | Self::PartyRefused { .. }
        )
    }
}

/// The line above the title of a signer: letters and whose title they stand for.
pub fn line(capacity: Capacity, head: &str) -> SignAs {
    SignAs { line: format!("{} {head}", capacity.letters()) }
}
