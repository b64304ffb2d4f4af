//! Forged requests: every change sent by a browser carries the visitor's token and comes from our own pages.
//!
//! Two independent checks (OWASP CSRF Prevention Cheat Sheet): the browser's own word (`Sec-Fetch-Site`, `Origin`) and a
//! synchroniser token. Bearer-token requests are exempt, because nothing sends them by itself.

use crate::{
    gate::resend_form,
    html::{Html, esc},
    problem::{Fault, error_page, title},
    visitor::{Via, Visitor},
};
use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use rand::RngCore;

/// The name of the hidden field and of the query parameter.
pub const FIELD: &str = "_csrf";
/// The header that scripts may use.
pub const HEADER: &str = "x-csrf-token";
/// The cookie that carries the token of visitors who have no session.
pub const COOKIE: &str = "csrf";

/// A new random token: 256 bits in hexadecimal.
pub fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// Whether a cookie's text has the shape of a token.
pub fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Equality whose time does not tell where the texts differ.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0_u8, |acc, (x, y)| std::hint::black_box(acc | (x ^ y))) == 0
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

fn text(request: &Request, name: impl axum::http::header::AsHeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|v| v.to_str().ok())
}

/// Refuses a change that a browser says was started by another site.
pub fn same_origin(request: &Request, visitor: &Visitor) -> Result<(), Fault> {
    if !changes(request.method()) || visitor.via == Via::Token || says_ours(request) != Some(false) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "foreign-origin",
        "Yêu cầu này được gửi từ một trang khác, không phải từ trang của chúng tôi, nên không được thực hiện. Hãy mở lại trang từ đầu.",
        "This request was sent from another site, not from ours, so it was not carried out. Open our page again and start there.",
    )
    .into())
}

/// `Some(true)` our own page, `Some(false)` another site, `None` the browser does not say.
fn says_ours(request: &Request) -> Option<bool> {
    match text(request, "sec-fetch-site") {
        Some("same-origin" | "none") => return Some(true),
        Some(_) => return Some(false),
        None => {}
    }
    let origin = text(request, header::ORIGIN)?;
    let host = text(request, header::HOST)?;
    Some(origin.parse::<Uri>().ok().and_then(|u| u.authority().map(|a| a.as_str() == host)).unwrap_or(false))
}

/// Checks the token of a change; gives the request back with its body as it was.
pub async fn verify(request: Request, visitor: &Visitor, limit: usize) -> Result<Request, Box<Response>> {
    if !changes(request.method()) || visitor.via == Via::Token {
        return Ok(request);
    }
    let given = text(&request, HEADER).map(str::to_owned).or_else(|| from_query(request.uri()));
    if let Some(token) = given {
        return if accepted(&token, visitor) { Ok(request) } else { Err(Box::new(too_old(visitor, None))) };
    }
    let content_type = text(&request, header::CONTENT_TYPE).unwrap_or("").to_owned();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Box::new(too_old(visitor, None)));
    }
    let own_page = says_ours(&request) == Some(true);
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, limit).await else {
        return Err(Box::new(Fault::too_large(limit).answer(visitor)));
    };
    let token = form_urlencoded::parse(&bytes).find(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned());
    if token.is_some_and(|t| accepted(&t, visitor)) {
        return Ok(Request::from_parts(parts, Body::from(bytes)));
    }
    let again = own_page.then(|| resend_form(visitor, &visitor.path, &content_type, &bytes)).flatten();
    Err(Box::new(too_old(visitor, again)))
}

fn accepted(given: &str, visitor: &Visitor) -> bool {
    !visitor.csrf.is_empty() && same(given, &visitor.csrf)
}

fn from_query(uri: &Uri) -> Option<String> {
    form_urlencoded::parse(uri.query()?.as_bytes()).find(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned())
}

/// The page for a form whose token has gone: nothing was done, nothing is lost. Where the browser vouches that the form
/// came from our own page, what was typed is put back behind one button.
fn too_old(visitor: &Visitor, again: Option<Html>) -> Response {
    let refusal = Refusal::forbidden(
        "page-too-old",
        "Trang này đã mở quá lâu nên chưa gửi được. Những gì bạn đã nhập không bị mất: hãy quay lại trang trước, tải lại trang nếu cần, rồi gửi lần nữa.",
        "This page was open for too long, so it could not be sent. Nothing you typed was lost: go back, reload the page if needed, and send it again.",
    );
    if visitor.wants_api() {
        return Fault::from(refusal).api(visitor);
    }
    let Some(form) = again else {
        return Fault::from(refusal).page(visitor);
    };
    let heading = title(StatusCode::FORBIDDEN, "page-too-old");
    let heading = heading.get(visitor.lang);
    let lead = visitor.pick(
        "Trang này đã mở quá lâu nên chưa gửi được. Những gì bạn đã nhập vẫn còn: bấm nút dưới đây để gửi lại.",
        "This page was open for too long, so it could not be sent. What you typed is still here: press the button to send it again.",
    );
    let body = Html(format!("<p class=\"lead\">{}</p>{form}", esc(lead)));
    let mut response = (StatusCode::FORBIDDEN, error_page(visitor, heading, body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    response
}

/// Both checks as a middleware, for routers that are not made by [`crate::routes::Routes`].
pub async fn protect(request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    if let Err(fault) = same_origin(&request, &visitor) {
        return fault.answer(&visitor);
    }
    match verify(request, &visitor, crate::routes::FORM_LIMIT).await {
        Ok(request) => next.run(request).await,
        Err(response) => *response,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor() -> Visitor {
        Visitor { csrf: "a".repeat(64), path: "/apply".into(), ..Visitor::default() }
    }
    fn form(body: &str) -> Request {
        Request::builder()
            .method("POST")
            .uri("/apply")
            .header("host", "phusa.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    #[tokio::test]
    async fn the_right_token_passes_and_the_body_is_whole() {
        let body = format!("name=B&_csrf={}", "a".repeat(64));
        let request = verify(form(&body), &visitor(), 1000).await.unwrap();
        assert_eq!(axum::body::to_bytes(request.into_body(), 1000).await.unwrap(), body.as_bytes());
    }

    #[tokio::test]
    async fn a_wrong_or_missing_token_is_refused() {
        for body in ["name=B", "_csrf=b", "_csrf="] {
            assert_eq!(verify(form(body), &visitor(), 1000).await.unwrap_err().status(), 403, "{body}");
        }
        let nobody = Visitor::default();
        assert_eq!(verify(form("_csrf="), &nobody, 1000).await.unwrap_err().status(), 403);
    }

    #[tokio::test]
    async fn too_much_is_said_to_be_too_much() {
        assert_eq!(verify(form(&"x".repeat(2000)), &visitor(), 1000).await.unwrap_err().status(), 413);
    }

    #[tokio::test]
    async fn what_was_typed_is_offered_again_only_to_our_own_page() {
        let mut ours = form("name=Binh&_csrf=b");
        ours.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        let page = |r: Response| async { String::from_utf8(axum::body::to_bytes(r.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap() };
        assert!(page(*verify(ours, &visitor(), 1000).await.unwrap_err()).await.contains("Binh"));
        assert!(!page(*verify(form("name=Binh&_csrf=b"), &visitor(), 1000).await.unwrap_err()).await.contains("Binh"));
    }

    #[tokio::test]
    async fn a_multipart_form_carries_its_token_in_the_query() {
        let send = |query: &str| {
            Request::builder().method("POST").uri(format!("/up{query}")).header("content-type", "multipart/form-data; boundary=x").body(Body::empty()).unwrap()
        };
        assert!(verify(send(&format!("?_csrf={}", "a".repeat(64))), &visitor(), 10).await.is_ok());
        assert!(verify(send(""), &visitor(), 10).await.is_err());
    }

    #[tokio::test]
    async fn a_bearer_token_needs_no_form_token() {
        let program = Visitor { via: Via::Token, ..Visitor::default() };
        assert!(verify(form(""), &program, 10).await.is_ok());
    }

    #[test]
    fn another_site_is_refused_by_either_header() {
        let with = |name: &'static str, value: &'static str| {
            let mut r = form("");
            r.headers_mut().insert(name, value.parse().unwrap());
            same_origin(&r, &visitor()).is_ok()
        };
        assert!(!with("sec-fetch-site", "cross-site"));
        assert!(!with("sec-fetch-site", "same-site"));
        assert!(with("sec-fetch-site", "same-origin"));
        assert!(!with("origin", "https://evil.test"));
        assert!(!with("origin", "null"));
        assert!(with("origin", "https://phusa.test"));
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let (a, b) = (new_token(), new_token());
        assert!(is_token(&a) && a != b && same(&a, &a) && !same(&a, &b));
    }
}
