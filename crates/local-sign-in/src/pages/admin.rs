//! `/admin/sign-in`: invitations by one administrator, recoveries by two.

use super::{Answer, page, status, wrong};
use crate::{
    LocalSignIn,
    model::{LinkKind, Recovery},
    on_account,
    store::{self as tables, By},
    views,
};
use ::store::CommitError;
use axum::{extract::State, http::StatusCode};
use identity::{Account, secret};
use kernel::{Actor, Refusal, Text, id::AccountId};
use std::sync::Arc;
use uuid::Uuid;
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc},
    kit::{self, Button, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::{Fault, PageError},
    visitor::Visitor,
    when,
};

/// Characters of a reason: one word is none.
const REASON: std::ops::RangeInclusive<usize> = 10..=500;
const LISTED: i64 = 50;

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(web::rail::below(v, "/admin"))
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// The account, which must be of a kind that may sign in here.
async fn found(s: &LocalSignIn, id: AccountId) -> Result<Account, PageError> {
    let account = s.identity.directory().account(id).await.map_err(PageError::internal)?;
    account.filter(|a| s.admits(a)).ok_or_else(PageError::not_found)
}

fn own_account() -> Refusal {
    Refusal::forbidden("own-account", "Đây là tài khoản của bạn: việc này phải do quản trị viên khác làm.", "This is your own account: another administrator must do this.")
}

pub async fn list(State(s): State<LocalSignIn>, v: Visitor) -> Answer {
    listed(&s, &v, None).await
}

async fn listed(s: &LocalSignIn, v: &Visitor, refusal: Option<&Refusal>) -> Answer {
    let title = v.pick("Khôi phục đăng nhập", "Recovery of sign-in");
    let me = actor(v)?.account;
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Một quản trị viên đề nghị khôi phục, một quản trị viên khác duyệt. Muốn đề nghị, mở tài khoản của người đó trong danh sách tài khoản.",
        "One administrator asks for a recovery, another approves. To ask for one, open the person's account in the list of accounts.",
    )));
    let mut rows = Vec::new();
    for r in views::recoveries(&s.scope, LISTED).await.map_err(PageError::internal)? {
        let name = s.identity.directory().account(r.account).await.map_err(PageError::internal)?.map_or_else(|| r.account.to_string(), |a| a.name);
        rows.push(vec![
            kit::link(&format!("/admin/sign-in/{}", r.account), &name),
            Html(format!("{}<br><span class=\"muted\">{}, {}</span>", esc(&r.reason), esc(&r.asked_name), when::at_time(r.asked_at, s.now(), v.lang))),
            decision(s, v, &r, me),
        ]);
    }
    main.push(&kit::table(&Table {
        caption: v.pick("Đề nghị khôi phục, mới nhất trước", "Requests for recovery, newest first").to_owned(),
        caption_hidden: false,
        columns: [("Tài khoản", "Account"), ("Lý do, người đề nghị", "Reason, asked by"), ("Quyết định", "Decision")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v.pick("Chưa có đề nghị nào.", "There are no requests.").to_owned(),
    }));
    Ok(page(&shell(v, title, main).error(refusal.is_some()).back("/admin/people", v.pick("Tài khoản và vị trí công tác", "Accounts and posts")), status(refusal)))
}

/// What was decided, or the buttons for whoever may decide.
fn decision(s: &LocalSignIn, v: &Visitor, r: &Recovery, me: AccountId) -> Html {
    let by = |r: &Recovery| r.decided_name.as_deref().map_or_else(String::new, |n| format!(" {}", esc(n)));
    match (r.decided_at, r.approved) {
        (Some(_), true) => return Html(format!("{}{}", kit::chip(Mood::Good, v.pick("Đã duyệt", "Approved")), by(r))),
        (Some(_), false) => return Html(format!("{}{}", kit::chip(Mood::Bad, v.pick("Đã từ chối", "Refused")), by(r))),
        (None, _) if !r.waits(s.now()) => return kit::chip(Mood::Info, v.pick("Hết hạn", "Over")),
        (None, _) if r.asked_by == me => return kit::chip(Mood::Warn, v.pick("Chờ quản trị viên khác", "Waits for another administrator")),
        (None, _) if r.account == me => return kit::chip(Mood::Warn, v.pick("Chờ người khác quyết định", "Waits for somebody else")),
        (None, _) => {}
    }
    let buttons = kit::button_group(&[
        Button::new(v.pick("Duyệt", "Approve")).weight(Weight::Quiet).named("answer", "approve").html(),
        Button::new(v.pick("Từ chối", "Refuse")).weight(Weight::Quiet).named("answer", "refuse").html(),
    ]);
    kit::form(v, &format!("/admin/sign-in/recoveries/{}", r.id), &buttons)
}

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, Path(account): Path<AccountId>) -> Answer {
    shown(&s, &v, account, &FormData::default(), None).await
}

async fn shown(s: &LocalSignIn, v: &Visitor, id: AccountId, typed: &FormData, refusal: Option<&Refusal>) -> Answer {
    let account = found(s, id).await?;
    let me = actor(v)?.account;
    let title = v.pick("Đăng nhập của tài khoản", "Sign-in of an account");
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(&account.name, Some(title)));
    main.push(&kit::summary_list(&on_account::summary(s, v, &account).await?));
    let nothing = views::passkeys(&s.scope, id).await.map_err(PageError::internal)?.is_empty() && views::password_of(&s.scope, id).await.map_err(PageError::internal)?.is_none();
    if id == me {
        main.push(&kit::inset(&Html(esc(own_account().message.get(v.lang)))));
    } else if account.disabled_at.is_some() {
        main.push(&kit::inset(&Html(esc(v.pick("Tài khoản đã bị khóa.", "The account is closed.")))));
    } else if nothing {
        main.push(&Html(format!("<h2>{}</h2>", v.pick("Mời thiết lập", "Invite to set up"))));
        let hours = s.rules.invitation_hours;
        main.push(&kit::para(&match v.lang {
            kernel::text::Lang::Vi => format!("Liên kết mời dùng một lần trong {hours} giờ và chỉ hiện một lần. Đưa tận tay người đó; việc này được ghi vào nhật ký và người đó được báo."),
            kernel::text::Lang::En => format!("The invitation is good once within {hours} hours and shown once. Hand it to the person; this is recorded and the person is told."),
        }));
        main.push(&kit::form(v, &format!("/admin/sign-in/{id}/invite"), &Button::new(v.pick("Tạo liên kết mời", "Make an invitation")).html()));
    } else {
        main.push(&Html(format!("<h2>{}</h2>", v.pick("Khôi phục khi mất mọi cách đăng nhập", "Recovery when all means are lost"))));
        if let Some(r) = views::waiting(&s.scope, id, s.now()).await.map_err(PageError::internal)? {
            main.push(&kit::summary_list(&[
                kit::Line::new(v.pick("Lý do", "Reason"), r.reason.as_str()),
                kit::Line::new(v.pick("Người đề nghị", "Asked by"), r.asked_name.as_str()),
                kit::Line::new(v.pick("Quyết định", "Decision"), decision(s, v, &r, me)),
            ]));
        } else {
            main.push(&kit::para(v.pick(
                "Chỉ đề nghị sau khi đã gặp và nhận ra người đó. Quản trị viên khác phải duyệt; liên kết khôi phục bỏ mọi cách đăng nhập cũ.",
                "Ask only after you have met and recognised the person. Another administrator must approve; the link removes all former means.",
            )));
            let reason = Field::new(v.lang, "reason", v.pick("Lý do, và bạn đã nhận ra người đó bằng cách nào", "Reason, and how you recognised the person"))
                .value(typed.get("reason").unwrap_or_default())
                .max_length(*REASON.end())
                .errors(refusal.map_or(&[], |r| &r.reasons))
                .textarea(4);
            main.push(&kit::form(v, &format!("/admin/sign-in/{id}/recover"), &Html(format!("{reason}{}", kit::button(v.pick("Đề nghị khôi phục", "Ask for recovery"))))));
        }
    }
    main.push(&Html(format!("<p>{}</p>", kit::link("/admin/sign-in", v.pick("Mọi đề nghị khôi phục", "All requests for recovery")))));
    let back = format!("/admin/people/{id}");
    Ok(page(&shell(v, title, main).error(refusal.is_some()).back(back, &account.name), status(refusal)))
}

/// The link, this once.
fn link_page(s: &LocalSignIn, v: &Visitor, account: &Account, token: &str, kind: LinkKind) -> axum::response::Response {
    let title = v.pick("Liên kết một lần", "One-time link");
    let address = format!("{}/sign-in/link/{token}", s.public_url.trim_end_matches('/'));
    let mut main = kit::heading(title, Some(&account.name));
    let (vi, en) = match kind {
        LinkKind::Invitation => (format!("Liên kết này chỉ hiện lúc này, dùng một lần trong {} giờ.", s.rules.invitation_hours), format!("This link is shown now only and is good once within {} hours.", s.rules.invitation_hours)),
        LinkKind::Recovery => (format!("Liên kết này chỉ hiện lúc này, dùng một lần trong {} phút.", s.rules.recovery.link_minutes), format!("This link is shown now only and is good once within {} minutes.", s.rules.recovery.link_minutes)),
    };
    main.push(&kit::warning(v.lang, v.pick(&vi, &en)));
    main.push(&kit::para(v.pick("Đưa tận tay người đó, không gửi qua thư điện tử hay tin nhắn chung.", "Hand it to the person; do not send it by shared mail or message.")));
    main.push(&Html(format!("<p><code>{}</code></p>", esc(&address))));
    page(&shell(v, title, main).back(format!("/admin/people/{}", account.id), &account.name), StatusCode::OK)
}

pub async fn invite(State(s): State<LocalSignIn>, v: Visitor, Path(id): Path<AccountId>) -> Answer {
    let (account, me) = (found(&s, id).await?, actor(&v)?);
    if me.account == id {
        return shown(&s, &v, id, &FormData::default(), Some(&own_account())).await;
    }
    let has_means = !views::passkeys(&s.scope, id).await.map_err(PageError::internal)?.is_empty() || views::password_of(&s.scope, id).await.map_err(PageError::internal)?.is_some();
    if has_means || account.disabled_at.is_some() {
        // One administrator alone could otherwise take over an account.
        let refusal = Refusal::conflict(
            "has-means",
            "Tài khoản này đã có cách đăng nhập hoặc đã bị khóa, nên không mời được. Nếu người đó mất mọi cách đăng nhập, hãy đề nghị khôi phục.",
            "This account has a way to sign in, or is closed, so it cannot be invited. If the person lost all means, ask for recovery.",
        );
        return shown(&s, &v, id, &FormData::default(), Some(&refusal)).await;
    }
    let (at, token) = (s.now(), secret::fresh()?);
    let mut batch = s.scope.batch();
    let by = By::from(&*me);
    tables::link_made(&mut batch, &secret::digest(&token), id, LinkKind::Invitation, &by, at, at.plus_seconds(s.rules.invitation_hours * 3600));
    tables::entry(&mut batch, "sign-in.invited", id, &by, at, serde_json::json!({}));
    let told = Text::new(
        format!("Quản trị viên {} đã tạo liên kết mời thiết lập mật khẩu cho tài khoản của bạn.", me.name),
        format!("Administrator {} made an invitation to set up a password for your account.", me.name),
    );
    tables::notice(&mut batch, id, &told, at, s.rules.recovery.notice_days);
    s.scope.commit(batch).await.map_err(PageError::internal)?;
    Ok(link_page(&s, &v, &account, &token, LinkKind::Invitation))
}

pub async fn recover(State(s): State<LocalSignIn>, v: Visitor, Path(id): Path<AccountId>, typed: FormData) -> Answer {
    let (account, me) = (found(&s, id).await?, actor(&v)?);
    let reason = kernel::text::clean(typed.get("reason").unwrap_or_default());
    let at = s.now();
    let refusal = if me.account == id {
        Some(own_account())
    } else if account.disabled_at.is_some() {
        Some(Refusal::conflict("account-closed", "Tài khoản đã bị khóa. Hãy mở lại trước.", "The account is closed. Open it again first."))
    } else if views::waiting(&s.scope, id, at).await.map_err(PageError::internal)?.is_some() {
        Some(Refusal::conflict("recovery-waits", "Đã có đề nghị khôi phục đang chờ duyệt.", "A request for recovery waits already."))
    } else if !REASON.contains(&reason.chars().count()) {
        let text = Refusal::invalid("reason", "Chưa gửi được", "This could not be sent yet");
        Some(text.because(Some("reason"), "Ghi rõ lý do (10 đến 500 ký tự).", "Give the reason (10 to 500 characters)."))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return shown(&s, &v, id, &typed, Some(&refusal)).await;
    }
    let by = By::from(&*me);
    let asked = Recovery {
        id: Uuid::now_v7().to_string(),
        account: id,
        asked_by: me.account,
        asked_name: me.name.clone(),
        reason,
        asked_at: at,
        expires: at.plus_seconds(s.rules.recovery.request_hours * 3600),
        decided_name: None,
        decided_at: None,
        approved: false,
    };
    let mut batch = s.scope.batch();
    tables::recovery_asked(&mut batch, &asked, &by);
    let told = Text::new(format!("Quản trị viên {} đã đề nghị khôi phục đăng nhập cho tài khoản của bạn.", me.name), format!("Administrator {} asked to recover the sign-in of your account.", me.name));
    tables::notice(&mut batch, id, &told, at, s.rules.recovery.notice_days);
    s.scope.commit(batch).await.map_err(PageError::internal)?;
    Ok(see_other(&format!("/admin/sign-in/{id}")))
}

pub async fn decide(State(s): State<LocalSignIn>, v: Visitor, Path(id): Path<String>, typed: FormData) -> Answer {
    let me = actor(&v)?;
    let r = views::a_recovery(&s.scope, &id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let account = found(&s, r.account).await?;
    let over = || Refusal::conflict("recovery-over", "Đề nghị này đã được quyết định hoặc đã hết hạn.", "This request was decided or is over.");
    let at = s.now();
    let refusal = if r.asked_by == me.account {
        Some(Refusal::forbidden("own-request", "Bạn là người đề nghị: quản trị viên khác phải quyết định.", "You asked for this: another administrator must decide."))
    } else if r.account == me.account {
        Some(own_account())
    } else if !r.waits(at) {
        Some(over())
    } else if !matches!(typed.get("answer"), Some("approve" | "refuse")) {
        Some(Refusal::invalid("answer", "Chọn duyệt hoặc từ chối.", "Choose to approve or to refuse."))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return listed(&s, &v, Some(&refusal)).await;
    }
    let (approved, by, token) = (typed.get("answer") == Some("approve"), By::from(&*me), secret::fresh()?);
    let mut batch = s.scope.batch();
    tables::recovery_decided(&mut batch, &r, approved, &by, at);
    if approved {
        tables::link_made(&mut batch, &secret::digest(&token), r.account, LinkKind::Recovery, &by, at, at.plus_seconds(s.rules.recovery.link_minutes * 60));
        let told = Text::new(
            format!("Khôi phục đăng nhập cho tài khoản của bạn đã được {} đề nghị và {} duyệt. Nếu không phải do bạn yêu cầu, báo thanh tra hoặc lãnh đạo ngay.", r.asked_name, me.name),
            format!("Recovery of your account's sign-in was asked for by {} and approved by {}. If you did not want it, tell the inspector or your leader at once.", r.asked_name, me.name),
        );
        tables::notice(&mut batch, r.account, &told, at, s.rules.recovery.notice_days);
    }
    match s.scope.commit(batch).await {
        Ok(()) if approved => Ok(link_page(&s, &v, &account, &token, LinkKind::Recovery)),
        Ok(()) => Ok(see_other("/admin/sign-in")),
        Err(CommitError::Conflict { .. }) => listed(&s, &v, Some(&over())).await,
        Err(e) => Err(PageError::internal(e)),
    }
}
