//! The showroom's first page: search, filters, keyset pages, choose up to four to compare.

use super::show;
use crate::{
    Showroom,
    listing::{LabelStatus, PriceModel},
    views::{self, Asked, Listed},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::text::{Lang, clean};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

const PAGE: i64 = 20;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Search {
    q: String,
    sector: String,
    stage: String,
    #[serde(rename = "type")]
    kind: String,
    price: String,
    label: String,
    size: String,
    language: String,
    hosting: String,
    portal: String,
    /// The last row of the page before: `sol_… name`.
    after: String,
}

impl Search {
    fn asked(&self) -> Asked {
        let short = |t: &str| clean(t).chars().take(60).collect::<String>();
        let after = self.after.split_once(' ').and_then(|(id, name)| Some((clean(name).chars().take(300).collect(), id.parse().ok()?)));
        Asked {
            words: clean(&self.q).chars().take(200).collect(),
            sector: short(&self.sector).to_uppercase(),
            stage: short(&self.stage),
            kind: short(&self.kind),
            price: short(&self.price),
            label: short(&self.label),
            size: short(&self.size),
            language: short(&self.language),
            hosting: short(&self.hosting),
            portal: !self.portal.is_empty(),
            after,
        }
    }
    fn filters(&self) -> [(&'static str, &str); 10] {
        [
            ("q", &self.q),
            ("sector", &self.sector),
            ("stage", &self.stage),
            ("type", &self.kind),
            ("price", &self.price),
            ("label", &self.label),
            ("size", &self.size),
            ("language", &self.language),
            ("hosting", &self.hosting),
            ("portal", &self.portal),
        ]
    }
    fn query(&self) -> String {
        self.filters().iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={}", url_part(v))).collect::<Vec<_>>().join("&")
    }
}

pub async fn search(State(s): State<Showroom>, v: Visitor, Query(q): Query<Search>) -> Result<Response, PageError> {
    let mut rows = views::search(&s.scope, &q.asked(), PAGE + 1).await.map_err(PageError::internal)?;
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let next = rows.last().filter(|_| more).map(|r| format!("/showroom?{}&after={}", q.query(), url_part(&format!("{} {}", r.id, r.sort_name))));
    let first = (!q.after.is_empty()).then(|| format!("/showroom?{}", q.query()));
    let list: String = rows.iter().map(|r| card(&s, &v, r)).collect();
    let results = if rows.is_empty() {
        Html(format!(
            "<p class=\"none\" role=\"status\">{}</p>",
            v.pick("Không có giải pháp nào khớp. Bỏ bớt điều kiện lọc hoặc thử từ khác.", "No solution matches. Remove a filter or try other words.")
        ))
    } else {
        let n = rows.len();
        let shown = match v.lang {
            Lang::Vi => format!("{n} giải pháp trên trang này, xếp theo tên."),
            Lang::En => format!("{n} solutions on this page, in the order of their names."),
        };
        Html(format!(
            "<p class=\"muted\" role=\"status\">{shown}</p><form method=\"get\" action=\"/showroom/compare\"><ol class=\"results showroom\">{list}</ol>{}</form>",
            kit::Button::new(v.pick("So sánh các giải pháp đã chọn (tối đa 4)", "Compare the chosen ones (up to 4)")).weight(kit::Weight::Quiet).html()
        ))
    };
    let main = Html(format!(
        "<div class=\"hero\"><div class=\"wrap\"><h1>{}</h1><p>{}</p></div></div><div class=\"wrap\">{}{results}{}<p><a href=\"/showroom/ranking\">{}</a> · <a href=\"/showroom/rules\">{}</a> · <a href=\"/my-enterprises\">{}</a> · <a href=\"/showroom/contacts\">{}</a> · <a href=\"/provider\">{}</a></p></div>",
        v.pick("Showroom giải pháp chuyển đổi số", "Showroom of digital solutions"),
        v.pick("Lời giới thiệu tách khỏi minh chứng. Không ai trả tiền để được xếp trước.", "Claims are kept apart from proofs. Nobody pays for a place."),
        filters(&s, &v, &q),
        kit::pagination(v.lang, first.as_deref(), next.as_deref()),
        v.pick("Cách xếp hạng gợi ý", "How ranking works"),
        v.pick("Quy tắc kiểm tra và tạm dừng", "Rules of vetting and suspension"),
        v.pick("Lựa chọn giải pháp cho đơn vị của tôi", "Choose for my enterprise"),
        v.pick("Liên hệ tôi đã gửi", "Contacts I asked for"),
        v.pick("Dành cho nhà cung cấp", "For providers"),
    ));
    Ok(Shell::new(&v, v.pick("Showroom giải pháp", "Showroom of solutions"), main).width(Width::Full).render().into_response())
}

fn filters(s: &Showroom, v: &Visitor, q: &Search) -> Html {
    let (lang, terms) = (v.lang, &s.catalog.terms);
    let select =
        |name: &str, vi: &str, en: &str, value: &str, list: &[Choice]| Field::new(lang, name, lang.pick(vi, en)).optional(true).value(value).select(list);
    let prices: Vec<Choice> = PriceModel::ALL.iter().map(|m| Choice::new(m.code(), m.text().get(lang))).collect();
    let labels: Vec<Choice> = LabelStatus::ALL.iter().map(|m| Choice::new(m.code(), m.text().get(lang))).collect();
    let more = Html::join(&[
        select("stage", "Giai đoạn", "Stage", &q.stage, &show::choices(&terms.stages, lang)),
        select("price", "Cách tính giá", "Price model", &q.price, &prices),
        select("label", "Nhãn nền tảng số", "Platform label", &q.label, &labels),
        select("size", "Quy mô", "Size", &q.size, &show::choices(&terms.sizes, lang)),
        select("language", "Ngôn ngữ", "Language", &q.language, &show::choices(&terms.languages, lang)),
        select("hosting", "Nơi đặt dữ liệu", "Hosting", &q.hosting, &show::choices(&terms.hosting, lang)),
        Field::new(lang, "portal", lang.pick("Truy xuất nguồn gốc", "Traceability"))
            .optional(true)
            .value(q.portal.as_str())
            .checkboxes(&[Choice::new("1", lang.pick("Đã kết nối Cổng truy xuất nguồn gốc quốc gia", "Connected to the national traceability portal"))]),
    ]);
    let open = [&q.stage, &q.price, &q.label, &q.size, &q.language, &q.hosting, &q.portal].iter().any(|f| !f.is_empty());
    Html(format!(
        "<form method=\"get\" action=\"/showroom\" role=\"search\" class=\"card mb find-solutions\"><div class=\"filters\">{}{}{}</div>{}<div class=\"btns\"><button class=\"btn\">{}</button><a href=\"/showroom\">{}</a></div></form>",
        Field::new(lang, "q", lang.pick("Tìm, có dấu hoặc không dấu", "Search, with or without accents"))
            .value(q.q.as_str())
            .optional(true)
            .kind("search")
            .input(),
        select("sector", "Ngành", "Sector", &q.sector, &show::choices(&terms.sectors, lang)),
        select("type", "Loại giải pháp", "Type", &q.kind, &show::types(s, lang)),
        kit::details(lang.pick("Lọc thêm", "More filters"), &Html(format!("<div class=\"filters\">{more}</div>")), open),
        lang.pick("Tìm", "Search"),
        lang.pick("Bỏ mọi điều kiện", "Clear all"),
    ))
}

fn card(s: &Showroom, v: &Visitor, r: &Listed) -> String {
    let lang = v.lang;
    let (name, summary) = (lang.pick(&r.name.0, &r.name.1), lang.pick(&r.summary.0, &r.summary.1));
    let model = PriceModel::parse(&r.price).map(|m| m.text().get(lang).to_owned()).unwrap_or_default();
    let mut chips = String::new();
    if r.confirmed > 0 {
        let word = match lang {
            Lang::Vi => format!("{} khách hàng xác nhận", r.confirmed),
            Lang::En => format!("{} clients confirmed", r.confirmed),
        };
        chips.push_str(&kit::chip(Mood::Good, &word).0);
    }
    format!(
        "<li><h2><a href=\"/showroom/solutions/{id}\">{}</a></h2><p>{}</p><p class=\"muted\">{}<br>{} · {} · {} {}</p><p class=\"chips\">{chips}</p>\
         <div class=\"choice\"><input type=\"checkbox\" id=\"s-{id}\" name=\"s\" value=\"{id}\"><label for=\"s-{id}\">{}<span class=\"vh\"> {}</span></label></div></li>",
        esc(name),
        esc(summary),
        esc(&r.provider_name),
        esc(s.catalog.type_name(&r.main_type, lang)),
        esc(&model),
        lang.pick("cập nhật", "updated"),
        show::age(r.changed_at.date(), s.now().date(), lang),
        lang.pick("So sánh", "Compare"),
        esc(name),
        id = r.id,
    )
}
