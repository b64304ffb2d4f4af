//! Up to four solutions side by side. The address is the comparison: it can be kept and sent.

use super::show;
use crate::{Showroom, acts::solutions, solution::Solution};
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use kernel::{id::SolutionId, text::Lang, time::Date};
use web::{
    extract::FormData,
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

const MOST: usize = 4;

pub async fn page(State(s): State<Showroom>, v: Visitor, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let asked = FormData::parse(query.unwrap_or_default().as_bytes());
    let mut ids: Vec<SolutionId> = Vec::new();
    for id in asked.all("s").into_iter().filter_map(|t| t.parse().ok()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let too_many = ids.len() > MOST;
    ids.truncate(MOST);
    let mut found: Vec<(Solution, String)> = Vec::new();
    for id in &ids {
        // What has gone meanwhile is left out; the comparison of the rest stays.
        if let Some(f) = solutions::find(&s, *id).await?.filter(|f| f.solution.is_public()) {
            found.push((f.solution, f.provider.profile.name));
        }
    }
    let (lang, today) = (v.lang, s.now().date());
    let notice = if too_many {
        kit::banner(
            kit::Mood::Warn,
            lang.pick("So sánh tối đa bốn giải pháp", "Four solutions at most"),
            &kit::para(lang.pick("Bốn giải pháp đầu được giữ lại.", "The first four are kept.")),
        )
    } else if found.len() < ids.len() {
        kit::banner(
            kit::Mood::Info,
            lang.pick("Có giải pháp không còn niêm yết", "A solution is no longer listed"),
            &kit::para(lang.pick("Nó không có trong bảng dưới đây.", "It is not in the table below.")),
        )
    } else {
        Html::default()
    };
    let body = if found.is_empty() {
        kit::para(lang.pick(
            "Chưa chọn giải pháp nào. Đánh dấu “So sánh” ở các giải pháp trong showroom.",
            "Nothing is chosen yet. Tick “Compare” at solutions of the showroom.",
        ))
    } else {
        table(&s, &found, &ids, today, lang)
    };
    let title = lang.pick("So sánh giải pháp", "Compare solutions");
    let main = Html(format!("<h1>{title}</h1>{notice}{body}"));
    Ok(Shell::new(&v, title, main).width(Width::Wide).back("/showroom", lang.pick("Showroom", "Showroom")).render().into_response())
}

type Cell = Box<dyn Fn(&Solution) -> Html>;

fn table(s: &Showroom, found: &[(Solution, String)], ids: &[SolutionId], today: Date, lang: Lang) -> Html {
    let heads: String = found.iter().map(|(x, provider)| {
        let without: Vec<String> = ids.iter().filter(|i| **i != x.id).map(|i| format!("s={i}")).collect();
        format!("<th scope=\"col\"><a href=\"/showroom/solutions/{}\">{}</a><br><span class=\"muted\">{}</span><br><a href=\"/showroom/compare?{}\">{}<span class=\"vh\"> {}</span></a></th>",
            x.id, esc(x.listing.name.get(lang)), esc(provider), without.join("&amp;"), lang.pick("Bỏ", "Remove"), esc(x.listing.name.get(lang)))
    }).collect();
    let rows: String = lines(s, today, lang)
        .into_iter()
        .map(|(label, cell)| {
            let cells: String = found.iter().map(|(x, _)| format!("<td>{}</td>", cell(x))).collect();
            format!("<tr><th scope=\"row\">{label}</th>{cells}</tr>")
        })
        .collect();
    Html(format!(
        "<div class=\"scroll compare\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>",
        caption = lang.pick("Các giải pháp cạnh nhau", "The solutions side by side")
    ))
}

fn lines(s: &Showroom, today: Date, lang: Lang) -> Vec<(&'static str, Cell)> {
    let terms = s.catalog.terms.clone();
    let types = s.catalog.types.clone();
    let conditions = s.catalog.rules.conditions.clone();
    let (t1, t2, t3, t4, t5) = (terms.clone(), terms.clone(), terms.clone(), terms.clone(), terms);
    let (label, portal) = (conditions.label_proof, conditions.portal_proof);
    let yes = move |b: bool| Html::text(lang.pick(if b { "Có" } else { "Không" }, if b { "Yes" } else { "No" }));
    let plain = |vi: &'static str, en: &'static str, f: Cell| (lang.pick(vi, en), f);
    vec![
        plain("Loại", "Type", Box::new(move |x| Html::text(&show::named(&types, &x.listing.types, lang)))),
        plain("Giá", "Price", Box::new(move |x| Html::text(&show::price(&x.listing.price, lang)))),
        plain("Ngành", "Sectors", Box::new(move |x| Html::text(&show::named(&t1.sectors, &x.listing.sectors, lang)))),
        plain("Quy mô", "Size", Box::new(move |x| Html::text(&show::named(&t2.sizes, &x.listing.sizes, lang)))),
        plain("Nơi đặt dữ liệu", "Hosting", Box::new(move |x| Html::text(&show::named(&t3.hosting, &x.listing.hosting, lang)))),
        plain("Ngôn ngữ", "Languages", Box::new(move |x| Html::text(&show::named(&t4.languages, &x.listing.languages, lang)))),
        plain("Kết nối", "Integrations", Box::new(move |x| Html::text(&show::named(&t5.integrations, &x.listing.integrations, lang)))),
        plain("Trả lại dữ liệu", "Return of data", Box::new(move |x| show::text(&x.listing.data_return.text(), lang))),
        plain(
            "Hỗ trợ",
            "Support",
            Box::new(move |x| {
                Html(format!(
                    "{} × {}{}",
                    x.listing.support.hours_a_day,
                    x.listing.support.days_a_week,
                    if x.listing.support.emergency { " + 24/7" } else { "" }
                ))
            }),
        ),
        plain("Nhãn nền tảng số (có minh chứng)", "Platform label (proven)", Box::new(move |x| yes(x.proven(&label, today)))),
        plain(
            "Cổng truy xuất quốc gia (có minh chứng)",
            "National traceability portal (proven)",
            Box::new(move |x| yes(x.listing.portal && x.proven(&portal, today))),
        ),
        plain(
            "Lời giới thiệu có minh chứng",
            "Claims with proof",
            Box::new(move |x| {
                let n = (0..x.listing.claims.len())
                    .filter(|i| x.proofs.iter().any(|p| p.valid(today) && p.new.claims.iter().any(|c| usize::from(*c) == *i)))
                    .count();
                Html(format!("{n} / {}", x.listing.claims.len()))
            }),
        ),
        plain(
            "Khách hàng xác nhận còn dùng",
            "Clients confirming use",
            Box::new(move |x| Html(format!("{} / {}", x.confirmed().filter(|(_, a)| a.using).count(), x.confirmed().count()))),
        ),
        plain(
            "Kết quả đo được",
            "Measured outcomes",
            Box::new(move |x| {
                let o = x.outcome_sum();
                if o.cases == 0 {
                    Html::text(lang.pick("chưa có", "none yet"))
                } else {
                    Html(format!("{} (n = {})", show::percent(o.change.div_euclid(i64::from(o.cases)), lang), o.cases))
                }
            }),
        ),
        plain("Dữ liệu cập nhật", "Data updated", Box::new(move |x| Html::text(&show::age(x.changed_at.date(), today, lang)))),
    ]
}
