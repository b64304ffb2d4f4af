//! What the catalogue tells this room: indicator sets, publication dates, result codes, what is said in public.

use crate::{count, figures};
use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};

/// Everything of `catalog/indicators`.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub sets: Vec<Set>,
    pub publications: Publications,
    pub result_codes: BTreeMap<String, ResultCode>,
    pub performance: Performance,
}

impl Catalog {
    /// The set in force on a date: the youngest that has begun.
    pub fn set(&self, on: Date) -> Option<&Set> {
        self.sets.iter().filter(|s| s.effective.contains(on)).max_by_key(|s| s.effective.from)
    }
}

/// An exact decimal: `value / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    pub value: i128,
    pub scale: u32,
}

impl Exact {
    pub const ONE: Self = Self { value: 1, scale: 0 };
    pub const ZERO: Self = Self { value: 0, scale: 0 };
    pub fn unit(self) -> i128 {
        10_i128.pow(self.scale)
    }
    /// In hundredths; the check at load asks for at most two decimals where this is used.
    pub fn hundredths(self) -> i64 {
        i64::try_from(self.value * 100 / self.unit()).unwrap_or(0)
    }
}

impl std::str::FromStr for Exact {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{part}");
        if whole.is_empty() || digits.len() > 12 || part.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("“{text}” không phải số thập phân như 2.5 / “{text}” is not a decimal such as 2.5"));
        }
        let value = digits.parse().map_err(|_| text.to_owned())?;
        Ok(Self { value, scale: u32::try_from(part.len()).unwrap_or(0) })
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One indicator set at one version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    pub set: String,
    pub version: String,
    pub name: Text,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    pub points: Exact,
    pub bands: Vec<Band>,
    pub groups: Vec<Group>,
}

impl Set {
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.groups.iter().flat_map(|g| &g.indicators)
    }
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators().find(|i| i.code == code)
    }
    /// The band of a total, in hundredths of a point.
    pub fn band(&self, hundredths: i64) -> Option<&Band> {
        self.bands.iter().filter(|b| b.from.hundredths() <= hundredths).max_by_key(|b| b.from.hundredths())
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub code: String,
    pub name: Text,
    pub from: Exact,
    #[serde(deserialize_with = "yes_or_no")]
    pub verified: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub code: String,
    pub name: Text,
    pub points: Exact,
    #[serde(deserialize_with = "yes_or_no")]
    pub verified: bool,
    pub indicators: Vec<Indicator>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub code: String,
    pub name: Text,
    pub definition: Text,
    pub formula: Text,
    pub unit: Unit,
    #[serde(default)]
    pub note: Option<Text>,
    pub terms: Vec<Term>,
    #[serde(deserialize_with = "yes_or_no")]
    pub verified: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Dossiers,
    Procedures,
    Petitions,
    Hours,
}

/// `min(cap, points × (of ÷ per × times) ÷ target)`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    #[serde(default)]
    pub name: String,
    /// Measures added up; one that begins with `-` is taken away.
    pub of: Vec<String>,
    pub per: Vec<String>,
    /// A measure below which the denominator does not go, if it is known.
    #[serde(default)]
    pub per_at_least: Option<String>,
    #[serde(default)]
    pub fallback: Option<Fallback>,
    #[serde(default)]
    pub times: Option<Ratio>,
    pub points: Exact,
    #[serde(default = "one")]
    pub target: Exact,
    pub cap: Exact,
    pub when_none: WhenNone,
}

const fn one() -> Exact {
    Exact::ONE
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    pub of: String,
    pub per: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// Last year's sum of the denominator, divided by 12 for a month and by 4 for a quarter.
    LastYear,
}

/// What a denominator of zero means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenNone {
    Zero,
    Full,
    LeaveOut,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicationFile {
    rules: PublicationRules,
    publications: Vec<Publication>,
}

#[derive(Debug, Clone, Default)]
pub struct Publications {
    pub rules: Option<PublicationRules>,
    pub list: Vec<Publication>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicationRules {
    pub before_effect: Span,
    pub after_decision: Span,
    pub legal_basis: LegalBasis,
}

/// One decision that publishes or changes a procedure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    pub procedure: String,
    pub decision: String,
    pub decided: Date,
    pub effective: Date,
    #[serde(default)]
    pub publicised: Option<Date>,
    #[serde(deserialize_with = "yes_or_no")]
    pub verified: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultCodeFile {
    result_codes: Vec<ResultCode>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultCode {
    pub procedure: String,
    pub code: String,
    pub name: Text,
    #[serde(deserialize_with = "yes_or_no")]
    pub verified: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performance {
    pub public: Public,
    pub synchronised: BTreeSet<String>,
    pub population: BTreeSet<String>,
    pub remote: Remote,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    pub fewest: i64,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remote {
    pub name: Text,
    pub definition: Text,
    pub target: Exact,
    pub legal_basis: LegalBasis,
}

impl Default for Performance {
    fn default() -> Self {
        let nothing = || LegalBasis { document: String::new(), article: None, note: None, verified: false };
        Self {
            public: Public { fewest: 10, legal_basis: nothing() },
            synchronised: BTreeSet::new(),
            population: BTreeSet::new(),
            remote: Remote { name: Text::new("", ""), definition: Text::new("", ""), target: Exact::ONE, legal_basis: nothing() },
        }
    }
}

fn yes_or_no<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    match String::deserialize(d)?.as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(serde::de::Error::custom(format!("“{other}”: ghi \"yes\" hoặc \"no\" / “{other}”: write \"yes\" or \"no\""))),
    }
}

/// Reads and checks this room's part of the catalogue.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let (mut catalog, mut findings) = (Catalog::default(), Vec::new());
    for (path, text) in files.under("indicators/sets", "yaml") {
        match parse_yaml::<Set>(path, text) {
            Ok(set) => {
                check(path, text, &set, &mut findings);
                catalog.sets.push(set);
            }
            Err(f) => findings.push(f),
        }
    }
    read(files, "indicators/publications.yaml", &mut findings, |f: PublicationFile| {
        catalog.publications = Publications { rules: Some(f.rules), list: f.publications };
    });
    read(files, "indicators/result-codes.yaml", &mut findings, |f: ResultCodeFile| {
        catalog.result_codes = f.result_codes.into_iter().map(|c| (c.procedure.clone(), c)).collect();
    });
    read(files, "indicators/performance.yaml", &mut findings, |p: Performance| catalog.performance = p);
    if findings.is_empty() { Ok(catalog) } else { Err(findings) }
}

fn read<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>, take: impl FnOnce(T)) {
    let Some(text) = files.get(path) else { return };
    match parse_yaml(path, text) {
        Ok(read) => take(read),
        Err(f) => findings.push(f),
    }
}

/// Points add up, codes are unique, measures exist, targets divide.
fn check(path: &str, text: &str, set: &Set, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    let mut total = 0;
    for (g, group) in set.groups.iter().enumerate() {
        let mut sum = 0;
        for (i, indicator) in group.indicators.iter().enumerate() {
            let (g, i) = (g.to_string(), i.to_string());
            let at = |key: &str, vi: String, en: String| Finding::at(path, text, &["groups", &g, "indicators", &i, key], vi, en);
            if !seen.insert(indicator.code.as_str()) {
                findings.push(at("code", format!("Mã chỉ số {} bị trùng.", indicator.code), format!("Indicator {} is there twice.", indicator.code)));
            }
            for term in &indicator.terms {
                sum += term.cap.hundredths();
                for name in figures::names_of(term).filter(|n| !figures::known(n)) {
                    findings.push(at(
                        "terms",
                        format!("Chỉ số {}: không có số đo “{name}”; dùng được: {}.", indicator.code, figures::all_names().join(", ")),
                        format!("Indicator {}: there is no measure “{name}”; there are: {}.", indicator.code, figures::all_names().join(", ")),
                    ));
                }
                if term.target.value == 0 {
                    findings.push(at("terms", "Mục tiêu (target) phải lớn hơn 0.".into(), "A target must be above 0.".into()));
                }
            }
        }
        if sum != group.points.hundredths() {
            findings.push(Finding::at(
                path,
                text,
                &["groups", &g.to_string(), "points"],
                format!("Nhóm {}: trần các chỉ số cộng lại là {} điểm, khác {} điểm của nhóm.", group.code, hundredths(sum), hundredths(group.points.hundredths())),
                format!("Group {}: the caps of its indicators add up to {} points, not {}.", group.code, hundredths(sum), hundredths(group.points.hundredths())),
            ));
        }
        total += group.points.hundredths();
    }
    if total != set.points.hundredths() {
        findings.push(Finding::at(
            path,
            text,
            &["points"],
            format!("Điểm các nhóm cộng lại là {}, khác {}.", hundredths(total), hundredths(set.points.hundredths())),
            format!("The points of the groups add up to {}, not {}.", hundredths(total), hundredths(set.points.hundredths())),
        ));
    }
}

/// `2050` hundredths as `20.50`.
pub fn hundredths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", n.abs() / 100, n.abs() % 100)
}

/// Whether a measure is a column of the sums.
pub(crate) fn is_sum(name: &str) -> bool {
    count::measure(name).is_some()
}
