//! Registers, artefacts and members: they can be filled in by people, and acts name what is declared.

use super::Check;
use crate::definition::{ENTRY_NAMES, Entering, RecordDecl, Verb, Who};
use kernel::Text;
use serde_json::{Map, Value};

/// What is missing, in both languages, and its code.
type Missing<'a> = (&'static str, &'static str, &'a str);

impl Check<'_> {
    pub(super) fn registers(&mut self) {
        let d = self.d;
        for (name, decl) in &d.records {
            self.record(name, decl);
        }
        for (kind, decl) in &d.artefacts {
            if let Some(step) = decl.required_at.as_deref().filter(|s| d.step(s).is_none()) {
                self.fault(&["artefacts", kind, "required_at"], format!("{kind}: không có bước “{step}”"), format!("{kind}: there is no step “{step}”"));
            }
        }
    }

    fn record(&mut self, name: &str, decl: &RecordDecl) {
        let path = ["records", name];
        let known: Vec<&str> = decl.names().collect();
        if decl.schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            self.fault(&path, format!("{name}: lược đồ phải có additionalProperties: false"), format!("{name}: the schema must say additionalProperties: false"));
        }
        for field in &known {
            let property = &decl.schema["properties"][field];
            if !property.get("x-title").is_some_and(|t| serde_json::from_value::<Text>(t.clone()).is_ok()) {
                self.fault(&path, format!("{name}: mục “{field}” thiếu x-title {{vi, en}}"), format!("{name}: “{field}” has no x-title {{vi, en}}"));
            }
            if ENTRY_NAMES.contains(field) {
                self.fault(&path, format!("{name}: “{field}” là tên dành riêng của mỗi dòng"), format!("{name}: “{field}” is a name every entry has of itself"));
            }
            if unbounded(property) {
                self.fault(&path, format!("{name}: mục “{field}” cần maxLength"), format!("{name}: “{field}” needs a maxLength"));
            }
        }
        let named = decl.key.iter().map(String::as_str).chain(decl.columns.iter().map(String::as_str));
        for field in named.filter(|f| !known.contains(f)) {
            self.fault(&path, format!("{name}: không có mục “{field}”"), format!("{name}: there is no field “{field}”"));
        }
        if decl.examples().is_empty() {
            self.fault(&path, format!("{name}: lược đồ cần một ví dụ trong `examples`"), format!("{name}: the schema needs an entry in `examples`"));
        }
        for (n, example) in decl.examples().iter().enumerate() {
            self.entry(&path, name, &format!("ví dụ {}", n + 1), &format!("example {}", n + 1), example);
        }
    }

    fn entry(&mut self, path: &[&str], name: &str, vi: &str, en: &str, values: &Value) {
        if let Err(r) = crate::form_check::check_entry(self.d, name, values) {
            let at = r.reasons.first().and_then(|x| x.field.clone()).unwrap_or_default();
            let why = r.reasons.first().map_or(r.message, |x| x.message.clone());
            self.fault(path, format!("{name}: {vi} không hợp lệ: {at} {}", why.vi), format!("{name}: {en} is not valid: {at} {}", why.en));
        }
    }

    /// What the verbs and the people of an act name.
    pub(super) fn names_of_registers(&mut self, act: &str, verbs: &[Verb], who: &[Who]) {
        let d = self.d;
        let mut missing: Vec<Missing<'_>> = Vec::new();
        for verb in verbs {
            match verb {
                Verb::Record(into) | Verb::Amend(into) => match d.records.get(&into.register) {
                    None => missing.push(("sổ", "register", &into.register)),
                    Some(decl) => self.entering(act, decl, into, matches!(verb, Verb::Record(_))),
                },
                Verb::File(e) if !d.artefacts.contains_key(&e.kind) => missing.push(("loại tệp", "artefact", &e.kind)),
                Verb::Appoint(role) | Verb::Dismiss(role) if !d.members.contains_key(role) => {
                    missing.push(("vai trò trong hồ sơ", "member role", role));
                }
                _ => {}
            }
        }
        for role in who.iter().filter_map(|w| if let Who::Member(role) = w { Some(role) } else { None }) {
            if !d.members.contains_key(role) {
                missing.push(("vai trò trong hồ sơ", "member role", role));
            }
        }
        for (vi, en, code) in missing {
            self.fault(&["acts", act], format!("{act}: không có {vi} “{code}”"), format!("{act}: there is no {en} “{code}”"));
        }
    }

    /// Fields and constants of an act against the register they go into.
    fn entering(&mut self, act: &str, decl: &RecordDecl, into: &Entering, fresh: bool) {
        let known: Vec<&str> = decl.names().collect();
        let named = into.fields.iter().flatten().map(String::as_str).chain(into.set.keys().map(String::as_str));
        for field in named.filter(|f| !known.contains(f)) {
            let register = &into.register;
            self.fault(&["acts", act], format!("{act}: sổ {register} không có mục “{field}”"), format!("{act}: the register {register} has no field “{field}”"));
        }
        let Some(Value::Object(example)) = decl.examples().first() else { return };
        // A new entry is what the act takes and sets; an amended one keeps the rest.
        let kept: Map<String, Value> = example.iter().filter(|(n, _)| !fresh || into.takes(n)).map(|(n, v)| (n.clone(), v.clone())).collect();
        let mut values = kept;
        values.extend(into.set.clone());
        self.entry(&["acts", act], &into.register, &format!("dòng do “{act}” ghi"), &format!("what “{act}” writes"), &Value::Object(values));
    }
}

/// A text of any length would be kept in every snapshot.
fn unbounded(property: &Value) -> bool {
    let is = |key: &str| property.get(key).is_some();
    property.get("type").is_some_and(|t| t == "string") && !["maxLength", "oneOf", "enum", "const", "format"].into_iter().any(is)
}
