//! May this happen now, by this person? Pure.

use super::{Choice, Fact, Role, Stage};
use crate::person::Person;
use kernel::{Instant, Refusal, id::SolutionId, time::Date};

pub struct Context<'a> {
    pub at: Instant,
    pub by: &'a Person,
    pub role: Role,
}

/// More cannot be compared side by side with care.
const SHORTLIST_MAX: usize = 6;
const NOTES_MAX: usize = 200;

pub fn decide(c: &Choice, fact: &Fact, cx: &Context<'_>) -> Result<(), Refusal> {
    if matches!(c.stage, Stage::Decided | Stage::Abandoned) && !matches!(fact, Fact::Reopened { .. }) {
        return Err(Refusal::conflict(
            "closed",
            "Việc lựa chọn này đã khép lại; doanh nghiệp có thể mở lại kèm lý do.",
            "This choice is closed; the enterprise may reopen it with a reason.",
        ));
    }
    let today = cx.at.date();
    match fact {
        Fact::Opened { .. } => Err(Refusal::conflict("opened", "Việc lựa chọn này đã có.", "This choice exists already.")),
        Fact::NeedChanged { .. } | Fact::WeightsChanged { .. } => owner_or_adviser(c, cx),
        Fact::Advised { .. } => Ok(()),
        Fact::Shortlisted { candidate, reason } => {
            declared(c, cx, candidate.solution, Some(candidate.provider))?;
            if c.shortlisted(candidate.solution).is_some() {
                return Err(Refusal::conflict("on-shortlist", "Giải pháp này đã ở trong danh sách ngắn.", "This solution is on the shortlist already."));
            }
            if c.shortlist.len() >= SHORTLIST_MAX {
                return Err(Refusal::conflict(
                    "shortlist-full",
                    "Danh sách ngắn đã đủ 6 giải pháp; bỏ bớt một giải pháp trước.",
                    "The shortlist holds 6 solutions; take one off first.",
                ));
            }
            // An override of the ranking is allowed; it says why.
            if candidate.rank.is_none() { said("reason", reason) } else { Ok(()) }
        }
        Fact::TakenOff { solution, reason } => listed(c, *solution).and_then(|()| declared(c, cx, *solution, None)).and_then(|()| said("reason", reason)),
        Fact::Declared { text, providers, .. } => {
            if providers.is_empty() {
                Ok(())
            } else {
                said("text", text)
            }
        }
        Fact::DemoNoted { solution, on, text, .. } => note(c, cx, *solution, *on, text, c.demos.len()),
        Fact::ReferenceCalled { solution, on, text, with, .. } => {
            note(c, cx, *solution, *on, text, c.calls.len())?;
            if with.chars().any(char::is_alphabetic) { Ok(()) } else { Err(field("with", "Ghi đã nói chuyện với ai.", "Say with whom you spoke.")) }
        }
        Fact::Quoted { solution, amount, valid_until, .. } => {
            listed(c, *solution)?;
            declared(c, cx, *solution, None)?;
            if !(0..=crate::listing::PRICE_MAX).contains(&amount.0) {
                return Err(field("amount", "Số tiền từ 0 đến 1.000.000.000.000 đồng.", "An amount from 0 to 1,000,000,000,000 đồng."));
            }
            if *valid_until < today {
                return Err(field(
                    "valid_until",
                    "Báo giá đã hết hiệu lực; xin nhà cung cấp báo giá mới.",
                    "The quote is no longer valid; ask the provider for a new one.",
                ));
            }
            if c.quotes.len() < NOTES_MAX { Ok(()) } else { Err(too_many()) }
        }
        Fact::Decided { solution, reason } => decided(c, *solution, reason, cx, today),
        Fact::Reopened { reason } => {
            if !matches!(c.stage, Stage::Decided | Stage::Abandoned) {
                return Err(Refusal::conflict("not-closed", "Việc lựa chọn này đang mở.", "This choice is open."));
            }
            members_only(cx).and_then(|()| said("reason", reason))
        }
        Fact::Abandoned { reason } => members_only(cx).and_then(|()| said("reason", reason)),
    }
}

fn field(name: &str, vi: &str, en: &str) -> Refusal {
    Refusal::invalid("bad-choice", "Chưa ghi được; sửa mục dưới đây.", "This cannot be recorded yet; correct what is listed below.").because(Some(name), vi, en)
}

fn too_many() -> Refusal {
    Refusal::conflict("too-many-notes", "Đã ghi quá nhiều; gom lại thành một ghi chú.", "There are too many notes; combine them.")
}

/// Texts that must say something: 10 to 4,000 characters.
fn said(name: &str, text: &str) -> Result<(), Refusal> {
    let length = kernel::text::clean(text).chars().count();
    if (10..=4_000).contains(&length) {
        Ok(())
    } else {
        Err(field(name, "Viết từ 10 đến 4.000 ký tự để người đọc sau hiểu được.", "Write 10 to 4,000 characters, so that who reads it later understands."))
    }
}

fn listed(c: &Choice, solution: SolutionId) -> Result<(), Refusal> {
    if c.shortlisted(solution).is_some() {
        Ok(())
    } else {
        Err(field("solution", "Chọn một giải pháp trong danh sách ngắn.", "Choose a solution of the shortlist."))
    }
}

/// Consultants and officers declare first; then nothing of theirs counts for a provider they are tied to.
fn declared(c: &Choice, cx: &Context<'_>, solution: SolutionId, provider: Option<kernel::id::ProviderId>) -> Result<(), Refusal> {
    if cx.role == Role::Member {
        return Ok(());
    }
    let Some(declaration) = c.declaration(cx.by.account) else {
        return Err(Refusal::conflict(
            "declare-first",
            "Kê khai xung đột lợi ích trước; sau đó ghi chú của bạn mới được tính.",
            "Declare conflicts of interest first; then your notes count.",
        ));
    };
    let provider = provider.or_else(|| c.shortlisted(solution).map(|s| s.candidate.provider));
    if provider.is_some_and(|p| declaration.providers.contains(&p)) {
        return Err(Refusal::forbidden(
            "conflict-of-interest",
            "Bạn đã kê khai liên quan đến nhà cung cấp này nên không ghi nhận xét về họ; chuyển cho người khác.",
            "You declared a tie to this provider, so you cannot speak about it; hand this to somebody else.",
        ));
    }
    Ok(())
}

/// Requirements and weights: the enterprise, or an adviser who has declared.
fn owner_or_adviser(c: &Choice, cx: &Context<'_>) -> Result<(), Refusal> {
    if cx.role == Role::Member || c.declaration(cx.by.account).is_some() {
        return Ok(());
    }
    Err(Refusal::conflict(
        "declare-first",
        "Kê khai xung đột lợi ích trước khi sửa yêu cầu hoặc trọng số.",
        "Declare conflicts of interest before changing requirements or weights.",
    ))
}

fn note(c: &Choice, cx: &Context<'_>, solution: SolutionId, on: Date, text: &str, there: usize) -> Result<(), Refusal> {
    listed(c, solution)?;
    declared(c, cx, solution, None)?;
    if on > cx.at.date() || on < c.opened_at.date().checked_sub(jiff::ToSpan::days(365)).unwrap_or(on) {
        return Err(field(
            "on",
            "Ngày không thể sau hôm nay hoặc trước khi mở việc lựa chọn hơn một năm.",
            "The day cannot be after today or more than a year before the choice was opened.",
        ));
    }
    if there >= NOTES_MAX {
        return Err(too_many());
    }
    said("text", text)
}

fn members_only(cx: &Context<'_>) -> Result<(), Refusal> {
    if cx.role == Role::Member {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "enterprise-decides",
        "Doanh nghiệp tự quyết định; người tư vấn chỉ gợi ý và ghi chú.",
        "The enterprise decides for itself; advisers suggest and note.",
    ))
}

fn decided(c: &Choice, solution: Option<SolutionId>, reason: &str, cx: &Context<'_>, today: Date) -> Result<(), Refusal> {
    members_only(cx)?;
    said("reason", reason)?;
    let Some(solution) = solution else { return Ok(()) };
    listed(c, solution)?;
    let quoted = c.quotes.iter().any(|q| q.solution == solution);
    if quoted && c.valid_quotes(solution, today).next().is_none() {
        return Err(Refusal::conflict(
            "quote-expired",
            "Báo giá của giải pháp này đã hết hiệu lực; xin báo giá mới rồi quyết định.",
            "The quote for this solution is no longer valid; ask for a new one, then decide.",
        ));
    }
    Ok(())
}
