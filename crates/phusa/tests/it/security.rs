//! Where a weakness of the installation is reported: without an account, in both languages, never promised for longer than declared.

use crate::house::{House, MONDAY, folder};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
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

/// Every requirement of levels 1 and 2 once, none without grounds, no pointer to what is gone, the sums as counted.
#[test]
fn the_asvs_is_answered_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let text = read("docs/security/asvs-5.md");
    let (mut numbers, mut levels, mut answers) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
    for line in text.lines().filter(|l| l.starts_with("| V")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, level, _, answer, evidence, missing] = cells[..] else { panic!("{line}") };
        assert!(numbers.insert(number), "{number} twice");
        *levels.entry(level).or_insert(0) += 1;
        *answers.entry(answer).or_insert(0) += 1;
        assert!(evidence != "–" || answer == "not met", "{number}: no grounds");
        assert!(missing != "–" || matches!(answer, "met" | "not applicable"), "{number}: what is missing?");
        for path in format!("{evidence} {missing}").split('`').skip(1).step_by(2) {
            let file = ["crates/", "catalog/", "ui/", "docs/"].iter().any(|start| path.starts_with(start));
            assert!(!file || root.join(path).exists(), "{number}: {path} is not there");
        }
    }
    assert_eq!(levels, BTreeMap::from([("1", 70), ("2", 183)]), "requirements of ASVS 5.0.0 by level");
    let of = |answer: &str| answers.get(answer).copied().unwrap_or(0);
    let sums = format!("| 1 and 2 | 253 | {} | {} | {} | {} |", of("met"), of("partly"), of("not met"), of("not applicable"));
    assert_eq!(answers.values().sum::<i32>(), 253);
    assert!(text.contains(&sums) && read("docs/security.md").contains(&sums), "{sums}");
}
