//! One account of an agency: what is left, what was signed in a month, money, signatures in doubt.

use super::{MONTHS, ROOT, actor, cell, csv_file, everywhere, left_html, money_html, no_such_account, reference_html, reference_said, room, sent, state_chip, top_up_form};
use crate::{
    Prepaid,
    purse::{Holder, Purse, month_of},
    statement::{self, Statement},
    views::{self, MoneyLine, PurseLine, UseLine},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::id::PurseId;
use records::{Failure, refusal_of};
use std::fmt::Write as _;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Line, Mood, Table},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// Lines on a page, and in a file.
const PAGE: i64 = 100;
const FILE_LINES: i64 = 100_000;
const DOUBTS: i64 = 50;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    month: String,
    below: String,
    done: String,
}

/// The account, if it is of the actor's office.
async fn found(s: &Prepaid, v: &Visitor, id: PurseId) -> Result<Purse, PageError> {
    let a = actor(v)?;
    let found = records::load::<Purse>(&s.ledger.scope, &id.to_string()).await.map_err(PageError::internal)?;
    let own = |p: &Purse| matches!(&p.holder, Holder::Office(office) if everywhere(&a) || a.office.as_ref() == Some(office));
    found.map(|f| f.state).filter(own).ok_or_else(|| no_such_account().into())
}

pub async fn show(State(s): State<Prepaid>, v: Visitor, Path(id): Path<PurseId>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let purse = found(&s, &v, id).await?;
    page(&s, &v, &purse, &q, &Said::default()).await
}

async fn page(s: &Prepaid, v: &Visitor, p: &Purse, q: &Asked, said: &Said) -> Result<Response, PageError> {
    let scope = &s.ledger.scope;
    let now = s.ledger.now();
    let month = statement::month(&q.month).unwrap_or_else(|| month_of(now));
    let below = q.below.parse().unwrap_or(u64::MAX);
    let mut uses = views::uses(scope, p.id, &month, below, PAGE + 1).await.map_err(PageError::internal)?;
    let more = uses.len() > PAGE as usize;
    uses.truncate(PAGE as usize);
    let next = uses.last().filter(|_| more).map(|u| format!("{ROOT}/{}?month={month}&below={}", p.id, u.number));
    let sums = views::statement(scope, p.id, &month).await.map_err(PageError::internal)?;
    let doubts = views::doubts(scope, p.id, DOUBTS).await.map_err(PageError::internal)?;
    let money = views::money(scope, p.id, &month).await.map_err(PageError::internal)?;
    let Holder::Office(office) = &p.holder else { return Err(no_such_account().into()) };
    let name = s.offices.get(office.as_str()).map_or_else(|| office.to_string(), |o| o.name.vi.clone());
    let provider = s.ledger.provider_name(&p.provider);
    let title = format!("{} – {}", v.pick("Chữ ký số trả trước", "Prepaid signatures"), provider.get(v.lang));
    let mut main = kit::error_summary(v.lang, &said.reasons);
    if !q.done.is_empty() {
        main.push(&kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default()));
    }
    main.push(&kit::heading(&title, Some(&name)));
    main.push(&standing(s, v, p));
    main.push(&doubt_cards(v, p.id, &doubts, said));
    main.push(&months(v, p.id, &month, now));
    main.push(&statement_card(v, &month, &sums));
    main.push(&uses_table(v, &uses));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{ROOT}/{}/lines.csv?month={month}", p.id), v.pick("Tải bảng kê (CSV)", "Download the lines (CSV)")))));
    main.push(&money_table(s, v, &money));
    main.push(&kit::card(v.pick("Nạp tiền", "Top up"), &top_up_form(s, v, &format!("{ROOT}/{}", p.id), &p.provider, said)));
    Ok(said.answer(room(v, &title, main).error(said.is_error()).back(ROOT, v.pick("Chữ ký số trả trước", "Prepaid signatures")).render()))
}

fn standing(s: &Prepaid, v: &Visitor, p: &Purse) -> Html {
    let line = PurseLine { id: p.id, provider: p.provider.clone(), office: None, account: None, balance: p.balance, held: p.kept(), doubts: 0, changed: s.ledger.now() };
    let price = s.ledger.catalog.provider(&p.provider).and_then(|x| x.price(s.ledger.now().date()));
    let mut lines = vec![
        Line::new(v.pick("Số dư dùng được", "Balance"), money_html(v, p.balance)),
        Line::new(v.pick("Còn lại", "Left"), left_html(s, v, &line, 0)),
        Line::new(v.pick("Đang giữ cho lượt ký chưa xong", "Held for signatures not settled"), money_html(v, p.kept())),
    ];
    if let Some(price) = price {
        let note = if price.legal_basis.verified { Html::default() } else { Html(format!(" {}", kit::chip(Mood::Warn, v.pick("chưa kiểm chứng", "unverified")))) };
        lines.push(Line::new(v.pick("Giá một lượt hôm nay", "Price of one today"), Html(format!("{}<br><span class=\"muted\">{}</span>{note}", money_html(v, price.each), esc(&price.legal_basis.to_string())))));
    }
    kit::summary_list(&lines)
}

fn doubt_cards(v: &Visitor, purse: PurseId, doubts: &[UseLine], said: &Said) -> Html {
    let mut out = Html::default();
    if doubts.is_empty() {
        return out;
    }
    out.push(&Html(format!("<h2>{}</h2>", v.pick("Lượt ký chờ đối soát", "Signatures to be checked"))));
    out.push(&kit::para(v.pick(
        "Đã gửi yêu cầu ký nhưng không nhận được trả lời dùng được; nhà cung cấp có thể đã ký và tính tiền. Đối chiếu với bảng kê của nhà cung cấp rồi ghi kết quả.",
        "The provider was asked and no usable answer came; it may have signed and will charge for it. Compare with the provider's statement, then record what you found.",
    )));
    for u in doubts {
        let act = format!("resolve-{}", u.number);
        let body = Html(format!(
            "{}{}{}{}",
            kit::hidden("act", &act),
            kit::hidden("number", &u.number.to_string()),
            said.field(v.lang, &act, "reason", v.pick("Căn cứ đối soát", "What it was compared with")).max_length(crate::purse::decide::REASON_MAX).input(),
            kit::button_group(&[
                kit::Button::new(v.pick("Nhà cung cấp đã ký: ghi nợ", "It was signed: charge it")).named("found", "signed").html(),
                kit::Button::new(v.pick("Không ký: trả lại", "It was not signed: give it back")).weight(kit::Weight::Quiet).named("found", "unsigned").html(),
            ]),
        ));
        let about = kit::summary_list(&[
            Line::new(v.pick("Lượt số", "Line"), Html::text(&u.number.to_string())),
            Line::new(v.pick("Để ký", "For"), reference_html(v, &u.reference)),
            Line::new(v.pick("Lúc", "At"), Html::text(&when::exact(u.held_at, v.lang))),
            Line::new(v.pick("Vì sao", "Why"), Html::text(&u.note)),
        ]);
        out.push(&kit::card(&format!("{} {}", v.pick("Lượt", "Line"), u.number), &Html(format!("{about}{}", kit::form(v, &format!("{ROOT}/{purse}"), &body)))));
    }
    out
}

fn months(v: &Visitor, purse: PurseId, month: &str, now: kernel::Instant) -> Html {
    let choices: Vec<Choice> = statement::months_to(&month_of(now), MONTHS).into_iter().map(|m| Choice::new(m.clone(), statement::said(&m))).collect();
    let field = kit::Field::new(v.lang, "month", v.pick("Tháng", "Month")).value(month).select(&choices);
    kit::search_form(&format!("{ROOT}/{purse}"), &Html(format!("{field}{}", kit::Button::new(v.pick("Xem", "Show")).weight(kit::Weight::Quiet).html())))
}

fn statement_card(v: &Visitor, month: &str, s: &Statement) -> Html {
    let count = |n: i64| Html(format!("<span class=\"num\">{}</span>", esc(&when::number(n, v.lang))));
    let lines = [
        Line::new(v.pick("Số dư đầu tháng", "At the beginning"), money_html(v, s.opening)),
        Line::new(v.pick("Nạp trong tháng", "Paid in"), money_html(v, s.paid)),
        Line::new(v.pick("Hoàn trả", "Given back"), money_html(v, s.returned)),
        Line::new(v.pick("Lượt ký có tính tiền", "Signatures charged"), count(s.charged)),
        Line::new(v.pick("Lượt ký miễn phí", "Signatures free"), count(s.free)),
        Line::new(v.pick("Tiền chữ ký", "Cost of signatures"), money_html(v, s.cost)),
        Line::new(v.pick("Số dư cuối tháng (gồm tiền đang giữ)", "At the end (with what is held)"), money_html(v, s.closing())),
    ];
    kit::card(&format!("{} {}", v.pick("Bảng kê tháng", "Statement of"), statement::said(month)), &kit::summary_list(&lines))
}

fn uses_table(v: &Visitor, uses: &[UseLine]) -> Html {
    let row = |u: &UseLine| {
        let note = if u.note.is_empty() { Html::default() } else { Html(format!("<br><span class=\"muted\">{}</span>", esc(&u.note))) };
        vec![
            Html::text(&u.number.to_string()),
            Html::text(&when::exact(u.held_at, v.lang)),
            reference_html(v, &u.reference),
            Html::text(if u.person.is_some() { v.pick("Chữ ký cá nhân", "Personal") } else { v.pick("Con dấu", "Seal") }),
            money_html(v, u.amount),
            Html(format!("{}{note}", state_chip(v, &u.state, u.free))),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Các lượt ký trong tháng", "Signatures of the month").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::num(v.pick("Lượt", "Line")),
            Column::text(v.pick("Lúc", "At")),
            Column::text(v.pick("Để ký", "For")),
            Column::text(v.pick("Chữ ký", "Signature")),
            Column::num(v.pick("Tiền", "Cost")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: uses.iter().map(row).collect(),
        empty: v.pick("Không có lượt ký nào trong tháng.", "No signatures in this month.").to_owned(),
    })
}

fn money_table(s: &Prepaid, v: &Visitor, money: &[MoneyLine]) -> Html {
    let row = |m: &MoneyLine| {
        let state = match m.state.as_str() {
            "paid" => kit::chip(Mood::Good, v.pick("Đã nạp", "Paid in")),
            "returned" => kit::chip(Mood::Info, v.pick("Đã hoàn trả", "Given back")),
            _ if !m.unpaid => kit::chip(Mood::Info, v.pick("Đề nghị nạp", "Asked")),
            _ => Html(format!("{} {}", kit::chip(Mood::Warn, v.pick("Chưa thanh toán", "Not paid")), kit::link(&s.till.address(m.payment), v.pick("Thanh toán", "Pay")))),
        };
        vec![Html::text(&when::exact(m.at, v.lang)), money_html(v, m.amount), state, Html::text(&m.transaction), Html::text(&m.by_name)]
    };
    kit::table(&Table {
        caption: v.pick("Tiền nạp trong tháng và khoản chưa thanh toán", "Money of the month, and what is not paid").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Lúc", "At")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Tình trạng", "State")),
            Column::text(v.pick("Mã giao dịch", "Transaction")),
            Column::text(v.pick("Người đề nghị", "Asked by")),
        ],
        rows: money.iter().map(row).collect(),
        empty: v.pick("Không có khoản nạp nào trong tháng.", "No money in this month.").to_owned(),
    })
}

pub async fn act(State(s): State<Prepaid>, v: Visitor, Path(id): Path<PurseId>, form: FormData) -> Result<Response, PageError> {
    let purse = found(&s, &v, id).await?;
    let a = actor(&v)?;
    let done: Result<String, Failure> = async {
        if form.get("act") == Some("top_up") {
            let (provider, payment, amount) = sent(&form)?;
            s.ask(&a, &provider, &purse.holder, payment, amount).await?;
            return Ok(s.till.address(payment));
        }
        let number = form.get("number").and_then(|n| n.parse().ok()).ok_or_else(no_such_account)?;
        let signed = match form.get("found") {
            Some("signed") => true,
            Some("unsigned") => false,
            _ => return Err(records::gone().into()),
        };
        s.resolve(&a, id, number, signed, form.get("reason").unwrap_or_default()).await?;
        Ok(format!("{ROOT}/{id}?done=1"))
    }
    .await;
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(failure) => page(&s, &v, &purse, &Asked::default(), &Said::refused(form, refusal_of(failure)?)).await,
    }
}

/// The signatures of a month as a file, for comparing with the provider's.
pub async fn csv(State(s): State<Prepaid>, v: Visitor, Path(id): Path<PurseId>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let purse = found(&s, &v, id).await?;
    let month = statement::month(&q.month).unwrap_or_else(|| month_of(s.ledger.now()));
    let uses = views::uses(&s.ledger.scope, purse.id, &month, u64::MAX, FILE_LINES).await.map_err(PageError::internal)?;
    let mut out = String::from("line,at,state,free,amount_vnd,for,reference,person,note\r\n");
    for u in &uses {
        let person = u.person.map(|p| p.to_string()).unwrap_or_default();
        let said = reference_said(&v, &u.reference);
        let _ = write!(out, "{},{},{},{},{},{},{},{},{}\r\n", u.number, u.held_at, u.state, u.free, u.amount.0, cell(&said), cell(&u.reference), cell(&person), cell(&u.note));
    }
    Ok(csv_file(&format!("chu-ky-{month}.csv"), out))
}
