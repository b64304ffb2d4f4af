//! Thousands of directives: whatever people try in whatever order, the records hold.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{act_at, catalog, drafted, now, order, person, unit, who};
use kernel::{Instant, id::FileId, time::Date};
use proptest::prelude::*;
use records::Record;

fn day(n: i64) -> Date {
    now().plus_seconds(n * 86_400).date()
}

fn acts() -> impl Strategy<Value = Act> {
    let why = || Just("Một lý do đủ dài để được nhận.".to_owned());
    let file = || prop::option::of((1u128..4).prop_map(|n| Filed { file: FileId::new(uuid::Uuid::from_u128(n)), name: "a.pdf".into(), sha256: format!("{n}"), media_type: "application/pdf".into() }));
    prop_oneof![
        3 => Just(Act::Give),
        4 => Just(Act::Receive),
        1 => why().prop_map(|reason| Act::Refuse { reason }),
        1 => why().prop_map(|reason| Act::Insist { reason }),
        1 => (prop::sample::select(vec!["H29.02", "H29.06"]), why()).prop_map(|(o, reason)| Act::Reassign { lead: unit(o), reason }),
        2 => ((3u128..7), why()).prop_map(|(n, reason)| Act::NameFocal { focal: person(n), substitute: None, reason }),
        4 => ((0u32..120), file()).prop_map(|(p, file)| Act::Progress(Progress { text: format!("Việc {p}"), percent: Some(p), file, ..Progress::default() })),
        6 => ((0u32..4), file()).prop_map(|(n, file)| Act::Submit(Product { text: format!("Kết quả {n}"), file, ..Product::default() })),
        3 => Just(Act::Accept { quality: "good".into(), note: String::new() }),
        3 => why().prop_map(|reason| Act::Return { reason }),
        4 => ((0i64..40), why(), file()).prop_map(|(n, reason, file)| Act::AskExtension { day: day(n), reason, file }),
        4 => Just(Act::Grant { note: String::new() }),
        1 => why().prop_map(|reason| Act::RefuseExtension { reason }),
        1 => why().prop_map(|reason| Act::Suspend { reason }),
        2 => (prop::option::of(0i64..60)).prop_map(|n| Act::Resume { due: n.map(|n| Due::On { day: day(n) }), reason: String::new() }),
        1 => why().prop_map(|reason| Act::Withdraw { reason }),
    ]
}

fn check(d: &Directive, events: &[(DirectiveEvent, Instant)], at: Instant) {
    assert_eq!(replay(events.iter().cloned()).as_ref(), Some(d), "the history gives the record");
    // The first deadline is what was promised at the giving, whatever happened since.
    let given = events.iter().find_map(|(e, _)| if let DirectiveEvent::Given { deadline, .. } = e { Some(*deadline) } else { None });
    if let Some(Some(first)) = given {
        assert_eq!(d.first_deadline, Some(first));
    }
    // The deadline stands where the last recorded decision put it.
    let moved = events.iter().rev().find_map(|(e, _)| match e {
        DirectiveEvent::ExtensionGranted { deadline, .. } | DirectiveEvent::Given { deadline: Some(deadline), .. } | DirectiveEvent::Resumed { deadline: Some(deadline), .. } => Some(*deadline),
        _ => None,
    });
    assert_eq!(d.deadline, moved);
    if let Some(first) = d.first_deadline {
        assert!(d.deadline.unwrap().ends >= first.ends, "time is only given, never taken");
    }
    assert!(d.submissions.iter().rev().skip(1).all(|s| matches!(s.outcome, Outcome::Returned { .. })), "only the last submission can stand");
    assert_eq!(d.workflow == Workflow::Accepted, d.accepted().is_some(), "accepted with a product, or not at all");
    assert!(d.extensions.iter().rev().skip(1).all(|e| e.answer != Answered::Waiting), "one request waits at a time");
    assert!(!d.order.partners.iter().any(|p| p.code == d.order.lead.code), "exactly one leads");
    // Every task is counted in exactly one way.
    let (f, bars) = (d.fact(), Bars { warning: 3, long_overdue: 30, undated: 90 });
    for basis in [Basis::Current, Basis::Original] {
        let n = |g: Group| u32::from(g.holds(&f, bars, basis, at));
        assert_eq!(n(Group::All), n(Group::Done) + n(Group::Open) + n(Group::Paused));
        assert_eq!(n(Group::All), n(Group::Dated) + n(Group::Undated));
        assert_eq!(n(Group::Done), n(Group::DoneOnTime) + n(Group::DoneLate));
        assert_eq!(n(Group::Open), n(Group::Within) + n(Group::Overdue));
        assert!(n(Group::LongOverdue) <= n(Group::Overdue) && n(Group::UndatedOld) <= n(Group::WithinUndated) && n(Group::WithinUndated) <= n(Group::Within));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn records_hold(steps in prop::collection::vec(((1u128..9), acts(), 0i64..200_000), 1..40), undated in any::<bool>()) {
        let order = Order { due: if undated { Due::Undated } else { order().due }, ..order() };
        let c = catalog();
        let rules = c.rules(now().date()).unwrap();
        let first = decide::draft(&c, rules, DirectiveId::new(uuid::Uuid::from_u128(99)), "NV-2026-000001", &Origin::Hand, &order, &who(2, now())).unwrap();
        let mut events = vec![(first, now())];
        let mut d = drafted(&order);
        let mut at = now();
        for (n, act, wait) in steps {
            at = at.plus_seconds(wait);
            let over = d.workflow.is_over();
            let calendar = crate::fixtures::calendar();
            if let Ok(Some(event)) = decide::decide(&c, &calendar, &d, &act, &who(n, at)) {
                prop_assert!(!over, "{act:?} on what is over");
                let after = Directive::evolve(Some(d.clone()), &event, at).unwrap();
                prop_assert_eq!(&after, &act_at(&d, n, at, &act).unwrap());
                d = after;
                events.push((event, at));
            }
            check(&d, &events, at);
        }
    }
}
