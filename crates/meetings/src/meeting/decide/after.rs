//! Conclusions and what follows from them.

use super::{Cx, Decided, TEXT_MAX, TITLE_MAX, no, text, wrong};
use crate::meeting::{Directive, Issued, MeetingEvent as E, State, Task, model::after};
use kernel::{Refusal, text::clean};

/// Most conclusions of one meeting and most units that take part in one.
const CONCLUSIONS_MAX: usize = 200;
pub const CO_MAX: usize = 12;

/// The task of a conclusion: a deadline to come, each unit once.
fn task(cx: &Cx<'_>, t: &Task) -> Result<Task, Refusal> {
    if t.due < cx.by.at.date() {
        return Err(wrong("due", "Thời hạn không được trước hôm nay.", "The deadline is not before today."));
    }
    let mut co = t.co.clone();
    co.retain(|u| u.code != t.lead.code);
    co.sort_by(|a, b| a.code.cmp(&b.code));
    co.dedup_by(|a, b| a.code == b.code);
    if co.len() > CO_MAX {
        return Err(wrong("co-1", format!("Tối đa {CO_MAX} đơn vị phối hợp."), format!("At most {CO_MAX} units take part.")));
    }
    Ok(Task { co, result: clean(&t.result).chars().take(TITLE_MAX).collect(), ..t.clone() })
}

pub fn write(cx: &Cx<'_>, number: Option<u32>, item: u32, given: &str, asked: Option<&Task>) -> Decided {
    cx.leads()?;
    cx.while_in(&[State::Open, State::Closed])?;
    cx.item(item, "conclusion_item")?;
    let text = text(given, "conclusion", TEXT_MAX, "Ghi nội dung kết luận", "Write the conclusion")?;
    let task = asked.map(|t| task(cx, t)).transpose()?;
    let no = match number {
        Some(no) => {
            let old = cx.m.conclusion(no).ok_or_else(crate::records::gone)?;
            if old.approved_at.is_some() {
                return Err(super::no("approved", "Kết luận đã được chủ trì duyệt nên không sửa được.", "The chair has approved this conclusion; it stands."));
            }
            if old.item == item && old.text == text && old.task == task {
                return Ok(None);
            }
            no
        }
        None => {
            // A form sent twice writes one conclusion.
            if cx.m.conclusions.iter().any(|c| c.item == item && c.text == text && c.task == task) {
                return Ok(None);
            }
            if cx.m.conclusions.len() >= CONCLUSIONS_MAX {
                return Err(wrong("conclusion", format!("Tối đa {CONCLUSIONS_MAX} kết luận."), format!("At most {CONCLUSIONS_MAX} conclusions.")));
            }
            after(cx.m.conclusions.iter().map(|c| c.no).max())
        }
    };
    Ok(Some(E::ConclusionWritten { no, item, text, task: task.map(Box::new), name: cx.by.name.clone() }))
}

pub fn approve(cx: &Cx<'_>, number: u32) -> Decided {
    cx.chairs()?;
    cx.while_in(&[State::Open, State::Closed])?;
    let c = cx.m.conclusion(number).ok_or_else(crate::records::gone)?;
    Ok(c.approved_at.is_none().then_some(E::ConclusionApproved { no: number }))
}

/// One act of the chair: the conclusion is a directive from now on, and the operations room takes it up.
pub fn direct(cx: &Cx<'_>, number: u32) -> Decided {
    cx.chairs()?;
    cx.while_in(&[State::Closed, State::Concluded])?;
    let c = cx.m.conclusion(number).ok_or_else(crate::records::gone)?;
    if c.directive.is_some() {
        return Ok(None);
    }
    if c.approved_at.is_none() {
        return Err(no("not-approved", "Kết luận chưa được duyệt; duyệt trước khi giao nhiệm vụ.", "The conclusion is not approved; approve it before giving the task."));
    }
    let Some(task) = &c.task else {
        return Err(no("no-task", "Kết luận này không giao việc: chưa ghi đơn vị chủ trì và thời hạn.", "This conclusion gives no task: it names no leading unit and no deadline."));
    };
    let directive = Directive { at: cx.by.at, by: cx.by.account, by_name: cx.by.name.clone(), task: task.clone() };
    Ok(Some(E::Directed { conclusion: number, item: c.item, text: c.text.clone(), directive: Box::new(directive) }))
}

pub fn conclude(cx: &Cx<'_>) -> Decided {
    cx.chairs()?;
    if cx.m.state == State::Concluded {
        return Ok(None);
    }
    cx.while_in(&[State::Closed])?;
    if cx.m.conclusions.is_empty() {
        return Err(no("no-conclusion", "Chưa có kết luận nào.", "There is no conclusion yet."));
    }
    if cx.m.conclusions.iter().any(|c| c.approved_at.is_none()) {
        return Err(no("not-approved", "Còn kết luận chưa duyệt.", "A conclusion is not approved yet."));
    }
    Ok(Some(E::Concluded {}))
}

pub fn note(cx: &Cx<'_>, issued: &Issued) -> Decided {
    super::issuable(cx.m, cx.part, &issued.template)?;
    Ok(cx.m.document(&issued.template).is_none().then(|| E::Issued { issued: Box::new(issued.clone()) }))
}
