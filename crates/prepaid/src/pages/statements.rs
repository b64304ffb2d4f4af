//! `/work/signatures/statements`: the providers' own statements beside the account book; each difference with its signature, settled by a
//! person with a reason.

use super::{MONTHS, ROOT, actor, everywhere, money_html, no_such_statement, room, state_chip};
use crate::{
    Prepaid,
    purse::{decide::REASON_MAX, month_of},
    statement::{months_to, said as month_said},
    statements::{
        Outcome, Statement, Taken,
        acts::{Wanted, correction},
        compare::Kind,
        file::MAX_BYTES,
        views::{self, DifferenceLine, TakenLine},
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::id::{OfficeCode, StatementId, TrustProviderCode};
use records::{Failure, refusal_of};
use web::{
    extract::{FormData, Multipart, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Line, Mood, Table},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// Statements listed, and differences on a page.
const LISTED: i64 = 100;
const PAGE: i64 = 20;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    no: u32,
    after: i64,
    kind: String,
    done: String,
}

/// Whose statements an official keeps: their agency's, or everybody's.
fn whose(v: &Visitor) -> Result<Option<OfficeCode>, PageError> {
    let a = actor(v)?;
    if everywhere(&a) { Ok(None) } else { Ok(Some(a.office.clone().ok_or_else(PageError::not_found)?)) }
}

pub async fn list(State(s): State<Prepaid>, v: Visitor) -> Result<Response, PageError> {
    list_page(&s, &v, &Said::default()).await
}

fn office_name(s: &Prepaid, v: &Visitor, office: Option<&OfficeCode>) -> String {
    office.map_or_else(|| v.pick("Toàn tỉnh, thành phố", "All of the province").to_owned(), |o| s.offices.get(o.as_str()).map_or_else(|| o.to_string(), |x| x.name.vi.clone()))
}

async fn list_page(s: &Prepaid, v: &Visitor, said: &Said) -> Result<Response, PageError> {
    let office = whose(v)?;
    let now = s.ledger.now();
    let lines = views::taken(&s.ledger.scope, office.as_ref(), LISTED).await.map_err(PageError::internal)?;
    let title = v.pick("Đối chiếu bảng kê của nhà cung cấp", "Providers' statements compared");
    let mut main = kit::error_summary(v.lang, &said.reasons);
    main.push(&kit::heading(title, Some(&office_name(s, v, office.as_ref()))));
    main.push(&kit::para(v.pick(
        "Bảng kê tháng của nhà cung cấp được so từng dòng với sổ. Nhập bảng kê không làm thay đổi số dư; mỗi chênh lệch do người xử lý, có ghi căn cứ.",
        "The provider's statement of a month is compared with the book line by line. Taking it changes no balance; each difference is settled by a person who says why.",
    )));
    main.push(&form(s, v, said, now));
    let row = |l: &TakenLine| {
        let name = format!("{} – {}", s.ledger.provider_name(&l.provider).get(v.lang), month_said(&l.month));
        let standing = if !l.latest {
            kit::chip(Mood::Info, v.pick("Đã nhập lại", "Taken again since"))
        } else if l.open > 0 {
            kit::chip(Mood::Warn, &format!("{} {}", when::number(l.open, v.lang), v.pick("chênh lệch chưa xử lý", "differences open")))
        } else {
            kit::chip(Mood::Good, v.pick("Đã đối chiếu xong", "Settled"))
        };
        vec![
            kit::link(&format!("{ROOT}/statements/{}?no={}", l.id, l.no), &name),
            Html::text(&office_name(s, v, l.office.as_ref())),
            Html(format!("{}<br><span class=\"muted\">{} {}</span>", esc(&l.name), v.pick("lần", "time"), l.no)),
            Html::text(&when::number(l.rows, v.lang)),
            Html::text(&when::number(l.equal, v.lang)),
            standing,
            Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&l.by_name), esc(&when::exact(l.at, v.lang)))),
        ]
    };
    main.push(&kit::table(&Table {
        caption: v.pick("Các bảng kê đã nhập", "Statements taken").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Nhà cung cấp, tháng", "Provider, month")),
            Column::text(v.pick("Cơ quan", "Agency")),
            Column::text(v.pick("Tệp", "File")),
            Column::num(v.pick("Số dòng", "Rows")),
            Column::num(v.pick("Khớp", "Equal")),
            Column::text(v.pick("Tình trạng", "State")),
            Column::text(v.pick("Người nhập", "Taken by")),
        ],
        rows: lines.iter().map(row).collect(),
        empty: v.pick("Chưa nhập bảng kê nào.", "No statement was taken yet.").to_owned(),
    }));
    Ok(said.answer(room(v, title, main).error(said.is_error()).back(ROOT, v.pick("Chữ ký số trả trước", "Prepaid signatures")).render()))
}

fn form(s: &Prepaid, v: &Visitor, said: &Said, now: kernel::Instant) -> Html {
    let providers: Vec<Choice> = s.ledger.catalog.providers.iter().filter(|p| p.statement.is_some()).map(|p| Choice::new(p.code.as_str(), p.name.get(v.lang))).collect();
    let months: Vec<Choice> = months_to(&month_of(now), MONTHS).into_iter().map(|m| Choice::new(m.clone(), month_said(&m))).collect();
    let only = if let [one] = providers.as_slice() { Some(one.value.clone()) } else { None };
    let pick = |name: &str, label: &str, or: String| {
        let typed = said.value("take", name).to_owned();
        said.field(v.lang, "take", name, label).value(if typed.is_empty() { or } else { typed })
    };
    let last = months_to(&month_of(now), 2).pop().unwrap_or_default();
    let hint = format!(
        "{} {}",
        v.pick("CSV có dòng tiêu đề, UTF-8 hoặc Windows-1258, dấu phẩy hoặc chấm phẩy, tối đa", "CSV with a header, UTF-8 or Windows-1258, commas or semicolons, at most"),
        format_args!("{} MB.", MAX_BYTES >> 20)
    );
    let body = Html(format!(
        "{}{}{}{}{}",
        kit::hidden("act", "take"),
        pick("provider", v.pick("Nhà cung cấp", "Provider"), only.unwrap_or_default()).select(&providers),
        pick("month", v.pick("Tháng", "Month"), last).select(&months),
        said.field(v.lang, "take", "file", v.pick("Tệp bảng kê (CSV)", "Statement (CSV)")).hint(hint).kind("file").file(".csv,text/csv", false),
        kit::button(v.pick("Đối chiếu", "Compare")),
    ));
    kit::card(v.pick("Nhập bảng kê", "Take a statement"), &kit::upload_form(v, &format!("{ROOT}/statements"), &body))
}

pub async fn take(State(s): State<Prepaid>, v: Visitor, sent: Multipart) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let office = whose(&v)?;
    let sent = sent.collect(MAX_BYTES + 1).await?;
    let get = |name: &str| sent.fields.get(name).unwrap_or_default().to_owned();
    let taken = match sent.files.into_iter().next() {
        None => Err(kernel::Refusal::invalid("no-file", "Chưa chọn tệp.", "No file was chosen.").because(Some("file"), "Chọn tệp bảng kê của nhà cung cấp.", "Choose the provider's statement.").into()),
        Some(file) => {
            let name = store::files::clean_name(&file.name);
            let wanted = Wanted { provider: TrustProviderCode::new(get("provider")), month: get("month"), office, name, bytes: file.bytes };
            s.ledger.take_statement(&a, wanted).await
        }
    };
    match taken {
        Ok(done) => Ok(Redirect::to(&format!("{ROOT}/statements/{}", done.id)).into_response()),
        Err(failure) => {
            let mut fields = sent.fields;
            fields.0.push(("act".into(), "take".into()));
            list_page(&s, &v, &Said::refused(fields, refusal_of(failure)?)).await
        }
    }
}

async fn found(s: &Prepaid, v: &Visitor, id: StatementId) -> Result<Statement, PageError> {
    let office = whose(v)?;
    let found = records::load::<Statement>(&s.ledger.scope, &id.to_string()).await.map_err(PageError::internal)?;
    found.map(|f| f.state).filter(|x| office.is_none() || x.office == office).ok_or_else(|| no_such_statement().into())
}

pub async fn show(State(s): State<Prepaid>, v: Visitor, Path(id): Path<StatementId>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let statement = found(&s, &v, id).await?;
    page(&s, &v, &statement, &q, &Said::default()).await
}

async fn page(s: &Prepaid, v: &Visitor, statement: &Statement, q: &Asked, said: &Said) -> Result<Response, PageError> {
    let scope = &s.ledger.scope;
    let latest = statement.latest().ok_or_else(no_such_statement)?;
    let taken = statement.taken.iter().find(|t| t.no == q.no).unwrap_or(latest);
    let kind = Kind::ALL.into_iter().map(Kind::code).find(|k| *k == q.kind).unwrap_or_default();
    let mut list = views::differences(scope, statement.id, taken.no, kind, q.after.max(0), PAGE + 1).await.map_err(PageError::internal)?;
    let more = list.len() > PAGE as usize;
    list.truncate(PAGE as usize);
    let here = format!("{ROOT}/statements/{}?no={}", statement.id, taken.no);
    let next = list.last().filter(|_| more).map(|d| format!("{here}&kind={kind}&after={}", d.line));
    let title = format!("{} – {}", s.ledger.provider_name(&statement.provider).get(v.lang), month_said(&statement.month));
    let mut main = kit::error_summary(v.lang, &said.reasons);
    if !q.done.is_empty() {
        main.push(&kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default()));
    }
    main.push(&kit::heading(&title, Some(&office_name(s, v, statement.office.as_ref()))));
    if taken.no != latest.no {
        let to = kit::link(&format!("{ROOT}/statements/{}", statement.id), v.pick("Mở lần mới nhất", "Open the latest"));
        main.push(&kit::banner(Mood::Info, v.pick("Bảng kê này đã được nhập lại sau đó", "This statement was taken again since"), &to));
    }
    main.push(&summary(v, taken));
    main.push(&kinds(s, v, statement, taken, &here, kind).await?);
    for d in &list {
        main.push(&card(v, statement, taken.no == latest.no, d, said));
    }
    if list.is_empty() {
        main.push(&kit::inset(&Html::text(v.pick("Không có chênh lệch nào.", "There is no difference."))));
    }
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&history(v, statement));
    Ok(said.answer(room(v, &title, main).error(said.is_error()).back(format!("{ROOT}/statements"), v.pick("Bảng kê của nhà cung cấp", "Providers' statements")).render()))
}

fn summary(v: &Visitor, t: &Taken) -> Html {
    let number = |n: i64| Html(format!("<span class=\"num\">{}</span>", esc(&when::number(n, v.lang))));
    kit::summary_list(&[
        Line::new(v.pick("Dòng của nhà cung cấp", "Their rows"), number(t.rows)),
        Line::new(v.pick("Khớp", "Equal"), number(t.equal)),
        Line::new(v.pick("Chênh lệch", "Differences"), number(t.differences)),
        Line::new(v.pick("Cộng theo nhà cung cấp", "They add up to"), money_html(v, t.theirs)),
        Line::new(v.pick("Cộng theo sổ, lúc đối chiếu", "The book added up to"), money_html(v, t.ours)),
        Line::new(v.pick("Tệp", "File"), Html(format!("{}<br><code class=\"muted\">SHA-256 {}</code>", esc(&t.name), esc(&t.sha256)))),
        Line::new(v.pick("Người nhập", "Taken by"), Html(format!("{}, {}", esc(&t.by_name), esc(&when::exact(t.at, v.lang))))),
    ])
}

async fn kinds(s: &Prepaid, v: &Visitor, statement: &Statement, t: &Taken, here: &str, chosen: &str) -> Result<Html, PageError> {
    let counted = views::kinds(&s.ledger.scope, statement.id, t.no).await.map_err(PageError::internal)?;
    let row = |k: Kind| {
        let (all, open) = counted.iter().find(|(code, ..)| code == k.code()).map_or((0, 0), |(_, all, open)| (*all, *open));
        let name = k.text();
        let name = if all > 0 && chosen != k.code() { kit::link(&format!("{here}&kind={}", k.code()), name.get(v.lang)) } else { Html::text(name.get(v.lang)) };
        vec![name, Html::text(&when::number(all, v.lang)), Html::text(&when::number(open, v.lang))]
    };
    let mut out = kit::table(&Table {
        caption: v.pick("Chênh lệch theo loại", "Differences by kind").to_owned(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Loại", "Kind")), Column::num(v.pick("Số dòng", "Lines")), Column::num(v.pick("Chưa xử lý", "Open"))],
        rows: Kind::ALL.into_iter().map(row).collect(),
        ..Table::default()
    });
    if !chosen.is_empty() {
        out.push(&Html(format!("<p>{}</p>", kit::link(here, v.pick("Xem mọi loại", "Show all kinds")))));
    }
    Ok(out)
}

fn card(v: &Visitor, statement: &Statement, standing: bool, d: &DifferenceLine, said: &Said) -> Html {
    let mut lines = Vec::new();
    if let Some(t) = &d.what.theirs {
        let reference = if t.reference.is_empty() { String::new() } else { format!(", {}", esc(&t.reference)) };
        let theirs = format!("{} · {} · {}<br><span class=\"muted\">{} {}, {} {}{reference}</span>", esc(&t.id), esc(&when::exact(t.at, v.lang)), money_html(v, t.amount), v.pick("dòng", "row"), t.row, v.pick("chứng thư", "certificate"), esc(&t.serial));
        lines.push(Line::new(v.pick("Nhà cung cấp", "They"), Html(theirs)));
    }
    match &d.what.ours {
        None => lines.push(Line::new(v.pick("Sổ của ta", "We"), Html::text(v.pick("không có lượt ký nào như vậy", "have no such signature")))),
        Some(o) => {
            // The page of an account begins with the line asked for.
            let to = format!("{ROOT}/{}?month={}&below={}", o.purse, statement.month, o.number.saturating_add(1));
            let name = format!("{} {}", v.pick("Lượt ký số", "Signature no."), o.number);
            let link = if o.personal { Html::text(&format!("{name} ({})", v.pick("tài khoản cá nhân", "a person's own account"))) } else { kit::link(&to, &name) };
            lines.push(Line::new(v.pick("Sổ của ta", "We"), Html(format!("{link} · {} {}", money_html(v, o.amount), state_chip(v, &o.state, false)))));
        }
    }
    let act = format!("settle-{}", d.line);
    let mut body = Html::default();
    if d.outcome.is_empty() {
        if standing {
            body = settle_form(v, statement, d, &act, said);
        }
    } else {
        let word = if d.outcome == Outcome::Corrected.code() { v.pick("Đã sửa sổ", "Book corrected") } else { v.pick("Giữ nguyên sổ", "Book stands") };
        let at = d.settled_at.map(|at| when::exact(at, v.lang)).unwrap_or_default();
        lines.push(Line::new(v.pick("Xử lý", "Settled"), Html(format!("{} {}<br><span class=\"muted\">{}, {}</span>", kit::chip(Mood::Good, word), esc(&d.reason), esc(&d.by_name), esc(&at)))));
    }
    let mood = if d.outcome.is_empty() { Mood::Warn } else { Mood::Good };
    kit::card(&format!("{} {}", v.pick("Chênh lệch", "Difference"), d.line), &Html(format!("<p>{}</p>{}{body}", kit::chip(mood, d.what.kind.text().get(v.lang)), kit::summary_list(&lines))))
}

fn settle_form(v: &Visitor, statement: &Statement, d: &DifferenceLine, act: &str, said: &Said) -> Html {
    let correct = correction(&d.what).map(|(_, after)| match (after.charged, d.what.kind) {
        (false, _) => v.pick("Sửa sổ: trả lại lượt ký", "Correct the book: give it back").to_owned(),
        (true, Kind::Price) => format!("{} {}", v.pick("Sửa sổ: ghi giá", "Correct the book: charge"), super::money(v.lang, after.amount)),
        (true, _) => v.pick("Sửa sổ: ghi nợ lượt ký", "Correct the book: charge it").to_owned(),
    });
    let mut buttons = Vec::new();
    if let Some(word) = &correct {
        buttons.push(kit::Button::new(word).named("outcome", "corrected").html());
    }
    buttons.push(kit::Button::new(v.pick("Giữ nguyên sổ, ghi căn cứ", "Keep the book, record why")).weight(kit::Weight::Quiet).named("outcome", "explained").html());
    let body = Html(format!(
        "{}{}{}{}{}",
        kit::hidden("act", act),
        kit::hidden("no", &statement.latest().map_or(0, |t| t.no).to_string()),
        kit::hidden("line", &d.line.to_string()),
        said.field(v.lang, act, "reason", v.pick("Căn cứ", "Why")).max_length(REASON_MAX).input(),
        kit::button_group(&buttons),
    ));
    kit::form(v, &format!("{ROOT}/statements/{}", statement.id), &body)
}

fn history(v: &Visitor, statement: &Statement) -> Html {
    if statement.taken.len() < 2 {
        return Html::default();
    }
    let row = |t: &Taken| {
        let link = kit::link(&format!("{ROOT}/statements/{}?no={}", statement.id, t.no), &format!("{} {}", v.pick("Lần", "Time"), t.no));
        let file = Html(format!("{}<br><code class=\"muted\">{}…</code>", esc(&t.name), esc(&t.sha256.chars().take(12).collect::<String>())));
        vec![link, file, Html::text(&when::number(t.rows, v.lang)), Html::text(&when::number(t.differences, v.lang)), Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&t.by_name), esc(&when::exact(t.at, v.lang))))]
    };
    kit::table(&Table {
        caption: v.pick("Các lần nhập, lần cuối thay các lần trước", "Times it was taken; the last stands").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Lần", "Time")),
            Column::text(v.pick("Tệp", "File")),
            Column::num(v.pick("Số dòng", "Rows")),
            Column::num(v.pick("Chênh lệch", "Differences")),
            Column::text(v.pick("Người nhập", "Taken by")),
        ],
        rows: statement.taken.iter().rev().map(row).collect(),
        ..Table::default()
    })
}

pub async fn settle(State(s): State<Prepaid>, v: Visitor, Path(id): Path<StatementId>, form: FormData) -> Result<Response, PageError> {
    let statement = found(&s, &v, id).await?;
    let a = actor(&v)?;
    let number = |name: &str| form.get(name).and_then(|n| n.parse::<u32>().ok());
    let settled: Result<(), Failure> = async {
        let (Some(no), Some(line)) = (number("no"), number("line")) else { return Err(no_such_statement().into()) };
        let outcome = match form.get("outcome") {
            Some("corrected") => Outcome::Corrected,
            Some("explained") => Outcome::Explained,
            _ => return Err(no_such_statement().into()),
        };
        s.ledger.settle_difference(&a, id, no, line, outcome, form.get("reason").unwrap_or_default()).await
    }
    .await;
    let after = i64::from(number("line").unwrap_or(1)).saturating_sub(1).max(0) / PAGE * PAGE;
    match settled {
        Ok(()) => Ok(Redirect::to(&format!("{ROOT}/statements/{id}?done=1&after={after}")).into_response()),
        Err(failure) => page(&s, &v, &statement, &Asked { after, ..Asked::default() }, &Said::refused(form, refusal_of(failure)?)).await,
    }
}
