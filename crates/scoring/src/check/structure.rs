//! Codes, names, levels: everything of a definition that is no scale and no expression.

use super::{MAX_CRITERIA, scales::MISSING};
use crate::{
    decimal::Decimal,
    definition::{Criterion, Definition, Kind},
    framework::Fault,
};
use kernel::Text;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn both(text: &Text) -> bool {
    !text.vi.trim().is_empty() && !text.en.trim().is_empty()
}

fn text(text: Option<&Text>, path: &[&str], faults: &mut Vec<Fault>) {
    if text.is_some_and(|t| !both(t)) {
        faults.push(Fault::new(path, MISSING.0, MISSING.1));
    }
}

pub(super) fn head(definition: &Definition, faults: &mut Vec<Fault>) {
    for (key, code) in [("framework", &definition.framework), ("version", &definition.version)] {
        let fits = !code.is_empty() && code.len() <= 64 && code.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        if !fits {
            faults.push(Fault::new(
                &[key],
                "Chỉ dùng chữ cái không dấu, chữ số và - . _, tối đa 64 ký tự.",
                "Use letters without marks, digits and - . _ only, at most 64 characters.",
            ));
        }
    }
    text(Some(&definition.name), &["name"], faults);
    text(Some(&definition.about), &["about"], faults);
    if let Some(to) = definition.effective.to.filter(|to| *to < definition.effective.from) {
        faults.push(Fault::new(
            &["effective", "to"],
            format!("Ngày hết hiệu lực {to} trước ngày có hiệu lực."),
            format!("The last day {to} is before the first."),
        ));
    }
    if definition.legal_basis.is_empty() && !definition.local_formula {
        faults.push(Fault::new(
            &["framework"],
            "Thiếu “legal_basis”; nếu đây là công thức của địa phương, ghi local_formula: true.",
            "“legal_basis” is missing; if the formula is the province's own, say local_formula: true.",
        ));
    }
    for (key, day) in definition.calendar.iter().flat_map(|c| {
        [("self_assessment_due", &c.self_assessment_due), ("outside_due", &c.outside_due)]
    }) {
        if day.as_deref().is_some_and(|day| !month_and_day(day)) {
            faults.push(Fault::new(&["calendar", key], "Ngày ghi dạng MM-DD, ví dụ 05-31.", "Write the day as MM-DD, for example 05-31."));
        }
    }
}

fn month_and_day(day: &str) -> bool {
    let mut parts = day.split('-').map(|part| (part.len() == 2).then(|| part.parse::<i8>().ok()).flatten());
    match (parts.next().flatten(), parts.next().flatten(), parts.next()) {
        // A leap year: 02-29 is a day of the calendar.
        (Some(month), Some(day), None) => kernel::time::Date::new(2024, month, day).is_ok(),
        _ => false,
    }
}

/// Codes are unique; dimensions and groups share one set because `points('…')` takes both.
pub(super) fn codes(definition: &Definition, faults: &mut Vec<Fault>) {
    let (mut places, mut criteria) = (BTreeSet::new(), BTreeMap::new());
    let mut asked = 0;
    for (d, dimension) in definition.dimensions.iter().enumerate() {
        let d = d.to_string();
        code(&dimension.code, &["dimensions", &d, "code"], places.insert(dimension.code.as_str()), faults);
        text(Some(&dimension.name), &["dimensions", &d, "name"], faults);
        if dimension.weight.is_some_and(|w| w.is_negative()) {
            faults.push(Fault::new(&["dimensions", &d, "weight"], "Trọng số không âm.", "A weight is not negative."));
        }
        for (g, group) in dimension.groups.iter().enumerate() {
            let g = g.to_string();
            let path = |key| ["dimensions", &d, "groups", &g, key];
            code(&group.code, &path("code"), places.insert(group.code.as_str()), faults);
            text(Some(&group.name), &path("name"), faults);
            if group.cap.is_some_and(|cap| !cap.is_positive()) {
                faults.push(Fault::new(&path("cap"), "Trần điểm phải lớn hơn 0.", "A cap has to be above 0."));
            }
            for (c, criterion) in group.criteria.iter().enumerate() {
                let c = c.to_string();
                let path = ["dimensions", &d, "groups", &g, "criteria", &c, "code"];
                code(&criterion.code, &path, criteria.insert(criterion.code.as_str(), ()).is_none(), faults);
                asked += 1;
            }
        }
    }
    if asked == 0 || asked > MAX_CRITERIA {
        faults.push(Fault::new(
            &["dimensions"],
            format!("Bộ tiêu chí cần từ 1 đến {MAX_CRITERIA} câu; ở đây có {asked}."),
            format!("A framework has 1 to {MAX_CRITERIA} criteria; here are {asked}."),
        ));
    }
    let mut quick = BTreeSet::new();
    for (n, wanted) in definition.quick.iter().enumerate() {
        let n = n.to_string();
        if !criteria.contains_key(wanted.as_str()) {
            faults.push(Fault::new(
                &["quick", &n],
                format!("Câu nhanh “{wanted}” không có trong bộ tiêu chí."),
                format!("The quick criterion “{wanted}” does not exist."),
            ));
        } else if !quick.insert(wanted) {
            faults.push(Fault::new(
                &["quick", &n],
                format!("Câu nhanh “{wanted}” đã có ở trên."),
                format!("The quick criterion “{wanted}” is given above."),
            ));
        }
    }
}

fn code(code: &str, path: &[&str], new: bool, faults: &mut Vec<Fault>) {
    let shape = !code.is_empty() && code.len() <= 64 && code.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if !shape {
        faults.push(Fault::new(
            path,
            format!("Mã “{code}” chỉ được gồm chữ cái không dấu, chữ số và - . _, tối đa 64 ký tự."),
            format!("The code “{code}” may have letters without marks, digits and - . _ only, at most 64."),
        ));
    } else if !new {
        faults.push(Fault::new(path, format!("Mã “{code}” đã dùng ở trên."), format!("The code “{code}” is used above.")));
    }
}

pub(super) fn criterion(criterion: &Criterion, path: &[String], faults: &mut Vec<Fault>) {
    let mut say = |key: &str, vi: &str, en: &str| faults.push(Fault::below(path, key, vi, en));
    if !both(&criterion.text) {
        say("text", MISSING.0, MISSING.1);
    }
    if criterion.example.as_ref().is_some_and(|t| !both(t)) {
        say("example", MISSING.0, MISSING.1);
    }
    if criterion.evidence.as_ref().is_some_and(|t| !both(t)) {
        say("evidence", MISSING.0, MISSING.1);
    }
    if criterion.effort.is_some_and(|e| !e.is_positive()) {
        say("effort", "Công sức (effort) phải lớn hơn 0.", "The effort has to be above 0.");
    }
    if criterion.applies.iter().chain(&criterion.not_applies).any(|p| p.trim().is_empty()) {
        say("applies", "Tiền tố mã ngành VSIC không để trống.", "A VSIC prefix is not empty.");
    }
}

/// Levels go up one by one; a survey has none.
pub(super) fn levels(definition: &Definition, faults: &mut Vec<Fault>) {
    if definition.kind == Kind::Survey && !definition.levels.is_empty() {
        faults.push(Fault::new(&["levels"], "Phiếu khảo sát (survey) không xếp mức.", "A survey gives no levels."));
    }
    let mut last: Option<u32> = None;
    for (n, level) in definition.levels.iter().enumerate() {
        let n = n.to_string();
        text(Some(&level.name), &["levels", &n, "name"], faults);
        text(level.about.as_ref(), &["levels", &n, "about"], faults);
        let wanted = last.map(|l| l.saturating_add(1));
        if wanted.is_some_and(|wanted| wanted != level.level) || level.level > 100 {
            faults.push(Fault::new(
                &["levels", &n, "level"],
                format!("Các mức phải tăng từng bậc một, từ thấp đến cao (sau mức {} là {}).", level_text(last), level_text(wanted)),
                format!("Levels go up one by one, the lowest first (after {} comes {}).", level_text(last), level_text(wanted)),
            ));
        }
        last = Some(level.level);
    }
    if let Some(zero) = &definition.zero_below {
        if zero.share.is_negative() || zero.share > Decimal::HUNDRED {
            faults.push(Fault::new(
                &["zero_below", "share"],
                "Tỷ lệ tính bằng phần trăm, từ 0 đến 100.",
                "The share is in percent, from 0 to 100.",
            ));
        }
    }
    for (n, contradiction) in definition.contradictions.iter().enumerate() {
        text(Some(&contradiction.text), &["contradictions", &n.to_string(), "text"], faults);
    }
    if let Some(unplaced) = &definition.unplaced {
        text(Some(&unplaced.name), &["unplaced", "name"], faults);
    }
}

fn level_text(level: Option<u32>) -> String {
    level.map_or_else(|| "…".to_owned(), |l| l.to_string())
}
