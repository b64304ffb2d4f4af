//! What may happen to an incoming document. Pure.

use super::{Arrival, ArrivalEvent, Origin, State};
use crate::document::{Person, decide::{CLERK, is_clerk}};
use crate::signing::Signing;
use kernel::{
    Actor, Refusal,
    id::{ArrivalId, OfficeCode},
    text::clean,
    time::Date,
};

/// Longest note or instruction, in characters.
pub const NOTE_MAX: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Register,
    Refuse,
    Assign,
    Done,
}

/// What is typed into the register by hand.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: ArrivalId,
    pub from: Origin,
}

fn not_now() -> Refusal {
    Refusal::conflict(
        "arrival-state",
        "Văn bản đến này đã sang bước khác hoặc việc này không thuộc bạn. Tải lại trang để xem.",
        "This incoming document has moved on, or this is not yours to do. Reload the page.",
    )
}

impl Arrival {
    pub fn acts(&self, actor: &Actor, rules: &Signing) -> Vec<Act> {
        if actor.office.as_ref() != Some(&self.office) {
            return Vec::new();
        }
        let (clerk, leads) = (actor.has_role(CLERK), rules.leads(actor));
        let handler = self.handler.as_ref().is_some_and(|h| h.account == actor.account);
        match self.state {
            State::Waiting if clerk => vec![Act::Register, Act::Refuse],
            State::Registered | State::Assigned => {
                let mut acts = Vec::new();
                if handler || (leads && self.handler.is_none()) {
                    acts.push(Act::Done);
                }
                if leads || clerk {
                    acts.push(Act::Assign);
                }
                acts
            }
            _ => Vec::new(),
        }
    }

    /// The clerk, who leads the office, and whoever deals with it.
    pub fn seen_by(&self, actor: &Actor, rules: &Signing) -> bool {
        let here = actor.office.as_ref() == Some(&self.office);
        here && (actor.has_role(CLERK) || rules.leads(actor) || self.handler.as_ref().is_some_and(|h| h.account == actor.account))
    }

    fn open_to(&self, actor: &Actor, rules: &Signing, act: Act) -> Result<(), Refusal> {
        if self.acts(actor, rules).contains(&act) { Ok(()) } else { Err(not_now()) }
    }
}

/// Enters what came by post or by hand.
pub fn enter(actor: &Actor, office: &OfficeCode, e: &Entry, year: i64, number: u64) -> Result<ArrivalEvent, Refusal> {
    if !is_clerk(actor, office) {
        return Err(Refusal::forbidden("clerk-only", "Chỉ văn thư của cơ quan vào sổ văn bản đến.", "Only the office's clerk enters incoming documents."));
    }
    let mut fault = Refusal::invalid("arrival", "Chưa vào sổ được: có chỗ cần sửa", "Not entered: something needs correcting");
    for (field, text, max, vi, en) in [
        ("body", &e.from.body, 200, "Ghi cơ quan, tổ chức gửi văn bản, không quá 200 ký tự.", "Name who sent it, at most 200 characters."),
        ("subject", &e.from.subject, crate::content::SUBJECT_MAX, "Ghi trích yếu, không quá 500 ký tự.", "Say what it is about, at most 500 characters."),
    ] {
        if clean(text).is_empty() || text.chars().count() > max {
            fault = fault.because(Some(field), vi, en);
        }
    }
    if e.from.number.chars().count() > 60 {
        fault = fault.because(Some("number"), "Số, ký hiệu không quá 60 ký tự.", "Number and symbol: at most 60 characters.");
    }
    if !fault.reasons.is_empty() {
        return Err(fault);
    }
    Ok(ArrivalEvent::Entered { id: e.id, office: office.clone(), from: e.from.clone(), by: Person::of(actor), year, number })
}

pub fn register(a: &Arrival, actor: &Actor, rules: &Signing, year: i64, number: u64) -> Result<Option<ArrivalEvent>, Refusal> {
    if a.state == State::Registered && is_clerk(actor, &a.office) {
        return Ok(None);
    }
    a.open_to(actor, rules, Act::Register)?;
    Ok(Some(ArrivalEvent::Registered { by: Person::of(actor), year, number }))
}

pub fn refuse(a: &Arrival, actor: &Actor, rules: &Signing, why: &str) -> Result<Option<ArrivalEvent>, Refusal> {
    a.open_to(actor, rules, Act::Refuse)?;
    let reason = note(why, "reason", true)?;
    Ok(Some(ArrivalEvent::Refused { by: actor.name.clone(), reason }))
}

pub fn assign(a: &Arrival, actor: &Actor, rules: &Signing, handler: Option<Person>, due: Option<Date>, instruction: &str, today: Date) -> Result<Option<ArrivalEvent>, Refusal> {
    a.open_to(actor, rules, Act::Assign)?;
    let mut fault = Refusal::invalid("assign", "Chưa chuyển được: có chỗ cần sửa", "Not passed on: something needs correcting");
    if handler.is_none() {
        fault = fault.because(Some("handler"), "Chọn người giải quyết trong danh sách.", "Choose from the list.");
    }
    if due.is_some_and(|d| d < today) {
        fault = fault.because(Some("due"), "Thời hạn không được trước hôm nay.", "The day must not be before today.");
    }
    let instruction = note(instruction, "instruction", false);
    match (handler, instruction, fault.reasons.is_empty()) {
        (Some(handler), Ok(instruction), true) => Ok(Some(ArrivalEvent::Assigned { by: Person::of(actor), handler, due, instruction })),
        (_, Err(e), true) => Err(e),
        _ => Err(fault),
    }
}

pub fn done(a: &Arrival, actor: &Actor, rules: &Signing, what: &str) -> Result<Option<ArrivalEvent>, Refusal> {
    if a.done.as_ref().is_some_and(|(p, ..)| p.account == actor.account) {
        return Ok(None);
    }
    a.open_to(actor, rules, Act::Done)?;
    Ok(Some(ArrivalEvent::Done { by: Person::of(actor), note: note(what, "note", true)? }))
}

fn note(text: &str, field: &'static str, needed: bool) -> Result<String, Refusal> {
    let text = clean(text);
    let n = text.chars().count();
    if (n > 0 || !needed) && n <= NOTE_MAX {
        return Ok(text);
    }
    Err(Refusal::invalid("note", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(
        Some(field),
        format!("Ghi nội dung, không quá {NOTE_MAX} ký tự."),
        format!("Write something, at most {NOTE_MAX} characters."),
    ))
}
