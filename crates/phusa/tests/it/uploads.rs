//! Files that people send (domain page §10.5, row “file”), through every door: each wrong one has its own message, the others
//! are kept; what is malicious is not stored; a scanner that is away turns nothing away and lets nothing through unmarked.

use crate::{
    bad::base64,
    browser::begin,
    care_ratings::page,
    dossier::{Dossier, example, key},
    house::House,
};
use serde_json::{Value, json};
use services::uploads::{
    clamd::Clamd,
    simulator::{Fault, Simulator, eicar},
};
use std::{sync::Arc, time::Duration};
use store::{Db, values};
use testkit::on_each_database;

on_each_database!(
    each_wrong_file_has_its_own_message
    without_a_scanner_files_are_marked
    a_virus_is_refused_alone_and_its_bytes_are_not_kept
    a_scanner_that_is_away_is_asked_again
    found_later_it_is_not_opened_nor_filed
    what_officials_upload_is_scanned_too
);

/// A PDF of so many pages, with something in it.
fn pdf(pages: usize, with: &str) -> Vec<u8> {
    let list: String = (0..pages).map(|n| format!("{} 0 obj<</Type/Page/Parent 2 0 R>>endobj\n", n + 3)).collect();
    format!("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count {pages}>>endobj\n{list}% {with}\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

async fn scanned(db: Db) -> (House, Simulator) {
    let daemon = Simulator::serve().await.unwrap();
    // No verdict is waited for longer than the test of silence takes.
    let clamd = Clamd::new(daemon.address()).waiting(Duration::from_secs(5), Duration::from_secs(30));
    let outside = phusa::rooms::Outside { scanner: Some(Arc::new(clamd)), ..Default::default() };
    (House::connected(db, outside).await, daemon)
}

fn first_paper(house: &House) -> String {
    example(house, "1.013225")["files"][0]["component"].as_str().unwrap().to_owned()
}

/// A filing whose first paper is this file.
fn filing(house: &House, name: &str, bytes: &[u8]) -> Value {
    let mut body = example(house, "1.013225");
    body["files"][0]["name"] = json!(name);
    body["files"][0]["content_base64"] = json!(base64(bytes));
    body
}

/// Every line of the row, at the door of programs and on the citizen's page.
async fn each_wrong_file_has_its_own_message(db: Db) {
    let house = House::open(db).await;
    let lan = house.actor("lan");
    let exe = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 200]].concat();
    let locked = b"%PDF-1.4\n5 0 obj<</Filter/Standard>>endobj\ntrailer<</Encrypt 5 0 R/Root 1 0 R>>\n%%EOF".to_vec();
    let large = [b"%PDF-1.7\n".as_slice(), &vec![b' '; 20 << 20]].concat();
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("chuong-trinh.pdf", exe, &["Không nhận loại tệp"]),
        ("anh.png", pdf(1, ""), &["không khớp nội dung"]),
        ("rong.pdf", Vec::new(), &["trống"]),
        ("khoa.pdf", locked, &["mật khẩu"]),
        ("nghin-trang.pdf", pdf(1000, ""), &["1000 trang", "tối đa là 500 trang"]),
        ("nam-tram-linh-mot.pdf", pdf(501, ""), &["501 trang"]),
        ("qua-lon.pdf", large, &["20,1 MB", "tối đa là 20 MB"]),
    ];
    let before = house.journal().await;
    for (name, bytes, words) in &table {
        let problem = lan.post_once("/api/v1/cases", &key(), &filing(&house, name, bytes)).refused(422, "files");
        let reasons = problem["reasons"].as_array().unwrap();
        assert_eq!(reasons.len(), 1, "{name}: only that file: {problem}");
        let said = reasons[0]["message"]["vi"].as_str().unwrap_or_default();
        assert!(said.contains(name) && words.iter().all(|w| said.contains(w)), "{name}: {said}");
    }
    assert_eq!(house.journal().await, before);
    // On the page, in one press with good ones: a name in NFD, a path, exactly the limit of pages.
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    let (address, field) = (format!("{draft}/files"), format!("file-{}", first_paper(&house)));
    let (good, path, limit) = (pdf(2, "một"), pdf(3, "hai"), pdf(500, "ba"));
    let mut files: Vec<(&str, &str, &[u8])> = table.iter().filter(|t| t.1.len() < 1 << 20).map(|(name, bytes, _)| (field.as_str(), *name, bytes.as_slice())).collect();
    files.extend([("Ba\u{309}n ve\u{303}.pdf", &good), ("..\\..\\C:\\hai.pdf", &path), ("/etc/ba.pdf", &limit)].map(|(name, bytes)| (field.as_str(), name, bytes.as_slice())));
    let sent = browser.upload(&address, &address, &files);
    assert_eq!(sent.status, 422);
    let told = sent.text();
    for (name, bytes, words) in table.iter().filter(|t| t.1.len() < 1 << 20) {
        assert!(told.contains(name) && words.iter().all(|w| told.contains(w)), "{name} of {} bytes: {told}", bytes.len());
    }
    let shown = browser.get(&address).text();
    for kept in ["Bản vẽ.pdf", "hai.pdf", "ba.pdf"] {
        assert!(shown.contains(kept), "{kept}: {shown}");
    }
    assert!(!shown.contains("/etc/") && !shown.contains("C:\\"), "{shown}");
    assert!(table.iter().all(|(name, ..)| !shown.contains(name)), "{shown}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM file WHERE province = $1 AND name IN ('Bản vẽ.pdf', 'hai.pdf', 'ba.pdf')").await, 3);
    assert_eq!(house.count("SELECT MAX(pages) AS n FROM file_check WHERE province = $1").await, 500);
}

async fn without_a_scanner_files_are_marked(db: Db) {
    let house = House::open(db).await;
    let case = Dossier::file(&house, "1.013225");
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{}", case.code)));
    assert!(shown.contains("chưa quét vi-rút") && !shown.contains("đã quét vi-rút"), "{shown}");
    let own = page(&house.actor("lan").get(&format!("/my/{}", case.code)));
    assert!(!own.contains("vi-rút"), "nothing a citizen has to know");
    let files = case.seen_by("thu")["files"].as_array().unwrap().len() as i64;
    assert!(files > 0);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM file_check WHERE province = $1 AND state = 'unscanned'").await, files);
}

async fn a_virus_is_refused_alone_and_its_bytes_are_not_kept(db: Db) {
    let (house, daemon) = scanned(db).await;
    let bad = pdf(1, &eicar());
    let problem = house.actor("lan").post_once("/api/v1/cases", &key(), &filing(&house, "ban-ve.pdf", &bad)).refused(422, "files");
    assert_eq!(problem["reasons"].as_array().map(Vec::len), Some(1), "{problem}");
    assert!(problem["reasons"].to_string().contains("ban-ve.pdf") && problem["reasons"].to_string().contains("mã độc"), "{problem}");
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    let (address, field) = (format!("{draft}/files"), format!("file-{}", first_paper(&house)));
    let sent = browser.upload(&address, &address, &[(&field, "sach.pdf", &pdf(1, "sạch")), (&field, "doc-hai.pdf", &bad)]);
    assert_eq!(sent.status, 422);
    assert!(sent.text().contains("“doc-hai.pdf” có mã độc"), "{}", sent.text());
    let shown = browser.get(&address).text();
    assert!(shown.contains("sach.pdf") && !shown.contains("doc-hai.pdf"), "the other is kept: {shown}");
    // Hash, name, finding and who are known; the bytes are nowhere.
    let row = house.it.scope.one("SELECT sha256, name, finding, size, account FROM file_refused WHERE province = $1 AND name = 'doc-hai.pdf'", values![]).await.unwrap().unwrap();
    let sha256 = row.string("sha256").unwrap();
    assert_eq!((row.text("finding").unwrap(), row.int("size").unwrap()), ("Eicar-Test-Signature", bad.len() as i64));
    assert!(row.text("account").unwrap().starts_with("acct_"));
    assert!(!house.data.join("files").join(&sha256[..2]).join(&sha256).exists(), "its bytes are not stored");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'file.refused'").await, 2);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM file WHERE province = $1 AND name LIKE 'doc%'").await, 0);
    assert!(daemon.scanned() >= 3);
    // What is clean says so to the official.
    let mut case = Dossier::file(&house, "1.013225");
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{}", case.code)));
    assert!(shown.contains("đã quét vi-rút") && !shown.contains("chưa quét"), "{shown}");
    // A supplement is scanned by the same rule.
    case.act("thu", "receive").act("ha", "assign").act("duc", "ask_supplement");
    let before = case.seen_by("duc")["files"].as_array().unwrap().len();
    let form = format!("/my/{}/supplement", case.code);
    let sent = browser.upload_with(&form, &form, &[("note", "Bản mới")], &[(&field, "doc-hai.pdf", &bad)]);
    assert!(sent.status == 422 && sent.text().contains("“doc-hai.pdf” có mã độc"), "{}", sent.text());
    assert_eq!(case.seen_by("duc")["files"].as_array().unwrap().len(), before);
}

async fn a_scanner_that_is_away_is_asked_again(db: Db) {
    let (house, daemon) = scanned(db).await;
    daemon.set(Fault::Closes);
    let case = Dossier::file(&house, "1.013225");
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{}", case.code)));
    assert!(shown.contains("đang chờ quét vi-rút"), "accepted, and not silently: {shown}");
    let waiting = "SELECT COUNT(*) AS n FROM file_check WHERE province = $1 AND state = 'waiting'";
    let files = house.count(waiting).await;
    assert!(files > 0);
    // As long as it is away it is asked again, later and later; nothing is given up (`effects` would say so).
    for _ in 0..12 {
        house.later(3_600);
        house.effects().await;
    }
    assert_eq!((house.count(waiting).await, daemon.scanned()), (files, 0));
    assert!(house.count("SELECT MIN(attempts) AS n FROM file_check WHERE province = $1").await >= 12);
    daemon.set(Fault::None);
    house.later(3_600);
    house.effects().await;
    assert_eq!((house.count(waiting).await, daemon.scanned() as i64), (0, files));
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{}", case.code)));
    assert!(shown.contains("đã quét vi-rút") && !shown.contains("đang chờ quét"), "{shown}");
    house.later(7_200);
    house.effects().await;
    assert_eq!(daemon.scanned() as i64, files, "and then left alone");
    house.sound(&case.code).await;
}

/// The scanner was away when it came, and finds it afterwards.
async fn found_later_it_is_not_opened_nor_filed(db: Db) {
    let (house, daemon) = scanned(db).await;
    daemon.set(Fault::Closes);
    let bad = pdf(1, &eicar());
    let filed = house.actor("lan").post_once("/api/v1/cases", &key(), &filing(&house, "ban-ve.pdf", &bad)).ok();
    let (code, file) = (filed["code"].as_str().unwrap().to_owned(), filed["files"][0]["file"].as_str().unwrap().to_owned());
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    let (address, field) = (format!("{draft}/files"), format!("file-{}", first_paper(&house)));
    assert_eq!(browser.upload(&address, &address, &[(&field, "nhap.pdf", &pdf(2, &eicar()))]).status, 303);
    assert!(browser.get(&address).text().contains("đang chờ quét vi-rút"));
    daemon.set(Fault::None);
    house.later(120);
    house.effects().await;
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'file.infected'").await, 2);
    // Nobody opens it any more, and the official reads why.
    for who in ["thu", "lan"] {
        let reply = house.actor(who).get(&format!("/files/{code}/{file}"));
        assert_eq!(reply.status, 409, "{who}: {}", reply.text());
        assert!(!reply.bytes.starts_with(b"%PDF"));
    }
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{code}")));
    assert!(shown.contains("có mã độc, không mở được") && shown.contains("Eicar-Test-Signature"), "{shown}");
    // A draft with it is not filed until it is gone.
    let shown = browser.get(&address).text();
    assert!(shown.contains("có mã độc, hãy bỏ"), "{shown}");
    let refused = browser.post(&format!("{draft}/review"), &format!("{draft}/submit"), []);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("“nhap.pdf” có mã độc"), "{}", refused.text());
}

const MAIL: &str = "/work/documents/incoming/new";

fn mail<'a>(id: &'a str, subject: &'a str) -> [(&'a str, &'a str); 8] {
    [("id", id), ("body", "Công ty Cấp nước"), ("kind", "letter"), ("number", "15/CV-CN"), ("subject", subject), ("date-day", "20"), ("date-month", "11"), ("date-year", "2026")]
}

/// Documents, meetings: refused by itself, nothing typed is lost; away it waits; found later it is not opened any more.
async fn what_officials_upload_is_scanned_too(db: Db) {
    let (house, daemon) = scanned(db).await;
    let bad = pdf(1, &eicar());
    let mut mai = house.browser();
    mai.sign_in("mai", "");
    let id = || format!("arr_{}", uuid::Uuid::now_v7().simple());
    let first = id();
    let refused = mai.upload_with(MAIL, MAIL, &mail(&first, "Mời họp giao ban"), &[("file", "cong-van.pdf", &bad)]);
    assert_eq!(refused.status, 422);
    for word in ["“cong-van.pdf” có mã độc", "Mời họp giao ban", "15/CV-CN", "Công ty Cấp nước"] {
        assert!(refused.text().contains(word), "{word}: {}", refused.text());
    }
    let english = mai.upload_with(MAIL, &format!("{MAIL}?lang=en"), &mail(&first, "Mời họp giao ban"), &[("file", "cong-van.pdf", &bad)]);
    assert!(english.status >= 400, "{}", english.status);
    let refusals = "SELECT COUNT(*) AS n FROM file_refused WHERE province = $1 AND name = 'cong-van.pdf' AND finding = 'Eicar-Test-Signature'";
    assert!(house.count(refusals).await >= 1);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM file WHERE province = $1 AND name = 'cong-van.pdf'").await, 0);
    let taken = mai.upload_with(MAIL, MAIL, &mail(&first, "Mời họp giao ban"), &[("file", "sach.pdf", &pdf(1, "sạch"))]);
    assert_eq!(taken.status, 303, "{}", taken.text());
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM file_check WHERE province = $1 AND name = 'sach.pdf' AND state = 'clean'").await, 1);
    // A paper of a meeting.
    let mut yen = house.browser();
    yen.sign_in("yen", "");
    let path = crate::meetings::drafted(&mut yen, "Họp giao ban");
    let paper = yen.upload_with(&path, &format!("{path}/papers"), &[("slot", "1.0"), ("paper_title", "Tờ trình kinh phí")], &[("file-paper", "to-trinh.pdf", &bad)]);
    assert!(paper.status == 422 && paper.text().contains("“to-trinh.pdf” có mã độc") && paper.text().contains("Tờ trình kinh phí"), "{}", paper.text());
    // The scanner is away: taken, marked, asked about again; found then, it is not opened.
    daemon.set(Fault::Closes);
    let waits = mai.upload_with(MAIL, MAIL, &mail(&id(), "Đơn đến khi máy quét tắt"), &[("file", "den-sau.pdf", &bad)]);
    assert_eq!(waits.status, 303, "{}", waits.text());
    let arrival = waits.header("location").split('?').next().unwrap().to_owned();
    let waiting = "SELECT COUNT(*) AS n FROM file_check WHERE province = $1 AND name = 'den-sau.pdf' AND state = 'waiting'";
    assert_eq!(house.count(waiting).await, 1);
    assert_eq!(mai.get(&format!("{arrival}/file")).status, 200);
    daemon.set(Fault::None);
    house.later(3_600);
    house.effects().await;
    assert_eq!(house.count(waiting).await, 0);
    let file = house.actor("mai").get(&format!("{arrival}/file"));
    assert!(file.status == 409 && file.text().contains("có mã độc") && !file.bytes.starts_with(b"%PDF"), "{} {}", file.status, file.text());
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'file.infected'").await, 1);
}

/// What a place does with the file that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Stores it by `Files::take` or `Files::admit`, which ask the scanner (in this file of the crate), or by the room of services.
    Stores(&'static str),
    /// Reads it in memory and keeps none of its bytes.
    Reads,
}

/// Every place where a form with files ends. A new one must be put here, and say how it is scanned.
const PLACES: &[(&str, Does)] = &[
    ("boards/src/pages/own.rs", Does::Stores("boards/src/expert/acts.rs")),
    ("centre/src/assess/save.rs", Does::Stores("centre/src/assess/save.rs")),
    ("centre/src/claims/ask.rs", Does::Stores("centre/src/claims/ask.rs")),
    ("centre/src/work/import/mod.rs", Does::Reads),
    ("centre/src/work/visit.rs", Does::Stores("centre/src/work/visit.rs")),
    ("documents/src/pages/incoming.rs", Does::Stores("documents/src/pages/show.rs")),
    ("documents/src/pages/show.rs", Does::Stores("documents/src/pages/show.rs")),
    ("documents/src/pages/together.rs", Does::Stores("documents/src/pages/show.rs")),
    ("law/src/pages/keep.rs", Does::Reads),
    ("meetings/src/pages/upload.rs", Does::Stores("meetings/src/meeting/acts.rs")),
    ("national-portal/src/pages/compared.rs", Does::Reads),
    ("ops/src/pages/post.rs", Does::Stores("ops/src/directive/acts.rs")),
    ("payments/src/pages/statements.rs", Does::Reads),
    ("prepaid/src/pages/certificate.rs", Does::Reads),
    ("prepaid/src/pages/own.rs", Does::Reads),
    ("prepaid/src/pages/statements.rs", Does::Reads),
    ("services/src/citizen/apply/papers.rs", Does::Stores("services/src/uploads/take.rs")),
    ("services/src/citizen/case/supplement.rs", Does::Stores("services/src/uploads/take.rs")),
    ("services/src/citizen/verify.rs", Does::Reads),
    ("services/src/counter/fill.rs", Does::Stores("services/src/uploads/take.rs")),
    ("services/src/work/sending.rs", Does::Stores("services/src/uploads/take.rs")),
    ("showroom/src/pages/own_acts.rs", Does::Stores("showroom/src/pages/own_acts.rs")),
    ("support/src/pages/papers.rs", Does::Stores("support/src/acts/papers.rs")),
];

fn sources(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// What is stored without the scanner, and may be: the room of services scans by itself; demonstration papers are the program's own.
const TRUSTED: &[&str] = &["phusa/src/demo/network.rs", "phusa/src/demo/showroom.rs", "services/src/uploads/take.rs", "store/src/files.rs", "store/src/files/scan.rs"];

#[test]
fn no_place_that_takes_files_is_forgotten() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    for one in std::fs::read_dir(crates).unwrap() {
        let src = one.unwrap().path().join("src");
        if src.is_dir() {
            sources(&src, &mut all);
        }
    }
    let text = |path: &str| std::fs::read_to_string(crates.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    let (mut found, mut trusted) = (Vec::new(), Vec::new());
    for path in &all {
        let name = path.strip_prefix(crates).unwrap().to_string_lossy().replace('\\', "/");
        let said = std::fs::read_to_string(path).unwrap();
        // The extractor itself, and tests that only name the media type, take no files.
        let takes = said.contains("Multipart") && !name.starts_with("web/") && !name.ends_with("tests.rs");
        if takes {
            found.push(name.clone());
        }
        if said.contains("Scanned::trusted(") {
            trusted.push(name);
        }
    }
    found.sort();
    trusted.sort();
    let listed: Vec<&str> = PLACES.iter().map(|(place, _)| *place).collect();
    assert_eq!(found, listed, "a place that takes files is new or gone: say in PLACES how what comes there is scanned");
    assert_eq!(trusted, TRUSTED, "files are stored without the scanner");
    for (place, does) in PLACES {
        match does {
            Does::Stores(by) => {
                let said = text(by);
                assert!([".take(", ".admit(", "give_files("].iter().any(|way| said.contains(way)), "{place}: {by} does not ask the scanner");
            }
            Does::Reads => {
                let said = text(place);
                assert!(!said.contains("files.put(") && !said.contains("files.take("), "{place} stores what it takes");
            }
        }
    }
}
