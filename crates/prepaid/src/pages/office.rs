//! `/work/signatures`: the accounts of the official's agency, or of all for controllers.

use super::{ROOT, actor, everywhere, holder_name, left_html, money_html, of_office, room, sent, top_up_form};
use crate::{Prepaid, views};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::id::{OfficeCode, TrustProviderCode};
use records::refusal_of;
use std::collections::BTreeSet;
use web::{
    extract::FormData,
    html::Html,
    kit::{self, Column, Mood, Table},
    problem::PageError,
    said::Said,
    visitor::Visitor,
};

pub async fn show(State(s): State<Prepaid>, v: Visitor) -> Result<Response, PageError> {
    page(&s, &v, &Said::default()).await
}

/// Providers of this office's seal that have no account yet.
fn unopened(s: &Prepaid, office: &OfficeCode, lines: &[views::PurseLine]) -> BTreeSet<TrustProviderCode> {
    let used = s.keys.sealed_by().filter(|(o, _)| *o == office).map(|(_, p)| p.clone());
    used.filter(|p| !lines.iter().any(|l| l.provider == *p)).collect()
}

async fn page(s: &Prepaid, v: &Visitor, said: &Said) -> Result<Response, PageError> {
    let a = actor(v)?;
    let all = everywhere(&a);
    let here = a.office.clone();
    let lines = match (&here, all) {
        (_, true) => views::of_offices(&s.ledger.scope, None).await.map_err(PageError::internal)?,
        (Some(office), false) => views::of_offices(&s.ledger.scope, Some(office)).await.map_err(PageError::internal)?,
        (None, false) => return Err(PageError::not_found()),
    };
    let title = v.pick("Chữ ký số trả trước", "Prepaid signatures");
    let mut main = kit::error_summary(v.lang, &said.reasons);
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Mỗi lượt ký được giữ tiền trước khi gửi đến nhà cung cấp, ghi nợ khi có chữ ký và trả lại khi không ký được. Số dư không bao giờ âm.",
        "The price of each signature is held before the provider is asked, charged when there is a signature, and given back when there is none. A balance is never negative.",
    )));
    main.push(&table(s, v, &lines));
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{ROOT}/month"), v.pick("Bảng kê theo tháng, theo nhà cung cấp và cơ quan", "Statement of a month, by provider and agency")))));
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{ROOT}/statements"), v.pick("Đối chiếu bảng kê của nhà cung cấp", "Compare a provider's own statement")))));
    if let Some(office) = &here {
        for provider in unopened(s, office, &lines) {
            let name = s.ledger.provider_name(&provider);
            let waits = kit::banner(
                Mood::Warn,
                v.pick("Con dấu của cơ quan cần tài khoản chữ ký", "The agency's seal needs an account of signatures"),
                &kit::para(v.pick("Chưa có tài khoản: văn bản chưa được đóng dấu. Nạp tiền để mở tài khoản.", "There is no account yet: documents are not sealed. Top up to open one.")),
            );
            main.push(&kit::card(name.get(v.lang), &Html(format!("{waits}{}", top_up_form(s, v, ROOT, &provider, said)))));
        }
    }
    Ok(said.answer(room(v, title, main).error(said.is_error()).back("/work", v.pick("Bàn làm việc", "Desk")).render()))
}

fn table(s: &Prepaid, v: &Visitor, lines: &[views::PurseLine]) -> Html {
    let row = |l: &views::PurseLine| {
        let price = s.ledger.catalog.provider(&l.provider).and_then(|p| p.price(s.ledger.now().date())).map(|p| p.each);
        let doubts = if l.doubts > 0 { kit::chip(Mood::Warn, &format!("{} {}", l.doubts, v.pick("lượt chờ đối soát", "to be checked"))) } else { Html::text("0") };
        vec![
            kit::link(&format!("{ROOT}/{}", l.id), &format!("{} – {}", holder_name(s, l), s.ledger.provider_name(&l.provider).get(v.lang))),
            price.map_or_else(|| Html::text("–"), |p| money_html(v, p)),
            money_html(v, l.balance),
            left_html(s, v, l, 0),
            money_html(v, l.held),
            doubts,
        ]
    };
    kit::table(&Table {
        caption: v.pick("Tài khoản chữ ký số của cơ quan", "Accounts of signatures").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Cơ quan, nhà cung cấp", "Agency, provider")),
            Column::num(v.pick("Giá một lượt", "Price of one")),
            Column::num(v.pick("Số dư", "Balance")),
            Column::text(v.pick("Còn lại", "Left")),
            Column::num(v.pick("Đang giữ", "Held")),
            Column::text(v.pick("Đối soát", "In doubt")),
        ],
        rows: lines.iter().map(row).collect(),
        empty: v.pick("Cơ quan không có chữ ký tính tiền theo lượt.", "The agency has no signatures that are paid one by one.").to_owned(),
    })
}

pub async fn top_up(State(s): State<Prepaid>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let holder = of_office(&a)?;
    let asked = async {
        let (provider, payment, amount) = sent(&form)?;
        s.ask(&a, &provider, &holder, payment, amount).await?;
        Ok(payment)
    };
    match asked.await {
        Ok(payment) => Ok(Redirect::to(&s.till.address(payment)).into_response()),
        Err(failure) => page(&s, &v, &Said::refused(form, refusal_of(failure)?)).await,
    }
}
