//! What the answers hold.

use crate::Services;
use base64::Engine as _;
use casework::{
    CaseState, Context, Definition, Found, decide,
    definition::{ActDecl, Required},
};
use kernel::{Actor, Refusal, id::AccountId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web::problem::ApiError;

/// The smallest file that opens as a PDF, for complete examples.
const EXAMPLE_PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

pub fn definition_line(d: &Definition) -> Value {
    json!({
        "code": d.code, "version": d.version, "kind": d.kind, "name": d.name, "about": d.about,
        "audience": d.audience, "level": d.level, "service_level": d.service_level, "channels": d.channels,
        "sector": d.sector, "time": d.time, "form": d.form.schema,
        "href": format!("/api/v1/definitions/{}", d.code),
    })
}

pub fn definition_json(d: &Definition) -> Value {
    let mut out = definition_line(d);
    out["legal_basis"] = json!(d.legal_basis);
    out["components"] = json!(d.components);
    out["fees"] = json!(d.fees);
    out["steps"] = json!(d.steps);
    out["clocks"] = json!(d.clocks);
    out["tracks"] = json!(d.tracks);
    out["records"] = json!(d.records);
    out["artefacts"] = json!(d.artefacts);
    out["members"] = json!(d.members);
    out["acts"] = d.acts.iter().filter(|(n, _)| *n != "file").map(|(name, a)| json!({"act": name, "name": a.name, "who": a.who, "schema": a.input})).collect();
    out["example_request"] = example_request(d);
    out
}

/// A complete body for `POST /api/v1/cases`.
fn example_request(d: &Definition) -> Value {
    let answers = d.form.example().cloned().unwrap_or_else(|| json!({}));
    let files: Vec<Value> = d
        .components
        .iter()
        .filter(|c| d.requires(c, &answers) && !matches!(c.required, Required::Fixed(false)))
        .map(|c| example_file(&c.code))
        .collect();
    json!({"definition": d.code, "answers": answers, "files": files})
}

/// The applicant is told an outcome once there is a decision: what is proposed inside the office is none.
fn is_decided(d: &Definition, st: &CaseState) -> bool {
    let result = |x: &casework::state::IssuedDocument| x.document == d.result.granted || x.document == d.result.refused;
    st.documents.iter().any(result) || st.national(d) == Some(3)
}

/// A case as the caller may see it, with the acts open to the caller now.
pub async fn case_json(s: &Services, actor: &Actor, f: &Found) -> Result<Value, ApiError> {
    let (st, d) = (&f.state, &f.definition);
    let calendar = s.desk.calendar(&st.offices.decides)?.clone();
    let now = s.now();
    let numbers = BTreeMap::new();
    let colleagues = if actor.is_official() { s.desk.colleagues(st.desk_office(), now).await.map_err(ApiError::internal)? } else { Vec::new() };
    let candidates = s.desk.candidates(d, st.desk_office(), now).await.map_err(ApiError::internal)?;
    let offers = Offers { actor, state: st, colleagues: &colleagues, candidates: &candidates };
    let cx = Context { now, actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &colleagues };
    let acts: Vec<Value> = decide::acts_for(d, st, &cx).into_iter().map(|(name, decl, closed)| act_json(d, name, decl, closed, &offers)).collect();
    let inside = actor.is_official();
    let tracks: serde_json::Map<String, Value> =
        st.tracks.iter().map(|(t, x)| (t.clone(), json!({"state": x, "name": d.state(t, x).map(|y| &y.name), "national": d.state(t, x).and_then(|y| y.national)}))).collect();
    Ok(json!({
        "code": st.code, "id": st.id, "definition": st.definition, "definition_version": st.pinned, "version": st.version,
        "title": st.title, "channel": st.channel, "people": st.people, "offices": st.offices, "tracks": tracks,
        "step": st.step, "assignee": st.assignee, "clocks": st.clocks, "filed_at": st.filed_at, "changed_at": st.changed_at,
        "answers": st.answers, "files": st.files, "supplements": st.supplements, "requests": st.requests,
        "outcome": st.outcome.as_ref().filter(|_| inside || is_decided(d, st)),
        "documents": st.documents.iter().map(|x| json!({"document": x.document, "number": x.number, "symbol": x.symbol, "at": x.at, "sha256": x.sha256, "seal": x.seal, "href": format!("/documents/{}/{}/{}", st.code, x.document, x.number)})).collect::<Vec<_>>(),
        "delivery": st.delivery,
        "dues": st.dues,
        "apology": st.apology.as_ref().filter(|a| inside || a.signed.is_some()),
        "linked": st.linked,
        "set": st.set,
        "records": shown(&st.records, |name| d.records.get(name).is_some_and(|r| r.public), inside),
        "artefacts": shown(&st.artefacts, |name| d.artefacts.get(name).is_some_and(|a| a.public), inside),
        "members": st.members,
        "acts": acts,
        "links": {"self": format!("/api/v1/cases/{}", st.code), "events": format!("/api/v1/cases/{}/events", st.code), "acts": format!("/api/v1/cases/{}/acts", st.code)},
    }))
}

fn act_json(d: &Definition, name: &str, decl: &ActDecl, closed: Option<Refusal>, offers: &Offers<'_>) -> Value {
    let entries = decide::open_entries(d, offers.state, decl, offers.actor);
    let schema = decl.input.clone().map(|s| completed(s, d, offers, &entries));
    let input = schema.as_ref().and_then(|s| s.get("examples")).and_then(|e| e.get(0)).cloned();
    let mut example = json!({"act": name});
    if let Some(input) = input {
        example["input"] = input;
    }
    json!({
        "act": name, "name": decl.name, "hint": decl.hint, "open": closed.is_none(),
        "closed_because": closed.map(|r| json!({"code": r.code, "message": r.message})),
        "schema": schema, "example": example,
    })
}

/// What only this moment knows.
struct Offers<'a> {
    actor: &'a Actor,
    state: &'a CaseState,
    colleagues: &'a [(AccountId, String)],
    candidates: &'a BTreeMap<String, Vec<(AccountId, String)>>,
}

/// The parts of a register that the caller may see.
fn shown<T: serde::Serialize>(all: &BTreeMap<String, T>, public: impl Fn(&str) -> bool, inside: bool) -> Value {
    let seen = all.iter().filter(|(name, _)| inside || public(name));
    Value::Object(seen.map(|(name, value)| (name.clone(), json!(value))).collect())
}

/// A schema with what only this moment knows: who may be chosen, which offices may be asked, which entries there are; with
/// an example that holds.
fn completed(mut schema: Value, d: &Definition, offers: &Offers<'_>, entries: &[u32]) -> Value {
    let word = |p: &Value, key: &str| p.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    free_key_first(&mut schema, offers.state);
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let widgets: Vec<(String, Value)> = properties.filter(|(_, p)| p.get("x-widget").is_some()).map(|(k, p)| (k.clone(), p.clone())).collect();
    for (field, property) in widgets {
        let ids = |people: &[(AccountId, String)]| people.iter().map(|c| json!(c.0)).collect::<Vec<_>>();
        let role = word(&property, "x-role");
        let choices: Vec<Value> = match word(&property, "x-widget").as_str() {
            "colleague" => ids(offers.colleagues),
            "appointee" => offers.candidates.get(&role).map(|people| ids(people)).unwrap_or_default(),
            "member" => offers.state.members_of(&role).iter().map(|m| json!(m.account)).collect(),
            "entry" => entries.iter().map(|n| json!(n)).collect(),
            "consulted" => d.consults.iter().map(|c| json!(c.office)).collect(),
            "files" => {
                let kinds = property.get("x-artefacts").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
                schema["examples"][0][&field] = kinds.map(example_file).collect();
                continue;
            }
            _ => continue,
        };
        if choices.is_empty() {
            continue;
        }
        if property.get("type").is_some_and(|t| t == "array") {
            schema["properties"][&field]["items"]["enum"] = json!(choices);
            schema["examples"][0][&field] = json!(choices);
        } else {
            schema["properties"][&field]["enum"] = json!(choices);
            schema["examples"][0][&field] = choices.first().cloned().unwrap_or_default();
        }
    }
    schema
}

/// A register takes each key once: the first example is one whose key is still free.
fn free_key_first(schema: &mut Value, state: &CaseState) {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let key = properties.filter_map(|(name, p)| Some((name.clone(), p.get("x-key-of")?.as_str()?.to_owned()))).next();
    let (Some((name, register)), Some(Value::Array(examples))) = (key, schema.get_mut("examples")) else { return };
    let free = |e: &Value| !state.entries(&register).iter().any(|entry| entry.latest().get(&name) == e.get(&name));
    if let Some(at) = examples.iter().position(free) {
        examples.swap(0, at);
    }
}

fn example_file(component: &str) -> Value {
    let content = base64::engine::general_purpose::STANDARD.encode(EXAMPLE_PDF);
    json!({"component": component, "name": format!("{component}.pdf"), "media_type": "application/pdf", "content_base64": content})
}
