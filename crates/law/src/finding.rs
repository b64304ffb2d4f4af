//! Findings as records: found, changed, closed, found again, decided by a reviewer. One finding has one identity, derived from where it
//! stands, so that another run reports only what is new, changed or gone.

pub mod review;
pub mod views;

use crate::{Law, conflict::Found};
use kernel::{
    Actor, Instant, Refusal,
    id::{Id, Kind},
    time::Date,
};
use records::{Author, Failure, Record};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Batch, values};

/// A contradiction that somebody has to look at.
#[derive(Debug)]
pub enum FindingKind {}
impl Kind for FindingKind {
    const PREFIX: &'static str = "lawf";
}
pub type FindingId = Id<FindingKind>;

/// Where a finding stands. What a reviewer said holds until its words change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Confirmed,
    NoConflict,
    /// They differ, and for a reason: the text that overrides.
    Overridden,
    /// Sent to the office that issued the text.
    Sent,
    /// Another run no longer finds it.
    Closed,
}

impl State {
    pub const ALL: [Self; 6] = [Self::Open, Self::Confirmed, Self::Sent, Self::NoConflict, Self::Overridden, Self::Closed];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::NoConflict => "no_conflict",
            Self::Overridden => "overridden",
            Self::Sent => "sent",
            Self::Closed => "closed",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Open => "Chờ xem xét",
            Self::Confirmed => "Đúng là mâu thuẫn",
            Self::NoConflict => "Không mâu thuẫn",
            Self::Overridden => "Được phép khác",
            Self::Sent => "Đã gửi cơ quan ban hành",
            Self::Closed => "Đã hết",
        }
    }
    pub const fn en(self) -> &'static str {
        match self {
            Self::Open => "To be looked at",
            Self::Confirmed => "A contradiction",
            Self::NoConflict => "No contradiction",
            Self::Overridden => "May differ",
            Self::Sent => "Sent to the issuer",
            Self::Closed => "Gone",
        }
    }
    /// What a reviewer can say.
    pub const fn is_decision(self) -> bool {
        !matches!(self, Self::Open | Self::Closed)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub state: State,
    pub reason: String,
    /// The office it was sent to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    pub by: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Found { id: FindingId, found: Box<Found>, source: String, on: Date },
    /// The words of one side are others now: to be looked at again.
    Changed { found: Box<Found>, on: Date },
    Closed { on: Date },
    Reopened { found: Box<Found>, on: Date },
    Decided { decision: Decision },
}

/// One step of its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub at: Instant,
    pub what: String,
    pub decision: Option<Decision>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub id: FindingId,
    pub found: Found,
    /// `corpus`, or `catalogue` for what a procedure says.
    pub source: String,
    pub state: State,
    pub on: Date,
    pub history: Vec<Step>,
}

impl Record for Finding {
    type Event = Event;
    const KIND: &'static str = "law_finding";

    fn evolve(before: Option<Self>, event: &Event, at: Instant) -> Option<Self> {
        let step = |what: &str, decision: Option<Decision>| Step { at, what: what.to_owned(), decision };
        match (before, event) {
            (None, Event::Found { id, found, source, on }) => {
                Some(Self { id: *id, found: (**found).clone(), source: source.clone(), state: State::Open, on: *on, history: vec![step("found", None)] })
            }
            (Some(mut f), Event::Changed { found, on } | Event::Reopened { found, on }) => {
                f.history.push(step(if matches!(event, Event::Changed { .. }) { "changed" } else { "reopened" }, None));
                Some(Self { found: (**found).clone(), state: State::Open, on: *on, ..f })
            }
            (Some(mut f), Event::Closed { on }) => {
                f.history.push(step("closed", None));
                Some(Self { state: State::Closed, on: *on, ..f })
            }
            (Some(mut f), Event::Decided { decision }) => {
                f.history.push(step("decided", Some(decision.clone())));
                Some(Self { state: decision.state, ..f })
            }
            _ => None,
        }
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, _: &Event, _: i64, at: Instant) {
        let (id, f) = (after.id, &after.found);
        if before.is_none() {
            batch.exec(
                "INSERT INTO law_finding (province, id, state, family, document, source, confidence, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                values![id, after.state.code(), &f.family, &f.here.key, &after.source, i64::from(f.confidence), at],
            );
        } else {
            batch.exec("UPDATE law_finding SET state = $3, confidence = $4, changed = $5 WHERE province = $1 AND id = $2", values![id, after.state.code(), i64::from(f.confidence), at]);
        }
    }
}

/// The identity of a finding: the same places, the same identity.
pub fn id_of(found: &Found) -> FindingId {
    let hash = Sha256::digest(found.key().as_bytes());
    let mut bytes = [0u8; 16];
    bytes.iter_mut().zip(hash.iter()).for_each(|(b, h)| *b = *h);
    FindingId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The longest reason that is kept.
pub const REASON: usize = 2_000;

impl Law {
    pub async fn finding(&self, id: FindingId) -> Result<Finding, Failure> {
        let found = records::load::<Finding>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).ok_or_else(|| records::gone().into())
    }

    /// What a reviewer says of a finding, in their own name. The content they saw must be the one that stands.
    pub async fn decide_finding(&self, actor: &Actor, id: FindingId, seen: &str, state: State, reason: &str, to: &str) -> Result<Finding, Failure> {
        let wrong = |field: &'static str, vi: &str, en: &str| Refusal::invalid("law-finding", "Chưa ghi được kết luận", "The decision was not recorded").because(Some(field), vi, en);
        let (reason, to) = (reason.trim(), to.trim());
        if !state.is_decision() {
            return Err(wrong("decision", "Chọn một kết luận.", "Choose a decision.").into());
        }
        if reason.chars().count() > REASON || (matches!(state, State::NoConflict | State::Overridden) && reason.chars().count() < 10) {
            return Err(wrong("reason", "Ghi lý do từ 10 đến 2.000 ký tự: người sau cần biết vì sao.", "Give the reason in 10 to 2,000 characters: whoever comes later has to know why.").into());
        }
        if state == State::Sent && !(3..=300).contains(&to.chars().count()) {
            return Err(wrong("to", "Ghi tên cơ quan ban hành nhận kiến nghị.", "Name the issuing office it is sent to.").into());
        }
        let decision = Decision { state, reason: reason.to_owned(), to: if state == State::Sent { to.to_owned() } else { String::new() }, by: actor.name.clone(), title: actor.title.clone().unwrap_or_default() };
        let by = Author::new(actor, self.now());
        records::change::<Finding>(&self.scope, &id.to_string(), &by, |f| match f {
            None => Err(records::gone()),
            Some(f) if f.state == State::Closed => Err(Refusal::conflict("law-finding-closed", "Phát hiện này đã hết: văn bản đã đổi. Không cần kết luận nữa.", "This finding is gone: the text has changed. Nothing is left to decide.")),
            Some(f) if f.found.content() != seen => Err(Refusal::conflict("law-finding-changed", "Nội dung hai văn bản vừa thay đổi; hãy tải lại trang rồi kết luận.", "The texts have just changed; reload the page and decide then.")),
            Some(f) if f.history.last().and_then(|s| s.decision.as_ref()) == Some(&decision) => Ok(None),
            Some(_) => Ok(Some(Event::Decided { decision: decision.clone() })),
        })
        .await
    }
}
