//! Signed PDFs as people give them: looked at on arrival, told at once, kept either way, shown to the officials; and the page
//! where anybody may have one checked. The files are those of `crates/signatures/tests/data`.

use crate::{
    bad::base64,
    dossier::{Dossier, example, key},
    house::House,
    payments::page,
};
use serde_json::{Value, json};
use store::Db;
use testkit::on_each_database;

on_each_database!(a_citizen_is_told_at_once officials_see_what_was_found a_supplement_with_a_broken_signature anybody_may_check_a_file);

fn signed(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../signatures/tests/data/{name}.pdf", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// One byte of the page's text is another.
fn altered() -> Vec<u8> {
    let mut bytes = signed("valid");
    let at = bytes.windows(5).position(|w| w == b"so 12").unwrap();
    bytes[at + 4] = b'9';
    bytes
}

async fn a_citizen_is_told_at_once(db: Db) {
    let house = House::open(db).await;
    let mut lan = house.browser();
    let draft = crate::browser::begin(&mut lan, "1.013225");
    let paper = format!("file-{}", example(&house, "1.013225")["files"][0]["component"].as_str().unwrap());
    let at = format!("{draft}/files");
    // Not one is refused: the answer leads back to the list.
    let sent = lan.upload(&at, &at, &[(&paper, "hop-le.pdf", &signed("valid")), (&paper, "da-sua.pdf", &altered()), (&paper, "la.pdf", &signed("unknown-issuer")), (&paper, "khong-ky.pdf", b"%PDF-1.4\n%%EOF\n")]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let shown = page(&lan.get(&at));
    for word in [
        "hop-le.pdf",
        "chữ ký số hợp lệ",
        "Nguyễn Thị Án, Công ty TNHH Lúa Vàng",
        "da-sua.pdf",
        "Chữ ký số không khớp nội dung: tệp đã bị sửa sau khi ký",
        "Hãy tải lại đúng tệp gốc nhận từ người ký",
        "la.pdf",
        "do nơi không có trong danh sách tin cậy cấp",
        "khong-ky.pdf",
    ] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    assert_eq!(shown.matches("chữ ký số hỏng").count(), 1);
    assert_eq!(shown.matches("class=\"inset\"").count(), 3, "nothing is said of the file without a signature");
    lan.get("/?lang=en");
    assert!(page(&lan.get(&at)).contains("The signature does not fit the content"));
}

/// Filed with these bytes as the first paper.
fn filed<'h>(house: &'h House, bytes: &[u8]) -> Dossier<'h> {
    let mut body = example(house, "1.013225");
    body["files"][0]["name"] = json!("ban-ve.pdf");
    body["files"][0]["content_base64"] = json!(base64(bytes));
    let last = house.actor("lan").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(last.status, 201, "{}", last.text());
    let last = last.json();
    Dossier { house, code: last["code"].as_str().unwrap().to_owned(), last }
}

async fn officials_see_what_was_found(db: Db) {
    let house = House::open(db).await;
    let mut case = filed(&house, &signed("covered-up"));
    case.act("thu", "receive");
    let file = |case: &Dossier<'_>| case.last["files"].as_array().unwrap().iter().find(|f| f["name"] == "ban-ve.pdf").cloned().unwrap();
    let found = file(&case);
    let said: Vec<(&str, &str)> = found["signatures"].as_array().unwrap().iter().map(|s| (s["verdict"].as_str().unwrap(), s["name"].as_str().unwrap())).collect();
    assert_eq!(said, [("broken-changed-after", "Nguyễn Thị Án"), ("valid", "Trần Văn Bình")]);
    assert_eq!(found["signatures"][1]["organisation"], "Ủy ban nhân dân xã Tân Bình");
    assert_eq!((found["signatures"][1]["trial"].as_bool(), found["signatures"][1]["stamped"].as_bool()), (Some(true), None));
    // Others of the dossier's files have no signature, and nothing is written of them.
    assert_eq!(case.last["files"].as_array().unwrap().iter().filter(|f| f.get("signatures").is_some()).count(), 1);
    let shown = page(&house.actor("thu").get(&format!("/work/cases/{}", case.code)));
    for word in ["Chữ ký số trong tệp", "Có nội dung được thêm hoặc thay đổi sau khi ký", "chữ ký số hỏng", "Trần Văn Bình, Ủy ban nhân dân xã Tân Bình", "gốc dùng thử"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // Whose dossier it is reads it too, and the bytes are there as they came.
    assert!(page(&house.actor("lan").get(&format!("/my/{}", case.code))).contains("Có nội dung được thêm hoặc thay đổi sau khi ký"));
    let kept = house.actor("lan").get(&format!("/files/{}/{}", case.code, found["file"].as_str().unwrap()));
    assert_eq!(kept.bytes, signed("covered-up"));
    // A time stamp is told from what the signer's own computer says.
    let case = filed(&house, &signed("stamped"));
    let stamped = file(&case)["signatures"][0].clone();
    assert_eq!((stamped["verdict"].as_str(), stamped["stamped"].as_bool()), (Some("valid"), Some(true)));
    // A dossier without any signature has no such card.
    let plain = Dossier::file(&house, "1.013225");
    assert!(!page(&house.actor("thu").get(&format!("/work/cases/{}", plain.code))).contains("Chữ ký số trong tệp"));
    house.sound(&case.code).await;
}

async fn a_supplement_with_a_broken_signature(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "ask_supplement");
    let paper = format!("file-{}", example(&house, "1.013225")["files"][0]["component"].as_str().unwrap());
    let mut lan = house.browser();
    lan.sign_in("lan", "next=%2F");
    let at = format!("/my/{}/supplement", case.code);
    let sent = lan.upload(&at, &at, &[(&paper, "bo-sung.pdf", &altered())]);
    assert_eq!(sent.status, 303, "taken either way: {}", sent.text());
    let own = page(&lan.get(&format!("/my/{}", case.code)));
    assert!(own.contains("bo-sung.pdf") && own.contains("Chữ ký số không khớp nội dung"), "{own}");
    let seen = case.seen_by("duc");
    let verdicts: Vec<&Value> = seen["files"].as_array().unwrap().iter().filter(|f| f["name"] == "bo-sung.pdf").map(|f| &f["signatures"][0]["verdict"]).collect();
    assert_eq!(verdicts, [&json!("broken-content")]);
    house.sound(&case.code).await;
}

async fn anybody_may_check_a_file(db: Db) {
    let house = House::open(db).await;
    let before = (house.journal().await, kept_files(&house));
    let mut anybody = house.browser();
    let asked = page(&anybody.get("/verify"));
    assert!(asked.contains("Kiểm tra chữ ký số") && asked.contains("không lưu lại"), "{asked}");
    // The only form of the page has its token in the address; another page of the same visitor has it as a field.
    let mut check = |name: &str, bytes: &[u8]| anybody.upload("/lookup", "/verify", &[("file", name, bytes)]);
    let table: [(&str, &[&str]); 8] = [
        ("valid", &["Mọi chữ ký đều hợp lệ", "Nguyễn Thị Án, Công ty TNHH Lúa Vàng", "Phù Sa – nơi cấp dùng thử", "do máy người ký ghi", "Chưa kiểm tra được chứng thư có bị thu hồi"]),
        ("stamped", &["Mọi chữ ký đều hợp lệ", "xác nhận bởi Phù Sa – dấu thời gian dùng thử"]),
        ("two", &["Mọi chữ ký đều hợp lệ", "Chỉ có thêm chữ ký khác", "Trần Văn Bình"]),
        ("shadow", &["Không thể tin vào chữ ký của tệp này", "Có nội dung được thêm hoặc thay đổi sau khi ký"]),
        ("unknown-issuer", &["Nội dung còn nguyên, nhưng chưa đủ tin cậy", "theo chứng thư, chưa được xác nhận"]),
        ("expired", &["chứng thư đã hết hạn hoặc chưa có hiệu lực"]),
        ("encrypted", &["Tệp này có mật khẩu"]),
        ("old-kind", &["Có chữ ký không kiểm tra được"]),
    ];
    for (name, words) in table {
        let reply = page(&check(&format!("{name}.pdf"), &signed(name)));
        for word in words {
            assert!(reply.contains(word), "{name}, {word}: {reply}");
        }
    }
    let changed = page(&check("da-sua.pdf", &altered()));
    assert!(changed.contains("Không thể tin") && changed.contains("tệp đã bị sửa sau khi ký"), "{changed}");
    assert!(page(&check("trang.pdf", b"%PDF-1.4\n%%EOF\n")).contains("Tệp không có chữ ký số"));
    // A name is text, whatever is in it.
    assert!(page(&check("<b>a.pdf", &signed("valid"))).contains("&lt;b&gt;a.pdf"));
    for (name, bytes, said) in [("a.pdf", &b""[..], "Chưa chọn tệp nào"), ("a.pdf", b"PK\x03\x04", "không phải PDF")] {
        let reply = check(name, bytes);
        assert_eq!(reply.status, 422);
        assert!(reply.text().contains(said), "{said}: {}", reply.text());
    }
    let large = [b"%PDF-1.7\n".as_slice(), &vec![b' '; 20 << 20]].concat();
    assert_eq!(check("to.pdf", &large).status, 413);
    assert_eq!((house.journal().await, kept_files(&house)), before, "nothing is kept");
}

fn kept_files(house: &House) -> usize {
    let mut todo = vec![house.data.join("files")];
    let mut n = 0;
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { todo.push(path) } else { n += 1 }
        }
    }
    n
}
