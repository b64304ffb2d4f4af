//! `/sign-in/password`: name, password and code at once, so that an answer never tells which of them was wrong.

use super::{Answer, Going, narrow, page, status, wrong};
use crate::{LocalSignIn, model::Password, recovery_digest, setup, store as tables, throttle::{self, Attempt, Turn}, totp, views};
use ::store::CommitError;
use axum::{
    extract::{FromRequest, Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use identity::Account;
use kernel::{Refusal, refusal::RefusalKind};
use web::{
    extract::{FormData, Query},
    html::Html,
    kit::{self, Field},
    problem::PageError,
    visitor::Visitor,
};

/// What is typed is read to here; nothing longer was ever taken.
const TYPED_MAX: usize = 4096;

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, Query(going): Query<Going>) -> Response {
    shown(&s, &v, &going, "", None)
}

fn shown(_: &LocalSignIn, v: &Visitor, going: &Going, login: &str, refusal: Option<&Refusal>) -> Response {
    let title = v.pick("Đăng nhập bằng mật khẩu và mã một lần", "Sign in with password and one-time code");
    let reasons = refusal.map_or(&[][..], |r| &r.reasons);
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick("Dành cho cán bộ đã thiết lập. Người dân đăng nhập bằng định danh điện tử.", "For officials who have set it up. Citizens sign in with electronic identity.")));
    let name = Field::new(v.lang, "login", v.pick("Tên đăng nhập", "Sign-in name")).value(login).autocomplete("username").attr("autocapitalize", "none").attr("spellcheck", "false").errors(reasons).input();
    let password = Field::new(v.lang, "password", v.pick("Mật khẩu", "Password")).kind("password").autocomplete("current-password").errors(reasons).input();
    let code = Field::new(v.lang, "code", v.pick("Mã một lần", "One-time code"))
        .hint(v.pick("6 số đang hiện trên ứng dụng xác thực, hoặc một mã dự phòng", "The 6 figures shown by the authenticator app, or one recovery code"))
        .autocomplete("one-time-code")
        .width("w20")
        .errors(reasons)
        .input();
    let body = Html(format!("{}{name}{password}{code}{}", going.fields(), kit::button(v.pick("Đăng nhập", "Sign in"))));
    main.push(&kit::form(v, "/sign-in/password", &body));
    let lost = v.pick(
        "Mất mật khẩu hoặc điện thoại? Dùng mã dự phòng, hoặc nhờ quản trị viên của cơ quan khôi phục: cần hai quản trị viên cùng đồng ý.",
        "Lost the password or the phone? Use a recovery code, or ask your office's administrator: two administrators must agree.",
    );
    main.push(&kit::para(lost));
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("/sign-in?{}", going.query()), v.pick("Cách đăng nhập khác", "Other ways to sign in")))));
    page(&narrow(v, title, main).error(refusal.is_some()), status(refusal))
}

fn refused() -> Refusal {
    Refusal::forbidden(
        "password-refused",
        "Tên đăng nhập, mật khẩu hoặc mã không đúng. Kiểm tra bộ gõ tiếng Việt, phím Caps Lock và mã đang hiện trên ứng dụng; mỗi mã chỉ dùng một lần.",
        "Name, password or code is not right. Check the keyboard's input method, Caps Lock and the code shown now; each code is used once.",
    )
}

fn later(seconds: i64) -> Refusal {
    let (vi, en) = if seconds < 120 {
        (format!("{seconds} giây"), format!("{seconds} seconds"))
    } else {
        (format!("{} phút", (seconds + 59) / 60), format!("{} minutes", (seconds + 59) / 60))
    };
    Refusal::new(
        RefusalKind::TooMany,
        "sign-in-later",
        format!("Đã thử sai nhiều lần. Hãy đợi {vi} rồi thử lại, hoặc dùng thiết bị bạn từng đăng nhập, khóa truy cập hay định danh điện tử."),
        format!("Too many wrong attempts. Wait {en} and try again, or use a device you have signed in on before, a passkey or electronic identity."),
    )
}

pub async fn enter(State(s): State<LocalSignIn>, v: Visitor, request: Request) -> Answer {
    let headers = request.headers().clone();
    let address = web::limit::client(&request, s.trust_proxy);
    let typed = FormData::from_request(request, &()).await.map_err(PageError)?;
    let going = Going::of(&typed);
    let get = |name| typed.get(name).unwrap_or_default();
    let (login, password, code) = (throttle::login(get("login")), get("password"), get("code"));
    let mut missing = Refusal::invalid("missing", "Còn thiếu", "Something is missing");
    for (field, value, vi, en) in [("login", login.as_str(), "Nhập tên đăng nhập.", "Type the sign-in name."), ("password", password, "Nhập mật khẩu.", "Type the password."), ("code", code, "Nhập mã một lần.", "Type the one-time code.")] {
        if value.is_empty() {
            missing = missing.because(Some(field), vi, en);
        }
    }
    if !missing.reasons.is_empty() {
        return Ok(shown(&s, &v, &going, &login, Some(&missing)));
    }
    if login.len() + password.len() + code.len() > TYPED_MAX {
        return Ok(shown(&s, &v, &going, "", Some(&refused())));
    }
    let at = s.now();
    let device = throttle::device(&s.keys, &s.rules.waiting, &headers, &login, at);
    let attempt = Attempt::of(&s.rules.waiting, &login, device.as_deref(), &address);
    if let Turn::Later(seconds) = attempt.begin(&s.scope, &s.rules.waiting, at).await.map_err(PageError::internal)? {
        let mut answer = shown(&s, &v, &going, &login, Some(&later(seconds)));
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(answer);
    }
    let Some((account, acr)) = proved(&s, &login, password, code).await? else {
        return Ok(shown(&s, &v, &going, &login, Some(&refused())));
    };
    attempt.good(&s.scope).await.map_err(PageError::internal)?;
    let cookie = known_device(&s, &login)?;
    let mut answer = s.identity.admit(&v, &headers, &account, going.proof(acr)).await?;
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

fn known_device(s: &LocalSignIn, login: &str) -> Result<Option<HeaderValue>, PageError> {
    let value = throttle::device_cookie(&s.keys, login, s.now())?;
    let secure = if s.identity.secure() { "; Secure" } else { "" };
    let age = s.rules.waiting.device_known_days * 86_400;
    let text = format!("{}={value}; Path=/sign-in; Max-Age={age}; HttpOnly; SameSite=Lax{secure}", throttle::cookie_name(login));
    Ok(HeaderValue::from_str(&text).ok())
}

/// Whose name, password and code these are. A name that nobody has takes the same time.
async fn proved(s: &LocalSignIn, login: &str, password: &str, code: &str) -> Result<Option<(Account, &'static str)>, PageError> {
    let known = views::password_by_login(&s.scope, login).await.map_err(PageError::internal)?;
    let account = match &known {
        Some(p) => s.identity.directory().account(p.account).await.map_err(PageError::internal)?.filter(|a| s.admits(a)),
        None => None,
    };
    let stored = known.as_ref().filter(|_| account.is_some());
    let same = s.stretcher.same(password, stored.map(|p| p.hash.as_str())).await?;
    let (Some(stored), Some(account), true) = (stored, account, same) else { return Ok(None) };
    Ok(code_used(s, stored, &account, code).await?.map(|acr| (account, acr)))
}

/// Uses up a one-time or recovery code; `None`: it is not one, or was used.
async fn code_used(s: &LocalSignIn, stored: &Password, account: &Account, code: &str) -> Result<Option<&'static str>, PageError> {
    let at = s.now();
    let mut batch = s.scope.batch();
    let figures = setup::figures(code);
    let acr = if figures.len() == 6 && figures.bytes().all(|b| b.is_ascii_digit()) {
        let Some(secret) = s.keys.unseal(&account.id.to_string(), &stored.secret) else {
            tracing::error!(account = %account.id, "the secret of one-time codes does not open: is keys/{} the right file?", crate::keys::NAME);
            return Ok(None);
        };
        let Some(step) = totp::matches(&secret, &figures, setup::step_of(s, at), s.rules.code.window, stored.step) else { return Ok(None) };
        tables::code_used(&mut batch, account.id, step, at);
        "password+totp"
    } else {
        let by = tables::By { account: account.id, name: account.name.clone(), office: None };
        tables::recovery_code_used(&mut batch, &by, &recovery_digest(account.id, code), at);
        "password+recovery"
    };
    match s.scope.commit(batch).await {
        Ok(()) => Ok(Some(acr)),
        Err(CommitError::Conflict { .. }) => Ok(None),
        Err(e) => Err(PageError::internal(e)),
    }
}
