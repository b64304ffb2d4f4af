//! A list of enterprises from a file, XLSX or CSV: every line is tried, and each that cannot be taken says why. What kind a
//! file is, its content tells; its name is not asked.

mod archive;
mod inflate;
mod table;
mod workbook;

pub use table::{Imported, LineFault};

use crate::{Centre, acts, enterprise::actor, model::{Enterprise, Profile}};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Refusal, Text};
use web::{
    extract::Multipart,
    html::{Html, esc},
    kit::{self, Column, Field, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// Hints of duplicates after which a report looks for no more.
const LIKE: usize = 200;

/// What a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The sheet it stood on; `None` for CSV.
    pub sheet: Option<String>,
    pub taken: Vec<Imported>,
    pub faults: Vec<LineFault>,
}

/// Reads a list of any kind that is taken; otherwise what to do about the file.
pub fn read(bytes: &[u8], check: impl Fn(Profile) -> Result<Profile, Refusal>) -> Result<List, Text> {
    let (sheet, rows) = match bytes {
        [] => return Err(Text::new("Tệp rỗng. Hãy mở tệp trên máy để kiểm tra rồi chọn lại.", "The file is empty. Open it on your device to check, then choose it again.")),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => {
            let (sheet, rows) = workbook::rows(bytes)?;
            (Some(sheet), rows)
        }
        _ => (None, lines(text(bytes)?)?),
    };
    let (taken, faults) = table::read(rows, check)?;
    Ok(List { sheet, taken, faults })
}

/// CSV as rows of cells; what lies behind the largest number of cells is left out.
fn lines(text: &str) -> Result<Vec<table::Row>, Text> {
    let rows = kernel::csv::rows(text).map_err(|f| Text::new(format!("Dòng {}: {}", f.line, f.reason.vi), format!("Line {}: {}", f.line, f.reason.en)))?;
    let mut left = table::MAX_CELLS;
    let fits = rows.into_iter().take_while(|(_, cells)| {
        let fits = left > 0;
        left = left.saturating_sub(cells.len());
        fits
    });
    Ok(fits.map(|(line, cells)| table::Row { line, cells: cells.into_iter().map(table::Cell::Text).collect() }).collect())
}

/// The text of a CSV file; what else it may be is told apart by its first bytes.
fn text(bytes: &[u8]) -> Result<&str, Text> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(if bytes.windows(wide.len()).any(|w| w == wide) {
            Text::new("Tệp có mật khẩu. Trong Excel: Tệp → Thông tin → Bảo vệ sổ làm việc → bỏ mật khẩu, rồi lưu lại.", "The file has a password. In Excel: File → Info → Protect Workbook → remove the password, then save it again.")
        } else {
            Text::new("Đây là tệp Excel đời cũ (.xls). Trong Excel: Lưu thành → Sổ làm việc Excel (.xlsx).", "This is an old Excel file (.xls). In Excel: Save as → Excel workbook (.xlsx).")
        });
    }
    if bytes.starts_with(b"%PDF") {
        return Err(Text::new("Đây là tệp PDF. Hãy gửi bảng gốc dạng XLSX hoặc CSV (UTF-8).", "This is a PDF. Send the table itself as XLSX or CSV (UTF-8)."));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Text::new("Tệp văn bản lưu theo UTF-16. Trong Excel: Lưu thành → XLSX hoặc CSV UTF-8.", "The text is UTF-16. In Excel: Save as → XLSX or CSV UTF-8."));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Text::new("Tệp không phải văn bản UTF-8. Trong Excel: Lưu thành → XLSX hoặc CSV UTF-8.", "The file is not UTF-8 text. In Excel: Save as → XLSX or CSV UTF-8.")
    })?;
    let start = text.trim_start_matches('\u{feff}').trim_start().get(..14).unwrap_or("").to_lowercase();
    if start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<?xml") || start.starts_with("<table") {
        return Err(Text::new("Đây là trang web đặt tên như bảng tính. Mở bằng Excel rồi Lưu thành → Sổ làm việc Excel (.xlsx).", "This is a web page named like a spreadsheet. Open it in Excel, then Save as → Excel workbook (.xlsx)."));
    }
    Ok(text)
}

fn page(v: &Visitor, more: &Html) -> Response {
    let file = Field::new(v.lang, "file", v.pick("Tệp danh sách (XLSX hoặc CSV)", "The list (XLSX or CSV)"))
        .hint(v.pick(
            "Cột: Mã số thuế, Tên, Loại hình, Mã ngành (VSIC, ví dụ C10), Mã xã, Ngày thành lập, Điện thoại. Trong bảng tính, để cột mã số dạng Văn bản cho khỏi mất số 0 ở đầu. Tối đa 10.000 dòng, 8 MB.",
            "Columns: Tax code, Name, Kind, VSIC (such as C10), Commune code, Founded, Phone. In a spreadsheet keep columns of codes as Text, so that leading zeros stay. At most 10,000 lines, 8 MB.",
        ))
        .file(".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false);
    let main = Html(format!(
        "<h1>{}</h1>{more}{}",
        v.pick("Nhập danh sách doanh nghiệp", "Import enterprises"),
        kit::upload_form(v, "/centre/import", &Html(format!("{file}{}", kit::button(v.pick("Nhập", "Import")))))
    ));
    Shell::new(v, v.pick("Nhập danh sách", "Import"), main).width(Width::Wide).nav(web::rail::of(v)).render().into_response()
}

pub async fn ask(v: Visitor) -> Response {
    page(&v, &Html::default())
}

pub async fn take(State(c): State<Centre>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    // A form is read whole up to the route's limit, so that a file above its own is answered on the page.
    let sent = form.collect(super::IMPORT_BODY).await?;
    let Some(file) = sent.files.into_iter().next() else {
        return Ok(page(&v, &problem(&v, &Text::new("Hãy chọn một tệp.", "Choose a file."))));
    };
    if file.bytes.len() > super::IMPORT_LIMIT {
        return Ok(page(&v, &problem(&v, &Text::new("Tệp lớn quá 8 MB. Hãy chép riêng danh sách sang tệp mới hoặc chia nhỏ.", "The file is larger than 8 MB. Copy the list alone into a new file, or split it."))));
    }
    let today = c.now().date();
    // Unpacking takes a while and reads what strangers wrote: away from the requests, and a panic there is a damaged file.
    let centre = c.clone();
    let list = tokio::task::spawn_blocking(move || read(&file.bytes, |p| crate::enterprise::check(&centre, p, today))).await;
    let list = match list.unwrap_or_else(|_| Err(Text::new("Không đọc được tệp. Hãy lưu lại dạng CSV (UTF-8) rồi gửi.", "The file cannot be read. Save it as CSV (UTF-8) and send that."))) {
        Ok(list) => list,
        Err(reason) => return Ok(page(&v, &problem(&v, &reason))),
    };
    let List { sheet, taken, mut faults } = list;
    let (mut done, mut like) = (0, Vec::new());
    for Imported { line, profile } in taken {
        let what = profile.name.clone();
        match acts::register(&c, Some(&actor), profile, false, c.now()).await {
            Ok(e) => {
                done += 1;
                if like.len() < LIKE {
                    let found = crate::claims::like(&c, &e).await.map_err(PageError::internal)?;
                    like.extend(found.into_iter().map(|l| (line, e.clone(), l)));
                }
            }
            Err(acts::ActError::Refused(r)) => faults.push(LineFault { line, what, reason: r.message }),
            Err(e) => return Err(e.into()),
        }
    }
    faults.sort_by_key(|f| f.line);
    Ok(page(&v, &report(&v, sheet.as_deref(), done, &faults, &alike(&v, &like))))
}

fn problem(v: &Visitor, reason: &Text) -> Html {
    kit::error_summary(v.lang, &[kernel::refusal::Reason { field: Some("file".into()), message: reason.clone() }])
}

/// Lines that may be an enterprise of the register under another code; they were taken, an officer looks.
fn alike(v: &Visitor, like: &[(usize, Enterprise, crate::claims::Like)]) -> Html {
    if like.is_empty() {
        return Html::default();
    }
    let one = |id: kernel::id::EnterpriseId, name: &str| kit::link(&format!("/centre/enterprises/{id}"), name);
    let rows = like
        .iter()
        .map(|(line, e, l)| {
            let other = Html(format!("{} ({})", one(l.row.id, &l.row.name), esc(&l.row.code)));
            vec![Html(line.to_string()), one(e.id, &e.profile.name), other, Html(esc(crate::claims::why_text(l.why).get(v.lang)))]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Đã nhập nhưng có thể trùng", "Taken, but possibly there already").to_owned(),
        columns: vec![
            Column::num(v.pick("Dòng", "Line")),
            Column::text(v.pick("Đơn vị vừa nhập", "Taken just now")),
            Column::text(v.pick("Có thể trùng với", "Possibly the same as")),
            Column::text(v.pick("Vì sao", "Why")),
        ],
        rows,
        ..Table::default()
    })
}

fn report(v: &Visitor, sheet: Option<&str>, done: usize, faults: &[LineFault], like: &Html) -> Html {
    let rows = faults.iter().map(|f| vec![Html(f.line.to_string()), Html(esc(&f.what)), Html(esc(f.reason.get(v.lang)))]).collect();
    let table = kit::table(&Table {
        caption: v.pick("Dòng không nhập được", "Lines that were not taken").to_owned(),
        columns: vec![Column::num(v.pick("Dòng", "Line")), Column::text(v.pick("Tên", "Name")), Column::text(v.pick("Lý do và cách sửa", "Why, and what to do"))],
        rows,
        empty: v.pick("Mọi dòng đều được nhập.", "Every line was taken.").to_owned(),
        ..Table::default()
    });
    let words = match v.lang {
        kernel::text::Lang::Vi => format!("Đã nhập {done} đơn vị; {} dòng chưa nhập được.", faults.len()),
        kernel::text::Lang::En => format!("{done} enterprises taken; {} lines were not.", faults.len()),
    };
    let sheet = sheet.map_or_else(String::new, |s| format!(" <span class=\"muted\">{}: {}</span>", v.pick("Trang tính", "Sheet"), esc(s)));
    Html(format!("<p role=\"status\"><b>{words}</b>{sheet}</p>{table}{like}"))
}

#[cfg(test)]
mod tests;
