//! Linked procedures: one submission that is several cases, some of which wait for others (Decree 297/2025).

use super::{Definition, FieldSource, Form};
use kernel::{
    Text,
    id::{DefinitionCode, OfficeCode},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One procedure of a set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    pub definition: DefinitionCode,
    /// What the set calls it.
    #[serde(rename = "as")]
    pub name_in_set: String,
    pub name: Text,
    /// Members that must have been granted before this one is opened.
    #[serde(default, deserialize_with = "names", skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The office that receives and decides it; absent: the definition's own, else that of the set.
    #[serde(default)]
    pub office: Option<OfficeCode>,
    /// Answers of the member's form that are not found under the same name in the form of the set.
    #[serde(default)]
    pub answers: BTreeMap<String, FieldSource>,
}

/// One name or a list.
fn names<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    match Value::deserialize(d)? {
        Value::Null => Ok(Vec::new()),
        Value::String(one) => Ok(vec![one]),
        list => serde_json::from_value(list).map_err(serde::de::Error::custom),
    }
}

impl SetMember {
    /// The answers of the member's form, from those of the set's.
    pub fn answers_from(&self, set: &Form, member: &Form, answers: &Value) -> Value {
        let properties = member.schema.get("properties").and_then(Value::as_object);
        let same = properties.into_iter().flatten().filter_map(|(name, _)| Some((name.clone(), answers.get(name)?.clone())));
        let mut out: Map<String, Value> = same.collect();
        for (name, source) in &self.answers {
            let value = match source {
                // The code of a choice, not what people read: the other form knows the same codes.
                FieldSource::Answer(pointer) => answers.pointer(pointer).filter(|v| !v.is_null()).cloned(),
                other => other.value(set, answers),
            };
            if let Some(value) = value {
                out.insert(name.clone(), value);
            }
        }
        Value::Object(out)
    }
}

impl Definition {
    pub fn set_member(&self, name: &str) -> Option<&SetMember> {
        self.set.iter().find(|m| m.name_in_set == name)
    }

    /// Members that wait, directly or through others, for one of the set.
    pub fn waiting_for(&self, name: &str) -> Vec<&SetMember> {
        let mut waiting: Vec<&SetMember> = Vec::new();
        loop {
            let waits = |m: &&SetMember| {
                let on = |other: &String| other == name || waiting.iter().any(|w| w.name_in_set == *other);
                m.after.iter().any(on) && !waiting.iter().any(|w| w.name_in_set == m.name_in_set)
            };
            let Some(next) = self.set.iter().find(waits) else { return waiting };
            waiting.push(next);
        }
    }
}
