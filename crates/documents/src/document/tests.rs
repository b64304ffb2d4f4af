#![allow(clippy::unwrap_used)]
use super::{decide::*, *};
use crate::{content::Typed, signing::{SIGNING, Signing}};
use kernel::{
    Actor, Instant,
    actor::{Capacity, Lent},
    id::{AccountId, DocumentId, OfficeCode, ProvinceCode, RoleCode},
};
use proptest::prelude::*;
use records::Record;
use std::collections::BTreeSet;
use uuid::Uuid;

fn at(hour: i64) -> Instant {
    "2026-11-23T08:00:00+07:00".parse::<Instant>().unwrap().plus_seconds(hour * 3600)
}

/// 1 drafts, 2 reviews, 3 signs, 4 is the clerk, 5 leads another office.
fn person(n: u128) -> Actor {
    let (role, title, office) = match n {
        1 => ("specialist", "Chuyên viên", "H29.161"),
        2 => ("head", "Trưởng phòng", "H29.161"),
        3 => ("leader", "Phó Chủ tịch", "H29.161"),
        4 => ("clerk", "Văn thư", "H29.161"),
        _ => ("leader", "Chủ tịch", "H29.162"),
    };
    Actor {
        account: AccountId::new(Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: format!("Người {n}"),
        party: None,
        personal_number: None,
        roles: [RoleCode::new(role)].into(),
        office: Some(OfficeCode::new(office)),
        title: Some(title.into()),
        lent: Vec::new(),
    }
}

fn rules() -> Signing {
    kernel::catalog::parse_yaml(SIGNING, include_str!("../../../../catalog/documents/signing.yaml")).unwrap()
}

fn draft() -> Document {
    let event = DocumentEvent::Drafted {
        id: DocumentId::new(Uuid::from_u128(9)),
        office: OfficeCode::new("H29.161"),
        kind: "notice".into(),
        template: Some("admin-notice".into()),
        typed: Typed::new(),
        given: None,
        copy: None,
        subject: "Nghỉ lễ".into(),
        deliver: vec![],
        drafter: Person::of(&person(1)),
    };
    Document::evolve(None, &event, at(0)).unwrap()
}

fn after(d: &Document, event: Option<DocumentEvent>) -> Document {
    Document::evolve(Some(d.clone()), &event.unwrap(), at(1)).unwrap()
}

fn route(reviewer: Option<u128>) -> Route {
    Route { reviewer: reviewer.map(|n| Person::of(&person(n))), signer: Some(Person::of(&person(3))), letters: String::new(), head_title: String::new() }
}

fn number(n: u64) -> Numbered {
    Numbered { series: "outgoing".into(), year: 2026, number: Some(n), symbol: "TB-UBND".into(), at: at(2), code: format!("CODE{n:06}") }
}

fn file() -> File {
    File { file: kernel::id::FileId::new(Uuid::from_u128(77)), sha256: "ab".repeat(32), mark: None, initials: Vec::new(), at: at(3) }
}

fn to_sign() -> Document {
    let d = draft();
    let d = after(&d, submit(&d, &person(1), &rules(), &route(Some(2))).unwrap());
    after(&d, initial(&d, &person(2), &rules()).unwrap())
}

#[test]
fn a_document_goes_its_way() {
    let d = to_sign();
    assert_eq!((d.stage, d.sign_as.clone().unwrap().line.as_str()), (Stage::Signing, "KT. Chủ tịch"), "a deputy signs in the head's place");
    let d = after(&d, sign(&d, &person(3), &rules(), number(12)).unwrap());
    assert_eq!((d.stage, d.numbered.as_ref().unwrap().number), (Stage::Numbered, Some(12)));
    assert_eq!(sign(&d, &person(3), &rules(), number(13)).unwrap(), None, "signed twice is signed once");
    let d = after(&d, Some(DocumentEvent::Signed { file: file() }));
    let d = after(&d, issue(&d, &person(4), &rules()).unwrap());
    let d = after(&d, Some(DocumentEvent::Issued { file: file() }));
    assert_eq!((d.stage, issue(&d, &person(4), &rules()).unwrap()), (Stage::Issued, None));
    let d = after(&d, recall(&d, &person(4), &rules(), "Sai căn cứ").unwrap());
    assert!(d.stage == Stage::Recalled && d.numbered.is_some(), "a recalled document keeps its number");
}

#[test]
fn each_act_belongs_to_one_post() {
    let d = draft();
    assert!(submit(&d, &person(2), &rules(), &route(None)).is_err() && rewrite(&d, &person(4), &rules(), &Written { typed: Typed::new(), subject: "x".into(), deliver: vec![] }).is_err());
    let d = to_sign();
    for n in [1, 2, 4, 5] {
        assert!(sign(&d, &person(n), &rules(), number(1)).is_err(), "{n}");
    }
    let d = after(&d, sign(&d, &person(3), &rules(), number(1)).unwrap());
    let d = after(&d, Some(DocumentEvent::Signed { file: file() }));
    for n in [1, 2, 3, 5] {
        assert!(issue(&d, &person(n), &rules()).is_err(), "{n}");
    }
    assert!(!d.seen_by(&person(5), &rules()), "another office's document is not there");
}

#[test]
fn the_route_is_checked_field_by_field() {
    let d = draft();
    let same = Route { reviewer: route(None).signer, ..route(None) };
    let none = Route { signer: None, ..route(None) };
    let letters = Route { letters: "TL.".into(), ..route(None) };
    for (r, field) in [(same, "reviewer"), (none, "signer"), (letters, "head_title")] {
        assert_eq!(submit(&d, &person(1), &rules(), &r).unwrap_err().reasons[0].field.as_deref(), Some(field));
    }
    let by_order = Route { letters: "TL.".into(), head_title: "Chủ tịch".into(), ..route(None) };
    let d = after(&d, submit(&d, &person(1), &rules(), &by_order).unwrap());
    assert_eq!((d.stage, d.sign_as.unwrap().line.as_str()), (Stage::Signing, "TL. Chủ tịch"));
}

#[test]
fn a_substitute_signs_with_the_letters_of_the_delegation() {
    let d = to_sign();
    let mut substitute = person(2);
    let lent = Lent {
        delegation: "1".into(),
        role: RoleCode::new("leader"),
        capacity: Capacity::Authorised,
        giver_account: person(3).account,
        giver: "Người 3".into(),
        giver_title: "Phó Chủ tịch".into(),
        beyond: true,
        document: "Giấy ủy quyền số 12".into(),
        definitions: BTreeSet::new(),
    };
    substitute.lent = vec![Lent { definitions: ["1.013225".to_owned()].into(), ..lent.clone() }];
    assert!(sign(&d, &substitute, &rules(), number(1)).is_err(), "a delegation for a procedure is for no document");
    substitute.lent = vec![lent];
    let d = after(&d, sign(&d, &substitute, &rules(), number(1)).unwrap());
    assert_eq!(d.signed_by.unwrap().1.unwrap().line, "TUQ. Phó Chủ tịch");
}

#[test]
fn a_key_that_fails_keeps_the_number_and_a_return_loses_it() {
    let d = to_sign();
    let d = after(&d, sign(&d, &person(3), &rules(), number(5)).unwrap());
    let d = after(&d, Some(DocumentEvent::Unsigned { why: kernel::Text::new("Hết hạn", "Expired") }));
    assert_eq!((d.stage, d.returned.as_ref().unwrap().reason.as_str()), (Stage::Signing, "Hết hạn"));
    let d = after(&d, sign(&d, &person(3), &rules(), number(6)).unwrap());
    assert_eq!((d.numbered.as_ref().unwrap().number, d.cancelled.len()), (Some(5), 0), "the same number again");
    let d = after(&d, Some(DocumentEvent::Signed { file: file() }));
    let d = after(&d, send_back(&d, &person(4), &rules(), "Sai nơi nhận").unwrap());
    assert_eq!((d.stage, d.numbered.is_none(), d.cancelled[0].0.number), (Stage::Draft, true, Some(5)));
    assert!(send_back(&d, &person(4), &rules(), "x").is_err() && give_up(&d, &person(1), &rules(), " ").is_err(), "a reason is needed");
}

#[test]
fn a_number_of_last_year_is_cancelled() {
    let d = to_sign();
    let d = after(&d, sign(&d, &person(3), &rules(), number(5)).unwrap());
    let d = after(&d, Some(DocumentEvent::Unsigned { why: kernel::Text::new("Hết hạn", "Expired") }));
    let next = Numbered { year: 2027, number: Some(1), ..number(1) };
    let d = after(&d, sign(&d, &person(3), &rules(), next).unwrap());
    assert_eq!((d.numbered.unwrap().year, d.cancelled[0].0.number), (2027, Some(5)));
}

proptest! {
    /// Whatever is tried by whom in which order: a number the document ever had is its own or among the cancelled, never both;
    /// only the signer's act gives one; nothing leaves the register's stages but by recall.
    #[test]
    fn no_number_is_lost(steps in prop::collection::vec((1u128..6, 0u8..9), 1..40)) {
        let mut d = draft();
        let (mut next, mut given) = (1, Vec::new());
        for (who, what) in steps {
            let a = person(who);
            let event = match what {
                0 => submit(&d, &a, &rules(), &route((who != 2).then_some(2))),
                1 => initial(&d, &a, &rules()),
                2 => sign(&d, &a, &rules(), number(next)),
                3 => Ok((d.stage == Stage::Numbered).then(|| DocumentEvent::Signed { file: file() })),
                4 => issue(&d, &a, &rules()),
                5 => Ok((d.stage == Stage::Sealing).then(|| DocumentEvent::Issued { file: file() })),
                6 => send_back(&d, &a, &rules(), "Sửa lại"),
                7 => Ok((d.stage == Stage::Numbered).then(|| DocumentEvent::Unsigned { why: kernel::Text::new("a", "b") })),
                _ => recall(&d, &a, &rules(), "Sai"),
            };
            let Ok(Some(event)) = event else { continue };
            let before = d.clone();
            d = Document::evolve(Some(d), &event, at(4)).expect("a decided event fits");
            if let DocumentEvent::Numbered { numbered, .. } = &event && before.numbered.is_none() {
                prop_assert!(who == 3);
                given.extend(numbered.number);
                next += 1;
            }
            if before.stage == Stage::Issued {
                prop_assert_eq!(d.stage, Stage::Recalled);
            }
        }
        let held: Vec<u64> = d.numbered.iter().filter_map(|n| n.number).collect();
        let lost: Vec<u64> = d.cancelled.iter().filter_map(|(n, _)| n.number).collect();
        let mut all = [lost, held].concat();
        all.sort_unstable();
        prop_assert_eq!(all, given);
    }
}
