//! Documents whose last day is known (`catalog/laws/lapses.yaml`), and what of a procedure rests on them.

use super::facts;
use casework::Definition;
use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::Deserialize;

const FILE: &str = "laws/lapses.yaml";

/// One document that ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// What a citation is recognised by: `66.7/2025/NQ-CP`.
    pub number: String,
    /// The last day on which it is in force.
    pub last_day: Date,
    /// What holds afterwards.
    pub then: Text,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapses {
    /// So many days before the last day it becomes a warning.
    pub warn_days: u32,
    pub laws: Vec<Law>,
}

/// Something of a procedure that ends on a known day.
#[derive(Debug, Clone, PartialEq)]
pub struct Lapse {
    /// Which part of the procedure.
    pub what: Text,
    /// The document it rests on; absent where the definition itself names its end.
    pub basis: Option<LegalBasis>,
    pub last_day: Date,
    pub then: Text,
    /// Days from today to the last day; negative when it has passed.
    pub days: i64,
    pub warn: bool,
}

impl Lapses {
    /// Reads the file; none is no fault, and then nothing is known to lapse.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let Some(text) = files.get(FILE) else { return Ok(Self::default()) };
        let read: Self = parse_yaml(FILE, text).map_err(|f| vec![f])?;
        let mut findings = Vec::new();
        for (n, law) in read.laws.iter().enumerate() {
            let n = n.to_string();
            if law.number.trim().is_empty() || read.laws.iter().filter(|l| l.number == law.number).count() > 1 {
                findings.push(Finding::at(FILE, text, &["laws", &n, "number"], "số văn bản trống hoặc ghi hai lần", "the number is empty or given twice"));
            }
        }
        if findings.is_empty() { Ok(read) } else { Err(findings) }
    }

    fn law(&self, basis: &LegalBasis) -> Option<&Law> {
        self.laws.iter().find(|l| cites(&basis.document, &l.number))
    }

    /// What of a definition lapses, the soonest first.
    pub fn of(&self, d: &Definition, today: Date) -> Vec<Lapse> {
        let lapse = |what: Text, basis: Option<&LegalBasis>, last_day: Date, then: Text| {
            let days = days_between(today, last_day);
            Lapse { what, basis: basis.cloned(), last_day, then, days, warn: days <= i64::from(self.warn_days) }
        };
        let mut all: Vec<Lapse> = facts::bases(d)
            .into_iter()
            .filter_map(|(what, basis)| self.law(basis).map(|law| lapse(what, Some(basis), law.last_day, law.then.clone())))
            .collect();
        if let Some(to) = d.effective.to {
            let then = Text::new("Phiên bản còn hiệu lực khác áp dụng từ hôm sau.", "Another version in force holds from the next day.");
            all.push(lapse(Text::new("Cả phiên bản", "The whole version"), None, to, then));
        }
        for fee in d.fees.iter().filter(|f| d.fees.iter().all(|g| g.code != f.code || g.effective.from <= f.effective.from)) {
            if let Some(to) = fee.effective.to {
                let then = Text::new("Sau ngày này chưa có mức thu.", "No rate is declared after it.");
                all.push(lapse(fee.name.clone(), Some(&fee.legal_basis), to, then));
            }
        }
        all.sort_by_key(|l| l.last_day);
        all.dedup();
        all
    }
}

/// The number as a whole: 66.7/2025/NQ-CP is not found in 166.7/2025/NQ-CP.
fn cites(document: &str, number: &str) -> bool {
    document.match_indices(number).any(|(at, _)| {
        let before = document[..at].chars().next_back();
        let after = document[at + number.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '.') && !after.is_some_and(char::is_alphanumeric)
    })
}

pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |s| i64::from(s.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    #[test]
    fn a_number_is_cited_whole() {
        assert!(cites("Nghị quyết 66.7/2025/NQ-CP", "66.7/2025/NQ-CP"));
        assert!(!cites("Nghị quyết 166.7/2025/NQ-CP", "66.7/2025/NQ-CP"));
        assert!(!cites("Nghị quyết 1.66.7/2025/NQ-CP", "66.7/2025/NQ-CP"));
    }

    #[test]
    fn days_are_counted_across_the_year() {
        assert_eq!(days_between(date(2026, 11, 30), date(2027, 2, 28)), 90);
        assert_eq!(days_between(date(2027, 3, 1), date(2027, 2, 28)), -1);
    }
}
