//! The demonstration that plays by itself: acts of people, decided like anybody's.

use crate::house::House;
use kernel::id::ProvinceCode;
use phusa::demo;
use store::Db;
use testkit::on_each_database;

on_each_database!(it_files_works_and_directs_by_itself);

async fn it_files_works_and_directs_by_itself(db: Db) {
    let house = House::open(db).await;
    let accounts = demo::staff::accounts(house.it.identity.offices(), false);
    demo::staff::install(house.it.identity.directory(), &accounts, &ProvinceCode::new(demo::PROVINCE)).await.unwrap();
    let mut live = demo::live::Live::of(&house.it, &accounts, 7).await.unwrap();
    let mut refused = Vec::new();
    for _ in 0..160 {
        house.later(30);
        if let Err(error) = live.beat().await {
            refused.push(format!("{error:#}"));
        }
    }
    assert!(refused.len() < 8, "{refused:?}");
    house.follow().await;
    assert!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await > 20);
    assert!(house.journal().await > 150);
    assert!(house.count("SELECT COUNT(*) AS n FROM directive WHERE province = $1 AND workflow <> 'draft'").await > 2);
    // It can be begun again over what it left.
    demo::live::Live::of(&house.it, &accounts, 7).await.unwrap().beat().await.unwrap();
}
