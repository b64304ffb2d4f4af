//! The provider's one page: whom to be.

use super::DevProvider;
use web::{
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    visitor::Visitor,
};

/// The list of invented people; works without JavaScript.
pub(super) fn choose(provider: &DevProvider, visitor: &Visitor, asked: &[(String, String)]) -> Html {
    let t = |vi: &'static str, en: &'static str| visitor.pick(vi, en);
    let mut form = String::from("<form method=\"post\" action=\"/dev-provider/authorize\">");
    for (name, value) in asked {
        form.push_str(&kit::hidden(name, value).0);
    }
    let choices: Vec<kit::Choice> = provider
        .people
        .iter()
        .map(|p| kit::Choice::new(p.key.clone(), p.name.clone()).hint(p.role.get(visitor.lang)))
        .collect();
    let first = provider.people.first().map(|p| p.key.clone()).unwrap_or_default();
    let whom = kit::Field::new(visitor.lang, "person", t("Bạn muốn vào vai ai?", "Whom do you want to be?")).value(first);
    form.push_str(&whom.radios(&choices).0);
    let buttons = [
        kit::button(t("Đăng nhập", "Sign in")),
        kit::Button::new(t("Không đăng nhập", "Do not sign in")).weight(kit::Weight::Quiet).named("cancel", "1").html(),
    ];
    form.push_str(&kit::button_group(&buttons).0);
    form.push_str("</form>");
    let title = t("Đăng nhập thử nghiệm", "Demonstration sign-in");
    let main = format!(
        "<h1>{title}</h1><p class=\"lead\">{}</p>{form}",
        t(
            "Đây là trang định danh giả, chỉ có trong bản trình diễn. Những người dưới đây không có thật và không cần mật khẩu. Hệ thống thật dùng định danh điện tử quốc gia.",
            "This is a stand-in identity provider that exists in the demonstration only. The people below are invented and need no password. A real installation uses the national electronic identity.",
        )
    );
    Shell::new(visitor, title, Html(main)).width(Width::Narrow).render()
}

/// A request the provider cannot send back anywhere: shown here instead of following an unknown address.
pub(super) fn refused(visitor: &Visitor, vi: &str, en: &str) -> Html {
    let title = visitor.pick("Yêu cầu đăng nhập không hợp lệ", "The sign-in request is not valid");
    let main = format!("<h1>{}</h1><p class=\"lead\">{}</p>", esc(title), esc(visitor.pick(vi, en)));
    Shell::new(visitor, title, Html(main)).width(Width::Narrow).error(true).render()
}
