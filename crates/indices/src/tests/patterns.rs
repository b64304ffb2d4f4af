//! The fourteen patterns, and how each node explains itself.

use super::*;

const PATTERNS: &str = include_str!("patterns.yaml");

#[test]
fn all_fourteen_patterns_hold_at_their_edges() {
    let index = read(PATTERNS).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(index.parts.len(), 14);
    assert!(index.vectors.len() >= 35);
}

#[test]
fn a_wrong_vector_is_a_finding_at_its_line() {
    let wrong = PATTERNS.replace("p4_piecewise: \"7.06\"", "p4_piecewise: \"7.05\"");
    let found = read(&wrong).unwrap_err();
    let line = wrong.lines().position(|l| l.contains("7.05")).unwrap() + 1;
    assert!(found.starts_with(&format!("indices/x.yaml:{line}: ")), "{found}");
    assert!(found.contains("7.05") && found.contains("7.06"), "{found}");
}

#[test]
fn a_node_says_the_fraction_the_band_and_the_rounding() {
    let index = read(PATTERNS).unwrap();
    let out = score(&index, &given(&index, &[("rate", "60%"), ("a", "64"), ("b", "62")]));
    let said = |code: &str| out.node(code).unwrap().steps.iter().map(|s| s.text().vi).collect::<Vec<_>>();
    assert_eq!(said("p4_piecewise"), ["Mức 60\u{a0}% ≥ 60\u{a0}%", "Tính: 60\u{a0}% / 85\u{a0}% × 10 = 7,0588", "Làm tròn 7,0588 → 7,06"]);
    assert_eq!(said("p1_ratio")[0], "Tỷ lệ 64 / 62 = 103,2258\u{a0}%");
    assert_eq!(said("p1_ratio")[1], "Khác cơ sở: tử số lớn hơn mẫu số, 64 > 62");
    assert_eq!(out.node("p2_steps").unwrap().state, State::Unknown(vec!["meetings".into()]), "what is missing is named");
}

#[test]
fn nothing_applicable_is_no_total_and_not_zero() {
    let one = "code: one\nversion: \"1\"\nname: {vi: a, en: a}\nabout: {vi: a, en: a}\neffective: {from: 2026-01-01}\nlegal_basis: []\nshown_as: points\nrounding: 2\n\
        inputs:\n  - {code: a, name: {vi: a, en: a}, type: number, kind: declared}\n  - {code: b, name: {vi: b, en: b}, type: number, kind: declared}\n\
        parts:\n  - {code: x, name: {vi: x, en: x}, max: \"10\", formula: \"ratio(a, b) * full\"}\n  - {code: y, name: {vi: y, en: y}, max: \"30\", formula: \"na()\"}\n";
    let index = read(one).unwrap();
    let none = score(&index, &given(&index, &[("a", "1"), ("b", "0")]));
    assert_eq!((none.shown, none.whole.max), (None, Exact::ZERO));
    assert!(matches!(none.whole.state, State::NotApplicable(_)));
    // What does not apply takes its maximum with it, and the total is told over the full 40.
    let half = score(&index, &given(&index, &[("a", "1"), ("b", "2")]));
    assert_eq!((half.whole.points, half.whole.max, half.shown), (exact("5"), exact("10"), Some(exact("20"))));
}

/// The series of a merged province as it was published: the plain mean of the provinces before, which is not the weighted one.
#[test]
fn a_simple_mean_is_not_a_weighted_one() {
    let merged = |combine: &str| {
        format!(
            "code: m\nversion: \"1\"\nname: {{vi: a, en: a}}\nabout: {{vi: a, en: a}}\neffective: {{from: 2026-01-01}}\nlegal_basis: []\nshown_as: share\nrounding: 4\ncombine: {combine}\n\
            inputs:\n  - {{code: a, name: {{vi: a, en: a}}, type: number, kind: external}}\n  - {{code: b, name: {{vi: b, en: b}}, type: number, kind: external}}\n\
            parts:\n  - {{code: x, name: {{vi: x, en: x}}, max: \"1\", weight: \"3\", formula: a}}\n  - {{code: y, name: {{vi: y, en: y}}, max: \"1\", weight: \"1\", formula: b}}\n"
        )
    };
    let shown = |combine: &str| {
        let index = read(&merged(combine)).unwrap();
        score(&index, &given(&index, &[("a", "0.8241"), ("b", "0.6961")])).shown.unwrap()
    };
    assert_eq!(shown("mean"), exact("0.7601"));
    assert_eq!(shown("weighted"), exact("0.7921"));
    assert_eq!(shown("lowest"), exact("0.6961"));
}
