//! What may happen to an account. `None` says that it is so already.

use super::{Held, Holder, Purse, PurseEvent, Standing, month_of, purse_id};
use crate::catalog::{Catalog, Provider};
use kernel::{
    Dong, Instant, Refusal,
    id::{AccountId, DueId, TrustProviderCode},
};

/// Reasons of people are not longer than this, in characters.
pub const REASON_MAX: usize = 500;
/// Payments that may wait to be paid at once: whoever opens a page again and again does not fill the till.
const ASKED_MAX: usize = 20;

type Decided = Result<Option<PurseEvent>, Refusal>;

/// Why a signature is not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// The provider has no price on this day.
    NoPrice,
    /// Less is left than one signature costs.
    Empty,
}

pub fn open(provider: &TrustProviderCode, holder: &Holder) -> PurseEvent {
    PurseEvent::Opened { id: purse_id(provider, holder), provider: provider.clone(), holder: holder.clone() }
}

/// Free signatures left in the month of an instant.
pub fn free_left(p: &Purse, catalog: &Catalog, at: Instant) -> u32 {
    let rule = catalog.free(p.holder.kind(), at.date()).map_or(0, |f| f.each_month);
    rule.saturating_sub(p.free_used.get(&month_of(at)).copied().unwrap_or_default())
}

/// How many signatures can be paid, free ones included.
pub fn signatures_left(p: &Purse, catalog: &Catalog, provider: &Provider, at: Instant) -> Option<i64> {
    let each = provider.price(at.date())?.each.0;
    if each == 0 {
        return None;
    }
    Some(p.balance.0 / each + i64::from(free_left(p, catalog, at)))
}

/// What is signed, by whom, with which certificate.
#[derive(Debug, Clone)]
pub struct About<'a> {
    pub reference: &'a str,
    pub serial: &'a str,
    pub person: Option<AccountId>,
    pub at: Instant,
}

/// Keeps one signature: a free one first, else its price of the day.
pub fn hold(p: &Purse, catalog: &Catalog, about: &About<'_>) -> Result<PurseEvent, Short> {
    let each = catalog.provider(&p.provider).and_then(|x| x.price(about.at.date())).ok_or(Short::NoPrice)?.each;
    let free = free_left(p, catalog, about.at) > 0;
    let amount = if free { Dong(0) } else { each };
    if amount.0 > p.balance.0 {
        return Err(Short::Empty);
    }
    let held = Held { amount, free, reference: about.reference.to_owned(), serial: about.serial.to_owned(), person: about.person, at: about.at, doubt: None };
    Ok(PurseEvent::Held { number: p.next, held })
}

/// An attempt at the same signature that was never settled: the program ended in between, and nobody knows what the provider did.
pub fn abandoned(p: &Purse, reference: &str, why: &str) -> Option<PurseEvent> {
    let (number, _) = p.held.iter().find(|(_, h)| h.reference == reference && h.doubt.is_none())?;
    Some(PurseEvent::Doubted { number: *number, why: why.to_owned() })
}

/// What became of a held signature; what is settled already stays as it is.
pub fn settle(p: &Purse, number: u64, event: PurseEvent) -> Option<PurseEvent> {
    p.held.get(&number).filter(|h| h.doubt.is_none()).map(|_| event)
}

pub fn ask(p: &Purse, provider: &Provider, payment: DueId, amount: Dong, by_name: &str) -> Decided {
    if p.asked.contains_key(&payment) || p.paid.contains(&payment) {
        return Ok(None);
    }
    if !provider.top_ups.contains(&amount) {
        let said: Vec<String> = provider.top_ups.iter().map(ToString::to_string).collect();
        let all = said.join(", ");
        return Err(Refusal::invalid("amount", "Số tiền nạp không có trong danh sách.", "This amount is not offered.").because(
            Some("amount"),
            format!("Chọn một trong các mức: {all}."),
            format!("Choose one of: {all}."),
        ));
    }
    if p.asked.len() >= ASKED_MAX {
        return Err(Refusal::conflict(
            "too-many-asked",
            "Đang có nhiều khoản nạp chưa thanh toán. Hãy thanh toán một trong các khoản đó.",
            "Many top-ups have not been paid yet. Pay one of them.",
        ));
    }
    Ok(Some(PurseEvent::Asked { payment, amount, by_name: by_name.to_owned() }))
}

/// Money came in; a payment counts once.
pub fn top_up(p: &Purse, payment: DueId, amount: Dong, transaction: &str) -> Decided {
    if p.paid.contains(&payment) {
        return Ok(None);
    }
    Ok(Some(PurseEvent::ToppedUp { payment, amount, transaction: transaction.to_owned() }))
}

/// Money is given back, as far as it is still there.
pub fn withdraw(p: &Purse, payment: DueId, amount: Dong, transaction: &str) -> Decided {
    if !p.paid.contains(&payment) {
        return Ok(None);
    }
    if amount.0 > p.balance.0 {
        return Err(Refusal::conflict(
            "already-used",
            format!("Chỉ còn {} chưa dùng, ít hơn số tiền hoàn trả.", p.balance),
            format!("Only VND {} is left, less than what was paid back.", p.balance.0),
        ));
    }
    Ok(Some(PurseEvent::Withdrawn { payment, amount, transaction: transaction.to_owned() }))
}

/// Why a person settles or corrects something.
pub fn reasoned(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(Refusal::invalid("reason", "Cần căn cứ đối soát.", "A reason is needed.").because(
            Some("reason"),
            format!("Ghi căn cứ, ví dụ số dòng trong bảng kê của nhà cung cấp (tối đa {REASON_MAX} ký tự)."),
            format!("Say why, for instance the line of the provider's statement (at most {REASON_MAX} characters)."),
        ));
    }
    Ok(reason.to_owned())
}

/// A settled signature as the account book has it.
#[derive(Debug, Clone, Copy)]
pub struct Settled {
    pub number: u64,
    pub standing: Standing,
    pub free: bool,
    pub held_at: Instant,
}

/// Puts a settled signature right; what it costs more must still be there.
pub fn correct(p: &Purse, line: Settled, after: Standing, reason: &str, by_name: &str) -> Decided {
    let reason = reasoned(reason)?;
    let before = line.standing;
    if before == after {
        return Ok(None);
    }
    if p.balance.0 + before.cost() < after.cost() {
        let more = Dong(after.cost() - before.cost());
        return Err(Refusal::conflict(
            "not-enough",
            format!("Số dư {} không đủ để ghi thêm {more}. Hãy nạp tiền rồi đối soát lại.", p.balance),
            format!("The balance of VND {} does not cover VND {} more. Top up, then settle it again.", p.balance.0, more.0),
        ));
    }
    Ok(Some(PurseEvent::Corrected { number: line.number, before, after, free: line.free, held_at: line.held_at, reason, by_name: by_name.to_owned() }))
}

/// A person says what became of a signature in doubt, with the provider's record as the reason.
pub fn resolve(p: &Purse, number: u64, signed: bool, reason: &str, by_name: &str) -> Decided {
    let reason = reasoned(reason)?;
    match p.held.get(&number) {
        Some(h) if h.doubt.is_some() => Ok(Some(PurseEvent::Settled { number, signed, reason, by_name: by_name.to_owned() })),
        Some(_) => Err(Refusal::conflict("not-in-doubt", "Lượt ký này đang được thực hiện.", "This signature is being made.")),
        None => Err(Refusal::conflict("settled", "Lượt ký này đã được quyết toán.", "This signature has been settled.")),
    }
}
