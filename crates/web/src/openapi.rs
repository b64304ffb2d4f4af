//! The programs' door described: OpenAPI 3.1 made from the declared routes, and the same as a page to read.

use crate::{
    html::{Html, esc},
    page::{Area, Shell, Width, shell},
    routes::{Declared, PUBLIC},
    visitor::{Visitor, is_api_path},
};
use kernel::text::{Lang, Text};
use serde_json::{Map, Value, json};

/// One parameter of a route.
#[derive(Debug, Clone)]
pub struct Param {
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    pub required: bool,
    pub about: Text,
    pub schema: Value,
}

/// What a route says of itself.
#[derive(Debug, Clone, Default)]
pub struct Doc {
    pub summary: Text,
    pub about: Text,
    pub tag: &'static str,
    pub params: Vec<Param>,
    /// JSON Schema of the body, and an example of it.
    pub request: Option<(Value, Option<Value>)>,
    /// Status, what it means, JSON Schema of the body.
    pub responses: Vec<(u16, Text, Value)>,
}

impl Doc {
    pub fn new(vi: &str, en: &str) -> Self {
        Self { summary: Text::new(vi, en), ..Self::default() }
    }
    #[must_use]
    pub fn about(mut self, vi: &str, en: &str) -> Self {
        self.about = Text::new(vi, en);
        self
    }
    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }
    #[must_use]
    pub fn query(self, name: &str, vi: &str, en: &str, schema: Value) -> Self {
        self.param(name, "query", false, vi, en, schema)
    }
    #[must_use]
    pub fn path(self, name: &str, vi: &str, en: &str) -> Self {
        self.param(name, "path", true, vi, en, json!({"type": "string"}))
    }
    #[must_use]
    pub fn header(self, name: &str, required: bool, vi: &str, en: &str) -> Self {
        self.param(name, "header", required, vi, en, json!({"type": "string"}))
    }
    fn param(mut self, name: &str, place: &'static str, required: bool, vi: &str, en: &str, schema: Value) -> Self {
        self.params.push(Param { name: name.to_owned(), place, required, about: Text::new(vi, en), schema });
        self
    }
    #[must_use]
    pub fn body(mut self, schema: Value, example: Option<Value>) -> Self {
        self.request = Some((schema, example));
        self
    }
    #[must_use]
    pub fn answer(mut self, status: u16, vi: &str, en: &str, schema: Value) -> Self {
        self.responses.push((status, Text::new(vi, en), schema));
        self
    }
}

fn problem_schema() -> Value {
    let text = json!({"type": "object", "properties": {"vi": {"type": "string"}, "en": {"type": "string"}}, "required": ["vi", "en"]});
    json!({
        "type": "object",
        "description": "RFC 9457 problem details",
        "required": ["type", "title", "status", "detail", "code", "messages", "reasons", "request_id"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
            "code": {"type": "string"}, "messages": text,
            "reasons": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": ["string", "null"]}, "message": text}}},
            "request_id": {"type": "string"}
        }
    })
}

/// The names between braces of a path pattern (`{*rest}` counts as `rest`).
fn path_names(path: &str) -> Vec<String> {
    path.split('{').skip(1).filter_map(|p| p.split('}').next()).map(|n| n.trim_start_matches('*').to_owned()).collect()
}

fn operation(route: &Declared, lang: Lang) -> Value {
    let doc = route.doc.clone().unwrap_or_default();
    let mut parameters: Vec<Value> = doc
        .params
        .iter()
        .map(|p| json!({"name": p.name, "in": p.place, "required": p.required, "description": p.about.get(lang), "schema": p.schema}))
        .collect();
    for name in path_names(&route.path) {
        if !doc.params.iter().any(|p| p.place == "path" && p.name == name) {
            parameters.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
        }
    }
    let mut responses = Map::new();
    for (status, about, schema) in &doc.responses {
        let content = if schema.is_null() { json!({}) } else { json!({"application/json": {"schema": schema}}) };
        responses.insert(status.to_string(), json!({"description": about.get(lang), "content": content}));
    }
    if responses.is_empty() {
        responses.insert("200".into(), json!({"description": lang.pick("Được", "OK")}));
    }
    responses.insert("default".into(), json!({"$ref": "#/components/responses/Problem"}));
    let mut out = json!({
        "operationId": operation_id(route),
        "summary": doc.summary.get(lang),
        "description": doc.about.get(lang),
        "tags": if doc.tag.is_empty() { json!([]) } else { json!([doc.tag]) },
        "parameters": parameters,
        "responses": responses,
        "x-action": route.action,
    });
    if let (Some((schema, example)), Some(map)) = (&doc.request, out.as_object_mut()) {
        let mut media = json!({"schema": schema});
        if let (Some(example), Some(media)) = (example, media.as_object_mut()) {
            media.insert("example".into(), example.clone());
        }
        map.insert("requestBody".into(), json!({"required": true, "content": {"application/json": media}}));
    }
    if let (true, Some(map)) = (route.action == PUBLIC, out.as_object_mut()) {
        map.insert("security".into(), json!([]));
    }
    out
}

fn operation_id(route: &Declared) -> String {
    let words: Vec<&str> = route.path.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    format!("{}_{}", route.method.to_lowercase(), words.join("_"))
}

/// Routes of the programs' door, in path order.
fn api_routes(declared: &[Declared]) -> Vec<&Declared> {
    let mut routes: Vec<_> = declared.iter().filter(|r| is_api_path(&r.path)).collect();
    routes.sort_by_key(|r| (r.path.clone(), r.method));
    routes
}

/// The OpenAPI 3.1 document of every `/api/` route.
pub fn document(title: &Text, version: &str, declared: &[Declared], lang: Lang) -> Value {
    let mut paths = Map::new();
    for route in api_routes(declared) {
        let path = route.path.replace("{*", "{");
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(route.method.to_lowercase(), operation(route, lang));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": title.get(lang), "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": problem_schema()},
            "responses": {"Problem": {
                "description": lang.pick("Không thực hiện: lý do bằng hai thứ tiếng", "Not done: the reason in both languages"),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            }}
        }
    })
}

/// The same for people: one section per route.
pub fn page(visitor: &Visitor, declared: &[Declared]) -> Html {
    let v = visitor;
    let title = v.pick("Giao diện lập trình", "Programming interface");
    let mut out = format!(
        "<h1>{title}</h1><p>{}</p><p><a href=\"/openapi.json\">openapi.json</a> (OpenAPI 3.1)</p>",
        v.pick(
            "Gửi kèm tiêu đề <code>Authorization: Bearer …</code>. Mọi lời từ chối theo RFC 9457, có lý do bằng tiếng Việt và tiếng Anh.",
            "Send <code>Authorization: Bearer …</code>. Every refusal follows RFC 9457, with the reason in Vietnamese and English.",
        )
    );
    for route in api_routes(declared) {
        out.push_str(&section(route, v.lang));
    }
    shell(&Shell::new(v, title, Html(out)).area(Area::Api).width(Width::Normal))
}

fn section(route: &Declared, lang: Lang) -> String {
    let doc = route.doc.clone().unwrap_or_default();
    let id = operation_id(route);
    let mut out = format!("<section class=\"card op\" id=\"{id}\"><h2><code>{} {}</code></h2>", route.method, esc(&route.path));
    for text in [doc.summary.get(lang), doc.about.get(lang)] {
        if !text.is_empty() {
            out.push_str(&format!("<p>{}</p>", esc(text)));
        }
    }
    if !doc.params.is_empty() {
        out.push_str("<dl class=\"sum\">");
        for p in &doc.params {
            out.push_str(&format!("<dt><code>{}</code> <span class=\"muted\">{}</span></dt><dd>{}</dd>", esc(&p.name), p.place, esc(p.about.get(lang))));
        }
        out.push_str("</dl>");
    }
    let mut block = |title: &str, value: &Value| {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        out.push_str(&format!("<details class=\"more\"><summary>{}</summary><pre tabindex=\"0\">{}</pre></details>", esc(title), esc(&text)));
    };
    if let Some((schema, example)) = &doc.request {
        block(lang.pick("Nội dung gửi (JSON Schema)", "Body (JSON Schema)"), schema);
        if let Some(example) = example {
            block(lang.pick("Ví dụ", "Example"), example);
        }
    }
    for (status, about, schema) in &doc.responses {
        block(&format!("{status} – {}", about.get(lang)), schema);
    }
    out.push_str("</section>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Vec<Declared> {
        let doc = Doc::new("Làm một việc", "Do an act")
            .path("code", "Mã hồ sơ", "Dossier code")
            .header("Idempotency-Key", false, "Khóa chống gửi trùng", "Key against sending twice")
            .body(json!({"type": "object"}), Some(json!({"act": "receive"})))
            .answer(200, "Đã làm", "Done", json!({"type": "object"}));
        vec![
            Declared { method: "POST", path: "/api/v1/cases/{code}/acts".into(), action: "case.act", doc: Some(doc) },
            Declared { method: "GET", path: "/api/v1/cases/{code}".into(), action: "case.read", doc: None },
            Declared { method: "GET", path: "/work".into(), action: "work.read", doc: None },
        ]
    }

    #[test]
    fn every_api_route_is_in_the_document_and_no_page_is() {
        let d = document(&Text::new("Phù Sa", "Phù Sa"), "1", &routes(), Lang::En);
        assert_eq!(d["openapi"], "3.1.0");
        assert_eq!(d["paths"].as_object().unwrap().len(), 2);
        let act = &d["paths"]["/api/v1/cases/{code}/acts"]["post"];
        assert_eq!(act["requestBody"]["content"]["application/json"]["example"]["act"], "receive");
        assert_eq!(act["parameters"].as_array().unwrap().len(), 2);
        // A path parameter nobody described is still declared, or the document would be invalid.
        assert_eq!(d["paths"]["/api/v1/cases/{code}"]["get"]["parameters"][0]["name"], "code");
    }

    #[test]
    fn the_page_speaks_the_visitors_language() {
        let page = page(&Visitor { lang: Lang::En, ..Visitor::default() }, &routes()).0;
        assert!(page.contains("Do an act") && page.contains("POST /api/v1/cases/{code}/acts") && !page.contains("GET /work"));
    }
}
