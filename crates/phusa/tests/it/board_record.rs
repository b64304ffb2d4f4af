//! The decision of a consulting board goes out as a document: drafted once from the record, signed, numbered, sealed, checked by anybody.

use crate::house::House;
use boards::{
    board::{Opening, Seat, SeatRole},
    matter::{Act, MatterKind, Proposal, Subject, tally::Choice},
};
use kernel::{Actor, Text, id::{BoardId, MatterId}, time::date};
use store::Db;
use testkit::on_each_database;
use uuid::Uuid;

on_each_database!(a_record_goes_out_as_a_document);

async fn person(house: &House, key: &str) -> Actor {
    let directory = house.it.identity.directory();
    let account = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, key).await.unwrap().unwrap();
    directory.actor(account.id, house.now()).await.unwrap().unwrap()
}

/// A matter on which two agreed and one did not.
async fn decided(house: &House) -> MatterId {
    let boards = &house.it.centre.boards;
    let (officer, chair, uyen, dat) = (person(house, "nhan").await, person(house, "chau").await, person(house, "uyen").await, person(house, "dat").await);
    let seat = |a: &Actor, role| Seat { account: a.account, name: a.name.clone(), expert: None, role, from: date(2026, 11, 1), to: None, competences: vec![], decision: String::new() };
    let seats = vec![seat(&chair, SeatRole::Chair), seat(&uyen, SeatRole::Member), seat(&dat, SeatRole::Member)];
    let opening = Opening { id: BoardId::new(Uuid::now_v7()), name: Text::new("Ban nông nghiệp", "Agriculture board"), field: "agri_food".into(), from: date(2026, 11, 1), to: None, seats, limits: vec![] };
    let board = boards.open_board(&officer, "agriculture-food", &opening).await.unwrap().id;
    let subject = Subject { kind: String::new(), id: String::new(), title: "Lộ trình HTX Lươn Vàng".into(), path: String::new(), enterprise: None };
    let proposal = Proposal { id: MatterId::new(Uuid::now_v7()), board, kind: MatterKind::FrameworkReview, subject, question: "Đồng ý lộ trình?".into(), amount: None };
    let id = boards.open_matter(&officer, &proposal).await.unwrap().proposal.id;
    for (who, choice) in [(&chair, Choice::For), (&uyen, Choice::For), (&dat, Choice::Against)] {
        boards.act_on_matter(who, id, &Act::Vote { choice, reason: "Chưa tính chi phí duy trì".into(), clear: true }).await.unwrap();
    }
    boards.act_on_matter(&chair, id, &Act::Close { conclusion: "Thông qua kèm điều kiện".into() }).await.unwrap();
    id
}

async fn a_record_goes_out_as_a_document(db: Db) {
    let house = House::open(db).await;
    let id = decided(&house).await;
    let record = format!("/centre/matters/{id}/record");
    let mut chair = house.browser();
    chair.sign_in("chau", "");
    assert!(chair.get(&record).text().contains("Lập văn bản"));
    let doc = chair.post(&record, &record, []).goes_to();
    assert!(doc.starts_with("/work/documents/doc_"), "{doc}");
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    assert_eq!(officer.post(&record, &record, []).goes_to(), doc, "made already: nothing is made twice");
    let shown = chair.get(&record).text();
    assert!(shown.contains(&doc) && shown.contains("Dự thảo"), "{shown}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM document WHERE province = $1").await, 1);
    let draft = house.actor("chau").get(&format!("{doc}/file"));
    assert!(draft.bytes.starts_with(b"%PDF"), "{}", draft.text());
    crate::documents::submit(&house, "chau", &doc, None, "Lâm Nhật Quang");
    crate::documents::act(&house, "quang", &doc, "sign");
    house.effects().await;
    crate::documents::act(&house, "khue", &doc, "issue");
    house.effects().await;
    let shown = officer.get(&record).text();
    assert!(shown.contains("Đã phát hành") && shown.contains("01/BB-"), "{shown}");
    let code = shown.split("/verify/").nth(1).unwrap().split('"').next().unwrap();
    let told = house.nobody().get(&format!("/verify/{code}")).text();
    assert!(told.contains("Lộ trình HTX Lươn Vàng") && !told.contains("Chưa tính chi phí"), "what was voted is not shown to anybody: {told}");
}
