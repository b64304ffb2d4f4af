//! `/sign-in/link/{token}`: what a one-time link opens. It sets a password with one-time codes and nothing else; signing in
//! comes after.

use super::{Answer, narrow, page, setting, status, wrong};
use crate::{LocalSignIn, model::{Link, LinkKind}, setup, views};
use axum::extract::State;
use identity::{Account, secret};
use kernel::Refusal;
use web::{
    extract::{FormData, Path},
    kit,
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The link and its account, while it can be used.
async fn open(s: &LocalSignIn, token: &str) -> Result<Option<(Link, Account)>, PageError> {
    if !secret::plausible(token) {
        return Ok(None);
    }
    let Some(link) = views::link(&s.scope, &secret::digest(token), s.now()).await.map_err(PageError::internal)? else { return Ok(None) };
    let account = s.identity.directory().account(link.account).await.map_err(PageError::internal)?;
    Ok(account.filter(|a| s.admits(a) && a.disabled_at.is_none()).map(|a| (link, a)))
}

fn over() -> PageError {
    Refusal::not_found(
        "Liên kết này không đúng, đã dùng rồi hoặc đã hết hạn. Hãy nhờ quản trị viên tạo liên kết mới.",
        "This link is wrong, was used or is over. Ask an administrator for a new one.",
    )
    .into()
}

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, Path(token): Path<String>) -> Answer {
    let (link, account) = open(&s, &token).await?.ok_or_else(over)?;
    Ok(shown(&s, &v, &token, &link, &account, &FormData::default(), None))
}

fn shown(s: &LocalSignIn, v: &Visitor, token: &str, link: &Link, account: &Account, typed: &FormData, refusal: Option<&Refusal>) -> axum::response::Response {
    let title = match link.kind {
        LinkKind::Invitation => v.pick("Thiết lập đăng nhập", "Set up signing in"),
        LinkKind::Recovery => v.pick("Khôi phục đăng nhập", "Recover signing in"),
    };
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, Some(&account.name)));
    let until = match v.lang {
        kernel::text::Lang::Vi => format!("Liên kết này dùng một lần, đến {}.", when::exact(link.expires, v.lang)),
        kernel::text::Lang::En => format!("This link is good once, until {}.", when::exact(link.expires, v.lang)),
    };
    main.push(&kit::para(&until));
    if link.kind == LinkKind::Recovery {
        main.push(&kit::warning(v.lang, v.pick(
            "Khi hoàn tất, mọi khóa truy cập, mật khẩu, mã dự phòng và phiên đăng nhập cũ đều bị bỏ.",
            "When you finish, all former passkeys, the password, recovery codes and sessions are gone.",
        )));
    }
    main.push(&setting::form(s, v, &format!("/sign-in/link/{token}"), typed, account.email.as_deref().unwrap_or_default(), refusal));
    page(&narrow(v, title, main).error(refusal.is_some()), status(refusal))
}

pub async fn begin(State(s): State<LocalSignIn>, v: Visitor, Path(token): Path<String>, typed: FormData) -> Answer {
    let (link, account) = open(&s, &token).await?.ok_or_else(over)?;
    let opened = Some((link.token.as_str(), link.kind));
    match setup::begin(&s, &account, opened, &typed).await? {
        Ok(begun) => Ok(setting::confirm(&s, &v, &format!("/sign-in/link/{token}/confirm"), &begun, None)),
        Err(refusal) => Ok(shown(&s, &v, &token, &link, &account, &typed, Some(&refusal))),
    }
}

pub async fn confirm(State(s): State<LocalSignIn>, v: Visitor, Path(token): Path<String>, typed: FormData) -> Answer {
    let (link, account) = open(&s, &token).await?.ok_or_else(over)?;
    let opened = Some((link.token.as_str(), link.kind));
    let get = |name| typed.get(name).unwrap_or_default();
    let again = |refusal: &Refusal| shown(&s, &v, &token, &link, &account, &FormData::default(), Some(refusal));
    let Some((waiting, begun)) = setup::found(&s, &account, opened, get("token")).await? else { return Ok(again(&setup::too_late())) };
    match setup::confirm(&s, &account, opened, &waiting, get("token"), get("code")).await? {
        Ok(codes) => Ok(setting::done(&v, &codes, "/sign-in/password", v.pick("Đăng nhập", "Sign in"))),
        Err(refusal) if refusal.code == "code" => Ok(setting::confirm(&s, &v, &format!("/sign-in/link/{token}/confirm"), &begun, Some(&refusal))),
        Err(refusal) => Ok(again(&refusal)),
    }
}
