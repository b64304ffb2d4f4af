//! The catalogue's checks: each fault is told with its file, its line and a reason in both languages.

use crate::fixture::*;
use kernel::{catalog::Files, time::date};
use support::{
    catalog::{self, Beneficiary, Beneficiary::*},
    rules::{best, offers},
};

const RATES: &str = "support/rates-decree-80.yaml";

fn with(path: &str, from: &str, to: &str) -> Files {
    let mut files = files();
    let text = files.get(path).unwrap().to_owned();
    assert!(text.contains(from), "{from}");
    files.insert(path, text.replacen(from, to, 1));
    files
}

#[track_caller]
fn found(files: &Files, file: &str, line_says: &str, vi: &str) {
    let findings = catalog::load(files).unwrap_err();
    let hit = findings.iter().find(|f| f.reason.vi.contains(vi)).unwrap_or_else(|| panic!("{vi} not in {findings:?}"));
    assert_eq!(hit.file, file);
    assert!(!hit.reason.en.is_empty());
    let line = hit.line.unwrap_or_else(|| panic!("no line: {hit}"));
    let text = files.get(file).unwrap().lines().nth(line - 1).unwrap();
    assert!(text.contains(line_says), "line {line}: {text}");
}

#[test]
fn the_shipped_catalogue_is_whole() {
    let rules = rules();
    assert_eq!(rules.procedure.rules.len(), 11);
    assert!(rules.contents.iter().all(|c| rules.rates.iter().any(|r| r.content == c.code)), "every content has a rate");
}

#[test]
fn faults_are_told_with_file_and_line() {
    let swap = |from: &str, to: &str| with(RATES, from, to);
    found(&swap("small: {percent: 50, cap: 50000000}", "small: {percent: 500, cap: 50000000}"), RATES, "percent: 500", "không nằm trong 0–100 %");
    found(&swap("small: {percent: 50, cap: 50000000}", "small: {percent: 0, cap: 50000000}"), RATES, "percent: 0", "không nằm trong 0–100 %");
    found(&swap("small: {percent: 50, cap: 50000000}", "small: {percent: 50}"), RATES, "small", "cần số tiền trần");
    found(&swap("small: {percent: 50, cap: 50000000}", "small: {percent: 50, cap: -1}"), RATES, "small", "phải lớn hơn 0");
    found(&swap("small: {percent: 50, cap: 50000000}", "tiny: {percent: 50, cap: 50000000}"), RATES, "tiny", "không phải đối tượng");
    found(&swap("cap_type: year\n    for:\n      micro: {percent: 50, cap: 20000000}", "cap_type: course\n    for:\n      micro: {percent: 50, cap: 20000000}"), RATES, "micro", "không tính theo tiền");
    found(&swap("- content: dx-solution\n", "- content: dx-solutoin\n"), RATES, "dx-solutoin", "Không có nội dung hỗ trợ");
    found(&swap("  - code: dx-solution\n", "  - code: dx-consulting\n"), RATES, "dx-consulting", "đã có");
    found(&swap("{from: 2021-10-15, to: 2026-01-14}", "{from: 2021-10-15, to: 2026-01-20}"), RATES, "2026-01-15", "chồng lên");
    found(&swap("{from: 2021-10-15, to: 2026-01-14}", "{from: 2021-10-15, to: 2026-01-10}"), RATES, "2026-01-15", "không có mức nào trước");
    found(&swap("{from: 2021-10-15, to: 2026-01-14}", "{from: 2021-10-15, to: 2020-01-14}"), RATES, "2020-01-14", "đứng trước ngày bắt đầu");
    found(&swap("    cap_type: contract_year", "    cap_type: decade"), RATES, "decade", "không dùng được");
    found(&swap("needs: [readiness, listed_solution, own_share]", "needs: [luck]"), RATES, "luck", "không dùng được");
    found(&with("support/procedure.yaml", "- no: 5", "- no: 12"), "support/procedure.yaml", "rules:", "mười một quy tắc");
    found(&with("support/procedure.yaml", "least_tier: consultant", "least_tier: minister"), "support/procedure.yaml", "minister", "không dùng được");
    found(&with("support/procedure.yaml", "frameworks: [dbi-2021-sme, readiness-form2, dbi-2023-readiness, sme-2025-v1, edih-dma]", "frameworks: []"), "support/procedure.yaml", "readiness:", "Cần ít nhất một bộ tiêu chí");
    found(&with("support/procedure.yaml", "before: \"12-15\"", "before: \"13-45\""), "support/procedure.yaml", "13-45", "12-15");
    found(&with("support/size-classes.yaml", "production: {people: 100, revenue: 50000000000", "production: {people: 9, revenue: 50000000000"), "support/size-classes.yaml", "people: 9", "cao hơn");
    found(&with("support/size-classes.yaml", "sections: [G, H", "sections: [A, H"), "support/size-classes.yaml", "[A, H", "đã thuộc nhóm khác");
    const FIRST: &str = "support/priorities.yaml";
    found(&with(FIRST, "\"A03\", ", "\"a3\", "), FIRST, "a3", "không đúng dạng");
    found(&with(FIRST, "\"27676\", \"26732\"", "\"27676\", \"27676\""), FIRST, "27676", "hoặc đã có");
    found(&with(FIRST, "- code: investment", "- code: award"), FIRST, "award", "không trùng");
    found(&with(FIRST, "effective: {from: 2026-07-01}", "effective: {from: 2026-07-01, to: 2026-06-30}"), FIRST, "2026-06-30", "đứng trước ngày bắt đầu");
    let mut bare = files();
    bare.insert("support/procedure.yaml", "decide: [");
    assert!(catalog::load(&bare).is_err());
    assert!(catalog::load(&Files::new()).unwrap_err().iter().all(|f| f.file.starts_with("support/")));
}

const RAISED: &str = r#"
province: "79"
scheme: {code: province-79, name: {vi: Nghị quyết của tỉnh, en: The province's resolution}}
rates:
  - content: dx-solution
    effective: {from: 2026-07-01}
    legal_basis: {document: Nghị quyết thử nghiệm, verified: "no"}
    cap_type: year
    for:
      micro: {percent: "62.5", cap: 30000000}
"#;

/// A province raises a rate from its own day on, for itself alone, without a line of Rust.
#[test]
fn a_province_lays_its_own_rates_over() {
    let mut files = files();
    files.insert("support/provinces/79.yaml", RAISED);
    let rules = catalog::load(&files).unwrap();
    let best_of = |province: &str, day, who: Beneficiary| {
        let all = offers(&rules, province, "dx-solution", day, &[who], &[]);
        best(&all, million(100), million(100)).map(|o| (o.share.percent.to_string(), o.share.cap.unwrap().0 / 1_000_000, o.rate.scheme.clone()))
    };
    assert_eq!(best_of("79", today(), Micro), Some(("62,5".into(), 30, "province-79".into())));
    assert_eq!(best_of("79", date(2026, 6, 30), Micro), Some(("50".into(), 20, "smes".into())), "not before its day");
    assert_eq!(best_of("01", today(), Micro), Some(("50".into(), 20, "smes".into())), "not for another province");
    assert_eq!(best_of("79", today(), Small), Some(("50".into(), 50, "smes".into())), "others keep the national rate");
}

#[test]
fn a_province_may_not_lower_and_stays_in_its_file() {
    let mut lower = files();
    lower.insert("support/provinces/79.yaml", RAISED.replace("cap: 30000000", "cap: 10000000"));
    found(&lower, "support/provinces/79.yaml", "micro", "thấp hơn mức chung");
    let mut astray = files();
    astray.insert("support/provinces/01.yaml", RAISED);
    found(&astray, "support/provinces/01.yaml", "province:", "đúng tên tệp");
}
