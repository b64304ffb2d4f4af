//! The centre corrects what stands on the register, with a reason that the enterprise reads.

use crate::{
    Centre, acts,
    enterprise::{actor, after_its_founding, answers, fields, known, typed},
    model::{EnterpriseEvent, members},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::EnterpriseId, refusal::Reason};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

fn page(c: &Centre, v: &Visitor, id: EnterpriseId, value: &dyn Fn(&str) -> String, founded: Vec<String>, reasons: &[Reason]) -> Response {
    let title = v.pick("Sửa thông tin đơn vị", "Correct the details");
    let why = Field::new(v.lang, "reason", v.pick("Lý do sửa; đơn vị đọc được", "Reason; the enterprise reads it")).value(value("reason")).errors(reasons).max_length(1_000).textarea(2);
    let body = Html(format!("{}{why}{}", fields(c, v.lang, value, founded, reasons), kit::button(v.pick("Lưu", "Save"))));
    let main = Html(format!("{}<h1>{}</h1>{}", kit::error_summary(v.lang, reasons), esc(title), kit::form(v, &format!("/centre/enterprises/{id}/profile"), &body)));
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back(format!("/centre/enterprises/{id}"), v.pick("Đơn vị", "The enterprise"));
    (status, shell.render()).into_response()
}

pub async fn edit(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let e = acts::enterprise(&c, id).await?;
    let founded = e.profile.founded.map(|d| d.to_string()).into_iter().collect();
    Ok(page(&c, &v, id, &known(&e.profile), founded, &[]))
}

pub async fn correct(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let before = acts::enterprise(&c, id).await?;
    let profile = answers(&c, &form).and_then(|p| after_its_founding(&before, p));
    let why = members::reason(form.get("reason").unwrap_or_default());
    let (profile, why) = match (profile, why) {
        (Ok(profile), Ok(why)) => (profile, why),
        (profile, why) => {
            let reasons: Vec<Reason> = [profile.err(), why.err()].into_iter().flatten().flat_map(|r| r.reasons).collect();
            let (value, founded) = typed(&form);
            return Ok(page(&c, &v, id, &value, founded, &reasons));
        }
    };
    let done = acts::change_enterprise(&c, Some(&who), id, c.now(), |e| {
        Ok((e.profile != profile).then(|| EnterpriseEvent::Corrected { profile: profile.clone(), reason: Some(why.clone()), by: Some(who.name.clone()) }))
    })
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/centre/enterprises/{id}")).into_response()),
        Err(acts::ActError::Refused(r)) => {
            let (value, founded) = typed(&form);
            let reasons = if r.reasons.is_empty() { vec![Reason { field: None, message: r.message }] } else { r.reasons };
            Ok(page(&c, &v, id, &value, founded, &reasons))
        }
        Err(e) => Err(e.into()),
    }
}
