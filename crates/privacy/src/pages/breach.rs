//! One breach: its clock, what was done, the notice to the authority as a document, and the next step.

use super::{actor, breaches::{chip, shell}, home::cited, plain};
use crate::{
    Privacy,
    breach::{Breach, Step, store as rows},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use casework::DeskError;
use kernel::{Actor, Refusal, refusal::{Reason, RefusalKind}};
use serde_json::{Value, json};
use web::{
    extract::{FormData, Path},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Line},
    problem::PageError,
    visitor::Visitor,
    when,
};

async fn find(s: &Privacy, id: &str) -> Result<Breach, PageError> {
    if !plain(id) {
        return Err(PageError::not_found());
    }
    rows::one(&s.scope, id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)
}

pub async fn show(State(s): State<Privacy>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    page(&s, &v, &find(&s, &id).await?, &FormData::default(), &[]).await
}

fn categories(s: &Privacy, v: &Visitor, b: &Breach) -> Vec<String> {
    let name = |c: &String| s.catalog.rules.breach.categories.iter().find(|k| k.code == *c).map_or_else(|| c.clone(), |k| k.name.get(v.lang).to_owned());
    b.categories.iter().map(name).collect()
}

async fn page(s: &Privacy, v: &Visitor, b: &Breach, form: &FormData, reasons: &[Reason]) -> Result<Html, PageError> {
    let lang = v.lang;
    let now = s.now();
    let at = |x| when::time(x, &when::exact(x, lang), lang);
    let mut main = kit::error_summary(lang, reasons);
    main.push(&kit::heading(&b.title, Some(v.pick("Sổ vi phạm dữ liệu cá nhân", "Register of personal data breaches"))));
    main.push(&Html(format!("<p class=\"status\">{}</p>", chip(v, b, now))));
    let text = |t: &str| Html(format!("<span class=\"prose\">{}</span>", esc(t)));
    let mut lines = vec![
        Line::new(v.pick("Phát hiện", "Noticed"), at(b.noticed)),
        Line::new(v.pick("Hạn thông báo", "Notice due"), Html(format!("{} <span class=\"muted\">({})</span>", at(b.due), esc(&cited(v, &s.catalog.rules.breach.legal_basis))))),
        Line::new(v.pick("Chuyện gì đã xảy ra", "What happened"), text(&b.what)),
        Line::new(v.pick("Loại dữ liệu", "Categories"), Html::text(&categories(s, v, b).join("; "))),
        Line::new(v.pick("Số người bị ảnh hưởng", "People concerned"), Html::text(&when::number(b.people, lang))),
        Line::new(v.pick("Biện pháp", "Measures"), text(&b.measures)),
        Line::new(v.pick("Người ghi", "Recorded by"), Html(format!("{}, {}", esc(&b.recorded_by), at(b.recorded)))),
    ];
    if let Some(told) = b.notified {
        lines.push(Line::new(v.pick("Đã thông báo", "Told"), Html(format!("{}, {}", at(told), esc(&b.reference)))));
    }
    if let Some(closed) = b.closed {
        lines.push(Line::new(v.pick("Kết thúc", "Closed"), Html(format!("{}: {}", at(closed), esc(&b.conclusion)))));
    }
    main.push(&kit::summary_list(&lines));
    let to = s.catalog.rules.breach.authority.get(lang);
    let notice = Html(format!(
        "<p>{} {}</p><p><a class=\"btn quiet\" href=\"/admin/breaches/{}/notice\">{}</a></p>",
        esc(v.pick("Bản thông báo soạn sẵn gửi:", "The notice, written already, to:")),
        esc(to),
        url_part(&b.id),
        esc(v.pick("Xem bản thông báo (PDF)", "See the notice (PDF)")),
    ));
    let draft = kit::form(v, &format!("/admin/breaches/{}/notice", b.id), &Html::join(&[
        kit::para(v.pick("Tạo văn bản để trình ký, lấy số, đóng dấu và phát hành; sau đó ghi bước “đã thông báo” với số văn bản.", "Makes it a document to be submitted, signed, numbered, sealed and issued; then record the step “told” with its number.")),
        kit::button(v.pick("Tạo văn bản trình ký", "Make it a document")),
    ]));
    let notice = Html::join(&[notice, draft]);
    main.push(&kit::card(v.pick("Thông báo cơ quan có thẩm quyền", "Telling the authority"), &notice));
    if b.closed.is_none() {
        main.push(&next_step(v, b, form, reasons));
    }
    let steps = rows::steps(&s.scope, &b.id).await.map_err(PageError::internal)?;
    let done: Vec<Html> = steps
        .iter()
        .rev()
        .map(|d| Html(format!("<b>{}</b> <span class=\"muted\">{} · {}</span><br><span class=\"prose\">{}</span>", esc(d.step.name().get(lang)), esc(&d.name), when::at_time(d.at, now, lang), esc(&d.note))))
        .collect();
    main.push(&Html(format!("<h2>{}</h2>{}", esc(v.pick("Đã làm gì", "What was done")), kit::bullets(&done))));
    Ok(shell(v, &b.title, main).error(!reasons.is_empty()).back("/admin/breaches", v.pick("Sổ vi phạm", "The register")).render())
}

fn next_step(v: &Visitor, b: &Breach, form: &FormData, reasons: &[Reason]) -> Html {
    let mut steps = vec![Step::Followed];
    steps.extend(b.notified.is_none().then_some(Step::Notified));
    steps.extend(b.told.is_none().then_some(Step::PeopleTold));
    steps.push(Step::Closed);
    let choices: Vec<Choice> = steps.iter().map(|s| Choice::new(s.code(), s.name().get(v.lang))).collect();
    let chosen = form.get("step").unwrap_or(Step::Followed.code());
    let body = [
        Field::new(v.lang, "step", v.pick("Bước", "Step")).errors(reasons).value(chosen).radios(&choices),
        Field::new(v.lang, "note", v.pick("Nội dung", "What was done")).errors(reasons).value(form.get("note").unwrap_or_default()).max_length(2000)
            .hint(v.pick("Khi đã thông báo cơ quan có thẩm quyền: ghi số, ký hiệu văn bản.", "When the authority was told: the number of the document.")).textarea(3),
        kit::hidden("version", &b.version.to_string()),
        kit::Button::new(v.pick("Ghi", "Record")).html(),
    ];
    kit::card(v.pick("Ghi bước tiếp theo", "Record the next step"), &kit::form(v, &format!("/admin/breaches/{}", b.id), &Html::join(&body)))
}

pub async fn step(State(s): State<Privacy>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let b = find(&s, &id).await?;
    let note: String = kernel::text::clean(form.get("note").unwrap_or_default());
    let again = |r: Refusal| {
        let (s, v, b, form) = (s.clone(), v.clone(), b.clone(), form.clone());
        async move { Ok::<_, PageError>((StatusCode::UNPROCESSABLE_ENTITY, page(&s, &v, &b, &form, &r.reasons).await?).into_response()) }
    };
    let Some(step) = form.get("step").and_then(Step::of).filter(|x| *x != Step::Recorded) else {
        return again(Refusal::invalid("step", "", "").because(Some("step"), "Chọn một bước.", "Choose a step.")).await;
    };
    match s.step_breach(&actor, &b.id, step, &note, s.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/breaches/{}", b.id)).into_response()),
        Err(DeskError::Refused(r)) if r.kind == RefusalKind::Invalid => again(r).await,
        Err(e) => Err(e.into()),
    }
}

/// What the notice to the authority says, from the register.
fn notice_data(s: &Privacy, v: &Visitor, actor: &Actor, b: &Breach) -> Value {
    let offices = s.desk.identity().offices();
    let office = actor.office.as_ref().and_then(|o| offices.get(o.as_str()));
    let parent = office.and_then(|o| o.parent.as_ref()).and_then(|p| offices.get(p.as_str()));
    let vietnamese = Visitor { lang: kernel::text::Lang::Vi, ..v.clone() };
    json!({
        "agency": {"parent": parent.map(|o| o.name.vi.as_str()), "name": office.map_or("", |o| o.name.vi.as_str()), "place": office.map_or("", |o| o.place.as_str())},
        "issued_at": s.now(),
        "subject": "Vi phạm quy định về bảo vệ dữ liệu cá nhân",
        "addressee": s.catalog.rules.breach.authority.vi,
        "breach": {
            "title": b.title,
            "what": b.what,
            "noticed": b.noticed,
            "due": b.due,
            "categories": categories(s, &vietnamese, b),
            "people": if b.people > 0 { when::number(b.people, kernel::text::Lang::Vi) } else { "chưa xác định".to_owned() },
            "measures": b.measures,
        },
        "contact": {"name": actor.name, "title": actor.title, "phone": office.map_or("", |o| o.phone.as_str())},
        "signer": {"title": "Thủ trưởng cơ quan", "name": ""},
        "recipients": ["Như trên", "Lưu: VT, hồ sơ vụ việc"],
        "demo": s.demo,
    })
}

/// How the notice would look.
pub async fn notice(State(s): State<Privacy>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let b = find(&s, &id).await?;
    let bytes = s.issuing.set("breach-notice", notice_data(&s, &v, &actor, &b), issuing::Hands::default()).await?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"thong-bao-vi-pham.pdf\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Makes the notice a document of the reader's office, and goes there.
pub async fn draft_notice(State(s): State<Privacy>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let b = find(&s, &id).await?;
    let data = notice_data(&s, &v, &actor, &b);
    let path = s.notices.draft(&format!("breach/{}/{}", b.id, b.version), data, &actor).await?;
    Ok(Redirect::to(&path).into_response())
}
