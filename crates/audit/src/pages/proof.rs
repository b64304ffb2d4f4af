//! Proofs as files, for checking elsewhere.

use super::actor;
use crate::{Audit, views};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use kernel::Refusal;
use store::seal::{self, Bundle};
use web::{extract::Path, problem::PageError, visitor::Visitor};

/// The proof of one entry. Its contents are in it only for who has opened the entry.
pub async fn entry(State(s): State<Audit>, v: Visitor, Path(seq): Path<i64>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    if store::journal::entry(&s.scope, seq).await.map_err(PageError::internal)?.is_none() {
        return Err(PageError::not_found());
    }
    let opened = views::opened(&s.scope, actor.account, seq, s.opened_since()).await.map_err(PageError::internal)?.is_some();
    let bundle = seal::prove(&s.scope, seq, opened).await.map_err(PageError::internal)?;
    let bundle = bundle.ok_or_else(|| {
        Refusal::conflict("not-sealed", "Bản ghi này chưa được niêm phong. Niêm phong chạy vài giây một lần; hãy thử lại.", "This entry is not sealed yet. Sealing runs every few seconds; try again.")
    })?;
    send(&bundle, &format!("proof-{seq}.json"))
}

/// A head to put away, with the proof that the newest continues it.
pub async fn head(State(s): State<Audit>, Path(size): Path<u64>) -> Result<Response, PageError> {
    let bundle = seal::prove_head(&s.scope, size).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    send(&bundle, &format!("head-{size}.json"))
}

fn send(bundle: &Bundle, name: &str) -> Result<Response, PageError> {
    let text = serde_json::to_string_pretty(bundle).map_err(PageError::internal)?;
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    Ok(response)
}
