//! Rows of a list as enterprises: what the columns are, and what each row that cannot be taken lacks.

use crate::model::{EnterpriseKind, Profile};
use kernel::{Refusal, Text, text::clean, text::fold, time::Date};
use std::collections::BTreeMap;

/// Lines of one file.
pub const LINES: usize = 10_000;
/// Cells of one sheet.
pub const MAX_CELLS: usize = 400_000;
/// How far down a heading is looked for in a spreadsheet.
pub const HEAD: usize = 20;

/// A cell as its file has it. A spreadsheet keeps numbers and days as numbers; CSV has text alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Date(Date),
    /// An error of the spreadsheet's own: `#N/A`.
    Fault(String),
}

impl Cell {
    fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(t) => t.trim().is_empty(),
            _ => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As the file's own program numbers it, from 1.
    pub line: usize,
    pub cells: Vec<Cell>,
}

/// One line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub line: usize,
    pub profile: Profile,
}

/// One line that was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    pub line: usize,
    pub what: String,
    pub reason: Text,
}

/// The columns and the words by which a heading names them, folded.
const COLUMNS: [(&str, &[&str]); 7] = [
    ("code", &["ma so thue", "ma so", "mst", "ma so doanh nghiep", "tax code", "code"]),
    ("name", &["ten doanh nghiep", "ten", "ten don vi", "ten cong ty", "name"]),
    ("kind", &["loai hinh", "kind"]),
    ("vsic", &["nganh", "ma nganh", "vsic", "nganh nghe"]),
    ("area", &["ma xa", "ma xa phuong", "xa phuong", "xa", "commune", "commune code", "area"]),
    ("founded", &["ngay thanh lap", "thanh lap", "founded"]),
    ("phone", &["dien thoai", "so dien thoai", "phone"]),
];

/// What each place of a heading is.
fn places(row: &Row) -> Vec<Option<&'static str>> {
    let name = |cell: &Cell| match cell {
        Cell::Text(t) => {
            let t = fold(&clean(&t.replace(['\r', '\n', '*', ':'], " ")));
            COLUMNS.iter().find(|(_, words)| words.contains(&t.trim())).map(|c| c.0)
        }
        _ => None,
    };
    row.cells.iter().map(name).collect()
}

/// Whether a row is a heading of a list: it names the code and the name.
pub fn recognised(row: &Row) -> bool {
    let places = places(row);
    ["code", "name"].iter().all(|n| places.contains(&Some(n)))
}

pub fn no_header() -> Text {
    Text::new(
        "Dòng đầu của tệp phải là tên cột, ít nhất có “Mã số thuế” và “Tên”. Lưu tệp dạng XLSX hoặc CSV (UTF-8).",
        "The first line must name the columns, at least “Tax code” and “Name”. Save the file as XLSX or CSV (UTF-8).",
    )
}

/// Reads rows whose first is the heading. `check` says what is wrong with a line's details.
pub fn read(rows: Vec<Row>, check: impl Fn(Profile) -> Result<Profile, Refusal>) -> Result<(Vec<Imported>, Vec<LineFault>), Text> {
    let mut rows = rows.into_iter();
    let head = rows.next().filter(recognised).ok_or_else(no_header)?;
    let places = places(&head);
    let (mut taken, mut faults) = (Vec::new(), Vec::new());
    let mut seen = BTreeMap::new();
    let mut count = 0;
    for row in rows {
        if row.cells.iter().all(Cell::is_empty) {
            continue;
        }
        let line = row.line;
        let cell = |column: &str| places.iter().position(|p| *p == Some(column)).and_then(|i| row.cells.get(i)).unwrap_or(&Cell::Empty);
        let what: String = shown(cell("name")).chars().take(300).collect();
        count += 1;
        if count > LINES {
            let reason = Text::new(format!("Tệp dài quá {LINES} dòng; từ dòng này trở đi chưa đọc, hãy chia nhỏ"), format!("The file has more than {LINES} lines; nothing was read from this one on, split it"));
            faults.push(LineFault { line, what, reason });
            break;
        }
        let checked = profile(&cell).and_then(|p| {
            check(p).map_err(|r| {
                let all = |vi: bool| r.reasons.iter().map(|x| if vi { x.message.vi.as_str() } else { x.message.en.as_str() }).collect::<Vec<_>>().join("; ");
                Text::new(all(true), all(false))
            })
        });
        match checked {
            Ok(profile) => match seen.insert(profile.code.clone(), line) {
                None => taken.push(Imported { line, profile }),
                Some(first) => faults.push(LineFault { line, what, reason: Text::new(format!("Trùng mã với dòng {first}"), format!("Same code as line {first}")) }),
            },
            Err(reason) => faults.push(LineFault { line, what, reason }),
        }
    }
    Ok((taken, faults))
}

fn profile<'a>(cell: &impl Fn(&str) -> &'a Cell) -> Result<Profile, Text> {
    let kind = kind(&plain(cell("kind"), "Loại hình", "Kind")?);
    Ok(Profile {
        code: code(kind, cell("code"))?,
        kind,
        name: plain(cell("name"), "Tên", "Name")?,
        vsic: plain(cell("vsic"), "Mã ngành", "VSIC")?.to_uppercase(),
        area: figures(cell("area"), 5, "Mã xã", "Commune code")?,
        founded: founded(cell("founded"))?,
        phone: Some(figures(cell("phone"), 10, "Điện thoại", "Phone")?).filter(|p| !p.is_empty()),
        address: None,
        women_owned: false,
        social_enterprise: false,
    })
}

fn broken(column_vi: &str, column_en: &str, fault: &str) -> Text {
    Text::new(format!("{column_vi}: ô có lỗi {fault} của bảng tính; sửa công thức rồi gửi lại"), format!("{column_en}: the cell holds the spreadsheet's error {fault}; correct the formula"))
}

/// The whole number a float is, if it is one that a spreadsheet keeps exactly (15 digits).
fn whole(n: f64) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)]
    (n.fract() == 0.0 && n.abs() < 1e15).then_some(n as i64)
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(t) => clean(&t.replace(['\r', '\n'], " ")),
        Cell::Number(n) => whole(*n).map_or_else(|| n.to_string(), |n| n.to_string()),
        Cell::Date(d) => d.strftime("%d/%m/%Y").to_string(),
        Cell::Fault(f) => f.clone(),
    }
}

fn plain(cell: &Cell, vi: &str, en: &str) -> Result<String, Text> {
    if let Cell::Fault(f) = cell { Err(broken(vi, en, f)) } else { Ok(shown(cell)) }
}

/// A code that stands in a cell of numbers: whole, and with all its digits; a zero that the spreadsheet dropped is not put
/// back by us.
fn figures(cell: &Cell, digits: usize, vi: &str, en: &str) -> Result<String, Text> {
    let text = plain(cell, vi, en)?;
    if matches!(cell, Cell::Number(_)) && (text.len() < digits || !text.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Text::new(
            format!("{vi}: ô chứa số {text}, bảng tính đã bỏ số 0 ở đầu. Định dạng cột là Văn bản (Text) rồi nhập lại đủ {digits} chữ số"),
            format!("{en}: the cell holds the number {text}, the spreadsheet dropped a leading zero. Format the column as Text and type all {digits} digits"),
        ));
    }
    Ok(text)
}

/// A tax code or personal number. Spreadsheets turn `0300588569` into 300588569 and long codes into 1.00112E+12; which
/// code it was is not guessed, the row says what happened.
fn code(kind: EnterpriseKind, cell: &Cell) -> Result<String, Text> {
    let text = plain(cell, "Mã số thuế", "Tax code")?;
    let number = matches!(cell, Cell::Number(_));
    let as_text = (
        "Định dạng cột là Văn bản (Text) rồi nhập lại mã",
        "Format the column as Text and type the code again",
    );
    if let Cell::Date(_) = cell {
        return Err(Text::new(format!("Mã số thuế: ô được lưu như ngày tháng ({text}). {}", as_text.0), format!("Tax code: the cell is stored as a date ({text}). {}", as_text.1)));
    }
    let upper = text.to_uppercase().replace(',', ".");
    let scientific = upper.split_once("E+").is_some_and(|(a, b)| a.parse::<f64>().is_ok() && b.bytes().all(|c| c.is_ascii_digit()));
    let fraction = upper.split_once('.').is_some_and(|(a, b)| a.len() >= 6 && [a, b].iter().all(|p| p.bytes().all(|c| c.is_ascii_digit())));
    let unsure = number && (text.len() > 15 || !text.bytes().all(|b| b.is_ascii_digit()));
    if scientific || fraction || unsure {
        return Err(Text::new(
            format!("Mã số thuế: bảng tính đã đổi mã thành số {text} nên không còn biết đúng mã nào. {}", as_text.0),
            format!("Tax code: the spreadsheet turned the code into the number {text}, so which code it was is not known. {}", as_text.1),
        ));
    }
    let digits = text.len();
    let all_digits = text.bytes().all(|b| b.is_ascii_digit());
    // 9, 12 or 11 digits: a code of 10, a branch's of 13 or a personal number of 12 without its first zero. A personal
    // number begins with 0 (Law 26/2023/QH15 Art. 12), so 12 digits in a cell of numbers are none.
    let lost = match digits {
        9 => true,
        11 => kind == EnterpriseKind::Household || number,
        12 => number,
        _ => false,
    };
    if all_digits && lost {
        return Err(Text::new(
            format!("Mã số thuế: {text} có {digits} chữ số, bảng tính đã bỏ số 0 ở đầu (mã đầy đủ có thể là 0{text}). {}", as_text.0),
            format!("Tax code: {text} has {digits} digits, the spreadsheet dropped the leading zero (the whole code may be 0{text}). {}", as_text.1),
        ));
    }
    Ok(text)
}

fn founded(cell: &Cell) -> Result<Option<Date>, Text> {
    match cell {
        Cell::Date(d) => Ok(Some(*d)),
        Cell::Number(n) => Err(Text::new(
            format!("Ngày thành lập: ô chứa số {n}, không phải ngày. Định dạng cột là Ngày (Date) hoặc ghi ngày/tháng/năm"),
            format!("Founded: the cell holds the number {n}, no date. Format the column as Date or write day/month/year"),
        )),
        Cell::Fault(f) => Err(broken("Ngày thành lập", "Founded", f)),
        Cell::Empty | Cell::Text(_) => date(&shown(cell)).map_err(|()| Text::new("Ngày thành lập không đúng; viết ngày/tháng/năm", "The founding date is not right; write day/month/year")),
    }
}

fn kind(text: &str) -> EnterpriseKind {
    let text = fold(text);
    if text.starts_with("ho") || text == "household" {
        EnterpriseKind::Household
    } else if text.starts_with("hop tac xa") || text.starts_with("htx") || text == "cooperative" {
        EnterpriseKind::Cooperative
    } else {
        EnterpriseKind::Enterprise
    }
}

/// `5/2/2019`, `2019-02-05`, also with a time behind it as spreadsheets export it.
fn date(text: &str) -> Result<Option<Date>, ()> {
    let text = text.split([' ', 'T']).next().unwrap_or("");
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    if parts.len() != 3 {
        return Err(());
    }
    let number = |i: usize| parts.get(i).and_then(|p| p.parse::<i16>().ok()).ok_or(());
    let (d, m, y) = if parts.first().is_some_and(|p| p.len() == 4) { (number(2)?, number(1)?, number(0)?) } else { (number(0)?, number(1)?, number(2)?) };
    // `5/2/19` could be any century.
    if !(1000..=9999).contains(&y) {
        return Err(());
    }
    let small = |n: i16| i8::try_from(n).map_err(|_| ());
    Date::new(y, small(m)?, small(d)?).map(Some).map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date as day;

    fn text(t: &str) -> Cell {
        Cell::Text(t.to_owned())
    }

    #[test]
    fn codes_that_a_spreadsheet_spoiled_are_told_and_not_guessed() {
        use EnterpriseKind::{Enterprise, Household};
        let ok = |k, c: &Cell| code(k, c).expect("taken as it stands");
        assert_eq!(ok(Enterprise, &Cell::Number(1_800_588_569.0)), "1800588569");
        assert_eq!(ok(Enterprise, &text("0300588569")), "0300588569");
        assert_eq!(ok(Enterprise, &text("0100112437-001")), "0100112437-001");
        assert_eq!(ok(Household, &text("079184000044")), "079184000044");
        assert_eq!(ok(Enterprise, &Cell::Number(1_800_588_569_001.0)), "1800588569001");
        for (kind, cell, says) in [
            (Enterprise, Cell::Number(300_588_569.0), "có thể là 0300588569"),
            (Enterprise, text("300588569"), "bỏ số 0 ở đầu"),
            (Enterprise, Cell::Number(100_112_437_001.0), "bỏ số 0 ở đầu"),
            (Household, Cell::Number(79_184_000_044.0), "có thể là 079184000044"),
            (Household, text("79184000044"), "bỏ số 0 ở đầu"),
            (Enterprise, Cell::Number(1e15), "không còn biết đúng mã nào"),
            (Enterprise, Cell::Number(300_588_569.5), "không còn biết đúng mã nào"),
            (Enterprise, Cell::Number(f64::NAN), "không còn biết đúng mã nào"),
            (Enterprise, Cell::Number(-300_588_569.0), "không còn biết đúng mã nào"),
            (Enterprise, text("3.00588569E+09"), "không còn biết đúng mã nào"),
            (Enterprise, text("3,00589E+08"), "không còn biết đúng mã nào"),
            (Enterprise, text("0300588569.0"), "không còn biết đúng mã nào"),
            (Enterprise, Cell::Date(day(2019, 2, 5)), "như ngày tháng (05/02/2019)"),
            (Enterprise, Cell::Fault("#N/A".into()), "#N/A"),
        ] {
            let said = code(kind, &cell).expect_err("is not guessed");
            assert!(said.vi.contains(says) && !said.en.is_empty(), "{cell:?}: {said:?}");
        }
    }

    #[test]
    fn days_are_read_as_spreadsheets_and_people_write_them() {
        for (cell, expected) in [
            (Cell::Empty, Ok(None)),
            (Cell::Date(day(2019, 2, 5)), Ok(Some(day(2019, 2, 5)))),
            (text("05/02/2019"), Ok(Some(day(2019, 2, 5)))),
            (text("2019-02-05 00:00:00"), Ok(Some(day(2019, 2, 5)))),
            (text("2019-02-05T00:00:00"), Ok(Some(day(2019, 2, 5)))),
            (text("5.2.2019"), Ok(Some(day(2019, 2, 5)))),
            (text("5/2/19"), Err("không đúng")),
            (text("31/02/2019"), Err("không đúng")),
            (text("2019"), Err("không đúng")),
            (Cell::Number(43_501.0), Err("số 43501, không phải ngày")),
            (Cell::Fault("#VALUE!".into()), Err("#VALUE!")),
        ] {
            match (founded(&cell), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{cell:?}"),
                (Err(said), Err(expected)) => assert!(said.vi.contains(expected), "{cell:?} {said:?}"),
                other => panic!("{cell:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn communes_and_telephones_keep_their_zeros() {
        assert_eq!(figures(&Cell::Number(27_139.0), 5, "", ""), Ok("27139".into()));
        assert_eq!(figures(&text("00004"), 5, "", ""), Ok("00004".into()));
        assert!(figures(&Cell::Number(4.0), 5, "Mã xã", "").is_err_and(|t| t.vi.contains("số 4")));
        assert!(figures(&Cell::Number(912_345_678.0), 10, "Điện thoại", "").is_err());
        assert_eq!(figures(&Cell::Empty, 10, "", ""), Ok(String::new()));
    }
}
