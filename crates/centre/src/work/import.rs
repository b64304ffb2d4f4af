//! A list of enterprises from a file (CSV): every line is tried, and each that cannot be taken says why.

use super::nav;
use crate::{
    Centre, acts,
    enterprise::actor,
    model::{EnterpriseKind, Profile},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Text, text::clean, text::fold};
use web::{
    extract::Multipart,
    html::{Html, esc},
    kit::{self, Column, Field, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// Lines of one file.
const LINES: usize = 10_000;

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
    ("code", &["ma so thue", "ma so", "mst", "tax code", "code"]),
    ("name", &["ten doanh nghiep", "ten", "ten don vi", "name"]),
    ("kind", &["loai hinh", "kind"]),
    ("vsic", &["nganh", "ma nganh", "vsic", "nganh nghe"]),
    ("area", &["ma xa", "xa phuong", "xa", "commune", "area"]),
    ("founded", &["ngay thanh lap", "thanh lap", "founded"]),
    ("phone", &["dien thoai", "so dien thoai", "phone"]),
];

/// Reads a list: the first line names the columns; commas or semicolons; text in quotes may hold both and line breaks.
/// `check` says what is wrong with a line's details.
pub fn read_csv(text: &str, check: impl Fn(Profile) -> Result<Profile, kernel::Refusal>) -> Result<(Vec<Imported>, Vec<LineFault>), Text> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or("");
    let separator = if head.matches(';').count() > head.matches(',').count() { ';' } else { ',' };
    let mut rows = split(text, separator).into_iter();
    let Some((_, names)) = rows.next() else { return Err(no_header()) };
    let places: Vec<Option<&str>> = names
        .iter()
        .map(|n| {
            let n = fold(n);
            COLUMNS.iter().find(|(_, words)| words.contains(&n.as_str())).map(|c| c.0)
        })
        .collect();
    for needed in ["code", "name"] {
        if !places.contains(&Some(needed)) {
            return Err(no_header());
        }
    }
    let (mut taken, mut faults) = (Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeMap::new();
    for (line, cells) in rows {
        if cells.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        let get = |column: &str| places.iter().position(|p| *p == Some(column)).and_then(|i| cells.get(i)).map(|c| clean(&c.replace(['\r', '\n'], " "))).unwrap_or_default();
        let what = get("name");
        let mut fault = |reason: Text| faults.push(LineFault { line, what: what.clone(), reason });
        if taken.len() >= LINES {
            fault(Text::new(format!("Tệp dài quá {LINES} dòng; hãy chia nhỏ"), format!("The file has more than {LINES} lines; split it")));
            break;
        }
        let founded = match date(&get("founded")) {
            Ok(d) => d,
            Err(()) => {
                fault(Text::new("Ngày thành lập không đúng; viết ngày/tháng/năm", "The founding date is not right; write day/month/year"));
                continue;
            }
        };
        let profile = Profile {
            kind: kind(&get("kind")),
            code: get("code"),
            name: get("name"),
            vsic: get("vsic").to_uppercase(),
            area: get("area"),
            founded,
            phone: Some(get("phone")).filter(|p| !p.is_empty()),
            address: None,
            women_owned: false,
            social_enterprise: false,
        };
        match check(profile) {
            Ok(profile) => match seen.insert(profile.code.clone(), line) {
                None => taken.push(Imported { line, profile }),
                Some(first) => fault(Text::new(format!("Trùng mã với dòng {first}"), format!("Same code as line {first}"))),
            },
            Err(r) => {
                let all = |vi: bool| r.reasons.iter().map(|x| if vi { x.message.vi.as_str() } else { x.message.en.as_str() }).collect::<Vec<_>>().join("; ");
                fault(Text::new(all(true), all(false)));
            }
        }
    }
    Ok((taken, faults))
}

fn no_header() -> Text {
    Text::new(
        "Dòng đầu của tệp phải là tên cột, ít nhất có “Mã số thuế” và “Tên”. Lưu tệp dạng CSV (UTF-8).",
        "The first line must name the columns, at least “Tax code” and “Name”. Save the file as CSV (UTF-8).",
    )
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

fn date(text: &str) -> Result<Option<kernel::time::Date>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let number = |i: usize| parts.get(i).and_then(|p| p.parse::<i16>().ok()).ok_or(());
    let (d, m, y) = if parts.first().is_some_and(|p| p.len() == 4) { (number(2)?, number(1)?, number(0)?) } else { (number(0)?, number(1)?, number(2)?) };
    let small = |n: i16| i8::try_from(n).map_err(|_| ());
    kernel::time::Date::new(y, small(m)?, small(d)?).map(Some).map_err(|_| ())
}

/// Rows with the number of the line each begins on.
fn split(text: &str, separator: char) -> Vec<(usize, Vec<String>)> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut line, mut first) = (false, 1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            '\n' => {
                line += 1;
                if quoted {
                    cell.push(c);
                } else {
                    row.push(std::mem::take(&mut cell));
                    rows.push((first, std::mem::take(&mut row)));
                    first = line;
                }
            }
            '\r' if !quoted => {}
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((first, row));
    }
    rows
}

fn page(v: &Visitor, more: &Html) -> Response {
    let file = Field::new(v.lang, "file", v.pick("Tệp CSV", "CSV file"))
        .hint(v.pick(
            "Cột: Mã số thuế, Tên, Loại hình, Mã ngành (VSIC, ví dụ C10), Mã xã, Ngày thành lập, Điện thoại. Tối đa 10.000 dòng, 8 MB.",
            "Columns: Tax code, Name, Kind, VSIC (such as C10), Commune code, Founded, Phone. At most 10,000 lines, 8 MB.",
        ))
        .file(".csv,text/csv", false);
    let main = Html(format!(
        "<h1>{}</h1>{more}{}",
        v.pick("Nhập danh sách doanh nghiệp", "Import enterprises"),
        kit::upload_form(v, "/centre/import", &Html(format!("{file}{}", kit::button(v.pick("Nhập", "Import")))))
    ));
    Shell::new(v, v.pick("Nhập danh sách", "Import"), main).width(Width::Wide).nav(nav(v, "/centre/enterprises")).render().into_response()
}

pub async fn ask(v: Visitor) -> Response {
    page(&v, &Html::default())
}

pub async fn take(State(c): State<Centre>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let sent = form.collect(super::IMPORT_LIMIT).await?;
    let Some(file) = sent.files.first() else {
        return Ok(page(&v, &problem(&v, &Text::new("Hãy chọn một tệp.", "Choose a file."))));
    };
    let Ok(text) = std::str::from_utf8(&file.bytes) else {
        return Ok(page(&v, &problem(&v, &Text::new("Tệp không phải văn bản UTF-8. Trong Excel: Lưu thành → CSV UTF-8.", "The file is not UTF-8 text. In Excel: Save as → CSV UTF-8."))));
    };
    let today = c.now().date();
    let (lines, mut faults) = match read_csv(text, |p| crate::enterprise::check(&c, p, today)) {
        Ok(read) => read,
        Err(reason) => return Ok(page(&v, &problem(&v, &reason))),
    };
    let mut done = 0;
    for Imported { line, profile } in lines {
        let what = profile.name.clone();
        match acts::register(&c, Some(&actor), profile, false, c.now()).await {
            Ok(_) => done += 1,
            Err(acts::ActError::Refused(r)) => faults.push(LineFault { line, what, reason: r.message }),
            Err(e) => return Err(e.into()),
        }
    }
    faults.sort_by_key(|f| f.line);
    Ok(page(&v, &report(&v, done, &faults)))
}

fn problem(v: &Visitor, reason: &Text) -> Html {
    kit::error_summary(v.lang, &[kernel::refusal::Reason { field: Some("file".into()), message: reason.clone() }])
}

fn report(v: &Visitor, done: usize, faults: &[LineFault]) -> Html {
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
    Html(format!("<p role=\"status\"><b>{words}</b></p>{table}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> (Vec<Imported>, Vec<LineFault>) {
        read_csv(text, |p| p.check(&|v| v == "C10", &|a| a == "27139", kernel::time::date(2026, 11, 21))).unwrap()
    }

    #[test]
    fn every_line_is_taken_or_says_why() {
        let (taken, faults) = read(
            "\u{feff}Mã số thuế;Tên doanh nghiệp;Loại hình;Ngành;Mã xã;Ngày thành lập\r\n\
             0100112437;\"Công ty \"\"Lươn\"\"; đồng\nsông\";DN;c10;27139;05/02/2019\r\n\
             ;;;;;\r\n\
             0100112437;Trùng;DN;C10;27139;\r\n\
             0100112438;Sai số;DN;C10;27139;\r\n\
             0100112437-001;Chi nhánh;DN;C10;99999;31/02/2020\r\n",
        );
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].profile.name, "Công ty \"Lươn\"; đồng\nsông".replace('\n', " "));
        assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [5, 6, 7]);
        assert!(faults[0].reason.vi.contains("dòng 2"), "{:?}", faults[0]);
        assert!(faults[2].reason.vi.contains("Ngày thành lập"));
    }

    #[test]
    fn a_file_without_headings_is_told_what_to_do() {
        assert!(read_csv("0100112437,Công ty\n", Ok).unwrap_err().vi.contains("Dòng đầu"));
        assert!(read_csv("", Ok).is_err());
    }
}
