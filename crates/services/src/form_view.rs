//! A declared form as questions, as answers read back, and as lines to look over.

use casework::definition::{Definition, Field, FieldKind, Section};
use identity::Offices;
use kernel::{refusal::Reason, text::Lang};
use serde_json::{Map, Value};
use web::{
    extract::FormData,
    html::Html,
    kit::{self, Choice, Line},
};

/// What the questions are drawn with.
pub struct Questions<'a> {
    pub definition: &'a Definition,
    pub offices: &'a Offices,
    pub lang: Lang,
    pub reasons: &'a [Reason],
}

impl Questions<'_> {
    /// The questions of a section with the answers given so far. `typed` wins: it is what the person just wrote.
    pub fn section(&self, section: &Section, answers: &Value, typed: Option<&FormData>) -> Html {
        let mut out = Html::default();
        for name in &section.fields {
            if let Some(field) = self.definition.form.field(name) {
                out.push(&self.question(&field, answers.get(name), typed));
            }
        }
        out
    }

    fn question(&self, f: &Field, answer: Option<&Value>, typed: Option<&FormData>) -> Html {
        let lang = self.lang;
        let conditional = f.shown_when.is_some();
        let mut q = kit::Field::new(lang, &f.name, f.title.get(lang))
            .hint(f.hint.as_ref().map_or("", |h| h.get(lang)))
            .optional(!f.required && !conditional)
            .errors(self.reasons);
        q.values = match typed {
            Some(form) if matches!(f.kind, FieldKind::Date) => match kit::date_answer(form, &f.name) {
                Ok(date) => date.map(|d| d.to_string()).into_iter().collect(),
                Err(parts) => parts.to_vec(),
            },
            Some(form) => form.get(&f.name).map(str::to_owned).into_iter().collect(),
            None => answer.map(plain).into_iter().collect(),
        };
        q.autocomplete = f.autocomplete.as_deref().and_then(autocomplete);
        if let Some(n) = f.max_length {
            q.max_length = Some(n as usize);
        }
        let html = self.control(f, q);
        match &f.shown_when {
            // Without JavaScript the question is simply there, with its condition in the hint.
            Some((other, value)) => Html(format!(
                "<div data-shows-when=\"{}={}\">{html}</div>",
                web::html::esc(other),
                web::html::esc(value)
            )),
            None => html,
        }
    }

    fn control(&self, f: &Field, q: kit::Field) -> Html {
        match &f.kind {
            FieldKind::Line { inputmode } => match inputmode.as_deref() {
                Some("numeric") => q.numeric().width("w20").input(),
                Some("tel") => q.kind("tel").inputmode("tel").width("w20").input(),
                Some("email") => q.kind("email").inputmode("email").input(),
                _ => q.input(),
            },
            FieldKind::Paragraph => q.textarea(4),
            FieldKind::Integer => q.numeric().width("w10").input(),
            FieldKind::Decimal => q.inputmode("decimal").width("w10").input(),
            FieldKind::Date => q.date(),
            FieldKind::YesNo => q.radios(&yes_no(self.lang)),
            FieldKind::Choice(options) if options.len() <= 5 => q.radios(&choices(options, self.lang)),
            FieldKind::Choice(options) => q.select(&choices(options, self.lang)),
            FieldKind::Commune => {
                let html = q.select(&self.communes());
                Html(html.0.replacen("<select ", "<select data-combobox ", 1))
            }
        }
    }

    fn communes(&self) -> Vec<Choice> {
        let mut all: Vec<Choice> = self
            .offices
            .in_level(identity::offices::Level::Commune)
            .map(|o| Choice::new(o.area.clone(), o.short_name().get(self.lang)))
            .collect();
        all.sort_by_cached_key(|c| kernel::text::fold(&c.label));
        all
    }

    /// What a person reads of one answer.
    pub fn shown(&self, f: &Field, value: &Value) -> String {
        let text = plain(value);
        match &f.kind {
            FieldKind::YesNo => self.lang.pick(if text == "true" { "Có" } else { "Không" }, if text == "true" { "Yes" } else { "No" }).into(),
            FieldKind::Choice(options) => {
                options.iter().find(|o| o.0 == text).map_or(text.clone(), |o| o.1.get(self.lang).to_owned())
            }
            FieldKind::Date => text.parse().map_or(text.clone(), |d: kernel::time::Date| format!("{:02}/{:02}/{}", d.day(), d.month(), d.year())),
            FieldKind::Commune => self
                .offices
                .by_area(&text)
                .map_or(text.clone(), |o| o.short_name().get(self.lang).to_owned()),
            // A year is not a quantity: 1990, never 1.990.
            FieldKind::Integer if f.name.ends_with("_year") => text,
            FieldKind::Integer => value.as_i64().map_or(text.clone(), |n| web::when::number(n, self.lang)),
            FieldKind::Decimal => text.replace('.', ","),
            _ => text,
        }
    }

    /// A section to look over; `edit` gives the address at which it is changed.
    pub fn summary(&self, section: &Section, answers: &Value, edit: Option<&str>, mask: bool) -> Html {
        let mut lines = Vec::new();
        for name in &section.fields {
            let (Some(field), Some(value)) = (self.definition.form.field(name), answers.get(name)) else { continue };
            let mut shown = self.shown(&field, value);
            if mask && name.contains("personal_number") {
                shown = kernel::party::mask(&shown);
            }
            let mut line = Line::new(field.title.get(self.lang), Html::text(&shown));
            if let Some(href) = edit {
                let to = format!("{href}#{}", kit::field_id(name));
                line = line.action(to, self.lang.pick("Sửa", "Change"), field.title.get(self.lang));
            }
            lines.push(line);
        }
        if lines.is_empty() { Html::default() } else { kit::summary_list(&lines) }
    }
}

/// Reads what was sent for the fields of a section; reasons are for what cannot be read at all (a date that is none).
pub fn read_section(d: &Definition, fields: &[String], form: &FormData) -> (Map<String, Value>, Vec<Reason>) {
    let mut given = Map::new();
    let mut reasons = Vec::new();
    for name in fields {
        let Some(field) = d.form.field(name) else { continue };
        if let Some((other, wanted)) = &field.shown_when {
            let now = form.get(other).map(str::to_owned).or_else(|| given.get(other).map(plain));
            if now.is_some_and(|v| v != *wanted) {
                continue; // the question was not asked
            }
        }
        if matches!(field.kind, FieldKind::Date) {
            match kit::date_answer(form, name) {
                Ok(Some(date)) => {
                    given.insert(name.clone(), Value::String(date.to_string()));
                }
                Ok(None) => {}
                Err(_) => reasons.push(Reason {
                    field: Some(name.clone()),
                    message: kernel::Text::new(
                        format!("{}: ngày không có thật; ví dụ đúng: 5 – 2 – 2026", field.title.vi),
                        format!("{}: no such date; a right one is 5 – 2 – 2026", field.title.en),
                    ),
                }),
            }
        } else if let Some(value) = form.get(name).and_then(|text| d.form.read(name, text)) {
            given.insert(name.clone(), value);
        }
    }
    (given, reasons)
}

fn choices(options: &[(String, kernel::Text)], lang: Lang) -> Vec<Choice> {
    options.iter().map(|(v, t)| Choice::new(v, t.get(lang))).collect()
}

fn yes_no(lang: Lang) -> [Choice; 2] {
    [Choice::new("true", lang.pick("Có", "Yes")), Choice::new("false", lang.pick("Không", "No"))]
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Tokens of the HTML standard that the catalogue may ask for.
fn autocomplete(token: &str) -> Option<&'static str> {
    const KNOWN: [&str; 8] = ["name", "tel", "email", "street-address", "bday", "organization", "postal-code", "off"];
    KNOWN.into_iter().find(|k| *k == token)
}
