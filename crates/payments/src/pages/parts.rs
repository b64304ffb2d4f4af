//! What the pages share: money in words of the reader's language, states, whose due it is.

use crate::{Payments, acts::no_due, catalog::MoneyKind, ledger::Due, views};
use kernel::{
    Actor, Dong, Instant, Text,
    catalog::LegalBasis,
    id::{DueId, OfficeCode},
    text::Lang,
};
use std::sync::Arc;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Mood},
    page::{Area, NavItem, Shell, Width},
    problem::{Fault, PageError},
    visitor::Visitor,
    when,
};

pub fn money(lang: Lang, amount: Dong) -> String {
    match lang {
        Lang::Vi => amount.to_string(),
        Lang::En => format!("VND {}", when::number(amount.0, lang)),
    }
}

pub fn money_html(v: &Visitor, amount: Dong) -> Html {
    Html(format!("<span class=\"num\">{}</span>", esc(&money(v.lang, amount))))
}

pub fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// The office whose money the actor works on.
pub fn office(actor: &Actor) -> Result<OfficeCode, PageError> {
    actor.office.clone().ok_or_else(|| PageError(Fault::not_permitted()))
}

/// Controllers look after the whole province.
pub fn everywhere(actor: &Actor) -> bool {
    actor.has_role("controller")
}

/// One's own due, or what one's office pays itself; another's is not there.
pub async fn own_due(s: &Payments, actor: &Actor, id: DueId) -> Result<Due, PageError> {
    let due = views::due(&s.scope, id).await.map_err(PageError::internal)?;
    let own = |d: &Due| actor.party.is_some_and(|p| d.parties.contains(&p)) || (d.kind.paid_by_office() && actor.office.as_ref() == Some(&d.office));
    due.filter(own).ok_or_else(|| no_due().into())
}

/// A due of the actor's office, or money nobody could place.
pub async fn office_due(s: &Payments, actor: &Actor, id: DueId) -> Result<Due, PageError> {
    let due = views::due(&s.scope, id).await.map_err(PageError::internal)?;
    let own = |d: &Due| d.office.as_str().is_empty() || actor.office.as_ref() == Some(&d.office) || everywhere(actor);
    due.filter(own).ok_or_else(|| no_due().into())
}

pub fn status_name(v: &Visitor, status: &str) -> (Mood, &'static str) {
    match status {
        "owed" => (Mood::Warn, v.lang.pick("Phải nộp", "To pay")),
        "paid" => (Mood::Good, v.lang.pick("Đã nộp", "Paid")),
        "waived" => (Mood::Info, v.lang.pick("Được miễn", "Waived")),
        "refunded" => (Mood::Info, v.lang.pick("Đã hoàn trả", "Refunded")),
        "stopped" => (Mood::Info, v.lang.pick("Không còn phải nộp", "Not owed any more")),
        _ => (Mood::Warn, v.lang.pick("Chưa rõ khoản", "Not placed")),
    }
}

pub fn status(v: &Visitor, status: &str) -> Html {
    let (mood, word) = status_name(v, status);
    kit::chip(mood, word)
}

pub fn kind_name(v: &Visitor, kind: MoneyKind) -> String {
    kind.name().get(v.lang).to_owned()
}

pub fn how_name(v: &Visitor, how: &str) -> &'static str {
    let (vi, en) = match how {
        "gateway" => ("Cổng thanh toán", "Payment gateway"),
        "bank" => ("Chuyển khoản", "Bank transfer"),
        "cash" => ("Tiền mặt", "Cash"),
        "treasury" => ("Kho bạc Nhà nước", "State Treasury"),
        _ => ("Cổng Dịch vụ công quốc gia", "National portal"),
    };
    v.lang.pick(vi, en)
}

pub fn found_name(v: &Visitor, found: &str) -> &'static str {
    let (vi, en) = match found {
        "notice" => ("cổng thanh toán báo", "told by the gateway"),
        "asked" => ("hỏi lại cổng thanh toán", "found by asking the gateway"),
        "statement" => ("sao kê ngân hàng", "bank statement"),
        "cashier" => ("cán bộ thu ghi nhận", "recorded by a cashier"),
        _ => ("hồ sơ ghi nhận", "recorded in the case"),
    };
    v.lang.pick(vi, en)
}

/// A citation, with a word where nobody has read the source.
pub fn cited(v: &Visitor, basis: Option<&LegalBasis>) -> Html {
    let Some(basis) = basis else { return Html::text(v.pick("Theo thông báo của cơ quan có thẩm quyền", "By notice of the competent authority")) };
    let mark = if basis.verified { Html::default() } else { Html(format!(" {}", kit::chip(Mood::Warn, v.pick("chưa đối chiếu", "not verified")))) };
    Html(format!("{}{mark}", esc(&basis.to_string())))
}

pub fn before_name(v: &Visitor, before: &str) -> &'static str {
    match before {
        "intake" => v.lang.pick("Trước khi hồ sơ được tiếp nhận", "Before the application is received"),
        _ => v.lang.pick("Trước khi nhận kết quả", "Before the result is given"),
    }
}

pub fn text<'t>(v: &Visitor, text: &'t Text) -> &'t str {
    text.get(v.lang)
}

pub fn desk_address(id: DueId) -> String {
    format!("/work/payments/dues/{id}")
}

pub fn at(v: &Visitor, instant: Instant, now: Instant) -> Html {
    when::at_time(instant, now, v.lang)
}

/// A page of the cashier's desk, with its rail.
pub fn work_page(v: &Visitor, title: &str, current: &str, main: Html) -> Shell {
    let approves = v.actor.as_ref().is_some_and(|a| a.has_role("leader") || a.has_role("controller"));
    let works = v.actor.as_ref().is_some_and(|a| ["cashier", "one_stop", "controller"].into_iter().any(|r| a.has_role(r)));
    let mut nav = Vec::new();
    let mut item = |code: &str, path: &str, vi: &'static str, en: &'static str| nav.push(NavItem::new(path, v.lang.pick(vi, en), current == code));
    if works {
        item("overview", "/work/payments", "Thu nộp", "Payments");
        item("list", "/work/payments/list", "Phải thu", "To collect");
        item("review", "/work/payments/review", "Tiền cần xem", "Money to look at");
        item("proposals", "/work/payments/proposals", "Hoàn trả, miễn", "Refunds, waivers");
        item("receipts", "/work/payments/receipts", "Biên lai", "Receipts");
        item("statements", "/work/payments/statements", "Đối soát", "Reconciliation");
        item("alarms", "/work/payments/alarms", "Cảnh báo", "Alarms");
    }
    if approves {
        item("approvals", "/work/payments/approvals", "Chờ duyệt", "To approve");
    }
    Shell::new(v, title, main).area(Area::Work).width(Width::Wide).nav(nav)
}

pub fn query(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(k, val)| format!("{k}={}", url_part(val))).collect::<Vec<_>>().join("&")
}

/// The banner after something was done, by the word in the address.
pub fn done(v: &Visitor, word: Option<&str>) -> Html {
    let said = match word {
        Some("taken") => ("Đã ghi nhận khoản nộp.", "The payment is recorded."),
        Some("known") => ("Giao dịch này đã được ghi nhận trước đó; không ghi hai lần.", "This transaction was recorded before; it is not counted twice."),
        Some("proposed") => ("Đã lập đề nghị; chờ người thứ hai duyệt.", "Proposed; a second person has to approve."),
        Some("approved") => ("Đã duyệt.", "Approved."),
        Some("declined") => ("Đã từ chối đề nghị.", "Declined."),
        Some("accepted") => ("Khoản tiền đã được dùng để nộp khoản này.", "The money now settles this due."),
        Some("moved") => ("Khoản tiền đã chuyển sang khoản phải nộp đã chọn.", "The money was given to the chosen due."),
        Some("paid-back") => ("Đã ghi nhận việc hoàn trả.", "The refund is recorded."),
        Some("cancelled") => ("Biên lai đã hủy; số biên lai vẫn được giữ.", "The receipt is cancelled; its number stays."),
        Some("resolved") => ("Đã ghi kết quả xử lý chênh lệch.", "The resolution is recorded."),
        Some("checked") => ("Đã hỏi cổng thanh toán. Nếu bạn vừa chuyển tiền, ngân hàng có thể cần thêm vài phút.", "We have asked the gateway. If you have just paid, your bank may need a few more minutes."),
        Some("contradicts") => ("Mã giao dịch này đã được ghi với số tiền khác; xem mục Cảnh báo.", "This transaction number is recorded with another amount; see Alarms."),
        _ => return Html::default(),
    };
    let mood = if word == Some("contradicts") { Mood::Bad } else { Mood::Good };
    kit::banner(mood, v.lang.pick(said.0, said.1), &Html::default())
}
