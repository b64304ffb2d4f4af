//! Papers of a support dossier over HTTP on both engines: sent, replaced, frozen, opened by those who may, paid against; and
//! what is not taken.

use crate::house::House;
use sha2::{Digest, Sha256};
use store::Db;
use testkit::{Browser, Reply, on_each_database};

on_each_database!(
    papers_go_from_the_form_to_the_examiner
    files_that_are_not_taken_are_named_and_the_others_kept
    versions_until_it_is_sent_and_again_by_a_supplement
    the_file_for_payment_is_sent_returned_and_paid_against
    what_others_may_not_open_is_not_there
    two_windows_at_once_lose_no_file
    the_notice_goes_out_as_a_document
);

const CODES: [&str; 2] = ["0100112437", "0300588569"];
const FIELDS: [(&str, &str); 8] = [
    ("line.0.content", "management-course"),
    ("line.0.about", "Khóa quản trị cho ba trưởng bộ phận 🐟"),
    ("line.0.value", "12 triệu"),
    ("line.0.requested", "12 triệu"),
    ("declarations", "not_paid_elsewhere"),
    ("declarations", "not_pending_elsewhere"),
    ("declarations", "own_share"),
    ("declarations", "truthful"),
];

pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%{text}\n%%EOF\n").into_bytes()
}

/// One file as a browser sends it: field, file name, stated media type, content.
pub type Sent<'a> = (&'a str, &'a str, &'a str, &'a [u8]);

/// A form with fields and files, with the token of `page`.
pub fn send(b: &mut Browser, page: &str, to: &str, fields: &[(&str, &str)], files: &[Sent<'_>]) -> Reply {
    let shown = b.get(page);
    assert_eq!(shown.status, 200, "{page}: {}", shown.text());
    let token = testkit::form_token(&shown.text());
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    for (field, name, kind, bytes) in files {
        body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--frontier--\r\n");
    b.go("POST", &format!("{to}?_csrf={token}"), &[("content-type", "multipart/form-data; boundary=frontier")], Some(body))
}

pub fn signed_in(house: &House, who: &str) -> Browser {
    let mut b = house.browser();
    b.sign_in(who, "");
    b
}

/// An enterprise of its own with the figures of this year; the address of its support pages.
pub fn firm(b: &mut Browser, code: &str) -> String {
    let page = "/my-enterprises/new";
    let fields = [("kind", "enterprise"), ("code", code), ("name", "Công ty TNHH Lươn Đồng"), ("vsic", "C10"), ("area", "27139"), ("founded-day", ""), ("founded-month", ""), ("founded-year", "")];
    let at = b.post(page, page, fields).goes_to();
    let size = format!("{at}/size");
    b.post(&size, &size, [("year", "2026"), ("headcount", "32"), ("women", "9"), ("unit", "million"), ("revenue", "18.500"), ("capital", "9.000")]).goes_to();
    format!("{at}/support")
}

const ASK: &str = "/ask?content=management-course";

/// The id a new form carries.
pub fn fresh_id(b: &mut Browser, home: &str) -> String {
    let page = b.get(&format!("{home}{ASK}")).text();
    let (_, rest) = page.split_once("name=\"id\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

pub fn ask(b: &mut Browser, home: &str, id: &str, more: &[(&str, &str)], files: &[Sent<'_>]) -> Reply {
    let mut fields = vec![("id", id)];
    fields.extend(FIELDS);
    fields.extend(more);
    send(b, &format!("{home}{ASK}"), &format!("{home}/ask"), &fields, files)
}

const KEEP: (&str, &str) = ("do", "keep");
const PDF: &str = "application/pdf";

/// Addresses of files on a page, in order.
fn files_on(page: &str, base: &str) -> Vec<String> {
    let from = format!("href=\"{base}/files/");
    page.split(&from).skip(1).map(|t| format!("{base}/files/{}", t.split('"').next().unwrap())).collect()
}

async fn papers_go_from_the_form_to_the_examiner(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    let page = owner.get(&format!("{home}{ASK}")).text();
    for paper in ["Tờ khai xác định doanh nghiệp siêu nhỏ, nhỏ, vừa", "Tờ khai đề xuất nhu cầu hỗ trợ có ký tên", "Báo giá hoặc dự thảo hợp đồng", "Giấy tờ khác"] {
        assert!(page.contains(paper), "{paper}");
    }
    assert!(!page.contains("Hồ sơ tư vấn viên"), "a course needs no consultant's record");
    // Decomposed letters and a path in the name: the name is composed and its last part only.
    let (quote, form) = (pdf("báo giá"), pdf("tờ khai"));
    let nfd = "../../C:\\hồ so\u{31b}\\Ba\u{301}o gia\u{301} 🐟.pdf";
    let here = ask(&mut owner, &home, &id, &[], &[("file-quotation", nfd, PDF, &quote), ("file-application", "to-khai.pdf", "application/octet-stream", &form)]).goes_to();
    assert_eq!(here, format!("{home}/{id}"));
    // The same form once more, files and all, is the same dossier.
    assert_eq!(ask(&mut owner, &home, &id, &[], &[("file-quotation", nfd, PDF, &quote)]).goes_to(), here);
    let mine = owner.get(&here).text();
    assert!(mine.contains("Báo giá 🐟.pdf") && mine.contains("chưa có tệp"), "{mine}");
    let hash = hex::encode(Sha256::digest(&quote));
    assert!(mine.contains(&format!("SHA-256 {hash}")) && mine.contains("Lương Thị Ươn"));
    let opened = owner.get(&files_on(&mine, &here)[1]);
    assert_eq!((opened.status, opened.bytes.as_slice()), (200, quote.as_slice()));
    assert!(opened.header("content-type").starts_with(PDF) && opened.header("content-disposition").starts_with("inline"), "previewed in the browser");
    assert!(opened.header("cache-control").contains("no-store"));
    let mut officer = signed_in(&house, "loan");
    let staff = format!("/centre/support/dossiers/{id}");
    let page = officer.get(&staff).text();
    let links = files_on(&page, &staff);
    assert_eq!(links.len(), 2, "{page}");
    assert_eq!(officer.get(&links[0]).bytes, form);
    assert_eq!(officer.get(&links[1]).bytes, quote);
    // What is missing is ticked for the examiner already.
    let ticked = page.split("name=\"guide.missing\"").skip(1).filter(|t| t.split('>').next().unwrap().contains("checked")).count();
    assert_eq!(ticked, 1, "the declaration of size only");
    // The journal names each file with its hash.
    let entries = store::journal::stream(&house.it.scope, &id).await.unwrap();
    assert!(entries[0].payload.contains(&hash));
}

async fn files_that_are_not_taken_are_named_and_the_others_kept(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    let large = [pdf("lớn"), vec![b' '; 50 << 20]].concat();
    let locked = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R/Encrypt 9 0 R>>\n%%EOF\n";
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 64]].concat();
    let good = pdf("tốt");
    let table: [(&str, &[u8], &str); 7] = [
        ("nang.pdf", &large, "tối đa là 20 MB"),
        ("trong.pdf", b"", "trống"),
        ("anh.pdf", &png, "nội dung là PNG"),
        ("chuong-trinh.pdf", b"MZ\x90\0\x03\0\0\0 this is a program", "Không nhận loại tệp"),
        ("khoa.pdf", locked, "mã hóa hoặc đặt mật khẩu"),
        ("../../etc/passwd", b"root:x:0:0", "Không nhận loại tệp"),
        ("trang.html", b"<html><script>alert(1)</script></html>", "Không nhận loại tệp"),
    ];
    for (name, bytes, says) in table {
        let reply = ask(&mut owner, &home, &id, &[], &[("file-quotation", name, PDF, bytes), ("file-application", "to-khai.pdf", PDF, &good)]);
        let text = reply.text();
        assert_eq!(reply.status, 422, "{name}: {text}");
        assert!(text.contains(says), "{name} should say {says}: {text}");
        assert!(text.contains("href=\"#f-file-quotation\"") && text.contains("aria-invalid"), "{name}: named at its box");
        assert!(text.contains("ba trưởng bộ phận 🐟") && text.contains("12 triệu"), "{name}: what was typed is kept");
        assert_eq!(files_on(&text, &format!("{home}/{id}")).len(), 1, "{name}: the other file is kept, once");
    }
    // A paper nobody knows, a file for payment before there is anything to pay.
    for (field, says) in [("file-passport", "Không có loại giấy tờ này"), ("file-pay_invoices", "Hồ sơ thanh toán chỉ nhận")] {
        let reply = ask(&mut owner, &home, &id, &[], &[(field, "a.pdf", PDF, &good)]);
        assert_eq!(reply.status, 422);
        assert!(reply.text().contains(says), "{}", reply.text());
    }
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM support_dossier WHERE province = $1").await, 0, "nothing was sent");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind LIKE 'support.%'").await, 1, "one file was added");
    // A body cut off in the middle is refused, not fatal.
    let token = owner.token(&format!("{home}{ASK}"));
    let cut = owner.go("POST", &format!("{home}/ask?_csrf={token}"), &[("content-type", "multipart/form-data; boundary=frontier")], Some(b"--frontier\r\nContent-Disposition: form-data; name=\"file-quot".to_vec()));
    assert!((400..500).contains(&cut.status), "{}", cut.status);
    // With good files it is sent after all.
    ask(&mut owner, &home, &id, &[], &[("file-quotation", "bao-gia.pdf", PDF, &good)]).goes_to();
}

async fn versions_until_it_is_sent_and_again_by_a_supplement(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    let base = format!("{home}/{id}");
    let (one, two, three) = (pdf("1"), pdf("2"), pdf("3"));
    // Kept without being sent; the same name is a new version.
    let kept = ask(&mut owner, &home, &id, &[KEEP], &[("file-quotation", "bao-gia.pdf", PDF, &one), ("file-quotation", "phu-luc.pdf", PDF, &one)]);
    assert_eq!((kept.status, files_on(&kept.text(), &base).len()), (200, 2));
    let kept = ask(&mut owner, &home, &id, &[KEEP], &[("file-quotation", "bao-gia.pdf", PDF, &two)]).text();
    assert!(kept.contains("bản 2"), "{kept}");
    let first = files_on(&kept, &base);
    // One is taken back, another replaced under another name.
    let annex = first.iter().find(|f| owner.get(f).bytes == one).unwrap().rsplit('/').next().unwrap().to_owned();
    let quote = first.iter().find(|f| owner.get(f).bytes == two).unwrap().rsplit('/').next().unwrap().to_owned();
    let kept = ask(&mut owner, &home, &id, &[KEEP, ("drop", &annex), ("replaces-quotation", &quote)], &[("file-quotation", "bao-gia-ky.pdf", PDF, &three)]).text();
    assert_eq!(files_on(&kept, &base).len(), 1, "{kept}");
    assert!(kept.contains("bao-gia-ky.pdf") && kept.contains("bản 3"));
    // Nobody of the centre sees what was not sent.
    let mut officer = signed_in(&house, "loan");
    let staff = format!("/centre/support/dossiers/{id}");
    assert_eq!(officer.get(&staff).status, 404);
    assert_eq!(officer.get(&format!("{staff}/files/{quote}")).status, 404);
    ask(&mut owner, &home, &id, &[], &[]).goes_to();
    // Sent: frozen, whatever a form left open says.
    let journal = house.journal().await;
    let late = ask(&mut owner, &home, &id, &[KEEP], &[("file-quotation", "lai.pdf", PDF, &one)]);
    assert_eq!((late.status, house.journal().await), (303, journal));
    let supplement = format!("{base}/supplement");
    let late = send(&mut owner, &base, &supplement, &FIELDS, &[("file-quotation", "lai.pdf", PDF, &one)]);
    assert_eq!((late.status, house.journal().await), (303, journal));
    assert_eq!(files_on(&officer.get(&staff).text(), &staff).len(), 1);
    assert_eq!(officer.get(&format!("{staff}/files/{quote}")).status, 404, "an earlier version that was never sent");
    // The examiner asks once; what comes then stands beside what came first.
    officer.post(&staff, &format!("{staff}/guide"), [("guide.missing", "size_declaration"), ("guide.missing", "quotation")]).goes_to();
    let page = owner.get(&supplement).text();
    assert!(page.contains("bao-gia-ky.pdf"), "{page}");
    let sent = files_on(&page, &base)[0].rsplit('/').next().unwrap().to_owned();
    send(&mut owner, &supplement, &supplement, &FIELDS, &[("file-quotation", "bao-gia-ky.pdf", PDF, &two), ("file-size_declaration", "quy-mo.pdf", PDF, &one)]).goes_to();
    let page = officer.get(&staff).text();
    let links = files_on(&page, &staff);
    assert_eq!(links.len(), 3, "two papers and the version replaced: {page}");
    assert!(page.contains("Các bản đã thay") && page.contains("bản 4"));
    assert_eq!(officer.get(&format!("{staff}/files/{sent}")).bytes, three, "what was sent once stays");
    let entries = store::journal::stream(&house.it.scope, &id).await.unwrap();
    let replayed = entries.iter().fold(None, |d, e| support::dossier::Dossier::after(d, &e.read().unwrap()));
    assert_eq!(replayed.as_ref(), Some(&house.it.centre.support.dossier(id.parse().unwrap()).await.unwrap()), "the journal replays");
}

async fn the_file_for_payment_is_sent_returned_and_paid_against(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    let here = ask(&mut owner, &home, &id, &[], &[("file-quotation", "bao-gia.pdf", PDF, &pdf("q"))]).goes_to();
    let payment = format!("{here}/payment");
    let mut officer = signed_in(&house, "loan");
    let staff = format!("/centre/support/dossiers/{id}");
    let approved = officer.post(&staff, &format!("{staff}/approve"), [("approve.number", "15/TB"), ("approve.limit.0", "")]);
    assert_eq!(approved.status, 303, "{}", approved.text());
    // Incomplete: each absent paper at its box, the files that came are kept.
    let (contract, rest) = (pdf("hợp đồng"), pdf("khác"));
    let reply = send(&mut owner, &here, &payment, &[], &[("file-pay_contract", "hop-dong.pdf", PDF, &contract), ("file-pay_notice", "khoa.pdf", PDF, b"")]);
    let text = reply.text();
    assert!(reply.status == 422 && text.contains("trống") && text.contains("hop-dong.pdf"), "{text}");
    let reply = send(&mut owner, &here, &payment, &[], &[]);
    assert!(reply.status == 422 && reply.text().contains("Chưa có tệp: Hóa đơn."), "{}", reply.text());
    let all: [Sent<'_>; 3] = [("file-pay_acceptance", "nghiem-thu.pdf", PDF, &rest), ("file-pay_invoices", "hoa-don.pdf", PDF, &rest), ("file-pay_notice", "thong-bao.pdf", PDF, &rest)];
    send(&mut owner, &here, &payment, &[], &all).goes_to();
    assert!(owner.get(&here).text().contains("chờ kế toán"));
    let mut accountant = signed_in(&house, "tien");
    let page = accountant.get(&staff).text();
    assert_eq!(files_on(&page, &staff).len(), 5, "{page}");
    // While it waits it is frozen; sent back, it takes a newer version.
    let before = house.journal().await;
    assert_eq!(send(&mut owner, &here, &payment, &[KEEP], &[("file-pay_invoices", "moi.pdf", PDF, &contract)]).status, 422);
    assert_eq!(house.journal().await, before);
    assert_eq!(officer.post(&staff, &format!("{staff}/return"), [("return.note", "x")]).status, 403, "the examiner does not");
    assert_eq!(accountant.post(&staff, &format!("{staff}/return"), [("return.note", " ")]).status, 422);
    accountant.post(&staff, &format!("{staff}/return"), [("return.note", "Hóa đơn thiếu chữ ký số")]).goes_to();
    assert_eq!(accountant.post(&staff, &format!("{staff}/return"), [("return.note", "lại")]).status, 422);
    assert!(owner.get(&here).text().contains("Hóa đơn thiếu chữ ký số"));
    send(&mut owner, &here, &payment, &[], &[("file-pay_invoices", "hoa-don.pdf", PDF, &contract)]).goes_to();
    let page = accountant.get(&staff).text();
    let hidden = |name: &str| page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split('"').next().unwrap().to_owned();
    let (commitment, entry) = (hidden("commitment"), hidden("entry"));
    let pay = [("form", "pay-0"), ("commitment", &commitment), ("entry", &entry), ("pay-0.amount", "5 triệu"), ("pay-0.contract", "12/HĐ"), ("pay-0.acceptance", "BB 1"), ("pay-0.invoices", "HD 1")];
    accountant.post(&staff, &format!("{staff}/pay"), pay).goes_to();
    let d = house.it.centre.support.dossier(id.parse().unwrap()).await.unwrap();
    let paid = d.entries.iter().find(|e| !e.files.is_empty()).unwrap();
    assert_eq!(paid.files.len(), 4, "the payment names the files it was made against");
    assert!(paid.files.iter().all(|f| d.file(*f).is_some()) && d.former_papers.len() == 1);
    assert!(d.payment_open(), "part is open, so a further file is taken");
}

async fn what_others_may_not_open_is_not_there(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    let base = format!("{home}/{id}");
    let kept = ask(&mut owner, &home, &id, &[KEEP], &[("file-quotation", "bao-gia.pdf", PDF, &pdf("q"))]).text();
    let file = files_on(&kept, &base)[0].clone();
    let mut other = signed_in(&house, "minh");
    let others = firm(&mut other, CODES[1]);
    // Another firm's tray under one's own address, with its id in the form, in the path, and taken back by a stranger.
    let name = file.rsplit('/').next().unwrap();
    assert_eq!(other.get(&file).status, 404);
    assert_eq!(other.get(&format!("{others}/{id}/files/{name}")).status, 404);
    let steal = ask(&mut other, &others, &id, &[("drop", name)], &[]);
    assert_eq!(steal.status, 404, "{}", steal.text());
    assert_eq!(ask(&mut other, &others, &id, &[KEEP], &[("file-quotation", "x.pdf", PDF, &pdf("x"))]).status, 404);
    ask(&mut owner, &home, &id, &[], &[]).goes_to();
    let staff = format!("/centre/support/dossiers/{id}/files/{name}");
    for (who, status) in [("loan", 200), ("tien", 200), ("quang", 200), ("vien", 403), ("nhan", 403), ("thu", 403), ("minh", 403), ("luon", 403)] {
        assert_eq!(signed_in(&house, who).get(&staff).status, status, "{who}");
    }
    assert_eq!(house.browser().get(&staff).status, 303, "a visitor is led to sign in");
    // A file of another dossier does not open through this one.
    let theirs = fresh_id(&mut other, &others);
    let there = ask(&mut other, &others, &theirs, &[], &[("file-quotation", "cua-ho.pdf", PDF, &pdf("h"))]).goes_to();
    let page = other.get(&there).text();
    let strange = files_on(&page, &there)[0].rsplit('/').next().unwrap().to_owned();
    assert_eq!(owner.get(&format!("{base}/files/{strange}")).status, 404);
    let mut officer = signed_in(&house, "loan");
    assert_eq!(officer.get(&format!("/centre/support/dossiers/{id}/files/{strange}")).status, 404);
    for odd in ["file_00000000000000000000000000000000", "..%2f..%2fetc%2fpasswd", "x"] {
        assert_eq!(officer.get(&format!("/centre/support/dossiers/{id}/files/{odd}")).status, 404, "{odd}");
    }
}

async fn two_windows_at_once_lose_no_file(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    std::thread::scope(|scope| {
        for window in 0..4 {
            let (mut b, home, id) = (owner.window(), &home, &id);
            scope.spawn(move || {
                for n in 0..3 {
                    let name = format!("tep-{window}-{n}.pdf");
                    let reply = ask(&mut b, home, id, &[KEEP], &[("file-quotation", &name, PDF, &pdf(&name))]);
                    assert_eq!(reply.status, 200, "{}", reply.text());
                }
            });
        }
    });
    let here = ask(&mut owner, &home, &id, &[], &[]).goes_to();
    assert_eq!(files_on(&owner.get(&here).text(), &here).len(), 12);
}

/// Drafted with the decision, signed, numbered and sealed where documents are, downloaded by the enterprise, checked by anybody.
async fn the_notice_goes_out_as_a_document(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let id = fresh_id(&mut owner, &home);
    let here = ask(&mut owner, &home, &id, &[], &[("file-quotation", "bao-gia.pdf", PDF, &pdf("q"))]).goes_to();
    let mut officer = signed_in(&house, "loan");
    let staff = format!("/centre/support/dossiers/{id}");
    assert_eq!(officer.post(&staff, &format!("{staff}/notice"), [("x", "y")]).status, 422, "nothing is decided yet");
    officer.post(&staff, &format!("{staff}/approve"), [("approve.number", ""), ("approve.limit.0", "")]).goes_to();
    let page = officer.get(&staff).text();
    let doc = page.split("href=\"/work/documents/doc_").nth(1).unwrap_or_else(|| panic!("no document: {page}"));
    let doc = format!("/work/documents/doc_{}", doc.split('"').next().unwrap());
    // Once more is the same one.
    officer.post(&staff, &format!("{staff}/notice"), [("x", "y")]).goes_to();
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM document WHERE province = $1").await, 1);
    assert!(owner.get(&here).text().contains("đang được ký, cấp số và đóng dấu"));
    assert_eq!(owner.get(&format!("{here}/notice")).status, 404);
    let draft = house.actor("loan").get(&format!("{doc}/file"));
    assert!(draft.bytes.starts_with(b"%PDF"), "{}", draft.text());
    crate::documents::submit(&house, "loan", &doc, None, "Lâm Nhật Quang");
    crate::documents::act(&house, "quang", &doc, "sign");
    house.effects().await;
    crate::documents::act(&house, "khue", &doc, "issue");
    house.effects().await;
    let mine = owner.get(&here).text();
    assert!(mine.contains("Tải thông báo đã ký (PDF)") && mine.contains("Số 01/TB-"), "{mine}");
    let file = owner.get(&format!("{here}/notice"));
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    let code = mine.split("/verify/").nth(1).unwrap().split('"').next().unwrap();
    assert!(house.nobody().get(&format!("/verify/{code}")).text().contains("Có trong sổ văn bản đã phát hành"));
    assert!(officer.get(&staff).text().contains("Đã phát hành"));
    // Of another enterprise it is not there.
    let mut other = signed_in(&house, "minh");
    assert_eq!(other.get(&format!("{here}/notice")).status, 404);
}
