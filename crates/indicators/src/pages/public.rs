//! `/performance`: how the province does, for everybody. Aggregates only: no name, no dossier, nothing over fewer dossiers than
//! the catalogue allows.

use super::{export, percent};
use crate::{
    Indicators,
    catalog::hundredths,
    figures::divided,
    period::Period,
    views::{self, Counted, Whose},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Table},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub period: String,
}

/// One line of the page: nothing where there are too few dossiers.
struct Part {
    code: String,
    name: String,
    shown: Option<Counted>,
}

struct Shown {
    period: Period,
    at: kernel::Instant,
    whole: Option<Counted>,
    offices: Vec<Part>,
    procedures: Vec<Part>,
    fewest: i64,
}

/// Hides what is over too few dossiers; if only one line would be hidden, the next smallest goes too, because the total less
/// the others would tell it.
fn hide(parts: Vec<Counted>, fewest: i64, name: impl Fn(&str) -> String) -> Vec<Part> {
    let mut sizes: Vec<i64> = parts.iter().map(|p| p.get("received")).collect();
    sizes.sort_unstable();
    let few = sizes.iter().filter(|n| **n < fewest).count();
    let limit = match few {
        1 => sizes.get(1).map_or(i64::MAX, |n| n + 1),
        _ => fewest,
    };
    let line = |p: Counted| Part { code: p.key.clone(), name: name(&p.key), shown: Some(p).filter(|p| p.get("received") >= limit) };
    parts.into_iter().filter(|p| p.get("received") > 0).map(line).collect()
}

async fn shown(s: &Indicators, v: &Visitor, asked: &Asked) -> Result<Shown, PageError> {
    let now = s.now();
    let period = asked.period.parse().unwrap_or_else(|()| Period::month_of(now));
    let fewest = s.catalog.performance.public.fewest.max(2);
    let whole = views::counted(&s.scope, &Whose::Province, period, now).await.map_err(PageError::internal)?;
    let offices = views::parts(&s.scope, "o", "", period, now).await.map_err(PageError::internal)?;
    let procedures = views::parts(&s.scope, "d", "", period, now).await.map_err(PageError::internal)?;
    Ok(Shown {
        period,
        at: period.compared_at(now),
        whole: Some(whole).filter(|w| w.get("received") >= fewest),
        offices: hide(offices, fewest, |k| super::office_name(s, k, v.lang)),
        procedures: hide(procedures, fewest, |k| super::procedure_name(s, k, now, v.lang)),
        fewest,
    })
}

/// A share in hundredths of a percent; none over too few dossiers (results are fewer than receipts).
fn share(c: &Counted, of: &str, per: &str, fewest: i64) -> Option<i64> {
    let d = c.get(per);
    (d >= fewest).then(|| divided(i128::from(c.get(of)) * 10_000, i128::from(d)))
}

pub async fn page(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let shown = shown(&s, &v, &asked).await?;
    let lang = v.lang;
    let title = v.pick("Kết quả phục vụ người dân, doanh nghiệp", "How the public services do");
    let mut main = kit::heading(title, Some(&shown.period.name(lang)));
    main.push(&kit::para(v.pick(
        "Số liệu cộng trực tiếp từ từng việc đã ghi của các hồ sơ, không ai nhập tay. Trang này không nêu tên người và không hiện số liệu của quá ít hồ sơ.",
        "The figures are summed from what was recorded of each dossier; nobody types them in. This page names no person and shows nothing over too few dossiers.",
    )));
    let periods: Vec<Choice> = Period::offered(s.now()).iter().map(|p| Choice::new(p.to_string(), p.name(lang))).collect();
    let mut body = Field::new(lang, "period", v.pick("Kỳ", "Period")).value(shown.period.to_string()).select(&periods);
    body.push(&kit::Button::new(v.pick("Xem", "Show")).weight(kit::Weight::Quiet).html());
    main.push(&Html(format!("<form method=\"get\" action=\"/performance\" class=\"filters\">{body}</form>")));
    main.push(&super::building(&s, lang).await?);
    main.push(&whole(&v, &shown));
    main.push(&table(&v, v.pick("Theo cơ quan giải quyết", "By deciding office"), v.pick("Cơ quan", "Office"), &shown.offices, shown.fewest));
    main.push(&table(&v, v.pick("Theo thủ tục", "By procedure"), v.pick("Thủ tục", "Procedure"), &shown.procedures, shown.fewest));
    let remote = &s.catalog.performance.remote;
    main.push(&kit::details(remote.name.get(lang), &kit::para(remote.definition.get(lang)), false));
    let query = format!("?period={}", url_part(&shown.period.to_string()));
    main.push(&Html(format!(
        "<p>{}: {} · {} · <span class=\"muted\">{} {}</span></p>",
        v.pick("Tải về", "Download"),
        kit::link(&format!("/performance.csv{query}"), "CSV"),
        kit::link(&format!("/performance.json{query}"), "JSON"),
        v.pick("Tính đến", "As of"),
        esc(&when::exact(shown.at, lang)),
    )));
    Ok(Shell::new(&v, title, main).render())
}

fn whole(v: &Visitor, shown: &Shown) -> Html {
    let lang = v.lang;
    let Some(c) = &shown.whole else {
        return kit::inset(&kit::para(v.pick("Kỳ này chưa có đủ hồ sơ để công bố số liệu.", "There are not enough dossiers in this period to publish figures.")));
    };
    let unit = v.pick("hồ sơ", "dossiers");
    let stat = |value: Html, name: &str| format!("<div><dt>{}</dt><dd>{value}</dd></div>", esc(name));
    let few = c.get("with_result") < shown.fewest;
    let of_results = |n: i64| if few { Html::text(&format!("{} {} {unit}", v.pick("dưới", "under"), shown.fewest)) } else { when::rate(n, c.get("with_result"), unit, lang) };
    let hours = c.get("handled_s").checked_div(c.get("ended")).unwrap_or(0) / 3600;
    let mean = if hours >= 48 { format!("{} {}", hours / 24, v.pick("ngày", "days")) } else { format!("{hours} {}", v.pick("giờ", "hours")) };
    let stats = [
        stat(Html(format!("<b>{}</b>", when::number(c.get("received"), lang))), v.pick("Hồ sơ tiếp nhận", "Dossiers received")),
        stat(when::rate(c.get("on_time"), c.get("received"), unit, lang), v.pick("Đúng hạn", "On time")),
        stat(when::rate(c.get("online"), c.get("received"), unit, lang), v.pick("Nộp trực tuyến", "Filed online")),
        stat(of_results(c.get("remote")), v.pick("Toàn trình từ nộp đến nhận kết quả", "Remote from application to result")),
        stat(of_results(c.get("remote") - c.get("remote_assisted")), v.pick("trong đó người dân tự làm", "of which self-service")),
        stat(Html::text(if few { "–" } else { &mean }), v.pick("Thời gian trung bình từ tiếp nhận đến xong", "Average time from receipt to end")),
    ];
    Html(format!("<section aria-labelledby=\"whole\"><h2 id=\"whole\">{}</h2><dl class=\"stats\">{}</dl></section>", v.pick("Toàn tỉnh, thành phố", "The whole province"), stats.concat()))
}

fn table(v: &Visitor, caption: &str, first: &str, parts: &[Part], fewest: i64) -> Html {
    let lang = v.lang;
    let few = format!("{} {fewest}", v.pick("dưới", "under"));
    let rate = |n: Option<i64>| Html(esc(&n.map_or_else(|| "–".to_owned(), |n| percent(n, lang))));
    let row = |p: &Part| match &p.shown {
        None => vec![Html::text(&p.name), Html(format!("<span class=\"muted\">{}</span>", esc(&few))), Html::text("–"), Html::text("–"), Html::text("–")],
        Some(c) => vec![
            Html::text(&p.name),
            Html(esc(&when::number(c.get("received"), lang))),
            rate(share(c, "on_time", "received", fewest)),
            rate(share(c, "online", "received", fewest)),
            rate(share(c, "remote", "with_result", fewest)),
        ],
    };
    let table = kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(first),
            Column::num(v.pick("Tiếp nhận", "Received")),
            Column::num(v.pick("Đúng hạn", "On time")),
            Column::num(v.pick("Nộp trực tuyến", "Online")),
            Column::num(v.pick("Toàn trình", "Remote")),
        ],
        rows: parts.iter().map(row).collect(),
        empty: v.pick("Chưa có hồ sơ trong kỳ này.", "No dossier in this period.").to_owned(),
    });
    Html(format!("<div class=\"card flush\">{table}</div>"))
}

pub async fn csv(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let shown = shown(&s, &v, &asked).await?;
    let mut out = String::from("\u{feff}kind,code,name,received,on_time_percent,online_percent,remote_percent\r\n");
    for (kind, parts) in [("office", &shown.offices), ("procedure", &shown.procedures)] {
        for p in parts {
            let cell = |n: Option<i64>| n.map_or_else(String::new, hundredths);
            let c = p.shown.as_ref();
            let received = c.map_or_else(|| format!("<{}", shown.fewest), |c| c.get("received").to_string());
            let rate = |of, per| cell(c.and_then(|c| share(c, of, per, shown.fewest)));
            out.push_str(&export::line(&[kind, &p.code, &p.name, &received, &rate("on_time", "received"), &rate("online", "received"), &rate("remote", "with_result")]));
        }
    }
    Ok(export::attachment(out, &format!("ket-qua-phuc-vu-{}.csv", shown.period)))
}

pub async fn json(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let shown = shown(&s, &v, &asked).await?;
    let told = |c: Option<&Counted>| match c {
        None => json!(null),
        Some(c) => json!({
            "received": c.get("received"),
            "on_time_percent": share(c, "on_time", "received", shown.fewest).map(hundredths),
            "online_percent": share(c, "online", "received", shown.fewest).map(hundredths),
            "remote_percent": share(c, "remote", "with_result", shown.fewest).map(hundredths),
        }),
    };
    let part = |p: &Part| json!({"code": p.code, "name": p.name, "figures": told(p.shown.as_ref())});
    let body = json!({
        "period": shown.period.to_string(), "as_of": shown.at, "fewest": shown.fewest, "province": told(shown.whole.as_ref()),
        "offices": shown.offices.iter().map(part).collect::<Vec<_>>(), "procedures": shown.procedures.iter().map(part).collect::<Vec<_>>(),
    });
    Ok(axum::Json(body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sizes: &[i64]) -> Vec<Counted> {
        sizes.iter().enumerate().map(|(i, n)| {
            let mut sums = [0; crate::count::MEASURES.len()];
            sums[0] = *n;
            Counted { key: i.to_string(), sums, open: [0; 2] }
        }).collect()
    }
    fn hidden(sizes: &[i64]) -> Vec<bool> {
        hide(of(sizes), 10, |k| k.to_owned()).iter().map(|p| p.shown.is_none()).collect()
    }

    #[test]
    fn too_few_are_hidden_and_never_one_alone() {
        assert_eq!(hidden(&[50, 20, 30]), [false, false, false]);
        assert_eq!(hidden(&[50, 9, 3]), [false, true, true]);
        // One alone would be the total less the others.
        assert_eq!(hidden(&[50, 9, 30]), [false, true, true]);
        assert_eq!(hidden(&[9]), [true]);
    }
}
