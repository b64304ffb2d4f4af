//! `/ioc/indicators`: every indicator with its newest value, by what tells it.

use super::{INDICATORS, PERIODS, actor, badge, choose, figure, offered, period_of, reader, shell};
use crate::Measures;
use axum::extract::State as Shared;
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
    pub period: String,
}

pub async fn list(Shared(s): Shared<Measures>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    let period = period_of(&s, &q.period)?;
    let r = reader(&s, &who);
    let mut rows = Vec::new();
    let (mut with, mut typed, mut stale) = (0_usize, 0_usize, 0_usize);
    for i in &s.catalog.indicators {
        let f = r.figure(i, period).await.map_err(PageError::internal)?;
        let old = f.as_ref().is_some_and(|f| f.period != period.as_type(i.period));
        with += usize::from(f.is_some());
        typed += usize::from(f.is_some() && i.is_entered());
        stale += usize::from(old);
        let told = f.as_ref().map_or_else(String::new, |f| f.period.name().get(v.lang).to_owned());
        let age = if old { kit::chip(Mood::Warn, v.pick("số cũ", "older")).0 } else { String::new() };
        let level = f.as_ref().and_then(|f| f.shown()).and_then(|x| i.plan_on(period.first_day()).map(|p| (x, p)));
        let plan = level.map_or_else(String::new, |(x, p)| {
            if i.meets(x, p) { kit::chip(Mood::Good, v.pick("đạt lộ trình", "on the roadmap")).0 } else { kit::chip(Mood::Bad, v.pick("dưới lộ trình", "below the roadmap")).0 }
        });
        rows.push(vec![
            Html(format!("<a href=\"{INDICATORS}/{}\">{}</a>", esc(&i.code), esc(i.name.get(v.lang)))),
            figure(i, f.as_ref(), &v),
            Html(format!("{} {age}", esc(&told))),
            badge(i.kind, &v),
            Html(plan),
        ]);
    }
    let title = v.pick("Chỉ tiêu", "Indicators");
    let trust = format!(
        "{with}/{} {}; {typed} {}; {stale} {}.",
        s.catalog.indicators.len(),
        v.pick("chỉ tiêu có số liệu", "indicators have data"),
        v.pick("do cơ quan hoặc nguồn ngoài khai", "are entered by an office or told from outside"),
        v.pick("của kỳ trước", "are of an earlier period")
    );
    let links = [
        kit::link(super::INDICES, v.pick("Các bộ chỉ số", "Indices")),
        kit::link(&format!("{INDICATORS}/import"), v.pick("Nhập số liệu từ bảng (CSV)", "Import values from a sheet (CSV)")),
        kit::link(super::FEEDS, v.pick("Nguồn gửi số liệu tự động", "Sources that send values")),
        kit::link(PERIODS, v.pick("Kỳ đã chốt", "Closed periods")),
    ];
    let month = crate::PeriodType::Month.of(s.now().date());
    let table = kit::table(&Table {
        caption: format!("{} {}", v.pick("Số liệu", "Values of"), period.name().get(v.lang)),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Chỉ tiêu", "Indicator")), Column::text(v.pick("Giá trị", "Value")), Column::text(v.pick("Kỳ số liệu", "Of")), Column::text(v.pick("Nguồn", "Kind")), Column::text(v.pick("Lộ trình", "Roadmap"))],
        rows,
        empty: v.pick("Danh mục chưa khai chỉ tiêu nào.", "The catalogue declares no indicator.").to_owned(),
    });
    let whose = r.office.as_ref().and_then(|o| s.places.office(o.as_str()));
    let main = Html(format!(
        "{}{}<p class=\"muted\">{}</p>{table}<div class=\"no-print\">{}</div>",
        kit::heading(title, whose.as_ref().map(|w| w.get(v.lang))),
        choose(&v, INDICATORS, period, &offered(month, 12), &Html::default()),
        esc(&trust),
        kit::bullets(&links)
    ));
    Ok(shell(&v, title, main).back("/ioc", v.pick("Trang điều hành", "Operations")).render())
}
