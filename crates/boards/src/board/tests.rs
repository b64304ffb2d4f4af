#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixtures::{TODAY, account, board, catalog, noon, opening, seat};
use crate::matter::MatterKind;
use records::Record;
use kernel::{Dong, time::date};

#[test]
fn a_board_opens_from_its_template_with_a_chair() {
    let b = board();
    assert_eq!(b.term, Term { from: date(2026, 11, 1), to: date(2028, 10, 31) });
    assert_eq!(b.voting_on(TODAY).len(), 5);
    assert!(b.works_on(TODAY) && !b.works_on(date(2028, 11, 1)) && !b.works_on(date(2026, 10, 31)));
    let c = catalog();
    let t = c.template("agriculture-food").unwrap();
    let refused = decide_open(&c, t, &opening(vec![seat(1, SeatRole::Member)]), account(9), TODAY).unwrap_err();
    assert_eq!(refused.reasons[0].field.as_deref(), Some("chair"));
}

#[test]
fn what_the_form_gets_wrong_is_named_by_field() {
    let c = catalog();
    let t = c.template("agriculture-food").unwrap();
    let mut o = opening(vec![seat(1, SeatRole::Chair)]);
    o.name.vi = "  ".into();
    o.field = "nothing".into();
    o.to = Some(date(2026, 10, 1));
    o.limits = vec![(MatterKind::SupportOpinion, Some(Dong(50_000_001)))];
    let refused = decide_open(&c, t, &o, account(9), TODAY).unwrap_err();
    let fields: Vec<_> = refused.reasons.iter().filter_map(|r| r.field.as_deref()).collect();
    assert_eq!(fields, ["name_vi", "field", "to", "support_opinion"]);
}

#[test]
fn limits_only_go_down() {
    let c = catalog();
    let t = c.template("agriculture-food").unwrap();
    let mut o = opening(vec![seat(1, SeatRole::Chair)]);
    o.limits = vec![(MatterKind::SupportOpinion, Some(Dong(10_000_000)))];
    let BoardEvent::Opened { rules, .. } = decide_open(&c, t, &o, account(9), TODAY).unwrap() else { panic!() };
    assert_eq!(rules.delegated[0].up_to, Some(Dong(10_000_000)));
    o.limits = vec![(MatterKind::SupportOpinion, None)];
    let BoardEvent::Opened { rules, .. } = decide_open(&c, t, &o, account(9), TODAY).unwrap() else { panic!() };
    assert!(rules.delegated.is_empty());
}

#[test]
fn appointments_keep_one_chair_one_seat_each_and_the_term() {
    let b = board();
    for (why, seat) in [
        ("a second chair", seat(6, SeatRole::Chair)),
        ("a second seat", seat(3, SeatRole::Secretary)),
        ("before the term", Seat { from: date(2026, 1, 1), ..seat(6, SeatRole::Member) }),
        ("after the term", Seat { to: Some(date(2030, 1, 1)), ..seat(6, SeatRole::Member) }),
        ("ends before it begins", Seat { to: Some(date(2026, 10, 1)), ..seat(6, SeatRole::Member) }),
        ("already over", Seat { to: Some(date(2026, 11, 5)), ..seat(6, SeatRole::Member) }),
    ] {
        assert!(decide_appoint(&b, seat, TODAY).is_err(), "{why}");
    }
    assert!(decide_appoint(&b, seat(6, SeatRole::Secretary), TODAY).is_ok());
    // Once the chair's seat ends, another begins the day after.
    let end = decide_end(&b, account(1), date(2026, 12, 31), "Nghỉ hưu", TODAY).unwrap().unwrap();
    let b = Board::evolve(Some(b), &end, noon()).unwrap();
    assert!(decide_appoint(&b, Seat { from: date(2026, 12, 31), ..seat(6, SeatRole::Chair) }, TODAY).is_err());
    assert!(decide_appoint(&b, Seat { from: date(2027, 1, 1), ..seat(6, SeatRole::Chair) }, TODAY).is_ok());
}

#[test]
fn a_full_board_takes_nobody() {
    let mut b = board();
    for n in 10..14 {
        let event = decide_appoint(&b, seat(n, SeatRole::Member), TODAY).unwrap();
        b = Board::evolve(Some(b), &event, noon()).unwrap();
    }
    assert!(decide_appoint(&b, seat(20, SeatRole::Member), TODAY).is_err());
}

#[test]
fn guests_terms_and_closing() {
    let b = board();
    let guest = Guest { name: "Trần Văn Khoa".into(), home: "Cần Thơ".into(), from: TODAY, to: None };
    let event = decide_guest(&b, guest.clone()).unwrap().unwrap();
    let b = Board::evolve(Some(b), &event, noon()).unwrap();
    assert_eq!(decide_guest(&b, guest).unwrap(), None, "invited once");
    assert!(b.guests_on(TODAY).count() == 1 && b.voting_on(TODAY).len() == 5, "a guest has no vote");
    assert!(decide_extend(&b, date(2027, 1, 1), "x").is_err() && decide_extend(&b, date(2029, 1, 1), "x").unwrap().is_some());
    assert_eq!(decide_close(&b, "A", "Xong việc", 2).unwrap_err().code, "matters-open");
    let event = decide_close(&b, "A", "Xong việc", 0).unwrap().unwrap();
    let b = Board::evolve(Some(b), &event, noon()).unwrap();
    assert_eq!(decide_appoint(&b, seat(8, SeatRole::Member), TODAY).unwrap_err().code, "board-closed");
    assert_eq!(decide_close(&b, "A", "lần nữa", 0).unwrap(), None);
}

#[test]
fn the_matrix_says_who_is_missing() {
    let mut b = board();
    b.seats[2].competences = vec![Held { competence: "aquaculture".into(), level: 4 }, Held { competence: "traceability".into(), level: 2 }];
    let met: Vec<_> = b.matrix(TODAY).iter().map(|l| (l.wanted.competence.clone(), l.holders.len(), l.met)).collect();
    assert!(met.contains(&("aquaculture".into(), 1, false)), "two are wanted: {met:?}");
    assert!(met.contains(&("traceability".into(), 0, false)), "level 2 is below 3");
}
