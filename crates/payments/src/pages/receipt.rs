//! Receipts as files, and the look-up that their QR code leads to.

use super::parts::{actor, money, office_due, own_due};
use crate::{Payments, ledger::Due, store::By};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Dong, Refusal, id::DueId};
use store::values;
use web::{
    extract::{FormData, Path, Query},
    html::Html,
    kit::{self, Line, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

fn no_receipt() -> Refusal {
    Refusal::not_found("Không có biên lai này. Kiểm tra lại ký hiệu và số.", "There is no such receipt. Check the symbol and the number.")
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Which {
    tx: Option<String>,
}

async fn file(s: &Payments, due: &Due, tx: Option<&str>) -> Result<Response, PageError> {
    let settled = due.settled_by().map(|c| c.tx.clone());
    let tx = tx.map(str::to_owned).or(settled).or_else(|| due.receipts.last().map(|r| r.tx.clone())).ok_or_else(no_receipt)?;
    let receipt = due.receipt(&tx).ok_or_else(no_receipt)?;
    let name = format!("bien-lai-{}-{}.pdf", receipt.symbol, receipt.shown(s.catalog.receipts.number.digits));
    let bytes = s.receipt_file(due, &tx).await?;
    let headers = [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\""))];
    Ok((headers, bytes).into_response())
}

pub async fn own(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>) -> Result<Response, PageError> {
    let due = own_due(&s, &*actor(&v)?, id).await?;
    file(&s, &due, None).await
}

pub async fn office(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, Query(which): Query<Which>) -> Result<Response, PageError> {
    let due = office_due(&s, &*actor(&v)?, id).await?;
    file(&s, &due, which.tx.as_deref()).await
}

pub async fn cancel(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = office_due(&s, &actor, id).await?;
    let by = By { actor: &actor, at: s.now() };
    match s.cancel_receipt(due.id, form.get("tx").unwrap_or_default(), form.get("reason").unwrap_or_default(), by).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=cancelled", super::parts::desk_address(id))).into_response()),
        Err(e) => super::due::refused(&s, &v, id, e, &form).await,
    }
}

/// Anybody who holds a receipt may see whether it is good; no name is shown.
pub async fn check(State(s): State<Payments>, v: Visitor, Path((symbol, number)): Path<(String, String)>) -> Result<Html, PageError> {
    let plain = number.len() <= 8 && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|_| plain).ok_or_else(no_receipt)?;
    let symbol = kernel::text::clean(&symbol);
    let sql = "SELECT year, amount, issued_at, cancelled_at FROM payment_receipt WHERE province = $1 AND symbol = $2 AND number = $3 ORDER BY year DESC LIMIT 1";
    let row = s.scope.one(sql, values![symbol.as_str(), number]).await.map_err(PageError::internal)?.ok_or_else(no_receipt)?;
    let read = || -> Result<_, store::StoreError> { Ok((Dong(row.int("amount")?), row.instant("issued_at")?, row.opt_instant("cancelled_at")?)) };
    let (amount, issued, cancelled) = read().map_err(PageError::internal)?;
    let title = v.pick("Tra cứu biên lai", "Check a receipt");
    let state = match cancelled {
        Some(_) => kit::chip(Mood::Bad, v.pick("Đã hủy", "Cancelled")),
        None => kit::chip(Mood::Good, v.pick("Có giá trị", "Good")),
    };
    let shown = format!("{number:0width$}", width = s.catalog.receipts.number.digits as usize);
    let lines = [
        Line::new(v.pick("Ký hiệu, số", "Symbol, number"), Html::text(&format!("{symbol} · {shown}"))),
        Line::new(v.pick("Tình trạng", "State"), state),
        Line::new(v.pick("Số tiền", "Amount"), Html::text(&money(v.lang, amount))),
        Line::new(v.pick("Ngày lập", "Issued on"), Html::text(&when::day(issued.date(), v.lang))),
    ];
    Ok(Shell::new(&v, title, Html(format!("{}{}", kit::heading(title, None), kit::summary_list(&lines)))).width(Width::Narrow).render())
}
