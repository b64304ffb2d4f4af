//! Copies of documents (Decree 30/2020/NĐ-CP, Articles 25 to 27): the copied file stays byte for byte under the seal of who copies,
//! numbers count in one series, anybody is told what it is a copy of; and what cannot be copied is said.

use crate::{
    documents::{ROOT, WARD, act, draft, house_of, option, place, submit, value},
    house::{House, MONDAY},
    payments::{page, post},
    sealed::{pdfsig, pyhanko},
};
use store::{Db, values};
use testkit::on_each_database;

on_each_database!(a_document_is_copied_whole_and_copied_on an_extract_is_set_anew what_cannot_be_copied_is_told a_copy_needs_a_seal scans_are_copied_whichever_way_they_lie);

const OTHER: &str = "H29.02";

fn issued(house: &House, subject: &str, more: &[(&str, &str)]) -> String {
    let doc = draft(house, "duc", subject, more);
    submit(house, "duc", &doc, None, "Bùi Quốc Khánh");
    place(&act(house, "khanh", &doc, "sign"));
    doc
}

/// Asks for a copy as the form does, twice.
fn ask(house: &House, who: &str, of: &str, kind: &str, more: &[(&str, &str)]) -> String {
    let at = format!("{of}/copy");
    let form = page(&house.actor(who).get(&at));
    let mut pairs = vec![("act", "copy"), ("id", value(&form, "id")), ("kind", kind), ("recipients", "Sở Xây dựng\nLưu: VT")];
    pairs.extend(more);
    let first = place(&post(house, who, &at, &pairs));
    assert_eq!(first, place(&post(house, who, &at, &pairs)), "the form sent twice makes one");
    first
}

async fn out(house: &House, copy: &str, drafter: &str, (signer, signs): (&str, &str), clerk: &str) -> Vec<u8> {
    submit(house, drafter, copy, None, signs);
    place(&act(house, signer, copy, "sign"));
    house.effects().await;
    place(&act(house, clerk, copy, "issue"));
    house.effects().await;
    house.effects().await;
    house.actor(clerk).get(&format!("{copy}/file")).bytes
}

fn code(page: &str) -> &str {
    page.split("/verify/").nth(1).unwrap().split('"').next().unwrap()
}

async fn a_document_is_copied_whole_and_copied_on(db: Db) {
    let house = house_of(db, MONDAY, &[WARD, OTHER]).await;
    let doc = issued(&house, "Lịch trực Tết Dương lịch 2027", &[]);
    house.effects().await;
    assert!(!page(&house.actor("mai").get(&doc)).contains("Sao văn bản"), "not before it went out");
    assert_eq!(house.actor("mai").get(&format!("{doc}/copy")).status, 409);
    place(&act(&house, "mai", &doc, "issue"));
    house.effects().await;
    house.effects().await;
    let original = house.actor("mai").get(&format!("{doc}/file")).bytes;
    let form = page(&house.actor("mai").get(&format!("{doc}/copy")));
    assert!(form.contains("Sao y") && form.contains("Trích sao") && !form.contains("Sao lục"), "{form}");

    let copy = ask(&house, "mai", &doc, "copy", &[("deliver", OTHER), ("body", "không dùng khi sao y")]);
    let shown = page(&house.actor("mai").get(&copy));
    assert!(shown.contains("Thông báo số 01/TB-UBND ngày") && !shown.contains("Sửa dự thảo"), "{shown}");
    assert_eq!(house.actor("mai").get(&format!("{copy}/file")).bytes, original);
    let pdf = out(&house, &copy, "mai", ("khanh", "Bùi Quốc Khánh"), "mai").await;

    // The original is in it byte for byte, and every signature of both is good.
    assert!(pdf.starts_with(&original) && pdf.len() > original.len());
    let said = pdfsig(&house.data, &pdf);
    assert_eq!(said.matches("Signature is Valid").count(), 4, "{said}");
    let judged = pyhanko(&house.data, &pdf);
    assert_eq!((judged.matches("VALID").count(), judged.contains("INVALID")), (4, false), "{judged}");
    let shown = page(&house.actor("mai").get(&copy));
    assert!(shown.contains("01/SY-UBND") && shown.contains("Đã phát hành") && !shown.contains("Chữ ký của người ký"), "{shown}");
    let checked = page(&house.browser().upload("/lookup", "/verify", &[("file", "sy.pdf", &pdf)]));
    assert!(checked.contains("Mọi chữ ký đều hợp lệ") && checked.contains("Có trong sổ") && checked.contains("Sao y: Thông báo số 01/TB-UBND"), "{checked}");
    let verify = format!("/verify/{}", code(&shown));
    let known = page(&house.nobody().get(&verify));
    let hash = kernel_hash(&original);
    assert!(known.contains("Sao từ") && known.contains("Thông báo số 01/TB-UBND ngày") && known.contains(&hash) && known.contains("01/SY-UBND"), "{known}");
    assert!(page(&house.actor("duc").get(&doc)).contains("Bản sao đã phát hành"));
    let register = page(&house.actor("mai").get(&format!("{ROOT}/outgoing?series=copies")));
    assert!(register.contains("01/SY-UBND") && register.contains("Sở Xây dựng"), "{register}");

    // Where it came in it is a copy, of which only another copy can be made.
    let desk = page(&house.actor("yen").get(ROOT));
    let arrival = format!("{ROOT}/incoming/arr_{}", desk.split("/work/documents/incoming/arr_").nth(1).unwrap().split('"').next().unwrap());
    assert_eq!(house.actor("yen").get(&format!("{arrival}/copy")).status, 409, "not registered yet");
    place(&post(&house, "yen", &arrival, &[("act", "register")]));
    let form = page(&house.actor("yen").get(&format!("{arrival}/copy")));
    assert!(form.contains("Sao lục") && !form.contains("Trích sao"), "{form}");
    let again = ask(&house, "yen", &arrival, "copy_of_copy", &[]);
    let second = out(&house, &again, "yen", ("hung", "Đỗ Mạnh Hùng"), "yen").await;
    assert!(second.starts_with(&pdf) && pdfsig(&house.data, &second).matches("Signature is Valid").count() == 5);
    assert!(page(&house.actor("yen").get(&again)).contains("01/SL-SXD"));
    assert!(page(&house.actor("yen").get(&arrival)).contains("Bản sao đã phát hành"));

    // The original is as it was; recalled, it is copied no more, and its copies tell.
    assert_eq!(house.actor("mai").get(&format!("{doc}/file")).bytes, original);
    let waiting = ask(&house, "mai", &doc, "copy", &[]);
    submit(&house, "mai", &waiting, None, "Bùi Quốc Khánh");
    place(&act(&house, "mai", &doc, "recall"));
    let refused = act(&house, "khanh", &waiting, "sign");
    assert!(refused.status == 409 && refused.text().contains("Văn bản gốc đã bị thu hồi"), "{}", refused.text());
    assert_eq!(house.actor("mai").get(&format!("{doc}/copy")).status, 409);
    assert!(page(&house.nobody().get(&verify)).contains("Văn bản gốc đã bị thu hồi"));
    let rows = house.it.scope.query("SELECT number FROM number_line WHERE province = $1 AND office = $2 AND series = 'copies'", values![WARD]).await.unwrap();
    assert_eq!(rows.len(), 1, "what was refused took no number");
}

fn kernel_hash(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}

async fn an_extract_is_set_anew(db: Db) {
    let house = house_of(db, MONDAY, &[WARD]).await;
    let doc = issued(&house, "Lịch trực", &[]);
    house.effects().await;
    place(&act(&house, "mai", &doc, "issue"));
    house.effects().await;
    let first = ask(&house, "khanh", &doc, "copy", &[]);
    out(&house, &first, "khanh", ("khanh", "Bùi Quốc Khánh"), "mai").await;
    let at = format!("{doc}/copy");
    let form = page(&house.actor("mai").get(&at));
    let refused = post(&house, "mai", &at, &[("act", "copy"), ("id", value(&form, "id")), ("kind", "extract"), ("recipients", "Lưu: VT"), ("body", " ")]);
    assert!(refused.status == 422 && refused.text().contains("Chép nguyên văn phần nội dung"), "{}", refused.text());
    let refused = post(&house, "mai", &at, &[("act", "copy"), ("id", value(&form, "id")), ("kind", "copy_of_copy"), ("body", "x")]);
    assert!(refused.status == 422 && refused.text().contains("Chọn một hình thức sao"), "{}", refused.text());
    let english = house.actor("mai").send("POST", &format!("{at}?lang=en"), &[("content-type", "application/x-www-form-urlencoded")], Some(b"act=copy&kind=extract".to_vec()));
    assert!(english.status == 422 && english.text().contains("Type the part to be copied"), "{}", english.text());
    let copy = ask(&house, "mai", &doc, "extract", &[("body", "“Từ ngày 01 tháng 01 năm 2027.”")]);
    let refused = post(&house, "mai", &format!("{copy}/edit"), &[("act", "write"), ("body", "")]);
    assert!(refused.status == 422, "{}", refused.text());
    place(&post(&house, "mai", &format!("{copy}/edit"), &[("act", "write"), ("body", "“Từ ngày 01 tháng 01 năm 2027, trực lễ.”"), ("recipients", "Lưu: VT")]));
    let pdf = out(&house, &copy, "mai", ("khanh", "Bùi Quốc Khánh"), "mai").await;
    assert_eq!(pdfsig(&house.data, &pdf).matches("Signature is Valid").count(), 2, "signer and seal");
    let shown = page(&house.actor("mai").get(&copy));
    assert!(shown.contains("02/TrS-UBND") && shown.contains("Trích một phần"), "copies count together: {shown}");
    assert!(crate::sealed::archival(&house.data, &pdf).starts_with("ARCHIVAL"));
    assert_eq!(post(&house, "duc", &format!("{ROOT}/new"), &[("act", "write"), ("kind", "extract"), ("body", "x")]).status, 200, "copies are begun from what they copy");
}

fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../signatures/tests/data/{name}.pdf", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// One that came by post, with this file.
fn entered(house: &House, kind: &str, file: Option<&[u8]>) -> String {
    let mut mai = house.browser();
    mai.sign_in("mai", "");
    let entry = format!("{ROOT}/incoming/new");
    let form = page(&mai.get(&entry));
    let fields = [("id", value(&form, "id")), ("body", "Công ty Cấp nước"), ("kind", kind), ("number", "15/CV-CN"), ("subject", "Mời họp"), ("date-day", "20"), ("date-month", "11"), ("date-year", "2026")];
    let files: Vec<(&str, &str, &[u8])> = file.iter().map(|f| ("file", "cv.pdf", *f)).collect();
    place(&mai.upload_with(&entry, &entry, &fields, &files))
}

async fn what_cannot_be_copied_is_told(db: Db) {
    let house = house_of(db, MONDAY, &[WARD]).await;
    let whole = data("valid");
    let mut altered = whole.clone();
    let at = altered.windows(5).position(|w| w == b"so 12").unwrap();
    altered[at + 4] = b'9';
    for (file, vi, en) in [
        (None, "không có tệp kèm theo", "has no file"),
        (Some(whole[..whole.len() / 2].to_vec()), "hỏng hoặc thiếu", "damaged or cut off"),
        (Some(altered), "Chữ ký số trong tệp gốc bị hỏng", "signature in the original is broken"),
    ] {
        let arrival = entered(&house, "letter", file.as_deref());
        for (lang, said) in [("vi", vi), ("en", en)] {
            let refused = house.actor("mai").get(&format!("{arrival}/copy?lang={lang}"));
            assert!(refused.status == 409 && refused.text().contains(said), "{said}: {}", refused.text());
        }
        assert_eq!(post(&house, "mai", &format!("{arrival}/copy"), &[("act", "copy"), ("kind", "copy")]).status, 409);
    }
    // What has a password does not even come into the register.
    let mut mai = house.browser();
    mai.sign_in("mai", "");
    let entry = format!("{ROOT}/incoming/new");
    let refused = mai.upload_with(&entry, &entry, &[("body", "Công ty"), ("subject", "Mời họp")], &[("file", "mat.pdf", &data("encrypted"))]);
    assert!(refused.status == 422 && refused.text().contains("đặt mật khẩu"), "{}", refused.text());
    let arrival = entered(&house, "letter", Some(&whole));
    let form = format!("{arrival}/copy");
    assert!(!page(&house.actor("khanh").get(&form)).contains("Sao lục"));
    // Another office, a specialist, a citizen; what is not there.
    assert_eq!(house.actor("yen").get(&form).status, 404);
    assert_eq!(post(&house, "yen", &form, &[("act", "copy"), ("kind", "copy")]).status, 404);
    for who in ["duc", "thu", "lan"] {
        assert_eq!(house.actor(who).get(&form).status, 403, "{who}");
    }
    for path in ["doc_1/copy", "incoming/arr_x/copy", "doc_00000000000000000000000000000001/copy"] {
        assert_eq!(house.actor("mai").get(&format!("{ROOT}/{path}")).status, 404, "{path}");
    }
    for kind in ["", "notice", "fly"] {
        assert_eq!(post(&house, "mai", &form, &[("act", "copy"), ("kind", kind)]).status, 422, "{kind}");
    }
}

async fn a_copy_needs_a_seal(db: Db) {
    let house = house_of(db, MONDAY, &[]).await;
    let arrival = entered(&house, "letter", Some(&data("valid")));
    let copy = ask(&house, "mai", &arrival, "copy", &[]);
    out(&house, &copy, "mai", ("khanh", "Bùi Quốc Khánh"), "mai").await;
    let shown = page(&house.actor("mai").get(&copy));
    assert!(shown.contains("Chưa có khóa ký số") || shown.contains("chưa có khóa ký số (con dấu)"), "{shown}");
    assert!(shown.contains("Chờ phát hành") && !shown.contains("/verify/"), "{shown}");
}

/// A page of a scanner, turned any way, with and without signatures of others: the words stand where one sees the upper right corner.
async fn scans_are_copied_whichever_way_they_lie(db: Db) {
    let house = house_of(db, MONDAY, &[WARD]).await;
    for turn in [0, 90, 180, 270] {
        let file = scan(turn);
        let arrival = entered(&house, "letter", Some(&file));
        let copy = ask(&house, "mai", &arrival, "copy", &[]);
        let pdf = out(&house, &copy, "mai", ("khanh", "Bùi Quốc Khánh"), "mai").await;
        assert!(pdf.starts_with(&file) && pdfsig(&house.data, &pdf).matches("Signature is Valid").count() == 1, "{turn}");
        std::fs::write(house.data.join(format!("scan-{turn}.pdf")), &pdf).unwrap();
        let dark = corner(&house.data.join(format!("scan-{turn}.pdf")));
        assert!(dark > 0.005 && dark < 0.5, "{turn}: {dark} of the corner is dark");
    }
    let arrival = entered(&house, "letter", Some(&data("two")));
    let copy = ask(&house, "mai", &arrival, "copy", &[]);
    let pdf = out(&house, &copy, "mai", ("khanh", "Bùi Quốc Khánh"), "mai").await;
    assert_eq!(pdfsig(&house.data, &pdf).matches("Signature is Valid").count(), 3);
    let register = page(&house.actor("mai").get(&format!("{ROOT}/outgoing?series=copies")));
    assert!(register.contains("05/SY-UBND") && option(&page(&house.actor("mai").get(&format!("{ROOT}/incoming/new"))), "Sao y") == "copy", "{register}");
}

/// An empty page of a classic file.
fn scan(turn: i32) -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]/Rotate {turn}>>"),
        "<</Type/Page/Parent 2 0 R/Resources<<>>/Contents 4 0 R>>".to_owned(),
        "<</Length 0>>\nstream\n\nendstream".to_owned(),
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let start = out.len();
    out.extend(b"xref\n0 5\n0000000000 65535 f \n");
    for at in places {
        out.extend(format!("{at:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}

/// How much of the upper right corner of the first page is dark, as another program draws it.
fn corner(pdf: &std::path::Path) -> f64 {
    let out = pdf.with_extension("");
    let drawn = std::process::Command::new("pdftoppm").args(["-r", "72", "-gray", "-singlefile"]).arg(pdf).arg(&out).status().expect("pdftoppm is missing: apt-get install -y poppler-utils");
    assert!(drawn.success());
    let bytes = std::fs::read(out.with_extension("pgm")).unwrap();
    let mut head = bytes.splitn(4, |b| b.is_ascii_whitespace());
    let number = |b: &[u8]| std::str::from_utf8(b).unwrap().parse::<usize>().unwrap();
    let (_, wide, high, rest) = (head.next(), number(head.next().unwrap()), number(head.next().unwrap()), head.next().unwrap());
    let pixels = &rest[rest.iter().position(|b| *b == b'\n').unwrap() + 1..];
    assert_eq!(pixels.len(), wide * high);
    let seen: Vec<u8> = (0..60).flat_map(|y| (wide - 270..wide).map(move |x| (x, y))).map(|(x, y)| pixels[y * wide + x]).collect();
    seen.iter().filter(|p| **p < 128).count() as f64 / seen.len() as f64
}
