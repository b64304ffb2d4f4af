//! What must hold between the values of the room's files, said with the line.

use super::{Catalog, Criterion, FOLDER, Files, Finding, Sanction, is_code};
use std::collections::BTreeSet;

/// A value that fully meets.
const FULL: u32 = 10_000;

struct Report<'a> {
    files: &'a Files,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    fn say(&mut self, name: &str, path: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        let file = format!("{FOLDER}/{name}");
        let text = self.files.get(&file).unwrap_or_default();
        self.findings.push(Finding::at(&file, text, path, vi, en));
    }
    fn repeated<'b>(&mut self, name: &str, key: &str, codes: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for (i, code) in codes.enumerate() {
            if !seen.insert(code) {
                self.say(name, &[key, &i.to_string(), "code"], format!("Mã “{code}” bị lặp."), format!("The code “{code}” is given twice."));
            }
        }
    }
}

pub(super) fn check(c: &Catalog, files: &Files, findings: &mut Vec<Finding>) {
    let mut r = Report { files, findings };
    criteria(c, &mut r);
    numbers(c, &mut r);
    vetting(c, &mut r);
    for (i, rule) in c.suspension.rules.iter().enumerate() {
        if rule.effect == Sanction::Suspend && rule.bar_days != 0 || rule.bar_days < 0 {
            r.say(
                "suspension.yaml",
                &["rules", &i.to_string(), "bar_days"],
                "Chỉ quy tắc gỡ bỏ (withdraw) mới có thời gian cấm, và không âm.",
                "Only a rule that withdraws has a bar, and never a negative one.",
            );
        }
    }
    r.repeated("suspension.yaml", "rules", c.suspension.rules.iter().map(|x| x.code.as_str()));
    let t = &c.terms;
    for (key, list) in [
        ("sectors", &t.sectors),
        ("sizes", &t.sizes),
        ("stages", &t.stages),
        ("languages", &t.languages),
        ("hosting", &t.hosting),
        ("integrations", &t.integrations),
    ] {
        r.repeated("terms.yaml", key, list.iter().map(|x| x.code.as_str()));
    }
}

fn criteria(c: &Catalog, r: &mut Report<'_>) {
    const FILE: &str = "criteria.yaml";
    r.repeated(FILE, "criteria", c.rules.criteria.iter().map(|x| x.code.as_str()));
    let total: u64 = c.rules.criteria.iter().map(|x| u64::from(x.weight)).sum::<u64>() + u64::from(c.rules.gaps.weight);
    if total != u64::from(FULL) {
        r.say(
            FILE,
            &["criteria"],
            format!("Tổng trọng số (kể cả `gaps`) là {total}, phải bằng 10000."),
            format!("The weights with `gaps` add up to {total}; they must be 10000."),
        );
    }
    for (i, criterion) in c.rules.criteria.iter().enumerate() {
        let at = i.to_string();
        if !is_code(&criterion.code) || criterion.code == "gaps" {
            r.say(
                FILE,
                &["criteria", &at, "code"],
                "Mã tiêu chí: chữ thường, số, gạch; không dùng “gaps”.",
                "A code has small letters, digits and dashes, and is not “gaps”.",
            );
        }
        if let Some((vi, en)) = anchors(criterion) {
            r.say(FILE, &["criteria", &at], vi, en);
        }
    }
}

fn anchors(c: &Criterion) -> Option<(&'static str, &'static str)> {
    let values = c.anchors.iter().map(|a| a.value).chain(c.table.values().copied()).chain([c.unknown]);
    if values.into_iter().any(|v| v > FULL) {
        return Some(("Giá trị của mốc từ 0 đến 10000.", "The value of an anchor is between 0 and 10000."));
    }
    if c.measure.is_table() {
        return (c.table.is_empty() || !c.anchors.is_empty())
            .then_some(("Tiêu chí này cần `table`, không cần `anchors`.", "This criterion needs a `table` and no `anchors`."));
    }
    if c.anchors.len() < 2 || !c.table.is_empty() {
        return Some(("Tiêu chí này cần ít nhất hai `anchors` và không có `table`.", "This criterion needs two `anchors` or more and no `table`."));
    }
    let ordered = c.anchors.windows(2).all(|w| matches!(w, [a, b] if a.at < b.at));
    let rising = c.anchors.windows(2).all(|w| matches!(w, [a, b] if a.value <= b.value));
    let falling = c.anchors.windows(2).all(|w| matches!(w, [a, b] if a.value >= b.value));
    // One direction only: otherwise "a better fact never lowers" could not hold.
    (!ordered || !(rising || falling))
        .then_some(("Mốc phải tăng dần theo `at`, giá trị chỉ tăng hoặc chỉ giảm.", "Anchors rise by `at`, and their values only rise or only fall."))
}

fn numbers(c: &Catalog, r: &mut Report<'_>) {
    const FILE: &str = "criteria.yaml";
    let x = &c.rules;
    if x.robustness.spread >= FULL
        || x.robustness.draws == 0
        || x.robustness.draws > 10_000
        || !(2..=200).contains(&x.robustness.field)
        || x.robustness.tie > 1000
    {
        r.say(
            FILE,
            &["robustness"],
            "draws 1–10000, spread dưới 10000, field 2–200, tie tối đa 1000.",
            "draws 1–10000, spread below 10000, field 2–200, tie at most 1000.",
        );
    }
    if x.gaps.most == 0 || x.gaps.most > 20 || x.gaps.at_stage > FULL || x.gaps.other_stage > x.gaps.at_stage {
        r.say(FILE, &["gaps"], "most 1–20; other_stage không lớn hơn at_stage, tối đa 10000.", "most 1–20; other_stage not above at_stage, at most 10000.");
    }
    if x.shown == 0 || x.shown > 50 || x.least_score > FULL || x.exploration.floor > FULL {
        r.say(FILE, &["shown"], "shown 1–50; least_score và exploration.floor tối đa 10000.", "shown 1–50; least_score and exploration.floor at most 10000.");
    }
    let known = |item: &String| item == "gaps" || x.criteria.iter().any(|c| &c.code == item);
    let items = &x.ahp.items;
    if !(2..=9).contains(&items.len()) || !items.iter().all(known) || x.ahp.random_index.len() < items.len() {
        r.say(FILE, &["ahp"], "items: 2–9 mã tiêu chí (hoặc gaps), random_index đủ dài.", "items: 2–9 codes of criteria (or gaps), random_index long enough.");
    }
}

fn vetting(c: &Catalog, r: &mut Report<'_>) {
    const FILE: &str = "vetting.yaml";
    r.repeated(FILE, "checklist", c.vetting.checklist.iter().map(|x| x.code.as_str()));
    for (i, item) in c.vetting.checklist.iter().enumerate() {
        for proof in item.proofs.iter().filter(|p| c.proofs.get(p).is_none()) {
            r.say(
                FILE,
                &["checklist", &i.to_string(), "proofs"],
                format!("Không có loại minh chứng “{proof}” trong proofs.yaml."),
                format!("There is no kind of proof “{proof}” in proofs.yaml."),
            );
        }
    }
    for (i, required) in c.rules.conditions.required.iter().enumerate() {
        if c.proofs.get(&required.proof).is_none() {
            r.say(
                "criteria.yaml",
                &["conditions", "required", &i.to_string(), "proof"],
                format!("Không có loại minh chứng “{}”.", required.proof),
                format!("There is no kind of proof “{}”.", required.proof),
            );
        }
        if !c.knows_type(&required.kind) {
            r.say(
                "criteria.yaml",
                &["conditions", "required", &i.to_string(), "type"],
                format!("Không có loại giải pháp “{}” trong codes/solution-types.yaml.", required.kind),
                format!("There is no type “{}” in codes/solution-types.yaml.", required.kind),
            );
        }
    }
    for (key, code) in [("portal_proof", &c.rules.conditions.portal_proof), ("label_proof", &c.rules.conditions.label_proof)] {
        if c.proofs.get(code).is_none() {
            r.say("criteria.yaml", &["conditions", key], format!("Không có loại minh chứng “{code}”."), format!("There is no kind of proof “{code}”."));
        }
    }
    for (i, kind) in c.proofs.kinds.iter().enumerate() {
        if kind.expiry == super::Expiry::Optional && kind.valid_days.is_none_or(|d| d <= 0) {
            r.say(
                "proofs.yaml",
                &["kinds", &i.to_string()],
                "Loại có hạn tùy chọn cần `valid_days` dương.",
                "A kind with optional expiry needs a positive `valid_days`.",
            );
        }
    }
    r.repeated("proofs.yaml", "kinds", c.proofs.kinds.iter().map(|k| k.code.as_str()));
}
