//! The whole house put together: the rooms' routers, our own few pages, and every layer in its order.
//!
//! From the outside in:
//! 1. request number, safety headers, log line (every answer has them, also those of the layers below)
//! 2. compression of what is made on the fly (assets come already packed)
//! 3. measuring by route pattern
//! 4. arrival: language, who it is, form token; then the rate limit; then everything below is answered *as this visitor*,
//!    and a panic becomes a page or problem with the request number
//! 5. per route: body limit, then the guard (origin → permission → form token), then the handler

use crate::{
    assets, csrf,
    gate::{Gate, Parking},
    headers::{self, SecurityHeaders},
    html::Html,
    limit::{Limiter, Rates},
    metrics::{self, Metrics},
    module::Module,
    openapi, own,
    page::Site,
    problem::Fault,
    routes::{Declared, PUBLIC},
    visitor::{Identified, Identify, Via, Visitor, accepted_lang, cookie, is_api_path},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{FutureExt, future::BoxFuture};
use kernel::text::{Lang, Text};
use std::{panic::AssertUnwindSafe, sync::Arc};
use tower_http::{CompressionLevel, compression::CompressionLayer};

type Ready = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;
type Around = Box<dyn FnOnce(Router) -> Router + Send>;

/// What an installation brings to the assembly.
pub struct House {
    pub site: Arc<Site>,
    pub gate: Arc<dyn Gate>,
    pub identify: Option<Arc<dyn Identify>>,
    pub parking: Option<Arc<dyn Parking>>,
    pub rates: Rates,
    pub metrics: Arc<Metrics>,
    /// Whether the database answers, for `/readyz`.
    pub ready: Option<Ready>,
    /// Origins of identity providers our forms may lead to.
    pub form_origins: Vec<String>,
    /// Served over HTTPS: cookies are `Secure`, HSTS is sent.
    pub secure: bool,
    /// A proxy of ours stands in front: its `X-Forwarded-For` and `X-Request-Id` are believed.
    pub trust_proxy: bool,
    pub version: String,
    /// Further layers inside arrival, around all routes (extensions a room needs, its own middleware).
    pub around: Vec<Around>,
}

impl House {
    pub fn new(gate: Arc<dyn Gate>) -> Self {
        Self {
            site: Arc::default(),
            gate,
            identify: None,
            parking: None,
            rates: Rates::default(),
            metrics: Metrics::new(),
            ready: None,
            form_origins: Vec::new(),
            secure: false,
            trust_proxy: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            around: Vec::new(),
        }
    }
}

struct Arrival {
    site: Arc<Site>,
    gate: Arc<dyn Gate>,
    identify: Option<Arc<dyn Identify>>,
    parking: Option<Arc<dyn Parking>>,
    limiter: Limiter,
    secure: bool,
    trust_proxy: bool,
}

/// The finished router, and every route declared by any module or by us, for the policy test.
pub fn app(modules: Vec<Module>, house: House) -> (Router, Vec<Declared>) {
    let mut router = Router::new();
    let mut declared = Vec::new();
    for module in modules {
        router = router.merge(module.router);
        declared.extend(module.declared);
    }
    let (pages, own_declared) = own_pages(&declared, &house);
    router = router.merge(pages);
    declared.extend(own_declared);
    router = router.merge(described(&declared, &house));
    declared.extend(["/openapi.json", "/api"].map(public));

    let arrival = Arc::new(Arrival {
        site: house.site,
        gate: house.gate,
        identify: house.identify,
        parking: house.parking,
        limiter: Limiter::new(house.rates),
        secure: house.secure,
        trust_proxy: house.trust_proxy,
    });
    router = router
        .method_not_allowed_fallback(|| async { Fault::method_not_allowed() })
        .fallback(|| async { Fault::not_found() })
        .layer(DefaultBodyLimit::max(crate::routes::FORM_LIMIT));
    for layer in house.around {
        router = layer(router);
    }
    let measured = house.metrics.clone();
    let compress = CompressionLayer::new().quality(CompressionLevel::Precise(4));
    let safety = Arc::new(SecurityHeaders::new(&house.form_origins, house.secure));
    let trust = house.trust_proxy;
    let router = router
        .layer(middleware::from_fn(move |request: Request, next: Next| arrive(arrival.clone(), request, next)))
        .layer(middleware::from_fn(move |request: Request, next: Next| metrics::measure(measured.clone(), request, next)))
        .layer(compress)
        .merge(plumbing(house.ready, house.metrics))
        .layer(middleware::from_fn(move |request: Request, next: Next| outermost(safety.clone(), trust, request, next)));
    declared.extend(["/assets/{*path}", "/healthz", "/readyz", "/metrics"].map(public));
    (router, declared)
}

fn public(path: &str) -> Declared {
    Declared { method: "GET", path: path.to_owned(), action: PUBLIC, doc: None }
}

/// Pages a room may replace by declaring the same path.
fn own_pages(taken: &[Declared], house: &House) -> (Router, Vec<Declared>) {
    let free = |path: &str| !taken.iter().any(|d| d.path == path);
    let mut router = Router::new();
    let mut declared = Vec::new();
    if free("/accessibility") {
        router = router.route("/accessibility", get(|v: Visitor| async move { own::accessibility(&v) }));
        declared.push(public("/accessibility"));
    }
    if free("/about") {
        let version = house.version.clone();
        router = router.route("/about", get(move |v: Visitor| async move { own::about(&v, &version) }));
        declared.push(public("/about"));
    }
    if free("/problems/{code}") {
        router = router.route("/problems/{code}", get(|v: Visitor, crate::extract::Path(code): crate::extract::Path<String>| async move { own::problem(&v, &code) }));
        declared.push(public("/problems/{code}"));
    }
    (router, declared)
}

fn described(declared: &[Declared], house: &House) -> Router {
    let title = Text::new(format!("Phù Sa – {}", house.site.name.vi), format!("Phù Sa – {}", house.site.name.en));
    let make = |lang| Arc::<str>::from(openapi::document(&title, &house.version, declared, lang).to_string());
    let (vi, en) = (make(Lang::Vi), make(Lang::En));
    let all: Arc<[Declared]> = declared.into();
    Router::new()
        .route(
            "/openapi.json",
            get(move |v: Visitor| async move {
                let text = if v.lang == Lang::Vi { vi } else { en };
                ([(header::CONTENT_TYPE, "application/json")], text.to_string())
            }),
        )
        .route("/api", get(move |v: Visitor| async move { openapi::page(&v, &all) }))
}

/// What needs no visitor: assets, and what machines ask.
fn plumbing(ready: Option<Ready>, metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/assets/{*path}", get(assets::serve))
        .route("/healthz", get(|| async { "ok\n" }))
        .route(
            "/readyz",
            get(move || async move {
                match ready {
                    Some(ready) if !ready().await => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
                    _ => "ready\n".into_response(),
                }
            }),
        )
        .route("/metrics", get(move || async move { metrics.response() }))
        .method_not_allowed_fallback(|| async { Fault::method_not_allowed() })
}

/// The request's number, known to every layer.
#[derive(Clone)]
struct RequestId(String);

async fn outermost(safety: Arc<SecurityHeaders>, trust_proxy: bool, mut request: Request, next: Next) -> Response {
    let id = trust_proxy.then(|| headers::given_id(request.headers())).flatten().unwrap_or_else(headers::request_id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let start = std::time::Instant::now();
    let mut response = next.run(request).await;
    safety.apply(response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    tracing::debug!(%method, path, status = response.status().as_u16(), ms, request_id = id, "answered");
    response
}

async fn arrive(arrival: Arc<Arrival>, mut request: Request, next: Next) -> Response {
    let identified = match &arrival.identify {
        Some(identify) => identify.identify(request.headers()).await,
        None => Identified::default(),
    };
    let mut cookies = identified.set_cookies.clone();
    let visitor = meet(&arrival, &request, identified, &mut cookies);
    let mut response = match arrival.limiter.check(&request, &visitor, arrival.trust_proxy) {
        Err(fault) => fault.answer(&visitor),
        Ok(()) => {
            let extensions = request.extensions_mut();
            extensions.insert(arrival.gate.clone());
            if let Some(parking) = &arrival.parking {
                extensions.insert(parking.clone());
            }
            match AssertUnwindSafe(visitor.clone().enter(request, next)).catch_unwind().await {
                Ok(response) => response,
                Err(panic) => Fault::Internal(anyhow::anyhow!("panic: {}", said(&*panic))).answer(&visitor),
            }
        }
    };
    for value in cookies {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

/// Makes the visitor of a request, and the cookies that go back.
fn meet(arrival: &Arrival, request: &Request, identified: Identified, cookies: &mut Vec<HeaderValue>) -> Visitor {
    let headers = request.headers();
    let api = is_api_path(request.uri().path()) || identified.via == Via::Token;
    let asked = query_lang(request.uri());
    if let (Some(lang), false) = (asked, api) {
        push_cookie(cookies, format!("lang={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", lang.code()), arrival.secure);
    }
    let token = match identified.csrf {
        Some(token) => token,
        None if api => String::new(),
        None => match cookie(headers, csrf::COOKIE).filter(|t| csrf::is_token(t)) {
            Some(token) => token.to_owned(),
            None => {
                let token = csrf::new_token();
                push_cookie(cookies, format!("{}={token}; Path=/; HttpOnly; SameSite=Lax", csrf::COOKIE), arrival.secure);
                token
            }
        },
    };
    Visitor {
        actor: identified.actor,
        // Screens speak Vietnamese until a person chooses; programs say what they read in Accept-Language.
        lang: asked.or_else(|| cookie_lang(headers)).or(identified.lang).unwrap_or_else(|| if api { accepted_lang(headers) } else { Lang::Vi }),
        csrf: token,
        via: identified.via,
        request_id: request.extensions().get::<RequestId>().map_or_else(headers::request_id, |id| id.0.clone()),
        path: own_path(request.uri()),
        site: arrival.site.clone(),
    }
}

fn push_cookie(cookies: &mut Vec<HeaderValue>, text: String, secure: bool) {
    let text = if secure { format!("{text}; Secure") } else { text };
    cookies.extend(HeaderValue::from_str(&text));
}

fn lang_of(code: &str) -> Option<Lang> {
    match code {
        "vi" => Some(Lang::Vi),
        "en" => Some(Lang::En),
        _ => None,
    }
}

fn cookie_lang(headers: &axum::http::HeaderMap) -> Option<Lang> {
    lang_of(cookie(headers, "lang")?)
}

fn query_lang(uri: &Uri) -> Option<Lang> {
    form_urlencoded::parse(uri.query()?.as_bytes()).find(|(k, _)| k == "lang").and_then(|(_, v)| lang_of(&v))
}

/// Path and query without what is only for us (`lang`, `_csrf`).
fn own_path(uri: &Uri) -> String {
    let kept: Vec<&str> = uri
        .query()
        .unwrap_or("")
        .split('&')
        .filter(|pair| !pair.is_empty() && !matches!(pair.split('=').next(), Some("lang" | csrf::FIELD)))
        .collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

/// The page of a handler that has only HTML to give.
pub type Page = Result<Html, crate::problem::PageError>;
