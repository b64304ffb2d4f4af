//! Keys on tokens, with SoftHSM2. Each test is a process of its own: a module has one state for its whole program, and is told by the environment
//! where its tokens are.
#![allow(clippy::unwrap_used)]

mod common;

use common::{file, folder, judged, now, place, secret};
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, CertificateType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm};
use signatures::Verdict;
use signing::{
    Failed, Key as _, Keys, Mistake, Secret,
    pkcs11::{Fault, Object, Place, Token},
    sign, trial,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

const INSTALL: &str = "SoftHSM2 is missing: apt-get install -y softhsm2";
const TOKEN: &str = "UBND phuong";
const PIN: &str = "483726";
const MARK: &str = "PHUSA_TOKEN_TEST";

fn module() -> PathBuf {
    let known = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"];
    known.into_iter().map(PathBuf::from).find(|p| p.exists()).expect(INSTALL)
}

fn tool(args: &[&str]) {
    let out = Command::new("softhsm2-util").args(args).output().expect(INSTALL);
    assert!(out.status.success(), "{args:?}: {}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
}

fn within(test: &str) -> Option<PathBuf> {
    within_with(test, "")
}

/// In the process of the test: its folder with an empty token. Outside: runs that process, with more settings of the module.
fn within_with(test: &str, settings: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(MARK) {
        tool(&["--init-token", "--free", "--label", TOKEN, "--so-pin", "59372648", "--pin", PIN]);
        return Some(folder.into());
    }
    module();
    let folder = folder(&format!("token-{test}"));
    std::fs::create_dir_all(folder.join("tokens")).unwrap();
    std::fs::write(folder.join("softhsm2.conf"), format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n{settings}\n", folder.join("tokens").display())).unwrap();
    let run = Command::new(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]).env("SOFTHSM2_CONF", folder.join("softhsm2.conf")).env(MARK, &folder).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && said.contains("1 passed"), "{:?} {said}", run.status);
    assert!(!said.contains(PIN), "{said}");
    for line in said.lines().filter(|l| l.starts_with("measured")) {
        println!("{line}");
    }
    let _ = std::fs::remove_dir_all(&folder);
    None
}

fn context() -> Pkcs11 {
    let context = Pkcs11::new(module()).unwrap();
    let _ = context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    context
}

fn session() -> Session {
    let context = context();
    let slot = context.get_slots_with_initialized_token().unwrap()[0];
    let session = context.open_rw_session(slot).unwrap();
    match session.login(UserType::User, Some(&PIN.to_owned().into())) {
        Ok(()) | Err(cryptoki::error::Error::Pkcs11(cryptoki::error::RvError::UserAlreadyLoggedIn, _)) => session,
        Err(error) => panic!("{error}"),
    }
}

/// A public key of the token, as a certificate carries it.
struct Public(Vec<u8>, &'static SignatureAlgorithm);

impl PublicKeyData for Public {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }
    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.1
    }
}

fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    let head: &[u8] = if value.len() < 0x80 { &[length[1]] } else { &[0x82, length[0], length[1]] };
    [&[tag], head, value].concat()
}

fn pair(session: &Session, mechanism: &Mechanism<'_>, public: &[Attribute], label: &str, id: u8) -> ObjectHandle {
    let named = [Attribute::Token(true), Attribute::Label(label.into()), Attribute::Id(vec![id])];
    let private = [&named[..], &[Attribute::Private(true), Attribute::Sensitive(true), Attribute::Extractable(false), Attribute::Sign(true)]].concat();
    session.generate_key_pair(mechanism, &[&named[..], public, &[Attribute::Verify(true)]].concat(), &private).unwrap().0
}

fn p256(session: &Session, label: &str, id: u8) -> Public {
    let curve = vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let key = pair(session, &Mechanism::EccKeyPairGen, &[Attribute::EcParams(curve)], label, id);
    let Attribute::EcPoint(point) = session.get_attributes(key, &[AttributeType::EcPoint]).unwrap().remove(0) else { panic!() };
    Public(point[2..].to_vec(), &PKCS_ECDSA_P256_SHA256)
}

fn rsa(session: &Session, label: &str, id: u8) -> Public {
    let key = pair(session, &Mechanism::RsaPkcsKeyPairGen, &[Attribute::ModulusBits(2048.into()), Attribute::PublicExponent(vec![1, 0, 1])], label, id);
    let Attribute::Modulus(modulus) = session.get_attributes(key, &[AttributeType::Modulus]).unwrap().remove(0) else { panic!() };
    let numbers = [element(2, &[&[0], &modulus[..]].concat()), element(2, &[1, 0, 1])].concat();
    Public(element(0x30, &numbers), &PKCS_RSA_SHA256)
}

/// Puts a certificate (PEM) on the token.
fn put(session: &Session, pem: &str, id: u8) {
    let der = signatures::trust::pem(pem, "CERTIFICATE").unwrap().remove(0);
    let subject = Attribute::Subject(vec![0x30, 0]);
    let about = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::CertificateType(CertificateType::X_509), Attribute::Token(true), subject, Attribute::Id(vec![id]), Attribute::Value(der)];
    session.create_object(&about).unwrap();
}

fn at(object: Object) -> Place {
    Place { module: module(), token: TOKEN.to_owned(), object }
}

fn labelled(label: &str) -> Place {
    at(Object::Label(label.to_owned()))
}

fn pin() -> Secret {
    Secret::new(PIN)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// An office's key of this kind on the token, certified by the trial issuer.
fn office(folder: &Path, kind: fn(&Session, &str, u8) -> Public, label: &str, id: u8) -> String {
    let session = session();
    let certificate = trial::certify(folder, common::NAME, &kind(&session, label, id), now()).unwrap();
    put(&session, &certificate, id);
    certificate
}

async fn seals(key: &Token, folder: &Path) {
    let signed = sign(&file(), key, None, &place()).await.unwrap();
    let report = judged(&signed, folder);
    assert_eq!(report.signatures.iter().map(|s| s.verdict).collect::<Vec<_>>(), [Verdict::Valid], "{report:?}");
}

#[test]
fn a_token_seals_with_both_kinds_of_keys() {
    let Some(folder) = within("a_token_seals_with_both_kinds_of_keys") else { return };
    office(&folder, p256, "seal", 1);
    office(&folder, rsa, "old seal", 2);
    // The issuer stands on the token too; a root is not put into documents.
    put(&session(), &std::fs::read_to_string(folder.join("trial-root.pem")).unwrap(), 9);
    run(async {
        for place in [labelled("seal"), labelled("old seal"), at(Object::Id(vec![1])), at(Object::Id(vec![2]))] {
            let key = Token::open(place, pin(), None).unwrap();
            assert!(key.chain().is_empty());
            seals(&key, &folder).await;
        }
        for label in ["seal", "old seal"] {
            let key = Token::open(labelled(label), pin(), None).unwrap();
            let start = std::time::Instant::now();
            for n in 0..200_u8 {
                key.sign(&[n; 100]).await.unwrap();
            }
            println!("measured: SoftHSM2, {label}: {:?} a signature", start.elapsed() / 200);
        }
    });
}

#[test]
fn a_card_that_only_pads_is_given_the_digest() {
    let Some(folder) = within_with("a_card_that_only_pads_is_given_the_digest", "slots.mechanisms = CKM_RSA_PKCS,CKM_RSA_PKCS_KEY_PAIR_GEN") else { return };
    office(&folder, rsa, "old seal", 2);
    let context = context();
    let known = context.get_mechanism_list(context.get_slots_with_initialized_token().unwrap()[0]).unwrap();
    assert!(!known.contains(&cryptoki::mechanism::MechanismType::SHA256_RSA_PKCS));
    run(async { seals(&Token::open(labelled("old seal"), pin(), None).unwrap(), &folder).await });
}

#[test]
fn the_list_names_tokens() {
    let Some(folder) = within("the_list_names_tokens") else { return };
    let certificate = office(&folder, p256, "seal", 1);
    std::fs::write(folder.join("seal.pem"), &certificate).unwrap();
    secret(&folder, "pin.txt", &format!("{PIN}\n"));
    let list = |more: &str| {
        let module = module();
        std::fs::write(folder.join("keys.yaml"), format!("keys:\n  - office: H29.161\n    pkcs11: {{module: {}, token: \"{TOKEN}\", pin_file: pin.txt, {more}}}\n", module.display())).unwrap();
        Keys::open(&folder)
    };
    run(async {
        for more in ["label: seal", "label: seal, certificate: seal.pem", "id: \"01\""] {
            let keys = list(more).unwrap();
            let signed = sign(&file(), keys.seal(&"H29.161".into()).unwrap().as_ref(), None, &place()).await.unwrap();
            assert_eq!(judged(&signed, &folder).signatures[0].verdict, Verdict::Valid, "{more}");
            assert!(!format!("{keys:?}").contains(PIN));
        }
    });
    for more in ["label: other", "label: seal, certificate: none.pem", "id: xy", "label: seal, id: \"01\"", "label: seal, colour: red", "certificate: seal.pem"] {
        assert!(list(more).unwrap_err().to_string().starts_with("H29.161: "), "{more}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.join("pin.txt"), std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(list("label: seal").unwrap_err().to_string().contains("chmod 600"));
    }
}

#[test]
fn what_is_wrong_with_a_token_is_told() {
    let Some(folder) = within("what_is_wrong_with_a_token_is_told") else { return };
    {
        let session = session();
        let first = p256(&session, "seal", 1);
        p256(&session, "twice", 2);
        p256(&session, "twice", 3);
        let named = [Attribute::Token(true), Attribute::Label("each time".into()), Attribute::Private(true), Attribute::AlwaysAuthenticate(true), Attribute::Sign(true)];
        let curve = Attribute::EcParams(vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
        session.generate_key_pair(&Mechanism::EccKeyPairGen, &[curve, Attribute::Token(true)], &named).unwrap();
        // Of another key: it does not belong to this one.
        let certificate = trial::certify(&folder, common::NAME, &p256(&session, "other", 4), now()).unwrap();
        std::fs::write(folder.join("other.pem"), certificate).unwrap();
        std::fs::write(folder.join("seal.pem"), trial::certify(&folder, common::NAME, &first, now()).unwrap()).unwrap();
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let fault = |place: Place, pin: &str| match Token::open(place, Secret::new(pin), None) {
        Err(Mistake::Token(fault)) => fault,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it opened"),
    };
    let nowhere = Place { module: folder.join("none.so"), ..labelled("seal") };
    assert!(matches!(fault(nowhere, PIN), Fault::Module(..)));
    assert!(matches!(fault(Place { module: folder.join("seal.pem"), ..labelled("seal") }, PIN), Fault::Module(..)));
    assert_eq!(fault(Place { token: "khac".to_owned(), ..labelled("seal") }, PIN), Fault::Absent("khac".to_owned()));
    let wrong = fault(labelled("seal"), "111111");
    assert_eq!(wrong, Fault::Pin(TOKEN.to_owned()));
    assert!(!wrong.to_string().contains("111111"));
    assert!(matches!(fault(labelled("none"), PIN), Fault::NoKey(..)));
    assert!(matches!(fault(labelled("twice"), PIN), Fault::Several(..)));
    assert_eq!(fault(labelled("each time"), PIN), Fault::EachTime(TOKEN.to_owned()));
    assert_eq!(fault(labelled("seal"), PIN), Fault::NoCertificate(TOKEN.to_owned()));
    assert!(matches!(Token::open(labelled("seal"), pin(), Some(&read("other.pem"))), Err(Mistake::Apart)));
    assert!(matches!(Token::open(labelled("seal"), pin(), Some("no certificate")), Err(Mistake::Certificate)));
    assert!(Token::open(labelled("seal"), pin(), Some(&read("seal.pem"))).is_ok());
}

#[test]
fn many_sign_at_once() {
    let Some(folder) = within("many_sign_at_once") else { return };
    office(&folder, p256, "seal", 1);
    office(&folder, rsa, "old seal", 2);
    run(async {
        let keys = ["seal", "old seal"].map(|label| Arc::new(Token::open(labelled(label), pin(), None).unwrap()));
        let each = (0..16).map(|n| {
            let (key, folder) = (keys[n % 2].clone(), folder.clone());
            tokio::spawn(async move { seals(&key, &folder).await })
        });
        for one in each.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        // A caller who went away leaves the others alone.
        let gone = keys[0].clone();
        let waiting = tokio::spawn(async move { gone.sign(b"nobody waits").await });
        waiting.abort();
        seals(&keys[0], &folder).await;
    });
}

#[test]
fn a_token_that_was_pulled_out_comes_back() {
    let Some(folder) = within("a_token_that_was_pulled_out_comes_back") else { return };
    office(&folder, p256, "seal", 1);
    run(async {
        let key = Token::open(labelled("seal"), pin(), None).unwrap();
        seals(&key, &folder).await;
        // The session is gone, the token is still there.
        context().finalize().unwrap();
        let failed = sign(&file(), &key, None, &place()).await.unwrap_err();
        assert!(matches!(failed, Failed::Unreachable(_)) && failed.passes(), "{failed}");
        seals(&key, &folder).await;
        // The token is gone.
        std::fs::rename(folder.join("tokens"), folder.join("pulled")).unwrap();
        std::fs::create_dir(folder.join("tokens")).unwrap();
        context().finalize().unwrap();
        for _ in 0..3 {
            assert!(sign(&file(), &key, None, &place()).await.unwrap_err().passes());
        }
        std::fs::remove_dir(folder.join("tokens")).unwrap();
        std::fs::rename(folder.join("pulled"), folder.join("tokens")).unwrap();
        context().finalize().unwrap();
        seals(&key, &folder).await;
    });
}

#[test]
fn a_pin_that_was_changed_is_tried_once() {
    let Some(folder) = within("a_pin_that_was_changed_is_tried_once") else { return };
    office(&folder, p256, "seal", 1);
    run(async {
        let key = Token::open(labelled("seal"), pin(), None).unwrap();
        session().set_pin(&PIN.to_owned().into(), &"222222".to_owned().into()).unwrap();
        context().finalize().unwrap();
        assert!(sign(&file(), &key, None, &place()).await.unwrap_err().passes());
        let denied = sign(&file(), &key, None, &place()).await.unwrap_err();
        assert!(matches!(denied, Failed::Denied(_)) && !denied.passes() && denied.said().vi.contains("mã PIN"), "{denied}");
        // Right again, but nobody started the program again: not tried.
        {
            let context = context();
            let session = context.open_rw_session(context.get_slots_with_initialized_token().unwrap()[0]).unwrap();
            session.login(UserType::User, Some(&"222222".to_owned().into())).unwrap();
            session.set_pin(&"222222".to_owned().into(), &PIN.to_owned().into()).unwrap();
        }
        assert_eq!(sign(&file(), &key, None, &place()).await.unwrap_err(), denied);
    });
}
