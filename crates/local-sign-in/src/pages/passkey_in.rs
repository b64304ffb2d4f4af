//! `/sign-in/passkey`: the key tells who it is; nothing is typed.

use super::{Answer, Going, narrow, needs_name, needs_script, page, status, wrong};
use crate::{LocalSignIn, keys::random, model::Passkey, store as tables, views, webauthn};
use ::store::CommitError;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::Response,
};
use identity::{Account, secret};
use kernel::{Refusal, Text};
use serde_json::Value;
use web::{
    extract::{FormData, Query},
    html::Html,
    kit,
    problem::{ApiError, PageError},
    visitor::Visitor,
};

/// The browser a question belongs to: its form token, which nobody else has.
pub fn browser(v: &Visitor) -> String {
    secret::digest(&format!("passkey:{}", v.csrf))
}

/// Puts a question; `account` is empty for a sign-in.
pub async fn question(s: &LocalSignIn, v: &Visitor, account: &str) -> Result<String, ApiError> {
    let challenge = webauthn::encode(&random::<32>()?);
    let mut batch = s.scope.batch();
    tables::asked(&mut batch, &secret::digest(&challenge), account, &browser(v), s.now().plus_seconds(s.rules.passkey.challenge_seconds));
    s.scope.commit(batch).await.map_err(ApiError::internal)?;
    Ok(challenge)
}

/// Takes the question of an answer away, whatever the answer is worth. `None`: it was not put to this browser, or is over.
pub async fn take_question(s: &LocalSignIn, v: &Visitor, answer: &webauthn::Answer) -> Result<Option<(String, String)>, PageError> {
    let Some(challenge) = answer.challenge().filter(|c| c.len() == 43) else { return Ok(None) };
    let digest = secret::digest(&challenge);
    let Some(account) = views::challenge(&s.scope, &digest, &browser(v), s.now()).await.map_err(PageError::internal)? else { return Ok(None) };
    let mut batch = s.scope.batch();
    tables::answered(&mut batch, &digest);
    match s.scope.commit(batch).await {
        Ok(()) => Ok(Some((challenge, account))),
        Err(CommitError::Conflict { .. }) => Ok(None),
        Err(e) => Err(PageError::internal(e)),
    }
}

pub async fn begin(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap) -> Result<Json<Value>, ApiError> {
    let site = s.site(&headers).ok_or_else(nowhere)?;
    let challenge = question(&s, &v, "").await?;
    Ok(Json(webauthn::request(&site, &challenge, s.rules.passkey.challenge_seconds)))
}

pub fn nowhere() -> Refusal {
    Refusal::conflict("no-passkeys-here", "Trang đang mở bằng địa chỉ IP hoặc không qua HTTPS nên không dùng được khóa truy cập.", "This site is opened by an IP address or without HTTPS, so passkeys do not work.")
}

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap, Query(going): Query<Going>) -> Response {
    shown(&s, &v, &headers, &going, None)
}

fn shown(s: &LocalSignIn, v: &Visitor, headers: &HeaderMap, going: &Going, refusal: Option<&Refusal>) -> Response {
    let title = v.pick("Đăng nhập bằng khóa truy cập", "Sign in with a passkey");
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, None));
    if s.site(headers).is_none() {
        main.push(&needs_name(v, s.demo));
    } else {
        main.push(&kit::para(v.pick(
            "Bấm nút rồi xác nhận bằng vân tay, khuôn mặt, mã PIN của thiết bị hoặc khóa bảo mật. Không cần nhập tên.",
            "Press the button, then confirm with fingerprint, face, the device's PIN or a security key. No name is needed.",
        )));
        main.push(&needs_script(v));
        let button = kit::button(v.pick("Dùng khóa truy cập", "Use a passkey"));
        let body = Html(format!("{}{}{button}<p role=\"status\" data-passkey-state></p>", going.fields(), kit::hidden("answer", "")));
        main.push(&kit::form_with(v, "/sign-in/passkey", &[("data-passkey", "get"), ("data-begin", "/sign-in/passkey/begin")], &body));
    }
    let query = going.query();
    main.push(&Html(format!(
        "<p>{} · {}</p>",
        kit::link(&format!("/sign-in/password?{query}"), v.pick("Dùng mật khẩu và mã một lần", "Use a password and one-time code")),
        kit::link(&format!("/sign-in?{query}"), v.pick("Cách đăng nhập khác", "Other ways to sign in")),
    )));
    page(&narrow(v, title, main).error(refusal.is_some()), status(refusal))
}

fn refused() -> Refusal {
    Refusal::forbidden(
        "passkey-refused",
        "Không nhận được khóa truy cập này: chưa đăng ký ở đây, đã bị bỏ, hoặc câu trả lời đã quá hạn. Hãy thử lại, hoặc dùng cách đăng nhập khác.",
        "This passkey is not accepted: it is not registered here, was removed, or the answer came too late. Try again or sign in another way.",
    )
}

pub async fn enter(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap, typed: FormData) -> Answer {
    let going = Going::of(&typed);
    match proved(&s, &v, &headers, typed.get("answer").unwrap_or_default()).await? {
        Ok(account) => s.identity.admit(&v, &headers, &account, going.proof("passkey")).await,
        Err(refusal) => Ok(shown(&s, &v, &headers, &going, Some(&refusal))),
    }
}

async fn proved(s: &LocalSignIn, v: &Visitor, headers: &HeaderMap, text: &str) -> Result<Result<Account, Refusal>, PageError> {
    if text.is_empty() {
        return Ok(Err(Refusal::invalid(
            "no-answer",
            "Trình duyệt chưa gửi câu trả lời của khóa. Hãy bật JavaScript rồi thử lại, hoặc dùng mật khẩu và mã một lần.",
            "The browser sent no answer of a key. Turn JavaScript on and try again, or use a password with a one-time code.",
        )));
    }
    let Some(site) = s.site(headers) else { return Ok(Err(nowhere())) };
    let Some(answer) = webauthn::Answer::parse(text) else { return Ok(Err(refused())) };
    let Some((challenge, of)) = take_question(s, v, &answer).await? else { return Ok(Err(refused())) };
    let id = webauthn::decode(&answer.id).map(|b| webauthn::encode(&b)).filter(|_| of.is_empty()).unwrap_or_default();
    let key = views::a_passkey(&s.scope, &id).await.map_err(PageError::internal)?.filter(|k| k.suspect.is_none());
    let Some(key) = key else { return Ok(Err(refused())) };
    // The key says for whom it was made; a discoverable one always does (§7.2 step 6).
    let handle = answer.response.user_handle.as_deref().and_then(webauthn::decode);
    if handle != Some(s.user_handle(key.account)) {
        return Ok(Err(refused()));
    }
    let at = s.now();
    let used = match webauthn::used(&site, &challenge, &key.public_key, key.counter, &answer) {
        Ok(used) => used,
        Err(webauthn::Fault::Counter) => {
            suspected(s, &key).await?;
            return Ok(Err(refused()));
        }
        Err(fault) => {
            tracing::info!(?fault, "a passkey was not accepted");
            return Ok(Err(refused()));
        }
    };
    let account = s.identity.directory().account(key.account).await.map_err(PageError::internal)?.filter(|a| s.admits(a));
    let Some(account) = account else { return Ok(Err(refused())) };
    let mut batch = s.scope.batch();
    tables::passkey_used(&mut batch, &key.credential, key.counter, used, at);
    match s.scope.commit(batch).await {
        Ok(()) => Ok(Ok(account)),
        Err(CommitError::Conflict { .. }) => Ok(Err(refused())),
        Err(e) => Err(PageError::internal(e)),
    }
}

/// Two devices seem to hold the key: it opens nothing any more, and the person is told.
async fn suspected(s: &LocalSignIn, key: &Passkey) -> Result<(), PageError> {
    let (at, account) = (s.now(), s.identity.directory().account(key.account).await.map_err(PageError::internal)?);
    let by = tables::By { account: key.account, name: account.map(|a| a.name).unwrap_or_default(), office: None };
    let mut batch = s.scope.batch();
    tables::passkey_suspect(&mut batch, &key.credential, &key.name, &by, at);
    let told = Text::new(
        format!("Khóa truy cập “{}” đã bị ngừng vì số đếm của nó đi lùi: có thể khóa đã bị sao chép. Hãy bỏ khóa này và báo quản trị viên.", key.name),
        format!("The passkey “{}” was stopped because its counter went back: it may have been copied. Remove it and tell an administrator.", key.name),
    );
    tables::notice(&mut batch, key.account, &told, at, s.rules.recovery.notice_days);
    s.scope.commit(batch).await.map_err(PageError::internal)
}
