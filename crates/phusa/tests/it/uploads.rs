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
