//! Documents a case may issue, and where a template's own fields come from.

use super::{FieldKind, Form};
use kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A document the case may issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentDecl {
    pub name: Text,
    /// Folder in `catalog/templates/`.
    pub template: String,
    /// Form code and version, as `Mẫu 01 – Thông tư 03/2025/TT-VPCP`.
    #[serde(default)]
    pub form: Option<String>,
    /// The numbering register: one sequence per office, year and register.
    pub register: String,
    /// Printed after the number: `…/GTNHS-TTPVHCC`.
    pub symbol: String,
    /// The applicant may fetch it.
    #[serde(default = "super::yes")]
    pub public: bool,
    /// What its QR code opens.
    #[serde(default, skip_serializing_if = "Link::is_verify")]
    pub link: Link,
    /// There only with a definition that has this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<super::Part>,
    /// Fields of the template (dotted path) that this procedure fills in its own way.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldSource>,
}

/// What the QR code of a document opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// What the register says of the document, to anybody who holds it.
    #[default]
    Verify,
    /// Where the dossier stands: on the slips that an applicant follows it by.
    Dossier,
}

impl Link {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    const fn is_verify(&self) -> bool {
        matches!(self, Self::Verify)
    }
}

/// Where a field of a template comes from. Pointers are JSON pointers into the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldSource {
    /// `/child_name`: the answer; of a choice, what people read in Vietnamese.
    Answer(String),
    /// A constant.
    Value { value: Value },
    /// A sentence with answers in braces: `Số định danh cá nhân {/requester_personal_number}`; nothing if one is absent.
    Text { text: String },
    /// One row for each line of an answer, cut at a sign into as many parts as are named.
    Lines { lines: String, split: String, into: Vec<String> },
}

impl FieldSource {
    /// The value for these answers; `None` where nothing was answered.
    pub fn value(&self, form: &Form, answers: &Value) -> Option<Value> {
        match self {
            Self::Answer(pointer) => answer(form, answers, pointer),
            Self::Value { value } => Some(value.clone()),
            Self::Text { text } => sentence(form, answers, text).map(Value::String),
            Self::Lines { lines, split, into } => {
                let text = answers.pointer(lines)?.as_str()?;
                Some(Value::Array(text.lines().filter(|l| !l.trim().is_empty()).map(|l| row(l, split, into)).collect()))
            }
        }
    }

    /// The pointers it reads.
    pub fn pointers(&self) -> Vec<&str> {
        match self {
            Self::Answer(pointer) | Self::Lines { lines: pointer, .. } => vec![pointer],
            Self::Value { .. } => Vec::new(),
            Self::Text { text } => text.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|(p, _)| p).collect(),
        }
    }
}

impl DocumentDecl {
    /// A pointer that leads to no question of the form: the document would lack the field for ever.
    pub fn stray_pointer(&self, form: &Form) -> Option<&str> {
        let known = |p: &str| {
            let name = p.strip_prefix('/').map(|n| n.split('/').next().unwrap_or_default());
            name.is_some_and(|n| form.schema.get("properties").and_then(|all| all.get(n)).is_some())
        };
        self.fields.values().flat_map(FieldSource::pointers).find(|p| !known(p))
    }
}

fn answer(form: &Form, answers: &Value, pointer: &str) -> Option<Value> {
    let value = answers.pointer(pointer).filter(|v| !v.is_null())?;
    let field = pointer.strip_prefix('/').and_then(|name| form.field(name));
    if let (Some(FieldKind::Choice(options)), Some(chosen)) = (field.map(|f| f.kind), value.as_str())
        && let Some((_, title)) = options.iter().find(|(code, _)| code == chosen)
    {
        return Some(Value::String(title.vi.clone()));
    }
    Some(value.clone())
}

fn sentence(form: &Form, answers: &Value, text: &str) -> Option<String> {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (pointer, rest) = part.split_once('}')?;
        match answer(form, answers, pointer)? {
            Value::String(said) => out.push_str(&said),
            other => out.push_str(&other.to_string()),
        }
        out.push_str(rest);
    }
    Some(out)
}

fn row(line: &str, split: &str, into: &[String]) -> Value {
    let parts = line.trim().splitn(into.len().max(1), split).map(|p| Value::String(p.trim().to_owned()));
    Value::Object(into.iter().cloned().zip(parts).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn form() -> Form {
        serde_json::from_value(json!({
            "schema": {"properties": {
                "sex": {"type": "string", "oneOf": [{"const": "female", "x-title": {"vi": "Nữ", "en": "Female"}}]},
                "number": {"type": "string"}, "list": {"type": "string"}
            }},
            "sections": [], "title_from": "/number"
        }))
        .unwrap()
    }

    fn source(of: Value) -> FieldSource {
        serde_json::from_value(of).unwrap()
    }

    #[test]
    fn a_field_is_an_answer_a_constant_a_sentence_or_rows() {
        let (form, answers) = (form(), json!({"sex": "female", "number": "079", "list": "5610 Nhà hàng ăn uống\n\n56 Bar"}));
        let value = |of: Value| source(of).value(&form, &answers);
        assert_eq!(value(json!("/sex")), Some(json!("Nữ")));
        assert_eq!(value(json!("/absent")), None);
        assert_eq!(value(json!({"value": 12})), Some(json!(12)));
        assert_eq!(value(json!({"text": "Số {/number}, {/sex}."})), Some(json!("Số 079, Nữ.")));
        assert_eq!(value(json!({"text": "Số {/absent}"})), None);
        assert_eq!(
            value(json!({"lines": "/list", "split": " ", "into": ["code", "name"]})),
            Some(json!([{"code": "5610", "name": "Nhà hàng ăn uống"}, {"code": "56", "name": "Bar"}]))
        );
    }

    #[test]
    fn a_pointer_to_no_question_is_found() {
        let decl = |fields: Value| -> DocumentDecl {
            let name = json!({"vi": "a", "en": "a"});
            serde_json::from_value(json!({"name": name, "template": "t", "register": "r", "symbol": "S", "fields": fields})).unwrap()
        };
        assert_eq!(decl(json!({"a": "/sex", "b": {"text": "{/number}"}})).stray_pointer(&form()), None);
        assert_eq!(decl(json!({"b": {"text": "{/numbr}"}})).stray_pointer(&form()), Some("/numbr"));
    }
}
