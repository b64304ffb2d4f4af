//! `/ioc/indices`: every index with its total, and of how much of it something is known.

use super::{INDICATORS, INDICES, actor, choose, offered, period_of, shell};
use crate::Measures;
use axum::extract::State as Shared;
use ::indices::{Index, Outcome, ShownAs, score};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    period: String,
}

/// The total as the index shows it.
pub fn total(index: &Index, out: &Outcome, v: &Visitor) -> Html {
    let none = || format!("<span class=\"muted\">{}</span>", v.pick("chưa có tổng", "no total"));
    let text = out.shown.map_or_else(none, |x| match index.shown_as {
        ShownAs::Percent => format!("<b>{}\u{a0}%</b>", x.show(v.lang, 2)),
        ShownAs::Share => format!("<b>{}</b>", x.show(v.lang, 4)),
        ShownAs::Points | ShownAs::Values => format!("<b>{}</b>{}", x.show(v.lang, 2), index.scale.map_or_else(String::new, |s| format!("/{}", s.show(v.lang, 2)))),
    });
    let level = out.level.as_ref().map_or_else(String::new, |l| {
        let mark = if l.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
        format!(" {}{mark}", kit::chip(Mood::Info, l.name.get(v.lang)))
    });
    Html(format!("{text}{level}"))
}

/// `1/7 chỉ số có số liệu`.
pub fn known(out: &Outcome, v: &Visitor) -> String {
    let (told, all) = out.told();
    format!("{told}/{all} {}", v.pick("chỉ số có số liệu", "components known"))
}

pub async fn list(Shared(s): Shared<Measures>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    actor(&v)?;
    let period = period_of(&s, &q.period)?;
    let r = s.live();
    let day = period.day_after().yesterday().unwrap_or_else(|_| period.first_day()).min(s.now().date());
    let mut rows = Vec::new();
    for index in s.catalog.indices.current(day) {
        let (inputs, _) = r.inputs(index, period).await.map_err(PageError::internal)?;
        let out = score(index, &inputs);
        let over = if index.effective.contains(day) { String::new() } else { format!(" {}", kit::chip(Mood::Info, v.pick("đã thay thế", "replaced"))) };
        rows.push(vec![
            Html(format!("<a href=\"{INDICES}/{}?period={period}\">{}</a>{over}", esc(&index.code), esc(index.name.get(v.lang)))),
            total(index, &out, &v),
            Html::text(&known(&out, &v)),
            Html::text(&index.version),
        ]);
    }
    let title = v.pick("Bộ chỉ số", "Indices");
    let month = crate::PeriodType::Month.of(s.now().date());
    let table = kit::table(&Table {
        caption: format!("{} {}", v.pick("Tính đến hết", "To the end of"), period.name().get(v.lang)),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Bộ chỉ số", "Index")), Column::text(v.pick("Kết quả tự tính", "Computed")), Column::text(v.pick("Số liệu", "Data")), Column::text(v.pick("Phiên bản", "Version"))],
        rows,
        empty: v.pick("Danh mục chưa khai bộ chỉ số nào.", "The catalogue declares no index.").to_owned(),
    });
    let main = Html(format!(
        "{}{}{table}<p class=\"no-print\">{}</p>",
        kit::heading(title, None),
        choose(&v, INDICES, period, &offered(month, 12), &Html::default()),
        kit::link(INDICATORS, v.pick("Các chỉ tiêu làm đầu vào", "The indicators that feed them"))
    ));
    Ok(shell(&v, title, main).back("/ioc", v.pick("Trang điều hành", "Operations")).render())
}
