//! `PHUSA_PAYMENTS` payments (1,500; in `make soak` 10,000) with every fault of the gateway on, and the program killed in between: nothing lost, nothing
//! doubled, and at the end the bank, the ledger, the cases and the receipts say the same.

use crate::fixture::{OFFICE, Room, actor, asked, cashier, leader};
use futures::{StreamExt, stream};
use payments::{
    catalog::MoneyKind,
    gateway::simulator::Fault,
    ledger::{CreditState, Due, Status},
    views,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant as Watch},
};
use store::Db;
use testkit::on_each_database;
use uuid::Uuid;

on_each_database!(many_payments_with_every_fault);

fn many() -> u128 {
    testkit::many("PHUSA_PAYMENTS", 1_500, 10_000) as u128
}

/// The kind of money goes round, so that each has its own account and book.
fn kind(n: u128) -> MoneyKind {
    MoneyKind::OWED[(n % 3) as usize]
}

async fn many_payments_with_every_fault(db: Db) {
    let engine = format!("{:?}", db.engine());
    let watch = Watch::now();
    let room = Room::with(db, &Fault::ALL).await;
    let citizen = actor(9, "Nguyễn Thị Lan", "citizen");
    let opened: Vec<(kernel::id::DueId, String)> = stream::iter(1..=many())
        .map(|n| {
            let (room, citizen) = (&room, &citizen);
            async move {
                let due = room.s.ask(&asked(n, kind(n), 10_000 + (n as i64 % 90) * 1_000), room.now()).await.unwrap();
                let due = room.s.open(due.id, room.by(citizen)).await.unwrap();
                (due.id, Room::reference(&due))
            }
        })
        .buffer_unordered(64)
        .collect()
        .await;
    let asked_in = watch.elapsed();

    // Orders reach the gateway; the process is killed at some points on the way.
    for _ in 0..2 {
        killed(&room).await;
    }
    work(&room).await;
    let faults: BTreeMap<&str, Fault> = opened.iter().map(|(_, r)| (r.as_str(), room.bank.order(r).unwrap().1)).collect();

    // The payers pay; the notices arrive as the faults have it, while the outbox works and dies.
    let pay = stream::iter(opened.iter().filter(|(_, r)| faults[r.as_str()] != Fault::EarlyCallback)).for_each_concurrent(24, |(_, r)| async {
        room.bank.pay(r, None, None).await.unwrap();
    });
    tokio::join!(pay, killed(&room));
    for _ in 0..3 {
        killed(&room).await;
    }
    work(&room).await;
    let paid_in = watch.elapsed();

    // The codes run out; what nobody told of is asked for; late words come.
    room.later(45 * 60);
    while room.s.sweep(room.now()).await.unwrap() > 0 {}
    room.bank.release().await;
    room.later(2 * 3_600);
    while room.s.sweep(room.now()).await.unwrap() > 0 {}
    work(&room).await;
    let swept_in = watch.elapsed();
    let dues = all(&room, &opened).await;
    let before = room.bank.account();
    told_once(&room, &dues, &before).await;
    for due in &dues {
        let r = due.tries[0].reference.as_str();
        let open = matches!(faults[r], Fault::WrongAmount | Fault::PaidLate | Fault::UnknownPayment);
        assert_eq!(due.status, if open { Status::Owed } else { Status::Paid }, "{:?} {r}", faults[r]);
    }

    // People look at what does not fit and pay it back.
    let waiting = refund_all(&room).await;
    work(&room).await;
    let after = room.bank.account();
    let dues = all(&room, &opened).await;
    told_once(&room, &dues, &after).await;
    let settled: i64 = dues.iter().filter_map(Due::settled_by).map(|c| c.amount.0).sum();
    let net: i64 = after.received.values().map(|(_, a)| a.0).sum::<i64>() - after.refunded.values().map(|a| a.0).sum::<i64>();
    assert_eq!(settled, net, "what the bank holds is what the ledger says was paid");
    assert_eq!(views::in_review(&room.s.scope, OFFICE, 10).await.unwrap(), []);
    let receipts = receipts_sound(&room, &dues).await;
    let by_status = |s: Status| dues.iter().filter(|d| d.status == s).count();
    println!(
        "{engine}: {} dues · {} bank transactions · {} settled · {} still owed · {} to a person and paid back {waiting:?} · {receipts} receipts · \
         {} signals · {} journal entries · asked {asked_in:.1?}, paid {paid_in:.1?}, found {swept_in:.1?}, all {:.1?}",
        dues.len(),
        after.received.len(),
        by_status(Status::Paid),
        by_status(Status::Owed),
        after.refunded.len(),
        views::alarms(&room.s.scope, 10_000).await.unwrap().iter().map(|a| a.times).sum::<i64>(),
        room.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1").await,
        watch.elapsed(),
    );
}

/// A process that dies in the middle of its work; what it had claimed is free again after its lease.
async fn killed(room: &Room) {
    let runner = room.runner(&room.again(), false);
    let now = room.now();
    let _ = tokio::time::timeout(Duration::from_millis(150), runner.run_all(now)).await;
    room.later(125);
}

/// The outbox until nothing is due, with the pauses after failures.
async fn work(room: &Room) {
    for _ in 0..4 {
        room.effects().await;
        room.later(30);
    }
    assert!(store::effects::dead(&room.s.scope, i64::MAX, 5).await.unwrap().is_empty());
}

async fn all(room: &Room, opened: &[(kernel::id::DueId, String)]) -> Vec<Due> {
    stream::iter(opened).map(|(id, _)| room.due(*id)).buffered(32).collect().await
}

/// Every transaction of the bank is in the ledger once, no due is settled twice, and the cases know exactly the payments.
async fn told_once(room: &Room, dues: &[Due], bank: &payments::gateway::simulator::Account) {
    let sql = "SELECT tx, amount FROM payment_credit WHERE province = $1";
    let rows = room.s.scope.query(sql, Vec::new()).await.unwrap();
    let ledger: BTreeMap<String, i64> = rows.iter().map(|r| (r.string("tx").unwrap(), r.int("amount").unwrap())).collect();
    let theirs: BTreeMap<String, i64> = bank.received.iter().map(|(tx, (_, a))| (tx.clone(), a.0)).collect();
    assert_eq!(ledger.len(), rows.len());
    let differs: Vec<_> = ledger.iter().filter(|(tx, a)| theirs.get(*tx) != Some(a)).chain(theirs.iter().filter(|(tx, _)| !ledger.contains_key(*tx))).collect();
    assert!(differs.is_empty(), "nothing lost, nothing doubled: {} differ, {:?}", differs.len(), differs.first());
    for due in dues {
        let settles = due.credits.iter().filter(|c| c.state == CreditState::Settles).count();
        assert_eq!(settles, usize::from(due.status == Status::Paid), "{}", due.id);
    }
    let told = room.told.settled.lock().unwrap().clone();
    let paid: BTreeMap<_, _> = dues.iter().filter_map(|d| d.settled_by().map(|c| (d.id, vec![c.tx.clone()]))).collect();
    let differs: Vec<_> = told.keys().chain(paid.keys()).filter(|id| told.get(*id) != paid.get(*id)).collect();
    let first = differs.first().and_then(|id| dues.iter().find(|d| d.id == **id));
    assert!(differs.is_empty(), "{} cases say otherwise; the first: {first:#?}", differs.len());
}

async fn refund_all(room: &Room) -> BTreeMap<String, usize> {
    let (cashier, leader) = (cashier(), leader());
    let rows = views::in_review(&room.s.scope, OFFICE, 1_000_000).await.unwrap();
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        *classes.entry(row.state.clone()).or_default() += 1;
    }
    stream::iter(rows)
        .for_each_concurrent(32, |row| {
            let (cashier, leader) = (&cashier, &leader);
            async move {
                let id = Uuid::now_v7();
                let propose = |d: &Due| d.propose_refund(&row.tx, id, "Không khớp khoản phải nộp", (cashier.account, &cashier.name), room.now());
                room.s.change(row.due, room.by(cashier), propose).await.unwrap();
                room.s.change(row.due, room.by(leader), |d| d.decide(id, true, "", (leader.account, &leader.name))).await.unwrap();
            }
        })
        .await;
    classes
}

/// One receipt for each payment of a fee or charge, none for an obligation; numbers from 1 without a gap.
async fn receipts_sound(room: &Room, dues: &[Due]) -> usize {
    let sql = "SELECT symbol, number, tx FROM payment_receipt WHERE province = $1";
    let rows = room.s.scope.query(sql, Vec::new()).await.unwrap();
    let mut books: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for r in &rows {
        assert!(books.entry(r.string("symbol").unwrap()).or_default().insert(r.int("number").unwrap()));
    }
    for (symbol, numbers) in &books {
        assert_eq!(numbers.iter().copied().collect::<Vec<_>>(), (1..=numbers.len() as i64).collect::<Vec<_>>(), "{symbol}");
    }
    let meant = dues.iter().filter(|d| d.status == Status::Paid && d.kind != MoneyKind::Obligation).count();
    assert_eq!(rows.len(), meant);
    assert!(dues.iter().filter(|d| d.kind == MoneyKind::Obligation).all(|d| d.receipts.is_empty()));
    rows.len()
}
