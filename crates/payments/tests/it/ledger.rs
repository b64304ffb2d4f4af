//! One due at a time: codes, money that comes in every way, receipts, the end of paper, crashes between two steps.

use crate::fixture::{Room, asked, cashier, instant, leader};
use kernel::{Actor, Dong, Instant, id::DueId};
use payments::{
    acts::{ActError, Taken},
    catalog::MoneyKind,
    gateway::simulator::Fault,
    ledger::{CreditState, Due, FoundBy, How, Odd, ProposalState, Status, TryState, decide::Arrived},
    store::By,
    vietqr::VietQr,
    views,
};
use store::Db;
use testkit::on_each_database;
use uuid::Uuid;

on_each_database!(
    told_many_times_at_once_is_told_once
    a_payment_settles_once
    a_changed_amount_replaces_the_code
    money_that_does_not_fit_waits_for_a_person
    a_refund_needs_two_people
    a_waiver_needs_two_people
    paper_ends_and_numbers_restart_with_the_year
    a_crash_between_payment_and_receipt_loses_nothing
    two_nodes_number_without_a_gap
    money_in_suspense_finds_its_due
    the_desk_takes_money_while_the_gateway_is_down
    a_case_that_ended_keeps_no_money
    a_forged_notice_is_refused_and_counted
);

pub fn paid(tx: &str, due: &Due, at: Instant) -> Arrived {
    Arrived {
        tx: tx.into(),
        amount: due.amount,
        at,
        how: How::Gateway,
        found_by: FoundBy::Notice,
        reference: due.tries.last().map_or_else(String::new, |t| t.reference.clone()),
        note: String::new(),
        paper: None,
    }
}

fn code(result: Result<impl Sized, ActError>) -> String {
    match result {
        Err(ActError::Refused(r)) => r.code,
        Err(e) => panic!("{e}"),
        Ok(_) => panic!("it was done"),
    }
}

/// The race that a busy gateway makes: one transaction, many notices, no order.
async fn told_many_times_at_once_is_told_once(db: Db) {
    let room = Room::open(db).await;
    let system = room.s.system();
    for n in 1..=10 {
        let due = room.shown(n, 75_000).await;
        let arrived = paid(&format!("T{n}"), &due, room.now());
        let taken = futures::future::join_all((0..8).map(|_| room.s.take(&arrived, room.by(&system)))).await;
        let new = taken.into_iter().filter(|t| matches!(t, Ok(Taken::New(_, CreditState::Settles)))).count();
        let due = room.due(due.id).await;
        assert_eq!((new, due.credits.len(), due.status), (1, 1, Status::Paid));
    }
}

async fn a_payment_settles_once(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    let again = room.s.ask(&asked(1, MoneyKind::Charge, 75_000), room.now()).await.unwrap();
    assert_eq!(again.version, due.version, "the same heard twice is nothing");
    assert_eq!(room.s.open(due.id, room.by(&cashier())).await.unwrap().tries.len(), 1, "the open code is shown again");
    let t = due.open_try().unwrap();
    assert_eq!(t.expires_at, room.now().plus_seconds(30 * 60));
    let qr = VietQr { bank: t.bank.clone(), to: payments::vietqr::To::Account(t.account.clone()), amount: Some(t.amount), bill: Some(t.reference.clone()), purpose: None };
    assert_eq!(VietQr::parse(&qr.encode().unwrap()), Ok(qr));

    let system = room.s.system();
    assert!(matches!(room.s.take(&paid("T1", &due, room.now()), room.by(&system)).await.unwrap(), Taken::New(_, CreditState::Settles)));
    assert_eq!(room.s.take(&paid("T1", &due, room.now()), room.by(&system)).await.unwrap(), Taken::Known);
    let other = Arrived { amount: Dong(1), ..paid("T1", &due, room.now()) };
    assert_eq!(room.s.take(&other, room.by(&system)).await.unwrap(), Taken::Contradicts);
    assert!(matches!(room.s.take(&paid("T2", &due, room.now()), room.by(&system)).await.unwrap(), Taken::New(_, CreditState::Review { why: Odd::Duplicate })));
    assert_eq!(code(room.s.open(due.id, room.by(&system)).await), "already-paid");
    room.effects().await;
    let due = room.due(due.id).await;
    assert_eq!((due.status, due.tries[0].state), (Status::Paid, TryState::Paid));
    assert_eq!(due.receipts.iter().map(|r| (r.symbol.as_str(), r.number)).collect::<Vec<_>>(), [("LP-26E", 1)]);
    assert_eq!(room.told.settled.lock().unwrap().get(&due.id), Some(&vec!["T1".to_owned()]));
    assert_eq!(views::alarms(&room.s.scope, 9).await.unwrap().len(), 1, "the contradiction");
    // The paper of the receipt is made once and kept.
    let first = room.s.receipt_file(&due, "T1").await.unwrap();
    assert!(first.starts_with(b"%PDF"));
    let kept = room.due(due.id).await;
    assert!(kept.receipts[0].file.is_some());
    assert_eq!(room.s.receipt_file(&kept, "T1").await.unwrap(), first);
    replays(&room, due.id).await;
}

/// Replaying the journal gives the stored state.
async fn replays(room: &Room, id: DueId) {
    let entries = store::journal::stream(&room.s.scope, &Due::stream(id)).await.unwrap();
    let replayed = entries.iter().fold(None, |d, e| Due::evolve(d, &e.read().unwrap(), e.at)).unwrap();
    assert_eq!(replayed, room.due(id).await);
}

async fn a_changed_amount_replaces_the_code(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    let first = Room::reference(&due);
    let changed = room.s.ask(&asked(1, MoneyKind::Charge, 90_000), room.now()).await.unwrap();
    assert_eq!((changed.amount, changed.tries[0].state), (Dong(90_000), TryState::Replaced));
    let renewed = room.s.open(due.id, room.by(&cashier())).await.unwrap();
    assert_ne!(Room::reference(&renewed), first);
    assert_eq!(renewed.open_try().unwrap().amount, Dong(90_000));
    // Who pays the old code pays the old amount: it is kept and looked at.
    let system = room.s.system();
    let old = Arrived { amount: Dong(75_000), reference: first, ..paid("T1", &renewed, room.now()) };
    assert!(matches!(room.s.take(&old, room.by(&system)).await.unwrap(), Taken::New(_, CreditState::Review { why: Odd::WrongAmount })));
    // A code that has run out is replaced by the next, and closed by the sweep.
    room.later(31 * 60);
    assert!(room.s.sweep(room.now()).await.unwrap() > 0);
    assert_eq!(room.due(due.id).await.tries[1].state, TryState::Expired);
    let third = room.s.open(due.id, room.by(&system)).await.unwrap();
    assert_eq!(third.tries.iter().filter(|t| t.state == TryState::Open).count(), 1);
    replays(&room, due.id).await;
}

async fn money_that_does_not_fit_waits_for_a_person(db: Db) {
    let room = Room::open(db).await;
    let system = room.s.system();
    let due = room.shown(1, 75_000).await;
    let expires = due.open_try().unwrap().expires_at;
    let take = |tx: &'static str, change: &dyn Fn(Arrived) -> Arrived| {
        let arrived = change(paid(tx, &due, room.now()));
        let (s, by) = (room.s.clone(), room.now());
        async move {
            match s.take(&arrived, By { actor: &s.system(), at: by }).await.unwrap() {
                Taken::New(_, state) => state,
                other => panic!("{other:?}"),
            }
        }
    };
    let review = |why| CreditState::Review { why };
    assert_eq!(take("T1", &|a| Arrived { amount: Dong(74_000), ..a }).await, review(Odd::WrongAmount));
    assert_eq!(take("T2", &|a| Arrived { at: expires.plus_seconds(1), ..a }).await, review(Odd::Late));
    assert_eq!(take("T3", &|a| Arrived { reference: "PSNOTKNOWN00".into(), ..a }).await, review(Odd::Unknown));
    room.later(40 * 60);
    // Told late but paid in time: the payer's clock counts.
    assert_eq!(take("T4", &|a| Arrived { at: expires, ..a }).await, CreditState::Settles);
    assert_eq!(take("T5", &|a| a).await, review(Odd::Duplicate));
    let stopped = room.shown(2, 50_000).await;
    room.s.change(stopped.id, room.by(&system), |d| Ok(d.stop("Hồ sơ dừng"))).await.unwrap();
    let late = paid("T6", &stopped, room.now());
    assert!(matches!(room.s.take(&late, room.by(&system)).await.unwrap(), Taken::New(_, CreditState::Review { why: Odd::AfterStop })));
    let waiting = views::in_review(&room.s.scope, crate::fixture::OFFICE, 50).await.unwrap();
    assert_eq!(waiting.len(), 5, "every one of them has its row: {waiting:?}");
    assert_eq!(room.count("SELECT COUNT(*) AS n FROM payment_credit WHERE province = $1").await, 6);
    // A person may let late money settle, while the due is owed and the amount right.
    let third = room.shown(3, 20_000).await;
    let arrived = Arrived { at: third.open_try().unwrap().expires_at.plus_seconds(9), ..paid("T7", &third, room.now()) };
    room.s.take(&arrived, room.by(&system)).await.unwrap();
    assert_eq!(code(room.s.change(third.id, room.by(&cashier()), |d| d.accept("T7", " ")).await), "reason-needed");
    let accepted = room.s.change(third.id, room.by(&cashier()), |d| d.accept("T7", "Khách chuyển chậm 9 giây")).await.unwrap();
    assert_eq!(accepted.status, Status::Paid);
    room.effects().await;
    assert_eq!(room.due(third.id).await.receipts.len(), 1);
    assert_eq!(code(room.s.change(due.id, room.by(&cashier()), |d| d.accept("T1", "thử")).await), "not-owed");
}

async fn a_refund_needs_two_people(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    room.effects().await;
    room.bank.pay(&Room::reference(&due), None, Some(Fault::PaidTwice)).await.unwrap();
    room.effects().await;
    let due = room.due(due.id).await;
    let (settled, second) = (due.settled_by().unwrap().tx.clone(), due.in_review().next().unwrap().tx.clone());
    for tx in [&second, &settled] {
        propose_and_approve(&room, &due, tx).await;
    }
    room.effects().await;
    let due = room.due(due.id).await;
    assert_eq!(due.status, Status::Refunded);
    assert!(due.credits.iter().all(|c| matches!(&c.state, CreditState::Refunded { reference } if reference.starts_with("SIM"))));
    assert!(due.proposals.iter().all(|p| matches!(p.state, ProposalState::Done { .. })));
    // The number stays, cancelled with its reason; the next receipt has the next number.
    assert!(due.receipts[0].cancelled.as_ref().is_some_and(|(_, why)| why.contains("Hoàn trả")));
    assert_eq!(room.bank.account().refunded.len(), 2);
    assert!(room.told.refunded.lock().unwrap().contains(&due.id));
    let next = room.shown(2, 10_000).await;
    room.effects().await;
    room.bank.pay(&Room::reference(&next), None, None).await.unwrap();
    room.effects().await;
    assert_eq!(room.due(next.id).await.receipts[0].number, 2);
    replays(&room, due.id).await;
}

async fn propose_and_approve(room: &Room, due: &Due, tx: &str) {
    let (cashier, leader) = (cashier(), leader());
    let id = Uuid::now_v7();
    let propose = |d: &Due| d.propose_refund(tx, id, "Người dân nộp hai lần", (cashier.account, &cashier.name), room.now());
    room.s.change(due.id, room.by(&cashier), propose).await.unwrap();
    let other = Uuid::now_v7();
    let twice = |d: &Due| d.propose_refund(tx, other, "lần nữa", (cashier.account, &cashier.name), room.now());
    assert!(matches!(code(room.s.change(due.id, room.by(&cashier), twice).await).as_str(), "already-proposed" | "not-in-review"));
    let decide = |who: &Actor, approve: bool, why: &'static str| {
        let who = (who.account, who.name.clone());
        move |d: &Due| d.decide(id, approve, why, (who.0, &who.1))
    };
    assert_eq!(code(room.s.change(due.id, room.by(&cashier), decide(&cashier, true, "")).await), "two-people");
    assert_eq!(code(room.s.change(due.id, room.by(&leader), decide(&leader, false, "")).await), "reason-needed");
    room.s.change(due.id, room.by(&leader), decide(&leader, true, "")).await.unwrap();
    assert_eq!(code(room.s.change(due.id, room.by(&leader), decide(&leader, true, "")).await), "already-decided");
}

async fn a_waiver_needs_two_people(db: Db) {
    let room = Room::open(db).await;
    let due = room.owed(1, MoneyKind::Fee, 75_000).await;
    let (cashier, leader, id) = (cashier(), leader(), Uuid::now_v7());
    let first = Uuid::now_v7();
    room.s.change(due.id, room.by(&cashier), |d| d.propose_waiver(first, "Hộ nghèo", (cashier.account, &cashier.name), room.now())).await.unwrap();
    room.s.change(due.id, room.by(&leader), |d| d.decide(first, false, "Thiếu giấy xác nhận", (leader.account, &leader.name))).await.unwrap();
    assert!(matches!(&room.due(due.id).await.proposals[0].state, ProposalState::Declined { reason } if reason == "Thiếu giấy xác nhận"));
    room.s.change(due.id, room.by(&cashier), |d| d.propose_waiver(id, "Hộ nghèo", (cashier.account, &cashier.name), room.now())).await.unwrap();
    assert_eq!(code(room.s.change(due.id, room.by(&cashier), |d| d.decide(id, true, "", (cashier.account, &cashier.name))).await), "two-people");
    let waived = room.s.change(due.id, room.by(&leader), |d| d.decide(id, true, "", (leader.account, &leader.name))).await.unwrap();
    assert_eq!(waived.status, Status::Waived);
    room.effects().await;
    assert!(room.told.waived.lock().unwrap().contains(&due.id));
    assert_eq!(code(room.s.open(due.id, room.by(&cashier)).await), "not-owed");
    // What is not refundable by law is not.
    let kept = payments::ledger::Asked { refundable: false, ..asked(2, MoneyKind::Fee, 10_000) };
    let kept = room.s.ask(&kept, room.now()).await.unwrap();
    room.s.take_at_desk(kept.id, Arrived { how: How::Cash, ..paid("CASH-1", &kept, room.now()) }, room.by(&cashier)).await.unwrap();
    let refund = |d: &Due| d.propose_refund("CASH-1", Uuid::now_v7(), "xin lại", (cashier.account, &cashier.name), room.now());
    assert_eq!(code(room.s.change(kept.id, room.by(&cashier), refund).await), "not-refundable");
}

/// Scenario 9 of public-services.md §10.7, the part of money.
async fn paper_ends_and_numbers_restart_with_the_year(db: Db) {
    let room = Room::open(db).await;
    room.set("2026-12-31T23:59:58+07:00");
    let cash = |tx: &str, due: &Due, paper: Option<&str>| Arrived { how: How::Cash, found_by: FoundBy::Cashier, paper: paper.map(Into::into), ..paid(tx, due, room.now()) };
    for n in 1..=3 {
        let due = room.owed(n, MoneyKind::Charge, 8_000).await;
        room.s.take_at_desk(due.id, cash(&format!("CASH-{n}"), &due, None), room.by(&cashier())).await.unwrap();
    }
    let fee = room.owed(4, MoneyKind::Fee, 20_000).await;
    room.s.take_at_desk(fee.id, cash("CASH-4", &fee, None), room.by(&cashier())).await.unwrap();
    let on_paper = room.owed(5, MoneyKind::Charge, 8_000).await;
    room.s.take_at_desk(on_paper.id, cash("CASH-5", &on_paper, Some("0001234")), room.by(&cashier())).await.unwrap();
    assert_eq!(room.s.issue_receipts(room.now()).await.unwrap(), 4, "paper has its own number");
    // Two seconds later it is another year in Vietnam (in Greenwich it is still 2026).
    room.later(2);
    assert_eq!(room.now(), instant("2026-12-31T17:00:00Z"));
    let refused = room.owed(6, MoneyKind::Charge, 8_000).await;
    assert_eq!(code(room.s.take_at_desk(refused.id, cash("CASH-6", &refused, Some("0001235")), room.by(&cashier())).await), "paper-receipts-ended");
    assert_eq!(room.due(refused.id).await.status, Status::Owed, "nothing was recorded");
    room.s.take_at_desk(refused.id, cash("CASH-6", &refused, None), room.by(&cashier())).await.unwrap();
    room.s.issue_receipts(room.now()).await.unwrap();
    let rows = views::receipts(&room.s.scope, crate::fixture::OFFICE, (Instant::from_micros(i64::MAX / 2), String::new(), 0), 50).await.unwrap();
    let mut numbers: Vec<_> = rows.iter().map(|r| (r.symbol.as_str(), r.year, r.number)).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [("LP-26E", 2026, 1), ("LP-26E", 2026, 2), ("LP-26E", 2026, 3), ("LP-27E", 2027, 1), ("PH-26E", 2026, 1)]);
    let data = room.s.receipt_data(&room.due(refused.id).await, &room.due(refused.id).await.receipts[0]);
    assert_eq!((data["number"].as_str(), data["receipt"]["words"].as_str()), (Some("00000001"), Some("Tám nghìn đồng")));
}

/// Scenario 7: the money is committed, the process dies before the receipt, and starts again; twice over.
async fn a_crash_between_payment_and_receipt_loses_nothing(db: Db) {
    let room = Room::open(db).await;
    let system = room.s.system();
    let mut dues = Vec::new();
    for n in 1..=20 {
        let due = room.shown(n, 10_000 + n as i64).await;
        room.s.take(&paid(&format!("T{n}"), &due, room.now()), room.by(&system)).await.unwrap();
        dues.push(due.id);
    }
    assert_eq!(room.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 0);
    // Killed in the middle of its work, some times; what it had claimed is free again after the lease.
    for pause in [1, 3, 7, 15] {
        let killed = room.runner(&room.again(), false);
        let now = room.now();
        let _ = tokio::time::timeout(std::time::Duration::from_millis(pause), killed.run_all(now)).await;
        room.later(130);
    }
    let fresh = room.again();
    room.runner(&fresh, false).run_all(room.now()).await.unwrap();
    assert_eq!(fresh.issue_receipts(room.now()).await.unwrap(), 0, "nothing is left");
    let mut numbers = Vec::new();
    for id in &dues {
        let due = room.due(*id).await;
        assert_eq!((due.status, due.credits.len(), due.receipts.len()), (Status::Paid, 1, 1));
        numbers.push(due.receipts[0].number);
        assert_eq!(room.told.settled.lock().unwrap().get(id).map(Vec::len), Some(1));
        replays(&room, *id).await;
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

async fn two_nodes_number_without_a_gap(db: Db) {
    let room = Room::open(db).await;
    let system = room.s.system();
    for n in 1..=60 {
        let due = room.owed(n, MoneyKind::Charge, 5_000).await;
        room.s.take_known(due.id, &Arrived { how: How::Cash, ..paid(&format!("T{n}"), &due, room.now()) }, room.by(&system)).await.unwrap();
    }
    let nodes: Vec<_> = (0..4).map(|_| room.again()).collect();
    let now = room.now();
    let given = futures::future::join_all(nodes.iter().map(|s| s.issue_receipts(now))).await;
    assert_eq!(given.into_iter().map(Result::unwrap).sum::<usize>(), 60);
    assert_eq!(room.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 60);
    assert_eq!(room.count("SELECT COUNT(DISTINCT number) AS n FROM payment_receipt WHERE province = $1").await, 60);
    assert_eq!(room.count("SELECT MAX(number) AS n FROM payment_receipt WHERE province = $1").await, 60);
}

async fn money_in_suspense_finds_its_due(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    room.effects().await;
    room.bank.pay(&Room::reference(&due), None, Some(Fault::UnknownPayment)).await.unwrap();
    let waiting = views::in_review(&room.s.scope, crate::fixture::OFFICE, 50).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].state.as_str()), (1, "review:unknown"));
    let (from, tx) = (waiting[0].due, waiting[0].tx.clone());
    let other = room.owed(2, MoneyKind::Charge, 1).await;
    assert_eq!(code(room.s.move_money(from, &tx, other.id, "nhầm", room.by(&cashier())).await), "does-not-fit");
    let moved = room.s.move_money(from, &tx, due.id, "Khách ghi sai nội dung", room.by(&cashier())).await.unwrap();
    assert_eq!(moved.status, Status::Paid);
    assert_eq!(code(room.s.move_money(from, &tx, due.id, "lần nữa", room.by(&cashier())).await), "not-in-review");
    room.effects().await;
    let due = room.due(due.id).await;
    assert_eq!(due.receipts.len(), 1);
    assert_eq!(views::credit(&room.s.scope, &tx).await.unwrap().unwrap().due, due.id);
    assert_eq!(room.count("SELECT COUNT(*) AS n FROM payment_credit WHERE province = $1").await, 1);
    replays(&room, due.id).await;
    replays(&room, from).await;
}

async fn the_desk_takes_money_while_the_gateway_is_down(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    let proof = |tx: &str, amount: i64| Arrived { amount: Dong(amount), how: How::Bank, found_by: FoundBy::Cashier, reference: String::new(), ..paid(tx, &due, room.now()) };
    assert_eq!(code(room.s.take_at_desk(due.id, proof("SIM00000001", 70_000), room.by(&cashier())).await), "desk-mismatch");
    room.effects().await;
    // The payer has paid by the code; the bank's word is lost, and the cashier has seen the proof.
    room.bank.pay(&Room::reference(&due), None, Some(Fault::LostCallback)).await.unwrap();
    room.s.take_at_desk(due.id, proof("SIM00000001", 75_000), room.by(&cashier())).await.unwrap();
    assert_eq!(room.s.take_at_desk(due.id, proof("SIM00000001", 75_000), room.by(&cashier())).await.unwrap(), Taken::Known);
    room.effects().await;
    // Asked later, the gateway tells of the same transaction: it is the same money.
    room.later(40 * 60);
    room.s.sweep(room.now()).await.unwrap();
    let due = room.due(due.id).await;
    assert_eq!((due.status, due.credits.len(), due.receipts.len()), (Status::Paid, 1, 1));
}

async fn a_case_that_ended_keeps_no_money(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    room.told.refuses.lock().unwrap().insert(due.id);
    let system = room.s.system();
    room.s.take(&paid("T1", &due, room.now()), room.by(&system)).await.unwrap();
    room.effects().await;
    let due = room.due(due.id).await;
    assert_eq!(due.status, Status::Stopped);
    assert_eq!(due.credits[0].state, CreditState::Review { why: Odd::CaseRefused });
    propose_and_approve(&room, &due, "T1").await;
    replays(&room, due.id).await;
}

async fn a_forged_notice_is_refused_and_counted(db: Db) {
    let room = Room::open(db).await;
    let due = room.shown(1, 75_000).await;
    room.effects().await;
    let journal = "SELECT COUNT(*) AS n FROM journal WHERE province = $1";
    let before = room.count(journal).await;
    for _ in 0..3 {
        room.bank.pay(&Room::reference(&due), None, Some(Fault::BadMac)).await.unwrap();
    }
    assert_eq!(room.count(journal).await, before);
    let alarms = views::alarms(&room.s.scope, 9).await.unwrap();
    assert_eq!((alarms.len(), alarms[0].kind.as_str(), alarms[0].times), (1, "bad-mac", 3));
    assert_eq!(room.due(due.id).await.status, Status::Owed);
    // An older word after the money changes nothing.
    room.bank.pay(&Room::reference(&due), None, Some(Fault::OutOfOrder)).await.unwrap();
    assert_eq!(room.due(due.id).await.status, Status::Paid);
    assert!(views::alarms(&room.s.scope, 9).await.unwrap().iter().any(|a| a.kind == "older-event"));
}
