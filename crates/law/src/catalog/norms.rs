//! The words by which norms are recognised and held against each other: `law/norms.yaml`.

use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis},
    time::Date,
};
use serde::Deserialize;
use std::collections::HashMap;

pub const NORMS: &str = "law/norms.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norms {
    pub legal_basis: Vec<LegalBasis>,
    pub modality: ModalityWords,
    pub comparators: Vec<Comparator>,
    pub units: Vec<Unit>,
    pub multiples: Vec<Multiple>,
    pub numbers: NumberWords,
    pub conditions: Vec<String>,
    pub exceptions: Vec<String>,
    pub choice: Vec<String>,
    pub special: Vec<String>,
    pub powers: Vec<String>,
    /// Phrases with a word of `powers` in them that are none.
    pub no_powers: Vec<String>,
    /// Words that say nothing of a subject, and phrases.
    pub joining: Vec<String>,
    pub silent: Vec<String>,
    pub process: Vec<String>,
    pub charges: Vec<String>,
    pub actors: Vec<ActorKind>,
    pub successors: Vec<Successor>,
    pub lists: Vec<ListKind>,
    pub open_lists: Vec<String>,
    pub contents: Vec<Content>,
    pub overrides: Vec<Override>,
    pub transitional: Vec<String>,
    pub retroactive: Sourced,
    pub families: Vec<FamilyName>,
    pub rules: Vec<RuleText>,
    pub bars: Bars,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModalityWords {
    pub ban: Vec<String>,
    pub exemption: Vec<String>,
    pub duty: Vec<String>,
    pub permission: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtMost,
    AtLeast,
    Below,
    Above,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparator {
    pub bound: Bound,
    /// Time within which somebody has to act.
    #[serde(default)]
    pub deadline: bool,
    /// Stands behind its number.
    #[serde(default)]
    pub after: bool,
    pub words: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub code: String,
    pub dimension: String,
    pub size: i64,
    pub words: Vec<String>,
    /// The smallest unit of the dimension, as a finding says it.
    pub vi: String,
    pub en: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multiple {
    pub words: Vec<String>,
    pub by: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberWords {
    pub ones: Vec<String>,
    pub others: HashMap<String, i64>,
    pub ten: Vec<String>,
    pub tens: Vec<String>,
    pub hundred: Vec<String>,
    pub zero: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorKind {
    pub code: String,
    pub authority: bool,
    pub words: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub since: Date,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListKind {
    pub code: String,
    pub words: Vec<String>,
    pub vi: String,
    pub en: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub code: String,
    /// The highest rank that may not hold it.
    pub from_rank: u8,
    pub words: Vec<String>,
    /// One of these must stand in the same sentence.
    pub near: Vec<String>,
    pub say: Text,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub kind: String,
    pub issuer: String,
    pub number_begins: String,
    /// The first day on which it no longer overrides.
    pub until: Date,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced {
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyName {
    pub code: String,
    pub name: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    pub code: String,
    pub text: Text,
    pub legal_basis: LegalBasis,
}

/// Thousandths.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bars {
    /// How alike two sentences must be before their norms are compared; the second between texts of one rank.
    pub alike: u16,
    pub alike_law_law: u16,
    pub list_lead: u16,
    /// Below this an item of a list has no counterpart.
    pub list_item: u16,
    pub power: u16,
    /// The lowest confidence of a finding that is kept.
    pub shown: u16,
}

impl Norms {
    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|u| u.code == code)
    }
    pub fn actor(&self, code: &str) -> Option<&ActorKind> {
        self.actors.iter().find(|a| a.code == code)
    }
    pub fn rule(&self, code: &str) -> Option<&RuleText> {
        self.rules.iter().find(|r| r.code == code)
    }
    pub fn family(&self, code: &str) -> Option<&FamilyName> {
        self.families.iter().find(|f| f.code == code)
    }
}

pub fn load(files: &Files) -> Result<Norms, Vec<Finding>> {
    let n: Norms = super::read(files, NORMS)?;
    let mut findings = Vec::new();
    let mut fault = |vi: String, en: String| findings.push(Finding::new(NORMS, None, vi, en));
    for u in n.units.iter().filter(|u| u.size <= 0 || u.words.is_empty()) {
        fault(format!("Đơn vị {}: cần cỡ lớn hơn 0 và cách viết.", u.code), format!("Unit {} needs a size above 0 and words.", u.code));
    }
    for s in &n.successors {
        for code in s.from.iter().chain(&s.to).filter(|c| n.actor(c).is_none()) {
            fault(format!("successors: không có chủ thể {code}."), format!("successors: there is no actor {code}."));
        }
    }
    for code in ["higher", "later", "special", "own", "none"].iter().filter(|c| n.rule(c).is_none()) {
        fault(format!("rules: thiếu {code}."), format!("rules: {code} is missing."));
    }
    for code in ["A", "B", "C", "D", "E", "F", "G"].iter().filter(|c| n.family(c).is_none()) {
        fault(format!("families: thiếu {code}."), format!("families: {code} is missing."));
    }
    if n.numbers.ones.len() != 10 {
        fault("numbers.ones: cần mười chữ số.".into(), "numbers.ones: ten digits are needed.".into());
    }
    let b = n.bars;
    if [b.alike, b.alike_law_law, b.list_lead, b.list_item, b.power, b.shown].iter().any(|b| *b > 1000) {
        fault("bars: từ 0 đến 1000.".into(), "bars: 0 to 1000.".into());
    }
    if findings.is_empty() { Ok(n) } else { Err(findings) }
}
