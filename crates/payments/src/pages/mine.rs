//! The payer's pages: what is owed and why, the code to pay with, what became of the money, the receipt.

use super::parts::{actor, before_name, cited, done, how_name, kind_name, money, money_html, own_due, status, text};
use crate::{
    Payments,
    catalog::MoneyKind,
    ledger::{CreditState, Due, Status, Try},
    store::By,
    vietqr::{To, VietQr, purpose},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal, id::DueId};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Table, Weight},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Dues shown on the first page.
const SHOWN: i64 = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
}

pub async fn home(State(s): State<Payments>, v: Visitor) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let rows = match actor.party {
        Some(party) => views::own(&s.scope, party, SHOWN).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let title = v.pick("Khoản phải nộp của tôi", "What I have to pay");
    let main = Html(format!("{}{}", kit::heading(title, None), dues_table(&v, &rows)));
    Ok(Shell::new(&v, title, main).back("/account", v.pick("Tài khoản của tôi", "My account")).render())
}

pub async fn of_case(State(s): State<Payments>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let rows = views::of_case(&s.scope, &code).await.map_err(PageError::internal)?;
    let mut own = Vec::new();
    for row in rows {
        if own_due(&s, &actor, row.id).await.is_ok() {
            own.push(row);
        }
    }
    match own.as_slice() {
        [] => Err(crate::acts::no_due().into()),
        [only] => Ok(Redirect::to(&format!("/payments/{}", only.id)).into_response()),
        [first, ..] => {
            let title = v.pick("Khoản phải nộp của hồ sơ", "What the application costs");
            let back = format!("/my/{}", first.case_code);
            let main = Html(format!("{}{}", kit::heading(title, Some(&first.case_code)), dues_table(&v, &own)));
            Ok(Shell::new(&v, title, main).back(back, v.pick("Hồ sơ", "The application")).render().into_response())
        }
    }
}

fn dues_table(v: &Visitor, rows: &[views::DueRow]) -> Html {
    let row = |r: &views::DueRow| {
        vec![
            kit::link(&format!("/payments/{}", r.id), r.name.get(v.lang)),
            Html::text(&kind_name(v, r.kind)),
            Html::text(&r.case_code),
            money_html(v, r.amount),
            status(v, &r.status),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Các khoản phí, lệ phí, nghĩa vụ tài chính", "Fees, charges and obligations").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Khoản", "Due")),
            Column::text(v.pick("Loại", "Kind")),
            Column::text(v.pick("Hồ sơ", "Application")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: rows.iter().map(row).collect(),
        empty: v.pick("Bạn không có khoản nào phải nộp.", "You have nothing to pay.").to_owned(),
    })
}

pub async fn show(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let due = own_due(&s, &*actor(&v)?, id).await?;
    page(&s, &v, &due, asked.done.as_deref(), None)
}

fn page(s: &Payments, v: &Visitor, due: &Due, said: Option<&str>, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let now = s.now();
    let mut main = done(v, said);
    if let Some(r) = refusal {
        main.push(&kit::banner(Mood::Bad, r.message.get(v.lang), &Html::default()));
    }
    main.push(&kit::heading(text(v, &due.name), Some(&caption(v, due))));
    main.push(&Html(format!("<p class=\"owed\"><b>{}</b> {}</p>", esc(&money(v.lang, due.amount)), status(v, due.status.code()))));
    main.push(&standing(s, v, due, now));
    if due.status == Status::Owed {
        main.push(&how_to_pay(s, v, due, now)?);
    }
    main.push(&reasons(v, due));
    let (back, whither) = match due.kind {
        MoneyKind::Signatures if due.parties.is_empty() => ("/work/signatures".to_owned(), v.pick("Chữ ký số trả trước", "Prepaid signatures")),
        MoneyKind::Signatures => ("/signatures".to_owned(), v.pick("Chữ ký số của tôi", "My digital signature")),
        _ => (format!("/my/{}", due.case_code), v.pick("Hồ sơ", "The application")),
    };
    Ok(Shell::new(v, text(v, &due.name), main).back(back, whither).error(refusal.is_some()).render())
}

/// Kind and case, where it is of a case.
pub fn caption(v: &Visitor, due: &Due) -> String {
    let kind = kind_name(v, due.kind);
    if due.case_code.as_str().is_empty() { kind } else { format!("{kind} · {}", due.case_code) }
}

/// What became of the money: settled with its receipt, or being looked at.
fn standing(s: &Payments, v: &Visitor, due: &Due, now: Instant) -> Html {
    let mut out = Html::default();
    if let Some(c) = due.settled_by() {
        let receipt = match due.receipt(&c.tx) {
            Some(r) if r.cancelled.is_none() => {
                let number = r.shown(s.catalog.receipts.number.digits);
                kit::link(&format!("/payments/{}/receipt", due.id), &format!("{} {} · {}", v.pick("Biên lai", "Receipt"), r.symbol, number))
            }
            Some(_) => Html::text(v.pick("Biên lai đã hủy", "The receipt was cancelled")),
            None if due.kind == MoneyKind::Obligation => Html::text(v.pick("Chứng từ do cơ quan thuế và kho bạc cấp", "The tax office and the treasury give their own papers")),
            None if due.kind == MoneyKind::Signatures => Html::text(v.pick("Nhà cung cấp gửi hóa đơn điện tử", "The provider sends the invoice")),
            None if c.paper.is_some() => Html::text(v.pick("Biên lai giấy đã cấp tại quầy", "A receipt on paper was given at the counter")),
            None if c.how == crate::ledger::How::Portal => Html::text(v.pick("Biên lai ở Cổng Dịch vụ công quốc gia", "The receipt is at the national portal")),
            None => Html::text(v.pick("Biên lai đang được lập, thường trong vài giây.", "The receipt is being made, usually within seconds.")),
        };
        out.push(&kit::card(
            v.pick("Đã nộp xong", "Paid"),
            &kit::summary_list(&[
                Line::new(v.pick("Thời điểm nộp", "Paid at"), when::at_time(c.at, now, v.lang)),
                Line::new(v.pick("Cách nộp", "Way"), Html::text(how_name(v, c.how.code()))),
                Line::new(v.pick("Mã giao dịch", "Transaction"), Html::text(&c.tx)),
                Line::new(v.pick("Biên lai", "Receipt"), receipt),
            ]),
        ));
    }
    for c in due.in_review() {
        let CreditState::Review { why } = c.state else { continue };
        let body = Html(format!(
            "<p>{}</p><p>{}</p>",
            esc(&match v.lang {
                kernel::text::Lang::Vi => format!("Chúng tôi đã nhận {} (giao dịch {}). Lý do phải xem lại: {}.", c.amount, c.tx, why.name().vi.to_lowercase()),
                kernel::text::Lang::En => format!("We have received {} (transaction {}). It has to be looked at: {}.", money(v.lang, c.amount), c.tx, why.name().en.to_lowercase()),
            }),
            esc(v.pick(
                "Tiền của bạn không mất: cán bộ sẽ dùng khoản này để nộp hoặc hoàn trả, và báo cho bạn. Bạn không cần làm gì.",
                "Your money is safe: an officer will use it for this due or pay it back, and tell you. You need not do anything.",
            )),
        ));
        out.push(&kit::banner(Mood::Warn, v.pick("Có khoản tiền đang được kiểm tra", "Money is being looked at"), &body));
    }
    for c in due.credits.iter().filter(|c| matches!(c.state, CreditState::Refunded { .. })) {
        let line = format!("{} {} · {}", v.pick("Đã hoàn trả", "Paid back"), money(v.lang, c.amount), c.tx);
        out.push(&kit::inset(&Html::text(&line)));
    }
    out
}

fn how_to_pay(s: &Payments, v: &Visitor, due: &Due, now: Instant) -> Result<Html, PageError> {
    let open = due.open_try().filter(|t| t.expires_at > now && t.amount == due.amount);
    let Some(t) = open else {
        let expired = due.tries.iter().any(|t| t.expires_at <= now);
        let hint = if expired {
            v.pick("Mã trước đã hết hạn. Nếu bạn đã chuyển tiền theo mã đó, đừng nộp lại: bấm “Kiểm tra”.", "The last code has expired. If you paid with it, do not pay again: press “Check”.")
        } else {
            v.pick("Mã QR dùng được với mọi ứng dụng ngân hàng Việt Nam.", "The QR code works with every Vietnamese banking app.")
        };
        let button = kit::button(v.pick("Lấy mã QR để nộp", "Get a QR code to pay"));
        let mut body = Html(format!("<p>{}</p>{}", esc(hint), kit::form(v, &format!("/payments/{}/qr", due.id), &button)));
        if expired {
            body.push(&check_form(v, due));
        }
        return Ok(kit::card(v.pick("Nộp tiền", "Pay"), &body));
    };
    code(s, v, due, t, now)
}

/// What a code says, as picture and as the same in words.
pub fn vietqr(due: &Due, t: &Try) -> VietQr {
    let kind = due.kind.name().vi;
    VietQr {
        bank: t.bank.clone(),
        to: To::Account(t.account.clone()),
        amount: Some(t.amount),
        bill: Some(t.reference.clone()),
        purpose: Some(purpose(&format!("{} {kind}", t.reference))),
    }
}

fn code(s: &Payments, v: &Visitor, due: &Due, t: &Try, now: Instant) -> Result<Html, PageError> {
    let qr = vietqr(due, t);
    let label = v.pick("Mã VietQR để nộp; các thông tin chuyển khoản ghi ngay dưới đây", "VietQR code; the same details stand below");
    let picture = qr.svg(label).map_err(PageError::internal)?;
    let account = s.catalog.accounts.iter().find(|a| a.number == t.account && a.bank.bin == t.bank);
    let bank = account.map_or_else(|| t.bank.clone(), |a| a.bank.name.get(v.lang).to_owned());
    let mut lines = vec![Line::new(v.pick("Ngân hàng", "Bank"), Html::text(&bank)), Line::new(v.pick("Số tài khoản", "Account"), Html::text(&t.account))];
    if let Some(a) = account {
        lines.push(Line::new(v.pick("Chủ tài khoản", "Holder"), Html::text(&a.holder)));
    }
    lines.push(Line::new(v.pick("Số tiền", "Amount"), money_html(v, t.amount)));
    lines.push(Line::new(v.pick("Nội dung chuyển khoản", "Transfer text"), Html(format!("<code>{}</code>", esc(qr.purpose.as_deref().unwrap_or_default())))));
    lines.push(Line::new(v.pick("Mã dùng đến", "Good until"), when::at_time(t.expires_at, now, v.lang)));
    let mut body = Html(format!("<div class=\"pay\"><div>{picture}</div><div>{}</div></div>", kit::summary_list(&lines)));
    if account.is_some_and(|a| a.demo) {
        body.push(&kit::warning(v.lang, v.pick("Tài khoản này là tài khoản mẫu: đừng chuyển tiền thật.", "This account is invented: do not send real money.")));
    }
    body.push(&Html(format!(
        "<p>{}</p>",
        esc(v.pick(
            "Giữ nguyên số tiền và nội dung. Mỗi mã nộp một lần; nộp xong trang này tự ghi nhận khi ngân hàng báo, dù bạn đóng trình duyệt.",
            "Keep amount and text as they are. One code is paid once; this page notes it when the bank tells us, even if you close the browser.",
        ))
    )));
    body.push(&check_form(v, due));
    if s.bank.is_some() {
        let link = kit::link_button(&format!("/simulated-bank/{}", t.reference), v.pick("Thanh toán thử (ngân hàng mô phỏng)", "Try paying (simulated bank)"), Weight::Quiet);
        body.push(&Html(format!("<p class=\"apart\">{link}</p>")));
    }
    Ok(kit::card(v.pick("Quét mã để nộp", "Scan to pay"), &body))
}

fn check_form(v: &Visitor, due: &Due) -> Html {
    let button = kit::Button::new(v.pick("Kiểm tra đã nhận tiền chưa", "Check whether it arrived")).weight(Weight::Quiet).html();
    kit::form(v, &format!("/payments/{}/check", due.id), &button)
}

fn reasons(v: &Visitor, due: &Due) -> Html {
    let mut lines = vec![
        Line::new(v.pick("Loại khoản thu", "Kind"), Html::text(&kind_name(v, due.kind))),
        Line::new(v.pick("Cách tính", "How it is counted"), Html::text(text(v, &due.why))),
        Line::new(v.pick("Căn cứ", "Legal basis"), cited(v, due.basis.as_ref())),
    ];
    if !due.before.is_empty() {
        lines.push(Line::new(v.pick("Phải nộp", "To be paid"), Html::text(before_name(v, &due.before))));
    }
    if let Some(notice) = &due.notice {
        lines.push(Line::new(v.pick("Thông báo số", "Notice"), Html::text(notice)));
    }
    if !due.refundable {
        lines.push(Line::new(v.pick("Hoàn trả", "Refund"), Html::text(v.pick("Theo quy định, khoản này không hoàn trả khi hồ sơ không được chấp thuận.", "By law this is not refunded when the application is refused."))));
    }
    if !due.reason.is_empty() {
        lines.push(Line::new(v.pick("Ghi chú", "Note"), Html::text(&due.reason)));
    }
    kit::card(v.pick("Vì sao phải nộp", "Why this is owed"), &kit::summary_list(&lines))
}

pub async fn open(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = own_due(&s, &actor, id).await?;
    match s.open(due.id, By { actor: &actor, at: s.now() }).await {
        Ok(_) => Ok(Redirect::to(&format!("/payments/{id}")).into_response()),
        Err(crate::acts::ActError::Refused(r)) => {
            let due = own_due(&s, &actor, id).await?;
            Ok((axum::http::StatusCode::CONFLICT, page(&s, &v, &due, None, Some(&r))?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn check(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>) -> Result<Response, PageError> {
    let due = own_due(&s, &*actor(&v)?, id).await?;
    if due.status == Status::Owed {
        s.check_now(&due, s.now()).await?;
    }
    Ok(Redirect::to(&format!("/payments/{id}?done=checked")).into_response())
}

/// Where the bank sends a browser back to. It shows how the due stands and changes nothing: only the bank's own word does.
pub async fn come_back(State(s): State<Payments>, v: Visitor, Path(reference): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = views::by_reference(&s.scope, &kernel::text::clean(&reference)).await.map_err(PageError::internal)?;
    let (due, _) = found.ok_or_else(crate::acts::no_due)?;
    let due = own_due(&s, &actor, due).await?;
    Ok(Redirect::to(&format!("/payments/{}", due.id)).into_response())
}
