//! The state of a board and its events.

use crate::catalog::Rules;
use records::Record;
use kernel::{
    Instant, Text,
    id::{AccountId, BoardId, ExpertId},
    time::Date,
};
use serde::{Deserialize, Serialize};
use store::Batch;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatRole {
    Chair,
    Deputy,
    Secretary,
    Member,
}

impl SeatRole {
    pub const ALL: [Self; 4] = [Self::Chair, Self::Deputy, Self::Secretary, Self::Member];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::Deputy => "deputy",
            Self::Secretary => "secretary",
            Self::Member => "member",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Chair => Text::new("Trưởng ban", "Chair"),
            Self::Deputy => Text::new("Phó trưởng ban", "Deputy chair"),
            Self::Secretary => Text::new("Thư ký", "Secretary"),
            Self::Member => Text::new("Thành viên", "Member"),
        }
    }
}

/// A competence of a member, as known when the member was appointed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub competence: String,
    pub level: u8,
}

/// One appointment. The same person appointed again has another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub account: AccountId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expert: Option<ExpertId>,
    pub role: SeatRole,
    pub from: Date,
    /// The last day; open while the term runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    #[serde(default)]
    pub competences: Vec<Held>,
    /// Number of the appointing decision.
    #[serde(default)]
    pub decision: String,
}

impl Seat {
    pub fn on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Somebody of another province or agency who takes part without a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub name: String,
    /// Province or agency, and what the guest is there.
    pub home: String,
    pub from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Guest {
    pub fn on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Term {
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub at: Instant,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub id: BoardId,
    pub name: Text,
    pub field: String,
    pub template: String,
    pub rules: Rules,
    pub term: Term,
    pub seats: Vec<Seat>,
    #[serde(default)]
    pub guests: Vec<Guest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    pub opened_at: Instant,
    pub opened_by: AccountId,
}

impl Board {
    /// The board works on the date: not closed, within its term.
    pub fn works_on(&self, day: Date) -> bool {
        self.closed.is_none() && self.term.contains(day)
    }
    pub fn seat_of(&self, account: AccountId, day: Date) -> Option<&Seat> {
        self.seats.iter().find(|s| s.account == account && s.on(day))
    }
    /// Whoever sat or sits here: may read what the board has decided.
    pub fn ever_sat(&self, account: AccountId) -> bool {
        self.seats.iter().any(|s| s.account == account)
    }
    pub fn seats_on(&self, day: Date) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(move |s| s.on(day))
    }
    pub fn votes(&self, seat: &Seat) -> bool {
        seat.role != SeatRole::Secretary || self.rules.secretary_votes
    }
    /// The seats that have a vote on the date, chair first.
    pub fn voting_on(&self, day: Date) -> Vec<&Seat> {
        let mut seats: Vec<&Seat> = self.seats_on(day).filter(|s| self.votes(s)).collect();
        seats.sort_by_key(|s| (s.role, s.account));
        seats
    }
    pub fn holder(&self, role: SeatRole, day: Date) -> Option<&Seat> {
        self.seats_on(day).find(|s| s.role == role)
    }
    pub fn guests_on(&self, day: Date) -> impl Iterator<Item = &Guest> {
        self.guests.iter().filter(move |g| g.on(day))
    }
    /// The competence matrix: each line the template wants, with who holds it and whether that is enough.
    pub fn matrix(&self, day: Date) -> Vec<MatrixLine<'_>> {
        self.rules
            .matrix
            .iter()
            .map(|wanted| {
                let holds = |s: &&Seat| s.competences.iter().any(|h| h.competence == wanted.competence && h.level >= wanted.level);
                let holders: Vec<&Seat> = self.seats_on(day).filter(holds).collect();
                MatrixLine { met: holders.len() >= wanted.members as usize, wanted, holders }
            })
            .collect()
    }
}

#[derive(Debug)]
pub struct MatrixLine<'a> {
    pub wanted: &'a crate::catalog::Wanted,
    pub holders: Vec<&'a Seat>,
    pub met: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum BoardEvent {
    Opened { id: BoardId, name: Text, field: String, template: String, rules: Box<Rules>, term: Term, seats: Vec<Seat>, by: AccountId },
    Appointed { seat: Seat },
    SeatEnded { account: AccountId, role: SeatRole, from: Date, to: Date, reason: String },
    CompetenceNoted { account: AccountId, held: Held },
    GuestInvited { guest: Guest },
    GuestEnded { name: String, to: Date },
    TermExtended { to: Date, reason: String },
    Closed { by: String, reason: String },
}

impl Record for Board {
    type Event = BoardEvent;
    const KIND: &'static str = "board";

    fn evolve(before: Option<Self>, event: &BoardEvent, at: Instant) -> Option<Self> {
        let Some(mut b) = before else {
            let BoardEvent::Opened { id, name, field, template, rules, term, seats, by } = event else { return None };
            return Some(Self {
                id: *id,
                name: name.clone(),
                field: field.clone(),
                template: template.clone(),
                rules: (**rules).clone(),
                term: *term,
                seats: seats.clone(),
                guests: Vec::new(),
                closed: None,
                opened_at: at,
                opened_by: *by,
            });
        };
        match event {
            BoardEvent::Opened { .. } => return None,
            BoardEvent::Appointed { seat } => b.seats.push(seat.clone()),
            BoardEvent::SeatEnded { account, role, from, to, .. } => {
                let seat = b.seats.iter_mut().find(|s| s.account == *account && s.role == *role && s.from == *from)?;
                seat.to = Some(*to);
            }
            BoardEvent::CompetenceNoted { account, held } => {
                for seat in b.seats.iter_mut().filter(|s| s.account == *account) {
                    seat.competences.retain(|h| h.competence != held.competence);
                    if held.level > 0 {
                        seat.competences.push(held.clone());
                    }
                }
            }
            BoardEvent::GuestInvited { guest } => b.guests.push(guest.clone()),
            BoardEvent::GuestEnded { name, to } => b.guests.iter_mut().rfind(|g| &g.name == name)?.to = Some(*to),
            BoardEvent::TermExtended { to, .. } => b.term.to = *to,
            BoardEvent::Closed { by, reason } => b.closed = Some(Closed { at, by: by.clone(), reason: reason.clone() }),
        }
        Some(b)
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, event: &BoardEvent, version: i64, _: Instant) {
        super::store::rows(batch, before, after, event, version);
    }
}
