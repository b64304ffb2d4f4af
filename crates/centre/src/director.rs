//! The director's page: every figure with what it is a part of, and a way to its rows.

use crate::{
    Centre,
    model::Stage,
    views,
    work::nav,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::actions::CENTRE_DIRECT;
use kernel::{Dong, text::Lang};
use std::collections::BTreeMap;
use web::{
    html::{Html, esc},
    kit::{self, Column, Table},
    page::{Shell, Width},
    problem::PageError,
    routes::Routes,
    visitor::Visitor,
    when,
};

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/centre/director", CENTRE_DIRECT, page)
}

/// What other rooms know that a director asks for; the program joins them.
#[async_trait::async_trait]
pub trait Elsewhere: Send + Sync {
    /// Support money of a year by content, in đồng.
    async fn budget(&self, year: i16) -> anyhow::Result<Vec<BudgetLine>>;
    async fn providers(&self) -> anyhow::Result<Vec<ProviderLine>>;
}

#[derive(Debug, Clone)]
pub struct BudgetLine {
    pub content: kernel::Text,
    pub committed: i64,
    pub paid: i64,
    pub href: String,
}

#[derive(Debug, Clone)]
pub struct ProviderLine {
    pub name: String,
    pub href: String,
    pub listed: i64,
    pub chosen: i64,
    pub references: i64,
}

pub async fn page(State(c): State<Centre>, v: Visitor) -> Result<Response, PageError> {
    let lang = v.lang;
    let now = c.now();
    let funnel = views::funnel(&c.scope).await.map_err(PageError::internal)?;
    let stuck = views::stuck(&c.scope, now.plus_seconds(-crate::work::STUCK)).await.map_err(PageError::internal)?;
    let transitions = views::transitions(&c.scope).await.map_err(PageError::internal)?;
    let budget = c.elsewhere.budget(now.date().year()).await.map_err(PageError::internal)?;
    let providers = c.elsewhere.providers().await.map_err(PageError::internal)?;
    let parts = [
        stages(&funnel, &stuck, lang),
        levels(&funnel, lang),
        moved(&transitions, lang),
        money(&budget, now.date().year(), lang),
        barriers(&c, lang).await?,
        scorecards(&providers, lang),
    ];
    let main = Html(format!("<h1>{}</h1>{}", v.pick("Điều hành trung tâm", "Direction of the centre"), parts.iter().map(|p| p.0.as_str()).collect::<String>()));
    Ok(Shell::new(&v, v.pick("Điều hành", "Direction"), main).width(Width::Wide).nav(nav(&v, "/centre/director")).render().into_response())
}

fn count(href: &str, n: i64, lang: Lang) -> Html {
    Html(format!("<a href=\"{}\">{}</a>", esc(href), when::number(n, lang)))
}

/// Reached → … → measured: who stands at a stage or beyond, out of all; and who has not moved for a year.
fn stages(funnel: &[(String, Option<i64>, i64)], stuck: &[(String, i64)], lang: Lang) -> Html {
    let at = |s: Stage| funnel.iter().filter(|f| f.0 == s.code()).map(|f| f.2).sum::<i64>();
    let all: i64 = funnel.iter().map(|f| f.2).sum();
    let rows = Stage::ALL
        .iter()
        .map(|s| {
            let beyond: i64 = Stage::ALL.iter().filter(|x| *x >= s).map(|x| at(*x)).sum();
            let still = stuck.iter().find(|x| x.0 == s.code()).map_or(0, |x| x.1);
            vec![
                Html(esc(s.name().get(lang))),
                Html(format!("{} <progress class=\"meter info\" max=\"{}\" value=\"{beyond}\" aria-label=\"{}\"></progress>", when::number(beyond, lang), all.max(1), esc(s.name().get(lang)))),
                when::rate(beyond, all, lang.pick("đơn vị", "enterprises"), lang),
                count(&format!("/centre/enterprises?stage={}", s.code()), at(*s), lang),
                if *s == Stage::Measured { Html("–".to_owned()) } else { count(&format!("/centre/enterprises?stage={}&stuck=1", s.code()), still, lang) },
            ]
        })
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Chặng đường của doanh nghiệp", "The way of the enterprises").to_owned(),
            columns: vec![
                Column::text(lang.pick("Chặng", "Stage")),
                Column::num(lang.pick("Đã đến chặng này", "Came this far")),
                Column::num(lang.pick("Tỷ lệ trên tổng số", "Of all")),
                Column::num(lang.pick("Đang ở chặng này", "Stand here now")),
                Column::num(lang.pick("Đứng yên từ 12 tháng", "Not moved for 12 months")),
            ],
            rows,
            ..Table::default()
        }),
    )
}

fn levels(funnel: &[(String, Option<i64>, i64)], lang: Lang) -> Html {
    let mut by: BTreeMap<Option<i64>, i64> = BTreeMap::new();
    for (_, level, n) in funnel {
        *by.entry(*level).or_default() += n;
    }
    let all: i64 = by.values().sum();
    let rows = by
        .iter()
        .map(|(level, n)| {
            let code = level.map_or_else(|| "none".to_owned(), |l| l.to_string());
            vec![
                crate::enterprise::level_word(*level, lang),
                count(&format!("/centre/enterprises?level={code}"), *n, lang),
                when::rate(*n, all, lang.pick("đơn vị", "enterprises"), lang),
            ]
        })
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Mức độ chuyển đổi số (kết quả mới nhất)", "Digital levels (newest results)").to_owned(),
            columns: vec![Column::text(lang.pick("Mức", "Level")), Column::num(lang.pick("Đơn vị", "Enterprises")), Column::num(lang.pick("Tỷ lệ", "Share"))],
            rows,
            ..Table::default()
        }),
    )
}

fn moved(transitions: &[(Option<i64>, Option<i64>, i64)], lang: Lang) -> Html {
    let word = |l: Option<i64>| crate::enterprise::level_word(l, lang).0;
    let rows = transitions
        .iter()
        .map(|(from, to, n)| {
            let mood = if from.is_none() || to.is_none() {
                kit::chip(kit::Mood::Info, lang.pick("có lần chưa xếp mức", "one round without level"))
            } else {
            match from.cmp(to) {
                std::cmp::Ordering::Less => kit::chip(kit::Mood::Good, lang.pick("lên", "up")),
                std::cmp::Ordering::Equal => kit::chip(kit::Mood::Warn, lang.pick("giữ nguyên", "same")),
                std::cmp::Ordering::Greater => kit::chip(kit::Mood::Bad, lang.pick("xuống", "down")),
            }
            };
            vec![Html(format!("{} → {}", word(*from), word(*to))), Html(when::number(*n, lang)), mood]
        })
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Chuyển mức giữa hai lần đánh giá cùng bộ tiêu chí", "Change of level between two rounds of one framework").to_owned(),
            columns: vec![Column::text(lang.pick("Từ – đến", "From – to")), Column::num(lang.pick("Đơn vị", "Enterprises")), Column::text(lang.pick("Hướng", "Direction"))],
            rows,
            empty: lang.pick("Chưa có đơn vị nào đánh giá hai lần.", "No enterprise has been assessed twice yet.").to_owned(),
            ..Table::default()
        }),
    )
}

fn money(budget: &[BudgetLine], year: i16, lang: Lang) -> Html {
    let dong = |n: i64| Html(esc(&Dong(n).to_string()));
    let mut rows: Vec<Vec<Html>> = budget.iter().map(|b| vec![kit::link(&b.href, b.content.get(lang)), dong(b.committed), dong(b.paid)]).collect();
    if rows.len() > 1 {
        let sum = |f: fn(&BudgetLine) -> i64| budget.iter().map(f).sum::<i64>();
        rows.push(vec![Html(format!("<b>{}</b>", lang.pick("Cộng", "Sum"))), dong(sum(|b| b.committed)), dong(sum(|b| b.paid))]);
    }
    kit::card(
        "",
        &kit::table(&Table {
            caption: format!("{} {year}", lang.pick("Tiền hỗ trợ năm", "Support money of")),
            columns: vec![Column::text(lang.pick("Nội dung", "Content")), Column::num(lang.pick("Đã cam kết", "Committed")), Column::num(lang.pick("Đã chi", "Paid"))],
            rows,
            empty: lang.pick("Năm nay chưa có khoản nào.", "Nothing this year yet.").to_owned(),
            ..Table::default()
        }),
    )
}

/// The barrier survey: each share with its base.
async fn barriers(c: &Centre, lang: Lang) -> Result<Html, PageError> {
    let Some(f) = c.frameworks.latest("barriers") else { return Ok(Html::default()) };
    let (mut choices, all) = views::survey(&c.scope, &f.framework, &f.version).await.map_err(PageError::internal)?;
    choices.sort_by_key(|x| std::cmp::Reverse(x.1));
    let name = |choice: &str| {
        let (criterion, option) = choice.split_once(':').unwrap_or((choice, ""));
        f.criterion(criterion).map_or_else(|| choice.to_owned(), |p| p.scale.choice(option).map_or_else(|| p.criterion.text.get(lang).to_owned(), |o| o.text.get(lang).to_owned()))
    };
    let rows = choices.iter().map(|(code, n)| vec![Html(esc(&name(code))), Html(when::number(*n, lang)), when::rate(*n, all, lang.pick("đơn vị trả lời", "respondents"), lang)]).collect();
    Ok(kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Rào cản doanh nghiệp nêu ra", "Barriers that enterprises name").to_owned(),
            columns: vec![Column::text(lang.pick("Rào cản", "Barrier")), Column::num(lang.pick("Đơn vị", "Enterprises")), Column::num(lang.pick("Tỷ lệ trên số trả lời", "Of those who answered"))],
            rows,
            empty: lang.pick("Chưa có khảo sát.", "No survey yet.").to_owned(),
            ..Table::default()
        }),
    ))
}

fn scorecards(providers: &[ProviderLine], lang: Lang) -> Html {
    let rows = providers
        .iter()
        .map(|p| vec![kit::link(&p.href, &p.name), Html(when::number(p.listed, lang)), Html(when::number(p.chosen, lang)), Html(when::number(p.references, lang))])
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Nhà cung cấp", "Providers").to_owned(),
            columns: vec![
                Column::text(lang.pick("Tên", "Name")),
                Column::num(lang.pick("Giải pháp đang giới thiệu", "Solutions listed")),
                Column::num(lang.pick("Lần được chọn", "Times chosen")),
                Column::num(lang.pick("Khách hàng đã xác nhận", "References confirmed")),
            ],
            rows,
            empty: lang.pick("Chưa có nhà cung cấp.", "No provider yet.").to_owned(),
            ..Table::default()
        }),
    )
}
