//! The rows of a delivery, whatever it is written in.

use super::{MOST_ROWS, catalog::{Cell, Columns, Feed}};
use kernel::{Refusal, Text};
use serde_json::Value;
use std::collections::HashMap;

/// A row as it was sent: text by the name of the column.
pub type Row = HashMap<String, String>;

/// One part of a row by the mapping; empty where there is nothing.
pub fn part(row: &Row, cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return String::new() };
    let told = match (&cell.value, &cell.from) {
        (Some(value), _) => value.clone(),
        (None, Some(from)) => row.get(from).map(|v| v.trim().to_owned()).unwrap_or_default(),
        (None, None) => String::new(),
    };
    if told.is_empty() { cell.or.clone().unwrap_or_default() } else { told }
}

fn unreadable(vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid("bad-delivery", "Chưa nhận dòng nào: tệp gửi không đọc được", "Nothing was taken: what was sent does not read").because(None, vi, en)
}

/// Reads CSV (RFC 4180, the feed's separator, a heading) or JSON.
///
/// # Errors
/// The whole is refused: not UTF-8, no rows, too many, or columns that the mapping names and nobody sent.
pub fn rows(feed: &Feed, media_type: &str, bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    let kind = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = std::str::from_utf8(bytes).map_err(|e| {
        unreadable(format!("Tệp phải là UTF-8; byte thứ {} thì không. Lưu lại tệp bằng mã UTF-8 rồi gửi lại.", e.valid_up_to() + 1), format!("It has to be UTF-8; byte {} is not. Save it as UTF-8 and send it again.", e.valid_up_to() + 1))
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let rows = match kind.as_str() {
        "text/csv" | "application/csv" => csv(feed, text)?,
        "application/json" => json(feed, text)?,
        other => {
            let other: String = other.chars().take(60).collect();
            return Err(unreadable(format!("Gửi text/csv hoặc application/json; đã nhận “{other}”."), format!("Send text/csv or application/json; got “{other}”.")));
        }
    };
    if rows.is_empty() {
        return Err(unreadable("Không có dòng số liệu nào.", "There is no row."));
    }
    if rows.len() > MOST_ROWS {
        return Err(unreadable(format!("Có hơn {MOST_ROWS} dòng; chia thành nhiều lần gửi."), format!("There are more than {MOST_ROWS} rows; send them in parts.")));
    }
    missing(&feed.columns, &rows).map_or(Ok(rows), Err)
}

/// Columns that no row has.
fn missing(columns: &Columns, rows: &[Row]) -> Option<Refusal> {
    let wanted = columns.parts().into_iter().filter(|(_, c)| c.or.is_none()).filter_map(|(_, c)| c.from.as_deref());
    let absent: Vec<&str> = wanted.filter(|name| !rows.iter().any(|r| r.contains_key(*name))).collect();
    (!absent.is_empty()).then(|| unreadable(format!("Thiếu cột: {}.", absent.join(", ")), format!("These columns are missing: {}.", absent.join(", "))))
}

fn csv(feed: &Feed, text: &str) -> Result<Vec<Row>, Refusal> {
    let mut lines = kernel::csv::rows_by(text, feed.separator)
        .map_err(|f| unreadable(format!("Dòng {} của tệp CSV không đọc được. {}", f.line, f.reason.vi), format!("Line {} of the CSV does not read. {}", f.line, f.reason.en)))?
        .into_iter();
    let names: Vec<String> = lines.next().map(|(_, cells)| cells.iter().map(|n| n.trim().to_owned()).collect()).unwrap_or_default();
    Ok(lines.take(MOST_ROWS + 1).map(|(_, cells)| names.iter().cloned().zip(cells).collect()).collect())
}

fn json(feed: &Feed, text: &str) -> Result<Vec<Row>, Refusal> {
    let whole: Value = serde_json::from_str(text).map_err(|e| unreadable(format!("JSON hỏng ở dòng {}, cột {}.", e.line(), e.column()), format!("The JSON is broken at line {}, column {}.", e.line(), e.column())))?;
    // One flat object is one row: a meter sends what it reads, not a list.
    let flat = || whole.as_object().is_some_and(|o| o.values().all(|v| !v.is_array() && !v.is_object()));
    let list = match whole.pointer(&feed.rows) {
        Some(Value::Array(list)) => list.as_slice(),
        _ if flat() => std::slice::from_ref(&whole),
        _ => {
            let place = if feed.rows.is_empty() { "/" } else { &feed.rows };
            return Err(unreadable(format!("Không có danh sách dòng ở “{place}”."), format!("There is no list of rows at “{place}”.")));
        }
    };
    let text = |v: &Value| match v {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        Value::Null => Some(String::new()),
        // A list or an object is no value: the row says so at the part that needs it.
        Value::Array(_) | Value::Object(_) => None,
    };
    Ok(list.iter().take(MOST_ROWS + 1).map(|row| row.as_object().map(|o| o.iter().filter_map(|(k, v)| Some((k.clone(), text(v)?))).collect()).unwrap_or_default()).collect())
}

/// What of its place and time a row gets wrong.
pub fn foreign(row: &Row, columns: &Columns, province: &str, now: kernel::Instant) -> Vec<Text> {
    let mut wrong = Vec::new();
    let told = part(row, columns.province.as_ref());
    if columns.province.is_some() && told != province {
        let told: String = told.chars().take(20).collect();
        wrong.push(Text::new(format!("Dòng của tỉnh, thành phố “{told}”; ở đây là {province}."), format!("The row is of the province “{told}”; this is {province}.")));
    }
    let at = part(row, columns.told_at.as_ref());
    if columns.told_at.is_some() {
        let day = at.parse::<kernel::time::Date>().ok().map(kernel::time::midnight);
        match at.parse::<kernel::Instant>().ok().or(day) {
            None => wrong.push(Text::new("Thời điểm số liệu không đọc được; ghi như 2026-11-21T08:30:00+07:00 hoặc 2026-11-21.", "The time of the figure does not read; write it as 2026-11-21T08:30:00+07:00 or 2026-11-21.")),
            // Clocks of others may go some minutes ahead.
            Some(t) if t > now.plus_seconds(300) => wrong.push(Text::new("Thời điểm số liệu ở tương lai.", "The time of the figure is still to come.")),
            Some(_) => {}
        }
    }
    wrong
}
