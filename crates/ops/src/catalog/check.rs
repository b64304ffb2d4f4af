//! What a type cannot say: sensible numbers, one rule for each day, figures that exist.

use super::{ALERTS, AlertRule, Catalog, DIRECTIVES, FIGURES, FRONTS, MOST_ALERTS, MOST_EXCEPTIONS, MOST_FIGURES, MOST_NEWEST, MOST_OFFICES, MOST_PANELS, SIGNALS, WALLS};
use crate::alert::Which;
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
    n.codes(ALERTS, "severities", c.alerts.severities.iter().map(|x| x.code.as_str()));
    alerts(&mut n, c);
    n.codes(FIGURES, "figures", c.figures.iter().map(|x| x.code.as_str()));
    figures(&mut n, c);
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
        if wall.panels.is_empty() || wall.panels.len() > MOST_PANELS || wall.newest > MOST_NEWEST || wall.exceptions > MOST_EXCEPTIONS || wall.offices > MOST_OFFICES || wall.alerts > MOST_ALERTS {
            n.say(WALLS, &["walls", &w], "Một màn hình có 1–6 khung, tối đa 20 việc mới, 12 việc cần xem, 12 cảnh báo và 12 đơn vị.", "A wall has 1–6 panels, at most 20 newest acts, 12 exceptions, 12 alerts and 12 offices.");
        }
        for (p, panel) in wall.panels.iter().enumerate() {
            let p = p.to_string();
            if panel.figures.is_empty() || panel.figures.len() > MOST_FIGURES || panel.stale_minutes < 1 {
                n.say(WALLS, &["walls", &w, "panels", &p], "Một khung có 1–8 số liệu, stale_minutes từ 1.", "A panel has 1–8 figures, stale_minutes from 1.");
            }
            for (f, figure) in panel.figures.iter().enumerate() {
                let known = match figure.code.split_once('.') {
                    Some(("directives", group)) => Group::of(group).is_some(),
                    Some(("questions", which)) => matches!(which, "open" | "late"),
                    // What other rooms tell is checked where they are put together.
                    Some(("dossiers" | "indicators" | "indices", _)) => true,
                    Some(("alerts", which)) => Which::of(which).is_some(),
                    _ => false,
                };
                if !known {
                    n.say(WALLS, &["walls", &w, "panels", &p, "figures", &f.to_string()], format!("Không có số liệu “{}”.", figure.code), format!("There is no figure “{}”.", figure.code));
                }
            }
        }
    }
}

/// Every rule hears a signal there is, names what exists, and none stands back for itself.
fn alerts(n: &mut Notes<'_>, c: &Catalog) {
    let a = &c.alerts;
    if a.silence_days == 0 || a.silence_days > 365 || a.reason_letters > 500 || a.share_days == 0 || a.share_days > 3650 {
        n.say(ALERTS, &["silence_days"], "silence_days từ 1 đến 365, share_days từ 1 đến 3650, reason_letters tối đa 500.", "silence_days from 1 to 365, share_days from 1 to 3650, reason_letters at most 500.");
    }
    for (i, r) in a.rules.iter().enumerate() {
        let at = i.to_string();
        let mut say = |key: &str, vi: String, en: String| n.say(ALERTS, &["rules", &at, key], vi, en);
        if r.code.is_empty() || r.code.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            say("code", format!("Mã “{}” chỉ gồm chữ không dấu, số và gạch nối.", r.code), format!("The code “{}” is letters, digits and hyphens.", r.code));
        }
        if a.rules.iter().take(i).any(|o| o.code == r.code && overlap(o, r)) {
            say("effective", format!("“{}” đã có quy tắc cùng hiệu lực ở trên.", r.code), format!("“{}” has a rule above that is in force on the same days.", r.code));
        }
        if r.legal_basis.is_empty() || r.effective.to.is_some_and(|to| to < r.effective.from) {
            say("legal_basis", "Thiếu căn cứ, hoặc ngày hết trước ngày bắt đầu.".into(), "The source is missing, or the end is before the beginning.".into());
        }
        if !SIGNALS.iter().any(|s| s.0 == r.signal) {
            say("signal", format!("Không có tín hiệu “{}”.", r.signal), format!("There is no signal “{}”.", r.signal));
        }
        if a.severity(&r.severity).is_none() {
            say("severity", format!("Không có mức “{}”.", r.severity), format!("There is no severity “{}”.", r.severity));
        }
        if r.owner.is_empty() || !(0..=525_600).contains(&r.for_minutes) || r.at_least < 0 {
            say("owner", "owner không để trống; at_least từ 0; for_minutes từ 0 đến 525600.".into(), "owner is not empty; at_least from 0; for_minutes from 0 to 525600.".into());
        }
        let fixed = |s: kernel::calendar::Span| s.working_seconds().is_some_and(|s| s > 0);
        if r.escalate.iter().any(|e| !fixed(e.after) || e.to == super::Level::Office) || r.repeat.is_some_and(|s| !fixed(s)) {
            say("escalate", "after và repeat tính theo giờ hoặc ngày làm việc; to là leader hoặc province.".into(), "after and repeat are working hours or days; to is leader or province.".into());
        }
        for code in &r.inhibits {
            if !a.rules.iter().any(|o| o.code == *code) {
                say("inhibits", format!("Không có quy tắc “{code}”."), format!("There is no rule “{code}”."));
            }
        }
        if reaches(&a.rules, &r.code, &r.code, a.rules.len()) {
            say("inhibits", format!("“{}” tự ức chế chính mình (vòng).", r.code), format!("“{}” stands back for itself (a circle).", r.code));
        }
    }
}

/// A plan in the unit of its figure, by rising dates.
fn figures(n: &mut Notes<'_>, c: &Catalog) {
    for (i, f) in c.figures.iter().enumerate() {
        let i = i.to_string();
        if f.legal_basis.is_empty() || !f.code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
            n.say(FIGURES, &["figures", &i], "Mã chỉ gồm chữ không dấu, số, chấm, gạch; phải có căn cứ.", "The code is letters, digits, dots and hyphens; a source is needed.");
        }
        let share = f.told_as == super::ToldAs::Share;
        let fine = |p: &super::PlanPoint| if share { p.number.is_none() && p.percent.is_some_and(|x| (0..=100).contains(&x)) } else { p.percent.is_none() && p.number.is_some_and(|x| x >= 0) };
        if !f.plan.iter().all(fine) || f.plan.windows(2).any(|w| w[0].from >= w[1].from) {
            n.say(FIGURES, &["figures", &i, "plan"], "Kế hoạch của tỷ lệ ghi percent từ 0 đến 100, của số đếm ghi number từ 0; ngày tăng dần.", "The plan of a share is a percent from 0 to 100, of a count a number from 0; by rising dates.");
        }
    }
}

fn overlap(a: &AlertRule, b: &AlertRule) -> bool {
    a.effective.contains(b.effective.from) || b.effective.contains(a.effective.from)
}

/// Whether what `from` inhibits comes back to `to`.
fn reaches(rules: &[AlertRule], from: &str, to: &str, left: usize) -> bool {
    left > 0 && rules.iter().filter(|r| r.code == from).flat_map(|r| &r.inhibits).any(|c| c == to || reaches(rules, c, to, left - 1))
}
