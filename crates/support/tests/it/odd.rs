//! What is seldom and must not break anything: a day without a rate, a month before the firm, two people at once.

use crate::{
    fixture::*,
    ledger::{filed, refused},
};
use kernel::time::date;
use store::Db;
use support::{
    dossier::{By, DossierId, Status},
    facts::EnterpriseFacts,
    rules::eligibility::Judged,
};
use testkit::on_each_database;
use uuid::Uuid;

on_each_database! {
    a_day_without_a_rate_is_refused_and_not_guessed
    a_month_before_the_firm_is_a_slip
    two_examiners_decide_at_once
    the_same_supplement_twice_and_a_withdrawal_meet
}

async fn a_day_without_a_rate_is_refused_and_not_guessed(db: Db) {
    // The row ends yesterday and nothing follows: what the loader refuses in a file may still happen with time.
    let mut rules = rules();
    for rate in rules.rates.iter_mut().filter(|r| r.content == "dx-solution") {
        rate.effective.to = Some(date(2026, 11, 17));
    }
    let room = room_with(&db, rules).await;
    let d = filed(&room, vec![line("dx-solution", million(80))]).await;
    let gathered = room.support.gather(&d, today()).await.unwrap();
    let judged = room.support.judged(&d, &gathered, today());
    assert!(judged.iter().any(|j: &Judged| j.failed().next().is_some()), "a rule says that there is no rate");
    assert_eq!(judged[0].state.0, 0);
    let officer = officer();
    let r = refused(room.support.approve(d.id, "1/TB", "", &[], By { actor: &officer, at: now() }).await.unwrap_err());
    assert!(r.code == "not-eligible" && !r.reasons.is_empty() && r.reasons.iter().all(|x| !x.message.vi.is_empty() && !x.message.en.is_empty()), "{r:?}");
    assert_eq!(room.support.dossier(d.id).await.unwrap().status, Status::Received);
}

async fn a_month_before_the_firm_is_a_slip(db: Db) {
    let room = room(&db).await;
    let owner = owner();
    let by = By { actor: &owner, at: now() };
    let mut l = line("coworking-rent", million(30));
    (l.month, l.months) = (Some("2019-02".into()), 3);
    let founded_in_march = EnterpriseFacts { innovative_startup: true, ..facts() };
    let ask = async |month: &str| {
        let mut l = l.clone();
        l.month = Some(month.into());
        room.support.request(DossierId::new(Uuid::now_v7()), founded_in_march.clone(), request(vec![l]), by).await
    };
    let r = refused(ask("2019-02").await.unwrap_err());
    assert_eq!(r.reasons[0].field.as_deref(), Some("line.0.month"));
    assert!(r.reasons[0].message.vi.contains("03/2019"), "{r:?}");
    assert!(ask("2019-03").await.is_ok());
}

async fn two_examiners_decide_at_once(db: Db) {
    let room = room(&db).await;
    let d = filed(&room, vec![line("dx-solution", million(80))]).await;
    let (one, two) = (officer(), actor(8, "Người Thẩm Thứ Hai", "support_officer"));
    let s = &room.support;
    let (a, b) = tokio::join!(
        s.approve(d.id, "1/TB", "", &[], By { actor: &one, at: now() }),
        s.refuse(d.id, "2/TB", "Không đủ điều kiện vì chưa có giải pháp", By { actor: &two, at: now() })
    );
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "one decision stands");
    let lost = if let Err(e) = a { e } else { b.unwrap_err() };
    let lost = refused(lost);
    assert!(["wrong-state", "changed-meanwhile"].contains(&lost.code.as_str()), "{lost:?}");
    let after = s.dossier(d.id).await.unwrap();
    assert_eq!(after.commitments.is_empty(), after.status == Status::Refused, "money only with the approval");
}

async fn the_same_supplement_twice_and_a_withdrawal_meet(db: Db) {
    let room = room(&db).await;
    let d = filed(&room, vec![line("dx-solution", million(80))]).await;
    let (owner, officer) = (owner(), officer());
    let s = &room.support;
    s.guide(d.id, vec!["quotation".into()], "", By { actor: &officer, at: now() }).await.unwrap();
    let by = By { actor: &owner, at: now() };
    let (a, b, c) = tokio::join!(
        s.supplement(d.id, facts(), d.request.clone(), by),
        s.supplement(d.id, facts(), d.request.clone(), by),
        s.withdraw(d.id, "Không cần nữa", by)
    );
    assert!(usize::from(a.is_ok()) + usize::from(b.is_ok()) <= 1, "completed once");
    assert!(c.is_ok(), "a pending dossier can be withdrawn whichever came first");
    assert_eq!(s.dossier(d.id).await.unwrap().status, Status::Withdrawn);
}
