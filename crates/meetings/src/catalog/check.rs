//! What a type cannot say: sensible numbers, one rule for each day.

use super::{Bar, Base, Catalog, Dated};
use kernel::catalog::Finding;
use std::collections::BTreeSet;

struct Notes<'a> {
    path: &'a str,
    text: &'a str,
    found: Vec<Finding>,
}

impl Notes<'_> {
    fn say(&mut self, keys: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        self.found.push(Finding::at(self.path, self.text, keys, vi, en));
    }
}

pub fn all(path: &str, text: &str, c: &Catalog) -> Vec<Finding> {
    let mut n = Notes { path, text, found: Vec::new() };
    kinds(&mut n, c);
    dated(&mut n, "rules", &c.rules);
    dated(&mut n, "printing", &c.printing);
    for (i, d) in c.rules.iter().enumerate() {
        let i = i.to_string();
        let r = &d.rule;
        bar(&mut n, &["rules", &i, "rule", "quorum"], &r.quorum);
        bar(&mut n, &["rules", &i, "rule", "majority"], &r.majority);
        if r.quorum.of != Base::Members {
            n.say(&["rules", &i, "rule", "quorum"], "Số người tối thiểu phải tính trên members.", "A quorum is taken of members.");
        }
        if r.papers_days_ahead > 60 || r.speaking_minutes == 0 || r.speaking_minutes > 240 {
            n.say(&["rules", &i, "rule"], "papers_days_ahead từ 0 đến 60; speaking_minutes từ 1 đến 240.", "papers_days_ahead is 0 to 60; speaking_minutes 1 to 240.");
        }
    }
    for (i, d) in c.printing.iter().enumerate() {
        if !(1..=16).contains(&d.rule.pages_per_sheet) {
            n.say(&["printing", &i.to_string(), "rule", "pages_per_sheet"], "Số trang trên một tờ từ 1 đến 16.", "Pages on a sheet: 1 to 16.");
        }
    }
    n.found
}

fn kinds(n: &mut Notes<'_>, c: &Catalog) {
    if c.kinds.is_empty() {
        n.say(&["kinds"], "Cần ít nhất một loại cuộc họp.", "At least one kind of meeting is needed.");
    }
    let mut seen = BTreeSet::new();
    for (i, kind) in c.kinds.iter().enumerate() {
        if kind.code.is_empty() || !seen.insert(kind.code.as_str()) {
            n.say(&["kinds", &i.to_string(), "code"], format!("Mã “{}” trống hoặc đã có ở trên.", kind.code), format!("The code “{}” is empty or given above.", kind.code));
        }
    }
}

fn bar(n: &mut Notes<'_>, keys: &[&str], bar: &Bar) {
    if bar.more_than.is_some() == bar.at_least.is_some() {
        n.say(keys, "Ghi đúng một trong hai khóa more_than, at_least.", "Give exactly one of more_than and at_least.");
    }
    if bar.more_than.is_some_and(|s| s.part == s.whole) {
        n.say(keys, "Không thể hơn toàn bộ; dùng at_least: 1/1.", "More than all is impossible; use at_least: 1/1.");
    }
}

/// Dates that overlap or leave days uncovered between two rules are findings: a day has exactly one rule.
fn dated<T>(n: &mut Notes<'_>, key: &str, table: &[Dated<T>]) {
    if table.is_empty() {
        n.say(&[key], "Bảng trống; cần ít nhất một dòng.", "The table is empty; one line at least is needed.");
    }
    for (i, (line, next)) in table.iter().zip(table.iter().skip(1)).enumerate() {
        if line.effective.to.and_then(|to| to.tomorrow().ok()) != Some(next.effective.from) {
            n.say(
                &[key, &(i + 1).to_string(), "effective"],
                "Hiệu lực phải bắt đầu ngay sau dòng trước: không chồng, không hở.",
                "It must begin the day after the line before ends: no overlap, no gap.",
            );
        }
    }
    for (i, line) in table.iter().enumerate() {
        if line.legal_basis.is_empty() || line.effective.to.is_some_and(|to| to < line.effective.from) {
            n.say(&[key, &i.to_string()], "Thiếu căn cứ, hoặc ngày hết trước ngày bắt đầu.", "The source is missing, or the end is before the beginning.");
        }
    }
}
