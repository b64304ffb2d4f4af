//! The form: shown as declared, filled in by its own examples.

use super::Check;
use crate::definition::Required;
use kernel::Text;
use serde_json::Value;
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn form(&mut self) {
        let form = &self.d.form;
        let properties: BTreeSet<&str> = form
            .schema
            .get("properties")
            .and_then(Value::as_object)
            .map(|p| p.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let shown: BTreeSet<&str> = form.sections.iter().flat_map(|s| &s.fields).map(String::as_str).collect();
        for missing in shown.difference(&properties) {
            self.fault(&["form", "sections"], format!("phần khai nêu mục “{missing}” không có trong lược đồ"), format!("a section names “{missing}”, which the schema lacks"));
        }
        for hidden in properties.difference(&shown) {
            self.fault(&["form", "schema", "properties", hidden], format!("mục “{hidden}” không nằm trong phần khai nào"), format!("“{hidden}” is in no section"));
        }
        for name in &properties {
            let titled = form.schema.pointer(&format!("/properties/{name}/x-title")).is_some_and(|t| serde_json::from_value::<Text>(t.clone()).is_ok());
            if !titled {
                self.fault(&["form", "schema", "properties", name], format!("mục “{name}” thiếu x-title {{vi, en}}"), format!("“{name}” has no x-title {{vi, en}}"));
            }
        }
        if form.schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            self.fault(&["form", "schema"], "lược đồ phải có additionalProperties: false", "the schema must say additionalProperties: false");
        }
        if form.examples().is_empty() {
            self.fault(&["form", "schema"], "lược đồ cần ít nhất một ví dụ đầy đủ trong `examples`", "the schema needs a complete entry in `examples`");
        }
        for (n, example) in form.examples().iter().enumerate() {
            self.example(n, example);
        }
        if let Some(field) = form.office_from.as_deref().filter(|f| !properties.contains(f)) {
            self.fault(&["form", "office_from"], format!("không có mục “{field}”"), format!("there is no field “{field}”"));
        }
        if let Some(prefix) = form.owner_from.as_deref().filter(|p| !properties.contains(format!("{p}_name").as_str())) {
            self.fault(&["form", "owner_from"], format!("không có mục “{prefix}_name”"), format!("there is no field “{prefix}_name”"));
        }
        self.conditions();
    }

    fn example(&mut self, n: usize, example: &Value) {
        let form = &self.d.form;
        let at = n.to_string();
        if let Err(r) = crate::form_check::check_answers(self.d, example) {
            let why = r.reasons.first().map_or(r.message, |x| x.message.clone());
            let n = n + 1;
            self.fault(&["form", "schema", "examples", &at], format!("ví dụ {n} không hợp lệ: {}", why.vi), format!("example {n} is not valid: {}", why.en));
        } else if example.pointer(&form.title_from).and_then(Value::as_str).is_none() {
            self.fault(&["form", "title_from"], "title_from không chỉ tới một chữ trong ví dụ", "title_from points at no text in the example");
        }
    }

    /// A condition over an answer that no example knows is a typing mistake; over one that only some forms hold, it must ask
    /// `has(…)` first, and the examples show both kinds.
    fn conditions(&mut self) {
        let d = self.d;
        for (n, c) in d.components.iter().enumerate() {
            let Required::When(guard) = &c.required else { continue };
            for example in d.form.examples() {
                if let Err(e) = guard.evaluate(&[("answers", example)]) {
                    self.fault(&["components", &n.to_string(), "required"], format!("điều kiện của {}: {e}", c.code), format!("condition of {}: {e}", c.code));
                    break;
                }
            }
        }
    }
}
