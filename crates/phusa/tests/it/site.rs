//! What an installation calls itself: each province of a process by its own name, never by that of the demonstration.

use crate::house::{House, folder};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
};
use phusa::{
    assembly,
    installation::{Installation, router},
};
use std::net::SocketAddr;
use store::Db;
use testkit::on_each_database;
use tower::ServiceExt;

on_each_database!(each_province_bears_its_own_name the_demonstration_keeps_its_city);

async fn front_page(all: &Router, host: &str) -> String {
    let mut request = Request::get("/").header("host", host).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
    let answer = all.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{host}");
    String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

async fn each_province_bears_its_own_name(db: Db) {
    db.migrate(&assembly::migrations()).await.unwrap();
    let place = folder("site");
    let lay = |path: &str, text: &str| {
        let file = place.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    lay("79/house/site.yaml", "name: {vi: Thành phố Bến Nghé, en: Ben Nghe City}\nhotline: 028-1022\nemail: mot-cua@bennghe.gov.vn\naddress: {vi: \"Số 1 <đường> Sông\", en: 1 River Street}\n");
    // The other one lays its offices over and says nothing of its name: it is that of the province.
    lay("48/offices/phu-sa.yaml", &include_str!("../../../../catalog/offices/phu-sa.yaml").replacen("province: \"79\"", "province: \"48\"", 1));
    let of = |code: &str, host: &str| format!("  - {{province: '{code}', hosts: [{host}], public_url: 'https://{host}', data: '{0}/data-{code}', catalog: ['{0}/{code}']}}\n", place.display());
    lay("provinces.yaml", &format!("provinces:\n{}{}", of("79", "a.vn"), of("48", "b.vn")));
    let installation = Installation::read(&place.join("provinces.yaml")).unwrap();
    let houses = installation.assemble(&db).await.unwrap();
    let all = router(houses.into_iter().map(|h| (h.hosts, h.it.router)));
    let (one, other) = (front_page(&all, "a.vn").await, front_page(&all, "b.vn").await);
    for told in ["Thành phố Bến Nghé", "href=\"tel:028-1022\"", "mailto:mot-cua@bennghe.gov.vn", "Số 1 &lt;đường&gt; Sông"] {
        assert!(one.contains(told) && !other.contains(told), "{told}: {one}");
    }
    assert!(other.contains("Thành phố Đà Nẵng") && !other.contains("tel:"), "{other}");
    for page in [&one, &other] {
        assert!(!page.contains("Phù Sa</title>") && !page.contains("Thành phố Phù Sa"), "the invented city is nobody's: {page}");
    }
    std::fs::remove_dir_all(place).ok();
}

async fn the_demonstration_keeps_its_city(db: Db) {
    let house = House::open(db).await;
    let page = house.browser().get("/").text();
    assert!(page.contains("Thành phố Phù Sa") && page.contains("tel:1022"), "{page}");
}
