#![allow(clippy::unwrap_used)]
use super::{archive::pack, *};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn list(bytes: &[u8]) -> Result<List, Text> {
    read(bytes, |p| p.check(&|v| v == "C10", &|a| a == "27139", kernel::time::date(2026, 11, 21)))
}

/// The parts of a workbook with these sheets; style 1 is a date.
fn book(sheets: &[(&str, &str)], shared: &str) -> BTreeMap<String, Vec<u8>> {
    const NS: &str = "http://schemas.openxmlformats.org";
    let mut parts = BTreeMap::new();
    let mut put = |name: &str, text: String| parts.insert(name.to_owned(), text.into_bytes());
    put("[Content_Types].xml", format!("<Types xmlns=\"{NS}/package/2006/content-types\"/>"));
    put("_rels/.rels", format!("<Relationships xmlns=\"{NS}/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{NS}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"));
    let (mut list, mut links) = (String::new(), String::new());
    for (n, (name, data)) in sheets.iter().enumerate() {
        list.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"rId{}\"/>", n + 1, n + 1));
        links.push_str(&format!("<Relationship Id=\"rId{}\" Type=\"{NS}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{}.xml\"/>", n + 1, n + 1));
        put(&format!("xl/worksheets/sheet{}.xml", n + 1), format!("<worksheet xmlns=\"{NS}/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>"));
    }
    put("xl/workbook.xml", format!("<workbook xmlns=\"{NS}/spreadsheetml/2006/main\" xmlns:r=\"{NS}/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"));
    put("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{NS}/package/2006/relationships\">{links}</Relationships>"));
    put("xl/styles.xml", format!("<styleSheet xmlns=\"{NS}/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"));
    if !shared.is_empty() {
        put("xl/sharedStrings.xml", shared.replace("<sst", &format!("<sst xmlns=\"{NS}/spreadsheetml/2006/main\"")));
    }
    parts
}

/// A row of cells: text, or `=` for a number, `@` for a date, `!` for an error.
fn row(n: usize, cells: &[&str]) -> String {
    let one = |(i, c): (usize, &&str)| {
        let at = format!("{}{n}", char::from(b'A' + u8::try_from(i).unwrap()));
        match c.chars().next() {
            None => String::new(),
            Some('=') => format!("<c r=\"{at}\"><v>{}</v></c>", &c[1..]),
            Some('@') => format!("<c r=\"{at}\" s=\"1\"><v>{}</v></c>", &c[1..]),
            Some('!') => format!("<c r=\"{at}\" t=\"e\"><v>{}</v></c>", &c[1..]),
            Some('#') => format!("<c r=\"{at}\" t=\"s\"><v>{}</v></c>", &c[1..]),
            _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{c}</t></is></c>"),
        }
    };
    format!("<row r=\"{n}\">{}</row>", cells.iter().enumerate().map(one).collect::<String>())
}

const HEADING: [&str; 7] = ["Mã số thuế", "Tên doanh nghiệp", "Loại hình", "Ngành", "Mã xã", "Ngày thành lập", "Điện thoại"];

fn xlsx(rows: &str) -> Vec<u8> {
    pack(&book(&[("Bìa", &row(1, &["Danh sách"])), ("DN", rows)], "")).unwrap()
}

#[test]
fn every_line_is_taken_or_says_why() {
    let text = "\u{feff}Mã số thuế;Tên doanh nghiệp;Loại hình;Ngành;Mã xã;Ngày thành lập\r\n\
         0100112437;\"Công ty \"\"Lươn\"\"; đồng\nsông\";DN;c10;27139;05/02/2019\r\n\
         ;;;;;\r\n\
         0100112437;Trùng;DN;C10;27139;\r\n\
         0100112438;Sai số;DN;C10;27139;\r\n\
         0100112437-001;Chi nhánh;DN;C10;99999;31/02/2020\r\n";
    let List { taken, faults, sheet } = list(text.as_bytes()).unwrap();
    assert_eq!((taken.len(), sheet), (1, None));
    assert_eq!(taken[0].profile.name, "Công ty \"Lươn\"; đồng sông");
    assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [5, 6, 7]);
    assert!(faults[0].reason.vi.contains("dòng 2"), "{:?}", faults[0]);
    assert!(faults[2].reason.vi.contains("Ngày thành lập"));
}

#[test]
fn a_sheet_reads_as_the_same_list() {
    let rows = [
        row(1, &["Danh sách doanh nghiệp của xã", "", "", "@46000"]),
        row(3, &HEADING),
        row(4, &["0100112437", "Công ty &quot;Lươn&quot; Đô&#768;ng", "DN", "c10", "=27139", "@43501", "0912345678"]),
        row(5, &["", "", "", "", "", "", ""]),
        row(6, &["=300588569", "Mất số 0", "DN", "C10", "=27139", "", ""]),
        row(7, &["0100112437", "Trùng", "DN", "C10", "=27139", "", ""]),
        row(8, &["0100112437-001", "Chi nhánh", "DN", "C10", "=27139", "=43501", ""]),
        row(9, &["0100112437-002", "Chi nhánh 2", "DN", "C10", "=27139", "5/2/2019", "=912345678"]),
        row(10, &["!#N/A", "Lỗi", "DN", "C10", "=27139", "", ""]),
        row(11, &["079184000044", "Hộ Ba", "Hộ kinh doanh", "C10", "=27139", "", ""]),
    ]
    .concat();
    let List { taken, faults, sheet } = list(&xlsx(&rows)).unwrap();
    assert_eq!(sheet.as_deref(), Some("DN"), "the first sheet with a heading");
    assert_eq!(taken.iter().map(|t| t.line).collect::<Vec<_>>(), [4, 11], "{faults:?}");
    let first = &taken[0].profile;
    assert_eq!((first.name.as_str(), first.founded, first.phone.as_deref()), ("Công ty \"Lươn\" Đồng", Some(kernel::time::date(2019, 2, 5)), Some("0912345678")));
    let says = |line: usize, words: &str| assert!(faults.iter().any(|f| f.line == line && f.reason.vi.contains(words)), "{line} {words}: {faults:?}");
    says(6, "có thể là 0300588569");
    says(7, "Trùng mã với dòng 4");
    says(8, "số 43501, không phải ngày");
    says(9, "số 912345678");
    says(10, "#N/A");
    assert_eq!(faults.len(), 5);
}

#[test]
fn shared_strings_are_read_and_their_count_is_not_believed() {
    let shared = |count: &str| format!("<sst count=\"3\" uniqueCount=\"{count}\"><si><t>Mã số thuế</t></si><si><t>Tên</t></si><si><r><t xml:space=\"preserve\">Công ty </t></r><r><t>Một</t></r></si></sst>");
    let rows = [row(1, &["#0", "#1", "Ngành", "Mã xã"]), row(2, &["0100112437", "#2", "C10", "27139"])].concat();
    let file = |count: &str| pack(&book(&[("S", &rows)], &shared(count))).unwrap();
    assert_eq!(list(&file("3")).unwrap().taken[0].profile.name, "Công ty Một");
    for count in ["18446744073709551615", "99999999999999999999999", "4000000000"] {
        assert!(list(&file(count)).unwrap_err().vi.contains("tệp hỏng"), "{count}");
    }
    // A string that is not there.
    let rows = rows.replace("<v>2</v>", "<v>77</v>");
    let _ = list(&pack(&book(&[("S", &rows)], &shared("3"))).unwrap());
}

#[test]
fn other_kinds_of_files_are_told_what_to_do() {
    let zip = |names: &[&str]| pack(&names.iter().map(|n| ((*n).to_owned(), b"<a/>".to_vec())).collect()).unwrap();
    let encrypted = [&[0xd0, 0xcf, 0x11, 0xe0, 0, 0][..], &"EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    for (bytes, says) in [
        (vec![], "Tệp rỗng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "đời cũ (.xls)"),
        (encrypted, "có mật khẩu"),
        (zip(&["mimetype", "content.xml", "META-INF/manifest.xml"]), "OpenDocument (.ods)"),
        (zip(&["[Content_Types].xml", "xl/workbook.bin"]), "XLSB"),
        (zip(&["[Content_Types].xml", "word/document.xml"]), "tệp Word"),
        (zip(&["a.csv"]), "tệp nén"),
        (b"PK\x03\x04\xff\xfe".to_vec(), "tệp hỏng"),
        (b"PK\x05\x06".to_vec(), "tệp hỏng"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b"\xff\xfeM\0".to_vec(), "UTF-16"),
        (b"M\xe3 s\xf4".to_vec(), "không phải văn bản UTF-8"),
        ("<html><table><tr><td>Mã số thuế".as_bytes().to_vec(), "trang web"),
        (b"0100112437,C\n".to_vec(), "Dòng đầu"),
        (xlsx(&row(1, &["Tên", "Địa chỉ"])), "Không trang tính nào"),
        (pack(&book(&[], "")).unwrap(), "Không trang tính nào"),
    ] {
        let said = list(&bytes).unwrap_err();
        assert!(said.vi.contains(says) && !said.en.is_empty(), "{says}: {said:?}");
    }
}

/// An archive of one packed part beside the ordinary ones, its size as stated.
fn with_deflated(name: &str, packed: &[u8], stated: u32) -> Vec<u8> {
    let mut parts = book(&[("S", &row(1, &HEADING))], "");
    parts.insert(name.to_owned(), packed.to_vec());
    let mut bytes = pack(&parts).unwrap();
    // The method and the unpacked size of that part, in both places where they stand.
    for (mark, method, size) in [(&b"PK\x03\x04"[..], 8, 22), (&b"PK\x01\x02"[..], 10, 24)] {
        let name_at = if mark[2] == 3 { 30 } else { 46 };
        let at = (0..bytes.len() - name_at - name.len()).find(|i| bytes[*i..].starts_with(mark) && bytes[*i + name_at..].starts_with(name.as_bytes())).unwrap();
        bytes[at + method] = 8;
        bytes[at + size..at + size + 4].copy_from_slice(&stated.to_le_bytes());
    }
    bytes
}

#[test]
fn a_zip_bomb_is_refused_whatever_size_it_states() {
    // 100 MB in 640 kB, said to be 10 bytes.
    let bomb = inflate::tests::bomb(400_000);
    assert!(bomb.len() < 700_000);
    for stated in [10, u32::MAX, 0] {
        for name in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"] {
            let said = list(&with_deflated(name, &bomb, stated)).unwrap_err();
            assert!(said.vi.contains("bung ra lớn quá 64 MB"), "{said:?}");
        }
    }
    // A picture of that size is not looked at.
    assert!(list(&with_deflated("xl/media/image1.png", &bomb, 10)).is_ok());
}

#[test]
fn too_many_lines_and_cells_are_refused() {
    let many: String = (2..=10_003).map(|n| row(n, &["x", "Tên"])).collect();
    let read = list(&xlsx(&format!("{}{many}", row(1, &HEADING)))).unwrap();
    assert_eq!(read.faults.len(), 10_001);
    assert!(read.faults[10_000].reason.vi.contains("dài quá 10000 dòng"));
    let wide: String = (2..=2_100).map(|n| format!("<row r=\"{n}\">{}</row>", "<c><v>1</v></c>".repeat(200))).collect();
    assert!(list(&xlsx(&format!("{}{wide}", row(1, &HEADING)))).unwrap_err().vi.contains("400000 ô"));
    // A cell far out does not make rows and columns in between.
    let far = format!("{}<row r=\"1048576\"><c r=\"A1048576\" t=\"inlineStr\"><is><t>x</t></is></c><c r=\"XFD1048576\"><v>1</v></c></row>", row(1, &HEADING));
    assert_eq!(list(&xlsx(&far)).unwrap().faults[0].line, 1_048_576);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_torn_workbook_never_panics(at in 0_usize..4_000, byte in any::<u8>(), cut in 0_usize..200) {
        let mut bytes = xlsx(&[row(1, &HEADING), row(2, &["0100112437", "Công ty", "DN", "C10", "=27139", "@43501", ""])].concat());
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(bytes.len() - cut.min(bytes.len()));
        let _ = list(&bytes);
    }
    #[test]
    fn any_text_is_read_or_refused(text in "[\\PC\n\r\t;,\"]{0,300}") {
        let _ = list(text.as_bytes());
        let _ = list(format!("Mã số thuế,Tên\n{text}").as_bytes());
    }
}
