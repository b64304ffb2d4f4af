//! Papers on their way in and out.

use super::{
    Said, actor, path_of, refusal_of,
    show::{Asked, found, open, page},
    wrong,
};
use crate::{
    Failure, Meetings,
    meeting::acts::{PAPER_MAX, has_file},
};
use axum::{
    body::Body,
    extract::State as Shared,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::id::FileId;
use store::files::Upload;
use web::{
    extract::{Multipart, Path},
    html::url_part,
    problem::PageError,
    visitor::Visitor,
};

pub async fn take(Shared(s): Shared<Meetings>, v: Visitor, Path(id): Path<String>, sent: Multipart) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let m = found(&s, &me, &id).await?;
    // Bytes past the limit are read too, so that the refusal names the file instead of ending the request.
    let mut sent = sent.collect(PAPER_MAX * 2 + 1).await?;
    sent.fields.0.push(("act".into(), "paper".into()));
    let slot = sent.fields.get("slot").and_then(|t| t.split_once('.')).and_then(|(i, p)| Some((i.parse::<u32>().ok()?, p.parse::<u32>().ok()?)));
    let title = sent.fields.get("paper_title").unwrap_or_default().to_owned();
    let result = match (slot, sent.files.into_iter().next()) {
        (None, _) => Err(Failure::from(wrong("slot", "Chọn mục hoặc tài liệu.", "Choose an item or a paper."))),
        (_, None) => Err(Failure::from(wrong("file-paper", "Chưa chọn tệp nào.", "No file was chosen."))),
        (Some((item, paper)), Some(file)) => {
            let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
            s.file_paper(&me, m.id, item, Some(paper).filter(|p| *p > 0), &title, upload).await
        }
    };
    match result {
        Ok(m) => Ok(Redirect::to(&format!("{}?done=1#agenda", path_of(m.id))).into_response()),
        Err(failure) => {
            let said = Said::refused(sent.fields, refusal_of(failure)?);
            let o = open(&s, &v, &id, Asked::default()).await?;
            Ok(said.answer(|said| page(&o, said)))
        }
    }
}

/// A paper for whoever sees the meeting; its name is the sender's, its type what it was found to be.
pub async fn send(Shared(s): Shared<Meetings>, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let m = found(&s, &me, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    if !has_file(&m, file) {
        return Err(PageError::not_found());
    }
    let (stored, bytes) = s.files.hand_out(&s.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?.ok_or_else(PageError::not_found)?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let disposition = format!("inline; filename*=UTF-8''{}", url_part(&stored.name));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
