//! What a type cannot say: references between files, sensible numbers, tables without overlap or gap.

use super::{Base, Competences, Dated, Network, Template};
use kernel::catalog::Finding;
use std::collections::BTreeSet;

pub fn template(path: &str, text: &str, t: &Template, known: &Competences, out: &mut Vec<Finding>) {
    let mut say = |keys: &[&str], vi: String, en: String| out.push(Finding::at(path, text, keys, vi, en));
    if t.legal_basis.is_empty() {
        say(&["legal_basis"], "Cần ghi ít nhất một căn cứ.".into(), "At least one source is needed.".into());
    }
    if !known.fields.iter().any(|f| f.code == t.field) {
        say(&["field"], format!("Không có lĩnh vực “{}” trong competences.yaml.", t.field), format!("There is no field “{}” in competences.yaml.", t.field));
    }
    if t.term_months == 0 || t.term_months > 120 {
        say(&["term_months"], "Nhiệm kỳ phải từ 1 đến 120 tháng.".into(), "The term must be 1 to 120 months.".into());
    }
    let r = &t.rules;
    if r.size.min == 0 || r.size.min > r.size.max || r.size.max > 99 {
        say(&["rules", "size"], "Số thành viên: min từ 1, không lớn hơn max, max không quá 99.".into(), "Members: min from 1, not above max, max at most 99.".into());
    }
    for (key, bar) in [("quorum", &r.quorum), ("majority", &r.majority)] {
        if bar.more_than.is_some() == bar.at_least.is_some() {
            say(&["rules", key], "Ghi đúng một trong hai khóa more_than, at_least.".into(), "Give exactly one of more_than and at_least.".into());
        }
        if bar.more_than.is_some_and(|s| s.part == s.whole) {
            say(&["rules", key], "Không thể hơn toàn bộ; dùng at_least: 1/1.".into(), "More than all is impossible; use at_least: 1/1.".into());
        }
    }
    if !matches!(r.quorum.of, Base::Seats | Base::Eligible) {
        say(&["rules", "quorum"], "Số người tối thiểu phải tính trên seats hoặc eligible.".into(), "A quorum is taken of seats or eligible.".into());
    }
    if r.quorum.minimum > r.size.max || r.majority.minimum > r.size.max {
        say(&["rules", "quorum"], "minimum lớn hơn số thành viên tối đa.".into(), "minimum is above the largest size.".into());
    }
    if r.kinds.is_empty() {
        say(&["rules", "kinds"], "Cần ít nhất một loại việc.".into(), "At least one kind of matter is needed.".into());
    }
    for (i, d) in r.delegated.iter().enumerate() {
        let i = i.to_string();
        if !r.kinds.contains(&d.kind) {
            say(&["rules", "delegated", &i], "Loại việc này không có trong kinds.".into(), "This kind is not among kinds.".into());
        }
        if d.up_to.is_some_and(|a| a.0 <= 0) {
            say(&["rules", "delegated", &i], "Mức ủy quyền phải lớn hơn 0.".into(), "The limit must be above zero.".into());
        }
    }
    for kind in r.due.keys().filter(|k| !r.kinds.contains(k)) {
        say(&["rules", "due", kind.code()], "Loại việc này không có trong kinds.".into(), "This kind is not among kinds.".into());
    }
    for (i, w) in r.matrix.iter().enumerate() {
        let i = i.to_string();
        if !known.competences.iter().any(|c| c.code == w.competence) {
            say(&["rules", "matrix", &i], format!("Không có năng lực “{}”.", w.competence), format!("There is no competence “{}”.", w.competence));
        }
        if w.level == 0 || usize::from(w.level) > known.levels.len() || w.members == 0 {
            say(&["rules", "matrix", &i], "Mức phải nằm trong thang, số người từ 1.".into(), "The level must be on the scale, members from 1.".into());
        }
    }
}

pub fn network(path: &str, text: &str, n: &Network, out: &mut Vec<Finding>) {
    dated(path, text, "recognition", &n.recognition, out);
    dated(path, text, "conflicts", &n.conflicts, out);
    dated(path, text, "matching", &n.matching, out);
    dated(path, text, "ratings", &n.ratings, out);
    for (i, _) in n.ratings.iter().enumerate().filter(|(_, d)| d.rule.shown_from == 0 || d.rule.change_days > 366) {
        out.push(Finding::at(path, text, &["ratings", &i.to_string(), "rule"], "shown_from từ 1; change_days không quá 366.", "shown_from from 1; change_days at most 366."));
    }
    repeated(path, text, "grounds", n.grounds.iter().map(|g| g.code.as_str()), out);
    for (i, d) in n.recognition.iter().enumerate() {
        if d.rule.stars_to < 2 || d.rule.stars_to > 10 || d.rule.marks_to == 0 {
            out.push(Finding::at(path, text, &["recognition", &i.to_string(), "rule"], "stars_to từ 2 đến 10, marks_to từ 1.", "stars_to is 2 to 10, marks_to from 1."));
        }
    }
    for (i, d) in n.matching.iter().enumerate() {
        if d.rule.window_days == 0 || d.rule.newcomer_percent == 0 || d.rule.newcomer_percent > 100 {
            out.push(Finding::at(path, text, &["matching", &i.to_string(), "rule"], "window_days từ 1; newcomer_percent từ 1 đến 100.", "window_days from 1; newcomer_percent 1 to 100."));
        }
    }
}

pub fn competences(path: &str, text: &str, c: &Competences, out: &mut Vec<Finding>) {
    repeated(path, text, "fields", c.fields.iter().map(|f| f.code.as_str()), out);
    repeated(path, text, "sectors", c.sectors.iter().map(|f| f.code.as_str()), out);
    repeated(path, text, "languages", c.languages.iter().map(|f| f.code.as_str()), out);
    repeated(path, text, "competences", c.competences.iter().map(|f| f.code.as_str()), out);
    if c.levels.is_empty() || c.levels.len() > 9 {
        out.push(Finding::at(path, text, &["levels"], "Thang năng lực có từ 1 đến 9 mức.", "The scale has 1 to 9 levels."));
    }
    for (i, competence) in c.competences.iter().enumerate() {
        for field in competence.fields.iter().filter(|f| !c.fields.iter().any(|k| &k.code == *f)) {
            out.push(Finding::at(path, text, &["competences", &i.to_string(), "fields"], format!("Không có lĩnh vực “{field}”."), format!("There is no field “{field}”.")));
        }
    }
}

/// Dates that overlap or leave days uncovered between two rules are findings: a day has exactly one rule.
fn dated<T>(path: &str, text: &str, key: &str, table: &[Dated<T>], out: &mut Vec<Finding>) {
    if table.is_empty() {
        out.push(Finding::at(path, text, &[key], "Bảng trống; cần ít nhất một dòng.", "The table is empty; one line at least is needed."));
    }
    for (i, (line, next)) in table.iter().zip(table.iter().skip(1)).enumerate() {
        let follows = line.effective.to.and_then(|to| to.tomorrow().ok()) == Some(next.effective.from);
        if !follows {
            let at = (i + 1).to_string();
            out.push(Finding::at(
                path,
                text,
                &[key, &at, "effective"],
                format!("Hiệu lực phải bắt đầu ngay sau dòng trước ({}): không chồng, không hở.", line.effective.to.map_or("chưa có ngày hết".to_owned(), |d| d.to_string())),
                format!("It must begin the day after the line before ends ({}): no overlap, no gap.", line.effective.to.map_or("open".to_owned(), |d| d.to_string())),
            ));
        }
    }
    for (i, line) in table.iter().enumerate().filter(|(_, l)| l.legal_basis.is_empty() || l.effective.to.is_some_and(|to| to < l.effective.from)) {
        let _ = line;
        out.push(Finding::at(path, text, &[key, &i.to_string()], "Thiếu căn cứ, hoặc ngày hết trước ngày bắt đầu.", "The source is missing, or the end is before the beginning."));
    }
}

fn repeated<'a>(path: &str, text: &str, key: &str, codes: impl Iterator<Item = &'a str>, out: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (i, code) in codes.enumerate() {
        if !seen.insert(code) || code.is_empty() {
            out.push(Finding::at(path, text, &[key, &i.to_string(), "code"], format!("Mã “{code}” trống hoặc đã có ở trên."), format!("The code “{code}” is empty or given above.")));
        }
    }
}
