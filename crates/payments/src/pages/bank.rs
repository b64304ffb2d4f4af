//! The simulated bank as the payer's banking app: labelled as what it is, and only there in a demonstration.

use super::parts::money;
use crate::{Payments, gateway::simulator::Fault};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::Refusal;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Field, Line, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

fn no_order() -> Refusal {
    Refusal::not_found(
        "Ngân hàng mô phỏng chưa nhận được lệnh này. Đợi vài giây rồi tải lại trang.",
        "The simulated bank has not heard of this order yet. Wait a few seconds and reload.",
    )
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    paid: Option<String>,
}

pub async fn show(State(s): State<Payments>, v: Visitor, Path(reference): Path<String>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let bank = s.bank.as_ref().ok_or_else(no_order)?;
    let (order, _) = bank.order(&reference).ok_or_else(no_order)?;
    let title = v.pick("Thanh toán thử", "Try paying");
    let mut main = kit::warning(
        v.lang,
        v.pick("Đây là ngân hàng mô phỏng để thử hệ thống. Không có tiền thật nào được chuyển.", "This is a simulated bank for trying the system. No real money moves."),
    );
    main.push(&kit::heading(title, Some(v.pick("Ngân hàng mô phỏng", "Simulated bank"))));
    if asked.paid.is_some() {
        let back = kit::link(&format!("/payments/return/{reference}"), v.pick("Về trang nộp tiền", "Back to the payment page"));
        main.push(&kit::banner(Mood::Good, v.pick("Ngân hàng mô phỏng đã nhận lệnh trả.", "The simulated bank has taken the order."), &Html(format!("<p>{back}</p>"))));
    }
    main.push(&kit::summary_list(&[
        Line::new(v.pick("Nội dung", "Text"), Html(format!("<code>{}</code>", esc(&order.reference)))),
        Line::new(v.pick("Khoản", "For"), Html::text(&order.purpose)),
        Line::new(v.pick("Số tiền", "Amount"), Html::text(&money(v.lang, order.amount))),
        Line::new(v.pick("Mã dùng đến", "Good until"), when::at_time(order.expires_at, s.now(), v.lang)),
    ]));
    let choices: Vec<Choice> =
        Fault::ALL.iter().filter(|f| !matches!(f, Fault::Down | Fault::EarlyCallback)).map(|f| Choice::new(f.code(), f.name().get(v.lang))).collect();
    let field = Field::new(v.lang, "fault", v.pick("Chuyện gì xảy ra?", "What happens?"))
        .hint(v.pick("Chọn một lỗi thường gặp để xem hệ thống xử lý.", "Choose a usual fault and watch how it is handled."))
        .value(Fault::None.code())
        .radios(&choices);
    let body = Html(format!("{field}{}", kit::button(v.pick("Trả tiền thử", "Pay (simulated)"))));
    main.push(&kit::form(&v, &format!("/simulated-bank/{reference}/pay"), &body));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).render())
}

pub async fn pay(State(s): State<Payments>, Path(reference): Path<String>, form: FormData) -> Result<Response, PageError> {
    let bank = s.bank.as_ref().ok_or_else(no_order)?;
    let fault = form.filled("fault").and_then(Fault::parse).unwrap_or(Fault::None);
    if bank.order(&reference).is_none() {
        return Err(no_order().into());
    }
    bank.pay(&reference, None, Some(fault)).await;
    if matches!(fault, Fault::LateCallback | Fault::PaidLate) {
        let later = bank.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(20)).await;
            later.release().await;
        });
    }
    Ok(Redirect::to(&format!("/simulated-bank/{reference}?paid=1")).into_response())
}
