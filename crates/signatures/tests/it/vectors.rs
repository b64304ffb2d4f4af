use crate::{day, file, now, text, trusted, with_revocations};
use kernel::catalog::Files;
use signatures::{Broken, Expired, Kind, NotKnown, Verdict, examine, trust};

fn verdicts(name: &str) -> Vec<Verdict> {
    let report = examine(&file(name), &trusted(), now());
    assert!(report.pdf && !report.more, "{name}");
    report.signatures.iter().map(|s| s.verdict).collect()
}

#[test]
fn each_file_is_judged_for_what_it_is() {
    use Verdict::{UnknownIssuer, Valid, Weak};
    let changed = Verdict::Broken(Broken::ChangedAfter);
    let expected: &[(&str, &[Verdict])] = &[
        ("valid", &[Valid]),
        ("stamped", &[Valid]),
        ("adbe", &[Valid]),
        ("no-attributes", &[Valid]),
        ("p384", &[Valid]),
        ("rsa-sha256", &[Valid]),
        ("rsa-sha384", &[Valid]),
        ("rsa-sha512", &[Valid]),
        ("pss-sha256", &[Valid]),
        ("pss-sha384", &[Valid]),
        ("pss-sha512", &[Valid]),
        ("nfd-name", &[Valid]),
        ("encrypted", &[Valid]),
        ("two", &[Valid, Valid]),
        ("two-packed", &[Valid, Valid]),
        ("document-stamp", &[Valid, Valid]),
        ("shadow-before", &[Valid]),
        ("sha1", &[Weak]),
        ("short-key", &[Weak]),
        ("expired", &[Verdict::Expired(Expired::AtSigning)]),
        ("unknown-issuer", &[UnknownIssuer]),
        ("self-signed", &[UnknownIssuer]),
        ("no-intermediate", &[UnknownIssuer]),
        ("unbound", &[Verdict::Broken(Broken::Certificate)]),
        ("wrong-use", &[Verdict::Broken(Broken::Use)]),
        ("other-content", &[Verdict::Broken(Broken::Content)]),
        ("content-inside", &[Verdict::Broken(Broken::Content)]),
        ("old-kind", &[Verdict::NotKnown(NotKnown::Kind)]),
        ("replaced", &[changed]),
        ("replaced-and-signed", &[changed, UnknownIssuer]),
        ("covered-up", &[changed, Valid]),
        ("shadow", &[changed, Valid]),
        ("awaited", &[changed, Valid]),
        ("two-packed-objects", &[Valid, Valid]),
        ("two-and-a-stranger", &[Verdict::ThenUnknown, UnknownIssuer]),
    ];
    let wrong: Vec<String> = expected.iter().filter(|(name, v)| verdicts(name) != *v).map(|(name, v)| format!("{name}: {:?} instead of {v:?}", verdicts(name))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_signed_and_when() {
    let report = examine(&file("valid"), &trusted(), now());
    let s = report.signatures.first().unwrap();
    let signer = s.signer.as_ref().unwrap();
    assert_eq!(signer.name, "Nguyễn Thị Án");
    assert_eq!(signer.organisation.as_deref(), Some("Công ty TNHH Lúa Vàng"));
    assert_eq!(signer.issuer, "Phù Sa – nơi cấp dùng thử");
    assert_eq!(signer.valid_to, "2036-01-01T07:00:00+07:00".parse().unwrap());
    assert!(s.trial && !s.followed && s.stamp.is_none() && !s.revocation_known && s.kind == Kind::Signature);
    assert_eq!(s.claimed.unwrap().date().to_string(), "2026-11-22");
    // A name that came decomposed reads, and is compared, as one that came composed.
    let nfd = examine(&file("nfd-name"), &trusted(), now());
    assert_eq!(nfd.signatures.first().and_then(|s| s.signer.as_ref()).map(|s| s.name.as_str()), Some("Lê Thị Thấy"));
    // The first of two is followed by the second, which is not.
    let two = examine(&file("two"), &trusted(), now());
    let said: Vec<(String, bool)> = two.signatures.iter().map(|s| (s.signer.as_ref().unwrap().name.clone(), s.followed)).collect();
    assert_eq!(said, [("Nguyễn Thị Án".to_owned(), true), ("Trần Văn Bình".to_owned(), false)]);
    assert!(examine(&file("encrypted"), &trusted(), now()).encrypted);
    assert!(!examine(&file("two-packed"), &trusted(), now()).encrypted);
}

#[test]
fn only_an_authority_moves_the_judgement_to_an_earlier_day() {
    let at = |name: &str, year: &str| examine(&file(name), &trusted(), day(&format!("{year}-06-01"))).signatures.into_iter().next().unwrap();
    // In 2037 the certificates have ended; the signer's own word for the time does not help.
    assert_eq!(at("valid", "2037").verdict, Verdict::Expired(Expired::Since));
    let stamped = at("stamped", "2037");
    assert_eq!(stamped.verdict, Verdict::Valid);
    let stamp = stamped.stamp.unwrap();
    assert!(stamp.trusted);
    assert_eq!(stamp.authority, "Phù Sa – dấu thời gian dùng thử");
    // Before the certificate began.
    assert_eq!(at("valid", "2025").verdict, Verdict::UnknownIssuer, "the root counts from 2026 on");
    // A stamp of somebody who is not believed is told and does not count.
    let untrusted = examine(&file("stamped"), &trust::Trust::default(), day("2037-06-01"));
    let s = untrusted.signatures.first().unwrap();
    assert_eq!((s.verdict, s.stamp.as_ref().map(|s| s.trusted)), (Verdict::UnknownIssuer, Some(false)));
}

#[test]
fn a_revoked_certificate_and_a_list_that_does_not_name_it() {
    assert_eq!(verdicts("revoked"), [Verdict::Valid]);
    let judged = |name: &str| examine(&file(name), &with_revocations(), now()).signatures.into_iter().next().unwrap();
    let gone = judged("revoked");
    assert_eq!((gone.verdict, gone.revocation_known), (Verdict::Revoked, true));
    let good = judged("valid");
    assert_eq!((good.verdict, good.revocation_known), (Verdict::Valid, true));
    // A list of another issuer says nothing, whatever serial numbers are in it.
    assert_eq!(judged("self-signed").verdict, Verdict::UnknownIssuer);
    // Ten years later the list is out of date: it is known only of a signature that is proved to be older.
    let late = |name: &str| examine(&file(name), &with_revocations(), day("2037-06-01")).signatures.first().is_some_and(|s| s.revocation_known);
    assert!(late("stamped") && !late("valid"));
}

#[test]
fn roots_for_trials_are_left_out_where_people_are_served() {
    let real = trusted().without_trials();
    assert!(real.roots.is_empty());
    let report = examine(&file("valid"), &real, now());
    assert_eq!(report.signatures.first().map(|s| s.verdict), Some(Verdict::UnknownIssuer));
}

#[test]
fn a_faulty_list_of_roots_is_named_by_line() {
    let yaml = text("../../catalog/signatures/trust.yaml");
    let with = |yaml: &str, pem: &str| {
        let mut files = Files::new();
        files.insert("signatures/trust.yaml", yaml);
        files.insert("signatures/trial-root.pem", pem);
        trust::load(&files)
    };
    let root = text("tests/data/root.pem");
    assert!(with(&yaml, &root).is_ok());
    assert_eq!(trust::load(&Files::new()).unwrap_err().len(), 1);
    let fault = with(&yaml, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----").unwrap_err();
    assert!(fault.first().is_some_and(|f| f.line.is_some() && f.reason.vi.contains("trial-root.pem")), "{fault:?}");
    assert!(with(&yaml, &format!("{root}{root}")).is_err());
    assert!(with(&yaml.replace("trial: true", "trail: true"), &root).is_err());
    assert!(with(&yaml.replace("[signing, stamping]", "[]"), &root).is_err());
}

#[test]
fn what_is_no_pdf_or_unsigned_has_nothing_to_say() {
    let none = |bytes: &[u8]| examine(bytes, &trusted(), now());
    assert!(!none(b"").pdf && !none(b"PK\x03\x04").pdf);
    let plain = none(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
    assert!(plain.pdf && plain.signatures.is_empty());
}

/// `cargo test -p signatures --test it -- --ignored --nocapture how_long`
#[test]
#[ignore = "a measurement"]
fn how_long_one_verification_takes() {
    let trust = with_revocations();
    let big: Vec<u8> = {
        // 10 MB before the signature: the digest is what grows.
        let mut big = file("valid");
        big.extend(std::iter::repeat_n(b'x', 10 << 20));
        big
    };
    for (name, bytes) in [("valid", file("valid")), ("stamped", file("stamped")), ("rsa-sha256", file("rsa-sha256")), ("two", file("two")), ("valid + 10 MB", big)] {
        let start = std::time::Instant::now();
        for _ in 0..20 {
            assert!(!examine(&bytes, &trust, now()).signatures.is_empty());
        }
        println!("{name}: {:.2} ms", start.elapsed().as_secs_f64() * 50.0);
    }
}
