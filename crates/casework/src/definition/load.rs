//! Reads `catalog/flows` and the folders of definitions, lays each definition over its flow and compiles the result.

use super::{Definition, check};
use kernel::{
    catalog::{Files, Finding, parse_yaml},
    id::DefinitionCode,
    time::Date,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Folders whose files are definitions, each laid over the flow it names.
const FOLDERS: [&str; 3] = ["procedures/", "engagements/", "complaints/"];
const FLOWS: &str = "flows/";

/// Every version of every definition of a catalogue.
#[derive(Debug, Default, Clone)]
pub struct Definitions {
    by_code: BTreeMap<DefinitionCode, Vec<Arc<Definition>>>,
}

impl Definitions {
    /// The version in force on a date: what a new case takes.
    pub fn current(&self, code: &str, on: Date) -> Option<&Arc<Definition>> {
        self.by_code.get(code)?.iter().rev().find(|d| d.effective.contains(on))
    }
    /// The pinned version of an open case.
    pub fn pinned(&self, code: &str, version: &str) -> Option<&Arc<Definition>> {
        self.by_code.get(code)?.iter().find(|d| d.version == version)
    }
    /// All versions in force on a date.
    pub fn in_force(&self, on: Date) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_code.values().filter_map(move |v| v.iter().rev().find(|d| d.effective.contains(on)))
    }
    pub fn all(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_code.values().flatten()
    }
    /// Adds one; `false` when the code and version exist already.
    pub fn add(&mut self, d: Arc<Definition>) -> bool {
        let versions = self.by_code.entry(d.code.clone()).or_default();
        if versions.iter().any(|x| x.version == d.version) {
            return false;
        }
        versions.push(d);
        versions.sort_by_key(|d| d.effective.from);
        true
    }
}

/// Loads everything; findings are faults of the files, and the definitions are those without any.
pub fn load(files: &Files) -> (Definitions, Vec<Finding>) {
    let mut findings = Vec::new();
    let flows = read_flows(files, &mut findings);
    let mut definitions = Definitions::default();
    for (path, text) in files.iter().filter(|(p, _)| FOLDERS.iter().any(|f| p.starts_with(f)) && is_yaml(p)) {
        match resolve(path, text, &flows) {
            Ok(d) => {
                let (code, version) = (d.code.clone(), d.version.clone());
                if !definitions.add(Arc::new(d)) {
                    findings.push(Finding::at(
                        path,
                        text,
                        &["version"],
                        format!("{code} bản {version} đã khai báo ở tệp khác"),
                        format!("{code} version {version} is declared in another file too"),
                    ));
                }
            }
            Err(mut faults) => findings.append(&mut faults),
        }
    }
    findings.extend(set_faults(files, &definitions));
    (definitions, findings)
}

/// What a set asks of other definitions: that they are there, and that the set's form fills theirs.
fn set_faults(files: &Files, definitions: &Definitions) -> Vec<Finding> {
    let mut findings = Vec::new();
    for d in definitions.all() {
        for (n, member) in d.set.iter().enumerate() {
            let n = n.to_string();
            let path = d.compiled.file.as_str();
            let text = files.get(path).unwrap_or_default();
            let mut fault = |vi: String, en: String| {
                let mut finding = Finding::at(path, text, &["set", &n], vi, en);
                finding.line = finding.line.or(Some(1));
                findings.push(finding);
            };
            let Some(other) = definitions.current(member.definition.as_str(), d.effective.from) else {
                fault(format!("không có thủ tục {} đang có hiệu lực", member.definition), format!("there is no procedure {} in force", member.definition));
                continue;
            };
            for channel in d.channels.iter().filter(|c| !other.channels.contains(c)) {
                let name = channel.name();
                fault(format!("{} không nhận qua kênh “{}”", other.code, name.vi), format!("{} takes nothing through “{}”", other.code, name.en));
            }
            for example in d.form.examples() {
                let answers = member.answers_from(&d.form, &other.form, example);
                if let Err(r) = crate::form_check::check_answers(other, &answers) {
                    let why = r.reasons.first().map_or(r.message, |x| x.message.clone());
                    fault(format!("{}: tờ khai chưa điền đủ: {}", member.name_in_set, why.vi), format!("{}: its form is not filled: {}", member.name_in_set, why.en));
                    break;
                }
            }
        }
    }
    findings
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// Flows by name; `None` where the flow itself is faulty, which is told once and not again by each procedure.
type Flows = BTreeMap<String, Option<Value>>;

fn read_flows(files: &Files, findings: &mut Vec<Finding>) -> Flows {
    let mut flows = Flows::new();
    for (path, text) in files.iter().filter(|(p, _)| p.starts_with(FLOWS) && is_yaml(p)) {
        match parse_yaml::<Value>(path, text) {
            Ok(Value::Object(mut flow)) => match flow.shift_remove("flow") {
                Some(Value::String(name)) if flows.contains_key(&name) => findings.push(Finding::at(
                    path,
                    text,
                    &["flow"],
                    format!("quy trình “{name}” đã khai báo ở tệp khác"),
                    format!("the flow “{name}” is declared in another file too"),
                )),
                Some(Value::String(name)) => {
                    let flow = Value::Object(flow);
                    let faults = flow_faults(path, text, &flow);
                    flows.insert(name, faults.is_empty().then_some(flow));
                    findings.extend(faults);
                }
                _ => findings.push(Finding::new(path, Some(1), "quy trình thiếu tên `flow`", "the flow has no `flow` name")),
            },
            Ok(_) => findings.push(Finding::new(path, Some(1), "tệp phải là một bảng khóa – giá trị", "the file must be a mapping")),
            Err(finding) => findings.push(finding),
        }
    }
    flows
}

/// What is wrong with a flow by itself, at its own lines.
fn flow_faults(path: &str, text: &str, flow: &Value) -> Vec<Finding> {
    let mut whole = lay(bare_procedure(flow), flow.clone());
    marks(&mut whole);
    let mut findings = match read(path, text, whole) {
        Ok(mut d) => check::check_flow(&mut d, path, text),
        Err(findings) => findings,
    };
    findings.iter_mut().for_each(|f| f.line = f.line.or(Some(1)));
    findings
}

/// The least a procedure must say, with the steps that the acts of the flow are done at.
fn bare_procedure(flow: &Value) -> Value {
    let (text, basis) = (json!({"vi": "-", "en": "-"}), json!({"document": "-", "verified": false}));
    let acts = flow.get("acts").and_then(Value::as_object).into_iter().flatten();
    let mut codes: Vec<&str> = acts.filter_map(|(_, a)| a.get("at")?.as_array()).flatten().filter_map(Value::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    let step = |code: &&str| json!({"code": code, "name": text, "role": "-", "office": "received", "budget": "1h", "product": text});
    json!({
        "code": "-", "version": "-", "kind": "-", "name": text, "about": text, "effective": {"from": "2000-01-01"}, "legal_basis": [],
        "audience": [], "level": "commune", "service_level": "full", "channels": ["online"], "sector": {"code": "-", "name": text},
        "time": {"span": "1wd", "legal_basis": basis}, "form": {"schema": {}, "sections": [], "title_from": ""},
        "result": {"name": text}, "tracks": {}, "clocks": {}, "acts": {}, "steps": codes.iter().map(step).collect::<Vec<_>>(),
    })
}

/// One file over its flow, compiled and checked.
fn resolve(path: &str, text: &str, flows: &Flows) -> Result<Definition, Vec<Finding>> {
    let own: Value = parse_yaml(path, text).map_err(|f| vec![f])?;
    let whole = match own.get("extends").and_then(Value::as_str) {
        None => own,
        Some(name) => {
            let flow = flows.get(name).ok_or_else(|| {
                vec![Finding::at(
                    path,
                    text,
                    &["extends"],
                    format!("không có quy trình “{name}” trong catalog/flows"),
                    format!("there is no flow “{name}” in catalog/flows"),
                )]
            })?;
            let flow = flow.clone().ok_or_else(|| {
                let (vi, en) = (format!("quy trình “{name}” còn lỗi; sửa tệp của nó trước"), format!("the flow “{name}” has faults; mend its file first"));
                vec![Finding::at(path, text, &["extends"], vi, en)]
            })?;
            lay(flow, own)
        }
    };
    let mut whole = whole;
    marks(&mut whole);
    let mut d = read(path, text, whole)?;
    d.leave_out();
    d.silence_ends_the_time();
    d.compiled.file = path.to_owned();
    let mut findings = check::compile_and_check(&mut d, path, text);
    // What stands in the flow has no line in this file: its first line then.
    findings.iter_mut().for_each(|f| f.line = f.line.or(Some(1)));
    if findings.is_empty() { Ok(d) } else { Err(findings) }
}

/// The marks of the law pages, `verified: "yes"` or `"no"`, may be quoted: an untyped reader then sees texts.
fn marks(value: &mut Value) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, v)| match v.as_str() {
            Some(mark @ ("yes" | "no")) if key == "verified" => *v = Value::Bool(mark == "yes"),
            _ => marks(v),
        }),
        Value::Array(list) => list.iter_mut().for_each(marks),
        _ => {}
    }
}

/// Deserializes with the path of the fault, so that the finding names a line.
fn read(path: &str, text: &str, whole: Value) -> Result<Definition, Vec<Finding>> {
    serde_path_to_error::deserialize(whole).map_err(|error| {
        let at = error.path().to_string();
        let keys: Vec<&str> = at.split(['.', '[', ']']).filter(|k| !k.is_empty() && *k != "?").collect();
        let line = (0..=keys.len()).rev().find_map(|n| kernel::catalog::line_of(text, &keys[..n]));
        let reason = error.into_inner().to_string();
        vec![Finding::new(path, line.or(Some(1)), format!("tại {at}: {reason}"), format!("at {at}: {reason}"))]
    })
}

/// Lays `top` over `base`: objects key by key, everything else replaced; `null` removes.
fn lay(base: Value, top: Value) -> Value {
    match (base, top) {
        (Value::Object(mut base), Value::Object(top)) => {
            for (key, value) in top {
                if value.is_null() {
                    base.shift_remove(&key);
                } else if let Some(slot) = base.get_mut(&key) {
                    *slot = lay(slot.take(), value);
                } else {
                    base.insert(key, value);
                }
            }
            Value::Object(base)
        }
        (_, top) => top,
    }
}

#[cfg(test)]
mod tests {
    use super::lay;
    use serde_json::json;

    #[test]
    fn laying_replaces_adds_and_removes() {
        let base = json!({"a": {"x": 1, "y": 2}, "b": [1], "c": 3});
        let top = json!({"a": {"y": 5}, "b": [2, 3], "c": null});
        assert_eq!(lay(base, top), json!({"a": {"x": 1, "y": 5}, "b": [2, 3]}));
    }
}
