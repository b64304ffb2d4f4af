//! Acts: they name what is declared, their examples pass, and their guards can be evaluated.

use super::Check;
use crate::{
    decide::{actor_view, guard_holds, guard_view},
    definition::{ActDecl, Channel, Definition, Verb},
    event::{By, CaseOffices, Filing, People, Person},
    registers::{ArtefactVersion, Entry, EntryVersion, Member},
    state::CaseState,
};
use kernel::{
    Actor,
    id::{CaseCode, OfficeCode, ProvinceCode},
    time::midnight,
};
use serde_json::Value;

impl Check<'_> {
    pub(super) fn acts(&mut self) {
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
            if name != "file" && act.to.contains_key("handling") && !act.when.contains_key("handling") {
                self.fault(&["acts", name, "to"], format!("{name}: chuyển nhánh `handling` thì `when` phải nêu trạng thái của nhánh đó"), format!("{name}: moves `handling`, so `when` must name its states"));
            }
            for step in act.at.iter().filter(|s| d.step(s).is_none()) {
                self.fault(&["acts", name, "at"], format!("{name}: không có bước “{step}”"), format!("{name}: there is no step “{step}”"));
            }
            self.verbs(name, &act.verbs);
            self.names_of_registers(name, &act.verbs, &act.who);
            if let Some(input) = &act.input {
                self.input_examples(name, input);
            }
            self.guards(name, act);
        }
    }

    /// Each guard over a sample case with each example of the act's input: a misspelt name is told now, not to the official
    /// for whom the act would be closed for ever.
    fn guards(&mut self, name: &str, act: &ActDecl) {
        if act.guards.is_empty() {
            return;
        }
        let full = guard_view(self.d, &sample(self.d));
        let bare = guard_view(self.d, &without_registers(sample(self.d)));
        let actor = actor_view(&Actor::system(ProvinceCode::new("00")));
        let inputs = examples(act.input.as_ref());
        let inputs = if inputs.is_empty() { &[Value::Null] } else { inputs };
        // A flow alone asks nothing yet: what its guards say of answers is checked with each definition over it.
        let asks = self.d.form.example().is_some();
        for guard in act.guards.iter().filter(|g| asks || !g.require.text().contains("case.answers")) {
            let over = |case: &Value| inputs.iter().find_map(|input| guard_holds(guard, case, input, &actor).err());
            if let Some(e) = over(&full).or_else(|| over(&bare)) {
                let text = guard.require.text();
                self.fault(&["acts", name, "guards"], format!("{name}: điều kiện `{text}`: {e}"), format!("{name}: guard `{text}`: {e}"));
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

    fn input_examples(&mut self, name: &str, input: &Value) {
        if examples(Some(input)).is_empty() {
            self.fault(&["acts", name, "input"], format!("{name}: nội dung kèm theo cần một ví dụ trong `examples`"), format!("{name}: the input needs an entry in `examples`"));
        }
        for (n, example) in examples(Some(input)).iter().enumerate() {
            let Err(r) = crate::form_check::check_input(self.d, name, example) else { continue };
            let why = r.reasons.first().map_or(r.message, |x| x.message.clone());
            let (at, n) = (n.to_string(), n + 1);
            self.fault(&["acts", name, "input", "examples", &at], format!("{name}: ví dụ {n} không hợp lệ: {}", why.vi), format!("{name}: example {n} is not valid: {}", why.en));
        }
    }
}

fn examples(input: Option<&Value>) -> &[Value] {
    input.and_then(|i| i.get("examples")).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A case of this definition as it stands when filed, on which every act with an example has been done once.
fn sample(d: &Definition) -> CaseState {
    let office = OfficeCode::new("H00");
    let person = Person { party: None, name: "Nguyễn Văn A".into(), identifier: None, phone: None, email: None, address: None };
    let filing = Filing {
        code: CaseCode::new("-"),
        definition: d.code.clone(),
        version: d.version.clone(),
        title: d.name.vi.clone(),
        channel: d.channels.first().copied().unwrap_or(Channel::Online),
        people: People { applicant: person.clone(), owner: person, proxy: None, assisted_by: None },
        offices: CaseOffices { helped: None, received: office.clone(), decides: office },
        answers: d.form.example().cloned().unwrap_or_default(),
        files: Vec::new(),
        waived: Vec::new(),
        lang: None,
        set: None,
    };
    let mut case = CaseState::scratch(midnight(d.effective.from), filing);
    case.tracks = d.tracks.iter().map(|(name, track)| (name.clone(), track.initial.clone())).collect();
    let done = d.acts.iter().filter_map(|(name, act)| Some((name.clone(), examples(act.input.as_ref()).first()?.clone())));
    case.inputs = done.collect();
    fill(d, &mut case);
    case
}

/// One entry of each register with those fields alone that must be there and one with all, a file of each artefact,
/// somebody in each role: a guard over a field that may be absent must ask `has(…)` first.
fn fill(d: &Definition, case: &mut CaseState) {
    let by = By::from(&Actor::system(ProvinceCode::new("00")));
    let at = case.filed_at;
    let version = |values: &Value| vec![EntryVersion { at, by: by.clone(), event: 1, values: values.clone() }];
    for (name, decl) in &d.records {
        let Some(example) = decl.examples().first() else { continue };
        let required = decl.schema.get("required").and_then(Value::as_array);
        let must = |name: &String| required.is_some_and(|all| all.iter().any(|r| r == name));
        let least: serde_json::Map<String, Value> = example.as_object().into_iter().flatten().filter(|(n, _)| must(n)).map(|(n, v)| (n.clone(), v.clone())).collect();
        let least = Value::Object(least);
        let entries = [&least, example].into_iter().zip(1..).map(|(v, number)| Entry { number, versions: version(v) });
        case.records.insert(name.clone(), entries.collect());
    }
    for kind in d.artefacts.keys() {
        let one = ArtefactVersion { version: 1, at, by: by.clone(), event: 1, files: Vec::new() };
        case.artefacts.insert(kind.clone(), vec![one]);
    }
    for role in d.members.keys() {
        case.members.insert(role.clone(), vec![Member { account: by.account, name: by.name.clone(), since: at }]);
    }
}

/// The same case before anything was recorded.
fn without_registers(case: CaseState) -> CaseState {
    CaseState { records: Default::default(), artefacts: Default::default(), members: Default::default(), ..case }
}
