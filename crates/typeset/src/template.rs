//! A template as the catalogue holds it: `templates/<code>/{template.typ, template.yaml, sample.json}`, and the words
//! for fields that all templates share in `templates/_lib/fields.yaml`.

use crate::error::{MissingField, Problem};
use kernel::{Text, text::Lang};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use typst::syntax::FileId;

/// A provision a form rests on, and whether somebody has compared the form with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    pub document: String,
    #[serde(default)]
    pub article: String,
    pub verified: bool,
}

/// Forms were renumbered in 2025: a number says nothing without the document it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub code: String,
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    pub required: Vec<String>,
    #[serde(default)]
    pub optional: Vec<String>,
}

/// `template.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub name: Text,
    pub form: Form,
    pub legal_basis: Vec<Basis>,
    /// Who signs it, in words.
    pub signer: Text,
    /// In which languages it can be set: Vietnamese, and a second one beside it where the data ask for it (`also`).
    #[serde(default = "vietnamese")]
    pub languages: Vec<Lang>,
    pub fields: Fields,
    /// Names of fields that only this template has.
    #[serde(default)]
    pub names: BTreeMap<String, Text>,
}

fn vietnamese() -> Vec<Lang> {
    vec![Lang::Vi]
}

#[derive(Debug, Clone)]
pub struct Template {
    pub code: String,
    pub sheet: Sheet,
    pub sample: Value,
    pub(crate) main: FileId,
    /// The catalogue path of the folder, as given by the caller.
    pub(crate) folder: String,
    pub(crate) sheet_text: String,
}

pub type Names = BTreeMap<String, Text>;

impl Template {
    pub fn name_of(&self, path: &str, shared: &Names) -> Text {
        let own = self.sheet.names.get(path).or_else(|| shared.get(path));
        own.cloned().unwrap_or_else(|| Text::new(path, path))
    }

    /// Whether it can be set with English beside the Vietnamese.
    pub fn is_bilingual(&self) -> bool {
        self.sheet.languages.contains(&Lang::En)
    }

    /// Required fields that the data does not have, named in both languages.
    pub(crate) fn missing(&self, data: &Value, shared: &Names) -> Vec<MissingField> {
        let absent = self.sheet.fields.required.iter().filter(|path| !present(data, path));
        absent.map(|path| MissingField { path: path.clone(), name: self.name_of(path, shared) }).collect()
    }

    /// The line of `template.yaml` that names a field; 0 when it is not there.
    pub(crate) fn line_of(&self, path: &str) -> usize {
        self.sheet_text.lines().position(|line| line.contains(path)).map_or(0, |index| index + 1)
    }
}

/// Puts a value at a dotted path. What stands in the way and is no object gives way.
pub fn put(data: &mut Value, path: &str, value: Value) {
    let mut here = data;
    for key in path.split('.') {
        if !here.is_object() {
            *here = Value::Object(serde_json::Map::new());
        }
        let Value::Object(fields) = here else { return };
        here = fields.entry(key).or_insert(Value::Null);
    }
    *here = value;
}

/// `a.b` is there and says something; `a[].b`: there is at least one item and every item has it.
fn present(data: &Value, path: &str) -> bool {
    if let Some((list, rest)) = path.split_once("[]") {
        let Some(Value::Array(items)) = at(data, list) else { return false };
        let rest = rest.trim_start_matches('.');
        return !items.is_empty() && items.iter().all(|item| rest.is_empty() || present(item, rest));
    }
    match at(data, path) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !kernel::text::clean(text).is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

pub(crate) fn at<'a>(data: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(data, |value, key| value.get(key))
}

/// Reads `template.yaml`, or `_lib/fields.yaml`, with the line of a fault.
pub(crate) fn yaml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map_or(0, |at| at.line() as usize);
        let said = error.to_string();
        let said = said.lines().next().unwrap_or_default();
        Problem::new(file, line, format!("không đọc được YAML: {said}"), format!("unreadable YAML: {said}"))
    })
}

pub(crate) fn json(file: &str, text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        Problem::new(file, error.line(), format!("không đọc được JSON: {said}"), format!("unreadable JSON: {said}"))
    })
}
