//! Paper that travels apart from the electronic file: who gave it, who took it, when, and what is late.

use super::{Entered, Stand, said, store, store::{Bundle, Handed}};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text, id::TicketId, refusal::Reason};
use serde_json::json;
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Column, Field, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// Most bundles of a list.
const LIST: i64 = 200;

pub async fn list(State(c): Entered, v: Visitor) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    page(&stand, None, &[]).await
}

async fn page(stand: &Stand<'_>, tried: Option<(TicketId, &FormData)>, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let scope = stand.counter.desk.scope();
    let out = store::bundles(scope, &stand.office, true, LIST).await.map_err(PageError::internal)?;
    let coming = store::bundles(scope, &stand.office, false, LIST).await.map_err(PageError::internal)?;
    let title = v.pick("Túi giấy tờ đang chuyển", "Paper bundles under way");
    let mut body = Html(format!("{}{}", kit::error_summary(v.lang, reasons), kit::heading(title, Some(&stand.room.office_name(stand.office.as_str())))));
    body.push(&Html(format!("<p>{} {}</p>", v.pick("Giấy tờ nhận cho cơ quan khác phải chuyển trong", "Paper taken for another office is passed on within"), said(&stand.counter.rules.papers, v.lang))));
    body.push(&table(stand, v.pick("Quầy này phải chuyển đi", "To be passed on from here"), &out, tried, reasons));
    body.push(&table(stand, v.pick("Đang chuyển đến", "On the way here"), &coming, tried, reasons));
    stand.page(title, "/bundles", &body, !reasons.is_empty()).await
}

fn table(stand: &Stand<'_>, caption: &str, bundles: &[Bundle], tried: Option<(TicketId, &FormData)>, reasons: &[Reason]) -> Html {
    let v = stand.v();
    let now = stand.counter.now();
    let late = bundles.iter().filter(|b| b.due < now).count();
    let rows = bundles
        .iter()
        .map(|b| {
            let state = if b.due < now { kit::chip(Mood::Bad, v.pick("trễ", "late")) } else { kit::chip(Mood::Info, v.pick("đang chuyển", "under way")) };
            vec![
                Html(format!("<b class=\"code\">{}</b><br>{}", esc(&b.code), esc(&b.title))),
                Html::text(&format!("{} → {}", stand.room.office_name(&b.giving), stand.room.office_name(&b.taking))),
                Html::text(&b.sheets.to_string()),
                Html(format!("{state} {}", web::when::due_time(b.due, now, v.lang))),
                hand_form(stand, b, tried.filter(|t| t.0 == b.id).map(|t| t.1), reasons),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: format!("{caption} ({}, {} {late})", bundles.len(), v.pick("trễ", "late")),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Hồ sơ", "Case")),
            Column::text(v.pick("Từ – đến", "From – to")),
            Column::num(v.pick("Số tờ", "Sheets")),
            Column::text(v.pick("Hạn giao", "Due")),
            Column::text(v.pick("Giao nhận", "Hand-over")),
        ],
        rows,
        empty: v.pick("Không có túi nào.", "There is none.").to_owned(),
    })
}

fn hand_form(stand: &Stand<'_>, b: &Bundle, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let v = stand.v();
    let giving = b.giving == stand.office.as_str();
    let me = stand.room.actor.name.as_str();
    let value = |name: &str, usual: &str| typed.and_then(|t| t.get(name)).unwrap_or(usual).to_owned();
    let field = |name: &'static str, label: &str, value: String| {
        let f = Field::new(v.lang, format!("{name}-{}", b.id), label).value(value).max_length(120);
        (if typed.is_some() { f.errors(&named(reasons, name, b.id)) } else { f }).input()
    };
    let mut body = field("giver", v.pick("Người giao", "Given by"), value(&format!("giver-{}", b.id), if giving { me } else { "" }));
    body.push(&field("receiver", v.pick("Người nhận", "Taken by"), value(&format!("receiver-{}", b.id), if giving { "" } else { me })));
    body.push(&Field::new(v.lang, format!("sheets-{}", b.id), v.pick("Số tờ đã đếm", "Sheets counted")).numeric().width("w4").value(value(&format!("sheets-{}", b.id), "")).input());
    body.push(&kit::Button::new(v.pick("Ghi giao nhận", "Record")).weight(Weight::Quiet).html());
    kit::details(v.pick("Giao, nhận", "Hand over"), &kit::form(v, &format!("/work/counter/bundles/{}/hand", b.id), &body), typed.is_some())
}

fn named(reasons: &[Reason], name: &str, id: TicketId) -> Vec<Reason> {
    reasons.iter().filter(|r| r.field.as_deref() == Some(name)).map(|r| Reason { field: Some(format!("{name}-{id}")), message: r.message.clone() }).collect()
}

/// Giver, receiver, sheets counted and time; either office may record it, once.
pub async fn hand(State(c): Entered, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let id: TicketId = id.parse().map_err(|_| PageError::not_found())?;
    let scope = c.desk.scope();
    let found = store::find_bundle(scope, id).await.map_err(PageError::internal)?;
    let own = |b: &Bundle| b.giving == stand.office.as_str() || b.taking == stand.office.as_str();
    let b = found.filter(own).ok_or_else(PageError::not_found)?;
    let typed = |name: &str| form.filled(&format!("{name}-{id}"));
    let mut reasons = Vec::new();
    let mut need = |name: &str, vi: &str, en: &str| {
        let value = typed(name).filter(|t| t.chars().any(char::is_alphabetic));
        if value.is_none() {
            reasons.push(Reason { field: Some(name.to_owned()), message: Text::new(vi, en) });
        }
        value.unwrap_or_default().to_owned()
    };
    let giver = need("giver", "Ghi tên người giao", "Name who gave it");
    let receiver = need("receiver", "Ghi tên người nhận", "Name who took it");
    if typed("sheets").and_then(|n| n.parse::<i64>().ok()) != Some(b.sheets) {
        reasons.push(Reason { field: None, message: Text::new(format!("Túi {} có {} tờ: đếm lại và ghi đúng số tờ khi giao", b.code, b.sheets), format!("The bundle of {} holds {} sheets: count them and type the number", b.code, b.sheets)) });
    }
    if b.handed.is_some() {
        reasons.push(Reason { field: None, message: Text::new(format!("Túi {} đã được ghi giao nhận", b.code), format!("The hand-over of {} is recorded already", b.code)) });
    }
    if !reasons.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&stand, Some((id, &form)), &reasons).await?).into_response());
    }
    let handed = Handed { giver, receiver, at: c.now() };
    let mut batch = scope.batch();
    store::hand(&mut batch, id, &handed, &stand.room.actor.name);
    let payload = json!({"code": b.code, "giving": b.giving, "taking": b.taking, "giver": handed.giver, "receiver": handed.receiver, "sheets": b.sheets, "due": b.due});
    store::entry(&mut batch, &id.to_string(), 1, "counter.papers-handed-over", handed.at, stand.room.actor, &payload);
    store::commit(scope, batch, || Refusal::conflict("handed", "Túi này vừa được ghi giao nhận", "This bundle has just been handed over")).await?;
    Ok(Redirect::to("/work/counter/bundles").into_response())
}
