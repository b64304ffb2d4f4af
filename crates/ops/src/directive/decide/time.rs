//! Deadlines and more time.

use super::{Cx, Decided, TEXT_MAX, maybe, no, text, wrong};
use crate::{
    catalog::DayOff,
    directive::{Deadline, DirectiveEvent as E, Due, Filed, Workflow},
};
use kernel::{
    Instant, Refusal,
    calendar::{Calendar, Span},
    time::Date,
};

/// Longest run of days off that is looked across.
const SEARCH_DAYS: usize = 40;

/// The closing of the office on the day; on a day off what the rules say.
pub fn deadline(calendar: &Calendar, day: Date, day_off: DayOff) -> Result<Deadline, Refusal> {
    let mut on = day;
    for _ in 0..SEARCH_DAYS {
        if let Some((_, ends)) = calendar.hours_of(on)?.last() {
            return Ok(Deadline { day: on, ends: *ends, asked: (on != day).then_some(day) });
        }
        if day_off == DayOff::Refuse {
            break;
        }
        on = on.tomorrow().map_err(|_| unreachable_day())?;
    }
    Err(wrong(
        "due",
        format!("Ngày {} đơn vị chủ trì không làm việc. Chọn một ngày làm việc.", web::when::day(day, kernel::text::Lang::Vi)),
        format!("The lead office does not work on {}. Choose a working day.", web::when::day(day, kernel::text::Lang::En)),
    ))
}

fn unreachable_day() -> Refusal {
    wrong("due", "Ngày này quá xa.", "This day is too far away.")
}

/// The deadline that a form asks for, given at an instant.
pub fn promised(calendar: &Calendar, due: Due, day_off: DayOff, at: Instant) -> Result<Option<Deadline>, Refusal> {
    let day = match due {
        Due::Undated => return Ok(None),
        Due::On { day } if day < at.date() => return Err(wrong("due", "Thời hạn đã qua; sửa thời hạn rồi giao.", "The deadline has passed; change it, then give the task.")),
        Due::On { day } => day,
        Due::After { span: Span::WorkingDays(quarters) } => working_days_after(calendar, at.date(), quarters / 4)?,
        // Nobody named this day: where it is a day off, the next working day is meant (Civil Code 91/2015/QH13, Article 148(5)).
        Due::After { span } => return deadline(calendar, calendar.step_due(at, span)?.date(), DayOff::NextWorkingDay).map(Some),
    };
    deadline(calendar, day, day_off).map(Some)
}

/// The day of the giving is not counted (Civil Code 91/2015/QH13, Article 147(2)).
fn working_days_after(calendar: &Calendar, from: Date, days: u32) -> Result<Date, Refusal> {
    let (mut day, mut left) = (from, days);
    while left > 0 {
        day = day.tomorrow().map_err(|_| unreachable_day())?;
        left -= u32::from(calendar.is_working_day(day)?);
    }
    Ok(day)
}

pub fn ask(cx: &Cx<'_>, day: Date, reason: &str, file: Option<&Filed>) -> Decided {
    cx.manages()?;
    let rules = &cx.d.rules.extension;
    let reason = text(reason, "extension_reason", TEXT_MAX, "Ghi lý do xin gia hạn", "Say why more time is needed")?;
    if let Some(waiting) = cx.d.waiting_extension() {
        if waiting.day == day && waiting.reason == reason {
            return Ok(None);
        }
        return Err(no("asked", "Một đề nghị gia hạn đang chờ quyết định.", "A request for more time is waiting already."));
    }
    cx.while_in(&[Workflow::Assigned, Workflow::Received, Workflow::InProgress, Workflow::Returned])?;
    let Some(current) = cx.d.deadline else {
        return Err(no("undated", "Nhiệm vụ không có thời hạn nên không cần gia hạn.", "The task has no deadline to extend."));
    };
    let now = cx.who.author.at;
    let late = now > current.ends;
    if late && !rules.late_requests {
        return Err(no("too-late", "Đã quá hạn; quy định không nhận đề nghị gia hạn sau thời hạn.", "The deadline has passed; the rules take no request after it."));
    }
    if reason.chars().count() < rules.reason_letters as usize {
        return Err(wrong("extension_reason", format!("Lý do cần ít nhất {} ký tự: vướng mắc gì, đã làm gì.", rules.reason_letters), format!("The reason needs {} letters at least: what hinders, what was done.", rules.reason_letters)));
    }
    if day <= current.day || day <= now.date() {
        return Err(wrong("extension", "Ngày đề nghị phải sau thời hạn hiện tại và sau hôm nay.", "The day proposed is after the present deadline and after today."));
    }
    let no = u32::try_from(cx.d.extensions.len()).unwrap_or(u32::MAX).saturating_add(1);
    Ok(Some(E::ExtensionAsked { no, day, reason, file: file.cloned(), late, name: cx.name() }))
}

/// The grant is decided by whoever gave the task, after so many grants by a leader of that office only.
pub fn grant(cx: &Cx<'_>, note: &str) -> Decided {
    cx.gives()?;
    let Some(asked) = cx.d.waiting_extension() else { return Err(nothing_asked()) };
    if cx.d.workflow.is_over() {
        cx.while_in(&[])?;
    }
    if cx.d.granted() >= cx.d.rules.extension.most && !cx.part.superior {
        return Err(super::not_yours(
            "Đã gia hạn đủ số lần theo quy định; lãnh đạo cơ quan giao quyết định lần này.",
            "It was extended as often as the rules allow; a leader of the giving office decides now.",
        ));
    }
    if asked.day < cx.who.author.at.date() {
        return Err(no("passed", "Ngày đề nghị đã qua; từ chối đề nghị này để đơn vị đề nghị lại.", "The day proposed has passed; refuse it so that the office asks anew."));
    }
    let deadline = deadline(cx.calendar, asked.day, DayOff::NextWorkingDay)?;
    Ok(Some(E::ExtensionGranted { deadline, note: maybe(note, "grant_note", TEXT_MAX)?, name: cx.name() }))
}

pub fn refuse(cx: &Cx<'_>, reason: &str) -> Decided {
    cx.gives()?;
    if cx.d.waiting_extension().is_none() {
        return Err(nothing_asked());
    }
    let reason = text(reason, "extension_refusal", TEXT_MAX, "Ghi lý do không gia hạn", "Say why no more time is given")?;
    Ok(Some(E::ExtensionRefused { reason, name: cx.name() }))
}

fn nothing_asked() -> Refusal {
    no("nothing-asked", "Không có đề nghị gia hạn nào đang chờ.", "No request for more time is waiting.")
}
