//! Lists of the desk: money to look at, proposals, approvals, receipts, alarms.

use super::parts::{actor, at, desk_address, done, everywhere, found_name, kind_name, money_html, office, query, work_page};
use crate::{Payments, acts::ActError, ledger::Odd, store::By, views};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal, id::DueId};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Field, Line, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
    after: String,
}

const ROWS: i64 = 200;

pub async fn review(State(s): State<Payments>, v: Visitor) -> Result<Html, PageError> {
    let office = office(&*actor(&v)?)?;
    let now = s.now();
    let rows = views::in_review(&s.scope, office.as_str(), ROWS).await.map_err(PageError::internal)?;
    let why = |state: &str| state.strip_prefix("review:").and_then(Odd::parse).map_or_else(String::new, |o| o.name().get(v.lang).to_owned());
    let title = v.pick("Tiền cần xem", "Money to look at");
    let lead = v.pick(
        "Tiền đã vào tài khoản nhưng chưa dùng để nộp được. Mở từng khoản để dùng, chuyển hoặc đề nghị hoàn trả.",
        "Money that came in and settles nothing yet. Open each to use it, give it to another due or propose a refund.",
    );
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Mã giao dịch", "Transaction")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Vì sao", "Why")),
            Column::text(v.pick("Nội dung", "Reference")),
            Column::text(v.pick("Biết qua", "Found by")),
            Column::text(v.pick("Chờ từ", "Waiting since")),
        ],
        rows: rows
            .iter()
            .map(|r| {
                vec![
                    kit::link(&desk_address(r.due), &r.tx),
                    money_html(&v, r.amount),
                    kit::chip(Mood::Warn, &why(&r.state)),
                    Html(format!("<code>{}</code>", esc(&r.reference))),
                    Html::text(found_name(&v, &r.found_by)),
                    at(&v, r.seen_at, now),
                ]
            })
            .collect(),
        empty: v.pick("Không có khoản tiền nào chờ xử lý.", "No money waits.").to_owned(),
    });
    Ok(work_page(&v, title, "review", Html(format!("{}<p class=\"lead\">{}</p>{table}", kit::heading(title, None), esc(lead)))).render())
}

pub async fn proposals(State(s): State<Payments>, v: Visitor) -> Result<Html, PageError> {
    let office = office(&*actor(&v)?)?;
    let now = s.now();
    let title = v.pick("Đề nghị hoàn trả, miễn", "Refunds and waivers proposed");
    let mut rows = Vec::new();
    for state in ["open", "approved"] {
        rows.extend(views::proposals(&s.scope, Some(office.as_str()), state, ROWS).await.map_err(PageError::internal)?);
    }
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Khoản", "Due")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Lý do", "Reason")),
            Column::text(v.pick("Người lập", "Proposed by")),
            Column::text(v.pick("Từ lúc", "Since")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: rows
            .iter()
            .map(|p| {
                let (mood, word) = if p.state == "open" { (Mood::Warn, v.pick("Chờ duyệt", "To approve")) } else { (Mood::Info, v.pick("Đã duyệt, chờ trả tiền", "Approved, to be paid back")) };
                vec![
                    kit::link(&desk_address(p.due), kind_word(&v, &p.kind)),
                    money_html(&v, p.amount),
                    Html::text(&p.reason),
                    Html::text(&p.proposed_name),
                    at(&v, p.proposed_at, now),
                    kit::chip(mood, word),
                ]
            })
            .collect(),
        empty: v.pick("Không có đề nghị nào đang chờ.", "No proposal waits.").to_owned(),
    });
    Ok(work_page(&v, title, "proposals", Html(format!("{}{table}", kit::heading(title, None)))).render())
}

fn kind_word(v: &Visitor, kind: &str) -> &'static str {
    if kind == "refund" { v.lang.pick("Hoàn trả", "Refund") } else { v.lang.pick("Miễn", "Waiver") }
}

pub async fn approvals(State(s): State<Payments>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    approvals_page(&s, &v, asked.done.as_deref(), None, &FormData::default()).await
}

async fn approvals_page(s: &Payments, v: &Visitor, said: Option<&str>, refusal: Option<&Refusal>, form: &FormData) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let office = office(&actor)?;
    let now = s.now();
    let of = if everywhere(&actor) { None } else { Some(office.as_str()) };
    let rows = views::proposals(&s.scope, of, "open", ROWS).await.map_err(PageError::internal)?;
    let title = v.pick("Chờ duyệt hoàn trả, miễn", "Refunds and waivers to approve");
    let mut main = done(v, said);
    if let Some(r) = refusal {
        main.push(&kit::banner(Mood::Bad, r.message.get(v.lang), &Html::default()));
    }
    main.push(&kit::heading(title, None));
    main.push(&Html(format!("<p class=\"lead\">{}</p>", esc(v.pick("Người lập đề nghị không tự duyệt được.", "Who proposed it cannot approve it.")))));
    if rows.is_empty() {
        main.push(&Html(format!("<p class=\"none\">{}</p>", esc(v.pick("Không có đề nghị nào chờ duyệt.", "Nothing waits for approval.")))));
    }
    for (i, p) in rows.iter().enumerate() {
        let due = views::due(&s.scope, p.due).await.map_err(PageError::internal)?;
        let mut lines = vec![
            Line::new(v.pick("Số tiền", "Amount"), money_html(v, p.amount)),
            Line::new(v.pick("Lý do", "Reason"), Html::text(&p.reason)),
            Line::new(v.pick("Người lập", "Proposed by"), Html(format!("{}, {}", esc(&p.proposed_name), at(v, p.proposed_at, now)))),
        ];
        if let Some(d) = &due {
            lines.insert(0, Line::new(v.pick("Khoản", "Due"), Html::text(&format!("{} · {} · {}", d.name.get(v.lang), kind_name(v, d.kind), d.case_code))));
        }
        let mut body = kit::summary_list(&lines);
        if p.proposed_by == actor.account.to_string() {
            body.push(&kit::inset(&Html::text(v.pick("Bạn lập đề nghị này nên người khác phải duyệt.", "You proposed this, so somebody else has to decide."))));
        } else {
            let name = format!("p{i}.reason");
            let typed = form.get("proposal").filter(|t| *t == p.id).and_then(|_| form.get("reason")).unwrap_or_default();
            let field = Field::new(v.lang, "reason", v.pick("Lý do, nếu không duyệt", "Reason, if declined")).optional(true).value(typed).max_length(1_000);
            let field = Html(field.input().0.replace("f-reason", &kit::field_id(&name)));
            let buttons = kit::button_group(&[
                kit::Button::new(v.pick("Duyệt", "Approve")).named("do", "approve").html(),
                kit::Button::new(v.pick("Không duyệt", "Decline")).weight(Weight::Quiet).named("do", "decline").html(),
            ]);
            let inner = Html(format!("{}{field}{buttons}", kit::hidden("proposal", &p.id)));
            body.push(&kit::form(v, &format!("/work/payments/approvals/{}/{}", p.due, p.id), &inner));
        }
        main.push(&kit::card(kind_word(v, &p.kind), &body));
    }
    Ok(work_page(v, title, "approvals", main).error(refusal.is_some()).render())
}

pub async fn decide(State(s): State<Payments>, v: Visitor, Path((due, proposal)): Path<(DueId, uuid::Uuid)>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let due = super::parts::office_due(&s, &actor, due).await?;
    let approve = match form.get("do").unwrap_or_default() {
        "approve" => true,
        "decline" => false,
        _ => return Ok(Redirect::to("/work/payments/approvals").into_response()),
    };
    let reason = form.get("reason").unwrap_or_default().to_owned();
    let by = By { actor: &actor, at: s.now() };
    match s.change(due.id, by, |d| d.decide(proposal, approve, &reason, (actor.account, &actor.name))).await {
        Ok(_) => Ok(Redirect::to(&format!("/work/payments/approvals?done={}", if approve { "approved" } else { "declined" })).into_response()),
        Err(ActError::Refused(r)) => Ok((StatusCode::CONFLICT, approvals_page(&s, &v, None, Some(&r), &form).await?).into_response()),
        Err(e) => Err(e.into()),
    }
}

/// `micros~symbol~number` of the last row of the page before.
fn before(text: &str) -> (Instant, String, i64) {
    let mut parts = text.splitn(3, '~');
    let read = (|| Some((parts.next()?.parse::<i64>().ok()?, parts.next()?.to_owned(), parts.next()?.parse::<i64>().ok()?)))();
    match read {
        Some((at, symbol, number)) if !symbol.chars().any(char::is_control) => (Instant::from_micros(at), symbol, number),
        _ => (Instant::from_micros(i64::MAX / 2), String::new(), 0),
    }
}

pub async fn receipts(State(s): State<Payments>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let office = office(&*actor(&v)?)?;
    let now = s.now();
    let rows = views::receipts(&s.scope, office.as_str(), before(&asked.after), views::PAGE).await.map_err(PageError::internal)?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == views::PAGE);
    let next = rows.last().filter(|_| full).map(|r| format!("/work/payments/receipts?{}", query(&[("after", &format!("{}~{}~{}", r.issued_at.micros(), r.symbol, r.number))])));
    let title = v.pick("Biên lai điện tử", "Electronic receipts");
    let paper = &s.catalog.receipts.paper;
    let lead = match v.lang {
        kernel::text::Lang::Vi => format!("Số biên lai liên tục theo từng ký hiệu, bắt đầu lại từ 1 mỗi năm. Biên lai giấy dùng đến hết {} ({}).", web::when::day(paper.last_day, v.lang), paper.legal_basis),
        kernel::text::Lang::En => format!("Numbers of a symbol have no gap and start at 1 each year. Receipts on paper end after {} ({}).", web::when::day(paper.last_day, v.lang), paper.legal_basis),
    };
    let digits = s.catalog.receipts.number.digits as usize;
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Ký hiệu, số", "Symbol, number")),
            Column::text(v.pick("Loại", "Kind")),
            Column::text(v.pick("Người nộp", "Payer")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Lập lúc", "Issued")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: rows
            .iter()
            .map(|r| {
                let state = match r.cancelled_at {
                    Some(_) => Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(Mood::Bad, v.pick("Đã hủy", "Cancelled")), esc(&r.reason))),
                    None => kit::chip(Mood::Good, v.pick("Có giá trị", "Good")),
                };
                vec![
                    kit::link(&desk_address(r.due), &format!("{} · {:0digits$}", r.symbol, r.number)),
                    Html::text(&kind_name(&v, r.kind)),
                    Html::text(&r.payer),
                    money_html(&v, r.amount),
                    at(&v, r.issued_at, now),
                    state,
                ]
            })
            .collect(),
        empty: v.pick("Chưa lập biên lai nào.", "No receipt yet.").to_owned(),
    });
    let main = Html(format!("{}<p class=\"lead\">{}</p>{table}{}", kit::heading(title, None), esc(&lead), kit::pagination(v.lang, None, next.as_deref())));
    Ok(work_page(&v, title, "receipts", main).render())
}

pub async fn alarms(State(s): State<Payments>, v: Visitor) -> Result<Html, PageError> {
    let now = s.now();
    let rows = views::alarms(&s.scope, ROWS).await.map_err(PageError::internal)?;
    let name = |kind: &str| match kind {
        "bad-mac" => v.pick("Tin báo sai mã xác thực, đã từ chối", "Notice with a wrong signature, refused"),
        "older-event" => v.pick("Tin cũ đến sau, không đổi gì", "An older message came later, nothing changed"),
        "contradiction" => v.pick("Một giao dịch được báo hai cách", "One transaction told in two ways"),
        "refund-not-taken" => v.pick("Hồ sơ không nhận việc hoàn trả", "The case did not take the refund"),
        "waiver-not-taken" => v.pick("Hồ sơ không nhận việc miễn", "The case did not take the waiver"),
        _ => v.pick("Cần xem", "To look at"),
    };
    let title = v.pick("Cảnh báo thanh toán", "Payment alarms");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Cảnh báo", "Alarm")),
            Column::text(v.pick("Về", "About")),
            Column::text(v.pick("Chi tiết", "Detail")),
            Column::num(v.pick("Số lần", "Times")),
            Column::text(v.pick("Lần cuối", "Last")),
        ],
        rows: rows
            .iter()
            .map(|a| vec![Html::text(name(&a.kind)), Html(format!("<code>{}</code>", esc(&a.subject))), Html::text(&a.detail), Html::text(&a.times.to_string()), at(&v, a.last_at, now)])
            .collect(),
        empty: v.pick("Không có cảnh báo.", "No alarm.").to_owned(),
    });
    Ok(work_page(&v, title, "alarms", Html(format!("{}{table}", kit::heading(title, None)))).render())
}
