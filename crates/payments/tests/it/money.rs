//! Reconciliation: the bank's file, the ledger and the receipts, every class of difference, and what is done about it.

use crate::{
    fixture::{OFFICE, Room, cashier},
    ledger::paid,
};
use kernel::id::OfficeCode;
use payments::{
    acts::ActError,
    catalog::MoneyKind,
    ledger::{How, Status, decide::Arrived},
    reconcile::{self, compare::Class},
    views,
};
use std::collections::BTreeMap;
use store::Db;
use testkit::on_each_database;

on_each_database!(a_statement_finds_every_difference);

async fn a_statement_finds_every_difference(db: Db) {
    let room = Room::open(db).await;
    let office = OfficeCode::new(OFFICE);
    let system = room.s.system();
    let cashier = cashier();
    // T1 good; T2 the bank says less; T3 pays a second time; T4 late; T5 its receipt cancelled; T6 only ours; T7 only theirs; cash.
    let good = room.shown(1, 75_000).await;
    let less = room.shown(2, 75_000).await;
    let late = room.shown(4, 75_000).await;
    let cancelled = room.shown(5, 75_000).await;
    let ours = room.shown(6, 75_000).await;
    let theirs = room.shown(7, 75_000).await;
    let cash = room.owed(8, MoneyKind::Charge, 75_000).await;
    let mut lines = Vec::new();
    for (tx, due) in [("T1", &good), ("T2", &less), ("T3", &good), ("T4", &late), ("T5", &cancelled), ("T6", &ours)] {
        let mut arrived = paid(tx, due, room.now());
        if tx == "T4" {
            arrived.at = due.open_try().unwrap().expires_at.plus_seconds(5);
        }
        room.s.take(&arrived, room.by(&system)).await.unwrap();
        let amount = if tx == "T2" { 70_000 } else { 75_000 };
        if tx != "T6" {
            lines.push(format!("{tx},{},{amount},CT {} LE PHI", arrived.at, arrived.reference));
        }
    }
    lines.push(format!("T7,{},75000,NGUYEN VAN A CK {} ", room.now(), Room::reference(&theirs)));
    room.s.take_at_desk(cash.id, Arrived { how: How::Cash, ..paid("CASH-8", &cash, room.now()) }, room.by(&cashier)).await.unwrap();
    room.effects().await;
    room.s.cancel_receipt(cancelled.id, "T5", "Viết sai tên", room.by(&cashier)).await.unwrap();
    room.later(3_600);

    let file = format!("transaction,paid_at,amount,description\n{}\n", lines.join("\n"));
    let broken = file.replace("T7,", "T7,hôm qua,");
    let refused = room.s.reconcile(&office, "sao-ke.csv", broken.as_bytes(), room.by(&cashier)).await.unwrap_err();
    assert!(matches!(refused, ActError::Refused(r) if r.code == "bank-file" && r.reasons[0].message.vi.starts_with("Dòng 7:")));
    assert_eq!(room.count("SELECT COUNT(*) AS n FROM payment_statement WHERE province = $1").await, 0);

    let id = room.s.reconcile(&office, "sao-ke.csv", file.as_bytes(), room.by(&cashier)).await.unwrap();
    assert_eq!(room.s.reconcile(&office, "again.csv", file.as_bytes(), room.by(&cashier)).await.unwrap(), id, "the same file is one comparison");
    let found = reconcile::differences(&room.s.scope, id, 0, 100).await.unwrap();
    let classes: BTreeMap<&str, Class> = found.iter().map(|d| (d.tx.as_str(), d.class.unwrap())).collect();
    let wanted = BTreeMap::from([
        ("T2", Class::AmountDiffers),
        ("T3", Class::Duplicate),
        ("T4", Class::AfterEnd),
        ("T5", Class::ReceiptCancelled),
        ("T6", Class::RecordedNotPaid),
        ("T7", Class::PaidNotRecorded),
    ]);
    assert_eq!(classes, wanted);
    let st = reconcile::find_statement(&room.s.scope, OFFICE, id).await.unwrap().unwrap();
    assert_eq!((st.lines, st.matched), (6, 1));
    assert!(found.iter().all(|d| d.owner_name == cashier.name && d.opened_at == room.now() && d.resolved.is_none()));
    assert!(reconcile::find_statement(&room.s.scope, "H29.02", id).await.unwrap().is_none(), "another office's is not there");

    // Paid and not recorded: the statement is the proof, and settles by its reference.
    let of = |tx: &str| found.iter().find(|d| d.tx == tx).unwrap().number;
    let resolve = |tx: &'static str, how: &'static str, note: &'static str| {
        let (s, office, by, at, number) = (room.s.clone(), office.clone(), cashier.clone(), room.now(), of(tx));
        async move { s.resolve(&office, id, number, how, note, payments::store::By { actor: &by, at }).await }
    };
    let code = |r: Result<(), ActError>| match r {
        Err(ActError::Refused(r)) => r.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(resolve("T7", "recorded", "").await), "reason-needed");
    assert_eq!(code(resolve("T7", "nothing", "x").await), "choose");
    assert_eq!(code(resolve("T2", "recorded", "x").await), "not-to-record");
    resolve("T7", "recorded", "Theo sao kê ngày 23/11").await.unwrap();
    assert_eq!(room.due(theirs.id).await.status, Status::Paid);
    assert_eq!(code(resolve("T7", "recorded", "lần nữa").await), "already-resolved");
    resolve("T2", "bank_error", "Ngân hàng đã sửa").await.unwrap();
    room.effects().await;
    assert_eq!(room.due(theirs.id).await.receipts.len(), 1);
    let open = reconcile::open(&room.s.scope, OFFICE, 100).await.unwrap();
    assert_eq!(open.len(), 4);
    let entries = store::journal::stream(&room.s.scope, &format!("statement:{id}")).await.unwrap();
    assert_eq!(entries.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["payment.reconciled", "payment.difference_resolved", "payment.difference_resolved"]);
    let overview = views::overview(&room.s.scope, OFFICE, room.now().plus_seconds(-86_400)).await.unwrap();
    assert_eq!((overview.differences.count, overview.owed.count), (4, 1));
}
