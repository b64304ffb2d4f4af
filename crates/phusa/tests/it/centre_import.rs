//! Lists of enterprises over HTTP on both engines: spreadsheets beside CSV, and files that are something else.

use crate::house::House;
use store::Db;
use testkit::on_each_database;

on_each_database!(
    a_spreadsheet_is_imported_as_a_list_is
    a_file_of_another_kind_is_told_apart_by_its_content
    a_file_that_is_too_large_is_answered_on_the_page
);

/// A ZIP archive of these parts, without compression.
pub fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(!0_u32, |crc, b| (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 }))
    };
    let (mut out, mut index) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let mut head = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        head.extend(crc(content).to_le_bytes());
        head.extend((content.len() as u32).to_le_bytes());
        head.extend((content.len() as u32).to_le_bytes());
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        index.extend(b"PK\x01\x02\x14\0");
        index.extend(&head);
        index.extend([0; 10]);
        index.extend((out.len() as u32).to_le_bytes());
        index.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(content);
    }
    let at = out.len() as u32;
    out.extend(&index);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((index.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A workbook with a cover and a list; cells beginning with `=` are numbers, with `@` days.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    const NS: &str = "http://schemas.openxmlformats.org";
    let cell = |(i, text): (usize, &&str), n: usize| {
        let at = format!("{}{n}", char::from(b'A' + i as u8));
        match (text.strip_prefix('='), text.strip_prefix('@')) {
            (Some(number), _) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
            (_, Some(day)) => format!("<c r=\"{at}\" s=\"1\"><v>{day}</v></c>"),
            _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let data: String = rows.iter().enumerate().map(|(n, row)| format!("<row r=\"{}\">{}</row>", n + 1, row.iter().enumerate().map(|c| cell(c, n + 1)).collect::<String>())).collect();
    let sheet = |data: &str| format!("<worksheet xmlns=\"{NS}/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>");
    let link = |n: u8, kind: &str, to: &str| format!("<Relationship Id=\"rId{n}\" Type=\"{NS}/officeDocument/2006/relationships/{kind}\" Target=\"{to}\"/>");
    let links = |inside: String| format!("<Relationships xmlns=\"{NS}/package/2006/relationships\">{inside}</Relationships>");
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{NS}/package/2006/content-types\"/>")),
        ("_rels/.rels", links(link(1, "officeDocument", "xl/workbook.xml"))),
        ("xl/_rels/workbook.xml.rels", links(format!("{}{}", link(1, "worksheet", "worksheets/sheet1.xml"), link(2, "worksheet", "worksheets/sheet2.xml")))),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{NS}/spreadsheetml/2006/main\" xmlns:r=\"{NS}/officeDocument/2006/relationships\"><sheets><sheet name=\"Bìa\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Danh sách\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>")),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{NS}/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>")),
        ("xl/worksheets/sheet1.xml", sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Danh sách năm 2026</t></is></c></row>")),
        ("xl/worksheets/sheet2.xml", sheet(&data)),
    ];
    zip(&parts.map(|(name, text)| (name.to_owned(), text.into_bytes())))
}

async fn a_spreadsheet_is_imported_as_a_list_is(db: Db) {
    let house = House::open(db).await;
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let heading: &[&str] = &["Mã số thuế", "Tên", "Ngành", "Mã xã", "Loại hình", "Ngày thành lập"];
    let file = workbook(&[
        &["Sở Khoa học và Công nghệ"],
        heading,
        &["0100112437", "Công ty Lươn 🐟 &lt;b&gt;", "C10", "=27139", "DN", "@43501"],
        &["=300588569", "Mất số 0", "C10", "27139", "DN", ""],
        &["=3.00588569E+15", "Số dài", "C10", "27139", "DN", ""],
        &["0100112437", "Trùng", "C10", "27139", "DN", ""],
        &["0100112437-001", "Chi nhánh", "C10", "27139", "DN", "=2019"],
        &["0100112437-001", "Chi nhánh", "C10", "27139", "DN", "05/02/2019"],
        &["079184000044", "Hộ Ba", "A03", "27139", "Hộ kinh doanh", ""],
        &["0300588569", "Phường cũ", "C10", "27133", "DN", ""],
    ]);
    let named_wrong = officer.upload("/centre/import", "/centre/import", &[("file", "danh-sach.csv", &file)]);
    let text = named_wrong.text();
    assert!(text.contains("Đã nhập 3 đơn vị; 5 dòng chưa nhập được") && text.contains("Trang tính: Danh sách"), "{text}");
    for says in ["có thể là 0300588569", "không còn biết đúng mã nào", "Trùng mã với dòng 3", "số 2019, không phải ngày", "(mã 27133) chỉ dùng đến 30/06/2025; chọn đơn vị hiện nay: "] {
        assert!(text.contains(says), "{says}: {text}");
    }
    let shown = officer.get("/centre/enterprises?q=cong+ty+luon").text();
    assert!(shown.contains("Công ty Lươn 🐟 &lt;b&gt;"), "{shown}");
    let again = officer.upload("/centre/import", "/centre/import", &[("file", "ds.xlsx", &file)]).text();
    assert!(again.contains("Đã nhập 0 đơn vị; 8 dòng"), "{again}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM enterprise WHERE province = $1").await, 3);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM enterprise WHERE province = $1 AND head_code = '0100112437'").await, 1, "the branch knows its head");
}

async fn a_file_of_another_kind_is_told_apart_by_its_content(db: Db) {
    let house = House::open(db).await;
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let ods = zip(&[("mimetype".into(), b"application/vnd.oasis.opendocument.spreadsheet".to_vec()), ("content.xml".into(), b"<x/>".to_vec()), ("META-INF/manifest.xml".into(), b"<x/>".to_vec())]);
    let before = house.journal().await;
    for (bytes, says) in [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "(.xls)"),
        (ods, "(.ods)"),
        (b"PK\x03\x04\xff\xfe".to_vec(), "tệp hỏng"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (workbook(&[&["Tên", "Địa chỉ"]]), "Không trang tính nào"),
    ] {
        let reply = officer.upload("/centre/import", "/centre/import", &[("file", "ds.xlsx", &bytes)]);
        assert!(reply.status == 200 && reply.text().contains(says), "{says}: {} {}", reply.status, reply.text());
    }
    assert_eq!(house.journal().await, before);
    let mut stranger = house.browser();
    stranger.sign_in("minh", "");
    assert_eq!(stranger.get("/centre/import").status, 403);
}

async fn a_file_that_is_too_large_is_answered_on_the_page(db: Db) {
    let house = House::open(db).await;
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let large = officer.upload("/centre/import", "/centre/import", &[("file", "ds.csv", &vec![b'a'; 9 << 20])]);
    assert!(large.status == 200 && large.text().contains("lớn quá 8 MB"), "{}", large.text());
    let empty = officer.upload("/centre/import", "/centre/import", &[("file", "ds.csv", b"")]);
    assert!(empty.text().contains("Tệp rỗng"), "{}", empty.text());
}
