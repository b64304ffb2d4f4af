//! Files signed with a key of a trial, believed by our own eyes and by poppler's; and refused when altered.
#![allow(clippy::unwrap_used)]

use kernel::{Instant, id::OfficeCode};
use signatures::{Trust, Verdict, examine, make::{Place, Rect, Reserved, Unfit, reserve}};
use signing::{Failed, Keys, sign, trial};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const WARD: &str = "H29.161";
const CITY: &str = "H29";

fn now() -> Instant {
    "2026-11-22T09:00:00+07:00".parse().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("signing-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn keys(folder: &Path) -> Keys {
    let offices = [(OfficeCode::from(WARD), "Ủy ban nhân dân phường Bến Nghé".to_owned()), (OfficeCode::from(CITY), "Ủy ban nhân dân Thành phố".to_owned())];
    trial::prepare(folder, &offices, now()).unwrap();
    Keys::open(folder).unwrap()
}

fn trust(keys: &Keys) -> Trust {
    Trust::default().with_trial(keys.trial_root().unwrap().clone())
}

fn place(field: &'static str) -> Place<'static> {
    Place { field, signer: "Ủy ban nhân dân phường Bến Nghé", reason: Some("Phát hành"), location: Some("Phường Bến Nghé"), at: now(), picture: None, label: None }
}

/// Unsigned files as other programs write them: a table of objects, and a stream of them.
fn plain() -> [(&'static str, Vec<u8>); 2] {
    [("table", with_table()), ("stream", with_stream())]
}

const OBJECTS: [&str; 3] = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<<>>>>"];

fn objects() -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut places) = (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), Vec::new());
    for (n, object) in OBJECTS.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    (bytes, places)
}

fn with_table() -> Vec<u8> {
    let (mut bytes, places) = objects();
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    bytes.extend(places.iter().flat_map(|at| format!("{at:010} 00000 n \n").into_bytes()));
    bytes.extend(format!("trailer\n<</Size {}/Root 1 0 R/ID[<01><02>]>>\nstartxref\n{start}\n%%EOF", places.len() + 1).bytes());
    bytes
}

fn with_stream() -> Vec<u8> {
    let (mut bytes, mut places) = objects();
    let start = bytes.len();
    places.push(start);
    let rows: Vec<u8> = std::iter::once([0, 0, 0, 0]).chain(places.iter().map(|at| [1, (at >> 8) as u8, *at as u8, 0])).flatten().collect();
    bytes.extend(format!("4 0 obj\n<</Type/XRef/Size 5/W[1 2 1]/Root 1 0 R/Length {}>>\nstream\n", rows.len()).bytes());
    bytes.extend(rows);
    bytes.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
    bytes
}

/// What poppler says of the signatures of a file.
fn pdfsig(folder: &Path, bytes: &[u8]) -> String {
    let path = folder.join("signed.pdf");
    std::fs::write(&path, bytes).unwrap();
    let out = Command::new("pdfsig").arg("-nocert").arg(&path).output().expect("pdfsig is missing: apt-get install -y poppler-utils");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[tokio::test]
async fn a_file_is_sealed_and_sealed_again() {
    let folder = folder("twice");
    let keys = keys(&folder);
    let trust = trust(&keys);
    for (name, file) in plain() {
        let once = sign(&file, keys.seal(&WARD.into()).unwrap().as_ref(), None, &place("Seal1")).await.unwrap();
        assert!(once.starts_with(&file), "{name}: what was there stays");
        let report = examine(&once, &trust, now());
        let [one] = report.signatures.as_slice() else { panic!("{name}: {report:?}") };
        assert_eq!(one.verdict, Verdict::Valid, "{name}: {report:?}");
        assert_eq!(one.signer.as_ref().unwrap().name, "Ủy ban nhân dân phường Bến Nghé (dùng thử)");
        assert_eq!((one.claimed, one.trial, one.followed), (Some(now()), true, false));

        let twice = sign(&once, keys.seal(&CITY.into()).unwrap().as_ref(), None, &place("Seal2")).await.unwrap();
        let report = examine(&twice, &trust, now());
        assert_eq!(report.signatures.iter().map(|s| (s.verdict, s.followed)).collect::<Vec<_>>(), [(Verdict::Valid, true), (Verdict::Valid, false)], "{name}: {report:?}");
        let said = pdfsig(&folder, &twice);
        assert_eq!(said.matches("Signature Validation: Signature is Valid.").count(), 2, "{name}: {said}");
        assert_eq!(said.matches("Total document signed").count(), 1, "{name}: {said}");
        // The same field cannot be signed twice.
        assert_eq!(sign(&twice, keys.seal(&CITY.into()).unwrap().as_ref(), None, &place("Seal1")).await, Err(Failed::File(Unfit::Taken)), "{name}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}

/// Room for both signatures, as files are set.
fn rooms() -> [Reserved<'static>; 2] {
    let rect = Rect { left: 150.0, bottom: 60.0, width: 108.0, height: 54.0 };
    [
        Reserved { field: "Seal1", said: "Ủy ban nhân dân phường Bến Nghé", page: 0, rect },
        Reserved { field: "Seal2", said: "Ủy ban nhân dân Thành phố", page: 0, rect: Rect { left: 90.0, bottom: 40.0, width: 96.0, height: 96.0 } },
    ]
}

#[tokio::test]
async fn signatures_are_shown_where_room_was_kept() {
    use signing::Signer;
    let folder = folder("shown");
    let keys = keys(&folder);
    let trust = trust(&keys);
    for (name, file) in plain() {
        let kept = reserve(&file, &rooms()).unwrap();
        assert!(kept.starts_with(&file), "{name}: what was there stays");
        assert_eq!(reserve(&kept, &rooms()[..1]), Err(Unfit::Taken), "{name}");
        assert!(examine(&kept, &trust, now()).signatures.is_empty(), "{name}: room is no signature");
        let (ward, city) = (OfficeCode::from(WARD), OfficeCode::from(CITY));
        let once = keys.sign(&kept, Signer::Seal(&ward), "a", &place("Seal1")).await.unwrap().unwrap();
        let twice = keys.sign(&once.pdf, Signer::Seal(&city), "b", &place("Seal2")).await.unwrap().unwrap();
        assert!(once.pdf.len() > kept.len() + 40_000, "{name}: with a picture");
        let report = examine(&twice.pdf, &trust, now());
        assert_eq!(report.signatures.iter().map(|s| s.verdict).collect::<Vec<_>>(), [Verdict::Valid, Verdict::Valid], "{name}: {report:?}");
        let said = pdfsig(&folder, &twice.pdf);
        assert_eq!(said.matches("Signature Validation: Signature is Valid.").count(), 2, "{name}: {said}");
        let again = keys.sign(&twice.pdf, Signer::Seal(&city), "c", &place("Seal2")).await;
        assert_eq!(again, Err(Failed::File(Unfit::Taken)), "{name}");
        // Another picture afterwards: an update that changes the look of what was signed.
        let look = memchr(&twice.pdf, b"/Picture Do");
        let mut altered = twice.pdf.clone();
        altered[look..look + 8].copy_from_slice(b"/Nothing");
        assert!(examine(&altered, &trust, now()).signatures.iter().all(|s| s.verdict != Verdict::Valid), "{name}");
    }
    // A page that is not there, and files that are none.
    let [room, _] = rooms();
    assert_eq!(reserve(&with_table(), &[Reserved { page: 1, ..room.clone() }]), Err(Unfit::Unreadable));
    assert_eq!(reserve(b"%PDF-1.7 nothing", &[room]), Err(Unfit::Unreadable));
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn one_altered_byte_is_found_wherever_it_is() {
    let folder = folder("altered");
    let keys = keys(&folder);
    let trust = trust(&keys);
    let signed = sign(&with_table(), keys.seal(&WARD.into()).unwrap().as_ref(), None, &place("Seal1")).await.unwrap();
    let hole = memchr(&signed, b"/Contents<") + 10;
    let used = signed[hole..].iter().position(|b| *b == b'>').unwrap();
    let mut tried = 0;
    for at in (0..signed.len()).step_by(41).filter(|at| *at < hole || *at > hole + used) {
        let mut altered = signed.clone();
        altered[at] ^= 1;
        let report = examine(&altered, &trust, now());
        assert!(report.signatures.iter().all(|s| s.verdict != Verdict::Valid), "byte {at}: {report:?}");
        tried += 1;
    }
    assert!(tried > 30, "{tried}");
    let mut altered = signed.clone();
    altered[40] ^= 1;
    assert!(!pdfsig(&folder, &altered).contains("Signature is Valid"));
    let _ = std::fs::remove_dir_all(&folder);
}

fn memchr(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|w| w == what).unwrap()
}

#[tokio::test]
async fn what_cannot_be_signed_is_told() {
    let folder = folder("bad");
    let keys = keys(&folder);
    let seal = keys.seal(&WARD.into()).unwrap();
    for file in [&b""[..], b"%PDF-1.7", b"not a pdf at all"] {
        assert_eq!(sign(file, seal.as_ref(), None, &place("Seal1")).await, Err(Failed::File(Unfit::Unreadable)));
    }
    let late = Place { at: "2040-01-01T00:00:00+07:00".parse().unwrap(), ..place("Seal1") };
    assert!(matches!(sign(&with_table(), seal.as_ref(), None, &late).await, Err(Failed::NotInForce { .. })));
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_folder_of_keys_is_read_with_care() {
    let folder = folder("keys");
    assert!(Keys::open(&folder).unwrap().is_empty());
    let first = keys(&folder);
    // Prepared again, what is there stays.
    let again = keys(&folder);
    let serial = |k: &Keys| k.seal(&WARD.into()).unwrap().certificate().serial.clone();
    assert_eq!(serial(&first), serial(&again));
    assert!(!format!("{again:?}").contains("PRIVATE"));
    // The key of another office.
    std::fs::copy(folder.join("H29.key"), folder.join("H29.161.key")).unwrap();
    assert!(Keys::open(&folder).unwrap_err().to_string().contains("H29.161: the key is not the one of the certificate"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.join("H29.161.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Keys::open(&folder).unwrap_err().to_string().contains("chmod 600"));
    }
    std::fs::remove_file(folder.join("H29.161.key")).unwrap();
    assert!(Keys::open(&folder).is_err());
    std::fs::write(folder.join("keys.yaml"), "keys: [{office: H29, certificate: H29.key, key: H29.pem}]").unwrap();
    assert!(Keys::open(&folder).is_err());
    let _ = std::fs::remove_dir_all(&folder);
}

type Answer = Box<dyn Fn(&[u8]) -> Vec<u8> + Send>;

/// An authority over HTTP that answers as it is told, so many times.
fn authority(answers: Vec<(u16, Answer)>) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/tsa", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
            let body = loop {
                let n = stream.read(&mut buffer).unwrap();
                seen.extend_from_slice(&buffer[..n]);
                let Some(end) = seen.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
                let head = String::from_utf8_lossy(&seen[..end]).to_lowercase();
                assert!(head.contains("content-type: application/timestamp-query"), "{head}");
                let length: usize = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap().trim().parse().unwrap();
                if seen.len() >= end + 4 + length {
                    break seen[end + 4..].to_vec();
                }
            };
            let bytes = answer(&body);
            let _ = stream.write_all(format!("HTTP/1.1 {status} x\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", bytes.len()).as_bytes());
            let _ = stream.write_all(&bytes);
        }
    });
    url
}

#[tokio::test]
async fn an_authority_confirms_the_time() {
    let folder = folder("stamps");
    let keys = keys(&folder);
    let trust = trust(&keys);
    let seal = keys.seal(&WARD.into()).unwrap().as_ref();
    let signed = sign(&with_table(), seal, keys.stamps(), &place("Seal1")).await.unwrap();
    let report = examine(&signed, &trust, "2045-01-01T00:00:00+07:00".parse().unwrap());
    let one = &report.signatures[0];
    let stamp = one.stamp.as_ref().unwrap();
    assert_eq!((one.verdict, stamp.at, stamp.trusted, stamp.authority.as_str()), (Verdict::Valid, now(), true, "Dấu thời gian dùng thử của bản trình diễn này"), "good long after the certificate ended");
    let without = sign(&with_table(), seal, None, &place("Seal1")).await.unwrap();
    assert_ne!(examine(&without, &trust, "2045-01-01T00:00:00+07:00".parse().unwrap()).signatures[0].verdict, Verdict::Valid);
    assert!(pdfsig(&folder, &signed).contains("Signature is Valid"));
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn an_authority_that_fails_is_asked_again() {
    use signatures::make::stamp::{Unstamped, granted, refused};
    use signing::stamps::{Authority as _, Http};
    let folder = folder("faults");
    let keys = keys(&folder);
    let seal = keys.seal(&WARD.into()).unwrap().as_ref();
    // An answer to another question: right in everything but whom it answers.
    let other = signatures::make::stamp::Request::new(b"something else", [7; 8]);
    let replayed = keys.stamps().unwrap().ask(other.der(), now()).await.unwrap();
    let url = authority(vec![
        (200, Box::new(|_| refused(2))),
        (200, Box::new(move |_| replayed.clone())),
        (200, Box::new(|_| b"<html>".to_vec())),
        (200, Box::new(|_| granted(b"\x30\x00"))),
        (503, Box::new(|_| Vec::new())),
        (200, Box::new(|_| { std::thread::sleep(std::time::Duration::from_millis(900)); Vec::new() })),
    ]);
    let http = Http::with_timeout(&url, std::time::Duration::from_millis(500));
    let mut seen = Vec::new();
    for _ in 0..6 {
        let failed = sign(&with_table(), seal, Some(&http), &place("Seal1")).await.unwrap_err();
        assert!(failed.passes() && failed.said().vi.contains("thử lại"), "{failed}");
        seen.push(failed);
    }
    assert_eq!(seen[..4], [Unstamped::Refused(2), Unstamped::Other, Unstamped::Unreadable, Unstamped::Other].map(Failed::Stamp));
    assert!(seen[4].to_string().contains("503") && matches!(seen[5], Failed::Unreachable(_)));
    // Nobody there at all, then one that works.
    let nobody = Http::new("http://127.0.0.1:9/");
    assert!(sign(&with_table(), seal, Some(&nobody), &place("Seal1")).await.unwrap_err().passes());
    let folder_of_tsa = folder.join("trial-stamps.pem");
    let own = signing::software::Software::new(&std::fs::read_to_string(&folder_of_tsa).unwrap(), &std::fs::read_to_string(folder.join("trial-stamps.key")).unwrap()).unwrap();
    let own = signing::stamps::Own::new(own);
    let url = authority(vec![(200, Box::new(move |question| {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(own.ask(question, now())).unwrap()
    }))]);
    let signed = sign(&with_table(), seal, Some(&Http::new(&url)), &place("Seal1")).await.unwrap();
    assert!(examine(&signed, &trust(&keys), now()).signatures[0].stamp.as_ref().is_some_and(|s| s.trusted));
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn where_stamps_come_from_is_read_with_care() {
    let folder = folder("stamps-list");
    keys(&folder);
    let list = std::fs::read_to_string(folder.join("keys.yaml")).unwrap();
    let with = |stamps: &str| {
        let text: String = list.lines().filter(|l| !l.starts_with("stamps")).map(|l| format!("{l}\n")).collect();
        std::fs::write(folder.join("keys.yaml"), format!("{text}{stamps}\n")).unwrap();
        Keys::open(&folder)
    };
    assert!(with("").unwrap().stamps().is_none());
    assert!(with("stamps: {url: \"https://tsa.example/tsr\"}").unwrap().stamps().is_some());
    assert!(with("stamps: {url: \"ftp://tsa.example\"}").unwrap_err().to_string().contains("https://"));
    assert!(with("stamps: {certificate: none.pem, key: none.key}").unwrap_err().to_string().contains("none.key"));
    assert!(with("stamps: {word: x}").is_err());
    let _ = std::fs::remove_dir_all(&folder);
}
