//! The few pages that belong to no room.

use crate::{
    html::{Html, esc},
    page::{Shell, Width},
    visitor::Visitor,
};

fn narrow(v: &Visitor, title: &str, body: &str) -> Html {
    Shell::new(v, title, Html(format!("<h1>{}</h1>{body}", esc(title)))).width(Width::Narrow).back("/", v.pick("Trang chủ", "Home")).render()
}

/// What people with disabilities may expect here and whom to tell when it fails them.
pub fn accessibility(v: &Visitor) -> Html {
    let hotline = esc(&v.site.hotline);
    let body = v.pick(
        "<p>Trang này hướng tới mức AA của Hướng dẫn nội dung web dễ tiếp cận (WCAG) 2.2. Bạn có thể làm mọi việc chỉ bằng bàn phím, \
         phóng to đến 400 % mà không mất nội dung, dùng trình đọc màn hình, và không cần JavaScript.</p>\
         <p>Trạng thái luôn có chữ và hình đi cùng màu. Không có gì chuyển động nếu máy của bạn yêu cầu giảm chuyển động.</p>\
         <h2>Nếu có chỗ bạn không dùng được</h2><p>Hãy cho chúng tôi biết trang nào và điều gì ngăn bạn, hoặc nhờ làm giúp tại bất kỳ bộ phận một cửa nào.",
        "<p>This site aims at level AA of the Web Content Accessibility Guidelines (WCAG) 2.2. You can do everything with a keyboard alone, \
         zoom to 400% without losing content, use a screen reader, and do without JavaScript.</p>\
         <p>A state always has a word and a shape beside its colour. Nothing moves if your device asks for reduced motion.</p>\
         <h2>If something does not work for you</h2><p>Tell us which page it was and what stopped you, or ask for help at any one-stop desk.",
    );
    let call = if hotline.is_empty() { String::new() } else { format!(" {}: <a href=\"tel:{hotline}\">{hotline}</a>.", v.pick("Gọi", "Call")) };
    narrow(v, v.pick("Tiếp cận cho mọi người", "Accessibility statement"), &format!("{body}{call}</p>"))
}

/// What runs here.
pub fn about(v: &Visitor, version: &str) -> Html {
    let body = format!(
        "<p>{}</p><dl class=\"sum\"><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>Apache-2.0</dd></dl>",
        v.pick(
            "Trang này chạy trên Phù Sa, phần mềm nguồn mở cho chuyển đổi số của tỉnh, thành phố.",
            "This site runs on Phù Sa, open-source software for the digital transformation of a province or city.",
        ),
        v.pick("Phiên bản", "Version"),
        esc(version),
        v.pick("Giấy phép", "Licence"),
    );
    narrow(v, v.pick("Giới thiệu", "About"), &body)
}

/// Where the `type` of a problem document leads (RFC 9457 §3.1.1).
pub fn problem(v: &Visitor, code: &str) -> Html {
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(60).collect();
    let body = format!(
        "<p>{}: <code>{code}</code></p><p>{}</p>",
        v.pick("Mã từ chối", "Refusal code"),
        v.pick(
            "Mã này không đổi giữa các phiên bản. Lý do cụ thể và việc cần làm nằm trong <code>detail</code>, <code>messages</code> và <code>reasons</code> của câu trả lời.",
            "This code does not change between versions. The particular reason and what to do next are in the answer's <code>detail</code>, <code>messages</code> and <code>reasons</code>.",
        )
    );
    narrow(v, v.pick("Vì sao yêu cầu bị từ chối", "Why a request was refused"), &body)
}
