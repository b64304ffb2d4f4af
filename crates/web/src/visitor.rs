//! Who is looking: the signed-in actor if there is one, the language, and what the page needs to answer safely.
//!
//! The visitor travels in the request's extensions and, for answers that are made without a request at hand
//! (an error turned into a page), in a task-local.

use crate::page::Site;
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, request::Parts},
    middleware::Next,
    response::Response,
};
use futures::future::BoxFuture;
use kernel::{Actor, text::Lang};
use std::{convert::Infallible, sync::Arc};

/// By which door the request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Via {
    /// A browser with a cookie: forged requests are possible, so forms carry a token.
    #[default]
    Browser,
    /// A program with a bearer token: nothing is sent on its own, so no form token is asked.
    Token,
}

/// The person (or program) behind a request.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub actor: Option<Arc<Actor>>,
    pub lang: Lang,
    /// What `_csrf` must say in this visitor's forms.
    pub csrf: String,
    pub via: Via,
    pub request_id: String,
    /// Path and query as asked (without `lang=`), for `next=`.
    pub path: String,
    /// The installation's name and contact, for the shell.
    pub site: Arc<Site>,
}

impl Visitor {
    pub fn signed_in(&self) -> bool {
        self.actor.is_some()
    }
    /// `lang.pick`, shorter at the many places that need it.
    pub fn pick<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(vi, en)
    }
    /// Whether the answer must be a problem document rather than a page.
    pub fn wants_api(&self) -> bool {
        self.via == Via::Token || is_api_path(&self.path)
    }
    /// The same request in the given language.
    pub fn path_in(&self, lang: Lang) -> String {
        let joint = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{joint}lang={}", self.path, lang.code())
    }
    /// Where to sign in and come back.
    pub fn sign_in_path(&self) -> String {
        format!("/sign-in?next={}", crate::html::url_part(&self.path))
    }
    /// The visitor of the request being answered, or an anonymous one outside of a request.
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }
    /// Puts the visitor into the request and answers it as this visitor. A middleware that replaces the
    /// visitor (sign-in) calls this instead of `next.run`.
    pub async fn enter(self, mut request: Request, next: Next) -> Response {
        request.extensions_mut().insert(self.clone());
        CURRENT.scope(self, next.run(request)).await
    }
    /// Runs a future as this visitor (tests, and middleware that answer by themselves).
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }
}

tokio::task_local! {
    static CURRENT: Visitor;
}

/// Whether a path belongs to the programs' door.
pub fn is_api_path(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/openapi.json")
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            ..Self::default()
        }))
    }
}

/// What a session cookie or a bearer token says.
#[derive(Debug, Clone, Default)]
pub struct Identified {
    pub actor: Option<Arc<Actor>>,
    /// The session's own form token; without one the anonymous cookie's is used.
    pub csrf: Option<String>,
    pub via: Via,
    /// The language the account prefers, used when the browser has not chosen.
    pub lang: Option<Lang>,
    /// Cookies to set with the answer (a session prolonged, a dead one removed).
    pub set_cookies: Vec<HeaderValue>,
}

/// Turns the headers of a request into an actor. Implemented by `identity`; never fails: what cannot be
/// recognised is anonymous.
pub trait Identify: Send + Sync + 'static {
    fn identify<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Identified>;
}

/// The value of a cookie, if the browser sent it.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(axum::http::header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Reads `Accept-Language`: the first of Vietnamese and English by weight; Vietnamese when neither is named.
pub fn accepted_lang(headers: &HeaderMap) -> Lang {
    let header = headers.get(axum::http::header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let mut best = (0.0_f32, Lang::Vi);
    for part in header.split(',') {
        let mut bits = part.trim().split(';');
        let tag = bits.next().unwrap_or("").to_ascii_lowercase();
        let weight = bits
            .find_map(|b| b.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        let lang = match tag.split('-').next() {
            Some("vi") => Lang::Vi,
            Some("en") => Lang::En,
            _ => continue,
        };
        if weight > best.0 {
            best = (weight, lang);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(name, HeaderValue::from_str(value).unwrap());
        map
    }

    #[test]
    fn language_goes_by_weight_and_falls_back_to_vietnamese() {
        assert_eq!(accepted_lang(&headers("accept-language", "fr, en-GB;q=0.8, vi;q=0.9")), Lang::Vi);
        assert_eq!(accepted_lang(&headers("accept-language", "en-US,en;q=0.9")), Lang::En);
        assert_eq!(accepted_lang(&headers("accept-language", "de")), Lang::Vi);
        assert_eq!(accepted_lang(&HeaderMap::new()), Lang::Vi);
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let map = headers("cookie", "a=1; lang=en; b=2");
        assert_eq!(cookie(&map, "lang"), Some("en"));
        assert_eq!(cookie(&map, "ang"), None);
    }

    #[test]
    fn links_keep_the_query() {
        let v = Visitor { path: "/tim?q=a".into(), ..Visitor::default() };
        assert_eq!(v.path_in(Lang::En), "/tim?q=a&lang=en");
        assert_eq!(v.sign_in_path(), "/sign-in?next=%2Ftim%3Fq%3Da");
    }

    #[tokio::test]
    async fn outside_of_a_request_the_visitor_is_anonymous() {
        assert!(!Visitor::current().signed_in());
        let v = Visitor { request_id: "r1".into(), ..Visitor::default() };
        assert_eq!(v.scope(async { Visitor::current().request_id }).await, "r1");
    }
}
