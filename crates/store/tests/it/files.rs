//! What files are taken, and what a person is told otherwise.

use crate::support::{at, scope};
use bytes::Bytes;
use store::{
    Db,
    files::{FileError, Files, MediaType, Upload, clean_name},
};
use testkit::on_each_database;

on_each_database! { a_file_is_read_back_in_its_province_only }

fn upload(name: &str, claimed: Option<&str>, bytes: &[u8]) -> Upload {
    Upload { name: name.into(), claimed: claimed.map(str::to_owned), bytes: Bytes::copy_from_slice(bytes) }
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

async fn a_file_is_read_back_in_its_province_only(db: Db) {
    let folder = std::env::temp_dir().join(format!("phusa-files-{}", uuid::Uuid::new_v4().simple()));
    let files = Files::local(&folder).unwrap();
    let (here, elsewhere) = (scope(&db, "79").await, db.province("01".into()));
    let mut batch = here.batch();
    let stored = files.take(&mut batch, upload("../Giấy khai sinh.PDF", Some("application/pdf"), PDF), 1000, at(0)).await.unwrap();
    assert_eq!((stored.name.as_str(), stored.media_type.as_str()), ("Giấy khai sinh.PDF", "application/pdf"));
    assert_eq!(files.find(&here, stored.id).await.unwrap(), None, "not before the commit");
    here.commit(batch).await.unwrap();
    let (again, bytes) = files.read(&here, stored.id).await.unwrap().unwrap();
    assert_eq!((again, &bytes[..]), (stored.clone(), PDF));
    assert_eq!(files.read(&elsewhere, stored.id).await.unwrap(), None);
    // Bytes that were changed on disk are not handed out.
    let path = folder.join(&stored.sha256[..2]).join(&stored.sha256);
    std::fs::write(path, b"changed").unwrap();
    assert!(files.read(&here, stored.id).await.is_err());
    let mut batch = here.batch();
    let refused = files.take(&mut batch, upload("x.pdf", None, PNG), 1000, at(0)).await.unwrap_err();
    assert!(matches!(refused, FileError::Refused(_)) && batch.is_empty());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_refusal_names_the_file_and_what_to_do() {
    let encrypted = b"%PDF-1.6\ntrailer << /Root 1 0 R /Encrypt 5 0 R >>";
    let by_value = b"%PDF-1.6\ntrailer <</Root 1 0 R/Encrypt<</Filter/Standard>>>>";
    let macros = [b"PK\x03\x04".as_slice(), &[0; 26], b"[Content_Types].xml word/document.xml word/vbaProject.bin"].concat();
    let cases: [(Upload, &str); 11] = [
        (upload("trống.pdf", None, b""), "file-empty"),
        (upload("lớn.pdf", None, &[PDF, &[0; 2000]].concat()), "file-too-large"),
        (upload("ảnh.pdf", None, PNG), "file-mislabelled"),
        (upload("ảnh.png", Some("application/pdf"), PNG), "file-mislabelled"),
        (upload("không đuôi", None, PDF), "file-mislabelled"),
        (upload("exe.pdf", None, b"MZ\x90\0\x03\0\0\0"), "file-kind"),
        (upload("trang.html", None, b"<html><script>"), "file-kind"),
        (upload("khóa.pdf", None, encrypted), "file-encrypted"),
        (upload("khóa.pdf", None, by_value), "file-encrypted"),
        (upload("mã.docx", None, &macros), "file-macros"),
        (upload("ảnh.jpg\u{202e}fdp.exe", None, JPEG), "file-mislabelled"),
    ];
    for (given, code) in cases {
        let name = clean_name(&given.name);
        let refusal = Files::check(given, 1000).unwrap_err();
        assert_eq!(refusal.code, code, "{name}");
        assert!(refusal.message.vi.contains(&name) && refusal.message.en.contains(&name), "{refusal:?}");
    }
}

#[test]
fn what_is_right_is_taken() {
    let talks_of_it = b"%PDF-1.7 /EncryptMetadata false (about /Encryption) /Encrypted 5 0 obj";
    let docx = [b"PK\x03\x04".as_slice(), &[0; 26], b"[Content_Types].xml word/document.xml"].concat();
    for (given, kind) in [
        (upload("a.pdf", Some("application/octet-stream"), PDF), MediaType::Pdf),
        (upload("a.pdf", None, talks_of_it), MediaType::Pdf),
        (upload("A.JPEG", Some("image/jpg"), JPEG), MediaType::Jpeg),
        (upload("a.png", Some("image/png; x=y"), PNG), MediaType::Png),
        (upload("a.webp", None, b"RIFF\x1a\0\0\0WEBPVP8L"), MediaType::Webp),
        (upload("đơn.docx", Some("application/zip"), &docx), MediaType::Docx),
    ] {
        assert_eq!(Files::check(given, 1000).unwrap().media_type, kind);
    }
}

#[test]
fn names_are_cleaned() {
    for (given, clean) in [
        ("C:\\Users\\An\\giấy.pdf", "giấy.pdf"),
        ("../../etc/passwd", "passwd"),
        ("Tha\u{300}nh.pdf", "Thành.pdf"),
        (".htaccess", "htaccess"),
        ("a\r\nb\".pdf", "a b .pdf"),
        ("", "tệp"),
        ("..", "tệp"),
    ] {
        assert_eq!(clean_name(given), clean);
    }
    assert_eq!(clean_name(&format!("{}.pdf", "ă".repeat(500))).chars().count(), 114);
}
