//! The account under random histories: never negative, nothing created or lost.

use super::{
    Held, Holder, Purse, PurseEvent,
    decide::{self, About, Short},
    month_of,
};
use crate::catalog::{Catalog, load};
use kernel::{Dong, Instant, id::DueId};
use proptest::prelude::*;
use records::Record as _;

const START: &str = "2026-11-23T08:00:00+07:00";

fn catalog() -> Catalog {
    let path = "signing/providers.yaml";
    let text = std::fs::read_to_string(format!("{}/../../catalog/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    load(&[(path.to_owned(), text)].into_iter().collect()).unwrap()
}

fn at(day: i64) -> Instant {
    START.parse::<Instant>().unwrap().plus_seconds(day * 86_400)
}

fn office() -> Holder {
    Holder::Office("H29.161".into())
}

fn opened(holder: &Holder) -> Purse {
    Purse::evolve(None, &decide::open(&"trial".into(), holder), at(0)).unwrap()
}

fn payment(n: u8) -> DueId {
    DueId::new(uuid::Uuid::from_u128(u128::from(n) + 1))
}

fn about(reference: &str, when: Instant) -> About<'_> {
    About { reference, serial: "01", person: None, at: when }
}

#[derive(Debug, Clone)]
enum Step {
    TopUp(u8, i64),
    Withdraw(u8, i64),
    Hold(u8),
    Settle(u8, u8),
    Resolve(u8, bool),
    Days(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..6_u8, 500..3_000_i64).prop_map(|(n, a)| Step::TopUp(n, a)),
        (0..6_u8, 500..3_000_i64).prop_map(|(n, a)| Step::Withdraw(n, a)),
        (0..9_u8).prop_map(Step::Hold),
        (0..20_u8, 0..3_u8).prop_map(|(n, o)| Step::Settle(n, o)),
        (0..20_u8, any::<bool>()).prop_map(|(n, s)| Step::Resolve(n, s)),
        (0..40_i64).prop_map(Step::Days),
    ]
}

/// What a step makes of an account; nothing where the rules say no.
fn event(p: &Purse, c: &Catalog, step: &Step, now: Instant) -> Option<PurseEvent> {
    match step {
        Step::TopUp(n, a) => decide::top_up(p, payment(*n), Dong(*a), "tx").unwrap(),
        Step::Withdraw(n, a) => decide::withdraw(p, payment(*n), Dong(*a), "tx").unwrap_or(None),
        Step::Hold(n) => decide::hold(p, c, &about(&format!("doc/{n}"), now)).ok(),
        Step::Settle(n, outcome) => {
            let number = u64::from(*n);
            let event = match outcome {
                0 => PurseEvent::Charged { number },
                1 => PurseEvent::Released { number, why: "no".into() },
                _ => PurseEvent::Doubted { number, why: "?".into() },
            };
            decide::settle(p, number, event)
        }
        Step::Resolve(n, signed) => decide::resolve(p, u64::from(*n), *signed, "line 3", "Lê Văn Phước").unwrap_or(None),
        Step::Days(_) => None,
    }
}

proptest! {
    #[test]
    fn no_balance_is_negative_and_every_dong_is_somewhere(steps in prop::collection::vec(step(), 0..120), person in any::<bool>()) {
        let c = catalog();
        let holder = if person { Holder::Person(kernel::id::AccountId::new(uuid::Uuid::from_u128(9))) } else { office() };
        let mut p = opened(&holder);
        let (mut now, mut paid_in, mut charged) = (at(0), 0, 0);
        for step in &steps {
            if let Step::Days(n) = step {
                now = now.plus_seconds(n * 86_400);
            }
            let Some(event) = event(&p, &c, step, now) else { continue };
            let costs = |p: &Purse, number: &u64| p.held.get(number).map_or(0, |h| h.amount.0);
            match &event {
                PurseEvent::ToppedUp { amount, .. } => paid_in += amount.0,
                PurseEvent::Withdrawn { amount, .. } => paid_in -= amount.0,
                PurseEvent::Charged { number } | PurseEvent::Settled { number, signed: true, .. } => charged += costs(&p, number),
                _ => {}
            }
            let before = p.next;
            p = Purse::evolve(Some(p), &event, now).expect("what was decided fits");
            prop_assert!(p.balance.0 >= 0, "{event:?}");
            prop_assert_eq!(p.balance.0 + p.kept().0 + charged, paid_in, "{:?}", event);
            prop_assert_eq!(p.next, before + u64::from(matches!(event, PurseEvent::Held { .. })), "numbers have no gap");
            let limit = c.free(holder.kind(), now.date()).map_or(0, |f| f.each_month);
            prop_assert!(p.free_used.values().all(|n| *n <= limit));
        }
    }
}

#[test]
fn a_signature_is_held_then_charged_released_or_looked_into() {
    let c = catalog();
    let mut p = opened(&office());
    assert_eq!(decide::hold(&p, &c, &about("a", at(0))), Err(Short::Empty));
    let take = |p: &mut Purse, decide: &dyn Fn(&Purse) -> PurseEvent| {
        let event = decide(p);
        *p = Purse::evolve(Some(p.clone()), &event, at(0)).unwrap();
    };
    take(&mut p, &|p| decide::top_up(p, payment(0), Dong(1_200), "MP1").unwrap().unwrap());
    assert_eq!(decide::top_up(&p, payment(0), Dong(1_200), "MP1"), Ok(None), "a payment counts once");
    for reference in ["a", "b"] {
        take(&mut p, &|p| decide::hold(p, &c, &about(reference, at(0))).unwrap());
    }
    assert_eq!(decide::hold(&p, &c, &about("c", at(0))), Err(Short::Empty), "200 đồng are no signature");
    assert_eq!((p.balance, p.kept()), (Dong(200), Dong(1_000)));
    // The program ended before "a" was settled, and begins again.
    take(&mut p, &|p| decide::abandoned(p, "a", "cut short").unwrap());
    assert_eq!(decide::abandoned(&p, "a", "cut short"), None);
    assert_eq!(decide::settle(&p, 1, PurseEvent::Charged { number: 1 }), None, "in doubt: only a person settles it");
    take(&mut p, &|p| decide::settle(p, 2, PurseEvent::Charged { number: 2 }).unwrap());
    assert_eq!(decide::settle(&p, 2, PurseEvent::Charged { number: 2 }), None, "settled once");
    assert!(decide::resolve(&p, 1, false, "  ", "x").is_err() && decide::resolve(&p, 2, false, "why", "x").is_err());
    take(&mut p, &|p| decide::resolve(p, 1, false, "dòng 14 bảng kê tháng 11", "Vũ Hải Yến").unwrap().unwrap());
    assert_eq!((p.balance, p.kept(), p.held.len()), (Dong(700), Dong(0), 0));
    assert!(decide::withdraw(&p, payment(0), Dong(1_200), "back").is_err(), "what was used is not given back");
}

#[test]
fn free_signatures_are_a_persons_and_begin_anew_each_month() {
    let c = catalog();
    let mut p = opened(&Holder::Person(kernel::id::AccountId::new(uuid::Uuid::from_u128(1))));
    let free = c.free(crate::catalog::HolderKind::Person, at(0).date()).unwrap().each_month;
    for n in 0..free {
        assert_eq!(decide::free_left(&p, &c, at(0)), free - n);
        let event = decide::hold(&p, &c, &about(&n.to_string(), at(0))).unwrap();
        assert!(matches!(&event, PurseEvent::Held { held: Held { free: true, amount: Dong(0), .. }, .. }));
        p = Purse::evolve(Some(p), &event, at(0)).unwrap();
    }
    assert_eq!(decide::hold(&p, &c, &about("more", at(0))), Err(Short::Empty));
    // A signature that was not made is given back to its month.
    p = Purse::evolve(Some(p), &PurseEvent::Released { number: 1, why: "no".into() }, at(0)).unwrap();
    assert_eq!(decide::free_left(&p, &c, at(0)), 1);
    assert_eq!((month_of(at(0)), month_of(at(8)), decide::free_left(&p, &c, at(8))), ("2026-11".to_owned(), "2026-12".to_owned(), free));
    assert_eq!(decide::hold(&p, &c, &about("no price", "2025-06-01T08:00:00+07:00".parse().unwrap())), Err(Short::NoPrice));
}

#[test]
fn only_offered_amounts_are_asked_for_and_not_without_end() {
    let c = catalog();
    let provider = c.provider(&"trial".into()).unwrap();
    let mut p = opened(&office());
    assert_eq!(decide::ask(&p, provider, payment(0), Dong(1), "x").unwrap_err().reasons[0].field.as_deref(), Some("amount"));
    for n in 0..20 {
        let event = decide::ask(&p, provider, payment(n), Dong(50_000), "x").unwrap().unwrap();
        p = Purse::evolve(Some(p), &event, at(0)).unwrap();
    }
    assert_eq!(decide::ask(&p, provider, payment(3), Dong(50_000), "x"), Ok(None), "a form sent twice asks once");
    assert_eq!(decide::ask(&p, provider, payment(30), Dong(50_000), "x").unwrap_err().code, "too-many-asked");
}
