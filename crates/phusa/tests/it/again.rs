//! The same thing asked twice, and two people at once.

use crate::{
    dossier::{Dossier, example, key},
    house::House,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(
    one_key_one_case
    eight_at_once_make_one_case
    one_key_one_act
    who_was_first_is_named
    a_paper_put_into_the_file_is_no_change_to_decide_on
    of_thirty_two_at_once_one_is_done
);

/// Does the same thing on so many threads at the same moment.
fn at_once(n: usize, ask: impl Fn(usize) -> Reply + Sync) -> Vec<Reply> {
    let start = std::sync::Barrier::new(n);
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let (start, ask) = (&start, &ask);
            let threads: Vec<_> = (0..n)
                .map(|i| {
                    scope.spawn(move || {
                        start.wait();
                        ask(i)
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        })
    })
}

async fn one_key_one_case(db: Db) {
    let house = House::open(db).await;
    let (lan, body, key) = (house.actor("lan"), example(&house, "1.001193"), key());
    let first = lan.post_once("/api/v1/cases", &key, &body).ok();
    let entries = house.journal().await;
    let again = lan.post_once("/api/v1/cases", &key, &body).ok();
    assert_eq!((first["repeated"].as_bool(), again["repeated"].as_bool()), (Some(false), Some(true)));
    assert_eq!(first["code"], again["code"]);
    let mut other = body.clone();
    other["answers"]["phone"] = json!("0903999999");
    lan.post_once("/api/v1/cases", &key, &other).refused(409, "key-reused");
    assert_eq!(house.journal().await, entries);
    // Another person's key of the same name is another key; without a key nothing is filed.
    let minh = house.actor("minh").post_once("/api/v1/cases", &key, &body).ok();
    assert_ne!(minh["code"], first["code"]);
    lan.post("/api/v1/cases", &body).refused(422, "idempotency-key-missing");
    lan.post_once("/api/v1/cases", &"k".repeat(201), &body).refused(422, "idempotency-key-long");
    assert_eq!(house.journal().await, entries + 1);
}

async fn eight_at_once_make_one_case(db: Db) {
    let house = House::open(db).await;
    let (lan, body, key) = (house.actor("lan"), example(&house, "1.001193"), key());
    let answers = at_once(8, |_| lan.clone().post_once("/api/v1/cases", &key, &body));
    let codes: BTreeSet<String> = answers.iter().map(|r| r.ok()["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 1, "{codes:?}");
    assert_eq!(answers.iter().filter(|r| r.json()["repeated"] == false).count(), 1);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, 1);
    house.sound(codes.first().unwrap()).await;
}

async fn one_key_one_act(db: Db) {
    let house = House::open(db).await;
    let (one, two) = (Dossier::file(&house, "1.001193"), Dossier::file(&house, "1.001193"));
    let (thu, key, body) = (house.actor("thu"), key(), json!({"act": "receive", "input": {}}));
    let answers = at_once(8, |_| thu.clone().post_once(&one.path("/acts"), &key, &body));
    assert!(answers.iter().all(|r| r.ok()["version"] == 2));
    assert_eq!(one.story("thu"), ["file", "receive"]);
    assert_eq!(answers.iter().filter(|r| r.json()["repeated"] == false).count(), 1);
    // The key belongs to that request: for another case it is refused, not answered with the first one's answer.
    thu.post_once(&two.path("/acts"), &key, &body).refused(409, "key-reused");
    assert_eq!(two.story("thu"), ["file"]);
}

async fn who_was_first_is_named(db: Db) {
    let house = House::with(db, &[], "2026-11-23T10:02:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign");
    let seen = case.last["version"].as_u64().unwrap();
    let mut by_ha = case.example("ha", "reassign");
    by_ha["version"] = json!(seen);
    let mut by_duc = case.example("duc", "appraise");
    by_duc["version"] = json!(seen);
    case.attempt("ha", &by_ha).ok();
    let refused = case.attempt("duc", &by_duc).refused(409, "changed-meanwhile");
    for lang in ["vi", "en"] {
        let said = refused["messages"][lang].as_str().unwrap();
        assert!(said.contains("Đặng Thu Hà") && said.contains("10:02"), "{said}");
    }
    by_duc["version"] = json!(seen + 1);
    case.attempt("duc", &by_duc).ok();
    assert_eq!(case.story("ha"), ["file", "receive", "assign", "reassign", "appraise"]);
    // Both at the same moment.
    let version = case.seen_by("ha")["version"].clone();
    let bodies = [json!({"act": "review", "version": version}), json!({"act": "send_back", "version": version, "input": {"reason": "Cần thẩm định lại"}})];
    let ha = house.actor("ha");
    let answers = at_once(2, |i| ha.clone().post(&case.path("/acts"), &bodies[i]));
    assert_eq!(answers.iter().filter(|r| r.status == 200).count(), 1, "{:?}", answers.iter().map(Reply::text).collect::<Vec<_>>());
    let other = answers.iter().find(|r| r.status != 200).unwrap();
    assert!(other.status == 409 && ["changed-meanwhile", "wrong-step", "not-yours"].contains(&other.problem()["code"].as_str().unwrap()) || other.status == 403, "{}", other.text());
    house.sound(&case.code).await;
}

async fn a_paper_put_into_the_file_is_no_change_to_decide_on(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign");
    let seen = case.seen_by("duc")["version"].as_u64().unwrap();
    // The receipt is rendered and filed by the program after the page was shown.
    assert!(house.effects().await > 0);
    assert!(case.seen_by("duc")["version"].as_u64().unwrap() > seen, "the paper is an entry of its own");
    let mut appraise = case.example("duc", "appraise");
    appraise["version"] = json!(seen);
    case.attempt("duc", &appraise).ok();
    // What a person did since is told.
    let review = json!({"act": "review", "version": seen});
    case.attempt("ha", &review).refused(409, "changed-meanwhile");
    house.sound(&case.code).await;
}

async fn of_thirty_two_at_once_one_is_done(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    let thu = house.actor("thu");
    let receive = json!({"act": "receive", "input": {}});
    let answers = at_once(32, |_| thu.clone().post(&case.path("/acts"), &receive));
    tally(&answers);
    case.last = case.seen_by("thu");
    assert_eq!(case.story("thu"), ["file", "receive"]);
    assert_eq!(case.last["documents"].as_array().unwrap().len(), 1, "one slip, one number");
    house.sound(&case.code).await;
    // Thirty-two different people's cases received at once: numbers without gap, each once.
    let cases: Vec<Dossier> = (0..8).map(|_| Dossier::file(&house, "1.001193")).collect();
    let answers = at_once(8, |i| thu.clone().post(&cases[i].path("/acts"), &receive));
    let numbers: BTreeSet<u64> = answers.iter().map(|r| r.ok()["documents"][0]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (2..10).collect());
}

#[track_caller]
fn tally(answers: &[Reply]) {
    let done = answers.iter().filter(|r| r.status == 200).count();
    assert_eq!(done, 1, "{:?}", answers.iter().map(|r| r.status).collect::<Vec<_>>());
    for other in answers.iter().filter(|r| r.status != 200) {
        let problem: Value = other.problem();
        assert_eq!(other.status, 409, "{problem}");
        assert!(["wrong-state", "changed-meanwhile"].contains(&problem["code"].as_str().unwrap()), "{problem}");
    }
}
