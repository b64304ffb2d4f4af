//! Setting up a password with one-time codes: begun with a name and a password, finished with the first code.

use crate::{LocalSignIn, keys::random, model::{LinkKind, Setup}, password, recovery_code, recovery_digest, store as tables, throttle, totp, views};
use ::store::CommitError;
use identity::{Account, secret};
use kernel::{Instant, Refusal, Text};
use web::{extract::FormData, problem::PageError};

/// What stands behind a link: its digest and kind.
pub type Opened<'a> = Option<(&'a str, LinkKind)>;

/// A set-up as the next page shows it.
pub struct Begun {
    pub token: String,
    pub login: String,
    /// In base 32, for the authenticator.
    pub secret: String,
}

fn login_is_good(login: &str) -> bool {
    (3..=64).contains(&login.len()) && login.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_@".contains(&b))
}

/// Takes name and password; the secret of the codes is made and kept sealed until the first code proves that it arrived.
pub async fn begin(s: &LocalSignIn, account: &Account, opened: Opened<'_>, typed: &FormData) -> Result<Result<Begun, Refusal>, PageError> {
    let login = throttle::login(typed.get("login").unwrap_or_default());
    let chosen = typed.get("password").unwrap_or_default();
    let mut refusal = Refusal::invalid("password", "Chưa thiết lập được", "This could not be set up yet");
    if !login_is_good(&login) {
        refusal = refusal.because(Some("login"), "Tên đăng nhập có 3 đến 64 ký tự: chữ cái không dấu, số và các dấu . - _ @.", "A sign-in name has 3 to 64 characters: letters without marks, figures and . - _ @.");
    } else if views::password_by_login(&s.scope, &login).await.map_err(PageError::internal)?.is_some_and(|p| p.account != account.id) {
        refusal = refusal.because(Some("login"), "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.", "Somebody uses this sign-in name already. Choose another.");
    }
    let email = account.email.as_deref().unwrap_or_default();
    if let Some(Text { vi, en }) = password::refused(&s.rules.password, chosen, &[&account.name, &login, email]) {
        refusal = refusal.because(Some("password"), vi, en);
    } else if typed.get("again") != Some(chosen) {
        refusal = refusal.because(Some("again"), "Hai lần nhập mật khẩu không giống nhau. Hãy nhập lại.", "The two passwords differ. Type it again.");
    }
    if !refusal.reasons.is_empty() {
        return Ok(Err(refusal));
    }
    let plain = random::<{ totp::SECRET }>()?;
    let setup = Setup {
        account: account.id,
        login: login.clone(),
        hash: s.stretcher.keep(chosen).await?,
        secret: s.keys.seal(&account.id.to_string(), &plain)?,
        link: opened.map(|(digest, _)| digest.to_owned()).unwrap_or_default(),
    };
    let token = secret::fresh()?;
    let mut batch = s.scope.batch();
    tables::setup_begun(&mut batch, &secret::digest(&token), &setup, s.now().plus_seconds(s.rules.code.setup_minutes * 60));
    s.scope.commit(batch).await.map_err(PageError::internal)?;
    Ok(Ok(Begun { token, login, secret: totp::base32(&plain) }))
}

/// The set-up of a token, for the account and the link it was begun with.
pub async fn found(s: &LocalSignIn, account: &Account, opened: Opened<'_>, token: &str) -> Result<Option<(Setup, Begun)>, PageError> {
    if !secret::plausible(token) {
        return Ok(None);
    }
    let setup = views::setup(&s.scope, &secret::digest(token), s.now()).await.map_err(PageError::internal)?;
    let link = opened.map(|(digest, _)| digest).unwrap_or_default();
    let Some(setup) = setup.filter(|p| p.account == account.id && p.link == link) else { return Ok(None) };
    let Some(plain) = s.keys.unseal(&account.id.to_string(), &setup.secret) else { return Ok(None) };
    let begun = Begun { token: token.to_owned(), login: setup.login.clone(), secret: totp::base32(&plain) };
    Ok(Some((setup, begun)))
}

pub fn too_late() -> Refusal {
    Refusal::conflict("setup-over", "Lần thiết lập này đã hết hạn hoặc đã hoàn tất. Hãy bắt đầu lại từ đầu.", "This set-up is over or was finished. Begin again.")
}

fn wrong_code() -> Refusal {
    Refusal::invalid("code", "Mã chưa đúng", "The code is not right").because(
        Some("code"),
        "Mã không đúng hoặc đã đổi. Nhập mã 6 số đang hiện trên ứng dụng; kiểm tra giờ của điện thoại.",
        "The code is wrong or has changed. Type the 6 figures shown now; check the time of the phone.",
    )
}

/// Finishes a set-up with its first code; answers the recovery codes, to be shown once.
pub async fn confirm(s: &LocalSignIn, account: &Account, opened: Opened<'_>, setup: &Setup, token: &str, code: &str) -> Result<Result<Vec<String>, Refusal>, PageError> {
    let at = s.now();
    let Some(plain) = s.keys.unseal(&account.id.to_string(), &setup.secret) else { return Ok(Err(too_late())) };
    let now = step_of(s, at);
    let Some(step) = totp::matches(&plain, &figures(code), now, s.rules.code.window, 0) else { return Ok(Err(wrong_code())) };
    let codes = (0..s.rules.code.recovery_codes).map(|_| recovery_code()).collect::<anyhow::Result<Vec<_>>>()?;
    let digests: Vec<String> = codes.iter().map(|c| recovery_digest(account.id, c)).collect();
    let by = tables::By { account: account.id, name: account.name.clone(), office: None };
    let mut batch = s.scope.batch();
    if let Some((digest, kind)) = opened {
        tables::link_used(&mut batch, digest, at);
        if kind == LinkKind::Recovery {
            // Whoever holds the lost means must not be able to use them, nor a session opened with them.
            tables::passkeys_removed(&mut batch, account.id);
            s.identity.directory().sign_out_everywhere(&mut batch, account.id);
            tables::entry(&mut batch, "sign-in.recovered", account.id, &by, at, serde_json::json!({}));
        }
    }
    tables::password_set(&mut batch, &secret::digest(token), setup, step, &digests, &by, at);
    let told = match opened {
        Some((_, LinkKind::Recovery)) => Text::new(
            "Đăng nhập đã được khôi phục: mọi khóa truy cập, mật khẩu và phiên cũ đã bị bỏ, mật khẩu mới được đặt. Nếu không phải bạn làm, báo quản trị viên ngay.",
            "Sign-in was recovered: all former passkeys, the password and sessions are gone and a new password was set. If it was not you, tell an administrator at once.",
        ),
        _ => Text::new(
            "Mật khẩu và mã một lần đã được thiết lập cho tài khoản của bạn. Nếu không phải bạn làm, báo quản trị viên ngay.",
            "A password with one-time codes was set up for your account. If it was not you, tell an administrator at once.",
        ),
    };
    tables::notice(&mut batch, account.id, &told, at, s.rules.recovery.notice_days);
    match s.scope.commit(batch).await {
        Ok(()) => Ok(Ok(codes)),
        Err(CommitError::Conflict { label }) if label == "login" => Ok(Err(Refusal::conflict(
            "login-taken",
            "Tên đăng nhập này vừa có người khác lấy. Hãy bắt đầu lại với tên khác.",
            "Somebody has just taken this sign-in name. Begin again with another.",
        ))),
        Err(CommitError::Conflict { .. }) => Ok(Err(too_late())),
        Err(e) => Err(PageError::internal(e)),
    }
}

/// The step of one-time codes at an instant.
pub fn step_of(s: &LocalSignIn, at: Instant) -> i64 {
    totp::step(at.micros().div_euclid(1_000_000), s.rules.code.seconds)
}

/// Figures of a code as typed, with or without spaces.
pub fn figures(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).collect()
}
