//! What may be lent, to whom and for how long. Pure.

use crate::catalog;
use identity::{Post, account::roles};
use kernel::{
    Actor, Instant, Refusal,
    actor::Capacity,
    id::AccountId,
    time::{Date, midnight},
};
use std::collections::BTreeSet;

/// A delegation as asked for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub role: &'a str,
    /// The colleague: account and the post they hold in the same office.
    pub taker: Option<(AccountId, &'a Post)>,
    pub capacity: Option<Capacity>,
    pub document: &'a str,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Codes of definitions; empty for all.
    pub definitions: &'a BTreeSet<String>,
}

/// What was asked, found in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lend {
    pub taker: AccountId,
    pub capacity: Capacity,
    pub from: Instant,
    pub to: Instant,
}

/// The delegation's parties and span, or everything that is wrong with what was asked. `own`: the giver's post of that role
/// in the office they act in, valid now; `known`: codes of definitions that exist.
pub fn lend(asked: &Asked<'_>, giver: &Actor, own: Option<&Post>, known: &BTreeSet<String>, rules: &catalog::Delegation, now: Instant) -> Result<Lend, Refusal> {
    let mut wrong = Refusal::invalid("delegation", "Chưa ủy quyền được.", "The delegation cannot be made like this.");
    let roles = lendable(giver);
    if own.is_none() || !roles.contains(&asked.role) {
        wrong = wrong.because(
            Some("role"),
            "Chọn vai trò của chính mình. Quyền đã nhận của người khác không được ủy quyền lại.",
            "Choose a role of your own. What others lent you cannot be lent on.",
        );
    }
    let deputy = |title: &str| title.to_lowercase().starts_with("phó ");
    match (asked.taker, asked.capacity) {
        (None, _) => wrong = wrong.because(Some("taker"), "Chọn người cùng cơ quan đang giữ vị trí.", "Choose a colleague of the office who holds a post."),
        (Some((account, _)), _) if account == giver.account => {
            wrong = wrong.because(Some("taker"), "Không ủy quyền cho chính mình.", "You cannot delegate to yourself.");
        }
        (Some((_, post)), Some(Capacity::InPlace)) if !deputy(&post.title) => {
            wrong = wrong.because(
                Some("capacity"),
                "Ký thay (KT.) là của cấp phó. Với người khác, chọn thừa lệnh (TL.) hoặc thừa ủy quyền (TUQ.).",
                "Signing in place (KT.) is for a deputy. For others choose by order (TL.) or under authorisation (TUQ.).",
            );
        }
        _ => {}
    }
    if asked.capacity.is_none() {
        wrong = wrong.because(Some("capacity"), "Chọn cách ghi khi ký.", "Choose how it stands on what is signed.");
    }
    if asked.capacity == Some(Capacity::Authorised) && asked.document.is_empty() {
        wrong = wrong.because(
            Some("document"),
            "Thừa ủy quyền phải có văn bản. Ghi số, ký hiệu và ngày, ví dụ “Giấy ủy quyền số 12/GUQ-SXD ngày 20/11/2026”.",
            "An authorisation is in writing. Give its number and date, for example “Giấy ủy quyền số 12/GUQ-SXD ngày 20/11/2026”.",
        );
    }
    let today = now.date();
    let first = asked.from.unwrap_or(today);
    if first < today {
        wrong = wrong.because(Some("from"), "Ngày bắt đầu không được trước hôm nay.", "The first day may not be before today.");
    }
    let last = asked.to.unwrap_or(first);
    let days = last.since(first).map_or(0, |span| span.get_days()) + 1;
    if asked.to.is_none() {
        wrong = wrong.because(Some("to"), "Ghi ngày cuối: ủy quyền luôn có thời hạn.", "Give the last day: a delegation always ends.");
    } else if last < first {
        wrong = wrong.because(Some("to"), "Ngày cuối trước ngày đầu.", "The last day is before the first.");
    } else if days > i32::from(rules.most_days) {
        let most = rules.most_days;
        wrong = wrong.because(Some("to"), format!("Dài nhất {most} ngày."), format!("At most {most} days."));
    }
    if let Some(odd) = asked.definitions.iter().find(|d| !known.contains(*d)) {
        wrong = wrong.because(Some("definitions"), format!("Không có thủ tục “{odd}”."), format!("There is no procedure “{odd}”."));
    }
    let from = if first == today { now } else { midnight(first) };
    match (asked.taker, asked.capacity, last.tomorrow()) {
        (Some((taker, _)), Some(capacity), Ok(end)) if wrong.reasons.is_empty() => Ok(Lend { taker, capacity, from, to: midnight(end) }),
        _ => Err(wrong),
    }
}

/// The roles an account may lend: its own, not those lent to it.
pub fn lendable(giver: &Actor) -> Vec<&str> {
    const NEVER: [&str; 4] = [roles::CITIZEN, roles::ADMINISTRATOR, roles::AUDITOR, roles::DATA_PROTECTION];
    let borrowed = |role: &str| giver.lent.iter().any(|l| l.beyond && l.role.as_str() == role);
    giver.roles.iter().map(kernel::id::RoleCode::as_str).filter(|r| !NEVER.contains(r) && !borrowed(r)).collect()
}

/// What a capacity is called.
pub fn capacity_name(capacity: Capacity) -> kernel::Text {
    match capacity {
        Capacity::InPlace => kernel::Text::new("Ký thay (KT.)", "In place of (KT.)"),
        Capacity::ByOrder => kernel::Text::new("Thừa lệnh (TL.)", "By order of (TL.)"),
        Capacity::Authorised => kernel::Text::new("Thừa ủy quyền (TUQ.)", "Under authorisation of (TUQ.)"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::{
        id::{OfficeCode, RoleCode},
        time::date,
    };

    fn now() -> Instant {
        "2026-11-23T08:30:00+07:00".parse().unwrap()
    }
    fn account(n: u128) -> AccountId {
        AccountId::new(uuid::Uuid::from_u128(n))
    }
    fn post(n: u128, role: &str, title: &str) -> Post {
        Post {
            id: format!("post_{n}"),
            account: account(n),
            office: OfficeCode::new("H29.161"),
            role: RoleCode::new(role),
            title: title.into(),
            valid_from: "2025-07-01T00:00:00+07:00".parse().unwrap(),
            valid_to: None,
        }
    }
    fn head() -> Actor {
        Actor {
            account: account(1),
            roles: [RoleCode::new("leader")].into(),
            office: Some(OfficeCode::new("H29.161")),
            title: Some("Chủ tịch".into()),
            name: "Bùi Quốc Khánh".into(),
            ..Actor::system("79".into())
        }
    }
    fn rules() -> catalog::Delegation {
        let text = include_str!("../../../catalog/powers/rules.yaml");
        kernel::catalog::parse_yaml::<catalog::Rules>("x", text).unwrap().delegation
    }
    fn refused(change: impl for<'a> Fn(&mut Asked<'a>), deputy: bool) -> Vec<String> {
        let (giver, own) = (head(), post(1, "leader", "Chủ tịch"));
        let taker = post(2, "head", if deputy { "Phó Chủ tịch" } else { "Trưởng phòng" });
        let none = BTreeSet::new();
        let mut asked = Asked {
            role: "leader",
            taker: Some((account(2), &taker)),
            capacity: Some(Capacity::InPlace),
            document: "",
            from: None,
            to: Some(date(2026, 11, 27)),
            definitions: &none,
        };
        change(&mut asked);
        match lend(&asked, &giver, Some(&own), &BTreeSet::from(["1.013225".into()]), &rules(), now()) {
            Ok(_) => Vec::new(),
            Err(r) => r.reasons.iter().filter_map(|x| x.field.clone()).collect(),
        }
    }

    #[test]
    fn what_is_asked_is_right_or_every_fault_is_named() {
        assert!(refused(|_| {}, true).is_empty());
        for (faults, deputy, change) in [
            (vec!["capacity"], false, (|_: &mut Asked<'_>| {}) as fn(&mut Asked<'_>)),
            (vec!["document"], false, |a| a.capacity = Some(Capacity::Authorised)),
            (vec!["taker"], true, |a| a.taker = None),
            (vec!["taker", "capacity"], true, |a| (a.taker, a.capacity) = (None, None)),
            (vec!["role"], true, |a| a.role = "clerk"),
            (vec!["from"], true, |a| a.from = Some(date(2026, 11, 22))),
            (vec!["to"], true, |a| a.to = None),
            (vec!["to"], true, |a| a.to = Some(date(2027, 11, 23))),
            (vec!["from", "to"], true, |a| (a.from, a.to) = (Some(date(2026, 11, 20)), Some(date(2026, 11, 19)))),
        ] {
            assert_eq!(refused(change, deputy), faults);
        }
        assert!(refused(|a| a.to = Some(date(2027, 11, 22)), true).is_empty(), "365 days, both counted");
    }

    #[test]
    fn what_was_lent_is_not_lent_on() {
        let mut taker = head();
        taker.lent.push(kernel::actor::Lent {
            delegation: "d".into(),
            role: RoleCode::new("leader"),
            capacity: Capacity::InPlace,
            giver_account: account(9),
            giver: "X".into(),
            giver_title: "Chủ tịch".into(),
            beyond: true,
            document: String::new(),
            definitions: BTreeSet::new(),
        });
        assert!(lendable(&taker).is_empty());
    }
}
