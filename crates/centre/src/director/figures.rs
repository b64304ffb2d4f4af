//! The figures themselves.

use super::{BudgetLine, EngagementLine, ProviderLine, levels};
use crate::{Centre, model::Stage, views};
use kernel::{Dong, text::Lang};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Table},
    problem::PageError,
    when,
};

const ROWS: &str = "/centre/director/enterprises";

pub async fn all(c: &Centre, lang: Lang) -> Result<Html, PageError> {
    let now = c.now();
    let year = now.date().year();
    let funnel = views::funnel(&c.scope).await.map_err(PageError::internal)?;
    let stuck = views::stuck(&c.scope, now.plus_seconds(-crate::work::STUCK)).await.map_err(PageError::internal)?;
    let placed = views::levels(&c.scope).await.map_err(PageError::internal)?;
    let transitions = views::transitions(&c.scope).await.map_err(PageError::internal)?;
    let budget = c.elsewhere.budget(year).await.map_err(PageError::internal)?;
    let providers = c.elsewhere.providers().await.map_err(PageError::internal)?;
    let engagements = c.elsewhere.engagements().await.map_err(PageError::internal)?;
    let parts = [
        stages(&funnel, &stuck, lang),
        work(&engagements, lang),
        levels::table(c, placed, lang),
        levels::transitions(c, &transitions, lang),
        money(&budget, year, lang),
        barriers(c, lang).await?,
        scorecards(&providers, lang),
    ];
    Ok(Html(parts.iter().map(|p| p.0.as_str()).collect()))
}

/// A figure that opens its rows; nothing is no link.
pub(super) fn count(href: &str, n: i64, lang: Lang) -> Html {
    if n == 0 { Html("0".to_owned()) } else { Html(format!("<a href=\"{}\">{}</a>", esc(href), when::number(n, lang))) }
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
            let (code, name) = (s.code(), esc(s.name().get(lang)));
            vec![
                Html(name.clone()),
                Html(format!(
                    "{} <progress class=\"meter info\" max=\"{}\" value=\"{beyond}\" aria-label=\"{name}\"></progress>",
                    count(&format!("{ROWS}?stage={code}&beyond=1"), beyond, lang),
                    all.max(1),
                )),
                when::rate(beyond, all, lang.pick("đơn vị", "enterprises"), lang),
                count(&format!("{ROWS}?stage={code}"), at(*s), lang),
                if *s == Stage::Measured { Html("–".to_owned()) } else { count(&format!("{ROWS}?stage={code}&stuck=1"), still, lang) },
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

fn work(lines: &[EngagementLine], lang: Lang) -> Html {
    let rows = lines
        .iter()
        .map(|l| {
            let href = format!("/centre/director/engagements/{}", url_part(&l.state));
            let all = l.single + l.groups;
            vec![
                Html::text(l.name.get(lang)),
                count(&href, all, lang),
                count(&format!("{href}?kind=single"), l.single, lang),
                count(&format!("{href}?kind=group"), l.groups, lang),
                count(&href, l.firms, lang),
            ]
        })
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Đợt hỗ trợ theo bước", "Engagements by step").to_owned(),
            columns: vec![
                Column::text(lang.pick("Bước", "Step")),
                Column::num(lang.pick("Đợt hỗ trợ", "Engagements")),
                Column::num(lang.pick("Một kèm một", "One to one")),
                Column::num(lang.pick("Theo nhóm", "Groups")),
                Column::num(lang.pick("Doanh nghiệp tham gia", "Enterprises in them")),
            ],
            rows,
            empty: lang.pick("Chưa có đợt hỗ trợ nào.", "No engagement yet.").to_owned(),
            ..Table::default()
        }),
    )
}

fn money(budget: &[BudgetLine], year: i16, lang: Lang) -> Html {
    let dong = |n: i64| Html(esc(&Dong(n).to_string()));
    let plan = |p: Option<i64>| p.map_or_else(|| Html(format!("<span class=\"muted\">{}</span>", lang.pick("chưa đặt", "none set"))), dong);
    let used = |committed: i64, planned: Option<i64>| planned.filter(|p| *p > 0).map_or_else(|| Html("–".to_owned()), |p| percent(committed, p, lang));
    let mut rows: Vec<Vec<Html>> = budget
        .iter()
        .map(|b| {
            let href = format!("/centre/director/budget/{year}/{}", url_part(&b.code));
            let open = |n: i64| if n == 0 { dong(n) } else { Html(format!("<a href=\"{}\">{}</a>", esc(&href), dong(n))) };
            vec![Html::text(b.content.get(lang)), count(&href, b.firms, lang), plan(b.planned), open(b.committed), open(b.paid), used(b.committed + b.paid, b.planned)]
        })
        .collect();
    if rows.len() > 1 {
        let sum = |f: fn(&BudgetLine) -> i64| budget.iter().map(f).sum::<i64>();
        let planned = budget.iter().any(|b| b.planned.is_some()).then(|| sum(|b| b.planned.unwrap_or(0)));
        let (committed, paid) = (sum(|b| b.committed), sum(|b| b.paid));
        rows.push(vec![Html(format!("<b>{}</b>", lang.pick("Cộng", "Sum"))), Html("–".to_owned()), plan(planned), dong(committed), dong(paid), used(committed + paid, planned)]);
    }
    kit::card(
        "",
        &kit::table(&Table {
            caption: format!("{} {year}", lang.pick("Tiền hỗ trợ năm", "Support money of")),
            columns: vec![
                Column::text(lang.pick("Nội dung", "Content")),
                Column::num(lang.pick("Doanh nghiệp", "Enterprises")),
                Column::num(lang.pick("Kế hoạch năm", "Plan of the year")),
                Column::num(lang.pick("Đã cam kết, chưa chi", "Committed, not paid")),
                Column::num(lang.pick("Đã chi", "Paid")),
                Column::num(lang.pick("Đã dùng trên kế hoạch", "Used of the plan")),
            ],
            rows,
            empty: lang.pick("Năm nay chưa có khoản nào.", "Nothing this year yet.").to_owned(),
            ..Table::default()
        }),
    )
}

/// `62,5 %`: the amounts stand beside it.
fn percent(part: i64, whole: i64, lang: Lang) -> Html {
    let tenths = (i128::from(part) * 1000 + i128::from(whole) / 2) / i128::from(whole.max(1));
    Html(format!("{}{}{}\u{a0}%", tenths / 10, lang.pick(",", "."), tenths % 10))
}

/// The barrier survey: each share with its base.
async fn barriers(c: &Centre, lang: Lang) -> Result<Html, PageError> {
    let Some(f) = c.frameworks.latest("barriers") else { return Ok(Html::default()) };
    let (mut choices, all) = views::survey(&c.scope, &f.framework, &f.version).await.map_err(PageError::internal)?;
    choices.sort_by_key(|x| std::cmp::Reverse(x.1));
    let rows = choices
        .iter()
        .map(|(choice, n)| {
            let (criterion, option) = choice.split_once(':').unwrap_or((choice, ""));
            let name = f.criterion(criterion).map_or_else(|| choice.clone(), |p| p.scale.choice(option).map_or_else(|| p.criterion.text.get(lang).to_owned(), |o| o.text.get(lang).to_owned()));
            let href = format!("/centre/director/barriers/{}/{}", url_part(criterion), url_part(option));
            vec![Html(esc(&name)), count(&href, *n, lang), when::rate(*n, all, lang.pick("đơn vị trả lời", "respondents"), lang)]
        })
        .collect();
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
        .map(|p| {
            let href = format!("/centre/director/providers/{}", url_part(&p.id));
            vec![kit::link(&href, &p.name), count(&href, p.listed, lang), count(&href, p.chosen, lang), count(&href, p.references, lang)]
        })
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Nhà cung cấp", "Providers").to_owned(),
            columns: vec![
                Column::text(lang.pick("Tên", "Name")),
                Column::num(lang.pick("Giải pháp đang giới thiệu", "Solutions listed")),
                Column::num(lang.pick("Lần được chọn trong 12 tháng", "Times chosen in 12 months")),
                Column::num(lang.pick("Khách hàng đã xác nhận", "References confirmed")),
            ],
            rows,
            empty: lang.pick("Chưa có nhà cung cấp.", "No provider yet.").to_owned(),
            ..Table::default()
        }),
    )
}
