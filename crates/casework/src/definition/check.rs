//! What a definition must hold before a case may go through it.

use super::{Definition, Required, ServiceLevel, Verb};
use kernel::{Text, catalog::Finding, text::fold};
use serde_json::Value;
use std::collections::BTreeSet;

struct Check<'a> {
    d: &'a Definition,
    path: &'a str,
    text: &'a str,
    findings: Vec<Finding>,
}

pub fn compile_and_check(d: &mut Definition, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = compile(d, path, text);
    let mut check = Check { d, path, text, findings: Vec::new() };
    check.form();
    check.references();
    check.acts();
    check.endings();
    check.money_and_words();
    findings.append(&mut check.findings);
    findings
}

fn compile(d: &mut Definition, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    match validator(&d.form.schema) {
        Ok(v) => d.compiled.form = Some(v),
        Err(e) => findings.push(Finding::at(path, text, &["form", "schema"], format!("lược đồ tờ khai: {e}"), format!("form schema: {e}"))),
    }
    for (act, decl) in &d.acts {
        let Some(input) = &decl.input else { continue };
        match validator(input) {
            Ok(v) => {
                d.compiled.inputs.insert(act.clone(), v);
            }
            Err(e) => findings.push(Finding::at(path, text, &["acts", act], format!("lược đồ của {act}: {e}"), format!("schema of {act}: {e}"))),
        }
    }
    let words = [&d.name.vi, &d.name.en, &d.about.vi].into_iter().chain(&d.keywords);
    d.compiled.search = words.map(|w| fold(w)).collect::<Vec<_>>().join(" | ");
    findings
}

fn validator(schema: &Value) -> Result<jsonschema::Validator, String> {
    jsonschema::options().should_validate_formats(true).build(schema).map_err(|e| e.to_string())
}

impl Check<'_> {
    fn fault(&mut self, at: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        let f = Finding::at(self.path, self.text, at, vi, en);
        self.findings.push(f);
    }

    fn form(&mut self) {
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
        match form.example() {
            None => self.fault(&["form", "schema"], "lược đồ cần ít nhất một ví dụ đầy đủ trong `examples`", "the schema needs a complete entry in `examples`"),
            Some(example) => {
                if let Err(r) = crate::form_check::check_answers(self.d, example) {
                    let why = r.reasons.first().map_or(r.message, |x| x.message.clone());
                    self.fault(&["form", "schema", "examples"], format!("ví dụ không hợp lệ: {}", why.vi), format!("the example is not valid: {}", why.en));
                } else if example.pointer(&form.title_from).and_then(Value::as_str).is_none() {
                    self.fault(&["form", "title_from"], "title_from không chỉ tới một chữ trong ví dụ", "title_from points at no text in the example");
                }
            }
        }
        if let Some(field) = form.office_from.as_deref().filter(|f| !properties.contains(f)) {
            self.fault(&["form", "office_from"], format!("không có mục “{field}”"), format!("there is no field “{field}”"));
        }
        for c in self.d.components.clone() {
            if let (Required::When(g), Some(example)) = (&c.required, self.d.form.example())
                && let Err(e) = g.evaluate(&[("answers", example)])
            {
                self.fault(&["components"], format!("điều kiện của {}: {e}", c.code), format!("condition of {}: {e}", c.code));
            }
        }
        for f in self.d.fees.clone() {
            if let (Some(g), Some(example)) = (&f.when, self.d.form.example())
                && let Err(e) = g.evaluate(&[("answers", example)])
            {
                self.fault(&["fees"], format!("điều kiện của {}: {e}", f.code), format!("condition of {}: {e}", f.code));
            }
        }
    }

    fn references(&mut self) {
        let d = self.d;
        for (name, track) in &d.tracks {
            if !track.states.contains_key(&track.initial) {
                self.fault(&["tracks", name], format!("trạng thái đầu “{}” không có", track.initial), format!("initial state “{}” is not declared", track.initial));
            }
        }
        for (name, clock) in &d.clocks {
            if let Some(act) = clock.on_due.as_deref().filter(|a| !d.acts.contains_key(*a)) {
                self.fault(&["clocks", name], format!("on_due: không có việc “{act}”"), format!("on_due: there is no act “{act}”"));
            }
        }
        for which in [&d.result.granted, &d.result.refused] {
            if !d.documents.contains_key(which) {
                self.fault(&["result"], format!("không có văn bản “{which}”"), format!("there is no document “{which}”"));
            }
        }
        for (name, document) in &d.documents {
            if let Some(pointer) = document.stray_pointer(&d.form) {
                self.fault(&["documents", name, "fields"], format!("{name}: “{pointer}” không chỉ tới mục nào của tờ khai"), format!("{name}: “{pointer}” points at no question of the form"));
            }
        }
        if !d.acts.contains_key("file") {
            self.fault(&["acts"], "thiếu việc `file` (nộp hồ sơ)", "the act `file` is missing");
        }
        let codes: BTreeSet<&str> = d.steps.iter().map(|s| s.code.as_str()).collect();
        if codes.len() != d.steps.len() {
            self.fault(&["steps"], "hai bước trùng mã", "two steps share a code");
        }
    }

    fn acts(&mut self) {
        let d = self.d;
        for (name, act) in &d.acts {
            for (track, states) in &act.when {
                let Some(decl) = d.tracks.get(track) else {
                    self.fault(&["acts", name], format!("{name}: không có nhánh “{track}”"), format!("{name}: there is no track “{track}”"));
                    continue;
                };
                for state in states.iter().filter(|s| !decl.states.contains_key(*s)) {
                    self.fault(&["acts", name], format!("{name}: không có trạng thái “{state}”"), format!("{name}: there is no state “{state}”"));
                }
                for state in states.iter().filter(|s| decl.states.get(*s).is_some_and(|x| x.terminal)) {
                    self.fault(&["acts", name], format!("{name}: “{state}” là trạng thái cuối"), format!("{name}: “{state}” is terminal"));
                }
            }
            for (track, to) in &act.to {
                let known = to == "@back" || d.state(track, to).is_some();
                if !known {
                    self.fault(&["acts", name], format!("{name}: không có trạng thái “{track}/{to}”"), format!("{name}: there is no state “{track}/{to}”"));
                }
            }
            self.verbs(name, &act.verbs);
            if let Some(input) = &act.input {
                self.input_example(name, input);
            }
        }
    }

    fn verbs(&mut self, name: &str, verbs: &[Verb]) {
        for verb in verbs {
            let missing = match verb {
                Verb::Start(c) | Verb::Stop(c) | Verb::Suspend(c) | Verb::Resume(c) | Verb::Consult(c) => {
                    (!self.d.clocks.contains_key(c)).then(|| ("đồng hồ", "clock", c.clone()))
                }
                Verb::Issue(doc) => {
                    (doc != "result" && !self.d.documents.contains_key(doc)).then(|| ("văn bản", "document", doc.clone()))
                }
                _ => None,
            };
            if let Some((vi, en, code)) = missing {
                self.fault(&["acts", name], format!("{name}: không có {vi} “{code}”"), format!("{name}: there is no {en} “{code}”"));
            }
        }
    }

    fn input_example(&mut self, name: &str, input: &Value) {
        let Some(example) = input.get("examples").and_then(Value::as_array).and_then(|e| e.first()) else {
            self.fault(&["acts", name], format!("{name}: nội dung kèm theo cần một ví dụ trong `examples`"), format!("{name}: the input needs an entry in `examples`"));
            return;
        };
        if let Err(r) = crate::form_check::check_input(self.d, name, example) {
            let why = r.reasons.first().map_or(r.message, |x| x.message.clone());
            self.fault(&["acts", name], format!("{name}: ví dụ không hợp lệ: {}", why.vi), format!("{name}: the example is not valid: {}", why.en));
        }
    }

    /// Every state that is not an end has a way out, and every step an act.
    fn endings(&mut self) {
        let d = self.d;
        let Some(handling) = d.tracks.get("handling") else {
            self.fault(&["tracks"], "thiếu nhánh `handling`", "the track `handling` is missing");
            return;
        };
        for (state, decl) in &handling.states {
            let leaves = d.acts.values().any(|a| {
                a.when.get("handling").is_some_and(|s| s.contains(state)) && a.to.contains_key("handling")
            });
            if !decl.terminal && !leaves {
                self.fault(&["tracks", "handling", "states", state], format!("không có việc nào đưa hồ sơ ra khỏi “{state}”"), format!("no act leads out of “{state}”"));
            }
        }
        for step in &d.steps {
            if !d.acts.values().any(|a| a.at.contains(&step.code)) {
                self.fault(&["steps"], format!("bước “{}” không có việc nào", step.code), format!("the step “{}” has no act", step.code));
            }
        }
    }

    fn money_and_words(&mut self) {
        let d = self.d;
        if d.service_level == ServiceLevel::Partial && d.partial_reason.is_none() {
            self.fault(&["service_level"], "dịch vụ một phần phải công bố lý do (NĐ 224/2026, Điều 14)", "a partial service must publish its reason (Decree 224/2026 Art. 14)");
        }
        if d.legal_basis.is_empty() {
            self.fault(&["legal_basis"], "thiếu căn cứ pháp lý", "no legal basis");
        }
        for fee in d.fees.iter().filter(|f| f.amount.0 < 0 || f.online.is_some_and(|o| o.0 < 0)) {
            self.fault(&["fees"], format!("khoản “{}” âm", fee.code), format!("the fee “{}” is negative", fee.code));
        }
        if d.name.vi.trim().is_empty() || d.name.en.trim().is_empty() {
            self.fault(&["name"], "tên phải có cả hai thứ tiếng", "the name must be given in both languages");
        }
    }
}
