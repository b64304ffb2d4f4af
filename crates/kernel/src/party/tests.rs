#![allow(clippy::unwrap_used)]

use super::*;
use crate::time::date;
use proptest::prelude::*;

#[test]
fn personal_numbers_have_the_structure_of_the_law() {
    for (text, sex, year, province) in [
        ("079190012345", Sex::Female, 1990, Some("79")),
        ("001 085 004412", Sex::Male, 1985, Some("01")),
        ("096.304.000.001", Sex::Female, 2004, Some("96")),
        ("136201000001", Sex::Male, 2001, None),
    ] {
        let number: PersonalNumber = text.parse().unwrap();
        assert_eq!((number.sex(), number.birth_year(), number.birth_province()), (sex, year, province), "{text}");
    }
    for bad in [
        "",
        "07919001234",
        "0791900123456",
        "000190012345",
        "097190012345",
        "079990012345",
        "07919001234O",
        "０79190012345",
        "chín",
    ] {
        let refusal = bad.parse::<PersonalNumber>().unwrap_err();
        assert_eq!(refusal.code, "bad-personal-number");
        assert!(refusal.message.vi.contains("079190012345") && refusal.message.en.contains("12 digits"), "{bad}");
    }
}

#[test]
fn tax_codes_carry_their_check_digit() {
    for (text, canonical) in [
        ("0100112437", "0100112437"),
        ("01.00.112.437", "0100112437"),
        ("0100233488", "0100233488"),
        ("0314409058-002", "0314409058-002"),
        ("0314409058002", "0314409058-002"),
    ] {
        assert_eq!(text.parse::<TaxCode>().unwrap().as_str(), canonical);
    }
    for (bad, word) in [
        ("0100112436", "kiểm tra"),
        ("0100112437-000", "001"),
        ("010011243", "chữ số"),
        ("079190012345", "định danh"),
        ("01001124x7", "chữ số"),
    ] {
        assert!(bad.parse::<TaxCode>().unwrap_err().message.vi.contains(word), "{bad}");
    }
}

#[test]
fn other_identifiers() {
    for (kind, good, canonical) in [
        ("old_id_card", "023 456 789", "023456789"),
        ("household_business", "41a8012345", "41A8012345"),
        ("passport", "c1234567", "C1234567"),
        ("organisation", "h29.161", "H29.161"),
        ("organisation", "1234/QĐ-UBND", "1234/QĐ-UBND"),
    ] {
        let identifier = Identifier::parse(kind, good).unwrap();
        assert_eq!((identifier.as_str(), identifier.kind()), (canonical, kind));
        let json = serde_json::to_string(&identifier).unwrap();
        assert_eq!(serde_json::from_str::<Identifier>(&json).unwrap(), identifier);
    }
    for (kind, bad) in [
        ("old_id_card", "12345678"),
        ("household_business", "ABC"),
        ("passport", "PASSPORT"),
        ("passport", "C12"),
        ("organisation", "x; drop"),
        ("visa", "1"),
    ] {
        assert!(Identifier::parse(kind, bad).is_err(), "{kind} {bad}");
    }
    assert!(serde_json::from_str::<Identifier>(r#"{"type":"personal_number","value":"123"}"#).is_err());
}

#[test]
fn numbers_are_masked_for_those_who_may_not_see_them() {
    assert_eq!(mask("079190004412"), "079•••••4412");
    assert_eq!(mask("023456789"), "02••••789");
    assert_eq!(mask("12345"), "•••••");
    let number: PersonalNumber = "079190004412".parse().unwrap();
    assert_eq!(format!("{number:?}"), number.masked());
    assert_eq!("0901234567".parse::<Phone>().unwrap().masked(), "090•••4567");
}

#[test]
fn phones_as_people_write_them() {
    for (text, e164, shown) in [
        ("0901234567", "+84901234567", "090 123 4567"),
        ("+84 90 123 45 67", "+84901234567", "090 123 4567"),
        ("84901234567", "+84901234567", "090 123 4567"),
        ("(0084) 901.234.567", "+84901234567", "090 123 4567"),
        ("+84 (0)90-123-4567", "+84901234567", "090 123 4567"),
        ("01681234567", "+84381234567", "038 123 4567"),
        ("028 3829 7834", "+842838297834", "028 3829 7834"),
        ("0251 3822 501", "+842513822501", "0251 382 2501"),
    ] {
        let phone: Phone = text.parse().unwrap();
        assert_eq!((phone.e164(), phone.to_string().as_str()), (e164, shown), "{text}");
    }
    assert!(!"02838297834".parse::<Phone>().unwrap().is_mobile());
    for bad in [
        "",
        "113",
        "090123456",
        "09012345678",
        "0401234567",
        "+12025550123",
        "01101234567",
        "09o1234567",
        "0901234567 ext 5",
    ] {
        assert!(bad.parse::<Phone>().unwrap_err().message.vi.contains("0901234567"), "{bad}");
    }
}

#[test]
fn mail_addresses_names_and_addresses() {
    assert_eq!("Ngoc.Nguyen@Example.VN".parse::<Email>().unwrap().as_str(), "Ngoc.Nguyen@example.vn");
    for bad in
        ["", "a", "a@", "@b.vn", "a@b", "a b@c.vn", "a@b..vn", "a@-b.vn", ".a@b.vn", "a@b.vn\nBcc: x@y.vn", "a,b@c.vn"]
    {
        assert!(bad.parse::<Email>().is_err(), "{bad}");
    }
    assert_eq!(name("  Nguye\u{302}\u{303}n  Thị\tBích ").unwrap(), "Nguyễn Thị Bích");
    assert!(name("123").is_err() && name(&"a".repeat(201)).is_err());
    assert!(Address::new("12 Nguyễn Huệ", "26740", Some(" ")).unwrap().historic.is_none());
    assert!(Address::new("12 Nguyễn Huệ", "2674", None).is_err() && Address::new(" ", "26740", None).is_err());
}

#[test]
fn identifiers_are_dated() {
    let held = |identifier: Identifier, from, to| Held { identifier, from, to };
    let party = Party {
        id: PartyId::new(uuid::Uuid::from_u128(1)),
        kind: Kind::Person,
        name: "Trần Văn An".into(),
        identifiers: vec![
            held(Identifier::parse("old_id_card", "023456789").unwrap(), None, Some(date(2021, 12, 31))),
            held(Identifier::parse("personal_number", "079085004412").unwrap(), Some(date(2022, 1, 1)), None),
        ],
        phone: None,
        email: None,
        address: None,
    };
    assert!(party.personal_number(date(2021, 6, 1)).is_none() && party.personal_number(date(2026, 6, 1)).is_some());
    let json = serde_json::to_string(&party).unwrap();
    assert_eq!(serde_json::from_str::<Party>(&json).unwrap(), party);
}

proptest! {
    #[test]
    fn whatever_is_typed_is_a_value_or_a_refusal(text in "\\PC{0,40}", numbers in "[0-9 .+-]{0,20}") {
        for text in [&text, &numbers] {
            for kind in ["personal_number", "old_id_card", "tax_code", "household_business", "passport", "organisation"] {
                if let Ok(identifier) = Identifier::parse(kind, text) {
                    prop_assert_eq!(Identifier::parse(kind, identifier.as_str()).unwrap(), identifier.clone());
                    prop_assert!(!identifier.masked().is_empty());
                }
            }
            if let Ok(phone) = text.parse::<Phone>() {
                prop_assert_eq!(phone.to_string().parse::<Phone>().unwrap(), phone);
            }
            let _ = (text.parse::<Email>(), name(text), Address::new(text, text, Some(text)));
        }
    }
}
