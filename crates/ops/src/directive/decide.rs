//! What may happen to a directive. Pure: the directive, the act, who acts, the catalogue and calendars are arguments.

mod form;
mod give;
mod time;
mod work;

pub use form::{PARTNERS_MAX, draft};
pub use time::deadline;

use super::{Act, Directive, DirectiveEvent, Part, Workflow};
use crate::{Who, catalog::Catalog};
use kernel::{Refusal, calendar::Calendar, text::clean};

type Decided = Result<Option<DirectiveEvent>, Refusal>;

pub const TEXT_MAX: usize = 4_000;
pub const LINE_MAX: usize = 300;

/// What an act is decided on.
pub struct Cx<'a> {
    pub catalog: &'a Catalog,
    /// The working days of the office that leads the task, or is to lead it.
    pub calendar: &'a Calendar,
    pub who: &'a Who,
    pub d: &'a Directive,
    pub part: Part,
}

/// Decides one act. `None`: it is so already. For who may not know of the directive it does not exist.
pub fn decide(catalog: &Catalog, calendar: &Calendar, d: &Directive, act: &Act, who: &Who) -> Decided {
    let part = Part::of(d, who);
    if !part.sees(d.workflow) {
        return Err(records::gone());
    }
    let cx = &Cx { catalog, calendar, who, d, part };
    match act {
        Act::Edit(order) => give::edit(cx, order),
        Act::Give => give::give(cx),
        Act::Receive => work::receive(cx),
        Act::Refuse { reason } => work::refuse(cx, reason),
        Act::Insist { reason } => give::insist(cx, reason),
        Act::Reassign { lead, reason } => give::reassign(cx, lead, reason),
        Act::NameFocal { focal, substitute, reason } => work::name_focal(cx, focal, substitute.as_ref(), reason),
        Act::Progress(p) => work::progress(cx, p),
        Act::Submit(p) => work::submit(cx, p),
        Act::Accept { quality, note } => give::accept(cx, quality, note),
        Act::Return { reason } => give::send_back(cx, reason),
        Act::AskExtension { day, reason, file } => time::ask(cx, *day, reason, file.as_ref()),
        Act::Grant { note } => time::grant(cx, note),
        Act::RefuseExtension { reason } => time::refuse(cx, reason),
        Act::Suspend { reason } => give::suspend(cx, reason),
        Act::Resume { due, reason } => give::resume(cx, due.as_ref(), reason),
        Act::Withdraw { reason } => give::withdraw(cx, reason),
    }
}

impl Cx<'_> {
    fn name(&self) -> String {
        self.who.author.name.clone()
    }
    fn gives(&self) -> Result<(), Refusal> {
        if self.part.decides() { Ok(()) } else { Err(not_yours("Người giao nhiệm vụ quyết định việc này.", "Whoever gave the task decides this.")) }
    }
    fn manages(&self) -> Result<(), Refusal> {
        if self.part.manager { Ok(()) } else { Err(not_yours("Lãnh đạo, trưởng phòng hoặc văn thư của đơn vị chủ trì làm việc này.", "A leader, head or clerk of the lead office does this.")) }
    }
    fn works(&self) -> Result<(), Refusal> {
        if self.part.works() { Ok(()) } else { Err(not_yours("Đơn vị chủ trì hoặc đầu mối thực hiện việc này.", "The lead office or its focal point does this.")) }
    }
    fn while_in(&self, states: &[Workflow]) -> Result<(), Refusal> {
        if states.contains(&self.d.workflow) {
            return Ok(());
        }
        let now = self.d.workflow.text();
        Err(no(
            "not-now",
            format!("Việc này không còn làm được: nhiệm vụ đang ở trạng thái “{}”. Hãy tải lại trang.", now.vi),
            format!("This is no longer possible: the task is “{}”. Reload the page.", now.en),
        ))
    }
}

fn not_yours(vi: &str, en: &str) -> Refusal {
    Refusal::forbidden("not-yours", vi, en)
}

/// The state of the task says no.
fn no(code: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::conflict(code, vi, en)
}

/// A fault of one field.
pub fn wrong(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid("directive-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(field), vi, en)
}

/// A text that must be there.
fn text(given: &str, field: &str, most: usize, vi: &str, en: &str) -> Result<String, Refusal> {
    let text = clean(given);
    if text.is_empty() {
        return Err(wrong(field, format!("{vi}."), format!("{en}.")));
    }
    within(text, field, most)
}

/// A text that may be missing.
fn maybe(given: &str, field: &str, most: usize) -> Result<String, Refusal> {
    within(clean(given), field, most)
}

fn within(text: String, field: &str, most: usize) -> Result<String, Refusal> {
    let letters = text.chars().count();
    if letters > most {
        return Err(wrong(field, format!("Tối đa {most} ký tự; đang có {letters}."), format!("At most {most} characters; there are {letters}.")));
    }
    Ok(text)
}
