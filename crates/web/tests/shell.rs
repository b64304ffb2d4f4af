//! The shell as text: what changes here changes every page.
#![allow(clippy::unwrap_used)]

use kernel::{
    Actor,
    id::{AccountId, OfficeCode, ProvinceCode},
    text::Lang,
};
use std::{collections::BTreeSet, sync::Arc};
use web::{
    Html, Visitor,
    page::{Area, NavItem, Shell, Width},
};

/// Names of built files change with their content; the snapshot is about the shell.
fn stable(html: &Html) -> String {
    html.0
        .lines()
        .filter(|line| !line.contains("rel=\"preload\"") && !line.contains("rel=\"icon\""))
        .map(|line| if line.contains("/assets/app.") { line.split("/assets/app.").next().unwrap().to_owned() + "/assets/app.…" } else { line.to_owned() })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_citizens_page() {
    let visitor = Visitor { path: "/services?q=x".into(), csrf: "token".into(), ..Visitor::default() };
    insta::assert_snapshot!(stable(&Shell::new(&visitor, "Tìm <dịch vụ>", Html("<h1>Tìm</h1>".into())).width(Width::Narrow).back("/", "Trang chủ").error(true).render()));
}

#[test]
fn an_officials_page_in_english() {
    let actor = Actor {
        account: AccountId::new(uuid::Uuid::from_u128(2)),
        province: ProvinceCode::new("79"),
        name: "Trần Thu Hà".into(),
        party: None,
        personal_number: None,
        roles: BTreeSet::new(),
        office: Some(OfficeCode::new("H29.161")),
        title: Some("Chuyên viên".into()),
        lent: Vec::new(),
    };
    let visitor = Visitor { actor: Some(Arc::new(actor)), lang: Lang::En, path: "/work".into(), csrf: "token".into(), ..Visitor::default() };
    let nav = vec![NavItem::new("/work", "By deadline", true).count(14), NavItem::new("/work/waiting", "Waiting", false)];
    insta::assert_snapshot!(stable(&Shell::new(&visitor, "My work", Html("<h1>My work</h1>".into())).area(Area::Work).width(Width::Wide).nav(nav).render()));
}
