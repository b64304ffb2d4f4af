//! The room's pages: an agency's accounts, a month, and a person's own signatures.

mod account;
mod certificate;
mod month;
mod office;
mod own;
mod statements;

use crate::{Prepaid, purse::Holder, views::PurseLine};
use identity::actions::{MEASURE_VIEW, PREPAID_OWN, PREPAID_WORK};
use kernel::{Actor, Dong, Refusal, text::Lang};
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
    when,
};

const ROOT: &str = "/work/signatures";
const OWN: &str = "/signatures";
/// Months that can be chosen.
const MONTHS: usize = 24;
/// Largest file that is signed for a person, in bytes.
const FILE_MAX: usize = 20 << 20;

pub fn routes(r: Routes<Prepaid>) -> Routes<Prepaid> {
    r.get("/work/signatures", PREPAID_WORK, office::show)
        .post("/work/signatures", PREPAID_WORK, office::top_up)
        .get("/work/signatures/month", PREPAID_WORK, month::show)
        .get("/work/signatures/month.csv", PREPAID_WORK, month::csv)
        .get("/work/signatures/people", MEASURE_VIEW, month::people)
        .get("/work/signatures/statements", PREPAID_WORK, statements::list)
        .post("/work/signatures/statements", PREPAID_WORK, statements::take)
        .get("/work/signatures/statements/{id}", PREPAID_WORK, statements::show)
        .post("/work/signatures/statements/{id}", PREPAID_WORK, statements::settle)
        .get("/work/signatures/{purse}", PREPAID_WORK, account::show)
        .post("/work/signatures/{purse}", PREPAID_WORK, account::act)
        .get("/work/signatures/{purse}/lines.csv", PREPAID_WORK, account::csv)
        .get("/signatures", PREPAID_OWN, own::show)
        .post("/signatures", PREPAID_OWN, own::top_up)
        .post("/signatures/sign", PREPAID_OWN, own::sign)
        .get("/signatures/certificate", PREPAID_OWN, certificate::show)
        .post("/signatures/certificate", PREPAID_OWN, certificate::offer)
        .get("/signatures/certificate/page.pdf", PREPAID_OWN, certificate::download)
        .post("/signatures/certificate/proof", PREPAID_OWN, certificate::prove)
        .post("/signatures/certificate/withdraw", PREPAID_OWN, certificate::withdraw)
        .body_limit(crate::statements::file::MAX_BYTES + (1 << 20))
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// Controllers look after the whole province.
fn everywhere(actor: &Actor) -> bool {
    actor.has_role("controller")
}

pub(crate) fn no_such_account() -> Refusal {
    Refusal::not_found("Không có tài khoản chữ ký này, hoặc bạn không có quyền xem.", "There is no such account of signatures, or you may not see it.")
}

pub(crate) fn no_such_statement() -> Refusal {
    Refusal::not_found("Không có bảng kê này, hoặc bạn không có quyền xem.", "There is no such statement, or you may not see it.")
}

fn room(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

fn money(lang: Lang, amount: Dong) -> String {
    match lang {
        Lang::Vi => amount.to_string(),
        Lang::En => format!("VND {}", when::number(amount.0, lang)),
    }
}

fn money_html(v: &Visitor, amount: Dong) -> Html {
    Html(format!("<span class=\"num\">{}</span>", esc(&money(v.lang, amount))))
}

fn state_chip(v: &Visitor, state: &str, free: bool) -> Html {
    match state {
        "charged" if free => kit::chip(Mood::Good, v.pick("Đã ký, miễn phí", "Signed, free")),
        "charged" => kit::chip(Mood::Good, v.pick("Đã ký", "Signed")),
        "released" => kit::chip(Mood::Info, v.pick("Không ký, đã trả lại", "Not signed, given back")),
        "doubt" => kit::chip(Mood::Warn, v.pick("Chờ đối soát", "To be checked")),
        _ => kit::chip(Mood::Info, v.pick("Đang ký", "Being signed")),
    }
}

/// What somebody signed, in words: references are written for the program.
fn reference_said(v: &Visitor, reference: &str) -> String {
    let mut parts = reference.split('/');
    match (parts.next(), parts.next()) {
        (Some("document"), Some(id)) => format!("{} {}", v.pick("Văn bản", "Document"), short(id)),
        (Some("case"), Some(code)) => format!("{} {code}", v.pick("Hồ sơ", "Application")),
        (Some("receipt"), Some(number)) => format!("{} {number}", v.pick("Biên lai", "Receipt")),
        (Some("own"), _) => v.pick("Tệp của tôi", "A file of mine").to_owned(),
        _ => reference.to_owned(),
    }
}

fn reference_html(v: &Visitor, reference: &str) -> Html {
    let said = reference_said(v, reference);
    let mut parts = reference.split('/');
    match (parts.next(), parts.next()) {
        (Some("document"), Some(id)) => kit::link(&format!("/work/documents/{id}"), &said),
        (Some("case"), Some(code)) => kit::link(&format!("/work/cases/{code}"), &said),
        _ => Html::text(&said),
    }
}

/// The last letters of an id: enough to tell lines apart.
fn short(id: &str) -> String {
    id.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect()
}

/// How many signatures are left, in words, and whether that is few.
fn left_html(s: &Prepaid, v: &Visitor, line: &PurseLine, free: u32) -> Html {
    let Some(provider) = s.ledger.catalog.provider(&line.provider) else { return Html::text("–") };
    let Some(price) = provider.price(s.ledger.now().date()) else {
        return kit::chip(Mood::Bad, v.pick("Chưa có đơn giá hôm nay", "No price for today"));
    };
    if price.each.0 == 0 {
        return Html::text(v.pick("Không tính phí", "Free of charge"));
    }
    let few = if line.account.is_some() { provider.warn_below.person } else { provider.warn_below.office };
    let left = line.balance.0 / price.each.0 + i64::from(free);
    let said = format!("{} {}", when::number(left, v.lang), v.pick("lượt", "signatures"));
    match left {
        0 => kit::chip(Mood::Bad, &format!("{} · {said}", v.pick("Hết", "None left"))),
        n if n < few => kit::chip(Mood::Warn, &format!("{} · {said}", v.pick("Sắp hết", "Running low"))),
        _ => Html(format!("<span class=\"num\">{}</span>", esc(&said))),
    }
}

/// The form of a payment into an account: which amount.
fn top_up_form(s: &Prepaid, v: &Visitor, action: &str, provider: &kernel::id::TrustProviderCode, said: &web::said::Said) -> Html {
    let Some(known) = s.ledger.catalog.provider(provider) else { return Html::default() };
    let each = known.price(s.ledger.now().date()).map_or(0, |p| p.each.0);
    let choices: Vec<kit::Choice> = known
        .top_ups
        .iter()
        .map(|amount| {
            let choice = kit::Choice::new(amount.0.to_string(), money(v.lang, *amount));
            if each > 0 { choice.hint(format!("{} {}", when::number(amount.0 / each, v.lang), v.pick("lượt ký", "signatures"))) } else { choice }
        })
        .collect();
    let typed = said.value("top_up", "payment").to_owned();
    let payment = if typed.is_empty() { kernel::id::DueId::new(uuid::Uuid::now_v7()).to_string() } else { typed };
    let body = Html(format!(
        "{}{}{}{}{}",
        kit::hidden("act", "top_up"),
        kit::hidden("provider", provider.as_str()),
        kit::hidden("payment", &payment),
        said.field(v.lang, "top_up", "amount", v.pick("Số tiền nạp", "Amount")).radios(&choices),
        kit::button(v.pick("Nạp tiền", "Top up")),
    ));
    kit::form(v, action, &body)
}

/// Who holds what is shown to an official.
fn holder_name(s: &Prepaid, line: &PurseLine) -> String {
    match &line.office {
        Some(office) => s.offices.get(office.as_str()).map_or_else(|| office.to_string(), |o| o.name.vi.clone()),
        None => String::new(),
    }
}

/// A payment form that was sent: from which account, what, and the payment's own id.
fn sent(form: &web::extract::FormData) -> Result<(kernel::id::TrustProviderCode, kernel::id::DueId, Dong), Refusal> {
    let provider = kernel::id::TrustProviderCode::new(form.get("provider").unwrap_or_default());
    let payment = form.get("payment").unwrap_or_default().parse().map_err(|_| no_such_account())?;
    let amount = form.get("amount").unwrap_or_default().parse().map(Dong).map_err(|_| {
        Refusal::invalid("amount", "Chưa chọn số tiền nạp.", "No amount was chosen.").because(Some("amount"), "Chọn một mức nạp.", "Choose an amount.")
    })?;
    Ok((provider, payment, amount))
}

/// The form of a page that is about an office.
fn of_office(actor: &Actor) -> Result<Holder, PageError> {
    actor.office.clone().map(Holder::Office).ok_or_else(|| PageError(Fault::not_permitted()))
}

/// Cells that spreadsheets would take for formulas are kept from being one.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", guarded.replace('"', "\"\""))
}

fn csv_file(name: &str, text: String) -> axum::response::Response {
    use axum::response::IntoResponse as _;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(axum::http::header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (axum::http::header::CONTENT_DISPOSITION, disposition)];
    // The mark tells spreadsheets that it is UTF-8.
    (headers, format!("\u{feff}{text}")).into_response()
}
