//! Filling a form with what the State holds already: only the record of whoever signed in.

use crate::{
    Registers,
    ask::{Asking, Said},
    catalog::{Ask, Fill},
    model::Outcome,
    store as tables,
    views::{self, Value as Kept},
};
use casework::Definition;
use kernel::{Actor, Instant, Refusal, Text, time::Date};
use serde_json::{Map, Value};
use ::store::StoreError;

/// What can be filled in, before anything is asked.
#[derive(Debug, Clone)]
pub struct Offer {
    pub ask: Option<Ask>,
    /// Databases that would be asked, in order, with the fields.
    pub sources: Vec<(Text, Vec<Text>)>,
}

/// One database as it was asked.
#[derive(Debug, Clone)]
pub struct Lookup {
    pub source: String,
    pub outcome: Outcome,
    pub fields: usize,
}

#[derive(Debug, Clone, Default)]
pub struct Filled {
    pub values: Map<String, Value>,
    pub lookups: Vec<Lookup>,
}

/// Whether a record fills anything of this form.
fn fits(fill: &Fill, d: &Definition) -> bool {
    let there = |f: &String| d.form.field(f).is_some();
    (fill.needs_one_of.is_empty() || fill.needs_one_of.iter().any(there)) && fill.fields.keys().any(there)
}

impl Registers {
    fn fills<'a>(&'a self, d: &'a Definition) -> impl Iterator<Item = &'a Fill> {
        let own = self.catalog.fills.get(d.code.as_str()).map_or(&[][..], |f| &f.sources);
        own.iter().chain(&self.catalog.common).filter(|f| fits(f, d))
    }

    /// What this form can be filled with; `None`: nothing.
    pub fn offer(&self, d: &Definition, _day: Date) -> Option<Offer> {
        let mut sources: Vec<(Text, Vec<Text>)> = Vec::new();
        for fill in self.fills(d).filter(|f| f.by == "@applicant") {
            let Some(db) = self.catalog.database(&fill.source) else { continue };
            let used = fill.fields.iter().filter(|(form, _)| d.form.field(form).is_some());
            let fields: Vec<Text> = used.filter_map(|(_, field)| db.fields.get(field).cloned()).collect();
            match sources.iter_mut().find(|(name, _)| *name == db.name) {
                Some((_, all)) => all.extend(fields),
                None => sources.push((db.name.clone(), fields)),
            }
        }
        for (_, fields) in &mut sources {
            let mut seen: Vec<Text> = Vec::new();
            fields.retain(|f| if seen.contains(f) { false } else { seen.push(f.clone()); true });
        }
        let ask = self.catalog.fills.get(d.code.as_str()).and_then(|f| f.ask.clone());
        (!sources.is_empty()).then_some(Offer { ask, sources })
    }

    /// Asks the databases and keeps what they said. Answers typed already are only replaced where the person has not typed
    /// anything: `typed` are the answers as they stand. `role`: the answer to the one question.
    pub async fn fill(&self, actor: &Actor, d: &Definition, draft: &str, role: Option<&str>, typed: &Value, now: Instant) -> Result<Filled, StoreError> {
        let purpose = Text::new(format!("Điền sẵn tờ khai: {}", d.name.vi), format!("Filling in the form: {}", d.name.en));
        let wanted: Vec<(&Fill, String, Vec<String>)> = self
            .fills(d)
            .filter(|f| f.when.is_none() || f.when.as_deref() == role)
            .filter_map(|f| Some((f, key(f, actor, typed)?, needed(f, d))))
            .collect();
        // One question to a record, however many parts of the form it fills.
        let mut questions: Vec<(&str, &str, String, Vec<String>)> = Vec::new();
        for (f, key, fields) in &wanted {
            match questions.iter_mut().find(|q| q.0 == f.source && q.1 == f.record && q.2 == *key) {
                Some(q) => q.3.extend(fields.iter().filter(|x| !q.3.contains(x)).cloned().collect::<Vec<_>>()),
                None => questions.push((&f.source, &f.record, key.clone(), fields.clone())),
            }
        }
        let asks = questions.into_iter().map(|(source, record, key, fields)| {
            let asking = Asking { actor, source, record, key, purpose: purpose.clone(), procedure: d.code.as_str(), dossier: draft, fields, expected: Vec::new() };
            self.put(asking, now)
        });
        let said: Vec<Said> = futures::future::join_all(asks).await;
        let mut filled = Filled::default();
        if let (Some(ask), Some(role)) = (self.catalog.fills.get(d.code.as_str()).and_then(|f| f.ask.as_ref()), role)
            && ask.values.iter().any(|v| v == role)
        {
            filled.values.insert(ask.field.clone(), Value::from(role));
        }
        let mut batch = self.scope.batch();
        for one in &said {
            tables::asked(&mut batch, &one.asked)?;
            filled.lookups.push(Lookup { source: one.asked.source.clone(), outcome: one.asked.outcome, fields: one.answer.as_ref().map_or(0, |a| a.data.len()) });
        }
        for (fill, key, _) in &wanted {
            let Some(one) = said.iter().find(|s| s.asked.source == fill.source && s.asked.record == fill.record && s.asked.subject == *key) else { continue };
            let Some(answer) = one.answer.as_ref().filter(|a| a.found) else { continue };
            for (form, field) in fill.fields.iter().filter(|(form, _)| d.form.field(form).is_some()) {
                let value = answer.data.get(field).filter(|v| !v.is_null());
                if let Some(value) = value.filter(|v| acceptable(d, form, v)) {
                    tables::filled(&mut batch, draft, form, value, &one.asked);
                    filled.values.insert(form.clone(), value.clone());
                }
            }
            filled.values.extend(fill.set.clone());
        }
        self.commit(batch).await?;
        Ok(filled)
    }

    /// Where the values of a form come from.
    pub async fn origins(&self, draft: &str) -> Result<Vec<Kept>, StoreError> {
        views::values_of(&self.scope, draft).await
    }

    /// The person says a value is wrong: the field is theirs to type, and they are told who corrects it.
    pub async fn flag(&self, actor: &Actor, draft: &str, field: &str, note: &str, now: Instant) -> Result<(), casework::DeskError> {
        let known = views::values_of(&self.scope, draft).await?;
        if !known.iter().any(|k| k.field == field) {
            return Err(Refusal::not_found("Mục này không được điền từ cơ sở dữ liệu nào", "This field was not filled from a database").into());
        }
        let note: String = kernel::text::clean(note).chars().take(300).collect();
        let mut batch = self.scope.batch();
        tables::flagged(&mut batch, draft, field, &note, &actor.account.to_string(), now);
        Ok(self.commit(batch).await?)
    }
}

/// The number to ask by. A person's record is asked by the number of whoever signed in only; that of an enterprise, which is
/// public, by what the form says.
fn key(f: &Fill, actor: &Actor, typed: &Value) -> Option<String> {
    match f.by.as_str() {
        "@applicant" => actor.personal_number.clone(),
        field if f.record == "enterprise" => typed.get(field).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned),
        _ => None,
    }
}

fn needed(f: &Fill, d: &Definition) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for (form, field) in &f.fields {
        if d.form.field(form).is_some() && !fields.contains(field) {
            fields.push(field.clone());
        }
    }
    fields
}

/// A value the form would not take (an unknown commune, too long a text) is left for the person to type.
fn acceptable(d: &Definition, form: &str, value: &Value) -> bool {
    let one = serde_json::json!({ form: value });
    let Err(refusal) = casework::check_answers(d, &one) else { return true };
    !refusal.reasons.iter().any(|r| r.field.as_deref() == Some(form))
}
