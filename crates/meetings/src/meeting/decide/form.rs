//! The form of a meeting, judged.

use super::{TITLE_MAX, text, wrong};
use crate::{
    catalog::Catalog,
    meeting::{Meeting, Plan, PlannedItem, Time},
};
use kernel::{Instant, Refusal, refusal::Reason, text::clean};

/// Most items of one agenda.
pub const ITEMS_MAX: usize = 40;
/// Longest a meeting is planned for, and how far ahead, in seconds.
const LONGEST: i64 = 5 * 86_400;
const FARTHEST: i64 = 2 * 366 * 86_400;

/// All faults of the form at once, each at its field; the plan with clean texts otherwise.
pub fn checked(catalog: &Catalog, plan: &Plan, before: Option<&Meeting>, now: Instant) -> Result<Plan, Refusal> {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut p = plan.clone();
    let mut keep = |judged: Result<String, Refusal>, into: &mut String| match judged {
        Ok(text) => *into = text,
        Err(r) => reasons.extend(r.reasons),
    };
    keep(text(&plan.title, "title", TITLE_MAX, "Ghi tên cuộc họp", "Name the meeting"), &mut p.title);
    if catalog.kind(&plan.kind).is_none() {
        reasons.extend(wrong("kind", "Chọn loại cuộc họp trong danh sách.", "Choose a kind of meeting from the list.").reasons);
    }
    if plan.chair.account == plan.secretary.account {
        reasons.extend(wrong("secretary", "Thư ký là người khác với người chủ trì.", "The secretary is somebody else than the chair.").reasons);
    }
    match time(&plan.time, now) {
        Ok(time) => p.time = time,
        Err(r) => reasons.extend(r.reasons),
    }
    p.agenda = agenda(&plan.agenda, before, &mut reasons);
    if reasons.is_empty() {
        return Ok(p);
    }
    let mut refusal = Refusal::invalid("meeting-form", "Chưa ghi được cuộc họp: có chỗ cần sửa", "The meeting is not recorded: something needs correcting");
    refusal.reasons = reasons;
    Err(refusal)
}

fn agenda(given: &[PlannedItem], before: Option<&Meeting>, reasons: &mut Vec<Reason>) -> Vec<PlannedItem> {
    if given.is_empty() || given.len() > ITEMS_MAX {
        let (vi, en) = (format!("Chương trình họp có từ 1 đến {ITEMS_MAX} mục."), format!("An agenda has 1 to {ITEMS_MAX} items."));
        reasons.extend(wrong("item-0-title", vi, en).reasons);
    }
    let mut out = Vec::new();
    for (i, item) in given.iter().enumerate() {
        match text(&item.title, &format!("item-{i}-title"), TITLE_MAX, "Ghi nội dung của mục", "Say what the item is about") {
            Ok(title) => out.push(PlannedItem { title, presenter: clean(&item.presenter).chars().take(TITLE_MAX).collect(), ..item.clone() }),
            Err(r) => reasons.extend(r.reasons),
        }
        if item.minutes > 600 {
            reasons.extend(wrong(&format!("item-{i}-minutes"), "Số phút từ 0 đến 600.", "Minutes are 0 to 600.").reasons);
        }
    }
    // Papers hang on their item: one that has some stays on the agenda.
    let lost = before.into_iter().flat_map(|m| &m.items).find(|i| !i.papers.is_empty() && !given.iter().any(|g| g.no == Some(i.no)));
    if let Some(item) = lost {
        let (vi, en) = (format!("Mục “{}” đã có tài liệu nên không bỏ được.", item.title), format!("The item “{}” has papers and stays.", item.title));
        reasons.extend(wrong("item-0-title", vi, en).reasons);
    }
    out
}

/// Time and place: not in the past, ends after it starts, a place or a link.
pub fn time(t: &Time, now: Instant) -> Result<Time, Refusal> {
    let place: String = clean(&t.place).chars().take(TITLE_MAX).collect();
    let link = t.link.as_deref().map(link).transpose()?.flatten();
    if t.starts < now {
        return Err(wrong("starts", "Giờ họp đã qua; chọn thời điểm sắp tới.", "That time has passed; choose one to come."));
    }
    if t.starts.seconds_since(now) > FARTHEST {
        return Err(wrong("starts", "Chọn ngày trong vòng hai năm tới.", "Choose a day within the next two years."));
    }
    if t.ends <= t.starts || t.ends.seconds_since(t.starts) > LONGEST {
        return Err(wrong("ends", "Giờ kết thúc phải sau giờ bắt đầu, không quá 5 ngày.", "The end is after the start, at most 5 days later."));
    }
    if place.is_empty() && link.is_none() {
        return Err(wrong("place", "Ghi địa điểm, hoặc đường dẫn họp trực tuyến.", "Give a place, or a link to a conference."));
    }
    Ok(Time { place, link, ..t.clone() })
}

/// An address of a conference: https, a host, nothing that another program would read as something else. Empty: none.
fn link(given: &str) -> Result<Option<String>, Refusal> {
    let link = clean(given);
    if link.is_empty() {
        return Ok(None);
    }
    let host = link.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let named = host.contains('.') && !host.starts_with('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    let plain = link.len() <= 500 && link.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"<>\\^`{|}".contains(c));
    if named && plain {
        return Ok(Some(link));
    }
    Err(wrong(
        "link",
        "Đường dẫn họp phải bắt đầu bằng https:// và có tên máy chủ, ví dụ https://hop.example.vn/phong-1.",
        "A conference link begins with https:// and names a host, such as https://hop.example.vn/room-1.",
    ))
}
