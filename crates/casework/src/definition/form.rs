//! The form: a JSON Schema 2020-12 of the answers with hints for the screen.
//!
//! The schema is the contract (API, tests and outside clients use it alone); `sections` say in which
//! order and under which headings a person meets the same fields.

use kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// An object schema; each property has `title` and optional `description` as `{vi, en}` under `x-title` / `x-hint`.
    pub schema: Value,
    pub sections: Vec<Section>,
    /// Where the case's own title comes from (`/owner_name`).
    pub title_from: String,
    /// The property that holds the code of the commune that decides, for commune-level procedures.
    #[serde(default)]
    pub office_from: Option<String>,
    /// How the questions about the owner begin: `owner` for `owner_name`, `owner_personal_number` and `owner_address` or
    /// `owner_residence`. Absent: the case is about the one who applies.
    #[serde(default)]
    pub owner_from: Option<String>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub code: String,
    pub title: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    pub fields: Vec<String>,
}

/// What a person is shown for one property.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub title: Text,
    pub hint: Option<Text>,
    pub kind: FieldKind,
    pub required: bool,
    /// `(other field, value)`: asked only then.
    pub shown_when: Option<(String, String)>,
    pub autocomplete: Option<String>,
    pub max_length: Option<u64>,
}

#[derive(Debug, Clone)]
pub enum FieldKind {
    Line { inputmode: Option<String> },
    Paragraph,
    Integer,
    Decimal,
    Date,
    YesNo,
    /// Value and what people read.
    Choice(Vec<(String, Text)>),
    /// A commune of the province, by code.
    Commune,
}

impl Field {
    /// The declared property of an object schema; `None` when it has no such property.
    pub fn of(schema: &Value, name: &str) -> Option<Self> {
        let p = schema.get("properties")?.get(name)?;
        let text = |key: &str| -> Option<Text> { serde_json::from_value(p.get(key)?.clone()).ok() };
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|r| r.iter().any(|v| v == name));
        let shown_when = p.get("x-shown-when").and_then(|w| {
            let (k, v) = w.as_object()?.iter().next()?;
            Some((k.clone(), v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
        });
        Some(Self {
            name: name.to_owned(),
            title: text("x-title").unwrap_or_else(|| Text::new(name, name)),
            hint: text("x-hint"),
            kind: kind_of(p),
            required: required || p.get("x-required").and_then(Value::as_bool).unwrap_or(false),
            shown_when,
            autocomplete: p.get("x-autocomplete").and_then(Value::as_str).map(str::to_owned),
            max_length: p.get("maxLength").and_then(Value::as_u64),
        })
    }
}

impl Form {
    /// The declared field; `None` when the schema has no such property.
    pub fn field(&self, name: &str) -> Option<Field> {
        Field::of(&self.schema, name)
    }

    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.sections.iter().flat_map(|s| &s.fields).filter_map(|f| self.field(f))
    }

    /// The first complete entry of the schema's `examples`.
    pub fn example(&self) -> Option<&Value> {
        self.schema.get("examples")?.as_array()?.first()
    }

    /// All entries of the schema's `examples`.
    pub fn examples(&self) -> &[Value] {
        self.schema.get("examples").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Reads what a browser sent for one field into the type the schema asks for.
    /// An empty answer is an absent one; text that is no number stays text, so that the schema names the fault.
    pub fn read(&self, name: &str, text: &str) -> Option<Value> {
        let text = kernel::text::clean(text);
        if text.is_empty() {
            return None;
        }
        Some(match self.field(name)?.kind {
            FieldKind::Integer => digits(&text).parse::<i64>().map_or(Value::String(text), Value::from),
            FieldKind::Decimal => decimal(&text).map_or(Value::String(text), Value::Number),
            FieldKind::YesNo => match text.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => Value::String(text),
            },
            _ => Value::String(text),
        })
    }
}

/// A whole number stays one: 66 is kept and shown as 66, not as 66,0.
fn decimal(text: &str) -> Option<serde_json::Number> {
    let text = text.replace(',', ".");
    text.parse::<i64>().ok().map(serde_json::Number::from).or_else(|| text.parse().ok().and_then(serde_json::Number::from_f64))
}

/// Vietnamese people write 1.250.000: dots and spaces inside a whole number are separators.
fn digits(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect()
}

fn kind_of(p: &Value) -> FieldKind {
    let str_of = |k: &str| p.get(k).and_then(Value::as_str);
    if let Some(options) = p.get("oneOf").and_then(Value::as_array) {
        let read = |o: &Value| -> Option<(String, Text)> {
            Some((o.get("const")?.as_str()?.to_owned(), serde_json::from_value(o.get("x-title")?.clone()).ok()?))
        };
        return FieldKind::Choice(options.iter().filter_map(read).collect());
    }
    match (str_of("type"), str_of("format"), str_of("x-widget")) {
        (_, _, Some("commune")) => FieldKind::Commune,
        (_, _, Some("paragraph")) => FieldKind::Paragraph,
        (Some("integer"), ..) => FieldKind::Integer,
        (Some("number"), ..) => FieldKind::Decimal,
        (Some("boolean"), ..) => FieldKind::YesNo,
        (_, Some("date"), _) => FieldKind::Date,
        _ => FieldKind::Line { inputmode: str_of("x-inputmode").map(str::to_owned) },
    }
}
