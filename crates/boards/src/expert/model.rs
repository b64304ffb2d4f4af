//! The state of an expert's record and its events.

use super::form::{Application, ExpertKind};
use crate::matching::Interest;
use records::Record;
use kernel::{
    Instant, Text,
    id::{AccountId, ExpertId, FileId, PartyId},
    time::Date,
};
use serde::{Deserialize, Serialize};
use store::Batch;


#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpertState {
    /// Being written.
    New,
    AwaitingAppraisal,
    Appraising,
    MoreDocuments,
    AwaitingApproval,
    Active,
    Suspended,
    Disabled,
    Refused,
}

impl ExpertState {
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::AwaitingAppraisal,
        Self::Appraising,
        Self::MoreDocuments,
        Self::AwaitingApproval,
        Self::Active,
        Self::Suspended,
        Self::Disabled,
        Self::Refused,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::AwaitingAppraisal => "awaiting_appraisal",
            Self::Appraising => "appraising",
            Self::MoreDocuments => "more_documents",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Disabled => "disabled",
            Self::Refused => "refused",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::New => Text::new("Đang soạn", "Being written"),
            Self::AwaitingAppraisal => Text::new("Chờ thẩm định", "Awaiting appraisal"),
            Self::Appraising => Text::new("Đang thẩm định", "Being appraised"),
            Self::MoreDocuments => Text::new("Chờ bổ sung giấy tờ", "More documents asked for"),
            Self::AwaitingApproval => Text::new("Chờ phê duyệt", "Awaiting approval"),
            Self::Active => Text::new("Đã công nhận", "Recognised"),
            Self::Suspended => Text::new("Tạm dừng", "Suspended"),
            Self::Disabled => Text::new("Đã đưa ra khỏi mạng lưới", "Removed from the network"),
            Self::Refused => Text::new("Không công nhận", "Not recognised"),
        }
    }
    /// The ten working days run or stand still.
    pub const fn under_way(self) -> bool {
        matches!(self, Self::AwaitingAppraisal | Self::Appraising | Self::MoreDocuments | Self::AwaitingApproval)
    }
}

/// How well a competence is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    #[default]
    Declared,
    Attached,
    /// Seen and checked by the centre.
    Checked,
}

impl Grade {
    pub fn text(self) -> Text {
        match self {
            Self::Declared => Text::new("tự khai", "self-declared"),
            Self::Attached => Text::new("có giấy tờ", "proof attached"),
            Self::Checked => Text::new("trung tâm đã đối chiếu", "checked by the centre"),
        }
    }
}

/// A paper that shows a competence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub file: FileId,
    pub name: String,
    pub sha256: String,
    pub competence: String,
    pub at: Instant,
}

/// A competence as the centre found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub competence: String,
    pub level: u8,
    pub by: String,
    pub at: Instant,
}

/// The internal appraisal: for the approver's eyes, never for the public and never part of a rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appraisal {
    pub mark: u32,
    pub recommends: bool,
    pub note: String,
    pub by: AccountId,
    pub by_name: String,
    pub at: Instant,
}

/// Days on which the expert was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub from: Date,
    /// The last day; open while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// What one client said after one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    pub case: String,
    pub client: String,
    pub stars: u32,
    pub comment: String,
    pub at: Instant,
    /// When it was first given, if it was changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Instant>,
}

/// The recognition clock: running until an instant, or standing with so much working time left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    Until(Instant),
    Left { seconds: i64 },
    /// The calendar does not know the year: nothing can be promised, and that is said.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expert {
    pub id: ExpertId,
    pub party: PartyId,
    pub account: AccountId,
    pub application: Application,
    pub state: ExpertState,
    #[serde(default)]
    pub proofs: Vec<Proof>,
    #[serde(default)]
    pub checked: Vec<Checked>,
    #[serde(default)]
    pub interests: Vec<Interest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// How often more documents were asked for.
    #[serde(default)]
    pub rounds: u32,
    /// What is missing, as last asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<(AccountId, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appraisal: Option<Appraisal>,
    #[serde(default)]
    pub recognised: Vec<Period>,
    /// Number and day of the recognising decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<(Date, String)>,
    /// Why the record is suspended or disabled, as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<(Date, String)>,
    #[serde(default)]
    pub ratings: Vec<Rating>,
}

impl Expert {
    /// What a client said after a case.
    pub fn rated(&self, case: &str, client: &str) -> Option<&Rating> {
        self.ratings.iter().find(|r| r.case == case && r.client == client)
    }
    /// Sum and number of the client ratings; the page shows a dash when there is none.
    pub fn rating(&self) -> (u32, u32) {
        let n = u32::try_from(self.ratings.len()).unwrap_or(u32::MAX);
        (self.ratings.iter().map(|r| r.stars).fold(0, u32::saturating_add), n)
    }
    /// A competence with its level and how well it is shown: what the centre checked goes before what was claimed.
    pub fn skills(&self) -> Vec<(String, u8, Grade)> {
        let mut out: Vec<(String, u8, Grade)> = self
            .application
            .skills
            .iter()
            .map(|s| {
                let proved = self.proofs.iter().any(|p| p.competence == s.competence);
                match self.checked.iter().rfind(|c| c.competence == s.competence) {
                    Some(c) => (s.competence.clone(), c.level, Grade::Checked),
                    None => (s.competence.clone(), s.level, if proved { Grade::Attached } else { Grade::Declared }),
                }
            })
            .collect();
        // A level 0 says that the centre did not find the competence.
        out.retain(|(_, level, _)| *level > 0);
        out
    }
    pub fn is_organisation(&self) -> bool {
        self.application.kind == ExpertKind::Organisation
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ExpertEvent {
    Begun { id: ExpertId, party: PartyId, account: AccountId, application: Box<Application> },
    Saved { application: Box<Application> },
    ProofAdded { proof: Proof },
    ProofRemoved { file: FileId },
    InterestDeclared { interest: Interest },
    Submitted { clock: Clock },
    Taken { by: AccountId, name: String },
    DocumentsAsked { what: String, clock: Clock },
    Resubmitted { note: String, clock: Clock },
    CompetenceChecked { checked: Checked },
    Appraised { appraisal: Appraisal },
    SentBack { reason: String },
    Approved { decision: String, from: Date, by: String },
    Refused { reason: String, on: Date, by: String },
    Suspended { reason: String, on: Date, by: String },
    Resumed { from: Date, note: String, by: String },
    Disabled { reason: String, on: Date, by: String, own_wish: bool },
    Rated { rating: Rating },
}

impl Record for Expert {
    type Event = ExpertEvent;
    const KIND: &'static str = "expert";

    fn evolve(before: Option<Self>, event: &ExpertEvent, at: Instant) -> Option<Self> {
        use ExpertEvent as E;
        let Some(mut x) = before else {
            let E::Begun { id, party, account, application } = event else { return None };
            return Some(Self {
                id: *id,
                party: *party,
                account: *account,
                application: (**application).clone(),
                state: ExpertState::New,
                proofs: Vec::new(),
                checked: Vec::new(),
                interests: Vec::new(),
                submitted_at: None,
                clock: None,
                rounds: 0,
                asked: None,
                handler: None,
                appraisal: None,
                recognised: Vec::new(),
                decision: None,
                refused: None,
                stopped: None,
                ratings: Vec::new(),
            });
        };
        match event {
            E::Begun { .. } => return None,
            E::Saved { application } => x.application = (**application).clone(),
            E::ProofAdded { proof } => x.proofs.push(proof.clone()),
            E::ProofRemoved { file } => x.proofs.retain(|p| p.file != *file),
            E::InterestDeclared { interest } => x.interests.push(interest.clone()),
            E::Submitted { clock } => {
                x.state = ExpertState::AwaitingAppraisal;
                x.submitted_at = Some(at);
                x.clock = Some(*clock);
                (x.rounds, x.asked, x.handler, x.appraisal, x.stopped) = (0, None, None, None, None);
            }
            E::Taken { by, name } => {
                x.state = ExpertState::Appraising;
                x.handler = Some((*by, name.clone()));
            }
            E::DocumentsAsked { what, clock } => {
                x.state = ExpertState::MoreDocuments;
                x.rounds += 1;
                x.asked = Some(what.clone());
                x.clock = Some(*clock);
            }
            E::Resubmitted { clock, .. } => {
                x.state = ExpertState::Appraising;
                x.clock = Some(*clock);
            }
            E::CompetenceChecked { checked } => {
                x.checked.retain(|c| c.competence != checked.competence);
                x.checked.push(checked.clone());
            }
            E::Appraised { appraisal } => {
                x.state = ExpertState::AwaitingApproval;
                x.appraisal = Some(appraisal.clone());
            }
            E::SentBack { .. } => x.state = ExpertState::Appraising,
            E::Approved { decision, from, .. } => {
                x.state = ExpertState::Active;
                x.clock = None;
                x.decision = Some(decision.clone());
                x.refused = None;
                x.recognised.push(Period { from: *from, to: None });
            }
            E::Refused { reason, on, .. } => {
                x.state = ExpertState::Refused;
                x.clock = None;
                x.refused = Some((*on, reason.clone()));
            }
            E::Suspended { reason, on, .. } => {
                x.state = ExpertState::Suspended;
                x.stopped = Some((*on, reason.clone()));
                end(&mut x, *on);
            }
            E::Resumed { from, .. } => {
                x.state = ExpertState::Active;
                x.stopped = None;
                x.recognised.push(Period { from: *from, to: None });
            }
            E::Disabled { reason, on, .. } => {
                x.state = ExpertState::Disabled;
                x.stopped = Some((*on, reason.clone()));
                end(&mut x, *on);
            }
            E::Rated { rating } => match x.ratings.iter_mut().find(|r| r.case == rating.case && r.client == rating.client) {
                Some(before) => *before = rating.clone(),
                None => x.ratings.push(rating.clone()),
            },
        }
        Some(x)
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, event: &ExpertEvent, _: i64, at: Instant) {
        super::store::rows(batch, before, after, event, at);
    }
}

/// The day of a suspension or removal is the first day that does not count.
fn end(x: &mut Expert, on: Date) {
    let last = on.yesterday().unwrap_or(on);
    if let Some(period) = x.recognised.last_mut().filter(|p| p.to.is_none()) {
        period.to = Some(last);
    }
}
