//! The form of an act: questions from its input schema, and what was typed back into the input.
//!
//! The schema is the contract; this only shows it. A property that no control can ask for (an object, a list without a
//! widget) is left to the programming interface.

use super::defects;
use casework::{Definition, guard::Guard};
use kernel::{
    Text,
    refusal::Reason,
    text::Lang,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use web::{
    extract::FormData,
    html::Html,
    kit::{self, Choice, Field},
};

/// More people than this are a list to choose from rather than a row of buttons.
const RADIOS_MAX: usize = 6;

/// By what a property is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    Line,
    Paragraph,
    Integer,
    Decimal,
    Date,
    YesNo,
    Choice(Vec<(String, Text)>),
    /// Somebody who can be given the case.
    Colleague,
    /// Offices the definition may ask for an opinion.
    Consulted,
    /// Everything that is wrong with the application, in one notice.
    Defects,
    /// One box of files for each artefact.
    Files(Vec<String>),
    /// An entry of a register.
    Entry(String),
    /// Somebody who may be appointed to a role, or who is.
    Appointee(String),
    Member(String),
    /// Nothing to ask: the schema knows the only value.
    Fixed(Value),
}

/// One property of an act's input as a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub name: String,
    pub title: Text,
    pub hint: Option<Text>,
    pub control: Control,
    pub required: bool,
    pub max_length: Option<usize>,
    /// A condition over the case (`x-when`, CEL): asked only then.
    pub when: Option<String>,
}

/// What the widgets offer besides the schema.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    pub colleagues: Vec<Choice>,
    pub offices: Vec<Choice>,
    /// By role: who may be appointed, where the choice is among holders of a post.
    pub appointees: BTreeMap<String, Vec<Choice>>,
    /// By role: who is appointed.
    pub members: BTreeMap<String, Vec<Choice>>,
    /// By act: the entries it may amend.
    pub entries: BTreeMap<String, Vec<Choice>>,
}

/// The questions of a schema, in its order.
pub fn questions(schema: &Value) -> Vec<Question> {
    let required = |name: &str| {
        schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|r| r == name))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .filter_map(|(name, p)| {
            let text = |key: &str| -> Option<Text> { serde_json::from_value(p.get(key)?.clone()).ok() };
            Some(Question {
                name: name.clone(),
                title: text("x-title").unwrap_or_else(|| Text::new(name, name)),
                hint: text("x-hint"),
                control: control(p)?,
                required: required(name),
                max_length: p.get("maxLength").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()),
                when: p.get("x-when").and_then(Value::as_str).map(str::to_owned),
            })
        })
        .collect()
}

fn control(p: &Value) -> Option<Control> {
    let word = |key: &str| p.get(key).and_then(Value::as_str);
    if let Some(value) = p.get("const") {
        return Some(Control::Fixed(value.clone()));
    }
    if let Some(options) = p.get("oneOf").and_then(Value::as_array) {
        let read = |o: &Value| -> Option<(String, Text)> {
            Some((o.get("const")?.as_str()?.to_owned(), serde_json::from_value(o.get("x-title")?.clone()).ok()?))
        };
        return Some(Control::Choice(options.iter().filter_map(read).collect()));
    }
    Some(match (word("x-widget"), word("type"), word("format")) {
        (Some("defects"), ..) => Control::Defects,
        (Some("colleague"), ..) => Control::Colleague,
        (Some("consulted"), ..) => Control::Consulted,
        (Some("files"), ..) => Control::Files(artefacts(p)),
        (Some("entry"), ..) => Control::Entry(word("x-register")?.to_owned()),
        (Some("appointee"), ..) => Control::Appointee(word("x-role")?.to_owned()),
        (Some("member"), ..) => Control::Member(word("x-role")?.to_owned()),
        (Some("paragraph"), ..) => Control::Paragraph,
        (_, Some("boolean"), _) => Control::YesNo,
        (_, Some("integer"), _) => Control::Integer,
        (_, Some("number"), _) => Control::Decimal,
        (_, Some("string"), Some("date")) => Control::Date,
        (_, Some("string"), _) => Control::Line,
        _ => return None,
    })
}

fn artefacts(p: &Value) -> Vec<String> {
    let kinds = p.get("x-artefacts").and_then(Value::as_array).into_iter().flatten();
    kinds.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The artefacts an act takes files for.
pub fn file_kinds(schema: &Value) -> Vec<String> {
    schema.pointer("/properties/files").filter(|p| p.get("x-widget").is_some_and(|w| w == "files")).map(artefacts).unwrap_or_default()
}

/// The name of the box of one artefact.
pub fn file_name(act: &str, kind: &str) -> String {
    field_name(act, &format!("files.{kind}"))
}

/// The questions that apply to the case now.
pub fn asked(schema: &Value, case: &Value) -> Vec<Question> {
    let holds = |q: &Question| match q.when.as_deref().map(Guard::parse) {
        // A condition that does not read or evaluate hides nothing: better a question too many than one missing.
        Some(Ok(guard)) => guard.evaluate(&[("case", case)]).unwrap_or(true),
        Some(Err(_)) | None => true,
    };
    questions(schema).into_iter().filter(holds).collect()
}

/// The name of a field in the page, where several acts may ask for a `reason`.
pub fn field_name(act: &str, property: &str) -> String {
    format!("{act}.{property}")
}

/// The reasons of a refusal as they point into the page: at the field of the act, with the field's title in front.
pub fn located(act: &str, schema: Option<&Value>, reasons: &[Reason]) -> Vec<Reason> {
    let known = schema.map(questions).unwrap_or_default();
    let place = |reason: &Reason| {
        let property = reason.field.as_deref()?.trim_start_matches('/').split('/').next()?;
        known.iter().find(|q| q.name == property)
    };
    reasons
        .iter()
        .map(|reason| match place(reason) {
            Some(q) => Reason {
                field: Some(field_name(act, &q.name)),
                message: Text::new(
                    format!("{}: {}", q.title.vi, reason.message.vi),
                    format!("{}: {}", q.title.en, reason.message.en),
                ),
            },
            None => Reason { field: None, message: reason.message.clone() },
        })
        .collect()
}

/// The fields of an act, filled with what was typed before.
pub struct Fields<'a> {
    pub lang: Lang,
    pub act: &'a str,
    pub definition: &'a Definition,
    pub offered: &'a Offered,
    pub typed: &'a FormData,
    pub reasons: &'a [Reason],
}

impl Fields<'_> {
    pub fn html(&self, questions: &[Question]) -> Html {
        let pieces: Vec<Html> = questions.iter().map(|q| self.question(q)).collect();
        Html::join(&pieces)
    }

    fn question(&self, q: &Question) -> Html {
        let name = field_name(self.act, &q.name);
        let mut field = Field::new(self.lang, name.as_str(), q.title.get(self.lang))
            .optional(!q.required)
            .values(self.typed.all(&name).into_iter().map(str::to_owned).collect())
            .errors(self.reasons);
        if let Some(hint) = &q.hint {
            field = field.hint(hint.get(self.lang));
        }
        if let Some(n) = q.max_length {
            field = field.max_length(n);
        }
        match &q.control {
            Control::Line => field.input(),
            Control::Paragraph => field.textarea(4),
            Control::Integer => field.numeric().width("w10").input(),
            Control::Decimal => field.inputmode("decimal").width("w10").input(),
            Control::Date => self.date(field, &name),
            Control::YesNo => field.radios(&[
                Choice::new("true", self.lang.pick("Có", "Yes")),
                Choice::new("false", self.lang.pick("Không", "No")),
            ]),
            Control::Choice(options) => {
                let choices: Vec<Choice> = options.iter().map(|(v, t)| Choice::new(v, t.get(self.lang))).collect();
                few_or_many(&field, &choices)
            }
            Control::Colleague => self.colleague(&field),
            Control::Consulted => field.checkboxes(&self.offered.offices),
            Control::Defects => defects::html(self, &field, &name),
            Control::Files(kinds) => self.files(q, kinds),
            Control::Entry(_) => self.one_of(&field, self.offered.entries.get(self.act), ("Không có dòng nào phù hợp lúc này.", "No entry fits now.")),
            Control::Member(role) => self.one_of(&field, self.offered.members.get(role), ("Chưa có ai ở vai trò này.", "Nobody has this role yet.")),
            Control::Appointee(role) => match self.offered.appointees.get(role) {
                Some(people) => self.one_of(&field, Some(people), ("Cơ quan chưa có ai giữ vị trí này; hãy báo quản trị.", "Nobody in the office holds this post; ask the administrator.")),
                None => field.width("w20").input(),
            },
            Control::Fixed(_) => Html::default(),
        }
    }

    /// One box for each artefact; a refusal empties them, as browsers do, so the page says to choose again.
    fn files(&self, q: &Question, kinds: &[String]) -> Html {
        let whole = field_name(self.act, &q.name);
        let mut out = String::new();
        for (n, kind) in kinds.iter().enumerate() {
            let decl = self.definition.artefacts.get(kind);
            let label = decl.map_or(kind.as_str(), |a| a.name.get(self.lang));
            let hint = decl.and_then(|a| a.hint.as_ref()).map_or_else(
                || self.lang.pick("PDF, ảnh rõ, DOCX hoặc XLSX; tối đa 20 MB mỗi tệp", "PDF, clear photo, DOCX or XLSX; at most 20 MB each").to_owned(),
                |h| h.get(self.lang).to_owned(),
            );
            let error = kit::reason_for(self.reasons, &whole, self.lang).filter(|_| n == 0).map(str::to_owned);
            let field = Field::new(self.lang, file_name(self.act, kind), label).optional(!q.required).hint(hint).error(error);
            out.push_str(&field.file(".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt", true).0);
        }
        if !self.typed.0.is_empty() {
            out.push_str(&kit::para(self.lang.pick("Hãy chọn lại tệp.", "Choose the files again.")).0);
        }
        Html(format!("<div id=\"{}\">{out}</div>", kit::field_id(&whole)))
    }

    fn one_of(&self, field: &Field, choices: Option<&Vec<Choice>>, nothing: (&'static str, &'static str)) -> Html {
        match choices {
            Some(choices) if !choices.is_empty() => few_or_many(field, choices),
            _ => kit::warning(self.lang, self.lang.pick(nothing.0, nothing.1)),
        }
    }

    fn date(&self, field: Field, name: &str) -> Html {
        let part = |p: &str| self.typed.get(&format!("{name}-{p}")).unwrap_or_default().to_owned();
        field.values(vec![part("day"), part("month"), part("year")]).date()
    }

    fn colleague(&self, field: &Field) -> Html {
        if self.offered.colleagues.is_empty() {
            let text = self.lang.pick(
                "Cơ quan chưa có ai giữ vị trí chuyên viên; hãy báo quản trị phân vị trí.",
                "Nobody in the office holds a specialist post; ask the administrator to open one.",
            );
            return kit::warning(self.lang, text);
        }
        few_or_many(field, &self.offered.colleagues)
    }
}

fn few_or_many(field: &Field, choices: &[Choice]) -> Html {
    if choices.len() <= RADIOS_MAX { field.radios(choices) } else { field.select(choices) }
}

/// What was typed as the input of the act; an act without schema takes none.
pub fn input(definition: &Definition, act: &str, form: &FormData) -> Value {
    let Some(schema) = definition.acts.get(act).and_then(|decl| decl.input.as_ref()) else { return Value::Null };
    let mut out = Map::new();
    for q in questions(schema) {
        if let Some(value) = answer(definition, act, &q, form) {
            out.insert(q.name, value);
        }
    }
    Value::Object(out)
}

/// One answer; what is empty is absent, and what does not read as the type stays text, so that the schema says what is
/// wrong with it.
fn answer(definition: &Definition, act: &str, q: &Question, form: &FormData) -> Option<Value> {
    let name = field_name(act, &q.name);
    let filled = || form.filled(&name).map(str::to_owned);
    match &q.control {
        Control::Line | Control::Paragraph | Control::Choice(_) | Control::Colleague | Control::Appointee(_) | Control::Member(_) => {
            filled().map(Value::String)
        }
        // Files travel beside what was typed.
        Control::Files(_) => None,
        Control::Fixed(value) => Some(value.clone()),
        Control::YesNo => filled().map(|text| match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::String(text),
        }),
        Control::Integer | Control::Entry(_) => filled().map(|text| {
            let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect();
            digits.parse::<i64>().map_or(Value::String(text), Value::from)
        }),
        Control::Decimal => filled().map(|text| {
            let number = text.replace(',', ".").parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            number.map_or(Value::String(text), Value::Number)
        }),
        Control::Date => match kit::date_answer(form, &name) {
            Ok(date) => date.map(|d| Value::String(d.to_string())),
            Err([day, month, year]) => Some(Value::String(format!("{day}/{month}/{year}"))),
        },
        Control::Consulted => {
            let chosen: Vec<Value> =
                form.all(&name).into_iter().filter(|v| !v.is_empty()).map(Value::from).collect();
            (!chosen.is_empty()).then_some(Value::Array(chosen))
        }
        Control::Defects => defects::read(definition, &name, form),
    }
}

/// What was typed, as plain lines, for when the form itself can no longer be shown.
pub fn typed_lines(schema: Option<&Value>, act: &str, form: &FormData, lang: Lang) -> Vec<(String, String)> {
    let known = schema.map(questions).unwrap_or_default();
    let title = |property: &str| known.iter().find(|q| q.name == property).map(|q| q.title.get(lang).to_owned());
    form.answers()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| {
            let property = name.strip_prefix(act)?.strip_prefix('.')?.split(['.', '-']).next()?;
            Some((title(property)?, value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
#[path = "act_form_tests.rs"]
mod tests;
