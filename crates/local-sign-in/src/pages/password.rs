//! `/account/password`: one's own password with one-time codes.

use super::{Answer, fresh, narrow, own, page, passkeys::by, setting, sign_in_again, stale, status, wrong};
use crate::{LocalSignIn, on_account, setup, store as tables, views};
use ::store::CommitError;
use axum::{extract::State, http::HeaderMap};
use kernel::Refusal;
use web::{
    extract::FormData,
    gate::see_other,
    html::Html,
    kit::{self, Button, Weight},
    problem::PageError,
    visitor::Visitor,
};

const HERE: &str = "/account/password";

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap) -> Answer {
    shown(&s, &v, &headers, &FormData::default(), None).await
}

async fn shown(s: &LocalSignIn, v: &Visitor, headers: &HeaderMap, typed: &FormData, refusal: Option<&Refusal>) -> Answer {
    let account = own(s, v).await?;
    let known = views::password_of(&s.scope, account.id).await.map_err(PageError::internal)?;
    let title = v.pick("Mật khẩu và mã một lần", "Password and one-time code");
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, None));
    main.push(&kit::summary_list(&on_account::summary(s, v, &account).await?));
    if !fresh(s, headers).await? {
        main.push(&sign_in_again(s, v, HERE));
    } else {
        let heading = if known.is_some() { v.pick("Thay mật khẩu và mã", "Replace password and codes") } else { v.pick("Thiết lập", "Set up") };
        main.push(&Html(format!("<h2>{heading}</h2>")));
        if known.is_some() {
            main.push(&kit::para(v.pick(
                "Mật khẩu, khóa của ứng dụng xác thực và mã dự phòng cũ hết hiệu lực khi bạn hoàn tất.",
                "The former password, the app's key and recovery codes end when you finish.",
            )));
        }
        let proposed = known.as_ref().map(|p| p.login.clone()).or_else(|| account.email.clone()).unwrap_or_default();
        main.push(&setting::form(s, v, HERE, typed, &proposed, refusal));
        if known.is_some() {
            let button = Button::new(v.pick("Bỏ mật khẩu và mã", "Remove password and codes")).weight(Weight::Quiet).html();
            main.push(&kit::form(v, "/account/password/remove", &button));
        }
    }
    let shell = narrow(v, title, main).error(refusal.is_some()).back("/account", v.pick("Tài khoản của tôi", "My account"));
    Ok(page(&shell, status(refusal)))
}

pub async fn begin(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap, typed: FormData) -> Answer {
    let account = own(&s, &v).await?;
    if !fresh(&s, &headers).await? {
        return shown(&s, &v, &headers, &typed, Some(&stale(&s))).await;
    }
    match setup::begin(&s, &account, None, &typed).await? {
        Ok(begun) => Ok(setting::confirm(&s, &v, "/account/password/confirm", &begun, None)),
        Err(refusal) => shown(&s, &v, &headers, &typed, Some(&refusal)).await,
    }
}

pub async fn confirm(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap, typed: FormData) -> Answer {
    let account = own(&s, &v).await?;
    let get = |name| typed.get(name).unwrap_or_default();
    let Some((waiting, begun)) = setup::found(&s, &account, None, get("token")).await? else {
        return shown(&s, &v, &headers, &FormData::default(), Some(&setup::too_late())).await;
    };
    match setup::confirm(&s, &account, None, &waiting, get("token"), get("code")).await? {
        Ok(codes) => Ok(setting::done(&v, &codes, "/account", v.pick("Về tài khoản của tôi", "To my account"))),
        Err(refusal) if refusal.code == "code" => Ok(setting::confirm(&s, &v, "/account/password/confirm", &begun, Some(&refusal))),
        Err(refusal) => shown(&s, &v, &headers, &FormData::default(), Some(&refusal)).await,
    }
}

pub async fn remove(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap) -> Answer {
    let account = own(&s, &v).await?;
    if !fresh(&s, &headers).await? {
        return shown(&s, &v, &headers, &FormData::default(), Some(&stale(&s))).await;
    }
    let keys = views::passkeys(&s.scope, account.id).await.map_err(PageError::internal)?;
    if keys.is_empty() && !s.identity.has_provider() {
        let last = Refusal::conflict("last-means", "Đây là cách đăng nhập duy nhất của bạn. Hãy thêm khóa truy cập trước khi bỏ.", "This is your only way to sign in. Add a passkey before you remove it.");
        return shown(&s, &v, &headers, &FormData::default(), Some(&last)).await;
    }
    let mut batch = s.scope.batch();
    tables::password_removed(&mut batch, &by(&v, &account), s.now());
    match s.scope.commit(batch).await {
        Ok(()) | Err(CommitError::Conflict { .. }) => Ok(see_other(HERE)),
        Err(e) => Err(PageError::internal(e)),
    }
}
