//! Reconciliation: the bank's file is given, every difference is shown with its owner and age, and what was found is kept.

use super::parts::{actor, at, desk_address, done, money_html, office, work_page};
use crate::{
    Payments,
    acts::ActError,
    reconcile::{self, Difference, RESOLUTIONS, compare::Class},
    store::By,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Dong, Instant, Refusal, refusal::Reason};
use serde::Deserialize;
use uuid::Uuid;
use web::{
    extract::{FormData, Multipart, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Line, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
    after: i64,
}

const ROWS: i64 = 100;

pub async fn list(State(s): State<Payments>, v: Visitor) -> Result<Html, PageError> {
    list_page(&s, &v, None).await
}

async fn list_page(s: &Payments, v: &Visitor, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let office = office(&*actor(v)?)?;
    let now = s.now();
    let rows = reconcile::statements(&s.scope, office.as_str(), ROWS).await.map_err(PageError::internal)?;
    let title = v.pick("Đối soát sao kê ngân hàng", "Reconcile a bank statement");
    let reasons = refusal.map(|r| r.reasons.clone()).unwrap_or_default();
    let mut main = kit::error_summary(v.lang, &reasons);
    main.push(&kit::heading(title, None));
    let field = Field::new(v.lang, "file", v.pick("Tệp sao kê (CSV)", "Statement (CSV)"))
        .hint(v.pick(
            "Có tiêu đề: mã giao dịch, thời gian, số tiền, nội dung. UTF-8 hoặc Windows-1258, dấu phẩy hoặc chấm phẩy, tối đa 4 MB.",
            "With a header: transaction, paid at, amount, description. UTF-8 or Windows-1258, commas or semicolons, at most 4 MB.",
        ))
        .error(refusal.map(|r| r.message.get(v.lang)))
        .file(".csv,text/csv", false);
    main.push(&kit::upload_form(v, "/work/payments/statements", &Html(format!("{field}{}", kit::button(v.pick("Đối soát", "Compare"))))));
    main.push(&kit::table(&Table {
        caption: v.pick("Các lần đối soát", "Comparisons").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Tệp", "File")),
            Column::text(v.pick("Từ", "From")),
            Column::text(v.pick("Đến", "To")),
            Column::num(v.pick("Số dòng", "Lines")),
            Column::num(v.pick("Khớp", "Matched")),
            Column::text(v.pick("Người làm", "By")),
            Column::text(v.pick("Lúc", "At")),
        ],
        rows: rows
            .iter()
            .map(|r| {
                vec![
                    kit::link(&format!("/work/payments/statements/{}", r.id), &r.name),
                    at(v, r.from, now),
                    at(v, r.to, now),
                    Html::text(&r.lines.to_string()),
                    Html::text(&r.matched.to_string()),
                    Html::text(&r.by_name),
                    at(v, r.at, now),
                ]
            })
            .collect(),
        empty: v.pick("Chưa đối soát lần nào.", "Nothing compared yet.").to_owned(),
    }));
    Ok(work_page(v, title, "statements", main).error(refusal.is_some()).render())
}

pub async fn upload(State(s): State<Payments>, v: Visitor, multipart: Multipart) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let office = office(&actor)?;
    let sent = multipart.collect(reconcile::bank_file::MAX_BYTES + 1).await?;
    let Some(file) = sent.files.first() else {
        let (vi, en) = ("Chọn tệp sao kê trước khi gửi.", "Choose a file first.");
        let refusal = Refusal::invalid("no-file", vi, en).because(Some("file"), vi, en);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, list_page(&s, &v, Some(&refusal)).await?).into_response());
    };
    match s.reconcile(&office, &store::files::clean_name(&file.name), &file.bytes, By { actor: &actor, at: s.now() }).await {
        Ok(id) => Ok(Redirect::to(&format!("/work/payments/statements/{id}")).into_response()),
        Err(ActError::Refused(r)) => Ok((StatusCode::UNPROCESSABLE_ENTITY, list_page(&s, &v, Some(&r)).await?).into_response()),
        Err(e) => Err(e.into()),
    }
}

pub async fn show(State(s): State<Payments>, v: Visitor, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    show_page(&s, &v, id, &asked, None, &FormData::default()).await
}

fn no_statement() -> Refusal {
    Refusal::not_found("Không có lần đối soát này.", "There is no such comparison.")
}

async fn show_page(s: &Payments, v: &Visitor, id: Uuid, asked: &Asked, refusal: Option<&Refusal>, form: &FormData) -> Result<Html, PageError> {
    let office = office(&*actor(v)?)?;
    let now = s.now();
    let st = reconcile::find_statement(&s.scope, office.as_str(), id).await.map_err(PageError::internal)?.ok_or_else(no_statement)?;
    let list = reconcile::differences(&s.scope, id, asked.after.max(0), ROWS).await.map_err(PageError::internal)?;
    let mut main = done(v, asked.done.as_deref());
    let reasons: Vec<Reason> = refusal.map(|r| if r.reasons.is_empty() { vec![Reason { field: None, message: r.message.clone() }] } else { r.reasons.clone() }).unwrap_or_default();
    main.push(&kit::error_summary(v.lang, &[]));
    if let Some(r) = refusal {
        main.push(&kit::banner(Mood::Bad, r.message.get(v.lang), &Html::default()));
    }
    main.push(&kit::heading(&st.name, Some(v.pick("Đối soát", "Reconciliation"))));
    main.push(&kit::summary_list(&[
        Line::new(v.pick("Thời gian", "Period"), Html(format!("{} – {}", at(v, st.from, now), at(v, st.to, now)))),
        Line::new(v.pick("Dòng của ngân hàng", "Lines of the bank"), Html::text(&when::number(st.lines, v.lang))),
        Line::new(v.pick("Khớp", "Matched"), Html::text(&when::number(st.matched, v.lang))),
        Line::new(v.pick("Người làm", "By"), Html(format!("{}, {}", esc(&st.by_name), at(v, st.at, now)))),
    ]));
    if list.is_empty() {
        main.push(&kit::inset(&Html::text(v.pick("Không có chênh lệch nào.", "There is no difference."))));
    }
    for d in &list {
        main.push(&difference(s, v, d, now, &reasons, form));
    }
    let full = i64::try_from(list.len()).is_ok_and(|n| n == ROWS);
    let next = list.last().filter(|_| full).map(|d| format!("/work/payments/statements/{id}?after={}", d.number));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(work_page(v, &st.name, "statements", main).back("/work/payments/statements", v.pick("Các lần đối soát", "Comparisons")).error(refusal.is_some()).render())
}

/// Days since it was found, with a warning when the room's own span is passed.
fn age(s: &Payments, v: &Visitor, d: &Difference, now: Instant) -> Html {
    let days = now.seconds_since(d.opened_at) / 86_400;
    let words = match v.lang {
        kernel::text::Lang::Vi => format!("{days} ngày"),
        kernel::text::Lang::En => format!("{days} days"),
    };
    if days > s.catalog.gateway.difference_days { kit::chip(Mood::Bad, &words) } else { Html::text(&words) }
}

fn sum(v: &Visitor, amount: Option<Dong>) -> Html {
    amount.map_or_else(|| Html::text("–"), |a| money_html(v, a))
}

fn class_name(v: &Visitor, d: &Difference) -> String {
    d.class.map_or_else(String::new, |c| c.name().get(v.lang).to_owned())
}

fn difference(s: &Payments, v: &Visitor, d: &Difference, now: Instant, reasons: &[Reason], form: &FormData) -> Html {
    let mut lines = vec![
        Line::new(v.pick("Mã giao dịch", "Transaction"), Html::text(&d.tx)),
        Line::new(v.pick("Ngân hàng", "Bank"), sum(v, d.bank)),
        Line::new(v.pick("Sổ của ta", "Our ledger"), sum(v, d.ours)),
        Line::new(v.pick("Lúc nộp", "Paid at"), at(v, d.at, now)),
        Line::new(v.pick("Người xử lý", "Owner"), Html::text(&d.owner_name)),
        Line::new(v.pick("Đã chờ", "Age"), age(s, v, d, now)),
    ];
    if let Some(due) = d.due {
        lines.push(Line::new(v.pick("Khoản", "Due"), kit::link(&desk_address(due), v.pick("mở khoản phải nộp", "open the due"))));
    }
    let mut body = Html::default();
    if let Some((when, resolution, note, name)) = &d.resolved {
        let said = RESOLUTIONS.iter().find(|(c, ..)| c == resolution).map_or(resolution.as_str(), |(_, vi, en)| v.pick(vi, en));
        lines.push(Line::new(v.pick("Kết quả", "Resolution"), Html(format!("{}: {} – {}, {}", esc(said), esc(note), esc(name), at(v, *when, now)))));
    } else {
        let here = form.get("number") == Some(d.number.to_string().as_str());
        let choices: Vec<Choice> = RESOLUTIONS
            .iter()
            .filter(|(code, ..)| *code != "recorded" || d.class == Some(Class::PaidNotRecorded))
            .map(|(code, vi, en)| Choice::new(*code, v.pick(vi, en)))
            .collect();
        let field = |name: &str, label: &str| {
            let whole = format!("d{}.{name}", d.number);
            let error = reasons.iter().find(|r| here && r.field.as_deref() == Some(name)).map(|r| r.message.get(v.lang).to_owned());
            let typed = if here { form.get(&whole).unwrap_or_default().to_owned() } else { String::new() };
            Field::new(v.lang, whole, label).error(error).value(typed)
        };
        body = Html(format!(
            "{}{}{}{}",
            kit::hidden("number", &d.number.to_string()),
            field("resolution", v.pick("Tìm ra điều gì?", "What was found?")).select(&choices),
            field("note", v.pick("Ghi chú, căn cứ", "Note")).max_length(1_000).input(),
            kit::Button::new(v.pick("Ghi kết quả", "Record")).weight(kit::Weight::Quiet).html()
        ));
        body = kit::form(v, &format!("/work/payments/statements/{}/{}", d.statement, d.number), &body);
    }
    let mood = if d.resolved.is_some() { Mood::Good } else { Mood::Warn };
    let head = kit::chip(mood, &class_name(v, d));
    kit::card(&format!("{} {}", v.pick("Chênh lệch", "Difference"), d.number), &Html(format!("<p>{head}</p>{}{body}", kit::summary_list(&lines))))
}

pub async fn resolve(State(s): State<Payments>, v: Visitor, Path((id, number)): Path<(Uuid, i64)>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let office = office(&actor)?;
    let get = |name: &str| form.get(&format!("d{number}.{name}")).unwrap_or_default();
    let by = By { actor: &actor, at: s.now() };
    match s.resolve(&office, id, number, get("resolution"), get("note"), by).await {
        Ok(()) => Ok(Redirect::to(&format!("/work/payments/statements/{id}?done=resolved")).into_response()),
        Err(ActError::Refused(r)) if r.kind != kernel::refusal::RefusalKind::NotFound => {
            let asked = Asked { done: None, after: (number - 1).max(0) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show_page(&s, &v, id, &asked, Some(&r), &form).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// What is open in the office, oldest first.
pub async fn open(State(s): State<Payments>, v: Visitor) -> Result<Html, PageError> {
    let office = office(&*actor(&v)?)?;
    let now = s.now();
    let list = reconcile::open(&s.scope, office.as_str(), 500).await.map_err(PageError::internal)?;
    let title = v.pick("Chênh lệch chưa xử lý", "Open differences");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Mã giao dịch", "Transaction")),
            Column::text(v.pick("Loại", "Class")),
            Column::num(v.pick("Ngân hàng", "Bank")),
            Column::num(v.pick("Sổ của ta", "Our ledger")),
            Column::text(v.pick("Người xử lý", "Owner")),
            Column::text(v.pick("Đã chờ", "Age")),
        ],
        rows: list
            .iter()
            .map(|d| {
                vec![
                    kit::link(&format!("/work/payments/statements/{}?after={}", d.statement, d.number - 1), &d.tx),
                    kit::chip(Mood::Warn, &class_name(&v, d)),
                    sum(&v, d.bank),
                    sum(&v, d.ours),
                    Html::text(&d.owner_name),
                    age(&s, &v, d, now),
                ]
            })
            .collect(),
        empty: v.pick("Không còn chênh lệch nào.", "No difference is open.").to_owned(),
    });
    Ok(work_page(&v, title, "statements", Html(format!("{}{table}", kit::heading(title, None)))).render())
}
