//! `catalog/sources/`: databases, the table of components that data replace, what forms are filled with, what may be reused.

use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const DATABASES: &str = "sources/databases.yaml";
const PREFILL: &str = "sources/prefill.yaml";
const COMPONENTS: &str = "sources/components.csv";
const REUSE: &str = "sources/reuse.csv";
const RESULT_CODES: &str = "indicators/result-codes.yaml";

/// One database of the State.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub code: String,
    pub name: Text,
    pub owner: Text,
    /// Who corrects what is wrong in it.
    pub correct_at: Text,
    pub legal_basis: LegalBasis,
    /// What may be asked.
    pub fields: BTreeMap<String, Text>,
}

/// What is owed when data are missing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub within: Span,
    pub paper: String,
    pub name: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingData {
    pub online: Notice,
    pub counter: Notice,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabasesFile {
    databases: Vec<Database>,
    missing_data: MissingData,
    wait_ms: u64,
    warn_days: i32,
}

/// One record that fills a form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    pub source: String,
    pub record: String,
    /// `@applicant` or a field of the form.
    pub by: String,
    /// The answer to `ask` for which it holds.
    #[serde(default)]
    pub when: Option<String>,
    /// Answers that go with it once the record is found.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Field of the form → field of the database.
    pub fields: BTreeMap<String, String>,
    #[serde(default)]
    pub needs_one_of: Vec<String>,
}

/// The one question that decides whose record is whose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub field: String,
    pub values: Vec<String>,
    pub text: Text,
    pub other: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillOf {
    pub procedure: String,
    #[serde(default)]
    pub ask: Option<Ask>,
    pub sources: Vec<Fill>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrefillFile {
    common: Vec<Fill>,
    procedures: Vec<FillOf>,
}

/// A row of the table: data instead of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub line: usize,
    pub procedure: String,
    pub component: String,
    pub source: String,
    pub record: String,
    /// Fields of the form; the first that is filled in.
    pub keys: Vec<String>,
    /// `(field, value)`: asked only then.
    pub when: Option<(String, String)>,
    /// Field of the database and field of the form that must agree.
    pub expect: Vec<(String, String)>,
    pub fields: Vec<String>,
    pub basis: LegalBasis,
    pub effective: Effective,
}

/// A result that may stand for a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reuse {
    pub procedure: String,
    pub component: String,
    pub result_of: String,
    pub document: String,
    pub basis: LegalBasis,
    pub effective: Effective,
}

#[derive(Debug, Clone)]
pub struct Catalog {
    pub databases: BTreeMap<String, Database>,
    pub missing: MissingData,
    /// How long a person waits for one answer, in milliseconds.
    pub wait_ms: u64,
    pub warn_days: i32,
    pub common: Vec<Fill>,
    pub fills: BTreeMap<String, FillOf>,
    pub rows: Vec<Row>,
    pub reuse: Vec<Reuse>,
    /// Code of a procedure's result in the catalogue of results.
    pub result_codes: BTreeMap<String, String>,
}

impl Catalog {
    pub fn database(&self, code: &str) -> Option<&Database> {
        self.databases.get(code)
    }
    /// The rows of a component on a day.
    pub fn rows_of<'a>(&'a self, procedure: &'a str, component: &'a str, day: Date) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |r| r.procedure == procedure && r.component == component && r.effective.contains(day))
    }
    /// Rows that lapse within the days of warning, and those that have lapsed.
    pub fn lapsing(&self, day: Date) -> impl Iterator<Item = (&Row, i32)> {
        self.rows.iter().filter_map(move |r| {
            let left = days_between(day, r.effective.to?);
            (left <= self.warn_days).then_some((r, left))
        })
    }
}

/// Whole days from one day to another; negative when it lies before.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let mut findings = Vec::new();
    let databases: Option<DatabasesFile> = yaml(files, DATABASES, &mut findings);
    let prefill: Option<PrefillFile> = yaml(files, PREFILL, &mut findings);
    let (rows, reuse) = (components(files, &mut findings), reuse(files, &mut findings));
    let result_codes = result_codes(files);
    let (Some(databases), Some(prefill)) = (databases, prefill) else { return Err(findings) };
    let catalog = Catalog {
        databases: databases.databases.into_iter().map(|d| (d.code.clone(), d)).collect(),
        missing: databases.missing_data,
        wait_ms: databases.wait_ms,
        warn_days: databases.warn_days,
        common: prefill.common,
        fills: prefill.procedures.into_iter().map(|p| (p.procedure.clone(), p)).collect(),
        rows,
        reuse,
        result_codes,
    };
    findings.extend(check(&catalog));
    if findings.is_empty() { Ok(catalog) } else { Err(findings) }
}

fn yaml<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "thiếu tệp này", "this file is missing"));
        return None;
    };
    parse_yaml(path, text).map_err(|f| findings.push(f)).ok()
}

/// The codes that indicator 4.1 uses too; a file of another room, so what does not read there is its own finding.
fn result_codes(files: &Files) -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct Code {
        procedure: String,
        code: String,
    }
    #[derive(Deserialize)]
    struct CodesFile {
        result_codes: Vec<Code>,
    }
    let read = files.get(RESULT_CODES).and_then(|text| parse_yaml::<CodesFile>(RESULT_CODES, text).ok());
    read.into_iter().flat_map(|f| f.result_codes).map(|c| (c.procedure, c.code)).collect()
}

/// A table's lines as columns by name, with their line numbers.
fn table<'a>(files: &'a Files, path: &str, columns: &str, findings: &mut Vec<Finding>) -> Vec<(usize, Vec<&'a str>)> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "thiếu tệp này", "this file is missing"));
        return Vec::new();
    };
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    if lines.next().map(|(_, l)| l.trim()) != Some(columns) {
        findings.push(Finding::new(path, Some(1), format!("dòng đầu phải là: {columns}"), format!("the first line must be: {columns}")));
        return Vec::new();
    }
    let wanted = columns.split(',').count();
    let mut out = Vec::new();
    for (i, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() == wanted {
            out.push((i + 1, cells));
        } else {
            findings.push(Finding::new(path, Some(i + 1), format!("cần {wanted} cột, có {}", cells.len()), format!("{wanted} columns are needed, there are {}", cells.len())));
        }
    }
    out
}

fn list(cell: &str) -> Vec<String> {
    cell.split('|').filter(|x| !x.is_empty()).map(str::to_owned).collect()
}

fn pair(cell: &str) -> Option<(String, String)> {
    cell.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned()))
}

/// Basis and dates of a row: its last six columns.
fn law(path: &str, line: usize, cells: &[&str], findings: &mut Vec<Finding>) -> Option<(LegalBasis, Effective)> {
    let &[document, article, from, until, verified, note] = cells else { return None };
    let bad = |what: &str| Finding::new(path, Some(line), format!("{what} chưa đúng"), format!("{what} does not read"));
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let from: Option<Date> = from.parse().map_err(|_| findings.push(bad("from"))).ok();
    let to: Option<Date> = match until {
        "" => None,
        text => Some(text.parse().map_err(|_| findings.push(bad("until"))).ok()?),
    };
    if !["yes", "no"].contains(&verified) || document.is_empty() {
        findings.push(bad("basis, verified"));
        return None;
    }
    let basis = LegalBasis { document: document.to_owned(), article: some(article), note: some(note), verified: verified == "yes" };
    Some((basis, Effective { from: from?, to }))
}

fn components(files: &Files, findings: &mut Vec<Finding>) -> Vec<Row> {
    let columns = "procedure,component,database,record,key,when,expect,fields,basis,article,from,until,verified,note";
    let mut out = Vec::new();
    for (line, cells) in table(files, COMPONENTS, columns, findings) {
        let (row, rest) = cells.split_at(8);
        let Some((basis, effective)) = law(COMPONENTS, line, rest, findings) else { continue };
        let &[procedure, component, source, record, keys, when, expect, fields] = row else { continue };
        out.push(Row {
            line,
            procedure: procedure.into(),
            component: component.into(),
            source: source.into(),
            record: record.into(),
            keys: list(keys),
            when: pair(when),
            expect: expect.split('|').filter_map(pair).collect(),
            fields: list(fields),
            basis,
            effective,
        });
    }
    out
}

fn reuse(files: &Files, findings: &mut Vec<Finding>) -> Vec<Reuse> {
    let columns = "procedure,component,result_of,document,basis,article,from,until,verified,note";
    let mut out = Vec::new();
    for (line, cells) in table(files, REUSE, columns, findings) {
        let (row, rest) = cells.split_at(4);
        let Some((basis, effective)) = law(REUSE, line, rest, findings) else { continue };
        let &[procedure, component, result_of, document] = row else { continue };
        out.push(Reuse { procedure: procedure.into(), component: component.into(), result_of: result_of.into(), document: document.into(), basis, effective });
    }
    out
}

/// What one part says of another.
fn check(c: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut known = |path: &str, line: Option<usize>, source: &str, fields: &mut dyn Iterator<Item = &String>| match c.database(source) {
        None => findings.push(Finding::new(path, line, format!("không có cơ sở dữ liệu {source}"), format!("there is no database {source}"))),
        Some(db) => {
            for f in fields.filter(|f| !db.fields.contains_key(*f)) {
                findings.push(Finding::new(path, line, format!("{source} không có trường {f}"), format!("{source} has no field {f}")));
            }
        }
    };
    for r in &c.rows {
        known(COMPONENTS, Some(r.line), &r.source, &mut r.fields.iter().chain(r.expect.iter().map(|e| &e.0)));
    }
    for f in c.common.iter().chain(c.fills.values().flat_map(|p| &p.sources)) {
        known(PREFILL, None, &f.source, &mut f.fields.values());
    }
    for r in c.rows.iter().filter(|r| r.keys.is_empty() || r.fields.is_empty()) {
        findings.push(Finding::new(COMPONENTS, Some(r.line), "cần key và fields", "key and fields are needed"));
    }
    for p in c.fills.values() {
        let values = p.ask.as_ref().map_or(&[][..], |a| &a.values);
        for f in p.sources.iter().filter(|f| f.when.as_ref().is_some_and(|w| !values.contains(w))) {
            findings.push(Finding::new(PREFILL, None, format!("{}: when {:?} không có trong ask.values", p.procedure, f.when), format!("{}: when {:?} is not in ask.values", p.procedure, f.when)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn files() -> Files {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/sources");
        let read = |n: &str| (format!("sources/{n}"), std::fs::read_to_string(root.join(n)).unwrap());
        ["databases.yaml", "prefill.yaml", "components.csv", "reuse.csv"].map(read).into_iter().collect()
    }

    #[test]
    fn the_catalogue_reads() {
        let c = load(&files()).unwrap();
        let day: Date = "2026-11-22".parse().unwrap();
        let row = c.rows_of("1.001193", "marriage_certificate", day).next().unwrap();
        assert_eq!((row.source.as_str(), row.keys.as_slice()), ("civil_status", &["mother_personal_number".to_owned()][..]));
        assert_eq!(row.when, Some(("parents_married".into(), "true".into())));
        assert_eq!(c.rows_of("1.000894", "residence", day).count(), 2, "both of a couple");
        // Resolution 66.7/2025 lapses on 28/02/2027: 98 days before nobody is warned, 90 days before everybody.
        assert_eq!(c.lapsing(day).count(), 0);
        assert!(c.lapsing("2026-11-30".parse().unwrap()).all(|(_, left)| left == 90));
        assert!(c.lapsing("2026-11-30".parse().unwrap()).count() > 30);
        assert_eq!(c.rows_of("1.001193", "residence", "2027-03-01".parse().unwrap()).count(), 0);
    }

    #[test]
    fn faults_are_named_with_their_line() {
        let with = |path: &str, from: &str, to: &str| {
            let mut f = files();
            let text = f.get(path).unwrap().replacen(from, to, 1);
            f.insert(path, text);
            load(&f).unwrap_err()
        };
        let found = with(COMPONENTS, "1.000894,marital_status,population", "1.000894,marital_status,nowhere");
        assert_eq!((found[0].line, found[0].reason.en.as_str()), (Some(2), "there is no database nowhere"));
        assert_eq!(with(COMPONENTS, "2027-02-28,yes,", "2027-02-30,yes,")[0].reason.en, "until does not read");
        assert_eq!(with(COMPONENTS, "marital_status|name", "salary")[0].reason.en, "population has no field salary");
        assert_eq!(with(COMPONENTS, ",yes,\n", "\n")[0].reason.en, "14 columns are needed, there are 12");
        assert!(with(PREFILL, "when: mother", "when: aunt")[0].reason.en.contains("ask.values"));
        assert!(with(REUSE, "procedure,", "thu_tuc,")[0].reason.en.starts_with("the first line must be"));
        let mut f = files();
        f.insert(DATABASES, "databases: []");
        assert!(load(&f).unwrap_err().iter().any(|x| x.file == DATABASES));
    }
}
