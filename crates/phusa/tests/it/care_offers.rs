//! Services offered before anybody asks: once, with a prepared dossier, never over a refusal. The rules are a province's own, laid over
//! the built-in ones, so that they fall into the days the calendar knows.

use crate::{
    care_ratings::{ended, page, post},
    house::{House, MONDAY, folder},
};
use store::{Db, journal, values};
use testkit::on_each_database;

on_each_database! {
    a_result_that_expires_is_offered_with_a_prepared_dossier
    a_refusal_holds_until_it_is_taken_back
    an_age_is_reached_and_nobody_else_is
}

const RULES: &str = r#"
legal_basis: [{document: Nghị định 224/2026/NĐ-CP, article: Điều 16, verified: "yes"}]
offers:
  - code: again
    level: 2
    procedure: "1.001193"
    name: {vi: Làm lại khi hết hạn, en: Again}
    why: {vi: "Kết quả của hồ sơ {case} hết hạn ngày {date}.", en: "The result of case {case} expires on {date}."}
    trigger: {expires: {definition: "1.001193", months: 1}}
    before_days: 10
    after_days: 20
    effective: {from: 2026-07-01}
    legal_basis: {document: Quy định của thành phố, verified: "no"}
  - code: first-birthday
    level: 1
    name: {vi: Con đầy năm, en: A first birthday}
    why: {vi: "Con bạn (hồ sơ {case}) tròn một tuổi ngày {date}.", en: "Your child (case {case}) turns one on {date}."}
    trigger: {child: {definition: "1.001193", field: /child_birth_date, years: 1}}
    before_days: 30
    after_days: 30
    effective: {from: 2026-07-01}
    legal_basis: {document: Quy định của thành phố, verified: "no"}
  - code: age
    level: 2
    procedure: "1.014027"
    name: {vi: Trợ cấp theo tuổi, en: Allowance by age}
    why: {vi: "Bạn đủ 38 tuổi vào ngày {date}.", en: "You turn 38 on {date}."}
    trigger: {age: {years: 38}}
    before_days: 30
    after_days: 30
    effective: {from: 2026-07-01}
    legal_basis: {document: Quy định của thành phố, verified: "no"}
"#;

async fn house(db: Db) -> House {
    let home = folder("offers");
    std::fs::create_dir_all(home.join("care")).unwrap();
    std::fs::write(home.join("care/offers.yaml"), RULES).unwrap();
    let h = House::with(db, &[home.clone()], MONDAY).await;
    std::fs::remove_dir_all(home).unwrap();
    h
}

/// The offers made by a run; those of the rule by age are Hoa's and stand aside.
async fn offers(h: &House) -> usize {
    h.follow().await;
    h.it.rooms.citizen_care.offer_due(h.now()).await.unwrap()
}

async fn id_of(h: &House, rule: &str) -> String {
    let sql = "SELECT id FROM care_offer WHERE province = $1 AND rule = $2 ORDER BY offered_at, id LIMIT 1";
    h.it.scope.one(sql, values![rule]).await.unwrap().unwrap().string("id").unwrap()
}

async fn kinds(h: &House, id: &str) -> Vec<String> {
    journal::stream(&h.it.scope, id).await.unwrap().into_iter().map(|e| e.kind).collect()
}

async fn a_result_that_expires_is_offered_with_a_prepared_dossier(db: Db) {
    let h = house(db).await;
    let d = ended(&h);
    assert_eq!(offers(&h).await, 1, "Hoa's age alone");
    // Given on 23/11, it expires on 23/12: offered from ten days before.
    h.set("2026-12-12T09:00:00+07:00");
    assert_eq!(offers(&h).await, 0);
    h.set("2026-12-13T09:00:00+07:00");
    let upcoming = page(&h.actor("thu").get("/work/offers?rule=again"));
    assert!(upcoming.contains("sẽ được gợi ý") && upcoming.contains("Nguyễn Thị Lan") && upcoming.contains("23/12/2026"), "{upcoming}");
    assert_eq!(offers(&h).await, 1);
    assert_eq!(offers(&h).await, 0, "once");
    let shown = page(&h.actor("lan").get("/my/offers"));
    assert!(shown.contains("Làm lại khi hết hạn") && shown.contains(&d.code) && shown.contains("23/12/2026") && shown.contains("chưa đối chiếu") && shown.contains("đã điền sẵn"), "{shown}");
    let id = id_of(&h, "again").await;
    assert_eq!(kinds(&h, &id).await, ["offer.made"]);
    // Strangers see and take nothing.
    assert_eq!(post(&h, "minh", &format!("/my/offers/{id}/take"), &[]).status, 404);
    assert_eq!(post(&h, "minh", &format!("/my/offers/{id}/refuse"), &[]).status, 404);
    let draft = post(&h, "lan", &format!("/my/offers/{id}/take"), &[]).goes_to();
    assert_eq!(post(&h, "lan", &format!("/my/offers/{id}/take"), &[]).goes_to(), draft, "the same draft, however often");
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM draft WHERE province = $1").await, 1);
    let row = h.it.scope.one("SELECT answers FROM draft WHERE province = $1", values![]).await.unwrap().unwrap();
    let answers: serde_json::Value = row.json("answers").unwrap();
    assert_eq!((answers["child_name"].as_str(), answers["child_birth_date"].as_str()), (Some("Nguyễn Minh An"), Some("2026-11-05")));
    assert_eq!(kinds(&h, &id).await, ["offer.made", "offer.taken", "offer.prepared"]);
    assert_eq!(h.actor("minh").get(&draft).status, 404);
    let rule = page(&h.actor("thu").get("/work/offers?rule=again"));
    assert!(rule.contains("đã gợi ý") && rule.contains("đã nhận"), "{rule}");
    let work = page(&h.actor("thu").get("/work/offers"));
    assert!(work.contains("Con đầy năm") && work.contains("2 – nhắc") && work.contains("1 – nhắc"), "{work}");
    assert_eq!(h.actor("lan").get("/work/offers").status, 403);
    assert!(h.nobody().get("/my/offers").goes_to().starts_with("/sign-in"));
}

async fn a_refusal_holds_until_it_is_taken_back(db: Db) {
    let h = house(db).await;
    ended(&h);
    ended(&h);
    offers(&h).await;
    // Both children turn one on 5/11/2027.
    h.set("2027-10-06T09:00:00+07:00");
    assert_eq!(offers(&h).await, 2);
    let id = id_of(&h, "first-birthday").await;
    assert_eq!(post(&h, "lan", &format!("/my/offers/{id}/refuse"), &[]).goes_to(), "/my/offers?done=refused");
    post(&h, "lan", &format!("/my/offers/{id}/refuse"), &[]);
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'offer.refused'").await, 1);
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_offer WHERE province = $1 AND state = 'open' AND rule = 'first-birthday'").await, 0, "both of the service");
    assert_eq!(post(&h, "lan", &format!("/my/offers/{id}/take"), &[]).status, 409);
    // A third child: the service is not offered again.
    ended(&h);
    assert_eq!(offers(&h).await, 0);
    assert!(page(&h.actor("thu").get("/work/offers?rule=first-birthday")).contains("đã từ chối dịch vụ này"));
    let shown = page(&h.actor("lan").get("/my/offers"));
    assert!(shown.contains("Bạn đã từ chối") && shown.contains("Cho gợi ý lại"), "{shown}");
    assert_eq!(post(&h, "lan", "/my/offers/again", &[("service", "first-birthday")]).goes_to(), "/my/offers?done=again");
    assert_eq!(kinds(&h, &id).await, ["offer.made", "offer.closed", "offer.opened"]);
    assert_eq!(offers(&h).await, 1, "the third child's");
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_offer WHERE province = $1 AND state = 'open' AND rule = 'first-birthday'").await, 3);
    // Past its time it cannot be taken.
    h.set("2027-12-06T09:00:00+07:00");
    let late = post(&h, "lan", &format!("/my/offers/{id}/take"), &[]);
    assert!(late.status == 409 && late.text().contains("hết hạn"), "{}", late.text());
}

async fn an_age_is_reached_and_nobody_else_is(db: Db) {
    let h = house(db).await;
    // Hoa, born 2/11/1988, is 38 since three weeks; Lan, Minh and Ươn are not.
    assert_eq!(offers(&h).await, 1);
    let shown = page(&h.actor("hoa").get("/my/offers"));
    assert!(shown.contains("02/11/2026") && shown.contains("đã điền sẵn"), "{shown}");
    assert!(page(&h.actor("lan").get("/my/offers")).contains("Hiện không có gợi ý nào."));
    let id = id_of(&h, "age").await;
    let draft = post(&h, "hoa", &format!("/my/offers/{id}/take"), &[]).goes_to();
    assert!(draft.starts_with("/drafts/draft_"), "{draft}");
    let form = page(&h.actor("hoa").get(&format!("{draft}/form/owner")));
    assert!(form.contains("Lê Thị Hoa") && form.contains("079188000033"), "{form}");
    // The word went out with a way to refuse, and the carriers are not connected here: nothing waits.
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1").await, 0);

}
