//! The input of an act, completed with what its verbs read: an act that records a milestone asks for a milestone, and
//! nobody writes the same schema twice. What the act declares itself wins.

use super::{ActDecl, ArtefactDecl, Definition, Entering, Evidence, MemberDecl, Ordered, RecordDecl, Verb};
use kernel::Text;
use serde_json::{Map, Value, json};

/// Most files of one kind given with one act.
const FILES_MAX: u32 = 20;
/// Stands for an account or a file in examples, where only the moment knows a real one.
const NO_ACCOUNT: &str = "acct_00000000000000000000000000000000";
const NO_FILE: &str = "file_00000000000000000000000000000000";

pub fn inputs(d: &mut Definition) {
    let duties: Vec<(String, Text)> = d.obligations().map(|f| (f.code.clone(), f.name.clone())).collect();
    let Definition { acts, records, artefacts, members, .. } = d;
    for act in acts.values_mut() {
        let mut asked = Asked::of(act, records, artefacts, members);
        if act.verbs.contains(&Verb::AskDuty) {
            asked.duty(&duties);
        }
        if !asked.properties.is_empty() {
            act.input = Some(asked.over(act.input.take()));
        }
    }
}

#[derive(Default)]
struct Asked {
    properties: Map<String, Value>,
    required: Vec<String>,
    example: Map<String, Value>,
    /// Further examples with other keys: a register takes each key once.
    others: Vec<Map<String, Value>>,
}

impl Asked {
    fn of(act: &ActDecl, records: &Ordered<RecordDecl>, artefacts: &Ordered<ArtefactDecl>, members: &Ordered<MemberDecl>) -> Self {
        let mut asked = Self::default();
        let mut files = Vec::new();
        // What is not declared is a finding of the check, not of this.
        for verb in &act.verbs {
            match verb {
                Verb::Record(into) => records.get(&into.register).into_iter().for_each(|r| asked.record(r, into)),
                Verb::Amend(into) => records.get(&into.register).into_iter().for_each(|r| asked.amend(r, into)),
                Verb::File(evidence) => files.extend(artefacts.get(&evidence.kind).map(|a| (evidence, a))),
                Verb::Appoint(role) => members.get(role).into_iter().for_each(|m| asked.member("appointee", role, m)),
                Verb::Dismiss(role) => members.get(role).into_iter().for_each(|m| asked.member("member", role, m)),
                _ => {}
            }
        }
        asked.files(&files);
        asked
    }

    fn put(&mut self, name: &str, property: Value, required: bool) {
        if required && !self.required.iter().any(|r| r == name) {
            self.required.push(name.to_owned());
        }
        self.properties.entry(name).or_insert(property);
    }

    fn record(&mut self, decl: &RecordDecl, into: &Entering) {
        let required = |name: &str| requires(&decl.schema, name);
        for name in decl.names().filter(|n| into.takes(n)) {
            let mut property = decl.schema["properties"][name].clone();
            if decl.key.as_deref() == Some(name) {
                property["x-key-of"] = json!(into.register);
            }
            self.put(name, property, required(name));
        }
        self.show(decl.examples().first(), into);
        if decl.key.as_deref().is_some_and(|key| into.takes(key)) {
            let taken = |e: &Value| e.as_object().into_iter().flatten().filter(|(n, _)| into.takes(n)).map(|(n, v)| (n.clone(), v.clone())).collect();
            self.others.extend(decl.examples().iter().skip(1).map(taken));
        }
    }

    /// Which entry, and what changes in it: what is left empty stays as it is.
    fn amend(&mut self, decl: &RecordDecl, into: &Entering) {
        let title = Text::new(format!("{}: dòng số", decl.name.vi), format!("{}: entry", decl.name.en));
        let entry = json!({"type": "integer", "minimum": 1, "x-widget": "entry", "x-register": into.register, "x-title": title});
        self.put("entry", entry, true);
        self.example.entry("entry").or_insert(json!(1));
        for name in decl.names().filter(|n| into.takes(n) && Some(*n) != decl.key.as_deref()) {
            let mut property = decl.schema["properties"][name].clone();
            if let Some(p) = property.as_object_mut().filter(|_| into.fields.is_none()) {
                p.entry("x-hint").or_insert_with(|| json!(Text::new("Để trống nếu không đổi.", "Leave empty if it does not change.")));
            }
            self.put(name, property, false);
        }
        // The second example differs from what the first one recorded.
        let mut example = decl.examples().get(1).or_else(|| decl.examples().first()).cloned();
        if let (Some(Value::Object(fields)), Some(key)) = (&mut example, &decl.key) {
            fields.shift_remove(key);
        }
        self.show(example.as_ref(), into);
    }

    fn show(&mut self, example: Option<&Value>, into: &Entering) {
        let fields = example.and_then(Value::as_object).into_iter().flatten();
        for (name, value) in fields.filter(|(n, _)| into.takes(n)) {
            self.example.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }

    fn files(&mut self, files: &[(&Evidence, &ArtefactDecl)]) {
        let Some((_, first)) = files.first() else { return };
        let kinds: Vec<&str> = files.iter().map(|(e, _)| e.kind.as_str()).collect();
        let title = if files.len() == 1 { first.name.clone() } else { Text::new("Tệp kèm theo", "Files") };
        let required = files.iter().any(|(e, _)| !e.optional);
        let mut property = json!({
            "type": "array", "maxItems": FILES_MAX, "items": {"type": "object"},
            "x-widget": "files", "x-artefacts": kinds, "x-title": title,
        });
        if required {
            property["minItems"] = json!(1);
        }
        self.put("files", property, required);
        let given = |kind: &&str| {
            let sha256 = "0".repeat(64);
            json!({"component": kind, "file": NO_FILE, "name": format!("{kind}.pdf"), "sha256": sha256, "size": 1, "media_type": "application/pdf"})
        };
        self.example.insert("files".into(), kinds.iter().map(given).collect());
    }

    /// Which obligation the notice is about; a flow alone declares none.
    fn duty(&mut self, duties: &[(String, Text)]) {
        let title = Text::new("Nghĩa vụ tài chính", "Financial obligation");
        let options: Vec<Value> = duties.iter().map(|(code, name)| json!({"const": code, "x-title": name})).collect();
        if options.is_empty() {
            self.put("duty", json!({"type": "string", "maxLength": 60, "x-title": title}), false);
            return;
        }
        self.put("duty", json!({"type": "string", "x-title": title, "oneOf": options}), true);
        if let Some((code, _)) = duties.first() {
            self.example.entry("duty").or_insert(json!(code));
        }
    }

    fn member(&mut self, widget: &str, role: &str, decl: &MemberDecl) {
        let mut property = json!({
            "type": "string", "minLength": 3, "maxLength": 64, "x-widget": widget, "x-role": role, "x-title": decl.name,
        });
        if decl.post.is_none() && widget == "appointee" {
            let hint = Text::new(
                "Ghi số định danh cá nhân của người đã có tài khoản (12 chữ số).",
                "The personal number of somebody who has an account (12 digits).",
            );
            property["x-hint"] = json!(hint);
        }
        self.put("member", property, true);
        self.example.insert("member".into(), json!(NO_ACCOUNT));
    }

    /// Laid under what the act declares itself.
    fn over(mut self, own: Option<Value>) -> Value {
        let mut input = match own {
            Some(Value::Object(own)) => own,
            // A schema that is no object is told by the compiler of schemas.
            Some(other) => return other,
            None => Map::new(),
        };
        input.entry("type").or_insert(json!("object"));
        input.entry("additionalProperties").or_insert(json!(false));
        if let Some(Value::Object(properties)) = input.shift_remove("properties") {
            self.properties.extend(properties);
        }
        if let Some(Value::Array(required)) = input.shift_remove("required") {
            let more = required.iter().filter_map(Value::as_str).filter(|r| !self.required.iter().any(|x| x == r));
            let more: Vec<String> = more.map(str::to_owned).collect();
            self.required.extend(more);
        }
        let own = match input.shift_remove("examples") {
            Some(Value::Array(examples)) if !examples.is_empty() => examples,
            _ => vec![json!({})],
        };
        let laid = |under: &Map<String, Value>, over: &Value| {
            let mut whole = self.example.clone();
            whole.extend(under.clone());
            whole.extend(over.as_object().cloned().unwrap_or_default());
            Value::Object(whole)
        };
        let mut examples: Vec<Value> = own.iter().map(|over| laid(&Map::new(), over)).collect();
        examples.extend(self.others.iter().map(|under| laid(under, own.first().unwrap_or(&Value::Null))));
        input.insert("properties".into(), Value::Object(self.properties));
        if !self.required.is_empty() {
            input.insert("required".into(), json!(self.required));
        }
        input.insert("examples".into(), Value::Array(examples));
        Value::Object(input)
    }
}

fn requires(schema: &Value, name: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|r| r == name))
}
