//! What this room says on identity's pages about accounts.

use crate::{Inner, LocalSignIn, views};
use anyhow::Context as _;
use identity::{Account, OnAccount};
use std::{future::Future, pin::Pin, sync::Weak};
use web::{
    html::{Html, url_part},
    kit::{self, Line},
    visitor::Visitor,
    when,
};

/// Held by what the room itself holds: a strong hand here would keep both for ever.
pub struct Part(pub Weak<Inner>);

impl Part {
    fn room(&self) -> anyhow::Result<LocalSignIn> {
        self.0.upgrade().map(LocalSignIn).context("the room of local sign-in is closed")
    }
}

type Said<'a, T> = Pin<Box<dyn Future<Output = anyhow::Result<T>> + Send + 'a>>;

/// Keys, password and codes of an account in a few lines.
pub async fn summary(s: &LocalSignIn, v: &Visitor, account: &Account) -> anyhow::Result<Vec<Line>> {
    let keys = views::passkeys(&s.scope, account.id).await?;
    let password = views::password_of(&s.scope, account.id).await?;
    let last = keys.iter().filter_map(|k| k.used).max();
    let t = |vi: &'static str, en: &'static str| v.pick(vi, en).to_owned();
    let keys = match (keys.len(), last) {
        (0, _) => Html(t("Chưa có", "None")),
        (n, Some(last)) => Html(format!("{n}, {} {}", t("dùng gần nhất", "last used"), when::ago_time(last, s.now(), v.lang))),
        (n, None) => Html(format!("{n}, {}", t("chưa dùng lần nào", "never used"))),
    };
    let password = match password {
        None => Html(t("Chưa thiết lập", "Not set up")),
        Some(p) => Html(format!("{} {}; {} {}", t("Thiết lập", "Set up"), when::at_time(p.set_at, s.now(), v.lang), t("mã dự phòng còn lại:", "recovery codes left:"), p.codes)),
    };
    Ok(vec![Line::new(t("Khóa truy cập", "Passkeys"), keys), Line::new(t("Mật khẩu và mã một lần", "Password and one-time code"), password)])
}

impl OnAccount for Part {
    fn own<'a>(&'a self, v: &'a Visitor, account: &'a Account) -> Said<'a, Html> {
        Box::pin(async move {
            let s = &self.room()?;
            if !s.admits(account) {
                return Ok(Html::default());
            }
            let lines = summary(s, v, account).await?;
            let mut part = Html(format!("<h2>{}</h2>", v.pick("Cách đăng nhập khác", "Other ways to sign in")));
            if views::notices(&s.scope, account.id, s.now()).await?.is_empty() {
                part.push(&kit::para(v.pick("Để vẫn làm việc được khi định danh điện tử gián đoạn.", "So that you can work when electronic identity is down.")));
            } else {
                part.push(&kit::inset(&kit::link("/account/notices", v.pick("Thông báo về cách đăng nhập của bạn", "Notices about how you sign in"))));
            }
            part.push(&kit::summary_list(&lines));
            part.push(&kit::button_group(&[
                kit::link_button("/account/passkeys", v.pick("Khóa truy cập", "Passkeys"), kit::Weight::Quiet),
                kit::link_button("/account/password", v.pick("Mật khẩu và mã một lần", "Password and one-time code"), kit::Weight::Quiet),
            ]));
            Ok(part)
        })
    }

    fn kept<'a>(&'a self, v: &'a Visitor, account: &'a Account) -> Said<'a, Html> {
        Box::pin(async move {
            let s = &self.room()?;
            if !s.admits(account) {
                return Ok(Html::default());
            }
            let mut part = kit::summary_list(&summary(s, v, account).await?);
            part.push(&kit::button_group(&[kit::link_button(&format!("/admin/sign-in/{}", account.id), v.pick("Mời thiết lập, khôi phục đăng nhập", "Invite to set up, recover sign-in"), kit::Weight::Quiet)]));
            Ok(part)
        })
    }

    fn first<'a>(&'a self, account: &'a Account, next: &'a str) -> Said<'a, Option<String>> {
        Box::pin(async move {
            let s = self.room()?;
            if !s.admits(account) {
                return Ok(None);
            }
            let unread = views::notices(&s.scope, account.id, s.now()).await?.iter().any(|n| n.read_at.is_none());
            Ok(unread.then(|| format!("/account/notices?next={}", url_part(next))))
        })
    }
}
