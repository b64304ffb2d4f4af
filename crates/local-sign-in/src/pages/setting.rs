//! The pages of a set-up, the same for somebody signed in and for somebody with a link.

use super::{narrow, page, status, wrong};
use crate::{LocalSignIn, setup::Begun, totp};
use axum::response::Response;
use kernel::Refusal;
use qrcode::{EcLevel, QrCode, render::svg};
use web::{
    extract::FormData,
    html::{Html, esc, url_part},
    kit::{self, Field},
    visitor::Visitor,
};

/// Name and password.
pub fn form(s: &LocalSignIn, v: &Visitor, action: &str, typed: &FormData, proposed: &str, refusal: Option<&Refusal>) -> Html {
    let reasons = refusal.map_or(&[][..], |r| &r.reasons);
    let login = Field::new(v.lang, "login", v.pick("Tên đăng nhập", "Sign-in name"))
        .hint(v.pick("Chữ cái không dấu, số và các dấu . - _ @", "Letters without marks, figures and . - _ @"))
        .value(typed.filled("login").unwrap_or(proposed))
        .autocomplete("username")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .max_length(64)
        .errors(reasons)
        .input();
    let least = s.rules.password.shortest;
    let hint = match v.lang {
        kernel::text::Lang::Vi => format!("Ít nhất {least} ký tự. Một câu vài từ dễ nhớ là tốt; không bắt buộc chữ hoa, số hay ký hiệu."),
        kernel::text::Lang::En => format!("At least {least} characters. A phrase of a few words is good; capitals, figures and signs are not required."),
    };
    let password = Field::new(v.lang, "password", v.pick("Mật khẩu mới", "New password")).hint(hint).kind("password").autocomplete("new-password").errors(reasons).input();
    let again = Field::new(v.lang, "again", v.pick("Nhập lại mật khẩu", "The password again")).kind("password").autocomplete("new-password").errors(reasons).input();
    let body = Html(format!("{login}{password}{again}{}", kit::button(v.pick("Tiếp tục", "Continue"))));
    kit::form(v, action, &body)
}

/// The address an authenticator app reads from the picture.
fn key_uri(issuer: &str, b: &Begun, seconds: i64) -> String {
    format!("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period={seconds}", url_part(issuer), url_part(&b.login), b.secret, url_part(issuer))
}

fn picture(v: &Visitor, uri: &str) -> Html {
    let Ok(code) = QrCode::with_error_correction_level(uri, EcLevel::M) else { return Html::default() };
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(220, 220).quiet_zone(true).build();
    let label = v.pick("Mã QR cho ứng dụng xác thực", "QR code for the authenticator app");
    match drawn.split_once("<svg") {
        Some((_, rest)) => Html(format!("<p><svg role=\"img\" aria-label=\"{}\"{rest}</p>", esc(label))),
        None => Html::default(),
    }
}

/// The secret for the authenticator, and the first code.
pub fn confirm(s: &LocalSignIn, v: &Visitor, action: &str, b: &Begun, refusal: Option<&Refusal>) -> Response {
    let title = v.pick("Nối ứng dụng xác thực", "Connect the authenticator app");
    let issuer = v.site.name.get(kernel::text::Lang::Vi);
    let mut main = wrong(v, refusal);
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Mở ứng dụng xác thực trên điện thoại, quét hình này hoặc nhập khóa bằng tay, rồi nhập mã 6 số mà ứng dụng hiện ra. Hình và khóa chỉ hiện ở bước này.",
        "Open the authenticator app on your phone, scan this picture or type the key, then type the 6 figures it shows. Picture and key are shown in this step only.",
    )));
    main.push(&picture(v, &key_uri(issuer, b, s.rules.code.seconds)));
    main.push(&kit::summary_list(&[
        kit::Line::new(v.pick("Tên đăng nhập", "Sign-in name"), b.login.as_str()),
        kit::Line::new(v.pick("Khóa để nhập bằng tay", "Key to type"), Html(format!("<code>{}</code>", esc(&totp::grouped(&b.secret))))),
    ]));
    let code = Field::new(v.lang, "code", v.pick("Mã 6 số đang hiện", "The 6 figures shown now"))
        .numeric()
        .autocomplete("one-time-code")
        .width("w10")
        .errors(refusal.map_or(&[], |r| &r.reasons))
        .input();
    let body = Html(format!("{}{code}{}", kit::hidden("token", &b.token), kit::button(v.pick("Hoàn tất", "Finish"))));
    main.push(&kit::form(v, action, &body));
    page(&narrow(v, title, main).error(refusal.is_some()), status(refusal))
}

/// The recovery codes, once.
pub fn done(v: &Visitor, codes: &[String], next: &str, label: &str) -> Response {
    let title = v.pick("Đã thiết lập mật khẩu và mã một lần", "Password and one-time code are set up");
    let list: Vec<Html> = codes.iter().map(|c| Html(format!("<code>{}</code>", esc(c)))).collect();
    let mut main = kit::heading(title, None);
    if !codes.is_empty() {
        main.push(&Html(format!("<h2>{}</h2>", v.pick("Mã dự phòng", "Recovery codes"))));
        main.push(&kit::warning(
            v.lang,
            v.pick(
                "Ghi lại hoặc in các mã này ngay bây giờ: chúng chỉ hiện một lần. Mỗi mã thay được mã trên điện thoại một lần.",
                "Write these codes down or print them now: they are shown once. Each replaces the phone's code one time.",
            ),
        ));
        main.push(&kit::bullets(&list));
    }
    main.push(&kit::button_group(&[kit::link_button(next, label, kit::Weight::Main)]));
    page(&narrow(v, title, main), axum::http::StatusCode::OK)
}
