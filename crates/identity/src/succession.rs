//! Offices in time: one that is dissolved or merged is succeeded by another from a day on; one that is new is not there before.

use crate::offices::{Office, Offices};
use kernel::{
    catalog::{Files, Finding, LegalBasis},
    id::OfficeCode,
    time::Date,
};
use serde::{Deserialize, Serialize};

/// Longest chain of offices that took over from one another.
const CHAIN_MAX: usize = 32;

/// From 00:00 of a day another office has the work, the open cases and the people of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    pub on: Date,
    pub to: OfficeCode,
    pub legal_basis: LegalBasis,
}

impl Offices {
    /// The offices as they stand on a day: those not yet established left out, those succeeded marked with their successor.
    #[must_use]
    pub fn as_of(&self, day: Date) -> Self {
        let mut all = self.clone();
        all.by_code.retain(|_, o| o.established.is_none_or(|from| from <= day));
        for office in all.by_code.values_mut() {
            if let Some(s) = office.succession.as_ref().filter(|s| s.on <= day) {
                office.successors = vec![s.to.clone()];
            }
        }
        all
    }

    /// Whether offices begin or end after one day, up to and including another.
    pub fn turns(&self, after: Date, upto: Date) -> bool {
        let within = |day: Date| after < day && day <= upto;
        self.iter().any(|o| o.established.is_some_and(within) || o.succession.as_ref().is_some_and(|s| within(s.on)))
    }

    /// The office that has the work of this one: itself while it stands.
    pub fn heir(&self, code: &OfficeCode) -> OfficeCode {
        let mut now = code;
        for _ in 0..CHAIN_MAX {
            match self.get(now.as_str()).and_then(|o| o.successors.first()) {
                Some(next) => now = next,
                None => break,
            }
        }
        now.clone()
    }

    /// The offices whose work this one has, other than its own.
    pub fn taken_over_by(&self, code: &OfficeCode) -> Vec<OfficeCode> {
        let gone = self.iter().filter(|o| !o.successors.is_empty() && o.code != *code);
        gone.filter(|o| self.heir(&o.code) == *code).map(|o| o.code.clone()).collect()
    }

    /// A successor must be there on the day, and nobody succeeds in a circle.
    pub(crate) fn check_successions(&self, files: &Files, findings: &mut Vec<Finding>) {
        for office in self.iter() {
            let Some(s) = &office.succession else { continue };
            if let Some((vi, en)) = self.fault(office, s) {
                let (path, line) = place(files, office);
                findings.push(Finding::new(path, line, vi, en));
            }
        }
    }

    fn fault(&self, office: &Office, s: &Succession) -> Option<(String, String)> {
        let Some(to) = self.get(s.to.as_str()) else {
            return Some((
                format!("Cơ quan {} ghi cơ quan kế thừa {}, nhưng không có cơ quan nào mang mã đó.", office.code, s.to),
                format!("Office {} names its successor {}, which is not declared.", office.code, s.to),
            ));
        };
        if to.established.is_some_and(|from| from > s.on) {
            return Some((
                format!("Cơ quan kế thừa {} chưa thành lập vào ngày {}.", s.to, s.on),
                format!("The successor {} is not established on {}.", s.to, s.on),
            ));
        }
        let all = self.as_of(Date::MAX);
        let circle = all.get(all.heir(&office.code).as_str()).is_some_and(|o| !o.successors.is_empty());
        circle.then(|| {
            (
                format!("Việc kế thừa của {} đi thành vòng tròn.", office.code),
                format!("The succession of {} goes in a circle.", office.code),
            )
        })
    }
}

fn place(files: &Files, office: &Office) -> (String, Option<usize>) {
    let needle = format!("code: {}", office.code);
    let found = files.under("offices", "yaml").find_map(|(path, text)| {
        let line = text.lines().position(|l| l.trim_start_matches([' ', '-']).trim_end() == needle)?;
        Some((path.to_owned(), Some(line + 1)))
    });
    found.unwrap_or_else(|| ("offices".to_owned(), None))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::time::date;

    fn files(change: impl Fn(&str) -> String) -> Files {
        let text = include_str!("../../../catalog/offices/phu-sa.yaml");
        Files::from_iter([("offices/phu-sa.yaml".to_owned(), change(text))])
    }
    fn merging(to: &str) -> Files {
        files(|t| {
            let s = format!("code: H29.02\n    succession: {{on: 2027-01-01, to: {to}, legal_basis: {{document: QĐ, verified: false}}}}\n");
            t.replacen("code: H29.02\n", &s, 1)
        })
    }

    #[test]
    fn an_office_is_succeeded_at_midnight_and_not_before() {
        let all = Offices::load(&merging("H29.03")).unwrap();
        let (old, new) = (OfficeCode::new("H29.02"), OfficeCode::new("H29.03"));
        let (eve, day) = (all.as_of(date(2026, 12, 31)), all.as_of(date(2027, 1, 1)));
        assert_eq!((eve.heir(&old), day.heir(&old), day.heir(&new)), (old.clone(), new.clone(), new.clone()));
        assert_eq!(day.taken_over_by(&new), [old]);
        assert!(eve.taken_over_by(&new).is_empty());
        assert!(all.turns(date(2026, 12, 31), date(2027, 1, 1)) && !all.turns(date(2027, 1, 1), date(2028, 1, 1)));
    }

    #[test]
    fn a_successor_that_is_not_there_is_told_with_its_line() {
        let found = Offices::load(&merging("H29.77")).unwrap_err();
        assert!(found[0].line.is_some() && found[0].reason.en.contains("H29.77"), "{found:?}");
        let found = Offices::load(&merging("H29.02")).unwrap_err();
        assert!(found[0].reason.en.contains("circle"), "{found:?}");
    }
}
