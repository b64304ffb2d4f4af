//! Keys of a remote signing service, played by the simulator: what goes well, and each way it does not.
#![allow(clippy::unwrap_used)]

mod common;

use common::{CITY, WARD, file, folder, judged, keys, place, secret};
use signatures::{Verdict, make::Unusable};
use signing::{
    Failed, Key, Keys, Mistake, Secret,
    remote::{Limits, Remote, Service},
    sign,
    simulator::{CLIENT, Fault, PIN, SECRET, Simulator},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

const CREDENTIAL: &str = "seal-161";

/// A service with the ward's credential, and one of another office.
fn service(name: &str) -> (Simulator, PathBuf) {
    let folder = folder(&format!("remote-{name}"));
    keys(&folder);
    let simulator = Simulator::serve().unwrap();
    fill(&simulator, &folder);
    (simulator, folder)
}

fn fill(simulator: &Simulator, folder: &Path) {
    let read = |name: String| std::fs::read_to_string(folder.join(name)).unwrap();
    let root = read("trial-root.pem".to_owned());
    for (credential, office) in [(CREDENTIAL, WARD), ("seal-city", CITY)] {
        simulator.add(credential, &(read(format!("{office}.pem")) + &root), &read(format!("{office}.key"))).unwrap();
    }
}

const PATIENT: Limits = Limits { request: Duration::from_secs(5), whole: Duration::from_secs(20), poll: Duration::from_millis(20) };
const HURRIED: Limits = Limits { request: Duration::from_millis(500), whole: Duration::from_secs(1), ..PATIENT };

fn client(url: &str, password: &str) -> Arc<Service> {
    Arc::new(Service::with_limits(url, CLIENT, Secret::new(password), PATIENT).unwrap())
}

fn open(simulator: &Simulator) -> Remote {
    Remote::open(client(simulator.url(), SECRET), CREDENTIAL, Some(Secret::new(PIN)), None).unwrap()
}

async fn fails(key: &dyn Key) -> Failed {
    sign(&file(), key, None, &place()).await.unwrap_err()
}

async fn seals(key: &dyn Key, folder: &Path) {
    let signed = sign(&file(), key, None, &place()).await.unwrap();
    let report = judged(&signed, folder);
    assert_eq!(report.signatures.iter().map(|s| s.verdict).collect::<Vec<_>>(), [Verdict::Valid], "{report:?}");
}

/// Nothing that opens a key stands in a text.
fn discreet(simulator: &Simulator, text: &str) {
    for secret in simulator.issued().iter().map(String::as_str).chain([SECRET, PIN]) {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn a_service_seals() {
    let (simulator, folder) = service("seals");
    let key = open(&simulator);
    assert!(key.is_fresh() && key.chain().is_empty(), "a root is not put into documents");
    for raw in [false, true] {
        simulator.answer_raw(raw);
        seals(&key, &folder).await;
    }
    assert_eq!(simulator.signed().len(), 2);
    assert!(simulator.signed().iter().all(|(credential, _)| credential == CREDENTIAL));
    // One access token for everything, one authorisation for each signature.
    assert_eq!(["info", "oauth2/token", "credentials/info", "credentials/authorize", "signatures/signHash"].map(|m| simulator.asked(m)), [1, 1, 1, 2, 2]);
    discreet(&simulator, &format!("{:?}{:?}", client(simulator.url(), SECRET), Secret::new(PIN)));
    let start = Instant::now();
    for n in 0..100_u8 {
        key.sign(&[n; 100]).await.unwrap();
    }
    println!("measured: simulator, {:?} a signature", start.elapsed() / 100);
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sign_at_once() {
    let (simulator, folder) = service("many");
    let key = Arc::new(open(&simulator));
    let each: Vec<_> = (0..8_u8).map(|n| (key.clone(), n)).map(|(key, n)| tokio::spawn(async move { key.sign(&[n]).await.unwrap() })).collect();
    for one in each {
        one.await.unwrap();
    }
    let mut hashes: Vec<_> = simulator.signed().into_iter().map(|(_, hash)| hash).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!((hashes.len(), simulator.asked("oauth2/token")), (8, 1));
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let (simulator, folder) = service("faults");
    let key = open(&simulator);
    let hurried = Arc::new(Service::with_limits(simulator.url(), CLIENT, Secret::new(SECRET), HURRIED).unwrap());
    let hurried = Remote::open(hurried, CREDENTIAL, Some(Secret::new(PIN)), None).unwrap();
    let mut made = 0;
    for (fault, expected) in [
        (Fault::Denied, "denied"),
        (Fault::Refused(3), "denied"),
        // The person never answers.
        (Fault::Pending(100_000), "denied"),
        (Fault::SadExpired(2), "passes"),
        (Fault::Slow(Duration::from_secs(1)), "passes"),
        (Fault::Unavailable, "passes"),
        (Fault::Closes, "passes"),
        (Fault::Moved, "passes"),
        (Fault::Lost, "unclear"),
        (Fault::OtherHash, "key"),
        (Fault::OtherKey, "key"),
        (Fault::Twice, "key"),
    ] {
        simulator.set(fault);
        let failed = fails(if matches!(fault, Fault::Pending(_) | Fault::Slow(_)) { &hurried } else { &key }).await;
        let outcome = match &failed {
            Failed::Denied(_) => "denied",
            Failed::Unreachable(_) => "passes",
            Failed::Unclear(_) => "unclear",
            Failed::Key(Unusable::Answer) => "key",
            _ => "other",
        };
        assert_eq!((outcome, failed.passes()), (expected, matches!(expected, "passes" | "unclear")), "{fault:?}: {failed}");
        discreet(&simulator, &format!("{failed} {failed:?} {} {}", failed.said().vi, failed.said().en));
        made += match fault {
            Fault::OtherHash | Fault::OtherKey | Fault::Lost => 1,
            Fault::Twice => 2,
            _ => 0,
        };
        assert_eq!(simulator.signed().len(), made, "{fault:?}: what was signed is counted, and nothing is signed after a refusal");
        // And then it works again.
        simulator.set(Fault::None);
        seals(&key, &folder).await;
        made += 1;
    }
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn what_a_client_can_mend_is_mended() {
    let (simulator, folder) = service("mended");
    let key = open(&simulator);
    simulator.set(Fault::SadExpired(1));
    seals(&key, &folder).await;
    assert_eq!((simulator.asked("credentials/authorize"), simulator.signed().len()), (2, 1));
    simulator.set(Fault::TokenExpired);
    seals(&key, &folder).await;
    assert_eq!((simulator.asked("oauth2/token"), simulator.signed().len()), (2, 2));
    simulator.set(Fault::Pending(4));
    seals(&key, &folder).await;
    assert_eq!((simulator.asked("credentials/authorizeCheck"), simulator.signed().len()), (4, 3));
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn a_person_who_confirms_is_asked_once() {
    let (simulator, folder) = service("confirms");
    let key = Arc::new(open(&simulator));
    simulator.set(Fault::Pending(10));
    let waiting = tokio::spawn({
        let (key, folder) = (key.clone(), folder.clone());
        async move { seals(key.as_ref(), &folder).await }
    });
    // The service is away while the person looks at the telephone.
    for fault in [Fault::Unavailable, Fault::None, Fault::Closes, Fault::TokenExpired] {
        tokio::time::sleep(Duration::from_millis(60)).await;
        simulator.set(fault);
    }
    waiting.await.unwrap();
    assert_eq!((simulator.asked("credentials/authorize"), simulator.signed().len()), (1, 1));
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_pin_is_sent_once() {
    let (simulator, folder) = service("pin");
    let key = Arc::new(Remote::open(client(simulator.url(), SECRET), CREDENTIAL, Some(Secret::new("000000")), None).unwrap());
    // At once, and one after the other.
    let each: Vec<_> = (0..8).map(|_| key.clone()).map(|key| tokio::spawn(async move { fails(key.as_ref()).await })).collect();
    let mut denied = Vec::new();
    for one in each {
        denied.push(one.await.unwrap());
    }
    denied.push(fails(key.as_ref()).await);
    for denied in denied {
        assert!(matches!(denied, Failed::Denied(_)) && !denied.to_string().contains("000000"), "{denied}");
    }
    assert_eq!((simulator.asked("credentials/authorize"), simulator.signed().len()), (1, 0));
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn what_is_wrong_with_a_service_is_told() {
    let (simulator, folder) = service("wrong");
    let told = |url: &str, password: &str, credential: &str| {
        let mistake = Remote::open(client(url, password), credential, None, None).map(|_| ()).unwrap_err();
        discreet(&simulator, &format!("{mistake} {mistake:?}"));
        mistake
    };
    assert!(matches!(told(simulator.url(), "another password", CREDENTIAL), Mistake::Service(Failed::Denied(_))));
    assert!(told(simulator.url(), SECRET, "unknown").to_string().contains("seal-161, seal-city"));
    assert!(matches!(told("http://127.0.0.1:9/csc/v2", SECRET, CREDENTIAL), Mistake::Away(_)));
    assert!(matches!(Service::new("http://csc.example.vn/csc/v2", CLIENT, Secret::new(SECRET)), Err(Mistake::Plain)));
    assert!(matches!(Service::new("http://127.0.0.1.example.vn/csc/v2", CLIENT, Secret::new(SECRET)), Err(Mistake::Plain)));
    assert!(Service::new("https://csc.example.vn/csc/v2", CLIENT, Secret::new(SECRET)).is_ok());
    let _ = std::fs::remove_dir_all(&folder);
}

/// A list with the ward's key at the service.
fn list(folder: &Path, url: &str, more: &str) -> Result<Keys, Mistake> {
    secret(folder, "secret.txt", SECRET);
    secret(folder, "pin.txt", PIN);
    let entry = format!("{{url: \"{url}\", client_id: {CLIENT}, secret_file: secret.txt, credential: {CREDENTIAL}, pin_file: pin.txt{more}}}");
    std::fs::write(folder.join("keys.yaml"), format!("keys:\n  - office: {WARD}\n    remote: {entry}\n")).unwrap();
    Keys::open(folder)
}

#[tokio::test]
async fn a_service_that_is_down_does_not_keep_the_program_from_starting() {
    let (simulator, folder) = service("down");
    let url = simulator.url().to_owned();
    let seal = |keys: &Keys| keys.seal(&WARD.into()).unwrap().clone();
    // The very first start needs it, or a copy.
    simulator.set(Fault::Unavailable);
    assert!(list(&folder, &url, "").unwrap_err().to_string().starts_with("H29.161: remote: not reached: info: the service answered 503"));
    assert!(list(&folder, &url, ", certificate: H29.161.pem").is_ok());
    simulator.set(Fault::None);
    let keys = list(&folder, &url, "").unwrap();
    seals(seal(&keys).as_ref(), &folder).await;
    assert!(folder.join("H29.161.remote.pem").exists());
    // From then on it may be away at a start, and signs as soon as it is back.
    simulator.set(Fault::Closes);
    let keys = list(&folder, &url, "").unwrap();
    assert!(fails(seal(&keys).as_ref()).await.passes());
    simulator.set(Fault::None);
    seals(seal(&keys).as_ref(), &folder).await;
    discreet(&simulator, &format!("{keys:?}"));
    // The copy is of another certificate than the service has: told, and nothing is signed.
    let before = simulator.signed().len();
    simulator.set(Fault::Closes);
    let keys = list(&folder, &url, ", certificate: H29.pem").unwrap();
    simulator.set(Fault::None);
    let failed = fails(seal(&keys).as_ref()).await;
    assert!(matches!(&failed, Failed::Denied(why) if why.contains("another certificate")), "{failed}");
    assert_eq!(simulator.signed().len(), before);
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn an_official_confirms_on_a_device() {
    let (simulator, folder) = service("official");
    simulator.confirm_on_device(CREDENTIAL, 1);
    secret(&folder, "secret.txt", SECRET);
    let account = "0190b3a2-7c1e-7d4f-8a6b-5c4d3e2f1a00";
    let entry = format!("{{url: \"{}\", client_id: {CLIENT}, secret_file: secret.txt, credential: {CREDENTIAL}}}", simulator.url());
    std::fs::write(folder.join("keys.yaml"), format!("people:\n  - account: {account}\n    remote: {entry}\n")).unwrap();
    let keys = Keys::open(&folder).unwrap();
    let key = keys.personal(&format!("acct_{account}").parse().unwrap()).unwrap();
    seals(key.as_ref(), &folder).await;
    assert_eq!((simulator.asked("credentials/authorizeCheck"), simulator.signed().len()), (1, 1));
    assert!(folder.join("acct_0190b3a27c1e7d4f8a6b5c4d3e2f1a00.remote.pem").exists());
    simulator.set(Fault::Refused(1));
    assert!(!fails(key.as_ref()).await.passes());
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_list_of_services_is_read_with_care() {
    let (simulator, folder) = service("list");
    let url = simulator.url();
    for (url, more, told) in [
        ("http://csc.example.vn/csc/v2", "", "https://"),
        (url, ", colour: red", "colour"),
        (url, ", certificate: none.pem", "none.pem"),
    ] {
        let said = list(&folder, url, more).unwrap_err().to_string();
        assert!(said.starts_with("H29.161: ") && said.contains(told), "{said}");
    }
    secret(&folder, "empty.txt", "\n");
    list(&folder, url, "").unwrap();
    let text = std::fs::read_to_string(folder.join("keys.yaml")).unwrap();
    std::fs::write(folder.join("keys.yaml"), text.replace("secret.txt", "empty.txt")).unwrap();
    assert!(Keys::open(&folder).unwrap_err().to_string().contains("it is empty"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["secret.txt", "pin.txt"] {
            list(&folder, url, "").unwrap();
            std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o604)).unwrap();
            let said = Keys::open(&folder).unwrap_err().to_string();
            assert!(said.contains("chmod 600") && said.contains(name), "{said}");
            std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}
