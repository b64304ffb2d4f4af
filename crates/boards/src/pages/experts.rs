//! What several pages say of an expert, and the officer's list.

use super::{PAGE, centre, names, next_page, place};
use crate::{
    Boards,
    expert::{Clock, Expert, ExpertKind, ExpertState, views},
};
use axum::extract::State;
use kernel::Instant;
use serde::Deserialize;
use web::{
    Page,
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub fn chip(v: &Visitor, state: ExpertState) -> Html {
    let mood = match state {
        ExpertState::Active => Mood::Good,
        ExpertState::MoreDocuments | ExpertState::Suspended => Mood::Warn,
        ExpertState::Disabled | ExpertState::Refused => Mood::Bad,
        _ => Mood::Info,
    };
    kit::chip(mood, state.text().get(v.lang))
}

pub fn kind(v: &Visitor, kind: ExpertKind) -> &str {
    match kind {
        ExpertKind::Individual => v.pick("Cá nhân", "Individual"),
        ExpertKind::Organisation => v.pick("Tổ chức", "Organisation"),
    }
}

/// The mean of client ratings with its number, or a dash: never zero for "nobody has said anything".
pub fn rating(s: &Boards, v: &Visitor, x: &Expert) -> Html {
    let (sum, n) = x.rating();
    let shown_from = s.catalog.ratings(s.now().date()).map_or(1, |r| r.shown_from.max(1));
    if n > 0 && n < shown_from {
        return Html(format!("— <span class=\"muted\">{} {n}/{shown_from}</span>", v.pick("chưa đủ số đánh giá để nêu điểm trung bình:", "not enough ratings for a mean:")));
    }
    if n == 0 {
        return Html(format!("— <span class=\"muted\">{}</span>", v.pick("chưa có đánh giá của khách hàng", "no client rating yet")));
    }
    let tenths = (u64::from(sum) * 10 + u64::from(n) / 2) / u64::from(n);
    let top = s.catalog.recognition(s.now().date()).map_or(5, |r| r.stars_to);
    let mean = format!("{}{}{}", tenths / 10, v.pick(",", "."), tenths % 10);
    Html(format!("<b>{mean}</b> / {top} <span class=\"frac\">({n} {})</span>", v.pick("đánh giá sau vụ việc", "ratings after cases")))
}

/// What clients said in words, for the centre's own page: neither the public nor the expert reads who said what.
pub fn rating_words(v: &Visitor, x: &Expert) -> Html {
    let said = x.ratings.iter().rev().filter(|r| !r.comment.is_empty());
    let items: Vec<Html> = said.map(|r| Html::text(&format!("{} – {} ({}, {})", r.stars, r.comment, r.case, when::day(r.at.date(), v.lang)))).collect();
    if items.is_empty() { Html::text("–") } else { kit::bullets(&items) }
}

/// The recognition clock in words.
pub fn clock(v: &Visitor, x: &Expert, now: Instant) -> Html {
    match x.clock.filter(|_| x.state.under_way()) {
        None => Html::text("–"),
        Some(Clock::Until(due)) if due < now => Html(format!("{} {}", kit::chip(Mood::Bad, v.pick("quá hạn", "overdue")), when::due_time(due, now, v.lang))),
        Some(Clock::Until(due)) => when::due_time(due, now, v.lang),
        Some(Clock::Left { seconds }) => Html(format!("{} · {}", kit::chip_with(Mood::Info, kit::Shape::Pause, v.pick("tạm dừng", "standing")), esc(&when::working_left(seconds.max(1), v.lang)))),
        Some(Clock::Unknown) => kit::chip(Mood::Warn, v.pick("chưa tính được hạn: lịch làm việc chưa khai báo năm này", "no due time: the working calendar does not declare this year")),
    }
}

/// Competences with level and grade of evidence.
pub fn skills(s: &Boards, v: &Visitor, x: &Expert) -> Html {
    let rows = x
        .skills()
        .into_iter()
        .map(|(code, level, grade)| vec![Html::text(&super::competence_name(s, v, &code)), Html::text(&super::level_name(s, v, level)), Html::text(grade.text().get(v.lang))])
        .collect();
    kit::table(&Table {
        caption: v.pick("Năng lực", "Competences").to_owned(),
        columns: vec![Column::text(v.pick("Năng lực", "Competence")), Column::text(v.pick("Mức", "Level")), Column::text(v.pick("Căn cứ", "Evidence"))],
        rows,
        empty: v.pick("Chưa có năng lực nào được ghi nhận.", "No competence is recorded.").to_owned(),
        ..Table::default()
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    state: String,
    after: String,
}

pub async fn list(State(s): State<Boards>, v: Visitor, Query(asked): Query<Asked>) -> Page {
    let state = ExpertState::of(&asked.state).unwrap_or(ExpertState::AwaitingAppraisal);
    let counts = views::counts(&s.scope).await.map_err(PageError::internal)?;
    let mut lines = views::in_state(&s.scope, state, place(&asked.after), PAGE + 1).await.map_err(PageError::internal)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let now = s.now();
    let tabs: String = ExpertState::ALL
        .iter()
        .map(|st| {
            let n = counts.iter().find(|(c, _)| c == st).map_or(0, |(_, n)| *n);
            let current = if *st == state { " aria-current=\"page\"" } else { "" };
            format!("<li><a href=\"/centre/experts?state={}\"{current}>{} ({n})</a></li>", st.code(), esc(st.text().get(v.lang)))
        })
        .collect();
    let rows = lines
        .iter()
        .map(|l| {
            let due = match l.due {
                Some(due) if due < now => Html(format!("{} {}", kit::chip(Mood::Bad, v.pick("quá hạn", "overdue")), when::due_time(due, now, v.lang))),
                Some(due) => when::due_time(due, now, v.lang),
                None => Html::text("–"),
            };
            vec![
                kit::link(&format!("/centre/experts/{}", l.id), &l.name),
                Html::text(kind(&v, l.kind)),
                Html::text(&names(&v, &s.catalog.competences.fields, &l.fields)),
                l.submitted_at.map_or_else(|| Html::text("–"), |t| super::at(&v, t, now)),
                due,
            ]
        })
        .collect();
    let base = format!("/centre/experts?state={}", state.code());
    let next = lines.last().filter(|_| more).map(|l| next_page(&base, &format!("{}.{}", l.due_sort, l.id)));
    let table = kit::table(&Table {
        caption: state.text().get(v.lang).to_owned(),
        columns: vec![
            Column::text(v.pick("Tên", "Name")),
            Column::text(v.pick("Loại", "Kind")),
            Column::text(v.pick("Lĩnh vực", "Fields")),
            Column::text(v.pick("Nộp lúc", "Submitted")),
            Column::text(v.pick("Hạn công nhận", "Recognition due")),
        ],
        rows,
        empty: v.pick("Không có hồ sơ nào ở trạng thái này.", "There is no record in this state.").to_owned(),
        ..Table::default()
    });
    let title = v.pick("Mạng lưới chuyên gia", "Network of experts");
    let main = Html(format!(
        "{}<nav class=\"tabs\" aria-label=\"{}\"><ul>{tabs}</ul></nav>{table}{}",
        kit::heading(title, None),
        v.pick("Trạng thái", "States"),
        kit::pagination(v.lang, None, next.as_deref())
    ));
    Ok(centre(&v, title, main).render())
}
