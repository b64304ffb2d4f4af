//! Personal keys of officials beside the seals of offices.
#![allow(clippy::unwrap_used)]

mod common;

use common::{CITY, NAME, WARD, file, folder, judged, now, place};
use kernel::id::{AccountId, OfficeCode};
use signatures::Verdict;
use signing::{Key as _, Keys, sign, software::Software, trial};
use std::{path::Path, sync::Arc};

fn people() -> Vec<trial::Person> {
    let person = |id: &str, name: &str| trial::Person { account: format!("acct_{id}").parse().unwrap(), name: name.to_owned(), organisation: NAME.to_owned() };
    vec![person("0190b3a27c1e7d4f8a6b5c4d3e2f1a00", "Nguyễn Thị Minh Khai"), person("0190b3a27c1e7d4f8a6b5c4d3e2f1a01", "Trần Văn Ơn")]
}

fn prepared(folder: &Path, people: &[trial::Person]) -> Keys {
    let offices = [(OfficeCode::from(WARD), NAME.to_owned())];
    trial::prepare_with(folder, &offices, people, now()).unwrap();
    Keys::open(folder).unwrap()
}

#[tokio::test]
async fn an_official_signs_in_their_own_name() {
    let folder = folder("people");
    let keys = prepared(&folder, &people());
    for person in people() {
        let key = keys.personal(&person.account).unwrap();
        let signed = sign(&file(), key.as_ref(), keys.stamps(), &place()).await.unwrap();
        let report = judged(&signed, &folder);
        let signer = report.signatures[0].signer.as_ref().unwrap();
        assert_eq!((report.signatures[0].verdict, signer.name.as_str(), signer.organisation.as_deref()), (Verdict::Valid, person.name.as_str(), Some(NAME)), "{report:?}");
        assert!(keys.is_trial(key.certificate()));
    }
    assert!(keys.personal(&AccountId::new(Default::default())).is_none());
    assert!(format!("{keys:?}").contains("acct_0190b3a27c1e7d4f8a6b5c4d3e2f1a01"));
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_folder_made_without_people_is_completed() {
    let folder = folder("people-later");
    // As the program wrote it before there were people.
    common::keys(&folder);
    let old = format!("# Keys for a trial; what they sign has no legal effect.\nkeys:\n  - {{office: \"{WARD}\", certificate: \"{WARD}.pem\", key: \"{WARD}.key\"}}\n  - {{office: \"{CITY}\", certificate: \"{CITY}.pem\", key: \"{CITY}.key\"}}\nstamps: {{certificate: trial-stamps.pem, key: trial-stamps.key}}\n");
    std::fs::write(folder.join("keys.yaml"), old).unwrap();
    let before = Keys::open(&folder).unwrap();
    let serial = |keys: &Keys, office: &str| keys.seal(&office.into()).unwrap().certificate().serial.clone();
    let one = &people()[..1];
    let with = prepared(&folder, one);
    // What stands in the list stays, also what was not asked for now.
    assert_eq!([WARD, CITY].map(|o| serial(&before, o)), [WARD, CITY].map(|o| serial(&with, o)));
    let personal = |keys: &Keys, n: usize| keys.personal(&people()[n].account).map(|k| k.certificate().serial.clone());
    assert!(personal(&with, 0).is_some() && personal(&with, 1).is_none() && with.stamps().is_some());
    // One more, and again without any: nobody is lost, no key is made anew.
    let more = prepared(&folder, &people());
    let again = prepared(&folder, &[]);
    assert_eq!((personal(&with, 0), personal(&more, 1)), (personal(&again, 0), personal(&again, 1)));
    assert!(personal(&again, 1).is_some());
    // Keys of other kinds, and addresses of others, are kept as they are written.
    let text = std::fs::read_to_string(folder.join("keys.yaml")).unwrap();
    let other = text.replace(&format!("\"{CITY}.pem\""), "\"city.pem\"").replace("stamps: {\"certificate\":\"trial-stamps.pem\",\"key\":\"trial-stamps.key\"}", "stamps: {url: \"https://tsa.example/\"}");
    std::fs::write(folder.join("keys.yaml"), &other).unwrap();
    std::fs::copy(folder.join("H29.pem"), folder.join("city.pem")).unwrap();
    prepared(&folder, &people());
    let kept = std::fs::read_to_string(folder.join("keys.yaml")).unwrap();
    assert!(kept.contains("city.pem") && kept.contains("https://tsa.example/"), "{kept}");
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn every_mistake_names_whose_key_it_is() {
    let folder = folder("people-mistakes");
    let keys = prepared(&folder, &people());
    assert!(!keys.is_empty());
    let uuid = "0190b3a2-7c1e-7d4f-8a6b-5c4d3e2f1a00";
    let file = "acct_0190b3a27c1e7d4f8a6b5c4d3e2f1a00";
    let list = |text: &str| {
        std::fs::write(folder.join("keys.yaml"), text).unwrap();
        Keys::open(&folder)
    };
    // The bare UUID as well as what the program prints.
    let only = list(&format!("people:\n  - {{account: {uuid}, certificate: {file}.pem, key: {file}.key}}\n")).unwrap();
    assert!(!only.is_empty() && only.personal(&people()[0].account).is_some());
    assert!(list("keys: []\npeople: []\n").unwrap().is_empty());
    let twice = format!("{{account: {uuid}, certificate: {file}.pem, key: {file}.key}}");
    for (text, told) in [
        (format!("people: [{twice}, {twice}]"), format!("{uuid}: it stands in the list twice")),
        (format!("people: [{{account: {uuid}, certificate: {file}.pem}}]"), format!("{uuid}: one of these is needed")),
        (format!("people: [{{account: {uuid}, certificate: {file}.pem, key: none.key}}]"), format!("{uuid}: ")),
        (format!("people: [{{account: {uuid}, certificate: {WARD}.pem, key: {file}.key}}]"), format!("{uuid}: the key is not the one")),
        ("people: [{account: nobody, certificate: a.pem, key: a.key}]".to_owned(), "nobody: not the id of an account".to_owned()),
        ("people: [{office: H29, certificate: a.pem, key: a.key}]".to_owned(), "no account".to_owned()),
        ("keys: [{account: H29, certificate: a.pem, key: a.key}]".to_owned(), "no office".to_owned()),
        ("keys: [{office: H29, certificate: a.pem, key: a.key, colour: red}]".to_owned(), "H29: unknown field `colour`".to_owned()),
        ("keys: [{office: H29, key: a.key, pkcs11: {module: a, token: b, label: c, pin_file: d}}]".to_owned(), "H29: one of these".to_owned()),
    ] {
        let said = list(&text).unwrap_err().to_string();
        assert!(said.contains(&told), "{text}: {said}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn a_key_held_elsewhere_is_added() {
    let folder = folder("people-with");
    prepared(&folder, &people());
    let person = &people()[1];
    let read = |end: &str| std::fs::read_to_string(folder.join(format!("{}.{end}", person.account))).unwrap();
    let key = Software::new(&read("pem"), &read("key")).unwrap();
    let start = std::time::Instant::now();
    for n in 0..200_u8 {
        key.sign(&[n; 100]).await.unwrap();
    }
    println!("measured: software, {:?} a signature", start.elapsed() / 200);
    let keys = Keys::default().with_personal(person.account, Arc::new(key));
    assert!(!keys.is_empty() && keys.personal(&person.account).is_some() && keys.seal(&WARD.into()).is_none());
    let _ = std::fs::remove_dir_all(&folder);
}
