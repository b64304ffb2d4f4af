//! What was typed is kept: answers and proofs, from a page or from a device that had no network meanwhile.

use super::{
    answer::{in_words, read_answer},
    door::Door,
    question::{NOTE_MAX, Shown, Way, address, changed, onward, page},
};
use crate::{
    Centre, acts,
    device::{Sent, made, wants_json},
    model::{Assessment, AssessmentEvent, Status},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text, refusal::Reason};
use scoring::{Answer, Framework, Placed, definition::{NaPolicy, ScaleType}};
use serde_json::json;
use store::files::{FileError, Upload};
use web::{
    extract::{FormData, Multipart, Path, Query},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Largest single proof.
pub const FILE_MAX: usize = 20 << 20;
const MEANWHILE: &str = "answered-meanwhile";

pub fn closed(a: &Assessment) -> Result<(), Refusal> {
    match a.status {
        Status::Open => Ok(()),
        _ => Err(Refusal::conflict(
            "submitted",
            "Bài đánh giá đã gửi nên câu trả lời không đổi được nữa. Hãy bắt đầu lần đánh giá mới.",
            "The assessment was submitted, so its answers stand. Begin a new one.",
        )),
    }
}

/// What the script hears: where to go on, and the version that a later word on the same thing has seen (0: none).
pub fn done(json: bool, next: &str, seen: i64) -> Response {
    if json { axum::Json(json!({ "next": next, "seen": seen.to_string() })).into_response() } else { Redirect::to(next).into_response() }
}

/// What the script hears of a refusal; it keeps what was typed and shows these words.
pub fn refused(status: StatusCode, messages: &[&Text], v: &Visitor) -> Response {
    let messages: Vec<&str> = messages.iter().map(|m| m.get(v.lang)).collect();
    (status, axum::Json(json!({ "messages": messages }))).into_response()
}

/// The typed answer by the rules of its scale, or why not.
fn typed(f: &Framework, placed: &Placed<'_>, code: &str, form: &FormData, note: &str) -> Result<(Option<scoring::Given>, bool), Vec<Reason>> {
    let value = read_answer(placed, form);
    let na = form.get("na").is_some() && placed.criterion.na != NaPolicy::Never;
    // The rules name the criterion; on this page that is its control.
    let field = if placed.scale.kind == ScaleType::Ratio { "n" } else { "value" };
    if value.is_null() && !na && note.is_empty() {
        let message = Text::new("Chọn hoặc điền một câu trả lời, hoặc bấm “Bỏ qua”", "Choose or give an answer, or press “Skip”");
        return Err(vec![Reason { field: Some(field.to_owned()), message }]);
    }
    match scoring::check_answer(f, code, &json!({ "value": value, "na": na })) {
        Ok(checked) => Ok((checked.answer.value, na)),
        Err(refusal) => Err(refusal.reasons.into_iter().map(|r| Reason { field: Some(field.to_owned()), ..r }).collect()),
    }
}

async fn save(c: &Centre, v: &Visitor, door: Door, code: &str, way: &Way, json: bool, form: &FormData) -> Result<Response, PageError> {
    let f = c.framework(&door.a).ok_or_else(PageError::not_found)?;
    let placed = f.criterion(code).filter(|_| door.may(f, code)).ok_or_else(PageError::not_found)?;
    if form.get("skip").is_some() {
        return Ok(done(json, &onward(f, &door, code, &way.way), 0));
    }
    let note: String = form.get("note").unwrap_or_default().chars().take(NOTE_MAX).collect();
    let (value, na) = match typed(f, &placed, code, form, &note) {
        Ok(read) => read,
        Err(reasons) if json => return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &reasons.iter().map(|r| &r.message).collect::<Vec<_>>(), v)),
        Err(reasons) => return page(c, v, &door, &Shown { code, way: &way.way, typed: Some(form), reasons: &reasons, meanwhile: false, proof: None }),
    };
    let (sent, respondent) = (Sent::read(form, c.now()), door.respondent(v, form.get("respondent").unwrap_or_default()));
    // A page says which answer it showed. One that does not say has seen none.
    let seen: i64 = sent.seen.parse().unwrap_or(0);
    let decide = |now: &Assessment| {
        closed(now)?;
        let kept = now.answers.get(code).cloned().unwrap_or_default();
        let answer = Answer { value: value.clone(), na, note: note.clone(), tier: scoring::Tier::SelfDeclared, evidence: kept.evidence.clone() };
        if kept == answer {
            return Ok(None);
        }
        if now.seen(code) != seen {
            return Err(Refusal::conflict(MEANWHILE, "Người khác vừa đổi câu này", "Somebody has just changed this answer"));
        }
        let invite = door.invite.as_ref().map(|i| i.id.clone());
        Ok(Some(AssessmentEvent::Answered { criterion: code.to_owned(), answer, respondent: respondent.clone(), invite, device: sent.device }))
    };
    match acts::change_once(c, v.actor.as_deref(), door.a.id, c.now(), sent.key.as_deref(), decide).await {
        Ok(a) => {
            let door = Door { a, ..door };
            let seen = made(c, &door.a, &sent, code).await?;
            Ok(done(json, &onward(f, &door, code, &way.way), seen))
        }
        Err(acts::ActError::Refused(r)) if r.code == MEANWHILE => {
            let a = crate::store::load::<Assessment>(&c.scope, &door.a.id.to_string()).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
            let door = Door { a, ..door };
            if !json {
                return page(c, v, &door, &Shown { code, way: &way.way, typed: Some(form), reasons: &[], meanwhile: true, proof: None });
            }
            let (by, at) = changed(c, v, door.a.traces.get(code));
            let theirs = in_words(v.lang, &placed, door.a.answers.get(code));
            let body = json!({ "conflict": { "by": by, "at": at, "theirs": theirs, "seen": door.a.seen(code).to_string() } });
            Ok((StatusCode::CONFLICT, axum::Json(body)).into_response())
        }
        Err(acts::ActError::Refused(r)) if json => Ok(refused(StatusCode::CONFLICT, &[&r.message], v)),
        Err(e) => Err(e.into()),
    }
}

pub async fn own(
    State(c): State<Centre>,
    v: Visitor,
    Path((key, code)): Path<(String, String)>,
    Query(way): Query<Way>,
    headers: HeaderMap,
    form: FormData,
) -> Result<Response, PageError> {
    save(&c, &v, Door::own(&c, &key).await?, &code, &way, wants_json(&headers), &form).await
}

pub async fn asked(
    State(c): State<Centre>,
    v: Visitor,
    Path((key, code)): Path<(String, String)>,
    Query(way): Query<Way>,
    headers: HeaderMap,
    form: FormData,
) -> Result<Response, PageError> {
    save(&c, &v, Door::asked(&c, &key).await?, &code, &way, wants_json(&headers), &form).await
}

async fn evidence(c: &Centre, v: &Visitor, door: Door, code: &str, way: &Way, json: bool, form: Multipart) -> Result<Response, PageError> {
    let f = c.framework(&door.a).ok_or_else(PageError::not_found)?;
    f.criterion(code).filter(|_| door.may(f, code)).ok_or_else(PageError::not_found)?;
    let received = form.collect(super::UPLOAD_LIMIT).await?;
    let sent = Sent::read(&received.fields, c.now());
    let here = address(&door.base, code, &way.way);
    if let Some(key) = &sent.key
        && crate::store::sent(&c.scope, door.a.id, key).await.map_err(PageError::internal)?.is_some()
    {
        return Ok(done(json, &here, 0));
    }
    let refuse = |field: &str, message: Text| {
        if json {
            return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &[&message], v));
        }
        let reasons = [Reason { field: Some(field.to_owned()), message }];
        page(c, v, &door, &Shown { code, way: &way.way, typed: None, reasons: &reasons, meanwhile: false, proof: Some(&received.fields) })
    };
    let wrong = |message: Text| refuse("file", message);
    // What is not known is asked for when it is checked; a date that cannot be is a slip.
    let dated = match web::kit::date_answer(&received.fields, "dated") {
        Ok(day) if day.is_some_and(|d| d > c.now().date()) => return refuse("dated", Text::new("Ngày của giấy tờ không thể ở tương lai", "The date of the paper may not lie in the future")),
        Ok(day) => day,
        Err(_) => return refuse("dated", Text::new("Ngày này không có thật; ví dụ đúng: 05/11/2026", "There is no such date; a right one is 05/11/2026")),
    };
    let Some(file) = received.files.first().cloned() else { return wrong(Text::new("Chọn một tệp rồi nộp", "Choose a file first")) };
    if let Err(r) = closed(&door.a) {
        return if json { Ok(refused(StatusCode::CONFLICT, &[&r.message], v)) } else { Err(PageError::from(acts::ActError::Refused(r))) };
    }
    let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
    let mut batch = c.scope.batch();
    let stored = match c.files.take(&mut batch, upload, FILE_MAX, c.now()).await {
        Ok(stored) => stored,
        Err(FileError::Refused(r)) => return wrong(r.message),
        Err(FileError::Store(e)) => return Err(PageError::internal(e)),
    };
    c.scope.commit(batch).await.map_err(PageError::internal)?;
    tracing::debug!(size = %when::size(u64::try_from(stored.size).unwrap_or(0)), "a proof was taken");
    let taken = acts::change_once(c, v.actor.as_deref(), door.a.id, c.now(), sent.key.as_deref(), |now| {
        closed(now)?;
        Ok(Some(AssessmentEvent::EvidenceAdded { criterion: code.to_owned(), file: stored.id, name: stored.name.clone(), sha256: stored.sha256.clone(), dated }))
    })
    .await;
    match taken {
        Ok(_) => Ok(done(json, &here, 0)),
        Err(acts::ActError::Refused(r)) if json => Ok(refused(StatusCode::CONFLICT, &[&r.message], v)),
        Err(e) => Err(e.into()),
    }
}

pub async fn own_evidence(
    State(c): State<Centre>,
    v: Visitor,
    Path((key, code)): Path<(String, String)>,
    Query(way): Query<Way>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, PageError> {
    evidence(&c, &v, Door::own(&c, &key).await?, &code, &way, wants_json(&headers), form).await
}

pub async fn asked_evidence(
    State(c): State<Centre>,
    v: Visitor,
    Path((key, code)): Path<(String, String)>,
    Query(way): Query<Way>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, PageError> {
    evidence(&c, &v, Door::asked(&c, &key).await?, &code, &way, wants_json(&headers), form).await
}
