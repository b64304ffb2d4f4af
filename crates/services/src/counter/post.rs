//! What came by post: an envelope has a clock of its own until it is opened and typed in.

use super::{Entered, Stand, moment, said, store, store::Arrival, typed_moment};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text, id::TicketId, refusal::Reason};
use serde_json::json;
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Column, Field, Mood, Table},
    problem::PageError,
    visitor::Visitor,
};

pub async fn list(State(c): Entered, v: Visitor) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    page(&stand, &FormData::default(), &[]).await
}

async fn page(stand: &Stand<'_>, typed: &FormData, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let c = stand.counter;
    let (now, lang) = (c.now(), v.lang);
    let scope = c.desk.scope();
    let waiting = store::arrivals(scope, &stand.office, false, 200).await.map_err(PageError::internal)?;
    let opened = store::arrivals(scope, &stand.office, true, 20).await.map_err(PageError::internal)?;
    let title = v.pick("Hồ sơ đến qua bưu chính", "Applications by post");
    let mut body = Html(format!("{}{}", kit::error_summary(lang, reasons), kit::heading(title, Some(&stand.room.office_name(stand.office.as_str())))));
    body.push(&Html(format!("<p>{} {}</p>", v.pick("Mỗi bưu phẩm được mở và kiểm tra trong", "Every envelope is opened and checked within"), said(&c.rules.post, lang))));
    let rows = waiting
        .iter()
        .map(|a| {
            let state = if a.due < now { kit::chip(Mood::Bad, v.pick("trễ", "late")) } else { kit::chip(Mood::Info, v.pick("chờ mở", "to be opened")) };
            vec![
                Html(format!("<b class=\"code\">{}</b><br>{}", esc(&a.tracking), esc(&a.sender))),
                web::when::at_time(a.arrived_at, now, lang),
                Html(format!("{state} {}", web::when::due_time(a.due, now, lang))),
                Html(format!("<a href=\"/work/counter?arrival={}\">{}<span class=\"vh\"> {}</span></a>", a.id, v.pick("Mở và nhập hồ sơ", "Open and type in"), esc(&a.tracking))),
            ]
        })
        .collect();
    let columns = |last: &str| [v.pick("Bưu gửi", "Envelope"), v.pick("Đến lúc", "Arrived"), v.pick("Hạn", "Due"), last].map(Column::text).to_vec();
    body.push(&kit::table(&Table { caption: format!("{} ({})", v.pick("Chờ mở", "To be opened"), waiting.len()), caption_hidden: false, columns: columns(v.pick("Việc", "Next")), rows, empty: v.pick("Không có bưu phẩm nào chờ.", "No envelope is waiting.").to_owned() }));
    let mut form = Field::new(lang, "tracking", v.pick("Số hiệu bưu gửi", "Tracking number")).value(typed.get("tracking").unwrap_or_default()).max_length(40).width("w20").errors(reasons).input();
    form.push(&Field::new(lang, "sender", v.pick("Người gửi", "Sender")).value(typed.get("sender").unwrap_or_default()).max_length(120).errors(reasons).input());
    let at = typed.get("arrived_at").map_or_else(|| typed_moment(now), str::to_owned);
    form.push(&Field::new(lang, "arrived_at", v.pick("Giờ đến", "Arrived at")).kind("datetime-local").value(at).width("w20").errors(reasons).input());
    form.push(&kit::button(v.pick("Ghi nhận bưu phẩm", "Record the envelope")));
    body.push(&Html(format!("<h2>{}</h2>{}", v.pick("Ghi bưu phẩm vừa đến", "An envelope has come"), kit::form(v, "/work/counter/post", &form))));
    let rows = opened
        .iter()
        .map(|a| {
            let late = a.opened_at.is_some_and(|o| o > a.due);
            let state = if late { kit::chip(Mood::Bad, v.pick("mở trễ", "opened late")) } else { kit::chip(Mood::Good, v.pick("đúng hạn", "in time")) };
            vec![Html::text(&format!("{} · {}", a.tracking, a.sender)), web::when::at_time(a.arrived_at, now, lang), state, Html::text(a.code.as_deref().unwrap_or("–"))]
        })
        .collect();
    body.push(&kit::table(&Table { caption: v.pick("Đã nhập", "Typed in").to_owned(), caption_hidden: false, columns: columns(v.pick("Hồ sơ", "Case")), rows, empty: v.pick("Chưa có.", "None yet.").to_owned() }));
    stand.page(title, "/post", &body, !reasons.is_empty()).await
}

pub async fn arrived(State(c): Entered, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let now = c.now();
    let mut reasons = Vec::new();
    let mut fault = |field: &str, vi: &str, en: &str| reasons.push(Reason { field: Some(field.to_owned()), message: Text::new(vi, en) });
    let tracking = form.filled("tracking").unwrap_or_default().to_uppercase();
    if tracking.chars().count() < 4 {
        fault("tracking", "Ghi số hiệu trên bưu gửi, ví dụ EF123456789VN", "Type the number on the envelope, such as EF123456789VN");
    }
    let sender = form.filled("sender").unwrap_or_default().to_owned();
    if sender.chars().count() < 2 {
        fault("sender", "Ghi tên người gửi trên bưu gửi", "Type the sender's name");
    }
    let at = form.filled("arrived_at").and_then(moment).filter(|at| *at <= now);
    if at.is_none() {
        fault("arrived_at", "Ghi ngày giờ bưu gửi đến, không sau lúc này", "Give the day and time it came, not later than now");
    }
    let Some(arrived_at) = at.filter(|_| reasons.is_empty()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&stand, &form, &reasons).await?).into_response());
    };
    let due = c.desk.calendar(&stand.office)?.due(arrived_at, c.rules.post.span).map_err(Refusal::from)?;
    let a = Arrival { id: TicketId::new(uuid::Uuid::now_v7()), sender, tracking, arrived_at, due, opened_at: None, code: None };
    let scope = c.desk.scope();
    let mut batch = scope.batch();
    store::arrived(&mut batch, &stand.office, &a);
    let payload = json!({"office": stand.office, "tracking": a.tracking, "arrived_at": a.arrived_at, "due": a.due});
    store::entry(&mut batch, &a.id.to_string(), 1, "counter.post-arrived", now, stand.room.actor, &payload);
    let twice = || Refusal::conflict("tracking", "Số hiệu này đã được ghi nhận", "This number is recorded already").because(Some("tracking"), "Số hiệu này đã được ghi nhận; xem danh sách phía trên", "This number is recorded already; see the list above");
    match store::commit(scope, batch, twice).await {
        Ok(()) => Ok(Redirect::to("/work/counter/post").into_response()),
        Err(casework::DeskError::Refused(r)) => Ok((StatusCode::CONFLICT, page(&stand, &form, &r.reasons).await?).into_response()),
        Err(e) => Err(e.into()),
    }
}
