//! A software authenticator answers, well and in every wrong way.

use super::*;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};

const CHALLENGE: &str = "cXVlc3Rpb24";

fn site() -> Site {
    Site::of("https://dvc.example.vn").unwrap()
}

fn es256() -> (EcdsaKeyPair, Vec<u8>) {
    let rng = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &rng).unwrap();
    let point = pair.public_key().as_ref().to_vec();
    let cose = [&hex::decode("a5010203262001215820").unwrap()[..], &point[1..33], &hex::decode("225820").unwrap(), &point[33..]].concat();
    (pair, cose)
}

fn client(kind: &str, challenge: &str, origin: &str, more: &str) -> Vec<u8> {
    format!("{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\"{more}}}").into_bytes()
}

fn data(rp: &str, flags: u8, counter: u32, rest: &[u8]) -> Vec<u8> {
    [digest::digest(&digest::SHA256, rp.as_bytes()).as_ref(), &[flags], &counter.to_be_bytes(), rest].concat()
}

fn attested(id: &[u8], cose: &[u8]) -> Vec<u8> {
    [&[0; 16], &u16::try_from(id.len()).unwrap().to_be_bytes()[..], id, cose].concat()
}

fn object(auth: &[u8]) -> Vec<u8> {
    let length = u16::try_from(auth.len()).unwrap().to_be_bytes();
    [&hex::decode("a363666d74646e6f6e656761747453746d74a068617574684461746159").unwrap()[..], &length, auth].concat()
}

fn made(client: &[u8], auth: &[u8]) -> Answer {
    Answer { id: encode(b"key-1"), response: Response { client_data: encode(client), attestation_object: encode(&object(auth)), ..Response::default() } }
}

fn answered(client: &[u8], auth: &[u8], sign: impl Fn(&[u8]) -> Vec<u8>) -> Answer {
    let message = [auth, digest::digest(&digest::SHA256, client).as_ref()].concat();
    let response = Response { client_data: encode(client), authenticator_data: encode(auth), signature: encode(&sign(&message)), ..Response::default() };
    Answer { id: encode(b"key-1"), response }
}

fn by(pair: &EcdsaKeyPair) -> impl Fn(&[u8]) -> Vec<u8> + '_ {
    |m| pair.sign(&SystemRandom::new(), m).unwrap().as_ref().to_vec()
}

#[test]
fn a_site_is_a_name_over_https_or_this_machine() {
    let told = |url| Site::of(url).map(|s| (s.id, s.origin));
    assert_eq!(told("https://DVC.example.vn/x?y"), Some(("dvc.example.vn".into(), "https://dvc.example.vn".into())));
    assert_eq!(told("https://dvc.example.vn:443"), Some(("dvc.example.vn".into(), "https://dvc.example.vn".into())));
    assert_eq!(told("http://localhost:8080/"), Some(("localhost".into(), "http://localhost:8080".into())));
    for none in ["http://dvc.example.vn", "https://127.0.0.1:8443", "http://127.0.0.1:8080", "https://[::1]:1", "https://", "dvc.example.vn", "https://a:b", "https://x@y", "ftp://localhost"] {
        assert_eq!(told(none), None, "{none}");
    }
}

#[test]
fn a_key_is_registered_and_used() {
    let (pair, cose) = es256();
    let create = client("webauthn.create", CHALLENGE, "https://dvc.example.vn", ",\"crossOrigin\":false");
    let key = registered(&site(), CHALLENGE, &made(&create, &data("dvc.example.vn", 0x5d, 0, &attested(b"key-1", &cose)))).unwrap();
    assert_eq!((key.credential.as_str(), &key.public_key, key.counter, key.backed_up), (encode(b"key-1").as_str(), &cose, 0, true));
    let get = client("webauthn.get", CHALLENGE, "https://dvc.example.vn", "");
    let answer = answered(&get, &data("dvc.example.vn", 0x05, 7, &[]), by(&pair));
    assert_eq!(answer.challenge().as_deref(), Some(CHALLENGE));
    assert_eq!(used(&site(), CHALLENGE, &key.public_key, 6, &answer), Ok(Used { counter: 7, backed_up: false }));
    // A key that never counts.
    let still = answered(&get, &data("dvc.example.vn", 0x1d, 0, &[]), by(&pair));
    assert_eq!(used(&site(), CHALLENGE, &key.public_key, 0, &still).map(|u| u.counter), Ok(0));
}

#[test]
fn ed25519_is_taken() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let cose = [&hex::decode("a4010103272006215820").unwrap()[..], pair.public_key().as_ref()].concat();
    let get = client("webauthn.get", CHALLENGE, "https://dvc.example.vn", "");
    let answer = answered(&get, &data("dvc.example.vn", 5, 0, &[]), |m| pair.sign(m).as_ref().to_vec());
    assert!(used(&site(), CHALLENGE, &cose, 0, &answer).is_ok());
}

#[test]
fn every_wrong_registration_is_refused() {
    let (_, cose) = es256();
    let good = attested(b"key-1", &cose);
    let create = |origin: &str, more: &str| client("webauthn.create", CHALLENGE, origin, more);
    let ours = create("https://dvc.example.vn", "");
    let rows = [
        (client("webauthn.get", CHALLENGE, "https://dvc.example.vn", ""), data("dvc.example.vn", 0x45, 0, &good), Fault::Challenge),
        (client("webauthn.create", "b3RoZXI", "https://dvc.example.vn", ""), data("dvc.example.vn", 0x45, 0, &good), Fault::Challenge),
        (create("https://evil.example", ""), data("dvc.example.vn", 0x45, 0, &good), Fault::Origin),
        (create("http://dvc.example.vn", ""), data("dvc.example.vn", 0x45, 0, &good), Fault::Origin),
        (create("https://dvc.example.vn", ",\"crossOrigin\":true"), data("dvc.example.vn", 0x45, 0, &good), Fault::Origin),
        (create("https://dvc.example.vn", ",\"topOrigin\":\"https://evil.example\""), data("dvc.example.vn", 0x45, 0, &good), Fault::Origin),
        (ours.clone(), data("evil.example", 0x45, 0, &good), Fault::Origin),
        (ours.clone(), data("dvc.example.vn", 0x44, 0, &good), Fault::NotPresent),
        (ours.clone(), data("dvc.example.vn", 0x41, 0, &good), Fault::NotVerified),
        (ours.clone(), data("dvc.example.vn", 0x55, 0, &good), Fault::Form),
        (ours.clone(), data("dvc.example.vn", 0x05, 0, &good), Fault::Form),
        (ours.clone(), data("dvc.example.vn", 0x45, 0, &good[..20]), Fault::Form),
        (ours.clone(), data("dvc.example.vn", 0x45, 0, &attested(b"key-2", &cose)), Fault::Form),
        (ours.clone(), data("dvc.example.vn", 0x45, 0, &attested(b"key-1", &hex::decode("a301020338222001").unwrap())), Fault::Algorithm),
        (b"no json".to_vec(), data("dvc.example.vn", 0x45, 0, &good), Fault::Form),
    ];
    for (n, (client, auth, fault)) in rows.into_iter().enumerate() {
        assert_eq!(registered(&site(), CHALLENGE, &made(&client, &auth)), Err(fault), "row {n}");
    }
    let mut broken = made(&ours, &data("dvc.example.vn", 0x45, 0, &good));
    broken.response.attestation_object = "%%%".into();
    assert_eq!(registered(&site(), CHALLENGE, &broken), Err(Fault::Form));
}

#[test]
fn every_wrong_sign_in_is_refused() {
    let (pair, cose) = es256();
    let (other, _) = es256();
    let get = client("webauthn.get", CHALLENGE, "https://dvc.example.vn", "");
    let auth = data("dvc.example.vn", 5, 9, &[]);
    let check = |answer: &Answer, counter| used(&site(), CHALLENGE, &cose, counter, answer);
    assert_eq!(check(&answered(&get, &auth, by(&other)), 0), Err(Fault::Signature));
    assert_eq!(check(&answered(&get, &auth, by(&pair)), 9), Err(Fault::Counter), "the same again");
    assert_eq!(check(&answered(&get, &auth, by(&pair)), 10), Err(Fault::Counter), "going back");
    assert_eq!(check(&answered(&get, &data("dvc.example.vn", 5, 0, &[]), by(&pair)), 1), Err(Fault::Counter), "ceased to count");
    assert_eq!(check(&answered(&get, &data("dvc.example.vn", 1, 9, &[]), by(&pair)), 0), Err(Fault::NotVerified));
    assert_eq!(check(&answered(&get, &data("evil.example", 5, 9, &[]), by(&pair)), 0), Err(Fault::Origin));
    assert_eq!(check(&answered(&client("webauthn.get", CHALLENGE, "https://evil.example", ""), &auth, by(&pair)), 0), Err(Fault::Origin));
    assert_eq!(check(&answered(&client("webauthn.get", "b3RoZXI", "https://dvc.example.vn", ""), &auth, by(&pair)), 0), Err(Fault::Challenge));
    assert_eq!(check(&answered(&client("webauthn.create", CHALLENGE, "https://dvc.example.vn", ""), &auth, by(&pair)), 0), Err(Fault::Challenge));
    let mut changed = answered(&get, &auth, by(&pair));
    changed.response.authenticator_data = encode(&data("dvc.example.vn", 5, 10, &[]));
    assert_eq!(check(&changed, 0), Err(Fault::Signature));
    changed.response.signature = String::new();
    assert_eq!(check(&changed, 0), Err(Fault::Signature));
}
