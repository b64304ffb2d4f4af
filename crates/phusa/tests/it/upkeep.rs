//! What the house could not do by itself: seen by administrators only, done again or given up, each once and in the journal.

use crate::house::House;
use ::store::{Db, NewEffect, effects::Runner};
use testkit::{Browser, on_each_database};

on_each_database!(what_failed_is_done_again_or_given_up what_is_wrong_is_said_and_nothing_shown);

const HOME: &str = "/admin/effects";

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(who, "next=%2F");
    browser
}

/// Effects whose content no handler can read: they fail for good at their first attempt.
async fn broken(house: &House, kinds: &[&str]) {
    let mut batch = house.it.scope.batch();
    for (n, kind) in kinds.iter().enumerate() {
        batch.effect(NewEffect { kind: (*kind).to_owned(), stream: format!("case_{n}"), payload: "{\"phone\": \"0912345678\"".to_owned(), due: house.now(), dedup_key: None });
    }
    house.it.scope.commit(batch).await.unwrap();
    run(house).await;
}

async fn run(house: &House) {
    let mut handlers = services::effects::handlers(&house.it.services);
    handlers.extend(house.it.rooms.handlers());
    let runner = handlers.into_iter().fold(Runner::new(house.it.scope.clone()), |r, (kind, handler)| r.on(kind, handler));
    runner.run_all(house.now()).await.unwrap();
}

async fn failed(house: &House) -> i64 {
    house.count("SELECT COUNT(*) AS n FROM effect WHERE province = $1 AND state = 'dead'").await
}

fn links(page: &str) -> Vec<String> {
    page.split("href=\"/admin/effects/").skip(1).map(|p| format!("{HOME}/{}", p.split('"').next().unwrap())).collect()
}

async fn what_failed_is_done_again_or_given_up(db: Db) {
    let house = House::open(db).await;
    let mut admin = signed_in(&house, "admin");
    assert!(admin.get(HOME).text().contains("Không có việc nào bị lỗi"));
    broken(&house, &["case.notify", "case.notify", "meeting.directive"]).await;
    let page = admin.get(HOME).text();
    assert!(page.contains("Thông báo cho người nộp hồ sơ") && page.contains("Giao nhiệm vụ từ kết luận cuộc họp") && page.contains("payload:"), "{page}");
    assert!(!page.contains("0912345678"), "what was promised is not shown");
    let before = house.journal().await;
    let all = links(&page);
    assert_eq!(all.len(), 3);
    // Done again one by one: it fails again, and that is seen.
    let one = admin.get(&all[0]).text();
    assert!(one.contains("Xem đơn vị chủ trì") && one.contains("meeting.directive"), "{one}");
    assert_eq!(admin.post(&all[0], &all[0], [("act", "retry")]).status, 303);
    assert_eq!((failed(&house).await, house.journal().await), (2, before + 1));
    assert_eq!(admin.get(&all[0]).status, 404, "it waits no more for a person");
    run(&house).await;
    assert_eq!(failed(&house).await, 3);
    // All of a kind.
    let again = admin.post(HOME, HOME, [("kind", "case.notify")]);
    assert!(again.status == 303 && again.header("location").contains("n=2"), "{}", again.text());
    assert_eq!((failed(&house).await, house.journal().await), (1, before + 3));
    // Given up with a reason: it stays in the journal and is never tried again.
    let bare = admin.post(&all[0], &all[0], [("act", "give-up"), ("reason", " ")]);
    assert!(bare.status == 422 && bare.text().contains("Ghi lý do bỏ qua"), "{}", bare.status);
    assert_eq!(admin.post(&all[0], &all[0], [("act", "give-up"), ("reason", "Cuộc họp đã hủy")]).status, 303);
    assert_eq!((failed(&house).await, house.journal().await), (0, before + 4));
    run(&house).await;
    assert_eq!(failed(&house).await, 2, "the two of the other kind failed again, the one given up did not come back");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'effect.given_up'").await, 1);
}

async fn what_is_wrong_is_said_and_nothing_shown(db: Db) {
    let house = House::open(db).await;
    broken(&house, &["case.set"]).await;
    let mut admin = signed_in(&house, "admin");
    let one = links(&admin.get(HOME).text()).remove(0);
    for path in ["/admin/effects/x", "/admin/effects/0", "/admin/effects/-1", "/admin/effects/9223372036854775807", "/admin/effects/%00"] {
        assert_eq!(admin.get(path).status, 404, "{path}");
    }
    assert_eq!(admin.get("/admin/effects?below=x&done=y&n=z").status, 200);
    for who in ["thanh", "duc", "lan"] {
        let mut other = signed_in(&house, who);
        assert_eq!((other.get(HOME).status, other.get(&one).status), (403, 403), "{who}");
    }
    // Two at the same time: one is heard.
    let id: i64 = one.rsplit('/').next().unwrap().parse().unwrap();
    let (upkeep, by) = (&house.it.rooms.upkeep, kernel::Actor::system("79".into()));
    let (a, b) = tokio::join!(upkeep.retry(&by, id), upkeep.retry(&by, id));
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'effect.retried'").await, 1);
    // Everything the program carries out has its words.
    let words = &house.it.rooms.upkeep.words;
    let mut kinds: Vec<&str> = services::effects::handlers(&house.it.services).iter().map(|(k, _)| *k).collect();
    kinds.extend(house.it.rooms.handlers().iter().map(|(k, _)| *k));
    let without: Vec<&&str> = kinds.iter().chain(&["file.read"]).filter(|k| words.of(k).is_none()).collect();
    assert!(without.is_empty(), "catalog/upkeep/effects.yaml: {without:?}");
}
