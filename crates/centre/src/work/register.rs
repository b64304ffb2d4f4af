//! The register as the centre sees it.

use crate::{
    Centre, acts,
    enterprise::{actor, sizes, summary},
    model::{EnterpriseKind, Purpose, Stage},
    views::{self, EnterpriseRow, Filter},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{id::EnterpriseId, text::fold};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Default, Clone, Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub sector: String,
    #[serde(default)]
    pub area: String,
    #[serde(default)]
    pub size: String,
    #[serde(default)]
    pub stage: String,
    #[serde(default)]
    pub level: String,
    /// `1`: in the same stage for a year.
    #[serde(default)]
    pub stuck: String,
    #[serde(default)]
    pub after: String,
}

/// A year, in seconds: how long without a step makes an enterprise stuck.
pub const STUCK: i64 = 365 * 86_400;

impl Ask {
    fn filter(&self, c: &Centre) -> Filter {
        let text: String = self.q.chars().take(100).collect();
        Filter {
            text: if text.trim().chars().all(|x| x.is_ascii_digit() || x == '-') { text.trim().to_owned() } else { fold(&text) },
            sector: self.sector.clone(),
            area: self.area.clone(),
            size: self.size.clone(),
            stage: self.stage.clone(),
            level: self.level.clone(),
            stuck_before: (self.stuck == "1").then(|| c.now().plus_seconds(-STUCK)),
        }
    }
    fn query(&self) -> String {
        let parts = [
            ("q", &self.q),
            ("sector", &self.sector),
            ("area", &self.area),
            ("size", &self.size),
            ("stage", &self.stage),
            ("level", &self.level),
            ("stuck", &self.stuck),
        ];
        parts.iter().filter(|p| !p.1.is_empty()).map(|(n, v)| format!("{n}={}&", url_part(v))).collect()
    }
}

pub async fn home(State(c): State<Centre>, v: Visitor) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let mine = views::queue(&c.scope, "submitted", Some(who.account), None, 20).await.map_err(PageError::internal)?;
    let waiting = views::queue(&c.scope, "submitted", None, None, 20).await.map_err(PageError::internal)?;
    let unassigned: Vec<_> = waiting.into_iter().filter(|a| a.consultant.is_none()).collect();
    let ways = [
        ("/work", v.pick("Hồ sơ tư vấn", "Engagements"), v.pick("Việc của tôi theo hạn", "My work by due date")),
        ("/centre/matters", v.pick("Việc của ban tư vấn", "Board matters"), v.pick("Biểu quyết, khai xung đột lợi ích", "Vote, declare conflicts")),
        ("/centre/solutions", v.pick("Thẩm định giải pháp", "Vet solutions"), v.pick("Kiểm tra minh chứng", "Check proofs")),
        ("/centre/support", v.pick("Thẩm định hỗ trợ", "Examine support"), v.pick("14 ngày làm việc", "14 working days")),
    ];
    let tiles: String = ways.iter().map(|(href, t, h)| format!("<a class=\"card tile\" href=\"{href}\"><b>{t}</b><span class=\"muted\">{h}</span></a>")).collect();
    let main = Html(format!(
        "<h1>{}</h1><nav class=\"tiles\" aria-label=\"{}\">{tiles}</nav><section><h2>{}</h2>{}</section><section><h2>{}</h2>{}</section>",
        v.pick("Việc hôm nay", "Today"),
        v.pick("Các phòng việc", "Rooms"),
        v.pick("Bài đánh giá chờ tôi xác nhận", "Assessments waiting for me"),
        crate::assess::table(&c, v.lang, &mine, true),
        v.pick("Chưa phân công tư vấn viên", "No consultant yet"),
        crate::assess::table(&c, v.lang, &unassigned, true),
    ));
    Ok(Shell::new(&v, v.pick("Việc hôm nay", "Today"), main).width(Width::Wide).nav(web::rail::of(&v)).render().into_response())
}

pub async fn list(State(c): State<Centre>, v: Visitor, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let after = ask.after.split_once('~').map(|(id, folded)| (folded, id));
    let mut rows = views::register(&c.scope, &ask.filter(&c), after, views::PAGE + 1).await.map_err(PageError::internal)?;
    let more = rows.len() > usize::try_from(views::PAGE).unwrap_or(50);
    rows.truncate(usize::try_from(views::PAGE).unwrap_or(50));
    let next = rows.last().filter(|_| more).map(|r| format!("/centre/enterprises?{}after={}", ask.query(), url_part(&format!("{}~{}", r.id, r.folded))));
    let claims = crate::claims::waiting(&c, &v).await?;
    let main = Html(format!(
        "<h1>{}</h1>{}{}{}{}<p>{}</p>",
        v.pick("Doanh nghiệp", "Enterprises"),
        claims,
        search(&c, &v, &ask),
        table(&c, &v, &rows),
        kit::pagination(v.lang, None, next.as_deref()),
        kit::link_button("/centre/import", v.pick("Nhập danh sách", "Import a list"), Weight::Quiet),
    ));
    Ok(Shell::new(&v, v.pick("Doanh nghiệp", "Enterprises"), main).width(Width::Wide).nav(web::rail::of(&v)).render().into_response())
}

fn search(c: &Centre, v: &Visitor, ask: &Ask) -> Html {
    let lang = v.lang;
    let sections: Vec<Choice> = c.catalog.vsic.iter().filter(|x| x.code.len() == 1).map(|x| Choice::new(x.code.as_str(), format!("{} – {}", x.code, x.name.get(lang)))).collect();
    let stages: Vec<Choice> = Stage::ALL.iter().map(|s| Choice::new(s.code(), s.name().get(lang))).collect();
    let mut levels: Vec<Choice> = (0..=5).map(|n| Choice::new(n.to_string(), format!("{} {n}", lang.pick("Mức", "Level")))).collect();
    levels.push(Choice::new("none", lang.pick("Chưa có mức", "No level")));
    let sizes = [("micro", "Siêu nhỏ", "Micro"), ("small", "Nhỏ", "Small"), ("medium", "Vừa", "Medium")].map(|(c, vi, en)| Choice::new(c, lang.pick(vi, en)));
    let one = |name: &str, vi: &str, en: &str, value: &str| Field::new(lang, name, lang.pick(vi, en)).value(value).optional(true);
    let parts = [
        one("q", "Tên hoặc mã số", "Name or code", &ask.q).kind("search").input(),
        one("sector", "Ngành", "Sector", &ask.sector).select(&sections),
        one("size", "Quy mô", "Size", &ask.size).select(&sizes),
        one("stage", "Chặng đường", "Stage", &ask.stage).select(&stages),
        one("level", "Mức độ", "Level", &ask.level).select(&levels),
        kit::button(v.pick("Lọc", "Filter")),
    ];
    kit::search_form("/centre/enterprises", &Html(parts.iter().map(|p| p.0.as_str()).collect()))
}

pub fn table(c: &Centre, v: &Visitor, rows: &[EnterpriseRow]) -> Html {
    let lang = v.lang;
    let now = c.now();
    let cells = rows
        .iter()
        .map(|r| {
            vec![
                kit::link(&format!("/centre/enterprises/{}", r.id), &r.name),
                Html(format!("<span class=\"nowrap\">{}</span>", esc(&r.code))),
                Html(esc(EnterpriseKind::of(&r.kind).map_or_else(|| kernel::Text::new("", ""), EnterpriseKind::name).get(lang))),
                Html(esc(c.catalog.line_of_business(&r.vsic).map_or(r.vsic.as_str(), |l| l.name.get(lang)))),
                Html(esc(size_word(r.size.as_deref(), lang))),
                crate::enterprise::level_word(r.level, lang),
                Html(format!(
                    "{}<br><span class=\"muted\">{}</span>",
                    esc(Stage::of(&r.stage).unwrap_or_default().name().get(lang)),
                    when::ago_time(r.stage_since, now, lang)
                )),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Danh sách doanh nghiệp", "Enterprises").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(lang.pick("Tên", "Name")),
            Column::text(lang.pick("Mã số", "Code")),
            Column::text(lang.pick("Loại hình", "Kind")),
            Column::text(lang.pick("Ngành nghề", "Line of business")),
            Column::text(lang.pick("Quy mô", "Size")),
            Column::text(lang.pick("Mức độ", "Level")),
            Column::text(lang.pick("Chặng đường", "Stage")),
        ],
        rows: cells,
        empty: lang.pick("Không có đơn vị nào khớp.", "No enterprise matches.").to_owned(),
    })
}

pub fn size_word(size: Option<&str>, lang: kernel::text::Lang) -> &'static str {
    match size {
        Some("micro") => lang.pick("Siêu nhỏ", "Micro"),
        Some("small") => lang.pick("Nhỏ", "Small"),
        Some("medium") => lang.pick("Vừa", "Medium"),
        Some("large") => lang.pick("Lớn", "Large"),
        Some(_) => lang.pick("Khác", "Other"),
        None => "–",
    }
}

pub async fn show(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let e = acts::enterprise(&c, id).await?;
    let assessments = views::of_enterprise(&c.scope, id).await.map_err(PageError::internal)?;
    let consents: Vec<Html> = Purpose::ALL
        .iter()
        .map(|p| {
            let mark = if e.consents_to(*p) { kit::chip(kit::Mood::Good, v.pick("Đồng ý", "Agreed")) } else { kit::chip(kit::Mood::Info, v.pick("Chưa đồng ý", "Not agreed")) };
            Html(format!("{} {mark}", esc(p.text().get(v.lang))))
        })
        .collect();
    let ways = [
        (format!("/centre/enterprises/{id}/choices"), v.pick("Lựa chọn giải pháp", "Choices of solutions"), v.pick("So sánh, xếp hạng, quyết định", "Comparison, ranking, decision")),
        (format!("/centre/support/ledger/{id}"), v.pick("Sổ hỗ trợ của đơn vị", "Support ledger of the enterprise"), v.pick("Đã duyệt, đã chi, còn lại", "Approved, paid, left")),
    ];
    let tiles: String = ways.iter().map(|(href, t, h)| format!("<a class=\"card tile\" href=\"{}\"><b>{t}</b><span class=\"muted\">{h}</span></a>", esc(href))).collect();
    let kept = crate::claims::section(&c, &v, &e).await?;
    let main = Html(format!(
        "<h1>{}</h1>{}<nav class=\"tiles\" aria-label=\"{}\">{tiles}</nav><section><h2>{}</h2>{}</section><section><h2>{}</h2>{}</section><section><h2>{}</h2>{}</section><section><h2>{}</h2>{}</section>{kept}",
        esc(&e.profile.name),
        summary(&c, &v, &e),
        v.pick("Các phòng việc", "Rooms"),
        v.pick("Chặng đường", "The way so far"),
        crate::director::steps(&v, &e, c.now()),
        v.pick("Các lần đánh giá", "Assessments"),
        crate::assess::table(&c, v.lang, &assessments, true),
        v.pick("Quy mô", "Size"),
        Html(format!("{}{}", sizes(&c, v.lang, &e), super::declared::section(&c, &v, &e))),
        v.pick("Những điều đơn vị đã đồng ý", "What the enterprise agreed to"),
        kit::bullets(&consents),
    ));
    Ok(Shell::new(&v, e.profile.name.clone(), main)
        .width(Width::Wide)
        .nav(web::rail::of(&v))
        .back("/centre/enterprises", v.pick("Doanh nghiệp", "Enterprises"))
        .render()
        .into_response())
}
