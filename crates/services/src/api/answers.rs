//! What the answers hold.

use crate::Services;
use base64::Engine as _;
use casework::{
    Context, Definition, Found, decide,
    definition::{ActDecl, Required},
};
use kernel::{Actor, Refusal};
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
    out["acts"] = d.acts.iter().filter(|(n, _)| *n != "file").map(|(name, a)| json!({"act": name, "name": a.name, "who": a.who, "schema": a.input})).collect();
    out["example_request"] = example_request(d);
    out
}

/// A complete body for `POST /api/v1/cases`.
fn example_request(d: &Definition) -> Value {
    let answers = d.form.example().cloned().unwrap_or_else(|| json!({}));
    let content = base64::engine::general_purpose::STANDARD.encode(EXAMPLE_PDF);
    let files: Vec<Value> = d
        .components
        .iter()
        .filter(|c| d.requires(c, &answers) && !matches!(c.required, Required::Fixed(false)))
        .map(|c| json!({"component": c.code, "name": format!("{}.pdf", c.code), "media_type": "application/pdf", "content_base64": content}))
        .collect();
    json!({"definition": d.code, "answers": answers, "files": files})
}

/// A case as the caller may see it, with the acts open to the caller now.
pub async fn case_json(s: &Services, actor: &Actor, f: &Found) -> Result<Value, ApiError> {
    let (st, d) = (&f.state, &f.definition);
    let calendar = s.desk.calendar(&st.offices.decides)?.clone();
    let now = s.now();
    let numbers = BTreeMap::new();
    let colleagues = if actor.is_official() { s.desk.colleagues(&st.offices.decides, now).await.map_err(ApiError::internal)? } else { Vec::new() };
    let cx = Context { now, actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &colleagues };
    let acts: Vec<Value> = decide::acts_for(d, st, &cx).into_iter().map(|(name, decl, closed)| act_json(d, name, decl, closed, &colleagues)).collect();
    let tracks: serde_json::Map<String, Value> =
        st.tracks.iter().map(|(t, x)| (t.clone(), json!({"state": x, "name": d.state(t, x).map(|y| &y.name), "national": d.state(t, x).and_then(|y| y.national)}))).collect();
    Ok(json!({
        "code": st.code, "id": st.id, "definition": st.definition, "definition_version": st.pinned, "version": st.version,
        "title": st.title, "channel": st.channel, "people": st.people, "offices": st.offices, "tracks": tracks,
        "step": st.step, "assignee": st.assignee, "clocks": st.clocks, "filed_at": st.filed_at, "changed_at": st.changed_at,
        "answers": st.answers, "files": st.files, "supplements": st.supplements, "requests": st.requests,
        "outcome": st.outcome.as_ref().filter(|_| actor.is_official() || !st.documents.is_empty()),
        "documents": st.documents.iter().map(|x| json!({"document": x.document, "number": x.number, "symbol": x.symbol, "at": x.at, "sha256": x.sha256, "href": format!("/documents/{}/{}/{}", st.code, x.document, x.number)})).collect::<Vec<_>>(),
        "delivery": st.delivery,
        "acts": acts,
        "links": {"self": format!("/api/v1/cases/{}", st.code), "events": format!("/api/v1/cases/{}/events", st.code), "acts": format!("/api/v1/cases/{}/acts", st.code)},
    }))
}

fn act_json(d: &Definition, name: &str, decl: &ActDecl, closed: Option<Refusal>, colleagues: &[(kernel::id::AccountId, String)]) -> Value {
    let schema = decl.input.clone().map(|s| completed(s, d, colleagues));
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

/// A schema with what only this moment knows: who may be chosen, which offices may be asked.
fn completed(mut schema: Value, d: &Definition, colleagues: &[(kernel::id::AccountId, String)]) -> Value {
    let people: Vec<Value> = colleagues.iter().map(|c| json!(c.0)).collect();
    let offices: Vec<Value> = d.consults.iter().map(|c| json!(c.office)).collect();
    let names: Vec<(String, String)> = schema
        .get("properties")
        .and_then(Value::as_object)
        .map(|p| p.iter().filter_map(|(k, v)| Some((k.clone(), v.get("x-widget")?.as_str()?.to_owned()))).collect())
        .unwrap_or_default();
    for (field, widget) in names {
        let (choices, is_list) = match widget.as_str() {
            "colleague" => (&people, false),
            "consulted" => (&offices, true),
            _ => continue,
        };
        if choices.is_empty() {
            continue;
        }
        if is_list {
            schema["properties"][&field]["items"]["enum"] = json!(choices);
            schema["examples"][0][&field] = json!(choices);
        } else {
            schema["properties"][&field]["enum"] = json!(choices);
            schema["examples"][0][&field] = choices.first().cloned().unwrap_or_default();
        }
    }
    schema
}
