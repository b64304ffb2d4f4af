//! What an enterprise declared for support money, compared with papers by an officer: the size of a year (Decree 80/2021
//! Art. 10), the ground of an innovative start-up.

use crate::{
    Centre, acts,
    enterprise::{actor, explained, read_size, startup_state},
    model::{
        Enterprise,
        declared::{self, Compared},
    },
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use identity::account::roles;
use kernel::{id::EnterpriseId, refusal::Reason};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Field, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// Who examines support money; the gate of the addresses says the same.
fn examines(v: &Visitor) -> bool {
    v.actor.as_ref().is_some_and(|a| [roles::SUPPORT_OFFICER, roles::ACCOUNTANT, roles::CENTRE_DIRECTOR].iter().any(|r| a.has_role(r)))
}

/// What an officer may check on the page of an enterprise.
pub fn section(c: &Centre, v: &Visitor, e: &Enterprise) -> Html {
    if !examines(v) {
        return Html::default();
    }
    Html(format!("{}{}", size(c, v, e, None, &[]), startup(c, v, e, None, &[])))
}

/// The newest year: what was declared, and the form that confirms or corrects it.
fn size(c: &Centre, v: &Visitor, e: &Enterprise, form: Option<&FormData>, reasons: &[Reason]) -> Html {
    let Some(s) = e.sizes.last() else { return Html::default() };
    let was = |name: &str, stored: String| form.and_then(|f| f.get(name)).map_or(stored, str::to_owned);
    let money = |m: Option<i64>| m.map_or_else(String::new, |m| m.to_string());
    let field = |name: &str, vi: &str, en: &str, stored: String| Field::new(v.lang, name, v.pick(vi, en)).value(was(name, stored)).errors(reasons);
    let outcomes = [
        Choice::new("right", v.pick("Đúng như khai", "As declared")),
        Choice::new("corrected", v.pick("Sửa theo giấy tờ, số dưới đây", "Corrected from the papers, as below")),
    ];
    let body = [
        kit::hidden("year", &s.inputs.year.to_string()),
        kit::hidden("seen", &s.at.micros().to_string()),
        kit::hidden("unit", "dong"),
        field("papers", "Giấy tờ đã xem", "Papers seen", String::new())
            .hint(v.pick("Ví dụ: báo cáo tài chính năm trước, mẫu C12 bảo hiểm xã hội.", "Such as the last financial statement, social insurance form C12."))
            .max_length(1_000)
            .textarea(2),
        field("outcome", "Kết quả đối chiếu", "Outcome", "right".to_owned()).radios(&outcomes),
        field("headcount", "Số lao động tham gia bảo hiểm xã hội bình quân năm trước", "Mean number of people with social insurance last year", s.inputs.headcount.to_string()).numeric().width("w10").input(),
        field("women", "Trong đó lao động nữ", "Of them women", s.inputs.women.to_string()).numeric().width("w10").optional(true).input(),
        field("revenue", "Tổng doanh thu năm trước, đồng", "Revenue of last year, in đồng", money(s.inputs.revenue)).width("w20").optional(true).input(),
        field("capital", "Tổng nguồn vốn năm trước, đồng", "Capital of last year, in đồng", money(s.inputs.capital)).width("w20").optional(true).input(),
        field("reason", "Lý do sửa; đơn vị đọc được", "Why it is corrected; the enterprise reads it", String::new()).optional(true).max_length(1_000).textarea(2),
        kit::Button::new(v.pick("Lưu kết quả đối chiếu", "Save the check")).weight(Weight::Quiet).html(),
    ];
    let body = Html(keyed(&body.iter().map(|b| b.0.as_str()).collect::<String>(), "size"));
    let class = c.sizes.classify(&e.profile, &s.inputs).map(|a| explained(v.lang, &a)).unwrap_or_default();
    let title = format!("{} {}", v.pick("Đối chiếu quy mô năm", "Check the size of"), s.inputs.year);
    let form = kit::form(v, &format!("/centre/enterprises/{}/size", e.id), &body);
    kit::details(&title, &Html(format!("{class}{form}")), !reasons.is_empty())
}

fn startup(c: &Centre, v: &Visitor, e: &Enterprise, form: Option<&FormData>, reasons: &[Reason]) -> Html {
    let Some(s) = &e.startup else { return Html::default() };
    let was = |name: &str| form.and_then(|f| f.get(name)).unwrap_or_default().to_owned();
    let outcomes = [
        Choice::new("yes", v.pick("Giấy tờ đúng: được tính", "The papers are right: it counts")),
        Choice::new("no", v.pick("Chưa đủ căn cứ", "The ground does not suffice")),
    ];
    let body = Html(format!(
        "{}{}{}{}",
        kit::hidden("seen", &s.at.micros().to_string()),
        Field::new(v.lang, "accepted", v.pick("Kết quả kiểm tra", "Outcome")).value(was("accepted")).errors(reasons).radios(&outcomes),
        Field::new(v.lang, "startup_reason", v.pick("Giấy tờ đã xem, lý do; đơn vị đọc được", "Papers seen, reason; the enterprise reads it")).value(was("startup_reason")).errors(reasons).max_length(1_000).textarea(2),
        kit::Button::new(v.pick("Lưu kết quả kiểm tra", "Save")).weight(Weight::Quiet).html(),
    ));
    let form = kit::form(v, &format!("/centre/enterprises/{}/startup", e.id), &Html(keyed(&body.0, "startup")));
    Html(format!(
        "<h3>{}</h3>{}{}",
        v.pick("Khởi nghiệp sáng tạo", "Innovative start-up"),
        startup_state(c, v, e),
        kit::details(v.pick("Kiểm tra căn cứ", "Check the ground"), &form, !reasons.is_empty()),
    ))
}

/// Controls of one of several forms on a page: their ids carry a key of their own.
fn keyed(controls: &str, key: &str) -> String {
    controls.replace("\"f-", &format!("\"f-{key}-"))
}

/// The form once more by itself, with what is wrong in it.
fn again(v: &Visitor, e: &Enterprise, form: Html, reasons: &[Reason]) -> Response {
    let plain: Vec<Reason> = reasons.iter().map(|r| Reason { field: None, message: r.message.clone() }).collect();
    let main = Html(format!("{}<h1>{}</h1>{form}", kit::error_summary(v.lang, &plain), esc(&e.profile.name)));
    let shell = Shell::new(v, e.profile.name.clone(), main).width(Width::Narrow).error(true).nav(web::rail::of(v)).back(format!("/centre/enterprises/{}", e.id), e.profile.name.clone());
    (StatusCode::UNPROCESSABLE_ENTITY, shell.render()).into_response()
}

/// What a refusal says, also when it names no field.
fn told(r: kernel::Refusal) -> Vec<Reason> {
    if r.reasons.is_empty() { vec![Reason { field: None, message: r.message }] } else { r.reasons }
}

pub async fn check_size(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let e = acts::enterprise(&c, id).await?;
    let refused = |reasons: &[Reason]| again(&v, &e, size(&c, &v, &e, Some(&form), reasons), reasons);
    let year = form.get("year").and_then(|y| y.parse().ok()).unwrap_or(0);
    let seen = form.get("seen").and_then(|s| s.parse().ok()).unwrap_or(0);
    let corrected = if form.get("outcome") == Some("corrected") {
        match read_size(&form, c.now().date().year(), e.profile.founded) {
            Ok(inputs) => Some(inputs),
            Err(r) => return Ok(refused(&told(r))),
        }
    } else {
        None
    };
    let declared = e.sizes.iter().rev().find(|s| s.inputs.year == year).map(|s| s.inputs.clone());
    let class = corrected.clone().or(declared).and_then(|i| c.sizes.classify(&e.profile, &i)).map(|a| a.code);
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let compared = Compared { papers: text("papers"), reason: text("reason"), corrected };
    let done = acts::change_enterprise(&c, Some(&who), id, c.now(), |e| {
        declared::check_size(e, seen, year, &compared, class.clone(), (who.account, &who.name)).map(Some)
    })
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/centre/enterprises/{id}")).into_response()),
        Err(acts::ActError::Refused(r)) => Ok(refused(&told(r))),
        Err(e) => Err(e.into()),
    }
}

pub async fn check_startup(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let e = acts::enterprise(&c, id).await?;
    let refused = |reasons: &[Reason]| again(&v, &e, startup(&c, &v, &e, Some(&form), reasons), reasons);
    let accepted = match form.get("accepted") {
        Some("yes") => true,
        Some("no") => false,
        _ => {
            let message = kernel::Text::new("Chọn kết quả kiểm tra", "Choose the outcome");
            return Ok(refused(&[Reason { field: Some("accepted".to_owned()), message }]));
        }
    };
    let seen = form.get("seen").and_then(|s| s.parse().ok()).unwrap_or(0);
    let reason = form.get("startup_reason").unwrap_or_default().to_owned();
    let done = acts::change_enterprise(&c, Some(&who), id, c.now(), |e| {
        declared::answer_startup(e, seen, accepted, &reason, (who.account, &who.name)).map(Some)
    })
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/centre/enterprises/{id}")).into_response()),
        Err(acts::ActError::Refused(r)) => Ok(refused(&told(r))),
        Err(e) => Err(e.into()),
    }
}
