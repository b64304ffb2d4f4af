//! Where a weakness of the installation is reported: without an account, in both languages, never promised for longer than declared.

use crate::house::{House, MONDAY, folder};
use store::Db;
use testkit::on_each_database;

on_each_database!(anybody_reads_where_a_weakness_is_reported an_installation_names_its_own_mailbox a_token_is_listed_and_ended);

async fn anybody_reads_where_a_weakness_is_reported(db: Db) {
    let house = House::open(db).await;
    let reply = house.nobody().get("/.well-known/security.txt");
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/plain; charset=utf-8"));
    let (text, base) = (reply.text(), &house.base);
    let expected = format!(
        "Contact: {base}/security\nExpires: 2027-05-22T00:00:00+07:00\nPreferred-Languages: vi, en\nCanonical: {base}/.well-known/security.txt\nPolicy: {base}/security\n"
    );
    assert_eq!(text, expected);
    let page = house.nobody().get("/security");
    assert!(page.status == 200 && page.text().contains("Báo điểm yếu an toàn thông tin") && page.text().contains("5 ngày làm việc"));
    assert!(house.nobody().get("/security?lang=en").text().contains("within 5 working days"));
}

async fn an_installation_names_its_own_mailbox(db: Db) {
    let own = folder("security");
    std::fs::create_dir_all(own.join("house")).unwrap();
    let text = "contacts: [\"mailto:an-toan@phu-sa.example\"]\ngood_for_days: 30\nanswer_within_days: 3\n";
    std::fs::write(own.join("house/security.yaml"), text).unwrap();
    let house = House::with(db, std::slice::from_ref(&own), MONDAY).await;
    let said = house.nobody().get("/.well-known/security.txt").text();
    assert!(said.starts_with("Contact: mailto:an-toan@phu-sa.example\nExpires: 2026-12-23T00:00:00+07:00\n"), "{said}");
    assert!(house.nobody().get("/security").text().contains("href=\"mailto:an-toan@phu-sa.example\""));
    let _ = std::fs::remove_dir_all(own);
}

async fn a_token_is_listed_and_ended(db: Db) {
    let house = House::open(db).await;
    let lan = house.it.identity.directory().find("lan").await.unwrap().id;
    let asked = || house.actor("lan").get("/api/v1/cases/H29.161-261123-9999");
    asked().refused(404, "not-found");
    let known = house.it.identity.directory().tokens(lan).await.unwrap();
    assert!(known.len() == 1 && known[0].name == "kiểm thử" && known[0].revoked.is_none(), "{known:?}");
    // Somebody else's token is not ended by this name.
    assert!(phusa::commands::token::revoke(house.it.scope.clone(), "minh", &known[0].id).await.is_err());
    phusa::commands::token::revoke(house.it.scope.clone(), "lan", &known[0].id).await.unwrap();
    asked().refused(401, "sign-in-needed");
    assert!(house.it.identity.directory().tokens(lan).await.unwrap()[0].revoked.is_some());
}
