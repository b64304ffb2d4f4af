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

/// `of`: the enterprise that is corrected; none for a new one.
fn page(c: &Centre, v: &Visitor, of: Option<EnterpriseId>, more: &Html, value: &dyn Fn(&str) -> String, founded: Vec<String>, reasons: &[Reason]) -> Response {
    let (title, action) = match of {
        None => (v.pick("Đăng ký đơn vị", "Register an enterprise"), "/my-enterprises/new".to_owned()),
        Some(id) => (v.pick("Sửa thông tin đơn vị", "Correct the details"), format!("/my-enterprise/{id}/profile")),
    };
    let body = Html(format!(
        "{}{}",
        fields(c, v.lang, value, founded, reasons),
        kit::button(v.pick("Lưu", "Save"))
    ));
    let main = Html(format!("{}<h1>{}</h1>{more}{}", kit::error_summary(v.lang, reasons), web::esc(title), kit::form(v, &action, &body)));
    let status = if reasons.is_empty() { axum::http::StatusCode::OK } else { axum::http::StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/my-enterprises", v.pick("Đơn vị của tôi", "My enterprises"));
    (status, shell.render()).into_response()
}

pub fn typed(form: &FormData) -> (impl Fn(&str) -> String + '_, Vec<String>) {
    let founded = ["day", "month", "year"].iter().map(|p| form.get(&format!("founded-{p}")).unwrap_or_default().to_owned()).collect();
    (move |name: &str| form.get(name).unwrap_or_default().to_owned(), founded)
}

pub async fn ask(State(c): State<Centre>, v: Visitor) -> Response {
    let join = kit::link("/my-enterprises/claim", v.pick("Xin tham gia đơn vị đã có trên danh sách", "Ask to join an enterprise on the register"));
    page(&c, &v, None, &Html(format!("<p>{join}</p>")), &|_| String::new(), Vec::new(), &[])
}

pub async fn save(State(c): State<Centre>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let refused = |reasons: &[Reason], more: &Html| {
        let (value, founded) = typed(&form);
        page(&c, &v, None, more, &value, founded, reasons)
    };
    let profile = match answers(&c, &form) {
        Ok(p) => p,
        Err(r) => return Ok(refused(&r.reasons, &Html::default())),
    };
    let code = profile.code.clone();
    match acts::register(&c, Some(&actor), profile, true, c.now()).await {
        Ok(e) => Ok(Redirect::to(&format!("/my-enterprise/{}", e.id)).into_response()),
        Err(acts::ActError::Refused(r)) => Ok(refused(&r.reasons, &offer(&v, &code))),
        Err(e) => Err(e.into()),
    }
}

/// The way in where the code is on the register already: ask to belong. Nothing else is said of the enterprise.
fn offer(v: &Visitor, code: &str) -> Html {
    let way = kit::link_button(&format!("/my-enterprises/claim?code={}", web::html::url_part(code)), v.pick("Xin tham gia đơn vị này", "Ask to join this enterprise"), kit::Weight::Main);
    let words = v.pick(
        "Nếu đây là đơn vị của bạn, gửi đề nghị tham gia kèm giấy tờ; trung tâm trả lời.",
        "If it is yours, ask to join it with a paper that shows it; the centre answers.",
    );
    kit::banner(kit::Mood::Info, v.pick("Mã số này đã có trên danh sách", "This code is on the register"), &Html(format!("<p>{words}</p>{way}")))
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
    Ok(page(&c, &v, Some(id), &Html::default(), &known(&e.profile), founded, &[]))
}

/// An enterprise has no figures of a year in which it did not exist.
pub fn after_its_founding(e: &Enterprise, profile: Profile) -> Result<Profile, Refusal> {
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
                Ok((e.profile != profile).then(|| EnterpriseEvent::Corrected { profile: profile.clone(), reason: None, by: None }))
            })
            .await
        }
        Err(r) => Err(acts::ActError::Refused(r)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/my-enterprise/{id}")).into_response()),
        Err(acts::ActError::Refused(r)) => {
            let (value, founded) = typed(&form);
            Ok(page(&c, &v, Some(id), &Html::default(), &value, founded, &r.reasons))
        }
        Err(e) => Err(e.into()),
    }
}
