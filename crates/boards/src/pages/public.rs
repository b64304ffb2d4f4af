//! What anybody may read: recognised experts, those removed, boards.

use super::{PAGE, choices, day, experts::{chip, kind, rating, skills}, names, sources};
use crate::{
    Boards,
    board::views as boards_views,
    expert::{self, ExpertState, views},
};
use axum::extract::State;
use kernel::{id::{BoardId, ExpertId}, time::Date};
use serde::Deserialize;
use web::{
    Page,
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Field, Line, Table},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Search {
    q: String,
    field: String,
    competence: String,
    after: String,
    after_id: String,
}

pub async fn experts(State(s): State<Boards>, v: Visitor, Query(q): Query<Search>) -> Page {
    let some = |t: &str| Some(t.to_owned()).filter(|t| !t.is_empty());
    let find = views::Find {
        field: some(&q.field),
        competence: some(&q.competence),
        text: q.q.chars().take(100).collect(),
        after: some(&q.after_id).map(|id| (q.after.clone(), id)),
        limit: PAGE + 1,
    };
    let mut lines = views::active(&s.scope, &find).await.map_err(PageError::internal)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let rows = lines
        .iter()
        .map(|l| vec![kit::link(&format!("/experts/{}", l.id), &l.name), Html::text(kind(&v, l.kind)), Html::text(&names(&v, &s.catalog.competences.fields, &l.fields))])
        .collect();
    let competences: Vec<kit::Choice> = s.catalog.competences.competences.iter().map(|c| kit::Choice::new(c.code.as_str(), c.name.get(v.lang))).collect();
    let filters = kit::search_form(
        "/experts",
        &Html(format!(
            "{}{}{}{}",
            Field::new(v.lang, "q", v.pick("Tên, có dấu hoặc không dấu", "Name, with or without accents")).value(q.q.as_str()).optional(true).kind("search").input(),
            Field::new(v.lang, "field", v.pick("Lĩnh vực", "Field")).value(q.field.as_str()).optional(true).select(&choices(&v, &s.catalog.competences.fields)),
            Field::new(v.lang, "competence", v.pick("Năng lực", "Competence")).value(q.competence.as_str()).optional(true).select(&competences),
            kit::Button::new(v.pick("Lọc", "Filter")).weight(kit::Weight::Quiet).html(),
        )),
    );
    let next = lines.last().filter(|_| more).map(|l| {
        format!("/experts?q={}&field={}&competence={}&after={}&after_id={}", url_part(&q.q), url_part(&q.field), url_part(&q.competence), url_part(&l.sort), l.id)
    });
    let title = v.pick("Mạng lưới tư vấn viên, chuyên gia", "Network of consultants and experts");
    let lead = v.pick(
        "Chi phí tư vấn chỉ được hỗ trợ khi người tư vấn thuộc mạng lưới được công nhận (Thông tư 06/2022/TT-BKHĐT, Điều 3 khoản 9).",
        "Consulting is subsidised only when the consultant is in a recognised network (Circular 06/2022/TT-BKHĐT Art. 3.9).",
    );
    let main = Html(format!(
        "{}<p class=\"lead\">{}</p>{}{filters}{}{}",
        kit::heading(title, None),
        esc(lead),
        kit::button_group(&[
            kit::link_button("/experts/apply", v.pick("Đăng ký làm chuyên gia", "Apply as an expert"), kit::Weight::Main),
            kit::link("/experts/removed", v.pick("Danh sách đã đưa ra khỏi mạng lưới", "Removed from the network")),
            kit::link("/boards", v.pick("Các ban tư vấn", "Consulting boards")),
        ]),
        kit::table(&Table {
            caption: v.pick("Chuyên gia đã được công nhận", "Recognised experts").to_owned(),
            columns: vec![Column::text(v.pick("Tên", "Name")), Column::text(v.pick("Loại", "Kind")), Column::text(v.pick("Lĩnh vực", "Fields"))],
            rows,
            empty: v.pick("Không có chuyên gia nào khớp. Hãy bỏ bớt điều kiện lọc.", "No expert matches. Remove a filter.").to_owned(),
            ..Table::default()
        }),
        kit::pagination(v.lang, None, next.as_deref()),
    ));
    Ok(Shell::new(&v, title, main).render())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Removed {
    before: String,
    id: String,
}

pub async fn removed(State(s): State<Boards>, v: Visitor, Query(q): Query<Removed>) -> Page {
    let before = q.before.parse::<Date>().ok().map(|d| (d, q.id.clone()));
    let mut list = views::removed(&s.scope, before, PAGE + 1).await.map_err(PageError::internal)?;
    let more = list.len() > PAGE as usize;
    list.truncate(PAGE as usize);
    let rows = list
        .iter()
        .map(|x| {
            let (on, why) = x.stopped.clone().map_or_else(|| ("–".to_owned(), String::new()), |(on, why)| (day(&v, on), why));
            vec![Html::text(&x.application.name), Html::text(kind(&v, x.application.kind)), Html::text(&on), Html::text(&why)]
        })
        .collect();
    let next = list.last().filter(|_| more).and_then(|x| Some(format!("/experts/removed?before={}&id={}", x.stopped.as_ref()?.0, x.id)));
    let title = v.pick("Đã đưa ra khỏi mạng lưới", "Removed from the network");
    let main = Html(format!(
        "{}{}{}",
        kit::heading(title, None),
        kit::table(&Table {
            caption: title.to_owned(),
            caption_hidden: true,
            columns: vec![Column::text(v.pick("Tên", "Name")), Column::text(v.pick("Loại", "Kind")), Column::text(v.pick("Từ ngày", "Since")), Column::text(v.pick("Lý do", "Reason"))],
            rows,
            empty: v.pick("Chưa có ai bị đưa ra khỏi mạng lưới.", "Nobody has been removed.").to_owned(),
        }),
        kit::pagination(v.lang, None, next.as_deref()),
    ));
    Ok(Shell::new(&v, title, main).back("/experts", v.pick("Mạng lưới", "The network")).render())
}

pub async fn expert(State(s): State<Boards>, v: Visitor, Path(id): Path<String>) -> Page {
    let id: ExpertId = id.parse().map_err(|_| PageError::not_found())?;
    let x = s.expert(id).await?;
    if !expert::is_public(&x) {
        return Err(PageError::not_found());
    }
    let a = &x.application;
    let mut lines = vec![
        Line::new(v.pick("Tình trạng", "State"), chip(&v, x.state)),
        Line::new(v.pick("Loại", "Kind"), kind(&v, a.kind)),
        Line::new(v.pick("Lĩnh vực", "Fields"), names(&v, &s.catalog.competences.fields, &a.fields)),
        Line::new(v.pick("Ngành quen thuộc", "Sectors"), names(&v, &s.catalog.competences.sectors, &a.sectors)),
        Line::new(v.pick("Ngôn ngữ", "Languages"), names(&v, &s.catalog.competences.languages, &a.languages)),
    ];
    if let (Some(decision), Some(first)) = (&x.decision, x.recognised.first()) {
        lines.push(Line::new(v.pick("Công nhận", "Recognised"), format!("{decision} · {}", day(&v, first.from))));
    }
    if let Some((on, why)) = x.stopped.as_ref().filter(|_| x.state == ExpertState::Disabled) {
        lines.push(Line::new(v.pick("Lý do đưa ra", "Removed because"), format!("{why} ({})", day(&v, *on))));
    }
    lines.push(Line::new(v.pick("Đánh giá của khách hàng", "Client rating"), rating(&s, &v, &x)));
    let main = Html(format!("{}{}<p>{}</p>{}", kit::heading(&a.name, None), kit::summary_list(&lines), esc(&a.summary), skills(&s, &v, &x)));
    Ok(Shell::new(&v, a.name.as_str(), main).back("/experts", v.pick("Mạng lưới", "The network")).render())
}

pub async fn boards(State(s): State<Boards>, v: Visitor) -> Page {
    let list = boards_views::boards(&s.scope, s.now().date(), 500).await.map_err(PageError::internal)?;
    let rows = list
        .iter()
        .filter(|b| !b.closed)
        .map(|b| {
            vec![
                kit::link(&format!("/boards/{}", b.id), b.name.get(v.lang)),
                Html::text(super::named(&s.catalog.competences.fields, &b.field).get(v.lang)),
                Html::text(b.chair.as_deref().unwrap_or("–")),
                Html::text(&b.seats.to_string()),
                Html::text(&day(&v, b.term_to)),
            ]
        })
        .collect();
    let title = v.pick("Các ban tư vấn", "Consulting boards");
    let main = Html(format!(
        "{}{}",
        kit::heading(title, None),
        kit::table(&Table {
            caption: title.to_owned(),
            caption_hidden: true,
            columns: vec![
                Column::text(v.pick("Ban", "Board")),
                Column::text(v.pick("Lĩnh vực", "Field")),
                Column::text(v.pick("Trưởng ban", "Chair")),
                Column::num(v.pick("Thành viên", "Members")),
                Column::text(v.pick("Nhiệm kỳ đến", "Term to")),
            ],
            rows,
            empty: v.pick("Chưa có ban nào.", "There is no board yet.").to_owned(),
        })
    ));
    Ok(Shell::new(&v, title, main).back("/experts", v.pick("Mạng lưới chuyên gia", "Network of experts")).render())
}

pub async fn board(State(s): State<Boards>, v: Visitor, Path(id): Path<String>) -> Page {
    let id: BoardId = id.parse().map_err(|_| PageError::not_found())?;
    let b = s.board(id).await?;
    let today = s.now().date();
    let rows = b.seats_on(today).map(|x| vec![Html::text(&x.name), Html::text(x.role.text().get(v.lang)), Html::text(&day(&v, x.from))]).collect();
    let template = s.catalog.template(&b.template).map_or_else(Html::default, |t| sources(&v, &t.legal_basis));
    let main = Html(format!(
        "{}{}{}<h2>{}</h2>{}{template}",
        kit::heading(b.name.get(v.lang), Some(super::named(&s.catalog.competences.fields, &b.field).get(v.lang))),
        kit::summary_list(&[Line::new(v.pick("Nhiệm kỳ", "Term"), format!("{} – {}", day(&v, b.term.from), day(&v, b.term.to)))]),
        kit::table(&Table {
            caption: v.pick("Thành viên", "Members").to_owned(),
            columns: vec![Column::text(v.pick("Họ tên", "Name")), Column::text(v.pick("Vị trí", "Seat")), Column::text(v.pick("Từ ngày", "Since"))],
            rows,
            empty: v.pick("Chưa có thành viên.", "No members yet.").to_owned(),
            ..Table::default()
        }),
        v.pick("Cách làm việc", "How it works"),
        rules(&v, &b.rules),
    ));
    Ok(Shell::new(&v, b.name.get(v.lang), main).back("/boards", v.pick("Các ban tư vấn", "Boards")).render())
}

/// A board's rules in words.
pub fn rules(v: &Visitor, r: &crate::catalog::Rules) -> Html {
    let delegated: Vec<Html> = r
        .delegated
        .iter()
        .map(|d| {
            let limit = d.up_to.map_or_else(|| v.pick("mọi mức", "any amount").to_owned(), |a| format!("{} {a}", v.pick("đến", "up to")));
            Html::text(&format!("{}: {limit}", d.kind.text().get(v.lang)))
        })
        .collect();
    let delegated = if delegated.is_empty() { Html::text(v.pick("Không", "None")) } else { kit::bullets(&delegated) };
    kit::summary_list(&[
        Line::new(v.pick("Số người tối thiểu", "Quorum"), r.quorum.text().get(v.lang)),
        Line::new(v.pick("Thông qua khi", "Approved by"), format!("{} {}", r.majority.text().get(v.lang), v.pick("tán thành", "in favour"))),
        Line::new(v.pick("Khi số phiếu bằng nhau", "On a tie"), r.tie.text().get(v.lang).to_owned()),
        Line::new(v.pick("Trưởng ban ký theo ủy quyền", "Chair signs by delegation"), delegated),
    ])
}
