//! Branches and their enterprise: one legal person, one set of caps (domain page §2.4 rule 3, §9 "branch vs parent").

use crate::{
    fixture::*,
    ledger::{approve, papers, refused, theirs},
};
use kernel::{Dong, id::GrantId};
use std::sync::Arc;
use store::Db;
use support::{
    dossier::{By, Dossier, DossierId, Line, ReversalWhy},
    facts::{EnterpriseFacts, Head},
    rules::{
        Outcome,
        eligibility::{Asking, LedgerFacts, eligibility},
    },
    views::{self, After},
};
use testkit::on_each_database;
use uuid::Uuid;

on_each_database! {
    a_branch_and_its_head_share_the_cap_of_a_year
    eight_writers_of_head_and_branches_never_exceed_the_cap
    one_course_a_year_for_the_whole_enterprise
    another_agency_gave_it_to_the_head
    a_branch_without_its_head_is_told_what_to_do
}

fn unit(n: u128, of: &str) -> EnterpriseFacts {
    let id = kernel::id::EnterpriseId::new(Uuid::from_u128(0xB0 + n));
    EnterpriseFacts { id, code: format!("0312345678-{of}"), ..branch() }
}

async fn asked(room: &Room, facts: EnterpriseFacts, line: Line) -> Dossier {
    let owner = owner();
    let id = DossierId::new(Uuid::now_v7());
    room.support.request(id, facts, request(vec![line]), By { actor: &owner, at: now() }).await.unwrap()
}

/// Committed and paid of the year, by whoever holds a total of it.
async fn year(room: &Room, of: kernel::id::EnterpriseId, content: &str) -> Dong {
    let facts = views::ledger_facts(&room.support.scope, of).await.unwrap();
    Dong(facts.totals.iter().filter(|t| t.content == content && t.period.is_empty()).map(|t| t.committed.0 + t.paid.0).sum())
}

async fn a_branch_and_its_head_share_the_cap_of_a_year(db: Db) {
    let room = room(&db).await;
    let head = asked(&room, facts(), line("dx-solution", million(80))).await;
    assert_eq!(approve(&room, &head).await.unwrap().money().0, million(40));
    let d = asked(&room, branch(), line("dx-solution", million(80))).await;
    let d = approve(&room, &d).await.unwrap();
    // 40 of 50 million are gone: the branch has what is left and not a cap of its own.
    assert_eq!((d.money().0, d.commitments[0].holder), (million(10), Some(ENT)));
    assert_eq!((year(&room, ENT, "dx-solution").await, year(&room, BRANCH, "dx-solution").await), (million(50), Dong(0)));
    let more = asked(&room, branch(), line("dx-solution", million(80))).await;
    assert_eq!(refused(approve(&room, &more).await.unwrap_err()).code, "not-eligible");

    // Paid and taken back in the head's totals; the ledger has the branch's dossier.
    let (accountant, papers) = (accountant(), papers());
    let by = By { actor: &accountant, at: now() };
    let entry = GrantId::new(Uuid::now_v7());
    room.support.pay(d.id, entry, d.commitments[0].entry, million(10), &papers, by).await.unwrap();
    let lines = views::ledger(&room.support.scope, ENT, &After::first(), 100).await.unwrap();
    assert!(lines.iter().any(|l| l.dossier == d.id && l.kind == "pay"), "{lines:?}");
    room.support.reverse(d.id, GrantId::new(Uuid::now_v7()), entry, ReversalWhy::Error, "Chi nhầm", by).await.unwrap();
    assert_eq!(year(&room, ENT, "dx-solution").await, million(40));
    assert_eq!(views::dossiers_of(&room.support.scope, BRANCH).await.unwrap().len(), 2);
}

async fn eight_writers_of_head_and_branches_never_exceed_the_cap(db: Db) {
    let room = Arc::new(room(&db).await);
    let mut writers = Vec::new();
    for n in 0..8_u128 {
        let who = if n % 4 == 0 { facts() } else { unit(n, &format!("{n:03}")) };
        let d = asked(&room, who, line("dx-solution", million(32))).await;
        let room = room.clone();
        writers.push(tokio::spawn(async move { approve(&room, &d).await }));
    }
    let mut promised = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(d) => promised += d.money().0.0,
            Err(e) => assert!(["cap-reached", "not-eligible"].contains(&refused(e).code.as_str())),
        }
    }
    assert_eq!(year(&room, ENT, "dx-solution").await, Dong(promised));
    assert!((48_000_000..=50_000_000).contains(&promised), "{promised}");
}

async fn one_course_a_year_for_the_whole_enterprise(db: Db) {
    let room = room(&db).await;
    let first = asked(&room, unit(1, "001"), line("onsite-training", million(30))).await;
    approve(&room, &first).await.unwrap();
    let second = asked(&room, unit(2, "002"), line("onsite-training", million(30))).await;
    let refusal = refused(approve(&room, &second).await.unwrap_err());
    assert!(refusal.reasons[0].message.vi.contains("không quá 1 khóa"), "{refusal:?}");
}

async fn another_agency_gave_it_to_the_head(db: Db) {
    let room = room(&db).await;
    let (officer, owner) = (officer(), owner());
    room.support.record_elsewhere(&theirs(true, "dx-solution"), By { actor: &officer, at: now() }).await.unwrap();
    let id = DossierId::new(Uuid::now_v7());
    let asked = room.support.request(id, branch(), request(vec![line("dx-solution", million(32))]), By { actor: &owner, at: now() }).await;
    assert_eq!(refused(asked.unwrap_err()).code, "supported-elsewhere");
}

async fn a_branch_without_its_head_is_told_what_to_do(db: Db) {
    let room = room(&db).await;
    let owner = owner();
    let alone = EnterpriseFacts { head: Some(Head { code: "0312345678".into(), id: None }), ..branch() };
    let id = DossierId::new(Uuid::now_v7());
    let asked = room.support.request(id, alone.clone(), request(vec![line("dx-solution", million(32))]), By { actor: &owner, at: now() }).await;
    let refusal = refused(asked.unwrap_err());
    assert_eq!(refusal.code, "head-missing");
    assert!(refusal.message.vi.contains("0312345678") && refusal.message.en.contains("0312345678"));
    // One filed before this rule was written fails rule 3.
    let (request, rules) = (request(vec![line("dx-solution", million(32))]), rules());
    let (solution, consultant) = (solution(), consultant());
    let asking = Asking {
        facts: &alone,
        request: &request,
        line: &request.lines[0],
        solution: Some(&solution),
        consultant: Some(&consultant),
        province: "79",
        contract_key: "k",
        on: today(),
    };
    let checks = eligibility(&asking, &rules, &LedgerFacts::default());
    assert!(checks.iter().any(|c| c.rule == 3 && c.outcome == Outcome::Failed));
}

/// Facts and commitments written before there were heads read as they did.
#[test]
fn what_was_recorded_before_still_reads() {
    let mut old = serde_json::to_value(facts()).unwrap();
    old.as_object_mut().unwrap().remove("head");
    assert_eq!(serde_json::from_value::<EnterpriseFacts>(old).unwrap().holder(), ENT);
    assert_eq!((branch().holder(), facts().holder()), (ENT, ENT));
}
