//! The yearly report that goes to the ministry before 15 December (Decree 80/2021 Art. 29.7), and the plan beside the money.

use super::{
    actor,
    parts::{Typed, cited, csv_file, desk_page, field, given},
};
use crate::{
    Support,
    acts::year_is_plausible,
    catalog::{Beneficiary, Percent},
    dossier::By,
    rules::money,
    views::{self, ContentTotal, ReportCell},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Dong;
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::Html,
    kit::{self, Choice, Column, Line, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// One line of the report: a content for one kind of beneficiary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    grants: i64,
    firms: i64,
    priority: i64,
    committed: Dong,
    released: Dong,
    paid: Dong,
    reversed: Dong,
}

fn rows(cells: &[ReportCell]) -> BTreeMap<(String, String), Row> {
    let mut rows: BTreeMap<(String, String), Row> = BTreeMap::new();
    for c in cells {
        let row = rows.entry((c.content.clone(), c.who.clone())).or_default();
        match c.kind.as_str() {
            "commit" => (row.grants, row.firms, row.priority, row.committed) = (c.entries, c.firms, c.priority_firms, c.amount),
            "pay" => row.paid = c.amount,
            "release" => row.released = c.amount,
            _ => row.reversed = c.amount,
        }
    }
    rows
}

impl Row {
    /// Promised and still standing or paid: what was committed less what was given back.
    fn net(&self) -> Dong {
        Dong(self.committed.0 - self.released.0 - self.reversed.0)
    }
    fn net_paid(&self) -> Dong {
        Dong(self.paid.0 - self.reversed.0)
    }
}

/// `now` in the address is this year; another word is no report.
fn year_of(s: &Support, text: &str) -> Result<i16, PageError> {
    if text == "now" {
        return Ok(s.now().date().year());
    }
    text.parse().ok().filter(|y| year_is_plausible(*y)).ok_or_else(PageError::not_found)
}

pub async fn show(State(s): State<Support>, v: Visitor, Path(year): Path<String>) -> Result<Response, PageError> {
    let year = year_of(&s, &year)?;
    Ok(page(&s, &v, year, None).await?.into_response())
}

async fn page(s: &Support, v: &Visitor, year: i16, typed: Option<&Typed<'_>>) -> Result<Html, PageError> {
    let cells = views::report(&s.scope, year).await.map_err(PageError::internal)?;
    let totals = views::year_totals(&s.scope, year).await.map_err(PageError::internal)?;
    let firms = views::firms(&s.scope, year).await.map_err(PageError::internal)?;
    let rows = rows(&cells);
    let paid = Dong(rows.values().map(|r| r.net_paid().0).sum());
    let p = &s.rules.procedure;
    let due = p.report.in_year(year).map_or_else(String::new, |d| when::day(d, v.lang));
    let title = format!("{} {year}", v.pick("Báo cáo hỗ trợ doanh nghiệp năm", "Report on support for enterprises,"));
    let share = |of: Percent| of.share(paid).to_string();
    let facts = kit::summary_list(&[
        Line::new(v.pick("Gửi trước ngày", "To be sent before"), Html(format!("{due} · {}", cited(v, &p.report.legal_basis)))),
        Line::new(v.pick("Doanh nghiệp được hỗ trợ", "Enterprises supported"), when::number(firms, v.lang)),
        Line::new(v.pick("Đã chi", "Paid"), paid.to_string()),
        Line::new(v.pick("Chi phí quản lý trực tiếp nhiều nhất", "Direct management cost at most"), Html(format!("{} ({} %) · {}", share(p.management.direct_percent), p.management.direct_percent, cited(v, &p.management.legal_basis)))),
        Line::new(v.pick("Chi phí quản lý chung nhiều nhất", "General management cost at most"), Html(format!("{} ({} %)", share(p.management.general_percent), p.management.general_percent))),
    ]);
    let main = Html(format!(
        "{}{}{facts}{}<p><a href=\"/centre/support/report/{year}/csv\">{}</a> · <a href=\"/centre/support/report/{}\">{}</a></p>{}{}",
        typed.map_or_else(Html::default, |t| kit::error_summary(v.lang, &t.reasons)),
        kit::heading(&title, Some(s.agency.get(v.lang))),
        report_table(s, v, &rows),
        v.pick("Tải báo cáo (CSV)", "Download (CSV)"),
        year - 1,
        v.pick("Năm trước", "The year before"),
        budget_table(s, v, &totals),
        budget_form(s, v, year, typed),
    ));
    Ok(desk_page(v, &title, main).error(typed.is_some()).render())
}

fn who_name(v: &Visitor, who: &str) -> String {
    Beneficiary::of_code(who).map_or_else(|| who.to_owned(), |b| b.name().get(v.lang).to_owned())
}

fn report_table(s: &Support, v: &Visitor, rows: &BTreeMap<(String, String), Row>) -> Html {
    let cells = rows
        .iter()
        .map(|((content, who), r)| {
            vec![
                Html::text(s.rules.content_name(content).get(v.lang)),
                Html::text(&who_name(v, who)),
                Html::text(&when::number(r.grants, v.lang)),
                Html::text(&when::number(r.firms, v.lang)),
                Html::text(&when::number(r.priority, v.lang)),
                Html::text(&r.net().to_string()),
                Html::text(&r.net_paid().to_string()),
                Html::text(&r.reversed.to_string()),
            ]
        })
        .collect();
    let columns = [
        ("Nội dung", "Content"),
        ("Quy mô", "Size"),
        ("Lượt", "Grants"),
        ("Doanh nghiệp", "Enterprises"),
        ("Trong đó ưu tiên", "Of which priority"),
        ("Cam kết còn lại và đã chi", "Committed or paid"),
        ("Đã chi", "Paid"),
        ("Đã thu hồi, đảo", "Reversed"),
    ];
    kit::table(&Table {
        caption: v.pick("Kết quả hỗ trợ theo nội dung và quy mô", "Support by content and size").to_owned(),
        caption_hidden: false,
        columns: columns.iter().enumerate().map(|(i, (vi, en))| Column { label: v.pick(vi, en).to_owned(), num: i > 1 }).collect(),
        rows: cells,
        empty: v.pick("Năm này chưa hỗ trợ khoản nào.", "Nothing was supported in this year.").to_owned(),
    })
}

fn budget_table(s: &Support, v: &Visitor, totals: &[ContentTotal]) -> Html {
    let row = |t: &ContentTotal| {
        let taken = t.committed.0 + t.paid.0;
        vec![
            Html::text(s.rules.content_name(&t.content).get(v.lang)),
            t.budget.map_or_else(|| Html::text("–"), |b| Html::text(&b.to_string())),
            Html::text(&t.committed.to_string()),
            Html::text(&t.paid.to_string()),
            t.budget.map_or_else(|| Html::text("–"), |b| when::rate(taken, b.0, "đồng", v.lang)),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Kế hoạch và thực hiện", "Plan and use").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Nội dung", "Content")),
            Column::num(v.pick("Kế hoạch", "Plan")),
            Column::num(v.pick("Còn cam kết", "Open")),
            Column::num(v.pick("Đã chi", "Paid")),
            Column::num(v.pick("Đã dùng", "Used")),
        ],
        rows: totals.iter().map(row).collect(),
        empty: v.pick("Chưa có kế hoạch và chưa chi.", "There is no plan and nothing is spent.").to_owned(),
    })
}

fn budget_form(s: &Support, v: &Visitor, year: i16, typed: Option<&Typed<'_>>) -> Html {
    if !v.actor.as_ref().is_some_and(|a| a.has_role(identity::account::roles::ACCOUNTANT)) {
        return Html::default();
    }
    let contents: Vec<Choice> = s.rules.contents.iter().filter(|c| !c.free).map(|c| Choice::new(&c.code, c.name.get(v.lang))).collect();
    let body = Html(format!(
        "{}{}{}",
        field(v, "budget", "content", v.pick("Nội dung", "Content"), typed).select(&contents),
        field(v, "budget", "amount", v.pick("Kế hoạch của năm", "Plan of the year"), typed).width("w20").input(),
        kit::Button::new(v.pick("Ghi kế hoạch", "Set the plan")).weight(Weight::Quiet).html(),
    ));
    kit::details(v.pick("Ghi kế hoạch", "Set the plan"), &kit::form(v, &format!("/centre/support/report/{year}/budget"), &body), typed.is_some())
}

pub async fn budget(State(s): State<Support>, v: Visitor, Path(year): Path<String>, form: FormData) -> Result<Response, PageError> {
    let year = year_of(&s, &year)?;
    let actor = actor(&v)?;
    let done = match money::parse(given(&form, "budget", "amount"), "amount") {
        Ok(amount) => s.set_budget(year, given(&form, "budget", "content"), amount, By { actor: &actor, at: s.now() }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/centre/support/report/{year}"))),
        Err(error) => {
            let refusal = error.refusal()?;
            let page = page(&s, &v, year, Some(&Typed::refused("budget", &form, &refusal))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn csv(State(s): State<Support>, v: Visitor, Path(year): Path<String>) -> Result<Response, PageError> {
    let year = year_of(&s, &year)?;
    let cells = views::report(&s.scope, year).await.map_err(PageError::internal)?;
    let head = ["year", "content", "content_name", "size", "grants", "enterprises", "priority_enterprises", "committed_or_paid_dong", "paid_dong", "reversed_dong"];
    let row = |((content, who), r): (&(String, String), &Row)| {
        vec![
            year.to_string(),
            content.clone(),
            s.rules.content_name(content).get(v.lang).to_owned(),
            who.clone(),
            r.grants.to_string(),
            r.firms.to_string(),
            r.priority.to_string(),
            r.net().0.to_string(),
            r.net_paid().0.to_string(),
            r.reversed.0.to_string(),
        ]
    };
    let rows = rows(&cells);
    let all = std::iter::once(head.map(str::to_owned).to_vec()).chain(rows.iter().map(row));
    Ok(csv_file(&format!("bao-cao-ho-tro-{year}.csv"), all))
}
