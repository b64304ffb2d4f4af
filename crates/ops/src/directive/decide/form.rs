//! The form of a directive.

use super::{LINE_MAX, TEXT_MAX, maybe, text, wrong};
use crate::{
    Who,
    catalog::{Catalog, Rules},
    directive::{DirectiveEvent, DirectiveId, Due, Order, Origin, Source},
};
use kernel::{Refusal, calendar::Span, time::Date};

/// Most offices that cooperate.
pub const PARTNERS_MAX: usize = 12;

/// Begins a directive. It is a draft until its giver gives it.
pub fn draft(catalog: &Catalog, rules: &Rules, id: DirectiveId, code: &str, origin: &Origin, order: &Order, who: &Who) -> Result<DirectiveEvent, Refusal> {
    let order = checked(catalog, order, who.author.at.date())?;
    if who.office.as_ref() != Some(&order.assigner.office) {
        return Err(wrong("assigner", "Người giao phải thuộc cơ quan của bạn.", "Whoever gives it belongs to your office."));
    }
    Ok(DirectiveEvent::Drafted {
        id,
        code: code.to_owned(),
        origin: origin.clone(),
        order: Box::new(order),
        rules: Box::new(rules.clone()),
        by: who.author.account,
        name: who.author.name.clone(),
    })
}

/// Everything that is wrong with a form is told at once.
pub fn checked(catalog: &Catalog, order: &Order, today: Date) -> Result<Order, Refusal> {
    let mut out = order.clone();
    let mut all = Refusal::invalid("directive-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting");
    let mut take = |answer: Result<String, Refusal>, place: &mut String| match answer {
        Ok(text) => *place = text,
        Err(r) => all.reasons.extend(r.reasons),
    };
    take(text(&order.text, "text", TEXT_MAX, "Ghi nội dung nhiệm vụ", "Write what is to be done"), &mut out.text);
    take(maybe(&order.product, "product", LINE_MAX), &mut out.product);
    take(maybe(&order.target, "target", LINE_MAX), &mut out.target);
    if catalog.urgency(&order.urgency).is_none() {
        all.reasons.extend(wrong("urgency", "Chọn độ khẩn trong danh sách.", "Choose an urgency of the list.").reasons);
    }
    if !order.front.is_empty() && catalog.front(&order.front).is_none() {
        all.reasons.extend(wrong("front", "Chọn mặt trận trong danh sách.", "Choose a front of the list.").reasons);
    }
    out.partners.retain(|p| p.code != order.lead.code);
    out.partners.sort_by(|a, b| a.code.cmp(&b.code));
    out.partners.dedup_by(|a, b| a.code == b.code);
    if out.partners.len() > PARTNERS_MAX {
        all.reasons.extend(wrong("partner-1", format!("Tối đa {PARTNERS_MAX} đơn vị phối hợp."), format!("At most {PARTNERS_MAX} cooperating units.")).reasons);
    }
    match source(order.source.as_ref(), today) {
        Ok(s) => out.source = s,
        Err(r) => all.reasons.extend(r.reasons),
    }
    if let Err(r) = due(order.due, order.source.as_ref(), today) {
        all.reasons.extend(r.reasons);
    }
    if all.reasons.is_empty() { Ok(out) } else { Err(all) }
}

fn source(given: Option<&Source>, today: Date) -> Result<Option<Source>, Refusal> {
    let Some(s) = given else { return Ok(None) };
    let source = Source {
        number: text(&s.number, "source_number", LINE_MAX, "Ghi số, ký hiệu văn bản", "Give the number and symbol of the document")?,
        date: s.date,
        issuer: maybe(&s.issuer, "source_issuer", LINE_MAX)?,
        summary: maybe(&s.summary, "source_summary", LINE_MAX * 2)?,
        item: maybe(&s.item, "source_item", LINE_MAX)?,
        path: if s.path.starts_with("/work/documents/") && s.path.len() <= 200 { s.path.clone() } else { String::new() },
    };
    if source.date.is_some_and(|d| d > today) {
        return Err(wrong("source_date", "Ngày văn bản sau hôm nay.", "The document is dated after today."));
    }
    Ok(Some(source))
}

fn due(due: Due, source: Option<&Source>, today: Date) -> Result<(), Refusal> {
    match due {
        Due::Undated => Ok(()),
        Due::On { day } if day < today => Err(wrong("due", "Thời hạn không được trước hôm nay.", "The deadline is not before today.")),
        Due::On { day } if source.and_then(|s| s.date).is_some_and(|d| day < d) => Err(wrong("due", "Thời hạn trước ngày văn bản.", "The deadline is before the document's date.")),
        Due::On { .. } => Ok(()),
        Due::After { span: Span::WorkingDays(q) } if (4..=4 * 1000).contains(&q) => Ok(()),
        Due::After { span: Span::CalendarDays(n) } if (1..=1500).contains(&n) => Ok(()),
        Due::After { .. } => Err(wrong("due_days", "Số ngày từ 1 đến 1.000.", "From 1 to 1,000 days.")),
    }
}
