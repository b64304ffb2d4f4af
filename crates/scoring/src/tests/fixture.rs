//! Small frameworks for tests.

use crate::{Answer, Answers, Context, Decimal, Framework, Outcome, read, score};
use std::fmt::Write;

/// The pillars of DBI 2021 with their maxima, N and T of the level rule; every criterion a ladder of 0 to 5 but the strategy.
pub fn dbi() -> Framework {
    let text = dbi_yaml();
    read("frameworks/dbi.yaml", &text).unwrap_or_else(|found| panic!("{found:#?}"))
}

pub const PILLARS: [(&str, u32, &str, usize); 6] = [
    ("p1", 65, "0.203", 13),
    ("p2", 25, "0.078", 1),
    ("p3", 80, "0.250", 16),
    ("p4", 65, "0.203", 13),
    ("p5", 50, "0.156", 10),
    ("p6", 35, "0.109", 7),
];

pub fn dbi_yaml() -> String {
    let mut out = String::from(
        "framework: dbi-test\nversion: \"2021\"\nkind: index\nsubject: enterprise\nname: {vi: Chỉ số, en: Index}\n\
         about: {vi: Thử, en: Test}\neffective: {from: 2021-12-13, to: 2023-11-06}\noffered: true\n\
         legal_basis: [{document: Quyết định 1970/QĐ-BTTTT, verified: \"no\"}]\nquick: [p1.c1, p2.c1, p3.c1]\nscales:\n  step:\n    type: ladder\n    options:\n",
    );
    for n in 0..=5 {
        writeln!(out, "      - {{code: s{n}, points: {n}, text: {{vi: Bậc {n}, en: Step {n}}}}}").unwrap();
    }
    out.push_str("  strategy:\n    type: ladder\n    options:\n");
    for n in 0..=5 {
        writeln!(out, "      - {{code: s{n}, points: {}, text: {{vi: Bậc {n}, en: Step {n}}}}}", n * 5).unwrap();
    }
    out.push_str("  share:\n    type: ratio\n    buckets:\n");
    for n in 0..5 {
        writeln!(out, "      - {{up_to: \"{}\", points: {n}}}", n * 20).unwrap();
    }
    out.push_str("      - {points: 5}\ndimensions:\n");
    for (code, max, weight, count) in PILLARS {
        let bounds: Vec<String> = (1..=5).map(|n| (max * n / 5).to_string()).collect();
        writeln!(
            out,
            "  - code: {code}\n    name: {{vi: Trụ {code}, en: Pillar {code}}}\n    weight: \"{weight}\"\n    max: {max}\n    levels: [{}]\n    groups:\n      - code: {code}.1\n        name: {{vi: Nhóm, en: Group}}\n        criteria:",
            bounds.join(", ")
        )
        .unwrap();
        for n in 1..=count {
            let scale = match (code, n) {
                ("p2", _) => "strategy",
                ("p1", 2) => "share",
                _ => "step",
            };
            let extra = match (code, n) {
                ("p3", 16) => ", na: zero, not_applies: [I56]",
                ("p3", 15) => ", na: excluded",
                _ => "",
            };
            writeln!(out, "          - {{code: {code}.c{n}, text: {{vi: Câu {n}, en: Question {n}}}, scale: {scale}{extra}}}").unwrap();
        }
    }
    out.push_str("zero_below: {share: \"10\", at: up}\nlevels:\n  - {level: 0, name: {vi: Chưa khởi động, en: Not started}, rule: \"total <= 20\"}\n");
    for (level, total, pillars) in [(1, 20, 4), (2, 64, 4), (3, 128, 4), (4, 192, 5), (5, 256, 6)] {
        writeln!(out, "  - {{level: {level}, name: {{vi: Mức {level}, en: Level {level}}}, rule: \"total > {total} and dimensions_at({level}) >= {pillars}\"}}").unwrap();
    }
    out.push_str("unplaced: {name: {vi: Chưa đủ điều kiện xếp mức, en: No level can be given}}\n");
    out
}

/// A framework around some dimensions, with everything else in order.
pub fn wrap(scales: &str, dimensions: &str, rest: &str) -> String {
    format!(
        "framework: small\nversion: \"1\"\nkind: index\nsubject: enterprise\nname: {{vi: Nhỏ, en: Small}}\nabout: {{vi: Thử, en: Test}}\n\
         effective: {{from: 2026-01-01}}\nlocal_formula: true\nscales:\n{scales}dimensions:\n{dimensions}{rest}"
    )
}

pub fn small(scales: &str, dimensions: &str, rest: &str) -> Framework {
    let text = wrap(scales, dimensions, rest);
    read("frameworks/small.yaml", &text).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// Answers that give these points in each pillar of [`dbi`], by filling criteria from the first. Multiples of 5 in `p2`.
pub fn with_points(framework: &Framework, points: [u32; 6]) -> Answers {
    let mut answers = Answers::new();
    for ((code, ..), mut left) in PILLARS.into_iter().zip(points) {
        for placed in framework.criteria().filter(|c| c.dimension.code == code) {
            let per = if code == "p2" { 5 } else { 1 };
            let steps = (left / per).min(5);
            left -= steps * per;
            let answer = if placed.criterion.code == "p1.c2" {
                Answer::ratio(i64::from(steps) * 20, 100)
            } else {
                Answer::option(format!("s{steps}"))
            };
            answers.insert(placed.criterion.code.clone(), answer);
        }
        assert_eq!(left, 0, "{code} cannot have that many points");
    }
    answers
}

pub fn plain(framework: &Framework, answers: &Answers) -> Outcome {
    score(framework, answers, &Context::default())
}

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}
