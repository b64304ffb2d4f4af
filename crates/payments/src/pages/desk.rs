//! The cashier's desk: figures that open their rows, and the list of what is to collect.

use super::parts::{actor, at, desk_address, done, kind_name, money, money_html, office, query, status, work_page};
use crate::{Payments, views};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, time::midnight};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Field, Table},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub done: Option<String>,
    pub q: String,
    pub list: String,
    pub after: String,
}

pub async fn overview(State(s): State<Payments>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let office = office(&actor)?;
    if !asked.q.is_empty() {
        return search(&s, &v, &asked.q, office.as_str()).await;
    }
    let now = s.now();
    let o = views::overview(&s.scope, office.as_str(), midnight(now.date())).await.map_err(PageError::internal)?;
    let title = v.pick("Thu phí, lệ phí", "Fees and charges");
    let figure = |label: &str, f: views::Figure, href: &str| {
        Html(format!(
            "<a class=\"figure\" href=\"{}\"><span>{}</span><b>{}</b><span class=\"muted\">{}</span></a>",
            esc(href),
            esc(label),
            web::when::number(f.count, v.lang),
            esc(&money(v.lang, f.sum))
        ))
    };
    let figures = [
        figure(v.pick("Còn phải thu", "To collect"), o.owed, "/work/payments/list"),
        figure(v.pick("Nộp từ đầu ngày", "Paid today"), o.today, "/work/payments/list?list=today"),
        figure(v.pick("Tiền cần xem", "Money to look at"), o.review, "/work/payments/review"),
        figure(v.pick("Chờ duyệt hoàn trả, miễn", "Refunds and waivers to approve"), o.proposals, "/work/payments/proposals"),
        figure(v.pick("Chênh lệch đối soát", "Differences"), o.differences, "/work/payments/differences"),
    ];
    let mut main = done(&v, asked.done.as_deref());
    main.push(&kit::heading(title, Some(&office_name(&s, &v, office.as_str()))));
    if s.gateway.is_none() {
        main.push(&kit::inset(&Html::text(v.pick(
            "Chưa nối cổng thanh toán: mã QR vẫn dùng được, tiền vào ghi nhận bằng đối soát sao kê hoặc chứng từ tại quầy.",
            "No payment gateway is connected: QR codes still work, and money is recorded from bank statements or proofs at the counter.",
        ))));
    }
    main.push(&Html(format!("<div class=\"figures\">{}</div>", Html::join(&figures))));
    let field = Field::new(v.lang, "q", v.pick("Mã hồ sơ", "Application code")).width("w20").optional(true).input();
    main.push(&kit::search_form("/work/payments", &Html(format!("{field}{}", kit::button(v.pick("Tìm khoản phải nộp", "Find its dues"))))));
    Ok(work_page(&v, title, "overview", main).render().into_response())
}

fn office_name(s: &Payments, v: &Visitor, code: &str) -> String {
    s.desk.identity().offices().get(code).map_or_else(|| code.to_owned(), |o| o.short_name().get(v.lang).to_owned())
}

async fn search(s: &Payments, v: &Visitor, q: &str, office: &str) -> Result<Response, PageError> {
    let everywhere = super::parts::everywhere(&*actor(v)?);
    let rows = views::of_case(&s.scope, q).await.map_err(PageError::internal)?;
    let rows: Vec<_> = rows.into_iter().filter(|r| everywhere || r.office == office).collect();
    if let [only] = rows.as_slice() {
        return Ok(Redirect::to(&desk_address(only.id)).into_response());
    }
    let title = v.pick("Khoản phải nộp của hồ sơ", "Dues of the application");
    let empty = v.pick("Không có khoản nào của mã hồ sơ này ở cơ quan bạn.", "Your office has no due of this application.");
    let main = Html(format!("{}{}", kit::heading(title, Some(q)), dues(v, &rows, s.now(), title, empty)));
    Ok(work_page(v, title, "list", main).render().into_response())
}

pub fn dues(v: &Visitor, rows: &[views::DueRow], now: Instant, caption: &str, empty: &str) -> Html {
    let row = |r: &views::DueRow| {
        vec![
            kit::link(&desk_address(r.id), &r.case_code),
            Html::text(r.name.get(v.lang)),
            Html::text(&kind_name(v, r.kind)),
            Html::text(&r.payer),
            money_html(v, r.amount),
            at(v, r.paid_at.unwrap_or(r.asked_at), now),
            status(v, &r.status),
        ]
    };
    kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Hồ sơ", "Application")),
            Column::text(v.pick("Khoản", "Due")),
            Column::text(v.pick("Loại", "Kind")),
            Column::text(v.pick("Người nộp", "Payer")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Từ lúc", "Since")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: rows.iter().map(row).collect(),
        empty: empty.to_owned(),
    })
}

/// `micros~id` of the last row of the page before.
fn after(text: &str) -> (Instant, String) {
    let parts = text.split_once('~').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id)));
    match parts {
        Some((at, id)) if !id.chars().any(char::is_control) => (Instant::from_micros(at), id.to_owned()),
        _ => (Instant::from_micros(i64::MIN / 2), String::new()),
    }
}

pub async fn list(State(s): State<Payments>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let office = office(&actor)?;
    let now = s.now();
    let today = asked.list == "today";
    let (title, rows) = if today {
        let rows = views::paid_since(&s.scope, office.as_str(), midnight(now.date()), 500).await;
        (v.pick("Nộp từ đầu ngày", "Paid today"), rows)
    } else {
        (v.pick("Còn phải thu", "To collect"), views::of_office(&s.scope, office.as_str(), "owed", after(&asked.after), views::PAGE).await)
    };
    let rows = rows.map_err(PageError::internal)?;
    let full = !today && i64::try_from(rows.len()).is_ok_and(|n| n == views::PAGE);
    let next = rows.last().filter(|_| full).map(|r| format!("/work/payments/list?{}", query(&[("after", &format!("{}~{}", r.asked_at.micros(), r.id))])));
    let table = dues(&v, &rows, now, title, v.pick("Không có khoản nào.", "There is nothing."));
    let main = Html(format!("{}{table}{}", kit::heading(title, None), kit::pagination(v.lang, None, next.as_deref())));
    Ok(work_page(&v, title, "list", main).render())
}
