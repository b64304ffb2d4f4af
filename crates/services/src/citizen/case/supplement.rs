//! Completing a dossier: only what the notice names is asked again.

use super::defect_name;
use crate::{
    Services,
    citizen::actor,
    form_view::{Questions, read_section},
    uploads::{FILE_MAX, give_files},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Act, DeskError, Found};
use identity::actions::CASE_ACT;
use kernel::refusal::Reason;
use serde_json::{Value, json};
use web::{
    extract::{FormData, Multipart, Path},
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

pub async fn supplement(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let found = s.desk.find(&*actor(&v)?, &code, CASE_ACT).await?;
    Ok(supplement_page(&s, &v, &found, None, &[]).into_response())
}

/// Only what the notice names is asked again; the whole form stays one click away.
fn supplement_page(s: &Services, v: &Visitor, f: &Found, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let d = &f.definition;
    let q = Questions { definition: d, offices: s.desk.identity().offices(), lang, reasons };
    let asked = f.state.open_supplement();
    let named = |code: &str| asked.is_some_and(|a| a.defects.iter().any(|x| x.about.trim_start_matches('/') == code));
    let mut papers = Html::default();
    for c in d.components.iter().filter(|c| c.from_database.is_none() || named(&c.code)) {
        let field = kit::Field::new(lang, format!("file-{}", c.code), c.name.get(lang)).optional(!named(&c.code)).errors(reasons).kind("file").file(".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt", true);
        papers.push(&field);
    }
    let mut fields = Html::default();
    for section in &d.form.sections {
        fields.push(&kit::fieldset(section.title.get(lang), &q.section(section, &f.state.answers, typed)));
    }
    let wants_fields = asked.is_some_and(|a| a.defects.iter().any(|x| d.form.field(x.about.trim_start_matches('/')).is_some()));
    let note = kit::Field::new(lang, "note", v.pick("Ghi chú cho cơ quan", "A note for the office")).optional(true).value(typed.and_then(|t| t.get("note")).unwrap_or_default()).textarea(3);
    let form = kit::upload_form(v, &format!("/my/{}/supplement", f.state.code), &Html(format!(
        "{papers}{}{note}{}",
        kit::details(v.pick("Sửa nội dung đã khai", "Correct what you stated"), &fields, wants_fields || !reasons.is_empty()),
        kit::button(v.pick("Nộp bổ sung", "Send the supplement")),
    )));
    let list = asked.map_or_else(Html::default, |a| {
        kit::bullets(&a.defects.iter().map(|x| Html::text(&[defect_name(f, &x.about, lang), x.what.clone()].iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(": "))).collect::<Vec<_>>())
    });
    let title = v.pick("Bổ sung hồ sơ", "Complete your application");
    let main = Html(format!("{}<h1>{title}</h1><p class=\"muted\">{}</p>{list}{form}", kit::error_summary(lang, reasons), esc(f.state.code.as_str())));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back(format!("/my/{}", f.state.code), v.pick("Quay lại hồ sơ", "Back to the case")).render()
}

pub async fn send_supplement(State(s): State<Services>, v: Visitor, Path(code): Path<String>, form: Multipart) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, CASE_ACT).await?;
    let sent = form.collect(FILE_MAX * 3 + 1).await?;
    let now = s.now();
    let d = &found.definition;
    let all: Vec<String> = d.form.sections.iter().flat_map(|x| x.fields.clone()).collect();
    let (answers, mut reasons) = read_section(d, &all, &sent.fields);
    let answers = Value::Object(answers);
    let (files, bad) = give_files(&s, &actor, sent.files, now).await?;
    reasons.extend(bad);
    if reasons.is_empty() {
        let mut input = json!({"files": files, "note": sent.fields.get("note").unwrap_or_default()});
        if answers != found.state.answers && answers.as_object().is_some_and(|a| !a.is_empty()) {
            // The office that decides was fixed by the filing.
            input["answers"] = answers;
        }
        let waiting = matches!(found.state.track("handling"), "supplementing" | "supplementing_intake");
        let act = if found.state.supplement_lapsed() && !waiting { "supplement_late" } else { "supplement" };
        if act == "supplement_late" && let Some(input) = input.as_object_mut() {
            // Answers are decided on as they were in time; papers and the note are kept.
            input.remove("answers");
        }
        match s.desk.perform(&actor, found.state.id, &Act { act: act.into(), input }, now, None, None).await {
            Ok(_) => return Ok(Redirect::to(&format!("/my/{code}")).into_response()),
            Err(DeskError::Refused(r)) => {
                reasons = if r.reasons.is_empty() { vec![Reason { field: None, message: r.message }] } else { r.reasons };
            }
            Err(e) => return Err(e.into()),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, supplement_page(&s, &v, &found, Some(&sent.fields), &reasons)).into_response())
}
