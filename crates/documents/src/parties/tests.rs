#![allow(clippy::unwrap_used)]
use super::{Back, Outcome, Party, Standing, Who, decide};
use crate::{
    document::{Document, DocumentEvent, File, Mark, Numbered, Person, Stage},
    signing::{SIGNING, Signing},
};
use kernel::{
    Actor, Instant,
    id::{AccountId, DocumentId, FileId, OfficeCode, ProvinceCode, RoleCode},
};
use records::Record;
use signatures::{Broken, Verdict};
use uuid::Uuid;

fn at(hour: i64) -> Instant {
    "2026-11-23T08:00:00+07:00".parse::<Instant>().unwrap().plus_seconds(hour * 3600)
}

fn somebody(n: u128, role: &str, office: &str) -> Actor {
    Actor {
        account: AccountId::new(Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: format!("Người {n}"),
        party: None,
        personal_number: None,
        roles: [RoleCode::new(role)].into(),
        office: Some(OfficeCode::new(office)),
        title: None,
        lent: Vec::new(),
    }
}

fn rules() -> Signing {
    kernel::catalog::parse_yaml(SIGNING, include_str!("../../../../catalog/documents/signing.yaml")).unwrap()
}

fn after(d: &Document, event: DocumentEvent) -> Document {
    Document::evolve(Some(d.clone()), &event, at(1)).unwrap()
}

fn file(n: u128) -> File {
    File { file: FileId::new(Uuid::from_u128(n)), sha256: format!("{n:064x}"), mark: None, initials: Vec::new(), at: at(3) }
}

fn back(n: u128, verdict: Verdict) -> Back {
    Back { file: FileId::new(Uuid::from_u128(n)), sha256: format!("{n:064x}"), at: at(4), signer: Some("Lê Minh Phát".into()), outcome: Outcome::Checked { verdict } }
}

/// A draft of person 1 with an office and somebody outside, signed by person 3.
fn joining() -> Document {
    let drafter = somebody(1, "specialist", "H29.161");
    let event = DocumentEvent::Drafted {
        id: DocumentId::new(Uuid::from_u128(9)),
        office: OfficeCode::new("H29.161"),
        kind: "agreement".into(),
        template: Some("admin-agreement".into()),
        typed: crate::content::Typed::new(),
        given: None,
        copy: None,
        subject: "Phối hợp".into(),
        deliver: vec![],
        drafter: Person::of(&drafter),
    };
    let d = Document::evolve(None, &event, at(0)).unwrap();
    let parties = vec![decide::new(Who::Office { office: OfficeCode::new("H29.02") }, "Sở Xây dựng"), decide::new(Who::Outside { token: "t".repeat(32) }, "Minh Phát")];
    let d = after(&d, decide::name(&d, &drafter, &rules(), parties).unwrap().unwrap());
    let signer = Person::of(&somebody(3, "leader", "H29.161"));
    let d = after(&d, DocumentEvent::Submitted { reviewer: None, signer: signer.clone(), sign_as: None });
    let numbered = Numbered { series: "outgoing".into(), year: 2026, number: Some(1), symbol: "BTT-UBND".into(), at: at(2), code: "CODE000001".into() };
    let d = after(&d, DocumentEvent::Numbered { by: signer, sign_as: None, numbered });
    after(&d, DocumentEvent::Signed { file: file(1) })
}

#[test]
fn the_seal_waits_for_everybody_in_whatever_order() {
    let (leader, clerk) = (somebody(5, "leader", "H29.02"), somebody(4, "clerk", "H29.161"));
    for office_first in [true, false] {
        let mut d = joining();
        assert_eq!(d.stage, Stage::Joining);
        for office in [office_first, !office_first] {
            assert!(crate::document::decide::issue(&d, &clerk, &rules()).is_err());
            if office {
                d = after(&d, decide::sign(&d, &leader, &rules()).unwrap().unwrap());
                assert!(decide::sign(&d, &leader, &rules()).unwrap().is_none(), "asked twice, decided once");
                let mark = Mark { name: "Người 5".into(), serial: "01".into(), at: at(3), trial: true };
                d = after(&d, DocumentEvent::PartySigned { party: 0, file: File { mark: Some(mark), ..file(2) } });
            } else {
                d = after(&d, decide::give(&d, 1, back(3, Verdict::Valid)).unwrap().unwrap());
            }
        }
        assert!(d.stage == Stage::Signed && d.parties.iter().all(Party::is_signed));
        assert_eq!(d.signed.as_ref().unwrap().sha256, file(if office_first { 3 } else { 2 }).sha256, "the last file that was signed");
        assert!(crate::document::decide::issue(&d, &clerk, &rules()).is_ok());
    }
}

#[test]
fn what_is_not_valid_is_kept_and_does_not_count() {
    let mut d = joining();
    for verdict in [Verdict::UnknownIssuer, Verdict::Broken(Broken::Content), Verdict::Revoked] {
        d = after(&d, decide::give(&d, 1, back(7, verdict)).unwrap().unwrap());
        assert_eq!((d.stage, &d.parties[1].standing), (Stage::Joining, &Standing::Awaited));
    }
    assert_eq!((d.parties[1].back.len(), &d.signed.as_ref().unwrap().sha256), (3, &file(1).sha256));
}

#[test]
fn a_refusal_ends_the_number_and_begins_again() {
    let d = joining();
    assert!(decide::refuse_outside(&d, 1, "  ").is_err());
    assert!(decide::sign(&d, &somebody(6, "specialist", "H29.02"), &rules()).is_err());
    assert!(decide::sign(&d, &somebody(6, "leader", "H29.03"), &rules()).is_err());
    let d = after(&d, decide::give(&d, 1, back(3, Verdict::Valid)).unwrap().unwrap());
    let d = after(&d, decide::refuse_office(&d, &somebody(5, "leader", "H29.02"), &rules(), "Sai thẩm quyền").unwrap().unwrap());
    assert!(d.stage == Stage::Draft && d.numbered.is_none() && d.cancelled.len() == 1 && d.signed.is_none());
    assert!(d.parties.iter().all(|p| p.standing == Standing::Awaited), "whoever signed has to sign what is written then");
    assert!(decide::give(&d, 1, back(4, Verdict::Valid)).is_err() && decide::refuse_outside(&d, 1, "x").is_err());
}
