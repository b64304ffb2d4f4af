//! What may happen to a board. Pure: the board, the template, the people and the day are arguments.

use super::{Board, BoardEvent, Guest, Held, Seat, SeatRole, Term};
use crate::catalog::{Catalog, Delegation, Template};
use kernel::{
    Dong, Refusal, Text,
    id::{AccountId, BoardId},
    text::clean,
    time::Date,
};
use jiff::ToSpan;

/// What the one form of a new board says. Everything left out comes from the template.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Made with the form, so that the form sent twice opens one board.
    pub id: BoardId,
    pub name: Text,
    pub field: String,
    pub from: Date,
    /// Absent: the template's term.
    pub to: Option<Date>,
    pub seats: Vec<Seat>,
    /// Lower limits than the template's, by kind; `None` in the second place takes the delegation away.
    pub limits: Vec<(crate::matter::MatterKind, Option<Dong>)>,
}

/// Longest texts people may leave here.
pub const TEXT_MAX: usize = 2_000;

pub(crate) fn reason(text: &str, field: &'static str) -> Result<String, Refusal> {
    let text = clean(text);
    let n = text.chars().count();
    if n == 0 || n > TEXT_MAX {
        return Err(Refusal::invalid("reason-needed", "Chưa ghi lý do", "The reason is missing").because(
            Some(field),
            format!("Ghi lý do, không quá {TEXT_MAX} ký tự."),
            format!("Give the reason, at most {TEXT_MAX} characters."),
        ));
    }
    Ok(text)
}

pub fn decide_open(catalog: &Catalog, template: &Template, o: &Opening, by: AccountId, today: Date) -> Result<BoardEvent, Refusal> {
    let mut fault = Refusal::invalid("board-form", "Chưa lập được ban: có chỗ cần sửa", "The board is not opened: something needs correcting");
    let (vi, en) = (clean(&o.name.vi), clean(&o.name.en));
    if vi.is_empty() || vi.chars().count() > 200 || en.chars().count() > 200 {
        fault = fault.because(Some("name_vi"), "Ghi tên ban, không quá 200 ký tự.", "Name the board, at most 200 characters.");
    }
    if catalog.field(&o.field).is_none() {
        fault = fault.because(Some("field"), "Chọn một lĩnh vực trong danh sách.", "Choose a field from the list.");
    }
    if !template.effective.contains(today) {
        fault = fault.because(None, "Mẫu này chưa hoặc không còn hiệu lực; chọn mẫu khác.", "This template is not in force; choose another.");
    }
    let term_end = || o.from.checked_add(i64::from(template.term_months).months()).ok()?.yesterday().ok();
    let to = o.to.or_else(term_end).unwrap_or(o.from);
    if to <= o.from || to < today || o.from.year() < 2000 || to.year() > 2200 {
        fault = fault.because(Some("to"), "Ngày hết nhiệm kỳ phải sau ngày bắt đầu và chưa qua.", "The term must end after it begins and not lie in the past.");
    }
    let mut rules = template.rules.clone();
    for (kind, limit) in &o.limits {
        let Some(place) = rules.delegated.iter().position(|d| d.kind == *kind) else { continue };
        match limit {
            None => drop(rules.delegated.remove(place)),
            Some(amount) => {
                let highest = rules.delegated.get(place).and_then(|d| d.up_to);
                if amount.0 <= 0 || highest.is_some_and(|h| amount.0 > h.0) {
                    let most = highest.map_or_else(String::new, |h| h.to_string());
                    fault = fault.because(
                        Some(kind.code()),
                        format!("Mức ủy quyền phải lớn hơn 0 và không vượt mức của mẫu {most}."),
                        format!("The limit must be above zero and not above the template's {most}."),
                    );
                } else if let Some(d) = rules.delegated.get_mut(place) {
                    *d = Delegation { kind: *kind, up_to: Some(*amount) };
                }
            }
        }
    }
    if !fault.reasons.is_empty() {
        return Err(fault);
    }
    let en = if en.is_empty() { vi.clone() } else { en };
    let empty = Board {
        id: o.id,
        name: Text::new(vi, en),
        field: o.field.clone(),
        template: template.template.clone(),
        rules,
        term: Term { from: o.from, to },
        seats: Vec::new(),
        guests: Vec::new(),
        closed: None,
        opened_at: kernel::time::midnight(today),
        opened_by: by,
    };
    let mut board = empty;
    for seat in &o.seats {
        let BoardEvent::Appointed { seat } = decide_appoint(&board, seat.clone(), today)? else { continue };
        board.seats.push(seat);
    }
    if board.holder(SeatRole::Chair, o.from).is_none() {
        return Err(Refusal::invalid("board-form", "Chưa lập được ban: có chỗ cần sửa", "The board is not opened: something needs correcting").because(
            Some("chair"),
            "Chọn trưởng ban; không có trưởng ban thì không ai chủ trì và kết luận.",
            "Choose a chair; without one nobody presides and concludes.",
        ));
    }
    Ok(BoardEvent::Opened {
        id: board.id,
        name: board.name,
        field: board.field,
        template: board.template,
        rules: Box::new(board.rules),
        term: board.term,
        seats: board.seats,
        by,
    })
}

fn open(b: &Board) -> Result<(), Refusal> {
    if b.closed.is_none() {
        return Ok(());
    }
    Err(Refusal::conflict("board-closed", "Ban này đã giải thể; hãy lập ban mới.", "This board is closed; open a new one."))
}

fn overlap(a: &Seat, b: &Seat) -> bool {
    a.from <= b.to.unwrap_or(Date::MAX) && b.from <= a.to.unwrap_or(Date::MAX)
}

pub fn decide_appoint(b: &Board, mut seat: Seat, today: Date) -> Result<BoardEvent, Refusal> {
    open(b)?;
    seat.name = clean(&seat.name);
    seat.decision = clean(&seat.decision).chars().take(200).collect();
    let field = match seat.role {
        SeatRole::Chair => "chair",
        SeatRole::Deputy => "deputy",
        SeatRole::Secretary => "secretary",
        SeatRole::Member => "member",
    };
    let no = |vi: String, en: String| Err(Refusal::invalid("appointment", "Chưa bổ nhiệm được", "Not appointed").because(Some(field), vi, en));
    if seat.from < b.term.from || seat.from > b.term.to || seat.to.is_some_and(|to| to < seat.from || to > b.term.to) {
        return no(
            format!("Thời gian phải nằm trong nhiệm kỳ {} – {} và kết thúc sau khi bắt đầu.", b.term.from, b.term.to),
            format!("The dates must lie within the term {} – {} and end after they begin.", b.term.from, b.term.to),
        );
    }
    if seat.to.is_some_and(|to| to < today) {
        return no("Ngày kết thúc đã qua.".into(), "The end lies in the past.".into());
    }
    if b.seats.iter().any(|s| s.account == seat.account && overlap(s, &seat)) {
        return no(
            format!("{} đã có vị trí trong ban vào thời gian này; mỗi người một vị trí.", seat.name),
            format!("{} already has a seat in this time; one seat each.", seat.name),
        );
    }
    if seat.role != SeatRole::Member && b.seats.iter().any(|s| s.role == seat.role && overlap(s, &seat)) {
        let role = seat.role.text();
        return no(
            format!("Ban đã có {} vào thời gian này; kết thúc vị trí đó trước.", role.vi.to_lowercase()),
            format!("The board has a {} in this time; end that seat first.", role.en.to_lowercase()),
        );
    }
    let at_once = 1 + b.seats.iter().filter(|s| overlap(s, &seat)).count();
    if at_once > b.rules.size.max as usize {
        return no(
            format!("Ban có tối đa {} thành viên theo mẫu.", b.rules.size.max),
            format!("The template allows at most {} members.", b.rules.size.max),
        );
    }
    Ok(BoardEvent::Appointed { seat })
}

pub fn decide_end(b: &Board, account: AccountId, to: Date, why: &str, today: Date) -> Result<Option<BoardEvent>, Refusal> {
    open(b)?;
    let Some(seat) = b.seats.iter().rfind(|s| s.account == account && s.to.is_none_or(|end| end >= today)) else {
        return Err(Refusal::conflict("no-seat", "Người này không còn vị trí trong ban.", "This person has no seat on the board."));
    };
    if to < seat.from || to > b.term.to || to < today {
        return Err(Refusal::invalid("seat-end", "Ngày kết thúc chưa đúng", "The end is not right").because(
            Some("to"),
            "Ngày kết thúc từ hôm nay, sau ngày bổ nhiệm và trong nhiệm kỳ; việc đã làm không sửa lại được.",
            "The end is from today on, after the appointment and within the term; what was done stays done.",
        ));
    }
    if seat.to == Some(to) {
        return Ok(None);
    }
    Ok(Some(BoardEvent::SeatEnded { account, role: seat.role, from: seat.from, to, reason: reason(why, "reason")? }))
}

/// Notes what a member can do, for the matrix; level 0 takes it away.
pub fn decide_competence(b: &Board, catalog: &Catalog, account: AccountId, held: &Held, today: Date) -> Result<Option<BoardEvent>, Refusal> {
    open(b)?;
    let Some(seat) = b.seat_of(account, today) else {
        return Err(Refusal::invalid("competence", "Chưa ghi được", "Not recorded").because(Some("of"), "Chọn một thành viên đương nhiệm.", "Choose a present member."));
    };
    if catalog.competence(&held.competence).is_none() || usize::from(held.level) > catalog.competences.levels.len() {
        return Err(Refusal::invalid("competence", "Chưa ghi được", "Not recorded").because(Some("competence"), "Chọn năng lực và mức trong danh sách.", "Choose a competence and a level from the list."));
    }
    let known = seat.competences.iter().find(|h| h.competence == held.competence).map_or(0, |h| h.level);
    Ok((known != held.level).then(|| BoardEvent::CompetenceNoted { account, held: held.clone() }))
}

pub fn decide_guest(b: &Board, guest: Guest) -> Result<Option<BoardEvent>, Refusal> {
    open(b)?;
    if !b.rules.guests {
        return Err(Refusal::conflict("no-guests", "Mẫu của ban này không mời người ngoài.", "This board's template has no guests."));
    }
    let guest = Guest { name: clean(&guest.name), home: clean(&guest.home), ..guest };
    if guest.name.is_empty() || guest.home.is_empty() || guest.name.chars().count() > 200 || guest.home.chars().count() > 200 {
        return Err(Refusal::invalid("guest", "Chưa mời được", "Not invited").because(
            Some("guest_name"),
            "Ghi họ tên và tỉnh, cơ quan của người được mời, mỗi mục không quá 200 ký tự.",
            "Give the guest's name and province or agency, at most 200 characters each.",
        ));
    }
    if b.guests.iter().any(|g| g.name == guest.name && g.home == guest.home && g.on(guest.from)) {
        return Ok(None);
    }
    Ok(Some(BoardEvent::GuestInvited { guest }))
}

pub fn decide_guest_end(b: &Board, name: &str, to: Date) -> Result<Option<BoardEvent>, Refusal> {
    open(b)?;
    let name = clean(name);
    Ok(b.guests.iter().rfind(|g| g.name == name).filter(|g| g.to.is_none_or(|end| end > to)).map(|g| BoardEvent::GuestEnded { name: g.name.clone(), to }))
}

pub fn decide_extend(b: &Board, to: Date, why: &str) -> Result<Option<BoardEvent>, Refusal> {
    open(b)?;
    if to == b.term.to {
        return Ok(None);
    }
    if to < b.term.to || to.year() > 2200 {
        return Err(Refusal::invalid("term", "Nhiệm kỳ chỉ kéo dài được", "A term can only be made longer").because(
            Some("term_to"),
            format!("Ngày mới phải sau {}. Muốn dừng sớm, hãy giải thể ban.", b.term.to),
            format!("The new day must be after {}. To stop early, close the board.", b.term.to),
        ));
    }
    Ok(Some(BoardEvent::TermExtended { to, reason: reason(why, "reason")? }))
}

/// A board with matters open is not closed: they would wait for nobody.
pub fn decide_close(b: &Board, by: &str, why: &str, open_matters: usize) -> Result<Option<BoardEvent>, Refusal> {
    if b.closed.is_some() {
        return Ok(None);
    }
    if open_matters > 0 {
        return Err(Refusal::conflict(
            "matters-open",
            format!("Còn {open_matters} việc chưa kết luận; kết luận hoặc rút các việc đó trước khi giải thể ban."),
            format!("{open_matters} matters are not concluded; conclude or withdraw them before closing the board."),
        ));
    }
    Ok(Some(BoardEvent::Closed { by: by.to_owned(), reason: reason(why, "close_reason")? }))
}
