//! How engagements count on the register and which experts they ask for: `catalog/centre/engagements.yaml`, read and checked
//! against the definitions, the competences, the sectors and the indicators that it and the engagements name.

use boards::matching::SkillNeed;
use casework::{Definition, Definitions};
use centre::{CentreCatalog, model::Stage};
use kernel::{
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const FILE: &str = "centre/engagements.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngagementRules {
    advance: Vec<Dated<Advance>>,
    experts: Vec<Dated<Experts>>,
    advice: Vec<Dated<Advice>>,
    outcomes: Vec<Dated<Outcomes>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated<T> {
    effective: Effective,
    /// Shown by whoever prints the rule; a rule without one is not loaded.
    legal_basis: Vec<LegalBasis>,
    rule: T,
}

/// What in a case moves its enterprises on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    pub kind: String,
    pub firm: Firm,
    pub members: Members,
    pub steps: Vec<Step>,
    pub acceptances: AcceptanceRule,
}

/// Fields of the form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Firm {
    pub code: String,
    pub name: String,
}

/// A register of the case that lists enterprises.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    pub record: String,
    pub code: String,
    pub name: String,
    pub field: String,
    /// The value of `field` of those who are no longer in it.
    pub left: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub stage: Stage,
    #[serde(default)]
    pub enters: Option<Enters>,
    #[serde(default)]
    pub records: Option<Records>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enters {
    pub track: String,
    pub state: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    pub record: String,
    pub field: String,
    pub values: Vec<String>,
}

/// Entries of a register that are acceptance records, and the document that was issued with each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceRule {
    pub record: String,
    pub field: String,
    pub value: String,
    pub on: String,
    pub about: String,
    pub document: String,
}

/// Who advises in a case, and what follows from it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    pub roles: Vec<String>,
    /// States of handling in which the enterprises rate their advisers.
    pub rated_in: Vec<String>,
    /// The act that appoints an expert.
    pub invite: String,
}

/// How measurements of a case count for the solution that was chosen in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    pub record: String,
    pub code: String,
    pub moment: String,
    pub value: String,
    pub before: String,
    /// Later moments first.
    pub after: Vec<String>,
    pub decision: Place,
    pub contract: Place,
    /// The indicator of use: zero says that it is not used any more.
    pub in_use: String,
}

/// A field of a register of the case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub record: String,
    pub field: String,
}

/// Which experts a step asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experts {
    pub role: String,
    pub at_once: u16,
    pub language: String,
    pub steps: Vec<StepNeeds>,
    pub sectors: BTreeMap<String, Vec<SkillNeed>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepNeeds {
    pub state: String,
    pub needs: Vec<SkillNeed>,
}

impl Experts {
    /// The competences of a state and of a line of business, each asked for once; none where the state asks for no expert.
    pub fn needs(&self, state: &str, sector: &str) -> Vec<SkillNeed> {
        let Some(step) = self.steps.iter().find(|s| s.state == state) else { return Vec::new() };
        let mut all = step.needs.clone();
        for skill in self.sectors.get(sector).into_iter().flatten() {
            if !all.iter().any(|s| s.competence == skill.competence) {
                all.push(skill.clone());
            }
        }
        all
    }
}

impl EngagementRules {
    pub fn advance(&self, on: Date) -> Option<&Advance> {
        self.advance.iter().find(|d| d.effective.contains(on)).map(|d| &d.rule)
    }
    pub fn experts(&self, on: Date) -> Option<&Experts> {
        self.experts.iter().find(|d| d.effective.contains(on)).map(|d| &d.rule)
    }
    pub fn advice(&self, on: Date) -> Option<&Advice> {
        self.advice.iter().find(|d| d.effective.contains(on)).map(|d| &d.rule)
    }
    /// The roles that advise under any rule: who is a member of an open case stays its adviser when a rule changes.
    pub fn advisers(&self) -> impl Iterator<Item = &str> {
        self.advice.iter().flat_map(|d| &d.rule.roles).map(String::as_str)
    }
    pub fn outcomes(&self, on: Date) -> Option<&Outcomes> {
        self.outcomes.iter().find(|d| d.effective.contains(on)).map(|d| &d.rule)
    }

    /// Reads the file and checks every name in it, and the indicators that flows and engagements name.
    pub fn load(files: &Files, definitions: &Definitions, centre: Option<&CentreCatalog>, boards: Option<&boards::Catalog>, frameworks: &scoring::Frameworks) -> Result<Self, Vec<Finding>> {
        let Some(text) = files.get(FILE) else {
            return Err(vec![Finding::new(FILE, None, "thiếu tệp này trong danh mục", "this file is missing from the catalogue")]);
        };
        let rules: Self = parse_yaml(FILE, text).map_err(|f| vec![f])?;
        let mut say = Findings { text, found: Vec::new() };
        for d in &rules.advance {
            say.sourced(&d.legal_basis, "advance");
            check_advance(&d.rule, definitions, &mut say);
        }
        for d in &rules.experts {
            say.sourced(&d.legal_basis, "experts");
            check_experts(&d.rule, centre, boards, &mut say);
        }
        let all: Vec<&Definition> = definitions.all().map(|d| &**d).filter(|d| rules.advance.iter().any(|r| r.rule.kind == d.kind)).collect();
        for d in &rules.advice {
            say.sourced(&d.legal_basis, "advice");
            check_advice(&d.rule, &all, &mut say);
        }
        for d in &rules.outcomes {
            say.sourced(&d.legal_basis, "outcomes");
            check_outcomes(&d.rule, &all, centre, &mut say);
        }
        let mut found = say.found;
        if let Some(centre) = centre {
            let registers: Vec<&str> = rules.advance.iter().flat_map(|d| &d.rule.steps).filter_map(|s| s.records.as_ref()).map(|r| r.record.as_str()).collect();
            indicators(files, centre, &registers, &mut found);
            sectors(files, centre, boards, &mut found);
            stages(files, centre, frameworks, &mut found);
        }
        if found.is_empty() { Ok(rules) } else { Err(found) }
    }
}

struct Findings<'a> {
    text: &'a str,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn unknown(&mut self, under: &str, vi: &str, en: &str, code: &str) {
        self.found.push(Finding::at(FILE, self.text, &[under], format!("{vi} “{code}” chưa được khai báo"), format!("{en} “{code}” is not declared")));
    }
    fn sourced(&mut self, basis: &[LegalBasis], under: &str) {
        if basis.is_empty() {
            self.found.push(Finding::at(FILE, self.text, &[under], "quy tắc thiếu căn cứ (legal_basis)", "the rule names no source (legal_basis)"));
        }
    }
}

fn check_advance(rule: &Advance, definitions: &Definitions, say: &mut Findings<'_>) {
    let all: Vec<&Definition> = definitions.all().map(|d| &**d).filter(|d| d.kind == rule.kind).collect();
    if all.is_empty() {
        say.unknown("advance", "loại hồ sơ", "the kind of case", &rule.kind);
    }
    for step in &rule.steps {
        if step.enters.is_some() == step.records.is_some() {
            let code = step.stage.code();
            say.found.push(Finding::at(FILE, say.text, &["advance"], format!("chặng “{code}” cần đúng một điều kiện: enters hoặc records"), format!("stage “{code}” needs either enters or records")));
        }
        if let Some(e) = step.enters.as_ref().filter(|e| all.iter().any(|d| d.state(&e.track, &e.state).is_none())) {
            say.unknown("advance", "trạng thái", "the state", &format!("{}.{}", e.track, e.state));
        }
        if let Some(r) = step.records.as_ref().filter(|r| all.iter().any(|d| !d.records.contains_key(&r.record))) {
            say.unknown("advance", "sổ", "the register", &r.record);
        }
    }
    if !all.is_empty() && !all.iter().any(|d| d.records.contains_key(&rule.members.record)) {
        say.unknown("advance", "sổ", "the register", &rule.members.record);
    }
    if all.iter().any(|d| !d.records.contains_key(&rule.acceptances.record)) {
        say.unknown("advance", "sổ", "the register", &rule.acceptances.record);
    }
    if all.iter().any(|d| !d.documents.contains_key(&rule.acceptances.document)) {
        say.unknown("advance", "văn bản", "the document", &rule.acceptances.document);
    }
}

fn check_experts(rule: &Experts, centre: Option<&CentreCatalog>, boards: Option<&boards::Catalog>, say: &mut Findings<'_>) {
    for skill in rule.steps.iter().flat_map(|s| &s.needs).chain(rule.sectors.values().flatten()) {
        if boards.is_some_and(|b| b.competence(&skill.competence).is_none()) {
            say.unknown("experts", "năng lực", "the competence", &skill.competence);
        }
    }
    for sector in rule.sectors.keys().filter(|s| centre.is_some_and(|c| !c.sectors.iter().any(|x| x.sector == **s))) {
        say.unknown("experts", "ngành", "the sector", sector);
    }
}

fn check_advice(rule: &Advice, all: &[&Definition], say: &mut Findings<'_>) {
    for role in rule.roles.iter().filter(|r| all.iter().any(|d| !d.members.contains_key(*r))) {
        say.unknown("advice", "vai trò", "the role", role);
    }
    for state in rule.rated_in.iter().filter(|s| all.iter().any(|d| d.state("handling", s).is_none())) {
        say.unknown("advice", "trạng thái", "the state", state);
    }
    if all.iter().any(|d| !d.acts.contains_key(&rule.invite)) {
        say.unknown("advice", "thao tác", "the act", &rule.invite);
    }
}

fn check_outcomes(rule: &Outcomes, all: &[&Definition], centre: Option<&CentreCatalog>, say: &mut Findings<'_>) {
    for register in [&rule.record, &rule.decision.record, &rule.contract.record].into_iter().filter(|r| all.iter().any(|d| !d.records.contains_key(*r))) {
        say.unknown("outcomes", "sổ", "the register", register);
    }
    if centre.is_some_and(|c| c.kpis.iter().all(|k| k.code != rule.in_use)) {
        say.unknown("outcomes", "chỉ số", "the indicator", &rule.in_use);
    }
}

/// Indicators named by examples of the flows and engagements are those of the library.
fn indicators(files: &Files, centre: &CentreCatalog, registers: &[&str], found: &mut Vec<Finding>) {
    for (path, text) in files.iter().filter(|(p, _)| (p.starts_with("flows/") || p.starts_with("engagements/")) && p.ends_with(".yaml")) {
        // What does not read is told by the engine.
        let Ok(whole) = parse_yaml::<Value>(path, text) else { continue };
        for (pointer, code) in named(&whole, registers) {
            if !centre.kpis.iter().any(|k| k.code == code) {
                let keys: Vec<&str> = pointer.iter().map(String::as_str).collect();
                found.push(Finding::at(
                    path,
                    text,
                    &keys,
                    format!("chỉ số “{code}” không có trong catalog/codes/kpis.yaml"),
                    format!("the indicator “{code}” is not in catalog/codes/kpis.yaml"),
                ));
            }
        }
    }
}

/// Codes in the examples of these registers, and of the acts that write into them, each with where it stands.
fn named(whole: &Value, registers: &[&str]) -> Vec<(Vec<String>, String)> {
    let mut out = Vec::new();
    let mut take = |keys: Vec<String>, examples: Option<&Value>| {
        let codes = examples.and_then(Value::as_array).into_iter().flatten().filter_map(|e| e.get("code")?.as_str());
        out.extend(codes.map(|c| (keys.clone(), c.to_owned())));
    };
    for register in registers {
        take(vec!["records".into(), (*register).into()], whole.pointer(&format!("/records/{register}/schema/examples")));
    }
    for (act, body) in whole.get("acts").and_then(Value::as_object).into_iter().flatten() {
        let verbs = body.get("do").and_then(Value::as_array).into_iter().flatten();
        let target = |v: &Value| ["record", "amend"].iter().find_map(|k| v.get(k)).and_then(|r| r.as_str().or_else(|| r.get("in")?.as_str()).map(str::to_owned));
        if verbs.filter_map(target).any(|t| registers.contains(&t.as_str())) {
            take(vec!["acts".into(), act.clone()], body.pointer("/input/examples"));
        }
    }
    out
}

/// The sectors of the network and of the engagements' forms are the profiles of `catalog/sectors`.
fn sectors(files: &Files, centre: &CentreCatalog, boards: Option<&boards::Catalog>, found: &mut Vec<Finding>) {
    let known = |code: &str| centre.sectors.iter().any(|s| s.sector == code && s.overlay_of.is_empty());
    let told = |path: &str, keys: &[&str], code: &str| {
        let text = files.get(path).unwrap_or_default();
        Finding::at(path, text, keys, format!("ngành “{code}” không có trong catalog/sectors"), format!("the sector “{code}” is not in catalog/sectors"))
    };
    for s in boards.into_iter().flat_map(|b| &b.competences.sectors).filter(|s| !known(&s.code)) {
        found.push(told("boards/competences.yaml", &["sectors"], &s.code));
    }
    for (path, text) in files.under("engagements", "yaml") {
        let Ok(whole) = parse_yaml::<Value>(path, text) else { continue };
        let choices = whole.pointer("/form/schema/properties/sector/oneOf").and_then(Value::as_array);
        for code in choices.into_iter().flatten().filter_map(|c| c.get("const")?.as_str()).filter(|c| *c != OTHER && !known(c)) {
            found.push(told(path, &["form", "schema", "properties", "sector"], code));
        }
    }
}

/// Every index that asks for stages is there, with all its levels.
fn stages(files: &Files, centre: &CentreCatalog, frameworks: &scoring::Frameworks, found: &mut Vec<Finding>) {
    const STAGES: &str = "sectors/stages.yaml";
    let text = files.get(STAGES).unwrap_or_default();
    for (code, bands) in centre.stages.iter().flat_map(|r| &r.frameworks) {
        let Some(f) = frameworks.latest(code) else {
            found.push(Finding::at(STAGES, text, &["stages"], format!("không có bộ tiêu chí “{code}”"), format!("there is no framework “{code}”")));
            continue;
        };
        for level in f.levels.iter().map(|l| i64::from(l.level)).filter(|l| !bands.iter().any(|b| b.levels.contains(l))) {
            found.push(Finding::at(STAGES, text, &["stages"], format!("{code}: mức {level} chưa ứng với giai đoạn nào"), format!("{code}: level {level} asks for no stage")));
        }
    }
}

/// A sector without a profile.
const OTHER: &str = "other";

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
