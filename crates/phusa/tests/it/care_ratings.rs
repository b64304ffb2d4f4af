//! Rating a case that has ended: once, changeable for a time, seen by the office, followed up when somebody is not satisfied.

use crate::{dossier::Dossier, house::House};
use store::{Db, journal, values};
use testkit::{Reply, on_each_database};

on_each_database! {
    an_ended_case_is_rated_once_and_changed_in_time
    a_dislike_is_followed_up_and_counted
    strangers_rate_nothing
}

pub fn post(house: &House, who: &str, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let body = pairs.iter().map(|(k, v)| format!("{k}={}", web::html::url_part(v))).collect::<Vec<_>>().join("&");
    house.actor(who).send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], Some(body.into_bytes()))
}

#[track_caller]
pub fn page(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

/// A birth registered: the result is out.
pub fn ended(h: &House) -> Dossier<'_> {
    let mut d = Dossier::file(h, "1.001193");
    for (who, act) in [("thu", "receive"), ("duc", "appraise"), ("khanh", "approve"), ("mai", "issue")] {
        d.act(who, act);
    }
    d
}

async fn entries(h: &House, code: &str) -> Vec<journal::Entry> {
    let found = h.it.services.desk.load_code(code).await.unwrap().unwrap();
    journal::stream(&h.it.scope, &format!("rating:{}", found.state.id)).await.unwrap()
}

async fn an_ended_case_is_rated_once_and_changed_in_time(db: Db) {
    let h = House::open(db).await;
    let open = Dossier::file(&h, "1.001193");
    let path = format!("/my/ratings/{}", open.code);
    let refused = post(&h, "lan", &path, &[("stars", "5")]);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("chưa có kết quả"), "{}", refused.text());
    assert!(entries(&h, &open.code).await.is_empty());

    let d = ended(&h);
    assert!(page(&h.actor("lan").get(&format!("/my/{}", d.code))).contains(&format!("/my/ratings/{}", d.code)));
    let list = page(&h.actor("lan").get("/my/ratings"));
    assert!(list.contains(&d.code) && list.contains("chưa đánh giá") && !list.contains(&open.code), "{list}");
    let path = format!("/my/ratings/{}", d.code);
    // Nothing typed is lost when no step was chosen.
    let refused = post(&h, "lan", &path, &[("words", "Chờ lâu ở quầy")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Chờ lâu ở quầy") && refused.text().contains("Chọn một trong 5 mức"));
    assert_eq!(post(&h, "lan", &path, &[("stars", "4"), ("words", "Nhanh")]).goes_to(), format!("{path}?done=1"));
    // The same form sent twice is one rating.
    post(&h, "lan", &path, &[("stars", "4"), ("words", "Nhanh")]);
    let all = entries(&h, &d.code).await;
    assert_eq!(all.len(), 1);
    let payload: serde_json::Value = serde_json::from_str(&all[0].payload).unwrap();
    assert_eq!((all[0].kind.as_str(), payload["stars"].as_i64(), payload["office"].as_str(), payload["satisfied"].as_bool()), ("rating.given", Some(4), Some("H29.161"), Some(true)));
    assert_eq!(payload["code"], d.code.as_str());

    let told = page(&h.actor("ha").get("/work/ratings"));
    assert!(told.contains(&d.code) && told.contains("4/5 · Hài lòng") && told.contains("Nhanh") && told.contains("(1 / 1 lượt)"), "{told}");

    h.later(14 * 86_400);
    assert_eq!(post(&h, "lan", &path, &[("stars", "3")]).status, 303);
    let all = entries(&h, &d.code).await;
    assert_eq!((all.len(), all[1].kind.as_str(), all[1].version), (2, "rating.changed", 2));
    h.later(2 * 86_400);
    let late = post(&h, "lan", &path, &[("stars", "1")]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("quá 15 ngày"), "{}", late.text());
    let row = h.it.scope.one("SELECT stars, version FROM care_rating WHERE province = $1", values![]).await.unwrap().unwrap();
    assert_eq!((row.int("stars").unwrap(), row.int("version").unwrap()), (3, 2));
}

async fn a_dislike_is_followed_up_and_counted(db: Db) {
    let h = House::open(db).await;
    let d = ended(&h);
    h.later(3600);
    post(&h, "lan", &format!("/my/ratings/{}", d.code), &[("stars", "1"), ("words", "Phải đi lại ba lần")]);
    let desk = page(&h.actor("ha").get("/work/ratings"));
    assert!(desk.contains("Chờ cơ quan trả lời (1)") && desk.contains("Phải đi lại ba lần"), "{desk}");
    // Another office sees nothing of it, and may not answer.
    let elsewhere = page(&h.actor("binh").get("/work/ratings"));
    assert!(elsewhere.contains("Chờ cơ quan trả lời (0)") && !elsewhere.contains(&d.code));
    let row = h.it.scope.one("SELECT case_id, follow_due FROM care_rating WHERE province = $1", values![]).await.unwrap().unwrap();
    let answer = format!("/work/ratings/{}/answer", row.string("case_id").unwrap());
    // Five working days from Monday: the holiday of 24 November does not count.
    let due = row.instant("follow_due").unwrap();
    assert!(due.date() >= "2026-11-30".parse().unwrap() && due > h.now(), "{due:?}");
    assert_eq!(post(&h, "binh", &answer, &[("answer", "Đã xin lỗi người dân")]).status, 404);
    let short = post(&h, "ha", &answer, &[("answer", "ừ")]);
    assert_eq!(short.status, 422);
    assert!(short.text().contains("cơ quan đã làm gì"));
    assert_eq!(post(&h, "ha", &answer, &[("answer", "Đã gọi điện xin lỗi và trả kết quả tại nhà")]).status, 303);
    assert_eq!(post(&h, "ha", &answer, &[("answer", "Đã gọi điện xin lỗi và trả kết quả tại nhà")]).status, 409);
    let mine = page(&h.actor("lan").get(&format!("/my/ratings/{}", d.code)));
    assert!(mine.contains("trả kết quả tại nhà") && mine.contains("Đặng Thu Hà"), "{mine}");
    assert_eq!(entries(&h, &d.code).await.last().unwrap().kind, "rating.answered");
    // The index counts it, and its figure opens the dossier.
    h.follow().await;
    let list = page(&h.actor("ngoc").get("/work/index/dossiers?of=province&period=2026-11&measure=displeased"));
    assert!(list.contains(&d.code), "{list}");
}

async fn strangers_rate_nothing(db: Db) {
    let h = House::open(db).await;
    let d = ended(&h);
    let path = format!("/my/ratings/{}", d.code);
    let before: i64 = h.journal().await;
    assert_eq!(post(&h, "minh", &path, &[("stars", "1")]).status, 404);
    assert_eq!(h.actor("minh").get(&path).status, 404);
    assert_eq!(h.actor("lan").get("/work/ratings").status, 403);
    assert!(h.nobody().get("/my/ratings").goes_to().starts_with("/sign-in"));
    assert_eq!(h.journal().await, before);
}
