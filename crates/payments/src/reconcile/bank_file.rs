//! The bank's file: comma or semicolon separated, UTF-8 (with or without a byte order mark) or Windows-1258 as older banking
//! programs write it. Read strictly: a row that cannot be read is named with its line, and then nothing of the file counts.

pub use kernel::csv::RowFault;
use kernel::{
    Dong, Instant,
    csv::{decode, dong, fault, instant, rows as split},
    text::clean,
};
use std::collections::BTreeSet;

/// The largest file and the most rows taken.
pub const MAX_BYTES: usize = 4 << 20;
pub const MAX_ROWS: usize = 20_000;
/// Faults shown at once.
const MAX_FAULTS: usize = 50;

/// One credit of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of the file, from 1.
    pub line: usize,
    pub tx: String,
    pub at: Instant,
    pub amount: Dong,
    /// Our reference, found in the text of the transfer; empty when there is none.
    pub reference: String,
    pub text: String,
}

/// Columns by any of their names: as the bank's export calls them in either language.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("transaction", &["transaction", "ma giao dich", "so giao dich", "transaction id"]),
    ("paid_at", &["paid at", "thoi gian", "ngay giao dich", "date"]),
    ("amount", &["amount", "so tien", "ghi co", "credit"]),
    ("description", &["description", "noi dung", "dien giai", "reference"]),
];

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Vec<Line>, Vec<RowFault>> {
    if bytes.len() > MAX_BYTES {
        return Err(vec![fault(1, format!("Tệp quá {} MB; hãy xuất theo từng ngày.", MAX_BYTES >> 20), format!("The file is above {} MB; export day by day.", MAX_BYTES >> 20))]);
    }
    let text = decode(bytes).ok_or_else(|| vec![fault(1, "Tệp không phải văn bản UTF-8 hay Windows-1258.", "The file is neither UTF-8 nor Windows-1258 text.")])?;
    let rows = split(&text).map_err(|f| vec![f])?;
    let mut rows = rows.into_iter();
    let Some((head_line, head)) = rows.next() else {
        return Err(vec![fault(1, "Tệp rỗng.", "The file is empty.")]);
    };
    let places = columns(head_line, &head)?;
    let (mut lines, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (n, row) in rows {
        if lines.len() >= MAX_ROWS {
            faults.push(fault(n, format!("Quá {MAX_ROWS} dòng; hãy chia tệp."), format!("Above {MAX_ROWS} rows; split the file.")));
        }
        if faults.len() >= MAX_FAULTS {
            break;
        }
        match line(n, &row, &places, head.len()) {
            Ok(l) if !seen.insert(l.tx.clone()) => {
                faults.push(fault(n, format!("Mã giao dịch {} lặp lại trong tệp.", l.tx), format!("Transaction {} is in the file twice.", l.tx)));
            }
            Ok(l) => lines.push(l),
            Err(f) => faults.push(f),
        }
    }
    if lines.is_empty() && faults.is_empty() {
        faults.push(fault(head_line, "Tệp không có dòng giao dịch nào.", "The file has no transaction."));
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

fn columns(line: usize, head: &[String]) -> Result<[usize; 4], Vec<RowFault>> {
    let folded: Vec<String> = head.iter().map(|h| kernel::text::fold(h)).collect();
    let mut places = [0; 4];
    let mut missing = Vec::new();
    for (place, (name, names)) in places.iter_mut().zip(COLUMNS) {
        match folded.iter().position(|h| names.contains(&h.as_str())) {
            Some(at) => *place = at,
            None => missing.push(fault(line, format!("Thiếu cột “{name}” ({}).", names.join(", ")), format!("The column “{name}” is missing ({}).", names.join(", ")))),
        }
    }
    if missing.is_empty() { Ok(places) } else { Err(missing) }
}

fn line(n: usize, row: &[String], places: &[usize; 4], width: usize) -> Result<Line, RowFault> {
    if row.len() != width {
        return Err(fault(n, format!("Dòng có {} ô, tiêu đề có {width}.", row.len()), format!("The row has {} cells, the header {width}.", row.len())));
    }
    let cell = |i: usize| places.get(i).and_then(|p| row.get(*p)).map(|t| clean(t)).unwrap_or_default();
    let (tx, when, amount, text) = (cell(0), cell(1), cell(2), cell(3));
    if tx.is_empty() || tx.len() > 64 || !tx.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(fault(n, "Mã giao dịch trống, quá dài hoặc có ký tự lạ.", "The transaction number is empty, too long or has odd characters."));
    }
    let at = instant(&when).ok_or_else(|| {
        fault(n, format!("Thời gian “{when}” không đọc được; ghi 23/11/2026 15:04:05."), format!("The time “{when}” does not read; write 23/11/2026 15:04:05."))
    })?;
    let amount = dong(&amount)
        .filter(|a| a.0 > 0)
        .ok_or_else(|| fault(n, format!("Số tiền “{amount}” không phải số đồng nguyên lớn hơn 0."), format!("The amount “{amount}” is no whole number of đồng above 0.")))?;
    Ok(Line { line: n, tx, at, amount, reference: reference_in(&text).unwrap_or_default(), text: text.chars().take(300).collect() })
}

/// Our reference in the text of a transfer: banks put their own words around it.
pub fn reference_in(text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    let letters: Vec<char> = upper.chars().filter(|c| *c != ' ' && *c != '-' && *c != '.').collect();
    let ours = |w: &&[char]| w.starts_with(&['P', 'S']) && w.iter().skip(2).all(|c| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(*c)));
    letters.windows(12).find(ours).map(|w| w.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "transaction,paid_at,amount,description\nFT1,23/11/2026 15:04:05,75000,CT DEN PS7K3M9Q2X4T LE PHI\nFT2,2026-11-23 08:00,\"1.250.000\",\"NGUYEN VAN A, chuyen\"\n";

    #[test]
    fn a_file_is_read() {
        let lines = parse(GOOD.as_bytes()).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].tx.as_str(), lines[0].amount, lines[0].reference.as_str()), ("FT1", Dong(75_000), "PS7K3M9Q2X4T"));
        assert_eq!(lines[0].at.to_string(), "2026-11-23T15:04:05+07:00");
        assert_eq!((lines[1].amount, lines[1].reference.as_str(), lines[1].text.as_str()), (Dong(1_250_000), "", "NGUYEN VAN A, chuyen"));
        let vietnamese = format!("\u{feff}{}", GOOD.replace("transaction,paid_at,amount,description", "Mã giao dịch;Thời gian;Số tiền;Nội dung").replace(',', ";"));
        assert!(parse(vietnamese.as_bytes()).is_ok_and(|l| l.len() == 2), "semicolons, Vietnamese names, byte order mark, quoted commas");
    }

    /// `Mã giao dịch` and `Nội dung` in Windows-1258: letters with combining tones.
    #[test]
    fn the_old_vietnamese_encoding_is_read() {
        let mut bytes: Vec<u8> = b"M\xe3\xde giao d\xf2ich,paid_at,amount,description\n".to_vec();
        bytes.splice(0..0, []);
        let head = "transaction,paid_at,amount,description\nFT1,23/11/2026 15:04,75000,".as_bytes();
        let mut file = head.to_vec();
        file.extend(b"L\xea\xf2 phi\xec \xf0\xe3ng ky\xec PS7K3M9Q2X4T\n");
        assert_eq!(parse(&file).unwrap()[0].text, "Lệ phí đăng ký PS7K3M9Q2X4T");
        assert!(parse(b"transaction\x81,paid_at").is_err());
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let row = |row: &str| format!("{}{row}\n", GOOD);
        for (text, line, said) in [
            (String::new(), 1, "rỗng"),
            ("transaction,paid_at,amount\n".to_owned(), 1, "description"),
            ("transaction,paid_at,amount,description\n".to_owned(), 1, "không có dòng"),
            (row("FT3,31/02/2026 10:00,1000,x"), 4, "31/02/2026"),
            (row("FT3,23/11/2026 25:00,1000,x"), 4, "25:00"),
            (row("FT3,23/11/2026 10:00,-1000,x"), 4, "-1000"),
            (row("FT3,23/11/2026 10:00,10.5,x"), 4, "10.5"),
            (row("FT3,23/11/2026 10:00,0,x"), 4, "lớn hơn 0"),
            (row(",23/11/2026 10:00,1000,x"), 4, "Mã giao dịch"),
            (row("FT1,23/11/2026 10:00,1000,x"), 4, "lặp lại"),
            (row("FT3,23/11/2026 10:00,1000"), 4, "3 ô"),
            (row("FT3,23/11/2026 10:00,1000,\"x"), 4, "không đóng"),
            (row("FT3,23/11/2026 10:00,1000,\"x\"y"), 4, "ngoặc kép"),
        ] {
            let faults = parse(text.as_bytes()).unwrap_err();
            assert!(faults.iter().any(|f| f.line == line && f.reason.vi.contains(said)), "{text}: {faults:?}");
        }
        let many = format!("{GOOD}{}", "x,y,z,w\n".repeat(500));
        assert_eq!(parse(many.as_bytes()).unwrap_err().len(), MAX_FAULTS);
    }

    #[test]
    fn a_reference_is_found_among_the_banks_words() {
        for (text, found) in [
            ("MBVCB.123.PS7K3M9Q2X4T LE PHI", Some("PS7K3M9Q2X4T")),
            ("ps7k3m 9q2x4t", Some("PS7K3M9Q2X4T")),
            ("PS7K3M9Q2X4", None),
            ("PSILOUILOUIL", None),
            ("", None),
        ] {
            assert_eq!(reference_in(text).as_deref(), found, "{text}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
        }
        #[test]
        fn any_rows_are_answered(rows in "([A-Z0-9,;\"\\n/: .]{0,60}\\n){0,8}") {
            let _ = parse(format!("transaction,paid_at,amount,description\n{rows}").as_bytes());
        }
    }
}
