//! One due at the desk: how it stands, every đồng that came for it, and what the cashier may do.

use super::parts::{actor, at, cited, desk_address, done, found_name, how_name, money, money_html, office_due, status, text, work_page};
use crate::{
    Payments,
    acts::{ActError, Taken},
    ledger::{Credit, CreditState, Due, FoundBy, How, Proposal, ProposalKind, ProposalState, Status, decide::Arrived},
    store::By,
    views,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal, id::DueId, refusal::Reason};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Line, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
}

pub async fn show(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let due = office_due(&s, &*actor(&v)?, id).await?;
    Ok(page(&s, &v, &due, asked.done.as_deref(), None, &FormData::default()))
}

/// The page again with what was typed, and why it was not done.
pub async fn refused(s: &Payments, v: &Visitor, id: DueId, error: ActError, form: &FormData) -> Result<Response, PageError> {
    let ActError::Refused(refusal) = error else { return Err(error.into()) };
    let due = office_due(s, &*actor(v)?, id).await?;
    let status = match refusal.kind {
        kernel::refusal::RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        kernel::refusal::RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        kernel::refusal::RefusalKind::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    };
    Ok((status, page(s, v, &due, None, Some(&refusal), form)).into_response())
}

fn page(s: &Payments, v: &Visitor, due: &Due, said: Option<&str>, refusal: Option<&Refusal>, form: &FormData) -> Html {
    let now = s.now();
    let reasons: Vec<Reason> = refusal.map(|r| if r.reasons.is_empty() { vec![Reason { field: None, message: r.message.clone() }] } else { r.reasons.clone() }).unwrap_or_default();
    let mut main = done(v, said);
    main.push(&kit::error_summary(v.lang, &reasons));
    main.push(&kit::heading(text(v, &due.name), Some(&super::mine::caption(v, due))));
    main.push(&Html(format!("<p class=\"owed\"><b>{}</b> {}</p>", esc(&money(v.lang, due.amount)), status(v, due.status.code()))));
    let mut lines = vec![
        Line::new(v.pick("Người nộp", "Payer"), Html::text(&due.payer)),
        Line::new(v.pick("Thủ tục", "Procedure"), Html::text(&due.procedure)),
        Line::new(v.pick("Cách tính", "How it is counted"), Html::text(text(v, &due.why))),
        Line::new(v.pick("Căn cứ", "Legal basis"), cited(v, due.basis.as_ref())),
        Line::new(v.pick("Yêu cầu từ", "Asked"), at(v, due.asked_at, now)),
    ];
    if !due.reason.is_empty() {
        lines.push(Line::new(v.pick("Ghi chú", "Note"), Html::text(&due.reason)));
    }
    if due.status != Status::Suspense {
        main.push(&kit::summary_list(&lines));
    }
    main.push(&credits(v, due, now));
    for c in due.in_review().filter(|c| !pending(due, c)) {
        main.push(&money_form(v, due, c, &reasons, form));
    }
    if let Some(c) = due.settled_by().filter(|c| due.refundable && !pending(due, c)) {
        main.push(&refund_form(v, due, c, &reasons, form));
    }
    main.push(&receipts(s, v, due, now, &reasons, form));
    main.push(&proposals(v, due, now, &reasons, form));
    if due.status == Status::Owed {
        main.push(&take_form(s, v, due, &reasons, form));
        if !due.proposals.iter().any(|p| p.kind == ProposalKind::Waiver && p.state == ProposalState::Open) {
            main.push(&waive_form(v, due, &reasons, form));
        }
    }
    main.push(&tries(v, due, now));
    work_page(v, text(v, &due.name), "list", main).back("/work/payments", v.pick("Thu nộp", "Payments")).error(refusal.is_some()).render()
}

fn pending(due: &Due, c: &Credit) -> bool {
    due.proposals.iter().any(|p| p.tx.as_deref() == Some(c.tx.as_str()) && matches!(p.state, ProposalState::Open | ProposalState::Approved))
}

fn credit_state(v: &Visitor, due: &Due, c: &Credit) -> Html {
    match &c.state {
        CreditState::Settles => kit::chip(Mood::Good, v.pick("Đã dùng để nộp", "Settles the due")),
        CreditState::Review { why } if pending(due, c) => kit::chip(Mood::Info, &format!("{} · {}", why.name().get(v.lang), v.pick("chờ hoàn trả", "refund under way"))),
        CreditState::Review { why } => kit::chip(Mood::Warn, why.name().get(v.lang)),
        CreditState::Moved { to } => Html(format!("{} {}", kit::chip(Mood::Info, v.pick("Đã chuyển khoản", "Moved")), kit::link(&desk_address(*to), v.pick("xem khoản", "see the due")))),
        CreditState::Refunded { reference } => kit::chip(Mood::Info, &format!("{} · {reference}", v.pick("Đã hoàn trả", "Paid back"))),
    }
}

fn credits(v: &Visitor, due: &Due, now: Instant) -> Html {
    let row = |c: &Credit| {
        vec![
            Html::text(&c.tx),
            money_html(v, c.amount),
            at(v, c.at, now),
            Html(format!("{}<br><span class=\"muted\">{}</span>", esc(how_name(v, c.how.code())), esc(found_name(v, c.found_by.code())))),
            Html(format!("{}{}", credit_state(v, due, c), if c.note.is_empty() { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(&c.note)) })),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Tiền đã nhận", "Money received").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Mã giao dịch", "Transaction")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Lúc nộp", "Paid at")),
            Column::text(v.pick("Đường đến", "How it came")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: due.credits.iter().map(row).collect(),
        empty: v.pick("Chưa nhận được tiền.", "No money has come.").to_owned(),
    })
}

/// A field of one of several forms on the page: named `form.field`, so that errors and what was typed find it again.
fn field(v: &Visitor, prefix: &str, name: &str, label: &str, reasons: &[Reason], form: &FormData) -> Field {
    let whole = format!("{prefix}.{name}");
    let here = form.get("form") == Some(prefix);
    let own: Vec<Reason> = if here { reasons.iter().filter(|r| r.field.as_deref() == Some(name)).map(|r| Reason { field: Some(whole.clone()), ..r.clone() }).collect() } else { Vec::new() };
    let typed = form.get(&whole).filter(|_| here).unwrap_or_default().to_owned();
    Field::new(v.lang, whole, label).errors(&own).value(typed)
}

fn given<'f>(form: &'f FormData, name: &str) -> &'f str {
    let prefix = form.get("form").unwrap_or_default();
    form.get(&format!("{prefix}.{name}")).unwrap_or_default()
}

/// What waits for a person: let it settle, give it to another due, or pay it back.
fn money_form(v: &Visitor, due: &Due, c: &Credit, reasons: &[Reason], form: &FormData) -> Html {
    let place = due.credits.iter().position(|x| x.tx == c.tx).unwrap_or(0);
    let prefix = format!("money{place}");
    let mut body = kit::hidden("form", &prefix);
    body.push(&kit::hidden("tx", &c.tx));
    body.push(&kit::hidden("proposal", &uuid::Uuid::now_v7().to_string()));
    body.push(&field(v, &prefix, "note", v.pick("Lý do, căn cứ", "Reason"), reasons, form).max_length(1_000).textarea(2));
    body.push(
        &field(v, &prefix, "case", v.pick("Mã hồ sơ nếu chuyển sang khoản khác", "Application code, to give it to another due"), reasons, form)
            .optional(true)
            .width("w20")
            .input(),
    );
    let mut buttons = Vec::new();
    if due.status == Status::Owed && c.amount == due.amount {
        buttons.push(kit::Button::new(v.pick("Dùng để nộp khoản này", "Let it settle this due")).named("do", "accept").html());
    }
    buttons.push(kit::Button::new(v.pick("Đề nghị hoàn trả", "Propose a refund")).weight(Weight::Quiet).named("do", "refund").html());
    buttons.push(kit::Button::new(v.pick("Chuyển sang khoản khác", "Give it to another due")).weight(Weight::Quiet).named("do", "move").html());
    body.push(&kit::button_group(&buttons));
    let title = format!("{} {} · {}", v.pick("Xử lý khoản tiền", "Deal with"), money(v.lang, c.amount), c.tx);
    kit::card(&title, &kit::form(v, &format!("{}/money", desk_address(due.id)), &body))
}

fn refund_form(v: &Visitor, due: &Due, c: &Credit, reasons: &[Reason], form: &FormData) -> Html {
    let mut body = kit::hidden("form", "refund");
    body.push(&kit::hidden("tx", &c.tx));
    body.push(&kit::hidden("proposal", &uuid::Uuid::now_v7().to_string()));
    body.push(&field(v, "refund", "note", v.pick("Lý do hoàn trả", "Reason for the refund"), reasons, form).max_length(1_000).textarea(2));
    body.push(&kit::Button::new(v.pick("Đề nghị hoàn trả", "Propose a refund")).weight(Weight::Risk).named("do", "refund").html());
    let open = form.get("form") == Some("refund");
    kit::details(v.pick("Hoàn trả khoản đã nộp", "Pay back what was paid"), &kit::form(v, &format!("{}/money", desk_address(due.id)), &body), open)
}

fn take_form(s: &Payments, v: &Visitor, due: &Due, reasons: &[Reason], form: &FormData) -> Html {
    let choices = [
        Choice::new("cash", v.pick("Tiền mặt tại quầy", "Cash at the counter")),
        Choice::new("bank", v.pick("Chứng từ chuyển khoản", "Proof of a bank transfer")).hint(v.pick("Dùng khi cổng thanh toán gián đoạn", "While the gateway is down")),
        Choice::new("treasury", v.pick("Giấy nộp tiền của kho bạc", "Treasury payment slip")),
    ];
    let mut body = kit::hidden("form", "take");
    body.push(&kit::hidden("once", &uuid::Uuid::now_v7().simple().to_string()));
    body.push(&field(v, "take", "how", v.pick("Cách nộp", "Way"), reasons, form).radios(&choices));
    body.push(
        &field(v, "take", "amount", v.pick("Số tiền đã nhận (đồng)", "Amount received (VND)"), reasons, form)
            .hint(format!("{} {}", v.pick("Phải đúng", "Must be exactly"), money(v.lang, due.amount)))
            .numeric()
            .width("w10")
            .input(),
    );
    body.push(
        &field(v, "take", "transaction", v.pick("Mã giao dịch hoặc số chứng từ", "Transaction or document number"), reasons, form)
            .hint(v.pick("Bắt buộc khi không phải tiền mặt; ngân hàng ghi mã này trên sao kê.", "Needed unless it is cash; the statement carries it."))
            .optional(true)
            .width("w20")
            .input(),
    );
    if s.catalog.paper(s.now().date()).is_ok() {
        body.push(
            &field(v, "take", "paper", v.pick("Số biên lai giấy, nếu đã viết", "Number of a receipt on paper, if one was written"), reasons, form).optional(true).width("w10").input(),
        );
    }
    body.push(&kit::button(v.pick("Ghi nhận đã thu", "Record the payment")));
    kit::card(v.pick("Thu tại quầy", "Take at the counter"), &kit::form(v, &format!("{}/take", desk_address(due.id)), &body))
}

fn waive_form(v: &Visitor, due: &Due, reasons: &[Reason], form: &FormData) -> Html {
    let mut body = kit::hidden("form", "waive");
    body.push(&kit::hidden("proposal", &uuid::Uuid::now_v7().to_string()));
    body.push(&field(v, "waive", "note", v.pick("Lý do và căn cứ miễn", "Reason and legal basis"), reasons, form).max_length(1_000).textarea(2));
    body.push(&kit::Button::new(v.pick("Đề nghị miễn", "Propose a waiver")).weight(Weight::Quiet).html());
    kit::details(v.pick("Đề nghị miễn khoản này", "Propose a waiver"), &kit::form(v, &format!("{}/waive", desk_address(due.id)), &body), form.get("form") == Some("waive"))
}

fn receipts(s: &Payments, v: &Visitor, due: &Due, now: Instant, reasons: &[Reason], form: &FormData) -> Html {
    let mut out = Html::default();
    for (i, r) in due.receipts.iter().enumerate() {
        let number = format!("{} · {}", r.symbol, r.shown(s.catalog.receipts.number.digits));
        let file = kit::link(&format!("{}/receipt?tx={}", desk_address(due.id), web::html::url_part(&r.tx)), v.pick("Mở biên lai (PDF)", "Open the receipt (PDF)"));
        let state = match &r.cancelled {
            Some((_, why)) => Html(format!("{} {}", kit::chip(Mood::Bad, v.pick("Đã hủy", "Cancelled")), esc(why))),
            None => kit::chip(Mood::Good, v.pick("Có giá trị", "Good")),
        };
        let mut body = kit::summary_list(&[
            Line::new(v.pick("Ký hiệu, số", "Symbol, number"), Html::text(&number)),
            Line::new(v.pick("Lập lúc", "Issued"), at(v, r.issued_at, now)),
            Line::new(v.pick("Tình trạng", "State"), state),
            Line::new(v.pick("Tệp", "File"), file),
        ]);
        if r.cancelled.is_none() {
            let prefix = format!("cancel{i}");
            let mut inner = kit::hidden("form", &prefix);
            inner.push(&kit::hidden("tx", &r.tx));
            inner.push(&Field { name: "reason".into(), ..field(v, &prefix, "reason", v.pick("Lý do hủy biên lai", "Reason for cancelling"), reasons, form) }.attr("maxlength", "1000").input());
            inner.push(&kit::Button::new(v.pick("Hủy biên lai", "Cancel the receipt")).weight(Weight::Risk).html());
            body.push(&kit::details(v.pick("Hủy biên lai này", "Cancel this receipt"), &kit::form(v, &format!("{}/cancel-receipt", desk_address(due.id)), &inner), form.get("form") == Some(prefix.as_str())));
        }
        out.push(&kit::card(v.pick("Biên lai điện tử", "Electronic receipt"), &body));
    }
    out
}

pub fn proposal_name(v: &Visitor, kind: ProposalKind) -> &'static str {
    match kind {
        ProposalKind::Refund => v.lang.pick("Hoàn trả", "Refund"),
        ProposalKind::Waiver => v.lang.pick("Miễn", "Waiver"),
    }
}

fn proposals(v: &Visitor, due: &Due, now: Instant, reasons: &[Reason], form: &FormData) -> Html {
    let mut out = Html::default();
    for (i, p) in due.proposals.iter().enumerate() {
        let (mood, word) = match &p.state {
            ProposalState::Open => (Mood::Warn, v.pick("Chờ người thứ hai duyệt", "Waits for a second person")),
            ProposalState::Approved => (Mood::Info, v.pick("Đã duyệt, chờ trả tiền", "Approved, to be paid back")),
            ProposalState::Declined { .. } => (Mood::Bad, v.pick("Không duyệt", "Declined")),
            ProposalState::Done { .. } => (Mood::Good, v.pick("Đã xong", "Done")),
        };
        let mut lines = vec![
            Line::new(v.pick("Số tiền", "Amount"), money_html(v, p.amount)),
            Line::new(v.pick("Lý do", "Reason"), Html::text(&p.reason)),
            Line::new(v.pick("Người lập", "Proposed by"), Html(format!("{}, {}", esc(&p.by_name), at(v, p.at, now)))),
            Line::new(v.pick("Tình trạng", "State"), kit::chip(mood, word)),
        ];
        if let Some((name, when)) = &p.decided {
            lines.push(Line::new(v.pick("Người quyết định", "Decided by"), Html(format!("{}, {}", esc(name), at(v, *when, now)))));
        }
        if let ProposalState::Declined { reason } = &p.state {
            lines.push(Line::new(v.pick("Lý do không duyệt", "Why declined"), Html::text(reason)));
        }
        let mut body = kit::summary_list(&lines);
        let by_hand = p.state == ProposalState::Approved && p.tx.as_deref().and_then(|tx| due.credit(tx)).is_some_and(|c| c.how != How::Gateway);
        if by_hand {
            body.push(&paid_back_form(v, due, p, i, reasons, form));
        }
        out.push(&kit::card(proposal_name(v, p.kind), &body));
    }
    out
}

fn paid_back_form(v: &Visitor, due: &Due, p: &Proposal, i: usize, reasons: &[Reason], form: &FormData) -> Html {
    let prefix = format!("back{i}");
    let mut body = kit::hidden("form", &prefix);
    body.push(&kit::hidden("proposal", &p.id.to_string()));
    body.push(&field(v, &prefix, "reference", v.pick("Số chứng từ trả tiền", "Number of the payment document"), reasons, form).width("w20").input());
    body.push(&kit::button(v.pick("Ghi đã trả tiền", "Record that it was paid back")));
    kit::form(v, &format!("{}/paid-back", desk_address(due.id)), &body)
}

fn tries(v: &Visitor, due: &Due, now: Instant) -> Html {
    if due.tries.is_empty() {
        return Html::default();
    }
    let word = |t: &crate::ledger::Try| match t.state.code() {
        "open" => v.pick("Đang dùng", "Open"),
        "replaced" => v.pick("Đã thay", "Replaced"),
        "expired" => v.pick("Hết hạn", "Expired"),
        "paid" => v.pick("Đã nộp", "Paid"),
        _ => v.pick("Đã đóng", "Closed"),
    };
    let rows = due
        .tries
        .iter()
        .rev()
        .map(|t| vec![Html(format!("<code>{}</code>", esc(&t.reference))), money_html(v, t.amount), at(v, t.opened_at, now), at(v, t.expires_at, now), Html::text(word(t))])
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Các mã QR đã lập", "QR codes made").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Nội dung", "Reference")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Lập", "Made")),
            Column::text(v.pick("Hết hạn", "Expires")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows,
        empty: String::new(),
    });
    kit::details(v.pick("Các mã QR đã lập", "QR codes made"), &table, false)
}

fn back(id: DueId, done: &str) -> Response {
    Redirect::to(&format!("{}?done={done}", desk_address(id))).into_response()
}

fn missing(field: &str, vi: &str, en: &str) -> ActError {
    Refusal::invalid("missing", vi, en).because(Some(field), vi, en).into()
}

pub async fn take(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = office_due(&s, &actor, id).await?;
    let now = s.now();
    let arrived = match read_taking(&form, now) {
        Ok(arrived) => arrived,
        Err(e) => return refused(&s, &v, id, e, &form).await,
    };
    match s.take_at_desk(due.id, arrived, By { actor: &actor, at: now }).await {
        Ok(Taken::New(..)) => Ok(back(id, "taken")),
        Ok(Taken::Known) => Ok(back(id, "known")),
        Ok(Taken::Contradicts) => Ok(back(id, "contradicts")),
        Err(e) => refused(&s, &v, id, e, &form).await,
    }
}

fn read_taking(form: &FormData, now: Instant) -> Result<Arrived, ActError> {
    let how = match given(form, "how") {
        "cash" => How::Cash,
        "bank" => How::Bank,
        "treasury" => How::Treasury,
        _ => return Err(missing("how", "Chọn cách nộp.", "Choose how it was paid.")),
    };
    let digits: String = given(form, "amount").chars().filter(|c| !matches!(c, '.' | ',' | ' ')).collect();
    let amount = digits.parse::<i64>().ok().filter(|n| *n > 0 && digits.bytes().all(|b| b.is_ascii_digit()));
    let amount = amount.ok_or_else(|| missing("amount", "Ghi số tiền đã nhận bằng chữ số, ví dụ 75000.", "Give the amount in figures, for example 75000."))?;
    let typed = given(form, "transaction");
    let once: String = form.get("once").unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let sound = typed.len() <= 60 && typed.bytes().all(|b| b.is_ascii_graphic());
    let tx = match (how, typed.is_empty()) {
        (_, false) if sound => typed.to_owned(),
        (How::Cash, true) if !once.is_empty() => format!("CASH-{once}"),
        _ => return Err(missing("transaction", "Ghi mã giao dịch hoặc số chứng từ (chữ không dấu, số, tối đa 60).", "Give the transaction or document number (letters and digits, at most 60).")),
    };
    let paper = Some(given(form, "paper")).filter(|p| !p.is_empty()).map(|p| p.chars().take(20).collect());
    Ok(Arrived { tx, amount: kernel::Dong(amount), at: now, how, found_by: FoundBy::Cashier, reference: String::new(), note: String::new(), paper })
}

fn proposal_id(form: &FormData) -> Result<uuid::Uuid, ActError> {
    let id = form.get("proposal").and_then(|t| t.parse().ok());
    id.ok_or_else(|| Refusal::invalid("bad-form", "Biểu mẫu không đọc được. Tải lại trang rồi thử lại.", "The form could not be read. Reload and try again.").into())
}

pub async fn waive(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = office_due(&s, &actor, id).await?;
    let now = s.now();
    let note = given(&form, "note").to_owned();
    let done = async {
        let proposal = proposal_id(&form)?;
        let decide = |d: &Due| d.propose_waiver(proposal, &note, (actor.account, &actor.name), now).map_err(at_note);
        s.change(due.id, By { actor: &actor, at: now }, decide).await
    };
    match done.await {
        Ok(_) => Ok(back(id, "proposed")),
        Err(e) => refused(&s, &v, id, e, &form).await,
    }
}

/// The reason's field is called `note` on these forms.
fn at_note(mut r: Refusal) -> Refusal {
    for reason in &mut r.reasons {
        if reason.field.as_deref() == Some("reason") {
            reason.field = Some("note".to_owned());
        }
    }
    r
}

pub async fn deal(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = office_due(&s, &actor, id).await?;
    let by = By { actor: &actor, at: s.now() };
    let (tx, note) = (form.get("tx").unwrap_or_default().to_owned(), given(&form, "note").to_owned());
    let done = match form.get("do").unwrap_or_default() {
        "accept" => s.change(due.id, by, |d| d.accept(&tx, &note)).await.map(|_| (id, "accepted")),
        "refund" => {
            let propose = async {
                let proposal = proposal_id(&form)?;
                let decide = |d: &Due| d.propose_refund(&tx, proposal, &note, (actor.account, &actor.name), by.at).map_err(at_note);
                s.change(due.id, by, decide).await
            };
            propose.await.map(|_| (id, "proposed"))
        }
        "move" => move_to(&s, &actor, &due, &tx, given(&form, "case"), &note, by).await.map(|to| (to, "moved")),
        _ => Err(missing("note", "Chọn cách xử lý.", "Choose what to do.")),
    };
    match done {
        Ok((to, word)) => Ok(back(to, word)),
        Err(e) => refused(&s, &v, id, e, &form).await,
    }
}

/// To the one owed due of that case with this amount.
async fn move_to(s: &Payments, actor: &kernel::Actor, from: &Due, tx: &str, case: &str, note: &str, by: By<'_>) -> Result<DueId, ActError> {
    let amount = from.credit(tx).map(|c| c.amount);
    let rows = views::of_case(&s.scope, case).await?;
    let fits = |r: &&views::DueRow| r.status == "owed" && Some(r.amount) == amount && (actor.office.as_ref().is_some_and(|o| o.as_str() == r.office) || super::parts::everywhere(actor));
    let mut fitting = rows.iter().filter(fits);
    let Some(to) = fitting.next() else {
        return Err(missing(
            "case",
            "Hồ sơ này không có khoản còn phải nộp với đúng số tiền đó ở cơ quan bạn.",
            "This application has no due of just this amount to be paid at your office.",
        ));
    };
    s.move_money(from.id, tx, to.id, note, by).await.map(|d| d.id)
}

/// A refund by hand: for money that did not come through the gateway.
pub async fn paid_back(State(s): State<Payments>, v: Visitor, Path(id): Path<DueId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = office_due(&s, &actor, id).await?;
    let reference = given(&form, "reference").to_owned();
    let done = async {
        let proposal = proposal_id(&form)?;
        if reference.is_empty() || reference.len() > 60 {
            return Err(missing("reference", "Ghi số chứng từ trả tiền.", "Give the number of the payment document."));
        }
        s.change(due.id, By { actor: &actor, at: s.now() }, |d| Ok(d.refund_done(proposal, &reference))).await
    };
    match done.await {
        Ok(_) => Ok(back(id, "paid-back")),
        Err(e) => refused(&s, &v, id, e, &form).await,
    }
}
