use super::{
    compare::{Compared, Kind, Line, Ours, compare, counts},
    file::{self, MAX_FAULTS, Theirs, serial_of},
};
use crate::catalog::{StatementForm, load};
use kernel::{Dong, Instant, id::PurseId};
use proptest::prelude::*;

fn form() -> StatementForm {
    let text = std::fs::read_to_string(format!("{}/../../catalog/signing/providers.yaml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let c = load(&[("signing/providers.yaml".to_owned(), text)].into_iter().collect()).unwrap();
    c.provider(&"trial".into()).unwrap().statement.clone().unwrap()
}

const HEAD: &str = "Mã giao dịch,Nhà cung cấp,Thời điểm ký,Số chứng thư,Số tiền,Tham chiếu";

fn file_of(rows: &[&str]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

fn faults(text: &[u8]) -> Vec<(usize, String)> {
    file::read(text, &form(), "2026-11").unwrap_err().into_iter().map(|f| (f.line, format!("{} | {}", f.reason.vi, f.reason.en))).collect()
}

#[test]
fn a_statement_is_read_by_the_catalogues_columns() {
    let good = file_of(&["T1,TRIAL-CA,23/11/2026 15:04:05,00:AB:12,500,document/x", "T2,trial-ca,2026-11-24 08:00,ab12,\"1.500\","]);
    let lines = file::read(good.as_bytes(), &form(), "2026-11").unwrap();
    assert_eq!((lines[0].serial.as_str(), lines[0].amount, lines[0].reference.as_str()), ("ab12", Dong(500), "document/x"));
    assert_eq!((lines[1].serial.as_str(), lines[1].amount, lines[1].row), ("ab12", Dong(1_500), 3));
    let other = format!("\u{feff}{}", good.replace("Mã giao dịch", "TRANSACTION").replace(',', ";"));
    assert_eq!(file::read(other.as_bytes(), &form(), "2026-11").unwrap().len(), 2, "byte order mark, semicolons, another name");
}

#[test]
fn every_fault_is_named_with_its_row_in_both_languages() {
    let ok = "T1,TRIAL-CA,23/11/2026 15:04:05,ab12,500,x";
    for (row, said, english) in [
        ("T2,OTHER-CA,23/11/2026 15:04:05,ab12,500,x", "nhà cung cấp “OTHER-CA”", "provider “OTHER-CA”"),
        ("T2,TRIAL-CA,23/10/2026 15:04:05,ab12,500,x", "không thuộc tháng 11/2026", "not in 11/2026"),
        ("T2,TRIAL-CA,31/11/2026 15:04:05,ab12,500,x", "không đọc được", "does not read"),
        ("T2,TRIAL-CA,23/11/2026 15:04:05,ab12,-500,x", "âm", "negative"),
        ("T2,TRIAL-CA,23/11/2026 15:04:05,ab12,500.5,x", "số đồng nguyên", "whole number"),
        ("T1,TRIAL-CA,23/11/2026 15:04:05,ab12,500,x", "đã có ở dòng 2", "in row 2 already"),
        (",TRIAL-CA,23/11/2026 15:04:05,ab12,500,x", "Thiếu mã giao dịch", "transaction number is missing"),
        ("T2,TRIAL-CA,23/11/2026 15:04:05,,500,x", "Thiếu số chứng thư", "certificate's number"),
        ("T2,TRIAL-CA,23/11/2026 15:04:05,ab12", "4 ô", "4 cells"),
        ("T2,TRIAL-CA,23/11/2026 15:04:05,ab12,500,\"x", "không đóng", "not closed"),
    ] {
        let found = faults(file_of(&[ok, row]).as_bytes());
        assert!(found.iter().any(|(line, text)| *line == 3 && text.contains(said) && text.contains(english)), "{row}: {found:?}");
    }
    for (text, said) in [(&b""[..], "rỗng"), (b"\xef\xbb\xbf", "rỗng"), (b"a,b,c\n1,2,3\n", "Thiếu cột"), (HEAD.as_bytes(), "không có dòng nào"), (b"a\x81\x00b", "UTF-8")] {
        let found = faults(text);
        assert!(found.iter().any(|(_, text)| text.contains(said)), "{text:?}: {found:?}");
    }
    let many = vec!["x"; 500];
    assert_eq!(faults(file_of(&many).as_bytes()).len(), MAX_FAULTS, "only so many are told at once");
}

fn at(second: i64) -> Instant {
    "2026-11-10T08:00:00+07:00".parse::<Instant>().unwrap().plus_seconds(second)
}

fn theirs(id: &str, serial: &str, second: i64, reference: &str, amount: i64) -> Theirs {
    Theirs { row: 2, id: id.into(), at: at(second), serial: serial_of(serial), reference: reference.into(), amount: Dong(amount) }
}

fn ours(number: u64, serial: &str, second: i64, reference: &str, state: &str, amount: i64) -> Line {
    let purse = PurseId::new(uuid::Uuid::nil());
    Line { ours: Ours { purse, number, state: state.into(), amount: Dong(amount), personal: false }, at: at(second), serial: serial.into(), reference: reference.into(), owed: state == "charged" }
}

fn kinds(c: &Compared) -> Vec<(Kind, Option<u64>)> {
    c.differences.iter().map(|d| (d.kind, d.ours.as_ref().map(|o| o.number))).collect()
}

#[test]
fn each_kind_of_difference_is_told() {
    let book = [
        ours(1, "AB", 0, "document/1", "charged", 500),
        ours(2, "AB", 10, "document/2", "charged", 500),
        ours(3, "AB", 20, "document/3", "doubt", 500),
        ours(4, "AB", 30, "document/4", "charged", 500),
        ours(5, "AB", 40, "document/5", "released", 500),
    ];
    let file = [
        theirs("a", "00:ab", 1, "document/1", 500),
        theirs("b", "ab", 11, "document/2", 700),
        theirs("c", "ab", 21, "document/3", 500),
        theirs("d", "ab", 2, "document/1", 500),
        theirs("e", "cd", 3, "document/9", 500),
        theirs("f", "ab", 41, "document/5", 500),
    ];
    let found = compare(&file, &book, 60);
    assert_eq!(found.equal, 1);
    assert_eq!(
        kinds(&found),
        [(Kind::Price, Some(2)), (Kind::OnlyTheirs, Some(3)), (Kind::Twice, Some(1)), (Kind::OnlyTheirs, None), (Kind::OnlyTheirs, Some(5)), (Kind::OnlyOurs, Some(4))]
    );
    assert_eq!((found.theirs, found.ours), (Dong(3_200), Dong(1_500)));
    assert_eq!(counts(&found.differences).values().sum::<usize>(), 6);
}

#[test]
fn without_a_reference_lines_are_joined_by_certificate_and_time() {
    let book = [ours(1, "ab", 0, "document/1", "charged", 500), ours(2, "ab", 30, "document/1", "charged", 500), ours(3, "cd", 30, "x", "charged", 500)];
    let near = [theirs("a", "ab", 2, "", 500), theirs("b", "ab", 33, "", 500), theirs("c", "cd", 5_000, "", 500)];
    let found = compare(&near, &book, 60);
    assert_eq!((found.equal, kinds(&found)), (2, vec![(Kind::OnlyTheirs, None), (Kind::OnlyOurs, Some(3))]));
    // The very same instant again is the same signature counted twice.
    let twice = [theirs("a", "ab", 2, "", 500), theirs("z", "ab", 2, "", 500)];
    assert_eq!(kinds(&compare(&twice, &book[..1], 60)), [(Kind::Twice, Some(1))]);
}

#[test]
fn a_hundred_thousand_rows_are_compared() {
    let rows: Vec<String> = (0..100_000).map(|n| format!("T{n},TRIAL-CA,10/11/2026 08:00:{:02},ab,500,document/{n}", n % 60)).collect();
    let text = format!("{HEAD}\n{}\n", rows.join("\n"));
    let began = std::time::Instant::now();
    let file = file::read(text.as_bytes(), &form(), "2026-11").unwrap();
    let book: Vec<Line> = (0..100_000).map(|n| ours(n, "ab", i64::try_from(n % 60).unwrap(), &format!("document/{n}"), "charged", 500)).collect();
    let found = compare(&file, &book, 600);
    assert_eq!((found.equal, found.differences.len()), (100_000, 0));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

proptest! {
    /// Every line of theirs is equal or told once; no line of ours stands for two; what is owed and not told is equal.
    #[test]
    fn nothing_is_lost_and_nothing_counts_twice(
        file in proptest::collection::vec((0..3_u8, 0..200_i64, 0..4_u8, prop::bool::ANY), 0..30),
        book in proptest::collection::vec((0..3_u8, 0..200_i64, 0..4_u8, 0..3_u8), 0..30),
    ) {
        let file: Vec<Theirs> = file.iter().enumerate().map(|(n, (s, t, r, named))| {
            let reference = if *named { format!("document/{r}") } else { String::new() };
            theirs(&n.to_string(), &format!("a{s}"), *t, &reference, 500)
        }).collect();
        let states = ["charged", "doubt", "released"];
        let book: Vec<Line> = book.iter().zip(1..).map(|((s, t, r, state), n)| ours(n, &format!("a{s}"), *t, &format!("document/{r}"), states[usize::from(*state)], 500)).collect();
        let found = compare(&file, &book, 30);
        let with_them = found.differences.iter().filter(|d| d.theirs.is_some()).count();
        prop_assert_eq!(usize::try_from(found.equal).unwrap() + with_them, file.len());
        let owed = book.iter().filter(|o| o.owed).count();
        let only = found.differences.iter().filter(|d| d.kind == Kind::OnlyOurs).count();
        let priced = found.differences.iter().filter(|d| d.kind == Kind::Price).count();
        prop_assert_eq!(usize::try_from(found.equal).unwrap() + only + priced, owed);
        let mut used: Vec<u64> = found.differences.iter().filter(|d| d.kind != Kind::Twice).filter_map(|d| d.ours.as_ref()).map(|o| o.number).collect();
        used.sort_unstable();
        let before = used.len();
        used.dedup();
        prop_assert_eq!(before, used.len());
    }

    #[test]
    fn anything_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = file::read(&bytes, &form(), "2026-11");
    }
}
