//! The room's pages: one's own means of signing in, signing in, and what administrators do.

mod admin;
mod links;
mod notices;
mod passkey_in;
mod passkeys;
mod password;
mod password_in;
mod setting;

use crate::LocalSignIn;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::{
    Account,
    actions::{ACCOUNT_USE, ADMIN_ACCOUNTS, SIGN_IN},
    secret,
};
use kernel::{Refusal, refusal::Reason};
use web::{
    gate::safe_next,
    html::{Html, esc, url_part},
    kit,
    page::{Shell, Width},
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

pub type Answer = Result<Response, PageError>;

pub fn routes(r: Routes<LocalSignIn>) -> Routes<LocalSignIn> {
    r.get("/sign-in/passkey", SIGN_IN, passkey_in::show)
        .post("/sign-in/passkey", SIGN_IN, passkey_in::enter)
        .post("/sign-in/passkey/begin", SIGN_IN, passkey_in::begin)
        .get("/sign-in/password", SIGN_IN, password_in::show)
        .post("/sign-in/password", SIGN_IN, password_in::enter)
        .get("/sign-in/link/{token}", SIGN_IN, links::show)
        .post("/sign-in/link/{token}", SIGN_IN, links::begin)
        .post("/sign-in/link/{token}/confirm", SIGN_IN, links::confirm)
        .get("/account/passkeys", ACCOUNT_USE, passkeys::show)
        .post("/account/passkeys", ACCOUNT_USE, passkeys::add)
        .post("/account/passkeys/begin", ACCOUNT_USE, passkeys::begin)
        .post("/account/passkeys/remove", ACCOUNT_USE, passkeys::remove)
        .get("/account/password", ACCOUNT_USE, password::show)
        .post("/account/password", ACCOUNT_USE, password::begin)
        .post("/account/password/confirm", ACCOUNT_USE, password::confirm)
        .post("/account/password/remove", ACCOUNT_USE, password::remove)
        .get("/account/notices", ACCOUNT_USE, notices::show)
        .post("/account/notices", ACCOUNT_USE, notices::read)
        .get("/admin/sign-in", ADMIN_ACCOUNTS, admin::list)
        .get("/admin/sign-in/{account}", ADMIN_ACCOUNTS, admin::show)
        .post("/admin/sign-in/{account}/invite", ADMIN_ACCOUNTS, admin::invite)
        .post("/admin/sign-in/{account}/recover", ADMIN_ACCOUNTS, admin::recover)
        .post("/admin/sign-in/recoveries/{id}", ADMIN_ACCOUNTS, admin::decide)
}

/// A page about secrets: kept by no cache.
fn page(shell: &Shell, status: StatusCode) -> Response {
    let mut response = (status, shell.render()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn narrow(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Narrow)
}

/// What is wrong, at the head of a page: the reasons at their fields, or the message.
fn wrong(v: &Visitor, refusal: Option<&Refusal>) -> Html {
    let Some(refusal) = refusal else { return Html::default() };
    let whole = [Reason { field: None, message: refusal.message.clone() }];
    kit::error_summary(v.lang, if refusal.reasons.is_empty() { &whole } else { &refusal.reasons })
}

fn status(refusal: Option<&Refusal>) -> StatusCode {
    use kernel::refusal::RefusalKind as K;
    match refusal.map(|r| r.kind) {
        None => StatusCode::OK,
        Some(K::Invalid) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(K::Conflict) => StatusCode::CONFLICT,
        Some(K::Forbidden) => StatusCode::FORBIDDEN,
        Some(K::NotFound) => StatusCode::NOT_FOUND,
        Some(K::TooMany) => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// The visitor's own account, which must be of a kind that may sign in here.
async fn own(s: &LocalSignIn, v: &Visitor) -> Result<Account, Fault> {
    let actor = v.actor.as_ref().ok_or_else(Fault::sign_in_needed)?;
    let account = s.identity.directory().account(actor.account).await.map_err(|e| Fault::Internal(e.into()))?.ok_or_else(Fault::not_found)?;
    if s.admits(&account) {
        return Ok(account);
    }
    Err(Refusal::forbidden(
        "not-for-this-account",
        "Khóa truy cập và mật khẩu ở đây chỉ dành cho tài khoản cán bộ. Bạn đăng nhập bằng định danh điện tử.",
        "Passkeys and passwords here are for officials' accounts only. You sign in with electronic identity.",
    )
    .into())
}

/// Whether the person proved who they are a short while ago: a session left open must not become a key for ever.
async fn fresh(s: &LocalSignIn, headers: &HeaderMap) -> Result<bool, Fault> {
    let session = s.identity.session(headers).await.map_err(Fault::Internal)?;
    Ok(session.is_some_and(|open| s.now().seconds_since(open.created) < s.rules.fresh_minutes * 60))
}

fn stale(s: &LocalSignIn) -> Refusal {
    Refusal::forbidden(
        "sign-in-again",
        format!("Để đổi cách đăng nhập, bạn phải vừa đăng nhập trong {} phút qua. Hãy đăng nhập lại rồi làm tiếp.", s.rules.fresh_minutes),
        format!("To change how you sign in you must have signed in within the last {} minutes. Sign in again and go on.", s.rules.fresh_minutes),
    )
}

/// How to prove oneself again and come back.
fn sign_in_again(s: &LocalSignIn, v: &Visitor, back: &str) -> Html {
    let next = url_part(back);
    let mut ways = Vec::new();
    if s.identity.has_provider() {
        ways.push(kit::link_button(&format!("/sign-in/start?next={next}"), v.pick("Định danh điện tử", "Electronic identity"), kit::Weight::Main));
    }
    ways.push(kit::link_button(&format!("/sign-in/passkey?next={next}"), v.pick("Khóa truy cập", "Passkey"), kit::Weight::Quiet));
    ways.push(kit::link_button(&format!("/sign-in/password?next={next}"), v.pick("Mật khẩu và mã", "Password and code"), kit::Weight::Quiet));
    Html(format!("{}{}", kit::inset(&Html(esc(stale(s).message.get(v.lang)))), kit::button_group(&ways)))
}

/// Where the person was going, and the form kept for them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Going {
    next: String,
    parked: String,
}

impl Going {
    fn of(typed: &web::extract::FormData) -> Self {
        let get = |name| typed.get(name).unwrap_or_default().to_owned();
        Self { next: get("next"), parked: get("parked") }
    }
    fn fields(&self) -> Html {
        let mut fields = kit::hidden("next", safe_next(&self.next));
        if let Some(token) = self.kept() {
            fields.push(&kit::hidden("parked", &token));
        }
        fields
    }
    fn kept(&self) -> Option<String> {
        Some(self.parked.clone()).filter(|t| secret::plausible(t))
    }
    fn query(&self) -> String {
        let parked = self.kept().map_or_else(String::new, |t| format!("&parked={t}"));
        format!("next={}{parked}", url_part(safe_next(&self.next)))
    }
    fn proof(&self, acr: &str) -> identity::Proof {
        identity::Proof { acr: Some(acr.to_owned()), id_token: String::new(), next: safe_next(&self.next).to_owned(), parked: self.kept() }
    }
}

/// What a page with a passkey says where no script runs.
fn needs_script(v: &Visitor) -> Html {
    Html(format!(
        "<noscript>{}</noscript>",
        kit::warning(
            v.lang,
            v.pick(
                "Khóa truy cập cần JavaScript. Hãy bật JavaScript, hoặc dùng mật khẩu và mã một lần.",
                "Passkeys need JavaScript. Turn it on, or use a password with a one-time code.",
            )
        )
    ))
}

fn needs_name(v: &Visitor, demo: bool) -> Html {
    let mut text = v
        .pick(
            "Khóa truy cập chỉ dùng được khi trang được mở bằng tên miền qua HTTPS, không phải bằng địa chỉ IP. Hãy dùng mật khẩu và mã một lần, hoặc báo quản trị viên.",
            "Passkeys work only where this site is opened by its name over HTTPS, not by an IP address. Use a password with a one-time code, or tell the administrator.",
        )
        .to_owned();
    if demo {
        text.push_str(v.pick(" Ở bản trình diễn, hãy mở trang bằng http://localhost.", " In the demonstration, open this site by http://localhost."));
    }
    kit::warning(v.lang, &text)
}
