//! What an administrator may do to an account. Pure.

use crate::account::{Post, roles};
use kernel::{
    Actor, Instant, Refusal,
    id::AccountId,
    time::{Date, midnight},
};

/// Nobody acts on their own account here.
pub fn not_oneself(actor: &Actor, account: AccountId) -> Result<(), Refusal> {
    if actor.account == account {
        return Err(Refusal::forbidden(
            "own-account",
            "Không tự thay đổi tài khoản của chính mình. Hãy nhờ một quản trị viên khác.",
            "You may not change your own account. Ask another administrator.",
        ));
    }
    Ok(())
}

/// A post as asked for: from a day (today or later) to the end of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    pub office: &'a str,
    pub role: &'a str,
    pub title: &'a str,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// The instants of a post, or everything that is wrong with what was asked. `known`: the office stands today; `held`: the
/// account's posts.
pub fn span(asked: &Asked<'_>, known: bool, held: &[Post], now: Instant) -> Result<(Instant, Option<Instant>), Refusal> {
    let mut wrong = Refusal::invalid("post", "Vị trí này chưa mở được.", "The post cannot be opened like this.");
    if !known {
        wrong = wrong.because(Some("office"), "Chọn cơ quan trong danh sách.", "Choose an office from the list.");
    }
    if asked.role == roles::CITIZEN || !roles::ALL.iter().any(|(code, ..)| *code == asked.role) {
        wrong = wrong.because(Some("role"), "Chọn vai trò trong danh sách.", "Choose a role from the list.");
    }
    if asked.title.is_empty() {
        wrong = wrong.because(
            Some("title"),
            "Ghi chức danh như trong quyết định, ví dụ “Chuyên viên”.",
            "Give the title as in the appointment, for example “Chuyên viên”.",
        );
    }
    let today = now.date();
    let first = asked.from.unwrap_or(today);
    if first < today {
        wrong = wrong.because(
            Some("from"),
            "Ngày bắt đầu không được trước hôm nay: việc đã làm không đổi người giữ vị trí.",
            "The first day may not be before today: who held a post in the past is not rewritten.",
        );
    }
    let from = if first == today { now } else { midnight(first) };
    let to = asked.to.and_then(|d| d.tomorrow().ok()).map(midnight);
    if asked.to.is_some_and(|to| to < first) {
        wrong = wrong.because(Some("to"), "Ngày kết thúc trước ngày bắt đầu.", "The last day is before the first.");
    }
    let overlaps = |p: &&Post| {
        p.office.as_str() == asked.office
            && p.role.as_str() == asked.role
            && p.valid_to.is_none_or(|end| from < end)
            && to.is_none_or(|end| p.valid_from < end)
    };
    if held.iter().any(|p| overlaps(&p)) {
        wrong = wrong.because(
            Some("role"),
            "Người này đã giữ vai trò đó ở cơ quan đó trong thời gian này. Hãy kết thúc vị trí cũ trước.",
            "The person holds that role in that office during this time. End the other post first.",
        );
    }
    if wrong.reasons.is_empty() { Ok((from, to)) } else { Err(wrong) }
}

/// When a post ends that is to end on a day (none: now). It can end sooner than planned, never later.
pub fn end(post: &Post, on: Option<Date>, now: Instant) -> Result<Instant, Refusal> {
    let asked = match on {
        None => now,
        Some(day) => day.tomorrow().map_or(now, midnight),
    };
    let refused = |vi: &str, en: &str| Refusal::invalid("post-end", vi, en);
    if asked < now {
        return Err(refused("Ngày kết thúc không được trước hôm nay.", "The last day may not be before today."));
    }
    if post.valid_to.is_some_and(|end| end <= now) {
        return Err(refused("Vị trí này đã kết thúc.", "The post has ended."));
    }
    if post.valid_to.is_some_and(|end| end < asked) {
        return Err(refused(
            "Vị trí này kết thúc sớm hơn ngày đó. Muốn kéo dài, hãy mở một vị trí mới nối tiếp.",
            "The post ends before that day. To prolong it, open a new one after it.",
        ));
    }
    Ok(asked.max(post.valid_from))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::{id::{OfficeCode, RoleCode}, time::date};

    fn now() -> Instant {
        "2026-11-23T08:30:00+07:00".parse().unwrap()
    }
    fn post(from: &str, to: Option<&str>) -> Post {
        Post {
            id: "post_1".into(),
            account: AccountId::new(uuid::Uuid::nil()),
            office: OfficeCode::new("H29.161"),
            role: RoleCode::new("one_stop"),
            title: "Chuyên viên".into(),
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|t| t.parse().unwrap()),
        }
    }
    fn asked() -> Asked<'static> {
        Asked { office: "H29.161", role: "one_stop", title: "Chuyên viên", from: None, to: None }
    }
    fn fields(r: &Refusal) -> Vec<&str> {
        r.reasons.iter().filter_map(|r| r.field.as_deref()).collect()
    }

    #[test]
    fn a_post_runs_from_now_or_from_a_morning_to_the_end_of_a_day() {
        assert_eq!(span(&asked(), true, &[], now()).unwrap(), (now(), None));
        let later = Asked { from: Some(date(2026, 12, 1)), to: Some(date(2026, 12, 31)), ..asked() };
        let (from, to) = span(&later, true, &[], now()).unwrap();
        assert_eq!((from.to_string(), to.unwrap().date()), (midnight(date(2026, 12, 1)).to_string(), date(2027, 1, 1)));
    }

    #[test]
    fn everything_wrong_is_said_at_once_at_its_field() {
        let bad = Asked { office: "x", role: "citizen", title: "", from: Some(date(2026, 11, 22)), to: Some(date(2026, 11, 21)) };
        assert_eq!(fields(&span(&bad, false, &[], now()).unwrap_err()), ["office", "role", "title", "from", "to"]);
    }

    #[test]
    fn the_same_role_in_the_same_office_is_held_once_at_a_time() {
        let held = [post("2026-01-01T00:00:00+07:00", Some("2026-12-01T00:00:00+07:00"))];
        assert_eq!(fields(&span(&asked(), true, &held, now()).unwrap_err()), ["role"]);
        let after = Asked { from: Some(date(2026, 12, 1)), ..asked() };
        assert!(span(&after, true, &held, now()).is_ok(), "the day the other has ended");
        assert!(span(&Asked { role: "leader", ..asked() }, true, &held, now()).is_ok());
    }

    #[test]
    fn a_post_ends_now_or_at_the_end_of_a_day_and_never_later_than_planned() {
        let open = post("2026-01-01T00:00:00+07:00", None);
        assert_eq!(end(&open, None, now()).unwrap(), now());
        assert_eq!(end(&open, Some(date(2026, 11, 23)), now()).unwrap(), midnight(date(2026, 11, 24)));
        assert!(end(&open, Some(date(2026, 11, 22)), now()).is_err(), "the past stays");
        let planned = post("2026-01-01T00:00:00+07:00", Some("2026-12-01T00:00:00+07:00"));
        assert!(end(&planned, Some(date(2026, 12, 1)), now()).is_err());
        assert!(end(&planned, Some(date(2026, 11, 30)), now()).is_ok());
        let over = post("2026-01-01T00:00:00+07:00", Some("2026-11-01T00:00:00+07:00"));
        assert!(end(&over, None, now()).is_err());
        let coming = post("2026-12-24T00:00:00+07:00", None);
        assert_eq!(end(&coming, None, now()).unwrap(), coming.valid_from, "never held");
    }
}
