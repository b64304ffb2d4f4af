//! One section a page: shown, kept as it is typed, and only then judged.

use super::{Asked, Open, open};
use crate::{
    Services, drafts,
    form_view::{Questions, read_section},
    prefill,
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use casework::{Definition, definition::Section};
use kernel::refusal::Reason;
use serde_json::{Value, json};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

fn section_of<'a>(d: &'a Definition, code: &str) -> Result<(usize, &'a Section), PageError> {
    d.form.sections.iter().enumerate().find(|(_, x)| x.code == code).ok_or_else(PageError::not_found)
}

pub async fn section(
    State(s): State<Services>,
    v: Visitor,
    Path((id, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    section_of(&o.definition, &code)?;
    let parked = match &asked.parked {
        Some(token) => s.desk.identity().parked(token, o.actor.account).await?.map(|form| FormData::parse(&form.body)),
        None => None,
    };
    let kept = prefill::origins_of(&s, o.draft.id).await?;
    Ok(section_page(&s, &v, &o, &code, parked.as_ref(), &[], &kept)?.into_response())
}

fn section_page(s: &Services, v: &Visitor, o: &Open, code: &str, typed: Option<&FormData>, reasons: &[Reason], kept: &[prefill::FieldOrigin]) -> Result<Html, PageError> {
    let (at, section) = section_of(&o.definition, code)?;
    let lang = v.lang;
    let q = Questions { definition: &o.definition, offices: s.desk.identity().offices(), lang, reasons };
    let base = format!("/drafts/{}", o.draft.id);
    let restored = if typed.is_some() && reasons.is_empty() {
        kit::banner(Mood::Info, v.pick("Nội dung bạn vừa nhập vẫn còn", "What you typed is still here"), &kit::para(v.pick("Phiên đăng nhập đã hết khi bạn gửi. Xem lại rồi bấm Lưu và tiếp tục.", "Your session had ended when you sent it. Look it over, then save and continue.")))
    } else {
        Html::default()
    };
    let hint = section.hint.as_ref().map_or_else(Html::default, |h| kit::para(h.get(lang)));
    let questions = prefill::beside(v, q.section(section, &o.draft.answers, typed), section, kept);
    let origins = prefill::origins(v, &q, section, &o.draft.answers, kept, &base);
    let form = Html(format!(
        "<form method=\"post\" action=\"{base}/form/{}\" novalidate data-autosave=\"{base}/autosave/{}\" data-draft=\"{}\">{}{questions}{}</form>",
        esc(&section.code),
        esc(&section.code),
        o.draft.id,
        kit::csrf(v),
        kit::button_group(&[kit::button(v.pick("Lưu và tiếp tục", "Save and continue")), kit::link(&base, v.pick("Làm sau", "Do this later"))]),
    ));
    let main = Html(format!(
        "{}{restored}<p class=\"muted\">{} {} / {}</p><h1>{}</h1>{hint}{form}{origins}",
        kit::error_summary(lang, reasons),
        v.pick("Phần", "Part"),
        at + 1,
        o.definition.form.sections.len(),
        esc(section.title.get(lang)),
    ));
    let mut shell = Shell::new(v, section.title.get(lang), main).width(Width::Narrow).back(&base, v.pick("Các phần của hồ sơ", "All parts"));
    shell = shell.error(!reasons.is_empty());
    Ok(shell.render())
}

/// Keeps what was given even where it is not acceptable yet; only then says what to correct.
pub async fn save(
    State(s): State<Services>,
    v: Visitor,
    Path((id, code)): Path<(String, String)>,
    form: FormData,
) -> Result<Response, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let definition = o.definition.clone();
    let (at, section) = section_of(&definition, &code)?;
    let (given, mut reasons) = read_section(&definition, &section.fields, &form);
    drafts::save_section(s.desk.scope(), &mut o.draft, &section.fields, given, s.now()).await?;
    reasons.extend(section_reasons(&definition, section, &o.draft.answers, &reasons));
    if !reasons.is_empty() {
        let kept = prefill::origins_of(&s, o.draft.id).await?;
        let page = section_page(&s, &v, &o, &code, Some(&form), &reasons, &kept)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let base = format!("/drafts/{}", o.draft.id);
    let next = match definition.form.sections.get(at + 1) {
        Some(next) => format!("{base}/form/{}", next.code),
        None if definition.components.iter().any(|c| c.from_database.is_none()) => format!("{base}/files"),
        None => format!("{base}/review"),
    };
    Ok(Redirect::to(&next).into_response())
}

/// The faults of one section: those of the whole form whose field stands in it.
fn section_reasons(d: &Definition, section: &Section, answers: &Value, already: &[Reason]) -> Vec<Reason> {
    let Err(refusal) = casework::check_answers(d, answers) else { return Vec::new() };
    let here = |r: &Reason| r.field.as_ref().is_some_and(|f| section.fields.contains(f));
    let said = |r: &Reason| already.iter().any(|a| a.field == r.field);
    let mut out: Vec<Reason> = Vec::new();
    for r in refusal.reasons {
        if here(&r) && !said(&r) && !out.iter().any(|o| o.field == r.field) {
            out.push(r);
        }
    }
    out
}

/// The same as saving, for the script: says when it was kept, and never judges.
pub async fn autosave(
    State(s): State<Services>,
    v: Visitor,
    Path((id, code)): Path<(String, String)>,
    form: FormData,
) -> Result<Response, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let definition = o.definition.clone();
    let (_, section) = section_of(&definition, &code)?;
    let (given, _) = read_section(&definition, &section.fields, &form);
    let now = s.now();
    drafts::save_section(s.desk.scope(), &mut o.draft, &section.fields, given, now).await?;
    let saved = json!({"saved": web::when::clock(now), "revision": o.draft.revision});
    Ok(([(header::CONTENT_TYPE, "application/json")], saved.to_string()).into_response())
}
