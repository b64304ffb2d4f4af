//! The ledger on both engines: caps under concurrent writers, reversal, append-only, other agencies.

use crate::fixture::*;
use kernel::{
    Dong, Refusal,
    id::GrantId,
};
use std::sync::Arc;
use store::{Db, values};
use support::{
    acts::ActError,
    dossier::{By, Dossier, DossierId, EntryKind, Line, PayPapers, ReversalWhy, Status},
    store::NewElsewhere,
    views::{self, After},
};
use testkit::on_each_database;
use uuid::Uuid;

on_each_database! {
    eight_writers_never_exceed_a_yearly_cap
    eight_writers_never_exceed_a_contract_cap
    one_course_a_year_under_a_race
    one_payment_of_many_clicks
    eight_payers_and_reversers_balance
    reversal_frees_money_and_happens_once
    the_ledger_refuses_edits
    another_agency_blocks_and_overlaps_are_marked
    another_agency_and_an_approval_race
}

pub fn papers() -> PayPapers {
    PayPapers { contract: "12/HĐ-2026".into(), acceptance: "BBNT-07".into(), invoices: "1C26TAA 00000012".into() }
}

pub fn refused(e: ActError) -> Refusal {
    e.refusal().unwrap_or_else(|e| panic!("{e:?}"))
}

pub async fn filed(room: &Room, lines: Vec<Line>) -> Dossier {
    let owner = owner();
    let id = DossierId::new(Uuid::now_v7());
    room.support.request(id, room.others.0.lock().unwrap().clone(), request(lines), By { actor: &owner, at: now() }).await.unwrap()
}

pub async fn approve(room: &Room, d: &Dossier) -> Result<Dossier, ActError> {
    let officer = officer();
    room.support.approve(d.id, "15/TB-TTHT", "", &[], By { actor: &officer, at: now() }).await
}

async fn approved(room: &Room, content: &str, value: Dong) -> Dossier {
    let d = filed(room, vec![line(content, value)]).await;
    approve(room, &d).await.unwrap()
}

/// Committed plus paid of a content this year, and what the entries add up to: they must be the same.
async fn taken(room: &Room, content: &str) -> (Dong, Dong) {
    let facts = views::ledger_facts(&room.support.scope, ENT).await.unwrap();
    let total = facts.totals.iter().filter(|t| t.content == content && t.period.is_empty()).map(|t| t.committed.0 + t.paid.0).sum();
    let lines = views::ledger(&room.support.scope, ENT, &After::first(), 10_000).await.unwrap();
    let sum = lines.iter().filter(|l| l.content == content).map(|l| match l.kind.as_str() {
        "commit" => l.amount.0,
        "release" | "reversal" => -l.amount.0,
        _ => 0,
    });
    (Dong(total), Dong(sum.sum()))
}

/// Eight dossiers of 16 million each against a cap of 50: as they run together, three whole ones fit at most; each that was
/// told yes is in the ledger, and the cap holds.
async fn eight_writers_never_exceed_a_yearly_cap(db: Db) {
    let room = Arc::new(room(&db).await);
    let mut dossiers = Vec::new();
    for _ in 0..8 {
        dossiers.push(filed(&room, vec![line("dx-solution", million(32))]).await);
    }
    let mut writers = Vec::new();
    for d in dossiers {
        let room = room.clone();
        writers.push(tokio::spawn(async move { approve(&room, &d).await }));
    }
    let (mut yes, mut promised) = (0, 0);
    for writer in writers {
        match writer.await.unwrap() {
            Ok(d) => (yes, promised) = (yes + 1, promised + d.money().0.0),
            Err(e) => assert!(["cap-reached", "not-eligible"].contains(&refused(e).code.as_str())),
        }
    }
    // A late reader may be promised what is left (2 million); nobody is promised more than the cap.
    assert!(yes >= 3, "{yes}");
    let (total, sum) = taken(&room, "dx-solution").await;
    assert_eq!((total.0, sum.0), (promised, promised), "no confirmed entry is lost, none is unaccounted for");
    assert!(total <= million(50), "{total}");
    // The rest goes to whoever asks next, and then nothing is left.
    let rest = filed(&room, vec![line("dx-solution", million(32))]).await;
    match approve(&room, &rest).await {
        Ok(_) => assert_eq!(taken(&room, "dx-solution").await.0, million(50)),
        Err(e) => assert_eq!((refused(e).code.as_str(), total), ("not-eligible", million(50))),
    }
}

async fn eight_writers_never_exceed_a_contract_cap(db: Db) {
    let room = Arc::new(room(&db).await);
    let mut dossiers = Vec::new();
    for i in 0..8 {
        let contract = if i % 2 == 0 { "01/HĐ" } else { "02/HĐ" };
        dossiers.push(filed(&room, vec![Line { contract: contract.into(), ..line("dx-consulting", million(60)) }]).await);
    }
    let all = futures::future::join_all(dossiers.iter().map(|d| approve(&room, d))).await;
    let promised: i64 = all.iter().flatten().map(|d| d.money().0.0).sum();
    let facts = views::ledger_facts(&room.support.scope, ENT).await.unwrap();
    let contracts: Vec<i64> = facts.totals.iter().filter(|t| !t.period.is_empty()).map(|t| t.committed.0).collect();
    assert_eq!(contracts.len(), 2);
    assert!(contracts.iter().all(|c| (30_000_000..=50_000_000).contains(c)), "{contracts:?}");
    assert_eq!(contracts.iter().sum::<i64>(), promised);
    assert_eq!(taken(&room, "dx-consulting").await, (Dong(promised), Dong(promised)));
}

async fn one_course_a_year_under_a_race(db: Db) {
    let room = room(&db).await;
    let mut dossiers = Vec::new();
    for _ in 0..4 {
        dossiers.push(filed(&room, vec![line("onsite-training", million(30))]).await);
    }
    let all = futures::future::join_all(dossiers.iter().map(|d| approve(&room, d))).await;
    assert_eq!(all.iter().filter(|a| a.is_ok()).count(), 1);
    for lost in all.into_iter().filter_map(Result::err) {
        assert!(["courses-reached", "not-eligible"].contains(&refused(lost).code.as_str()));
    }
    // Released before anything is paid, the course is free again.
    let officer = accountant();
    let by = By { actor: &officer, at: now() };
    let mut won = None;
    for d in &dossiers {
        let d = room.support.dossier(d.id).await.unwrap();
        won = if d.status == Status::Approved { Some(d) } else { won };
    }
    let won = won.unwrap();
    let c = won.commitments[0].clone();
    room.support.release(won.id, GrantId::new(Uuid::now_v7()), c.entry, c.amount, "Lớp không mở", by).await.unwrap();
    approved(&room, "onsite-training", million(30)).await;
}

async fn one_payment_of_many_clicks(db: Db) {
    let room = room(&db).await;
    let d = approved(&room, "dx-solution", million(80)).await;
    let (accountant, entry, papers) = (accountant(), GrantId::new(Uuid::now_v7()), papers());
    let by = By { actor: &accountant, at: now() };
    let c = d.commitments[0].entry;
    let clicks = (0..8).map(|_| room.support.pay(d.id, entry, c, million(40), &papers, by));
    let all = futures::future::join_all(clicks).await;
    for answer in &all {
        if let Err(ActError::Refused(r)) = answer {
            assert!(["beyond-open", "entry-exists"].contains(&r.code.as_str()), "{r:?}");
        }
    }
    let after = room.support.dossier(d.id).await.unwrap();
    assert_eq!(after.money(), (million(40), Dong(0), million(40)));
    assert_eq!(after.entries.iter().filter(|e| e.kind == EntryKind::Pay).count(), 1);
    // The same form later is the same payment.
    assert_eq!(room.support.pay(d.id, entry, c, million(40), &papers, by).await.unwrap().version, after.version);
}

async fn eight_payers_and_reversers_balance(db: Db) {
    let room = Arc::new(room(&db).await);
    let d = approved(&room, "dx-solution", million(100)).await;
    let c = d.commitments[0].entry;
    let mut hands = Vec::new();
    for n in 0..8_i64 {
        let (room, id) = (room.clone(), d.id);
        hands.push(tokio::spawn(async move {
            let (accountant, papers) = (accountant(), papers());
            let by = By { actor: &accountant, at: now() };
            let entry = GrantId::new(Uuid::now_v7());
            room.support.pay(id, entry, c, million(5), &papers, by).await?;
            if n % 2 == 0 {
                room.support.reverse(id, GrantId::new(Uuid::now_v7()), entry, ReversalWhy::Error, "Nhập nhầm", by).await?;
            }
            Ok::<(), ActError>(())
        }));
    }
    let mut done = 0;
    for hand in hands {
        match hand.await.unwrap() {
            Ok(()) => done += 1,
            Err(e) => assert_eq!(refused(e).code, "changed-meanwhile"),
        }
    }
    assert!(done >= 1);
    let after = room.support.dossier(d.id).await.unwrap();
    let (amount, open, paid) = after.money();
    assert!(open.0 + paid.0 <= amount.0);
    let facts = views::ledger_facts(&room.support.scope, ENT).await.unwrap();
    let total = facts.totals.iter().find(|t| t.period.is_empty()).unwrap();
    assert_eq!((total.committed, total.paid), (open, paid), "the total row follows the dossier");
    let lines = views::ledger(&room.support.scope, ENT, &After::first(), 1_000).await.unwrap();
    assert_eq!(lines.len(), after.entries.len(), "every entry of the dossier is in the ledger");
    let history = views::history(&room.support.scope, d.id).await.unwrap();
    let replayed = history.iter().fold(None, Dossier::after);
    assert_eq!(replayed.as_ref(), Some(&after), "the journal gives the state");
}

async fn reversal_frees_money_and_happens_once(db: Db) {
    let room = room(&db).await;
    let d = approved(&room, "dx-solution", million(100)).await;
    let (accountant, papers) = (accountant(), papers());
    let by = By { actor: &accountant, at: now() };
    let (entry, c) = (GrantId::new(Uuid::now_v7()), d.commitments[0].clone());
    assert_eq!(c.amount, million(50));
    room.support.pay(d.id, entry, c.entry, million(50), &papers, by).await.unwrap();
    let full = filed(&room, vec![line("dx-solution", million(20))]).await;
    assert_eq!(refused(approve(&room, &full).await.unwrap_err()).code, "not-eligible");
    let back = room.support.reverse(d.id, GrantId::new(Uuid::now_v7()), entry, ReversalWhy::Clawback, "Khai sai quy mô", by).await.unwrap();
    assert_eq!(back.money(), (million(50), Dong(0), Dong(0)));
    assert_eq!(taken(&room, "dx-solution").await.0, Dong(0));
    let again = room.support.reverse(d.id, GrantId::new(Uuid::now_v7()), entry, ReversalWhy::Error, "Lần nữa", by).await;
    assert_eq!(refused(again.unwrap_err()).code, "wrong-state");
    assert_eq!(approve(&room, &full).await.unwrap().money().0, million(10), "the money is free again");
    let not_a_payment = room.support.reverse(d.id, GrantId::new(Uuid::now_v7()), c.entry, ReversalWhy::Error, "x", by).await;
    assert_eq!(refused(not_a_payment.unwrap_err()).code, "not-a-payment");
}

async fn the_ledger_refuses_edits(db: Db) {
    let room = room(&db).await;
    approved(&room, "dx-solution", million(10)).await;
    for sql in ["UPDATE support_entry SET amount = 1 WHERE province = $1", "DELETE FROM support_entry WHERE province = $1"] {
        let mut batch = room.support.scope.batch();
        batch.exec(sql, values![]);
        let answer = room.support.scope.commit(batch).await.unwrap_err();
        assert!(answer.to_string().contains("append-only"), "{answer}");
    }
    assert_eq!(taken(&room, "dx-solution").await.1, million(5));
}

pub fn theirs(granted: bool, content: &str) -> NewElsewhere {
    NewElsewhere {
        id: GrantId::new(Uuid::now_v7()),
        enterprise: ENT,
        content: content.into(),
        year: 2026,
        agency: "Sở Công Thương".into(),
        granted,
        amount: Some(million(30)),
        reference: "QĐ 112/QĐ-SCT".into(),
    }
}

async fn another_agency_blocks_and_overlaps_are_marked(db: Db) {
    let room = room(&db).await;
    let (officer, owner) = (officer(), owner());
    let by = By { actor: &officer, at: now() };
    // Filed, then another agency's grant becomes known: it cannot be approved.
    let d = filed(&room, vec![line("dx-solution", million(40))]).await;
    let grant = theirs(true, "dx-solution");
    room.support.record_elsewhere(&grant, by).await.unwrap();
    let refusal = refused(approve(&room, &d).await.unwrap_err());
    assert!(refusal.reasons[0].message.vi.contains("Sở Công Thương"), "{refusal:?}");
    // A new request for it is refused at the door, another content is not.
    let id = DossierId::new(Uuid::now_v7());
    let again = room.support.request(id, facts(), request(vec![line("dx-solution", million(40))]), By { actor: &owner, at: now() }).await;
    assert_eq!(refused(again.unwrap_err()).code, "supported-elsewhere");
    filed(&room, vec![line("ip-consulting", million(40))]).await;
    // Recorded by mistake: taken back, and the dossier goes on.
    assert!(!views::elsewhere(&room.support.scope, ENT).await.unwrap()[0].overlaps);
    room.support.withdraw_elsewhere(ENT, grant.id, "Nhầm doanh nghiệp", by).await.unwrap();
    approve(&room, &d).await.unwrap();
    assert!(room.support.withdraw_elsewhere(ENT, grant.id, "Lần nữa", by).await.is_err());
    // Known after ours was promised: recorded all the same, and marked.
    room.support.record_elsewhere(&theirs(true, "dx-solution"), by).await.unwrap();
    assert!(views::elsewhere(&room.support.scope, ENT).await.unwrap().iter().any(|o| o.overlaps && o.withdrawn_at.is_none()));
    // Pending there blocks a new request here.
    room.support.record_elsewhere(&theirs(false, "general-consulting"), by).await.unwrap();
    let id = DossierId::new(Uuid::now_v7());
    let waiting = room.support.request(id, facts(), request(vec![line("general-consulting", million(40))]), By { actor: &owner, at: now() }).await;
    assert_eq!(refused(waiting.unwrap_err()).code, "supported-elsewhere");
    let incomplete = NewElsewhere { agency: " ".into(), content: "x".into(), year: 1, ..theirs(true, "x") };
    assert_eq!(refused(room.support.record_elsewhere(&incomplete, by).await.unwrap_err()).reasons.len(), 3);
}

/// Whoever is first: never both unmarked.
async fn another_agency_and_an_approval_race(db: Db) {
    let room = room(&db).await;
    let officer = officer();
    let by = By { actor: &officer, at: now() };
    for content in ["dx-solution", "ip-consulting", "general-consulting"] {
        let d = filed(&room, vec![line(content, million(40))]).await;
        let grant = theirs(true, content);
        let (ours, recorded) = tokio::join!(approve(&room, &d), room.support.record_elsewhere(&grant, by));
        recorded.unwrap();
        let marked = views::elsewhere(&room.support.scope, ENT).await.unwrap().into_iter().find(|o| o.what.id == grant.id).unwrap().overlaps;
        assert_eq!(ours.is_ok(), marked, "{content}");
    }
}
