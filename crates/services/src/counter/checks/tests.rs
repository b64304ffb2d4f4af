#![allow(clippy::unwrap_used)]
use super::*;
use crate::paper::fixtures;
use casework::event::Person;
use kernel::{id::FileId, party::Identifier};
use serde_json::json;

fn definition(code: &str) -> std::sync::Arc<casework::Definition> {
    let (all, findings) = casework::definition::load(&fixtures::catalogue());
    assert!(findings.is_empty(), "{findings:?}");
    all.current(code, kernel::time::date(2026, 11, 23)).unwrap().clone()
}

fn scan(component: &str, n: u128) -> GivenFile {
    GivenFile { component: component.into(), file: FileId::new(uuid::Uuid::from_u128(n)), name: "quet.pdf".into(), sha256: "a".into(), size: 1, media_type: "application/pdf".into(), origin: None, signatures: Vec::new() }
}

#[test]
fn nothing_outside_the_published_list_is_taken() {
    let d = definition("local-certified-copy");
    assert!(unpublished(&d, ["original"].into_iter()).is_none());
    let refused = unpublished(&d, ["original", "household_book"].into_iter()).unwrap();
    assert_eq!(refused.code, "unknown-component");
    assert!(refused.message.vi.contains("Nghị định 118/2025/NĐ-CP, Điều 5"), "{}", refused.message.vi);
}

#[test]
fn a_paper_is_there_when_it_was_shown_or_scanned() {
    let d = definition("local-certified-copy");
    let answers = d.form.example().unwrap().clone();
    let mut meta = Meta::default();
    let lacks = |meta: &Meta, files: &[GivenFile]| missing(&d, &answers, meta, files).iter().map(|c| c.code.clone()).collect::<Vec<_>>();
    assert_eq!(lacks(&meta, &[]), ["original"]);
    assert_eq!(lacks(&meta, &[scan("original", 1)]), Vec::<String>::new());
    meta.ticks.insert("original".into(), Tick::Shown);
    assert_eq!(lacks(&meta, &[]), Vec::<String>::new());
    assert_eq!(meta.waived(), ["original"]);
    meta.ticks.insert("original".into(), Tick::Scanned);
    assert_eq!(lacks(&meta, &[]), ["original"], "ticked, but there is no scan");
}

#[test]
fn pages_of_paper_and_scan_agree() {
    let d = definition("local-certified-copy");
    let file = scan("original", 7);
    let faults = |typed: Option<u32>, counted: Option<u32>| {
        let mut meta = Meta::default();
        meta.ticks.insert("original".into(), Tick::Scanned);
        meta.pages.extend(typed.map(|n| ("original".to_owned(), n)));
        meta.counted.insert(file.file.to_string(), counted);
        scan_faults(&d, &meta, std::slice::from_ref(&file)).into_iter().map(|r| (r.field.unwrap(), r.message.vi)).collect::<Vec<_>>()
    };
    assert!(faults(Some(3), Some(3)).is_empty());
    let wrong = faults(Some(3), Some(2));
    assert_eq!(wrong[0].0, "pages-original");
    assert!(wrong[0].1.contains("giấy có 3 trang, tệp quét có 2 trang"), "{}", wrong[0].1);
    assert_eq!(faults(None, Some(2))[0].0, "pages-original", "the number of pages is asked");
    assert!(faults(Some(3), None).is_empty(), "what cannot be counted is the official's to compare");
    let mut ticked = Meta::default();
    ticked.ticks.insert("original".into(), Tick::Scanned);
    assert_eq!(scan_faults(&d, &ticked, &[])[0].field.as_deref(), Some("file-original"));
}

#[test]
fn who_has_no_number_is_taken_where_the_procedure_needs_none() {
    assert!(without_number(&definition("2.000282")), "emergency admission");
    assert!(!without_number(&definition("2.000635")));
    assert!(!without_number(&definition("local-certified-copy")));
}

#[test]
fn a_proxy_needs_a_paper() {
    let person = |name: &str, n: &str| Person { party: None, name: name.into(), identifier: Some(Identifier::parse("personal_number", n).unwrap()), phone: None, email: None, address: None };
    let (came, owner) = (person("Trần Văn Bảy", "079085000077"), person("Phạm Thị Thu", "079182003344"));
    let mut people = People { applicant: came.clone(), owner, proxy: Some(came.clone()), assisted_by: None };
    let mut meta = Meta::default();
    assert_eq!(authorised(&people, &meta).unwrap().field.as_deref(), Some("authorisation"));
    meta.authorisation = "Giấy ủy quyền 12/2026 ngày 20/11/2026".into();
    assert_eq!(authorised(&people, &meta), None);
    meta.authorisation.clear();
    people.proxy = None;
    assert_eq!(authorised(&people, &meta), None);
}

/// Who helps, receives and decides, by office and procedure.
#[test]
fn three_offices_inside_and_outside_the_territory() {
    let own = Office::commune(OfficeCode::new("H29.161"), "Phường Xuân Hòa", "27139");
    let other = OfficeCode::new("H29.162");
    let copy = definition("2.000635");
    let (o, here) = offices(&copy, &own, &own.code);
    assert_eq!((o.helped, o.received, o.decides, here), (Some(own.code.clone()), own.code.clone(), own.code.clone(), true));
    let (o, here) = offices(&copy, &own, &other);
    assert_eq!((o.received, o.decides, here), (own.code.clone(), other.clone(), true), "taken here, decided there");
    // A department's own procedure is helped with, not received.
    let investment = definition("1.009645");
    let target = investment.received_by.clone().unwrap_or_else(|| OfficeCode::new("H29.03"));
    let (o, here) = offices(&investment, &own, &target);
    assert_eq!((o.helped, o.received, here), (Some(own.code.clone()), target, false));
    assert_eq!(json!(Tick::Shown), "shown");
}
