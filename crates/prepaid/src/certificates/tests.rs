use super::{
    Given, Own, OwnEvent, Waiting,
    judge::{Standing, names, returned, standing},
    offer,
    read::read,
};
use kernel::{
    Instant,
    catalog::{Effective, LegalBasis},
    id::AccountId,
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use records::Record;
use signatures::{Certificate, Report, Trust, trust::{Purpose, Root}};

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

fn params(name: &str, from: i32, to: i32) -> CertificateParams {
    let mut p = CertificateParams::new(Vec::new()).unwrap();
    p.distinguished_name = rcgen::DistinguishedName::new();
    p.distinguished_name.push(DnType::CommonName, name);
    (p.not_before, p.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
    p
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

fn authority(name: &str) -> Authority {
    let mut p = params(name, 2020, 2040);
    p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    p.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = key();
    let certificate = Certificate::of(p.self_signed(&key).unwrap().der()).unwrap();
    Authority { issuer: Issuer::new(p, key), certificate }
}

fn person(name: &str, from: i32, to: i32, by: &Authority, usage: KeyUsagePurpose) -> rcgen::Certificate {
    let mut p = params(name, from, to);
    p.key_usages = vec![usage];
    p.signed_by(&key(), &by.issuer).unwrap()
}

fn trusting(a: &Authority) -> Trust {
    let root = Root {
        code: "one".into(),
        name: kernel::Text::new("Một", "One"),
        certificate: a.certificate.clone(),
        purposes: vec![Purpose::Signing],
        effective: Effective::since(a.certificate.from.date()),
        legal_basis: LegalBasis { document: "thử".into(), article: None, note: None, verified: false },
        trial: false,
    };
    Trust { roots: vec![root], revocations: Vec::new() }
}

fn now() -> Instant {
    "2026-11-23T08:30:00+07:00".parse().unwrap()
}

#[test]
fn each_certificate_is_told_for_what_it_is() {
    let (known, other) = (authority("Nơi cấp"), authority("Nơi khác"));
    let trust = trusting(&known);
    let sign = KeyUsagePurpose::DigitalSignature;
    let of = |c: &rcgen::Certificate| Certificate::of(c.der()).unwrap();
    let itself = {
        let mut p = params("Nguyễn Thị Lan", 2026, 2028);
        p.key_usages = vec![sign];
        p.self_signed(&key()).unwrap()
    };
    for (certificate, expected) in [
        (of(&person("Nguyễn Thị Lan", 2026, 2028, &known, sign)), Standing::Valid),
        (of(&person("Nguyễn Thị Lan", 2026, 2028, &other, sign)), Standing::UnknownIssuer),
        (of(&itself), Standing::SelfSigned),
        (of(&person("Nguyễn Thị Lan", 2024, 2026, &known, sign)), Standing::Expired),
        (of(&person("Nguyễn Thị Lan", 2027, 2029, &known, sign)), Standing::NotYet),
        (of(&person("Nguyễn Thị Lan", 2026, 2028, &known, KeyUsagePurpose::KeyEncipherment)), Standing::NotForSigning),
        (known.certificate.clone(), Standing::NotForSigning),
    ] {
        let found = standing(&certificate, &[], &trust, now());
        assert_eq!(found, expected);
        assert_eq!(found.may_connect(), matches!(expected, Standing::Valid | Standing::UnknownIssuer));
        assert!(!found.sentence().vi.is_empty() && !found.short().en.is_empty());
    }
}

#[test]
fn a_revoked_certificate_is_told_apart() {
    let known = authority("Nơi cấp");
    let mut p = params("Nguyễn Thị Lan", 2026, 2028);
    p.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    p.serial_number = Some(rcgen::SerialNumber::from(vec![0x54, 0x01]));
    let certificate = Certificate::of(p.signed_by(&key(), &known.issuer).unwrap().der()).unwrap();
    let list = rcgen::CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 11, 1),
        next_update: date_time_ymd(2027, 1, 1),
        crl_number: rcgen::SerialNumber::from(vec![1]),
        issuing_distribution_point: None,
        revoked_certs: vec![rcgen::RevokedCertParams { serial_number: rcgen::SerialNumber::from(vec![0x54, 0x01]), revocation_time: date_time_ymd(2026, 10, 1), reason_code: None, invalidity_date: None }],
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    let mut trust = trusting(&known);
    trust.revocations.push(signatures::Revocations::of(list.signed_by(&known.issuer).unwrap().der()).unwrap());
    assert_eq!(standing(&certificate, &[], &trust, now()), Standing::Revoked);
}

#[test]
fn names_are_compared_composed_and_without_marks() {
    let known = authority("Nơi cấp");
    let named = |name: &str| Certificate::of(person(name, 2026, 2028, &known, KeyUsagePurpose::DigitalSignature).der()).unwrap();
    // NFD, capitals, words beside it.
    for name in ["Nguyễn Thị Lan", "NGUYE\u{302}\u{303}N THI\u{323} LAN", "NGUYEN THI LAN - 079190000011", "Bà Nguyễn Thị Lan"] {
        assert!(names(&named(name), "Nguyễn Thị Lan"), "{name}");
    }
    for name in ["Nguyễn Thị Lành", "Trần Thị Lan", "Lan", ""] {
        assert!(!names(&named(name), "Nguyễn Thị Lan"), "{name}");
    }
    assert!(!names(&named("Nguyễn Thị Lan"), ""));
}

#[test]
fn files_are_read_strictly_and_a_private_key_never() {
    let known = authority("Nơi cấp");
    let own = person("Nguyễn Thị Lan", 2026, 2028, &known, KeyUsagePurpose::DigitalSignature);
    let root = rcgen_pem(&known.certificate);
    let (read_own, chain) = read(format!("{root}{}", own.pem()).as_bytes()).unwrap();
    assert_eq!((read_own.der.as_slice(), chain.len()), (own.der().as_ref(), 1), "whoever vouches for nobody is the person's");
    assert_eq!(read(own.der()).unwrap().0.der, own.der().to_vec());
    let secret = key().serialize_pem();
    for (bytes, said) in [
        (Vec::new(), "tệp rỗng"),
        (format!("{}{secret}", own.pem()).into_bytes(), "khóa bí mật"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(), "Không đọc được"),
        (b"-----BEGIN CERTIFICATE-----\n***".to_vec(), "Không đọc được"),
        (b"0\x82\x01\x00\x02\x01\x03".to_vec(), ".pfx"),
        (b"hello".to_vec(), "Không đọc được"),
        (vec![b'0'; 70_000], "quá lớn"),
    ] {
        let refusal = read(&bytes).unwrap_err();
        assert!(refusal.reasons[0].message.vi.contains(said) && !refusal.reasons[0].message.en.is_empty(), "{said}: {refusal:?}");
    }
}

fn rcgen_pem(c: &Certificate) -> String {
    use base64::Engine as _;
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64::engine::general_purpose::STANDARD.encode(&c.der))
}

#[test]
fn a_page_that_is_not_the_house_s_proves_nothing() {
    let known = authority("Nơi cấp");
    let c = Certificate::of(person("Nguyễn Thị Lan", 2026, 2028, &known, KeyUsagePurpose::DigitalSignature).der()).unwrap();
    let said = |bytes: &[u8], report: &Report| returned(bytes, b"%PDF-1.7 page", &c, report, &[]).unwrap_err().reasons[0].message.vi.clone();
    assert!(said(b"hello", &Report::default()).contains("không phải PDF"));
    let pdf = Report { pdf: true, ..Report::default() };
    assert!(said(b"%PDF-1.7 other", &pdf).contains("không phải phiếu của lần này"));
    assert!(said(b"%PDF-1.7 page", &pdf).contains("chưa có chữ ký số"));
}

#[test]
fn a_course_of_events() {
    let known = authority("Nơi cấp");
    let c = Certificate::of(person("Nguyễn Thị Lan", 2026, 2028, &known, KeyUsagePurpose::DigitalSignature).der()).unwrap();
    let account = AccountId::new(uuid::Uuid::nil());
    let given = Given::new(&c, &[]);
    let fingerprint = given.fingerprint();
    assert_eq!((fingerprint.len(), given.certificate().unwrap().der), (64, c.der));
    let waiting = Waiting { given, code: "ABCD-EFGH".into(), at: now(), page_sha256: String::new(), page_size: 0 };
    let proved = OwnEvent::Proved { fingerprint: fingerprint.clone(), standing: Standing::Valid };
    assert_eq!(Own::evolve(None, &proved, now()), None, "nothing is proved that was not offered");
    let own = Own::evolve(None, &offer(None, account, waiting.clone()).unwrap(), now()).unwrap();
    let own = Own::evolve(Some(own), &proved, now()).unwrap();
    assert_eq!((own.connected.len(), own.waiting.is_none()), (1, true));
    assert!(offer(Some(&own), account, waiting).is_err(), "connected once");
    assert_eq!(Own::evolve(Some(own.clone()), &proved, now()), None, "a page proves once");
    let own = Own::evolve(Some(own), &OwnEvent::Withdrawn { fingerprint }, now()).unwrap();
    assert!(own.connected.is_empty());
}
