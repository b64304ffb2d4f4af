//! What the lead office does.

use super::{Cx, Decided, LINE_MAX, TEXT_MAX, maybe, text, wrong};
use crate::{
    asks::Person,
    catalog::Evidence,
    directive::{DirectiveEvent as E, Product, Progress, Workflow},
};

pub fn receive(cx: &Cx<'_>) -> Decided {
    cx.works()?;
    if cx.d.workflow == Workflow::Received {
        return Ok(None);
    }
    cx.while_in(&[Workflow::Assigned])?;
    Ok(Some(E::Received { name: cx.name() }))
}

pub fn refuse(cx: &Cx<'_>, reason: &str) -> Decided {
    cx.manages()?;
    cx.while_in(&[Workflow::Assigned, Workflow::Received])?;
    let reason = text(reason, "refuse_reason", TEXT_MAX, "Ghi lý do từ chối: vì sao không thuộc thẩm quyền", "Say why it is not your competence")?;
    Ok(Some(E::Refused { reason, name: cx.name() }))
}

/// The person who carries it out. Naming another is a hand-over: the log stays, and its reason is told.
pub fn name_focal(cx: &Cx<'_>, focal: &Person, substitute: Option<&Person>, reason: &str) -> Decided {
    cx.manages()?;
    if cx.d.workflow != Workflow::Assigned && cx.d.workflow != Workflow::Suspended && !cx.d.workflow.in_hand() {
        cx.while_in(&[])?;
    }
    let ours = |p: &Person| p.office == cx.d.order.lead.code;
    if !ours(focal) {
        return Err(wrong("focal", "Đầu mối phải thuộc đơn vị chủ trì.", "The focal point belongs to the lead office."));
    }
    if substitute.is_some_and(|s| !ours(s) || s.account == focal.account) {
        return Err(wrong("substitute", "Người thay thuộc đơn vị chủ trì và khác đầu mối.", "The substitute belongs to the lead office and is somebody else."));
    }
    let same = |a: Option<&Person>, b: Option<&Person>| a.map(|p| p.account) == b.map(|p| p.account);
    if same(cx.d.focal.as_ref(), Some(focal)) && same(cx.d.substitute.as_ref(), substitute) {
        return Ok(None);
    }
    let changes = cx.d.focal.as_ref().is_some_and(|f| f.account != focal.account);
    let reason = if changes {
        text(reason, "focal_reason", TEXT_MAX, "Ghi lý do thay đầu mối và việc bàn giao", "Say why the focal point changes and what is handed over")?
    } else {
        maybe(reason, "focal_reason", TEXT_MAX)?
    };
    Ok(Some(E::FocalNamed {
        focal: Box::new(focal.clone()),
        substitute: substitute.cloned().map(Box::new),
        before: cx.d.focal.as_ref().map(|f| f.name.clone()),
        reason,
        name: cx.name(),
    }))
}

pub fn progress(cx: &Cx<'_>, p: &Progress) -> Decided {
    cx.works()?;
    if !cx.d.workflow.in_hand() {
        cx.while_in(&[Workflow::Received, Workflow::InProgress, Workflow::Returned])?;
    }
    let text = text(&p.text, "progress_text", TEXT_MAX, "Ghi đã làm được gì", "Say what was done")?;
    if p.percent.is_some_and(|n| n > 100) {
        return Err(wrong("progress_percent", "Tiến độ từ 0 đến 100.", "Progress is from 0 to 100."));
    }
    let event = E::Progressed {
        text,
        percent: p.percent,
        next: maybe(&p.next, "progress_next", TEXT_MAX)?,
        obstacle: maybe(&p.obstacle, "progress_obstacle", TEXT_MAX)?,
        proposal: maybe(&p.proposal, "progress_proposal", TEXT_MAX)?,
        file: p.file.clone(),
        name: cx.name(),
    };
    // A form sent twice is one line.
    let again = cx.d.workflow == Workflow::InProgress
        && cx.d.progress.last().is_some_and(|e| {
            matches!(&event, E::Progressed { text, percent, proposal, file, name, .. }
                if e.text == *text && e.percent == *percent && e.proposal == *proposal && e.file.as_ref().map(|f| &f.sha256) == file.as_ref().map(|f| &f.sha256) && e.by == *name)
        });
    Ok((!again).then_some(event))
}

pub fn submit(cx: &Cx<'_>, p: &Product) -> Decided {
    cx.works()?;
    let text = text(&p.text, "product_text", TEXT_MAX, "Ghi kết quả, sản phẩm đã làm", "Say what the result is")?;
    if cx.d.workflow == Workflow::Submitted && cx.d.submissions.last().is_some_and(|s| s.text == text) {
        return Ok(None);
    }
    if !cx.d.workflow.in_hand() {
        cx.while_in(&[Workflow::Received, Workflow::InProgress, Workflow::Returned])?;
    }
    if p.file.is_none() && cx.d.rules.evidence == Evidence::Required {
        return Err(wrong("file-product", "Gửi kèm tệp chứng minh kết quả (PDF, ảnh).", "Send the file that proves the result (PDF, picture)."));
    }
    let no = u32::try_from(cx.d.submissions.len()).unwrap_or(u32::MAX).saturating_add(1);
    Ok(Some(E::Submitted { no, text, document: maybe(&p.document, "product_document", LINE_MAX)?, file: p.file.clone(), name: cx.name() }))
}
