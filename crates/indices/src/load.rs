//! The indices of a catalogue, with their golden vectors.

use crate::{
    check,
    definition::{Definition, Vector},
    eval::Value,
    index::{Index, Inputs, typed},
    score::{Outcome, State, score},
};
use kernel::{
    catalog::{Files, Finding, parse_yaml},
    time::Date,
};

pub const FOLDER: &str = "indices";

/// All versions of all indices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indices(Vec<Index>);

impl Indices {
    pub fn iter(&self) -> impl Iterator<Item = &Index> {
        self.0.iter()
    }
    pub fn get(&self, code: &str, version: &str) -> Option<&Index> {
        self.0.iter().find(|i| i.code == code && i.version == version)
    }
    /// The version of a code in force on a day; before the first and after the last the nearest.
    pub fn on(&self, code: &str, day: Date) -> Option<&Index> {
        let mut all: Vec<&Index> = self.0.iter().filter(|i| i.code == code).collect();
        all.sort_by_key(|i| i.effective.from);
        all.iter().rev().find(|i| i.effective.from <= day).or_else(|| all.first()).copied()
    }
    /// Each code once, in the version of the day.
    pub fn current(&self, day: Date) -> Vec<&Index> {
        let codes: std::collections::BTreeSet<&str> = self.0.iter().map(|i| i.code.as_str()).collect();
        codes.into_iter().filter_map(|c| self.on(c, day)).collect()
    }
}

/// Reads and checks all files of `indices/`; the golden vectors are computed.
///
/// # Errors
/// Everything that is wrong, at its line.
pub fn load(files: &Files) -> Result<Indices, Vec<Finding>> {
    let (mut all, mut findings) = (Vec::<Index>::new(), Vec::new());
    for (path, text) in files.under(FOLDER, "yaml") {
        let read = parse_yaml::<Definition>(path, text).map_err(|f| vec![f]).and_then(|d| check::index(path, text, d));
        match read {
            Err(found) => findings.extend(found),
            Ok(index) => {
                findings.extend(index.vectors.iter().enumerate().flat_map(|(i, v)| vector(&index, text, i, v)));
                if let Some(other) = all.iter().find(|o| o.code == index.code && o.version == index.version) {
                    findings.push(Finding::at(path, text, &["version"], format!("Bộ “{}” phiên bản {} đã có trong {}.", index.code, index.version, other.file), format!("“{}” version {} is already in {}.", index.code, index.version, other.file)));
                }
                all.push(index);
            }
        }
    }
    if findings.is_empty() { Ok(Indices(all)) } else { Err(findings) }
}

fn vector(index: &Index, text: &str, i: usize, v: &Vector) -> Vec<Finding> {
    let place = i.to_string();
    let at = |vi: String, en: String| Finding::at(&index.file, text, &["vectors", &place], format!("“{}”: {vi}", v.name), format!("“{}”: {en}", v.name));
    let (mut inputs, mut findings) = (Inputs::new(), Vec::new());
    for (code, given) in &v.inputs {
        match index.input(code).map(|x| typed(x, given)) {
            None => findings.push(at(format!("không có đầu vào “{code}”."), format!("there is no input “{code}”."))),
            Some(Err(why)) => findings.push(at(format!("{code}: {}", why.vi), format!("{code}: {}", why.en))),
            Some(Ok(value)) => {
                inputs.insert(code.clone(), value);
            }
        }
    }
    if !findings.is_empty() {
        return findings;
    }
    let out = score(index, &inputs);
    wrongs(v, &out).into_iter().map(|(what, wanted, got)| at(format!("{what} phải là {wanted}, tính ra {got}."), format!("{what} should be {wanted} and comes out as {got}."))).collect()
}

type Wrong = (String, String, String);

fn wrongs(v: &Vector, out: &Outcome) -> Vec<Wrong> {
    let mut all = Vec::new();
    let mut same = |what: String, wanted: &str, got: String| {
        let number = |t: &str| crate::Exact::parse(t);
        if wanted != got && (number(wanted).is_none() || number(wanted) != number(&got)) {
            all.push((what, wanted.to_owned(), got));
        }
    };
    let missing = || "–".to_owned();
    for (code, wanted) in &v.expect.points {
        let got = out.node(code).map_or_else(missing, |n| match &n.state {
            State::Counted => n.points.to_string(),
            State::NotApplicable(_) => "na".into(),
            State::Unknown(_) => "none".into(),
        });
        same(code.clone(), wanted, got);
    }
    for (code, wanted) in &v.expect.values {
        let got = match out.node(code).and_then(|n| n.value.as_ref()) {
            Some(Value::Number(x, _)) => x.round(4).to_string(),
            Some(Value::Na(_)) => "na".into(),
            _ => "none".into(),
        };
        same(code.clone(), wanted, got);
    }
    if let Some(wanted) = &v.expect.total {
        same("total".into(), wanted, out.whole.points.to_string());
    }
    if let Some(wanted) = &v.expect.max {
        same("max".into(), &wanted.to_string(), out.whole.max.to_string());
    }
    if let Some(wanted) = &v.expect.shown {
        same("shown".into(), wanted, out.shown.map_or_else(|| "na".to_owned(), |x| x.to_string()));
    }
    if let Some(wanted) = &v.expect.level {
        same("level".into(), wanted, out.level.as_ref().map_or_else(missing, |l| l.name.vi.clone()));
    }
    for code in &v.expect.mismatched {
        let flagged = out.node(code).is_some_and(crate::Scored::is_mismatched);
        same(format!("{code} mismatched"), "yes", if flagged { "yes" } else { "no" }.to_owned());
    }
    all
}
