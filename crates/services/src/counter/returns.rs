//! The return desk: who collects, by which paper, what originals are handed in; and what lies here too long.

use super::{Entered, Stand, person, said, store};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Act, DeskError, Found, Once, event::Person};
use identity::actions::{CASE_ACT, CASE_VIEW};
use kernel::{Refusal, Text, refusal::Reason};
use serde_json::json;
use web::{
    extract::{FormData, Path},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

pub async fn list(State(c): Entered, v: Visitor) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let (now, lang) = (c.now(), v.lang);
    let ready = store::ready(c.desk.scope(), &stand.office, 200).await.map_err(PageError::internal)?;
    let calendar = c.desk.calendar(&stand.office)?;
    let title = v.pick("Kết quả chờ trả", "Results to be collected");
    let mut body = kit::heading(title, Some(&stand.room.office_name(stand.office.as_str())));
    body.push(&Html(format!("<p>{} {}</p>", v.pick("Nhắc người dân khi kết quả nằm quá", "People are reminded when a result lies longer than"), said(&c.rules.collect, lang))));
    let rows = ready
        .iter()
        .map(|r| {
            let d = c.desk.rules().definitions.pinned(&r.definition, &r.pinned);
            let long = calendar.due(r.since, c.rules.collect.span).is_ok_and(|due| due < now);
            let state = if long { kit::chip(Mood::Warn, v.pick("nên nhắc", "remind")) } else { Html::default() };
            let reminded = match r.reminded_at {
                Some(at) => format!("{} {} · {}", r.reminded, v.pick("lần", "times"), web::when::ago(at, now, lang)),
                None => "–".to_owned(),
            };
            vec![
                Html(format!("<a href=\"/work/counter/return/{}\">{}</a><br><span class=\"code muted\">{}</span>", url_part(&r.code), esc(&r.title), esc(&r.code))),
                Html::text(d.map_or(r.definition.as_str(), |d| d.name.get(lang))),
                Html(format!("{} {state}", web::when::at_time(r.since, now, lang))),
                Html::text(r.phone.as_deref().unwrap_or("–")),
                Html::text(&reminded),
            ]
        })
        .collect();
    body.push(&kit::table(&Table {
        caption: format!("{title} ({})", ready.len()),
        caption_hidden: true,
        columns: [v.pick("Hồ sơ", "Case"), v.pick("Thủ tục", "Procedure"), v.pick("Có kết quả", "Ready since"), v.pick("Điện thoại", "Phone"), v.pick("Đã nhắc", "Reminded")].map(Column::text).to_vec(),
        rows,
        empty: v.pick("Không có kết quả nào chờ trả.", "No result is waiting.").to_owned(),
    }));
    stand.page(title, "/return", &body, false).await
}

pub async fn show(State(c): Entered, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let found = stand.room.find(&code, CASE_VIEW).await?;
    page(&stand, &found, &FormData::default(), &[]).await
}

/// Who may collect without another paper: applicant, owner, proxy.
fn own_people(found: &Found) -> Vec<(&'static str, &'static str, &Person)> {
    let p = &found.state.people;
    let mut all = vec![("Chủ hồ sơ", "Owner", &p.owner)];
    if p.applicant != p.owner {
        all.push(("Người nộp", "Applicant", &p.applicant));
    }
    all
}

async fn page(stand: &Stand<'_>, found: &Found, typed: &FormData, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let lang = v.lang;
    let s = &found.state;
    let title = v.pick("Trả kết quả tại quầy", "Return a result");
    let mut body = Html(format!("{}{}<p><b class=\"code\">{}</b> · {} · {}</p>", kit::error_summary(lang, reasons), kit::heading(title, None), esc(s.code.as_str()), esc(found.definition.name.get(lang)), esc(&s.title)));
    let people: Vec<Html> = own_people(found).iter().map(|(vi, en, p)| Html(format!("{}: <b>{}</b> {}", v.pick(vi, en), esc(&p.name), esc(&p.identifier.as_ref().map(kernel::party::Identifier::masked).unwrap_or_default())))).collect();
    body.push(&kit::bullets(&people));
    if let Some((to, ..)) = store::returned(stand.counter.desk.scope(), s.id).await.map_err(PageError::internal)? {
        body.push(&kit::banner(Mood::Good, v.pick("Đã trả kết quả", "Returned"), &kit::para(&format!("{} {to}", v.pick("Người nhận:", "To:")))));
        return stand.page(title, "/return", &body, false).await;
    }
    let value = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let who = [
        Choice::new("own", v.pick("Chủ hồ sơ hoặc người nộp", "The owner or the applicant")),
        Choice::new("proxy", v.pick("Người khác, có giấy ủy quyền", "Somebody else, with an authorisation")),
    ];
    let mut form = kit::hidden("once", &uuid::Uuid::now_v7().to_string());
    form.push(&Field::new(lang, "who", v.pick("Ai đến nhận", "Who collects")).value(if value("who").is_empty() { "own".to_owned() } else { value("who") }).errors(reasons).radios(&who));
    form.push(&Field::new(lang, "number", v.pick("Số trên giấy tờ đã xuất trình", "Number of the paper shown")).hint(v.pick("Đối chiếu với hồ sơ; không có giấy hẹn thì vẫn trả khi đúng người.", "Compared with the dossier; without the receipt it is still given to the right person.")).value(value("number")).width("w20").errors(reasons).attr("autofocus", "").input());
    form.push(&Field::new(lang, "name", v.pick("Họ tên người nhận", "Name of who collects")).hint(v.pick("Chỉ khi là người khác.", "Only for somebody else.")).optional(true).value(value("name")).max_length(120).shows_when("who=proxy").errors(reasons).input());
    form.push(&Field::new(lang, "authorisation", v.pick("Giấy ủy quyền", "Authorisation")).hint(v.pick("Loại, số, ngày, nơi chứng thực.", "Kind, number, date, where certified.")).optional(true).value(value("authorisation")).max_length(200).shows_when("who=proxy").errors(reasons).input());
    form.push(&Field::new(lang, "surrendered", v.pick("Bản gốc phải nộp lại", "Originals handed in")).hint(v.pick("Giấy hẹn, giấy phép cũ… đã thu lại; ghi “không” nếu không có.", "Receipt, old licence… taken in; “none” if there is none.")).value(value("surrendered")).max_length(300).errors(reasons).input());
    form.push(&kit::button(v.pick("Trả kết quả", "Give the result")));
    body.push(&kit::form(v, &format!("/work/counter/return/{}", url_part(s.code.as_str())), &form));
    let mut again = Field::new(lang, "how", v.pick("Đã nhắc bằng cách nào", "How they were reminded")).hint(v.pick("Ví dụ: gọi 0901000011, hẹn sáng mai.", "For example: called 0901000011, will come tomorrow.")).value(value("how")).max_length(200).errors(reasons).input();
    again.push(&kit::Button::new(v.pick("Ghi một lần nhắc", "Record a reminder")).weight(Weight::Quiet).html());
    body.push(&kit::details(v.pick("Chưa đến nhận: ghi đã nhắc", "Not collected: record a reminder"), &kit::form(v, &format!("/work/counter/return/{}/remind", url_part(s.code.as_str())), &again), reasons.iter().any(|r| r.field.as_deref() == Some("how"))));
    stand.page(title, "/return", &body, !reasons.is_empty()).await
}

fn fault(field: &str, vi: &str, en: &str) -> Reason {
    Reason { field: Some(field.to_owned()), message: Text::new(vi, en) }
}

pub async fn give(State(c): Entered, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let found = stand.room.find(&code, CASE_ACT).await?;
    let s = &found.state;
    let proxy = form.get("who") == Some("proxy");
    let mut reasons = Vec::new();
    let number = form.filled("number").unwrap_or_default();
    let shown = person::identifier(number).ok();
    let own = own_people(&found).into_iter().find(|(.., p)| match (&p.identifier, &shown) {
        (Some(known), Some(shown)) => known.as_str() == shown.as_str(),
        // Who has no number in the dossier is known by the official's own look at the paper.
        (None, _) => !number.is_empty() && !proxy,
        _ => false,
    });
    if number.is_empty() {
        reasons.push(fault("number", "Ghi số giấy tờ người nhận xuất trình", "Type the number of the paper shown"));
    } else if !proxy && own.is_none() {
        reasons.push(fault("number", "Số này không phải của chủ hồ sơ hay người nộp. Nếu là người khác, chọn “có giấy ủy quyền”.", "This is neither the owner's nor the applicant's number. For somebody else choose “with an authorisation”."));
    }
    let (name, authorisation) = (form.filled("name"), form.filled("authorisation"));
    if proxy && name.is_none() {
        reasons.push(fault("name", "Ghi họ tên người nhận thay", "Name who collects"));
    }
    if proxy && authorisation.is_none_or(|a| a.chars().count() < 5) {
        reasons.push(fault("authorisation", "Ghi giấy ủy quyền: số, ngày, nơi chứng thực", "Name the authorisation: number, date, where certified"));
    }
    let Some(surrendered) = form.filled("surrendered") else {
        reasons.push(fault("surrendered", "Ghi bản gốc đã thu lại, hoặc “không”", "Say which originals were handed in, or “none”"));
        return refused(&stand, &found, &form, &reasons, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if !reasons.is_empty() {
        return refused(&stand, &found, &form, &reasons, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let to = if proxy { name.unwrap_or_default().to_owned() } else { own.map(|o| o.2.name.clone()).unwrap_or_default() };
    let masked = shown.as_ref().map_or_else(|| kernel::party::mask(number), kernel::party::Identifier::masked);
    let document = match authorisation.filter(|_| proxy) {
        Some(a) => format!("{masked}; {a}"),
        None => masked.clone(),
    };
    let document: String = document.chars().take(200).collect();
    let act = Act { act: "return".into(), input: json!({"how": "counter", "to": to, "document_shown": document}) };
    let once = form.filled("once").filter(|k| k.len() <= 100).map(|k| Once { key: k.to_owned(), request: format!("return-{}", s.id) });
    match c.desk.perform(stand.room.actor, s.id, &act, c.now(), once, None).await {
        Ok(_) => {}
        Err(DeskError::Refused(r)) => {
            let mut all = r.reasons;
            all.insert(0, Reason { field: None, message: r.message });
            return refused(&stand, &found, &form, &all, StatusCode::CONFLICT).await;
        }
        Err(e) => return Err(e.into()),
    }
    let scope = c.desk.scope();
    // Told again after a line that broke: what was checked is on record already.
    if store::returned(scope, s.id).await.map_err(PageError::internal)?.is_none() {
        let mut batch = scope.batch();
        let given = store::Given { case: s.id, at: c.now(), to: &to, shown: &masked, authorisation: authorisation.filter(|_| proxy), surrendered, by: &stand.room.actor.name };
        store::given(&mut batch, &given);
        let payload = json!({"case": s.id, "to": to, "shown": masked, "authorisation": authorisation.filter(|_| proxy), "surrendered": surrendered});
        store::entry(&mut batch, &format!("counter-return/{}", s.id), 1, "counter.result-given", c.now(), stand.room.actor, &payload);
        store::commit(scope, batch, || Refusal::conflict("returned", "Kết quả đã được trả", "It has been returned already")).await?;
    }
    Ok(Redirect::to(&format!("/work/counter/return/{}", url_part(&code))).into_response())
}

async fn refused(stand: &Stand<'_>, found: &Found, form: &FormData, reasons: &[Reason], status: StatusCode) -> Result<Response, PageError> {
    Ok((status, page(stand, found, form, reasons).await?).into_response())
}

pub async fn remind(State(c): Entered, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let found = stand.room.find(&code, CASE_ACT).await?;
    let how = form.filled("how").unwrap_or_default();
    if how.chars().count() < 5 {
        let reasons = [fault("how", "Ghi đã nhắc bằng cách nào, ít nhất 5 ký tự", "Say how, at least 5 characters")];
        return refused(&stand, &found, &form, &reasons, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let scope = c.desk.scope();
    let id = found.state.id;
    let n = store::reminders(scope, id).await.map_err(PageError::internal)? + 1;
    let mut batch = scope.batch();
    store::remind(&mut batch, id, n, c.now(), how, &stand.room.actor.name);
    store::entry(&mut batch, &format!("counter-reminders/{id}"), n, "counter.reminded", c.now(), stand.room.actor, &json!({"case": id, "how": how}));
    store::commit(scope, batch, || Refusal::conflict("reminded", "Vừa có người ghi một lần nhắc; xem lại danh sách", "Somebody has just recorded a reminder; look at the list")).await?;
    Ok(Redirect::to("/work/counter/return").into_response())
}
