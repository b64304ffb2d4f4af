//! Looking a dossier up with its code and a phone number, without an account and without showing anybody's name.

use crate::Services;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use casework::Found;
use kernel::{Refusal, refusal::Reason};
use serde::Deserialize;
use web::{
    extract::{FormData, Query},
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    code: String,
}

pub fn form(v: &Visitor, code: &str, reasons: &[Reason]) -> Html {
    let code = kit::Field::new(v.lang, "code", v.pick("Mã hồ sơ", "Case code"))
        .hint(v.pick("In trên giấy tiếp nhận, ví dụ H29.161-261119-0042", "Printed on the receipt, such as H29.161-261119-0042"))
        .value(code)
        .errors(reasons)
        .autocomplete("off")
        .input();
    let phone = kit::Field::new(v.lang, "phone", v.pick("4 số cuối điện thoại", "Last 4 digits of the phone"))
        .errors(reasons)
        .numeric()
        .autocomplete("off")
        .max_length(4)
        .width("w4")
        .input();
    kit::form(v, "/lookup", &Html(format!("<div class=\"card\">{code}{phone}{}</div>", kit::button(v.pick("Xem hồ sơ", "See the case")))))
}

pub async fn ask(v: Visitor, Query(asked): Query<Asked>) -> Response {
    let code: String = asked.code.chars().take(60).collect();
    let verify = kit::link("/verify", v.pick("Kiểm tra chữ ký số của một tệp PDF", "Check the signatures of a PDF"));
    page(&v, Html(format!("{}<p>{verify}</p>", form(&v, &code, &[]))), &[]).into_response()
}

fn page(v: &Visitor, body: Html, reasons: &[Reason]) -> Html {
    let title = v.pick("Tra cứu hồ sơ", "Look a case up");
    let main = Html(format!("{}<h1>{title}</h1>{body}", kit::error_summary(v.lang, reasons)));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/", v.pick("Trang chủ", "Home")).render()
}

/// One answer for a wrong code and a wrong phone: which of the two exists is not disclosed.
pub async fn answer(State(s): State<Services>, v: Visitor, form_data: FormData) -> Result<Response, PageError> {
    let code = form_data.get("code").unwrap_or_default().to_uppercase();
    let phone: String = form_data.get("phone").unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let found = match phone.len() {
        4 => s.desk.load_code(&code).await.map_err(PageError::internal)?.filter(|f| phone_ends(f, &phone)),
        _ => None,
    };
    match found {
        Some(found) => Ok(page(&v, shown(&s, &v, &found), &[]).into_response()),
        None => {
            let gone = if phone.len() == 4 { s.desk.gone_code(&code).await.map_err(PageError::internal)?.filter(|g| g.phone_ends(&phone)) } else { None };
            let refusal = Refusal::invalid("no-match", "", "");
            let refusal = if let Some(told) = gone.map(|g| g.told()) { refusal.because(Some("code"), told.message.vi, told.message.en) } else { refusal.because(
                Some("code"),
                "Không có hồ sơ nào khớp cả mã và 4 số cuối điện thoại. Kiểm tra lại hai mục này.",
                "No case matches both the code and the last 4 digits. Check both.",
            ) };
            let body = form(&v, &code, &refusal.reasons);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&v, body, &refusal.reasons)).into_response())
        }
    }
}

fn phone_ends(f: &Found, last: &str) -> bool {
    let p = &f.state.people;
    [Some(&p.applicant), Some(&p.owner), p.proxy.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|x| x.phone.as_deref())
        .any(|phone| phone.ends_with(last))
}

fn shown(s: &Services, v: &Visitor, f: &Found) -> Html {
    let status = super::case::status(v, f, s.now());
    Html(format!(
        "<p class=\"muted\">{} · {}</p><h2>{}</h2>{status}{}<p><a href=\"/lookup\">{}</a></p>",
        esc(f.state.code.as_str()),
        esc(f.definition.code.as_str()),
        esc(f.definition.name.get(v.lang)),
        super::case::clocks(s, v, f),
        v.pick("Tra cứu hồ sơ khác", "Look another up"),
    ))
}
