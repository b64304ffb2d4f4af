//! Answers that say no: a problem document (RFC 9457) for programs, a page in plain words for people.

use crate::{
    html::{Html, esc},
    page::{Area, Shell, Width, shell},
    visitor::Visitor,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Refusal, refusal::RefusalKind, text::{Lang, Text}};

/// Why a request is not answered with what was asked.
#[derive(Debug)]
pub enum Fault {
    /// An act refused by the rules, in the status its kind gives.
    Refused(Refusal),
    /// A refusal of the door itself, in a status that no refusal kind has (401, 405, 413, 415…).
    Status(StatusCode, Refusal),
    /// Too much in too short a time: seconds to wait.
    Wait(u64, Refusal),
    /// Our own failure. Logged with the request id; the outside reads that id and nothing else.
    Internal(anyhow::Error),
}

/// A fault answered as problem+json.
#[derive(Debug)]
pub struct ApiError(pub Fault);
/// A fault answered as a page.
#[derive(Debug)]
pub struct PageError(pub Fault);

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
impl From<anyhow::Error> for Fault {
    /// A refusal that travelled inside an `anyhow::Error` is still a refusal.
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Refusal>() {
            Ok(refusal) => Self::Refused(refusal),
            Err(error) => Self::Internal(error),
        }
    }
}

macro_rules! doors {
    ($($name:ident $render:ident;)*) => { $(
        impl $name {
            /// Our own failure, whatever its type.
            pub fn internal(error: impl Into<anyhow::Error>) -> Self { Self(Fault::Internal(error.into())) }
            pub fn not_found() -> Self { Self(Fault::not_found()) }
        }
        impl From<Fault> for $name { fn from(f: Fault) -> Self { Self(f) } }
        impl From<Refusal> for $name { fn from(r: Refusal) -> Self { Self(r.into()) } }
        impl From<anyhow::Error> for $name { fn from(e: anyhow::Error) -> Self { Self(e.into()) } }
        impl IntoResponse for $name {
            fn into_response(self) -> Response { self.0.$render(&Visitor::current()) }
        }
    )* };
}
doors! {
    ApiError api;
    PageError page;
}

impl IntoResponse for Fault {
    /// Picks the door by the path of the request being answered.
    fn into_response(self) -> Response {
        self.answer(&Visitor::current())
    }
}

impl Fault {
    pub fn not_found() -> Self {
        Refusal::not_found(
            "Không tìm thấy nội dung này, hoặc bạn không có quyền xem. Hãy kiểm tra lại địa chỉ hoặc mã đã nhập.",
            "We cannot find this, or you may not see it. Check the address or the code you entered.",
        )
        .into()
    }
    pub fn sign_in_needed() -> Self {
        Self::Status(
            StatusCode::UNAUTHORIZED,
            Refusal::forbidden(
                "sign-in-needed",
                "Cần đăng nhập để thực hiện việc này.",
                "You need to sign in to do this.",
            ),
        )
    }
    pub fn not_permitted() -> Self {
        Refusal::forbidden(
            "not-permitted",
            "Tài khoản của bạn không có quyền mở trang này hoặc làm việc này. Nếu đây là việc của bạn, hãy liên hệ người quản trị của cơ quan.",
            "Your account may not open this page or do this. If it is part of your work, contact your office's administrator.",
        )
        .into()
    }
    pub fn method_not_allowed() -> Self {
        Self::Status(
            StatusCode::METHOD_NOT_ALLOWED,
            Refusal::conflict(
                "method-not-allowed",
                "Địa chỉ này không nhận cách gửi đó.",
                "This address does not accept that method.",
            ),
        )
    }
    pub fn too_large(limit: usize) -> Self {
        let size = crate::when::size(limit as u64);
        Self::Status(
            StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::invalid(
                "too-large",
                format!("Nội dung gửi lên quá lớn (tối đa {size}). Hãy giảm dung lượng tệp rồi gửi lại."),
                format!("What you sent is too large (at most {size}). Make the file smaller and send it again."),
            ),
        )
    }
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(r) => match r.kind {
                RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                RefusalKind::Conflict => StatusCode::CONFLICT,
                RefusalKind::Forbidden => StatusCode::FORBIDDEN,
                RefusalKind::NotFound => StatusCode::NOT_FOUND,
                RefusalKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            },
            Self::Status(status, _) => *status,
            Self::Wait(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
    /// The answer by the door the visitor came through.
    pub fn answer(self, visitor: &Visitor) -> Response {
        if visitor.wants_api() { self.api(visitor) } else { self.page(visitor) }
    }
    fn refusal(self, visitor: &Visitor) -> (StatusCode, Refusal, Option<u64>) {
        let status = self.status();
        match self {
            Self::Refused(r) | Self::Status(_, r) => (status, r, None),
            Self::Wait(seconds, r) => (status, r, Some(seconds)),
            Self::Internal(error) => {
                // Without the query: searches hold names and numbers.
                let path = visitor.path.split('?').next().unwrap_or_default();
                tracing::error!(request_id = %visitor.request_id, path, "internal failure: {error:#}");
                (status, internal_refusal(), None)
            }
        }
    }
    /// problem+json, whatever the door.
    pub fn api(self, visitor: &Visitor) -> Response {
        let (status, refusal, wait) = self.refusal(visitor);
        let reasons: Vec<_> = refusal.reasons.iter().map(|r| serde_json::json!({"field": r.field, "message": r.message})).collect();
        let document = serde_json::json!({
            "type": format!("/problems/{}", refusal.code),
            "title": title(status, &refusal.code).get(visitor.lang),
            "status": status.as_u16(),
            "detail": refusal.message.get(visitor.lang),
            "code": refusal.code,
            "messages": refusal.message,
            "reasons": reasons,
            "request_id": visitor.request_id,
        });
        let mut response = (status, document.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Ok(lang) = HeaderValue::from_str(visitor.lang.code()) {
            headers.insert(header::CONTENT_LANGUAGE, lang);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        finish(response, wait)
    }
    /// A page in the shell, whatever the door.
    pub fn page(self, visitor: &Visitor) -> Response {
        let (status, refusal, wait) = self.refusal(visitor);
        let body = page_body(status, &refusal, visitor);
        let title = title(status, &refusal.code);
        finish((status, error_page(visitor, title.get(visitor.lang), body)).into_response(), wait)
    }
}

fn finish(mut response: Response, wait: Option<u64>) -> Response {
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn internal_refusal() -> Refusal {
    Refusal::conflict(
        "internal",
        "Hệ thống gặp lỗi ngoài dự kiến. Chưa có gì thay đổi nếu bạn chưa thấy xác nhận. Hãy thử lại sau ít phút; nếu vẫn lỗi, báo cho chúng tôi mã yêu cầu bên dưới.",
        "Something unexpected went wrong on our side. If you have not seen a confirmation, nothing was changed. Try again in a few minutes; if it happens again, tell us the request number below.",
    )
}

fn page_body(status: StatusCode, refusal: &Refusal, visitor: &Visitor) -> Html {
    let lang = visitor.lang;
    let mut out = format!("<p class=\"lead\">{}</p>", esc(refusal.message.get(lang)));
    if !refusal.reasons.is_empty() {
        out.push_str("<ul class=\"reasons\">");
        for reason in &refusal.reasons {
            out.push_str(&format!("<li>{}</li>", esc(reason.message.get(lang))));
        }
        out.push_str("</ul>");
    }
    if status == StatusCode::UNAUTHORIZED {
        out.push_str(&format!("<p><a class=\"btn\" href=\"{}\">{}</a></p>", esc(&visitor.sign_in_path()), lang.pick("Đăng nhập", "Sign in")));
    }
    out.push_str(&format!("<p><a href=\"/\">{}</a></p>", lang.pick("Về trang chủ", "Go to the home page")));
    if !visitor.request_id.is_empty() {
        out.push_str(&format!("<p class=\"muted\">{}: <code>{}</code></p>", lang.pick("Mã yêu cầu", "Request number"), esc(&visitor.request_id)));
    }
    Html(out)
}

/// A page of the narrow shell under a heading; for answers that are not what was asked.
pub fn error_page(visitor: &Visitor, title: &str, body: Html) -> Html {
    shell(&Shell {
        title: title.to_owned(),
        visitor: visitor.clone(),
        area: Area::of_path(&visitor.path),
        width: Width::Narrow,
        nav: Vec::new(),
        back: None,
        main: Html(format!("<h1>{}</h1>{body}", esc(title))),
        error_title: true,
    })
}

/// The short human heading of a status; some codes of the door have their own.
pub fn title(status: StatusCode, code: &str) -> Text {
    let (vi, en) = match (code, status.as_u16()) {
        ("page-too-old", _) => ("Trang đã mở quá lâu", "The page was open too long"),
        (_, 400) => ("Yêu cầu không đọc được", "The request could not be read"),
        (_, 401) => ("Cần đăng nhập", "Sign in first"),
        (_, 403) => ("Không có quyền", "Not permitted"),
        (_, 404) => ("Không tìm thấy", "Not found"),
        (_, 405) => ("Cách gửi không được nhận", "Method not allowed"),
        (_, 409) => ("Không thực hiện được lúc này", "Not possible now"),
        (_, 413) => ("Nội dung quá lớn", "Too large"),
        (_, 415) => ("Định dạng không được nhận", "Format not accepted"),
        (_, 422) => ("Cần sửa thông tin", "Something needs correcting"),
        (_, 429) => ("Quá nhiều yêu cầu", "Too many requests"),
        (_, 503) => ("Tạm thời chưa phục vụ được", "Temporarily unavailable"),
        _ => ("Hệ thống gặp lỗi", "Something went wrong"),
    };
    Text::new(vi, en)
}

/// For callers that speak one language only.
pub fn title_in(status: StatusCode, lang: Lang) -> String {
    title(status, "").get(lang).to_owned()
}

/// `result.or_internal()?` in a handler whose error is a door: any failure of ours becomes `Fault::Internal`.
pub trait OrInternal<T> {
    fn or_internal(self) -> Result<T, Fault>;
}
impl<T, E: Into<anyhow::Error>> OrInternal<T> for Result<T, E> {
    fn or_internal(self) -> Result<T, Fault> {
        self.map_err(|e| Fault::from(e.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    async fn text(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_refusal_is_a_problem_in_both_languages() {
        let refusal = Refusal::conflict("wrong-state", "Hồ sơ đã đóng.", "The dossier is closed.").because(Some("/act"), "Đã trả", "Returned");
        let visitor = Visitor { request_id: "r-7".into(), lang: Lang::En, ..Visitor::default() };
        let response = visitor.scope(async { ApiError::from(refusal).into_response() }).await;
        assert_eq!(response.status(), 409);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let json: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(json["type"], "/problems/wrong-state");
        assert_eq!(json["detail"], "The dossier is closed.");
        assert_eq!(json["messages"]["vi"], "Hồ sơ đã đóng.");
        assert_eq!(json["reasons"][0]["field"], "/act");
        assert_eq!(json["reasons"][0]["message"]["en"], "Returned");
        assert_eq!(json["request_id"], "r-7");
    }

    #[tokio::test]
    async fn our_own_failure_says_nothing_about_itself() {
        let visitor = Visitor { request_id: "r-8".into(), ..Visitor::default() };
        let response = visitor.scope(async { PageError::internal(anyhow::anyhow!("secret table")).into_response() }).await;
        assert_eq!(response.status(), 500);
        let page = text(response).await;
        assert!(page.contains("r-8") && !page.contains("secret table"));
    }

    #[test]
    fn kinds_have_their_status() {
        let status = |kind| Fault::from(Refusal::new(kind, "c", "v", "e")).status().as_u16();
        assert_eq!(status(RefusalKind::Invalid), 422);
        assert_eq!(status(RefusalKind::Conflict), 409);
        assert_eq!(status(RefusalKind::Forbidden), 403);
        assert_eq!(status(RefusalKind::NotFound), 404);
        assert_eq!(status(RefusalKind::TooMany), 429);
    }

    #[test]
    fn a_refusal_inside_anyhow_is_still_a_refusal() {
        let inside = anyhow::Error::from(Refusal::invalid("bad", "Sai", "Wrong"));
        assert_eq!(Fault::from(inside).status(), 422);
    }

    #[tokio::test]
    async fn a_page_escapes_what_it_repeats() {
        let fault = Fault::from(Refusal::invalid("bad", "<script>", "<script>"));
        assert!(!text(fault.page(&Visitor::default())).await.contains("<script>"));
    }
}
