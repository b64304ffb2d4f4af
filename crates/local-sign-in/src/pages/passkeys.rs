//! `/account/passkeys`: one's own keys.

use super::{Answer, fresh, narrow, needs_name, needs_script, own, page, passkey_in, sign_in_again, stale, status, wrong};
use crate::{LocalSignIn, model::Passkey, store as tables, views, webauthn};
use ::store::CommitError;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::Response,
};
use identity::Account;
use kernel::{Refusal, Text};
use serde_json::Value;
use web::{
    extract::FormData,
    gate::see_other,
    html::{Html, esc},
    kit::{self, Column, Field, Mood, Table},
    problem::{ApiError, PageError},
    visitor::Visitor,
    when,
};

const HERE: &str = "/account/passkeys";
const NAME_MAX: usize = 60;

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap) -> Answer {
    shown(&s, &v, &headers, &FormData::default(), None).await
}

async fn shown(s: &LocalSignIn, v: &Visitor, headers: &HeaderMap, typed: &FormData, refusal: Option<&Refusal>) -> Answer {
    let account = own(s, v).await?;
    let keys = views::passkeys(&s.scope, account.id).await.map_err(PageError::internal)?;
    let fresh = fresh(s, headers).await?;
    let title = v.pick("Khóa truy cập của tôi", "My passkeys");
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Khóa truy cập nằm trong điện thoại, máy tính hoặc khóa bảo mật của bạn và mở bằng vân tay, khuôn mặt hay mã PIN. Hệ thống chỉ giữ phần công khai của khóa.",
        "A passkey lives in your phone, computer or security key and opens with fingerprint, face or PIN. Only its public half is kept here.",
    )));
    main.push(&table(s, v, &keys, fresh));
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Thêm khóa", "Add a passkey"))));
    if s.site(headers).is_none() {
        main.push(&needs_name(v, s.demo));
    } else if keys.len() >= s.rules.passkey.most {
        main.push(&kit::para(many(s).message.get(v.lang)));
    } else if fresh {
        main.push(&needs_script(v));
        let name = Field::new(v.lang, "name", v.pick("Đặt tên cho khóa", "Name of the passkey"))
            .hint(v.pick("Để sau này nhận ra, ví dụ: Điện thoại của tôi", "To know it again, for example: My phone"))
            .value(typed.get("name").unwrap_or_default())
            .max_length(NAME_MAX)
            .errors(refusal.map_or(&[], |r| &r.reasons))
            .input();
        let body = Html(format!("{name}{}{}<p role=\"status\" data-passkey-state></p>", kit::hidden("answer", ""), kit::button(v.pick("Tạo khóa truy cập", "Make a passkey"))));
        main.push(&kit::form_with(v, HERE, &[("data-passkey", "create"), ("data-begin", "/account/passkeys/begin")], &body));
    } else {
        main.push(&sign_in_again(s, v, HERE));
    }
    let shell = narrow(v, title, main).error(refusal.is_some()).back("/account", v.pick("Tài khoản của tôi", "My account"));
    Ok(page(&shell, status(refusal)))
}

fn table(s: &LocalSignIn, v: &Visitor, keys: &[Passkey], fresh: bool) -> Html {
    let row = |k: &Passkey| {
        let kept = if k.suspect.is_some() {
            kit::chip(Mood::Bad, v.pick("Đã ngừng: có thể bị sao chép", "Stopped: may have been copied"))
        } else if k.backed_up {
            Html(format!("<span class=\"muted\">{}</span>", v.pick("Có bản đồng bộ ở nhà cung cấp", "Synchronised by its provider")))
        } else {
            Html(format!("<span class=\"muted\">{}</span>", v.pick("Chỉ trên một thiết bị", "On one device only")))
        };
        let used = k.used.map_or_else(|| Html(v.pick("Chưa dùng", "Never").to_owned()), |at| when::ago_time(at, s.now(), v.lang));
        let remove = if fresh {
            let label = Html(format!("{}<span class=\"vh\"> {}</span>", v.pick("Bỏ", "Remove"), esc(&k.name)));
            Html(format!("<button type=\"submit\" class=\"btn quiet\" name=\"credential\" value=\"{}\" data-once>{label}</button>", esc(&k.credential)))
        } else {
            Html::default()
        };
        let remove = if remove.is_empty() { remove } else { kit::form(v, "/account/passkeys/remove", &remove) };
        vec![Html(format!("{}<br>{kept}", esc(&k.name))), when::at_time(k.created, s.now(), v.lang), used, remove]
    };
    kit::table(&Table {
        caption: v.pick("Khóa đã đăng ký", "Registered passkeys").to_owned(),
        caption_hidden: true,
        columns: [("Khóa", "Passkey"), ("Thêm lúc", "Added"), ("Dùng gần nhất", "Last used"), ("Việc", "Act")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: keys.iter().map(row).collect(),
        empty: v.pick("Bạn chưa có khóa truy cập nào.", "You have no passkey yet.").to_owned(),
    })
}

fn many(s: &LocalSignIn) -> Refusal {
    let n = s.rules.passkey.most;
    Refusal::conflict("passkeys-many", format!("Mỗi tài khoản có nhiều nhất {n} khóa. Hãy bỏ khóa không dùng nữa trước."), format!("An account has at most {n} passkeys. Remove one that you no longer use first."))
}

pub async fn begin(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap) -> Result<Json<Value>, ApiError> {
    let account = own(&s, &v).await?;
    if !fresh(&s, &headers).await? {
        return Err(stale(&s).into());
    }
    let site = s.site(&headers).ok_or_else(passkey_in::nowhere)?;
    let keys = views::passkeys(&s.scope, account.id).await.map_err(ApiError::internal)?;
    if keys.len() >= s.rules.passkey.most {
        return Err(many(&s).into());
    }
    let have: Vec<String> = keys.into_iter().map(|k| k.credential).collect();
    let challenge = passkey_in::question(&s, &v, &account.id.to_string()).await?;
    let name = v.site.name.get(v.lang);
    Ok(Json(webauthn::creation(&site, name, &s.user_handle(account.id), &account.name, &challenge, &have, s.rules.passkey.challenge_seconds)))
}

pub async fn add(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap, typed: FormData) -> Answer {
    let account = own(&s, &v).await?;
    match added(&s, &v, &headers, &account, &typed).await? {
        Ok(()) => Ok(see_other(HERE)),
        Err(refusal) => shown(&s, &v, &headers, &typed, Some(&refusal)).await,
    }
}

async fn added(s: &LocalSignIn, v: &Visitor, headers: &HeaderMap, account: &Account, typed: &FormData) -> Result<Result<(), Refusal>, PageError> {
    if !fresh(s, headers).await? {
        return Ok(Err(stale(s)));
    }
    let name: String = typed.get("name").unwrap_or_default().chars().take(NAME_MAX).collect();
    if name.is_empty() {
        let refusal = Refusal::invalid("passkey-name", "Chưa có tên khóa", "The passkey has no name");
        return Ok(Err(refusal.because(Some("name"), "Đặt tên cho khóa để sau này nhận ra.", "Name the passkey so that you know it again.")));
    }
    let not_made = || {
        Refusal::invalid(
            "passkey-not-made",
            "Chưa tạo được khóa: trình duyệt không gửi câu trả lời hợp lệ, thiết bị không xác minh bạn, hoặc đã quá 5 phút. Hãy thử lại.",
            "No passkey was made: the browser sent no valid answer, the device did not verify you, or it took too long. Try again.",
        )
    };
    let Some(site) = s.site(headers) else { return Ok(Err(passkey_in::nowhere())) };
    let Some(answer) = webauthn::Answer::parse(typed.get("answer").unwrap_or_default()) else { return Ok(Err(not_made())) };
    let question = passkey_in::take_question(s, v, &answer).await?;
    let Some((challenge, _)) = question.filter(|(_, of)| *of == account.id.to_string()) else { return Ok(Err(not_made())) };
    let key = match webauthn::registered(&site, &challenge, &answer) {
        Ok(key) => key,
        Err(fault) => {
            tracing::info!(?fault, account = %account.id, "a passkey was not registered");
            return Ok(Err(not_made()));
        }
    };
    if views::passkeys(&s.scope, account.id).await.map_err(PageError::internal)?.len() >= s.rules.passkey.most {
        return Ok(Err(many(s)));
    }
    let by = by(v, account);
    let mut batch = s.scope.batch();
    tables::passkey_added(&mut batch, &key, &name, &by, s.now());
    let told = Text::new(
        format!("Khóa truy cập “{name}” đã được thêm vào tài khoản của bạn. Nếu không phải bạn làm, hãy bỏ khóa và báo quản trị viên ngay."),
        format!("The passkey “{name}” was added to your account. If it was not you, remove it and tell an administrator at once."),
    );
    tables::notice(&mut batch, account.id, &told, s.now(), s.rules.recovery.notice_days);
    match s.scope.commit(batch).await {
        Ok(()) => Ok(Ok(())),
        Err(CommitError::Conflict { .. }) => Ok(Err(Refusal::conflict("passkey-known", "Khóa này đã được đăng ký rồi.", "This passkey is registered already."))),
        Err(e) => Err(PageError::internal(e)),
    }
}

/// Who changes their own means of signing in.
pub fn by(v: &Visitor, account: &Account) -> tables::By {
    v.actor.as_deref().map_or_else(|| tables::By { account: account.id, name: account.name.clone(), office: None }, tables::By::from)
}

pub async fn remove(State(s): State<LocalSignIn>, v: Visitor, headers: HeaderMap, typed: FormData) -> Result<Response, PageError> {
    let account = own(&s, &v).await?;
    if !fresh(&s, &headers).await? {
        return shown(&s, &v, &headers, &typed, Some(&stale(&s))).await;
    }
    let keys = views::passkeys(&s.scope, account.id).await.map_err(PageError::internal)?;
    let Some(key) = keys.iter().find(|k| Some(k.credential.as_str()) == typed.get("credential")) else { return Err(PageError::not_found()) };
    let password = views::password_of(&s.scope, account.id).await.map_err(PageError::internal)?;
    if keys.len() == 1 && password.is_none() && !s.identity.has_provider() {
        let last = Refusal::conflict("last-means", "Đây là cách đăng nhập duy nhất của bạn. Hãy thêm khóa khác hoặc mật khẩu trước khi bỏ.", "This is your only way to sign in. Add another passkey or a password before you remove it.");
        return shown(&s, &v, &headers, &typed, Some(&last)).await;
    }
    let mut batch = s.scope.batch();
    tables::passkey_removed(&mut batch, &key.credential, &key.name, &by(&v, &account), s.now());
    match s.scope.commit(batch).await {
        Ok(()) | Err(CommitError::Conflict { .. }) => Ok(see_other(HERE)),
        Err(e) => Err(PageError::internal(e)),
    }
}
