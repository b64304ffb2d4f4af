//! What arrives, read with care: axum's extractors whose refusals are our own problems and pages, never plain text.

use crate::{problem::Fault, visitor::Visitor};
use axum::{
    extract::{
        FromRequest, FromRequestParts, Request,
        multipart::MultipartRejection,
        rejection::{BytesRejection, FormRejection, JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
};
use bytes::Bytes;
use kernel::{Refusal, text::clean};
use serde::de::DeserializeOwned;

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);
/// A form as a typed struct. For repeated keys and free forms take [`FormData`].
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);
/// The query.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);
/// The path's parts. A part that does not parse is a thing that does not exist: 404.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

/// A form's pairs in the order sent, repeated keys kept, every value in canonical form (NFC, no controls, trimmed).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormData(pub Vec<(String, String)>);

impl FormData {
    pub fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, value)| (clean(&name), clean(&value.replace("\r\n", "\n")))).collect())
    }
    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// The first value, or nothing when it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|v| !v.is_empty())
    }
    /// Every value of a name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }
    /// Every pair but the form token.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(n, _)| n != crate::csrf::FIELD).map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

fn unreadable(status: StatusCode, code: &str, vi: &str, en: &str, detail: String) -> Fault {
    Fault::Status(status, Refusal::invalid(code, vi, en).because(None, detail.clone(), detail))
}

fn limit_met(status: StatusCode) -> Option<Fault> {
    (status == StatusCode::PAYLOAD_TOO_LARGE).then(|| {
        Fault::Status(
            status,
            Refusal::invalid(
                "too-large",
                "Nội dung gửi lên quá lớn. Hãy giảm dung lượng tệp rồi gửi lại.",
                "What you sent is too large. Make the file smaller and send it again.",
            ),
        )
    })
}

impl From<JsonRejection> for Fault {
    fn from(r: JsonRejection) -> Self {
        let status = r.status();
        limit_met(status).unwrap_or_else(|| {
            unreadable(
                status,
                if status == StatusCode::UNSUPPORTED_MEDIA_TYPE { "json-expected" } else { "bad-json" },
                "Nội dung gửi lên không phải JSON hợp lệ theo mô tả của giao diện.",
                "The body is not the JSON that this interface describes.",
                r.body_text(),
            )
        })
    }
}
impl From<FormRejection> for Fault {
    fn from(r: FormRejection) -> Self {
        let status = r.status();
        limit_met(status).unwrap_or_else(|| unreadable(status, "bad-form", "Biểu mẫu gửi lên không đọc được. Hãy mở lại trang và gửi lần nữa.", "The form could not be read. Open the page again and send it once more.", r.body_text()))
    }
}
impl From<QueryRejection> for Fault {
    fn from(r: QueryRejection) -> Self {
        unreadable(r.status(), "bad-query", "Địa chỉ có phần sau dấu hỏi không đọc được.", "The part of the address after the question mark could not be read.", r.body_text())
    }
}
impl From<PathRejection> for Fault {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}
impl From<BytesRejection> for Fault {
    fn from(r: BytesRejection) -> Self {
        let status = r.status();
        limit_met(status).unwrap_or_else(|| unreadable(status, "bad-body", "Nội dung gửi lên không đọc được.", "The body could not be read.", r.body_text()))
    }
}
impl From<MultipartRejection> for Fault {
    fn from(r: MultipartRejection) -> Self {
        unreadable(r.status(), "bad-multipart", "Biểu mẫu kèm tệp gửi lên không đọc được. Hãy mở lại trang và gửi lần nữa.", "The form with files could not be read. Open the page again and send it once more.", r.body_text())
    }
}
impl From<axum::extract::multipart::MultipartError> for Fault {
    fn from(e: axum::extract::multipart::MultipartError) -> Self {
        let status = e.status();
        limit_met(status).unwrap_or_else(|| unreadable(status, "bad-multipart", "Biểu mẫu kèm tệp bị đứt giữa chừng. Hãy gửi lại.", "The form with files was cut short. Send it again.", e.body_text()))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        Ok(Self(axum::Json::<T>::from_request(request, state).await?.0))
    }
}
impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        Ok(Self(axum::Form::<T>::from_request(request, state).await?.0))
    }
}
impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        Ok(Self(axum::extract::Query::<T>::from_request_parts(parts, state).await?.0))
    }
}
impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        Ok(Self(axum::extract::Path::<T>::from_request_parts(parts, state).await?.0))
    }
}
impl<S: Send + Sync> FromRequest<S> for FormData {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let kind = request.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        if kind.starts_with("multipart/form-data") {
            return Ok(Multipart::from_request(request, state).await?.collect(0).await?.fields);
        }
        let body = Bytes::from_request(request, state).await?;
        if !body.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, "form-expected", "Cần gửi bằng biểu mẫu.", "A form is expected.", kind));
        }
        Ok(Self::parse(&body))
    }
}

/// A form with files.
#[derive(Debug)]
pub struct Multipart(pub axum::extract::Multipart);

/// One file as sent. Neither its name nor its stated type is to be believed.
#[derive(Debug, Clone)]
pub struct SentFile {
    pub field: String,
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
}

/// A form with files, read whole.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    pub fields: FormData,
    pub files: Vec<SentFile>,
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        Ok(Self(axum::extract::Multipart::from_request(request, state).await?))
    }
}

impl Multipart {
    /// Reads it whole; a file above `per_file` bytes is refused (413). Boxes of files left empty are skipped.
    pub async fn collect(mut self, per_file: usize) -> Result<Sent, Fault> {
        let mut sent = Sent::default();
        while let Some(mut field) = self.0.next_field().await? {
            let name = clean(field.name().unwrap_or(""));
            let Some(file_name) = field.file_name().map(base_name) else {
                let text = field.bytes().await?;
                sent.fields.0.push((name, clean(&String::from_utf8_lossy(&text).replace("\r\n", "\n"))));
                continue;
            };
            let media_type = field.content_type().unwrap_or("").to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await? {
                if bytes.len() + chunk.len() > per_file {
                    return Err(Fault::too_large(per_file));
                }
                bytes.extend_from_slice(&chunk);
            }
            if !file_name.is_empty() || !bytes.is_empty() {
                sent.files.push(SentFile { field: name, name: file_name, media_type, bytes: bytes.into() });
            }
        }
        Ok(sent)
    }
}

/// The last part of a path in a file name, whatever the sender's system, at most 120 characters.
fn base_name(name: &str) -> String {
    clean(name.rsplit(['/', '\\']).next().unwrap_or("")).chars().take(120).collect()
}

/// The visitor and a form at once, for handlers that need both before they can refuse.
pub type Asked = (Visitor, FormData);

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn post(kind: &str, body: impl Into<Body>) -> Request {
        Request::builder().method("POST").uri("/x").header("content-type", kind).body(body.into()).unwrap()
    }

    #[tokio::test]
    async fn repeated_keys_are_kept_and_text_is_composed() {
        let form = FormData::from_request(post("application/x-www-form-urlencoded", "tag=1&tag=2&name=Tha%CC%80nh%00"), &()).await.unwrap();
        assert_eq!(form.all("tag"), ["1", "2"]);
        assert_eq!(form.get("name"), Some("Thành"));
        assert_eq!(form.filled("none"), None);
    }

    #[tokio::test]
    async fn bad_json_is_a_problem_with_a_code() {
        for (kind, body, status, code) in
            [("application/json", "{", 400, "bad-json"), ("application/json", "[1]", 422, "bad-json"), ("text/plain", "{}", 415, "json-expected")]
        {
            let fault = Json::<std::collections::BTreeMap<String, String>>::from_request(post(kind, body), &()).await.unwrap_err();
            assert_eq!(fault.status(), status);
            assert!(matches!(fault, Fault::Status(_, r) if r.code == code));
        }
    }

    const PARTS: &str = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nghi ch\u{fa}\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"C:\\\\a\\\\b.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-\r\n--x--\r\n";

    #[tokio::test]
    async fn a_file_arrives_with_the_last_part_of_its_name() {
        let multipart = Multipart::from_request(post("multipart/form-data; boundary=x", PARTS), &()).await.unwrap();
        let sent = multipart.collect(100).await.unwrap();
        assert_eq!(sent.fields.get("note"), Some("ghi chú"));
        assert_eq!((sent.files[0].name.as_str(), sent.files[0].bytes.as_ref()), ("b.pdf", b"%PDF-".as_slice()));
        let multipart = Multipart::from_request(post("multipart/form-data; boundary=x", PARTS), &()).await.unwrap();
        assert_eq!(multipart.collect(3).await.unwrap_err().status(), 413);
    }

    #[tokio::test]
    async fn a_multipart_cut_short_is_refused() {
        let Ok(multipart) = Multipart::from_request(post("multipart/form-data; boundary=x", "--x\r\nContent-Disp"), &()).await else { return };
        assert!(multipart.collect(100).await.unwrap_err().status().is_client_error());
        assert!(Multipart::from_request(post("multipart/form-data", ""), &()).await.unwrap_err().status().is_client_error());
    }
}
