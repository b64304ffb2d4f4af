//! `/work/directives/report`: the tables leaders print, every rate with its fraction, every figure with its tasks; and the files.

use super::{
    HOME, actor,
    list::{Asked, Picked, figure, place},
    look, shell,
};
use crate::{
    Ops,
    directive::{
        Basis, Directive, Group, Outcome,
        views::{Line, Side},
    },
    report::{Counts, Report, csv},
};
use axum::{
    extract::State as Shared,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{Instant, id::OfficeCode};
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Choice, Column, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The columns of the table of offices.
const COLUMNS: [Group; 9] = [
    Group::All, Group::Done, Group::DoneOnTime, Group::DoneLate, Group::Open, Group::Within, Group::Overdue, Group::LongOverdue, Group::UndatedOld,
];

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Query(mut q): Query<Asked>) -> Result<Html, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    if q.side.is_empty() && who.oversees {
        q.side = Side::Province.code().into();
    }
    let picked = Picked::of(&s, &who, &q).await?;
    let report = Report::of(&picked.lines, picked.bars, picked.basis, picked.now);
    let title = v.pick("Báo cáo nhiệm vụ giao", "Report on directives");
    let basis = match picked.basis {
        Basis::Current => v.pick("Tính theo thời hạn đã gia hạn (nếu có).", "Counted by the deadline as extended."),
        Basis::Original => v.pick("Tính theo thời hạn ban đầu, không kể gia hạn.", "Counted by the first deadline, extensions left out."),
    };
    let files = kit::bullets(&[
        kit::link(&format!("{HOME}/report.csv?{}", picked.query(None)), v.pick("Bảng theo đơn vị (CSV)", "Table of offices (CSV)")),
        kit::link(&format!("{HOME}/list.csv?{}&group=all", picked.query(None)), v.pick("Từng nhiệm vụ (CSV)", "Each task (CSV)")),
        kit::link(
            &format!("{HOME}/products.csv?{}", picked.query(None)),
            v.pick("Sản phẩm hoàn thành để đánh giá cán bộ (CSV, Nghị định 335/2025/NĐ-CP)", "Products done, for the assessment of officials (CSV, Decree 335/2025/NĐ-CP)"),
        ),
    ]);
    let main = Html(format!(
        "{}{}<p class=\"muted\">{} {}. {}</p>{}{}<h2 class=\"no-print\">{}</h2><div class=\"no-print\">{files}</div>",
        kit::heading(title, Some(&place(&s, &v, &who, &picked))),
        choose(&s, &v, &picked),
        v.pick("Tính đến", "As of"),
        esc(&when::exact(picked.now, v.lang)),
        esc(basis),
        whole(&v, &picked, &report.all),
        Html(format!("{}{}", fronts(&s, &v, &picked), offices(&v, &picked, &report))),
        v.pick("Tải về", "Download"),
    ));
    Ok(shell(&v, title, main).back(&format!("{HOME}?{}", picked.query(None)), v.pick("Nhiệm vụ giao", "Directives")).render())
}

fn choose(s: &Ops, v: &Visitor, p: &Picked) -> Html {
    let day = |name: &str, vi: &str, en: &str, value: Option<kernel::time::Date>| {
        kit::Field::new(v.lang, name, v.pick(vi, en)).value(value.map_or_else(String::new, |d| d.to_string())).kind("date").optional(true).input()
    };
    let fronts: Vec<Choice> = s.catalog.fronts.iter().map(|f| Choice::new(f.code.as_str(), f.name.get(v.lang))).collect();
    let bases = [Choice::new("current", v.pick("Thời hạn đã gia hạn", "Deadline as extended")), Choice::new("original", v.pick("Thời hạn ban đầu", "First deadline"))];
    let body = Html(format!(
        "{}{}{}{}{}{}",
        kit::hidden("side", p.side.code()),
        day("from", "Giao từ ngày", "Given from", p.from),
        day("to", "Đến ngày", "To", p.to),
        kit::Field::new(v.lang, "front", v.pick("Mặt trận", "Front")).value(p.front.as_str()).optional(true).select(&fronts),
        kit::Field::new(v.lang, "basis", v.pick("So với", "Against")).value(if p.basis == Basis::Original { "original" } else { "current" }).select(&bases),
        kit::Button::new(v.pick("Xem", "Show")).weight(Weight::Quiet).html(),
    ));
    Html(format!("<div class=\"no-print\">{}</div>", kit::details(v.pick("Chọn thời gian, mặt trận", "Choose the time and front"), &kit::search_form(&format!("{HOME}/report"), &body), p.from.is_some() || p.to.is_some())))
}

/// `87,4 % (1.014 / 1.160)`, each of the two a link to its tasks.
fn rate(v: &Visitor, p: &Picked, c: &Counts, (n, d): (Group, Group), lead: Option<&OfficeCode>) -> Html {
    let shown = |g: Group| figure(c.n(g), &p.list(g, lead), g.text().get(v.lang), v);
    web::figure::rate((c.n(n), &shown(n)), (c.n(d), &shown(d)), 1, v.lang)
}

fn whole(v: &Visitor, p: &Picked, c: &Counts) -> Html {
    let n = |g: Group| figure(c.n(g), &p.list(g, None), g.text().get(v.lang), v);
    let mut lines = vec![
        kit::Line::new(v.pick("Tổng số nhiệm vụ", "All tasks"), Html(format!("{} = {} {} + {} {}", n(Group::All), n(Group::Dated), v.pick("có thời hạn", "dated"), n(Group::Undated), v.pick("không thời hạn", "undated")))),
        kit::Line::new(v.pick("Đã hoàn thành", "Done"), n(Group::Done)),
        kit::Line::new(
            v.pick("– đúng, trước hạn", "– on time"),
            Html(format!("{} <span class=\"muted\">{} {} {}</span>", rate(v, p, c, (Group::DoneOnTime, Group::Done), None), v.pick("trong đó", "of them"), n(Group::DoneUndated), v.pick("không thời hạn", "undated"))),
        ),
        kit::Line::new(v.pick("– trễ hạn", "– late"), rate(v, p, c, (Group::DoneLate, Group::Done), None)),
        kit::Line::new(v.pick("Đang thực hiện", "Open"), n(Group::Open)),
        kit::Line::new(v.pick("– trong hạn", "– within the deadline"), Html(format!("{} <span class=\"muted\">{} {} {}</span>", rate(v, p, c, (Group::Within, Group::Open), None), v.pick("trong đó", "of them"), n(Group::WithinUndated), v.pick("không thời hạn", "undated")))),
        kit::Line::new(v.pick("– quá hạn", "– overdue"), Html(format!("{} <span class=\"muted\">{} {} {} {}</span>", rate(v, p, c, (Group::Overdue, Group::Open), None), v.pick("trong đó", "of them"), n(Group::LongOverdue), v.pick("quá hạn trên", "for more than"), days(p.bars.long_overdue, v)))),
        kit::Line::new(v.pick("Không thời hạn, để lâu chưa có đề xuất", "Undated, ageing, nothing proposed"), Html(format!("{} <span class=\"muted\">{} {}</span>", n(Group::UndatedOld), v.pick("trên", "for more than"), days(p.bars.undated, v)))),
    ];
    if c.n(Group::Paused) > 0 {
        lines.push(kit::Line::new(v.pick("Tạm hoãn", "Suspended"), n(Group::Paused)));
    }
    kit::summary_list(&lines)
}

fn days(n: i64, v: &Visitor) -> String {
    format!("{n} {}", v.pick("ngày", "days"))
}

fn offices(v: &Visitor, p: &Picked, r: &Report) -> Html {
    let row = |code: &OfficeCode, name: &str, c: &Counts| {
        let mut cells = vec![Html::text(name)];
        cells.extend(COLUMNS.into_iter().map(|g| figure(c.n(g), &p.list(g, Some(code)), &format!("{}, {name}", g.text().get(v.lang)), v)));
        cells.push(rate(v, p, c, (Group::DoneOnTime, Group::Done), Some(code)));
        cells
    };
    let mut columns = vec![Column::text(v.pick("Đơn vị chủ trì", "Lead office"))];
    columns.extend(COLUMNS.into_iter().map(|g| Column::num(g.text().get(v.lang).to_owned())));
    columns.push(Column::num(v.pick("Tỷ lệ đúng hạn", "On time")));
    kit::table(&Table {
        caption: v.pick("Theo đơn vị chủ trì, nhiều quá hạn xếp trước", "By lead office, most overdue first").to_owned(),
        caption_hidden: false,
        columns,
        rows: r.offices.iter().map(|(code, name, c)| row(code, name, c)).collect(),
        empty: v.pick("Không có nhiệm vụ nào được giao trong thời gian này.", "No task was given in this time.").to_owned(),
    })
}

/// Fronts with their working groups: who heads each, who keeps its papers, how its tasks stand.
fn fronts(s: &Ops, v: &Visitor, p: &Picked) -> Html {
    const SHOWN: [Group; 5] = [Group::All, Group::Done, Group::Open, Group::Overdue, Group::UndatedOld];
    if !p.front.is_empty() || p.lead.is_some() || !p.lines.iter().any(|l| !l.front.is_empty()) {
        return Html::default();
    }
    let office = |code: &OfficeCode| s.units.unit(code.as_str()).map_or_else(|| code.to_string(), |u| u.name.get(v.lang).to_owned());
    let rows = s
        .catalog
        .fronts
        .iter()
        .map(|f| {
            let facts: Vec<_> = p.lines.iter().filter(|l| l.front == f.code).map(Line::fact).collect();
            let c = Counts::of(&facts, p.bars, p.basis, p.now);
            let name = f.name.get(v.lang);
            let mut cells = vec![Html(format!("{}<br><span class=\"muted\">{}</span>", esc(name), esc(&format!("{} {}; {} {}", v.pick("trưởng nhóm:", "headed by"), office(&f.head), v.pick("thư ký:", "secretary:"), office(&f.secretary)))))];
            cells.extend(SHOWN.into_iter().map(|g| figure(c.n(g), &format!("{}&front={}", p.list(g, None), f.code), &format!("{}, {name}", g.text().get(v.lang)), v)));
            cells
        })
        .collect();
    let mut columns = vec![Column::text(v.pick("Mặt trận, nhóm công tác", "Front and its working group"))];
    columns.extend(SHOWN.into_iter().map(|g| Column::num(g.text().get(v.lang).to_owned())));
    kit::table(&Table { caption: v.pick("Theo mặt trận", "By front").to_owned(), caption_hidden: false, columns, rows, empty: String::new() })
}

pub fn download(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")))];
    (headers, text).into_response()
}

async fn picked(s: &Ops, v: &Visitor, q: &Asked) -> Result<Picked, PageError> {
    let me = actor(v)?;
    Picked::of(s, &s.who(&me), q).await
}

/// The table of offices: counts only, so that whoever reads it divides for themselves.
pub async fn sheet(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let p = picked(&s, &v, &q).await?;
    let report = Report::of(&p.lines, p.bars, p.basis, p.now);
    let mut head = vec!["office_code".to_owned(), "office".into(), "basis".into(), "as_of".into()];
    head.extend(Group::ALL.iter().map(|g| g.code().to_owned()));
    let basis = if p.basis == Basis::Original { "original" } else { "current" };
    let row = |code: &str, name: &str, c: &Counts| {
        let mut row = vec![code.to_owned(), name.to_owned(), basis.to_owned(), p.now.to_string()];
        row.extend(Group::ALL.iter().map(|g| c.n(*g).to_string()));
        row
    };
    let rows = std::iter::once(head).chain(std::iter::once(row("", "", &report.all))).chain(report.offices.iter().map(|(code, name, c)| row(code.as_str(), name, c)));
    Ok(download("nhiem-vu-theo-don-vi.csv", csv(rows)))
}

fn iso(at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| at.to_string())
}

/// Each task of a list, one a line.
pub async fn list_sheet(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let p = picked(&s, &v, &q).await?;
    let group = Group::of(&q.group).unwrap_or(Group::All);
    let head = ["code", "text", "product", "lead_code", "lead", "given_by", "focal_point", "front", "given_at", "first_deadline", "deadline", "submitted_at", "accepted_at", "extensions", "returned", "workflow", "standing"];
    let row = |l: &Line| {
        vec![
            l.code.clone(), l.text.clone(), l.product.clone(), l.lead.to_string(), l.lead_name.clone(), l.assigner_name.clone(), l.focal_name.clone(), l.front.clone(), iso(Some(l.assigned)),
            iso(l.first_deadline), iso(l.deadline), iso(l.submitted), iso(l.accepted), l.extensions.to_string(), l.returned.to_string(), l.workflow.code().to_owned(),
            look::standing_text(l.fact().standing(p.basis, l.warning_days, p.now), v.lang),
        ]
    };
    let rows = std::iter::once(head.iter().map(|h| (*h).to_owned()).collect()).chain(p.of_group(group).map(row));
    Ok(download("nhiem-vu.csv", csv(rows)))
}

/// Products done, one a line: quantity, quality and time of each, for software that assesses officials (Decree 335/2025/NĐ-CP).
/// No grade is computed here: its formula is the assessor's.
pub async fn products_sheet(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let p = picked(&s, &v, &q).await?;
    let head = ["code", "office_code", "office", "focal_point", "product", "given_at", "first_deadline", "deadline", "submitted_at", "accepted_at", "on_time_first_deadline", "on_time_deadline", "returned_times", "extensions", "quality", "reply", "evidence_sha256"];
    let mut rows = vec![head.iter().map(|h| (*h).to_owned()).collect::<Vec<String>>()];
    for l in p.of_group(Group::Done) {
        let d = records::load::<Directive>(&s.scope, &l.id.to_string()).await.map_err(PageError::internal)?.map(|f| f.state);
        let done = d.as_ref().and_then(|d| d.submissions.iter().rev().find(|x| matches!(x.outcome, Outcome::Accepted { .. })));
        let on_time = |end: Option<Instant>| match (end, l.submitted) {
            (Some(end), Some(at)) => if at <= end { "yes" } else { "no" },
            _ => "undated",
        };
        rows.push(vec![
            l.code.clone(), l.lead.to_string(), l.lead_name.clone(), l.focal_name.clone(), if l.product.is_empty() { l.text.clone() } else { l.product.clone() }, iso(Some(l.assigned)),
            iso(l.first_deadline), iso(l.deadline), iso(l.submitted), iso(l.accepted), on_time(l.first_deadline).into(), on_time(l.deadline).into(), l.returned.to_string(),
            l.extensions.to_string(), l.quality.clone(), done.map_or_else(String::new, |x| x.document.clone()), done.and_then(|x| x.file.as_ref()).map_or_else(String::new, |x| x.sha256.clone()),
        ]);
    }
    Ok(download("san-pham-hoan-thanh.csv", csv(rows)))
}
