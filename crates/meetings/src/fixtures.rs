//! What the tests of pure rules share: the catalogue as shipped, people, a meeting ready to be sent.
#![allow(clippy::unwrap_used)]

use crate::{
    asks::Person,
    catalog::{self, Catalog},
    meeting::{Act, Invitation, Meeting, MeetingId, Plan, PlannedItem, Time, decide},
    records::{Author, Record},
};
use kernel::{
    Instant, Refusal,
    catalog::Files,
    id::{AccountId, OfficeCode},
};
use uuid::Uuid;

pub fn files() -> Files {
    let text = include_str!("../../../catalog/meetings/rules.yaml");
    [(catalog::FILE.to_owned(), text.to_owned())].into_iter().collect()
}

pub fn catalog() -> Catalog {
    catalog::load(&files()).unwrap_or_else(|f| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

pub fn account(n: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(n))
}

pub fn at(text: &str) -> Instant {
    format!("{text}+07:00").parse().unwrap()
}

pub fn now() -> Instant {
    at("2026-11-23T09:00:00")
}

pub fn by(n: u128) -> Author {
    Author { account: account(n), name: format!("Người {n}"), at: now() }
}

pub fn person(n: u128) -> Person {
    Person { account: account(n), name: format!("Người {n}"), title: "Chuyên viên".into(), office: OfficeCode::new("H29.02"), office_name: "Sở Xây dựng".into() }
}

/// Chair 1, secretary 2, two items.
pub fn plan() -> Plan {
    let item = |title: &str| PlannedItem { no: None, title: title.into(), presenter: "Phòng Quản lý".into(), minutes: 20 };
    Plan {
        id: MeetingId::new(Uuid::from_u128(77)),
        office: OfficeCode::new("H29.02"),
        office_name: "Sở Xây dựng".into(),
        title: "Họp thử".into(),
        kind: "topical".into(),
        chair: person(1),
        secretary: person(2),
        time: Time { starts: at("2026-11-26T08:00:00"), ends: at("2026-11-26T10:00:00"), place: "Phòng họp 1".into(), link: None },
        agenda: vec![item("Kế hoạch quý I"), item("Việc khác")],
    }
}

pub fn planned() -> Meeting {
    let catalog = catalog();
    let event = decide::decide_plan(&catalog, catalog.rules(now().date()).unwrap(), &plan(), &by(2)).unwrap();
    Meeting::evolve(None, &event, now()).unwrap()
}

/// Does an act as person `n`; the meeting after it.
pub fn act(m: &Meeting, n: u128, act: &Act) -> Result<Meeting, Refusal> {
    let event = decide::decide(&catalog(), m, act, &by(n))?;
    Ok(event.map_or_else(|| m.clone(), |e| Meeting::evolve(Some(m.clone()), &e, now()).unwrap()))
}

/// 3, 4 and 5 are members, 6 is invited without a vote; sent.
pub fn sent() -> Meeting {
    let invite = |n: u128, votes| Invitation { person: person(n), votes };
    let m = act(&planned(), 2, &Act::Invite(vec![invite(3, true), invite(4, true), invite(5, true), invite(6, false)])).unwrap();
    let m = act(&m, 2, &Act::InviteGuest { name: "Khách mời".into(), title: "Hội Kiến trúc sư".into(), email: String::new() }).unwrap();
    act(&m, 2, &Act::Send { days_ahead: Some(3) }).unwrap()
}
