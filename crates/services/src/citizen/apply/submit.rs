//! The look over, and one submit: atomic, and once.

use super::{Open, changed_banner, known_of, open, papers::papers_review};
use crate::{
    Services,
    citizen::actor,
    drafts::{self, Draft},
    form_view::Questions,
    prefill, uploads,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{
    Definition, Once,
    definition::Channel,
    event::{Filing, Person},
    people::people,
};
use kernel::{
    Actor, Refusal,
    id::{CaseCode, DraftId},
    party::Identifier,
    refusal::Reason,
    text::Lang,
};
use serde_json::Value;
use web::{
    extract::Path,
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

pub async fn review(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    Ok(review_page(&s, &v, &o, &[])?.into_response())
}

fn review_page(s: &Services, v: &Visitor, o: &Open, reasons: &[Reason]) -> Result<Html, PageError> {
    let lang = v.lang;
    let base = format!("/drafts/{}", o.draft.id);
    let q = Questions { definition: &o.definition, offices: s.desk.identity().offices(), lang, reasons };
    let mut body = Html::default();
    for section in &o.definition.form.sections {
        let edit = format!("{base}/form/{}", section.code);
        let lines = q.summary(section, &o.draft.answers, Some(&edit), false);
        let lines = if lines.is_empty() { Html(format!("<p><a href=\"{edit}\">{}</a></p>", v.pick("Chưa khai – khai ngay", "Not filled in yet – do it now"))) } else { lines };
        body.push(&Html(format!("<h2>{}</h2>{lines}", esc(section.title.get(lang)))));
    }
    body.push(&papers_review(v, o, &base));
    body.push(&crate::address::choose(s, v, &o.definition, &o.draft.answers, &base));
    body.push(&old_numbers(v, &o.definition, &o.draft.answers));
    let fees = o.definition.fees_on(s.now().date(), Channel::Online, &o.draft.answers);
    let cost: i64 = fees.iter().map(|f| f.1.0).sum();
    let cost = if cost == 0 { v.pick("Không mất phí", "Free").to_owned() } else { kernel::Dong(cost).to_string() };
    let office = receiving_office(s, &o.definition, &o.draft.answers).ok().and_then(|code| s.desk.identity().offices().get(code.as_str()).cloned());
    let office = office.map_or_else(String::new, |x| format!("<p>{} <b>{}</b></p>", v.pick("Nơi nhận và giải quyết:", "Received and decided by:"), esc(x.name.get(lang))));
    let submit = kit::form(v, &format!("{base}/submit"), &Html(format!(
        "<p>{}</p>{}",
        v.pick("Tôi cam đoan nội dung khai là đúng và chịu trách nhiệm trước pháp luật về nội dung đó.", "I declare that what I have stated is true and answer for it before the law."),
        kit::button(v.pick("Nộp hồ sơ", "Submit")),
    )));
    let main = Html(format!(
        "{}{}<h1>{}</h1>{body}<h2>{}</h2>{office}<p>{} <b>{cost}</b> · {} <b>{}</b></p>{submit}",
        kit::error_summary(lang, reasons),
        changed_banner(o, v),
        v.pick("Xem lại trước khi nộp", "Look over before you submit"),
        v.pick("Nộp hồ sơ", "Submit"),
        v.pick("Chi phí:", "Cost:"),
        v.pick("Thời hạn:", "Time limit:"),
        esc(o.definition.time.span.text().get(lang)),
    ));
    Ok(Shell::new(v, v.pick("Xem lại trước khi nộp", "Look over before you submit"), main).width(Width::Narrow).error(!reasons.is_empty()).back(&base, v.pick("Các phần của hồ sơ", "All parts")).render())
}

/// Old numbers are no reason to turn anybody away: who gave one is told what happens with it.
fn old_numbers(v: &Visitor, d: &Definition, answers: &Value) -> Html {
    let fields: Vec<Html> = casework::old_numbers(answers).iter().filter_map(|f| d.form.field(f)).map(|f| Html::text(f.title.get(v.lang))).collect();
    if fields.is_empty() {
        return Html::default();
    }
    let said = kit::para(v.pick(
        "Hồ sơ vẫn được nhận. Cán bộ sẽ đối chiếu số này với số định danh 12 số; nếu bạn đã có thẻ căn cước, ghi 12 số thì nhanh hơn.",
        "The application is accepted. An official compares this number with the 12-digit one; if you have an identity card, giving its 12 digits is quicker.",
    ));
    kit::banner(kit::Mood::Info, v.pick("Số chứng minh nhân dân cũ 9 số", "An old 9-digit identity number"), &Html(format!("{}{said}", kit::bullets(&fields))))
}

/// The office the definition names, the commune the applicant named, or the one office of the province that takes this level.
pub fn receiving_office(s: &Services, d: &Definition, answers: &Value) -> Result<kernel::id::OfficeCode, Refusal> {
    if let Some(office) = &d.received_by {
        return Ok(office.clone());
    }
    let offices = s.desk.identity().offices();
    let named = d.form.office_from.as_deref().and_then(|f| answers.get(f)).and_then(Value::as_str);
    let level = match d.level {
        casework::definition::Level::Commune => identity::offices::Level::Commune,
        casework::definition::Level::Department => identity::offices::Level::Department,
        casework::definition::Level::Province => identity::offices::Level::Province,
    };
    let office = match named {
        Some(area) => offices.by_area(area),
        None => offices.in_level(level).find(|o| o.successors.is_empty()),
    };
    office.map(|o| o.code.clone()).ok_or_else(|| {
        Refusal::invalid("office", "Chưa chọn đúng xã, phường giải quyết", "Choose the commune that decides").because(
            d.form.office_from.as_deref(),
            "Chọn một xã, phường trong danh sách",
            "Choose a commune from the list",
        )
    })
}

/// The filing a draft amounts to.
pub fn filing_of(s: &Services, d: &Definition, actor: &Actor, draft: &Draft, known: &Value) -> Result<Filing, Refusal> {
    let office = receiving_office(s, d, &draft.answers)?;
    let text = |key: &str| draft.answers.get(key).or_else(|| known.get(key)).and_then(Value::as_str).map(str::to_owned);
    let applicant = Person {
        party: actor.party,
        name: actor.name.clone(),
        identifier: actor.personal_number.as_deref().and_then(|n| Identifier::parse("personal_number", n).ok()),
        phone: text("phone"),
        email: text("email"),
        address: text("address"),
    };
    let title = draft.answers.pointer(&d.form.title_from).and_then(Value::as_str).unwrap_or(&actor.name).to_owned();
    Ok(Filing {
        code: CaseCode::new("-"),
        definition: d.code.clone(),
        version: d.version.clone(),
        title,
        channel: Channel::Online,
        people: people(&d.form, &draft.answers, applicant, None),
        offices: d.offices(None, office),
        answers: draft.answers.clone(),
        files: draft.files.clone(),
        waived: Vec::new(),
        lang: None,
        set: None,
    })
}

/// Atomic, and once: a second press finds the dossier the first one made.
pub async fn submit(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let draft_id: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let once = Once { key: format!("submit-{draft_id}"), request: draft_id.to_string() };
    if let Some(done) = s.desk.done_before(&actor, &once).await? {
        return Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response());
    }
    let mut o = match open(&s, &v, &id).await {
        Ok(o) => o,
        // The other press may have filed the draft, and removed it, just now.
        Err(gone) => {
            let done = s.desk.done_before(&actor, &once).await?.ok_or(gone)?;
            return Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response());
        }
    };
    let infected = uploads::faults(&s, &o.draft.files).await.map_err(PageError::internal)?;
    if !infected.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, review_page(&s, &v, &o, &infected)?).into_response());
    }
    prefill::at_submission(&s, &actor, &o.definition, &mut o.draft).await;
    let known = known_of(&s, &actor).await?;
    let mut batch = s.desk.scope().batch();
    drafts::close(&mut batch, &o.draft);
    let filed = match filing_of(&s, &o.definition, &actor, &o.draft, &known) {
        Ok(filing) => {
            let filing = Filing { lang: Some(v.lang).filter(|l| *l == Lang::En), ..filing };
            s.desk.file(&actor, filing, s.now(), Some(once), Some(batch)).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match filed {
        Ok(done) => {
            prefill::filed(&s, o.draft.id, &done.found).await;
            Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response())
        }
        Err(casework::DeskError::Refused(r)) if !r.reasons.is_empty() => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, review_page(&s, &v, &o, &r.reasons)?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
