//! Putting an enterprise on the register, and correcting what was written.

use super::{actor, answers, fields};
use crate::{Centre, acts, model::{Enterprise, EnterpriseEvent, Profile}};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::EnterpriseId, refusal::Reason};
use web::{
    extract::{FormData, Path},
    html::Html,
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

fn page(c: &Centre, v: &Visitor, title: &str, action: &str, value: &dyn Fn(&str) -> String, founded: Vec<String>, reasons: &[Reason]) -> Response {
    let body = Html(format!(
        "{}{}",
        fields(c, v.lang, value, founded, reasons),
        kit::button(v.pick("Lưu", "Save"))
    ));
    let main = Html(format!("{}<h1>{}</h1>{}", kit::error_summary(v.lang, reasons), web::esc(title), kit::form(v, action, &body)));
    let status = if reasons.is_empty() { axum::http::StatusCode::OK } else { axum::http::StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/my-enterprises", v.pick("Đơn vị của tôi", "My enterprises"));
    (status, shell.render()).into_response()
}

fn typed(form: &FormData) -> (impl Fn(&str) -> String + '_, Vec<String>) {
    let founded = ["day", "month", "year"].iter().map(|p| form.get(&format!("founded-{p}")).unwrap_or_default().to_owned()).collect();
    (move |name: &str| form.get(name).unwrap_or_default().to_owned(), founded)
}

pub async fn ask(State(c): State<Centre>, v: Visitor) -> Response {
    page(&c, &v, v.pick("Đăng ký đơn vị", "Register an enterprise"), "/my-enterprises/new", &|_| String::new(), Vec::new(), &[])
}

pub async fn save(State(c): State<Centre>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let refused = |reasons: &[Reason]| {
        let (value, founded) = typed(&form);
        page(&c, &v, v.pick("Đăng ký đơn vị", "Register an enterprise"), "/my-enterprises/new", &value, founded, reasons)
    };
    let profile = match answers(&c, &form) {
        Ok(p) => p,
        Err(r) => return Ok(refused(&r.reasons)),
    };
    match acts::register(&c, Some(&actor), profile, true, c.now()).await {
        Ok(e) => Ok(Redirect::to(&format!("/my-enterprise/{}", e.id)).into_response()),
        Err(acts::ActError::Refused(r)) => Ok(refused(&r.reasons)),
        Err(e) => Err(e.into()),
    }
}

/// What is known, as the form shows it.
pub fn known(p: &Profile) -> impl Fn(&str) -> String + '_ {
    move |name: &str| match name {
        "kind" => p.kind.code().to_owned(),
        "code" => p.code.clone(),
        "name" => p.name.clone(),
        "vsic" => p.vsic.clone(),
        "area" => p.area.clone(),
        "phone" => p.phone.clone().unwrap_or_default(),
        "address" => p.address.clone().unwrap_or_default(),
        "women_owned" if p.women_owned => "yes".to_owned(),
        "social_enterprise" if p.social_enterprise => "yes".to_owned(),
        _ => String::new(),
    }
}

pub async fn edit(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let e = acts::own_enterprise(&c, &*actor(&v)?, id).await?;
    let founded = e.profile.founded.map(|d| d.to_string()).into_iter().collect();
    Ok(page(&c, &v, v.pick("Sửa thông tin đơn vị", "Correct the details"), &format!("/my-enterprise/{id}/profile"), &known(&e.profile), founded, &[]))
}

/// An enterprise has no figures of a year in which it did not exist.
fn after_its_founding(e: &Enterprise, profile: Profile) -> Result<Profile, Refusal> {
    let first = e.sizes.iter().map(|s| s.inputs.year).min();
    match (first, profile.founded) {
        (Some(first), Some(founded)) if first < founded.year() => Err(Refusal::invalid("founded", "Ngày thành lập chưa khớp", "The founding date does not fit").because(
            Some("founded"),
            format!("Đơn vị đã khai quy mô năm {first}, nên không thể thành lập năm {}; kiểm tra lại ngày thành lập", founded.year()),
            format!("The size of {first} was declared, so the enterprise cannot be founded in {}; check the founding date", founded.year()),
        )),
        _ => Ok(profile),
    }
}

pub async fn correct(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let before = acts::own_enterprise(&c, &actor, id).await?;
    let done = match answers(&c, &form).and_then(|p| after_its_founding(&before, p)) {
        Ok(profile) => {
            acts::change_enterprise(&c, Some(&actor), id, c.now(), |e| {
                Ok((e.profile != profile).then(|| EnterpriseEvent::Corrected { profile: profile.clone() }))
            })
            .await
        }
        Err(r) => Err(acts::ActError::Refused(r)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/my-enterprise/{id}")).into_response()),
        Err(acts::ActError::Refused(r)) => {
            let (value, founded) = typed(&form);
            Ok(page(&c, &v, v.pick("Sửa thông tin đơn vị", "Correct the details"), &format!("/my-enterprise/{id}/profile"), &value, founded, &r.reasons))
        }
        Err(e) => Err(e.into()),
    }
}
