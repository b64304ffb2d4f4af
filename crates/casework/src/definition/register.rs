//! What a case keeps besides its answers: registers of records, versioned artefacts, people appointed by role.
//!
//! None of it belongs to one kind of case: a directive keeps reports, a permit site visits, an engagement milestones.

use super::{Field, FieldKind};
use kernel::{
    Text,
    id::RoleCode,
    text::Lang,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Names every entry has of itself; no field of a schema may take them.
pub const ENTRY_NAMES: [&str; 5] = ["number", "version", "at", "by", "entry"];
/// Entries a register holds unless it says otherwise: a snapshot stays small.
const ENTRIES: u32 = 200;

/// A register of records: entries are appended, and amended by a new version, never in place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordDecl {
    pub name: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    /// An object schema of one entry, with `x-title` on every field and complete entries in `examples`.
    pub schema: Value,
    /// The field whose value stands in one entry only.
    #[serde(default)]
    pub key: Option<String>,
    /// Fields shown in tables, in order; all of them when empty.
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default = "entries")]
    pub at_most: u32,
    /// Shown to the case's own people and members, not to its offices alone.
    #[serde(default = "super::yes")]
    pub public: bool,
}

const fn entries() -> u32 {
    ENTRIES
}

impl RecordDecl {
    /// The fields of an entry, in the order of the schema.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str())
    }
    pub fn field(&self, name: &str) -> Option<Field> {
        Field::of(&self.schema, name)
    }
    /// The fields of a table.
    pub fn shown(&self) -> Vec<&str> {
        if self.columns.is_empty() { self.names().collect() } else { self.columns.iter().map(String::as_str).collect() }
    }
    pub fn examples(&self) -> &[Value] {
        self.schema.get("examples").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
    /// By what people know an entry: its key, or the first thing shown of it.
    pub fn label(&self, values: &Value, lang: Lang) -> String {
        let by = self.key.as_deref().or_else(|| self.shown().first().copied());
        let first = by.map(|name| self.said(name, values, lang)).unwrap_or_default();
        let second = self.shown().into_iter().find(|n| Some(*n) != by).map(|n| self.said(n, values, lang)).unwrap_or_default();
        if second.is_empty() { first } else { format!("{first} – {second}") }
    }
    /// What a person reads of one field; of a choice its title.
    pub fn said(&self, name: &str, values: &Value, lang: Lang) -> String {
        let Some(value) = values.get(name).filter(|v| !v.is_null()) else { return String::new() };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match self.field(name).map(|f| f.kind) {
            Some(FieldKind::Choice(options)) => options.iter().find(|o| o.0 == text).map_or(text, |o| o.1.get(lang).to_owned()),
            Some(FieldKind::YesNo) => lang.pick(if text == "true" { "Có" } else { "Không" }, if text == "true" { "Yes" } else { "No" }).to_owned(),
            Some(FieldKind::Date) => text
                .parse()
                .map_or(text, |d: kernel::time::Date| format!("{:02}/{:02}/{}", d.day(), d.month(), d.year())),
            Some(FieldKind::Integer) => value.as_i64().map_or(text, grouped),
            Some(FieldKind::Decimal) => text.replace('.', ","),
            _ => text,
        }
    }
}

/// 1.250.000
fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// A kind of file that a case keeps as evidence, in versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtefactDecl {
    pub name: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    /// The step that is not left forwards (`{step: next}`) without it.
    #[serde(default)]
    pub required_at: Option<String>,
    /// May be opened by the case's own people and members.
    #[serde(default = "super::yes")]
    pub public: bool,
}

/// A role that people are appointed to in one case; it is no post in an office.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberDecl {
    pub name: Text,
    /// Chosen among the holders of this role in the office that decides; absent: anybody with an account, named by
    /// personal number.
    #[serde(default)]
    pub post: Option<RoleCode>,
    #[serde(default = "members")]
    pub at_most: u32,
}

const fn members() -> u32 {
    20
}

/// How an act writes into a register: `milestones`, or `{in: milestones, fields: [note], set: {status: accepted}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entering {
    #[serde(rename = "in")]
    pub register: String,
    /// Fields taken from the act's input; absent: all that `set` does not give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// Values the act itself gives.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
}

impl Entering {
    /// Whether the act takes the field from what was given with it.
    pub fn takes(&self, field: &str) -> bool {
        !self.set.contains_key(field) && self.fields.as_ref().is_none_or(|all| all.iter().any(|f| f == field))
    }
}

/// Which artefact an act files: `contract`, or `{kind: contract, optional: true}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    pub kind: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// Not derived as untagged: such a reader would hide what is wrong with the long form.
impl<'de> Deserialize<'de> for Entering {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            #[serde(rename = "in")]
            register: String,
            #[serde(default)]
            fields: Option<Vec<String>>,
            #[serde(default)]
            set: Map<String, Value>,
        }
        match Value::deserialize(d)? {
            Value::String(register) => Ok(Self { register, fields: None, set: Map::new() }),
            long => {
                let Long { register, fields, set } = serde_json::from_value(long).map_err(serde::de::Error::custom)?;
                Ok(Self { register, fields, set })
            }
        }
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            kind: String,
            #[serde(default)]
            optional: bool,
        }
        match Value::deserialize(d)? {
            Value::String(kind) => Ok(Self { kind, optional: false }),
            long => {
                let Long { kind, optional } = serde_json::from_value(long).map_err(serde::de::Error::custom)?;
                Ok(Self { kind, optional })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_verb_names_its_register_in_short_or_at_length() {
        let read = |v: Value| serde_json::from_value::<Entering>(v);
        let short = read(json!("risks")).unwrap();
        assert!(short.takes("title") && short.register == "risks");
        let long = read(json!({"in": "milestones", "fields": ["note"], "set": {"status": "accepted"}})).unwrap();
        assert!(long.takes("note") && !long.takes("status") && !long.takes("title"));
        assert!(!read(json!({"in": "milestones", "fields": []})).unwrap().takes("note"), "an empty list takes nothing");
        assert!(read(json!({"in": "milestones", "field": []})).unwrap_err().to_string().contains("field"));
        assert!(serde_json::from_value::<Evidence>(json!({"kind": "quote", "optional": true})).unwrap().optional);
        assert!(!serde_json::from_value::<Evidence>(json!("quote")).unwrap().optional);
    }

    #[test]
    fn an_entry_is_read_as_people_say_it() {
        let decl: RecordDecl = serde_json::from_value(json!({
            "name": {"vi": "Mốc", "en": "Milestones"}, "key": "code",
            "schema": {"properties": {
                "code": {"type": "string"}, "status": {"oneOf": [{"const": "done", "x-title": {"vi": "Xong", "en": "Done"}}]},
                "on": {"type": "string", "format": "date"}, "price": {"type": "integer"}, "paid": {"type": "boolean"}
            }}
        }))
        .unwrap();
        let values = json!({"code": "M1", "status": "done", "on": "2026-12-05", "price": 1_250_000, "paid": true});
        let said: Vec<String> = decl.shown().into_iter().map(|n| decl.said(n, &values, Lang::Vi)).collect();
        assert_eq!(said, ["M1", "Xong", "05/12/2026", "1.250.000", "Có"]);
        assert_eq!(decl.label(&values, Lang::En), "M1 – Done");
    }
}
