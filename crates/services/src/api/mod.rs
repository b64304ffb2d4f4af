//! The programs' door: the same acts as the pages, as JSON. Documentation, tests and outside clients walk a procedure
//! by what these answers say alone.

mod answers;
mod docs;
#[cfg(test)]
mod walk_tests;

use crate::{Services, openings::What, uploads::give_files};
use answers::{case_json, definition_json, definition_line};
use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::Engine as _;
use casework::{
    Act, Definition, Done, Once,
    definition::Channel,
    event::{Filing, GivenFile, People, Person},
    views::{self, After},
};
use identity::actions::{API_CASES, API_DEFINITIONS, CASE_ACT, CASE_VIEW};
use kernel::{
    Actor, Refusal, Text,
    id::CaseCode,
    party::Identifier,
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use web::{
    extract::{Json, Path, Query, SentFile},
    problem::{ApiError, Fault},
    routes::Routes,
    visitor::Visitor,
};

/// Files travel inside the request, in base64.
const BODY_LIMIT: usize = 64 << 20;

pub fn routes(r: Routes<Services>) -> Routes<Services> {
    r.get_doc("/api/v1/definitions", API_DEFINITIONS, definitions, docs::definitions())
        .get_doc("/api/v1/definitions/{code}", API_DEFINITIONS, definition, docs::definition())
        .post_doc("/api/v1/cases", API_CASES, file, docs::file())
        .body_limit(BODY_LIMIT)
        .get_doc("/api/v1/cases/{code}", API_CASES, case, docs::case())
        .post_doc("/api/v1/cases/{code}/acts", API_CASES, act, docs::act())
        .body_limit(BODY_LIMIT)
        .get_doc("/api/v1/cases/{code}/events", API_CASES, events, docs::events())
        .get_doc("/api/v1/worklist", API_CASES, worklist, docs::worklist())
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, ApiError> {
    v.actor.clone().ok_or_else(|| ApiError(Fault::sign_in_needed()))
}

/// What the program records by itself, in words.
fn of_the_house(act: &str) -> Text {
    match act {
        casework::decide::CAME => Text::new("Chuyển từ tỉnh khác sang", "Came from another province"),
        casework::decide::WENT => Text::new("Chuyển sang tỉnh khác", "Went to another province"),
        casework::decide::OFFICE_SUCCEEDED => Text::new("Chuyển sang cơ quan kế thừa", "Went to the office that took over"),
        _ => Text::new("Lưu văn bản", "Document kept"),
    }
}

async fn definitions(State(s): State<Services>) -> Answer<Value> {
    let list: Vec<Value> = s.desk.rules().definitions.in_force(s.now().date()).map(|d| definition_line(d)).collect();
    Answer(json!({"definitions": list}))
}

async fn definition(State(s): State<Services>, Path(code): Path<String>) -> Result<Answer<Value>, ApiError> {
    let d = crate::instead::current(&s.desk.rules().definitions, &code, s.now().date())?;
    Ok(Answer(definition_json(&d)))
}

/// A new case as a program sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCase {
    definition: String,
    answers: Value,
    #[serde(default)]
    files: Vec<InlineFile>,
    #[serde(default)]
    channel: Option<Channel>,
    /// On whose behalf, when an official files for somebody at the counter.
    #[serde(default)]
    applicant: Option<NewPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    name: String,
    #[serde(default)]
    personal_number: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InlineFile {
    component: String,
    name: String,
    #[serde(default)]
    media_type: String,
    content_base64: String,
}

async fn take_files(s: &Services, actor: &Actor, files: Vec<InlineFile>) -> Result<Vec<GivenFile>, ApiError> {
    let mut sent = Vec::new();
    for f in files {
        let bytes = base64::engine::general_purpose::STANDARD.decode(f.content_base64.trim()).map_err(|_| {
            Refusal::invalid("bad-base64", "Nội dung tệp không phải base64", "The file's content is not base64").because(
                Some("files"),
                format!("Mã hóa lại tệp “{}” bằng base64 chuẩn", f.name),
                format!("Encode the file “{}” in standard base64", f.name),
            )
        })?;
        sent.push(SentFile { field: f.component, name: f.name, media_type: f.media_type, bytes: bytes.into() });
    }
    let (given, reasons) = give_files(s, actor, sent, s.now()).await?;
    if reasons.is_empty() {
        return Ok(given);
    }
    let mut refusal = Refusal::invalid("files", "Có tệp không nhận được", "Some files cannot be taken");
    refusal.reasons = reasons;
    Err(refusal.into())
}

/// The idempotency key of a request and the hash of what it asks, and of which case.
fn once(headers: &HeaderMap, case: Option<&str>, asked: &Value) -> Result<Option<Once>, ApiError> {
    let required = case.is_none();
    let key = headers.get("idempotency-key").and_then(|k| k.to_str().ok()).map(str::trim).filter(|k| !k.is_empty());
    match key {
        None if required => Err(Refusal::invalid(
            "idempotency-key-missing",
            "Thiếu tiêu đề Idempotency-Key; gửi kèm một khóa ngẫu nhiên cho mỗi hồ sơ mới",
            "The header Idempotency-Key is missing; send a random key with each new case",
        )
        .into()),
        None => Ok(None),
        Some(k) if k.len() > 200 => Err(Refusal::invalid("idempotency-key-long", "Khóa chống trùng dài quá 200 ký tự", "The idempotency key is longer than 200 characters").into()),
        Some(k) => Ok(Some(Once { key: k.to_owned(), request: request_hash(case, asked) })),
    }
}

fn request_hash(case: Option<&str>, asked: &Value) -> String {
    hex::encode(Sha256::digest(format!("{}\n{asked}", case.unwrap_or_default())))
}

async fn file(State(s): State<Services>, v: Visitor, headers: HeaderMap, Json(body): Json<Value>) -> Result<Response, ApiError> {
    let actor = actor(&v)?;
    let once = once(&headers, None, &body)?;
    if let Some(once) = &once
        && let Some(done) = s.desk.done_before(&actor, once).await?
    {
        return answer(&s, &actor, done, StatusCode::CREATED).await;
    }
    let new: NewCase = serde_json::from_value(body).map_err(|e| shape(&e))?;
    let files = take_files(&s, &actor, new.files).await?;
    let now = s.now();
    let d = crate::instead::current(&s.desk.rules().definitions, &new.definition, now.date()).map_err(|r| {
        let more = Refusal::invalid("unknown-definition", r.message.vi, r.message.en);
        more.because(Some("definition"), "Xem GET /api/v1/definitions", "See GET /api/v1/definitions")
    })?;
    let answers = clean_answers(new.answers);
    let office = crate::citizen::receiving_office(&s, &d, &answers)?;
    let title = answers.pointer(&d.form.title_from).and_then(Value::as_str).unwrap_or(&actor.name).to_owned();
    let (people, helped, channel) = people(&d, &actor, &answers, new.applicant, new.channel)?;
    let filing = Filing {
        code: CaseCode::new("-"),
        definition: d.code.clone(),
        version: d.version.clone(),
        title,
        channel,
        people,
        offices: d.offices(helped, office),
        answers,
        files,
        waived: Vec::new(),
        lang: None,
        set: None,
    };
    let done = s.desk.file(&actor, filing, now, once, None).await?;
    answer(&s, &actor, done, StatusCode::CREATED).await
}

/// An official files for a named citizen and is recorded as the one who helped; a citizen files for himself, or as the
/// proxy of the owner named in the form.
fn people(
    d: &Definition,
    actor: &Actor,
    answers: &Value,
    applicant: Option<NewPerson>,
    channel: Option<Channel>,
) -> Result<(People, Option<kernel::id::OfficeCode>, Channel), ApiError> {
    let text = |key: &str| answers.get(key).and_then(Value::as_str).map(str::to_owned);
    let own = Person {
        party: actor.party,
        name: actor.name.clone(),
        identifier: actor.personal_number.as_deref().and_then(|n| Identifier::parse("personal_number", n).ok()),
        phone: text("phone"),
        email: text("email"),
        address: text("address"),
    };
    if !actor.is_official() {
        return Ok((casework::people::people(&d.form, answers, own, None), None, channel.unwrap_or(Channel::Online)));
    }
    let Some(a) = applicant else {
        return Err(Refusal::invalid("applicant-missing", "Cán bộ nộp thay phải ghi người nộp trong `applicant`", "An official who files for somebody names them in `applicant`").into());
    };
    let identifier = a.personal_number.as_deref().map(|n| Identifier::parse("personal_number", n)).transpose()?;
    let person = Person { party: None, name: kernel::party::name(&a.name)?, identifier, phone: a.phone.or_else(|| text("phone")), email: a.email, address: a.address };
    let people = casework::people::people(&d.form, answers, person, Some(actor.into()));
    Ok((people, actor.office.clone(), channel.unwrap_or(Channel::Counter)))
}

/// Every text in NFC without control characters, whatever normal form it came in.
fn clean_answers(value: Value) -> Value {
    match value {
        Value::String(t) => Value::String(kernel::text::clean(&t)),
        Value::Array(items) => Value::Array(items.into_iter().map(clean_answers).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(k, x)| (k, clean_answers(x))).collect()),
        other => other,
    }
}

fn shape(e: &serde_json::Error) -> Refusal {
    Refusal::invalid("bad-body", "Nội dung gửi lên không đúng mẫu; xem /openapi.json", "The body is not as described; see /openapi.json").because(
        None,
        format!("Chi tiết: {e}"),
        e.to_string(),
    )
}

async fn answer(s: &Services, actor: &Actor, done: Done, status: StatusCode) -> Result<Response, ApiError> {
    let mut body = case_json(s, actor, &done.found).await?;
    body["repeated"] = Value::Bool(done.repeated);
    let location = format!("/api/v1/cases/{}", done.found.state.code);
    Ok((status, [("location", location)], Answer(body)).into_response())
}

async fn case(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Answer<Value>, ApiError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, CASE_VIEW).await?;
    s.opened(&actor, &found, What::Api).await.map_err(ApiError::internal)?;
    Ok(Answer(case_json(&s, &actor, &found).await?))
}

async fn act(
    State(s): State<Services>,
    v: Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, CASE_ACT).await?;
    let once = once(&headers, Some(found.state.code.as_str()), &body)?;
    let (mut act, seen) = read_act(&s, &actor, body).await?;
    let takes_input = found.definition.acts.get(&act.act).is_some_and(|a| a.input.is_some());
    if act.input.is_null() && takes_input {
        // Nothing given is an empty form: what is missing is then named field by field.
        act.input = json!({});
    }
    let done = s.desk.perform(&actor, found.state.id, &act, s.now(), once, seen).await?;
    answer(&s, &actor, done, StatusCode::OK).await
}

/// `{"act": "receive", "input": {…}}`, or the input's fields beside the act; `version` names the version that was seen.
async fn read_act(s: &Services, actor: &Actor, body: Value) -> Result<(Act, Option<u64>), ApiError> {
    let Value::Object(mut body) = body else {
        return Err(Refusal::invalid("bad-body", "Cần một đối tượng JSON có mục “act”", "A JSON object with “act” is expected").into());
    };
    let Some(Value::String(act)) = body.shift_remove("act") else {
        return Err(Refusal::invalid("act-missing", "Thiếu mục “act”; các việc đang mở nằm trong `acts` của hồ sơ", "“act” is missing; the open acts are in `acts` of the case").into());
    };
    let seen = match body.shift_remove("version") {
        None | Some(Value::Null) => None,
        Some(version) => Some(version.as_u64().ok_or_else(|| {
            Refusal::invalid("bad-version", "“version” phải là số phiên bản của hồ sơ bạn đã xem", "“version” is the number of the version you have seen")
        })?),
    };
    let input = match body.shift_remove("input") {
        Some(input) => input,
        None if body.is_empty() => Value::Null,
        None => Value::Object(std::mem::take(&mut body)),
    };
    let mut input = clean_answers(input);
    if let Some(files) = input.get_mut("files").filter(|f| f.is_array()) {
        *files = given_files(s, actor, files.take()).await?;
    }
    Ok((Act { act, input }, seen))
}

/// Files of an act: stored now, named by id afterwards.
async fn given_files(s: &Services, actor: &Actor, files: Value) -> Result<Value, ApiError> {
    let inline: Vec<InlineFile> = serde_json::from_value(files).map_err(|e| shape(&e))?;
    let given = take_files(s, actor, inline).await?;
    serde_json::to_value(given).map_err(ApiError::internal)
}

async fn events(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Answer<Value>, ApiError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, CASE_VIEW).await?;
    s.opened(&actor, &found, What::Api).await.map_err(ApiError::internal)?;
    let events = s.desk.history(found.state.id).await.map_err(ApiError::internal)?;
    let own = !actor.is_official();
    let list: Vec<Value> = events
        .iter()
        .enumerate()
        .filter(|(_, e)| !own || found.definition.acts.get(&e.act).is_none_or(|a| a.public))
        .map(|(i, e)| {
            let done = found.definition.acts.get(&e.act).map_or_else(|| of_the_house(&e.act), |a| a.done.clone());
            json!({"version": i + 1, "act": e.act, "done": done, "at": e.at, "by": e.by, "changes": e.changes})
        })
        .collect();
    Ok(Answer(json!({"code": found.state.code, "events": list})))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    list: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

async fn worklist(State(s): State<Services>, v: Visitor, Query(page): Query<Page>) -> Result<Answer<Value>, ApiError> {
    let actor = actor(&v)?;
    let list = page.list.as_deref().unwrap_or("todo");
    if !["todo", "waiting", "opinion"].contains(&list) {
        return Err(Refusal::invalid("unknown-list", "Danh sách phải là todo, waiting hoặc opinion", "The list is todo, waiting or opinion").into());
    }
    let after: Option<After> = match page.after.as_deref() {
        None => None,
        Some(text) => Some(text.parse().map_err(|()| Refusal::invalid("bad-cursor", "`after` không đúng; dùng giá trị `next` của trang trước", "`after` is malformed; use `next` of the former page"))?),
    };
    let limit = page.limit.unwrap_or(50).clamp(1, views::PAGE_MAX);
    let items = views::worklist(&s.desk, &actor, list, after.as_ref(), limit).await.map_err(ApiError::internal)?;
    let next = items.last().filter(|_| items.len() as i64 == limit).map(|i| i.place().to_string());
    Ok(Answer(json!({"items": items, "next": next})))
}
