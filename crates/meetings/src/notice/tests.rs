#![allow(clippy::unwrap_used)]
use super::{Kind, Notice, Whom, of};
use crate::{
    fixtures::{account, at, by, catalog, now, person, plan, planned, sent},
    meeting::{Act, Answer, Invitation, Meeting, Time, decide},
    records::Record,
};

/// What an act is told as, and the meeting after it.
fn told(m: &Meeting, n: u128, act: &Act) -> (Option<Notice>, Meeting) {
    let event = decide::decide(&catalog(), m, act, &by(n)).unwrap().unwrap();
    let after = Meeting::evolve(Some(m.clone()), &event, now()).unwrap();
    (of(Some(m), &after, &event, 7, now()), after)
}

fn accounts(n: &Notice) -> Vec<u128> {
    n.to.iter().filter_map(|w| match w {
        Whom::Account { account, .. } => Some(account.uuid().as_u128()),
        Whom::Guest { .. } => None,
    }).collect()
}

fn guest(email: &str) -> Act {
    Act::InviteGuest { name: "Khách mới".into(), title: "Hội".into(), email: email.into() }
}

#[test]
fn nobody_is_told_of_a_draft() {
    let m = planned();
    let (quiet, m) = told(&m, 2, &Act::Invite(vec![Invitation { person: person(3), votes: true }]));
    assert_eq!(quiet, None);
    let (quiet, m) = told(&m, 2, &guest("khach@vidu.vn"));
    assert_eq!(quiet, None);
    let (all, _) = told(&m, 2, &Act::Send { days_ahead: None });
    let all = all.unwrap();
    assert_eq!((all.kind, accounts(&all), all.to.len()), (Kind::Invited, vec![1, 2, 3], 4), "chair, secretary, invited, guest");
    assert!(all.said.vi.contains("Phòng họp 1") && all.said.en.contains("Phòng họp 1") && all.said.vi.contains("Họp thử"));
    assert!(matches!(all.to.last(), Some(Whom::Guest { email, .. }) if email == "khach@vidu.vn"));
}

#[test]
fn after_the_sending_each_is_told_of_what_concerns_them() {
    let m = sent();
    let (late, m) = told(&m, 2, &Act::Invite(vec![Invitation { person: person(7), votes: false }]));
    assert_eq!(accounts(&late.unwrap()), [7], "only who is new");
    let (substitute, m) = told(&m, 3, &Act::Answer(Answer::Substitute { person: person(8) }));
    assert_eq!(accounts(&substitute.unwrap()), [8]);
    let (coming, m) = told(&m, 4, &Act::Answer(Answer::Coming));
    assert_eq!(coming, None);
    let time = Time { starts: at("2026-11-27T14:00:00"), ends: at("2026-11-27T15:00:00"), place: "Phòng 2".into(), link: None };
    let (moved, m) = told(&m, 2, &Act::Move { time, reason: "Trùng lịch".into() });
    let moved = moved.unwrap();
    assert_eq!((moved.kind, accounts(&moved)), (Kind::Moved, vec![1, 2, 3, 4, 5, 6, 7, 8]));
    assert!(moved.said.vi.contains("Phòng 2") && moved.said.vi.contains("trước đó") && moved.said.vi.contains("Phòng họp 1") && moved.said.en.contains("before"));
    let (chair, m) = told(&m, 1, &Act::HandOver { chair: account(4), reason: "Đi công tác".into() });
    assert!(chair.is_some_and(|c| c.kind == Kind::Chair && c.said.vi.contains("Người 4")));
    let (end, _) = told(&m, 2, &Act::Cancel { reason: "Ghép cuộc họp".into() });
    assert!(end.is_some_and(|c| c.kind == Kind::Cancelled && c.said.vi.contains("Ghép cuộc họp")));
    // In session, nothing is told outside any more.
    let (opened, _) = told(&sent(), 1, &Act::Open);
    assert_eq!(opened, None);
    assert_eq!(plan().title, "Họp thử");
}

#[test]
fn an_address_of_a_guest_is_read_strictly() {
    for good in ["", " khach@vidu.vn ", "a.b-c_d+e%f@so.vidu.gov.vn"] {
        assert!(decide::decide(&catalog(), &planned(), &guest(good), &by(2)).is_ok(), "{good}");
    }
    for wrong in ["khach", "khach@vidu", "@vidu.vn", "a b@vidu.vn", "a@vidu.vn\nBcc: x@y.zz", "a@b@vidu..vn", "á@vidu.vn", "a,b@vidu.vn", ".a@vidu.vn", &format!("{}@vidu.vn", "a".repeat(200))] {
        assert!(decide::decide(&catalog(), &planned(), &guest(wrong), &by(2)).is_err(), "{wrong}");
    }
}
