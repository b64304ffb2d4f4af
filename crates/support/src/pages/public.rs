//! What anybody may read: the rates with their articles, and who was supported.

use super::parts::{Sources, contents_text, paged, share_text};
use crate::{
    Support,
    catalog::{Beneficiary, Rate},
    views::{self, After},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::time::Date;
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What the address asks for; what it says wrongly is not asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    size: String,
    on: String,
    after: String,
}

pub async fn rates(State(s): State<Support>, v: Visitor, Query(asked): Query<Asked>) -> Response {
    let on = asked.on.parse::<Date>().unwrap_or_else(|_| s.now().date());
    let size = Beneficiary::of_code(&asked.size);
    let title = v.pick("Mức hỗ trợ doanh nghiệp", "Support for enterprises");
    let mut sources = Sources::default();
    let table = rate_table(&s, &v, on, size, &mut sources);
    let lead = v.pick(
        "Nhà nước hỗ trợ một phần chi phí theo quy mô doanh nghiệp. Mỗi con số dẫn đến điều khoản quy định nó.",
        "The state pays a part of the cost by the size of the enterprise. Every number leads to the article it comes from.",
    );
    let main = Html(format!(
        "{}<p class=\"lead\">{lead}</p>{}{}{table}{}{}<p><a href=\"/support/published\">{}</a></p><p><a href=\"/my-enterprises\">{}</a></p>",
        kit::heading(title, Some(&format!("{} {}", v.pick("Áp dụng ngày", "In force on"), when::day(on, v.lang)))),
        filter(&v, &asked, on),
        own_rates_note(&s, &v, on),
        sources.list(&v),
        size_details(&s, &v, on),
        v.pick("Danh sách doanh nghiệp đã được hỗ trợ", "Enterprises that were supported"),
        v.pick("Đơn vị của tôi: mức hỗ trợ tính theo quy mô, gửi hồ sơ", "My enterprises: what ours may get, sending a dossier"),
    ));
    Shell::new(&v, title, main).back("/", v.pick("Trang chủ", "Home")).render().into_response()
}

fn filter(v: &Visitor, asked: &Asked, on: Date) -> Html {
    let sizes: Vec<Choice> = Beneficiary::ALL.iter().map(|b| Choice::new(b.code(), b.name().get(v.lang))).collect();
    let size = Field::new(v.lang, "size", v.pick("Quy mô", "Size")).value(&asked.size).optional(true).select(&sizes);
    let date = Field::new(v.lang, "on", v.pick("Ngày áp dụng", "On the day")).hint("2026-11-18").value(on.to_string()).width("w10").optional(true).input();
    kit::search_form("/support", &Html(format!("{size}{date}{}", kit::button(v.pick("Xem", "Show")))))
}

fn own_rates_note(s: &Support, v: &Visitor, on: Date) -> Html {
    let own = s.rules.rates_of(s.province()).any(|r| r.province.is_some() && r.effective.contains(on));
    let basis = &s.rules.procedure.province_may_raise.legal_basis;
    let text = match own {
        true => v.pick("Thành phố có mức riêng cao hơn, ghi trong bảng.", "The city has higher rates of its own, shown in the table."),
        false => v.pick("Chưa nhập mức riêng của thành phố; bảng ghi mức chung cả nước.", "No rate of the city's own has been keyed; the table shows the national ones."),
    };
    kit::inset(&Html(format!("<p>{text} {}</p>", super::parts::cited(v, basis))))
}

fn rate_table(s: &Support, v: &Visitor, on: Date, size: Option<Beneficiary>, sources: &mut Sources) -> Html {
    let shown: Vec<Beneficiary> = size.map_or_else(|| Beneficiary::ALL.to_vec(), |one| vec![one]);
    let mut rows = Vec::new();
    for content in &s.rules.contents {
        for rate in s.rules.rates_of(s.province()).filter(|r| r.content == content.code && r.effective.contains(on)) {
            if !shown.iter().any(|b| rate.shares.contains_key(b)) {
                continue;
            }
            let mut row = vec![name_cell(s, v, rate)];
            for who in &shown {
                row.push(rate.shares.get(who).map_or_else(
                    || Html::text("–"),
                    |share| Html(format!("{} {}", esc(&share_text(*share, rate.cap_type, v.lang)), sources.link(v, &rate.legal_basis, Some(rate.effective)))),
                ));
            }
            rows.push(row);
        }
    }
    let mut columns = vec![Column::text(v.pick("Nội dung", "Content"))];
    columns.extend(shown.iter().map(|b| Column::text(b.name().get(v.lang))));
    kit::table(&Table {
        caption: v.pick("Phần nhà nước chi và mức trần", "The state's share and its cap").to_owned(),
        caption_hidden: false,
        columns,
        rows,
        empty: v.pick("Bảng mức hỗ trợ không có mức nào vào ngày này.", "The support table has no rate on this day.").to_owned(),
    })
}

fn name_cell(s: &Support, v: &Visitor, rate: &Rate) -> Html {
    let Some(content) = s.rules.content(&rate.content) else { return Html::text(&rate.content) };
    let groups = if rate.groups.is_empty() {
        String::new()
    } else {
        let names: Vec<String> = rate.groups.iter().map(|g| g.name().get(v.lang).to_owned()).collect();
        format!("<br><b>{}</b>", esc(&format!("{}: {}", v.pick("Nhóm ưu tiên", "Priority groups"), names.join(", "))))
    };
    let conditions: String = rate.conditions.iter().map(|c| format!("<br><span class=\"muted\">{}</span>", esc(c.get(v.lang)))).collect();
    let scheme = s.rules.scheme(&rate.scheme).filter(|c| c.referral || c.province.is_some());
    let scheme = scheme.map_or_else(String::new, |c| format!("<br>{}", kit::chip(kit::Mood::Info, c.name.get(v.lang))));
    Html(format!("{}{groups}<br><span class=\"muted\">{}</span>{conditions}{scheme}", esc(content.name.get(v.lang)), esc(content.about.get(v.lang))))
}

fn size_details(s: &Support, v: &Visitor, on: Date) -> Html {
    let Some(edition) = s.rules.size_edition(on) else { return Html::default() };
    let mut rows = Vec::new();
    for class in &edition.classes {
        for group in &edition.groups {
            let Some(l) = class.limits.get(&group.code) else { continue };
            rows.push(vec![
                Html::text(class.class.name().get(v.lang)),
                Html::text(group.name.get(v.lang)),
                Html::text(&l.people.to_string()),
                Html::text(&l.revenue.to_string()),
                Html::text(&l.capital.to_string()),
            ]);
        }
    }
    let columns = [("Quy mô", "Size"), ("Ngành", "Sector"), ("Lao động không quá", "People at most"), ("và doanh thu không quá", "and revenue at most"), ("hoặc nguồn vốn không quá", "or capital at most")];
    let table = kit::table(&Table {
        caption: v.pick("Tiêu chí quy mô", "Size classes").to_owned(),
        caption_hidden: false,
        columns: columns.iter().enumerate().map(|(i, (vi, en))| Column { label: v.pick(vi, en).to_owned(), num: i > 1 }).collect(),
        rows,
        empty: String::new(),
    });
    let body = Html(format!("{table}<p>{}</p>", super::parts::cited(v, &edition.legal_basis)));
    kit::details(v.pick("Doanh nghiệp của tôi thuộc quy mô nào?", "Which size is my enterprise?"), &body, false)
}

pub async fn published(State(s): State<Support>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = After::read(&asked.after);
    let rows = views::published(&s.scope, after.as_ref(), super::parts::PAGE + 1).await.map_err(PageError::internal)?;
    let (shown, next) = paged(&rows, "/support/published", |i| i.published_at.map_or(0, kernel::Instant::micros));
    let title = v.pick("Doanh nghiệp đã được hỗ trợ", "Enterprises that were supported");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Doanh nghiệp", "Enterprise")),
            Column::text(v.pick("Nội dung", "Content")),
            Column::num(v.pick("Nhà nước hỗ trợ", "State support")),
            Column::num(v.pick("Đã chi", "Paid")),
            Column::text(v.pick("Quyết định", "Decided")),
            Column::text(v.pick("Công bố", "Published")),
        ],
        rows: shown
            .iter()
            .map(|i| {
                let day = |at: Option<kernel::Instant>| at.map_or_else(Html::default, |at| Html::text(&when::day(at.date(), v.lang)));
                vec![
                    Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&i.enterprise_name), esc(&i.enterprise_code))),
                    Html::text(&contents_text(&s, &v, &i.contents)),
                    Html::text(&i.amount.to_string()),
                    Html::text(&i.paid.to_string()),
                    day(i.decided_at),
                    day(i.published_at),
                ]
            })
            .collect(),
        empty: v.pick("Chưa có doanh nghiệp nào được công bố.", "No enterprise has been published yet.").to_owned(),
    });
    let p = &s.rules.procedure;
    let main = Html(format!(
        "{}<p>{} {}; {}</p>{table}{}",
        kit::heading(title, Some(s.agency.get(v.lang))),
        v.pick("Danh sách được công bố trong 30 ngày kể từ ngày phê duyệt:", "The list is published within 30 days of approval:").replace("30 ngày", p.publish.span.text().vi.as_str()).replace("30 days", p.publish.span.text().en.as_str()),
        super::parts::cited(&v, &p.publish.legal_basis),
        super::parts::cited(&v, &p.published_list.legal_basis),
        kit::pagination(v.lang, None, next.as_deref()),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Normal).back("/support", v.pick("Mức hỗ trợ", "Support rates")).render().into_response())
}
