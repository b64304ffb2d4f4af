//! The room's catalogue: `indicators/definitions/*.yaml` and `indices/*.yaml`.

use crate::period::PeriodType;
use indices::{Exact, Indices, Kind};
use kernel::{
    Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::Deserialize;

pub const FOLDER: &str = "indicators/definitions";

#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub indicators: Vec<Indicator>,
    pub indices: Indices,
    /// Systems that send values by themselves.
    pub feeds: Vec<crate::feed::catalog::Feed>,
    /// What both were read from: a closed period keeps the definitions it was computed by.
    pub files: Files,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    indicators: Vec<Indicator>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub code: String,
    pub version: String,
    pub name: Text,
    pub about: Text,
    pub unit: Text,
    pub direction: indices::Direction,
    pub kind: Kind,
    /// What is counted, and of what: a rate is never kept without its fraction.
    #[serde(default)]
    pub fraction: Option<Fraction>,
    /// Of a computed one.
    #[serde(default)]
    pub computed: Option<Computed>,
    pub period: PeriodType,
    #[serde(default)]
    pub breakdowns: Vec<Breakdown>,
    pub source: Text,
    /// The office that answers for it.
    pub responsible: String,
    #[serde(default)]
    pub evidence: Option<Text>,
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
    /// Dated points of the roadmap, in what is shown.
    #[serde(default)]
    pub plan: Vec<PlanPoint>,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    pub numerator: Text,
    pub denominator: Text,
    /// `adult18`, `household`: only equal bases are compared.
    pub base: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Computed {
    pub from: Source,
    /// The source's own name of what is counted.
    pub numerator: String,
    #[serde(default)]
    pub denominator: Option<String>,
}

/// A room whose records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Dossiers,
    Directives,
    /// Points of a group of the index of Decision 766.
    Index766,
    /// Distinct people with a digital signature.
    Signatures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breakdown {
    Area,
    Office,
    Procedure,
    Sector,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Inclusive; in per cent where there is a fraction.
    pub from: Exact,
    pub name: Text,
    pub mood: Mood,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    Good,
    Plain,
    Warn,
    Bad,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPoint {
    pub from: Date,
    pub value: Exact,
}

impl Indicator {
    pub fn plan_on(&self, day: Date) -> Option<Exact> {
        self.plan.iter().filter(|p| p.from <= day).max_by_key(|p| p.from).map(|p| p.value)
    }
    pub fn meets(&self, shown: Exact, plan: Exact) -> bool {
        match self.direction {
            indices::Direction::Higher => shown >= plan,
            indices::Direction::Lower => shown <= plan,
        }
    }
    pub fn threshold(&self, shown: Exact) -> Option<&Threshold> {
        self.thresholds.iter().filter(|t| t.from <= shown).max_by_key(|t| t.from)
    }
    /// Somebody answers for its values; records do for the others.
    pub fn is_entered(&self) -> bool {
        self.kind != Kind::Computed
    }
}

impl Catalog {
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|i| i.code == code)
    }
}

fn is_code(code: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    (1..=60).contains(&code.len()) && code.starts_with(|c: char| c.is_ascii_lowercase()) && code.chars().all(fits)
}

/// Reads and checks the files.
///
/// # Errors
/// Everything that is wrong, at its line.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let (mut all, mut findings) = (Vec::<Indicator>::new(), Vec::new());
    for (path, text) in files.under(FOLDER, "yaml") {
        match parse_yaml::<Sheet>(path, text) {
            Err(f) => findings.push(f),
            Ok(sheet) => {
                for (n, i) in sheet.indicators.into_iter().enumerate() {
                    findings.extend(check(path, text, n, &i, &all));
                    all.push(i);
                }
            }
        }
    }
    let indices = indices::load(files).map_err(|f| findings.extend(f)).unwrap_or_default();
    for index in indices.iter() {
        let text = files.get(&index.file).unwrap_or_default();
        for (n, input) in index.inputs.iter().enumerate() {
            let at = |vi: String, en: String| Finding::at(&index.file, text, &["inputs", &n.to_string(), "indicator"], vi, en);
            let Some(code) = &input.indicator else { continue };
            match all.iter().find(|i| i.code == *code) {
                None => findings.push(at(format!("Không có chỉ tiêu “{code}” trong {FOLDER}."), format!("There is no indicator “{code}” in {FOLDER}."))),
                Some(i) if input.part == indices::Part::Denominator && i.fraction.is_none() => {
                    findings.push(at(format!("Chỉ tiêu “{code}” không có mẫu số."), format!("The indicator “{code}” has no denominator.")));
                }
                Some(_) => {}
            }
        }
    }
    let kept = files.under(FOLDER, "yaml").chain(files.under(indices::FOLDER, "yaml")).map(|(p, t)| (p.to_owned(), t.to_owned())).collect();
    let feeds = crate::feed::catalog::load(files, &all).map_err(|f| findings.extend(f)).unwrap_or_default();
    if findings.is_empty() { Ok(Catalog { indicators: all, indices, feeds, files: kept }) } else { Err(findings) }
}

fn check(file: &str, text: &str, n: usize, i: &Indicator, others: &[Indicator]) -> Vec<Finding> {
    let place = n.to_string();
    let at = |key: &str, vi: String, en: String| Finding::at(file, text, &["indicators", &place, key], vi, en);
    let mut findings = Vec::new();
    if !is_code(&i.code) {
        findings.push(at("code", format!("Mã “{}” không dùng được.", i.code), format!("The code “{}” will not do.", i.code)));
    }
    if others.iter().any(|o| o.code == i.code) {
        findings.push(at("code", format!("Mã “{}” dùng hai lần.", i.code), format!("The code “{}” is used twice.", i.code)));
    }
    if i.is_entered() == i.computed.is_some() {
        findings.push(at("kind", "Loại computed phải có khóa computed, loại khác thì không.".into(), "A computed indicator has the key computed, and no other has.".into()));
    }
    if i.computed.as_ref().is_some_and(|c| c.denominator.is_some() != i.fraction.is_some()) {
        findings.push(at("computed", "Có mẫu số thì phải khai fraction và ngược lại.".into(), "A denominator needs fraction, and the other way round.".into()));
    }
    if i.legal_basis.is_empty() {
        findings.push(at("legal_basis", "Cần ít nhất một căn cứ.".into(), "At least one source is needed.".into()));
    }
    findings
}
