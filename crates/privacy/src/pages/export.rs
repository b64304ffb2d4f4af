//! Taking away everything that is held about oneself.

use super::{actor, attachment};
use crate::Privacy;
use axum::{extract::State, response::Response};
use web::{
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn show(State(s): State<Privacy>, v: Visitor) -> Result<Html, PageError> {
    let title = v.pick("Tải về mọi dữ liệu của tôi", "Take away all my data");
    let e = &s.catalog.rules.export;
    let inside = [
        v.pick("du-lieu.json: toàn bộ dữ liệu, máy đọc được; doc-toi.html: cùng nội dung để đọc.", "du-lieu.json: everything, for machines; doc-toi.html: the same to read."),
        v.pick("Tài khoản; hồ sơ với nội dung đã khai, diễn biến bạn được xem và danh sách tệp có mã băm.", "The account; cases with what you stated, the events you may see and the list of files with their hashes."),
        v.pick("Lựa chọn về đồng ý, ai đã xem dữ liệu của bạn, thông báo đã gửi cho bạn.", "Your consents, who looked at your data, what you were told."),
    ];
    let mut bullets: Vec<Html> = inside.iter().map(|t| Html::text(t)).collect();
    let files = match v.lang {
        kernel::text::Lang::Vi => format!("Tệp của hồ sơ đến {} mỗi tệp, tất cả đến {}; tệp lớn hơn mở ở trang hồ sơ.", when::size(e.file_bytes), when::size(e.total_bytes)),
        kernel::text::Lang::En => format!("Files of up to {} each and {} in all; larger ones are opened on the case's page.", when::size(e.file_bytes), when::size(e.total_bytes)),
    };
    bullets.push(Html::text(&files));
    let mut main = kit::heading(title, None);
    main.push(&kit::para(v.pick("Bạn nhận một tệp ZIP gồm:", "You get one ZIP file with:")));
    main.push(&kit::bullets(&bullets));
    main.push(&kit::inset(&Html::text(v.pick("Tệp chứa dữ liệu cá nhân của bạn: giữ trên máy của riêng bạn. Việc tải về được ghi lại.", "The file holds your personal data: keep it on a device of your own. That it was taken is recorded."))));
    main.push(&kit::form(&v, "/my/data/export", &kit::Button::new(v.pick("Tải về (ZIP)", "Download (ZIP)")).html()));
    main.push(&Html(format!("<p class=\"muted\">{}</p>", esc(v.pick("Căn cứ: quyền được xem, được cung cấp dữ liệu, Luật 91/2025/QH15, Điều 4 (chưa đối chiếu văn bản).", "Basis: the right to see and to be given one's data, Law 91/2025/QH15, Art. 4 (not checked against the text).")))));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back("/my/data", v.pick("Dữ liệu cá nhân của tôi", "My personal data")).render())
}

pub async fn take(State(s): State<Privacy>, v: Visitor) -> Result<Response, PageError> {
    let bytes = s.export(&*actor(&v)?, v.lang, s.now()).await?;
    Ok(attachment(&format!("du-lieu-cua-toi-{}.zip", s.now().date()), "application/zip", bytes))
}
