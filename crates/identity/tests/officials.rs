//! Who holds a post, for rooms that offer officials to choose from.
#![allow(clippy::unwrap_used)]

use identity::{AccountKind, Directory, MIGRATIONS, NewAccount, roles};
use kernel::{
    Instant,
    id::{AccountId, OfficeCode, ProvinceCode},
};
use store::Db;
use testkit::on_each_database;

on_each_database!(each_official_stands_once_in_the_office_they_act_in);

fn at(text: &str) -> Instant {
    format!("{text}T08:00:00+07:00").parse().unwrap()
}

async fn official(directory: &Directory, name: &str, posts: &[(&str, &str, Option<&str>)]) -> AccountId {
    let new = NewAccount::new(AccountKind::Official, "test", name, name);
    let by = new.id;
    directory.create(&new, by, at("2026-01-01")).await.unwrap();
    for (office, from, to) in posts {
        directory.open_post(new.id, &OfficeCode::new(office), roles::SPECIALIST, "Chuyên viên", at(from), to.map(at), by, at("2026-01-01")).await.unwrap();
    }
    new.id
}

async fn each_official_stands_once_in_the_office_they_act_in(db: Db) {
    db.migrate(MIGRATIONS).await.unwrap();
    let directory = Directory::new(db.province(ProvinceCode::new("79")));
    official(&directory, "Bình", &[("H29.02", "2026-01-01", None), ("H29.02", "2026-02-01", None)]).await;
    let moved = official(&directory, "An", &[("H29.02", "2026-01-01", None), ("H29.03", "2026-06-01", None)]).await;
    official(&directory, "Cúc", &[("H29.02", "2026-01-01", Some("2026-03-01"))]).await;
    let closed = official(&directory, "Dung", &[("H29.02", "2026-01-01", None)]).await;
    directory.disable(closed, closed, at("2026-01-02")).await.unwrap();
    let names = async |office: Option<&str>, day: &str| -> Vec<String> {
        let office = office.map(OfficeCode::new);
        directory.officials_at(office.as_ref(), at(day)).await.unwrap().into_iter().map(|(a, _)| a.name).collect()
    };
    assert_eq!(names(Some("H29.02"), "2026-02-15").await, ["An", "Bình", "Cúc"]);
    assert_eq!(names(Some("H29.02"), "2026-07-01").await, ["Bình"], "who acts elsewhere now is listed there");
    assert_eq!(names(Some("H29.03"), "2026-07-01").await, ["An"]);
    assert_eq!(names(None, "2026-07-01").await, ["An", "Bình"]);
    assert_eq!(directory.actor(moved, at("2026-07-01")).await.unwrap().unwrap().office.unwrap().as_str(), "H29.03", "as the account acts");
    assert!(names(None, "2025-07-01").await.is_empty());
}
