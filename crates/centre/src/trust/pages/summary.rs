//! All checks on one page.

use super::{
    draws, is_director, lists, now, section::Section, shell, sources,
};
use crate::{
    Centre,
    trust::{
        acts::Asked,
        known::{Findings, Known},
        rules::Rules,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::refusal::Reason;
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit,
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Rows of each section on this page.
const SOME: usize = 3;

pub async fn page(known: Arc<Known>, State(c): State<Centre>, v: Visitor) -> Result<Response, PageError> {
    let (rules, found) = now(&known, &c).await?;
    let asked = draws::proposed(&rules, c.now().date());
    render(&c, &v, &rules, &found, &asked, &[]).await
}

fn n(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What was found, of what it is a part.
pub fn figure(v: &Visitor, section: Section, found: &Findings) -> Html {
    let (some, all) = section.figure(found);
    let (vi, en) = section.unit();
    let rate = when::rate(n(some), n(all), v.pick(vi, en), v.lang);
    let mut more = String::new();
    if section == Section::Outliers && found.outliers.left_out > 0 {
        more = format!(
            "<p class=\"muted\">{} {}</p>",
            when::number(n(found.outliers.left_out), v.lang),
            v.pick("kết quả khác chưa có quy mô hoặc chưa đủ nhóm so sánh nên không xét.", "other results have no size class or too few peers and are not judged.")
        );
    }
    Html(format!("<p><b>{}</b> · {rate}</p>{more}", when::number(n(some), v.lang)))
}

pub async fn render(c: &Centre, v: &Visitor, rules: &Rules, found: &Findings, asked: &Asked, reasons: &[Reason]) -> Result<Response, PageError> {
    let mut body = String::new();
    for section in Section::ALL {
        let rows = lists::rows(c, v, found, section, "", SOME).await?;
        let (some, of) = section.figure(found);
        let name = section.name();
        let href = format!("/centre/checks/list/{}", section.code());
        let all = if some > 0 || (section == Section::Drift && of > 0) {
            kit::link(&href, &format!("{}: {}", v.pick("Xem tất cả", "See all"), name.get(v.lang).to_lowercase()))
        } else {
            Html::default()
        };
        let how = Html(format!("{}{}", kit::para(section.how(rules).get(v.lang)), sources(v, section.basis(rules))));
        body.push_str(&format!(
            "<section class=\"card\" aria-labelledby=\"s-{code}\"><h2 id=\"s-{code}\">{}</h2>{}{}{}<p>{all}</p></section>",
            esc(name.get(v.lang)),
            figure(v, section, found),
            kit::details(v.pick("Cách đo", "How it is measured"), &how, false),
            rows.table,
            code = section.code(),
        ));
    }
    body.push_str(&draws::section(c, v, rules, asked, reasons, is_director(v)).await?.0);
    let unread = if found.unread == 0 {
        Html::default()
    } else {
        kit::warning(v.lang, &format!("{} {}", found.unread, v.pick("bài lưu không đọc được nên không có trong số liệu.", "stored results do not read and are in no figure.")))
    };
    let main = Html(format!(
        "{}<h1>{}</h1><p class=\"lead\">{}</p>{unread}{body}",
        kit::error_summary(v.lang, reasons),
        v.pick("Kiểm tra kết quả đánh giá", "Checks of assessment results"),
        v.pick(
            "Mỗi dòng ở đây là lý do để xem lại, chưa phải kết luận: không điểm, không mức, không khoản hỗ trợ nào thay đổi vì nó.",
            "Each row here is a reason to look again and no finding: no points, level or money change because of it."
        ),
    ));
    Ok(shell(v, v.pick("Kiểm tra kết quả", "Checks of results"), main).error(!reasons.is_empty()).render().into_response())
}
