//! What an office issues carries its digital signature: made once, told on the pages, believed by another program, found in the
//! register by whoever has a copy; refused with one byte changed.

use crate::{
    dossier::Dossier,
    house::{House, MONDAY, folder, instant},
    payments::page,
};
use std::{path::Path, process::Command};
use store::Db;
use testkit::on_each_database;

on_each_database!(slips_and_results_are_sealed an_office_without_a_key_issues_unsigned a_certificate_that_ended_is_told two_who_ask_at_once_get_one_file);

const WARD: &str = "H29.161";

fn keys(data: &Path, offices: &[&str], at: &str) {
    let offices: Vec<_> = offices.iter().map(|o| (kernel::id::OfficeCode::from(*o), format!("Cơ quan {o}"))).collect();
    signing::trial::prepare(&data.join("signing"), &offices, instant(at)).unwrap();
}

async fn house(db: Db, offices: &[&str], at: &str) -> House {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("sealed");
    keys(&data, offices, at);
    House::over(db, &[], MONDAY, data).await
}

fn granted(house: &House) -> Dossier<'_> {
    let mut case = Dossier::file(house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    case
}

fn bytes(house: &House, case: &Dossier<'_>, document: &str) -> Vec<u8> {
    let seen = case.seen_by("lan");
    let list = seen["documents"].as_array().unwrap();
    let one = list.iter().find(|d| d["document"] == document).unwrap_or_else(|| panic!("{document}: {list:?}"));
    house.actor("lan").get(one["href"].as_str().unwrap()).bytes
}

/// The words of a file in the order of reading.
pub fn text(data: &Path, bytes: &[u8]) -> String {
    let path = data.join("printed.pdf");
    std::fs::write(&path, bytes).unwrap();
    let out = Command::new("pdftotext").arg(&path).arg("-").output().expect("pdftotext is missing: apt-get install -y poppler-utils");
    String::from_utf8_lossy(&out.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn pdfsig(data: &Path, bytes: &[u8]) -> String {
    let path = data.join("issued.pdf");
    std::fs::write(&path, bytes).unwrap();
    let out = Command::new("pdfsig").arg("-nocert").arg(&path).output().expect("pdfsig is missing: apt-get install -y poppler-utils");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

async fn slips_and_results_are_sealed(db: Db) {
    let house = house(db, &[WARD], MONDAY).await;
    let case = granted(&house);
    house.effects().await;
    let result = case.seen_by("lan")["documents"].as_array().unwrap().iter().map(|d| d["document"].as_str().unwrap().to_owned()).find(|d| !d.starts_with("slip")).unwrap();
    for document in ["slip_01", &result] {
        let pdf = bytes(&house, &case, document);
        assert_eq!(pdf, bytes(&house, &case, document), "signed once");
        let said = pdfsig(&house.data, &pdf);
        assert!(said.contains("Signature is Valid") && said.contains("ETSI.CAdES.detached"), "{said}");
        // Whole, by what it brings itself: the issuer's word on every certificate stands behind the seal.
        let judged = pyhanko(&house.data, &pdf);
        assert!(judged.starts_with("VALID AgencySeal"), "{judged}");
        let archival = archival(&house.data, &pdf);
        assert!(archival.starts_with("ARCHIVAL") && archival.contains("1 signatures"), "{document}: {archival}");
        // Anybody who has the file: who signed, and that the register has exactly this one.
        let mut anybody = house.browser();
        let shown = page(&anybody.upload("/lookup", "/verify", &[("file", "van-ban.pdf", &pdf)]));
        for word in ["Mọi chữ ký đều hợp lệ", "gốc dùng thử, không có giá trị pháp lý", "Cơ quan H29.161 (dùng thử)", "xác nhận bởi Dấu thời gian dùng thử", "Có trong sổ", "đúng là bản đã phát hành"] {
            assert!(shown.contains(word), "{word}: {shown}");
        }
        assert!(!shown.contains("Nguyễn Thị Lan") && !shown.contains(&case.code), "nothing of the people: {shown}");
        assert!(shown.contains("Người ký"), "by whom: {shown}");
        let mut altered = pdf.clone();
        altered[200] ^= 1;
        assert!(!pdfsig(&house.data, &altered).contains("Signature is Valid"));
        let shown = page(&anybody.upload("/lookup", "/verify", &[("file", "van-ban.pdf", &altered)]));
        assert!(!shown.contains("Có trong sổ") && shown.contains("không có bản nào giống hệt") && shown.contains("Không thể tin vào chữ ký"), "{shown}");
    }
    // The code on the result tells anybody the same, without a file and without an account; nobody is named but who signed.
    let printed = text(&house.data, &bytes(&house, &case, &result));
    let code = printed.split("mã kiểm tra ").nth(1).unwrap_or_else(|| panic!("{printed}")).split([' ', '.']).next().unwrap().to_owned();
    let known = page(&house.nobody().get(&format!("/verify/{}", code.to_lowercase())));
    for word in ["Có trong sổ văn bản đã phát hành", "Chủ tịch Bùi Quốc Khánh", "Ủy ban nhân dân phường Xuân Hòa", "không có giá trị pháp lý"] {
        assert!(known.contains(word), "{word}: {known}");
    }
    assert!(!known.contains("Nguyễn Thị Lan") && !known.contains(&case.code), "nothing of the people: {known}");
    let told = page(&house.actor("lan").get(&format!("/my/{}", case.code)));
    assert!(told.contains("Đã ký số") && told.contains("dùng thử, Ủy ban nhân dân"), "{told}");
    assert!(page(&house.actor("thu").get(&format!("/work/cases/{}", case.code))).contains("Đã ký số"));
    let seal = &case.seen_by("lan")["documents"][0]["seal"];
    assert!(seal["trial"] == true && seal["serial"].as_str().unwrap().len() > 8, "{seal}");
    house.sound(&case.code).await;
}

async fn an_office_without_a_key_issues_unsigned(db: Db) {
    let house = house(db, &["H29.999"], MONDAY).await;
    let case = granted(&house);
    house.effects().await;
    let pdf = bytes(&house, &case, "slip_01");
    assert!(pdfsig(&house.data, &pdf).to_lowercase().contains("does not contain any signatures"));
    assert!(!page(&house.actor("lan").get(&format!("/my/{}", case.code))).contains("Đã ký số"));
    // Unsigned as it is, the register knows it.
    let shown = page(&house.browser().upload("/lookup", "/verify", &[("file", "van-ban.pdf", &pdf)]));
    assert!(shown.contains("Tệp không có chữ ký số") && shown.contains("Có trong sổ"), "{shown}");
}

/// Nothing is issued under a dead certificate; renewed, the same document is made.
async fn a_certificate_that_ended_is_told(db: Db) {
    let house = house(db, &[WARD], "2020-01-06T08:00:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let slip = case.seen_by("lan")["documents"][0]["href"].as_str().unwrap().to_owned();
    let refused = house.actor("lan").get(&slip);
    assert!(refused.status == 409 && refused.text().contains("không còn hiệu lực"), "{}", refused.text());
    assert!(case.seen_by("lan")["documents"][0]["sha256"].is_null());
}

async fn two_who_ask_at_once_get_one_file(db: Db) {
    let house = house(db, &[WARD], MONDAY).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let slip = case.seen_by("lan")["documents"][0]["href"].as_str().unwrap().to_owned();
    let files: Vec<Vec<u8>> = std::thread::scope(|threads| {
        let asked: Vec<_> = (0..4).map(|_| threads.spawn(|| house.actor("lan").get(&slip).bytes)).collect();
        asked.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(files.iter().all(|f| f.starts_with(b"%PDF") && *f == files[0]), "one document, one signature");
    house.sound(&case.code).await;
}

/// What pyHanko, a validator that shares nothing with this program, says of a file's signatures under the trial root.
pub fn pyhanko(data: &Path, bytes: &[u8]) -> String {
    let out = script("validate.py", data, bytes).arg(data.join("signing/trial-root.pem")).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

/// What can be checked of a file's claim to be PDF/A-2a and PDF/UA-1: `ARCHIVAL …`, or its faults.
pub fn archival(data: &Path, bytes: &[u8]) -> String {
    let out = script("archival.py", data, bytes).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

fn script(name: &str, data: &Path, bytes: &[u8]) -> Command {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| Path::new(&std::env::var_os("HOME").unwrap()).join(".cache"), Into::into);
    let python = cache.join("phusa/pyhanko/bin/python");
    assert!(python.exists(), "pyHanko is missing: tools/need.sh --pyhanko");
    let (path, script) = (data.join("judged.pdf"), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signatures").join(name));
    std::fs::write(&path, bytes).unwrap();
    let mut command = Command::new(python);
    command.arg(script).arg(path);
    command
}
