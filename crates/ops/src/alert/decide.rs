//! What people may do with an alert: pure.

use super::{Alert, AlertEvent as E, Outcome, State};
use crate::{Who, catalog::{Alerts, Level}};
use kernel::{Instant, Refusal, text::clean};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Acknowledge { note: String },
    Silence { until: Instant, reason: String },
    Unsilence,
    /// Closes an open alert, or judges one that is over.
    Close { outcome: Outcome, note: String },
}

const TEXT_MAX: usize = 2_000;

impl Alert {
    /// Whoever oversees the province, and who acts for the office that answers for it or that it speaks of.
    pub fn sees(&self, who: &Who) -> bool {
        let ours = |office: &kernel::id::OfficeCode| *office == self.owner.code || self.place.as_ref().is_some_and(|p| p.code == *office);
        who.oversees || (who.manages && who.office.as_ref().is_some_and(ours))
    }
    /// Acts for the owner, or leads the province.
    pub fn works(&self, who: &Who) -> bool {
        (who.manages && who.office.as_ref() == Some(&self.owner.code)) || (who.leads && who.oversees)
    }
    /// An office's leader silences and closes what is still before the office; what has come before the province, the province's leader.
    pub fn decides(&self, who: &Who) -> bool {
        who.leads && (who.oversees || (self.level < Level::Province && who.office.as_ref() == Some(&self.owner.code)))
    }
}

fn wrong(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid("alert-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(field), vi, en)
}

fn note(text: &str, field: &str, least: usize) -> Result<String, Refusal> {
    let text = clean(text);
    match text.chars().count() {
        n if n < least => Err(wrong(field, format!("Ghi lý do, ít nhất {least} ký tự."), format!("Write the reason, at least {least} letters."))),
        n if n > TEXT_MAX => Err(wrong(field, format!("Tối đa {TEXT_MAX} ký tự; đang có {n}."), format!("At most {TEXT_MAX} characters; there are {n}."))),
        _ => Ok(text),
    }
}

fn over() -> Refusal {
    Refusal::conflict("alert-over", "Cảnh báo này đã kết thúc. Tải lại trang để xem.", "This alert is over. Reload the page to see how.")
}

pub fn decide(rules: &Alerts, a: &Alert, act: &Act, who: &Who) -> Result<Option<E>, Refusal> {
    let name = who.author.name.clone();
    let now = who.author.at;
    if !a.works(who) {
        return Err(Refusal::forbidden("not-yours", "Đơn vị chịu trách nhiệm về cảnh báo và lãnh đạo tỉnh, thành phố xử lý.", "The office that answers for the alert and the leaders of the province act on it."));
    }
    let decides = || {
        if a.decides(who) {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "leaders-decide",
            "Lãnh đạo đơn vị tạm ẩn, kết thúc cảnh báo; cảnh báo đã lên lãnh đạo tỉnh, thành phố thì lãnh đạo tỉnh, thành phố quyết định.",
            "The office's leader silences and closes an alert; one that has come before the province is the province's leaders' to decide.",
        ))
    };
    match act {
        Act::Acknowledge { note: text } => match a.state {
            State::Firing => Ok(Some(E::Acknowledged { note: note(text, "note", 0)?, name })),
            State::Acknowledged => Ok(None),
            State::Resolved => Err(over()),
        },
        Act::Silence { until, reason } => {
            decides()?;
            if !a.is_open() {
                return Err(over());
            }
            let reason = note(reason, "silence_reason", rules.reason_letters)?;
            let last = now.plus_seconds(i64::from(rules.silence_days) * 86_400);
            if *until <= now || *until > last {
                let days = rules.silence_days;
                return Err(wrong("silence", format!("Tạm ẩn từ ngày mai và không quá {days} ngày."), format!("Silence it from tomorrow on and for at most {days} days.")));
            }
            if a.silence.as_ref().is_some_and(|s| s.until == *until && s.reason == reason) {
                return Ok(None);
            }
            Ok(Some(E::Silenced { until: *until, reason, name }))
        }
        Act::Unsilence => {
            decides()?;
            Ok(a.is_silent(now).then_some(E::Unsilenced { name }))
        }
        Act::Close { outcome, note: text } => {
            decides()?;
            // Whoever says that it was false says why: the rule is judged by it.
            let least = if *outcome == Outcome::False { rules.reason_letters } else { 0 };
            let note = note(text, "close_note", least)?;
            match (a.is_open(), a.outcome) {
                (true, _) => Ok(Some(E::Closed { outcome: *outcome, note, name })),
                (false, Some(found)) if found == *outcome => Ok(None),
                (false, _) => Ok(Some(E::Judged { outcome: *outcome, note, name })),
            }
        }
    }
}
