//! `support/priorities.yaml`: places and sectors that go first (Decree 224/2026 Art. 74), grounds of an innovative start-up.

use super::check::{Teller, backwards, turns};
use kernel::{
    Text,
    catalog::{Effective, Finding, LegalBasis},
    time::Date,
};
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const FILE: &str = "support/priorities.yaml";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priorities {
    pub editions: Vec<Edition>,
    pub startup_grounds: Vec<Ground>,
}

/// The lists of a span of days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    pub effective: Effective,
    /// Codes of communes.
    pub areas: Vec<String>,
    pub areas_basis: Vec<LegalBasis>,
    /// VSIC sections (`A`) or divisions (`A03`).
    pub sectors: Vec<String>,
    pub sectors_basis: Vec<LegalBasis>,
}

/// What makes an enterprise an innovative start-up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    pub code: String,
    pub name: Text,
    pub legal_basis: LegalBasis,
}

impl Priorities {
    fn edition(&self, on: Date) -> Option<&Edition> {
        self.editions.iter().find(|e| e.effective.contains(on))
    }
    pub fn hard_area(&self, commune: &str, on: Date) -> bool {
        self.edition(on).is_some_and(|e| e.areas.iter().any(|a| a == commune))
    }
    pub fn priority_sector(&self, vsic: &str, on: Date) -> bool {
        self.edition(on).is_some_and(|e| e.sectors.iter().any(|s| vsic.starts_with(s.as_str())))
    }
}

/// Known shapes, nothing twice, a basis for each list, spans that take turns.
pub(super) fn check(text: &str, p: &Priorities, findings: &mut Vec<Finding>) {
    let mut t = Teller { file: FILE, text, findings };
    for (i, e) in p.editions.iter().enumerate() {
        let at = i.to_string();
        if backwards(e.effective) {
            t.say(&["editions", &at, "effective"], "Ngày hết hiệu lực đứng trước ngày bắt đầu.", "The last day is before the first.");
        }
        for (list, values, shape) in [("areas", &e.areas, is_commune as fn(&str) -> bool), ("sectors", &e.sectors, is_vsic)] {
            let mut seen = BTreeSet::new();
            for (n, value) in values.iter().enumerate() {
                if !shape(value) || !seen.insert(value) {
                    t.say(
                        &["editions", &at, list, &n.to_string()],
                        format!("Mã “{value}” không đúng dạng (xã: năm chữ số; ngành: A hoặc A03) hoặc đã có."),
                        format!("The code “{value}” is not well formed (commune: five digits; sector: A or A03) or is given twice."),
                    );
                }
            }
        }
        for (list, values, basis) in [("areas_basis", &e.areas, &e.areas_basis), ("sectors_basis", &e.sectors, &e.sectors_basis)] {
            if !values.is_empty() && basis.is_empty() {
                t.say(&["editions", &at, list], "Danh sách phải có căn cứ.", "The list needs its legal basis.");
            }
        }
    }
    // Between two editions nobody may have priority, so a gap is no fault; an overlap is.
    for later in turns(p.editions.iter().enumerate().map(|(i, e)| (i, e.effective)).collect()).0 {
        t.say(&["editions", &later.to_string(), "effective"], "Khoảng hiệu lực chồng lên một danh sách khác.", "The dates overlap another list.");
    }
    let mut codes = BTreeSet::new();
    for (i, g) in p.startup_grounds.iter().enumerate() {
        let plain = !g.code.is_empty() && g.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !plain || !codes.insert(g.code.as_str()) {
            t.say(&["startup_grounds", &i.to_string(), "code"], format!("Mã căn cứ “{}” chỉ gồm chữ thường, gạch dưới và không trùng.", g.code), format!("The code of a ground “{}” must be of small letters and underscores, once.", g.code));
        }
    }
}

fn is_commune(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit())
}

fn is_vsic(code: &str) -> bool {
    let mut bytes = code.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase()) && (code.len() == 1 || code.len() == 3) && bytes.all(|b| b.is_ascii_digit())
}
