//! The room's own part of the catalogue: sector profiles, indicators of effect, lines of business, barriers.

use crate::trust::rules::{self, Rules};
use kernel::{
    Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    pub sector: String,
    pub version: String,
    pub name: Text,
    pub about: Text,
    /// Profiles this one lies over: a province's key product.
    #[serde(default)]
    pub overlay_of: Vec<String>,
    #[serde(default)]
    pub vsic: Vec<String>,
    pub effective: Effective,
    #[serde(default)]
    pub legal_basis: Vec<LegalBasis>,
    #[serde(default)]
    pub spine: Vec<String>,
    pub processes: Vec<Process>,
    #[serde(default)]
    pub examples: Vec<Example>,
    #[serde(default)]
    pub changes: Vec<ChangeNote>,
    #[serde(default)]
    pub approved_by: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    pub code: String,
    pub name: Text,
    pub stages: Vec<StageOf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageOf {
    pub stage: u8,
    /// What can be seen on site.
    pub sign: Text,
    #[serde(default)]
    pub kpis: Vec<String>,
    #[serde(default)]
    pub minimum_data: Vec<Text>,
    #[serde(default)]
    pub cost: Option<Cost>,
    #[serde(default)]
    pub prerequisites: Vec<String>,
    pub failure: Text,
    pub training: Text,
    #[serde(default)]
    pub legal: Vec<Duty>,
    #[serde(default)]
    pub solution_types: Vec<String>,
}

/// Which stage of a profile the levels of an index ask for, from a day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRule {
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
    /// Framework → its bands of levels.
    pub frameworks: BTreeMap<String, Vec<Band>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub levels: Vec<i64>,
    pub stage: u8,
}

/// Which frameworks give an enterprise its level, from a day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRule {
    pub effective: Effective,
    pub frameworks: Vec<String>,
    pub legal_basis: Vec<LegalBasis>,
}

/// In đồng, as known on a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    pub from: i64,
    pub to: i64,
    pub as_of: Date,
    pub verified: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    pub vi: String,
    pub en: String,
    pub document: String,
    #[serde(default)]
    pub article: Option<String>,
    pub verified: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub size: String,
    pub title: Text,
    pub story: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeNote {
    pub date: Date,
    pub text: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpi {
    pub code: String,
    pub name: Text,
    pub unit: Text,
    pub period: String,
    pub direction: String,
    pub source: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    pub code: String,
    pub name: Text,
    #[serde(default)]
    pub about: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stages {
    stages: Vec<StageRule>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    level_of_enterprise: Vec<LevelRule>,
}
#[derive(Deserialize)]
struct Kpis {
    kpis: Vec<Kpi>,
}
#[derive(Deserialize)]
struct SolutionTypes {
    solution_types: Vec<Code>,
}
#[derive(Deserialize)]
struct Vsic {
    vsic: Vec<Code>,
}

const STAGES: &str = "sectors/stages.yaml";
pub const LEVELS: &str = "centre/levels.yaml";

/// Everything declared for the centre.
#[derive(Debug, Clone)]
pub struct CentreCatalog {
    pub sectors: Vec<Arc<Sector>>,
    pub stages: Vec<StageRule>,
    pub levels: Vec<LevelRule>,
    pub kpis: Vec<Kpi>,
    pub solution_types: Vec<Code>,
    /// Sections (`C`) and divisions (`C10`).
    pub vsic: Vec<Code>,
    /// What makes a result worth a second look.
    pub checks: Arc<Rules>,
}

impl CentreCatalog {
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let checks = rules::load(files)?;
        let mut read = Self {
            checks: Arc::new(checks),
            kpis: one::<Kpis>(files, "codes/kpis.yaml", &mut findings).map_or_else(Vec::new, |k| k.kpis),
            solution_types: one::<SolutionTypes>(files, "codes/solution-types.yaml", &mut findings).map_or_else(Vec::new, |k| k.solution_types),
            vsic: one::<Vsic>(files, "codes/vsic.yaml", &mut findings).map_or_else(Vec::new, |k| k.vsic),
            stages: one::<Stages>(files, STAGES, &mut findings).map_or_else(Vec::new, |s| s.stages),
            levels: one::<Levels>(files, LEVELS, &mut findings).map_or_else(Vec::new, |l| l.level_of_enterprise),
            sectors: Vec::new(),
        };
        check_levels(files.get(LEVELS).unwrap_or_default(), &read.levels, &mut findings);
        if let Some(text) = files.get(STAGES) {
            check_stages(text, &read.stages, &mut findings);
        }
        for (path, text) in files.iter().filter(|(p, _)| p.starts_with("sectors/") && p.ends_with(".yaml") && *p != STAGES) {
            match parse_yaml::<Sector>(path, text) {
                Ok(sector) => {
                    read.check(path, &sector, &mut findings);
                    read.sectors.push(Arc::new(sector));
                }
                Err(f) => findings.push(f),
            }
        }
        let known: BTreeSet<&str> = read.sectors.iter().map(|s| s.sector.as_str()).collect();
        for s in &read.sectors {
            for under in s.overlay_of.iter().filter(|u| !known.contains(u.as_str())) {
                findings.push(unknown(&format!("sectors/{}.yaml", s.sector), "sector", under));
            }
        }
        if findings.is_empty() { Ok(read) } else { Err(findings) }
    }

    fn check(&self, path: &str, s: &Sector, findings: &mut Vec<Finding>) {
        for stage in s.processes.iter().flat_map(|p| &p.stages) {
            for kpi in stage.kpis.iter().filter(|k| !self.kpis.iter().any(|x| x.code == **k)) {
                findings.push(unknown(path, "kpi", kpi));
            }
            for kind in stage.solution_types.iter().filter(|k| !self.solution_types.iter().any(|x| x.code == **k)) {
                findings.push(unknown(path, "solution type", kind));
            }
        }
        for p in s.processes.iter().filter(|p| s.overlay_of.is_empty() && p.stages.len() != 3) {
            findings.push(Finding::new(path, None, format!("quy trình {} cần đủ ba giai đoạn", p.code), format!("process {} needs all three stages", p.code)));
        }
    }

    /// The name of a VSIC code, by division or else by section.
    pub fn line_of_business(&self, code: &str) -> Option<&Code> {
        let exact = self.vsic.iter().find(|v| v.code == code);
        exact.or_else(|| self.vsic.iter().find(|v| code.get(..1) == Some(v.code.as_str())))
    }

    /// Sector profiles for a line of business, overlays last.
    pub fn sectors_of(&self, vsic: &str, on: Date) -> Vec<&Arc<Sector>> {
        let mut found: Vec<_> =
            self.sectors.iter().filter(|s| s.effective.contains(on) && s.vsic.iter().any(|v| vsic.starts_with(v.as_str()))).collect();
        found.sort_by_key(|s| !s.overlay_of.is_empty());
        found
    }

    /// The stage that a level of an index asks for on a day; `None` where the table says nothing.
    pub fn stage_asked(&self, framework: &str, level: i64, on: Date) -> Option<u8> {
        let rule = self.stages.iter().find(|r| r.effective.contains(on))?;
        rule.frameworks.get(framework)?.iter().find(|b| b.levels.contains(&level)).map(|b| b.stage)
    }

    /// Whether results of a framework, handed in on a day, give the enterprise its level.
    pub fn gives_level(&self, framework: &str, on: Date) -> bool {
        self.levels.iter().any(|r| r.effective.contains(on) && r.frameworks.iter().any(|f| f == framework))
    }

    pub fn solution_type(&self, code: &str) -> Option<&Code> {
        self.solution_types.iter().find(|t| t.code == code)
    }
}

/// Some framework gives the level, each rule has its source, and two rules never share a day.
fn check_levels(text: &str, rules: &[LevelRule], findings: &mut Vec<Finding>) {
    let mut say = |vi: &str, en: &str| findings.push(Finding::at(LEVELS, text, &["level_of_enterprise"], vi, en));
    if rules.is_empty() {
        say("chưa khai bộ tiêu chí cho mức của đơn vị (level_of_enterprise)", "no framework gives the level of an enterprise (level_of_enterprise)");
    }
    for (n, rule) in rules.iter().enumerate() {
        if rule.frameworks.is_empty() || rule.legal_basis.is_empty() {
            say("cần ít nhất một bộ tiêu chí (frameworks) và căn cứ (legal_basis)", "at least one framework (frameworks) and a source (legal_basis) are needed");
        }
        if rules.iter().skip(n + 1).any(|o| rule.effective.contains(o.effective.from) || o.effective.contains(rule.effective.from)) {
            say("hai quy tắc cùng áp dụng một ngày", "two rules share a day");
        }
    }
}

/// A level belongs to one band, none between the first and the last is left out, and two rules never share a day.
fn check_stages(text: &str, rules: &[StageRule], findings: &mut Vec<Finding>) {
    let mut say = |vi: String, en: String| findings.push(Finding::at(STAGES, text, &["stages"], vi, en));
    for (n, rule) in rules.iter().enumerate() {
        if rule.legal_basis.is_empty() {
            say("bảng giai đoạn thiếu căn cứ (legal_basis)".into(), "the table of stages names no source (legal_basis)".into());
        }
        if let Some(other) = rules.iter().skip(n + 1).find(|o| rule.effective.contains(o.effective.from) || o.effective.contains(rule.effective.from)) {
            let day = other.effective.from.max(rule.effective.from);
            say(format!("hai bảng giai đoạn cùng áp dụng từ {day}"), format!("two tables of stages are in force on {day}"));
        }
        for (framework, bands) in &rule.frameworks {
            let mut levels: Vec<i64> = bands.iter().flat_map(|b| b.levels.iter().copied()).collect();
            levels.sort_unstable();
            for pair in levels.windows(2) {
                let [a, b] = pair else { continue };
                if a == b {
                    say(format!("{framework}: mức {a} ghi hai lần"), format!("{framework}: level {a} is there twice"));
                } else if b - a > 1 {
                    say(format!("{framework}: thiếu mức {}", a + 1), format!("{framework}: level {} is left out", a + 1));
                }
            }
            if let Some(band) = bands.iter().find(|b| !(1..=3).contains(&b.stage)) {
                say(format!("{framework}: không có giai đoạn {}", band.stage), format!("{framework}: there is no stage {}", band.stage));
            }
        }
    }
}

fn one<T: DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let text = files.iter().find(|(p, _)| *p == path).map(|(_, t)| t)?;
    parse_yaml::<T>(path, text).map_err(|f| findings.push(f)).ok()
}

fn unknown(path: &str, what: &str, code: &str) -> Finding {
    Finding::new(path, None, format!("mã “{code}” ({what}) không có trong danh mục"), format!("there is no {what} “{code}” in the catalogue"))
}
