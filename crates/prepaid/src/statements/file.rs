//! A provider's file: which columns it has is the catalogue's to say; a row that cannot be read is named with its line, and then nothing of
//! the file counts.

use crate::catalog::StatementForm;
use kernel::{
    Dong, Instant,
    csv::{RowFault, decode, dong, fault, instant, rows},
    text::{clean, fold},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest file and the most rows taken.
pub const MAX_BYTES: usize = 32 << 20;
pub const MAX_ROWS: usize = 200_000;
/// Faults shown at once.
pub const MAX_FAULTS: usize = 50;
/// Longest text of a cell that is kept, in letters.
const CELL_MAX: usize = 200;

/// One signature as the provider counts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// Of the file, from 1.
    pub row: usize,
    pub id: String,
    pub at: Instant,
    pub serial: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    pub amount: Dong,
}

/// Where the columns stand.
struct Places {
    id: usize,
    provider: usize,
    at: usize,
    serial: usize,
    amount: usize,
    reference: Option<usize>,
}

/// Reads a provider's statement of a month.
pub fn read(bytes: &[u8], form: &StatementForm, month: &str) -> Result<Vec<Theirs>, Vec<RowFault>> {
    let one = |line, vi: String, en: String| vec![fault(line, vi, en)];
    if bytes.len() > MAX_BYTES {
        return Err(one(1, format!("Tệp quá {} MB; hãy đề nghị nhà cung cấp xuất riêng tháng này.", MAX_BYTES >> 20), format!("The file is above {} MB; ask the provider for this month alone.", MAX_BYTES >> 20)));
    }
    let text = decode(bytes).ok_or_else(|| one(1, "Tệp không phải văn bản UTF-8 hay Windows-1258. Hãy xuất lại dạng CSV (UTF-8).".into(), "The file is neither UTF-8 nor Windows-1258 text. Export it again as CSV (UTF-8).".into()))?;
    let all = rows(&text).map_err(|f| vec![f])?;
    let mut all = all.into_iter();
    let Some((head_line, head)) = all.next() else {
        return Err(one(1, "Tệp rỗng. Hãy mở tệp để kiểm tra rồi chọn lại.".into(), "The file is empty. Open it to check, then choose it again.".into()));
    };
    let places = columns(head_line, &head, form)?;
    let (mut lines, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (n, row) in all {
        if lines.len() >= MAX_ROWS {
            faults.push(fault(n, format!("Quá {MAX_ROWS} dòng; hãy chia tệp."), format!("Above {MAX_ROWS} rows; split the file.")));
        }
        if faults.len() >= MAX_FAULTS {
            break;
        }
        match line(n, &row, &places, head.len(), form, month) {
            Ok(l) => match seen.insert(l.id.clone(), n) {
                Some(first) => faults.push(fault(n, format!("Mã giao dịch {} đã có ở dòng {first}.", l.id), format!("Transaction {} is in row {first} already.", l.id))),
                None => lines.push(l),
            },
            Err(f) => faults.push(f),
        }
    }
    if lines.is_empty() && faults.is_empty() {
        faults.push(fault(head_line, "Tệp không có dòng nào sau tiêu đề.", "The file has no row after its header."));
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

fn columns(line: usize, head: &[String], form: &StatementForm) -> Result<Places, Vec<RowFault>> {
    let folded: Vec<String> = head.iter().map(|h| fold(&clean(h))).collect();
    let place = |names: &[String]| folded.iter().position(|h| names.iter().any(|n| fold(n) == *h));
    let mut missing = Vec::new();
    let mut needed = |names: &[String]| {
        place(names).unwrap_or_else(|| {
            let all = names.join(", ");
            missing.push(fault(line, format!("Thiếu cột “{all}” trong dòng tiêu đề."), format!("The header lacks the column “{all}”.")));
            0
        })
    };
    let c = &form.columns;
    let (id, provider, at, serial, amount) = (needed(&c.id), needed(&c.provider), needed(&c.at), needed(&c.serial), needed(&c.amount));
    let reference = place(&c.reference);
    if missing.is_empty() { Ok(Places { id, provider, at, serial, amount, reference }) } else { Err(missing) }
}

/// The number of a certificate as both sides write it: hexadecimal, small letters, without separators and leading zeros.
pub fn serial_of(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    digits.trim_start_matches('0').to_owned()
}

fn line(n: usize, row: &[String], places: &Places, width: usize, form: &StatementForm, month: &str) -> Result<Theirs, RowFault> {
    if row.len() != width {
        return Err(fault(n, format!("Dòng có {} ô, tiêu đề có {width}.", row.len()), format!("The row has {} cells, the header {width}.", row.len())));
    }
    let cell = |i: usize| row.get(i).map(|t| clean(t).chars().take(CELL_MAX).collect::<String>()).unwrap_or_default();
    let (id, whose, when, serial, amount) = (cell(places.id), cell(places.provider), cell(places.at), cell(places.serial), cell(places.amount));
    if id.is_empty() {
        return Err(fault(n, "Thiếu mã giao dịch.", "The transaction number is missing."));
    }
    if fold(&whose) != fold(&form.provider) {
        return Err(fault(n, format!("Dòng này của nhà cung cấp “{whose}”, không phải “{}”.", form.provider), format!("This row is of the provider “{whose}”, not of “{}”.", form.provider)));
    }
    let at = instant(&when).ok_or_else(|| fault(n, format!("Thời điểm “{when}” không đọc được; ghi như 23/11/2026 15:04:05."), format!("The time “{when}” does not read; write it as 23/11/2026 15:04:05.")))?;
    if crate::purse::month_of(at) != month {
        let said = crate::statement::said(month);
        return Err(fault(n, format!("Lượt ký lúc {when} không thuộc tháng {said}."), format!("The signature of {when} is not in {said}.")));
    }
    if amount.starts_with(['-', '−', '(']) {
        return Err(fault(n, format!("Số tiền “{amount}” âm; bảng kê chỉ gồm các lượt đã tính tiền."), format!("The amount “{amount}” is negative; a statement holds what was charged.")));
    }
    let amount = dong(&amount).ok_or_else(|| fault(n, format!("Số tiền “{amount}” không phải số đồng nguyên."), format!("The amount “{amount}” is no whole number of đồng.")))?;
    let serial = serial_of(&serial);
    if serial.is_empty() {
        return Err(fault(n, "Thiếu số chứng thư (dạng thập lục phân).", "The certificate's number (hexadecimal) is missing."));
    }
    Ok(Theirs { row: n, id, at, serial, reference: places.reference.map(cell).unwrap_or_default(), amount })
}
