//! The endpoints of OpenID Connect Core 1.0, Discovery 1.0 and RP-Initiated Logout 1.0, as far as the code flow needs them.
//!
//! These routes stand outside the form-token guard on purpose: the token endpoint is called by a server, and the choice
//! of a person changes nothing until the relying party redeems the code with its own state and verifier.

use super::{CLIENT, CODE_SECONDS, DevProvider, Grant, MOST, MOUNT, TOKEN_SECONDS, page};
use crate::claims::Personal;
use axum::{
    Json, Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use bytes::Bytes;
use openidconnect::{
    AccessToken, Audience, AuthenticationContextClass, EndUserBirthday, EndUserEmail, EndUserName,
    EndUserPhoneNumber, IdToken, IdTokenClaims, IssuerUrl, LocalizedClaim, Nonce, StandardClaims,
    SubjectIdentifier,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    sync::{Arc, PoisonError},
    time::Instant as Moment,
};
use url::Url;
use web::{extract::FormData, gate::see_other, module::Module, routes::{Declared, PUBLIC}, visitor::Visitor};

type Provider = State<Arc<DevProvider>>;

pub(super) fn module(provider: Arc<DevProvider>) -> Module {
    let paths = [
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/jwks"),
        ("GET", "/authorize"),
        ("POST", "/authorize"),
        ("POST", "/token"),
        ("GET", "/userinfo"),
        ("GET", "/end-session"),
    ];
    let router = Router::new()
        .route(&format!("{MOUNT}{}", paths[0].1), get(discovery))
        .route(&format!("{MOUNT}/jwks"), get(jwks))
        .route(&format!("{MOUNT}/authorize"), get(authorize).post(chosen))
        .route(&format!("{MOUNT}/token"), post(token))
        .route(&format!("{MOUNT}/userinfo"), get(userinfo))
        .route(&format!("{MOUNT}/end-session"), get(end_session))
        .with_state(provider);
    let declared = paths
        .into_iter()
        .map(|(method, path)| Declared { method, path: format!("{MOUNT}{path}"), action: PUBLIC, doc: None })
        .collect();
    Module::new("dev-provider", (router, declared))
}

async fn discovery(State(p): Provider) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", p.issuer);
    Json(json!({
        "issuer": p.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/end-session"),
        "scopes_supported": ["openid", "profile", "email", "phone"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "name", "email", "phone_number", "birthdate", "personal_identification_number", "acr"],
        "acr_values_supported": ["demo"],
    }))
}

async fn jwks(State(p): Provider) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(json!(p.keys()))).into_response()
}

/// What the authorisation request must say; the rest of it is carried through the page unchanged.
const ASKED: [&str; 7] = ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge"];

async fn authorize(State(p): Provider, visitor: Visitor, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let form = FormData::parse(query.unwrap_or_default().as_bytes());
    match check(&form, &headers) {
        Err(refusal) => refusal.answer(&visitor),
        Ok(_) => {
            let asked: Vec<(String, String)> = ASKED
                .iter()
                .chain(&["code_challenge_method"])
                .filter_map(|name| Some(((*name).to_owned(), form.get(name)?.to_owned())))
                .collect();
            let page = page::choose(&p, &visitor, &asked);
            ([(header::CACHE_CONTROL, "no-store")], page).into_response()
        }
    }
}

async fn chosen(State(p): Provider, visitor: Visitor, headers: HeaderMap, body: Bytes) -> Response {
    let form = FormData::parse(&body);
    let mut redirect = match check(&form, &headers) {
        Err(refusal) => return refusal.answer(&visitor),
        Ok(redirect) => redirect,
    };
    let person = form.get("person").and_then(|key| p.people.iter().position(|x| x.key == key));
    let answer = match (form.filled("cancel"), person) {
        (None, Some(person)) => issue(&p, &form, person).map_err(|e| {
            tracing::error!("{e:#}");
            "server_error"
        }),
        _ => Err("access_denied"),
    };
    {
        let mut pairs = redirect.query_pairs_mut();
        match answer {
            Ok(code) => pairs.append_pair("code", &code),
            Err(error) => pairs.append_pair("error", error),
        };
        if let Some(state) = form.get("state") {
            pairs.append_pair("state", state);
        }
    }
    see_other(redirect.as_str())
}

fn issue(p: &DevProvider, form: &FormData, person: usize) -> anyhow::Result<String> {
    let code = crate::secret::fresh()?;
    let grant = Grant {
        person,
        redirect: form.get("redirect_uri").unwrap_or_default().to_owned(),
        challenge: form.get("code_challenge").unwrap_or_default().to_owned(),
        nonce: form.filled("nonce").map(str::to_owned),
        made: Moment::now(),
    };
    let mut codes = p.codes.lock().unwrap_or_else(PoisonError::into_inner);
    codes.retain(|_, g| g.made.elapsed().as_secs() < CODE_SECONDS);
    anyhow::ensure!(codes.len() < MOST, "too many sign-ins at one time");
    codes.insert(code.clone(), grant);
    Ok(code)
}

enum Refusal {
    /// Nobody to send back to.
    Here(&'static str, &'static str),
    /// The relying party is told.
    Back(Box<Url>, &'static str, Option<String>),
}
impl Refusal {
    fn answer(self, visitor: &Visitor) -> Response {
        match self {
            Self::Here(vi, en) => (StatusCode::BAD_REQUEST, page::refused(visitor, vi, en)).into_response(),
            Self::Back(mut url, error, state) => {
                url.query_pairs_mut().append_pair("error", error);
                if let Some(state) = state {
                    url.query_pairs_mut().append_pair("state", &state);
                }
                see_other(url.as_str())
            }
        }
    }
}

/// RFC 6749 §4.1.1 with PKCE required. The only registered redirect address is the callback of the site itself, on the
/// address this very request came by.
fn check(form: &FormData, headers: &HeaderMap) -> Result<Url, Refusal> {
    if form.get("client_id") != Some(CLIENT) {
        return Err(Refusal::Here("Không rõ trang nào yêu cầu đăng nhập.", "The client is not known."));
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let redirect = form.get("redirect_uri").and_then(|uri| Url::parse(uri).ok()).filter(|url| {
        let authority = url.authority();
        url.path() == "/sign-in/callback" && authority == host && matches!(url.scheme(), "http" | "https")
    });
    let Some(redirect) = redirect else {
        return Err(Refusal::Here(
            "Địa chỉ quay lại không phải của hệ thống này.",
            "The address to return to is not of this site.",
        ));
    };
    let refuse = |error| Err(Refusal::Back(Box::new(redirect.clone()), error, form.get("state").map(str::to_owned)));
    if form.get("response_type") != Some("code") {
        return refuse("unsupported_response_type");
    }
    if !form.get("scope").unwrap_or_default().split(' ').any(|s| s == "openid") {
        return refuse("invalid_scope");
    }
    let challenge = form.get("code_challenge").unwrap_or_default();
    if challenge.len() != 43 || form.get("code_challenge_method") != Some("S256") {
        return refuse("invalid_request");
    }
    Ok(redirect)
}

fn oauth_error(status: StatusCode, error: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(json!({"error": error}))).into_response()
}

/// RFC 6749 §4.1.3: code for tokens, once, with the client's secret and the verifier.
async fn token(State(p): Provider, headers: HeaderMap, body: Bytes) -> Response {
    let form = FormData::parse(&body);
    if !authentic(&p, &headers, &form) {
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if form.get("grant_type") != Some("authorization_code") {
        return oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let code = form.get("code").unwrap_or_default();
    let grant = p.codes.lock().unwrap_or_else(PoisonError::into_inner).remove(code);
    let proven = |g: &Grant| {
        let verifier = form.get("code_verifier").unwrap_or_default();
        g.made.elapsed().as_secs() < CODE_SECONDS
            && Some(g.redirect.as_str()) == form.get("redirect_uri")
            && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == g.challenge
    };
    let Some(grant) = grant.filter(proven) else { return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant") };
    match tokens(&p, &grant) {
        Ok(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err(error) => {
            tracing::error!("development provider: {error:#}");
            oauth_error(StatusCode::INTERNAL_SERVER_ERROR, "server_error")
        }
    }
}

/// `client_secret_basic` or `client_secret_post`.
fn authentic(p: &DevProvider, headers: &HeaderMap, form: &FormData) -> bool {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
    let given = match &basic {
        Some(pair) => pair.split_once(':'),
        None => form.get("client_id").zip(form.get("client_secret")),
    };
    given.is_some_and(|(id, secret)| id == CLIENT && web::csrf::same(secret, &p.secret))
}

fn tokens(p: &DevProvider, grant: &Grant) -> anyhow::Result<Value> {
    let person = p.people.get(grant.person).ok_or_else(|| anyhow::anyhow!("no such person"))?;
    let access = crate::secret::fresh()?;
    {
        let mut held = p.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, (_, made)| made.elapsed().as_secs() < TOKEN_SECONDS);
        anyhow::ensure!(held.len() < MOST, "too many sign-ins at one time");
        held.insert(access.clone(), (grant.person, Moment::now()));
    }
    let mut standard: StandardClaims<CoreGenderClaim> = StandardClaims::new(SubjectIdentifier::new(person.key.clone()));
    let mut name = LocalizedClaim::new();
    name.insert(None, EndUserName::new(person.name.clone()));
    standard = standard
        .set_name(Some(name))
        .set_email(person.email.clone().map(EndUserEmail::new))
        .set_phone_number(person.phone.clone().map(EndUserPhoneNumber::new))
        .set_birthdate(person.birthdate.clone().map(EndUserBirthday::new));
    let personal = Personal { personal_identification_number: person.personal_number.clone().map(Value::from), citizen_id: None };
    let now = std::time::SystemTime::now();
    let claims = IdTokenClaims::new(
        IssuerUrl::new(p.issuer.clone())?,
        vec![Audience::new(CLIENT.to_owned())],
        (now + std::time::Duration::from_secs(TOKEN_SECONDS)).into(),
        now.into(),
        standard,
        personal,
    )
    .set_nonce(grant.nonce.clone().map(Nonce::new))
    .set_auth_context_ref(Some(AuthenticationContextClass::new("demo".to_owned())));
    let id_token: IdToken<_, _, CoreJweContentEncryptionAlgorithm, _> =
        IdToken::new(claims, &p.key, CoreJwsSigningAlgorithm::EdDsa, Some(&AccessToken::new(access.clone())), None)?;
    Ok(json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": "openid profile email phone",
        "id_token": id_token.to_string(),
    }))
}

async fn userinfo(State(p): Provider, headers: HeaderMap) -> Response {
    let known = crate::identify::bearer(&headers).and_then(|token| {
        let held = p.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(token).filter(|(_, made)| made.elapsed().as_secs() < TOKEN_SECONDS).map(|(person, _)| *person)
    });
    let Some(person) = known.and_then(|n| p.people.get(n)) else {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")]).into_response();
    };
    Json(json!({
        "sub": person.key,
        "name": person.name,
        "email": person.email,
        "phone_number": person.phone,
        "birthdate": person.birthdate,
        "personal_identification_number": person.personal_number,
    }))
    .into_response()
}

/// The provider keeps no session of its own, so there is nothing to end: back to the site, if it is this one.
async fn end_session(headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let form = FormData::parse(query.unwrap_or_default().as_bytes());
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let back = form.get("post_logout_redirect_uri").and_then(|u| Url::parse(u).ok()).filter(|u| u.authority() == host);
    see_other(back.as_ref().map_or("/", Url::path))
}
