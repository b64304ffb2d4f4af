//! An incoming document as its events make it.

use crate::{
    document::{Person, Returned},
    INCOMING,
};
use kernel::{
    Instant, Text,
    id::{ArrivalId, DocumentId, FileId, OfficeCode},
    text::fold,
    time::Date,
};
use records::Record;
use serde::{Deserialize, Serialize};
use store::values;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Delivered by the system; the clerk has not looked at it.
    Waiting,
    Registered,
    Assigned,
    Done,
    /// Sent back to whoever sent it.
    Refused,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Registered, Self::Assigned, Self::Done, Self::Refused];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Registered => "registered",
            Self::Assigned => "assigned",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Waiting => Text::new("Chờ vào sổ", "To be registered"),
            Self::Registered => Text::new("Đã vào sổ", "Registered"),
            Self::Assigned => Text::new("Đang giải quyết", "Being dealt with"),
            Self::Done => Text::new("Đã giải quyết", "Done"),
            Self::Refused => Text::new("Đã trả lại", "Sent back"),
        }
    }
}

/// What came, as the register has it: whose, which number and day it bears, what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub body: String,
    pub number: String,
    pub date: Option<Date>,
    pub kind: String,
    pub subject: String,
    pub file: Option<FileId>,
    /// Where it was issued on this platform.
    pub document: Option<DocumentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    pub id: ArrivalId,
    pub office: OfficeCode,
    pub from: Origin,
    pub state: State,
    pub came: Instant,
    /// Year and number in the register.
    pub number: Option<(i64, u64)>,
    pub entered_by: Option<Person>,
    pub handler: Option<Person>,
    pub instruction: String,
    pub assigned_by: Option<Person>,
    pub due: Option<Date>,
    pub done: Option<(Person, Instant, String)>,
    pub refused: Option<Returned>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ArrivalEvent {
    Delivered { id: ArrivalId, office: OfficeCode, from: Origin },
    /// Came by post or by hand; entered and numbered at once.
    Entered { id: ArrivalId, office: OfficeCode, from: Origin, by: Person, year: i64, number: u64 },
    Registered { by: Person, year: i64, number: u64 },
    Assigned { by: Person, handler: Person, due: Option<Date>, instruction: String },
    Done { by: Person, note: String },
    Refused { by: String, reason: String },
}

impl Record for Arrival {
    type Event = ArrivalEvent;
    const KIND: &'static str = "arrival";
    const AGAIN: &'static [&'static str] = &[numbering::TAKEN];

    fn evolve(before: Option<Self>, event: &ArrivalEvent, at: Instant) -> Option<Self> {
        use ArrivalEvent as E;
        let new = |id: &ArrivalId, office: &OfficeCode, from: &Origin, state| Self {
            id: *id,
            office: office.clone(),
            from: from.clone(),
            state,
            came: at,
            number: None,
            entered_by: None,
            handler: None,
            instruction: String::new(),
            assigned_by: None,
            due: None,
            done: None,
            refused: None,
        };
        match (before, event) {
            (None, E::Delivered { id, office, from }) => Some(new(id, office, from, State::Waiting)),
            (None, E::Entered { id, office, from, by, year, number }) => {
                Some(Self { number: Some((*year, *number)), entered_by: Some(by.clone()), ..new(id, office, from, State::Registered) })
            }
            (Some(a), E::Registered { by, year, number }) if a.state == State::Waiting => {
                Some(Self { state: State::Registered, number: Some((*year, *number)), entered_by: Some(by.clone()), ..a })
            }
            (Some(a), E::Assigned { by, handler, due, instruction }) if matches!(a.state, State::Registered | State::Assigned) => {
                Some(Self { state: State::Assigned, handler: Some(handler.clone()), assigned_by: Some(by.clone()), due: *due, instruction: instruction.clone(), ..a })
            }
            (Some(a), E::Done { by, note }) if matches!(a.state, State::Registered | State::Assigned) => {
                Some(Self { state: State::Done, done: Some((by.clone(), at, note.clone())), ..a })
            }
            (Some(a), E::Refused { by, reason }) if a.state == State::Waiting => {
                Some(Self { state: State::Refused, refused: Some(Returned { by: by.clone(), reason: reason.clone(), at }), ..a })
            }
            _ => None,
        }
    }

    fn rows(batch: &mut store::Batch, before: Option<&Self>, after: &Self, _event: &ArrivalEvent, _version: i64, _at: Instant) {
        if let Some((year, number)) = after.number.filter(|_| before.is_none_or(|b| b.number.is_none())) {
            numbering::step(batch, numbering::Series { office: &after.office, year, series: INCOMING }, number);
        }
        let a = after;
        let folded = fold(&format!("{} {} {} {}", a.from.subject, a.from.body, a.from.number, a.handler.as_ref().map_or("", |h| &h.name)));
        let due = a.due.map_or(i64::MAX, |d| kernel::time::midnight(d).micros());
        batch.exec(
            "INSERT INTO arrival (province, id, office, state, year, number, from_name, their_number, their_date, subject, folded, came_at, handler, handler_name, sort_due, document, file) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
             ON CONFLICT (province, id) DO UPDATE SET state = excluded.state, year = excluded.year, number = excluded.number, folded = excluded.folded, \
             handler = excluded.handler, handler_name = excluded.handler_name, sort_due = excluded.sort_due",
            values![
                a.id,
                a.office.as_str(),
                a.state.code(),
                a.number.map(|n| n.0),
                a.number.map(|n| i64::try_from(n.1).unwrap_or(i64::MAX)),
                a.from.body.as_str(),
                a.from.number.as_str(),
                a.from.date.map(|d| d.to_string()).unwrap_or_default(),
                a.from.subject.as_str(),
                folded,
                a.came,
                a.handler.as_ref().map(|h| h.account),
                a.handler.as_ref().map(|h| h.name.clone()),
                due,
                a.from.document,
                a.from.file
            ],
        );
    }
}
