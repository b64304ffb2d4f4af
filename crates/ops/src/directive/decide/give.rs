//! What whoever gave the task does.

use super::{Cx, Decided, TEXT_MAX, form, maybe, no, text, time, wrong};
use crate::{
    asks::UnitRef,
    catalog::DayOff,
    directive::{DirectiveEvent as E, Due, Order, Workflow},
};

const OPEN: [Workflow; 7] =
    [Workflow::Assigned, Workflow::Received, Workflow::Refused, Workflow::InProgress, Workflow::Returned, Workflow::Submitted, Workflow::Suspended];

pub fn edit(cx: &Cx<'_>, order: &Order) -> Decided {
    cx.while_in(&[Workflow::Draft])?;
    let order = form::checked(cx.catalog, order, cx.who.author.at.date())?;
    if order.assigner.office != cx.d.order.assigner.office {
        return Err(wrong("assigner", "Người giao phải thuộc cơ quan của bạn.", "Whoever gives it belongs to your office."));
    }
    Ok((order != cx.d.order).then(|| E::Edited { order: Box::new(order), name: cx.name() }))
}

/// The deadline is promised now, in the calendar of the office that leads, under the rules of today.
pub fn give(cx: &Cx<'_>) -> Decided {
    if cx.d.workflow == Workflow::Assigned && cx.part.assigner {
        return Ok(None);
    }
    cx.while_in(&[Workflow::Draft])?;
    if !cx.part.assigner {
        return Err(super::not_yours("Chỉ người được ghi là người giao mới giao được nhiệm vụ này.", "Only the person named as the giver gives this task."));
    }
    let at = cx.who.author.at;
    let rules = cx.catalog.rules(at.date())?;
    let deadline = time::promised(cx.calendar, cx.d.order.due, rules.day_off, at)?;
    Ok(Some(E::Given { deadline, rules: Box::new(rules.clone()), name: cx.name() }))
}

pub fn insist(cx: &Cx<'_>, reason: &str) -> Decided {
    cx.gives()?;
    cx.while_in(&[Workflow::Refused])?;
    Ok(Some(E::Insisted { reason: text(reason, "insist_reason", TEXT_MAX, "Ghi lý do giữ nguyên", "Say why it stays")?, name: cx.name() }))
}

/// Another office leads. The clock goes on: what was lost by a refusal is not given back by itself.
pub fn reassign(cx: &Cx<'_>, lead: &UnitRef, reason: &str) -> Decided {
    cx.gives()?;
    cx.while_in(&[Workflow::Refused, Workflow::Assigned])?;
    if lead.code == cx.d.order.lead.code {
        return Err(wrong("new_lead", "Đơn vị này đang chủ trì; chọn đơn vị khác.", "This office leads already; choose another."));
    }
    let reason = text(reason, "reassign_reason", TEXT_MAX, "Ghi lý do chuyển đơn vị", "Say why another office leads")?;
    Ok(Some(E::Reassigned { lead: lead.clone(), reason, name: cx.name() }))
}

pub fn accept(cx: &Cx<'_>, quality: &str, note: &str) -> Decided {
    cx.gives()?;
    if cx.d.workflow == Workflow::Accepted {
        return Ok(None);
    }
    cx.while_in(&[Workflow::Submitted])?;
    if cx.catalog.quality(quality).is_none() {
        return Err(wrong("quality", "Chọn mức chất lượng.", "Choose how good it is."));
    }
    Ok(Some(E::Accepted { quality: quality.to_owned(), note: maybe(note, "accept_note", TEXT_MAX)?, name: cx.name() }))
}

pub fn send_back(cx: &Cx<'_>, reason: &str) -> Decided {
    cx.gives()?;
    cx.while_in(&[Workflow::Submitted])?;
    Ok(Some(E::Returned { reason: text(reason, "return_reason", TEXT_MAX, "Ghi rõ cần làm lại gì", "Say what has to be done again")?, name: cx.name() }))
}

pub fn suspend(cx: &Cx<'_>, reason: &str) -> Decided {
    cx.gives()?;
    cx.while_in(&[Workflow::Assigned, Workflow::Received, Workflow::InProgress, Workflow::Returned])?;
    Ok(Some(E::Suspended { reason: text(reason, "suspend_reason", TEXT_MAX, "Ghi lý do tạm hoãn", "Say why it is suspended")?, name: cx.name() }))
}

pub fn resume(cx: &Cx<'_>, due: Option<&Due>, reason: &str) -> Decided {
    cx.gives()?;
    cx.while_in(&[Workflow::Suspended])?;
    let deadline = match due {
        Some(due) => time::promised(cx.calendar, *due, DayOff::NextWorkingDay, cx.who.author.at)?,
        None => None,
    };
    if let (Some(new), Some(old)) = (deadline, cx.d.deadline)
        && new.ends < old.ends
    {
        return Err(wrong("resume", "Thời hạn mới không được trước thời hạn đang có.", "The new deadline is not before the present one."));
    }
    Ok(Some(E::Resumed { deadline, reason: maybe(reason, "resume_reason", TEXT_MAX)?, name: cx.name() }))
}

pub fn withdraw(cx: &Cx<'_>, reason: &str) -> Decided {
    if cx.d.workflow == Workflow::Draft && cx.part.drafter {
        return Ok(Some(E::Withdrawn { reason: maybe(reason, "withdraw_reason", TEXT_MAX)?, name: cx.name() }));
    }
    cx.gives()?;
    if !OPEN.contains(&cx.d.workflow) && cx.d.workflow != Workflow::Draft {
        return Err(no("over", "Nhiệm vụ đã kết thúc.", "The task is over."));
    }
    Ok(Some(E::Withdrawn { reason: text(reason, "withdraw_reason", TEXT_MAX, "Ghi lý do rút nhiệm vụ", "Say why it is withdrawn")?, name: cx.name() }))
}
