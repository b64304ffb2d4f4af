//! `/centre/matters` and `/experts/me/matters`: what waits before the boards, by due time.

use super::{PAGE, actor, matter::{base, shell}, next_page, place};
use crate::{Boards, matter::views};
use axum::extract::State;
use kernel::id::BoardId;
use serde::Deserialize;
use web::{
    Page,
    extract::Query,
    html::Html,
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    board: String,
    state: String,
    after: String,
}

pub async fn queue(State(s): State<Boards>, v: Visitor, Query(q): Query<Asked>) -> Page {
    let actor = actor(&v)?;
    let board: Option<BoardId> = q.board.parse().ok();
    let state = if q.state == "decided" || q.state == "withdrawn" { q.state.as_str() } else { "open" };
    let ask = views::Ask { account: actor.account, only: !Boards::is_officer(&actor), board, state, after: place(&q.after), limit: PAGE + 1 };
    let mut lines = views::queue(&s.scope, &ask).await.map_err(PageError::internal)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let (now, base) = (s.now(), base(&v));
    let of_board = board.map_or_else(String::new, |b| format!("&board={b}"));
    let rows = lines
        .iter()
        .map(|l| {
            let due = match l.due.filter(|_| l.state == "open") {
                Some(due) if due < now => Html(format!("{} {}", kit::chip(Mood::Bad, v.pick("quá hạn", "overdue")), when::due_time(due, now, v.lang))),
                Some(due) => when::due_time(due, now, v.lang),
                None => Html::text("–"),
            };
            let mine = if l.voted { kit::chip(Mood::Good, v.pick("đã bỏ phiếu", "voted")) } else { Html::text("–") };
            let kind = l.kind.map_or_else(String::new, |k| k.text().get(v.lang).to_owned());
            vec![kit::link(&format!("{base}/{}", l.id), &l.title), Html::text(&kind), Html::text(l.board_name.get(v.lang)), due, Html::text(&l.votes.to_string()), mine]
        })
        .collect();
    let tabs: String = [("open", v.pick("Đang mở", "Open")), ("decided", v.pick("Đã kết luận", "Concluded")), ("withdrawn", v.pick("Đã rút", "Withdrawn"))]
        .iter()
        .map(|(code, label)| {
            let current = if *code == state { " aria-current=\"page\"" } else { "" };
            format!("<li><a href=\"{base}?state={code}{of_board}\"{current}>{label}</a></li>")
        })
        .collect();
    let next = lines.last().filter(|_| more).map(|l| next_page(&format!("{base}?state={state}{of_board}"), &format!("{}.{}", l.due.map_or(i64::MAX, kernel::Instant::micros), l.id)));
    let title = v.pick("Việc của ban tư vấn", "Matters of the boards");
    let main = Html(format!(
        "{}<nav class=\"tabs\" aria-label=\"{}\"><ul>{tabs}</ul></nav>{}{}",
        kit::heading(title, None),
        v.pick("Trạng thái", "States"),
        kit::table(&Table {
            caption: title.to_owned(),
            caption_hidden: true,
            columns: vec![
                Column::text(v.pick("Việc", "Matter")),
                Column::text(v.pick("Loại", "Kind")),
                Column::text(v.pick("Ban", "Board")),
                Column::text(v.pick("Hạn", "Due")),
                Column::num(v.pick("Số phiếu", "Votes")),
                Column::text(v.pick("Phiếu của tôi", "Mine")),
            ],
            rows,
            empty: v.pick("Không có việc nào.", "There is no matter.").to_owned(),
        }),
        kit::pagination(v.lang, None, next.as_deref())
    ));
    Ok(shell(&v, title, main).render())
}
