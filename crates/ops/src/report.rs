//! The tables leaders print: counted by the same predicates that list, every rate with its fraction.

use crate::directive::{Bars, Basis, Fact, Group, views::Line};
use kernel::{Instant, id::OfficeCode};
use std::collections::BTreeMap;

/// How many tasks are in each group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(BTreeMap<Group, i64>);

impl Counts {
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f Fact>, bars: Bars, basis: Basis, now: Instant) -> Self {
        let mut counts = BTreeMap::new();
        for f in facts {
            for g in Group::ALL {
                if g.holds(f, bars, basis, now) {
                    *counts.entry(g).or_insert(0) += 1;
                }
            }
        }
        Self(counts)
    }
    pub fn n(&self, group: Group) -> i64 {
        self.0.get(&group).copied().unwrap_or(0)
    }
}

/// The whole and each office that leads, by name.
pub struct Report {
    pub all: Counts,
    pub offices: Vec<(OfficeCode, String, Counts)>,
}

impl Report {
    pub fn of(lines: &[Line], bars: Bars, basis: Basis, now: Instant) -> Self {
        let facts: Vec<Fact> = lines.iter().map(Line::fact).collect();
        let mut by: BTreeMap<&OfficeCode, (&str, Vec<&Fact>)> = BTreeMap::new();
        for (line, fact) in lines.iter().zip(&facts) {
            by.entry(&line.lead).or_insert((&line.lead_name, Vec::new())).1.push(fact);
        }
        let mut offices: Vec<_> = by.into_iter().map(|(code, (name, f))| (code.clone(), name.to_owned(), Counts::of(f, bars, basis, now))).collect();
        // Who has most overdue comes first.
        offices.sort_by_key(|(_, name, c)| (-c.n(Group::Overdue), -c.n(Group::Open), name.clone()));
        Self { all: Counts::of(&facts, bars, basis, now), offices }
    }
}

/// One cell of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula is led by an apostrophe.
pub fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<i64>().is_err() { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A CSV file that spreadsheets read as UTF-8.
pub fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut out = String::from("\u{feff}");
    for row in rows {
        out.push_str(&row.iter().map(|c| cell(c)).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests;
