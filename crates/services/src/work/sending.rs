//! An act as a browser sends it: what was typed, and files where the act takes any. The same for officials, the case's own
//! people and whoever is appointed to it.

use super::act_form;
use crate::{Services, uploads::{FILE_MAX, give_files}};
use axum::extract::{FromRequest, Request};
use casework::{Act, DeskError, Found, Once};
use kernel::{Actor, Refusal, refusal::Reason};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use web::{
    extract::{FormData, Multipart, Sent, SentFile},
    problem::Fault,
};

/// Longest idempotency key taken from a form.
const KEY_MAX: usize = 100;

/// A form with or without files.
pub struct Sending(pub Sent);

impl<S: Send + Sync> FromRequest<S> for Sending {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let kind = request.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            // One byte past the limit of three files, so that the refusal names the file instead of ending the request.
            return Ok(Self(Multipart::from_request(request, state).await?.collect(FILE_MAX * 3 + 1).await?));
        }
        Ok(Self(Sent { fields: FormData::from_request(request, state).await?, files: Vec::new() }))
    }
}

/// Asks the desk for the act. Files are stored before the act refers to them; a form sent twice is one act.
pub async fn perform(s: &Services, actor: &Actor, found: &Found, act: &str, sent: &Sent) -> Result<(), DeskError> {
    let form = &sent.fields;
    let mut asked = Act { act: act.to_owned(), input: act_form::input(&found.definition, act, form) };
    let files = files_of(found, act, &sent.files);
    let once = once(found, &asked, &files, form);
    if let Some(once) = &once
        && s.desk.done_before(actor, once).await?.is_some()
    {
        return Ok(());
    }
    let now = s.now();
    if !files.is_empty() {
        let (given, reasons) = give_files(s, actor, files, now).await?;
        if !reasons.is_empty() {
            return Err(unreadable(reasons).into());
        }
        asked.input["files"] = serde_json::to_value(given).map_err(|e| store::StoreError::Files(e.to_string()))?;
    }
    let seen = form.filled("seen").and_then(|v| v.parse().ok());
    s.desk.perform(actor, found.state.id, &asked, now, once, seen).await.map(drop)
}

/// Files in the boxes of this act, under the artefact they are given for; what belongs to no box is not taken.
fn files_of(found: &Found, act: &str, sent: &[SentFile]) -> Vec<SentFile> {
    let schema = found.definition.acts.get(act).and_then(|a| a.input.as_ref());
    let kinds = schema.map(act_form::file_kinds).unwrap_or_default();
    let kind_of = |f: &SentFile| kinds.iter().find(|k| f.field == act_form::file_name(act, k)).cloned();
    sent.iter().filter_map(|f| Some(SentFile { field: kind_of(f)?, ..f.clone() })).collect()
}

/// The form's own key. What was asked is part of it, files by their bytes, so that the key of one form cannot answer for
/// another.
fn once(found: &Found, act: &Act, files: &[SentFile], form: &FormData) -> Option<Once> {
    let key = form.filled("once").filter(|k| k.len() <= KEY_MAX)?;
    let mut request = json!([found.state.id, act]);
    if let Some(parts) = request.as_array_mut().filter(|_| !files.is_empty()) {
        parts.push(files.iter().map(|f| json!([f.field, f.name, hex::encode(Sha256::digest(&f.bytes))])).collect());
    }
    Some(Once { key: key.to_owned(), request: hex::encode(Sha256::digest(request.to_string())) })
}

fn unreadable(reasons: Vec<Reason>) -> Refusal {
    let mut refusal = Refusal::invalid("files", "Có tệp không nhận được; nội dung đã nhập vẫn còn", "Some files cannot be taken; what you typed is kept");
    refusal.reasons = reasons.into_iter().map(|r| Reason { field: Some("files".into()), ..r }).collect();
    refusal
}

/// Whether an act takes files.
pub fn takes_files(schema: Option<&Value>) -> bool {
    schema.is_some_and(|s| !act_form::file_kinds(s).is_empty())
}
