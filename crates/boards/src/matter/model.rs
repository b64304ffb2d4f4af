//! The state of a matter and its events.

use super::tally::{Choice, Count, Outcome};
use crate::{board::Guest, catalog::Rules};
use records::Record;
use kernel::{
    Dong, Instant, Text,
    id::{AccountId, BoardId, EnterpriseId, MatterId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::Batch;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    FrameworkReview,
    T0Review,
    SolutionChoice,
    SupportOpinion,
    FrameworkChange,
}

impl MatterKind {
    pub const ALL: [Self; 5] = [Self::FrameworkReview, Self::T0Review, Self::SolutionChoice, Self::SupportOpinion, Self::FrameworkChange];
    pub const fn code(self) -> &'static str {
        match self {
            Self::FrameworkReview => "framework_review",
            Self::T0Review => "t0_review",
            Self::SolutionChoice => "solution_choice",
            Self::SupportOpinion => "support_opinion",
            Self::FrameworkChange => "framework_change",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::FrameworkReview => Text::new("Thẩm định khung và lộ trình chuyển đổi số", "Review of a framework and road map"),
            Self::T0Review => Text::new("Xác nhận kết quả đánh giá T0", "Verification of a T0 assessment"),
            Self::SolutionChoice => Text::new("Ý kiến về lựa chọn giải pháp", "Choice of a solution"),
            Self::SupportOpinion => Text::new("Ý kiến về hỗ trợ kinh phí", "Opinion on support money"),
            Self::FrameworkChange => Text::new("Đề xuất sửa khung đánh giá", "Proposal to change a framework"),
        }
    }
}

/// Things of other rooms that the program finds by itself: their page, and whom a conflict of interest can be with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Assessment,
    Engagement,
    Choice,
    Grant,
    Enterprise,
}

impl SubjectKind {
    pub const ALL: [Self; 5] = [Self::Assessment, Self::Engagement, Self::Choice, Self::Grant, Self::Enterprise];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Assessment => "assessment",
            Self::Engagement => "engagement",
            Self::Choice => "choice",
            Self::Grant => "grant",
            Self::Enterprise => "enterprise",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Assessment => Text::new("Bài đánh giá", "Assessment"),
            Self::Engagement => Text::new("Đợt hỗ trợ", "Engagement"),
            Self::Choice => Text::new("Việc lựa chọn giải pháp", "Choice of a solution"),
            Self::Grant => Text::new("Hồ sơ hỗ trợ kinh phí", "Support dossier"),
            Self::Enterprise => Text::new("Doanh nghiệp", "Enterprise"),
        }
    }
    /// What a board is usually asked about it; an enterprise comes with any question.
    pub const fn usual(self) -> Option<MatterKind> {
        match self {
            Self::Assessment => Some(MatterKind::T0Review),
            Self::Engagement => Some(MatterKind::FrameworkReview),
            Self::Choice => Some(MatterKind::SolutionChoice),
            Self::Grant => Some(MatterKind::SupportOpinion),
            Self::Enterprise => None,
        }
    }
}

/// What the matter is about: a thing of another room, by its typed id as text, with a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `assessment`, `engagement`, `choice`, `grant`, `framework`…
    pub kind: String,
    /// `asmt_…`; empty for a subject outside of the program.
    pub id: String,
    pub title: String,
    /// A path of this site, or empty.
    pub path: String,
    /// The enterprise concerned, if any: conflicts of members who are experts are looked for in its facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<EnterpriseId>,
}

/// What is put before the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Made by the caller, so that the same request opens one matter.
    pub id: MatterId,
    pub board: BoardId,
    pub kind: MatterKind,
    pub subject: Subject,
    /// What the board is asked to agree to.
    pub question: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Dong>,
}

/// Why a member takes no part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recusal {
    pub account: AccountId,
    pub name: String,
    /// A ground of the catalogue.
    pub ground: String,
    pub detail: String,
    pub at: Instant,
    /// Declared by the member, or found by somebody else.
    pub declared: bool,
    pub by: String,
}

/// The last vote of a member; earlier ones are in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    pub name: String,
    pub choice: Choice,
    pub reason: String,
    pub at: Instant,
    /// How often the member has voted in this matter.
    pub times: u32,
}

/// A meeting, or the call for votes in writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Day and place as called; the votes may come earlier or later, until the conclusion.
    pub when: String,
    pub place: String,
    pub called_by: String,
    pub at: Instant,
}

/// A vote as the decision keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedVote {
    pub account: AccountId,
    pub name: String,
    pub role: Text,
    pub choice: Choice,
    pub reason: String,
    pub at: Instant,
}

/// The decision and everything that made it. Never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub outcome: Outcome,
    pub at: Instant,
    pub by: AccountId,
    pub by_name: String,
    pub by_role: Text,
    /// Signed by the chair alone, below the delegated limit.
    pub delegated: bool,
    pub conclusion: String,
    pub count: Count,
    pub votes: Vec<RecordedVote>,
    /// Votes on the other side, reasons included.
    pub dissent: Vec<RecordedVote>,
    pub recused: Vec<Recusal>,
    /// Votes that do not count: cast before a recusal or by somebody who no longer has a seat.
    pub void: Vec<RecordedVote>,
    /// Eligible members who took no part.
    pub absent: Vec<String>,
    pub guests: Vec<Guest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterState {
    Open,
    Decided,
    Withdrawn,
}

impl MatterState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        [Self::Open, Self::Decided, Self::Withdrawn].into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("Ban đang xem xét", "Before the board"),
            Self::Decided => Text::new("Ban đã kết luận", "Concluded by the board"),
            Self::Withdrawn => Text::new("Đã rút", "Withdrawn"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    pub proposal: Proposal,
    /// The board's rules when the matter was opened: a later change of the template changes nothing here.
    pub rules: Rules,
    pub state: MatterState,
    pub opened_at: Instant,
    pub opened_by: AccountId,
    pub opener: String,
    /// Absent when no due time could be told (no term declared, or the calendar's year is missing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rapporteur: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// Members who stated that they have no conflict.
    #[serde(default)]
    pub clear: BTreeSet<AccountId>,
    #[serde(default)]
    pub recusals: Vec<Recusal>,
    #[serde(default)]
    pub attended: BTreeSet<AccountId>,
    #[serde(default)]
    pub ballots: BTreeMap<AccountId, Ballot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Box<Decision>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// The matter this one takes up again, with the new facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopens: Option<(MatterId, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened_as: Option<MatterId>,
}

impl Matter {
    pub fn recused(&self, account: AccountId) -> Option<&Recusal> {
        self.recusals.iter().find(|r| r.account == account)
    }
    pub fn recused_set(&self) -> BTreeSet<AccountId> {
        self.recusals.iter().map(|r| r.account).collect()
    }
    pub fn choices(&self) -> BTreeMap<AccountId, Choice> {
        self.ballots.iter().map(|(a, b)| (*a, b.choice)).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MatterEvent {
    Opened {
        proposal: Proposal,
        rules: Box<Rules>,
        by: AccountId,
        name: String,
        due: Option<Instant>,
        rapporteur: Option<AccountId>,
        reopens: Option<(MatterId, String)>,
    },
    Assigned { rapporteur: AccountId },
    Called { session: Session },
    Cleared { account: AccountId },
    Recused { recusal: Recusal },
    Attended { account: AccountId },
    Voted { account: AccountId, name: String, choice: Choice, reason: String, before: Option<Choice> },
    Decided { decision: Box<Decision> },
    Withdrawn { by: String, reason: String },
    Reopened { matter: MatterId },
}

impl Record for Matter {
    type Event = MatterEvent;
    const KIND: &'static str = "matter";
    // The board a decision rests on may change while it is taken.
    const AGAIN: &'static [&'static str] = &["board"];

    fn evolve(before: Option<Self>, event: &MatterEvent, at: Instant) -> Option<Self> {
        let Some(mut m) = before else {
            let MatterEvent::Opened { proposal, rules, by, name, due, rapporteur, reopens } = event else { return None };
            return Some(Self {
                proposal: proposal.clone(),
                rules: (**rules).clone(),
                state: MatterState::Open,
                opened_at: at,
                opened_by: *by,
                opener: name.clone(),
                due: *due,
                rapporteur: *rapporteur,
                session: None,
                clear: BTreeSet::new(),
                recusals: Vec::new(),
                attended: BTreeSet::new(),
                ballots: BTreeMap::new(),
                decision: None,
                withdrawn: None,
                reopens: reopens.clone(),
                reopened_as: None,
            });
        };
        match event {
            MatterEvent::Opened { .. } => return None,
            MatterEvent::Assigned { rapporteur } => m.rapporteur = Some(*rapporteur),
            MatterEvent::Called { session } => m.session = Some(session.clone()),
            MatterEvent::Cleared { account } => drop(m.clear.insert(*account)),
            MatterEvent::Recused { recusal } => {
                m.clear.remove(&recusal.account);
                m.recusals.push(recusal.clone());
            }
            MatterEvent::Attended { account } => drop(m.attended.insert(*account)),
            MatterEvent::Voted { account, name, choice, reason, .. } => {
                let times = m.ballots.get(account).map_or(0, |b| b.times) + 1;
                m.clear.insert(*account);
                m.ballots.insert(*account, Ballot { name: name.clone(), choice: *choice, reason: reason.clone(), at, times });
            }
            MatterEvent::Decided { decision } => {
                m.state = MatterState::Decided;
                m.decision = Some(decision.clone());
            }
            MatterEvent::Withdrawn { reason, .. } => {
                m.state = MatterState::Withdrawn;
                m.withdrawn = Some(reason.clone());
            }
            MatterEvent::Reopened { matter } => m.reopened_as = Some(*matter),
        }
        Some(m)
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, event: &MatterEvent, _: i64, at: Instant) {
        super::store::rows(batch, before, after, event, at);
    }
}
