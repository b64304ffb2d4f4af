#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    catalog::DayOff,
    fixtures::{act, act_at, at, calendar, catalog, drafted, given, now, order, person, unit, who},
};
use kernel::{
    Instant,
    calendar::Span,
    id::{FileId, OfficeCode},
    time::date,
};

fn product(text: &str) -> Act {
    let file = Filed { file: FileId::new(uuid::Uuid::from_u128(5)), name: "bc.pdf".into(), sha256: "ab".into(), media_type: "application/pdf".into() };
    Act::Submit(Product { text: text.into(), document: String::new(), file: Some(file) })
}

fn received() -> Directive {
    act(&given(), 5, &Act::Receive).unwrap()
}

fn code(r: Result<Directive, kernel::Refusal>) -> String {
    r.unwrap_err().code.to_string()
}

#[test]
fn a_deadline_is_the_closing_of_the_lead_office() {
    let d = given();
    let end = d.deadline.unwrap();
    assert_eq!((end.day, end.asked, d.first_deadline), (date(2026, 11, 27), None, d.deadline));
    assert_eq!(end.ends, calendar().hours_of(date(2026, 11, 27)).unwrap().last().unwrap().1);
}

#[test]
fn a_day_off_moves_to_the_next_working_day_or_is_refused() {
    let sunday = date(2026, 11, 29);
    let moved = decide::deadline(&calendar(), sunday, DayOff::NextWorkingDay).unwrap();
    assert_eq!((moved.day, moved.asked), (date(2026, 11, 30), Some(sunday)));
    let refused = decide::deadline(&calendar(), sunday, DayOff::Refuse).unwrap_err();
    assert_eq!(refused.reasons[0].field.as_deref(), Some("due"));
}

#[test]
fn a_relative_deadline_counts_from_the_giving() {
    let d = drafted(&Order { due: Due::After { span: Span::working_days(2) }, ..order() });
    let d = act(&d, 1, &Act::Give).unwrap();
    assert_eq!(d.deadline.unwrap().day, date(2026, 11, 26), "24/11 is a day off");
    let d = drafted(&Order { due: Due::After { span: Span::calendar_days(5) }, ..order() });
    assert_eq!(act(&d, 1, &Act::Give).unwrap().deadline.unwrap().day, date(2026, 11, 30), "a Saturday becomes Monday");
    let d = drafted(&Order { due: Due::Undated, ..order() });
    assert_eq!(act(&d, 1, &Act::Give).unwrap().deadline, None);
}

#[test]
fn everything_wrong_with_a_form_is_told_at_once() {
    let bad = Order { text: "  ".into(), urgency: "soon".into(), front: "x".into(), due: Due::On { day: date(2026, 11, 22) }, source: Some(Source { number: String::new(), issuer: "Sở".into(), ..Source::default() }), ..order() };
    let c = catalog();
    let rules = c.rules(now().date()).unwrap();
    let r = decide::draft(&c, rules, DirectiveId::new(uuid::Uuid::nil()), "x", &Origin::Hand, &bad, &who(2, now())).unwrap_err();
    let fields: Vec<&str> = r.reasons.iter().filter_map(|x| x.field.as_deref()).collect();
    assert_eq!(fields, ["text", "urgency", "front", "source_number", "due"]);
    let before = Order { due: Due::On { day: date(2026, 11, 27) }, source: Some(Source { number: "1".into(), date: Some(date(2026, 12, 1)), ..Source::default() }), ..order() };
    assert_eq!(decide::draft(&c, rules, DirectiveId::new(uuid::Uuid::nil()), "x", &Origin::Hand, &before, &who(2, now())).unwrap_err().reasons.len(), 2, "dated after today, and due before it");
    let other = decide::draft(&c, rules, DirectiveId::new(uuid::Uuid::nil()), "x", &Origin::Hand, &order(), &who(7, now())).unwrap_err();
    assert_eq!(other.reasons[0].field.as_deref(), Some("assigner"), "nobody gives in another office's name");
}

#[test]
fn a_draft_is_known_to_its_writer_and_its_giver_only() {
    let d = drafted(&order());
    for n in [3, 4, 5, 6, 7, 8] {
        assert_eq!(act(&d, n, &Act::Give).unwrap_err().kind, kernel::refusal::RefusalKind::NotFound, "{n}");
    }
    assert_eq!(code(act(&d, 2, &Act::Give)), "not-yours", "the clerk drafts, the leader gives");
}

#[test]
fn who_sees_what() {
    let open = given();
    let limited = act(&drafted(&Order { limited: true, ..order() }), 1, &Act::Give).unwrap();
    let sees = |d: &Directive, n: u128| Part::of(d, &who(n, now())).sees(d.workflow);
    assert_eq!([1, 2, 3, 4, 5, 6, 7, 8].map(|n| sees(&open, n)), [true, true, true, true, true, true, false, true]);
    assert_eq!([1, 2, 3, 4, 5, 6, 7, 8].map(|n| sees(&limited, n)), [true, true, true, false, true, true, false, false], "limited: named and managers");
    let stranger = act(&open, 7, &Act::Receive).unwrap_err();
    assert_eq!(stranger.kind, kernel::refusal::RefusalKind::NotFound, "for strangers it does not exist");
}

#[test]
fn the_whole_walk_with_one_return_and_one_extension() {
    let d = received();
    let d = act(&d, 5, &Act::NameFocal { focal: person(4), substitute: None, reason: String::new() }).unwrap();
    let d = act(&d, 4, &Act::Progress(Progress { text: "Đã quét 1.000 hồ sơ".into(), percent: Some(40), ..Progress::default() })).unwrap();
    assert_eq!(d.workflow, Workflow::InProgress);
    let more = Act::AskExtension { day: date(2026, 12, 4), reason: "Máy quét hỏng, đã thuê máy khác.".into(), file: None };
    assert_eq!(code(act(&d, 4, &more)), "not-yours", "a manager asks");
    let d = act(&d, 3, &more).unwrap();
    assert_eq!(code(act(&d, 3, &Act::Grant { note: String::new() })), "not-yours", "the lead office does not grant itself");
    let d = act(&d, 1, &Act::Grant { note: String::new() }).unwrap();
    assert_eq!((d.deadline.unwrap().day, d.first_deadline.unwrap().day, d.granted()), (date(2026, 12, 4), date(2026, 11, 27), 1));
    let d = act_at(&d, 4, at("2026-11-30T10:00:00"), &product("Bản một")).unwrap();
    let d = act_at(&d, 1, at("2026-12-01T10:00:00"), &Act::Return { reason: "Thiếu phụ lục".into() }).unwrap();
    assert_eq!((d.workflow, d.returned(), d.valid_submission()), (Workflow::Returned, 1, None), "what was returned does not count");
    let d = act_at(&d, 4, at("2026-12-03T10:00:00"), &product("Bản hai")).unwrap();
    let d = act_at(&d, 1, at("2026-12-20T10:00:00"), &Act::Accept { quality: "good".into(), note: String::new() }).unwrap();
    let f = d.fact();
    assert_eq!(f.phase, Phase::Done(at("2026-12-03T10:00:00")), "done by its last valid submission, not by the acceptance");
    let later = at("2027-01-05T09:00:00");
    assert_eq!(f.standing(Basis::Current, 3, later), Standing::OnTime);
    assert_eq!(f.standing(Basis::Original, 3, later), Standing::Late { days: 6 });
    for n in [1, 3, 4, 5] {
        assert!(act(&d, n, &product("Bản ba")).is_err() && act(&d, n, &Act::Withdraw { reason: "x".into() }).is_err(), "what is over takes nothing");
    }
}

#[test]
fn a_product_needs_its_evidence_and_a_return_its_reason() {
    let d = received();
    let bare = act(&d, 5, &Act::Submit(Product { text: "Xong".into(), ..Product::default() })).unwrap_err();
    assert_eq!(bare.reasons[0].field.as_deref(), Some("file-product"));
    let d = act(&d, 5, &product("Xong")).unwrap();
    assert_eq!(act(&d, 1, &Act::Return { reason: " ".into() }).unwrap_err().reasons[0].field.as_deref(), Some("return_reason"));
    assert_eq!(act(&d, 1, &Act::Accept { quality: "best".into(), note: String::new() }).unwrap_err().reasons[0].field.as_deref(), Some("quality"));
    assert_eq!(act(&d, 5, &product("Xong")).unwrap(), d, "sent twice, it is one");
}

#[test]
fn extensions_follow_the_rules_kept_by_the_directive() {
    let d = received();
    let ask = |day, reason: &str| Act::AskExtension { day, reason: reason.into(), file: None };
    let long = "Máy quét hỏng, đã thuê máy khác.";
    assert_eq!(act(&d, 3, &ask(date(2026, 12, 4), "lâu")).unwrap_err().reasons[0].field.as_deref(), Some("extension_reason"));
    assert_eq!(act(&d, 3, &ask(date(2026, 11, 27), long)).unwrap_err().reasons[0].field.as_deref(), Some("extension"));
    let late = at("2026-12-01T08:00:00");
    let asked = act_at(&d, 3, late, &ask(date(2026, 12, 4), long)).unwrap();
    assert!(asked.waiting_extension().unwrap().late);
    assert_eq!(asked.fact().standing(Basis::Current, 3, late), Standing::Overdue { days: 4 }, "asking changes nothing");
    assert_eq!(code(act_at(&asked, 3, late, &ask(date(2026, 12, 7), long))), "asked", "one at a time");
    assert_eq!(code(act_at(&asked, 1, at("2026-12-10T08:00:00"), &Act::Grant { note: String::new() })), "passed");
    // After so many grants a leader of the giving office decides.
    let mut d = Directive { order: Order { assigner: person(2), ..order() }, ..d };
    for (i, day) in [date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)].into_iter().enumerate() {
        d = act(&d, 3, &ask(day, long)).unwrap();
        if i == 2 {
            assert_eq!(code(act(&d, 2, &Act::Grant { note: String::new() })), "not-yours");
            d = act(&d, 1, &Act::Grant { note: String::new() }).unwrap();
        } else {
            d = act(&d, 2, &Act::Grant { note: String::new() }).unwrap();
        }
    }
    assert_eq!((d.granted(), d.first_deadline.unwrap().day), (3, date(2026, 11, 27)));
}

#[test]
fn a_refusal_never_resets_the_clock() {
    let d = act(&given(), 3, &Act::Refuse { reason: "Thuộc thẩm quyền Sở khác".into() }).unwrap();
    let d = act_at(&d, 1, at("2026-11-25T09:00:00"), &Act::Reassign { lead: unit("H29.06"), reason: "Đúng là của Sở khác".into() }).unwrap();
    assert_eq!((d.workflow, d.order.lead.code.as_str(), d.order.partners.len()), (Workflow::Assigned, "H29.06", 0));
    assert_eq!(d.deadline, given().deadline);
    assert_eq!(act(&d, 3, &Act::Receive).unwrap_err().kind, kernel::refusal::RefusalKind::NotFound, "it is no more theirs");
    assert_eq!(act(&d, 6, &Act::Receive).unwrap().workflow, Workflow::Received);
}

#[test]
fn a_suspension_stands_still_and_may_end_with_a_new_deadline() {
    let d = act(&received(), 1, &Act::Suspend { reason: "Chờ nghị định".into() }).unwrap();
    let long_after = at("2027-01-04T09:00:00");
    assert_eq!(d.fact().standing(Basis::Current, 3, long_after), Standing::Paused);
    assert!(act(&d, 5, &product("x")).is_err());
    let d = act_at(&d, 1, long_after, &Act::Resume { due: Some(Due::On { day: date(2027, 1, 29) }), reason: String::new() }).unwrap();
    assert_eq!((d.workflow, d.deadline.unwrap().day, d.first_deadline.unwrap().day), (Workflow::Received, date(2027, 1, 29), date(2026, 11, 27)));
}

#[test]
fn another_focal_point_is_a_hand_over_with_its_reason() {
    let named = |focal, reason: &str| Act::NameFocal { focal: person(focal), substitute: None, reason: reason.into() };
    let d = act(&received(), 3, &named(4, "")).unwrap();
    assert_eq!(act(&d, 3, &named(5, "")).unwrap_err().reasons[0].field.as_deref(), Some("focal_reason"));
    assert_eq!(act(&d, 3, &named(7, "x")).unwrap_err().reasons[0].field.as_deref(), Some("focal"), "of another office");
    let d = act(&d, 3, &named(5, "Chuyển công tác, đã bàn giao hồ sơ")).unwrap();
    assert_eq!(d.focal.unwrap().account, person(5).account);
    assert_eq!(d.steps.iter().filter(|s| s.what == "focal_named").count(), 2, "the history stays");
}

/// Standings of a task due on Friday 27/11 at the closing, by rows an official can read.
#[test]
fn time_standings() {
    let end = given().deadline.unwrap().ends;
    let base = Fact { phase: Phase::Open, assigned: now(), deadline: Some(end), first_deadline: Some(end), proposed: false, returned: false, refused: false, asked: false };
    let of = |phase, at: &str| Fact { phase, ..base }.standing(Basis::Current, 3, crate::fixtures::at(at));
    let after = end.plus_seconds(1);
    for (at, standing) in [
        ("2026-11-23T23:59:59", Standing::Within { left: 4 }),
        ("2026-11-24T00:00:00", Standing::Soon { left: 3 }),
        ("2026-11-27T08:00:00", Standing::Soon { left: 0 }),
        ("2026-11-27T23:00:00", Standing::Overdue { days: 0 }),
        ("2026-11-28T00:00:00", Standing::Overdue { days: 1 }),
    ] {
        assert_eq!(of(Phase::Open, at), standing, "{at}");
    }
    let late = "2026-12-30T08:00:00";
    assert_eq!(of(Phase::Waiting(end), late), Standing::Soon { left: 0 }, "who waits for the giver is not late");
    assert_eq!(of(Phase::Waiting(after), late), Standing::Overdue { days: 0 });
    assert_eq!(of(Phase::Done(end), late), Standing::OnTime, "the very instant is on time");
    assert_eq!(of(Phase::Done(after), late), Standing::Late { days: 0 });
    let undated = Fact { deadline: None, first_deadline: None, ..base };
    assert_eq!(undated.standing(Basis::Current, 3, crate::fixtures::at("2026-12-23T09:00:00")), Standing::Undated { age: 30 });
}

#[test]
fn a_payload_of_a_meeting_gives_one_id() {
    let json = r#"{"meeting":"meeting_1","title":"Giao ban","office":"H29.02","item":1,"conclusion":2,"lead":"H29.03","co":[],"due":"2026-12-15","text":"Trình dự toán","result":"","by":"acct_00000000000000000000000000000001","by_name":"Người 1","at":"2026-11-23T09:00:00+07:00"}"#;
    // How accounts and instants are written is the kernel's; here it matters that unknown fields pass and the id is stable.
    let account = person(1).account;
    let json = json.replace("acct_00000000000000000000000000000001", &account.to_string());
    let instant = serde_json::to_string(&now()).unwrap();
    let json = json.replace("\"2026-11-23T09:00:00+07:00\"", &instant);
    let n: Notice = serde_json::from_str(&json).unwrap();
    assert_eq!(n.id(), n.id());
    assert_ne!(n.id(), Notice { conclusion: 3, ..n.clone() }.id());
    assert_eq!((n.lead, n.at), (OfficeCode::new("H29.03"), Instant::clone(&now())));
}
