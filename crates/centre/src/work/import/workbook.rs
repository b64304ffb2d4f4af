//! A spreadsheet (XLSX) as rows of cells: the first sheet whose heading is recognised, within limits.

use super::{
    archive::{self, UNPACKED},
    inflate::Broken,
    table::{Cell, HEAD, MAX_CELLS, Row, recognised},
};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use kernel::Text;
use std::io::Cursor;

/// Columns that are looked at.
const COLUMNS: u32 = 200;
/// Longest text of a cell that is kept; a name has 300 characters.
const TEXT: usize = 2_000;

fn damaged() -> Text {
    Text::new(
        "Không đọc được tệp: tệp hỏng hoặc chưa tải xong. Mở tệp trong Excel hoặc LibreOffice, lưu lại dạng XLSX hoặc CSV (UTF-8) rồi gửi lại.",
        "The file cannot be read: it is damaged or was cut short. Open it in Excel or LibreOffice, save it as XLSX or CSV (UTF-8) and send it again.",
    )
}

fn too_large() -> Text {
    Text::new(
        format!("Tệp bung ra lớn quá {} MB nên không đọc. Hãy chép riêng bảng danh sách sang tệp mới, bỏ ảnh và trang thừa.", UNPACKED >> 20),
        format!("Unpacked the file is larger than {} MB, so it is not read. Copy the list alone into a new file, without pictures and other sheets.", UNPACKED >> 20),
    )
}

/// The parts a reader of cells needs; pictures and macros stay packed.
fn wanted(name: &str) -> bool {
    name == "[Content_Types].xml" || name.ends_with(".rels") && !name.contains("drawing") || (name.starts_with("xl/") && name.ends_with(".xml") && !name.contains("/drawings/") && !name.contains("/charts/") && !name.contains("pivot"))
}

/// The rows of the first sheet with a heading, the heading first; and the name of the sheet.
pub fn rows(bytes: &[u8]) -> Result<(String, Vec<Row>), Text> {
    let archive = archive::open(bytes, wanted).map_err(|b| if b == Broken::TooLarge { too_large() } else { damaged() })?;
    if let Some(kind) = other_kind(&archive.names) {
        return Err(kind);
    }
    // The reader sets memory aside for as many strings as the part claims to have.
    if archive.parts.iter().any(|(name, part)| name.ends_with("sharedStrings.xml") && claims_too_many(part)) {
        return Err(damaged());
    }
    let packed = archive::pack(&archive.parts).ok_or_else(too_large)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(packed)).map_err(|_| damaged())?;
    let sheets = book.sheet_names();
    let mut unread = false;
    for name in sheets.into_iter().take(100) {
        match sheet(&mut book, &name) {
            Ok(Some(rows)) => return Ok((name, rows)),
            Ok(None) => {}
            Err(Some(text)) => return Err(text),
            Err(None) => unread = true,
        }
    }
    if unread {
        return Err(damaged());
    }
    Err(Text::new(
        format!("Không trang tính nào có dòng tên cột trong {HEAD} dòng đầu. Cần ít nhất hai cột “Mã số thuế” và “Tên”."),
        format!("No sheet has a line of column names among its first {HEAD}. At least “Tax code” and “Name” are needed."),
    ))
}

/// What else comes in a ZIP archive.
fn other_kind(names: &[String]) -> Option<Text> {
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.xml") {
        return None;
    }
    Some(if has("xl/workbook.bin") {
        Text::new("Đây là tệp XLSB. Trong Excel: Lưu thành → Sổ làm việc Excel (.xlsx).", "This is an XLSB file. In Excel: Save as → Excel workbook (.xlsx).")
    } else if has("word/document.xml") {
        Text::new("Đây là tệp Word. Hãy chép bảng sang Excel rồi lưu dạng XLSX.", "This is a Word file. Copy the table into Excel and save it as XLSX.")
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        Text::new(
            "Đây là tệp OpenDocument (.ods). Trong LibreOffice: Lưu thành → Excel 2007–365 (.xlsx) hoặc CSV (UTF-8).",
            "This is an OpenDocument file (.ods). In LibreOffice: Save as → Excel 2007–365 (.xlsx) or CSV (UTF-8).",
        )
    } else {
        Text::new(
            "Đây là tệp nén, không phải bảng tính. Hãy giải nén rồi gửi tệp XLSX hoặc CSV (UTF-8) bên trong.",
            "This is an archive, not a spreadsheet. Unpack it and send the XLSX or CSV (UTF-8) file inside.",
        )
    })
}

fn claims_too_many(part: &[u8]) -> bool {
    let head = part.get(..part.len().min(2_000)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let Some((_, rest)) = head.split_once("uniqueCount") else { return false };
    let digits: String = rest.chars().skip_while(|c| !c.is_ascii_digit() && *c != '>').take_while(char::is_ascii_digit).collect();
    // Every string of the part takes more than four bytes.
    digits.parse::<usize>().map_or(!digits.is_empty(), |n| n > part.len())
}

/// The rows of one sheet from its heading on; `None` when there is no heading. `Err(None)`: it does not read.
fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Option<Vec<Row>>, Option<Text>> {
    let Ok(mut cells) = book.worksheet_cells_reader(name) else { return Err(None) };
    let (mut rows, mut row): (Vec<Row>, Row) = (Vec::new(), Row { line: 0, cells: Vec::new() });
    let (mut count, mut looked) = (0_usize, 0_usize);
    loop {
        let cell = cells.next_cell().map_err(|_| None)?;
        let Some(cell) = cell else { break };
        count += 1;
        if count > MAX_CELLS {
            return Err(Some(Text::new(
                format!("Trang tính có hơn {MAX_CELLS} ô; hãy chép riêng danh sách sang tệp mới hoặc chia nhỏ."),
                format!("The sheet has more than {MAX_CELLS} cells; copy the list alone into a new file or split it."),
            )));
        }
        let ((r, column), value) = (cell.get_position(), read(cell.get_value()));
        if column >= COLUMNS || value == Cell::Empty {
            continue;
        }
        let line = usize::try_from(r).unwrap_or(usize::MAX).saturating_add(1);
        if line != row.line {
            let done = std::mem::replace(&mut row, Row { line, cells: Vec::new() });
            if !keep(&mut rows, done, &mut looked) {
                return Ok(None);
            }
        }
        let at = usize::try_from(column).unwrap_or(0);
        if row.cells.len() <= at {
            row.cells.resize(at + 1, Cell::Empty);
        }
        if let Some(place) = row.cells.get_mut(at) {
            *place = value;
        }
    }
    keep(&mut rows, row, &mut looked);
    Ok((!rows.is_empty()).then_some(rows))
}

/// Rows before the heading (a title, a date) are left out; `false` when no heading came in time.
fn keep(rows: &mut Vec<Row>, row: Row, looked: &mut usize) -> bool {
    if row.cells.is_empty() {
        return true;
    }
    if !rows.is_empty() || recognised(&row) {
        rows.push(row);
        return true;
    }
    *looked += 1;
    *looked < HEAD
}

fn read(value: &DataRef<'_>) -> Cell {
    let text = |t: &str| {
        let t: String = t.chars().take(TEXT).collect();
        if t.trim().is_empty() { Cell::Empty } else { Cell::Text(t) }
    };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(t) | DataRef::DateTimeIso(t) | DataRef::DurationIso(t) => text(t),
        DataRef::SharedString(t) => text(t),
        #[allow(clippy::cast_precision_loss)]
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Bool(b) => Cell::Text(if *b { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(at) => day(at),
        DataRef::Error(e) => Cell::Fault(e.to_string()),
    }
}

/// The day of a date as spreadsheets store it; a time of day or a length of time is no date.
fn day(at: &ExcelDateTime) -> Cell {
    let serial = at.as_f64();
    if !at.is_datetime() || !(1.0..2_958_466.0).contains(&serial) {
        return Cell::Number(serial);
    }
    let (y, m, d, ..) = at.to_ymd_hms_milli();
    let date = i16::try_from(y).ok().zip(i8::try_from(m).ok()).zip(i8::try_from(d).ok());
    // 29 February 1900 is a day of Excel only.
    date.and_then(|((y, m), d)| kernel::time::Date::new(y, m, d).ok()).map_or(Cell::Number(serial), Cell::Date)
}
