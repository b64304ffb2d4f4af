//! One choice of one enterprise: requirements, advice, shortlist, demo days, quotes, calls to references, decision. The
//! enterprise decides; a person does it, and the record says who and why.

mod decide;
mod evolve;
#[cfg(test)]
mod tests;

pub use decide::{Context, decide};
pub use evolve::evolve;

use crate::{
    ids::AdviceId,
    person::Person,
    rank::{Need, Weights},
    solution::Entry,
};
use kernel::{
    Dong, Instant, Text,
    id::{AccountId, ChoiceId, EnterpriseId, ProviderId, SolutionId},
    time::Date,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Requirements and weights are being settled.
    Open,
    /// There is a shortlist: demo days, quotes, calls.
    Comparing,
    Decided,
    Abandoned,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::Open, Self::Comparing, Self::Decided, Self::Abandoned];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Comparing => "comparing",
            Self::Decided => "decided",
            Self::Abandoned => "abandoned",
        }
    }
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("Đang nêu yêu cầu", "Requirements being settled"),
            Self::Comparing => Text::new("Đang so sánh", "Being compared"),
            Self::Decided => Text::new("Đã quyết định", "Decided"),
            Self::Abandoned => Text::new("Đã dừng", "Abandoned"),
        }
    }
}

/// What somebody is to the enterprise. Decided by the room that keeps enterprises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owner or staff of the enterprise itself.
    Member,
    /// A consultant assigned to it.
    Consultant,
    /// An officer of the centre.
    Officer,
}

impl Role {
    pub fn text(self) -> Text {
        match self {
            Self::Member => Text::new("Doanh nghiệp", "Enterprise"),
            Self::Consultant => Text::new("Tư vấn viên", "Consultant"),
            Self::Officer => Text::new("Cán bộ Trung tâm", "Officer of the centre"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: ChoiceId,
    pub enterprise: EnterpriseId,
    pub enterprise_name: String,
    pub title: String,
    pub stage: Stage,
    pub need: Need,
    /// What the owner changed; the rest follows from catalogue and gaps.
    pub weights: Weights,
    pub advices: Vec<Advised>,
    pub shortlist: Vec<Shortlisted>,
    pub demos: Vec<Note>,
    pub quotes: Vec<Quote>,
    pub calls: Vec<Note>,
    pub declarations: Vec<Declaration>,
    pub decision: Option<Decided>,
    pub opened_at: Instant,
    pub changed_at: Instant,
}

/// A run of the ranking that was made for this choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advised {
    pub id: AdviceId,
    pub digest: String,
    pub best: Option<SolutionId>,
    pub by: Person,
    pub at: Instant,
}

/// One product under comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub solution: SolutionId,
    pub provider: ProviderId,
    pub name: String,
    pub provider_name: String,
    /// Its place in the last advice; nothing when it was not ranked: an override that is shown and counted.
    pub rank: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortlisted {
    #[serde(flatten)]
    pub candidate: Candidate,
    pub reason: String,
    pub by: Person,
    pub at: Instant,
}

/// A note of a demo day or of a call to a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub solution: SolutionId,
    pub on: Date,
    /// Whom one spoke with.
    pub with: String,
    pub text: String,
    pub role: Role,
    pub by: Person,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub solution: SolutionId,
    /// For the first year, VAT included, support not counted.
    pub amount: Dong,
    pub valid_until: Date,
    pub note: String,
    pub by: Person,
    pub at: Instant,
}

/// A conflict-of-interest declaration. It comes before anything its author writes counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// Providers with which there is ownership, employment, payment within 24 months or kinship.
    pub providers: Vec<ProviderId>,
    pub text: String,
    pub role: Role,
    pub by: Person,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Nothing: the enterprise chose none of them.
    pub solution: Option<SolutionId>,
    pub reason: String,
    pub by: Person,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    Opened { id: ChoiceId, enterprise: EnterpriseId, enterprise_name: String, title: String, need: Box<Need> },
    NeedChanged { need: Box<Need> },
    WeightsChanged { weights: Weights },
    Advised { id: AdviceId, digest: String, best: Option<SolutionId> },
    Shortlisted { candidate: Candidate, reason: String },
    TakenOff { solution: SolutionId, reason: String },
    Declared { providers: Vec<ProviderId>, text: String, role: Role },
    DemoNoted { solution: SolutionId, on: Date, with: String, text: String, role: Role },
    Quoted { solution: SolutionId, amount: Dong, valid_until: Date, note: String },
    ReferenceCalled { solution: SolutionId, on: Date, with: String, text: String, role: Role },
    Decided { solution: Option<SolutionId>, reason: String },
    Reopened { reason: String },
    Abandoned { reason: String },
}

impl Fact {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "choice.opened",
            Self::NeedChanged { .. } => "choice.need-changed",
            Self::WeightsChanged { .. } => "choice.weights-changed",
            Self::Advised { .. } => "choice.advised",
            Self::Shortlisted { .. } => "choice.shortlisted",
            Self::TakenOff { .. } => "choice.taken-off",
            Self::Declared { .. } => "choice.declared",
            Self::DemoNoted { .. } => "choice.demo-noted",
            Self::Quoted { .. } => "choice.quoted",
            Self::ReferenceCalled { .. } => "choice.reference-called",
            Self::Decided { .. } => "choice.decided",
            Self::Reopened { .. } => "choice.reopened",
            Self::Abandoned { .. } => "choice.abandoned",
        }
    }
    pub fn text(&self) -> Text {
        match self {
            Self::Opened { .. } => Text::new("Mở việc lựa chọn", "Choice opened"),
            Self::NeedChanged { .. } => Text::new("Sửa yêu cầu", "Requirements changed"),
            Self::WeightsChanged { .. } => Text::new("Sửa trọng số", "Weights changed"),
            Self::Advised { .. } => Text::new("Xếp hạng gợi ý", "Advice made"),
            Self::Shortlisted { .. } => Text::new("Đưa vào danh sách ngắn", "Put on the shortlist"),
            Self::TakenOff { .. } => Text::new("Bỏ khỏi danh sách ngắn", "Taken off the shortlist"),
            Self::Declared { .. } => Text::new("Kê khai xung đột lợi ích", "Conflict of interest declared"),
            Self::DemoNoted { .. } => Text::new("Ghi buổi trình diễn", "Demo day noted"),
            Self::Quoted { .. } => Text::new("Ghi báo giá", "Quote recorded"),
            Self::ReferenceCalled { .. } => Text::new("Ghi cuộc gọi khách hàng cũ", "Call to a reference noted"),
            Self::Decided { .. } => Text::new("Doanh nghiệp quyết định", "The enterprise decided"),
            Self::Reopened { .. } => Text::new("Mở lại", "Reopened"),
            Self::Abandoned { .. } => Text::new("Dừng", "Abandoned"),
        }
    }
    pub fn reason(&self) -> &str {
        match self {
            Self::Shortlisted { reason, .. }
            | Self::TakenOff { reason, .. }
            | Self::Decided { reason, .. }
            | Self::Reopened { reason }
            | Self::Abandoned { reason } => reason,
            Self::Declared { text, .. } | Self::DemoNoted { text, .. } | Self::ReferenceCalled { text, .. } => text,
            _ => "",
        }
    }
}

pub type ChoiceEntry = Entry<Fact>;

impl Choice {
    pub fn shortlisted(&self, solution: SolutionId) -> Option<&Shortlisted> {
        self.shortlist.iter().find(|s| s.candidate.solution == solution)
    }
    /// The last declaration of an account.
    pub fn declaration(&self, account: AccountId) -> Option<&Declaration> {
        self.declarations.iter().rev().find(|d| d.by.account == account)
    }
    /// Quotes for a solution that hold on a day.
    pub fn valid_quotes(&self, solution: SolutionId, on: Date) -> impl Iterator<Item = &Quote> {
        self.quotes.iter().filter(move |q| q.solution == solution && on <= q.valid_until)
    }
}
