//! What a definition must hold before a case may go through it.

mod acts;
mod form;
mod money;
mod registers;
mod set;
mod statuses;
mod time;

use super::{Definition, ServiceLevel, Verb, Who, derive};
use kernel::{catalog::Finding, text::fold};
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
    check.answers_of_documents();
    check.registers();
    check.acts();
    check.endings();
    check.time();
    check.words();
    check.money();
    check.set();
    check.statuses();
    findings.append(&mut check.findings);
    findings
}

/// A flow on its own, laid under a procedure that asks nothing: what the flow itself gets wrong, told once and there.
pub fn check_flow(d: &mut Definition, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = compile(d, path, text);
    let mut check = Check { d, path, text, findings: Vec::new() };
    check.references();
    check.registers();
    check.acts();
    check.endings();
    findings.append(&mut check.findings);
    findings
}

fn compile(d: &mut Definition, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    derive::inputs(d);
    for (name, decl) in &d.records {
        match validator(&decl.schema) {
            Ok(v) => drop(d.compiled.records.insert(name.clone(), v)),
            Err(e) => findings.push(Finding::at(path, text, &["records", name], format!("lược đồ của {name}: {e}"), format!("schema of {name}: {e}"))),
        }
    }
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
    jsonschema::options().should_validate_formats(true).with_format("taxpayer", taxpayer).build(schema).map_err(|e| e.to_string())
}

/// By whom tax is paid: a tax code, or the personal number of the head of a household business (since 01/7/2025).
fn taxpayer(text: &str) -> bool {
    ["tax_code", "personal_number"].into_iter().any(|kind| kernel::party::Identifier::parse(kind, text).is_ok())
}

impl Check<'_> {
    fn fault(&mut self, at: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        let f = Finding::at(self.path, self.text, at, vi, en);
        self.findings.push(f);
    }

    fn references(&mut self) {
        let d = self.d;
        for (name, track) in &d.tracks {
            if !track.states.contains_key(&track.initial) {
                self.fault(&["tracks", name], format!("trạng thái đầu “{}” không có", track.initial), format!("initial state “{}” is not declared", track.initial));
            }
        }
        for (name, clock) in &d.clocks {
            let Some(act) = clock.on_due.as_deref() else { continue };
            match d.acts.get(act) {
                None => self.fault(&["clocks", name], format!("on_due: không có việc “{act}”"), format!("on_due: there is no act “{act}”")),
                Some(decl) if !decl.who.contains(&Who::System) => {
                    self.fault(&["clocks", name], format!("on_due: việc “{act}” không do hệ thống làm"), format!("on_due: “{act}” is no act of the system"));
                }
                Some(decl) => self.timer_ends(name, act, &decl.verbs),
            }
        }
        for which in [&d.result.granted, &d.result.refused] {
            if !d.documents.contains_key(which) {
                self.fault(&["result"], format!("không có văn bản “{which}”"), format!("there is no document “{which}”"));
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

    /// A clock that still runs after the act at its end would call for it again every second.
    fn timer_ends(&mut self, clock: &str, act: &str, verbs: &[Verb]) {
        let starts = |v: &Verb| matches!(v, Verb::Start(c) if c == clock);
        let ends = verbs.iter().any(|v| starts(v) || matches!(v, Verb::Stop(c) if c == clock));
        if !ends && self.d.acts.values().any(|a| a.verbs.iter().any(starts)) {
            self.fault(&["clocks", clock], format!("on_due: việc “{act}” phải dừng hoặc đặt lại đồng hồ “{clock}”"), format!("on_due: “{act}” must stop or restart the clock “{clock}”"));
        }
    }

    fn answers_of_documents(&mut self) {
        let d = self.d;
        for (name, document) in &d.documents {
            if let Some(pointer) = document.stray_pointer(&d.form) {
                self.fault(&["documents", name, "fields"], format!("{name}: “{pointer}” không chỉ tới mục nào của tờ khai"), format!("{name}: “{pointer}” points at no question of the form"));
            }
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

    fn words(&mut self) {
        let d = self.d;
        if d.service_level == ServiceLevel::Partial && d.partial_reason.is_none() {
            self.fault(&["service_level"], "dịch vụ một phần phải công bố lý do (NĐ 224/2026, Điều 14)", "a partial service must publish its reason (Decree 224/2026 Art. 14)");
        }
        if d.legal_basis.is_empty() {
            self.fault(&["legal_basis"], "thiếu căn cứ pháp lý", "no legal basis");
        }
        if d.name.vi.trim().is_empty() || d.name.en.trim().is_empty() {
            self.fault(&["name"], "tên phải có cả hai thứ tiếng", "the name must be given in both languages");
        }
    }
}
