//! Papers that came as pictures: a program reads their words, the register is searched by them, the package keeps them beside the file.

use crate::{
    bad::base64,
    dossier::{Dossier, example, key},
    house::{House, folder},
    payments::page,
};
use serde_json::{Value, json};
use std::process::Command;
use store::{Db, values};
use testkit::on_each_database;

on_each_database!(a_scan_is_found_by_the_words_in_it a_given_paper_is_kept_with_its_words what_cannot_be_read_is_said_once);

const ROOT: &str = "/work/documents";

/// A page as a scanner makes it: a picture in a PDF, no letter of text. What is on it is a draft of the ward's.
fn scan(house: &House) -> Vec<u8> {
    let form = page(&house.actor("duc").get(&format!("{ROOT}/new?kind=notice")));
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("act", "write"), ("kind", "notice"), ("id", id), ("subject", "Lịch cắt nước sinh hoạt"), ("body", "Nhà máy nước Tân Hiệp ngừng cấp nước để sửa chữa đường ống.")];
    let draft = crate::payments::post(house, "duc", &format!("{ROOT}/new"), &fields).goes_to();
    let printed = house.actor("duc").get(&format!("{}/file", draft.split('?').next().unwrap())).bytes;
    let at = folder("scan");
    std::fs::write(at.join("printed.pdf"), printed).unwrap();
    let drawn = Command::new("pdftoppm").args(["-jpeg", "-gray", "-r", "150", "-singlefile", "printed.pdf", "page"]).current_dir(&at).status();
    assert!(drawn.expect("pdftoppm is missing: apt-get install -y poppler-utils").success());
    let picture = std::fs::read(at.join("page.jpg")).unwrap();
    in_a_pdf(&picture, size(&picture))
}

/// Width, height and colours, from the frame's header.
fn size(jpeg: &[u8]) -> (u16, u16, &'static str) {
    let at = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).expect("a baseline JPEG");
    let two = |n: usize| u16::from_be_bytes([jpeg[at + n], jpeg[at + n + 1]]);
    (two(7), two(5), if jpeg[at + 9] == 1 { "DeviceGray" } else { "DeviceRGB" })
}

fn in_a_pdf(jpeg: &[u8], (width, height, colours): (u16, u16, &str)) -> Vec<u8> {
    let mut out = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length 30>>stream\nq 595 0 0 842 0 0 cm /I Do Q  \nendstream endobj\n\
         5 0 obj<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/{colours}/BitsPerComponent 8/Filter/DCTDecode/Length {}>>stream\n",
        jpeg.len()
    )
    .into_bytes();
    out.extend_from_slice(jpeg);
    out.extend_from_slice(b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    out
}

/// Everything that was asked for is read.
async fn read_all(house: &House) -> usize {
    house.it.rooms.words.runner(house.it.scope.clone()).run_all(house.now()).await.unwrap()
}

async fn a_scan_is_found_by_the_words_in_it(db: Db) {
    let house = House::open(db).await;
    let scan = scan(&house);
    let mut mai = house.browser();
    mai.sign_in("mai", "");
    let entry = format!("{ROOT}/incoming/new");
    let form = page(&mai.get(&entry));
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("id", id.as_str()), ("body", "Công ty Cấp nước"), ("kind", "notice"), ("number", "15/TB-CN"), ("subject", "Thông báo"), ("date-day", "20"), ("date-month", "11"), ("date-year", "2026")];
    let arrival = mai.upload_with(&entry, &entry, &fields, &[("file", "scan.pdf", &scan)]).goes_to();
    let arrival = arrival.split('?').next().unwrap();
    let register = |q: &str| page(&house.actor("mai").get(&format!("{ROOT}/incoming?q={q}")));
    assert!(!register("duong+ong").contains("15/TB-CN") && !page(&mai.get(arrival)).contains("Chữ trong văn bản"));
    assert_eq!(read_all(&house).await, 1);
    assert!(register("duong+ong").contains("15/TB-CN") && register("t%C3%A2n+hi%E1%BB%87p+15%2Ftb").contains("15/TB-CN") && !register("dien+luc").contains("15/TB-CN"));
    let shown = page(&mai.get(arrival));
    assert!(shown.contains("Chữ trong văn bản") && shown.contains("Máy đọc từ ảnh chụp, có thể sai") && shown.contains("ngừng cấp nước"), "{shown}");
    // Only who may read the document reads its words.
    assert_eq!(house.actor("yen").get(arrival).status, 404);
    let english = house.actor("mai").get(&format!("{arrival}?lang=en")).text();
    assert!(english.contains("Words of the document") && english.contains("possibly wrong"), "{english}");
}

async fn a_given_paper_is_kept_with_its_words(db: Db) {
    let house = House::open(db).await;
    let mut body = example(&house, "1.013225");
    body["files"][0]["name"] = json!("Giấy tờ <b>đất.pdf");
    body["files"][0]["content_base64"] = json!(base64(&scan(&house)));
    let filed = house.actor("lan").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let last = filed.json();
    let case = Dossier { house: &house, code: last["code"].as_str().unwrap().to_owned(), last };
    read_all(&house).await;
    assert_eq!(read_all(&house).await, 0, "each file once");
    let package = house.actor("thu").get(&format!("/work/cases/{}/archive.zip", case.code));
    let at = folder("words");
    std::fs::write(at.join("package.zip"), &package.bytes).unwrap();
    assert!(Command::new("python3").args(["-m", "zipfile", "-e", "package.zip", "."]).current_dir(&at).status().unwrap().success());
    let manifest: Value = serde_json::from_slice(&std::fs::read(at.join("manifest.json")).unwrap()).unwrap();
    let entry = manifest["files"].as_array().unwrap().iter().find(|f| f["words"].is_object()).unwrap_or_else(|| panic!("{manifest}"));
    assert_eq!((&entry["words"]["pages"], &entry["words"]["from_pictures"]), (&json!(1), &json!(1)), "{entry}");
    let words = std::fs::read_to_string(at.join(entry["words"]["path"].as_str().unwrap())).unwrap();
    assert!(words.contains("ngừng cấp nước") && words.contains("CỘNG HÒA"), "{words}");
    let reader = std::fs::read_to_string(at.join("doc-ho-so.html")).unwrap();
    assert!(reader.contains("chữ do máy đọc, có thể sai") && !reader.contains("<b>đất"), "{reader}");
    let sums = Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(&at).output().unwrap();
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stdout));
}

/// Broken, cut off, empty, without a page, with a picture that is none: nothing stops, nothing is tried for ever, nothing is left behind.
async fn what_cannot_be_read_is_said_once(db: Db) {
    let house = House::open(db).await;
    let whole = scan(&house);
    let cut = whole[..whole.len() / 2].to_vec();
    let no_picture = in_a_pdf(b"\xff\xd8\xff\xe0 not a picture", (1240, 1754, "DeviceGray"));
    let bare = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".to_vec();
    let mut batch = house.it.scope.batch();
    let mut hashes = Vec::new();
    for (name, bytes) in [("cut.pdf", cut), ("no-picture.pdf", no_picture), ("bare.pdf", bare)] {
        let upload = store::files::Upload { name: name.into(), claimed: None, bytes: bytes.into() };
        let stored = house.it.services.files.take(&mut batch, upload, 20 << 20, house.now()).await.unwrap();
        scans::ask(&mut batch, &stored, house.now());
        hashes.push(stored.sha256);
    }
    house.it.scope.commit(batch).await.unwrap();
    assert_eq!(read_all(&house).await, 3);
    for hash in hashes {
        let words = scans::words(&house.it.scope, &hash).await.unwrap().unwrap();
        assert!(words.state != scans::State::Read || words.text.contains("CỘNG"), "{words:?}");
    }
    let dead = house.it.scope.query("SELECT id FROM effect WHERE province = $1 AND kind = 'file.read' AND state = 'queued'", values![]).await.unwrap();
    assert!(dead.is_empty());
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with("phusa-words-")).count();
    assert!(left < 8, "folders of readings are left behind: {left}");
}
