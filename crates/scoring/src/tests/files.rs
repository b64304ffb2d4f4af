//! Files with mistakes: every one is found at its line, with a reason in both languages.

use super::fixture::{dbi, dbi_yaml};
use crate::{Frameworks, load, read};
use kernel::{catalog::Files, time::date};

/// One change to the good file, the line of the finding (the number of the first line with this text), what it says.
fn one(from: &str, to: &str, at: &str, vi: &str) {
    let good = dbi_yaml();
    assert!(good.contains(from), "{from}");
    let bad = good.replacen(from, to, 1);
    let findings = read("frameworks/x.yaml", &bad).expect_err(to);
    let line = bad.lines().position(|l| l.contains(at)).map(|n| n + 1);
    let found = findings.iter().find(|f| f.reason.vi.contains(vi));
    let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let found = found.unwrap_or_else(|| panic!("{to}: {all:#?}"));
    assert_eq!(found.line, line, "{to}: {all:#?}");
    assert!(!found.reason.en.is_empty() && found.reason.en != found.reason.vi, "{found}");
}

#[test]
fn mistakes_are_found_at_their_lines() {
    one("scale: strategy", "scale: strategie", "strategie", "Không có thang “strategie”");
    one("code: p1.c2,", "code: p1.c1,", "vi: Câu 2", "đã dùng ở trên");
    // Dimensions and groups share one set of codes: points('…') takes both.
    let bad = dbi_yaml().replacen("code: p2.1", "code: p1", 1);
    let findings = read("x", &bad).expect_err("twice");
    let line = bad.lines().enumerate().filter(|(_, l)| l.trim() == "- code: p1").last().unwrap().0 + 1;
    assert_eq!((findings.len(), findings[0].line), (1, Some(line)), "{findings:?}");
}

#[test]
fn mistakes_of_numbers() {
    one("max: 65", "max: 66", "max: 66", "ghi tối đa 66 điểm nhưng các câu cho tối đa 65");
    one("levels: [13, 26, 39, 52, 65]", "levels: [13, 26, 26, 52, 65]", "26, 26", "lớn hơn mốc trước");
    one("levels: [13, 26, 39, 52, 65]", "levels: [13, 26, 39, 52, 90]", "90", "không vượt 65");
    one("up_to: \"40\"", "up_to: \"20\"", "up_to: \"20\", points: 2", "lớn hơn mốc trước");
    one("- {points: 5}\ndim", "- {up_to: \"90\", points: 5}\ndim", "up_to: \"90\"", "để mở");
    one("up_to: \"40\", ", "", "- {points: 2}", "Chỉ khoảng cuối cùng");
    one("up_to: \"80\"", "up_to: \"100\"", "up_to: \"100\"", "không bao giờ đạt");
    one("code: s3, points: 3", "code: s3, points: 1", "code: s3, points: 1", "Bậc thang");
    one("code: s3, points: 3", "code: s3, points: -3", "type: ladder", "từ 0 đến");
    one("code: s3, points", "code: s2, points", "vi: Bậc 3", "Mã lựa chọn “s2”");
    one("share: \"10\"", "share: \"110\"", "share: \"110\"", "từ 0 đến 100");
}

#[test]
fn mistakes_of_rules_and_names() {
    one("total > 128 and dimensions_at(3) >= 4", "total > 128 and dimension_at(3) >= 4", "dimension_at", "Ký tự 17: không có hàm “dimension_at”");
    one("total > 128 and dimensions_at(3) >= 4", "total > 128 and points('p9') >= 4", "p9", "p9");
    one("total > 128 and dimensions_at(3) >= 4", "total > ", "total > \"", "giữa chừng");
    one("level: 3, name", "level: 4, name", "dimensions_at(3)", "tăng từng bậc");
    one("quick: [p1.c1", "quick: [p1.c77", "quick:", "p1.c77");
    one("quick: [p1.c1", "quick: [p1.c2, p1.c2", "quick:", "đã có ở trên");
    one("{vi: Trụ p4, en: Pillar p4}", "{vi: Trụ p4, en: \"\"}", "Trụ p4", "một trong hai ngôn ngữ");
    one("to: 2023-11-06", "to: 2020-11-06", "to: 2020-11-06", "trước ngày có hiệu lực");
    one("legal_basis: [{document: Quyết định 1970/QĐ-BTTTT, verified: \"no\"}]", "legal_basis: []", "framework:", "local_formula");
    one("scale: strategy", "scale: strategy, wehn: \"true\"", "wehn", "wehn");
    one("text: {vi: Câu 3, en: Question 3}, scale: step", "text: {vi: Câu 3, en: Question 3}, scale: step, when: \"answered('p1.c3')\"", "when:", "phải đứng trước");
    one("zero_below:", "score: totals\nzero_below:", "score:", "totals");
    one("zero_below:", "contradictions: [{rule: \"1\", text: {vi: a, en: b}}]\nzero_below:", "contradictions:", "cần một điều kiện");
    one("zero_below:", "calendar: {outside_due: 31-05}\nzero_below:", "outside_due", "MM-DD");
    one("  share:\n    type: ratio\n", "  spare: {type: gate}\n  share:\n    type: ratio\n", "spare", "không câu nào dùng");
    one("    type: ratio\n", "    type: ratio\n    cap: 3\n", "cap: 3", "không dùng khóa “cap”");
}

#[test]
fn golden_vectors_are_computed() {
    let vectors = "vectors:\n  - {name: ok, dimensions: {p1: 39}, expect: {dimension_levels: {p1: 3}, level: null, total: 39}}\n";
    let add = |more: &str| read("x", &format!("{}{vectors}{more}", dbi_yaml()));
    assert!(add("").is_ok(), "{:?}", add(""));
    assert!(add("  - {name: a, answers: {p1.c1: s3, p1.c2: {n: 1, d: 2}}, expect: {total: 6, points: {p1.1: 6}}}\n").is_ok());
    assert!(add("  - {name: a, answers: {p3.c16: {na: true}}, expect: {total: 0, share: \"0\"}}\n").is_ok());
    for (wrong, vi) in [
        ("  - {name: a, dimensions: {p1: 40}, expect: {dimension_levels: {p1: 3}}}\n", "cần Some(3) nhưng tính ra Some(4)"),
        ("  - {name: a, dimensions: {p1: 39}, expect: {level: 1}}\n", "tính ra None"),
        ("  - {name: a, dimensions: {p1: 66}, expect: {total: 66}}\n", "vượt tối đa"),
        ("  - {name: a, dimensions: {p9: 6}, expect: {total: 6}}\n", "không có"),
        ("  - {name: a, answers: {p1.c1: s9}, expect: {total: 6}}\n", "s9"),
        ("  - {name: a, answers: {p9.c1: s9}, expect: {total: 6}}\n", "p9.c1"),
        ("  - {name: a, dimensions: {p1: 6}, expect: {}}\n", "chưa ghi kết quả"),
    ] {
        let findings = add(wrong).expect_err(wrong);
        assert!(findings[0].reason.vi.contains(vi), "{}", findings[0]);
        let lines = dbi_yaml().lines().count();
        assert_eq!(findings[0].line, Some(lines + 3), "{}", findings[0]);
    }
}

#[test]
fn a_folder_of_versions() {
    let mut files = Files::new();
    let next = dbi_yaml()
        .replace("version: \"2021\"", "version: \"2023\"")
        .replace("effective: {from: 2021-12-13, to: 2023-11-06}\noffered: true", "effective: {from: 2023-11-07}");
    files.insert("frameworks/a.yaml", dbi_yaml());
    files.insert("frameworks/b.yaml", next);
    files.insert("frameworks/broken.yaml", "framework: [");
    files.insert("frameworks/twice.yaml", dbi_yaml());
    files.insert("other/ignored.yaml", "{");
    let (frameworks, findings) = load(&files);
    assert_eq!(frameworks.len(), 2);
    let named: Vec<&str> = findings.iter().map(|f| f.file.as_str()).collect();
    assert_eq!(named, ["frameworks/broken.yaml", "frameworks/twice.yaml"]);
    assert_eq!(frameworks.latest("dbi-test").unwrap().version, "2023");
    assert!(frameworks.get("dbi-test", "2021").is_some() && frameworks.get("dbi-test", "2022").is_none());
    let offered = |f: &Frameworks, y, m, d| f.offered(date(y, m, d)).map(|f| f.version.clone()).collect::<Vec<_>>();
    assert_eq!(offered(&frameworks, 2022, 1, 1), ["2021"]);
    assert_eq!(offered(&frameworks, 2026, 1, 1), ["2021", "2023"], "offered whatever its dates say");
    assert!(!dbi().is_verified());
}
