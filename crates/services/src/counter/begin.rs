//! The beginning: the procedure by everyday words, then who came.

use super::{Counter, Entered, Stand, checks, checks::{Came, Meta, OnPaper}, moment, person, store, typed_moment};
use crate::{citizen::home::find, drafts};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Definition, definition::Channel};
use kernel::{Refusal, Text, id::TicketId, refusal::Reason};
use serde_json::json;
use std::sync::Arc;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Mood},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The envelope or the local number this dossier comes from.
    arrival: String,
    local: String,
}

impl Asked {
    fn carried(&self) -> String {
        let mut out = String::new();
        for (name, value) in [("arrival", &self.arrival), ("local", &self.local)] {
            if !value.is_empty() {
                out.push_str(&format!("{}{name}={}", if out.is_empty() { "?" } else { "&" }, url_part(value)));
            }
        }
        out
    }
}

/// Most results shown.
const RESULTS: usize = 12;

pub async fn home(State(c): Entered, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let lang = v.lang;
    let q: String = kernel::text::clean(&asked.q).chars().take(200).collect();
    let today = c.now().date();
    let all = c.desk.rules().definitions.in_force(today).filter(|d| d.kind == "dossier");
    let found = find(all, &q);
    let field = Field::new(lang, "q", v.pick("Người dân cần làm gì?", "What does the person need?"))
        .hint(v.pick("Gõ lời thường hoặc mã thủ tục: “khai sinh”, “sao y”, 2.000635. Enter để tìm.", "Everyday words or the code: “birth”, “certified copy”, 2.000635. Enter to search."))
        .kind("search")
        .value(q.as_str())
        .attr("autofocus", "")
        .input();
    let mut body = kit::heading(v.pick("Nhận hồ sơ tại quầy", "Take an application"), Some(&stand.room.office_name(stand.office.as_str())));
    let mut hidden = Html::default();
    for (name, value) in [("arrival", &asked.arrival), ("local", &asked.local)] {
        if !value.is_empty() {
            hidden.push(&kit::hidden(name, value));
        }
    }
    body.push(&kit::search_form("/work/counter", &Html(format!("{hidden}{field}{}", kit::button(v.pick("Tìm", "Search"))))));
    let carried = asked.carried();
    let items: Vec<Html> = found.iter().take(RESULTS).map(|d| result(&v, d, &carried)).collect();
    let title = if q.is_empty() { v.pick("Thủ tục đang nhận", "Procedures") } else { v.pick("Kết quả tìm", "Results") };
    if items.is_empty() {
        body.push(&kit::para(v.pick("Không thấy thủ tục nào. Thử lời khác, hoặc xem toàn bộ ở trang Thủ tục.", "Nothing found. Try other words, or see the list of procedures.")));
    } else {
        body.push(&Html(format!("<h2>{title}</h2><ul class=\"counter-results\">{}</ul>", Html::join(&items))));
    }
    stand.page(v.pick("Nhận hồ sơ tại quầy", "Take an application"), "", &body, false).await
}

fn result(v: &Visitor, d: &Definition, carried: &str) -> Html {
    let lang = v.lang;
    let at_counter = d.channels.iter().any(|c| *c != Channel::Online);
    let href = if at_counter { format!("/work/counter/new/{}{carried}", d.code) } else { format!("/services/{}", d.code) };
    let only = if at_counter { String::new() } else { format!(" {}", kit::chip(Mood::Info, v.pick("chỉ nhận trực tuyến", "online only"))) };
    Html(format!(
        "<li><a href=\"{}\">{}</a>{only} <span class=\"muted\">{} · {}</span></li>",
        esc(&href),
        esc(d.name.get(lang)),
        esc(d.code.as_str()),
        esc(d.time.span.text().get(lang)),
    ))
}

fn definition(c: &Counter, code: &str) -> Result<Arc<Definition>, PageError> {
    let found = c.desk.rules().definitions.current(code, c.now().date()).cloned();
    found.filter(|d| d.kind == "dossier" && d.channels.iter().any(|x| *x != Channel::Online)).ok_or_else(PageError::not_found)
}

pub async fn ask(State(c): Entered, v: Visitor, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let d = definition(&c, &code)?;
    let typed = FormData(vec![("arrival".into(), asked.arrival), ("local".into(), asked.local)]);
    page(&stand, &d, &typed, &[]).await
}

async fn page(stand: &Stand<'_>, d: &Definition, typed: &FormData, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let lang = v.lang;
    let no_number = checks::without_number(d);
    let value = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let number_hint = if no_number {
        v.pick("12 chữ số trên thẻ căn cước. Thủ tục này nhận cả người không có số: để trống và ghi tên.", "The 12 digits of the identity card. This procedure also takes people without one: leave it empty and type the name.")
    } else {
        v.pick("12 chữ số trên thẻ căn cước; thẻ cũ 9 số vẫn nhận và được đánh dấu để rà soát.", "The 12 digits of the identity card; an old 9-digit number is taken and marked for review.")
    };
    let mut body = Html::default();
    let about_name = reasons.iter().any(|r| r.field.as_deref() == Some("name"));
    let number = Field::new(lang, "number", v.pick("Số định danh của người đến quầy", "Identity number of who came")).hint(number_hint).value(value("number")).numeric().width("w20").optional(no_number).errors(reasons);
    body.push(&if about_name { number } else { number.attr("autofocus", "") }.input());
    body.push(&Field::new(lang, "name", v.pick("Họ và tên", "Full name")).hint(v.pick("Chỉ cần khi hệ thống chưa biết số này.", "Only where the number is not known yet.")).value(value("name")).optional(true).max_length(200).errors(reasons).input());
    let channels: Vec<Choice> = [Channel::Counter, Channel::Post].into_iter().filter(|c| d.channels.contains(c)).map(|c| Choice::new(c.code(), c.name().get(lang))).collect();
    let arrival = value("arrival");
    let given = if arrival.is_empty() { typed.get("channel").unwrap_or("counter").to_owned() } else { "post".to_owned() };
    if channels.len() > 1 {
        body.push(&Field::new(lang, "channel", v.pick("Hồ sơ đến bằng cách nào", "How it came in")).value(given).errors(reasons).radios(&channels));
    } else if let Some(only) = channels.first() {
        body.push(&kit::hidden("channel", &only.value));
    }
    body.push(&kit::hidden("arrival", &arrival));
    let local = value("local");
    if !local.is_empty() {
        body.push(&Html(format!("<p>{} <b>{}</b></p>", v.pick("Nhập lại phiếu giấy số", "Keying the paper form"), esc(&local))));
        body.push(&kit::hidden("local", &local));
        body.push(&Field::new(lang, "received_at", v.pick("Giờ nhận thật", "When it was really received")).hint(v.pick("Thời hạn tính từ giờ này.", "The time limit counts from it.")).kind("datetime-local").value(value("received_at")).width("w20").errors(reasons).input());
        body.push(&Field::new(lang, "reason", v.pick("Lý do nhập sau", "Why it is keyed later")).value(value("reason")).max_length(300).errors(reasons).input());
    }
    body.push(&kit::button(v.pick("Mở tờ khai", "Open the form")));
    let form = kit::form(v, &format!("/work/counter/new/{}", d.code), &body);
    let main = Html(format!(
        "{}<h1>{}</h1><p class=\"muted\">{} · {}</p>{form}",
        kit::error_summary(lang, reasons),
        v.pick("Ai đến quầy?", "Who came?"),
        esc(d.name.get(lang)),
        esc(d.code.as_str()),
    ));
    stand.page(v.pick("Ai đến quầy?", "Who came?"), "", &main, !reasons.is_empty()).await
}

fn reason(field: &str, vi: &str, en: &str) -> Reason {
    Reason { field: Some(field.into()), message: Text::new(vi, en) }
}

/// Opens the form with what is known of the person.
pub async fn begin(State(c): Entered, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let d = definition(&c, &code)?;
    let mut reasons = Vec::new();
    let identifier = match form.filled("number") {
        Some(text) => match person::identifier(text) {
            Ok(i) => Some(i),
            Err(r) => {
                reasons.push(Reason { field: Some("number".into()), message: r.message });
                None
            }
        },
        None => {
            if !checks::without_number(&d) {
                reasons.push(reason("number", "Nhập số định danh: 12 chữ số, ví dụ 079190000011", "Type the identity number: 12 digits, such as 079190000011"));
            }
            None
        }
    };
    let known = match &identifier {
        Some(i) => person::known(&c, i.as_str()).await?,
        None => person::Known::default(),
    };
    let typed_name = form.filled("name").map(kernel::party::name).transpose();
    let name = match typed_name {
        Err(r) => {
            reasons.push(Reason { field: Some("name".into()), message: r.message });
            None
        }
        // What the State knows is not overwritten by what was heard across the counter.
        Ok(typed) => known.name.clone().or(typed),
    };
    if name.is_none() && reasons.is_empty() {
        reasons.push(reason("name", "Hệ thống chưa biết số này: ghi họ và tên như trên giấy tờ", "This number is not known yet: type the name as on the paper"));
    }
    let channel = match form.get("channel") {
        Some("post") => Channel::Post,
        _ => Channel::Counter,
    };
    if !d.channels.contains(&channel) {
        reasons.push(reason("channel", "Thủ tục này không nhận bằng cách đó", "This procedure is not taken that way"));
    }
    let arrival = arrival(&stand, &form, &mut reasons).await?;
    let on_paper = on_paper(&stand, &form, &mut reasons).await?;
    let Some(name) = name.filter(|_| reasons.is_empty()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&stand, &d, &form, &reasons).await?).into_response());
    };
    let came = Came { name, identifier, party: known.party, phone: known.phone.clone(), email: known.email.clone() };
    let answers = with_place(&stand, &d, known.answers(&d, &came));
    let now = c.now();
    let draft = drafts::create(c.desk.scope(), stand.room.actor, &d, answers, now).await?;
    let meta = Meta { begun_at: Some(now), came, post: channel == Channel::Post, arrival, on_paper, sources: known.sources, ..Meta::default() };
    let mut batch = c.desk.scope().batch();
    store::begin(&mut batch, draft.id, &stand.office, &meta);
    // That an official looked a person up is on record.
    let looked = json!({"procedure": d.code, "number": meta.came.identifier.as_ref().map(kernel::party::Identifier::masked), "party": meta.came.party, "office": stand.office});
    store::entry(&mut batch, &draft.id.to_string(), 1, "counter.begun", now, stand.room.actor, &looked);
    store::commit(c.desk.scope(), batch, || Refusal::conflict("begun", "Hồ sơ này đã được mở", "It has been opened already")).await?;
    Ok(Redirect::to(&format!("/work/counter/drafts/{}", draft.id)).into_response())
}

/// The commune whose counter this is, where the form asks for one: it may be changed (non-territorial intake).
fn with_place(stand: &Stand<'_>, d: &Definition, mut answers: serde_json::Value) -> serde_json::Value {
    let own = stand.counter.desk.identity().offices().get(stand.office.as_str());
    if let (Some(field), Some(office)) = (d.form.office_from.as_deref(), own)
        && office.level == identity::offices::Level::Commune
        && answers.get(field).is_none()
    {
        answers[field] = json!(office.area);
    }
    answers
}

async fn arrival(stand: &Stand<'_>, form: &FormData, reasons: &mut Vec<Reason>) -> Result<Option<TicketId>, PageError> {
    let Some(text) = form.filled("arrival") else { return Ok(None) };
    let id: TicketId = text.parse().map_err(|_| PageError::not_found())?;
    let found = store::find_arrival(stand.counter.desk.scope(), &stand.office, id).await.map_err(PageError::internal)?;
    let found = found.ok_or_else(PageError::not_found)?;
    if found.opened_at.is_some() {
        let code = found.code.unwrap_or_default();
        reasons.push(Reason { field: None, message: Text::new(format!("Bưu phẩm này đã được nhập thành hồ sơ {code}"), format!("This envelope has become dossier {code} already")) });
    }
    Ok(Some(id))
}

async fn on_paper(stand: &Stand<'_>, form: &FormData, reasons: &mut Vec<Reason>) -> Result<Option<OnPaper>, PageError> {
    let Some(number) = form.filled("local") else { return Ok(None) };
    let c = stand.counter;
    let found = store::find_local(c.desk.scope(), &stand.office, number).await.map_err(PageError::internal)?;
    let Some(found) = found else {
        reasons.push(Reason { field: None, message: Text::new(format!("Không có phiếu số {number} của cơ quan này"), format!("This office printed no form {number}")) });
        return Ok(None);
    };
    if found.keyed_at.is_some() {
        let code = found.code.unwrap_or_default();
        reasons.push(Reason { field: None, message: Text::new(format!("Phiếu {number} đã được nhập thành hồ sơ {code}; không nhập lần nữa"), format!("Form {number} was keyed as dossier {code}; not once more")) });
        return Ok(None);
    }
    let now = c.now();
    let why = form.filled("reason").unwrap_or_default();
    if why.chars().count() < 10 {
        reasons.push(reason("reason", "Ghi lý do nhập sau, ít nhất 10 ký tự, ví dụ “mất kết nối từ 8 giờ đến 10 giờ”", "Say why, at least 10 characters, such as “no connection from 8 to 10”"));
    }
    let at = form.filled("received_at").and_then(moment);
    let calendar = c.desk.calendar(&stand.office)?;
    let latest = |at: kernel::Instant| calendar.due(at, c.rules.outage.span).is_ok_and(|due| now <= due);
    match at {
        Some(at) if at <= now && latest(at) => Ok(Some(OnPaper { number: number.to_owned(), received_at: at, reason: why.to_owned() })),
        _ => {
            let (span, example) = (c.rules.outage.span.text(), typed_moment(now));
            reasons.push(Reason {
                field: Some("received_at".into()),
                message: Text::new(format!("Ghi ngày giờ nhận thật, không sau lúc này và không quá {} trước, ví dụ {example}", span.vi), format!("Give the day and time it was received, not later than now and at most {} ago, such as {example}", span.en)),
            });
            Ok(None)
        }
    }
}
