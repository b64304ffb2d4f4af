//! The door of every route: who may pass, and what is done for those who may not yet.
//!
//! The guard answers in this order: forged origin (403) → permission (see below) → form token (403) → the handler.
//! Without permission: not signed in, page, GET → to sign in and back; not signed in, page, POST → what was typed is
//! parked, then to sign in and back; not signed in, API → 401; signed in → 403. The form token is checked after
//! permission because an expired session loses both at once, and what was typed must survive that.

use crate::{
    csrf,
    html::{Html, esc, url_part},
    problem::Fault,
    routes::PUBLIC,
    visitor::{Via, Visitor},
};
use axum::{
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::future::BoxFuture;
use std::sync::Arc;

/// Decides whether a visitor may take an action at all. What may be seen of one thing is decided where it is fetched.
pub trait Gate: Send + Sync + 'static {
    fn permits(&self, visitor: &Visitor, action: &'static str) -> bool;
}

/// Keeps the body of a form that met an expired session until its author has signed in again.
///
/// Whoever takes it out again must show it and let the person press a button (see [`resend_form`]): the form token of a
/// parked body has not been checked, so it must never be carried out by itself.
pub trait Parking: Send + Sync + 'static {
    /// Returns the token that `?parked=` carries.
    fn park<'a>(&'a self, path: &'a str, content_type: &'a str, body: Bytes) -> BoxFuture<'a, Result<String, anyhow::Error>>;
    /// The largest body kept.
    fn limit(&self) -> usize {
        4 << 20
    }
}

/// The guard of one route. Used by [`crate::routes::Routes`]; raw routers may layer it themselves.
pub async fn guard(action: &'static str, limit: usize, signed: bool, request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    if let Err(fault) = csrf::same_origin(&request, &visitor) {
        return fault.answer(&visitor);
    }
    if !permitted(&request, &visitor, action) {
        return turn_away(visitor, action, request).await;
    }
    // A machine's message is proved by its own keyed hash, which a forged form cannot have.
    if signed {
        return next.run(request).await;
    }
    match csrf::verify(request, &visitor, limit).await {
        Ok(request) => next.run(request).await,
        Err(response) => *response,
    }
}

fn permitted(request: &Request, visitor: &Visitor, action: &'static str) -> bool {
    if action == PUBLIC {
        return true;
    }
    let Some(gate) = request.extensions().get::<Arc<dyn Gate>>() else {
        tracing::error!(action, "no gate is installed: everything but the public is closed");
        return false;
    };
    gate.permits(visitor, action)
}

async fn turn_away(visitor: Visitor, action: &'static str, request: Request) -> Response {
    if visitor.signed_in() || visitor.via == Via::Token {
        // Who has no session yet is on the way to signing in; anybody else meets a limit that somebody may ask about later.
        let account = visitor.actor.as_ref().map(|a| a.account.to_string()).unwrap_or_default();
        tracing::info!(action, account, method = %request.method(), path = request.uri().path(), request_id = %visitor.request_id, "refused");
    }
    if visitor.signed_in() {
        return Fault::not_permitted().answer(&visitor);
    }
    if visitor.wants_api() || visitor.via == Via::Token {
        return Fault::sign_in_needed().api(&visitor);
    }
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return see_other(&visitor.sign_in_path());
    }
    park(visitor, request).await
}

/// Where a form that met an expired session goes. Without parking (or too large for it) the person is told so
/// by the sign-in page (`parked=none`), never left to find out.
async fn park(visitor: Visitor, request: Request) -> Response {
    let back = came_from(&request).unwrap_or_else(|| "/".to_owned());
    let nothing_kept = format!("/sign-in?next={}&parked=none", url_part(&back));
    let Some(parking) = request.extensions().get::<Arc<dyn Parking>>().cloned() else {
        return see_other(&nothing_kept);
    };
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let Ok(body) = axum::body::to_bytes(request.into_body(), parking.limit()).await else {
        return see_other(&nothing_kept);
    };
    match parking.park(&visitor.path, &content_type, body).await {
        Ok(token) => see_other(&format!("{}&parked={}", visitor.sign_in_path(), url_part(&token))),
        Err(error) => {
            tracing::error!(request_id = %visitor.request_id, "a form could not be parked: {error:#}");
            see_other(&nothing_kept)
        }
    }
}

/// The page a form was sent from, when the browser says so and it is ours.
fn came_from(request: &Request) -> Option<String> {
    let referer = request.headers().get(header::REFERER)?.to_str().ok()?;
    let uri: axum::http::Uri = referer.parse().ok()?;
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    (uri.authority()?.as_str() == host).then(|| uri.path_and_query().map_or("/".to_owned(), ToString::to_string))
}

/// A 303 to a path of our own.
pub fn see_other(path: &str) -> Response {
    match axum::http::HeaderValue::from_str(path) {
        Ok(value) => (StatusCode::SEE_OTHER, [(header::LOCATION, value)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
    }
}

/// `next=` as given by a person: only a path of this site is followed, anything else leads home.
pub fn safe_next(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\") && !next.contains(|c: char| c.is_control() || c == '\\');
    if own { next } else { "/" }
}

/// A form that sends a kept body again with a fresh token: every field hidden, one button. `None` when the body is not
/// an ordinary form (files cannot be put back by a page; ask for them again).
pub fn resend_form(visitor: &Visitor, path: &str, content_type: &str, body: &[u8]) -> Option<Html> {
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let mut out = format!("<form method=\"post\" action=\"{}\">", esc(safe_next(path)));
    for (name, value) in form_urlencoded::parse(body).filter(|(name, _)| name != "_csrf") {
        out.push_str(&format!("<textarea name=\"{}\" hidden>\n{}</textarea>", esc(&name), esc(&value)));
    }
    out.push_str(&format!(
        "<input type=\"hidden\" name=\"_csrf\" value=\"{}\"><button class=\"btn\">{}</button></form>",
        esc(&visitor.csrf),
        visitor.pick("Gửi lại", "Send again"),
    ));
    Some(Html(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_never_leaves_the_site() {
        assert_eq!(safe_next("/work?x=1"), "/work?x=1");
        for evil in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nSet-Cookie: x"] {
            assert_eq!(safe_next(evil), "/", "{evil}");
        }
    }

    #[test]
    fn a_kept_form_comes_back_whole_with_a_fresh_token() {
        let visitor = Visitor { csrf: "fresh".into(), ..Visitor::default() };
        let form = resend_form(&visitor, "/apply", "application/x-www-form-urlencoded", b"name=B%C3%ACnh+%3C&_csrf=old&tag=1&tag=2").unwrap().0;
        assert!(form.contains("Bình &lt;") && form.contains("value=\"fresh\"") && !form.contains("old"));
        assert_eq!(form.matches("name=\"tag\"").count(), 2);
        assert!(resend_form(&visitor, "/apply", "multipart/form-data; boundary=x", b"").is_none());
    }
}
