//! Filing what was typed at the counter: the citizen stays the applicant, the official is who helped, and it happens once.

use super::{
    Entered, Stand, checks,
    checks::Meta,
    fill::{self, Open},
    review, store,
    store::Bundle,
};
use crate::work::defects;
use crate::drafts;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Act, DeskError, Done, Found, Once, event::Filing};
use identity::actions::CASE_VIEW;
use kernel::{
    Instant, Text,
    id::{CaseCode, DraftId, TicketId},
    refusal::Reason,
};
use serde_json::{Value, json};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
};

fn once(draft: DraftId, what: &str) -> Once {
    Once { key: format!("counter-{draft}-{what}"), request: format!("{draft}-{what}") }
}

pub async fn file(State(c): Entered, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let draft: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let actor = stand.room.actor;
    // A second press, or a press after the line broke, goes on where the first one stopped.
    if let Some(done) = c.desk.done_before(actor, &once(draft, "file")).await? {
        return finish(&stand, draft, done, &form).await;
    }
    let o = match fill::open(&stand, &id).await {
        Ok(o) => o,
        Err(gone) => {
            let done = c.desk.done_before(actor, &once(draft, "file")).await?.ok_or(gone)?;
            return finish(&stand, draft, done, &form).await;
        }
    };
    let mut reasons = fill::faults(&stand, &o, &[]);
    reasons.extend(asked(&o, &form));
    reasons.extend(crate::uploads::faults(&c.services, &o.draft.files).await.map_err(PageError::internal)?);
    if !reasons.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, review::page(&stand, &o, Some(&form), &reasons).await?).into_response());
    }
    match filed(&stand, &o).await {
        Ok(done) => finish(&stand, draft, done, &form).await,
        Err(DeskError::Refused(r)) => {
            let status = crate::work::acts::status(r.kind);
            let mut reasons = r.reasons;
            reasons.insert(0, Reason { field: None, message: r.message });
            Ok((status, review::page(&stand, &o, Some(&form), &reasons).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// What the way chosen needs: nothing may be missing to receive, defects for form 02, a reason for form 03.
fn asked(o: &Open, form: &FormData) -> Vec<Reason> {
    let reason = |field: &str, vi: String, en: String| Reason { field: Some(field.to_owned()), message: Text::new(vi, en) };
    let mut out = Vec::new();
    match form.get("do") {
        Some("receive") => {
            for c in checks::missing(&o.definition, &o.draft.answers, &o.meta, &o.draft.files) {
                out.push(reason("defects", format!("Thiếu: {}. Giao Mẫu 02, hoặc đánh dấu đã xuất trình nếu có.", c.name.vi), format!("Missing: {}. Give form 02, or mark it as shown.", c.name.en)));
            }
        }
        Some("supplement") => {
            if let Some(refused) = checks::unpublished(&o.definition, form.all("defects.tick").into_iter().filter(|a| o.definition.form.field(a).is_none())) {
                out.push(Reason { field: Some("defects".into()), message: refused.message });
            }
            if defects::read(&o.definition, "defects", form).is_none() {
                out.push(reason("defects", "Đánh dấu ít nhất một nội dung cần bổ sung".into(), "Tick at least one thing that has to be completed".into()));
            }
            if form.filled("reason").is_none_or(|r| r.chars().count() < 3) {
                out.push(reason("reason", "Ghi lý do yêu cầu bổ sung".into(), "Say why it has to be completed".into()));
            }
        }
        Some("refuse") => {
            if form.filled("refusal").is_none_or(|r| r.chars().count() < 10) {
                out.push(reason("refusal", "Ghi lý do cụ thể, ít nhất 10 ký tự".into(), "Give the specific reason, at least 10 characters".into()));
            }
        }
        Some("forward") => {}
        _ => out.push(Reason { field: None, message: Text::new("Chọn tiếp nhận, yêu cầu bổ sung hoặc từ chối", "Choose: receive, ask to complete, or refuse") }),
    }
    out
}

/// The envelope or the paper form may have become a dossier in another window; the batch would refuse it without a name.
async fn still_free(stand: &Stand<'_>, o: &Open) -> Result<(), DeskError> {
    let scope = stand.counter.desk.scope();
    if let Some(p) = &o.meta.on_paper
        && let Some(found) = store::find_local(scope, &stand.office, &p.number).await?.filter(|l| l.keyed_at.is_some())
    {
        let code = found.code.unwrap_or_default();
        return Err(kernel::Refusal::conflict("keyed", format!("Phiếu {} đã được nhập thành hồ sơ {code}; không nhập lần nữa", p.number), format!("Form {} was keyed as dossier {code}; not once more", p.number)).into());
    }
    if let Some(id) = o.meta.arrival
        && let Some(found) = store::find_arrival(scope, &stand.office, id).await?.filter(|a| a.opened_at.is_some())
    {
        let code = found.code.unwrap_or_default();
        return Err(kernel::Refusal::conflict("opened", format!("Bưu phẩm {} đã được nhập thành hồ sơ {code}", found.tracking), format!("Envelope {} has become dossier {code}", found.tracking)).into());
    }
    Ok(())
}

async fn filed(stand: &Stand<'_>, o: &Open) -> Result<Done, DeskError> {
    still_free(stand, o).await?;
    let c = stand.counter;
    let actor = stand.room.actor;
    let now = c.now();
    // A dossier written on paper during an outage was received when it was received.
    let at = o.meta.on_paper.as_ref().map_or(now, |p| p.received_at);
    let target = crate::citizen::receiving_office(&c.services, &o.definition, &o.draft.answers)?;
    let own = c.desk.identity().offices().get(stand.office.as_str());
    let own = own.ok_or_else(|| kernel::Refusal::not_found("Không có cơ quan của bạn", "Your office is not there"))?;
    let (offices, _) = checks::offices(&o.definition, own, &target);
    let people = o.people(actor);
    let title = o.draft.answers.pointer(&o.definition.form.title_from).and_then(Value::as_str).unwrap_or(&people.owner.name).to_owned();
    let waived = o.meta.waived();
    let files = o.draft.files.iter().filter(|f| !waived.contains(&f.component)).cloned().collect();
    let filing = Filing {
        code: CaseCode::new("-"),
        definition: o.definition.code.clone(),
        version: o.definition.version.clone(),
        title,
        channel: o.channel(),
        people,
        offices,
        answers: o.draft.answers.clone(),
        files,
        waived,
        lang: None,
        set: None,
    };
    let mut batch = c.desk.scope().batch();
    drafts::close(&mut batch, &o.draft);
    store::filed(&mut batch, o.draft.id, &stand.office, &o.meta, at, now);
    store::entry(&mut batch, &o.draft.id.to_string(), 2, "counter.filed", now, actor, &journal(&o.meta, at, now));
    c.desk.file(actor, filing, at, Some(once(o.draft.id, "file")), Some(batch)).await
}

/// What the journal keeps of the counter's part: without the number, which stands in the case.
fn journal(meta: &Meta, at: Instant, keyed: Instant) -> Value {
    json!({
        "received_at": at, "keyed_at": keyed, "on_paper": meta.on_paper, "arrival": meta.arrival, "shown_or_scanned": meta.ticks,
        "pages": meta.pages, "counted": meta.counted, "authorisation": meta.authorisation, "sheets": meta.sheets,
    })
}

/// The act chosen, the links and the bundle; as often as one likes.
async fn finish(stand: &Stand<'_>, draft: DraftId, done: Done, form: &FormData) -> Result<Response, PageError> {
    let c = stand.counter;
    let found = done.found;
    let code = found.state.code.clone();
    let kept = store::of_draft(c.desk.scope(), draft).await.map_err(PageError::internal)?;
    let (at, meta) = kept.map_or_else(|| (found.state.filed_at, Meta::default()), |(at, meta)| (at, meta));
    let bundle = bundle(stand, draft, &found, &meta, at)?;
    store::link(c.desk.scope(), draft, found.state.id, code.as_str(), bundle.as_ref()).await.map_err(PageError::internal)?;
    if let Some(arrival) = meta.arrival {
        store::link_arrival(c.desk.scope(), arrival, code.as_str()).await.map_err(PageError::internal)?;
    }
    let here = found.state.offices.received == stand.office;
    let act = match form.get("do").filter(|_| here) {
        Some("receive") => {
            let pickup = Some(meta.pickup.trim()).filter(|p| !p.is_empty());
            Some(Act { act: "receive".into(), input: pickup.map_or_else(|| json!({}), |p| json!({"pickup": p})) })
        }
        Some("supplement") => {
            let defects = defects::read(&found.definition, "defects", form).unwrap_or_default();
            Some(Act { act: "ask_supplement_intake".into(), input: json!({"defects": defects, "reason": form.get("reason")}) })
        }
        Some("refuse") => Some(Act { act: "refuse".into(), input: json!({"reason": form.get("refusal")}) }),
        _ => None,
    };
    let address = format!("/work/counter/done/{}", url_part(code.as_str()));
    let Some(act) = act else { return Ok(Redirect::to(&address).into_response()) };
    // One decision ends an intake, whichever button is pressed next.
    let decided = c.desk.perform(stand.room.actor, found.state.id, &act, at, Some(Once { key: format!("counter-{draft}-decide"), request: draft.to_string() }), None).await;
    match decided {
        Ok(_) => Ok(Redirect::to(&address).into_response()),
        // The dossier is filed; what could not be done is said there, with its reason.
        Err(DeskError::Refused(r)) => Ok(Redirect::to(&format!("{address}?left={}", url_part(r.message.get(stand.v().lang)))).into_response()),
        Err(e) => Err(e.into()),
    }
}

/// Paper kept here for an office that is not this one.
fn bundle(stand: &Stand<'_>, draft: DraftId, found: &Found, meta: &Meta, at: Instant) -> Result<Option<Bundle>, PageError> {
    let s = &found.state;
    if meta.sheets == 0 || s.offices.decides == stand.office {
        return Ok(None);
    }
    let due = stand.counter.desk.calendar(&stand.office)?.due(at, stand.counter.rules.papers.span).map_err(kernel::Refusal::from)?;
    Ok(Some(Bundle {
        id: TicketId::new(draft.uuid()),
        code: s.code.to_string(),
        title: s.title.clone(),
        giving: stand.office.to_string(),
        taking: s.offices.decides.to_string(),
        sheets: i64::from(meta.sheets),
        made_at: at,
        due,
        handed: None,
    }))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Left {
    left: String,
}

/// What to hand to the person: the slip with its look-up code, the promised time, what is to be paid.
pub async fn done(State(c): Entered, v: Visitor, Path(code): Path<String>, Query(asked): Query<Left>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let found = stand.room.find(&code, CASE_VIEW).await?;
    let s = &found.state;
    let lang = v.lang;
    let state = found.definition.state("handling", s.track("handling")).map_or("", |d| d.name.get(lang));
    let mut body = Html::default();
    if !asked.left.is_empty() {
        let left: String = kernel::text::clean(&asked.left).chars().take(400).collect();
        body.push(&kit::banner(Mood::Warn, v.pick("Đã nộp nhưng chưa tiếp nhận được", "Filed, but not received yet"), &kit::para(&left)));
    }
    body.push(&kit::panel(state, &Html(format!("{}<br><strong>{}</strong>", v.pick("Mã hồ sơ", "Case code"), esc(s.code.as_str())))));
    body.push(&Html(format!("<p>{} · {}</p>", esc(found.definition.name.get(lang)), esc(&s.title))));
    let slips: Vec<Html> = s
        .documents
        .iter()
        .rev()
        .filter_map(|doc| {
            let name = found.definition.documents.get(&doc.document)?.name.get(lang);
            let href = format!("/documents/{}/{}/{}", url_part(s.code.as_str()), url_part(&doc.document), doc.number);
            Some(kit::link_button(&href, &format!("{}: {name}", v.pick("In", "Print")), Weight::Quiet))
        })
        .collect();
    body.push(&kit::button_group(&slips));
    let mut lines = Vec::new();
    if let Some(clock) = s.clocks.get("processing") {
        lines.push(kit::Line::new(v.pick("Hẹn trả kết quả", "Result promised"), web::when::due_time(clock.due, c.now(), lang)));
    }
    let unpaid: i64 = s.unpaid().map(|d| d.amount.0).sum();
    if unpaid > 0 {
        lines.push(kit::Line::new(v.pick("Còn phải nộp", "Still to be paid"), Html::text(&kernel::Dong(unpaid).to_string())));
    }
    if let Some(b) = store::bundle_of(c.desk.scope(), s.code.as_str()).await.map_err(PageError::internal)? {
        let said = format!("{} {} · {} {}", b.sheets, v.pick("tờ", "sheets"), v.pick("chuyển cho", "to"), stand.room.office_name(&b.taking));
        lines.push(kit::Line::new(v.pick("Túi giấy tờ", "Paper bundle"), Html(format!("{} · {}", esc(&said), web::when::due_time(b.due, c.now(), lang)))));
    }
    if let Some((_, keyed, meta)) = store::of_case(c.desk.scope(), s.id).await.map_err(PageError::internal)?
        && let Some(began) = meta.begun_at
    {
        lines.push(kit::Line::new(v.pick("Thời gian nhập", "Time taken"), Html::text(&took(keyed.seconds_since(began), &v))));
    }
    body.push(&kit::summary_list(&lines));
    let next = kit::link_button("/work/counter", v.pick("Nhận người tiếp theo", "Next person"), Weight::Main);
    let next = Html(next.0.replacen("<a ", "<a autofocus ", 1));
    body.push(&kit::button_group(&[next, kit::link(&format!("/work/cases/{}", url_part(s.code.as_str())), v.pick("Mở hồ sơ", "Open the case"))]));
    stand.page(s.code.as_str(), "", &body, false).await
}

fn took(seconds: i64, v: &Visitor) -> String {
    let seconds = seconds.max(0);
    format!("{} {} {} {}", seconds / 60, v.pick("phút", "min"), seconds % 60, v.pick("giây", "s"))
}
