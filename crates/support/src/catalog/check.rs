//! What must hold of the catalogue before a đồng is promised on it. Every finding names file and line and says why.

use super::{Beneficiary, Content, Group, Percent, Procedure, Rate, Scheme, SizeEdition};
use kernel::{
    catalog::{Effective, Files, Finding},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// A value with the file and the place in its list it came from.
pub(super) struct At<T> {
    pub file: String,
    pub index: usize,
    pub value: T,
}

#[derive(Default)]
pub(super) struct Placed {
    pub schemes: Vec<Scheme>,
    pub contents: Vec<At<Content>>,
    pub rates: Vec<At<Rate>>,
}

/// Who says what is wrong where, without repeating itself.
pub(super) struct Teller<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub findings: &'a mut Vec<Finding>,
}

impl Teller<'_> {
    pub(super) fn say(&mut self, path: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        self.findings.push(Finding::at(self.file, self.text, path, vi, en));
    }
}

fn dates(effective: Effective) -> (Date, Date) {
    (effective.from, effective.to.unwrap_or(Date::MAX))
}

/// What is wrong with the dates of rows that take turns: `(overlap, gap)` as the index of the later row.
pub(super) fn turns(mut rows: Vec<(usize, Effective)>) -> (Vec<usize>, Vec<usize>) {
    rows.sort_by_key(|(_, e)| dates(*e));
    let (mut overlaps, mut gaps) = (Vec::new(), Vec::new());
    for pair in rows.windows(2) {
        let [(_, earlier), (later, next)] = pair else { continue };
        let end = dates(*earlier).1;
        match end.tomorrow() {
            Ok(after) if next.from == after => {}
            Ok(after) if next.from > after => gaps.push(*later),
            _ => overlaps.push(*later),
        }
    }
    (overlaps, gaps)
}

pub(super) fn backwards(effective: Effective) -> bool {
    effective.to.is_some_and(|to| to < effective.from)
}

/// Size editions: they take turns without gap or overlap; limits grow with the class; each group has its limits.
pub(super) fn sizes(file: &str, text: &str, editions: &[SizeEdition], findings: &mut Vec<Finding>) {
    let mut t = Teller { file, text, findings };
    let (overlaps, gaps) = turns(editions.iter().map(|e| e.effective).enumerate().collect());
    for i in overlaps {
        t.say(&["editions", &i.to_string(), "effective"], "Khoảng hiệu lực chồng lên bản khác.", "The dates overlap another edition's.");
    }
    for i in gaps {
        t.say(&["editions", &i.to_string(), "effective"], "Có ngày không bản nào áp dụng trước bản này.", "There are days before this edition on which none applies.");
    }
    for (i, edition) in editions.iter().enumerate() {
        one_edition(&mut t, &i.to_string(), edition);
    }
}

fn one_edition(t: &mut Teller<'_>, at: &str, edition: &SizeEdition) {
    if edition.classes.iter().map(|c| c.class).ne([Beneficiary::Micro, Beneficiary::Small, Beneficiary::Medium]) {
        t.say(&["editions", at, "classes"], "Cần đúng ba mức micro, small, medium theo thứ tự đó.", "The classes are micro, small and medium, in this order.");
    }
    for (c, class) in edition.classes.iter().enumerate() {
        let place = c.to_string();
        for group in &edition.groups {
            let Some(limits) = class.limits.get(&group.code) else {
                t.say(&["editions", at, "classes", &place, "limits"], format!("Thiếu ngưỡng của nhóm ngành “{}”.", group.code), format!("The limits of group “{}” are missing.", group.code));
                continue;
            };
            let smaller = c.checked_sub(1).and_then(|b| edition.classes.get(b)).and_then(|b| b.limits.get(&group.code));
            if smaller.is_some_and(|s| s.people >= limits.people || s.revenue > limits.revenue || s.capital > limits.capital) {
                t.say(
                    &["editions", at, "classes", &place, "limits", &group.code],
                    "Ngưỡng của mức lớn hơn phải cao hơn mức nhỏ hơn liền trước.",
                    "The limits of a larger class must be above those of the class before it.",
                );
            }
        }
        for code in class.limits.keys().filter(|code| edition.groups.iter().all(|g| g.code != **code)) {
            t.say(&["editions", at, "classes", &place, "limits", code], format!("Không có nhóm ngành “{code}”."), format!("There is no sector group “{code}”."));
        }
    }
    let mut seen = BTreeSet::new();
    for (g, group) in edition.groups.iter().enumerate() {
        if let Some(twice) = group.sections.iter().find(|s| !seen.insert(s.as_str())) {
            t.say(&["editions", at, "groups", &g.to_string(), "sections"], format!("Ngành cấp 1 “{twice}” đã thuộc nhóm khác."), format!("Section “{twice}” is in another group already."));
        }
    }
    for (key, percent) in [("women_owned", edition.women_owned.capital_percent), ("many_women", edition.many_women.percent_below), ("many_women", edition.many_women.percent_from)] {
        if percent > Percent::WHOLE {
            t.say(&["editions", at, key], "Tỷ lệ quá 100 %.", "A share above 100 %.");
        }
    }
}

/// The procedure: rules 1 to 11, each cited; the report's day is a day; shares within 100 %.
pub(super) fn procedure(file: &str, text: &str, p: &Procedure, findings: &mut Vec<Finding>) {
    let mut t = Teller { file, text, findings };
    if p.rules.iter().map(|r| r.no).ne(1..=11) {
        t.say(&["rules"], "Cần đủ mười một quy tắc, số 1 đến 11 theo thứ tự.", "All eleven rules are needed, 1 to 11 in order.");
    }
    for (i, rule) in p.rules.iter().enumerate() {
        if rule.legal_basis.is_empty() {
            t.say(&["rules", &i.to_string(), "legal_basis"], "Quy tắc phải có căn cứ.", "A rule needs its legal basis.");
        }
    }
    let (overlaps, gaps) = turns(p.readiness.iter().map(|r| r.effective).enumerate().collect());
    for i in overlaps.into_iter().chain(gaps) {
        t.say(&["readiness", &i.to_string(), "effective"], "Các quy tắc về kết quả đánh giá phải nối tiếp nhau, không chồng, không hở ngày.", "The rules on assessments take turns without overlap or gap.");
    }
    if p.readiness.is_empty() || p.readiness.iter().any(|r| r.frameworks.is_empty()) {
        t.say(&["readiness"], "Cần ít nhất một bộ tiêu chí cho kết quả đánh giá mức độ sẵn sàng.", "At least one framework must show readiness.");
    }
    if p.report.in_year(2028).is_none() {
        t.say(&["report", "before"], "Ngày phải có dạng \"12-15\".", "The day is written \"12-15\".");
    }
    if p.management.direct_percent > Percent::WHOLE || p.management.general_percent > Percent::WHOLE {
        t.say(&["management"], "Tỷ lệ quá 100 %.", "A share above 100 %.");
    }
    let mut codes = BTreeSet::new();
    let lists = [("papers", &p.papers), ("payment_papers", &p.payment_papers)];
    for (list, i, paper) in lists.iter().flat_map(|(list, papers)| papers.iter().enumerate().map(move |(i, p)| (*list, i, p))) {
        // The code is part of a field's name.
        let plain = paper.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !plain || paper.code == crate::papers::OTHER {
            t.say(&[list, &i.to_string(), "code"], format!("Mã giấy tờ “{}” chỉ gồm chữ thường, số, gạch dưới và không được là “other”.", paper.code), format!("The paper code “{}” must be of small letters, digits and underscores and not “other”.", paper.code));
        }
        if !codes.insert(paper.code.as_str()) {
            t.say(&[list, &i.to_string(), "code"], format!("Mã giấy tờ “{}” đã có.", paper.code), format!("The paper code “{}” is given twice.", paper.code));
        }
    }
}

/// Contents and rates: known codes, caps with their type, shares within 100 %, dates without overlap or gap, and a
/// province that raises rather than lowers.
pub(super) fn rates(files: &Files, all: &Placed, findings: &mut Vec<Finding>) {
    let text = |file: &str| files.get(file).unwrap_or_default().to_owned();
    let mut contents: BTreeMap<&str, &Content> = BTreeMap::new();
    for at in &all.contents {
        if contents.insert(&at.value.code, &at.value).is_some() {
            let source = text(&at.file);
            let mut t = Teller { file: &at.file, text: &source, findings };
            t.say(&["contents", &at.index.to_string(), "code"], format!("Mã nội dung “{}” đã có.", at.value.code), format!("The content code “{}” is given twice.", at.value.code));
        }
    }
    for at in &all.rates {
        let source = text(&at.file);
        let mut t = Teller { file: &at.file, text: &source, findings };
        one_rate(&mut t, &at.index.to_string(), &at.value, &contents);
        if at.value.province.is_some() {
            raises(&mut t, &at.index.to_string(), &at.value, &all.rates);
        }
    }
    for rows in in_turn(&all.rates).into_values() {
        let (overlaps, gaps) = turns(rows.iter().enumerate().map(|(n, at)| (n, at.value.effective)).collect());
        for (later, vi, en) in overlaps.into_iter().map(|i| (i, "Khoảng hiệu lực chồng lên một mức khác của cùng nội dung và đối tượng.", "The dates overlap another rate of the same content and beneficiary."))
            .chain(gaps.into_iter().map(|i| (i, "Có ngày không có mức nào trước mức này cho cùng nội dung và đối tượng.", "There are days before this rate on which the content has none for this beneficiary.")))
        {
            if let Some(at) = rows.get(later) {
                let source = text(&at.file);
                Teller { file: &at.file, text: &source, findings }.say(&["rates", &at.index.to_string(), "effective"], vi, en);
            }
        }
    }
    findings.dedup();
}

/// Rows that must take turns: the same scheme, content, beneficiary and groups.
fn in_turn(rates: &[At<Rate>]) -> BTreeMap<(&str, &str, Beneficiary, BTreeSet<Group>), Vec<&At<Rate>>> {
    let mut by: BTreeMap<_, Vec<&At<Rate>>> = BTreeMap::new();
    for at in rates {
        for who in at.value.shares.keys() {
            let groups: BTreeSet<Group> = at.value.groups.iter().copied().collect();
            by.entry((at.value.scheme.as_str(), at.value.content.as_str(), *who, groups)).or_default().push(at);
        }
    }
    by
}

fn one_rate(t: &mut Teller<'_>, at: &str, rate: &Rate, contents: &BTreeMap<&str, &Content>) {
    if !contents.contains_key(rate.content.as_str()) {
        t.say(&["rates", at, "content"], format!("Không có nội dung hỗ trợ “{}”.", rate.content), format!("There is no content “{}”.", rate.content));
    }
    if backwards(rate.effective) {
        t.say(&["rates", at, "effective"], "Ngày hết hiệu lực đứng trước ngày bắt đầu.", "The last day is before the first.");
    }
    if rate.shares.is_empty() {
        t.say(&["rates", at, "for"], "Chưa có đối tượng nào.", "There is no beneficiary.");
    }
    for (who, share) in &rate.shares {
        let path = ["rates", at, "for", who.code()];
        if share.percent > Percent::WHOLE || share.percent.0 == 0 {
            t.say(&path, format!("Tỷ lệ {} % không nằm trong 0–100 %.", share.percent), format!("{} % is not within 0–100 %.", share.percent));
        }
        match (share.cap, rate.cap_type.has_cap()) {
            (None, true) => t.say(&path, "Kiểu trần này cần số tiền trần (cap).", "This cap type needs an amount (cap)."),
            (Some(_), false) => t.say(
                &path,
                "Có số tiền trần nhưng kiểu trần không tính theo tiền; đặt cap_type là contract_year, year hoặc month.",
                "There is an amount but the cap type counts no money; make cap_type contract_year, year or month.",
            ),
            (Some(cap), true) if cap.0 <= 0 => t.say(&path, "Số tiền trần phải lớn hơn 0.", "The cap must be above 0."),
            _ => {}
        }
    }
}

/// A province may only raise what the nation gives (Decree 80/2021 Art. 29.2).
fn raises(t: &mut Teller<'_>, at: &str, rate: &Rate, rates: &[At<Rate>]) {
    let touches = |other: &Rate| {
        let ((a, b), (c, d)) = (dates(rate.effective), dates(other.effective));
        other.province.is_none() && other.content == rate.content && a <= d && c <= b && other.groups.iter().all(|g| rate.groups.contains(g))
    };
    for other in rates.iter().map(|r| &r.value).filter(|r| touches(r)) {
        for (who, share) in &rate.shares {
            let Some(national) = other.shares.get(who) else { continue };
            let lower_cap = matches!((share.cap, national.cap), (Some(own), Some(theirs)) if own < theirs);
            if share.percent < national.percent || lower_cap {
                t.say(
                    &["rates", at, "for", who.code()],
                    "Mức của tỉnh thấp hơn mức chung; tỉnh chỉ được quy định mức cao hơn.",
                    "The province's rate is below the national one; a province may only set a higher one.",
                );
            }
        }
    }
}
