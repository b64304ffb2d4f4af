use crate::world::*;
use kernel::{Dong, refusal::RefusalKind, time::date};
use showroom::{
    acts::{advice, choices, leads, providers, solutions},
    choice::{Candidate, Fact as Said, Role},
    ids::fresh,
    provider::TypedProfile,
    rank::Weights,
    solution::{Fact, NewProof, Stage, TypedAnswer},
    store::ActError,
    views::{self, Asked},
};
use store::{Db, files::Upload};

testkit::on_each_database!(vetting bars folding facets choice_from_advice_to_decision old_advice_is_made_again clients leads_and_consent reminders two_hands scorecards files restored_rows);

const WHY: &str = "Lý do đủ dài để hiểu được";

fn refused<T: std::fmt::Debug>(r: Result<T, ActError>) -> kernel::Refusal {
    match r {
        Err(ActError::Refused(r)) => r,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

async fn names(w: &World, asked: &Asked) -> Vec<String> {
    views::search(&w.s.scope, asked, 20).await.unwrap().into_iter().map(|l| l.name.0).collect()
}

async fn vetting(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let officer = person(10, "centre_officer", true);
    let id = fresh();
    solutions::begin(&w.s, &actor, provider.id, id, listing("Bán hàng A")).await.unwrap();
    // The same form twice is one draft; a stranger's is nothing.
    solutions::begin(&w.s, &actor, provider.id, id, listing("Bán hàng A")).await.unwrap();
    let stranger = person(66, "citizen", false);
    assert_eq!(refused(solutions::by_provider(&w.s, &stranger, id, Fact::Submitted).await).kind, RefusalKind::NotFound);
    assert_eq!(refused(solutions::by_centre(&w.s, &officer, id, Fact::Taken).await).kind, RefusalKind::NotFound, "a draft is the provider's own");
    assert!(names(&w, &Asked::default()).await.is_empty());
    assert!(views::waiting(&w.s.scope, None, 10).await.unwrap().is_empty());
    solutions::by_provider(&w.s, &actor, id, Fact::Submitted).await.unwrap();
    let waiting = views::waiting(&w.s.scope, None, 10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].waiting_for.as_deref()), (1, Some("check")));
    assert!(views::waiting(&w.s.scope, Some((waiting[0].waiting_since.unwrap(), id)), 10).await.unwrap().is_empty(), "keyset");
    let s = w.listed(&actor, &provider, listing("Bán hàng B")).await;
    assert_eq!(names(&w, &Asked::default()).await, ["Bán hàng B"]);
    solutions::by_centre(&w.s, &officer, s.id, Fact::Suspended { rule: "no-support".into(), reason: WHY.into() }).await.unwrap();
    assert!(names(&w, &Asked::default()).await.is_empty());
    // The journal replayed is the snapshot.
    let again = solutions::history(&w.s, s.id).await.unwrap().iter().fold(None, showroom::solution::evolve).unwrap();
    let stored = solutions::find(&w.s, s.id).await.unwrap().unwrap();
    assert_eq!(again, stored.solution);
    assert_eq!(stored.version, i64::try_from(solutions::history(&w.s, s.id).await.unwrap().len()).unwrap());
}

async fn bars(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let (officer, other) = (person(10, "centre_officer", true), person(11, "centre_officer", true));
    // A second provider with the tax code of the first is refused, whoever asks.
    let again = TypedProfile::from(&provider.profile).checked(date(2026, 11, 21)).unwrap();
    assert_eq!(refused(providers::register(&w.s, &person(55, "citizen", false), fresh(), again).await).code, "provider-exists");
    let (a, b) = (w.listed(&actor, &provider, listing("A")).await, w.listed(&actor, &provider, listing("B")).await);
    solutions::by_centre(&w.s, &officer, a.id, Fact::Withdrawn { rule: Some("false-claim".into()), reason: WHY.into() }).await.unwrap();
    let barred = providers::find(&w.s, provider.id).await.unwrap().unwrap().state;
    assert_eq!(barred.barred_until, Some(date(2027, 11, 21)));
    let id = fresh();
    solutions::begin(&w.s, &actor, provider.id, id, listing("C")).await.unwrap();
    assert_eq!(refused(solutions::by_provider(&w.s, &actor, id, Fact::Submitted).await).code, "barred");
    // Its other solution is filtered while the bar stands.
    let owner = person(1, "citizen", false);
    let ent = w.enterprise(1, &[(&owner, Role::Member)]);
    let shown = |a: &showroom::rank::Advice| a.shown.iter().map(|e| e.solution).collect::<Vec<_>>();
    assert!(shown(&advice::preview(&w.s, &need(ent), &Weights::new(), 1).await.unwrap()).is_empty());
    let due = solutions::appeal_due(&w.s, date(2026, 11, 21));
    solutions::by_provider(&w.s, &actor, a.id, Fact::Appealed { text: WHY.into(), due }).await.unwrap();
    assert_eq!(refused(solutions::by_centre(&w.s, &officer, a.id, Fact::AppealAnswered { overturned: true, reason: WHY.into() }).await).code, "own-decision");
    solutions::by_centre(&w.s, &other, a.id, Fact::AppealAnswered { overturned: true, reason: WHY.into() }).await.unwrap();
    assert_eq!(providers::find(&w.s, provider.id).await.unwrap().unwrap().state.barred_until, None);
    let mut both = shown(&advice::preview(&w.s, &need(ent), &Weights::new(), 1).await.unwrap());
    both.sort();
    assert_eq!(both, [a.id, b.id]);
}

async fn folding(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    w.listed(&actor, &provider, listing("Nhật ký nuôi lươn Hậu Giang 🐟")).await;
    w.listed(&actor, &provider, listing("Truy xu\u{61}\u{302}\u{301}t nguồn gốc")).await;
    w.listed(&actor, &provider, listing("<b>Kế toán</b> 100%_nhanh")).await;
    for (words, found) in [
        ("nhat ky luon", 1),
        ("NHẬT KÝ", 1),
        ("luo\u{31b}n", 1),
        ("truy xuat nguon goc", 1),
        ("hậu giang nuôi", 1),
        ("ton kho", 3),
        ("khong co", 0),
        ("", 3),
        ("%", 3),
        ("_", 3),
        ("100% nhanh", 1),
        ("'; DROP TABLE solution_view; --", 0),
        ("<b>", 3),
        ("🐟", 3),
    ] {
        let asked = Asked { words: words.into(), ..Asked::default() };
        assert_eq!(names(&w, &asked).await.len(), found, "{words}");
    }
}

async fn facets(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    for (name, sector, amount) in [("A", "G", 1), ("B", "C10", 1), ("C", "*", 0)] {
        let mut l = listing(name);
        l.sectors = set(&[sector]);
        l.price.amount = Dong(amount);
        if amount == 0 {
            l.price.model = showroom::listing::PriceModel::Free;
        }
        w.listed(&actor, &provider, l).await;
    }
    let ask = |change: fn(&mut Asked)| {
        let mut a = Asked::default();
        change(&mut a);
        a
    };
    for (asked, found) in [
        (ask(|a| a.sector = "G47".into()), "A C"),
        (ask(|a| a.sector = "C10".into()), "B C"),
        (ask(|a| a.sector = "A03".into()), "C"),
        (ask(|a| a.price = "free".into()), "C"),
        (ask(|a| a.kind = "pos".into()), "A B C"),
        (ask(|a| a.kind = "nothing".into()), ""),
        (ask(|a| a.portal = true), ""),
        (ask(|a| a.stage = "1".into()), "A B C"),
        (ask(|a| a.stage = "3".into()), ""),
    ] {
        assert_eq!(names(&w, &asked).await.join(" "), found, "{asked:?}");
    }
    let first = views::search(&w.s.scope, &Asked::default(), 2).await.unwrap();
    let next = Asked { after: Some((first[1].sort_name.clone(), first[1].id)), ..Asked::default() };
    assert_eq!(names(&w, &next).await, ["C"]);
}

async fn choice_from_advice_to_decision(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let (a, _) = (w.listed(&actor, &provider, listing("A")).await, w.listed(&actor, &provider, listing("B")).await);
    let (owner, consultant, stranger) = (person(1, "citizen", false), person(20, "consultant", true), person(66, "citizen", false));
    let ent = w.enterprise(1, &[(&owner, Role::Member), (&consultant, Role::Consultant)]);
    let c = w.choice(&owner, ent).await;
    assert_eq!(refused(choices::find(&w.s, &stranger, c.id).await).kind, RefusalKind::NotFound);
    assert_eq!(refused(advice::advise(&w.s, &stranger, c.id).await).kind, RefusalKind::NotFound);
    let made = advice::advise_with(&w.s, &owner, c.id, 5).await.unwrap();
    assert_eq!(made.advice.shown.len(), 2);
    let candidate = Candidate { solution: a.id, provider: provider.id, name: "A".into(), provider_name: "Công ty".into(), rank: Some(1) };
    let c = choices::act(&w.s, &owner, c.id, |_, _| Ok(Said::Shortlisted { candidate: candidate.clone(), reason: String::new() })).await.unwrap();
    let demo = |_: &_, role| Ok(Said::DemoNoted { solution: a.id, on: date(2026, 11, 20), with: "Anh Nam".into(), text: WHY.into(), role });
    assert_eq!(refused(choices::act(&w.s, &consultant, c.id, demo).await).code, "declare-first");
    choices::act(&w.s, &consultant, c.id, |_, role| Ok(Said::Declared { providers: vec![], text: String::new(), role })).await.unwrap();
    choices::act(&w.s, &consultant, c.id, demo).await.unwrap();
    // The form sent twice is one note.
    assert_eq!(choices::act(&w.s, &consultant, c.id, demo).await.unwrap().demos.len(), 1);
    choices::act(&w.s, &owner, c.id, |_, _| Ok(Said::Quoted { solution: a.id, amount: Dong(3_600_000), valid_until: date(2026, 12, 31), note: String::new() }))
        .await
        .unwrap();
    let decide = |_: &_, _| Ok(Said::Decided { solution: Some(a.id), reason: "Rẻ, dùng được ngay".into() });
    assert_eq!(refused(choices::act(&w.s, &consultant, c.id, decide).await).code, "enterprise-decides");
    let c = choices::act(&w.s, &owner, c.id, decide).await.unwrap();
    assert_eq!(c.decision.unwrap().by.account, owner.account);
    let rows = views::choices(&w.s.scope, ent).await.unwrap();
    assert_eq!((rows.len(), rows[0].stage.as_str(), rows[0].chosen), (1, "decided", Some(a.id)));
    let again = choices::history(&w.s, rows[0].id).await.unwrap().iter().fold(None, showroom::choice::evolve).unwrap();
    assert_eq!(again, choices::find(&w.s, &owner, rows[0].id).await.unwrap().choice);
}

async fn old_advice_is_made_again(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let mut all = Vec::new();
    for n in 0..6 {
        let mut l = listing(&format!("Giải pháp {n}"));
        l.price.amount = Dong(200_000 + n * 90_000);
        all.push(w.listed(&actor, &provider, l).await.id);
    }
    let owner = person(1, "citizen", false);
    let ent = w.enterprise(1, &[(&owner, Role::Member)]);
    let c = w.choice(&owner, ent).await;
    choices::act(&w.s, &owner, c.id, |_, _| Ok(Said::WeightsChanged { weights: Weights::from([("cost".into(), 4000)]) })).await.unwrap();
    let old = advice::advise(&w.s, &owner, c.id).await.unwrap();
    // Years later everything is different: products gone, changed and added, requirements changed.
    w.set_day(date(2029, 3, 1));
    let officer = person(10, "centre_officer", true);
    solutions::by_centre(&w.s, &officer, all[0], Fact::Suspended { rule: "no-support".into(), reason: WHY.into() }).await.unwrap();
    solutions::record_outcome(&w.s, &officer, all[3], ent, 2500, Some(true), "HS-1").await.unwrap();
    w.listed(&actor, &provider, listing("Giải pháp mới")).await;
    choices::act(&w.s, &owner, c.id, |c, _| {
        let mut need = c.need.clone();
        need.budget = Some(Dong(4_000_000));
        Ok(Said::NeedChanged { need: Box::new(need) })
    })
    .await
    .unwrap();
    let new = advice::advise(&w.s, &owner, c.id).await.unwrap();
    assert_ne!(new.advice.digest(), old.advice.digest());
    for made in [&old, &new] {
        let again = advice::rerun(&w.s, made.id).await.unwrap().unwrap();
        assert!(again.same);
        assert_eq!(again.advice, made.advice);
        assert_eq!(again.stored.result, made.advice.clone().short());
    }
    assert!(advice::rerun(&w.s, fresh()).await.unwrap().is_none());
    // The rules are stored once, the shelves once each.
    let rows = w.s.scope.query("SELECT sha256 FROM advice_input WHERE province = $1", vec![]).await.unwrap();
    assert_eq!(rows.len(), 3);
}

async fn clients(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let s = w.listed(&actor, &provider, listing("A")).await;
    let (reference, expires) = (fresh(), solutions::link_expires(&w.s, date(2026, 11, 21)));
    let invite = Fact::ClientInvited {
        reference,
        client: "Cửa hàng Lan".into(),
        tax_code: TAX[2].into(),
        email: "lan@cuahang.vn".into(),
        sector: "G47".into(),
        expires,
    };
    solutions::by_provider(&w.s, &actor, s.id, invite).await.unwrap();
    let token = w.s.link_key.token(w.s.scope.province(), s.id, reference, expires);
    assert_eq!(w.s.link_key.read(w.s.scope.province(), &token, expires), Some((s.id, reference)));
    let answer = TypedAnswer {
        using: "yes".into(),
        months: "9".into(),
        satisfied: "yes".into(),
        person: "Nguyễn Thị Lan".into(),
        position: "Chủ".into(),
        authorised: true,
        ..TypedAnswer::default()
    }
    .checked()
    .unwrap();
    // Two answers at once: one is taken.
    let (x, y) = tokio::join!(solutions::by_client(&w.s, s.id, reference, answer.clone()), solutions::by_client(&w.s, s.id, reference, answer.clone()));
    assert_eq!(usize::from(x.is_ok()) + usize::from(y.is_ok()), 1);
    assert_eq!(refused(solutions::by_client(&w.s, s.id, reference, answer).await).code, "already-answered");
    let found = solutions::find(&w.s, s.id).await.unwrap().unwrap().solution;
    assert_eq!(found.confirmed().count(), 1);
    assert_eq!(views::search(&w.s.scope, &Asked::default(), 5).await.unwrap()[0].confirmed, 1);
}

async fn leads_and_consent(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let s = w.listed(&actor, &provider, listing("A")).await;
    let owner = person(1, "citizen", false);
    let mut typed = leads::TypedLead {
        enterprise: "Hộ Hạnh".into(),
        name: "Trần Thị Hạnh".into(),
        phone: "0912 345 678".into(),
        message: "Gọi giúp tôi 🙂".into(),
        consent: false,
    };
    let id = fresh();
    let refusal = refused(leads::ask(&w.s, &owner, s.id, id, &typed).await);
    assert_eq!(refusal.reasons[0].field.as_deref(), Some("consent"));
    typed.consent = true;
    leads::ask(&w.s, &owner, s.id, id, &typed).await.unwrap();
    leads::ask(&w.s, &owner, s.id, id, &typed).await.unwrap();
    let seen = views::leads(&w.s.scope, provider.id, None, 10).await.unwrap();
    assert_eq!((seen.len(), seen[0].phone.is_empty()), (1, false));
    assert_eq!(refused(leads::withdraw(&w.s, &actor, id).await).kind, RefusalKind::NotFound, "only who gave it");
    leads::withdraw(&w.s, &owner, id).await.unwrap();
    assert!(leads::withdraw(&w.s, &owner, id).await.is_err());
    let seen = views::leads(&w.s.scope, provider.id, None, 10).await.unwrap();
    assert!(seen[0].phone.is_empty() && seen[0].name.is_empty() && seen[0].withdrawn_at.is_some());
}

fn proof(kind: &str, until: kernel::time::Date) -> NewProof {
    NewProof {
        id: fresh(),
        kind: kind.into(),
        title: format!("Giấy {until}"),
        file: kernel::id::FileId::new(uuid::Uuid::now_v7()),
        file_name: "a.pdf".into(),
        sha256: "ab".repeat(32),
        size: 1,
        issued: date(2026, 1, 1),
        until: Some(until),
        claims: vec![0],
    }
}

async fn reminders(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let officer = person(10, "centre_officer", true);
    let s = w.listed(&actor, &provider, listing("A")).await;
    for until in [date(2026, 12, 1), date(2027, 6, 1), date(2026, 11, 25)] {
        let p = proof("certificate", until);
        let id = p.id;
        solutions::by_provider(&w.s, &actor, s.id, Fact::ProofAdded { proof: p }).await.unwrap();
        solutions::by_centre(&w.s, &officer, s.id, Fact::ProofChecked { proof: id, accepted: true, reason: String::new() }).await.unwrap();
    }
    let soon = views::ending(&w.s.scope, Some(provider.id), date(2027, 1, 20), 10).await.unwrap();
    assert_eq!(soon.iter().map(|e| e.until).collect::<Vec<_>>(), [date(2026, 11, 25), date(2026, 12, 1)]);
    assert!(views::ending(&w.s.scope, Some(fresh()), date(2030, 1, 1), 10).await.unwrap().is_empty());
    solutions::by_provider(&w.s, &actor, s.id, Fact::Withdrawn { rule: None, reason: WHY.into() }).await.unwrap();
    assert!(views::ending(&w.s.scope, None, date(2030, 1, 1), 10).await.unwrap().is_empty(), "what is gone needs no reminder");
}

async fn two_hands(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    let id = fresh();
    solutions::begin(&w.s, &actor, provider.id, id, listing("A")).await.unwrap();
    // Eight people add proofs at the same time: none is lost.
    let adding = (0..8).map(|n| {
        let mut p = proof("manual", date(2027, 1, 1));
        p.title = format!("Tài liệu {n}");
        solutions::by_provider(&w.s, &actor, id, Fact::ProofAdded { proof: p })
    });
    let results = futures::future::join_all(adding).await;
    let taken = results.iter().filter(|r| r.is_ok()).count();
    let there = solutions::find(&w.s, id).await.unwrap().unwrap().solution.proofs.len();
    assert_eq!(taken, there, "what was said to be done is there");
    assert!(results.into_iter().filter_map(Result::err).all(|e| matches!(e, ActError::Refused(r) if r.code == "changed-meanwhile")));
    // Two officers take the same one: one does.
    solutions::by_provider(&w.s, &actor, id, Fact::Submitted).await.unwrap();
    let (x, y) = (person(10, "centre_officer", true), person(11, "centre_officer", true));
    let (x, y) = tokio::join!(solutions::by_centre(&w.s, &x, id, Fact::Taken), solutions::by_centre(&w.s, &y, id, Fact::Taken));
    assert_eq!(usize::from(x.is_ok()) + usize::from(y.is_ok()), 1);
}

async fn scorecards(db: Db) {
    let w = World::new(db).await;
    let (actor, provider) = w.provider(1).await;
    w.provider(2).await;
    let a = w.listed(&actor, &provider, listing("A")).await;
    let owner = person(1, "citizen", false);
    let ent = w.enterprise(1, &[(&owner, Role::Member)]);
    let c = w.choice(&owner, ent).await;
    advice::advise(&w.s, &owner, c.id).await.unwrap();
    let candidate = Candidate { solution: a.id, provider: provider.id, name: "A".into(), provider_name: "X".into(), rank: Some(1) };
    choices::act(&w.s, &owner, c.id, |_, _| Ok(Said::Shortlisted { candidate: candidate.clone(), reason: String::new() })).await.unwrap();
    choices::act(&w.s, &owner, c.id, |_, _| Ok(Said::Decided { solution: Some(a.id), reason: WHY.into() })).await.unwrap();
    solutions::record_outcome(&w.s, &person(10, "centre_officer", true), a.id, ent, 1800, Some(true), "HS-1").await.unwrap();
    let cards = showroom::scorecards(&w.s.scope, kernel::Instant::from_micros(0), w.s.now()).await.unwrap();
    assert_eq!(cards.len(), 2);
    let first = &cards[0];
    assert_eq!((first.listed, first.shown, first.shortlisted, first.chosen, first.outcome_cases, first.outcome_change, first.kept), (1, 1, 1, 1, 1, 1800, 1));
    assert_eq!((cards[1].listed, cards[1].chosen), (0, 0));
    let exposure = showroom::exposure(&w.s.scope, kernel::Instant::from_micros(0)).await.unwrap();
    assert_eq!((exposure.len(), exposure[0].size.as_str(), exposure[0].choices, exposure[0].overrides), (1, "small", 1, 0));
}

async fn files(db: Db) {
    let w = World::new(db).await;
    let upload = |name: &str, bytes: Vec<u8>| Upload { name: name.into(), claimed: None, bytes: bytes.into() };
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.resize(solutions::FILE_MAX, b' ');
    let mut batch = w.s.scope.batch();
    let stored = w.s.files.take(&mut batch, upload("Chứng nhận 🙂.pdf", pdf.clone()), solutions::FILE_MAX, w.s.now()).await.unwrap();
    w.s.scope.commit(batch).await.unwrap();
    assert_eq!(usize::try_from(stored.size).unwrap(), 50 << 20);
    assert_eq!(w.s.files.read(&w.s.scope, stored.id).await.unwrap().unwrap().1.len(), 50 << 20);
    pdf.push(b' ');
    let mut batch = w.s.scope.batch();
    for bad in [upload("to.pdf", pdf), upload("trang.pdf", b"<html><script>".to_vec()), upload("a.exe", b"MZ".to_vec()), upload("rong.pdf", vec![])] {
        assert!(w.s.files.take(&mut batch, bad, solutions::FILE_MAX, w.s.now()).await.is_err());
    }
}

/// Nothing is read or written outside of the province.
async fn restored_rows(db: Db) {
    let w = World::new(db.clone()).await;
    let (actor, provider) = w.provider(1).await;
    let s = w.listed(&actor, &provider, listing("A")).await;
    assert_eq!(s.stage, Stage::Listed);
    let other = db.province(kernel::id::ProvinceCode::new("01"));
    assert!(views::search(&other, &Asked::default(), 5).await.unwrap().is_empty());
    assert!(views::providers_of(&other, actor.account).await.unwrap().is_empty());
}
