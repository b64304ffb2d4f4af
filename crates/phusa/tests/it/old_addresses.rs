//! Addresses with a district or province of the past, and identity numbers of nine digits: both are taken, and the official sees
//! what they are today (domain page §10.5).

use crate::{
    browser::begin,
    care_ratings::page,
    dossier::{example, key},
    house::House,
};
use serde_json::{Value, json};
use store::Db;
use testkit::on_each_database;

on_each_database!(
    an_old_address_is_taken_and_mapped
    a_divided_commune_is_chosen_by_the_citizen
    an_old_number_goes_to_review
);

/// Files the permit with these answers changed; its code.
fn filed(house: &House, change: &[(&str, Value)]) -> String {
    let mut body = example(house, "1.013225");
    for (field, value) in change {
        body["answers"][*field] = value.clone();
    }
    let reply = house.actor("lan").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["code"].as_str().unwrap().to_owned()
}

async fn an_old_address_is_taken_and_mapped(db: Db) {
    let house = House::open(db).await;
    for (address, now, sure) in [
        ("Số 12 đường Lê Lợi, Phường 5, Quận 3, Thành phố Hồ Chí Minh", "Phường Bàn Cờ, Thành phố Hồ Chí Minh", "chắc chắn"),
        ("5 Đồng Khởi, phường Bến Nghé", "Phường Sài Gòn, Thành phố Hồ Chí Minh", "có thể đúng"),
        ("30 Điện Biên Phủ, phường Đa Kao, quận 1, TP. Hồ Chí Minh", "Phường Tân Định, Thành phố Hồ Chí Minh", "chưa xác định"),
        ("Thôn 3, tỉnh Bình Định", "Tỉnh Gia Lai", "có thể đúng"),
    ] {
        let code = filed(&house, &[("owner_address", json!(address))]);
        let case = house.actor("thu").get(&format!("/api/v1/cases/{code}")).ok();
        assert_eq!(case["answers"]["owner_address"], address, "kept as it was written");
        let shown = page(&house.actor("thu").get(&format!("/work/cases/{code}")));
        assert!(shown.contains("Địa chỉ cũ và đơn vị hành chính hiện nay") && shown.contains(now) && shown.contains(sure), "{address}: {shown}");
    }
    let code = filed(&house, &[]);
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{code}")));
    assert!(!shown.contains("Địa chỉ cũ và đơn vị"), "nothing is said of an address of today");
}

async fn a_divided_commune_is_chosen_by_the_citizen(db: Db) {
    let house = House::open(db).await;
    let answers = example(&house, "1.013225")["answers"].clone();
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    let was = "30 Điện Biên Phủ, phường Đa Kao, quận 1, TP. Hồ Chí Minh";
    let section = format!("{draft}/form/owner");
    let rules = house.it.services.desk.rules();
    let fields = rules.definitions.current("1.013225", house.now().date()).unwrap().form.sections.iter().find(|s| s.code == "owner").unwrap().fields.clone();
    let typed: Vec<(String, String)> = fields
        .iter()
        .filter_map(|f| Some((f.clone(), if f == "owner_address" { was.to_owned() } else { answers.get(f)?.as_str()?.to_owned() })))
        .collect();
    let sent = browser.post(&section, &section, typed.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    assert_eq!(sent.status, 303, "accepted: {}", sent.text());
    let review = format!("{draft}/review");
    let shown = browser.get(&review).text();
    for said in ["Địa chỉ theo đơn vị hành chính hiện nay", "chưa xác định, cần chọn", "Phường Sài Gòn, Thành phố Hồ Chí Minh", "Phường Tân Định, Thành phố Hồ Chí Minh"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let write = format!("{draft}/address/owner_address");
    for wrong in ["", "26743", "x", "'--"] {
        assert_eq!(browser.post(&review, &write, [("unit-owner_address", wrong)]).status, 422, "{wrong}");
    }
    assert_eq!(browser.post(&review, &write, [("unit-owner_address", "26737")]).goes_to(), review);
    let shown = browser.get(&review).text();
    assert!(shown.contains("30 Điện Biên Phủ, Phường Tân Định, Thành phố Hồ Chí Minh") && shown.contains("trước đây: 30 Điện Biên Phủ, phường Đa Kao"), "{shown}");
    assert!(!shown.contains("cần chọn"), "{shown}");
    // Once more, or of a field that is no old address: nothing happens.
    assert_eq!(browser.post(&review, &write, [("unit-owner_address", "26737")]).goes_to(), review);
    // Somebody else's draft is nobody's.
    let mut other = house.browser();
    other.sign_in("minh", "next=%2F");
    assert_eq!(other.post("/my", &write, [("unit-owner_address", "26737")]).status, 404);
}

async fn an_old_number_goes_to_review(db: Db) {
    let house = House::open(db).await;
    let code = filed(&house, &[("owner_personal_number", json!("025123456"))]);
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{code}")));
    assert!(shown.contains("Cần rà soát") && shown.contains("số cũ 9 số"), "{shown}");
    assert!(!shown.contains("025123456"), "masked like any other");
    let case = house.actor("thu").get(&format!("/api/v1/cases/{code}")).ok();
    assert_eq!(case["people"]["owner"]["identifier"], json!({"type": "old_id_card", "value": "025123456"}));
    house.sound(&code).await;
    let usual = filed(&house, &[]);
    assert!(!page(&house.actor("thu").get(&format!("/work/cases/{usual}"))).contains("Cần rà soát"));
    // On the page: no error at the field, and a word before submitting.
    let answers = example(&house, "1.013225")["answers"].clone();
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    let section = format!("{draft}/form/owner");
    let rules = house.it.services.desk.rules();
    let fields = rules.definitions.current("1.013225", house.now().date()).unwrap().form.sections.iter().find(|s| s.code == "owner").unwrap().fields.clone();
    let mut typed: Vec<(&str, &str)> = fields.iter().filter_map(|f| Some((f.as_str(), answers.get(f)?.as_str()?))).collect();
    typed.iter_mut().find(|(k, _)| *k == "owner_personal_number").unwrap().1 = "025123456";
    assert_eq!(browser.post(&section, &section, typed.iter().copied()).status, 303);
    let review = browser.get(&format!("{draft}/review")).text();
    assert!(review.contains("Số chứng minh nhân dân cũ 9 số") && review.contains("Hồ sơ vẫn được nhận"), "{review}");
    typed.iter_mut().find(|(k, _)| *k == "owner_personal_number").unwrap().1 = "02512345";
    assert_eq!(browser.post(&section, &section, typed).status, 422, "eight digits are none");
}
