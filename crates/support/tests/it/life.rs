//! A dossier's life: clock, guidance once, refusal and appeal, publication, report; and what people send wrongly.

use crate::{
    fixture::*,
    ledger::{filed, papers, refused},
};
use kernel::{
    Dong,
    id::{GrantId, ProvinceCode},
};
use store::Db;
use support::{
    dossier::{By, Declaration, DossierId, Line, PayPapers, Request, Status},
    views::{self, After},
};
use testkit::on_each_database;
use uuid::Uuid;

on_each_database! {
    from_request_to_payment_and_report
    what_is_missing_is_told_once
    a_refusal_is_appealed_and_examined_again
    bad_requests_are_refused_with_their_fields
    the_same_form_twice_is_one_dossier
    a_budget_beside_the_money
    lists_go_on_where_they_stopped
    another_province_sees_nothing
}

async fn from_request_to_payment_and_report(db: Db) {
    let room = room(&db).await;
    let s = &room.support;
    let (owner, officer, accountant) = (owner(), officer(), accountant());
    let d = filed(&room, vec![line("dx-solution", million(80)), line("ip-consulting", million(60))]).await;
    // 14 working days from Wednesday 18 November, 09:00: Wednesday 9 December, 09:00 (24 November is a holiday).
    assert_eq!(d.due.to_string(), "2026-12-09T09:00:00+07:00");
    assert!(d.code.starts_with("HT26-"), "{}", d.code);
    assert_eq!(views::by_due(&s.scope, Status::Received, &After::first(), 10).await.unwrap()[0].id, d.id);

    let by = By { actor: &officer, at: now() };
    let beyond = s.approve(d.id, "15/TB", "", &[Some(million(41)), None], by).await;
    assert_eq!(refused(beyond.unwrap_err()).reasons[0].field.as_deref(), Some("limit.0"));
    let d = s.approve(d.id, "15/TB", "Đồng ý", &[Some(million(35)), None], by).await.unwrap();
    assert_eq!(d.approvals.iter().map(|a| (a.state, a.other)).collect::<Vec<_>>(), [(million(35), million(45)), (million(30), million(30))]);
    assert_eq!(d.approvals[0].basis.article.as_deref(), Some("Điều 11 khoản 2"));
    assert_eq!(refused(s.approve(d.id, "16/TB", "", &[], by).await.unwrap_err()).code, "wrong-state");

    // Thirty days later falls on a working day; the list of what must be published has it.
    let to_publish = views::to_publish(&s.scope, &After::first(), 10).await.unwrap();
    assert_eq!(to_publish[0].publish_due.unwrap().date(), kernel::time::date(2026, 12, 18));
    s.publish(d.id, by).await.unwrap();
    assert!(views::to_publish(&s.scope, &After::first(), 10).await.unwrap().is_empty());
    assert_eq!(views::published(&s.scope, None, 10).await.unwrap()[0].enterprise_name, facts().name);

    // Who decided does not pay; payment needs its papers.
    let c = d.commitments[0].clone();
    let own = s.pay(d.id, GrantId::new(Uuid::now_v7()), c.entry, c.amount, &papers(), by).await;
    assert_eq!(refused(own.unwrap_err()).code, "own-decision");
    let by = By { actor: &accountant, at: now() };
    for (bare, field) in [
        (PayPapers { contract: " ".into(), ..papers() }, "contract"),
        (PayPapers { acceptance: String::new(), ..papers() }, "acceptance"),
        (PayPapers { invoices: String::new(), ..papers() }, "invoices"),
    ] {
        let r = refused(s.pay(d.id, GrantId::new(Uuid::now_v7()), c.entry, c.amount, &bare, by).await.unwrap_err());
        assert_eq!(r.reasons[0].field.as_deref(), Some(field));
    }
    let beyond = s.pay(d.id, GrantId::new(Uuid::now_v7()), c.entry, Dong(c.amount.0 + 1), &papers(), by).await;
    assert_eq!(refused(beyond.unwrap_err()).code, "beyond-open");
    s.pay(d.id, GrantId::new(Uuid::now_v7()), c.entry, million(20), &papers(), by).await.unwrap();
    s.release(d.id, GrantId::new(Uuid::now_v7()), c.entry, million(15), "Hợp đồng giảm giá trị", by).await.unwrap();
    let totals = views::year_totals(&s.scope, 2026).await.unwrap();
    assert_eq!(totals.iter().map(|t| (t.content.as_str(), t.firms, t.committed, t.paid)).collect::<Vec<_>>(), [
        ("dx-solution", 1, Dong(0), million(20)),
        ("ip-consulting", 1, million(30), Dong(0)),
    ]);
    let report = views::report(&s.scope, 2026).await.unwrap();
    let cell = |content: &str, kind: &str| report.iter().find(|c| c.content == content && c.kind == kind).map(|c| (c.who.as_str(), c.firms, c.amount));
    assert_eq!(cell("dx-solution", "commit"), Some(("small", 1, million(35))));
    assert_eq!(cell("dx-solution", "pay"), Some(("small", 1, million(20))));
    assert_eq!(cell("dx-solution", "release"), Some(("small", 1, million(15))));
    assert_eq!(cell("ip-consulting", "pay"), None);
    assert_eq!(views::firms(&s.scope, 2026).await.unwrap(), 1);
    // Decided: no longer to be withdrawn.
    assert_eq!(refused(s.withdraw(d.id, "", By { actor: &owner, at: now() }).await.unwrap_err()).code, "wrong-state");
}

async fn what_is_missing_is_told_once(db: Db) {
    let room = room(&db).await;
    let s = &room.support;
    let (owner, officer) = (owner(), officer());
    let (theirs, ours) = (By { actor: &owner, at: now() }, By { actor: &officer, at: now() });
    let d = filed(&room, vec![line("dx-solution", million(80))]).await;
    assert_eq!(refused(s.guide(d.id, vec![" ".into()], "", ours).await.unwrap_err()).code, "nothing-missing");
    let d = s.guide(d.id, vec!["quotation".into(), "Bảng kê máy hiện có".into()], "Gửi trong tuần", ours).await.unwrap();
    assert_eq!((d.status, d.guidance.unwrap().missing.len()), (Status::Incomplete, 2));
    assert_eq!(refused(s.refuse(d.id, "1", "x", ours).await.unwrap_err()).code, "wrong-state");
    let other = request(vec![line("ip-consulting", million(80))]);
    assert_eq!(refused(s.supplement(d.id, facts(), other, theirs).await.unwrap_err()).code, "other-contents");
    // A new receipt, a new clock.
    let later = By { actor: &owner, at: now().plus_seconds(7 * 86_400) };
    let d = s.supplement(d.id, facts(), request(vec![line("dx-solution", million(70))]), later).await.unwrap();
    assert_eq!((d.status, d.due.to_string().as_str()), (Status::Received, "2026-12-15T09:00:00+07:00"));
    assert_eq!(refused(s.guide(d.id, vec!["quotation".into()], "", ours).await.unwrap_err()).code, "guided-once");
    let d = s.withdraw(d.id, "Đổi ý", theirs).await.unwrap();
    assert_eq!(d.status, Status::Withdrawn);
    assert_eq!(refused(s.withdraw(d.id, "", theirs).await.unwrap_err()).code, "wrong-state");
}

async fn a_refusal_is_appealed_and_examined_again(db: Db) {
    let room = room(&db).await;
    let s = &room.support;
    let (owner, officer) = (owner(), officer());
    let (theirs, ours) = (By { actor: &owner, at: now() }, By { actor: &officer, at: now() });
    let d = filed(&room, vec![line("dx-solution", million(80))]).await;
    assert_eq!(refused(s.appeal(d.id, "Sớm quá", theirs).await.unwrap_err()).code, "wrong-state");
    assert_eq!(refused(s.refuse(d.id, "20/TB", "", ours).await.unwrap_err()).reasons[0].field.as_deref(), Some("text"));
    assert_eq!(refused(s.draft_notice(&d, &officer).await.unwrap_err()).code, "not-decided");
    let told = s.refuse(d.id, "", "Giải pháp chưa công bố", ours).await.unwrap();
    for _ in 0..2 {
        s.draft_notice(&told, &officer).await.unwrap();
    }
    s.appeal(d.id, "Giải pháp đã công bố ngày 10/11", theirs).await.unwrap();
    assert!(s.appeal(d.id, "Lần nữa", theirs).await.is_err(), "one appeal waits at a time");
    assert_eq!(views::appeals(&s.scope, 5).await.unwrap().len(), 1);
    let later = By { actor: &officer, at: now().plus_seconds(2 * 86_400) };
    let d = s.answer_appeal(d.id, "Đúng, xét lại", true, later).await.unwrap();
    assert_eq!((d.status, d.due.to_string().as_str()), (Status::Received, "2026-12-11T09:00:00+07:00"));
    assert!(views::appeals(&s.scope, 5).await.unwrap().is_empty());
    // The second decision has a notice of its own; the first one's says why.
    let again = s.approve(d.id, "", "", &[], later).await.unwrap();
    assert_eq!(again.status, Status::Approved);
    s.draft_notice(&again, &officer).await.unwrap();
    let drafted = room.others.1.lock().unwrap().clone();
    assert_eq!(drafted.len(), 2, "{drafted:?}");
    assert_eq!(drafted[0].1["decision"]["text"], "Giải pháp chưa công bố");
    assert!(drafted[0].1["grants"].as_array().unwrap().is_empty() && drafted[0].0 != drafted[1].0);
    let grant = &drafted[1].1["grants"][0];
    assert_eq!(grant["state"].as_i64().unwrap() + grant["other"].as_i64().unwrap(), grant["value"].as_i64().unwrap());
}

async fn bad_requests_are_refused_with_their_fields(db: Db) {
    let room = room(&db).await;
    let owner = owner();
    let by = By { actor: &owner, at: now() };
    let check = async |request: Request, field: &str| {
        let r = refused(room.support.request(DossierId::new(Uuid::now_v7()), facts(), request, by).await.unwrap_err());
        assert!(r.reasons.iter().any(|x| x.field.as_deref() == Some(field) && !x.message.vi.is_empty()), "{field}: {r:?}");
    };
    let of = |change: &dyn Fn(&mut Line)| {
        let mut l = line("dx-solution", million(80));
        change(&mut l);
        request(vec![l])
    };
    check(request(vec![]), "content").await;
    check(request(vec![line("dx-solution", million(1)); 21]), "content").await;
    check(of(&|l| l.content = "<b>".into()), "line.0.content").await;
    check(of(&|l| l.content = "online-training".into()), "line.0.content").await;
    check(of(&|l| l.about = " ".into()), "line.0.about").await;
    check(of(&|l| l.about = "x".repeat(5_000)), "line.0.about").await;
    check(of(&|l| l.value = Dong(0)), "line.0.value").await;
    check(of(&|l| l.requested = Dong(l.value.0 + 1)), "line.0.requested").await;
    check(of(&|l| l.requested = Dong(-1)), "line.0.requested").await;
    check(of(&|l| l.month = Some("2026-13".into())), "line.0.month").await;
    check(of(&|l| l.months = 37), "line.0.month").await;
    let mut untrue = of(&|_| {});
    untrue.declarations.remove(&Declaration::Truthful);
    check(untrue, "declarations").await;
    // The holiday table ends: no promise rather than a wrong one.
    let far = By { actor: &owner, at: "2035-01-02T09:00:00+07:00".parse().unwrap() };
    let r = refused(room.support.request(DossierId::new(Uuid::now_v7()), facts(), of(&|_| {}), far).await.unwrap_err());
    assert_eq!(r.code, "calendar-year-missing");
}

async fn the_same_form_twice_is_one_dossier(db: Db) {
    let room = room(&db).await;
    let (owner, stranger) = (owner(), actor(9, "Người lạ", "citizen"));
    let id = DossierId::new(Uuid::now_v7());
    let ask = |by| room.support.request(id, facts(), request(vec![line("dx-solution", million(80))]), by);
    let by = By { actor: &owner, at: now() };
    let (a, b) = tokio::join!(ask(by), ask(by));
    assert_eq!(a.unwrap().code, b.unwrap().code);
    assert_eq!(views::of_enterprise(&room.support.scope, ENT, 10).await.unwrap().len(), 1);
    let theirs = refused(ask(By { actor: &stranger, at: now() }).await.unwrap_err());
    assert_eq!(theirs.code, "not-found", "somebody else's number is nobody's");
}

async fn a_budget_beside_the_money(db: Db) {
    let room = room(&db).await;
    let accountant = accountant();
    let by = By { actor: &accountant, at: now() };
    room.support.set_budget(2026, "dx-solution", million(900), by).await.unwrap();
    room.support.set_budget(2026, "dx-solution", million(800), by).await.unwrap();
    room.support.set_budget(2026, "ip-consulting", million(100), by).await.unwrap();
    assert!(room.support.set_budget(2026, "nothing", million(1), by).await.is_err());
    assert!(room.support.set_budget(2026, "dx-solution", Dong(-1), by).await.is_err());
    let totals = views::year_totals(&room.support.scope, 2026).await.unwrap();
    assert_eq!(totals.iter().map(|t| t.budget).collect::<Vec<_>>(), [Some(million(800)), Some(million(100))]);
}

async fn lists_go_on_where_they_stopped(db: Db) {
    let room = room(&db).await;
    for _ in 0..5 {
        filed(&room, vec![line("dx-solution", million(10))]).await;
    }
    let (mut seen, mut after) = (Vec::new(), After::first());
    loop {
        let page = views::by_due(&room.support.scope, Status::Received, &after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = After::read(&After { at: last.due.micros(), id: last.id.to_string() }.to_string()).unwrap();
        seen.extend(page.into_iter().map(|i| i.id));
    }
    seen.dedup();
    assert_eq!(seen.len(), 5, "the same due instant does not lose or repeat a row");
    assert_eq!(After::read("x~y"), None);
    assert_eq!(After::read("1~a' OR 1"), None);
}

async fn another_province_sees_nothing(db: Db) {
    let room = room(&db).await;
    let d = filed(&room, vec![line("dx-solution", million(10))]).await;
    let other = db.province(ProvinceCode::new("01"));
    assert!(views::dossier(&other, d.id).await.unwrap().is_none());
    assert!(views::by_due(&other, Status::Received, &After::first(), 5).await.unwrap().is_empty());
    assert!(views::ledger_facts(&other, ENT).await.unwrap().totals.is_empty());
}
