//! `/account/notices`: what somebody is told after signing in, until they have read it.

use super::{Answer, Going, narrow, own, page};
use crate::{LocalSignIn, store as tables, views};
use axum::{extract::State, http::StatusCode};
use web::{
    extract::{FormData, Query},
    gate::{safe_next, see_other},
    html::{Html, esc},
    kit,
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn show(State(s): State<LocalSignIn>, v: Visitor, Query(going): Query<Going>) -> Answer {
    let account = own(&s, &v).await?;
    let notices = views::notices(&s.scope, account.id, s.now()).await.map_err(PageError::internal)?;
    let title = v.pick("Thông báo về cách đăng nhập của bạn", "Notices about how you sign in");
    let mut main = kit::heading(title, None);
    if notices.is_empty() {
        main.push(&kit::para(v.pick("Không có thông báo nào.", "There are no notices.")));
    }
    for n in &notices {
        main.push(&kit::inset(&Html(format!("<p>{}</p><p class=\"muted\">{}</p>", esc(n.text.get(v.lang)), when::at_time(n.at, s.now(), v.lang)))));
    }
    let label = if notices.iter().any(|n| n.read_at.is_none()) { v.pick("Tôi đã đọc, tiếp tục", "I have read this, go on") } else { v.pick("Tiếp tục", "Go on") };
    main.push(&kit::form(&v, "/account/notices", &Html(format!("{}{}", going.fields(), kit::button(label)))));
    Ok(page(&narrow(&v, title, main), StatusCode::OK))
}

pub async fn read(State(s): State<LocalSignIn>, v: Visitor, typed: FormData) -> Answer {
    let account = own(&s, &v).await?;
    let mut batch = s.scope.batch();
    tables::notices_read(&mut batch, account.id, s.now());
    s.scope.commit(batch).await.map_err(PageError::internal)?;
    Ok(see_other(safe_next(typed.get("next").unwrap_or("/"))))
}
