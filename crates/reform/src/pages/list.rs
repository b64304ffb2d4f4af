//! The list, and preparing a plan from the catalogue.

use super::{HOME, shell, status, who};
use crate::{Reforms, acts, store as tables};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::refusal::Reason;
use web::{
    extract::FormData,
    gate::see_other,
    html::{Html, url_part},
    kit::{self, Column, Field, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn show(State(s): State<Reforms>, v: Visitor) -> Result<Html, PageError> {
    page(&s, &v, &acts::Said::default(), Vec::new(), &[]).await
}

async fn page(s: &Reforms, v: &Visitor, said: &acts::Said, day: Vec<String>, reasons: &[Reason]) -> Result<Html, PageError> {
    let plans = tables::list(&s.scope).await.map_err(PageError::internal)?;
    let title = v.pick("Sắp xếp đơn vị", "Reorganisations");
    let lead = v.pick(
        "Sáp nhập, chia tách, đổi tên đơn vị hành chính và cơ quan: chuẩn bị theo danh mục, xem trước những gì sẽ chuyển, người thứ hai phê duyệt, thực hiện từng hồ sơ và đối chiếu lại.",
        "Units and offices merged, divided, renamed: prepared from the catalogue, what moves seen beforehand, approved by a second person, carried out case by case and counted again.",
    );
    let mut main = kit::error_summary(v.lang, reasons);
    main.push(&kit::heading(title, None));
    main.push(&Html(format!("<p class=\"lead\">{lead}</p>")));
    let rows = plans.iter().map(|p| {
        vec![
            kit::link(&format!("{HOME}/{}", url_part(&p.id)), &p.name),
            Html::text(&p.day.parse().map_or_else(|_| p.day.clone(), |day| when::day(day, v.lang))),
            status(&p.status, v.lang),
            Html::text(&when::number(p.moves, v.lang)),
            Html::text(&when::number(p.open_moves, v.lang)),
        ]
    });
    main.push(&kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Kế hoạch", "Plan")),
            Column::text(v.pick("Hiệu lực", "Takes effect")),
            Column::text(v.pick("Tình trạng", "Status")),
            Column::num(v.pick("Cơ quan chuyển", "Offices moving")),
            Column::num(v.pick("Chưa có nơi nhận", "Without receiver")),
        ],
        rows: rows.collect(),
        empty: v.pick("Chưa có kế hoạch nào.", "No plan yet.").to_owned(),
    }));
    let field = |name: &str, vi: &str, en: &str| Field::new(v.lang, name, v.pick(vi, en)).errors(reasons);
    let fields = [
        field("name", "Tên kế hoạch", "Name").value(&said.name).max_length(200).input(),
        field("basis", "Căn cứ", "Legal basis").hint(v.pick("Số, ký hiệu nghị quyết hoặc quyết định.", "Number of the resolution or decision.")).value(&said.basis).max_length(300).input(),
        field("day", "Ngày có hiệu lực", "Day it takes effect").values(day).date(),
        kit::button(v.pick("Lập kế hoạch từ danh mục", "Prepare from the catalogue")),
    ];
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Lập kế hoạch mới", "Prepare a new plan"))));
    main.push(&kit::form(v, HOME, &Html::join(&fields)));
    Ok(shell(v, title, main).error(!reasons.is_empty()).render())
}

pub async fn prepare(State(s): State<Reforms>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let text = |name: &str| form.get(name).unwrap_or_default().chars().take(1000).collect::<String>();
    let day = kit::date_answer(&form, "day").unwrap_or_default();
    let shown = ["day-day", "day-month", "day-year"].map(|part| text(part)).to_vec();
    let said = acts::Said { name: text("name"), basis: text("basis"), day };
    // An administrator plans for the own province; what concerns several is prepared by the operator of the installation.
    let here = [s.scope.province().clone()];
    match acts::prepare(&s.scope, &s.areas, &s.offices, &here, &said, who(&v)?, s.now()).await {
        Ok(plan) => Ok(see_other(&format!("{HOME}/{}", plan.id))),
        Err(tables::Failed::Refused(r)) if !r.reasons.is_empty() => {
            let page = page(&s, &v, &said, shown, &r.reasons).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
