//! What a type cannot say: sensible numbers, one rule for each day, figures that exist.

use super::{Catalog, DIRECTIVES, FRONTS, WALLS};
use crate::directive::Group;
use kernel::catalog::{Files, Finding};
use std::collections::BTreeSet;

struct Notes<'a> {
    files: &'a Files,
    found: Vec<Finding>,
}

impl Notes<'_> {
    fn say(&mut self, path: &str, keys: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        self.found.push(Finding::at(path, self.files.get(path).map_or("", |t| t), keys, vi, en));
    }
    fn codes<'c>(&mut self, path: &str, key: &str, codes: impl Iterator<Item = &'c str>) {
        let mut seen = BTreeSet::new();
        let mut none = true;
        for (i, code) in codes.enumerate() {
            none = false;
            if code.is_empty() || !seen.insert(code) {
                self.say(path, &[key, &i.to_string()], format!("Mã “{code}” trống hoặc đã có ở trên."), format!("The code “{code}” is empty or given above."));
            }
        }
        if none {
            self.say(path, &[key], "Danh sách trống.", "The list is empty.");
        }
    }
}

pub fn all(files: &Files, c: &Catalog) -> Vec<Finding> {
    let mut n = Notes { files, found: Vec::new() };
    n.codes(DIRECTIVES, "urgencies", c.directives.urgencies.iter().map(|x| x.code.as_str()));
    n.codes(DIRECTIVES, "qualities", c.directives.qualities.iter().map(|x| x.code.as_str()));
    n.codes(FRONTS, "fronts", c.fronts.iter().map(|x| x.code.as_str()));
    n.codes(WALLS, "walls", c.walls.iter().map(|x| x.code.as_str()));
    rules(&mut n, c);
    walls(&mut n, c);
    n.found
}

/// Dates that overlap or leave days uncovered are findings: a day has exactly one rule.
fn rules(n: &mut Notes<'_>, c: &Catalog) {
    let table = &c.directives.rules;
    if table.is_empty() {
        n.say(DIRECTIVES, &["rules"], "Bảng trống; cần ít nhất một dòng.", "The table is empty; one line at least is needed.");
    }
    for (i, (line, next)) in table.iter().zip(table.iter().skip(1)).enumerate() {
        if line.effective.to.and_then(|to| to.tomorrow().ok()) != Some(next.effective.from) {
            let at = (i + 1).to_string();
            n.say(DIRECTIVES, &["rules", &at, "effective"], "Hiệu lực phải bắt đầu ngay sau dòng trước: không chồng, không hở.", "It must begin the day after the line before ends: no overlap, no gap.");
        }
    }
    for (i, d) in table.iter().enumerate() {
        let i = i.to_string();
        let r = &d.rule;
        if d.legal_basis.is_empty() || d.effective.to.is_some_and(|to| to < d.effective.from) {
            n.say(DIRECTIVES, &["rules", &i], "Thiếu căn cứ, hoặc ngày hết trước ngày bắt đầu.", "The source is missing, or the end is before the beginning.");
        }
        if r.warning_days > 60 || r.long_overdue_days > 3650 || r.undated_days > 3650 || r.extension.most > 100 || r.extension.reason_letters > 500 {
            n.say(DIRECTIVES, &["rules", &i, "rule"], "warning_days tối đa 60; số ngày tối đa 3650; gia hạn tối đa 100 lần; lý do tối đa 500 ký tự.", "warning_days at most 60; days at most 3650; 100 extensions; 500 letters.");
        }
        if r.explanation.working_seconds().is_none_or(|s| s == 0) {
            n.say(DIRECTIVES, &["rules", &i, "rule", "explanation"], "Thời hạn giải trình tính theo giờ hoặc ngày làm việc.", "The time to explain is in working hours or working days.");
        }
    }
}

fn walls(n: &mut Notes<'_>, c: &Catalog) {
    for (w, wall) in c.walls.iter().enumerate() {
        let w = w.to_string();
        if wall.panels.is_empty() || wall.panels.len() > 6 || wall.newest > 20 || wall.exceptions > 12 || wall.offices > 12 {
            n.say(WALLS, &["walls", &w], "Một màn hình có 1–6 khung, tối đa 20 việc mới, 12 việc cần xem và 12 đơn vị.", "A wall has 1–6 panels, at most 20 newest acts, 12 exceptions and 12 offices.");
        }
        for (p, panel) in wall.panels.iter().enumerate() {
            let p = p.to_string();
            if panel.figures.is_empty() || panel.figures.len() > 8 || panel.stale_minutes < 1 {
                n.say(WALLS, &["walls", &w, "panels", &p], "Một khung có 1–8 số liệu, stale_minutes từ 1.", "A panel has 1–8 figures, stale_minutes from 1.");
            }
            for (f, figure) in panel.figures.iter().enumerate() {
                let known = match figure.code.split_once('.') {
                    Some(("directives", group)) => Group::of(group).is_some(),
                    Some(("questions", which)) => matches!(which, "open" | "late"),
                    Some(("dossiers", _)) => true,
                    _ => false,
                };
                if !known {
                    n.say(WALLS, &["walls", &w, "panels", &p, "figures", &f.to_string()], format!("Không có số liệu “{}”.", figure.code), format!("There is no figure “{}”.", figure.code));
                }
            }
        }
    }
}
