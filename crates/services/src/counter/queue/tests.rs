#![allow(clippy::unwrap_used)]
use super::{rules::State, store, store::{call_next, draw}};
use crate::counter::catalog::{self, QueueRules};
use kernel::{Actor, Instant, catalog::Files, id::{OfficeCode, ProvinceCode}};
use ::store::{Db, Scope, values};
use std::collections::BTreeSet;
use testkit::on_each_database;

on_each_database!(
    two_windows_never_call_the_same_ticket
    a_day_begins_with_number_one
    a_full_day_is_refused
);

fn rules() -> QueueRules {
    let files: Files = [("counter/counter.yaml".to_owned(), include_str!("../../../../../catalog/counter/counter.yaml").to_owned())].into_iter().collect();
    catalog::load(&files).unwrap().queue
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

async fn scope(db: &Db) -> Scope {
    db.migrate(crate::counter::MIGRATIONS).await.unwrap();
    db.province(ProvinceCode::new("79"))
}

/// Twenty tickets, six windows calling at once until nobody is left: each ticket is called once, and the journal says so.
async fn two_windows_never_call_the_same_ticket(db: Db) {
    let scope = scope(&db).await;
    let (rules, office, now) = (rules(), OfficeCode::new("H29.161"), at("2026-11-23T08:30:00+07:00"));
    let drawn: Vec<_> = futures::future::join_all((0..20).map(|n| {
        let (scope, rules, office) = (scope.clone(), rules.clone(), office.clone());
        async move { draw(&scope, &rules, &office, "A", (n % 5 == 0).then_some("elderly"), now).await.unwrap() }
    }))
    .await;
    let serials: BTreeSet<i64> = drawn.iter().map(|t| t.serial).collect();
    assert_eq!(serials, (1..=20).collect(), "no number twice and none left out");
    let mut windows = Vec::new();
    for window in 1..=6 {
        let (scope, rules, office) = (scope.clone(), rules.clone(), office.clone());
        windows.push(tokio::spawn(async move {
            let by = Actor::system(ProvinceCode::new("79"));
            let (mut mine, mut tries) = (Vec::new(), 0);
            loop {
                tries += 1;
                assert!(tries < 200, "the queue does not end");
                match call_next(&scope, &rules, &by, &office, window, &[], now).await {
                    Ok(Some(t)) => mine.push(t.label),
                    Ok(None) => return mine,
                    Err(e) => assert!(e.to_string().contains("queue-busy"), "{e}"),
                }
                if store::of_state(&scope, office.as_str(), "2026-11-23", State::Waiting, 50).await.unwrap().is_empty() {
                    return mine;
                }
            }
        }));
    }
    let mut all = Vec::new();
    for w in windows {
        all.extend(w.await.unwrap());
    }
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!((all.len(), once.len()), (20, 20), "{all:?}");
    let row = scope.one("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'ticket.called'", values![]).await.unwrap().unwrap();
    assert_eq!(row.int("n").unwrap(), 20);
}

async fn a_day_begins_with_number_one(db: Db) {
    let scope = scope(&db).await;
    let (rules, office) = (rules(), OfficeCode::new("H29.161"));
    let (monday, tuesday) = (at("2026-11-23T16:59:00+07:00"), at("2026-11-24T07:30:00+07:00"));
    for label in ["B001", "B002"] {
        assert_eq!(draw(&scope, &rules, &office, "B", None, monday).await.unwrap().label, label);
    }
    assert_eq!(draw(&scope, &rules, &OfficeCode::new("H29.162"), "B", None, monday).await.unwrap().label, "B001", "each office its own");
    let by = Actor::system(ProvinceCode::new("79"));
    assert_eq!(draw(&scope, &rules, &office, "A", None, tuesday).await.unwrap().label, "A001");
    let called = call_next(&scope, &rules, &by, &office, 1, &[], tuesday).await.unwrap().unwrap();
    assert_eq!(called.label, "A001", "yesterday's tickets are not called today");
    assert_eq!(call_next(&scope, &rules, &by, &office, 1, &[], tuesday).await.unwrap(), None);
    let kept = store::find(&scope, office.as_str(), called.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.calls), (State::Done, 1), "calling the next ends the one before");
}

async fn a_full_day_is_refused(db: Db) {
    let scope = scope(&db).await;
    let (rules, office, now) = (QueueRules { most_a_day: 1, ..rules() }, OfficeCode::new("H29.161"), at("2026-11-23T08:30:00+07:00"));
    draw(&scope, &rules, &office, "A", None, now).await.unwrap();
    let refused = draw(&scope, &rules, &office, "A", None, now).await.unwrap_err();
    assert!(matches!(refused, casework::DeskError::Refused(r) if r.code == "queue-full"));
}
