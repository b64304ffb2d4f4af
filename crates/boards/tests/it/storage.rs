//! State machines and the lock, on both databases.

use crate::support::{Place, account, application, at, person, proposal};
use boards::{
    Author, Failure,
    asks::OpenCase,
    board::views,
    expert::{self, Act as X, Proof},
    matter::{Act, Matter, MatterEvent, MatterState, tally::{Choice, Outcome}, views as matters},
};
use kernel::{
    Refusal,
    id::{FileId, PartyId},
    time::date,
};
use store::Db;
use testkit::on_each_database;
use uuid::Uuid;

on_each_database! {
    two_members_at_once_both_count
    one_member_at_once_counts_once
    the_chair_closes_while_votes_come_in
    a_form_sent_twice_is_one_board_and_one_matter
    reopening_links_both_and_happens_once
    the_queue_and_the_load_are_what_happened
    an_expert_goes_the_whole_way
    two_windows_begin_one_application
    approving_twice_at_once_recognises_once
    provinces_do_not_see_one_another
    a_demonstration_is_written_in_one_batch
}

fn vote(choice: Choice, reason: &str) -> Act {
    Act::Vote { choice, reason: reason.into(), clear: true }
}

fn code<T: std::fmt::Debug>(r: Result<T, Failure>) -> String {
    match r {
        Err(Failure::Refused(Refusal { code, .. })) => code,
        other => panic!("not a refusal: {other:?}"),
    }
}

async fn two_members_at_once_both_count(db: Db) {
    let p = Place::new(db).await;
    let board = p.board().await;
    let id = p.matter(board).await;
    let votes = (1..=5u128).map(|n| {
        let boards = p.boards.clone();
        tokio::spawn(async move { boards.act_on_matter(&person(n), id, &vote(if n == 3 { Choice::Against } else { Choice::For }, "đồng thời")).await })
    });
    for v in futures::future::join_all(votes).await {
        v.unwrap().unwrap();
    }
    let m = p.boards.matter(id).await.unwrap();
    assert_eq!((m.ballots.len(), m.ballots[&account(3)].choice), (5, Choice::Against));
    let m = p.boards.act_on_matter(&person(1), id, &Act::Close { conclusion: "Thông qua".into() }).await.unwrap();
    let d = m.decision.clone().unwrap();
    assert_eq!((d.outcome, d.count.for_votes, d.dissent.len()), (Outcome::Approved, 4, 1));
    replayed(&p, &m).await;
}

/// The journal alone gives the stored state.
async fn replayed(p: &Place, m: &Matter) {
    let entries = store::journal::stream(&p.boards.scope, &m.proposal.id.to_string()).await.unwrap();
    assert!(entries.iter().enumerate().all(|(i, e)| e.version == i as i64 + 1 && e.kind.starts_with("matter.")));
    let choices = entries.iter().filter_map(|e| match e.read::<MatterEvent>().unwrap() {
        MatterEvent::Voted { account, choice, .. } => Some((account, choice)),
        _ => None,
    });
    let last: std::collections::BTreeMap<_, _> = choices.collect();
    assert_eq!(last, m.choices(), "the last vote of each in the journal is the one that stands");
}

async fn one_member_at_once_counts_once(db: Db) {
    let p = Place::new(db).await;
    let id = p.matter(p.board().await).await;
    let votes = (0..6usize).map(|n| {
        let boards = p.boards.clone();
        tokio::spawn(async move { boards.act_on_matter(&person(3), id, &vote(Choice::ALL[n % 2], &format!("lần {n}"))).await })
    });
    for v in futures::future::join_all(votes).await {
        v.unwrap().unwrap();
    }
    let m = p.boards.matter(id).await.unwrap();
    assert_eq!((m.ballots.len(), m.ballots[&account(3)].times), (1, 6));
    let line = &matters::about(&p.boards.scope, "engagement", "case_1").await.unwrap()[0];
    assert_eq!(line.votes, 1);
    // The same form sent again is not another vote.
    let reason = m.ballots[&account(3)].reason.clone();
    let again = p.boards.act_on_matter(&person(3), id, &vote(m.ballots[&account(3)].choice, &reason)).await.unwrap();
    assert_eq!(again.ballots[&account(3)].times, 6);
    replayed(&p, &again).await;
}

async fn the_chair_closes_while_votes_come_in(db: Db) {
    let p = Place::new(db).await;
    let id = p.matter(p.board().await).await;
    for n in [1, 2, 3] {
        p.boards.act_on_matter(&person(n), id, &vote(Choice::For, "ok")).await.unwrap();
    }
    let (boards, other) = (p.boards.clone(), p.boards.clone());
    let close = tokio::spawn(async move { boards.act_on_matter(&person(1), id, &Act::Close { conclusion: "Xong".into() }).await });
    let late = tokio::spawn(async move { other.act_on_matter(&person(4), id, &vote(Choice::Against, "khoan")).await });
    let (close, late) = (close.await.unwrap(), late.await.unwrap());
    let m = p.boards.matter(id).await.unwrap();
    let d = m.decision.as_ref().unwrap();
    close.unwrap();
    match late {
        Ok(_) => assert_eq!((d.votes.len(), d.dissent.len()), (4, 1), "in time: it is in the record"),
        Err(_) => assert_eq!((d.votes.len(), m.ballots.len()), (3, 3), "too late: it is nowhere"),
    }
}

async fn a_form_sent_twice_is_one_board_and_one_matter(db: Db) {
    let p = Place::new(db).await;
    let board = p.board().await;
    let proposal = proposal(board);
    let opens = (0..4).map(|_| {
        let (boards, proposal) = (p.boards.clone(), proposal.clone());
        tokio::spawn(async move { boards.open_matter(&person(8), &proposal).await.unwrap().proposal.id })
    });
    for id in futures::future::join_all(opens).await {
        assert_eq!(id.unwrap(), proposal.id);
    }
    assert_eq!(views::open_matters(&p.boards.scope, board).await.unwrap(), 1);
    // Somebody else's id is not theirs to reuse.
    assert_eq!(code(p.boards.open_matter(&person(9), &proposal).await), "not-found");
    assert_eq!(code(p.boards.close_board(&person(8), board, "thôi").await), "matters-open");
    p.boards.act_on_matter(&person(8), proposal.id, &Act::Withdraw { reason: "nhầm ban".into() }).await.unwrap();
    assert!(p.boards.close_board(&person(8), board, "thôi").await.unwrap().closed.is_some());
    assert_eq!(code(p.boards.open_matter(&person(8), &crate::support::proposal(board)).await), "board-not-working");
}

async fn reopening_links_both_and_happens_once(db: Db) {
    let p = Place::new(db).await;
    let board = p.board().await;
    let old = p.matter(board).await;
    assert_eq!(code(p.boards.reopen_matter(&person(8), old, &proposal(board), "mới").await), "still-open");
    p.boards.act_on_matter(&person(8), old, &Act::Withdraw { reason: "thiếu".into() }).await.unwrap();
    let opens = (0..3).map(|_| {
        let boards = p.boards.clone();
        tokio::spawn(async move { boards.reopen_matter(&person(8), old, &proposal(board), "Có số liệu mới").await })
    });
    let done: Vec<_> = futures::future::join_all(opens).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    let new = done.into_iter().find_map(Result::ok).unwrap();
    let before = p.boards.matter(old).await.unwrap();
    assert_eq!((before.state, before.reopened_as), (MatterState::Withdrawn, Some(new.proposal.id)));
    assert_eq!(new.reopens.unwrap().0, old);
}

async fn the_queue_and_the_load_are_what_happened(db: Db) {
    let p = Place::new(db).await;
    let board = p.board().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(p.matter(board).await);
    }
    p.boards.act_on_matter(&person(2), ids[0], &vote(Choice::For, "ok")).await.unwrap();
    let ask = |account, only, after, limit| matters::Ask { account, only, board: None, state: "open", after, limit };
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = matters::queue(&p.boards.scope, &ask(account(2), true, after.clone(), 2)).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.due.unwrap().micros(), last.id.to_string()));
        seen.extend(page.iter().map(|l| (l.id, l.voted)));
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.iter().filter(|(id, voted)| *voted && *id == ids[0]).count(), 1);
    assert!(matters::queue(&p.boards.scope, &ask(account(55), true, None, 9)).await.unwrap().is_empty(), "not a member: nothing");
    let load = views::workload(&p.boards.scope, board, date(2026, 11, 23), at("2026-08-01T00:00:00")).await.unwrap();
    let of = |n| load.iter().find(|l| l.account == account(n)).unwrap().clone();
    assert_eq!((of(2).waiting, of(2).voted, of(3).waiting, of(3).boards), (4, 1, 5, 1));
    let reports: Vec<i64> = (1..=5).map(|n| of(n).reporting).collect();
    assert_eq!(reports[0], 0, "the chair presides and does not report");
    assert!(reports[1..].iter().all(|n| (1..=2).contains(n)) && reports.iter().sum::<i64>() == 5, "spread: {reports:?}");
    let list = views::boards(&p.boards.scope, date(2026, 11, 23), 10).await.unwrap();
    assert_eq!((list[0].seats, list[0].open, list[0].chair.as_deref()), (5, 5, Some("Nguyễn Văn Một")));
}

fn proof(n: u128) -> X {
    X::AddProof(Proof { file: FileId::new(Uuid::from_u128(n)), name: "cv.pdf".into(), sha256: format!("{n}"), competence: String::new(), at: at("2026-11-23T09:00:00") })
}

async fn an_expert_goes_the_whole_way(db: Db) {
    let p = Place::new(db).await;
    let b = &p.boards;
    let me = person(20);
    let x = b.save_application(&me, &application()).await.unwrap();
    assert_eq!(b.save_application(&me, &application()).await.unwrap().id, x.id);
    for (n, act) in [
        (20, proof(1)),
        (20, X::Submit),
        (8, X::Take),
        (8, X::AskDocuments { what: "Bản sao bằng".into() }),
        (20, X::Resubmit { note: "Đây".into() }),
        (8, X::Check { competence: "traceability".into(), level: 3 }),
        (8, X::Appraise { mark: 80, recommends: true, note: "Tốt".into() }),
    ] {
        b.act_on_expert(&person(n), x.id, &act).await.unwrap();
    }
    assert_eq!(code(b.subsidisable(x.id, date(2026, 11, 23)).await), "not-recognised", "before the decision");
    b.act_on_expert(&person(9), x.id, &X::Approve { decision: "15/QĐ".into() }).await.unwrap();
    assert_eq!(b.subsidisable(x.id, date(2026, 11, 23)).await.unwrap().decision, "15/QĐ");
    let list = expert::views::active(&b.scope, &expert::views::Find { text: "do thi hanh".into(), competence: Some("traceability".into()), field: Some("agri_food".into()), limit: 5, ..Default::default() }).await.unwrap();
    assert_eq!(list.len(), 1);
    b.rate_expert(&person(21), x.id, "case_9", "ent_1", 5, "Tận tâm").await.unwrap();
    *p.work.open.lock().unwrap() = vec![OpenCase { code: "C1".into(), title: "Đang làm".into(), path: "/centre/engagements/1".into() }];
    let away = X::Disable { reason: "Vi phạm".into(), own_wish: false };
    assert_eq!(code(b.act_on_expert(&person(9), x.id, &away).await), "cases-open");
    p.work.open.lock().unwrap().clear();
    b.act_on_expert(&person(9), x.id, &away).await.unwrap();
    assert!(expert::views::active(&b.scope, &expert::views::Find { limit: 5, ..Default::default() }).await.unwrap().is_empty());
    let removed = expert::views::removed(&b.scope, None, 5).await.unwrap();
    assert_eq!(removed[0].stopped.as_ref().unwrap().1, "Vi phạm");
    assert_eq!(code(b.subsidisable(x.id, date(2026, 11, 24)).await), "not-recognised");
    assert_eq!(expert::views::counts(&b.scope).await.unwrap(), [(expert::ExpertState::Disabled, 1)]);
    let history = store::journal::stream(&b.scope, &x.id.to_string()).await.unwrap();
    assert_eq!(history.first().unwrap().kind, "expert.begun");
    assert_eq!(history.last().unwrap().kind, "expert.disabled");
    // An official's account is refused whatever it declares; one without a party cannot even begin.
    let official = b.save_application(&person(66), &application()).await.unwrap();
    b.act_on_expert(&person(66), official.id, &proof(2)).await.unwrap();
    assert_eq!(code(b.act_on_expert(&person(66), official.id, &X::Submit).await), "official");
    assert_eq!(code(b.save_application(&person(8), &application()).await), "no-party");
}

async fn two_windows_begin_one_application(db: Db) {
    let p = Place::new(db).await;
    let saves = (0..4u32).map(|n| {
        let boards = p.boards.clone();
        tokio::spawn(async move {
            let mut a = application();
            a.hours = 10 + n;
            boards.save_application(&person(20), &a).await.unwrap().id
        })
    });
    let ids: std::collections::BTreeSet<_> = futures::future::join_all(saves).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids.len(), 1);
}

async fn approving_twice_at_once_recognises_once(db: Db) {
    let p = Place::new(db).await;
    let x = p.boards.save_application(&person(20), &application()).await.unwrap().id;
    for (n, act) in [(20, proof(1)), (20, X::Submit), (8, X::Take), (8, X::Appraise { mark: 80, recommends: true, note: "Tốt".into() })] {
        p.boards.act_on_expert(&person(n), x, &act).await.unwrap();
    }
    let both = [X::Approve { decision: "1/QĐ".into() }, X::Refuse { reason: "Không".into() }].map(|act| {
        let boards = p.boards.clone();
        tokio::spawn(async move { boards.act_on_expert(&person(9), x, &act).await })
    });
    let done: Vec<_> = futures::future::join_all(both).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "one decision, the other is told");
    let refused = done.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(refused, Failure::Refused(r) if r.code == "wrong-state"));
}

async fn provinces_do_not_see_one_another(db: Db) {
    let p = Place::new(db.clone()).await;
    let board = p.board().await;
    p.matter(board).await;
    let elsewhere = db.province("92".into());
    assert!(views::boards(&elsewhere, date(2026, 11, 23), 10).await.unwrap().is_empty());
    assert!(matters::about(&elsewhere, "engagement", "case_1").await.unwrap().is_empty());
}

/// What the demonstration generator does: boards, matters and experts with their course, in one batch.
async fn a_demonstration_is_written_in_one_batch(db: Db) {
    let p = Place::new(db).await;
    let b = &p.boards;
    let by = |n: u128, text: &str| Author::new(&person(n), at(text));
    let mut batch = b.scope.batch();
    for n in 100..160u128 {
        let mut a = application();
        a.name = format!("Chuyên gia số {n}");
        let mut course = b.course_expert(&mut batch, &by(n, "2026-03-02T09:00:00"), PartyId::new(Uuid::from_u128(n)), &a).unwrap();
        for (who, when, act) in [
            (n, "2026-03-02T09:10:00", proof(n)),
            (n, "2026-03-02T09:20:00", X::Submit),
            (8, "2026-03-03T09:00:00", X::Take),
            (8, "2026-03-05T09:00:00", X::Appraise { mark: 70, recommends: true, note: "Đủ".into() }),
            (9, "2026-03-06T09:00:00", X::Approve { decision: "3/QĐ".into() }),
        ] {
            b.course_expert_act(&mut batch, &by(who, when), &mut course, &act).unwrap();
        }
        assert_eq!(course.state().unwrap().state, expert::ExpertState::Active);
    }
    let board_id = kernel::id::BoardId::new(Uuid::now_v7());
    let seat = |n: u128, role| boards::board::Seat { account: account(n), name: person(n).name, expert: None, role, from: date(2026, 1, 5), to: None, competences: vec![], decision: String::new() };
    let opening = boards::board::Opening {
        id: board_id,
        name: kernel::Text::new("Ban giáo dục", "Education"),
        field: "education".into(),
        from: date(2026, 1, 5),
        to: None,
        seats: vec![seat(1, boards::board::SeatRole::Chair), seat(2, boards::board::SeatRole::Member), seat(3, boards::board::SeatRole::Member)],
        limits: vec![],
    };
    let board = b.course_board(&mut batch, &by(8, "2026-01-05T09:00:00"), "education", &opening).unwrap();
    let board = board.state().unwrap().clone();
    let mut m = b.course_matter(&mut batch, &by(8, "2026-02-02T09:00:00"), &board, &proposal(board_id), None).unwrap();
    for n in [1, 2, 3] {
        b.course_act(&mut batch, &by(n, "2026-02-03T09:00:00"), &board, &mut m, &vote(Choice::For, "Đồng ý"), false).unwrap();
    }
    b.course_act(&mut batch, &by(1, "2026-02-04T09:00:00"), &board, &mut m, &Act::Close { conclusion: "Thông qua".into() }, false).unwrap();
    b.scope.commit(batch).await.unwrap();
    assert_eq!(expert::views::all_active(&b.scope).await.unwrap().len(), 60);
    assert_eq!(b.matter(m.state().unwrap().proposal.id).await.unwrap().decision.unwrap().outcome, Outcome::Approved);
    // And it goes on from there like anything else.
    let x = expert::id_of(PartyId::new(Uuid::from_u128(100)));
    b.act_on_expert(&person(9), x, &X::Suspend { reason: "Khiếu nại".into() }).await.unwrap();
}
